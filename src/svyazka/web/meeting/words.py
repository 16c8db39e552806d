"""What a meeting's page says, in the viewer's words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from svyazka.engine.meetings import GIVEN
from svyazka.engine.process import ROOM_ROLES
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.figures import rota
from svyazka.presale.meetings.queries import MeetingPage
from svyazka.presale.meetings.room import is_too_early
from svyazka.presale.meetings.rows import DoorRow, JotRow, LetterRow, MeetingRow
from svyazka.presale.meetings.values import CLIENT, HUDDLE
from svyazka.presale.people.queries import Directory
from svyazka.speech.client_letters import door_address
from svyazka.speech.meetings import (
    JOTS,
    KINDS,
    PARTS,
    READY,
    STATES,
    VERDICTS,
    code_of,
    say_lack,
    say_supply,
    say_title,
)
from svyazka.speech.process_words import ROOM, say_role
from svyazka.speech.times import moment, when
from svyazka.web.meeting.sheet import Row, Sheet, of_page


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing that a meeting lacks: what it is, about whom or what, how to supply it, and how strongly it holds back.

    :ivar part: of the form where it is supplied; empty where it isn't by the form
    """

    code: str
    what: str
    about: str
    supply: str
    stops: bool
    part: str


_PART: Final = {
    "our_goal": "goals", "client_goal": "goals", "time": "when", "agenda": "points", "point": "points", "room": "ours",
    "client": "theirs", "criteria": "criteria",
}  # fmt: skip
"""By the subject of a lack, the part of the form where it is supplied."""
_BOXES: Final = {"goals": ("our_goal", "client_goal", "title"), "when": ("starts_at", "minutes", "place")}
"""By a part of the form, the fields of the sheet that stand there; any other part is a list of the same name."""
_TO_ASK: Final = frozenset({"not_asked", "changed", "stale", "corrected"})
"""Where the client stands when the plan is to be sent."""
BEGINS: Final = timedelta(minutes=30)
"""So long before its time the next thing to do about a meeting is to begin it."""
_NUMBER: Final = re.compile(r"\b[CС]-(\d{4}-\d{4,})\b")
"""A deal's number in a text, with the Latin letter or the Russian one."""


