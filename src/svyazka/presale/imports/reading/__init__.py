"""A file that somebody hands in becomes rows of plain values, whatever it is: see ADR 14."""
