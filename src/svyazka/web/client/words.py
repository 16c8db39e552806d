"""What the client's pages say."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from svyazka.presale.meetings.asking import has_corrected, is_ahead
from svyazka.presale.meetings.clients import ClientLetter, ClientPlan
from svyazka.presale.meetings.doors import Opened
from svyazka.presale.meetings.letters import may_say_ready
from svyazka.presale.meetings.rows import OursRow
from svyazka.presale.people.queries import Directory
from svyazka.speech.client_letters import Writer, letter_parts, writer
from svyazka.speech.process_words import say_role
from svyazka.speech.times import moment_there

_TOPICS: Final[Mapping[str, str | Promise]] = {
    "company": pgettext_lazy("tells about", "the company"),
    "delivery": pgettext_lazy("tells about", "the work"),
    "money": pgettext_lazy("tells about", "money and terms"),
}


def say_room(roles: Collection[str]) -> str:
    """What somebody of ours does in the room, in words that mean something outside of our house, too."""
    topics = ", ".join(str(topic) for role, topic in _TOPICS.items() if role in roles)
    said = (
        _("leads the meeting") if "moderator" in roles else "",
        _("tells about %(what)s") % {"what": topics} if topics else "",
        _("takes notes") if "minutes" in roles else "",
    )
    return ", ".join(filter(None, said))


@dataclass(frozen=True, slots=True)
class Introduced:
    """Somebody of ours as the client meets him (R52): who he is, and what to ask him about."""

    name: str
    role: str
    about: str


class _Team:
    """People of ours in words for the client."""

    def __init__(self, people: Directory, manager_id: int | None) -> None:
        self.people, self.writer = people, writer(manager_id)

    @property
    def manager(self) -> str:
        """Whom to write to, with the address: as in the signature of the letters."""
        return whom_to_write_to(self.writer)

    @property
    def asks(self) -> str:
        """Who asks: «Мария Серова (Меридиан)»."""
        by = self.writer
        return f"{by.name} ({by.company})" if by.name else by.company

    def introduced(self, ours: tuple[OursRow, ...], process: object) -> list[Introduced]:
        """Who is who on our side."""
        language = get_language() or "en"
        return [
            Introduced(
                self.name(one.person_id),
                ", ".join(say_role(role, process, language) for role in sorted(one.seats - {"lead_generator", "dispatcher", "fixer"})),  # type: ignore[arg-type]
                say_room(one.room),
            )
            for one in ours
        ]  # fmt: skip

    def name(self, person_id: int | None) -> str:
        """A person's short name."""
        return self.people.name(person_id)


def whom_to_write_to(by: Writer) -> str:
    """«Мария Серова, manager@meridian.example»."""
    return f"{by.name or by.company}, {by.email}"


