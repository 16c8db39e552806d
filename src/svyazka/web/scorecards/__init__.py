"""Scorecards: what each person's work comes to, with the events behind every figure; one's own first."""
