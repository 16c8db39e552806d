"""Scorecards: what each person's work in each role comes to, from facts, fair to small numbers; first to himself (R32, R49).

One sees one's own figures as they stand now. Others see them as they stood when the week before last ended, so that everybody
has a week with his own before anybody else; the mean of a role is of that moment too, for whoever looks. Nothing is ranked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from svyazka.engine.intervals import Difference, difference, wilson
from svyazka.engine.medians import middle
from svyazka.engine.pooling import FEWEST_CASES, FEWEST_PEOPLE, pooled, prior_of
from svyazka.engine.process import Process
from svyazka.presale.channels.heard import Pace, pace_of_person
from svyazka.presale.insight.case_sources import CLAIM_TIME, SOURCES
from svyazka.presale.insight.cases import (
    FIRST_ANSWER,
    PROMISES,
    YEAR,
    Case,
    Counts,
    Span,
    commitments_counted,
    counted,
    from_commitments,
)
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.queries import PersonCard, directory
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import current_process

QUARTER: Final = timedelta(days=90)
TIMES: Final = frozenset({FIRST_ANSWER, CLAIM_TIME})
"""Figures that are medians of working minutes; all others are shares."""
LESS_IS_BETTER: Final = frozenset({"client_reminders", *TIMES})
_ALONE: Final = frozenset({"dispatcher", ""})
"""Roles without a mean: of two people at the window it would tell each the other's figure; without a role there is none."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The last 90 days against one's own 90 days before: shares with their counts, or medians of so many times.

    :ivar shift: of shares, how much greater the later one is, with its interval
    :ivar is_visible: whether it is more than chance makes: of shares the interval doesn't hold 0, of times the intervals lie apart
    """

    now: float
    before: float
    counts: tuple[int, int]
    shift: Difference | None
    is_visible: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a role. Shares go from 0 to 1, times are working minutes.

    Of fewer than ``FEWEST_CASES`` cases there are only counts: all values are None.

    :ivar good: of shares, how many cases counted; of times all of them
    :ivar own: the share as counted
    :ivar value: the share drawn towards the role's mean, or as counted where there is none; the median
    :ivar role_mean: of everybody in the role together, ``people`` of them; of times their median. None where there are too few
    :ivar amount: what all cases amount to together: how often clients had to chase us
    """

    key: str
    kind: Literal["share", "time"]
    good: int
    total: int
    amount: int
    own: float | None
    value: float | None
    low: float | None
    high: float | None
    role_mean: float | None
    people: int
    trend: Trend | None


@dataclass(frozen=True, slots=True)
class TermLine:
    """How the commitments of one term ended; an empty ``term`` stands for what was agreed in words."""

    term: str
    kept: int
    late: int
    broken: int


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
    pool = _pool(Span(cut - YEAR, cut), process, {case.role for case in cases})
    return Card(
        person=person, is_own=viewer.me == person_id, since=span.since, until=span.until, others_until=cut,
        roles=tuple(_role(role, cases, pool, span, process) for role in _roles(cases, process)),
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
    """What everybody in the roles did: counts of shares, and all times."""

    counts: Counts
    times: Mapping[tuple[str, str], Sequence[Case]]


def _pool(span: Span, process: Process, roles: Iterable[str]) -> _Pool:
    wanted, times = frozenset(roles) - _ALONE, dict[tuple[str, str], list[Case]]()
    if not wanted:
        return _Pool({}, {})
    counts = commitments_counted(span, process, wanted)
    for source, feeds in SOURCES.items():
        if not feeds & wanted:
            continue
        cases = [*source(span, process)]
        counts.update(counted(cases))
        for case in cases:
            if case.key in TIMES:
                times.setdefault((case.role, case.key), []).append(case)
    return _Pool(counts, times)


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


def _role(role: str, cases: Sequence[Case], pool: _Pool, span: Span, process: Process) -> RoleCard:
    mine = [case for case in cases if case.role == role]
    figures = []
    for key in measured(role, process):
        of_key = [case for case in mine if case.key == key]
        if of_key and key in TIMES:
            figures.append(_time(key, of_key, pool.times.get((role, key), ()), span))
        elif of_key:
            figures.append(_share(key, of_key, pool.counts.get((role, key), {}), span))
    unmeasured = tuple(one.key for one in process.criteria_of(role) if one.key not in measured(role, process))
    return RoleCard(role, tuple(figures), _terms(mine), unmeasured)


def _share(key: str, cases: Sequence[Case], people: Mapping[int, tuple[int, int]], span: Span) -> Figure:
    good, total = sum(case.good for case in cases), len(cases)
    prior = prior_of(people.values())
    found = None
    if total >= FEWEST_CASES:
        found = pooled(good, total, prior) if prior else wilson(good, total)
    return Figure(
        key=key, kind="share", good=good, total=total, amount=sum(case.amount for case in cases),
        own=good / total if found else None,
        value=found.value if found else None, low=found.low if found else None, high=found.high if found else None,
        role_mean=prior.mean if prior else None, people=prior.people if prior else 0, trend=_share_trend(cases, span),
    )  # fmt: skip


def _time(key: str, cases: Sequence[Case], everybody: Sequence[Case], span: Span) -> Figure:
    found = middle(case.amount for case in cases) if len(cases) >= FEWEST_CASES else None
    people = len({case.person_id for case in everybody})
    mean = middle(case.amount for case in everybody) if people >= FEWEST_PEOPLE else None
    return Figure(
        key=key, kind="time", good=len(cases), total=len(cases), amount=0, own=None,
        value=found.value if found else None, low=found.low if found else None, high=found.high if found else None,
        role_mean=mean.value if mean else None, people=people if mean else 0, trend=_time_trend(cases, span),
    )  # fmt: skip


def _quarters(cases: Iterable[Case], span: Span) -> tuple[list[Case], list[Case]] | None:
    """Cases of the last 90 days, and of those before; None where either has too few."""
    turn = span.until - QUARTER
    known = list(cases)
    now = [case for case in known if turn <= case.at]
    before = [case for case in known if turn - QUARTER <= case.at < turn]
    return (now, before) if min(len(now), len(before)) >= FEWEST_CASES else None


def _share_trend(cases: Iterable[Case], span: Span) -> Trend | None:
    quarters = _quarters(cases, span)
    if quarters is None:
        return None
    now, before = (wilson(sum(case.good for case in part), len(part)) for part in quarters)
    assert now is not None
    assert before is not None
    shift = difference(now, before)
    return Trend(now.value, before.value, (now.total, before.total), shift, not shift.low <= 0 <= shift.high)


def _time_trend(cases: Iterable[Case], span: Span) -> Trend | None:
    quarters = _quarters(cases, span)
    if quarters is None:
        return None
    now, before = (middle(case.amount for case in part) for part in quarters)
    assert now is not None
    assert before is not None
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return None
    apart = now.high < before.low or before.high < now.low
    return Trend(now.value, before.value, (now.total, before.total), None, apart)


def _terms(cases: Iterable[Case]) -> tuple[TermLine, ...]:
    """How commitments ended, by term: those of which there are most first; single fields and questions together."""
    found: dict[str, dict[str, int]] = {}
    for case in cases:
        if case.key == PROMISES:
            ends = found.setdefault(term_of(case.term), {"kept": 0, "late": 0, "broken": 0})
            ends[case.outcome] += 1
    lines = [TermLine(term, **ends) for term, ends in found.items()]
    return tuple(sorted(lines, key=lambda line: (-(line.kept + line.late + line.broken), line.term)))


def term_of(term: str) -> str:
    """A term without what it is about: fields to find out are one line, whatever the field."""
    return term.partition(".")[0]
