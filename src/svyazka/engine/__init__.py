"""The rules, as functions on plain values: no Django, no files, no clock."""
