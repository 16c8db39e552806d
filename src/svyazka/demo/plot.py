"""A deal's life as a plan: who does what when, worked out before anything is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from svyazka.demo.clients import Client, Wish
from svyazka.demo.company import Cast
from svyazka.demo.content import Language
from svyazka.engine.worktime import WorkCalendar
from svyazka.presale.journal.values import Actor

MEETING_HOURS = (10, 11, 12, 14, 15, 16)


@dataclass(frozen=True, slots=True)
class Temper:
    """How a deal is led.

    :param pace: factor on every gap between steps
    :param care: chance that an advised check is done
    :param slips: chance that a stage is left over its gate
    :param chased: chance that the client has to ask, per stage
    :param asks: chance of a question to the client before the estimate
    """

    name: str
    pace: float
    care: float
    slips: float
    chased: float
    asks: float
    luck: float


EXCELLENT = Temper("excellent", pace=0.55, care=0.96, slips=0.02, chased=0.0, asks=0.35, luck=2.1)
ORDINARY = Temper("ordinary", pace=1.0, care=0.72, slips=0.09, chased=0.05, asks=0.3, luck=1.0)
SLOPPY = Temper("sloppy", pace=2.3, care=0.4, slips=0.38, chased=0.24, asks=0.25, luck=0.35)


@dataclass(slots=True)
class Scene:
    """What a deal's steps leave for later ones: ids that only writing gives."""

    deal_id: int = 0
    dispatcher: Actor | None = None
    ids: dict[str, int] = field(default_factory=dict)

    def acting(self, planned: Actor) -> Actor:
        """Who really acts: of the two dispatchers the one to whom the window gave this request."""
        return self.dispatcher if self.dispatcher and "dispatcher" in planned.duties else planned


Do = Callable[[Scene, datetime], object]


@dataclass(frozen=True, slots=True)
class Step:
    """One command at one moment; ``label`` tells the twenty open deals where to stop."""

    at: datetime
    label: str
    do: Do


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything about a deal that is settled before its first step.

    :param fixed: meetings that are to be at a certain moment (``meeting``, ``decision``), for deals still under way
    :param again: what of the client's other deal this one repeats or follows
    """

    client: Client
    wish: Wish
    source: str
    temper: Temper
    manager: Actor
    author: Actor | None
    unit: str
    fixed: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Plot:
    """Collects a deal's steps in time order. Each is taken within the working hours of whoever takes it."""

    brief: Brief
    cast: Cast
    language: Language
    rng: Random
    now: datetime
    steps: list[Step] = field(default_factory=list)

    def gap(self, low: int, high: int) -> int:
        """Working minutes between two steps, at the deal's pace."""
        return round(self.rng.randint(low, high) * self.brief.temper.pace)

    def careful(self, often: float = 1.0) -> bool:
        """Whether an advised thing is done this time; some are done less often by everybody."""
        return self.rng.random() < self.brief.temper.care * often

    def slips(self) -> bool:
        """Whether something needed is left out this time."""
        return self.rng.random() < self.brief.temper.slips

    def then(self, label: str, who: Actor, minutes: int, do: Do, *, latest: datetime | None = None) -> None:
        """Let ``who`` act so many working minutes later, ``latest`` permitting."""
        at = self.cast.calendar(who).add_minutes(self.now, minutes)
        if latest is not None and at > latest:
            at = max(self.now, latest)
        self.at(label, at, do)

    def at(self, label: str, moment: datetime, do: Do) -> None:
        """Act at this moment, or now if it has passed."""
        self.now = max(self.now, moment)
        self.steps.append(Step(self.now, label, do))

    def meeting(self, kind: str, days: tuple[int, int]) -> datetime:
        """A moment for a meeting so many working days ahead; one that was settled before wins."""
        settled = self.brief.fixed.get(kind)
        if settled is not None:
            return settled
        calendar = self.cast.calendar(self.brief.manager)
        ahead = calendar.add_minutes(self.now, self.rng.randint(*days) * 480)
        return on_the_hour(ahead, calendar, self.rng.choice(MEETING_HOURS))


def on_the_hour(moment: datetime, calendar: WorkCalendar, hour: int) -> datetime:
    """This hour of the moment's local day, or of the next day that is worked."""
    zone = ZoneInfo(calendar.zone)
    day = moment.astimezone(zone).date()
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
