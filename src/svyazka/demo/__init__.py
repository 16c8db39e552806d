"""A company with a year behind it, to look at: made through the commands themselves, the same for the same seed."""
