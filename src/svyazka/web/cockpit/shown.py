"""The room as phones draw it: plain values, moments as milliseconds, words in the viewer's language."""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from babel import Locale
from babel.dates import format_skeleton
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from svyazka.engine.worktime import Duration
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.queries import MeetingPage, Room
from svyazka.presale.meetings.rows import JotRow, PointRow
from svyazka.presale.people.queries import Directory
from svyazka.speech.meetings import JOTS, say_title
from svyazka.speech.process_words import ROOM
from svyazka.speech.times import NO_BREAK, clock, viewer_language

_SAFE: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
"""Signs that could end a script element, as JSON spells them otherwise."""


def millis(at: datetime) -> int:
    """A moment as scripts count it."""
    return round(at.timestamp() * 1000)


def room_values(
    request: HttpRequest, room: Room, *, viewer: Actor, people: Directory, at: datetime
) -> dict[str, Any]:
    """The room for the script.

    :param at: when ``room`` was read: the script counts on from there
    """
    spent = room.now.spent if room.now else (0,) * len(room.points)
    ended = room.began_at is not None and room.now is not None and room.state not in {"planned", "running"}
    return {
        "state": room.state,
        "revision": room.revision,
        "at": millis(at),
        "began": millis(room.began_at) if room.began_at else None,
        "ended": millis(room.began_at + timedelta(minutes=room.minutes, seconds=-room.now.left))
        if ended and room.began_at and room.now
        else None,
        "minutes": room.minutes,
        "current": room.now.current if room.now else None,
        "points": [
            {"text": one.text, "meta": point_meta(one, people), "minutes": one.minutes, "spent": seconds}
            for one, seconds in zip(room.points, spent, strict=True)
        ],
        "jots": [jot_values(one, people) for one in room.jots],
        "viewer": str(viewer.me),
        "runs": room.runs,
        "token": get_token(request),
    }


def point_meta(point: PointRow, people: Directory) -> str:
    """How long a point may take and who leads it."""
    minutes = _("%(count)d min") % {"count": point.minutes}
    return " · ".join(filter(None, (minutes.replace(" ", NO_BREAK), people.name(point.leader_id))))


def jot_values(jot: JotRow, people: Directory) -> dict[str, Any]:
    """Something written down. ``fixed`` is what has become a task: it isn't struck out any more."""
    return {
        "key": jot.key, "kind": jot.kind, "text": jot.text, "asker": jot.asker, "point": jot.point, "at": millis(jot.at),
        "time": clock(jot.at), "by": people.name(jot.by_id), "fixed": jot.commitment_id is not None,
    }  # fmt: skip


def kinds() -> dict[str, str]:
    """What is written down, by code."""
    return {code: str(word) for code, word in JOTS.items()}


def as_script(values: Any) -> Markup:
    """JSON to stand in a page: whatever people have typed, it doesn't end its element."""
    return Markup(json.dumps(values, ensure_ascii=False).translate(_SAFE))  # noqa: S704 (nothing in it opens a tag)


def title_of(page: MeetingPage) -> str:
    """What the meeting is called."""
    return say_title(page.row.title, page.row.agenda, page.row.process, viewer_language())


def who_does_what(page: MeetingPage, people: Directory) -> list[tuple[str, str]]:
    """Those of ours who go, each with his roles in the room."""
    return [
        (people.name(one.person_id), ", ".join(str(ROOM[role]) for role in one.room if role in ROOM))
        for one in page.row.ours
    ]


def askers(page: MeetingPage, people: Directory) -> list[str]:
    """Who may ask something: the client's people; among ourselves, ours."""
    named = [one.name for one in page.guests if one.name]
    return list(dict.fromkeys(named or [people.name(one.person_id) for one in page.row.ours]))


def answered_by(actor: Actor, people: Directory, at: datetime) -> str:
    """By which day a question put off now can be answered: a working day from now, as «27 ноября»."""
    due = people.calendar_of(actor.person_id).due(at, Duration(1, "d"))
    return str(format_skeleton("MMMMd", timezone.localtime(due), locale=Locale.parse(viewer_language())))
