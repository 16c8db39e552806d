"""Histories of deals for a rehearsal, rebuilt from the journal and from rows that know their times."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from svyazka.engine.clock import client_pauses
from svyazka.engine.facts import ANCHORS, EVENTS, FACTS
from svyazka.engine.process import Process, Term
from svyazka.engine.rehearsal import Event, History, Leaving, Ran
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import CommitmentRow, rows_of
from svyazka.presale.deals.intake import missing
from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.values import Json
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.presale.questions.models import Question
from svyazka.presale.stages.models import Evidence

_OF_THE_FORM: Final = ("intake.changed", "intake.unknown")
_ON_THE_FORM: Final = frozenset({"intake.complete", "intake.answered"})
_COMPUTED: Final = frozenset(name for name, fact in FACTS.items() if fact.kind == "computed")
_MOVED: Final = "deal.process_changed"
_TOLD: Final = (*EVENTS, *_OF_THE_FORM, _MOVED, "deal.reopened", "expert.handed_back", "triage.handed_back")
_SEATS: Final = ("manager", "expert", "estimator")

Acts = Sequence[tuple[str, datetime, Mapping[str, Json]]]
"""A deal's acts in their order: name, time, data."""
Span = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is read of all the deals together. Five queries."""

    acts: Mapping[int, Acts]
    evidence: Mapping[int, Sequence[tuple[str, Span]]]
    seats: Mapping[int, Sequence[tuple[str, Span]]]
    questions: Mapping[int, Sequence[Span]]
    commitments: Mapping[int, Sequence[CommitmentRow]]


def histories(deals: Iterable[Deal], new: Process, *, since: datetime, at: datetime) -> tuple[History, ...]:
    """What is known of these deals, for a rehearsal of ``new``. Five queries however many they are.

    :param since: nothing before is played
    """
    found = list(deals)
    rows = _read([deal.pk for deal in found])
    return tuple(_history(deal, rows, new, since, at) for deal in found)


def _read(ids: Sequence[int]) -> _Rows:
    acts: dict[int, list[tuple[str, datetime, Mapping[str, Json]]]] = defaultdict(list)
    told = Entry.objects.filter(Q(act__in=_TOLD) | Q(act__startswith="stage."), chain__in=ids)
    for chain, act, at, data in told.order_by("chain", "seq").values_list("chain", "act", "at", "data"):
        acts[chain].append((act, at, data))
    evidence: dict[int, list[tuple[str, Span]]] = defaultdict(list)
    shown = Evidence.objects.filter(deal_id__in=ids).values_list("deal_id", "name", "at", "withdrawn_at")
    for deal, name, at, until in shown:
        evidence[deal].append((name, (at, until)))
    seats: dict[int, list[tuple[str, Span]]] = defaultdict(list)
    seated = Seat.objects.filter(deal_id__in=ids, role__in=_SEATS)
    for deal, role, at, until in seated.values_list("deal_id", "role", "since", "until"):
        seats[deal].append((role, (at, until)))
    questions: dict[int, list[Span]] = defaultdict(list)
    asked = Question.objects.filter(deal_id__in=ids).values_list("deal_id", "asked_at", "answered_at")
    for deal, at, until in asked:
        questions[deal].append((at, until))
    commitments: dict[int, list[CommitmentRow]] = defaultdict(list)
    for row in rows_of(Commitment.objects.filter(deal_id__in=ids).order_by("opened_at", "pk")):
        commitments[row.deal_id].append(row)
    return _Rows(acts, evidence, seats, questions, commitments)


def _history(deal: Deal, rows: _Rows, new: Process, since: datetime, at: datetime) -> History:
    acts, commitments = rows.acts.get(deal.pk, ()), rows.commitments.get(deal.pk, ())
    rules = _Rules(deal.process_number, acts)
    until = deal.closed_at or at
    leavings = tuple(
        _leaving(deal, rows, rules.at_place(place), new, act)
        for place, act in enumerate(acts)
        if act[0] == "deal.won" or (act[0].startswith("stage.") and "from" in act[2])
    )
    return History(
        deal_id=deal.pk, leavings=leavings, events=tuple(_event(*act) for act in acts),
        ran=tuple(_ran(row, term) for row in commitments if (term := rules.term(row)) is not None),
        processes=rules.all, pauses=client_pauses([row.promise() for row in commitments], until),
        dates=tuple(_dates(acts)), since=since, until=until,
    )  # fmt: skip


class _Rules:
    """Which version of the process a deal followed when."""

    def __init__(self, now: int, acts: Acts) -> None:
        moves = [(place, act[1], act[2]) for place, act in enumerate(acts) if act[0] == _MOVED]
        numbers = [int(str(data["from"])) for _, _, data in moves]
        self._places = [place for place, _, _ in moves]
        self._times = [at for _, at, _ in moves]
        self._numbers = [*numbers, now]

    @property
    def all(self) -> tuple[Process, ...]:
        """Every version that the deal has followed."""
        return tuple(process_version(number) for number in dict.fromkeys(self._numbers))

    def at_place(self, place: int) -> Process:
        """The rules when the act at this place happened."""
        return process_version(self._numbers[bisect_right(self._places, place)])

    def term(self, row: CommitmentRow) -> Term | None:
        """The term that opened a commitment, as it was then; None for one that no term opened."""
        process = process_version(self._numbers[bisect_right(self._times, row.opened_at)])
        return next((term for term in process.terms if term.key == row.term), None)


def _leaving(
    deal: Deal, rows: _Rows, process: Process, new: Process, act: tuple[str, datetime, Mapping[str, Json]]
) -> Leaving:
    name, at, data = act
    won, over = name == "deal.won", data.get("over")
    facts, unknown = _facts(deal, rows, new, at)
    return Leaving(
        stage=str(data["stage"] if won else data["from"]), at=at, process=process, facts=facts, unknown=unknown,
        over=frozenset(map(str, over)) if isinstance(over, list) else frozenset(), won=won,
    )  # fmt: skip


def _facts(deal: Deal, rows: _Rows, new: Process, at: datetime) -> tuple[frozenset[str], frozenset[str]]:
    """What held on the deal at a moment, and of which computed facts nobody can tell."""
    stated = {name for name, span in rows.evidence.get(deal.pk, ()) if _in(span, at)}
    seated = {role for role, span in rows.seats.get(deal.pk, ()) if _in(span, at)}
    promised = any(
        row.to_client and row.opened_at <= at and (row.closed_at is None or row.closed_at >= at)
        for row in rows.commitments.get(deal.pk, ())
    )
    claims = {
        "duplicates.checked": _by(deal.duplicates_checked_at, at),
        "manager.appointed": "manager" in seated,
        "expert.appointed": "expert" in seated,
        "estimator.appointed": "estimator" in seated,
        "author.recorded": deal.author_id is not None or bool(deal.source),
        "client.contacted": _by(deal.contacted_at, at),
        "next_step.promised": promised,
        "questions.answered": not any(_in(span, at) for span in rows.questions.get(deal.pk, ())),
        "decision.taken": _by(deal.accepted_at, at),
    }
    form, unknown = _form(deal, rows.acts.get(deal.pk, ()), new, at)
    # a fact that nobody has taught this page is not known rather than wrong
    unknown |= _COMPUTED - claims.keys() - _ON_THE_FORM
    return frozenset(stated | form | {name for name, holds in claims.items() if holds}), unknown


def _form(deal: Deal, acts: Acts, new: Process, at: datetime) -> tuple[set[str], frozenset[str]]:
    """What the intake form showed, by the new process's fields. Only what it says now is kept, so after a change nobody can tell."""
    if any(name in _OF_THE_FORM and when > at for name, when, _ in acts):
        return set(), _ON_THE_FORM
    lacking = {field.key for field in missing(new, deal.intake.get("answers", {}))}
    held = {"intake.complete": not lacking, "intake.answered": lacking <= set(deal.intake.get("unknown", {}))}
    return {name for name, holds in held.items() if holds}, frozenset()


def _in(span: Span, at: datetime) -> bool:
    return span[0] <= at and (span[1] is None or span[1] > at)


def _by(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at


def _event(name: str, at: datetime, data: Mapping[str, Json]) -> Event:
    """An act as terms see it: what is handed back opens what asking for it did, what is reopened what its stage did."""
    kind, _, what = name.partition(".")
    about = data.get("about")
    if name == "deal.reopened":
        name = f"stage.{data.get('stage')}"
    elif what == "handed_back":
        name = f"{kind}.requested"
    return Event(name, at, about if isinstance(about, int) else 0)


def _ran(row: CommitmentRow, term: Term) -> Ran:
    calendar = directory().calendar_of(row.performer_id)
    return Ran(term, row.opened_at, row.due_at, row.closed_at, row.outcome, calendar)


def _dates(acts: Acts) -> Iterable[tuple[str, datetime, datetime]]:
    named = {event: anchor for anchor, event in ANCHORS.items()}
    for name, at, data in acts:
        when = data.get("when")
        if name in named and isinstance(when, str):
            yield named[name], at, datetime.fromisoformat(when)
