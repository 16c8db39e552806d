"""The deals still open: one for every state that a board should show, today's overdue ones among them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from svyazka.demo import acts
from svyazka.demo.clients import Client, invent_wish
from svyazka.demo.content import read, remark
from svyazka.demo.meetings import is_asked, is_confirmed, is_over, is_ready, is_summed_up
from svyazka.demo.plot import EXCELLENT, ORDINARY, SLOPPY, Scene, Step, Temper, on_the_hour
from svyazka.demo.story import STAGES, Telling
from svyazka.demo.year import Setting, Tale, briefing, lose_in, tell

Twist = Callable[[Telling], None]


@dataclass(frozen=True, slots=True)
class Open:
    """A deal under way.

    :param until: label of the last step taken
    :param idle: working minutes since then
    :param source: key of where it came from
    :param days: for meetings still to come, days from today and the hour
    :param twist: what else happens at the end
    :param shown: whether the manager and the expert whom one may sign in as work on it
    """

    until: str
    idle: int
    temper: Temper = ORDINARY
    source: str = "referral"
    days: tuple[tuple[str, int, int], ...] = ()
    twist: Twist | None = None
    shown: bool = False


def _asks(telling: Telling) -> None:
    telling.question("open", 1.0)
    del telling.plot.steps[-1]  # the client has not answered yet


def _is_chased(telling: Telling) -> None:
    who = telling.dispatcher
    words = telling.words("chased")
    telling.plot.then("chased", who, 200, acts.chased(words=words, actor=who))


def _hands_over(telling: Telling) -> None:
    """One promise lands with a colleague."""
    plot, manager = telling.plot, telling.manager
    others = [one for one in plot.cast.managers if one != manager]
    due = plot.cast.calendar(manager).add_minutes(plot.now, 1200)
    result = telling.words("promised")
    plot.then("owed", manager, 20, acts.promised(
        name="owed", result=result, performer=manager, due=due, actor=manager, to_client=True
    ))  # fmt: skip
    plot.then("passed_on", manager, 60, acts.handed_over(
        name="owed", to=others[0], reason=telling.words("handed_over"), actor=manager
    ))  # fmt: skip


def _calls_fixer(telling: Telling) -> None:
    telling.fixer()
    do = acts.fixer_called(what_for=telling.words("fixer_called"), actor=telling.manager)
    telling.plot.then("fixer_called", telling.manager, 60, do)


def _comes_back(telling: Telling) -> None:
    """It was lost at the estimate; the client has returned."""
    lose_in(telling, "defence")
    plot, manager = telling.plot, telling.manager
    plot.then("reopened", manager, 4800, acts.reopened(
        reason=remark("reopened", plot.language, telling.rng), actor=manager
    ))  # fmt: skip
    plot.then("contacted_again", manager, 60, acts.contacted(how=telling.words("contacted"), actor=manager))


OPEN = (
    Open("received", 0, source="site"),
    Open("received", 200, source="site"),
    Open("received", 560, source="partner"),
    Open("contacted", 45, source="webinar"),
    Open("checked", 230, source="fair"),
    Open("request.left", 330),
    Open("expert_asked", 60, source="referral"),
    Open("expert_asked", 150, source="fair"),
    Open("expert_lacks", 210, source="site"),
    Open("expert", 180, source="again"),
    Open(
        "preparation.meeting_scheduled", 240, EXCELLENT, "again", (("meeting", 2, 11),), is_asked, shown=True
    ),
    Open("preparation.goals_agreed", 90, ORDINARY, "referral", (("meeting", 4, 15),), _asks),
    Open("preparation.goals_agreed", 60, EXCELLENT, "referral", (("meeting", 1, 10),), is_ready, shown=True),
    Open("meeting.meeting_held", 420, SLOPPY, "fair", twist=is_over, shown=True),
    Open("meeting.meeting_held", 120, EXCELLENT, "partner", twist=is_summed_up),
    Open("meeting.meeting_held", 260, EXCELLENT, "referral", twist=is_confirmed, shown=True),
    Open("meeting.letter_sent", 1100, ORDINARY, "webinar", twist=_is_chased),
    Open("estimate.inputs_complete", 1300, EXCELLENT, "tender", twist=_is_chased),
    Open("estimate.inputs_complete", 120, EXCELLENT, "again", twist=_asks),
    Open("estimate.estimate_submitted", 150, ORDINARY, "site", twist=_hands_over),
    Open("defence.proposal_sent", 300, EXCELLENT, "referral", (("defence", 3, 14),)),
    Open("estimate.left", 700, SLOPPY, "fair"),
    Open("defence.decision_dated", 200, EXCELLENT, "again", (("decision", 5, 12),)),
    Open("contract.terms_agreed", 90, ORDINARY, "partner", twist=_calls_fixer),
    Open("contract.invoice_sent", 400, EXCELLENT, "referral"),
    Open("reopened", 30, ORDINARY, "again", twist=_comes_back),
)
"""In the order of the board."""


def under_way(setting: Setting, clients: Sequence[Client]) -> list[Tale]:
    """The open deals, one for each of these clients, ``len(OPEN)`` at most."""
    count = min(len(clients), len(OPEN))
    chosen = [OPEN[index * len(OPEN) // count] for index in range(count)]
    return [
        _open(setting, index, one, client)
        for index, (one, client) in enumerate(zip(chosen, clients, strict=False))
    ]


def _open(setting: Setting, index: int, one: Open, client: Client) -> Tale:
    """Tell it from a start at which its last step falls ``idle`` working minutes before today."""
    sources = read("clients")["sources"]
    source = next(known for known in sources if known["key"] == one.source)
    rng = setting.rng(f"open-{index}-brief")
    brief = briefing(
        setting,
        client,
        setting.today,
        rng,
        temper=_tidy(one.temper),
        source=source,
        fixed=_dates(setting, one),
        **(_those_shown(setting, client, rng) if one.shown else {}),
    )
    name = next(
        name
        for name in (f"open-{index}-{attempt}" for attempt in range(500))
        if _reaches(tell(setting, brief, setting.today, name, _told(one)), one)
    )
    calendar = setting.cast.calendar(setting.cast.administrator)
    target = calendar.add_minutes(setting.today, -one.idle)
    at = target
    for _ in range(12):
        steps = tell(setting, brief, at, name, _told(one))
        early = calendar.minutes_between(steps[-1].at, target)
        if 0 <= early <= 30:
            break
        at = calendar.add_minutes(at, early)
    while steps[-1].at > target:
        at -= timedelta(hours=20)
        steps = tell(setting, brief, calendar.next_moment(at), name, _told(one))
    return Tale(Scene(), steps, client, "open")


def _those_shown(setting: Setting, client: Client, rng: Random) -> dict[str, Any]:
    """The manager, and a wish that is the expert's trade."""
    cast, language = setting.cast, setting.language
    expert = cast.by_sign["expert"]
    unit = next(key for key, experts in cast.experts.items() if expert in experts)
    wishes = (
        invent_wish(client, language, rng, unit=None if attempt < 40 else unit) for attempt in range(400)
    )
    wish = next(one for one in wishes if one.unit == unit and expert.me in cast.skilled[one.skill])
    return {"manager": cast.by_sign["manager"], "wish": wish}


def _tidy(temper: Temper) -> Temper:
    """Nothing is left behind but what the state is there to show; one badly led deal stays as it is."""
    return temper if temper is SLOPPY else replace(temper, care=1.0, slips=0.0, chased=0.0)


def _dates(setting: Setting, one: Open) -> dict[str, datetime]:
    calendar = setting.cast.calendar(setting.cast.administrator)
    return {
        kind: on_the_hour(setting.today + timedelta(days=days), calendar, hour)
        for kind, days, hour in one.days
    }


def _reaches(steps: tuple[Step, ...], one: Open) -> bool:
    return any(step.label == one.until for step in steps)


def _told(one: Open) -> Twist:
    def told(telling: Telling) -> None:
        plot = telling.plot
        if one.shown:
            telling.expert = plot.cast.by_sign["expert"]
        for stage in STAGES if one.until != "reopened" else ():
            getattr(telling, stage)()
            reached = next((place for place, step in enumerate(plot.steps) if step.label == one.until), None)
            if reached is not None:
                del plot.steps[reached + 1 :]
                plot.now = plot.steps[-1].at
                break
        if one.twist is not None:
            one.twist(telling)

    return told
