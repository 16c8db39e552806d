"""The minutes of a status run as a message: by deal what was decided, who owes what by when; at the end who had no turn."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from svyazka.presale.channels.port import Line, Section
from svyazka.presale.journal.values import NotFound
from svyazka.presale.meetings.rows import TaskRow
from svyazka.presale.meetings.runs.queries import RunPage, StopRow, run_page
from svyazka.presale.meetings.runs.values import DECIDED
from svyazka.presale.meetings.values import NO_TASK
from svyazka.presale.notices.queries import NoticeRow
from svyazka.presale.people.queries import directory
from svyazka.speech.notices import hidden, say_need
from svyazka.speech.reader import Reader, address
from svyazka.speech.runs import LINES, OUTCOMES
from svyazka.speech.times import when


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
    for stop in page.stops:
        tasks = page.tasks_of(stop.deal.id)
        if stop.outcome == DECIDED or tasks:
            said = [Line(one) for one in _said(stop)]
            owed = [Line(_owed(one, at)) for one in tasks if one.outcome not in NO_TASK]
            yield Section(say_need(stop.deal), (*said, *owed) or (Line(_("Nothing new was decided.")),))
    passed = [one for one in page.stops if one.outcome != DECIDED]
    if passed:
        lines = (
            Line(f"{say_need(one.deal)}: {OUTCOMES[one.outcome]}", address(f"/deals/{one.deal.path}/"))
            for one in passed
        )
        yield Section(_("Not talked through"), tuple(lines))


def _said(stop: StopRow) -> Iterator[str]:
    if directory().names_in_messages:
        yield from (f"{words}: {stop.said[line]}" for line, words in LINES.items() if stop.said.get(line))


def _owed(task: TaskRow, at: datetime) -> str:
    people = directory()
    what = task.result if people.names_in_messages else hidden()
    return f"• {people.name(task.performer_id)}, {when(task.due_at, at)}: {what}"
