"""Meetings that have a result: prepared, held by the minute, closed with tasks, summed up in a letter that the client confirms."""
