"""How we are heard outside: the channels' health, and what could not be delivered."""
