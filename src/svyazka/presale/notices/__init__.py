"""Notices: "tell this person that", queued in the transaction of the act that caused them."""
