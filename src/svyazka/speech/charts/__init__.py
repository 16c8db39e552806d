"""Charts, drawn once by ourselves: as SVG for pages, as a picture for letters and chats, as a table for whoever can't see them (ADR 12)."""
