"""Hints that figures are fed rather than earned, over a year: about rules and places, with the deals behind them (R39).

Each kind of hint is a way of looking (``LOOKS``): it gives what was looked at, case by case, and says which cases are odd. Whether
they are odd enough to be shown is the engine's to say (``engine.gaming``) or, for what should hardly ever happen, a small number.

**Confirmations from our own network.** What the client presses behind his link proves that a client has said so, and that is worth
faking. We keep no network addresses of clients, neither in clear nor digested: a digest of an address can be tried out against all
addresses, so it is personal data like the address itself, gathered from people who have no contract with us, to watch our own people.
What is known anyway tells enough: a link that went to an address of our own domain or of one of our people; a link answered within a
minute of being made, which no letter is read in; and how many of a client's answers were typed by ourselves ("by phone") instead of
being pressed by him.

**Names** stand only beside cases of people whose scorecards the viewer may see: a hint is no way round them.

Each look reads the newest ``MOST`` cases, so that a page costs the same in a company of any size.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from svyazka.engine.gaming import (
    LAST,
    SHORTEST_LIMIT,
    Heap,
    heap_at,
    heap_before_limit,
    is_often,
    odd_heaps,
    tenth_of,
)
from svyazka.engine.identity import email_domain
from svyazka.engine.process import Process
from svyazka.engine.worktime import Duration
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.queries import DealRow, rows_by_id
from svyazka.presale.insight.scorecards import cards_to_see
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.meetings.models import Door, Meeting
from svyazka.presale.meetings.values import CLIENT, CLOSED, HELD, PURPOSES
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import current_process
from svyazka.presale.stages.models import Evidence, Visit

YEAR: Final = timedelta(days=365)
MOST: Final = 20_000
"""So many cases of a kind are looked at, the newest."""
SHOWN: Final = 200
"""So many of the odd ones are listed."""
A_MINUTE: Final = timedelta(minutes=1)
A_HOP: Final = timedelta(minutes=5)
"""Nobody does a stage's work in this time."""
A_FEW: Final = 3
SLICE: Final = 3
"""Minutes of a slice of the lengths of meetings."""
CLIENTS_WORD: Final = ("meeting.goals_agreed", "agenda.accepted", "letter.confirmed", "client.ready")
"""Facts that are the client's to confirm."""
MEETINGS: Final = "meetings"
"""The one place of a hint that is about all client meetings."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that was looked at.

    :ivar place: the term, stage, fact or purpose that it belongs to
    :ivar person_id: who did it, or who leads the deal where it was the client's move
    :ivar minutes: how long it took, and ``allowed`` how long it might; None where that isn't the point
    """

    place: str
    deal_id: int
    at: datetime
    is_odd: bool
    person_id: int | None
    minutes: int | None = None
    allowed: int | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """Something worth a look: how many odd cases there are of how many; ``heap`` where they crowd at a limit."""

    kind: str
    place: str
    count: int
    total: int
    heap: Heap | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a way of looking has found; ``total`` cases were looked at."""

    kind: str
    total: int
    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """An odd case with its deal; without the person where the viewer may not see his scorecard."""

    deal: DealRow
    at: datetime
    minutes: int | None
    allowed: int | None
    person_id: int | None


def hints(*, viewer: Actor, at: datetime) -> tuple[Looked, ...]:
    """All ways of looking at the last year.

    :raises NotAllowed: neither process owner, nor administrator, nor head
    """
    require(viewer, "hints.see")
    process = current_process()[1]
    looked = {kind: _by_place(kind, at - YEAR) for kind in LOOKS}
    found = [
        _hint(kind, place, looked[kind][place])
        for kind in LOOKS
        for place in _places(kind, process)
        if place in looked[kind]
    ]
    shown = _shown(found)
    return tuple(
        Looked(kind, sum(map(len, looked[kind].values())), tuple(one for one in shown if one.kind == kind))
        for kind in LOOKS
    )


def cases_of(kind: str, place: str, *, viewer: Actor, at: datetime) -> tuple[Case, ...]:
    """The odd cases of a hint, the newest first, at most ``SHOWN``.

    :raises NotFound: there is no such kind of hint, or the process has no such place
    :raises NotAllowed: see above
    """
    require(viewer, "hints.see")
    process = current_process()[1]
    if kind not in LOOKS or place not in _places(kind, process):
        raise NotFound
    odd = [one for one in LOOKS[kind](at - YEAR) if one.is_odd and one.place == place]
    odd.sort(key=lambda one: one.at, reverse=True)
    deals = rows_by_id({one.deal_id for one in odd[:SHOWN]}, viewer=viewer)
    named = {viewer.me, *(card.id for card in cards_to_see(viewer=viewer))}
    return tuple(
        Case(
            deals[one.deal_id],
            one.at,
            one.minutes,
            one.allowed,
            one.person_id if one.person_id in named else None,
        )
        for one in odd[:SHOWN]
        if one.deal_id in deals
    )


def counted_at(kind: str, place: str, *, viewer: Actor, at: datetime) -> tuple[int, int]:
    """How many cases of a place are odd, of how many that were looked at.

    :raises NotAllowed: see above
    """
    require(viewer, "hints.see")
    seen = [one.is_odd for one in LOOKS[kind](at - YEAR) if one.place == place]
    return sum(seen), len(seen)


def _by_place(kind: str, since: datetime) -> dict[str, list[Seen]]:
    """What was looked at; there may be places that the process in force doesn't have any more."""
    by_place: dict[str, list[Seen]] = {}
    for one in LOOKS[kind](since):
        by_place.setdefault(one.place, []).append(one)
    return by_place


