"""A deal's meetings with the client as they are lived: planned, agreed on, read up for, held, summed up in a letter, closed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from svyazka.demo import acts
from svyazka.demo.content import read, say
from svyazka.demo.interludes import Interludes
from svyazka.demo.plot import Scene
from svyazka.presale.journal.queries import timeline
from svyazka.presale.meetings.asking import agree_with_plan, ask_client
from svyazka.presale.meetings.closing import Judged, add_task, close_meeting
from svyazka.presale.meetings.doors import newest_token
from svyazka.presale.meetings.drafts import Draft, DraftGuest
from svyazka.presale.meetings.letters import (
    Answer,
    LetterPoint,
    Text,
    confirm_letter,
    correct_letter,
    say_answered,
    send_letter,
    write_letter,
)
from svyazka.presale.meetings.planning import plan_meeting, take_agenda
from svyazka.presale.meetings.reading import sign_dossier
from svyazka.presale.meetings.room import say_held
from svyazka.presale.meetings.values import LETTER, PLAN
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process

FIRST = "first_meeting"
DEFENCE = "defence"
CORRECTED = 0.12
"""Share of letters that the client puts right before he confirms them."""
BY_PHONE = 0.25
"""Share of confirmations that come by phone."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a meeting is about: what was heard and agreed there, what is next, and what one of ours owes."""

    heard: tuple[str, ...]
    agreed: str
    next: str
    task: str


