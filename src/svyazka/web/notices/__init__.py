"""The bell: what somebody should know, until he has read it."""
