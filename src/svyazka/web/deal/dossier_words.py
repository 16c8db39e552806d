"""What the dossier says, in its reader's words, with what is new to him marked where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from textwrap import shorten
from typing import Final

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from svyazka.engine.process import Field
from svyazka.presale.deals.intake import parts
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.journal.queries import EntryRow
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.dossier import ABOUT_PLAN, MOOD, SAID
from svyazka.presale.meetings.dossier_rows import Dossier, Reader, SmallThingRow
from svyazka.presale.meetings.reading import SMALL_THING
from svyazka.presale.people.queries import Directory
from svyazka.presale.process.queries import process_version
from svyazka.speech.acts import say_act, say_detail
from svyazka.speech.meetings import PARTS, VERDICTS, code_of, say_agenda, say_lack, say_supply
from svyazka.speech.process_words import ROOM, SHOWN, say_field, say_reason, say_role
from svyazka.speech.refusals import STATUSES
from svyazka.speech.sizes import say_size
from svyazka.web.deal.answers import say_answer

WANTED: Final = frozenset({"expected_question"})
"""Fields about what the client wants that aren't long texts."""
UNKNOWN_OF_MEETING: Final = frozenset({"client", "client_goal"})
"""What a meeting may lack that is a gap in what we know."""
CORRECTED: Final = ("goal", "agenda", "people", "time")


@dataclass(frozen=True, slots=True)
class Line:
    """A field of the intake form with its answer."""

    label: str
    value: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class GapLine:
    """Something that isn't known: who finds it out by when, or how to find it out."""

    what: str
    finder: str
    by: date | None
    is_late: bool
    how: str


