"""Published versions of the written process."""
