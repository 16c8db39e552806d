"""The meetings of a deal on its page."""

from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from svyazka.engine.worktime import Duration
from svyazka.presale.meetings.figures import Short, agenda_due, effort_in, short_of
from svyazka.presale.meetings.queries import OnDeal, on_deals
from svyazka.presale.meetings.values import HELD, PLANNED, RUNNING
from svyazka.presale.stages.queries import DealPage
from svyazka.speech.meetings import STATES, say_title
from svyazka.speech.times import number, worktime

_ELSEWHERE = frozenset({"huddle", "status_run"})
"""Agendas of meetings that begin on pages of their own."""


class Meetings:
    """What was held, what is ahead, and what can be begun."""

    def __init__(self, page: DealPage, language: str) -> None:
        self.page, self.language = page, language

    @cached_property
    def all(self) -> tuple[Short, ...]:
        """The newest first, cancelled ones at the end. One query."""
        return short_of(self.page.card.row.id)

    @property
    def is_one_open(self) -> bool:
        """Whether one is being prepared, under way or not closed yet."""
        return any(one.state in {PLANNED, RUNNING, HELD} for one in self.all)

    @cached_property
    def that_count(self) -> OnDeal:
        """Those by which facts are proved. One query, where there is any."""
        deal = self.page.card.row.id
        return on_deals([deal]).get(deal, OnDeal()) if self.all else OnDeal()

    @cached_property
    def effort(self) -> str:
        """How many meetings with the client the deal has taken, and how long, against the goal (R18); empty where none was held."""
        taken = effort_in(self.all)
        if not taken.meetings:
            return ""
        said = ngettext("%(num)s meeting with the client", "%(num)s meetings with the client", taken.meetings)
        goal = next((one.value for one in self.page.process.goals if one.key == "meetings_to_contract"), None)
        aimed = ""
        if goal is not None and not isinstance(goal, Duration):
            aimed = _("the goal is %(goal)s to the contract") % {"goal": number(goal)}
        return ", ".join(filter(None, (said % {"num": taken.meetings}, worktime(taken.minutes), aimed)))

    def title(self, meeting: Short) -> str:
        """What a meeting is called."""
        return say_title(meeting.title, meeting.agenda, self.page.process, self.language)

    def state(self, meeting: Short) -> str:
        """Where a meeting stands."""
        return str(STATES[meeting.state])

    @cached_property
    def agendas(self) -> list[tuple[str, str]]:
        """Meetings that can be begun here: by the process's agendas, or without one."""
        known = [
            (one.key, one.name.say(self.language))
            for one in self.page.process.agendas
            if one.key not in _ELSEWHERE
        ]
        return [*known, ("", _("A meeting of ours"))]

    @cached_property
    def due(self) -> str:
        """The agenda that is chosen at first: of the meeting that the deal's stage, or the next one, still asks for."""
        return agenda_due(self.page.process, self.page.card.row.stage, self.all)

    @property
    def may_plan(self) -> bool:
        """Whether the viewer may begin to prepare one."""
        return self.page.card.row.status == "open" and "meeting.plan" in self.page.may
