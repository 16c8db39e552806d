"""Conversion and the funnel: a period or any slice of it, every number with its deals and its formula."""
