"""Stages: evidence, gates, leaving a stage, winning, losing and reopening a deal."""
