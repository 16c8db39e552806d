"""What the client's pages say."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from svyazka.presale.meetings.clients import ClientLetter, ClientPlan
from svyazka.presale.meetings.rows import OursRow
from svyazka.presale.meetings.values import PARTS
from svyazka.presale.people.queries import Directory
from svyazka.speech.meetings import PARTS as HEADINGS
from svyazka.speech.meetings import READY
from svyazka.speech.process_words import ROOM, say_role
from svyazka.speech.times import moment


@dataclass(frozen=True, slots=True)
class Introduced:
    """Somebody of ours as the client meets him (R52): who he is, and what to ask him about."""

    name: str
    role: str
    about: str


class _Team:
    """People of ours in words for the client."""

    def __init__(self, people: Directory, manager_id: int | None) -> None:
        self.people, self.manager_id = people, manager_id

    @property
    def manager(self) -> str:
        """Whom to write to, with the address."""
        card = self.people.people.get(self.manager_id or 0)
        return f"{card.full_name}, {card.email}" if card else ""

    def introduced(self, ours: tuple[OursRow, ...], process: object) -> list[Introduced]:
        """Who is who on our side."""
        language = get_language() or "en"
        return [
            Introduced(
                self.people.people[one.person_id].full_name if one.person_id in self.people.people else "",
                ", ".join(say_role(role, process, language) for role in sorted(one.seats - {"lead_generator", "dispatcher", "fixer"})),  # type: ignore[arg-type]
                ", ".join(str(ROOM[role]) for role in one.room),
            )
            for one in ours
        ]  # fmt: skip

    def name(self, person_id: int | None) -> str:
        """A person's short name."""
        return self.people.name(person_id)


class PlanWords(_Team):
    """The plan for the client."""

    def __init__(self, plan: ClientPlan, people: Directory, reader: str) -> None:
        super().__init__(people, plan.manager_id)
        self.plan, self.reader = plan, reader
        self.team = self.introduced(plan.ours, plan.process)

    @property
    def when(self) -> str:
        """Day and time, with the zone in which they are meant."""
        starts = self.plan.starts_at
        return f"{moment(starts)} ({timezone.localtime(starts).tzname()})" if starts else "—"

    @property
    def is_open(self) -> bool:
        """Whether there is anything to answer still."""
        return (
            self.plan.is_current
            and self.plan.state == "planned"
            and self.plan.agreement in {"asked", "not_asked"}
        )

    @property
    def answered(self) -> str:
        """What has become of it, where there is nothing to answer."""
        plan = self.plan
        if plan.agreement == "agreed":
            return _("Agreed. We are looking forward to meeting you.")
        if plan.agreement == "corrected":
            who = str(plan.corrected.get("who") or "")
            if who != self.reader:
                return _(
                    "%(who)s has answered already: we have the corrections and come back to you with a new plan."
                ) % {"who": who}
            return _("Thank you: we have your corrections and come back to you with a new plan.")
        return _("There is nothing to answer here any more.")


class LetterWords(_Team):
    """The letter for the client."""

    def __init__(self, seen: ClientLetter, people: Directory, reader: str) -> None:
        super().__init__(people, seen.manager_id)
        self.seen, self.reader = seen, reader
        self.team = self.introduced(seen.ours, seen.process)
        letter = seen.letter
        self.parts = [
            (part, str(HEADINGS[part]), [one for one in letter.points if one["part"] == part])
            for part in PARTS
            if any(one["part"] == part for one in letter.points)
        ]

    @property
    def answered(self) -> str:
        """Whose answer the letter has, and what follows."""
        letter = self.seen.letter
        if letter.answer == "confirmed":
            said = _("Confirmed, thank you. We go on as written here.")
        else:
            said = _("Thank you: we have your corrections and send the letter again.")
        if letter.answered_by in {"", self.reader}:
            return said
        return _("%(who)s has answered already.") % {"who": letter.answered_by}

    @property
    def ready(self) -> list[tuple[str, str]]:
        """Answers whether he is ready for the next step."""
        return [("yes", _("Yes, we are ready")), ("not_yet", _("Not yet"))]

    def ready_word(self, code: str) -> str:
        """The answer that he gave."""
        return str(READY.get(code, ""))
