"""What the company does besides its deals: status runs, reviews of what was won, proposals to change the process."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from svyazka.demo.clients import NOBODY
from svyazka.demo.content import read, say
from svyazka.demo.plot import Scene, Step, on_the_hour
from svyazka.demo.rooms import task_line
from svyazka.demo.year import Setting, Tale
from svyazka.presale.commitments.commands import keep
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.runs.beginning import begin_run
from svyazka.presale.meetings.runs.commands import Typed, end_run, go_on
from svyazka.presale.meetings.runs.queries import choice, run_page
from svyazka.presale.meetings.runs.values import LINES
from svyazka.presale.people.queries import actor_by_id
from svyazka.presale.reviews.commands import Answers, save_review, tell_case
from svyazka.presale.reviews.proposals import Draft, propose
from svyazka.presale.reviews.telling import case_draft

RULES_AGO: Final = timedelta(days=130)
"""So long ago the second version of the process was published."""
_RUNS: Final = (
    (timedelta(days=14), timedelta(minutes=6, seconds=20)),
    (timedelta(days=7), timedelta(minutes=5, seconds=20)),
)
"""How long ago each status run was, and how long it took for a client."""
_CLIENTS: Final = 10
_JUDGED_IN: Final = timedelta(days=6)
"""In so many days from today the proposal that was taken in is judged."""


def habits(setting: Setting, tales: Sequence[Tale], company: Scene) -> list[Tale]:
    """All of it, as tales beside those of the deals.

    :param company: the scene of the company's life; it learns the proposal that the second rules take in
    """
    runs = [_run(setting, number, ago, each) for number, (ago, each) in enumerate(_RUNS)]
    won = sorted((tale for tale in tales if tale.outcome == "won"), key=lambda tale: tale.steps[-1].at)
    rules = setting.today - RULES_AGO - timedelta(days=10)
    early = [tale for tale in won if tale.steps[-1].at < rules]
    late = [tale for tale in won if rules <= tale.steps[-1].at < setting.today - timedelta(days=5)]
    told = [*early[-1:], *late[-1:]]
    others = [tale for tale in late if tale.client.kind not in {one.client.kind for one in told}]
    told += others[-1:]
    reviews = [
        _review(setting, tale, said) for tale, said in zip(told, read("habits")["reviews"], strict=False)
    ]
    return [*runs, *reviews, *_proposals(setting, early[-1:], late[-1:], company)]


def _tale(scene: Scene, steps: Iterable[Step]) -> Tale:
    return Tale(scene, tuple(steps), NOBODY, "")


def _run(setting: Setting, number: int, ago: timedelta, each: timedelta) -> Tale:
    """The head looks through deals with the managers; what was promised there is kept the next day."""
    cast = setting.cast
    begins = on_the_hour(setting.today - ago, cast.calendar(cast.head), 10)

    def begin(scene: Scene, at: datetime) -> None:
        deals = [row.id for row in choice(viewer=cast.head, scope="all", at=at, count=_CLIENTS)]
        if deals:
            people = [one.me for one in cast.managers]
            scene.ids["run"] = begin_run(deal_ids=deals, people=people, scope="all", actor=cast.head, at=at)

    steps = [Step(begins, "run", begin)]
    steps += [
        Step(begins + each * (place + 1), "run_next", partial(_next_client, setting, number + place))
        for place in range(_CLIENTS)
    ]
    end = begins + each * _CLIENTS + timedelta(minutes=1)
    steps.append(Step(end, "run_ended", partial(_end_run, setting)))
    kept = cast.calendar(cast.head).add_minutes(end, 420)
    return _tale(Scene(), (*steps, Step(kept, "run_kept", partial(_keep_what_was_promised, setting))))


def _next_client(setting: Setting, place: int, scene: Scene, at: datetime) -> None:
    head, language = setting.cast.head, setting.language
    here = run_page(meeting_id=scene.ids["run"], viewer=head, at=at).current if "run" in scene.ids else None
    if here is None:
        return
    told = [one for one in read("habits")["run"] if here.deal.stage in one["at"]]
    said: dict[str, Any] = told[place % len(told)]
    words: dict[str, str] = {name: say(said[name], language) for name in LINES if name in said}
    step = ""
    if "step" in said and here.deal.manager_id is not None:
        calendar = setting.cast.calendars[here.deal.manager_id]
        due = calendar.add_minutes(at, 960).astimezone(ZoneInfo(calendar.zone))
        step = task_line(here.deal.manager_id, say(said["step"], language), due, language)
    typed = Typed(words=words, seen=here.version, step=step)
    go_on(meeting_id=scene.ids["run"], stop_id=here.id, how="next", typed=typed, actor=head, at=at)


def _end_run(setting: Setting, scene: Scene, at: datetime) -> None:
    if "run" in scene.ids:
        end_run(meeting_id=scene.ids["run"], actor=setting.cast.head, at=at)


def _keep_what_was_promised(setting: Setting, scene: Scene, at: datetime) -> None:
    if "run" not in scene.ids:
        return
    for task in run_page(meeting_id=scene.ids["run"], viewer=setting.cast.head, at=at).tasks:
        performer = actor_by_id(task.performer_id, "demo")
        if task.outcome == "open" and performer is not None:
            keep(commitment_id=task.id, actor=performer, at=at)


def _review(setting: Setting, tale: Tale, said: Any) -> Tale:
    """Its manager answers the five questions on the next day but one, and tells the deal as a case."""
    cast, language = setting.cast, setting.language
    at = cast.calendar(cast.head).add_minutes(tale.steps[-1].at, 500)

    def do(scene: Scene, at: datetime) -> None:
        manager = _manager(scene, cast.administrator)
        answers = Answers(
            **{question: say(words, language) for question, words in said.items()},
            owner=manager.me, by_day=on_the_hour(at + timedelta(days=14), cast.calendar(manager), 12).date(),
        )  # fmt: skip
        save_review(deal_id=scene.deal_id, answers=answers, actor=manager, at=at)
        number = rows_by_id([scene.deal_id], viewer=manager)[scene.deal_id].path
        story = case_draft(number=number, viewer=manager, at=at)
        tell_case(deal_id=scene.deal_id, story=story, actor=manager, at=at)

    return _tale(tale.scene, [Step(at, "reviewed", do)])


def _proposals(
    setting: Setting, early: Sequence[Tale], late: Sequence[Tale], company: Scene
) -> Iterable[Tale]:
    """One that the second rules took in and that is judged soon, one that waits."""
    cast, words = setting.cast, read("habits")["proposals"]
    owner, calendar = cast.by_sign["owner"], cast.calendar(cast.administrator)

    def proposed(key: str, draft: Draft, scene: Scene, at: datetime) -> int:
        text, why = (say(words[key][name], setting.language) for name in ("text", "why"))
        whole = replace(draft, text=text, why=why, owner=owner.me, deals=(scene.deal_id,))
        return propose(draft=whole, actor=_manager(scene, cast.administrator), at=at)

    def huddle(scene: Scene, at: datetime) -> None:
        day = on_the_hour(setting.today + _JUDGED_IN, calendar, 12).date()
        draft = Draft("check", "", "", "conversion", day, None, about="preparation.huddle_held")
        company.ids["proposal"] = proposed("huddle", draft, scene, at)

    def data(scene: Scene, at: datetime) -> None:
        day = on_the_hour(setting.today + timedelta(days=90), calendar, 12).date()
        draft = Draft("term", "", "", "time_in_stage", day, None, about="letter_sent", figure_of="estimate")
        proposed("data", draft, scene, at)

    before_rules = on_the_hour(setting.today - RULES_AGO - timedelta(days=4), calendar, 12)
    for tale in early:
        yield _tale(tale.scene, [Step(before_rules, "proposed", huddle)])
    for tale in late:
        after = calendar.add_minutes(tale.steps[-1].at, 560)
        yield _tale(tale.scene, [Step(after, "proposed", data)])


def _manager(scene: Scene, viewer: Actor) -> Actor:
    """Who led the deal."""
    row = rows_by_id([scene.deal_id], viewer=viewer)[scene.deal_id]
    return actor_by_id(row.manager_id or 0, "demo") or viewer
