"""One deal of a status run in words: what the system knows of it, and the six lines with their facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from svyazka.engine.lacking import lacking
from svyazka.engine.standing import Owed
from svyazka.presale.commitments.lines import Nameable, example_of, nameable, read_line
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.journal.queries import EntryRow
from svyazka.presale.journal.values import Actor, Invalid, Json
from svyazka.presale.meetings.rows import TaskRow
from svyazka.presale.meetings.runs.commands import REVIEWED
from svyazka.presale.meetings.runs.queries import Around, RunPage, StopRow
from svyazka.presale.meetings.runs.values import LONGEST_LINE, LONGEST_STEP, STEP
from svyazka.presale.people.queries import directory
from svyazka.presale.stages.queries import DealPage
from svyazka.speech.acts import say_act
from svyazka.speech.process_words import say_owed, say_role
from svyazka.speech.refusals import STATUSES, field_errors
from svyazka.speech.runs import LINES, NEXT
from svyazka.speech.times import worktime


@dataclass(frozen=True, slots=True)
class Change:
    """Something that has happened, and when."""

    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that somebody owes. ``minutes`` is working time left, negative once it is overdue.

    :ivar on_client: the client owes it to us
    :ivar is_late: it is past its time, and no clock is paused
    """

    what: str
    who: str
    due_at: datetime
    minutes: int
    is_paused: bool
    to_client: bool
    on_client: bool
    is_late: bool


