"""How a deal went in a few sentences."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from svyazka.engine.postmortem import PostMortem
from svyazka.presale.deals.queries import DealRow
from svyazka.speech.causes import say_cause
from svyazka.speech.times import day, worktime


def lead_of(row: DealRow, found: PostMortem, stage: str) -> list[str]:
    """The outcome, whose time it was, what helped and what held it up: a won deal begins with what helped.

    :param stage: the name of the stage in which the deal ended
    """
    helped, held_up = _helped(found), _held_up(found)
    rest = [*helped, *held_up] if row.status == "won" else [*held_up, *helped]
    return [_outcome(row, found, stage), *_whose_time(found), *rest]


def _outcome(row: DealRow, found: PostMortem, stage: str) -> str:
    said = {"day": day(row.closed_at or row.received_at), "time": worktime(found.minutes), "stage": stage}
    if row.status == "won":
        return _("The contract was signed on %(day)s, %(time)s of working time after the request.") % said
    if row.status == "lost":
        return (
            _(
                "The deal was lost on %(day)s at the stage “%(stage)s”, %(time)s of working time after the request."
            )
            % said
        )
    return _("We declined the request on %(day)s, %(time)s of working time after it came in.") % said


def _whose_time(found: PostMortem) -> list[str]:
    held: Counter[str] = Counter()
    for share in found.shares:
        held[share.kind] += share.minutes
    words = (
        ("person", _("ours %(time)s")),
        ("client", _("the client’s %(time)s")),
        ("queue", _("nobody’s %(time)s")),
    )
    parts = [text % {"time": worktime(held[kind])} for kind, text in words if held[kind]]
    return [_("Whose move it was: %(parts)s.") % {"parts": ", ".join(parts)}] if parts else []


def _helped(found: PostMortem) -> list[str]:
    said = []
    if found.saves:
        said.append(
            ngettext(
                "Once a colleague saved the date in spite of another’s delay.",
                "%(num)s times colleagues saved the date in spite of others’ delays.",
                len(found.saves),
            )
            % {"num": len(found.saves)}
        )
    kept, count = sum(len(rule.kept) for rule in found.rules), sum(rule.count for rule in found.rules)
    if count and kept == count:
        said.append(_("All promises were kept in time."))
    elif count:
        said.append(_("Promises kept in time: %(kept)s of %(count)s.") % {"kept": kept, "count": count})
    return said


def _held_up(found: PostMortem) -> list[str]:
    if not found.causes:
        return []
    first = max(found.causes, key=lambda one: one.minutes)
    cause = say_cause(first.cause)
    return [
        _("What cost most time: %(cause)s, %(time)s.")
        % {"cause": cause[:1].lower() + cause[1:], "time": worktime(first.minutes)}
    ]
