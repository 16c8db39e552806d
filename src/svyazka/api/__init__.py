"""REST: the same commands and queries in another dress."""
