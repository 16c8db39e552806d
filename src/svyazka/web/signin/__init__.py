"""Signing in: allauth does the work, the templates here are what people see. They lie where allauth looks for its own."""
