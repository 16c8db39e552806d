"""The year's closed deals: when each came, how it was led and how it ended."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from svyazka.demo import acts
from svyazka.demo.clients import Client, invent_wish
from svyazka.demo.company import Cast
from svyazka.demo.content import Language, read, say
from svyazka.demo.plot import EXCELLENT, ORDINARY, SLOPPY, Brief, Plot, Scene, Step, Temper, on_the_hour
from svyazka.demo.story import STAGES, Telling
from svyazka.presale.journal.values import Actor

YEAR = timedelta(days=365)
_UNIT_LUCK = {"erp": 1.0, "trade": 1.25, "payroll": 1.1, "finance": 0.8, "exchange": 0.7}
_LOST_AT = (
    ("request", 9),
    ("preparation", 17),
    ("meeting", 24),
    ("estimate", 14),
    ("defence", 25),
    ("contract", 11),
)
_BASE_LUCK = 0.345


@dataclass(frozen=True, slots=True)
class Tale:
    """A deal's plan and the scene it is played on."""

    scene: Scene
    steps: tuple[Step, ...]
    client: Client
    outcome: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What all deals share."""

    cast: Cast
    language: Language
    seed: int
    today: datetime

    def rng(self, name: str) -> Random:
        """Chance of its own for each deal, so that one deal's changes don't shift another's."""
        return Random(f"{self.seed}:{name}")  # noqa: S311 (a story, not a secret)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many deals of which kind a demo has."""

    duplicates: int
    spam: int
    declined: int
    led: int


def numbers(deals: int, still_open: int) -> Numbers:
    """Split what is not open into the kinds, in the proportions of a usual year."""
    closed = max(0, deals - still_open)
    duplicates, spam, declined = (round(closed * share) for share in (0.06, 0.05, 0.1))
    return Numbers(duplicates, spam, declined, closed - duplicates - spam - declined)


def past_year(setting: Setting, count: Numbers, known: Sequence[Client]) -> list[Tale]:
    """All deals that are over, of ``count.led + count.declined`` clients."""
    clients = iter(known)
    led: list[Tale] = []
    for index in range(count.led):
        led.append(_led(setting, index, clients, led))
    declined = [_declined(setting, index, next(clients)) for index in range(count.declined)]
    spam = [_spam(setting, index) for index in range(count.spam)]
    chance = setting.rng("duplicates")
    originals = chance.sample(led, min(count.duplicates, len(led)))
    return [*led, *declined, *spam, *(_duplicate(setting, index, one) for index, one in enumerate(originals))]


def moment(
    setting: Setting, rng: Random, *, first: timedelta = YEAR, last: timedelta = timedelta(days=2)
) -> datetime:
    """Some working moment between so long ago and so long ago; more of them towards the end."""
    share = rng.random() ** 0.85
    ago = first - (first - last) * share
    calendar = setting.cast.calendar(setting.cast.administrator)
    at = on_the_hour(setting.today - ago, calendar, rng.choice((9, 10, 10, 11, 11, 12, 14, 15, 16, 17)))
    return at + timedelta(minutes=rng.randrange(55))


def temper_at(setting: Setting, at: datetime, rng: Random) -> Temper:
    """A year ago most was sloppy; the longer the process is lived, the better it goes."""
    lived = 1 - (setting.today - at) / YEAR
    sloppy = 0.46 - 0.34 * lived
    excellent = 0.12 + 0.3 * lived
    return rng.choices((SLOPPY, ORDINARY, EXCELLENT), (sloppy, 1 - sloppy - excellent, excellent))[0]


