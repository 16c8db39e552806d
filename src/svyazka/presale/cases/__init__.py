"""Our own projects, to be told in a meeting: the case library."""
