"""The minutes of a status run: by client one line of what was said, who owes what by when; clients of whom nothing is to be told together.

A page, a letter and a chat tell the same: :class:`Told` is what all three go by.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from svyazka.presale.channels.port import Line, Section
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.journal.values import NotFound
from svyazka.presale.meetings.rows import TaskRow
from svyazka.presale.meetings.runs.queries import RunPage, StopRow, run_page
from svyazka.presale.meetings.runs.values import DECIDED, OUTCOMES, STEP
from svyazka.presale.meetings.values import NO_TASK
from svyazka.presale.notices.queries import NoticeRow
from svyazka.presale.people.queries import directory
from svyazka.speech.notices import hidden, say_need
from svyazka.speech.reader import Reader
from svyazka.speech.runs import LINES
from svyazka.speech.runs import OUTCOMES as OUTCOME_WORDS
from svyazka.speech.times import when


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell of a run.

    :ivar clients: of whom something was said, or who have a commitment from it, in the order in which they were left
    :ivar silent: who were talked through, and nothing was new
    :ivar passed: who weren't talked through, by what became of them
    """

    clients: Sequence[StopRow]
    silent: Sequence[StopRow]
    passed: Mapping[str, Sequence[StopRow]]


def told_of_run(page: RunPage) -> Told:
    """Sort the clients of a run by what there is to tell of them."""
    stops = sorted(page.stops, key=lambda one: (one.left_at or page.began_at, one.position))
    clients = [one for one in stops if one.is_written or tasks_of(page, one)]
    rest = [one for one in stops if one not in clients]
    passed = {code: [one for one in rest if one.outcome == code] for code in OUTCOMES if code != DECIDED}
    return Told(
        clients,
        [one for one in rest if one.outcome == DECIDED],
        {code: found for code, found in passed.items() if found},
    )


def tasks_of(page: RunPage, stop: StopRow) -> list[TaskRow]:
    """The commitments about a client, without those that are none any more."""
    return [one for one in page.tasks_of(stop.deal.id) if one.outcome not in NO_TASK]


def say_result(stop: StopRow) -> str:
    """What was said about a client, as one line; empty if nothing was, or it isn't for this reader."""
    said = [(words, stop.said.get(line)) for line, words in LINES.items()]
    said.append((_("No task yet"), stop.said.get(STEP)))
    return "; ".join(f"{words}: {answer}" for words, answer in said if answer)


def minutes_sections(row: NoticeRow, reader: Reader, at: datetime) -> tuple[Section, ...]:
    """What of the minutes may leave the house: deals by number and need; what people typed only where the workspace lets names
    out. Empty for who may not know of the run.
    """
    viewer, run = reader.viewer(), row.data.get("meeting")
    if viewer is None or not isinstance(run, int):
        return ()
    try:
        page = run_page(meeting_id=run, viewer=viewer, at=at)
    except NotFound:
        return ()
    return tuple(_sections(page, at))


def _sections(page: RunPage, at: datetime) -> Iterator[Section]:
    told = told_of_run(page)
    for stop in told.clients:
        owed = [Line(_owed(one, at)) for one in tasks_of(page, stop)]
        said = [Line(_result(stop))] if stop.is_written else []
        yield Section(say_need(stop.deal), (*said, *owed))
    if told.silent:
        yield Section("", (Line(_("Nothing new about: %(deals)s.") % {"deals": _named(told.silent)}),))
    if told.passed:
        lines = (Line(f"{OUTCOME_WORDS[code]}: {_named(stops)}") for code, stops in told.passed.items())
        yield Section(_("Not talked through"), tuple(lines))


def _result(stop: StopRow) -> str:
    return (directory().names_in_messages and say_result(stop)) or _("what was said stands in the minutes")


def _named(stops: Sequence[StopRow]) -> str:
    return ", ".join(_name(one.deal) for one in stops)


def _name(deal: DealRow) -> str:
    return f"{deal.number} {deal.client_name}" if directory().names_in_messages else deal.number


def _owed(task: TaskRow, at: datetime) -> str:
    people = directory()
    what = task.result if people.names_in_messages else hidden()
    return f"• {people.name(task.performer_id)}, {when(task.due_at, at)}: {what}"
