"""The written process: read by everybody, edited by its owners, compared between versions."""
