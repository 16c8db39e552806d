"""How often a stranger may post, or a program read: counted per address and in all, in the cache that every process shares."""

from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Final

from django.core.cache import cache

WINDOW: Final = 600
"""Seconds in which visits are counted."""
FROM_ONE: Final = 20
FROM_ALL: Final = 200


def wait_before(what: str, *, address: str, at: datetime) -> int:
    """Count one visit; seconds to wait when there were too many, else 0.

    Two visits at the very same moment may count as one: the limit is a dam, not a ledger.

    :param what: what is posted to or read, e.g. a link's id
    :param address: the client's, as the server (behind a trusted proxy) made it out
    """
    second = int(at.timestamp())
    window = second // WINDOW
    counted = [
        _count(f"posts:{what}:{window}:{_network(address)}", FROM_ONE),
        _count(f"posts:{what}:{window}:all", FROM_ALL),
    ]
    return WINDOW - second % WINDOW if any(counted) else 0


def _count(key: str, most: int) -> bool:
    if cache.add(key, 1, WINDOW):
        return False
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out between the two calls
        return False


def _network(address: str) -> str:
    """An IPv6 customer has a whole /64; he is one client all the same."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(found) if found.version == 4 else str(ip_network(f"{found}/64", strict=False))
