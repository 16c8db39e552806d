"""Who acts, and how a command says no."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final, Literal

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
"""A value that the journal can digest canonically."""

GONE: Final = "…"
"""Stands where words were that are erased."""

Channel = Literal["web", "api", "cli", "public", "agent", "client", "chat", "demo", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does or looks at something, and by which channel.

    :param person_id: None for the system itself and for strangers on the public form
    :param duties: company-wide duties (``administrator``, ``process_owner``, ``dispatcher``, ``head``)
    :param roles: presale roles that the person may hold on a deal
    :param scopes: None for a person in the browser or at the console; an API token's scopes otherwise
    """

    person_id: int | None
    channel: Channel
    duties: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    unit_id: int | None = None
    is_agent: bool = False
    scopes: frozenset[str] | None = None

    @property
    def me(self) -> int:
        """The person's id to look his own things up by; 0, which nobody has, for the system and for strangers."""
        return self.person_id or 0

    def has(self, *duties: str) -> bool:
        """Whether the actor carries any of these duties."""
        return not self.duties.isdisjoint(duties)


SYSTEM = Actor(person_id=None, channel="system", duties=frozenset({"administrator"}))
"""The clock and the reactions: acts nobody in particular did."""


def line(text: str, longest: int) -> str:
    """What somebody typed as one line: blanks joined, no NUL (PostgreSQL keeps none), cut to ``longest``."""
    return " ".join(text.replace("\x00", "").split())[:longest]


def storable(value: Json) -> Json:
    """JSON without what databases refuse: NUL characters and lone surrogates left out, NaN and infinities as null."""
    match value:
        case str():
            return value.replace("\x00", "").encode(errors="ignore").decode()
        case float() if not isfinite(value):
            return None
        case list():
            return [storable(one) for one in value]
        case dict():
            return {str(storable(key)): storable(one) for key, one in value.items()}
    return value


class Refusal(Exception):
    """A command says no, with a code that pages, API and bot turn into a sentence.

    :ivar code: stable name of the reason, e.g. ``stage_already_left``
    :ivar params: plain values for the sentence
    """

    code = "refused"

    def __init__(self, code: str | None = None, /, **params: Json) -> None:
        self.code = code or type(self).code
        self.params: Mapping[str, Json] = params
        super().__init__(self.code, dict(params))


class NotAllowed(Refusal):
    """The actor lacks the right; ``params["right"]`` names it."""

    code = "not_allowed"


class NotFound(Refusal):
    """There is no such thing, or the viewer may not know of it: the two look alike."""

    code = "not_found"


class Conflict(Refusal):
    """Somebody else was first; the sentence says who and what they did."""

    code = "conflict"


class Invalid(Refusal):
    """What was typed can't be taken. ``errors`` maps a field to the code of what to mend."""

    code = "invalid"

    def __init__(
        self, code: str | None = None, /, *, errors: Mapping[str, str] | None = None, **params: Json
    ) -> None:
        self.errors: Mapping[str, str] = dict(errors or {})
        super().__init__(code, **params)
