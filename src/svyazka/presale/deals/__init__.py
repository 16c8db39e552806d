"""Deals: one request's way from the first word to the contract, and the single window they enter by."""
