"""What changed between two versions, as sentences with what stood there and what stands there now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from svyazka.engine.differences import Change, differences, reordered
from svyazka.engine.process import Process, Text
from svyazka.engine.worktime import parse_duration
from svyazka.speech.process_told import KINDS, LEVELS, STRENGTHS, Words, say_due, say_minutes, say_span
from svyazka.speech.process_words import ROOM

_PARTS: Final[Mapping[str, str | Promise]] = {
    "name": pgettext_lazy("part", "name"),
    "goal": pgettext_lazy("part", "goal"),
    "result": pgettext_lazy("part", "result"),
    "accountable": pgettext_lazy("part", "who is accountable"),
    "limit": pgettext_lazy("part", "limit"),
    "text": pgettext_lazy("part", "wording"),
    "why": pgettext_lazy("part", "why"),
    "strength": pgettext_lazy("part", "strength"),
    "fact": pgettext_lazy("part", "what proves it"),
    "tick": pgettext_lazy("part", "who ticks it"),
    "opens": pgettext_lazy("part", "when it begins"),
    "owes": pgettext_lazy("part", "who owes it"),
    "due": pgettext_lazy("part", "by when"),
    "hard": pgettext_lazy("part", "at the latest"),
    "closes": pgettext_lazy("part", "when it is kept"),
    "waits_for": pgettext_lazy("part", "whose move it is"),
    "pauses": pgettext_lazy("part", "whether the clock stops while the client thinks"),
    "to_client": pgettext_lazy("part", "whether it is promised to the client"),
    "label": pgettext_lazy("part", "label"),
    "hint": pgettext_lazy("part", "hint"),
    "kind": pgettext_lazy("part", "kind"),
    "required": pgettext_lazy("part", "whether it is required"),
    "minutes": pgettext_lazy("part", "minutes"),
    "role": pgettext_lazy("part", "who leads it"),
    "misfit": pgettext_lazy("part", "when the wrong one leads a point of a meeting"),
    "huddle_until": pgettext_lazy("part", "meetings without a breach before a huddle may be left out"),
    "remind": pgettext_lazy("part", "when a silent client is reminded of the letter"),
    "call": pgettext_lazy("part", "when a silent client is called"),
    "value": pgettext_lazy("part", "figure"),
}
_SENTENCES: Final[Mapping[tuple[str, str], str | Promise]] = {
    ("stage", "added"): gettext_lazy("A new stage: “%(name)s”"),
    ("stage", "removed"): gettext_lazy("The stage “%(name)s” is gone"),
    ("stage", "moved"): gettext_lazy("The stage “%(name)s” has moved"),
    ("stage", "changed"): gettext_lazy("Stage “%(name)s”: %(part)s"),
    ("check", "added"): gettext_lazy("Stage “%(stage)s”, a new check: “%(name)s”"),
    ("check", "removed"): gettext_lazy("Stage “%(stage)s”, a check is gone: “%(name)s”"),
    ("check", "changed"): gettext_lazy("Stage “%(stage)s”, check “%(name)s”: %(part)s"),
    ("term", "added"): gettext_lazy("A new term: “%(name)s”"),
    ("term", "removed"): gettext_lazy("The term “%(name)s” is gone"),
    ("term", "changed"): gettext_lazy("Term “%(name)s”: %(part)s"),
    ("field", "added"): gettext_lazy("A new field of the intake form: “%(name)s”"),
    ("field", "removed"): gettext_lazy("The intake form’s field “%(name)s” is gone"),
    ("field", "changed"): gettext_lazy("Field “%(name)s”: %(part)s"),
    ("agenda", "added"): gettext_lazy("A new agenda: “%(name)s”"),
    ("agenda", "removed"): gettext_lazy("The agenda “%(name)s” is gone"),
    ("agenda", "changed"): gettext_lazy("Agenda “%(name)s”: %(part)s"),
    ("point", "added"): gettext_lazy("Agenda “%(whole)s”, a new point: “%(name)s”"),
    ("point", "removed"): gettext_lazy("Agenda “%(whole)s”, a point is gone: “%(name)s”"),
    ("point", "changed"): gettext_lazy("Agenda “%(whole)s”, point “%(name)s”: %(part)s"),
    ("goal", "added"): gettext_lazy("A new goal: “%(name)s”"),
    ("goal", "removed"): gettext_lazy("The goal “%(name)s” is gone"),
    ("goal", "changed"): gettext_lazy("Goal “%(name)s”: %(part)s"),
    ("role", "added"): gettext_lazy("A new role: “%(name)s”"),
    ("role", "removed"): gettext_lazy("The role “%(name)s” is gone"),
    ("role", "changed"): gettext_lazy("Role “%(name)s”: %(part)s"),
    ("criterion", "added"): gettext_lazy("Role “%(whole)s” is now judged by this too: “%(name)s”"),
    ("criterion", "removed"): gettext_lazy("Role “%(whole)s” is no longer judged by this: “%(name)s”"),
    ("criterion", "changed"): gettext_lazy("Role “%(whole)s”, by what it is judged, “%(name)s”: %(part)s"),
    ("reasons", "added"): gettext_lazy("Reasons for a loss, a new group: “%(name)s”"),
    ("reasons", "removed"): gettext_lazy("Reasons for a loss, a group is gone: “%(name)s”"),
    ("reasons", "changed"): gettext_lazy("Reasons for a loss, group “%(name)s”: %(part)s"),
    ("reason", "added"): gettext_lazy("Reasons for a loss, “%(whole)s”, a new one: “%(name)s”"),
    ("reason", "removed"): gettext_lazy("Reasons for a loss, “%(whole)s”, one is gone: “%(name)s”"),
    ("reason", "changed"): gettext_lazy("Reasons for a loss, “%(whole)s”, “%(name)s”: %(part)s"),
    ("process", "changed"): gettext_lazy("The process: %(part)s"),
}
_ORDERS: Final[Mapping[str, str | Promise]] = {
    "check": pgettext_lazy("order", "checks"),
    "term": pgettext_lazy("order", "terms"),
    "field": pgettext_lazy("order", "fields of the intake form"),
    "agenda": pgettext_lazy("order", "agendas"),
    "point": pgettext_lazy("order", "points of an agenda"),
    "goal": pgettext_lazy("order", "goals"),
    "role": pgettext_lazy("order", "roles"),
    "criterion": pgettext_lazy("order", "what a role is judged by"),
    "reasons": pgettext_lazy("order", "groups of reasons"),
    "reason": pgettext_lazy("order", "reasons for a loss"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One change: the sentence, and for a part of something what stood there before and stands there now."""

    change: Change
    sentence: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, and the lists of which only the order differs besides."""

    told: tuple[Told, ...]
    reordered: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the two say the same."""
        return not self.told and not self.reordered


