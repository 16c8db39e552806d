"""Meetings: the list, a meeting's plan, its closing, its letter."""
