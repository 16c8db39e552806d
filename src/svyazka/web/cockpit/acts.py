"""What a phone says was done in the room: read, put into its time, done in order, answered one by one.

A phone may say it late, twice, or from a room that has gone on without it. So an act names itself (a note by its key, a step
by the point that it was made from), and says how long ago it was made.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from svyazka.presale.journal.values import Actor, Conflict, Invalid, Refusal, line, storable
from svyazka.presale.meetings.queries import Room
from svyazka.presale.meetings.room import LONGEST_JOT, Written, begin, end, go_to, jot_down, strike_out
from svyazka.presale.meetings.rows import JotRow
from svyazka.presale.meetings.values import PLANNED
from svyazka.speech.refusals import field_errors, say, say_code

MOST: Final = 50
"""Acts of one batch."""
LARGEST: Final = 512 * 1024
"""Bytes of one batch: so many acts, each with the longest text."""
OLDEST: Final = timedelta(hours=12)
"""An act that is said to be older than this is taken to be so old."""

_FARTHEST: Final = 1000
"""No agenda has a point at this place."""

Said = Mapping[str, Any]
Answered = dict[str, Any]


class Unread(Exception):
    """A body that says nothing. ``status`` is what it is answered with."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Misread(Exception):
    """An act that can't be understood."""


class _WentOn(Conflict):
    """A step from a point that the meeting has left by now."""

    code = "went_on"


def read_acts(request: HttpRequest) -> list[Any]:
    """The acts of a batch, as they were sent.

    :raises Unread: no JSON, not a batch, or too much of it
    """
    if request.content_type != "application/json":
        raise Unread(400)
    if len(request.body) > LARGEST:
        raise Unread(413)
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Unread(400) from None
    match said:
        case {"acts": list(acts)} if len(acts) <= MOST:
            return acts
    raise Unread(422)


class Batch:
    """Does the acts of one batch, each for itself: a refused one holds back none of the others.

    :param room: as it is before the first of them
    """

    def __init__(self, room: Room, *, actor: Actor, now: datetime) -> None:
        self._id, self._actor, self._now = room.id, actor, now
        self._has_begun = room.state != PLANNED
        self._has_points = bool(room.points)
        self._current = room.now.current if room.now else None
        self._known = {one.key: one for one in room.jots}
        self._since, self._turned_at = room.began_at, room.turned_at
        self.misread = False
        self._ways: Mapping[str, Callable[[Said], None]] = {
            "begin": self._begin, "go": self._go, "jot": self._jot, "strike": self._strike, "end": self._end,
        }  # fmt: skip

    def answer(self, act: Any) -> Answered:
        """Do one act; say that it is done, or why not."""
        try:
            self._do(act)
        except _Misread:
            self.misread = True
            return _refused("invalid", say_code("refused"))
        except _WentOn as refusal:
            return _refused(refusal.code, _("Somebody has gone on to another point already."))
        except Invalid as refusal:
            return _refused(refusal.code, " ".join(field_errors(refusal).values()) or say(refusal))
        except Refusal as refusal:
            return _refused(refusal.code, say(refusal))
        return {"ok": True}

    def _do(self, act: Any) -> None:
        if not isinstance(act, dict) or not isinstance(way := act.get("do"), str) or way not in self._ways:
            raise _Misread
        self._ways[way](act)

    def _begin(self, act: Said) -> None:
        at = self._moment(act)
        if self._has_begun:
            return
        begin(meeting_id=self._id, actor=self._actor, at=self._now, made_at=at)
        self._has_begun, self._since = True, at
        self._current = 0 if self._has_points else None

    def _go(self, act: Said) -> None:
        point = _place(act.get("point"))
        at = max(self._moment(act), self._turned_at or self._now - OLDEST)
        if "from" in act and self._current not in {_place(act["from"]), point}:
            raise _WentOn
        go_to(meeting_id=self._id, point=point, actor=self._actor, at=at)
        self._current, self._turned_at = point, at

    def _jot(self, act: Said) -> None:
        at, key = self._moment(act), _key(act.get("key"))
        written = Written(
            key,
            _text(act.get("kind")),
            _text(act.get("text")),
            _place(act.get("point")),
            _text(act.get("asker", "")),
        )
        if len(written.text) > LONGEST_JOT:
            raise Invalid(errors={"text": "does_not_fit"})
        try:
            jot_down(meeting_id=self._id, written=written, actor=self._actor, at=at)
        except Conflict:
            if not _is_said(self._known.get(str(key)), written):
                raise

    def _strike(self, act: Said) -> None:
        at, key = self._moment(act), _key(act.get("key"))
        strike_out(meeting_id=self._id, key=key, actor=self._actor, at=at)

    def _end(self, act: Said) -> None:
        end(meeting_id=self._id, actor=self._actor, at=self._now, made_at=self._moment(act))

    def _moment(self, act: Said) -> datetime:
        """When the act was made: not before the meeting began, nor before what was made before it, nor after now."""
        ago = act.get("ago", 0)
        if type(ago) is not int:
            raise _Misread
        oldest = OLDEST // timedelta(milliseconds=1)
        at = self._now - timedelta(milliseconds=min(max(ago, 0), oldest))
        if self._since is not None:
            at = min(max(at, self._since), self._now)
        self._since = at if self._has_begun else None
        return at


def _is_said(known: JotRow | None, written: Written) -> bool:
    """Whether this is written down already, so that the answer only was lost."""
    said = (written.kind, written.text.strip(), line(written.asker, 120))
    return known is not None and (known.kind, known.text, known.asker) == said


def _place(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 <= value < _FARTHEST:
        raise _Misread
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Misread
    return str(storable(value))


def _key(value: Any) -> UUID:
    try:
        return UUID(_text(value))
    except ValueError:
        raise _Misread from None


def _refused(code: str, sentence: str) -> Answered:
    return {"ok": False, "code": code, "say": sentence}