def _places(kind: str, process: Process) -> tuple[str, ...]:
    """In the order of the process."""
    match kind:
        case "rush":
            return tuple(term.key for term in process.terms)
        case "shortest":
            return (MEETINGS,)
        case "ticked" | "hop":
            return tuple(stage.key for stage in process.stages)
        case "told":
            return CLIENTS_WORD
    return PURPOSES


def _hint(kind: str, place: str, seen: list[Seen]) -> Hint:
    spans = [(one.minutes, one.allowed) for one in seen if one.minutes is not None and one.allowed]
    found: Heap | None = None
    if kind == "rush":
        found = heap_before_limit(spans)
    elif kind == "shortest" and spans:
        found = heap_at((minutes for minutes, _ in spans), spans[0][1], SLICE)
    return Hint(kind, place, sum(one.is_odd for one in seen), len(seen), found)


def _shown(found: Sequence[Hint]) -> list[Hint]:
    """Those that are odd enough; heaps are judged together, over all limits that were looked at."""
    heaps = [(place, one.heap) for place, one in enumerate(found) if one.heap is not None]
    odd = {heaps[one][0] for one in odd_heaps([heap for _, heap in heaps])}
    return [one for place, one in enumerate(found) if place in odd or (one.heap is None and _is_many(one))]


def _is_many(hint: Hint) -> bool:
    if hint.kind in {"ticked", "told"}:
        return is_often(hint.count, hint.total)
    return hint.count >= (1 if hint.kind == "own_door" else A_FEW)


def _rush(since: datetime) -> Iterator[Seen]:
    """What was finished in the last tenth of the working time allowed for it. What the client owes isn't ours to hurry."""
    done = Commitment.objects.filter(
        outcome__in=["kept", "late"], closed_at__gte=since, on_client=False
    ).exclude(allowed="")
    columns = ("term", "deal_id", "performer_id", "opened_at", "due_at", "closed_at", "closed_by_id")
    people = directory()
    for term, deal, performer, opened, due, closed, by in done.order_by("-pk").values_list(*columns)[:MOST]:
        if closed is None or closed < opened or due <= opened:
            continue
        calendar = people.calendar_of(performer)
        used, allowed = calendar.minutes_between(opened, closed), calendar.minutes_between(opened, due)
        if allowed >= SHORTEST_LIMIT:
            yield Seen(term, deal, closed, tenth_of(used, allowed) == LAST, by, used, allowed)


