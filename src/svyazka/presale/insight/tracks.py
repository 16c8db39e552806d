"""What is counted of a deal, read from its rows: of one in the transaction of an act, of many when they are counted anew."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, F

from svyazka.engine.clock import client_pauses
from svyazka.engine.figures import coarse
from svyazka.engine.process import Process
from svyazka.engine.worktime import WorkCalendar
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import promises_on
from svyazka.presale.deals.models import Deal
from svyazka.presale.insight.contributions import Stay
from svyazka.presale.insight.models import Track
from svyazka.presale.insight.pasts import Past, further, pasts_of
from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.meetings.figures import confirmed_letters, took
from svyazka.presale.meetings.models import Going, Meeting
from svyazka.presale.meetings.values import CLIENT, CLOSED, HELD, HUDDLE
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.models import Visit

LONGEST_LINE: Final = 120
_COUNTED: Final = ("kept", "late", "broken")
_ESTIMATE: Final = "estimate.submitted"
"""The event that keeps a term about an estimate."""

_PROMISES = Prepared(
    lambda deal: Commitment.objects.filter(deal_id=deal, on_client=False, outcome__in=_COUNTED).values_list(
        "pk", "term", "outcome"
    )
)
_STAYS = Prepared(
    lambda deal: Visit.objects.filter(deal_id=deal, minutes__isnull=False).values_list("stage", "minutes")
)
_ENDED = Prepared(
    lambda deal, at: (
        Visit.objects.filter(deal_id=deal, left_at=at, minutes__isnull=False)
        .order_by("-pk")
        .values_list("stage", "minutes")[:1]
    )
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A deal's track, not necessarily saved, with what is counted beside it."""

    track: Track
    lines: tuple[str, ...]
    stays: tuple[Stay, ...]


def month_of(moment: datetime, zone: str) -> int:
    """The month of a moment in a zone, as 202611."""
    here = moment.astimezone(ZoneInfo(zone))
    return here.year * 100 + here.month


def follow_deal(track: Track, deal: Deal, process: Process, calendar: WorkCalendar) -> None:
    """Take over what the deal's own row says. What was measured by the calendar is measured once: a calendar that is changed later
    doesn't change it, unless all is counted anew.
    """
    if track._state.adding:
        track.month = month_of(deal.received_at, calendar.zone)
    track.received_at, track.process, track.status = deal.received_at, deal.process_number, deal.status
    track.reached = process.position(deal.stage)
    track.way = track.way and further(track.way, deal.stage)
    track.ended = month_of(deal.closed_at, calendar.zone) if deal.closed_at else None
    track.reason, track.source = deal.reason, deal.source
    track.unit_id, track.manager_id, track.author_id = deal.unit_id, deal.manager_id, deal.author_id
    track.kopecks = int(deal.contract_sum * 100) if deal.contract_sum is not None else 0
    track.imported = int(deal.imported_at is not None)
    if deal.contacted_at is not None and track.response is None and not track.imported:
        track.response = coarse(max(calendar.minutes_between(deal.received_at, deal.contacted_at), 0))
    track.chased = deal.chased


Closed = tuple[int, str, str, int]
"""The version that promises were made under, their term, how they ended, how many."""


def follow_promises(track: Track, closed: Iterable[Closed]) -> None:
    """Take over how promises of ours ended, each judged by the version under which it was made."""
    estimates: dict[int, frozenset[str]] = {}
    counts: dict[str, int] = defaultdict(int)
    for number, term, outcome, count in closed:
        counts[outcome] += count
        if number not in estimates:
            terms = process_version(number).terms_closed_by(_ESTIMATE)
            estimates[number] = frozenset(one.key for one in terms)
        if term in estimates[number]:
            counts["estimates"] += count
            counts["estimates_kept"] += count if outcome == "kept" else 0
    track.kept, track.late, track.broken = counts["kept"], counts["late"], counts["broken"]
    track.estimates, track.estimates_kept = counts["estimates"], counts["estimates_kept"]


@dataclass(frozen=True, slots=True)
class Held:
    """A meeting that took place: how long by the clock, how many of ours were there, whether the client confirmed its letter."""

    kind: str
    minutes: int
    people: int
    confirmed: bool


def follow_meetings(track: Track, held: Sequence[Held]) -> None:
    """Take over what the deal's meetings took."""
    with_client = [one for one in held if one.kind == CLIENT]
    track.meetings, track.minutes = len(with_client), sum(one.minutes for one in with_client)
    track.confirmed = sum(one.confirmed for one in with_client)
    track.effort = sum(one.minutes * one.people for one in held)


def promises_of(deal: Deal, *, was_moved: bool) -> list[Closed]:
    """How a deal's promises ended. One query, three for a deal that was moved to another version of the process."""
    past = pasts_of([deal.pk]).get(deal.pk) if was_moved else None
    return _judged(_PROMISES(deal=deal.pk), deal.process_number, past)


def _judged(rows: Iterable[tuple[int, str, str]], number: int, past: Past | None) -> list[Closed]:
    made_under = past.made_under if past else {}
    return [(made_under.get(pk, number), term, outcome, 1) for pk, term, outcome in rows]


