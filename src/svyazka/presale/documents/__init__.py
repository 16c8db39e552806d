"""The folder of a deal: every file that came for it, by whatever channel, in one place."""