def compared(old: Process, new: Process, language: str) -> Comparison:
    """What changed from ``old`` to ``new``, in ``language``."""
    before, after = Words(old, language), Words(new, language)
    told = tuple(_tell(change, before, after) for change in differences(old, new))
    return Comparison(told, tuple(str(_ORDERS[subject]) for subject in reordered(old, new)))


def _tell(change: Change, before: Words, after: Words) -> Told:
    words = before if change.code == "removed" else after
    whole, name = _names(change, words)
    sentence = str(_SENTENCES[change.subject, change.code]) % {
        "name": name, "stage": whole, "whole": whole, "part": _part(change.part, words),
    }  # fmt: skip
    if change.code in {"added", "removed"}:
        said = _size(change, words)
        return Told(
            change, sentence, said if change.code == "removed" else "", said if change.code == "added" else ""
        )
    return Told(change, sentence, _value(change, change.old, before), _value(change, change.new, after))


def _names(change: Change, words: Words) -> tuple[str, str]:
    """The whole (a check's stage, a point's agenda...) and the name of what changed."""
    process = words.process
    head, _dot, key = change.path.partition(".")
    match change.subject:
        case "stage":
            return "", words.say(process.stage(change.path).name)
        case "check":
            stage = process.stage(head)
            return words.say(stage.name), words.say(stage.check(key).text)
        case "term":
            return "", words.say(process.term(head).text)
        case "field":
            return "", words.say(process.field(head).label)
    return _names_beside(change.subject, head, key, words)


def _names_beside(subject: str, head: str, key: str, words: Words) -> tuple[str, str]:
    """The same of what stands beside the stages."""
    process = words.process
    whole, name = "", process.name
    match subject:
        case "agenda":
            name = process.agenda(head).name
        case "point":
            agenda = process.agenda(head)
            whole, name = words.say(agenda.name), agenda.items[int(key) - 1].text
        case "goal":
            name = process.goal(head).text
        case "role":
            name = process.role(head).name
        case "criterion":
            name = next(one.text for one in process.criteria_of(head) if one.key == key)
            whole = words.role(head)
        case "reasons":
            name = next(group.text for group in process.reasons if group.key == head)
        case "reason":
            whole = next(words.say(group.text) for group in process.reasons if group.key == head)
            name = process.reason(head, key).text
    return whole, words.say(name)


def _size(change: Change, words: Words) -> str:
    """Of a whole that came or went, the figure that belongs to it: a point's minutes, a goal's value."""
    head, _dot, key = change.path.partition(".")
    match change.subject:
        case "point":
            return say_minutes(words.process.agenda(head).items[int(key) - 1].minutes)
        case "goal":
            return words.value(words.process.goal(head).value)
    return ""


def _part(part: str, words: Words) -> str:
    head, _dot, key = part.partition(".")
    if head == "duty":
        return _("duty, %(role)s") % {"role": words.role(key)}
    if head == "choice":
        return _("choice “%(key)s”") % {"key": key}
    return str(_PARTS[part]) if part else ""


def _value(change: Change, value: Text | None, words: Words) -> str:
    if value is None:
        return ""
    said = words.say(value)
    if change.code == "moved":
        return said
    head, _dot, _key = change.part.partition(".")
    if head == "due":
        return say_due(words.process.term(change.path).due)
    if head == "value":
        return words.value(words.process.goal(change.path).value)
    if head == "duty":
        level, _colon, text = said.partition(": ")
        return f"{LEVELS[level]}: {text}"
    sayer = _SAYERS.get(head)
    return sayer(said, words) if sayer else said


_SAYERS: Final[Mapping[str, Callable[[str, Words], str]]] = {
    "accountable": lambda code, words: words.role(code),
    "owes": lambda code, words: words.role(code),
    "tick": lambda code, words: words.role(code),
    "limit": lambda code, _words: say_span(parse_duration(code)),
    "hard": lambda code, _words: say_span(parse_duration(code)),
    "minutes": lambda code, _words: say_minutes(int(code)),
    "role": lambda code, _words: str(ROOM[code]),
    "strength": lambda code, _words: str(STRENGTHS[code]),
    "misfit": lambda code, _words: str(STRENGTHS[code]),
    "kind": lambda code, _words: str(KINDS[code]),
    "opens": lambda code, words: words.event(code),
    "closes": lambda code, words: words.event(code),
    "fact": lambda code, words: words.event(code),
    "waits_for": lambda _code, _words: _("the client’s"),
}
