"""The domain: one Django app, a folder per concept, writes in commands, reads in queries."""
