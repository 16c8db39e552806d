"""What changed between two versions of a process, for people to read side by side."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from svyazka.engine.process import Check, Due, Field, Process, Stage, Term, Text
from svyazka.engine.worktime import Duration

Code = Literal["added", "removed", "changed", "moved"]
Subject = Literal["stage", "check", "term", "field"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    ``path`` is the key (``meeting``; for a check ``meeting.goals_agreed``); ``part`` names what changed
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


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


_T = TypeVar("_T", bound=_Keyed)
_Parts = dict[str, Text | None]


def differences(old: Process, new: Process) -> tuple[Change, ...]:
    """Every stage, check, term and field added, removed, changed or moved; empty when the rules are equal."""
    changes = list(_compared(_STAGES, "", old.stages, new.stages))
    before = {stage.key: stage.checks for stage in old.stages}
    for stage in new.stages:
        if stage.key in before:
            path = f"{stage.key}."
            changes += _compared(_CHECKS, path, before[stage.key], stage.checks)
    changes += _compared(_TERMS, "", old.terms, new.terms)
    changes += _compared(_FIELDS, "", old.fields, new.fields)
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class _Kind(Generic[_T]):
    """How one kind of entry is called, titled and taken apart."""

    subject: Subject
    title: Callable[[_T], Text]
    parts: Callable[[_T], _Parts]


def _compared(kind: _Kind[_T], prefix: str, old: Sequence[_T], new: Sequence[_T]) -> Iterator[Change]:
    before = {entry.key: entry for entry in old}
    after = {entry.key: entry for entry in new}
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
