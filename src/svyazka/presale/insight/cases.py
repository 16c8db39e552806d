"""What a scorecard counts: each figure's cases, from what people owed. A case is a commitment that ended well or not.

Everything is as it stood at a moment: what came later hasn't happened yet. So whoever may see a card only as it stood a week
ago learns nothing of the week since.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from svyazka.engine.process import Process
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.people.queries import directory

PROMISES: Final = "promises_kept"
"""The key of the figure that every role has: kept / (kept + late + broken)."""
FIRST_ANSWER: Final = "window_answer_time"
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that a figure counts.

    :ivar good: whether it counts above the line; of client's reminders that is where he had to chase us
    :ivar amount: of times, working minutes; of reminders, how many there were
    """

    person_id: int
    role: str
    key: str
    at: datetime
    good: bool
    deal_id: int
    commitment_id: int | None = None
    term: str = ""
    outcome: str = ""
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` on, before ``until``; of one person, or of everybody."""

    since: datetime
    until: datetime
    person_id: int | None = None

    def holds(self, at: datetime | None) -> bool:
        """Whether a moment lies in it."""
        return at is not None and self.since <= at < self.until

    def of(self, column: str) -> Q:
        """The same as a condition on a column of times."""
        return Q(**{f"{column}__gte": self.since, f"{column}__lt": self.until})

    def his(self, column: str) -> Q:
        """The condition that a column names the person; nothing for everybody."""
        return Q() if self.person_id is None else Q(**{column: self.person_id})


@dataclass(frozen=True, slots=True)
class _Owed:
    """A commitment as the figures need it."""

    id: int
    deal_id: int
    person_id: int
    role: str
    term: str
    outcome: str
    opened_at: datetime
    hard_due_at: datetime | None
    closed_at: datetime | None

    def case(self, key: str, at: datetime, *, good: bool, amount: int = 0) -> Case:
        """What it says about a figure."""
        return Case(
            self.person_id, self.role, key, at, good, self.deal_id, self.id, self.term, self.outcome, amount
        )


_COLUMNS = (
    "pk",
    "deal_id",
    "performer_id",
    "role",
    "term",
    "outcome",
    "opened_at",
    "hard_due_at",
    "closed_at",
)
_DECIDED = {"kept": True, "late": False, "broken": False}


def from_commitments(span: Span, process: Process) -> Iterator[Case]:
    """What a person's own commitments say, in whatever role: what the client owes is nobody's. One query.

    Waived and cancelled ones are left out; so is what is still open, but for a request that nobody has touched in time.
    """
    terms = _Terms.of(process)
    wanted = span.of("closed_at") | (span.of("hard_due_at") & Q(term__in=terms.first_answer))
    found = Commitment.objects.filter(wanted & span.his("performer_id"), on_client=False)
    for row in found.order_by("pk").values_list(*_COLUMNS):
        yield from _cases(_Owed(*row), terms, span)


Counts = dict[tuple[str, str], dict[int, tuple[int, int]]]
"""By role and figure, of each person how many cases were good, and how many there were."""


def counted(cases: Iterable[Case]) -> Counts:
    """Cases as counts."""
    found: Counts = {}
    for case in cases:
        _add(found, (case.role, case.key), case.person_id, int(case.good), 1)
    return found


def commitments_counted(span: Span, process: Process, roles: Iterable[str]) -> Counts:
    """What everybody's commitments in these roles say about the figures of :func:`from_commitments` that count kept ones.

    Counted by the database: one query and few rows, however many commitments there were.
    """
    terms, found = _Terms.of(process), Counts()
    ended = Commitment.objects.filter(
        span.of("closed_at"), on_client=False, role__in=list(roles), outcome__in=list(_DECIDED)
    )
    groups = ended.values_list("performer_id", "role", "term").order_by()
    for person, role, term, good, total in groups.annotate(
        good=Count("pk", filter=Q(outcome="kept")), total=Count("pk")
    ):
        for key in terms.about(role, term):
            _add(found, (role, key), person, good, total)
    return found


def _add(counts: Counts, figure: tuple[str, str], person: int, good: int, total: int) -> None:
    people = counts.setdefault(figure, {})
    before = people.get(person, (0, 0))
    people[person] = (before[0] + good, before[1] + total)


@dataclass(frozen=True, slots=True)
class _Terms:
    """Which terms of the process a criterion is about, found by what opens and closes them, however they are called."""

    first_answer: frozenset[str]
    decision: frozenset[str]
    named: tuple[tuple[str, str, frozenset[str]], ...]

    @classmethod
    def of(cls, process: Process) -> "_Terms":
        every = process.terms

        def between(opens: str, closes: str) -> frozenset[str]:
            return frozenset(term.key for term in every if (term.opens, term.closes) == (opens, closes))

        def closing(closes: str) -> frozenset[str]:
            return frozenset(term.key for term in every if term.closes == closes)

        before = frozenset(term.key for term in every if term.due.before is not None)
        return cls(
            first_answer=between("deal.received", "client.contacted"),
            decision=between("deal.received", "deal.accepted"),
            named=(
                ("manager", "letters_in_time", closing("letter.sent")),
                ("manager", "pack_in_time", before),
                ("expert", "read_before", closing("briefing.read")),
                ("estimator", "estimates_in_time", closing("estimate.submitted")),
            ),
        )

    def about(self, role: str, term: str) -> Iterator[str]:
        """Which figures a commitment of this role and term counts in, as kept or not."""
        yield PROMISES
        for owes, key, keys in self.named:
            if role == owes and term in keys:
                yield key


def _cases(owed: _Owed, terms: _Terms, span: Span) -> Iterator[Case]:
    ended, kept = owed.closed_at, _DECIDED.get(owed.outcome)
    if ended is not None and span.holds(ended):
        if kept is not None:
            for key in terms.about(owed.role, owed.term):
                yield owed.case(key, ended, good=kept)
        if owed.term in terms.decision and (kept is not None or owed.outcome == "cancelled"):
            # a request that was declined before its time was decided on in time too
            yield owed.case("decided_in_a_day", ended, good=kept is not False)
    if owed.term in terms.first_answer:
        yield from _first_answer(owed, span)


def _first_answer(owed: _Owed, span: Span) -> Iterator[Case]:
    ended = owed.closed_at if owed.closed_at is not None and owed.closed_at < span.until else None
    if ended is not None and span.holds(ended) and owed.outcome in {"kept", "late"}:
        calendar = directory().calendar_of(owed.person_id)
        yield owed.case(
            FIRST_ANSWER, ended, good=True, amount=calendar.minutes_between(owed.opened_at, ended)
        )
    hard = owed.hard_due_at
    if hard is None or owed.outcome in {"waived", "cancelled"}:
        return
    if ended is None and span.holds(hard):
        yield owed.case("nothing_forgotten", hard, good=False)
    elif ended is not None and span.holds(ended):
        yield owed.case("nothing_forgotten", ended, good=ended <= hard)
