"""The deal page: where a deal stands, what blocks it, who owes what by when, and every act on it."""
