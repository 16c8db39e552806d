"""Commitments: one person owes one result by one time."""
