"""Beginning to work by a process: what a person has done of his first week, and on which rung the company stands."""
