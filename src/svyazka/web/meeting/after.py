"""What a meeting that is over still asks for: owners for what was put off, tasks, and whatever else it takes to close it."""

from collections.abc import Mapping
from functools import cached_property
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.presale.commitments.lines import Nameable, example_of, handle_of, nameable, names
from svyazka.presale.meetings.rows import JotRow, TaskRow
from svyazka.web.meeting.words import Words

LONGEST = 240
"""Letters of what was written down that stand in the line of its task, to be edited."""


class After:
    """A meeting that is over, for one viewer. Each part is worked out when a template first asks."""

    def __init__(self, words: Words) -> None:
        self._words, self._page = words, words.page

    @cached_property
    def questions(self) -> list[JotRow]:
        """What was put off, what has no owner yet first."""
        parked = self._words.parked
        return [*parked, *(one for one in self._words.jots("parked") if one not in parked)]

    @cached_property
    def _tasks(self) -> Mapping[int, TaskRow]:
        return {one.id: one for one in self._page.tasks}

    def task_of(self, jot: JotRow) -> TaskRow | None:
        """The task that a question or a decision became."""
        return self._tasks.get(jot.commitment_id or 0)

    def line_of(self, jot: JotRow) -> str:
        """What was written down, as the beginning of a line."""
        text = " ".join(jot.text.split())
        return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] or text[:LONGEST]

    def line_again(self, task: TaskRow) -> str:
        """The line that says what a task says now."""
        zone = ZoneInfo(self._words.people.calendar_of(self._words.viewer.person_id).zone)
        line = pgettext("line", "@%(who)s %(what)s by %(when)s") % {
            "who": handle_of(task.performer_id, self._names), "what": task.result,
            "when": f"{task.due_at.astimezone(zone):%d.%m.%Y %H:%M}",
        }  # fmt: skip
        return line if self._page.row.deal else f"{task.deal_number} {line}"

    @cached_property
    def _names(self) -> Mapping[str, list[int]]:
        return names()

    @cached_property
    def nameable(self) -> tuple[Nameable, ...]:
        """Whom a line may name: first those who were there, and the deal's manager."""
        deal = self._page.row.deal
        near = [one.person_id for one in self._page.row.ours]
        return nameable([*near, *([deal.manager_id] if deal and deal.manager_id else [])])

    @property
    def who(self) -> str:
        """Whom the example of a line names."""
        return example_of(self.nameable)

    @cached_property
    def fresh_key(self) -> UUID:
        """The name of what is written down next, so that a double press is one note."""
        return uuid4()

    def missing(self, errors: Mapping[str, str]) -> list[tuple[str, str]]:
        """All that it takes to close the meeting: the place on the page to go to, and what is missing there."""
        return [self._missing(field, sentence) for field, sentence in errors.items()]

    def _missing(self, field: str, sentence: str) -> tuple[str, str]:
        part, _dot, which = field.partition(".")
        if part == "parked":
            text = next((one.text for one in self.questions if str(one.id) == which), "")
            return f"line-{which}", _("No owner yet: %(question)s") % {"question": text}
        if part == "criteria":
            text = next((one.text for one in self._page.criteria if str(one.position) == which), "")
            return f"met-{which}", _("Not judged yet: %(criterion)s") % {"criterion": text}
        return {"tasks": "line-0", "controller": "id_controller"}.get(field, "close"), sentence
