"""What the system knows of a closed deal, as sentences beside each of the five questions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from svyazka.engine.clock import Breach, Holder, Save
from svyazka.engine.delays import Stay
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.reviews.queries import ReviewPage
from svyazka.speech.meetings import say_agenda
from svyazka.speech.process_words import say_owed, say_role
from svyazka.speech.times import day_short, worktime

MOST: Final = 8
"""Promises kept in time that are named."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Says what happened on one deal."""

    found: ReviewPage
    language: str

    @property
    def _people(self) -> Directory:
        return directory()

    def beside(self) -> Mapping[str, tuple[str, ...]]:
        """By question, what is known; the questions about findings get what points at them."""
        return {
            "goal": tuple(self._goals()),
            "helped": (*map(self._save, self.found.facts.saves), *self._in_time()),
            "time_went": tuple(self._held()),
            "keep": tuple(self._kept()),
            "change": (
                *map(self._breach, self.found.facts.breaches),
                *map(self._over, self.found.facts.over),
            ),
        }

    def _goals(self) -> Iterator[str]:
        for one in self.found.facts.goals:
            day = day_short(localtime(one.starts_at)) if one.starts_at else ""
            name = say_agenda(one.agenda, self.found.page.process, self.language)
            where = ", ".join(filter(None, (name, day)))
            if one.ours:
                yield _("%(meeting)s, our goal: %(goal)s") % {"meeting": where, "goal": one.ours}
            if one.theirs:
                yield _("%(meeting)s, the client’s goal: %(goal)s") % {"meeting": where, "goal": one.theirs}
            if one.criteria:
                yield _("%(meeting)s, criteria met: %(met)s of %(all)s") % {
                    "meeting": where, "met": one.met, "all": one.criteria,
                }  # fmt: skip

    def _save(self, one: Save) -> str:
        return _("%(who)s saved the date in spite of another’s delay of %(time)s: %(what)s") % {
            "who": self._who(one.person_id, one.role), "time": worktime(one.absorbed_minutes),
            "what": self._what(one.promise_id),
        }  # fmt: skip

    def _in_time(self) -> Iterator[str]:
        """What the process asks for and was there in time, as far as a line holds it."""
        kept = dict.fromkeys(
            self._what(one.id)
            for one in self.found.page.commitments
            if one.outcome == "kept" and one.term and not one.on_client
        )
        if kept:
            yield _("In time: %(what)s") % {"what": "; ".join([*kept][:MOST])}

    def _held(self) -> Iterator[str]:
        whole = sum(one.minutes for one in self.found.facts.held)
        for one in self.found.facts.held:
            yield _("%(who)s: %(time)s (%(percent)s%%)") % {
                "who": self._holder(one.holder), "time": worktime(one.minutes),
                "percent": round(100 * one.minutes / whole),
            }  # fmt: skip

    def _kept(self) -> Iterator[str]:
        facts = self.found.facts
        if facts.promised:
            said = ngettext(
                "Of %(num)d promise %(kept)s was kept in time",
                "Of %(num)d promises %(kept)s were kept in time",
                facts.promised,
            )
            yield said % {"num": facts.promised, "kept": facts.kept}
        passed = sum(visit.left_at is not None and not visit.failed for visit in self.found.page.visits)
        if passed:
            said = ngettext(
                "%(num)d stage was left with nothing missing",
                "%(num)d stages were left with nothing missing",
                passed,
            )
            yield said % {"num": passed}

    def _breach(self, one: Breach) -> str:
        said = {"who": self._who(one.person_id, one.role), "what": self._what(one.promise_id)}
        if not one.minutes_late:
            return _("A little late: %(what)s, %(who)s") % said
        return _("Late by %(time)s: %(what)s, %(who)s") % {**said, "time": worktime(one.minutes_late)}

    def _over(self, visit: Stay) -> str:
        names = {stage.key: stage.name.say(self.language) for stage in self.found.page.process.stages}
        said = {"stage": names.get(visit.stage, visit.stage), "reason": visit.reason}
        if self.found.private and visit.reason:
            return _("Stage “%(stage)s” was left with checks missing: %(reason)s") % said
        return _("Stage “%(stage)s” was left with checks missing") % said

    def _what(self, promise_id: int) -> str:
        row = next((one for one in self.found.page.commitments if one.id == promise_id), None)
        return say_owed(row.term, row.result, self.found.page.process, self.language) if row else ""

    def _who(self, person_id: int | None, role: str) -> str:
        said = say_role(role, self.found.page.process, self.language)
        return ", ".join(filter(None, (said, self._people.name(person_id))))

    def _holder(self, holder: Holder) -> str:
        if holder.kind == "client":
            return _("The client")
        if holder.kind == "queue":
            return _("Nobody yet")
        said = self._who(holder.person_id, holder.role or "")
        return said[:1].upper() + said[1:]
