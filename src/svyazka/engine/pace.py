"""How fast a status run goes: the time that one client may take, and what has been kept or lost against the goal."""

from typing import Final, Literal

HOUR: Final = 3600
LONGEST_TURN: Final = 30 * 60
"""Seconds that one stay on a deal counts at most: after half an hour nobody sits before the screen any more."""
SHORTEST_TURN: Final = 30
"""Seconds on the screen from which a client counts as talked through though nothing was written down about him. In less nobody has read
the facts and asked whether there is more to say: who flicks through ten clients in a minute has talked about none.
"""
ENOUGH: Final = 5
"""Clients from which a run has a pace: one client in a minute would be sixty an hour."""
SOON: Final = 6
"""The last sixth of a client's time is announced: one minute of six."""

Look = Literal["plain", "soon", "over"]


def share(goal: float) -> int:
    """Seconds that one client may take where ``goal`` clients an hour are wanted: 360 for ten.

    :param goal: above zero
    """
    return round(HOUR / goal)


def counted(seconds: float) -> int:
    """How long a stay on a deal counts: not less than nothing, and not longer than somebody sits there."""
    return int(min(max(seconds, 0), LONGEST_TURN))


def is_talked_through(seconds: float, *, is_written: bool) -> bool:
    """Whether a client who was gone on from had his turn, and wasn't only passed by.

    :param seconds: how long he was on the screen in all
    :param is_written: whether anything was written down about him: a line, a commitment
    """
    return is_written or seconds >= SHORTEST_TURN


def per_hour(decided: int, seconds: int) -> float | None:
    """Clients an hour: those talked through, by the hours that the run took. None below :data:`ENOUGH` of them.

    Time on deals that were passed by counts as well: it was taken from the others.
    """
    return decided * HOUR / seconds if decided >= ENOUGH and seconds > 0 else None


def look(seconds: int, of: int) -> Look:
    """How the clock of a client looks after so many seconds.

    :param of: seconds that he may take
    """
    if seconds > of:
        return "over"
    return "soon" if seconds >= of - of // SOON else "plain"


def in_hand(decided: int, seconds: int, goal: float) -> int:
    """Seconds that the run is ahead of its goal; below zero it is behind."""
    return decided * share(goal) - seconds
