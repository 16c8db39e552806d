"""What changed between two versions of a process, for people to read side by side."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Generic, Literal, TypeVar

from svyazka.engine.process import (
    Agenda,
    AgendaItem,
    Check,
    Criterion,
    Due,
    Field,
    Goal,
    Process,
    Reason,
    ReasonGroup,
    RoleText,
    Stage,
    Term,
    Text,
)
from svyazka.engine.worktime import Duration

Code = Literal["added", "removed", "changed", "moved"]
Subject = Literal[
    "process", "stage", "check", "term", "field", "agenda", "point", "goal", "role", "criterion", "reasons", "reason"
]  # fmt: skip
"""What a change is about; ``point`` is one of an agenda's, ``reasons`` a group of reasons of a loss."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    ``path`` is the key (``meeting``; for a check ``meeting.goals_agreed``, for an agenda's point the agenda and its
    place, ``huddle.2``, counted in the new version, or in the old one if it is gone); ``part`` names what changed
    (``limit``, ``strength``, ``duty.expert``...) and is empty when the whole was added, removed or moved.
    ``old`` and ``new`` are what stood there: the name or wording of a whole, the place of a moved one
    counted from 1, codes as they are written in the YAML. ``None`` where there was nothing.
    """

    code: Code
    subject: Subject
    path: str
    part: str
    old: Text | None
    new: Text | None


_T = TypeVar("_T")
_Parts = dict[str, Text | None]


def differences(old: Process, new: Process) -> tuple[Change, ...]:
    """Everything added, removed or changed, and stages that have another place; empty when the rules are equal.

    Of other lists :func:`reordered` says that they stand in another order.
    """
    changes = []
    if old.name != new.name:
        changes.append(Change("changed", "process", old.key, "name", old.name, new.name))
    changes += _compared(_STAGES, "", old.stages, new.stages)
    before = {stage.key: stage.checks for stage in old.stages}
    for stage in new.stages:
        if stage.key in before:
            path = f"{stage.key}."
            changes += _compared(_CHECKS, path, before[stage.key], stage.checks)
    changes += _compared(_TERMS, "", old.terms, new.terms)
    changes += _compared(_FIELDS, "", old.fields, new.fields)
    changes += _compared(_AGENDAS, "", old.agendas, new.agendas)
    agendas = {agenda.key: agenda for agenda in old.agendas}
    for agenda in new.agendas:
        if agenda.key in agendas:
            changes += _points(agendas[agenda.key], agenda)
    changes += _rules(old, new)
    changes += _compared(_GOALS, "", old.goals, new.goals)
    changes += _compared(_ROLES, "", old.roles, new.roles)
    for role in dict.fromkeys(one.role for one in (*old.criteria, *new.criteria)):
        changes += _compared(_CRITERIA, f"{role}.", old.criteria_of(role), new.criteria_of(role))
    changes += _compared(_REASON_GROUPS, "", old.reasons, new.reasons)
    groups = {group.key: group.reasons for group in old.reasons}
    for group in new.reasons:
        if group.key in groups:
            changes += _compared(_REASONS, f"{group.key}.", groups[group.key], group.reasons)
    return tuple(changes)


def reordered(old: Process, new: Process) -> tuple[Subject, ...]:
    """Of which lists the entries that stayed stand in another order. Stages are told one by one instead."""
    checks = {stage.key: stage.checks for stage in old.stages}
    points = {agenda.key: agenda.items for agenda in old.agendas}
    reasons = {group.key: group.reasons for group in old.reasons}
    by_key, by_text = attrgetter("key"), attrgetter("text")
    lists: tuple[tuple[Subject, Sequence[Any], Sequence[Any], Callable[[Any], Hashable]], ...] = (
        *(("check", checks.get(stage.key, ()), stage.checks, by_key) for stage in new.stages),
        ("term", old.terms, new.terms, by_key),
        ("field", old.fields, new.fields, by_key),
        ("agenda", old.agendas, new.agendas, by_key),
        *(("point", points.get(agenda.key, ()), agenda.items, by_text) for agenda in new.agendas),
        ("goal", old.goals, new.goals, by_key),
        ("role", old.roles, new.roles, attrgetter("role")),
        ("criterion", old.criteria, new.criteria, attrgetter("role", "key")),
        ("reasons", old.reasons, new.reasons, by_key),
        *(("reason", reasons.get(group.key, ()), group.reasons, by_key) for group in new.reasons),
    )
    return tuple(
        dict.fromkeys(
            subject for subject, was, now, key in lists if _common(was, now, key) != _common(now, was, key)
        )
    )


def _common(these: Sequence[_T], those: Sequence[_T], key: Callable[[_T], Hashable]) -> list[Hashable]:
    """The keys of these that are among those too, in the order of these."""
    known = {key(one) for one in those}
    return [key(one) for one in these if key(one) in known]


def _points(old: Agenda, new: Agenda) -> Iterator[Change]:
    """An agenda's points have no keys: each is known by its words."""
    before = {item.text: (place, item) for place, item in enumerate(old.items, 1)}
    after = {item.text: (place, item) for place, item in enumerate(new.items, 1)}
    for text, (place, _item) in before.items():
        if text not in after:
            yield Change("removed", "point", f"{old.key}.{place}", "", text, None)
    for text, (place, item) in after.items():
        if text not in before:
            yield Change("added", "point", f"{new.key}.{place}", "", None, text)
            continue
        for part, was, now in zip(("minutes", "role"), _point(before[text][1]), _point(item), strict=True):
            if was != now:
                yield Change("changed", "point", f"{new.key}.{place}", part, _code(was), _code(now))


