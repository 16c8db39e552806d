"""The minutes of a run as a page says them."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from svyazka.presale.meetings.rows import TaskRow
from svyazka.presale.meetings.runs.queries import RunPage, StopRow
from svyazka.presale.meetings.runs.values import DECIDED
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.speech.minutes import say_result, tasks_of, told_of_run
from svyazka.speech.refusals import STATUSES
from svyazka.speech.runs import OUTCOMES, say_clock


class Minutes:
    """The minutes of a run, for one viewer."""

    def __init__(self, run: RunPage) -> None:
        self._run, self.told = run, told_of_run(run)
        self._people, self._language = directory(), get_language() or "en"

    @property
    def people(self) -> str:
        """Who took part."""
        return ", ".join(map(self._people.name, self._run.ours))

    def name(self, person_id: int | None) -> str:
        """A person's short name."""
        return self._people.name(person_id)

    def outcome(self, code: str) -> str:
        """What became of deals in the run."""
        return str(OUTCOMES[code])

    def took(self, stop: StopRow) -> str:
        """How long it was on the screen."""
        return say_clock(stop.seconds)

    def result(self, stop: StopRow) -> str:
        """What was said about it, in one line."""
        if not stop.is_written:
            return ""
        return say_result(stop) or _("what was said is for those who work on the deal")

    def tasks(self, stop: StopRow) -> list[TaskRow]:
        """What was decided about it."""
        return tasks_of(self._run, stop)

    def stood(self, stop: StopRow) -> str:
        """How it stood then: stage, who had the ball, whether something was overdue."""
        facts = stop.facts
        if not facts:
            return ""
        if stop.outcome != DECIDED:
            return self.outcome(stop.outcome)
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
