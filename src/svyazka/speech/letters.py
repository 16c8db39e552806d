"""The letter drafted from what was typed at the meeting: its manager mends it, the client confirms it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from svyazka.presale.meetings.letters import LONGEST_POINT, MOST_POINTS, LetterPoint, Text, next_version
from svyazka.presale.meetings.queries import MeetingPage
from svyazka.presale.meetings.rows import JotRow, TaskRow
from svyazka.presale.people.queries import directory
from svyazka.speech.times import day_short, moment

HEARD: int = 6
"""Notes that the draft begins with: more is a protocol, not a letter."""


def draft_of(page: MeetingPage, language: str) -> Text:
    """The first version in the active language, which is ``language``: what was noted, the client's work first, the decisions, the parked questions with
    who answers them by when, and the tasks as what comes next.
    """
    held = page.row.began_at or page.row.starts_at
    subject = (
        _("What came of our meeting on %(day)s") % {"day": day_short(held)}
        if held
        else _("What came of our meeting")
    )
    points = tuple(_points(page))[:MOST_POINTS]
    return Text(subject, page.client_goal, points, language)


def _points(page: MeetingPage) -> Iterator[LetterPoint]:
    tasks = {one.id: one for one in page.tasks}
    about_work = {one.position for one in page.points if one.role == "delivery"}
    notes = [one for one in page.jots if one.kind == "note"]
    # what was heard about his work first; a note isn't lost because nobody went on with the agenda
    heard = sorted(notes, key=lambda one: one.point not in about_work)
    for one in heard[:HEARD]:
        yield LetterPoint(f"n{one.id}", "heard", _cut(one.text))
    for one in page.jots:
        if one.kind == "decision":
            yield LetterPoint(f"d{one.id}", "agreed", _cut(one.text))
    for one in page.jots:
        if one.kind == "parked":
            yield LetterPoint(f"q{one.id}", "question", _question(one, tasks.get(one.commitment_id or 0)))
    of_jots = {one.commitment_id for one in page.jots}
    for task in page.tasks:
        if task.id not in of_jots:
            yield LetterPoint(f"t{task.id}", "next", _cut(_task(task)))


def _question(jot: JotRow, task: TaskRow | None) -> str:
    if task is None:
        return _cut(f"{jot.text} — {jot.settled}" if jot.settled else jot.text)
    return _cut(_("%(question)s — %(who)s answers by %(when)s") % {"question": jot.text, "who": directory().name(task.performer_id), "when": moment(task.due_at)})  # fmt: skip


def _task(task: TaskRow) -> str:
    return _("%(result)s — %(who)s, by %(when)s") % {"result": task.result, "who": directory().name(task.performer_id), "when": moment(task.due_at)}  # fmt: skip


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_POINT else plain[: LONGEST_POINT - 1].rstrip() + "…"


def mended(page: MeetingPage) -> Text | None:
    """The next version: the newest that was sent, with the client's corrections taken in; None where there are none."""
    last = page.letters[-1] if page.letters else None
    if last is None or last.answer != "corrected":
        return None
    points = next_version(last.points, last.corrections, last.more)
    return Text(last.subject, last.why, points, last.language)
