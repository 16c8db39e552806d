"""The minutes of a run as a page says them."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from svyazka.presale.commitments.queries import results_of
from svyazka.presale.journal.queries import EntryRow
from svyazka.presale.meetings.rows import TaskRow
from svyazka.presale.meetings.runs.queries import RunPage, StopRow
from svyazka.presale.meetings.runs.values import DECIDED
from svyazka.presale.meetings.values import NO_TASK
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.speech.acts import say_act
from svyazka.speech.refusals import STATUSES
from svyazka.speech.runs import LINES, OUTCOMES, say_clock

CHANGES = 5
"""So many changes of a deal are told, the newest ones."""


class Minutes:
    """The minutes of a run, for one viewer."""

    def __init__(self, run: RunPage, changes: Mapping[int, Sequence[EntryRow]]) -> None:
        self._run, self._changes = run, changes
        self._people, self._language = directory(), get_language() or "en"

    @property
    def decided(self) -> list[StopRow]:
        """Deals that were talked through, in the order in which they were."""
        found = [one for one in self._run.stops if one.outcome == DECIDED]
        return sorted(found, key=lambda one: (one.left_at or self._run.began_at, one.position))

    @property
    def passed(self) -> list[StopRow]:
        """Deals that were not."""
        return [one for one in self._run.stops if one.outcome != DECIDED]

    @property
    def people(self) -> str:
        """Who took part."""
        return ", ".join(map(self._people.name, self._run.ours))

    def name(self, person_id: int | None) -> str:
        """A person's short name."""
        return self._people.name(person_id)

    def outcome(self, stop: StopRow) -> str:
        """What became of a deal in the run."""
        return str(OUTCOMES[stop.outcome])

    def took(self, stop: StopRow) -> str:
        """How long it was on the screen."""
        return say_clock(stop.seconds)

    def said(self, stop: StopRow) -> list[tuple[str, str]]:
        """What was said about it, by line."""
        return [(str(words), stop.said[line]) for line, words in LINES.items() if stop.said.get(line)]

    def tasks(self, stop: StopRow) -> list[TaskRow]:
        """What was decided about it."""
        return [one for one in self._run.tasks_of(stop.deal.id) if one.outcome not in NO_TASK]

    def stood(self, stop: StopRow) -> str:
        """How it stood then: stage, who had the ball, whether something was overdue."""
        facts = stop.facts
        if not facts:
            return ""
        if facts.get("status") != "open":
            return str(STATUSES[str(facts["status"])])
        process = process_version(int(facts["process"]))
        stage = next((one for one in process.stages if one.key == facts["stage"]), None)
        holder = _("the client") if facts["on_client"] else self._people.name(facts["holder"])
        parts = [stage.name.say(self._language) if stage else str(facts["stage"])]
        if holder:
            parts.append(_("the ball: %(name)s") % {"name": holder})
        if facts["overdue"]:
            parts.append(_("overdue"))
        return " · ".join(parts)

    def changed(self, stop: StopRow) -> list[str]:
        """What had changed of it, as sentences, the newest last."""
        process = process_version(stop.deal.process_number)
        return [
            say_act(one.act, one.data, people=self._people, process=process, language=self._language, results=self._results)
            for one in list(self._changes.get(stop.deal.id, ()))[-CHANGES:]
        ]  # fmt: skip

    def more(self, stop: StopRow) -> int:
        """How many earlier changes aren't told."""
        return max(0, len(self._changes.get(stop.deal.id, ())) - CHANGES)

    @cached_property
    def _results(self) -> Mapping[int, str]:
        acts = [one for entries in self._changes.values() for one in entries]
        return results_of({pk for one in acts if isinstance(pk := one.data.get("id"), int)})
