"""Scorecards, and what stands behind them, as files to take along."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.engine.clock import Breach, Save
from svyazka.presale.insight.breaches import Lines
from svyazka.presale.insight.case_figures import Figure
from svyazka.presale.insight.scorecards import Card, RoleCard
from svyazka.presale.process.queries import current_process
from svyazka.speech.refusals import OUTCOMES
from svyazka.speech.tables import Cell, Column, Table
from svyazka.speech.times import viewer_language
from svyazka.web.scorecards.behind import Row, Slip
from svyazka.web.scorecards.words import FORMULAS, say_figure, say_role_title, say_term

_AT_ONCE: Final = 200
_Found = TypeVar("_Found", Breach, Save)


def figures(card: Card) -> Table:
    """All figures of a card, shares and times apart, each as counted and as drawn towards the mean of its role."""
    columns = (
        Column(_("Role")), Column(_("Figure")), Column(_("Cases"), "int"), Column(_("Of them counted"), "int"), Column(_("Share as counted"), "share"),
        Column(_("Share drawn towards the mean of the role"), "share"), Column(_("Share, from"), "share"), Column(_("Share, to"), "share"),
        Column(_("Mean of the role"), "share"), Column(_("Time, median"), "minutes"), Column(_("Time, from"), "minutes"),
        Column(_("Time, to"), "minutes"), Column(_("Median of the role"), "minutes"), Column(_("Formula")),
    )  # fmt: skip
    return Table(
        _("Figures by role"), columns, [_cells(role, one) for role in card.roles for one in role.figures]
    )


def _cells(role: RoleCard, figure: Figure) -> tuple[Cell, ...]:
    process, language = current_process()[1], viewer_language()
    named = say_role_title(role.role, process, language), say_figure(figure.key, role.role, process, language)
    found = (figure.value, figure.low, figure.high, figure.role_mean)
    nothing = (None,) * len(found)
    shares, times = (found, nothing) if figure.kind == "share" else (nothing, found)
    good = figure.good if figure.kind == "share" else None
    return *named, figure.total, good, figure.own, *shares, *times, str(FORMULAS[figure.key])


def terms(card: Card) -> Table:
    """How promises ended, by kind."""
    process, language = current_process()[1], viewer_language()
    columns = (
        Column(_("Role")), Column(_("What was promised")), Column(pgettext("commitments", "Kept"), "int"), Column(pgettext("commitments", "Late"), "int"),
        Column(pgettext("commitments", "Broken"), "int"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (say_role_title(role.role, process, language), say_term(line.term, process, language), line.kept, line.late, line.broken)
        for role in card.roles
        for line in role.terms
    ]  # fmt: skip
    return Table(_("Promises by kind"), columns, rows)


def rows(title: str, cases: Iterable[Row]) -> Table:
    """The cases behind a figure."""
    columns = (
        Column(pgettext("deals", "Number")), Column(_("Case")), Column(_("Deal")), Column(_("When"), "date"), Column(pgettext("deals", "Outcome")),
    )  # fmt: skip
    return Table(
        title, columns, [(one.number, one.title, one.client, one.at, one.ended or str(OUTCOMES[one.look])) for one in cases]
    )  # fmt: skip


def slips(title: str, found: Iterable[Slip], spent: str) -> Table:
    """What slipped, or was saved. ``spent`` says what its time is."""
    columns = (
        Column(pgettext("deals", "Number")), Column(_("What was promised")), Column(_("Role")), Column(_("Client")), Column(_("When"), "date"),
        Column(spent, "minutes"), Column(_("What came late before")),
    )  # fmt: skip
    said = (
        (one.number, one.title, one.role, one.client, one.at, one.minutes, "; ".join(one.causes))
        for one in found
    )
    return Table(title, columns, said)


def all_pages(read: Callable[..., Lines[_Found]]) -> Iterator[Lines[_Found]]:
    """Page after page, to the last one."""
    page, more = 1, True
    while more:
        found = read(page=page, size=_AT_ONCE)
        yield found
        page, more = page + 1, found.has_more
