"""The background work: one loop of ticks, each safe to repeat and to be killed in."""
