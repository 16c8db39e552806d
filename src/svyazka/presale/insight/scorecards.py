"""Scorecards: what each person's work in each role comes to, from facts, fair to small numbers; first to himself (R32, R49).

One sees one's own figures as they stand now. Others see them as they stood when the week before last ended, so that everybody
has a week with his own before anybody else; the mean of a role is of that moment too, for whoever looks. Nothing is ranked.

What became of a person's deals (:mod:`.figures`, by manager and by who brought them) waits for no week: whoever sees a card could count
it from the list of deals, which is open to all of ours, so that a delay would hide nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from svyazka.engine.process import Process
from svyazka.presale.channels.heard import Pace, pace_of_person
from svyazka.presale.insight.case_figures import (
    TIMES,
    Figure,
    TermLine,
    share_figure,
    term_lines,
    time_figure,
)
from svyazka.presale.insight.case_sources import CLAIM_TIME, SOURCES
from svyazka.presale.insight.cases import (
    FIRST_ANSWER,
    PROMISES,
    YEAR,
    Case,
    Span,
    commitments_counted,
    counted,
    from_commitments,
)
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.queries import PersonCard, directory, settings_revision
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import current_process

_ALONE: Final = frozenset({"dispatcher", ""})
"""Roles without a mean: of two people at the window it would tell each the other's figure; without a role there is none."""


@dataclass(frozen=True, slots=True)
class RoleCard:
    """A person's figures in one role; ``unmeasured`` are the process's criteria that no fact tells yet."""

    role: str
    figures: tuple[Figure, ...]
    terms: tuple[TermLine, ...]
    unmeasured: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard: of ``since`` to ``until``, which is now for oneself and a week ago at least for others."""

    person: PersonCard
    is_own: bool
    since: datetime
    until: datetime
    others_until: datetime
    roles: tuple[RoleCard, ...]
    pace: Pace


def scorecard(*, viewer: Actor, person_id: int, at: datetime) -> Card:
    """A person's card. The same number of queries however much he did.

    :raises NotFound: there is no such person of ours, or the viewer may not see his card
    """
    person, span = card_span(viewer=viewer, person_id=person_id, at=at)
    process = current_process()[1]
    cases = cases_of(span, process)
    cut = last_shown(at)
    return Card(
        person=person, is_own=viewer.me == person_id, since=span.since, until=span.until, others_until=cut,
        roles=tuple(_role(role, cases, _pool(role, cut), span, process) for role in _roles(cases, process)),
        pace=pace_of_person(person_id, since=span.since, until=span.until),
    )  # fmt: skip


def card_span(*, viewer: Actor, person_id: int, at: datetime) -> tuple[PersonCard, Span]:
    """Whose card it is, and of which time this viewer sees it.

    :raises NotFound: as :func:`scorecard`
    """
    person = directory().people.get(person_id)
    if (
        person is None
        or person.is_agent
        or viewer.is_agent
        or not may(viewer, "scorecard.see", _seats(viewer, person))
    ):
        raise NotFound
    until = at if viewer.me == person_id else last_shown(at)
    return person, Span(until - YEAR, until, person_id)


def last_shown(at: datetime) -> datetime:
    """When the week before last ended: Monday, 0:00 in the workspace's zone. Others see cards as they stood then."""
    here = at.astimezone(ZoneInfo(directory().calendar.zone))
    monday = here.date() - timedelta(days=here.weekday() + 7)
    return here.replace(
        year=monday.year, month=monday.month, day=monday.day, hour=0, minute=0, second=0, microsecond=0
    )


def cards_to_see(*, viewer: Actor) -> tuple[PersonCard, ...]:
    """Whose cards the viewer may see besides his own: people of ours at work here, by unit and name."""
    people = directory()
    order = {unit: place for place, unit in enumerate(people.units)}
    seen = [
        card
        for card in people.active()
        if card.id != viewer.me and not viewer.is_agent and may(viewer, "scorecard.see", _seats(viewer, card))
    ]
    return tuple(sorted(seen, key=lambda card: (order.get(card.unit_id or 0, len(order)), card.full_name)))


def _seats(viewer: Actor, person: PersonCard) -> frozenset[str]:
    seats = {"oneself"} if viewer.me == person.id else set()
    if viewer.has("head") and viewer.unit_id is not None and viewer.unit_id == person.unit_id:
        seats.add("unit_head")
    return frozenset(seats)