class PlanWords(_Team):
    """The plan for the client. What his colleagues have answered stays between each of them and us."""

    def __init__(
        self, plan: ClientPlan, people: Directory, reader: Opened, at: datetime, *, told: bool, away: bool
    ) -> None:
        super().__init__(people, plan.manager_id)
        self.plan, self.reader, self.at = plan, reader, at
        self._told, self._says_away = told, away
        self.team = self.introduced(plan.ours, plan.process)

    @property
    def when(self) -> str:
        """Day and time, with the town whose time it is."""
        return moment_there(self.plan.starts_at) if self.plan.starts_at else "—"

    @property
    def _is_his(self) -> bool:
        return self.plan.is_current and self.plan.state == "planned" and self.plan.agreement != "corrected"

    @property
    def has_corrected(self) -> bool:
        """Whether it is his corrections that we haven't taken in yet."""
        plan = self.plan
        return (
            plan.is_current
            and plan.state == "planned"
            and has_corrected(plan.corrected, self.reader.name, self.reader.used_at)
        )

    @property
    def may_be_kept(self) -> bool:
        """Whether the meeting can go to his calendar."""
        return self.plan.may_be_kept(self.at)

    @property
    def has_agreed(self) -> bool:
        """Whether he has agreed himself."""
        return self._is_his and self.plan.agreement == "agreed" and self.reader.used_at is not None

    @property
    def is_open(self) -> bool:
        """Whether he can agree still."""
        return self._is_his and not self.has_agreed and not self.is_told

    @property
    def is_told(self) -> bool:
        """Whether he was sent the plan as one that is agreed on already: then he isn't asked for his consent."""
        return self._told and self._is_his and self.plan.agreement == "agreed" and not self.has_agreed

    @property
    def can_change(self) -> bool:
        """Whether he can still say that something has to be otherwise."""
        if self.has_corrected:
            return True
        return self._is_his and (self.plan.agreement != "agreed" or is_ahead(self.plan.starts_at, self.at))

    @property
    def begins_away(self) -> bool:
        """Whether he has pressed that he can't come: the words are begun for him."""
        return self._says_away and self.can_change and not self.has_corrected

    def begun(self, part: str) -> str:
        """What stands in a box at first: what he has sent already, or that he can't come."""
        if self.has_corrected:
            return self.plan.corrected.get(part, "")
        return _("I can’t come:") + " " if part == "people" and self.begins_away else ""

    @property
    def sent(self) -> list[tuple[str, str]]:
        """His corrections that we haven't taken in yet, each under its box's label."""
        corrected = self.plan.corrected if self.has_corrected else {}
        return [(label, corrected[part]) for part, label in self.boxes if corrected.get(part)]

    @property
    def folded(self) -> str:
        """What the folded boxes are for."""
        if self.has_corrected:
            return _("Add to the corrections")
        return _("Something has changed") if self.has_agreed else _("I would like it otherwise")

    @property
    def boxes(self) -> list[tuple[str, str]]:
        """What he may want otherwise; once he has agreed or can't come, first what changes by itself: who comes, and when."""
        plan = [
            ("goal", _("What should be there for you after this hour")),
            ("agenda", _("What to change in the agenda")),
        ]
        life = [
            (
                "people",
                _("Who else comes from you or can’t come, and whom you would like to see from us"),
            ),
            ("time", _("Another time or place")),
        ]
        return life + plan if self.has_agreed or self.begins_away else plan + life

    @property
    def answered(self) -> str:
        """What has become of it, where he can't agree."""
        plan = self.plan
        if self.has_agreed:
            return _("Agreed. We are looking forward to meeting you.")
        if self.is_told:
            return _("This is what we have agreed on. If anything is not right, say so below.")
        if plan.state == "planned" and plan.agreement == "corrected":
            if self.has_corrected:
                return _("Thank you: we have your corrections and come back to you with a new plan.")
            return _("We are changing this plan and come back to you with a new one.")
        return _("There is nothing to answer here any more.")


class LetterWords(_Team):
    """The letter for the client."""

    def __init__(self, seen: ClientLetter, people: Directory, reader: Opened) -> None:
        super().__init__(people, seen.manager_id)
        self.seen, self.reader = seen, reader
        self.team = self.introduced(seen.ours, seen.process)
        self.parts = letter_parts(seen)

    @property
    def points(self) -> list[dict[str, str]]:
        """All points in the order in which they are numbered."""
        return [one for _heading, _first, points in self.parts for one in points]

    @property
    def is_his(self) -> bool:
        """Whether the answer is his own: what a colleague of his has answered stays between him and us."""
        return self.reader.used_at is not None

    @property
    def asks_ready(self) -> bool:
        """Whether he may still say that he is ready for the next step: he hasn't, or said that he isn't yet."""
        letter = self.seen.letter
        return (
            letter.answer == "confirmed"
            and letter.ready != "yes"
            and may_say_ready(letter.answered_by, self.reader.used_at)
        )

    @property
    def answered(self) -> str:
        """What became of the letter, and what follows."""
        match self.seen.letter.answer, self.is_his:
            case "confirmed", True:
                return _("Confirmed, thank you. We go on as written here.")
            case "confirmed", False:
                return _("This letter is confirmed. We go on as written here.")
            case _, True:
                return _("Thank you: we have your corrections and send the letter again.")
            case _:
                return _("We are correcting this letter and send it again.")

    @property
    def ready(self) -> list[tuple[str, str]]:
        """Answers whether he is ready for the next step."""
        return [("yes", _("Yes, we are ready")), ("not_yet", _("Not yet"))]

    def ready_word(self, code: str) -> str:
        """The answer that he gave."""
        return dict(self.ready).get(code, "")