@dataclass(frozen=True, slots=True)
class News:
    """An act that the reader hasn't read of.

    :ivar place: where on the page its trace stands, empty for nowhere
    :ivar is_small: it is about a small thing, so that it isn't printed
    """

    sentence: str
    about: str
    who: str
    at: datetime
    place: str
    is_small: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said with the client or about him."""

    id: int
    sentence: str
    quote: str
    who: str
    at: datetime
    is_new: bool


class Words:
    """A dossier for one reader. Each part is worked out when a template first asks."""

    def __init__(self, page: Dossier, people: Directory, viewer: Actor, at: datetime) -> None:
        self.page, self.people, self.viewer, self.at = page, people, viewer, at
        self.language = get_language() or "en"

    def name(self, person_id: int | None) -> str:
        """A person's short name."""
        return self.people.name(person_id)

    def role(self, role: str) -> str:
        """A role's name in small letters."""
        return say_role(role, self.page.process, self.language)

    def roles(self, person_id: int) -> str:
        """What somebody is on the deal."""
        return ", ".join(self.role(role) for one, role in self.page.team if one == person_id)

    def rooms(self, roles: Iterable[str]) -> str:
        """What somebody does in the room."""
        return ", ".join(str(ROOM[role]) for role in roles)

    def agenda(self, key: str) -> str:
        """What kind of meeting it is."""
        return say_agenda(key, self.page.process, self.language)

    def verdict(self, code: str) -> str:
        """The expert's verdict on an earlier meeting."""
        return str(VERDICTS.get(code, ""))

    def size(self, size: int) -> str:
        """How large a file is."""
        return say_size(size)

    def outcome(self, row: DealRow, reason: str = "") -> str:
        """How a deal ended and why, or in which stage it is."""
        status, process = str(STATUSES[row.status]), process_version(row.process_number)
        if row.status == "open":
            return f"{status}, {process.stage(row.stage).name.say(self.language)}"
        return ": ".join(filter(None, (status, say_reason(reason, process, self.language))))

    # what is asked of the client, and what isn't known

    @cached_property
    def wanted(self) -> list[Line]:
        """What the client wants, in his own words where we have them."""
        return [self._line(field) for field in self._fields if _is_wanted(field)]

    @cached_property
    def profile(self) -> list[Line]:
        """Who the client is. His people stand by themselves."""
        known = bool(self.page.client.contacts)
        fields = (
            one for one in self._fields if not _is_wanted(one) and not (known and one.kind == "contact")
        )
        return [line for line in map(self._line, fields) if line.value]

    @cached_property
    def mood(self) -> Line:
        """The client's mood; empty for those who don't go."""
        label = say_field(MOOD, self.page.process, self.language)
        return Line(label, self.page.mood, MOOD in self.page.new_boxes)

    @property
    def _fields(self) -> list[Field]:
        return [field for field in self.page.process.fields if field.key != MOOD]

    def _line(self, field: Field) -> Line:
        is_new = not self.page.new_boxes.isdisjoint(parts(field))
        return Line(field.label.say(self.language), say_answer(field, self.page.answers), is_new)

    @cached_property
    def gaps(self) -> list[GapLine]:
        """What we don't know, with who finds it out by when."""
        today = timezone.localtime(self.at).date()
        found = [
            GapLine(
                say_field(one.field, self.page.process, self.language), self.name(one.finder_id), one.by,
                one.by is not None and one.by < today, "",
            )
            for one in self.page.gaps
        ]  # fmt: skip
        coming = self.page.coming
        for lack in coming.lacks if coming else ():
            if lack.subject in UNKNOWN_OF_MEETING and lack.code != "declined":  # that is known
                code = code_of(lack)
                whose = coming.guests[lack.place].name if coming and lack.place is not None else ""
                what = ": ".join(filter(None, (say_lack(code), whose)))
                found.append(
                    GapLine(what[:1].upper() + what[1:], "", None, is_late=False, how=say_supply(code))
                )
        return found

    @cached_property
    def corrected(self) -> list[tuple[str, str]]:
        """What the client would like otherwise about the plan."""
        said = self.page.coming.corrected if self.page.coming else {}
        named = {"goal": _("The goal"), "agenda": _("The agenda"), "people": _("The people"), "time": _("The time or the place")}  # fmt: skip
        return [(named[part], said[part]) for part in CORRECTED if said.get(part)]

    # what was told

    @cached_property
    def talks(self) -> list[Talk]:
        """What was said, the newest first; acts with nothing typed say only that they happened."""
        new = {entry.id for entry in self.page.new}
        return [
            Talk(one.id, self._sentence(one), say_detail(one.detail), self._who(one), one.at, one.id in new)
            for one in self.page.said
        ]

    @cached_property
    def news(self) -> list[News]:
        """What others have told since the reader last signed, oldest first."""
        return [
            News(
                self._sentence(one),
                self._about(one),
                self._who(one),
                one.at,
                self._place(one),
                one.act == SMALL_THING,
            )
            for one in self.page.new
        ]

    def _sentence(self, entry: EntryRow) -> str:
        return say_act(
            entry.act, entry.data, people=self.people, process=self.page.process, language=self.language
        )

    def _who(self, entry: EntryRow) -> str:
        return self.name(entry.actor_id) or (
            _("The client") if entry.channel == "client" else _("the system")
        )

    def _about(self, entry: EntryRow) -> str:
        """What the act is about, in a few words."""
        about = entry.data.get("id")
        names = [one.name for one in self.page.documents if one.id == about and entry.act == "document.filed"]
        asked = [
            one.text or ""
            for one in self.page.questions
            if one.id == about and entry.act.startswith("question.")
        ]
        said = next(iter([*names, *asked]), say_detail(entry.detail))
        return shorten(said, SHOWN, placeholder="…")

    def _place(self, entry: EntryRow) -> str:
        about = entry.data.get("id")
        if entry.act == "document.filed":
            return f"f{about}" if about in {one.id for one in self.page.documents} else ""
        if entry.act.startswith("question."):
            return f"q{about}"
        if entry.act == "intake.changed":
            return "wanted" if any(line.is_new for line in self.wanted) else "profile"
        if entry.act in ABOUT_PLAN:
            return "coming"
        if entry.act == SMALL_THING:
            return f"s{about}" if about in {one.id for one in self.page.small_things} else ""
        return f"a{entry.id}" if entry.act in SAID else ""

    @cached_property
    def new_questions(self) -> frozenset[int]:
        """Questions that were asked or answered since."""
        return self.page.new_ids("question.asked", "question.answered")

    @cached_property
    def new_files(self) -> frozenset[int]:
        """Files that were filed since."""
        return self.page.new_ids("document.filed")

    def may_forget(self, noted: SmallThingRow) -> bool:
        """Whether the viewer may delete a small thing: his own, or any as the deal's manager or an administrator."""
        return (
            noted.by_id == self.viewer.person_id
            or "manager" in self.page.seats
            or "administrator" in self.viewer.duties
        )

    @cached_property
    def new_small_things(self) -> frozenset[int]:
        """Small things that were noted since."""
        return self.page.new_ids(SMALL_THING)

    @property
    def new_plan(self) -> bool:
        """Whether the goals changed since, or the client has answered."""
        return any(entry.act in ABOUT_PLAN for entry in self.page.new)

    @cached_property
    def letter(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The latest letter by its headings: each point with what the client would say otherwise."""
        letter = self.page.letter
        points = letter.points if letter else ()
        told = letter.corrections if letter else {}
        return [
            (
                str(words),
                [(one["text"], str(told.get(one["key"], ""))) for one in points if one["part"] == part],
            )
            for part, words in PARTS.items()
            if any(one["part"] == part for one in points)
        ]

    # who reads

    @property
    def is_awaited(self) -> bool:
        """Whether the meeting waits for this reader: an expert, or whoever else goes and hasn't put it together himself."""
        return "expert" in self.page.seats or (self.page.goes and "manager" not in self.page.seats)

    def is_lacking(self, reader: Reader) -> bool:
        """Whether the meeting isn't prepared because of him."""
        return reader.goes and not reader.is_up_to_date and (reader.person_id, "expert") in self.page.team


def _is_wanted(field: Field) -> bool:
    return field.kind == "long" or field.key in WANTED
