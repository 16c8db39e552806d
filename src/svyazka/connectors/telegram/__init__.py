"""Telegram, by its Bot API. ``wire`` and what imports it load aiogram, which only the bot's own process can afford."""

NAME = "telegram"
"""The channel's code, under which places know it."""
