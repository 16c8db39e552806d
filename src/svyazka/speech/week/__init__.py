"""The owner's week in words and charts: the same for its page, its letter and what a chat is told."""