class Rooms(Interludes):
    """What is done about a deal's meetings, the latest of them each time."""

    when: datetime
    """When the latest meeting begins."""
    matter: Matter
    closed = True
    criteria = 0
    owes_task = False

    def plan_meeting(
        self, label: str, agenda: str, when: datetime, minutes: int, *, tidy: bool, latest: datetime | None = None
    ) -> None:  # fmt: skip
        """Plan it so many minutes later. A plan that isn't ``tidy`` names no minute-taker and no duties of the client's people."""
        manager, draft = self.manager, self._draft(when, tidy=tidy)
        self.when, self.closed, self.criteria = when, False, len(draft.criteria)
        self.matter = _matter(self.rng.choice(read("meetings")[agenda]), self.plot.language)

        def do(scene: Scene, at: datetime) -> None:
            scene.ids["meeting"] = plan_meeting(deal_id=scene.deal_id, agenda=agenda, actor=manager, at=at)
            lasts = current_process()[1].agenda(agenda).minutes
            take_agenda(
                meeting_id=scene.ids["meeting"], draft=replace(draft, minutes=lasts), seen=1, actor=manager, at=at
            )  # fmt: skip

        self.plot.then(label, manager, minutes, do, latest=latest)

    def _draft(self, when: datetime, *, tidy: bool) -> Draft:
        language, words, known = self.plot.language, read("meetings"), self.plot.brief.client.answers
        second = words["second"]
        contact = DraftGuest(
            str(known["contact_name"]), str(known.get("contact_duty") or say(second["duty"], language)) if tidy else "",
            bool(known.get("decides")), str(known.get("email") or ""),
        )  # fmt: skip
        colleague = DraftGuest(say(second["name"], language), say(second["duty"], language), decides=True)
        return Draft(
            our_goal=say(words["our_goal"], language), client_goal=say(words["client_goal"], language),
            place=say(words["place"], language), starts_at=when,
            ours={
                self.manager.me: frozenset({"moderator"}),
                self.expert.me: frozenset({"minutes"} if tidy else ()),
            },
            theirs=(contact, colleague) if tidy else (contact,),
            criteria=tuple(say(one, language) for one in words["criteria"]) if tidy else (),
        )  # fmt: skip

    def ask_client(self, label: str, minutes: int, *, latest: datetime | None = None) -> None:
        """The plan goes to the client."""
        manager = self.manager
        self.plot.then(
            label, manager, minutes,
            lambda scene, at: ask_client(meeting_id=scene.ids["meeting"], guests=[0], actor=manager, at=at), latest=latest,
        )  # fmt: skip

    def client_agrees(self, label: str, *, latest: datetime | None = None) -> None:
        """The client agrees with it on his page, in his own time."""
        self.plot.then(
            label, self.manager, self.rng.randint(20, 400),
            lambda scene, at: agree_with_plan(token=newest_token(scene.ids["meeting"], PLAN), at=at), latest=latest,
        )  # fmt: skip

    def read_up(self, label: str, minutes: int, *, latest: datetime | None = None) -> None:
        """The expert reads what is known and signs it."""
        expert = self.expert

        def do(scene: Scene, at: datetime) -> None:
            newest = timeline(chain=scene.deal_id, with_details=False, limit=1)[0]
            sign_dossier(deal_id=scene.deal_id, seen=newest.seq, actor=expert, at=at)

        self.plot.then(label, expert, minutes, do, latest=latest)

    def hold(self, label: str, lasted: int, minutes: int) -> None:
        """It took place and was so long, as the manager says so many minutes after it."""
        manager = self.manager
        self.plot.then(
            label, manager, minutes,
            lambda scene, at: say_held(meeting_id=scene.ids["meeting"], minutes=lasted, actor=manager, at=at),
        )  # fmt: skip

    def send_letter(
        self, label: str, minutes: int, *, version: int = 1, points: tuple[str, ...] = ()
    ) -> None:
        """The letter goes to the client; what he has added before is in it."""
        manager, language, matter = self.manager, self.plot.language, self.matter
        text = letter(language, (*matter.heard, *points), (matter.agreed,), matter.next)

        def do(scene: Scene, at: datetime) -> None:
            meeting = scene.ids["meeting"]
            write_letter(meeting_id=meeting, text=text, seen=version - 1, actor=manager, at=at)
            send_letter(meeting_id=meeting, version=version, guests=[0], actor=manager, at=at)

        self.plot.then(label, manager, minutes, do)

    def client_confirms(self, label: str) -> None:
        """The client puts the letter right, or confirms it on his page or by phone; he takes his own time, whatever our pace."""
        version = 1
        if self.rng.random() < CORRECTED:
            version, more = 2, say(read("meetings")["correction"], self.plot.language)
            self.plot.then(
                "letter_corrected", self.manager, self.rng.randint(60, 600),
                lambda scene, at: correct_letter(
                    token=newest_token(scene.ids["meeting"], LETTER), corrections={}, more=more, answer=Answer(""), at=at
                ),
            )  # fmt: skip
            self.send_letter("letter_mended", self.plot.gap(30, 200), version=version, points=(more,))
        ready = self.rng.choices(("yes", "", "not_yet"), (7, 2, 1))[0]
        manager, how = self.manager, self.words("letter_confirmed")
        if self.rng.random() < BY_PHONE:
            self.plot.then(
                label, manager, self.rng.randint(120, 900),
                lambda scene, at: say_answered(
                    meeting_id=scene.ids["meeting"], version=version, how=how, ready=ready, actor=manager, at=at
                ),
            )  # fmt: skip
            return
        self.plot.then(
            label, manager, self.rng.randint(120, 900),
            lambda scene, at: confirm_letter(
                token=newest_token(scene.ids["meeting"], LETTER), answer=Answer(ready), at=at
            ),
        )  # fmt: skip

    def close_meeting(self, minutes: int) -> None:
        """Close it, if nobody has yet: the expert owes one thing of it, the window sees to that."""
        if self.closed:
            return
        self.closed = True
        manager, expert, window, matter = self.manager, self.expert, self.dispatcher, self.matter
        language, words = self.plot.language, say(read("meetings")["met"], self.plot.language)
        met = [self.rng.random() < 0.8 for _ in range(self.criteria)]
        judged = {
            place: Judged(met=one, words=words if one and not place else "") for place, one in enumerate(met)
        }
        calendar = self.plot.cast.calendar(expert)

        def do(scene: Scene, at: datetime) -> None:
            meeting = scene.ids["meeting"]
            due = calendar.add_minutes(at, 900).astimezone(ZoneInfo(calendar.zone))
            line = task_line(expert.me, matter.task, due, language)
            scene.ids["task"] = add_task(meeting_id=meeting, text=line, actor=manager, at=at)
            close_meeting(
                meeting_id=meeting, judged=judged, controller_id=scene.acting(window).me, actor=manager, at=at
            )

        self.plot.then("meeting_closed", manager, minutes, do)
        self.owes_task = True

    def keep_task(self) -> None:
        """The expert does what he owes of the meeting, if it is closed and he hasn't yet."""
        if self.owes_task:
            self.owes_task = False
            do = acts.kept(name="task", actor=self.expert)
            self.plot.then("task_kept", self.expert, self.plot.gap(15, 90), do)


def _matter(told: Any, language: str) -> Matter:
    return Matter(
        tuple(one[language] for one in told["heard"]), told["agreed"][language], told["next"][language], told["task"][language]
    )  # fmt: skip


def letter(language: Any, heard: tuple[str, ...], agreed: tuple[str, ...], following: str) -> Text:
    """The letter that sums a meeting up."""
    words = read("meetings")
    points = [LetterPoint(f"h{place}", "heard", text) for place, text in enumerate(heard)]
    points += [LetterPoint(f"a{place}", "agreed", text) for place, text in enumerate(agreed)]
    points.append(LetterPoint("n0", "next", following))
    return Text(say(words["subject"], language), say(words["client_goal"], language), tuple(points), language)


def task_line(who: int, what: str, due: datetime, language: Any) -> str:
    """A commitment as it is typed into a meeting: whose, what, by when."""
    name = directory().people[who].email.partition("@")[0]
    line: str = say(read("meetings")["line"], language)
    return line.format(who=name, what=what, when=due)
