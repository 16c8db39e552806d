"""Who hears what, where and when: groups of kinds, the defaults that need no setting, and everybody's own wishes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import lru_cache
from typing import Final, Literal, get_args

from svyazka.engine.quiet import Quiet
from svyazka.presale.channels.queries import LETTERS, channels_on, places
from svyazka.presale.channels.values import MOVED, PERSON, UNBOUND
from svyazka.presale.journal.moment import once
from svyazka.presale.notices.models import Wishes
from svyazka.presale.people.queries import PersonCard, directory, settings_revision

Group = Literal["owed", "overdue", "deals", "experts", "questions", "leads"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
"""What I owe; overdue and escalated; my deals; expert requests; questions to clients; my leads."""
Wish = Literal["now", "digest", "never"]
WISHES: Final[tuple[Wish, ...]] = get_args(Wish)

_GROUP_OF: Final[Mapping[str, Group]] = {
    "commitment.opened": "owed",
    "commitment.handed_over": "owed",
    "commitment.cancelled": "owed",
    "manager.appointed": "owed",
    "expert.appointed": "owed",
    "estimator.appointed": "owed",
    "fixer.appointed": "owed",
    "fixer.called": "owed",
    "commitment.overdue": "overdue",
    "commitment.escalated": "overdue",
    "run.ended": "owed",
    "question.asked": "questions",
    "question.answered": "questions",
}
_URGENT: Final = frozenset({"owed", "overdue", "experts", "questions"})
QUIET: Final[Quiet] = (time(21), time(8))
DIGEST_AT: Final = time(9)
OWNERS: Final = frozenset({"administrator", "head", "process_owner"})
"""Duties to which the week in figures comes unasked."""


def group_of(kind: str, why: str) -> Group | None:
    """The group of a notice; None for one about the channels themselves, which nobody can wish away."""
    if kind.startswith("place."):
        return None
    if why == "author":
        return "leads"
    if kind in _GROUP_OF:
        return _GROUP_OF[kind]
    if kind.partition(".")[0] in {"expert", "triage"}:
        return "experts"
    return "owed" if why in {"owes", "changes", "judges"} else "deals"


def default_wish(group: Group, channel: str, channels: frozenset[str]) -> Wish:
    """What somebody hears in a channel before he has wished for anything.

    Letters bring at once what presses. Where there is a messenger that is its task, and letters bring the digest; only
    what is overdue comes both ways.

    :param channels: all of his
    """
    urgent = group in _URGENT
    if channel != LETTERS:
        return "now" if urgent else "never" if LETTERS in channels else "digest"
    if channels == {LETTERS} or group == "overdue":
        return "now" if urgent else "digest"
    return "digest"


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person can be reached outside.

    :ivar places: by channel, where he is; letters are there with 0 until their place is made
    :ivar away: channels that say that he is not there
    :ivar zone: in which his quiet hours and his digest are meant
    :ivar weekly: whether he wants the week in figures; None for what his duties say
    """

    person: PersonCard
    places: Mapping[str, int]
    away: frozenset[str] = frozenset()
    choices: Mapping[str, Mapping[str, Wish]] = field(default_factory=dict)
    quiet: Quiet | None = QUIET
    digest_at: time | None = DIGEST_AT
    weekly: bool | None = None

    @property
    def zone(self) -> str:
        """IANA name."""
        return self.person.time_zone

    def wish(self, group: Group | None, channel: str) -> Wish:
        """When something of this group is told in this channel."""
        if group is None:
            return "now"
        wish = self.choices.get(group, {}).get(channel)
        return wish or default_wish(group, channel, frozenset(self.places))

    def now(self, kind: str, why: str) -> tuple[tuple[str, int], ...]:
        """Channels with their places in which a notice is told at once."""
        if not self.places:
            return ()
        group = group_of(kind, why)
        return tuple(
            (channel, place) for channel, place in self.places.items() if self.wish(group, channel) == "now"
        )

    @property
    def hears_of_weeks(self) -> bool:
        """Whether the week in figures comes to him. Who answers for the whole gets it unless he says no."""
        if self.person.is_agent:
            return False
        return bool(self.person.duties & OWNERS) if self.weekly is None else self.weekly

    def digests(self) -> tuple[str, ...]:
        """Channels in which he gets a digest."""
        if self.digest_at is None:
            return ()
        return tuple(
            channel
            for channel in self.places
            if any(self.wish(group, channel) == "digest" for group in GROUPS)
        )


def reaches() -> Mapping[int, Reach]:
    """How everybody who works here can be reached: one value, shared until people, places or wishes change."""
    return once("reaches", _current)


def reach_of(person_id: int) -> Reach | None:
    """How one person can be reached; None for who has left."""
    return reaches().get(person_id)


def _current() -> Mapping[int, Reach]:
    revision = settings_revision()
    return _read(channels_on()) if revision is None else _read_at(revision, channels_on())


@lru_cache(maxsize=4)
def _read_at(revision: int, on: tuple[str, ...]) -> Mapping[int, Reach]:  # noqa: ARG001 (the revision is a key)
    return _read(on)


def _read(on: tuple[str, ...]) -> Mapping[int, Reach]:
    if not on:
        return {card.id: Reach(card, {}) for card in directory().people.values() if card.is_active}
    wishes = {row.person_id: row for row in Wishes.objects.all()}
    there: dict[int, dict[str, int]] = {}
    away: dict[int, set[str]] = {}
    for place in places().values():
        if place.role != PERSON or place.person_id is None or place.channel not in on:
            continue
        card = directory().people[place.person_id]
        if place.channel == LETTERS and place.chat != card.email:
            continue  # an address that was his
        if place.gone_at is not None and place.gone_because in {UNBOUND, MOVED}:
            continue  # he took it off himself: nothing to tell him
        if place.gone_at is not None:
            away.setdefault(card.id, set()).add(place.channel)
        else:
            there.setdefault(card.id, {})[place.channel] = place.id
    found = {}
    for card in (card for card in directory().people.values() if card.is_active):
        gone = frozenset(away.get(card.id, ())) - frozenset(there.get(card.id, ()))
        letters = {LETTERS: 0} if LETTERS in on and LETTERS not in gone else {}
        found[card.id] = _reach(card, letters | there.get(card.id, {}), gone, wishes.get(card.id))
    return found


def _reach(card: PersonCard, at: Mapping[str, int], away: frozenset[str], row: Wishes | None) -> Reach:
    if row is None:
        return Reach(card, at, away)
    quiet = (row.quiet_from, row.quiet_until) if row.quiet_from and row.quiet_until else None
    return Reach(card, at, away, row.choices, quiet, row.digest_at, row.weekly)
