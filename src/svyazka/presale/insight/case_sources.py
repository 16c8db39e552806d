"""What a scorecard counts besides commitments: requests brought, deals led, meetings held, expert requests taken.

Each is one function of a :class:`~.cases.Span`: of one person, or of everybody for the mean of a role.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from svyazka.engine.process import Process
from svyazka.presale.deals.intake import is_answered
from svyazka.presale.deals.models import UNREAL, Deal, Seat
from svyazka.presale.experts.models import Claim
from svyazka.presale.insight.cases import Case, Span
from svyazka.presale.journal.models import Entry
from svyazka.presale.meetings.figures import confirmed_letters, held_with_clients
from svyazka.presale.meetings.models import Letter
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.models import Visit

CLAIM_TIME: Final = "claim_time"


def requests_complete(span: Span, process: Process) -> Iterator[Case]:
    """Requests handed in: whether each mandatory field had an answer at once. Duplicates and spam are left out."""
    del process  # each request was asked by the form of its own time
    brought = _brought(span).filter(span.of("received_at"))
    deals = {
        pk: (author, number)
        for pk, author, number in brought.values_list("pk", "author_id", "process_number")
    }
    found = Entry.objects.filter(act="deal.received", chain__in=brought.values("pk"))
    for deal, at, data in found.order_by("chain").values_list("chain", "at", "data"):
        author, number = deals[deal]
        said = data.get("fields")
        answers = {str(key): True for key in said} if isinstance(said, list) else {}
        fields = process_version(number).fields
        whole = all(is_answered(field, answers, {}) for field in fields if field.required)
        yield Case(author, "lead_generator", "complete_at_once", at, whole, deal)


def requests_reached(span: Span, process: Process) -> Iterator[Case]:
    """Requests that got as far as the stage of the first meeting, or ended before. Those on their way say nothing yet. One query."""
    stage = _meeting_stage(process)
    entered = (
        Visit.objects.filter(deal=OuterRef("pk"), stage=stage).order_by("entered_at").values("entered_at")[:1]
    )
    brought = _brought(span).annotate(entered=Subquery(entered))
    known = brought.filter(span.of("entered") | (span.of("closed_at") & Q(entered=None)))
    for deal, author, at, closed in known.order_by("pk").values_list(
        "pk", "author_id", "entered", "closed_at"
    ):
        when = at or closed
        assert when is not None  # one of them lies in the span
        yield Case(author, "lead_generator", "reached_meeting", when, at is not None, deal)


def _brought(span: Span) -> QuerySet[Deal]:
    return Deal.objects.filter(span.his("author_id"), author__is_agent=False).exclude(status__in=UNREAL)


def _meeting_stage(process: Process) -> str:
    """The first stage that asks for a meeting with the client to have been held."""
    for stage in process.stages:
        if any(check.fact == "meeting.held" for check in stage.checks):
            return stage.key
    return ""


def deals_chased(span: Span, process: Process) -> Iterator[Case]:
    """Deals that somebody began to lead: whether the client had to chase us meanwhile, and how often. Two queries."""
    del process
    led = Seat.objects.filter(span.his("person_id"), span.of("since"), role="manager")
    seats = list(led.order_by("pk").values_list("deal_id", "person_id", "since", "until"))
    times: dict[int, list[datetime]] = {}
    chased = Entry.objects.filter(
        act="client.chased", at__lt=span.until, at__gte=span.since,
        chain__in=Deal.objects.filter(pk__in=led.values("deal_id"), chased__gt=0).values("pk"),
    )  # fmt: skip
    for deal, at in chased.values_list("chain", "at"):
        times.setdefault(deal, []).append(at)
    for deal, person, since, until in seats:
        often = sum(since <= at and (until is None or at < until) for at in times.get(deal, ()))
        yield Case(person, "manager", "client_reminders", since, often > 0, deal, amount=often)


def letters_confirmed(span: Span, process: Process) -> Iterator[Case]:
    """Client meetings held, by who led the deal and who was its expert then: whether the client has confirmed the letter.

    It is the count of the figures page: a meeting whose letter waits, or was never sent, isn't confirmed. One query.
    """
    del process
    held = held_with_clients().filter(span.of("ended_at") & _seated("deal", "ended_at", span))
    said_yes = Exists(confirmed_letters().filter(meeting=OuterRef("pk")))
    seats = held.exclude(deal__status__in=UNREAL).annotate(good=said_yes).order_by("ended_at", "pk")
    for person, role, deal, at, good in seats.values_list(
        "deal__seats__person_id", "deal__seats__role", "deal_id", "ended_at", "good"
    ):
        assert at is not None
        yield Case(person, role, "letters_confirmed", at, good, deal or 0)


def clients_ready(span: Span, process: Process) -> Iterator[Case]:
    """What clients said in their letters: ready for the next step, or not yet; of each meeting the latest answer. One query."""
    del process
    said = Letter.objects.filter(span.of("answered_at") & _seated("meeting__deal", "sent_at", span)).exclude(
        ready=""
    )
    latest: dict[tuple[int, str, int], Case] = {}
    for person, role, deal, meeting, at, ready in said.order_by("meeting", "version").values_list(
        "meeting__deal__seats__person_id", "meeting__deal__seats__role", "meeting__deal_id", "meeting_id",
        "answered_at", "ready",
    ):  # fmt: skip
        assert at is not None
        latest[person, role, meeting] = Case(person, role, "client_ready", at, ready == "yes", deal)
    yield from latest.values()


def _seated(deal: str, moment: str, span: Span) -> Q:
    """The condition that somebody (the span's person) led the deal, or was its expert, at a moment that a column names."""
    seat = f"{deal}__seats"
    roles = Q(**{f"{seat}__role__in": ["manager", "expert"], f"{seat}__since__lte": F(moment)})
    still = Q(**{f"{seat}__until": None}) | Q(**{f"{seat}__until__gt": F(moment)})
    return roles & still & span.his(f"{seat}__person_id")


def claims_taken(span: Span, process: Process) -> Iterator[Case]:
    """Expert requests that somebody took himself: after how many of his working minutes. One query."""
    del process
    people = directory()
    taken = Claim.objects.filter(span.his("person_id"), span.of("at"), person_id=F("by_id")).order_by("pk")
    for person, deal, asked, at in taken.values_list(
        "person_id", "request__deal_id", "request__asked_at", "at"
    ):
        minutes = people.calendar_of(person).minutes_between(asked, at)
        yield Case(person, "expert", CLAIM_TIME, at, good=True, deal_id=deal, amount=minutes)


Source = Callable[[Span, Process], Iterator[Case]]
SOURCES: Final[Mapping[Source, frozenset[str]]] = {
    requests_complete: frozenset({"lead_generator"}),
    requests_reached: frozenset({"lead_generator"}),
    deals_chased: frozenset({"manager"}),
    letters_confirmed: frozenset({"manager", "expert"}),
    clients_ready: frozenset({"manager", "expert"}),
    claims_taken: frozenset({"expert"}),
}
"""Each source with the roles whose figures it feeds."""
