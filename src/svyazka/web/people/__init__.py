"""People, units, absence and working days."""