def briefing(setting: Setting, client: Client, at: datetime, rng: Random, **given: Any) -> Brief:
    """Settle who, what and how."""
    sources = read("clients")["sources"]
    source = given.get("source") or rng.choices(sources, [one["share"] for one in sources])[0]
    wish = given.get("wish") or invent_wish(client, setting.language, rng)
    return Brief(
        client=client, wish=wish, source=say(source, setting.language),
        temper=given.get("temper") or temper_at(setting, at, rng),
        manager=given.get("manager") or rng.choice(setting.cast.managers),
        author=_author(setting.cast, source["key"], rng), unit=wish.unit, fixed=given.get("fixed", {}),
    )  # fmt: skip


def _author(cast: Cast, source: str, rng: Random) -> Actor | None:
    if source == "site":
        return None
    if source == "partner":
        return rng.choice(cast.agents)
    if source in {"again", "tender"}:
        return rng.choice((*cast.managers, *cast.dispatchers))
    return rng.choice(cast.generators)


def tell(
    setting: Setting, brief: Brief, at: datetime, name: str, told: Callable[[Telling], None]
) -> tuple[Step, ...]:
    """The steps of a deal that begins at ``at``; the same name and moment always give the same."""
    plot = Plot(brief, setting.cast, setting.language, setting.rng(name), at)
    told(Telling(plot))
    return tuple(plot.steps)


def _over_by_now(
    setting: Setting, brief: Brief, at: datetime, name: str, told: Callable[[Telling], None]
) -> tuple[Step, ...]:
    """The same, begun early enough to be over."""
    limit = setting.today - timedelta(hours=2)
    steps = tell(setting, brief, at, name, told)
    while steps[-1].at > limit:
        at -= max(timedelta(days=3), steps[-1].at - limit)
        calendar = setting.cast.calendar(setting.cast.administrator)
        steps = tell(setting, brief, calendar.next_moment(at), name, told)
    return steps


def _led(setting: Setting, index: int, clients: Iterator[Client], before: list[Tale]) -> Tale:
    name = f"led-{index}"
    rng = setting.rng(f"{name}-brief")
    at = moment(setting, rng)
    sources = read("clients")["sources"]
    source = rng.choices(sources, [one["share"] for one in sources])[0]
    won = [tale for tale in before if tale.outcome == "won" and tale.steps[-1].at < at - timedelta(days=20)]
    if source["key"] == "again" and won:
        client = rng.choice(won).client
    else:
        source = source if source["key"] != "again" else sources[0]
        client = next(clients)
    brief = briefing(setting, client, at, rng, source=source)
    if brief.author is None and rng.random() < 0.3:
        at = _after_hours(at, rng)
    chance = _BASE_LUCK * source["luck"] * brief.temper.luck * _UNIT_LUCK[brief.unit]
    if rng.random() < min(0.9, chance):
        passed_on = rng.random() < 0.06
        steps = _over_by_now(
            setting, brief, at, name, lambda telling: _to_the_contract(telling, index, passed_on=passed_on)
        )
        return Tale(Scene(), steps, client, "won")
    stage = rng.choices([stage for stage, _ in _LOST_AT], [share for _, share in _LOST_AT])[0]
    steps = _over_by_now(setting, brief, at, name, lambda telling: lose_in(telling, stage))
    return Tale(Scene(), steps, client, "lost")


def _after_hours(at: datetime, rng: Random) -> datetime:
    return datetime.combine(at.date(), time(rng.randint(17, 20), rng.randrange(60)), UTC)


def _to_the_contract(telling: Telling, index: int, *, passed_on: bool) -> None:
    for stage in STAGES:
        getattr(telling, stage)()
        if passed_on and stage == "meeting":
            telling.change_manager()
    telling.won(index + 1)


