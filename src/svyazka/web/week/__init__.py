"""The owner's week in figures, and the weeks before it."""
