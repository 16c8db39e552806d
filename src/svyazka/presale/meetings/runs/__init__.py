"""Status runs: deals looked at one by one, ten clients an hour."""
