"""What the page says about a deal that is over: sentences, and lines in which the cause stands before the role and the name."""

from collections import Counter
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.engine.clock import Save
from svyazka.engine.delays import ByCause, Delay, Part
from svyazka.engine.losing import Hint
from svyazka.engine.postmortem import LARGEST, GateLeft, StageTime, Wait
from svyazka.engine.worktime import Duration
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.insight.postmortem import DealLookedBack, LetterSaid
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import Directory
from svyazka.speech.causes import Whats, say_cause, say_evidence_of, say_how_late
from svyazka.speech.meetings import READY
from svyazka.speech.process_words import say_reason, say_role
from svyazka.speech.times import WORKING_DAY, worktime
from svyazka.web.postmortem.lead import lead_of
from svyazka.web.postmortem.lines import DelayLine, RuleLine, SaveLine, WaitLine
from svyazka.web.postmortem.rules import rule_lines
from svyazka.web.ui.pictures import Holding


class Words:
    """A post-mortem for one reader. Each part is worked out when the template first asks."""

    def __init__(self, page: DealLookedBack, people: Directory, viewer: Actor, language: str) -> None:
        self.page, self.people, self.viewer, self.language = page, people, viewer, language
        self.whats = Whats(page.commitments, page.questions, page.process, language)

    def name(self, person_id: int | None) -> str:
        """A person's short name."""
        return self.people.name(person_id)

    def role(self, role: str) -> str:
        """A role in small letters; «клиент» for the client."""
        if role == "client":
            return pgettext("deal", "the client")
        return say_role(role, self.page.process, self.language)

    def stage(self, key: str) -> str:
        """A stage's name; its key where this version of the process has no such stage."""
        found = next((stage for stage in self.page.process.stages if stage.key == key), None)
        return found.name.say(self.language) if found else key

    @property
    def lead(self) -> list[str]:
        """How it went in a few sentences."""
        return lead_of(self.page.row, self.page.found, self.stage(self.page.row.stage))

    # delays and saves

    @cached_property
    def largest(self) -> list[DelayLine]:
        """The three largest delays."""
        return [self._delay(one) for one in self.page.found.delays[:LARGEST]]

    @cached_property
    def best(self) -> list[SaveLine]:
        """The three largest saves."""
        return [self._save(one) for one in self.page.found.saves[:LARGEST]]

    @cached_property
    def my_delays(self) -> list[DelayLine]:
        """What the reader himself was late with: he is told first."""
        return [self._delay(one) for one in self.page.found.delays if self._is_me(one.breach.person_id)]

    @cached_property
    def my_saves(self) -> list[SaveLine]:
        """What the reader himself made up for."""
        return [self._save(one) for one in self.page.found.saves if self._is_me(one.person_id)]

    def _is_me(self, person_id: int | None) -> bool:
        return person_id is not None and person_id == self.viewer.person_id

    def _delay(self, delay: Delay) -> DelayLine:
        breach = delay.breach
        return DelayLine(
            what=self.whats.of(breach.promise_id), late=say_how_late(delay, brief=True), cause=say_cause(delay.cause),
            note=self._note(delay), more=(*self._parts(delay), *self._before(delay)), stage=self.stage(delay.stage),
            role=self.role(breach.role), who=self.name(breach.person_id), mine=self._is_me(breach.person_id),
        )  # fmt: skip

    def _note(self, delay: Delay) -> str:
        """What was said when it was given up, as far as the reader may know; empty for what was only late."""
        row = self.page.commitments.get(delay.breach.promise_id)
        return row.note if row and delay.never_done else ""

    def _parts(self, delay: Delay) -> list[str]:
        return [self._part(part) for part in delay.parts] if len(delay.parts) > 1 else []

    def _part(self, part: Part) -> str:
        said = {"time": worktime(part.minutes), "cause": _small(say_cause(part.cause))}
        if part.after_id is None:
            return _("%(time)s: %(cause)s") % said
        return _("%(time)s: %(cause)s (%(what)s)") % {**said, "what": self.whats.of(part.after_id)}

    def _before(self, delay: Delay) -> list[str]:
        """What had come late before it without taking any of its time."""
        told = {part.after_id for part in delay.parts}
        return [
            _("Before that had come late: %(what)s, by %(time)s")
            % {"what": self.whats.of(late.promise_id), "time": worktime(late.minutes)}
            for late in delay.breach.arrived_late
            if late.promise_id not in told and late.minutes
        ]

    def _save(self, save: Save) -> SaveLine:
        return SaveLine(
            what=self.whats.of(save.promise_id), made_up=worktime(save.absorbed_minutes),
            whose=self.role(save.absorbed_from_role),
            role=self.role(save.role), who=self.name(save.person_id), mine=self._is_me(save.person_id),
        )  # fmt: skip

    @cached_property
    def causes(self) -> list[tuple[str, str, str]]:
        """Each cause, what it has cost, and where: what was late by it, in one line."""
        return [
            (say_cause(one.cause), worktime(one.minutes), self._where(one)) for one in self.page.found.causes
        ]

    def _where(self, cause: ByCause) -> str:
        if len(cause.delays) == 1:
            return self.whats.of(cause.delays[0].breach.promise_id)
        return "; ".join(
            pgettext("delay", "%(what)s (%(time)s)")
            % {
                "what": self.whats.of(one.breach.promise_id),
                "time": worktime(sum(part.minutes for part in one.parts if part.cause == cause.cause)),
            }
            for one in cause.delays
        )

    # time

    @cached_property
    def life(self) -> list[Holding]:
        """Who had the ball when."""
        return [
            Holding(
                one.holder.kind, self.name(one.holder.person_id) if one.holder.kind == "person" else "",
                self.role(one.holder.role or ""), one.minutes,
            )
            for one in self.page.found.life
        ]  # fmt: skip

    def limit(self, stage: StageTime) -> str:
        """The time that the process gives a stage."""
        return worktime(_length(stage.limit)) if stage.limit else ""

    @cached_property
    def most_over(self) -> str:
        """The stage that took longest past its limit, in a sentence; empty where none did."""
        over = Counter[str]()
        for one in self.page.found.stages:
            over[one.stage] += one.over
        stage, minutes = max(over.items(), key=lambda one: one[1], default=("", 0))
        said = {"stage": self.stage(stage), "time": worktime(minutes)}
        return _("Longest past its limit: the stage “%(stage)s”, by %(time)s.") % said if minutes else ""

    @cached_property
    def waits(self) -> list[WaitLine]:
        """What we waited for longest from the client. It is his time, and nobody's delay."""
        return [self._wait(one) for one in self.page.found.waits if one.minutes][:LARGEST]

    def _wait(self, wait: Wait) -> WaitLine:
        return WaitLine(self.whats.of(wait.promise_id), worktime(wait.minutes), self._wait_end(wait))

    def _wait_end(self, wait: Wait) -> str:
        if wait.ended == "silence":
            return _("no answer came")
        if wait.ended == "dropped":
            closed_at = self.page.commitments[wait.promise_id].closed_at
            corrected = {one.answered_at for one in self.page.letters if one.answer == "corrected"}
            # corrections end the waiting for a confirmation in their own moment
            return (
                _("the client sent corrections") if closed_at in corrected else _("it was no longer needed")
            )
        return _("%(time)s longer than agreed") % {"time": worktime(wait.over)} if wait.over else ""

    # rules and gates

    @cached_property
    def rules(self) -> list[RuleLine]:
        """The rules of the process that this deal has tried, in their order."""
        return rule_lines(self.page.found, self.page.process, self.whats, self.language)

    @property
    def kept(self) -> list[RuleLine]:
        """Rules that were kept each time."""
        return [rule for rule in self.rules if rule.is_kept]

    @property
    def not_kept(self) -> list[RuleLine]:
        """Rules that weren't."""
        return [rule for rule in self.rules if not rule.is_kept]

    @cached_property
    def waived(self) -> list[tuple[str, CommitmentRow]]:
        """What was waived, each with its row: who did it and why, as far as the reader may know."""
        ids = [one for rule in self.page.found.rules for one in rule.waived]
        return [(self.whats.of(one), self.page.commitments[one]) for one in ids]

    def checks(self, gate: GateLeft) -> list[str]:
        """What was missing when a stage was left, and the stages that were never entered."""
        known = {check.key: check for stage in self.page.process.stages for check in stage.checks}
        named = [known[key].text.say(self.language) if key in known else key for key in gate.checks]
        skipped = [
            _("The stage “%(stage)s” was skipped") % {"stage": self.stage(key)} for key in gate.skipped
        ]
        return [*named, *skipped]

    # why it ended, and the client's words

    @property
    def lost_reason(self) -> str:
        """Both levels of the reason."""
        return say_reason(self.page.ending.reason, self.page.process, self.language)

    @cached_property
    def hints(self) -> list[tuple[str, str]]:
        """Reasons that the record speaks for besides, each with what shows it."""
        return [
            (self._reason(hint), say_evidence_of(hint, self.page.found, self.whats))
            for hint in self.page.hints
        ]

    def _reason(self, hint: Hint) -> str:
        return say_reason(hint.reason, self.page.process, self.language)

    def letter(self, letter: LetterSaid) -> tuple[str, str]:
        """What became of a letter: the code of a state, and its words."""
        if letter.answer == "confirmed":
            return "kept", pgettext("letter", "the client confirmed it")
        if letter.answer == "corrected":
            return "client", pgettext("letter", "the client corrected it")
        return "warn", pgettext("letter", "the client didn’t answer")

    def ready(self, code: str) -> str:
        """Whether he was ready for the next step."""
        return str(READY[code])


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _length(limit: Duration) -> int:
    """A limit in working minutes, a day being eight hours: only to be said."""
    minutes = limit.minutes
    return limit.amount * WORKING_DAY if minutes is None else minutes
