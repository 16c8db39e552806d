"""Search: deals, clients and people by what somebody remembers of them."""
