"""The written process as plain values: stages, checks, terms, intake fields, reasons, agendas, goals.

The values say nothing about any deal. ``engine.lint.load_process`` makes them from YAML and refuses a
text that breaks the rules of the house; ``engine.differences.differences`` compares two versions.
All times are working ones (``Duration``: minutes, hours or days).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeVar

from svyazka.engine.worktime import Duration


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


_T = TypeVar("_T", bound=_Keyed)


def _named(key: str, entries: Iterable[_T]) -> _T:
    for entry in entries:
        if entry.key == key:
            return entry
    raise KeyError(key)


Level = Literal["accountable", "decisive", "doing", "consulted", "informed"]
Strength = Literal["observe", "warn", "stop"]
FieldKind = Literal["text", "long", "number", "choice", "lines", "company", "contact", "source"]
Source = Literal["talk", "proposal"]
RoomRole = Literal["moderator", "company", "delivery", "money", "minutes"]

LEVELS: tuple[Level, ...] = ("accountable", "decisive", "doing", "consulted", "informed")
STRENGTHS: tuple[Strength, ...] = ("observe", "warn", "stop")
FIELD_KINDS: tuple[FieldKind, ...] = (
    "text",
    "long",
    "number",
    "choice",
    "lines",
    "company",
    "contact",
    "source",
)
SOURCES: tuple[Source, ...] = ("talk", "proposal")
ROOM_ROLES: tuple[RoomRole, ...] = ("moderator", "company", "delivery", "money", "minutes")
"""What somebody of ours does in the room: keeps to the goals and the time, presents the company, speaks of the work, of the
money, writes down."""

ROLES = ("dispatcher", "lead_generator", "manager", "expert", "estimator", "fixer")
"""Roles a process may name: the single window's dispatcher and the five seats of a deal."""

OWING = (*ROLES, "head")
"""Who may owe what a term opens: besides the roles, the head of the unit that is asked."""


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Russian and in English."""

    ru: str
    en: str

    def say(self, language: str) -> str:
        """The words in ``language`` (``ru``, ``ru-RU``...); English for any language but Russian."""
        return self.ru if language.lower().startswith("ru") else self.en


@dataclass(frozen=True, slots=True)
class Duty:
    """What a role does at a stage and how much its word weighs there."""

    role: str
    level: Level
    text: Text


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of leaving a stage: proven by ``fact``, or ticked with evidence by role ``tick``."""

    key: str
    text: Text
    why: Text | None
    strength: Strength
    fact: str | None = None
    tick: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the process with one accountable role, a measurable result and a limit of working time."""

    key: str
    name: Text
    goal: Text
    result: Text
    accountable: str
    duties: tuple[Duty, ...]
    limit: Duration
    checks: tuple[Check, ...]

    @property
    def event(self) -> str:
        """The event of a deal entering this stage."""
        return f"stage.{self.key}"

    def check(self, key: str) -> Check:
        """:raises KeyError: the stage has no such check"""
        return _named(key, self.checks)


@dataclass(frozen=True, slots=True)
class Due:
    """``amount`` after the opening event, or ``amount`` before the date that ``before`` names."""

    amount: Duration
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A rule that opens a commitment at one event and keeps it at another."""

    key: str
    opens: str
    owes: str
    due: Due
    closes: str
    text: Text
    hard: Duration | None = None
    """The utmost: later than this the delay is a breach that is escalated."""
    waits_for_client: bool = False
    """The client's move: the performer only sees to it that the client makes it."""
    pauses: bool = False
    """The clock stops while the client owes us an answer."""
    to_client: bool = False
    """Promised to the client: shown to him, and breaking it breaks our word."""
    source: Source = "proposal"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers a field of kind ``choice`` offers."""

    key: str
    text: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A question of the intake form; a required one takes a value or "not known yet: who, by when"."""

    key: str
    kind: FieldKind
    label: Text
    hint: Text
    required: bool
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Second level of the reasons why a deal was lost."""

    key: str
    text: Text


@dataclass(frozen=True, slots=True)
class ReasonGroup:
    """First level of the reasons why a deal was lost."""

    key: str
    text: Text
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One point of a meeting, the minutes it may take, and in which room role it is led."""

    text: Text
    minutes: int
    role: RoomRole = "moderator"


