"""Bringing in a team's own table: handed in, its columns settled, looked through, brought in, taken back."""