def _shortest(since: datetime) -> Iterator[Seen]:
    """Client meetings that took just as long as the process wants them to at least."""
    process = current_process()[1]
    goal = next((one.value for one in process.goals if one.key == "meeting_shortest"), None)
    least = goal.minutes if isinstance(goal, Duration) else None
    if not least:
        return
    over = Meeting.objects.filter(kind=CLIENT, state__in=[HELD, CLOSED], ended_at__gte=since)
    columns = ("deal_id", "deal__manager_id", "began_at", "ended_at", "closed_by_id")
    for deal, manager, began, ended, by in over.order_by("-pk").values_list(*columns)[:MOST]:
        if deal is not None and began is not None and ended is not None:
            minutes = int((ended - began).total_seconds() // 60)
            is_odd = least <= minutes < least + SLICE
            yield Seen(MEETINGS, deal, ended, is_odd, by or manager, minutes, least)


def _ticked(since: datetime) -> Iterator[Seen]:
    """Checks whose evidence somebody typed within the minute before the stage was left."""
    left = Visit.objects.filter(
        deal=OuterRef("deal"), stage=OuterRef("stage"), left_at__gte=OuterRef("at")
    ).order_by("left_at")
    typed = Evidence.objects.filter(at__gte=since, source="", withdrawn_at=None)
    typed = typed.annotate(left=Subquery(left.values("left_at")[:1])).order_by("-pk")
    for stage, deal, when, by, gone in typed.values_list("stage", "deal_id", "at", "by_id", "left")[:MOST]:
        if gone is not None:
            yield Seen(stage, deal, when, gone - when <= A_MINUTE, by)


def _told(since: datetime) -> Iterator[Seen]:
    """Answers of clients that one of ours typed."""
    said = Evidence.objects.filter(name__in=CLIENTS_WORD, at__gte=since, withdrawn_at=None)
    columns = ("name", "deal_id", "at", "by_id", "source")
    for name, deal, when, by, source in said.order_by("-pk").values_list(*columns)[:MOST]:
        yield Seen(name, deal, when, source != "client_page", by)


def _used_doors(since: datetime) -> Iterable[tuple[str, int, datetime, datetime, str, int | None]]:
    """Doors that were answered by: purpose, deal, when made, when used, to which address, who leads the deal."""
    used = Door.objects.filter(used_at__gte=since, meeting__deal__isnull=False).order_by("-pk")
    columns = ("purpose", "meeting__deal_id", "made_at", "used_at", "email", "meeting__deal__manager_id")
    found: QuerySet[Door, tuple[str, int, datetime, datetime, str, int | None]] = used.values_list(*columns)
    return found[:MOST]


def _own_door(since: datetime) -> Iterator[Seen]:
    """Links that went to ourselves and were answered."""
    ours = [card.email.lower() for card in directory().people.values() if not card.is_agent]
    domains = {domain for address in ours if (domain := email_domain(address))}
    for purpose, deal, _made, used, email, manager in _used_doors(since):
        is_ours = email.lower() in ours or email_domain(email) in domains
        yield Seen(purpose, deal, used, bool(email) and is_ours, manager)


def _at_once(since: datetime) -> Iterator[Seen]:
    """Links that were answered within a minute of being made."""
    for purpose, deal, made, used, _email, manager in _used_doors(since):
        yield Seen(purpose, deal, used, used - made <= A_MINUTE, manager)


def _hop(since: datetime) -> Iterator[Seen]:
    """Stages left within minutes of entering them, with nothing written in the journal in between."""
    onward = Visit.objects.filter(deal=OuterRef("deal"), entered_at=OuterRef("left_at")).exclude(
        stage=OuterRef("stage")
    )
    left = Visit.objects.filter(Exists(onward), left_at__gte=since).order_by("-pk")
    between = Entry.objects.filter(
        chain=OuterRef("deal_id"), at__gt=OuterRef("entered_at"), at__lt=OuterRef("left_at")
    )
    short = left.filter(~Exists(between), left_at__lte=F("entered_at") + A_HOP)
    hops = set(short.values_list("pk", flat=True)[:MOST])
    for pk, stage, deal, when, by in left.values_list("pk", "stage", "deal_id", "left_at", "left_by_id")[
        :MOST
    ]:
        if when is not None:
            yield Seen(stage, deal, when, pk in hops, by)


LOOKS: Final[Mapping[str, Callable[[datetime], Iterable[Seen]]]] = {
    "rush": _rush, "shortest": _shortest, "ticked": _ticked, "own_door": _own_door, "at_once": _at_once, "told": _told, "hop": _hop,
}  # fmt: skip
"""Ways of looking, in the order in which they are shown."""
