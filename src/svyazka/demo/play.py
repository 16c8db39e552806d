"""The demo: a company, its year and its open deals, written by the product's own commands in the order of time."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from svyazka.demo.clients import NOBODY, invent_clients
from svyazka.demo.company import Sign, found_company, holidays, projects, publish_second
from svyazka.demo.content import Language
from svyazka.demo.habits import RULES_AGO, habits
from svyazka.demo.plot import Do, Scene, Step, on_the_hour
from svyazka.demo.under_way import OPEN, under_way
from svyazka.demo.year import YEAR, Setting, Tale, numbers, past_year
from svyazka.engine.worktime import WorkCalendar
from svyazka.presale.commitments.overdue import escalate, note_overdue
from svyazka.presale.commitments.queries import overdue_ids
from svyazka.presale.journal.moment import moment
from svyazka.presale.notices.commands import mark_read
from svyazka.presale.people.queries import actor_by_id, directory


@dataclass(frozen=True, slots=True)
class Played:
    """What the demo has made: who may sign in, and how many deals ended how."""

    signs: tuple[Sign, ...]
    deals: Mapping[str, int]
    steps: int


def play(*, language: Language, at: datetime, seed: int = 1, deals: int = 250) -> Played:
    """Fill an empty workspace with a story that ends at ``at``; the same arguments tell the same story.

    :param deals: how many deals in all; one for each state of the board stays open
    :raises Refusal: the workspace is not empty
    """
    today = at.replace(minute=0, second=0, microsecond=0)
    begun = on_the_hour(today - YEAR - timedelta(days=20), WorkCalendar(), 10)
    # one transaction: whoever stops half-way finds the workspace empty again
    with moment(), transaction.atomic():
        setting = Setting(found_company(language=language, at=begun), language, seed, today)
        still_open = min(len(OPEN), max(1, deals // 4))
        count = numbers(deals, still_open)
        clients = invent_clients(count.led + count.declined + still_open, language, setting.rng("clients"))
        tales = [*past_year(setting, count, clients[still_open:]), *under_way(setting, clients[:still_open])]
        life = _company_life(setting)
        steps = _perform([*tales, life, *habits(setting, tales, life.scene)])
    return Played(setting.cast.signs, Counter(tale.outcome for tale in tales), steps)


def _company_life(setting: Setting) -> Tale:
    """What happens to the company rather than to a deal: new rules, people on holiday."""
    cast, language = setting.cast, setting.language
    calendar = cast.calendar(cast.administrator)

    def entered(act: Callable[[datetime], None]) -> Do:
        return lambda _scene, at: act(at)

    steps = [
        Step(on_the_hour(setting.today + (day - setting.today.date()), calendar, 10), "away", entered(act))
        for day, act in holidays(cast, today=setting.today.date())
    ]
    spring = on_the_hour(setting.today - RULES_AGO, calendar, 9)

    def publish(scene: Scene, at: datetime) -> None:
        taken = [scene.ids["proposal"]] if "proposal" in scene.ids else []
        publish_second(cast=cast, language=language, at=at, proposals=taken)

    rules = Step(spring, "rules", publish)
    week = on_the_hour(setting.today - timedelta(days=7), calendar, 11)
    steps.append(Step(week, "projects", entered(lambda at: projects(cast, language, at=at))))
    steps += [Step(at, "clock", entered(_note_overdue)) for at in _clock(setting)]
    evening = on_the_hour(setting.today - timedelta(days=2), calendar, 16)
    steps.append(Step(evening, "bell", entered(_read_notices)))
    return Tale(Scene(), tuple(sorted([*steps, rules], key=lambda step: step.at)), NOBODY, "")


def _clock(setting: Setting) -> list[datetime]:
    """Twice a working day in the last fortnight: the worker's rounds, as far as anybody still looks at them."""
    calendar = setting.cast.calendar(setting.cast.administrator)
    days = [setting.today - timedelta(days=ago) for ago in range(1, 15)]
    worked = [day for day in days if calendar.is_working_day(day.date())]
    return [on_the_hour(day, calendar, hour) for day in worked for hour in (10, 15)]


def _read_notices(at: datetime) -> None:
    """Everybody looks through what waits under his bell: nobody lets a year of it gather."""
    for card in directory().active():
        if (person := actor_by_id(card.id, "demo")) is not None:
            mark_read(actor=person, at=at)


def _note_overdue(at: datetime) -> None:
    for one in overdue_ids(at=at, column="warned_at", hard=False):
        note_overdue(commitment_id=one, at=at)
    for one in overdue_ids(at=at, column="escalated_at", hard=True):
        escalate(commitment_id=one, at=at)


def _perform(tales: Sequence[Tale]) -> int:
    """Take every step in the order of time. Returns how many there were."""
    cues = sorted(
        (step.at, number, place, step, tale.scene)
        for number, tale in enumerate(tales)
        for place, step in enumerate(tale.steps)
    )
    for *_, step, scene in cues:
        step.do(scene, step.at)
    return len(cues)