def _point(item: AgendaItem) -> tuple[int, str]:
    return item.minutes, item.role


def _rules(old: Process, new: Process) -> Iterator[Change]:
    """What is asked of client meetings belongs to the process as a whole."""
    for part in ("misfit", "huddle_until", "remind", "call"):
        was, now = (getattr(process.meetings, part) for process in (old, new))
        if was != now:
            said = _span if isinstance(now, Duration) else _code
            yield Change("changed", "process", new.key, part, said(was), said(now))


@dataclass(frozen=True, slots=True)
class _Kind(Generic[_T]):
    """How one kind of entry is called, titled and taken apart."""

    subject: Subject
    title: Callable[[_T], Text]
    parts: Callable[[_T], _Parts]
    key: Callable[[_T], str] = attrgetter("key")


def _compared(kind: _Kind[_T], prefix: str, old: Sequence[_T], new: Sequence[_T]) -> Iterator[Change]:
    before = {kind.key(entry): entry for entry in old}
    after = {kind.key(entry): entry for entry in new}
    for key, entry in before.items():
        if key not in after:
            yield Change("removed", kind.subject, prefix + key, "", kind.title(entry), None)
    stayed_before = [key for key in before if key in after]
    stayed_after = [key for key in after if key in before]
    for key, entry in after.items():
        if key not in before:
            yield Change("added", kind.subject, prefix + key, "", None, kind.title(entry))
            continue
        if kind.subject == "stage" and stayed_before.index(key) != stayed_after.index(key):
            places = _code(list(before).index(key) + 1), _code(list(after).index(key) + 1)
            yield Change("moved", kind.subject, prefix + key, "", *places)
        was, now = kind.parts(before[key]), kind.parts(entry)
        for part in {**was, **now}:
            if was.get(part) != now.get(part):
                yield Change("changed", kind.subject, prefix + key, part, was.get(part), now.get(part))


def _stage_parts(stage: Stage) -> _Parts:
    parts: _Parts = {
        "name": stage.name,
        "goal": stage.goal,
        "result": stage.result,
        "accountable": _code(stage.accountable),
        "limit": _span(stage.limit),
    }
    for duty in stage.duties:
        words = Text(f"{duty.level}: {duty.text.ru}", f"{duty.level}: {duty.text.en}")
        parts[f"duty.{duty.role}"] = words
    return parts


def _check_parts(check: Check) -> _Parts:
    return {
        "text": check.text,
        "why": check.why,
        "strength": _code(check.strength),
        "fact": _code(check.fact),
        "tick": _code(check.tick),
    }


def _term_parts(term: Term) -> _Parts:
    return {
        "text": term.text,
        "opens": _code(term.opens),
        "owes": _code(term.owes),
        "due": _due(term.due),
        "hard": _span(term.hard),
        "closes": _code(term.closes),
        "waits_for": _code("client" if term.waits_for_client else None),
        "pauses": _flag(term.pauses),
        "to_client": _flag(term.to_client),
    }


def _field_parts(field: Field) -> _Parts:
    parts: _Parts = {
        "label": field.label,
        "hint": field.hint,
        "kind": _code(field.kind),
        "required": _flag(field.required),
    }
    for choice in field.choices:
        parts[f"choice.{choice.key}"] = choice.text
    return parts


def _goal_parts(goal: Goal) -> _Parts:
    value = _span(goal.value) if isinstance(goal.value, Duration) else _code(goal.value)
    return {"text": goal.text, "value": value}


def _code(value: object) -> Text | None:
    return None if value is None else Text(str(value), str(value))


def _flag(value: object) -> Text:
    return Text("да", "yes") if value else Text("нет", "no")


def _span(value: Duration | None) -> Text | None:
    return None if value is None else _code(f"{value.amount}{value.unit}")


def _due(due: Due) -> Text | None:
    amount = f"{due.amount.amount}{due.amount.unit}"
    return _code(amount if due.before is None else f"{amount} before {due.before}")


_STAGES: _Kind[Stage] = _Kind("stage", lambda stage: stage.name, _stage_parts)
_CHECKS: _Kind[Check] = _Kind("check", lambda check: check.text, _check_parts)
_TERMS: _Kind[Term] = _Kind("term", lambda term: term.text, _term_parts)
_FIELDS: _Kind[Field] = _Kind("field", lambda field: field.label, _field_parts)
_AGENDAS: Final[_Kind[Agenda]] = _Kind(
    "agenda", lambda agenda: agenda.name, lambda agenda: {"name": agenda.name}
)
_GOALS: Final[_Kind[Goal]] = _Kind("goal", lambda goal: goal.text, _goal_parts)
_ROLES: Final[_Kind[RoleText]] = _Kind(
    "role", lambda role: role.name, lambda role: {"name": role.name, "why": role.why}, lambda role: role.role
)
_CRITERIA: Final[_Kind[Criterion]] = _Kind("criterion", lambda one: one.text, lambda one: {"text": one.text})
_REASON_GROUPS: Final[_Kind[ReasonGroup]] = _Kind(
    "reasons", lambda one: one.text, lambda one: {"text": one.text}
)
_REASONS: Final[_Kind[Reason]] = _Kind("reason", lambda one: one.text, lambda one: {"text": one.text})