def cases_of(span: Span, process: Process) -> tuple[Case, ...]:
    """All that the figures of the span's person count."""
    found = [*from_commitments(span, process)]
    for source in SOURCES:
        found += source(span, process)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Pool:
    """What everybody in a role did, by figure: each one's counts, and how many people's times have which median."""

    counts: Mapping[str, Mapping[int, tuple[int, int]]]
    times: Mapping[str, tuple[int, float]]


_NOBODY: Final = _Pool({}, {})


def _pool(role: str, cut: datetime) -> _Pool:
    """What everybody in a role had done by a moment that is over for a week at least: nothing of it changes any more.

    It is read once for all cards of the week, and again after a change of people, settings or the process.
    """
    revision = settings_revision()
    return _NOBODY if role in _ALONE or revision is None else _pool_then(revision, role, cut)


@lru_cache(maxsize=64)
def _pool_then(revision: int, role: str, cut: datetime) -> _Pool:  # noqa: ARG001 (the revision is a part of the cache's key)
    span, process = Span(cut - YEAR, cut), current_process()[1]
    cases = [case for source, feeds in SOURCES.items() if role in feeds for case in source(span, process)]
    counts = commitments_counted(span, process, [role]) | counted(
        case for case in cases if case.key not in TIMES
    )
    times: dict[str, list[Case]] = {}
    for case in cases:
        if case.key in TIMES:
            times.setdefault(case.key, []).append(case)
    return _Pool(
        {key: people for (acted, key), people in counts.items() if acted == role},
        {key: _median(taken) for key, taken in times.items()},
    )


def _median(cases: Sequence[Case]) -> tuple[int, float]:
    return len({case.person_id for case in cases}), median(case.amount for case in cases)


def _roles(cases: Iterable[Case], process: Process) -> tuple[str, ...]:
    """The roles in which he acts, the one in which he owed most first, else in the process's order."""
    owed = Counter(case.role for case in cases if case.key == PROMISES)
    acted = {case.role for case in cases}
    known = dict.fromkeys([*(one.role for one in process.roles), *sorted(acted)])
    return tuple(sorted((role for role in known if role in acted), key=lambda role: -owed[role]))


MEASURED: Final[Mapping[str, tuple[str, ...]]] = {
    "dispatcher": (FIRST_ANSWER, "decided_in_a_day", "nothing_forgotten", PROMISES),
    "lead_generator": ("complete_at_once", "reached_meeting", PROMISES),
    "manager": (
        PROMISES, "letters_in_time", "pack_in_time", "client_reminders", "letters_confirmed", "client_ready",
    ),
    "expert": ("read_before", "client_ready", "letters_confirmed", CLAIM_TIME, PROMISES),
    "estimator": ("estimates_in_time", PROMISES),
}  # fmt: skip
"""The figures of each role, in the order in which a card shows them. Other roles have their promises only."""


_OURS: Final = frozenset(
    {("expert", CLAIM_TIME), ("manager", "letters_confirmed"), ("manager", "client_ready")}
)
"""Figures that no criterion of the process names: they are shown whatever it says, as promises are."""


def measured(role: str, process: Process) -> tuple[str, ...]:
    """The keys of a role's figures: nobody is judged by a criterion that the process has no more."""
    asked = {one.key for one in process.criteria_of(role)}
    known = MEASURED.get(role, (PROMISES,))
    return tuple(key for key in known if key == PROMISES or key in asked or (role, key) in _OURS)


def figure_of(role: str, key: str, cases: Sequence[Case], *, span: Span, at: datetime) -> Figure | None:
    """One figure of a role from the cases of a person, beside everybody's in the role; None without cases."""
    of_key = [case for case in cases if (case.role, case.key) == (role, key)]
    return _figure(key, of_key, _pool(role, last_shown(at)), span)


def _figure(key: str, cases: Sequence[Case], pool: _Pool, span: Span) -> Figure | None:
    if not cases:
        return None
    if key in TIMES:
        return time_figure(key, cases, pool.times.get(key, (0, 0.0)), span)
    return share_figure(key, cases, pool.counts.get(key, {}), span)


def _role(role: str, cases: Sequence[Case], pool: _Pool, span: Span, process: Process) -> RoleCard:
    mine = [case for case in cases if case.role == role]
    found = [
        _figure(key, [case for case in mine if case.key == key], pool, span)
        for key in measured(role, process)
    ]
    figures = tuple(one for one in found if one is not None)
    unmeasured = tuple(one.key for one in process.criteria_of(role) if one.key not in measured(role, process))
    return RoleCard(role, figures, term_lines(mine), unmeasured)
