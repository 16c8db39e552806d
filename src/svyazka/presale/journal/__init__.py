"""The journal: every act, who did it, in which role, when and by which channel. Append-only."""
