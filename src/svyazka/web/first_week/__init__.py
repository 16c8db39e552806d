"""The first week: to each in his role, why this exists, what he gets, where he begins."""
