"""The moderator's cockpit: one page on a phone on the table, from the first point of the agenda to the end of the meeting."""