class Desk:
    """A deal on the screen, for one viewer. Each part is worked out when a template first asks."""

    longest, longest_step = LONGEST_LINE, LONGEST_STEP

    def __init__(
        self, run: RunPage, stop: StopRow, deal: DealPage, known: Around, *, viewer: Actor, at: datetime
    ) -> None:
        self.run, self.stop, self.deal, self.known, self.viewer, self.at = run, stop, deal, known, viewer, at
        self.people, self.language = directory(), get_language() or "en"

    @property
    def row(self) -> DealRow:
        """The deal's row."""
        return self.deal.card.row

    @property
    def is_open(self) -> bool:
        """Whether it is still under way."""
        return self.row.status == "open"

    @property
    def status(self) -> str:
        """How it ended."""
        return str(STATUSES[self.row.status])

    @property
    def place(self) -> int:
        """Which of the run's deals it is, counted from one."""
        return [one.id for one in self.run.stops].index(self.stop.id) + 1

    @property
    def waits(self) -> int:
        """How many others still wait for their turn."""
        return sum(not one.outcome and one.id != self.stop.id for one in self.run.stops)

    # where it stands

    @property
    def stage(self) -> str:
        """Which stage of how many."""
        return _("Stage %(position)s of %(count)s: %(stage)s") % {
            "position": self.deal.standing.position + 1,
            "count": len(self.deal.process.stages),
            "stage": self.deal.standing.stage.name.say(self.language),
        }

    @property
    def in_stage(self) -> str:
        """For how much working time it has been there."""
        return worktime(self.people.calendar.minutes_between(self.row.stage_since, self.at))

    @property
    def over_limit(self) -> str:
        """By how much working time it has been there too long; empty for not at all."""
        left = self.deal.standing.stage_minutes_left
        return worktime(-left) if left < 0 and self.is_open else ""

    @cached_property
    def lacks(self) -> list[str]:
        """What is missing to leave the stage, what stops it first."""
        missing = sorted(self.deal.standing.missing, key=lambda check: check.strength != "stop")
        return [lacking(check).say(self.language) for check in missing]

    @cached_property
    def stops(self) -> int:
        """How many of those stop it."""
        return len(self.deal.standing.blockers)

    @property
    def holder(self) -> tuple[str, str]:
        """Who has the ball, and in which role."""
        holder = self.deal.standing.holder
        if holder.kind == "client":
            return _("The client"), ""
        if holder.kind == "queue":
            return _("Nobody"), ""
        return self.people.name(holder.person_id), say_role(
            holder.role or "", self.deal.process, self.language
        )

    @property
    def is_clients_turn(self) -> bool:
        """Whether the client has the ball."""
        return self.deal.standing.holder.kind == "client"

    @property
    def late(self) -> Promise | None:
        """What of ours is overdue though the client has the ball, the longest first: the next move is ours too."""
        ours = (one for one in self.owed if one.is_late and not one.on_client)
        return next(ours, None) if self.is_clients_turn else None

    @property
    def awaited(self) -> Promise | None:
        """What the client owes us, the first of it."""
        return next((one for one in self.owed if one.on_client), None)

    @property
    def contact(self) -> tuple[str, datetime] | None:
        """How we and the client last heard of each other, and when."""
        if self.known.contact is None:
            return None
        act, at = self.known.contact
        return self._say(act, {}), at

    @property
    def budget(self) -> str:
        """The money frame, for who may know of it."""
        return str(self.deal.card.answers.get("budget") or "") if self.deal.card.sees_private else ""

    # the six lines

    @cached_property
    def changes(self) -> list[Change]:
        """What has happened since the last run, the newest first; not what this run has done."""
        own = {one.id for one in self.run.tasks}

        def is_told(entry: EntryRow) -> bool:
            if entry.at <= self.stop.since or entry.act == REVIEWED:
                return False
            # what rules have opened stands among what is owed
            of_people = entry.data.get("by") == "person" and entry.data.get("id") not in own
            return entry.act != "commitment.opened" or of_people

        return [Change(one.at, self._say(one.act, one.data)) for one in self.deal.timeline if is_told(one)]

    def _say(self, act: str, data: Mapping[str, Json]) -> str:
        return say_act(
            act,
            data,
            people=self.people,
            process=self.deal.process,
            language=self.language,
            results=self._results,
        )

    @cached_property
    def _results(self) -> Mapping[int, str]:
        return {one.id: one.result for one in self.deal.commitments if one.result}

    @cached_property
    def owed(self) -> list[Promise]:
        """What is owed, what is due first on top."""
        rows = {one.id: one for one in self.deal.commitments}
        return [self._promise(rows[one.promise.id], one) for one in self.deal.standing.owed]

    def _promise(self, row: CommitmentRow, now: Owed) -> Promise:
        who = _("the client") if row.on_client else self.people.name(row.performer_id)
        return Promise(
            say_owed(row.term, row.result, self.deal.process, self.language), who, row.due_at, now.minutes_left,
            now.is_paused, row.to_client, row.on_client, now.is_overdue,
        )  # fmt: skip

    @cached_property
    def overdue(self) -> int:
        """How many are overdue."""
        return len(self.deal.standing.overdue)

    @cached_property
    def promised(self) -> Promise | None:
        """What the client waits for from us next; where nothing is promised to him, what is due first."""
        return next((one for one in self.owed if one.to_client), self.owed[0] if self.owed else None)

    @cached_property
    def dangers(self) -> list[str]:
        """What the system itself sees going wrong."""
        found = []
        if self.overdue:
            found.append(_("overdue: %(count)s") % {"count": self.overdue})
        if self.over_limit:
            found.append(_("over the stage’s limit by %(time)s") % {"time": self.over_limit})
        if self.row.chased:
            found.append(_("the client had to ask “when?”: %(count)s") % {"count": self.row.chased})
        if self.row.frayed:
            found.append(_("stages left with checks missing: %(count)s") % {"count": len(self.row.frayed)})
        return found

    @property
    def tasks(self) -> Sequence[TaskRow]:
        """What this run has decided about the deal."""
        return [one for one in self.run.tasks_of(self.row.id) if one.outcome == "open"]

    @property
    def step(self) -> str:
        """The next step as it was typed, where that is no commitment yet."""
        return self.stop.said.get(STEP, "")

    @property
    def step_lacks(self) -> str:
        """What such a line lacks, in words."""
        try:
            read_line(self.step, actor=self.viewer, at=self.at)
        except Invalid as refusal:
            return next(iter(field_errors(refusal).values()))
        return ""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The lines that are answered in words: code and name."""
        return [(code, str(words)) for code, words in LINES.items()]

    @property
    def next(self) -> str:
        """The name of the sixth line."""
        return str(NEXT)

    @property
    def usual(self) -> Mapping[str, list[str]]:
        """Answers that are often given, so that a word is picked and not typed."""
        no = pgettext("answer to a line", "no")
        return {
            "risk": [
                no, pgettext("answer to a line", "the dates"), pgettext("answer to a line", "the money"),
                pgettext("answer to a line", "the client is silent"), pgettext("answer to a line", "a competitor"),
                pgettext("answer to a line", "who decides has changed"),
            ],
            "help": [
                no, pgettext("answer to a line", "an expert"), pgettext("answer to a line", "the fixer"),
                pgettext("answer to a line", "the head of unit"), pgettext("answer to a line", "the estimator"),
            ],
        }  # fmt: skip

    @cached_property
    def nameable(self) -> tuple[Nameable, ...]:
        """Whom a line may name: first those who work on the deal, then those who take part."""
        seats = [
            seat.person_id for seat in self.deal.seats if not seat.until and seat.role != "lead_generator"
        ]
        return nameable([*seats, *self.run.ours])

    @property
    def example(self) -> str:
        """Whom the example of a line names."""
        return example_of(self.nameable)
