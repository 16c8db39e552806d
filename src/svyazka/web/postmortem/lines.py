"""Lines of the page: the cause stands before the role, the role before the name."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DelayLine:
    """A delay: what, by how much, why; then in which stage, in which role, who.

    :ivar note: why it was given up, in the words of whoever did
    :ivar more: how its minutes part among several causes, and what had come late before it; a sentence each
    """

    what: str
    late: str
    cause: str
    more: tuple[str, ...]
    note: str
    stage: str
    role: str
    who: str
    mine: bool


@dataclass(frozen=True, slots=True)
class WaitLine:
    """What we waited for from the client, for how long, and how it ended; ``end`` is empty where he gave it in time."""

    what: str
    took: str
    end: str


@dataclass(frozen=True, slots=True)
class SaveLine:
    """Somebody kept his date although another's part had come late."""

    what: str
    made_up: str
    whose: str
    role: str
    who: str
    mine: bool


@dataclass(frozen=True, slots=True)
class RuleLine:
    """How a rule was kept: codes of states, each with its words."""

    what: str
    states: tuple[tuple[str, str], ...]
    is_kept: bool
