"""What changed between two versions, as sentences with what stood there and what stands there now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from svyazka.engine.differences import Change, differences
from svyazka.engine.process import Process, Text
from svyazka.engine.worktime import parse_duration
from svyazka.web.process.words import KINDS, LEVELS, STRENGTHS, Words, say_due, say_span

_PARTS: Final[Mapping[str, str | Promise]] = {
    "name": pgettext_lazy("part", "name"),
    "goal": pgettext_lazy("part", "goal"),
    "result": pgettext_lazy("part", "result"),
    "accountable": pgettext_lazy("part", "who answers for it"),
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
    "pauses": pgettext_lazy("part", "whether the clock stands while the client thinks"),
    "to_client": pgettext_lazy("part", "whether it is promised to the client"),
    "label": pgettext_lazy("part", "label"),
    "hint": pgettext_lazy("part", "hint"),
    "kind": pgettext_lazy("part", "kind"),
    "required": pgettext_lazy("part", "whether it is mandatory"),
}
_SENTENCES: Final[Mapping[tuple[str, str], str | Promise]] = {
    ("stage", "added"): gettext_lazy("A new stage: “%(name)s”"),
    ("stage", "removed"): gettext_lazy("The stage “%(name)s” is gone"),
    ("stage", "moved"): gettext_lazy("The stage “%(name)s” has another place"),
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
    """All changes, and the parts of the text that differ without being told one by one."""

    told: tuple[Told, ...]
    elsewhere: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the two say the same."""
        return not self.told and not self.elsewhere


def compared(old: Process, new: Process, language: str) -> Comparison:
    """What changed from ``old`` to ``new``, in ``language``."""
    before, after = Words(old, language), Words(new, language)
    told = tuple(_tell(change, before, after) for change in differences(old, new))
    sections = (
        (old.reasons != new.reasons, _("Reasons of a loss")),
        (old.agendas != new.agendas, _("Agendas")),
        (old.goals != new.goals, _("Goals")),
        ((old.roles, old.criteria) != (new.roles, new.criteria), _("Roles")),
    )
    return Comparison(told, tuple(name for differs, name in sections if differs))


def _tell(change: Change, before: Words, after: Words) -> Told:
    words = before if change.code == "removed" else after
    stage, name = _names(change, words)
    sentence = str(_SENTENCES[change.subject, change.code]) % {
        "name": name, "stage": stage, "part": _part(change.part, words),
    }  # fmt: skip
    if change.code in {"added", "removed"}:
        return Told(change, sentence, "", "")
    return Told(change, sentence, _value(change, change.old, before), _value(change, change.new, after))


def _names(change: Change, words: Words) -> tuple[str, str]:
    """The stage (of a check) and the name of what changed."""
    process = words.process
    match change.subject:
        case "stage":
            return "", words.say(process.stage(change.path).name)
        case "check":
            key, _dot, check = change.path.partition(".")
            stage = process.stage(key)
            return words.say(stage.name), words.say(stage.check(check).text)
        case "term":
            return "", words.say(process.term(change.path).text)
    return "", words.say(process.field(change.path).label)


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
    "strength": lambda code, _words: str(STRENGTHS[code]),
    "kind": lambda code, _words: str(KINDS[code]),
    "opens": lambda code, words: words.event(code),
    "closes": lambda code, words: words.event(code),
    "fact": lambda code, words: words.event(code),
    "waits_for": lambda _code, _words: _("the client’s"),
}
