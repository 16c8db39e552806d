"""My day: what I owe, what others owe me, what the client owes."""
