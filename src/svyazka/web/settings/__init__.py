"""One's own settings: how pages look, sign-in, tokens of the API."""
