"""The letter drafted from what was typed at the meeting: its manager mends it, the client confirms it."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from django.utils.translation import gettext as _

from svyazka.presale.meetings.letters import LONGEST, MOST_POINTS, LetterPoint, Text, next_version
from svyazka.presale.meetings.queries import MeetingPage
from svyazka.presale.meetings.rows import JotRow, TaskRow
from svyazka.presale.meetings.values import NO_TASK, PARTS
from svyazka.presale.people.queries import directory
from svyazka.speech.times import day_short, moment

HEARD: Final = 6
"""Notes that the draft begins with: more is a protocol, not a letter."""
DRAFTED: Final = 220
"""Letters of each thing said in the draft; two of them and a name make a point."""
_NEEDED: Final = ("next", "agreed", "question", "heard")
"""Parts of a letter, what can be done without last."""
_NAMED: Final = re.compile(r"\s*(?<!\S)@[\w.-]+\s*$")
"""Whom a note names at its end."""
_MENTION: Final = re.compile(r"(?<!\S)@(?=\w)")


def draft_of(page: MeetingPage, language: str) -> Text:
    """The first version in the active language, which is ``language``: what was noted, the client's work first, the decisions, the
    parked questions with who answers them by when, and the tasks as what comes next. It is a screen at most: of a long meeting each
    part has its share, and the next steps come before all.
    """
    held = page.row.began_at or page.row.starts_at
    subject = (
        _("What came of our meeting on %(day)s") % {"day": day_short(held)}
        if held
        else _("What came of our meeting")
    )
    why = _cut(page.client_goal)
    return Text(subject, why, _on_a_screen(list(_points(page)), LONGEST - len(why)), language)


def left_out(page: MeetingPage, text: Text) -> int:
    """How many points of what was written down the draft has no room for."""
    return sum(1 for _point in _points(page)) - len(text.points)


def _on_a_screen(points: list[LetterPoint], room: int) -> tuple[LetterPoint, ...]:
    """As many as a screen has room for, taken in turn from each part: so that none is crowded out by another."""
    by_part = {part: [one for one in points if one.part == part] for part in _NEEDED}
    turns = zip_longest(*(by_part | {"heard": by_part["heard"][:HEARD]}).values())
    kept: set[str] = set()
    for one in (one for turn in turns for one in turn if one is not None):
        if len(one.text) <= room and len(kept) < MOST_POINTS:
            kept.add(one.key)
            room -= len(one.text)
    return tuple(sorted((one for one in points if one.key in kept), key=lambda one: PARTS.index(one.part)))


def _points(page: MeetingPage) -> Iterator[LetterPoint]:
    tasks = {one.id: one for one in page.tasks if one.outcome not in NO_TASK}
    said = {_cut(one.result) for one in tasks.values()}
    about_work = {one.position for one in page.points if one.role == "delivery"}
    notes = [one for one in page.jots if one.kind == "note"]
    # what was heard about his work first; a note isn't lost because nobody went on with the agenda
    heard = sorted(notes, key=lambda one: one.point not in about_work)
    for one in heard:
        yield LetterPoint(f"n{one.id}", "heard", _cut(one.text))
    for one in page.jots:
        # a decision whose task says the same stands among what comes next, with who and by when
        if one.kind == "decision" and _cut(one.text) not in said:
            yield LetterPoint(f"d{one.id}", "agreed", _cut(one.text))
    for one in page.jots:
        if one.kind == "parked":
            yield LetterPoint(f"q{one.id}", "question", _question(one, tasks.get(one.commitment_id or 0)))
    answers = {one.commitment_id for one in page.jots if one.kind == "parked"}
    for task in tasks.values():
        if task.id not in answers:
            yield LetterPoint(f"t{task.id}", "next", _task(task))


def _question(jot: JotRow, task: TaskRow | None) -> str:
    asked = _cut(jot.text)
    if task is None:
        return f"{asked} — {_short(jot.settled)}" if jot.settled else asked
    return _("%(question)s — %(who)s answers by %(when)s") % {"question": asked, "who": directory().name(task.performer_id), "when": moment(task.due_at)}  # fmt: skip


def _task(task: TaskRow) -> str:
    return _("%(result)s — %(who)s, by %(when)s") % {"result": _cut(task.result), "who": directory().name(task.performer_id), "when": moment(task.due_at)}  # fmt: skip


def _cut(text: str) -> str:
    """The beginning of a point: one line with a capital letter. By whom it is done its task says, and in words for the client."""
    short = _short(_MENTION.sub("", _NAMED.sub("", text)))
    return short[:1].upper() + short[1:]


def _short(text: str) -> str:
    """One line, cut between words where it is long."""
    plain = " ".join(text.split())
    if len(plain) <= DRAFTED:
        return plain
    return (plain[:DRAFTED].rpartition(" ")[0] or plain[: DRAFTED - 1]).rstrip(" ,;:—–-") + "…"


def mended(page: MeetingPage) -> Text | None:
    """The next version: the newest that was sent, with the client's corrections taken in; None where there are none."""
    last = page.letters[-1] if page.letters else None
    if last is None or last.answer != "corrected":
        return None
    points = next_version(last.points, last.corrections, last.more)
    return Text(last.subject, last.why, points, last.language)
