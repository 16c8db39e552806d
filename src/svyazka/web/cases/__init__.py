"""The case library: finished projects of ours, to be found by industry and shown in a meeting."""
