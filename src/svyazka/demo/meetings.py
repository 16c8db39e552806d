"""Meetings of the deals under way, one for each state: the client has to agree, it is ready, it is over, it is summed up, he has confirmed."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from svyazka.demo.content import read, say
from svyazka.demo.plot import Scene
from svyazka.demo.rooms import letter, task_line
from svyazka.demo.story import Telling
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.closing import Judged, add_task, close_meeting, say_verdict
from svyazka.presale.meetings.doors import newest_token
from svyazka.presale.meetings.letters import Answer, confirm_letter, send_letter, write_letter
from svyazka.presale.meetings.queries import meeting_page
from svyazka.presale.meetings.reading import note_small_thing
from svyazka.presale.meetings.room import Written, jot_down
from svyazka.presale.meetings.values import LETTER


def is_asked(telling: Telling) -> None:
    """The plan lies with the client."""
    telling.ask_client("meeting_asked", 30)


def is_ready(telling: Telling) -> None:
    """The client agrees, the expert has read what is known."""
    manager, text = telling.manager, say(read("meetings")["small"], telling.plot.language)
    telling.plot.then(
        "small_thing", manager, 20,
        lambda scene, at: note_small_thing(deal_id=scene.deal_id, text=text, actor=manager, at=at),
    )  # fmt: skip
    telling.read_up("meeting_read_up", 30)


def is_over(telling: Telling) -> None:
    """The meeting is over, and nobody has closed it yet."""
    telling.plot.then("meeting_over", telling.expert, 20, lambda scene, at: _jotted(telling, scene, at))


def is_summed_up(telling: Telling) -> None:
    """The meeting is over and closed, its letter lies with the client."""
    manager, expert, language = telling.manager, telling.expert, telling.plot.language
    words = read("meetings")

    def do(scene: Scene, at: datetime) -> None:
        meeting_id = scene.ids["meeting"]
        _jotted(telling, scene, at)
        jots = meeting_page(meeting_id=meeting_id, viewer=manager).jots
        parked = next(one for one in jots if one.kind == "parked")
        _task(telling, meeting_id, expert, "answer", at, jot=parked.id)
        _task(telling, meeting_id, manager, "task", at)
        say_verdict(
            meeting_id=meeting_id, verdict="go_on", words=say(words["verdict"], language), actor=expert, at=at
        )
        judged = {
            place: Judged(met=place == 0, words=say(words["met"], language) if place == 0 else "")
            for place in range(len(words["criteria"]))
        }
        close_meeting(
            meeting_id=meeting_id, judged=judged, controller_id=telling.dispatcher.me, actor=manager, at=at
        )
        heard, agreed = (tuple(say(one, language) for one in words[name]) for name in ("notes", "decisions"))
        text = letter(language, heard, agreed, say(words["next"], language))
        write_letter(meeting_id=meeting_id, text=text, seen=0, actor=manager, at=at)
        send_letter(meeting_id=meeting_id, version=1, guests=[0, 1], actor=manager, at=at)

    telling.plot.then("meeting_summed_up", manager, 20, do)


def is_confirmed(telling: Telling) -> None:
    """The same, and the client has confirmed the letter on his page."""
    is_summed_up(telling)
    ready = say(read("meetings")["ready"], telling.plot.language)

    def do(scene: Scene, at: datetime) -> None:
        confirm_letter(token=newest_token(scene.ids["meeting"], LETTER), answer=Answer("yes", ready), at=at)

    telling.plot.then("letter_answered", telling.manager, 180, do)


def _jotted(telling: Telling, scene: Scene, at: datetime) -> None:
    """This was written down there."""
    words = read("meetings")
    for number, (kind, text) in enumerate(
        (kind, text) for kind, name in (("note", "notes"), ("decision", "decisions"), ("parked", "parked")) for text in words[name]
    ):  # fmt: skip
        key = UUID(int=scene.deal_id * 100 + number)
        written = Written(key, kind, say(text, telling.plot.language), 2 if kind == "note" else None)
        jot_down(meeting_id=scene.ids["meeting"], written=written, actor=telling.expert, at=at)


def _task(
    telling: Telling, meeting_id: int, doer: Actor, what: str, at: datetime, *, jot: int | None = None
) -> None:
    language, calendar = telling.plot.language, telling.plot.cast.calendar(doer)
    due = calendar.add_minutes(at, 900).astimezone(ZoneInfo(calendar.zone))
    line = task_line(doer.me, say(read("meetings")[what], language), due, language)
    add_task(meeting_id=meeting_id, text=line, jot_id=jot, actor=telling.manager, at=at)