def stays_of(deal: int) -> tuple[Stay, ...]:
    """The ended stays of a deal. One query."""
    return tuple(Stay(stage, coarse(minutes or 0)) for stage, minutes in _STAYS(deal=deal))


def ended_stays(deal: int, at: datetime) -> tuple[Stay, ...]:
    """The stay that an act of this moment has ended: of several of the same moment the last. One query."""
    return tuple(Stay(stage, coarse(minutes or 0)) for stage, minutes in _ENDED(deal=deal, at=at))


def lines_of(deal: Deal) -> tuple[str, ...]:
    """The lines of business that the intake form names, in small letters, each once."""
    return lines_said(deal.intake.get("answers", {}))


def lines_said(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The same of the form's answers."""
    said = answers.get("lines", [])
    typed = said if isinstance(said, list) else [said]
    plain = (" ".join(str(one).split()).casefold()[:LONGEST_LINE] for one in typed)
    return tuple(dict.fromkeys(one for one in plain if one))


def meetings_of(deals: Iterable[int]) -> Mapping[int, Sequence[Held]]:
    """The meetings of these deals that took place. Three queries."""
    past = Meeting.objects.filter(
        deal_id__in=list(deals), kind__in=[CLIENT, HUDDLE], state__in=[HELD, CLOSED], ended_at__isnull=False
    )
    rows = list(past.values_list("pk", "deal_id", "kind", "began_at", "ended_at"))
    ids = [row[0] for row in rows]
    people = Counter(Going.objects.filter(meeting_id__in=ids).values_list("meeting_id", flat=True))
    confirmed = set(confirmed_letters().filter(meeting_id__in=ids).values_list("meeting_id", flat=True))
    found: dict[int, list[Held]] = defaultdict(list)
    for pk, deal, kind, began, ended in rows:
        found[deal or 0].append(Held(kind, took(began, ended) or 0, people[pk], pk in confirmed))
    return found


def tracks_of(deals: Sequence[Deal]) -> tuple[Counted, ...]:
    """Everything that is counted of these deals, from their rows alone. A constant number of queries.

    Stays are measured anew, and what was written down of them is put right.
    """
    ids, calendar = [one.pk for one in deals], directory().calendar
    pasts = pasts_of(ids)
    closed = _closed(deals, pasts)
    measure_stays(ids, calendar)
    stays = measured_stays(ids)
    held = meetings_of(ids)
    found = []
    for deal_row in deals:
        process, past = process_version(deal_row.process_number), pasts.get(deal_row.pk)
        track = Track(deal=deal_row, way=past.way if past else "")
        follow_deal(track, deal_row, process, calendar)
        follow_promises(track, closed[deal_row.pk])
        follow_meetings(track, held.get(deal_row.pk, ()))
        found.append(Counted(track, lines_of(deal_row), stays.get(deal_row.pk, ())))
    return tuple(found)


def _closed(deals: Sequence[Deal], pasts: Mapping[int, Past]) -> Mapping[int, Sequence[Closed]]:
    """How the promises of these deals ended: of those that were moved each by itself, of the others by term. Two queries."""
    found: dict[int, list[Closed]] = defaultdict(list)
    ended = Commitment.objects.filter(on_client=False, outcome__in=_COUNTED).order_by()
    numbers = {one.pk: one.process_number for one in deals}
    plain = ended.filter(deal_id__in=numbers.keys() - pasts.keys()).values_list("deal_id", "term", "outcome")
    for deal, term, outcome, count in plain.annotate(Count("pk")):
        found[deal].append((numbers[deal], term, outcome, count))
    each = ended.filter(deal_id__in=pasts).values_list("deal_id", "pk", "term", "outcome")
    for deal, pk, term, outcome in each:
        found[deal] += _judged([(pk, term, outcome)], numbers[deal], pasts[deal])
    return found


def measured_stays(deals: Iterable[int]) -> Mapping[int, tuple[Stay, ...]]:
    """The ended stays of these deals whose length is known. One query."""
    found: dict[int, list[Stay]] = defaultdict(list)
    ended = Visit.objects.filter(deal_id__in=list(deals), minutes__isnull=False)
    for deal, stage, minutes in ended.values_list("deal_id", "stage", "minutes"):
        found[deal].append(Stay(stage, coarse(minutes or 0)))
    return {deal: tuple(stays) for deal, stays in found.items()}


def measure_stays(deals: Sequence[int], calendar: WorkCalendar) -> None:
    """Write down how long ended stays were where that isn't known, or was another time by the calendar of then."""
    promises, wrong = promises_on(set(deals)), []
    ended = Visit.objects.filter(deal_id__in=deals, left_at__isnull=False)
    # in the stage in which a deal was brought in it stood before already, nobody knows how long
    for visit in ended.exclude(entered_at=F("deal__imported_at")):
        assert visit.left_at is not None
        pauses = client_pauses(promises.get(visit.deal_id, ()), visit.left_at)
        minutes = max(calendar.minutes_between(visit.entered_at, visit.left_at, pauses), 0)
        if minutes != visit.minutes:
            visit.minutes = minutes
            wrong.append(visit)
    Visit.objects.bulk_update(wrong, ["minutes"], batch_size=500)
