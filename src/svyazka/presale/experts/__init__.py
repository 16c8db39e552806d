"""Expert requests: a deal needs somebody's competence; whoever takes it first has it, and everybody sees who and with what."""
