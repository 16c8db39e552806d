"""Meetings of the deals under way, one for each state: the client has to agree, it is ready, it is over, it is summed up, he has confirmed."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from svyazka.demo.content import Language, read, say
from svyazka.demo.plot import Do, Scene
from svyazka.demo.story import Telling
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.asking import agree_with_plan, ask_client
from svyazka.presale.meetings.closing import Judged, add_task, close_meeting, say_verdict
from svyazka.presale.meetings.doors import newest_token
from svyazka.presale.meetings.drafts import Draft, DraftGuest, DraftPoint
from svyazka.presale.meetings.letters import (
    Answer,
    LetterPoint,
    Text,
    confirm_letter,
    send_letter,
    write_letter,
)
from svyazka.presale.meetings.planning import change_plan, plan_meeting
from svyazka.presale.meetings.queries import MeetingPage, meeting_page
from svyazka.presale.meetings.reading import note_small_thing, sign_dossier
from svyazka.presale.meetings.room import Written, jot_down, say_held
from svyazka.presale.meetings.values import LETTER, PLAN
from svyazka.presale.people.queries import directory
from svyazka.presale.stages.queries import deal_page_by_id

AGO: Final = -180
"""So many working minutes ago began a meeting that is over."""
ROUND: Final = 30
"""Meetings begin at the hour or half past it."""


def is_asked(telling: Telling) -> None:
    """The plan lies with the client."""
    when = telling.plot.brief.fixed["meeting"]
    telling.plot.then("meeting_asked", telling.manager, 30, _asked(telling, when))


def is_ready(telling: Telling) -> None:
    """The client agrees, the expert has read what is known."""
    when = telling.plot.brief.fixed["meeting"]
    telling.plot.then(
        "meeting_agreed", telling.manager, 30, lambda scene, at: _ready(telling, scene, when, at)
    )


def is_over(telling: Telling) -> None:
    """The meeting is over, and nobody has closed it yet."""
    telling.plot.then("meeting_over", telling.manager, 20, lambda scene, at: _unprepared(telling, scene, at))


def is_summed_up(telling: Telling) -> None:
    """The meeting is over and closed, its letter lies with the client."""
    manager, expert, language = telling.manager, telling.expert, telling.plot.language
    words = read("meetings")

    def do(scene: Scene, at: datetime) -> None:
        meeting_id = _prepared(telling, scene, at)
        parked = next(one for one in _page(meeting_id, manager).jots if one.kind == "parked")
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
        write_letter(meeting_id=meeting_id, text=_letter(language), seen=0, actor=manager, at=at)
        send_letter(meeting_id=meeting_id, version=1, guests=[0, 1], actor=manager, at=at)

    telling.plot.then("meeting_summed_up", manager, 20, do)


def is_confirmed(telling: Telling) -> None:
    """The same, and the client has confirmed the letter on his page."""
    is_summed_up(telling)
    ready = say(read("meetings")["ready"], telling.plot.language)

    def do(scene: Scene, at: datetime) -> None:
        confirm_letter(token=newest_token(scene.ids["meeting"], LETTER), answer=Answer("yes", ready), at=at)

    telling.plot.then("letter_answered", telling.manager, 180, do)


def _unprepared(telling: Telling, scene: Scene, at: datetime) -> int:
    """Nobody has asked the client about the plan."""
    meeting_id = _planned(telling, scene, _begun(telling, at), at)
    _held(telling, scene, meeting_id, at)
    return meeting_id


def _prepared(telling: Telling, scene: Scene, at: datetime) -> int:
    _ready(telling, scene, _begun(telling, at), at)
    _held(telling, scene, scene.ids["meeting"], at)
    return scene.ids["meeting"]


def _begun(telling: Telling, at: datetime) -> datetime:
    begun = telling.plot.cast.calendar(telling.manager).add_minutes(at, AGO)
    return begun - timedelta(minutes=begun.minute % ROUND)


def _held(telling: Telling, scene: Scene, meeting_id: int, at: datetime) -> None:
    """It was held, and this was written down there."""
    expert, language, words = telling.expert, telling.plot.language, read("meetings")
    say_held(meeting_id=meeting_id, minutes=70, actor=telling.manager, at=at)
    for number, (kind, text) in enumerate(
        (kind, text) for kind, name in (("note", "notes"), ("decision", "decisions"), ("parked", "parked")) for text in words[name]
    ):  # fmt: skip
        key = UUID(int=scene.deal_id * 100 + number)
        written = Written(key, kind, say(text, language), 2 if kind == "note" else None)
        jot_down(meeting_id=meeting_id, written=written, actor=expert, at=at)


def _letter(language: Language) -> Text:
    words = read("meetings")
    points = [
        LetterPoint(f"h{place}", "heard", say(text, language)) for place, text in enumerate(words["notes"])
    ]
    points += [
        LetterPoint(f"a{place}", "agreed", say(text, language))
        for place, text in enumerate(words["decisions"])
    ]
    points.append(LetterPoint("n0", "next", say(words["next"], language)))
    return Text(say(words["subject"], language), say(words["client_goal"], language), tuple(points), language)


def _task(
    telling: Telling, meeting_id: int, doer: Actor, what: str, at: datetime, *, jot: int | None = None
) -> None:
    language, words = telling.plot.language, read("meetings")
    card = directory().people[doer.me]
    due = telling.plot.cast.calendar(doer).add_minutes(at, 900)
    line = say(words["line"], language).format(
        who=card.email.partition("@")[0], what=say(words[what], language), when=due
    )
    add_task(meeting_id=meeting_id, text=line, jot_id=jot, actor=telling.manager, at=at)


def _asked(telling: Telling, when: datetime) -> Do:
    def do(scene: Scene, at: datetime) -> None:
        meeting_id = _planned(telling, scene, when, at)
        ask_client(meeting_id=meeting_id, guests=[0], actor=telling.manager, at=at)

    return do


def _ready(telling: Telling, scene: Scene, when: datetime, at: datetime) -> None:
    manager, language = telling.manager, telling.plot.language
    _asked(telling, when)(scene, at)
    agree_with_plan(token=newest_token(scene.ids["meeting"], PLAN), at=at)
    note_small_thing(
        deal_id=scene.deal_id, text=say(read("meetings")["small"], language), actor=manager, at=at
    )
    seen = deal_page_by_id(deal_id=scene.deal_id, viewer=manager, at=at, entries=2000).timeline
    sign_dossier(deal_id=scene.deal_id, seen=len(seen), actor=telling.expert, at=at)


def _planned(telling: Telling, scene: Scene, when: datetime, at: datetime) -> int:
    """The plan is written as a careful manager writes it."""
    manager, expert, language = telling.manager, telling.expert, telling.plot.language
    words = read("meetings")
    meeting_id = plan_meeting(deal_id=scene.deal_id, agenda="first_meeting", actor=manager, at=at)
    scene.ids["meeting"] = meeting_id
    page = _page(meeting_id, manager)
    draft = Draft(
        our_goal=say(words["our_goal"], language), client_goal=say(words["client_goal"], language),
        place=say(words["place"], language), starts_at=when, minutes=page.row.minutes,
        points=tuple(DraftPoint(one.minutes, one.text, one.role, one.leader_id) for one in page.points),  # type: ignore[arg-type]
        ours={manager.me: frozenset({"moderator"}), expert.me: frozenset({"minutes"})},
        theirs=(
            *(DraftGuest(one.name, one.duty or say(words["second"]["duty"], language), one.decides, one.email) for one in page.guests),
            DraftGuest(say(words["second"]["name"], language), say(words["second"]["duty"], language), decides=True),
        ),
        criteria=tuple(say(one, language) for one in words["criteria"]),
    )  # fmt: skip
    change_plan(meeting_id=meeting_id, draft=draft, seen=page.revision, actor=manager, at=at)
    return meeting_id


def _page(meeting_id: int, viewer: Actor) -> MeetingPage:
    return meeting_page(meeting_id=meeting_id, viewer=viewer)
