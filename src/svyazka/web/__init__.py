"""Pages: one slice per screen, and the kit in ``ui``."""
