"""What all the rules are worth, and one rule with the deals behind its numbers."""

from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.presale.insight.worth import (
    A_PAGE,
    Side,
    all_deals_of_rule,
    deals_of_rule,
    rule_alone,
    what_rules_are_worth,
)
from svyazka.presale.journal.values import Actor
from svyazka.speech.deal_tables import deals_table
from svyazka.speech.refusals import STATUSES
from svyazka.speech.tables import Table
from svyazka.web.jinja import render
from svyazka.web.ui import downloads
from svyazka.web.ui.guard import guarded
from svyazka.web.worth import tables, telling

YEAR: Final = timedelta(days=365)
LONG: Final = 16
"""No id has so many digits."""


def _since(request: HttpRequest) -> datetime | None:
    """The first moment of the day a year ago, so that what is counted stays the same all day; None for all deals."""
    if request.GET.get("period") == "all":
        return None
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) - YEAR


@require_safe
@guarded("overview.see")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Each rule of the process, in its order."""
    since = _since(request)
    found = what_rules_are_worth(viewer=actor, since=since)
    told = telling.told(found, get_language() or "")
    if file := downloads.asked_for(request, {"rules": lambda: tables.rules(told)}):
        return file
    context = {
        "told": told,
        "is_all": since is None,
        "limits": telling.LIMITS,
        "files": downloads.links(request),
        "is_alone": False,
    }
    return render(request, "worth/page.html", context)


@require_safe
@guarded("overview.see")
def alone(request: HttpRequest, actor: Actor, rule: str) -> HttpResponse:
    """One rule: its formula with the numbers in it, the groups of deals alike, and the deals of a side."""
    since, typed = _since(request), request.GET.get("after", "")
    side: Side = "broken" if request.GET.get("side") == "broken" else "kept"
    after = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < LONG else None
    found = rule_alone(rule, viewer=actor, since=since)
    told = telling.told_alone(found, get_language() or "")
    share = found.worth.kept if side == "kept" else found.worth.broken
    title = f"{told.rule.text}: {telling.say_side(side)}"

    def table() -> Table:
        every = all_deals_of_rule(rule, side, viewer=actor, since=since)
        return deals_table(title, ((deal, ()) for deal in every))

    if file := downloads.asked_for(request, {"deals": table, "groups": lambda: tables.groups(told)}):
        return file
    rows = deals_of_rule(rule, side, viewer=actor, since=since, after=after)
    context = {
        "told": told,
        "head": telling.say_head(side, share),
        "files": {name: downloads.links(request, name) for name in ("deals", "groups")},
        "is_alone": True,
        "side": side,
        "is_all": since is None,
        "deals": rows[:A_PAGE],
        "after": rows[A_PAGE - 1].id if len(rows) > A_PAGE else None,
        "is_first": after is None,
        "statuses": STATUSES,
    }
    return render(request, "worth/rule.html", context)