@dataclass(frozen=True, slots=True)
class Agenda:
    """How a kind of meeting goes, point by point."""

    key: str
    name: Text
    items: tuple[AgendaItem, ...]

    @property
    def minutes(self) -> int:
        """Length of the whole meeting."""
        return sum(item.minutes for item in self.items)


A_DAY: Final = Duration(1, "d")
TWO_DAYS: Final = Duration(2, "d")


@dataclass(frozen=True, slots=True)
class MeetingRules:
    """What the process asks of client meetings.

    :ivar misfit: what becomes of a point that the wrong one leads: who builds presents the company, or the manager speaks of
        how it will be built (R11)
    :ivar huddle_until: so many meetings of a team have to go without a breach in a row before it may do without a huddle (R16)
    :ivar remind: so long after the letter the client who is silent is reminded of it
    :ivar call: so long after the letter somebody owes him a call
    """

    misfit: Strength = "warn"
    huddle_until: int = 5
    remind: Duration = A_DAY
    call: Duration = TWO_DAYS


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to aim at: working time, or a number whose unit the text names."""

    key: str
    value: float | Duration
    text: Text
    source: Source


@dataclass(frozen=True, slots=True)
class Criterion:
    """By what a role's work is judged."""

    role: str
    key: str
    text: Text


@dataclass(frozen=True, slots=True)
class RoleText:
    """How a role is called, why it exists and what its holder gets out of it."""

    role: str
    name: Text
    why: Text


@dataclass(frozen=True, slots=True)
class Process:
    """One version of the rules. Everything is looked up by key; an unknown key raises ``KeyError``."""

    key: str
    name: Text
    stages: tuple[Stage, ...]
    terms: tuple[Term, ...]
    fields: tuple[Field, ...]
    reasons: tuple[ReasonGroup, ...]
    agendas: tuple[Agenda, ...]
    goals: tuple[Goal, ...]
    criteria: tuple[Criterion, ...]
    roles: tuple[RoleText, ...]
    meetings: MeetingRules = MeetingRules()
    version: int = 1

    def stage(self, key: str) -> Stage:
        return _named(key, self.stages)

    def position(self, key: str) -> int:
        """Place of the stage counted from 0."""
        for place, stage in enumerate(self.stages):
            if stage.key == key:
                return place
        raise KeyError(key)

    def stage_after(self, key: str) -> Stage | None:
        """The next stage, or ``None`` after the last one."""
        following = self.position(key) + 1
        return self.stages[following] if following < len(self.stages) else None

    def field(self, key: str) -> Field:
        return _named(key, self.fields)

    def term(self, key: str) -> Term:
        return _named(key, self.terms)

    def terms_opened_by(self, event: str) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.opens == event)

    def terms_closed_by(self, event: str) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.closes == event)

    def reason(self, group: str, key: str) -> Reason:
        return _named(key, _named(group, self.reasons).reasons)

    def aim(self, key: str) -> float | Duration | None:
        """What a goal aims at; None where the process has none of that key."""
        return next((goal.value for goal in self.goals if goal.key == key), None)

    def agenda(self, key: str) -> Agenda:
        return _named(key, self.agendas)

    def goal(self, key: str) -> Goal:
        return _named(key, self.goals)

    def role(self, role: str) -> RoleText:
        for entry in self.roles:
            if entry.role == role:
                return entry
        raise KeyError(role)

    def criteria_of(self, role: str) -> tuple[Criterion, ...]:
        return tuple(criterion for criterion in self.criteria if criterion.role == role)
