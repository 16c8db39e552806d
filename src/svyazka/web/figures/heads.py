"""The number that a list of deals was opened from: what it is, of what, and by which formula."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.engine.figures import Step
from svyazka.engine.intervals import wilson
from svyazka.engine.process import Process
from svyazka.presale.insight.figures import Figures
from svyazka.speech.times import number, percent
from svyazka.speech.week.telling import probably
from svyazka.web.figures import telling
from svyazka.web.figures.names import stage_name
from svyazka.web.figures.telling import Told, time_between


def head(which: str, seen: Figures, process: Process) -> Told:
    """What stands above the list: a count with what it is a part of, else the figure of the page whose deals it has."""
    kind, _point, key = which.partition(".")
    if key and kind in {"why", "why_in"}:
        return _reason(*(("", key) if kind == "why" else key.split(".", 1)), seen=seen)
    if key:
        step = next((one for one in seen.steps if one.stage == key), Step(key))
        return _stay(step) if kind == "stay" else _staged(kind, step, seen)
    if which in _COUNTS:
        return _outcome(which, seen)
    told = (*telling.work(seen, process, str), *telling.economics(seen, process, str))
    return next(one for one in told if one.href == _LIKE.get(which, which))


def has_times(which: str) -> bool:
    """Whether it speaks of medians, for which the histograms have to be read."""
    kind, _point, key = which.partition(".")
    return kind == "stay" if key else which not in _COUNTS


_LIKE: Final = {"minutes_won": "meetings_won"}
"""Lists of which another one's figure speaks."""
_COUNTS: Final[Mapping[str, Callable[[Figures], int]]] = {
    "received": lambda seen: seen.outcomes.received, "won": lambda seen: seen.outcomes.won, "lost": lambda seen: seen.outcomes.lost,
    "declined": lambda seen: seen.outcomes.declined, "open": lambda seen: seen.outcomes.open,
    "decided": lambda seen: seen.outcomes.won + seen.outcomes.lost,
}  # fmt: skip


def _outcome(which: str, seen: Figures) -> Told:
    words = {
        "won": pgettext("deals", "won"), "lost": pgettext("deals", "lost"), "declined": pgettext("deals", "declined by us"),
        "open": pgettext("deals", "still open"), "decided": pgettext("deals", "decided by the client"),
    }  # fmt: skip
    total, count = seen.outcomes.received, _COUNTS[which](seen)
    if which == "received":
        label = ngettext("request received", "requests received", total)
        return _count(
            count, label, "", _("All requests received in the period; duplicates and spam are left out.")
        )
    rate = seen.outcomes.win_rate
    if which == "decided" and rate is not None:
        note = _("%(share)s of them won, %(between)s") % {
            "share": percent(rate.value),
            "between": probably(rate),
        }
    else:
        note = _share(count, total)
    told = {one.href: one.formula for one in telling.main(seen, str)}
    return _count(count, f"{words[which]}, {_of_received(total)}", note, told.get(which, ""))


def _staged(kind: str, step: Step, seen: Figures) -> Told:
    words = {
        "entered": _("entered the stage"), "passed": _("went on from the stage"), "lost": _("lost in the stage"),
        "declined": _("declined in the stage"), "here": _("in the stage now"),
    }  # fmt: skip
    count = {
        "entered": step.entered,
        "passed": step.passed,
        "lost": step.lost,
        "declined": step.declined,
        "here": step.here,
    }[kind]
    if kind == "entered":
        total = seen.outcomes.received
        of = _of_received(total)
    else:
        total = step.entered
        of = ngettext("of %(total)s that entered it", "of %(total)s that entered it", total) % {
            "total": number(total)
        }
    return _count(count, f"{words[kind]}, {of}", _share(count, total))


def _stay(step: Step) -> Told:
    stays = sum((step.stay or {}).values())
    note = ngettext("%(count)s stay", "%(count)s stays", stays) % {"count": number(stays)}
    if step.most is not None:
        most = _("80%% within %(time)s") % {"time": time_between(step.most)}
        note = f"{most}, {note}"
    median = time_between(step.median)
    return Told(median, _("time in stage, median"), note, "", "")


def _reason(stage: str, reason: str, *, seen: Figures) -> Told:
    """A reason in all, or at one stage."""
    found = {one.reason: one.by_stage.get(stage, 0) if stage else one.count for one in seen.causes}
    count, total = found.get(reason, 0), sum(found.values())
    of = ngettext(
        "for this reason, of %(total)s deal that ended without a contract", "for this reason, of %(total)s deals that ended without a contract", total
    ) % {"total": number(total)}  # fmt: skip
    if stage:
        of = _("%(of)s at the stage “%(stage)s”") % {"of": of, "stage": stage_name(stage)}
    return _count(count, of, _share(count, total))


def _of_received(total: int) -> str:
    return ngettext("of %(total)s request received", "of %(total)s requests received", total) % {
        "total": number(total)
    }


def _share(count: int, total: int) -> str:
    """Which part it is, with the interval."""
    share = wilson(count, total)
    return f"{percent(share.value)}, {probably(share)}" if share else ""


def _count(count: int, label: str, note: str, formula: str = "") -> Told:
    return Told(number(count), label, note, formula, "")
