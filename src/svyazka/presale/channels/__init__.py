"""Channels: the ways out of the house, the places they lead to, and the queue of what is to be said there."""
