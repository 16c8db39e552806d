"""The expert board: who is needed where, who could go and why, and who has taken it."""
