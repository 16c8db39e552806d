"""A person's breaches and saves: what slipped and what came late to it, whose delay he made up for. By the fair clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, TypeVar

from django.db.models import F, Q, QuerySet

from svyazka.engine.clock import Breach, Save, breaches, saves
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import CommitmentRow, commitments_of_deals
from svyazka.presale.insight.scorecards import card_span
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import PersonCard, directory

A_PAGE: Final = 20
"""Commitments that a page looks at. Some of them turn out to be none: it can have fewer lines, not more."""
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Line(Generic[_Found]):
    """A breach or a save with its commitment."""

    commitment: CommitmentRow
    found: _Found


@dataclass(frozen=True, slots=True)
class Lines(Generic[_Found]):
    """One page of them, newest first, of a person; ``has_more`` says that there is a next one.

    :ivar others: every commitment of those deals by id, so that what came late can be named
    """

    person: PersonCard
    is_own: bool
    until: datetime
    lines: tuple[Line[_Found], ...]
    others: Mapping[int, CommitmentRow]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class _Shown:
    """Which page is shown, of whom and to whom."""

    page: int
    size: int
    person: PersonCard
    viewer: Actor
    until: datetime

    def of(self, found: QuerySet[Commitment]) -> list[tuple[int, int]]:
        """Ids of the page's commitments with those of their deals, and one more where there is a next page."""
        return list(
            found.values_list("pk", "deal_id")[(self.page - 1) * self.size : self.page * self.size + 1]
        )

    def lines(
        self, asked: Sequence[tuple[int, int]], rows: Mapping[int, tuple[CommitmentRow, ...]],
        found: Mapping[int, _Found],
    ) -> Lines[_Found]:  # fmt: skip
        """The page: of what was asked what was found, in that order."""
        every = {row.id: row for owed in rows.values() for row in owed}
        lines = tuple(Line(every[pk], found[pk]) for pk, _ in asked[: self.size] if pk in found)
        is_own, has_more = self.viewer.me == self.person.id, len(asked) > self.size
        return Lines(self.person, is_own, self.until, lines, every, self.page, has_more)


def breaches_of(
    *, viewer: Actor, person_id: int, at: datetime, page: int = 1, size: int = A_PAGE
) -> Lines[Breach]:
    """What slipped of what the person owed, with what came late from others before it. Time of the client's is no delay of his.

    :raises NotFound: as :func:`~.scorecards.scorecard`
    """
    person, span = card_span(viewer=viewer, person_id=person_id, at=at)
    ended = span.of("closed_at") & Q(outcome__in=["late", "broken"])
    running = span.of("due_at") & (Q(closed_at=None) | Q(closed_at__gte=span.until))
    wanted = Commitment.objects.filter(ended | running, performer=person_id, on_client=False)
    shown = _Shown(page, size, person, viewer, span.until)
    asked, calendar = shown.of(wanted.order_by("-due_at", "-pk")), directory().calendar_of(person_id)
    rows, found = commitments_of_deals({deal for _, deal in asked[:size]}), dict[int, Breach]()
    for owed in rows.values():
        promises = [row.promise() for row in owed]
        found.update({one.promise_id: one for one in breaches(promises, span.until, calendar)})
    return shown.lines(asked, rows, found)


def saves_of(
    *, viewer: Actor, person_id: int, at: datetime, page: int = 1, size: int = A_PAGE
) -> Lines[Save]:
    """Where somebody's delay, or the client's, came before what the person owed, and he kept the date all the same.

    :raises NotFound: as :func:`~.scorecards.scorecard`
    """
    person, span = card_span(viewer=viewer, person_id=person_id, at=at)
    late = Q(after__outcome__in=["late", "broken"], after__closed_at__gt=F("after__due_at"))
    wanted = Commitment.objects.filter(
        late & span.of("closed_at"), performer=person_id, on_client=False, outcome="kept"
    ).exclude(allowed="")
    others = wanted.exclude(after__performer=person_id, after__on_client=False)
    shown = _Shown(page, size, person, viewer, span.until)
    asked, calendar = shown.of(others.order_by("-closed_at", "-pk")), directory().calendar_of(person_id)
    rows, found = commitments_of_deals({deal for _, deal in asked[:size]}), dict[int, Save]()
    for owed in rows.values():
        promises = [row.promise() for row in owed]
        found.update({one.promise_id: one for one in saves(promises, calendar)})
    return shown.lines(asked, rows, found)
