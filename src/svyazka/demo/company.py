"""The company: units, people with their roles and skills, the process they work by."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from svyazka.demo.content import Language, read, say
from svyazka.engine.worktime import WorkCalendar
from svyazka.presale.cases.commands import Story, save_case
from svyazka.presale.deals.links import make_link
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import (
    Hours,
    Profile,
    record_absence,
    save_person,
    save_unit,
    set_workspace,
)
from svyazka.presale.people.projects import note_project
from svyazka.presale.people.queries import actor_by_id, directory
from svyazka.presale.process.commands import publish_process
from svyazka.presale.reviews.proposals import publish_taking
from svyazka.processes import packaged_text

PASSWORD = "svyazka-demo-1"  # noqa: S105 (printed by the demo; nobody's secret)


_WARNED = re.compile(r"(key: huddle_held\n\s+fact: huddle\.held\n\s+strength: )warn")


_DUTIES = {
    "admin": "administrator",
    "owner": "process owner",
    "fixer": "fixer",
    "head": "head of sales",
    "delivery": "head of a delivery unit",
    "window": "dispatcher of the single window",
    "manager": "manager",
    "expert": "expert",
    "estimator": "estimator",
    "agent": "partner agent",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """A person one may sign in as, with the shared password."""

    email: str
    name: str
    duty: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who acts in the demo, by what they do. Experts and estimators stand by their unit's key.

    :ivar by_sign: those whom one may sign in as, by the name that their mailbox begins with
    """

    administrator: Actor
    head: Actor
    dispatchers: tuple[Actor, ...]
    managers: tuple[Actor, ...]
    generators: tuple[Actor, ...]
    fixers: tuple[Actor, ...]
    agents: tuple[Actor, ...]
    experts: Mapping[str, tuple[Actor, ...]]
    estimators: Mapping[str, tuple[Actor, ...]]
    skilled: Mapping[str, tuple[int, ...]]
    units: Mapping[str, int]
    calendars: Mapping[int, WorkCalendar]
    signs: tuple[Sign, ...]
    by_sign: Mapping[str, Actor]

    def calendar(self, who: Actor) -> WorkCalendar:
        """The hours in which this person works."""
        return self.calendars[who.me]


def found_company(*, language: Language, at: datetime) -> Cast:
    """Set units, people and process up at ``at`` in an empty workspace."""
    plan = read("people")
    console = Actor(person_id=None, channel="cli")
    people: list[tuple[dict[str, Any], int]] = []
    first, *others = plan["people"]
    people.append((first, _join(first, {}, language, console, at)))
    administrator = _actor(people[0][1])
    set_workspace(
        name=say(plan["company"], language), language=language, hours=Hours(), actor=administrator, at=at
    )
    units = {
        unit["key"]: save_unit(
            name=say(unit, language), kind=unit["kind"], actor=administrator, at=at,
            hours=Hours(time_zone=unit["zone"]) if "zone" in unit else None,
        )
        for unit in plan["units"]
    }  # fmt: skip
    people += [(person, _join(person, units, language, administrator, at)) for person in others]
    agents = [(person, _join(person, {}, language, administrator, at)) for person in plan["agents"]]
    _publish_first(administrator, at, language)
    _make_links(language, agents, administrator, at)
    cast = _cast(people, agents, units)
    _tell_cases(cast, language, at)
    return cast


def known_signs() -> tuple[Sign, ...]:
    """Who of the demo's people with a password is here; nobody where the workspace is not the demo's."""
    plan = read("people")
    names = {card.email: card.short_name for card in directory().people.values()}
    signs = [(_email(one), one["sign"]) for one in (*plan["people"], *plan["agents"]) if "sign" in one]
    return tuple(Sign(email, names[email], _DUTIES[sign]) for email, sign in signs if email in names)


def _join(
    person: Mapping[str, Any], units: Mapping[str, int], language: Language, actor: Actor, at: datetime
) -> int:
    surname, given, *rest = say(person, language).split()
    sign = person.get("sign")
    skills = read("people")["competences"]
    profile = Profile(
        email=_email(person), surname=surname, given_name=given, patronymic=" ".join(rest),
        unit_id=units.get(person.get("unit", "")), duties=frozenset(person.get("duties", ())),
        roles=tuple(person.get("roles", ("lead_generator",))), is_agent="mail" in person, language=language,
        skills=tuple((say(skills[key], language), level) for key, level in person.get("skills", {}).items()),
    )  # fmt: skip
    return save_person(profile=profile, actor=actor, at=at, password=PASSWORD if sign else None)


def _email(person: Mapping[str, Any]) -> str:
    domain = read("people")["domain"]
    name = person.get("sign") or person["en"].split()[0].lower()
    return (
        f"agent@{domain}" if "mail" in person and "sign" in person else person.get("mail", f"{name}@{domain}")
    )


def _actor(person_id: int) -> Actor:
    actor = actor_by_id(person_id, "demo")
    if actor is None:  # pragma: no cover (he has just joined)
        raise LookupError(person_id)
    return actor


