"""Tables of others become deals: read, matched, looked at first, brought in at once, and taken back."""
