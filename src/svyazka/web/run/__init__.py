"""The status run: choosing deals, one deal a screen, the minutes, the record of all runs."""