def _publish_first(actor: Actor, at: datetime, language: Language) -> None:
    """The company began without the huddle and learned its worth: see :func:`publish_second`."""
    text = _WARNED.sub(r"\1observe", packaged_text())
    note = {"ru": "Первые правила", "en": "The first rules"}[language]
    publish_process(text=text, note=note, actor=actor, at=at)


def publish_second(*, cast: Cast, language: Language, at: datetime, proposals: Iterable[int]) -> None:
    """From now on the rules are those that the product comes with; these proposals are taken in by that."""
    note = {
        "ru": "Десятиминутка перед встречей: теперь предупреждаем, если её не было",
        "en": "The huddle before a meeting: its absence is warned of from now on",
    }[language]
    publish_taking(text=packaged_text(), note=note, actor=cast.administrator, at=at, proposals=proposals)


def _make_links(
    language: Language, agents: list[tuple[dict[str, Any], int]], actor: Actor, at: datetime
) -> None:
    for person, person_id in agents:
        name = say(person, language).split()[0]
        make_link(name=name, agent_id=person_id, actor=actor, at=at, life=timedelta(days=3650))


def _tell_cases(cast: Cast, language: Language, at: datetime) -> None:
    """The first expert of each unit tells what it has done before."""
    for one in read("cases")["cases"]:
        story = Story(
            title=say(one["title"], language), task=say(one["task"], language), result=say(one["result"], language),
            client_name=say(one["client"], language), may_be_named=one["named"],
            industries=tuple(say(one["industries"], language)), year=at.year - one["ago"],
        )  # fmt: skip
        save_case(case_id=None, story=story, actor=cast.experts[one["unit"]][0], at=at)


def _cast(
    people: list[tuple[dict[str, Any], int]],
    agents: list[tuple[dict[str, Any], int]],
    units: Mapping[str, int],
) -> Cast:
    actors = {person_id: _actor(person_id) for _, person_id in [*people, *agents]}
    unit_of = {person_id: person.get("unit", "") for person, person_id in people}

    def holding(role: str) -> tuple[Actor, ...]:
        return tuple(actors[one] for _, one in people if role in actors[one].roles)

    def by_unit(role: str) -> dict[str, tuple[Actor, ...]]:
        held = holding(role)
        return {key: tuple(one for one in held if unit_of[one.me] == key) for key in units if key != "sales"}

    skilled: dict[str, tuple[int, ...]] = {}
    for person, person_id in people:
        for skill in person.get("skills", {}):
            skilled[skill] = (*skilled.get(skill, ()), person_id)
    known = directory()
    return Cast(
        administrator=actors[people[0][1]],
        head=next(one for one in holding("manager") if "head" in one.duties),
        dispatchers=tuple(one for one in actors.values() if "dispatcher" in one.duties),
        managers=tuple(one for one in holding("manager") if not one.duties),
        generators=tuple(one for one in holding("lead_generator") if one.unit_id and "manager" not in one.roles),
        fixers=holding("fixer"),
        agents=tuple(actors[one] for _, one in agents),
        experts=by_unit("expert"),
        estimators=by_unit("estimator"),
        skilled=skilled,
        units=units,
        calendars={one: known.calendar_of(one) for one in actors},
        signs=known_signs(),
        by_sign={person["sign"]: actors[one] for person, one in [*people, *agents] if "sign" in person},
    )  # fmt: skip


def projects(cast: Cast, language: Language, *, at: datetime) -> None:
    """Note what some experts is busy with."""
    busy = [expert for experts in cast.experts.values() for expert in experts[1:2]]
    for expert, project in zip(busy, read("people")["projects"], strict=False):
        note_project(
            person_id=expert.me, project=say(project, language), hours_a_week=project["hours"],
            milestone=say(project["milestone"], language), milestone_on=at.date() + timedelta(days=project["days"]),
            actor=expert, at=at,
        )  # fmt: skip


def holidays(cast: Cast, *, today: date) -> list[tuple[date, Callable[[datetime], None]]]:
    """Absences with the day on which each was entered; for a dispatcher the other one stands in."""
    first, second = cast.dispatchers
    expert = cast.experts["trade"][-1]
    away = (
        (second, -150, 13, first),
        (expert, -1, 6, cast.experts["trade"][0]),
        (cast.generators[-1], 5, 13, None),
        (cast.estimators["finance"][0], 12, 6, None),
    )

    def entered(person: Actor, days: int, length: int, stand_in: Actor | None) -> Callable[[datetime], None]:
        since = today + timedelta(days=days)
        return lambda at: _record(person, since, length, stand_in, at)

    return [
        (today + timedelta(days=min(days, 0) - 7), entered(who, days, *rest)) for who, days, *rest in away
    ]


def _record(person: Actor, since: date, length: int, stand_in: Actor | None, at: datetime) -> None:
    record_absence(
        person_id=person.me, since=since, until=since + timedelta(days=length),
        stand_in_id=stand_in.me if stand_in else None, actor=person, at=at,
    )  # fmt: skip
