"""A meeting as a line of a list: when and about what, how it stands, what it lacks, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from svyazka.engine.meetings import UNREAD
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.rows import MeetingRow, Result
from svyazka.presale.people.queries import Directory
from svyazka.speech.meetings import STATES, VERDICTS, code_of, say_lacks, say_title

Tone = str
"""A code of the kit's states, which have a shape and a colour."""

_VERDICTS: Final[Mapping[str, Tone]] = {"go_on": "kept", "doubts": "warn", "not_ours": "broken"}
_LETTERS: Final[Mapping[str, tuple[Tone, str | Promise]]] = {
    "draft": ("open", pgettext_lazy("letter", "the letter is a draft")),
    "sent": ("client", pgettext_lazy("letter", "the letter is with the client")),
    "silent": ("warn", pgettext_lazy("letter", "no answer to the letter: time to call")),
    "confirmed": ("kept", pgettext_lazy("letter", "the letter is confirmed")),
    "corrected": ("warn", pgettext_lazy("letter", "the client has corrected the letter")),
    "taken_back": ("cancelled", pgettext_lazy("letter", "the letter is taken back")),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A meeting in the viewer's words.

    :ivar state: what ``tone`` says
    :ivar lacks: what is missing, in a few words
    :ivar results: what came of it, each with its tone
    :ivar unread: whether the viewer goes as an expert and hasn't read what is known
    """

    row: MeetingRow
    title: str
    people: str
    tone: Tone
    state: str
    lacks: str
    results: tuple[tuple[Tone, str], ...]
    unread: bool


def line(row: MeetingRow, people: Directory, viewer: Actor, at: datetime, language: str) -> Line:
    """The line of one meeting."""
    tone, state, told = _state(row, at)
    stops = [code_of(one) for one in row.lacks if one.strength == "stop" and one.code not in told]
    return Line(
        row=row, title=say_title(row.title, row.agenda, row.process, language),
        people=", ".join(people.name(one.person_id) for one in row.ours), tone=tone, state=state,
        lacks=say_lacks(stops) if row.state == "planned" else "",
        results=_results(row.result) if row.result and row.kind == "client" else (),
        unread=row.state == "planned" and viewer.person_id in row.unbriefed,
    )  # fmt: skip


def _state(row: MeetingRow, at: datetime) -> tuple[Tone, str, frozenset[str]]:
    """How it stands, with its tone and the codes of the lacks that are said by that."""
    nothing, words = frozenset[str](), str(STATES[row.state])
    if row.state == "planned":
        if row.starts_at is not None and row.starts_at < at:
            return "broken", _("its time is over"), nothing
        if row.unbriefed:
            return "warn", _("the expert isn’t briefed"), UNREAD
        return ("kept", _("ready"), nothing) if row.is_ready else ("open", words, nothing)
    return {"running": "soon", "held": "warn", "closed": "kept"}.get(row.state, "cancelled"), words, nothing


def _results(result: Result) -> tuple[tuple[Tone, str], ...]:
    """The verdict, how many of the criteria were met, where the letter stands: what there is of it."""
    said: list[tuple[Tone, str]] = []
    if result.verdict:
        verdict = _("the expert: %(verdict)s") % {"verdict": VERDICTS[result.verdict]}
        said.append((_VERDICTS[result.verdict], verdict))
    if result.criteria:
        met = _("criteria met: %(met)s of %(all)s") % {"met": result.met, "all": result.criteria}
        said.append(("kept" if result.met == result.criteria else "warn", met))
    if result.letter is not None:
        tone, letter = _LETTERS.get(result.letter, ("open", pgettext("letter", "no letter yet")))
        said.append((tone, str(letter)))
    return tuple(said)
