"""How the rules were kept, a line each: the process's in their order, then what no rule had asked for."""

from collections.abc import Mapping
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from svyazka.engine.postmortem import PostMortem, RuleKept
from svyazka.engine.process import Process
from svyazka.speech.causes import Whats
from svyazka.web.postmortem.lines import RuleLine

How = Literal["kept", "late", "broken", "waived"]

_STATES: Final[Mapping[How, str | Promise]] = {
    "kept": pgettext_lazy("rule", "in time"),
    "late": pgettext_lazy("rule", "late"),
    "broken": pgettext_lazy("rule", "not done"),
    "waived": pgettext_lazy("rule", "waived"),
}


def rule_lines(found: PostMortem, process: Process, whats: Whats, language: str) -> list[RuleLine]:
    """The rules that a deal has tried. What no rule had asked for is named one by one where it wasn't kept."""
    names = {term.key: term.text.say(language) for term in process.terms}
    lines = list[RuleLine]()
    for rule in found.rules:
        if rule.term in names:
            lines.append(_line(names[rule.term], _counts(rule)))
        else:
            lines += _unruled(rule, whats)
    return lines


def _counts(rule: RuleKept) -> dict[How, int]:
    ids: dict[How, tuple[int, ...]] = {
        "kept": rule.kept, "late": rule.late, "broken": rule.broken, "waived": rule.waived
    }  # fmt: skip
    return {how: len(found) for how, found in ids.items()}


def _unruled(rule: RuleKept, whats: Whats) -> list[RuleLine]:
    told = dict[str, dict[How, int]]()
    failed: tuple[tuple[How, tuple[int, ...]], ...] = (
        ("late", rule.late), ("broken", rule.broken), ("waived", rule.waived)
    )  # fmt: skip
    for how, ids in failed:
        for one in ids:
            counts = told.setdefault(whats.of(one), {})
            counts[how] = counts.get(how, 0) + 1
    if rule.kept:
        told.setdefault(_("Other promises"), {})["kept"] = len(rule.kept)
    return [_line(what, counts) for what, counts in told.items()]


def _line(what: str, counts: Mapping[How, int]) -> RuleLine:
    states = tuple(
        (how, str(_STATES[how]) if number == 1 else f"{_STATES[how]} × {number}")
        for how, number in counts.items()
        if number
    )
    return RuleLine(what, states, is_kept=all(how == "kept" for how, _said in states))