class Words:
    """A meeting for one viewer. Each part is worked out when a template first asks."""

    def __init__(self, page: MeetingPage, people: Directory, viewer: Actor, at: datetime) -> None:
        self.page, self.people, self.viewer, self.at = page, people, viewer, at
        self.language = get_language() or "en"

    def name(self, person_id: int | None) -> str:
        """A person's short name."""
        return self.people.name(person_id)

    def saved_otherwise(self, sheet: Sheet) -> list[tuple[str, str]]:
        """What stands saved where something else was typed meanwhile: the field's name and the saved text."""
        saved = of_page(self.page)
        fields = (
            (_("What it is called"), sheet.title, saved.title),
            (_("Our goal"), sheet.our_goal, saved.our_goal),
            (_("The client’s goal"), sheet.client_goal, saved.client_goal),
            (_("Day and time"), sheet.starts_at, saved.starts_at),
            (_("Minutes"), sheet.minutes, saved.minutes),
            (_("Place or link"), sheet.place, saved.place),
            (_("Agenda"), sheet.points, saved.points),
            (pgettext("meeting", "Our attendees"), sheet.ours, saved.ours),
            (_("From the client"), sheet.theirs, saved.theirs),
            (_("How we will know it went well"), sheet.criteria, saved.criteria),
        )
        return [(name, self._said(now) or "—") for name, typed, now in fields if typed != now]

    def _said(self, what: str | Sequence[Row | str]) -> str:
        if isinstance(what, str):
            when = (
                datetime.fromisoformat(what) if "T" in what and what == of_page(self.page).starts_at else None
            )
            return moment(timezone.make_aware(when)) if when else what
        return "; ".join(one if isinstance(one, str) else self._row(one) for one in what)

    def _row(self, row: Row) -> str:
        if "person" in row:
            return self.name(int(row["person"]))
        return ", ".join(
            filter(
                None,
                (row.get("minutes"), row.get("text"), row.get("name"), row.get("duty"), row.get("email")),
            )
        )

    @cached_property
    def title(self) -> str:
        """What the meeting is called."""
        return title_of(self.page.row, self.language)

    @property
    def kind(self) -> str:
        """What kind of meeting it is."""
        return str(KINDS[self.page.row.kind])

    @property
    def state(self) -> str:
        """Where it stands."""
        return str(STATES[self.page.row.state])

    @cached_property
    def lacks(self) -> tuple[Lacking, ...]:
        """What is missing, what holds the meeting back first."""
        found = [
            Lacking(
                code_of(one), say_lack(code_of(one)), self._about(one.place, one.person_id, one.subject), self._supply(code_of(one)),
                one.strength == "stop", _PART.get(one.subject, ""),
            )
            for one in self.page.row.lacks
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda one: not one.stops))

    def _supply(self, code: str) -> str:
        if code == "time.required" and not self.is_client:
            return _("Agree on the day and the time.")
        return say_supply(code)

    @property
    def is_client(self) -> bool:
        """Whether the client comes."""
        return self.page.row.kind == CLIENT

    def leads_to(self, one: Lacking) -> str:
        """What is missing, leading to the part of the form where it is supplied."""
        return Markup('<a href="#{}">{}</a>').format(one.part, one.what) if one.part else one.what

    def missing(self, part: str) -> list[Lacking]:
        """What is missing in a part of the form; several of a kind in one."""
        found: dict[str, Lacking] = {}
        for one in self.lacks:
            if one.part == part:
                known = found.get(one.code)
                about = "; ".join(filter(None, (known.about if known else "", one.about)))
                found[one.code] = replace(one, about=about)
        return list(found.values())

    @cached_property
    def is_whole(self) -> bool:
        """Whether nothing is missing that the form supplies."""
        return not any(one.part and one.stops for one in self.lacks)

    def opens(self, part: str, sheet: Sheet) -> bool:
        """Whether a part of the form stands open: something is missing there, or wrong, or typed and not saved."""
        boxes, saved = _BOXES.get(part, (part,)), of_page(self.page)
        wrong = any(name.partition(".")[0] in boxes for name in sheet.errors)
        unsaved = any(getattr(sheet, name) != getattr(saved, name) for name in boxes)
        return wrong or unsaved or bool(self.missing(part)) or (part == "points" and not sheet.points)

    def gist(self, part: str) -> str:
        """What stands in a part of the form, in a few words."""
        page = self.page
        if part == "goals":
            return Truncator(page.client_goal or page.our_goal).chars(60)
        if part == "when":
            return moment(page.row.starts_at) if page.row.starts_at else ""
        if part == "points" and page.points:
            total = sum(one.minutes for one in page.points)
            return ngettext("%(num)s minute in total", "%(num)s minutes in total", total) % {"num": total}
        if part == "ours":
            return ", ".join(self.name(one.person_id) for one in page.row.ours)
        if part == "theirs":
            return ", ".join(one.name for one in page.guests)
        return str(len(page.criteria) or "") if part == "criteria" else ""

    @cached_property
    def first_step(self) -> str:
        """What is to be done first: it has the page's one loud button."""
        row, may = self.page.row, self.page.may
        due = row.kind == HUDDLE or (row.starts_at is not None and row.starts_at - BEGINS <= self.at)
        if due and "meeting.run" in may:
            return "begin"
        sends = self.is_client and self.page.guests and row.agreement in _TO_ASK
        return "send" if self.is_whole and sends else "save"

    @property
    def may_begin(self) -> bool:
        """Whether it can be begun now: long before its time nobody is led to what would be refused."""
        return not is_too_early(self.page.row.starts_at, self.at)

    @cached_property
    def consent(self) -> str:
        """Who agreed with the plan, and when: with the one that it is, or with an earlier one."""
        told = self.page.consent
        if told is None:
            return _("The client agreed")
        if told.by_id is None:
            return _("%(name)s agreed, %(when)s") % {
                "name": told.who or _("The client"),
                "when": when(told.at),
            }
        return _("The client agreed: “%(words)s” (written down by %(name)s, %(when)s)") % {
            "words": told.words, "name": self.name(told.by_id), "when": when(told.at),
        }  # fmt: skip

    @cached_property
    def has_agenda(self) -> bool:
        """Whether the process has an agenda for it."""
        return any(one.key == self.page.row.agenda for one in self.page.row.process.agendas)

    def linked(self, text: str) -> str:
        """A text of ours in which the numbers of deals lead to them."""
        return Markup(  # noqa: S704 (escaped before)
            _NUMBER.sub(
                lambda found: f'<a href="{reverse("deal:page", args=[found[1]])}">{found[0]}</a>',
                escape(text),
            )
        )

    def _about(self, place: int | None, person_id: int | None, subject: str) -> str:
        if subject == "point" and place is not None and place < len(self.page.points):
            return self.page.points[place].text
        if subject == "client" and place is not None and place < len(self.page.guests):
            return self.page.guests[place].name
        return self.name(person_id) if person_id else ""

    @cached_property
    def recorded(self) -> str:
        """What it lacked when it began."""
        return "; ".join(dict.fromkeys(map(say_lack, self.page.lacked)))

    def room(self, role: str) -> str:
        """A room role."""
        return str(ROOM[role])

    def rooms(self, roles: Sequence[str]) -> str:
        """Room roles, joined."""
        return ", ".join(map(self.room, roles))

    def seats(self, seats: frozenset[str]) -> str:
        """Roles on the deal, joined."""
        return ", ".join(say_role(role, self.page.row.process, self.language) for role in sorted(seats))

    @cached_property
    def point_roles(self) -> list[tuple[str, str]]:
        """In which room roles a point is led."""
        return [(role, self.room(role)) for role in ROOM_ROLES if role != "minutes"]

    @cached_property
    def given_roles(self) -> list[tuple[str, str]]:
        """Room roles that are given to people."""
        return [(role, self.room(role)) for role in GIVEN]

    def led(self, person: str) -> str:
        """What somebody does in the room because he leads such points."""
        found = next((one for one in self.page.row.ours if str(one.person_id) == person), None)
        return self.rooms([role for role in found.room if role not in GIVEN]) if found else ""

    @cached_property
    def colleagues(self) -> list[tuple[str, str]]:
        """People to choose from."""
        return [(str(card.id), card.full_name) for card in self.people.active() if not card.is_agent]

    @cached_property
    def controllers(self) -> list[tuple[str, str]]:
        """Who may see to the tasks: everybody but those who have one."""
        doers = {str(one.performer_id) for one in self.page.tasks}
        return [one for one in self.colleagues if one[0] not in doers]

    @cached_property
    def leaders(self) -> list[tuple[str, str]]:
        """Who may lead a point: those who go."""
        return [(str(one.person_id), self.name(one.person_id)) for one in self.page.row.ours]

    @cached_property
    def next_moderator(self) -> str:
        """Whose turn it is to moderate, of those who go; empty where only one goes, or where somebody is chosen already."""
        if any("moderator" in one.room for one in self.page.row.ours):
            return ""
        ours = [one.person_id for one in self.page.row.ours]
        return self.name(rota(ours)[0]) if len(ours) > 1 else ""

    @cached_property
    def parked(self) -> list[JotRow]:
        """Questions put off that have neither a task nor an end yet."""
        return [
            one
            for one in self.page.jots
            if one.kind == "parked" and one.commitment_id is None and not one.settled
        ]

    def jots(self, kind: str) -> list[JotRow]:
        """What was written down of one kind."""
        return [one for one in self.page.jots if one.kind == kind]

    def jot(self, kind: str) -> str:
        """A kind of what is written down."""
        return str(JOTS[kind])

    @property
    def verdict(self) -> str:
        """The expert's verdict."""
        return str(VERDICTS.get(self.page.verdict, ""))

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        """Verdicts to choose from."""
        return [(code, str(word)) for code, word in VERDICTS.items()]

    def ready(self, code: str) -> str:
        """The client's answer whether he is ready."""
        return str(READY.get(code, ""))

    @property
    def ready_choices(self) -> list[tuple[str, str]]:
        """His answers to choose from."""
        return [(code, str(word)) for code, word in READY.items()]

    def part(self, code: str) -> str:
        """A heading of the letter."""
        return str(PARTS[code])

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Parts of the letter to choose from."""
        return [(code, str(word)) for code, word in PARTS.items()]

    def address(self, door: DoorRow) -> str:
        """The whole address of a door; empty where it may not be passed on, or leads nowhere."""
        if door.token is None or door.expires_at <= self.at:
            return ""
        return door_address(door.token)

    def doors(self, purpose: str) -> list[DoorRow]:
        """Addresses that stand open for the plan or the letter."""
        return [one for one in self.page.doors if one.purpose == purpose and one.revoked_at is None]

    @cached_property
    def letter(self) -> LetterRow | None:
        """The newest version of the letter."""
        return self.page.letters[-1] if self.page.letters else None

    @cached_property
    def sent(self) -> LetterRow | None:
        """The newest version that was sent."""
        return next((one for one in reversed(self.page.letters) if one.sent_at is not None), None)

    def part_name(self, key: str) -> str:
        """What the client wants otherwise."""
        return {"goal": _("The goal"), "agenda": _("The agenda"), "people": _("The people"), "time": _("The time or the place")}.get(key, "")  # fmt: skip


def title_of(row: MeetingRow, language: str) -> str:
    """What a meeting is called: its own title, or its agenda's name."""
    return say_title(row.title, row.agenda, row.process, language)
