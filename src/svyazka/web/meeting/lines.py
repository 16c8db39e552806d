"""A meeting as a line of a list."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.rows import MeetingRow
from svyazka.presale.people.queries import Directory
from svyazka.speech.meetings import STATES, code_of, say_lacks
from svyazka.web.meeting.words import title_of


@dataclass(frozen=True, slots=True)
class Line:
    """A meeting in the viewer's words.

    :ivar tone: the kit's state code; :ivar state: what it says
    :ivar lacks: what is missing, in a few words
    """

    row: MeetingRow
    title: str
    people: str
    tone: str
    state: str
    lacks: str
    goes: bool


def line(row: MeetingRow, people: Directory, viewer: Actor, at: datetime, language: str) -> Line:
    """The line of one meeting."""
    stops = [code_of(one) for one in row.lacks if one.strength == "stop"]
    tone, state = _state(row, at)
    return Line(
        row=row, title=title_of(row, language), people=", ".join(people.name(one.person_id) for one in row.ours), tone=tone,
        state=state, lacks=say_lacks(stops) if row.state == "planned" else "",
        goes=any(one.person_id == viewer.person_id for one in row.ours),
    )  # fmt: skip


def _state(row: MeetingRow, at: datetime) -> tuple[str, str]:
    if row.state == "planned":
        if row.starts_at is not None and row.starts_at < at:
            return "broken", _("its time is over")
        if row.unbriefed:
            return "warn", _("the expert isn’t briefed")
        return ("kept", _("ready")) if row.is_ready else ("open", str(STATES[row.state]))
    return {"running": "soon", "held": "warn", "closed": "kept"}.get(row.state, "cancelled"), str(
        STATES[row.state]
    )
