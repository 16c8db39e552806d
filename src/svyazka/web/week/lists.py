"""What stands behind a number of the week, in words: what the number is, each row, and the same as a file."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.presale.insight.week_behind import WeekBehind, WeekRow
from svyazka.presale.process.queries import process_version
from svyazka.speech.process_words import capital, say_owed, say_role
from svyazka.speech.refusals import OUTCOMES, STATUSES
from svyazka.speech.tables import Cell, Column, Table
from svyazka.speech.times import day_short, viewer_language, worktime

_MOMENTS = {
    "won": "closed", "lost": "closed", "declined": "closed", "why": "closed", "why13": "closed", "promises": "ended", "overdue": "due",
    "slip": "due", "slip_client": "due", "save": "ended", "save_client": "ended", "meetings": "held", "sent": "sent", "letters": "confirmed",
}  # fmt: skip
"""What happened at a row's moment, by the kind of number; where it isn't named, the request was received."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row in words. ``state`` is how the deal or the commitment stands, ``amount`` how long it took or was late."""

    title: str
    href: str
    about: tuple[str, ...]
    number: str
    state: str
    words: str
    amount: str


def lines(found: WeekBehind, which: str) -> tuple[Line, ...]:
    """The rows of a page."""
    return tuple(_line(row, which) for row in found.rows)


def _line(row: WeekRow, which: str) -> Line:
    deal, owed = row.deal, row.commitment
    day = f"{moment_name(which)} {day_short(row.at)}"
    amount = _amount(which.partition(".")[0], row.minutes) if row.minutes is not None else ""
    if owed is not None:
        return Line(
            _what(row), f"/deals/{deal.path}/", (_role(row), deal.client_name, day), deal.number, owed.outcome, "", amount
        )  # fmt: skip
    if row.meeting_id is not None:
        return Line(
            deal.title, f"/meetings/{row.meeting_id}/", (deal.client_name, day), deal.number, "", "", ""
        )
    words, state = str(STATUSES[deal.status]), deal.status
    if state == "open":
        words = process_version(deal.process_number).stage(deal.stage).name.say(viewer_language())
    return Line(
        deal.title, f"/deals/{deal.path}/", (deal.client_name, day), deal.number,
        state if state in {"open", "won", "lost"} else "cancelled", words, amount,
    )  # fmt: skip


def _amount(kind: str, minutes: int) -> str:
    if kind in {"slip", "slip_client"}:
        return _("%(time)s late") % {"time": worktime(minutes)}
    if kind in {"save", "save_client"}:
        return _("%(time)s saved") % {"time": worktime(minutes)}
    return worktime(minutes)


def _what(row: WeekRow) -> str:
    """What a commitment is about; of a deal, what the request is."""
    owed = row.commitment
    if owed is None:
        return row.deal.title
    return say_owed(owed.term, owed.result, process_version(owed.process_number), viewer_language())


def _role(row: WeekRow) -> str:
    owed = row.commitment
    return (
        say_role(owed.role, process_version(owed.process_number), viewer_language())
        if owed and owed.role
        else ""
    )


def moment_name(which: str) -> str:
    """What happened when a row counts, in small letters."""
    names = {
        "received": pgettext("row", "received"), "closed": pgettext("row", "closed"), "ended": pgettext("row", "ended"),
        "due": pgettext("row", "due"), "held": pgettext("row", "held"), "sent": pgettext("row", "sent"),
        "confirmed": pgettext("row", "confirmed"),
    }  # fmt: skip
    kind, point, _key = which.partition(".")
    if kind == "won" and point:  # the requests of a span, by when they came
        kind = "received"
    return names[_MOMENTS.get(kind, "received")]


def table(title: str, found: WeekBehind, which: str) -> Table:
    """All rows as a file."""
    when = moment_name(which)
    columns = (
        Column(pgettext("deals", "Number")), Column(_("Client")), Column(_("What")), Column(pgettext("commitments", "Role")),
        Column(capital(when), "date"), Column(pgettext("deals", "Outcome")), Column(pgettext("figures", "Working time"), "minutes"),
    )  # fmt: skip
    return Table(title, columns, _cells(found.every()))


def _cells(rows: Iterable[WeekRow]) -> Iterable[tuple[Cell, ...]]:
    for row in rows:
        owed = row.commitment
        outcome = str(STATUSES[row.deal.status]) if owed is None else str(OUTCOMES[owed.outcome])
        yield row.deal.number, row.deal.client_name, _what(row), _role(row), row.at, outcome, row.minutes
