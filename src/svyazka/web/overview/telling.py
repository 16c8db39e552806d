"""What the owner's page shows, in words: news as sentences, deals that wait, conversion against the process's marks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.engine.process import Process
from svyazka.presale.commitments.queries import CommitmentRow, results_of
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.insight.queries import News, Overview
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.speech.acts import say_act
from svyazka.speech.charts.values import Mark
from svyazka.speech.deal_tables import deals_table
from svyazka.speech.process_words import say_owed
from svyazka.speech.tables import Column, Table
from svyazka.speech.times import number, percent, plural, worktime
from svyazka.speech.week.charts import marks_of
from svyazka.web.ui.heads import Head


@dataclass(frozen=True, slots=True)
class Told:
    """An act as a sentence. ``who`` is empty where nobody in particular did it."""

    deal: DealRow
    sentence: str
    who: str
    at: datetime
    look: str | None


@dataclass(frozen=True, slots=True)
class NewsDay:
    """The news of one of the viewer's days, newest first."""

    day: date
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A deal that waits. ``minutes`` is working time left until the next due time, negative once it is overdue."""

    deal: DealRow
    holder: str
    stage: str
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Owed:
    """A commitment of a unit's person."""

    row: CommitmentRow
    what: str
    performer: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """Won of received, in percent; ``most`` is what it would be if everything still open were won."""

    won: float
    most: float
    marks: tuple[Mark, ...]


_LOOKS: Mapping[str, str] = {
    "deal.won": "kept", "deal.lost": "broken", "client.chased": "broken", "commitment.escalated": "broken",
}  # fmt: skip


def told(news: Sequence[News], language: str) -> tuple[NewsDay, ...]:
    """The news by day, each act with its deal."""
    results = results_of({found for one in news if isinstance(found := one.entry.data.get("id"), int)})
    people = directory()
    days: dict[date, list[Told]] = {}
    for one in news:
        if one.deal is None:
            continue
        sentence = say_act(
            one.entry.act, one.entry.data, people=people, process=process_version(one.deal.process_number),
            language=language, results=results,
        )  # fmt: skip
        line = Told(
            one.deal, sentence, people.name(one.entry.actor_id), one.entry.at, _LOOKS.get(one.entry.act)
        )
        days.setdefault(timezone.localdate(one.entry.at), []).append(line)
    return tuple(NewsDay(day, tuple(lines)) for day, lines in days.items())


def waiting(rows: Iterable[DealRow], at: datetime, language: str) -> tuple[Waiting, ...]:
    """Deals with whom and what they wait for."""
    people = directory()
    return tuple(
        Waiting(
            row, people.name(row.holder_id), process_version(row.process_number).stage(row.stage).name.say(language),
            people.calendar_of(row.holder_id).minutes_between(at, row.next_due) if row.next_due else None,
        )
        for row in rows
    )  # fmt: skip


def owed(rows: Iterable[CommitmentRow], at: datetime, language: str) -> tuple[Owed, ...]:
    """Commitments with their words, performers and time left."""
    people = directory()
    return tuple(
        Owed(
            row, say_owed(row.term, row.result, process_version(row.process_number), language),
            people.name(row.performer_id), people.calendar_of(row.performer_id).minutes_between(at, row.due_at),
        )
        for row in rows
    )  # fmt: skip


def conversion(seen: Overview, process: Process) -> Conversion | None:
    """Conversion of the last 365 days; None while nothing has been received."""
    if not seen.received_year:
        return None
    return Conversion(
        won=100 * seen.won_year / seen.received_year,
        most=100 * (seen.won_year + seen.still_open_year) / seen.received_year,
        marks=marks_of(process),
    )


def head(which: str, seen: Overview, process: Process) -> Head:
    """Of a list of the overview."""
    year = number(seen.received_year)
    of_year = ngettext("of %(total)s request received in 365 days", "of %(total)s requests received in 365 days", seen.received_year) % {"total": year}  # fmt: skip
    month, whole = _("Received in 30 days"), _("Received in 365 days")
    taken = seen.to_contract
    found = {
        "received": Head(month, number(seen.received_30), _("received in 30 days")),
        "won": Head(_("Won in 30 days"), number(seen.won_30), _("won in 30 days")),
        "unanswered": Head(_("Without a first answer"), number(seen.untouched), _("without a first answer")),
        "year": Head(whole, year, _("received in 365 days")),
        "year-won": Head(whole, number(seen.won_year), f"{pgettext('deals', 'won')}, {of_year}", _part(seen.won_year, seen)),
        "year-open": Head(whole, number(seen.still_open_year), f"{pgettext('deals', 'still open')}, {of_year}", _part(seen.still_open_year, seen)),
        "contracts": Head(
            _("Client meetings to a contract, 365 days"), number(taken.meetings) if taken else "0", meetings_label(seen), to_contract(seen, process)
        ),
    }  # fmt: skip
    return found[which]


def _part(count: int, seen: Overview) -> str:
    return percent(count / seen.received_year) if seen.received_year else ""


def deals_table_of(title: str, deals: Iterable[tuple[DealRow, int | None]], which: str) -> Table:
    """A list as a file."""
    if which != "contracts":
        return deals_table(title, ((deal, ()) for deal, _meetings in deals))
    meetings = Column(pgettext("figures", "Client meetings"), "int")
    return deals_table(title, ((deal, (count,)) for deal, count in deals), meetings)


def meetings_label(seen: Overview) -> str:
    """What the number of meetings that a contract takes is called."""
    meetings = seen.to_contract.meetings if seen.to_contract else 0
    return ngettext("meeting to a contract", "meetings to a contract", plural(meetings))


def to_contract(seen: Overview, process: Process) -> str:
    """What stands under the number of meetings that a contract takes: how long they are together, of how many deals, the goal."""
    taken = seen.to_contract
    if taken is None:
        return ""
    goal = next((one.value for one in process.goals if one.key == "meetings_to_contract"), None)
    deals = ngettext("median of %(num)s deal in a year", "median of %(num)s deals in a year", taken.deals)
    aimed = _("goal: %(goal)s") % {"goal": number(goal)} if isinstance(goal, int | float) else ""
    return ", ".join(filter(None, (worktime(round(taken.minutes)), deals % {"num": taken.deals}, aimed)))


def owed_table(rows: Iterable[Owed], unit: str) -> Table:
    """What a unit's people owe, to take along."""
    columns = (
        Column(pgettext("deals", "Number")), Column(_("Client")), Column(_("What")), Column(pgettext("commitments", "Performer")),
        Column(_("Due"), "date"),
    )  # fmt: skip
    cells = [
        (one.row.deal_number, one.row.client_name, one.what, one.performer, one.row.due_at) for one in rows
    ]
    return Table(unit or _("People in no unit"), columns, cells)


def units(seen: Overview) -> Table:
    """What each unit's people owe, to take along."""
    columns = (
        Column(_("Unit")),
        Column(pgettext("commitments", "Open"), "int"),
        Column(pgettext("commitments", "Overdue"), "int"),
    )
    rows = ((load.name or _("People in no unit"), load.open, load.overdue) for load in seen.units)
    return Table(_("Commitments by unit"), columns, rows)
