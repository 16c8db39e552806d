"""Expert requests in words: levels, why somebody is proposed, what speaks against him."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from svyazka.engine.matching import Barrier, Reason, Value
from svyazka.engine.matching_rules import BARRIERS
from svyazka.presale.channels.port import Action
from svyazka.presale.experts.queries import may_answer, sendable
from svyazka.presale.journal.values import Actor
from svyazka.speech.times import day_short, worktime

LEVELS: Final[Mapping[int, str | Promise]] = {
    1: pgettext_lazy("level", "knows the basics"),
    2: pgettext_lazy("level", "works independently"),
    3: pgettext_lazy("level", "teaches others"),
}
KINDS: Final[Mapping[str, str | Promise]] = {
    "expert": pgettext_lazy("expert request", "Full engagement"),
    "triage": pgettext_lazy("expert request", "Fifteen-minute triage"),
}


def say_level(level: int) -> str:
    """«работает самостоятельно»; for 0 that he doesn't have it."""
    return str(LEVELS.get(level) or pgettext("level", "not among the competences"))


def answers_to(request_id: int, *, takes: bool = True, sends: bool = True) -> tuple[tuple[Action, ...], ...]:
    """What an open expert request can be answered with by one press.

    :param takes: whether the reader may go himself
    :param sends: whether he may send somebody
    """
    take = Action(pgettext("button", "I take it"), f"claim:{request_id}")
    send = Action(pgettext("button", "My person"), f"send:{request_id}")
    goes = (*([take] if takes else []), *([send] if sends else []))
    said = (
        Action(pgettext("button", "Not ours"), f"no:{request_id}"),
        Action(pgettext("button", "Need more"), f"more:{request_id}"),
    )
    return (goes, said) if goes else (said,)


def answers_for(request_id: int, viewer: Actor) -> tuple[tuple[Action, ...], ...]:
    """The same for one reader: what he may do; nothing for who may not answer."""
    if not may_answer(viewer):
        return ()
    return answers_to(request_id, takes="expert" in viewer.roles, sends=bool(sendable(viewer=viewer)))


def say_barriers(codes: list[str] | tuple[str, ...]) -> str:
    """What speaks against somebody: «отсутствует все нужные дни; …»."""
    return "; ".join(_against(code) for code in codes if code in BARRIERS)


def _against(code: str) -> str:
    said = BARRIERS[code].say(get_language() or "")
    return said[:1].lower() + said[1:]  # a sentence on the page of the rules, a part of one everywhere else


def say_barrier(barrier: Barrier) -> str:
    """One thing that speaks against somebody, with its figures."""
    if barrier.code == "over_capacity":
        free = max(0, _number(barrier.values, "free"))
        return _("%(free)s of presale time left, the work takes %(minutes)s") % {
            "free": worktime(free),
            "minutes": worktime(_number(barrier.values, "minutes")),
        }
    return _against(barrier.code)


def say_reason(reason: Reason) -> str:
    """Why these points: the figures that the rule went by."""
    return _SAID[reason.code](reason.values)


def _number(values: Mapping[str, Value], key: str) -> int:
    value = values.get(key)
    return value if isinstance(value, int) else 0


def _competence(values: Mapping[str, Value]) -> str:
    level, wanted = _number(values, "level"), _number(values, "wanted")
    told = {"competence": values["competence"], "level": say_level(level), "wanted": say_level(wanted)}
    if level >= wanted:
        return _("%(competence)s: %(level)s") % told
    return _("%(competence)s: %(level)s, asked for: %(wanted)s") % told


def _industry(values: Mapping[str, Value]) -> str:
    level = _number(values, "level")
    if not level:
        return _("the client’s industry isn’t in the profile")
    return _("the client’s industry: %(level)s") % {"level": say_level(level)}


def _deals(values: Mapping[str, Value]) -> str:
    deals = _number(values, "deals")
    said = ngettext(
        "expert on %(num)d deal in this industry, won: %(won)d",
        "expert on %(num)d deals in this industry, won: %(won)d",
        deals,
    )
    return said % {"num": deals, "won": _number(values, "won")}


def _free_time(values: Mapping[str, Value]) -> str:
    return _("%(free)s free for presale, the work takes %(minutes)s") % {
        "free": worktime(max(0, _number(values, "free"))),
        "minutes": worktime(_number(values, "minutes")),
    }


def _presence(values: Mapping[str, Value]) -> str:
    away, days = _number(values, "away"), _number(values, "days")
    if not away:
        return _("at work on all the days wanted")
    return _("away on %(away)d of the %(days)d days wanted") % {"away": away, "days": days}


def _fairness(values: Mapping[str, Value]) -> str:
    taken = _number(values, "taken")
    said = ngettext(
        "%(num)d request taken lately, the most anybody has taken: %(largest)d",
        "%(num)d requests taken lately, the most anybody has taken: %(largest)d",
        taken,
    )
    return said % {"num": taken, "largest": _number(values, "largest")}


def _projects(values: Mapping[str, Value]) -> str:
    hours = _number(values, "hours")
    said = ngettext("%(num)d hour a week on projects", "%(num)d hours a week on projects", hours)
    return said % {"num": hours}


def _milestone(values: Mapping[str, Value]) -> str:
    on = values["on"]
    assert isinstance(on, date)
    return _("project “%(project)s”: %(milestone)s, %(on)s") % {
        "project": values["project"],
        "milestone": values["milestone"] or pgettext("project", "milestone"),
        "on": day_short(on),
    }


_SAID: Final[Mapping[str, Callable[[Mapping[str, Value]], str]]] = {
    "competence": _competence,
    "industry": _industry,
    "deals": _deals,
    "free_time": _free_time,
    "presence": _presence,
    "unit": lambda _values: _("from the unit that will deliver"),
    "asked": lambda _values: _("asked for by name"),
    "fairness": _fairness,
    "projects": _projects,
    "milestone": _milestone,
}
