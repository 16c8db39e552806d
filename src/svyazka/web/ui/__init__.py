"""The kit every page is made of: base pages, components, stylesheet, keys. ``README.md`` is its manual."""
