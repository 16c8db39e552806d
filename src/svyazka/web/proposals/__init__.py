"""Proposals to change the process: what deals have taught, and what became of it."""
