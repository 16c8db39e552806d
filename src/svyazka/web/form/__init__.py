"""Handing in a request: people of ours, partner agents and strangers fill in what the process asks."""
