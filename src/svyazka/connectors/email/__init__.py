"""Letters, by a mail server."""
