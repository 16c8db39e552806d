"""Svyazka (Связка): presale that keeps its word, for integrators of 1C."""