def lose_in(telling: Telling, stage: str) -> None:
    """Lead the deal up to this stage and lose it there, some steps short of leaving it."""
    plot = telling.plot
    for one in STAGES:
        begun = len(plot.steps)
        getattr(telling, one)()
        if one == stage:
            break
    # a request is lost after the client was answered; later stages keep at least their first step
    kept = begun + (len(plot.steps) - begun) * telling.rng.randint(3, 8) // 10
    if stage == "request":
        kept = max(
            kept, next(place for place, step in enumerate(plot.steps) if step.label == "contacted") + 1
        )
    del plot.steps[max(1, min(kept, len(plot.steps) - 1)) :]
    plot.now = plot.steps[-1].at
    reason = _why(telling, stage)
    who = telling.manager if any(step.label == "accepted" for step in plot.steps) else telling.dispatcher
    do = acts.lost(
        reason=reason["reason"], evidence=say(reason, plot.language), words=say(reason["words"], plot.language), actor=who
    )  # fmt: skip
    plot.then("lost", who, plot.gap(400, 2600), do)


def _why(telling: Telling, stage: str) -> Any:
    """A reason that fits the stage; those who were led badly blame our process more often."""
    reasons = read("remarks")["lost"][stage]
    ours = [one for one in reasons if one["reason"].startswith(("our_process", "trust"))]
    theirs = [one for one in reasons if one not in ours]
    blame = 0.75 if telling.plot.brief.temper is SLOPPY else 0.25
    return telling.rng.choice(ours if ours and (not theirs or telling.rng.random() < blame) else theirs)


def _declined(setting: Setting, index: int, client: Client) -> Tale:
    name = f"declined-{index}"
    rng = setting.rng(f"{name}-brief")
    at = moment(setting, rng)
    reason = say(rng.choice(read("requests")["declined"]), setting.language)

    def told(telling: Telling) -> None:
        telling.received()
        telling.answered()
        who = telling.dispatcher
        telling.plot.then(
            "closed", who, telling.plot.gap(15, 300), acts.closed(status="declined", reason=reason, actor=who)
        )

    brief = briefing(setting, client, at, rng)
    return Tale(Scene(), _over_by_now(setting, brief, at, name, told), client, "declined")


def _spam(setting: Setting, index: int) -> Tale:
    name = f"spam-{index}"
    rng = setting.rng(f"{name}-brief")
    at = moment(setting, rng)
    pool = read("requests")
    offer = say(rng.choice(pool["spam"]), setting.language)
    sources = read("clients")["sources"]
    source = say(next(one for one in sources if one["key"] == "site"), setting.language)
    who = rng.choice(setting.cast.dispatchers)
    stranger = Actor(person_id=None, channel="public")
    answers = {
        "company": f"Promo {index + 1}",
        "request": offer,
        "email": f"sale{index + 1}@promo-{index + 1}.example",
    }
    minutes = rng.randint(5, 120)
    arrives = acts.receive(
        answers=answers, actor=stranger, source=source, viewer=setting.cast.administrator, sure=False
    )
    leaves = acts.closed(status="spam", reason=say(pool["spam_reason"], setting.language), actor=who)
    seen = setting.cast.calendar(who).add_minutes(at, minutes)
    steps = (Step(at, "received", arrives), Step(seen, "closed", leaves))
    return Tale(Scene(), steps, Client("spam", 0, answers), "spam")


def _duplicate(setting: Setting, index: int, original: Tale) -> Tale:
    """The same client asks once more by another way while the first request is under way."""
    name = f"duplicate-{index}"
    rng = setting.rng(f"{name}-brief")
    calendar = setting.cast.calendar(setting.cast.administrator)
    at = calendar.add_minutes(original.steps[0].at, rng.randint(60, 2400))
    at = min(at, setting.today - timedelta(days=1))
    brief = replace(briefing(setting, original.client, at, rng), temper=ORDINARY)
    reason = say(read("remarks")["duplicate"], setting.language)

    def told(telling: Telling) -> None:
        telling.received()
        who = telling.dispatcher
        do = acts.closed(status="duplicate", reason=reason, actor=who, original=original.scene)
        telling.plot.then("closed", who, telling.plot.gap(10, 120), do)

    return Tale(Scene(), tell(setting, brief, at, name, told), original.client, "duplicate")
