"""The board, its live body, and the list behind each column."""

from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.presale.deals.queries import board_cards, deal_rows, sources
from svyazka.presale.deals.shadow import latest_open_act
from svyazka.presale.journal.values import Actor
from svyazka.web.board.cards import Dealer
from svyazka.web.board.lanes import lanes
from svyazka.web.board.sieve import Sieve, read_id, read_sieve
from svyazka.web.jinja import render
from svyazka.web.ui.guard import actor_in

A_COLUMN: Final = 40
A_PAGE: Final = 50


def ours(request: HttpRequest) -> Actor:
    """Whoever is signed in, as an actor, for parts of the page; a partner agent has no board.

    :raises Http404: he is a partner agent
    """
    actor = actor_in(request)
    if actor.is_agent:
        raise Http404
    return actor


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Open deals by stage, the most urgent first. A partner agent is shown his leads instead."""
    actor = actor_in(request)
    if actor.is_agent:
        return redirect("window:queue")
    sieve, now = read_sieve(request.GET), timezone.now()
    context = _body(actor, sieve, now)
    people = context["people"]
    context |= {
        "units": [(unit.id, unit.name) for unit in people.units.values()],
        "persons": [(card.id, card.full_name) for card in people.active()],
    }
    return render(request, "board/page.html", context)


@require_safe
def columns(request: HttpRequest) -> HttpResponse:
    """The board's body alone, for those who look at it already."""
    return render(
        request, "board/_columns.html", _body(ours(request), read_sieve(request.GET), timezone.now())
    )


def _body(actor: Actor, sieve: Sieve, now: datetime) -> dict[str, Any]:
    revision = (
        latest_open_act()
    )  # before the deals are read: what changes meanwhile is fetched by the next poll
    dealer = Dealer(get_language() or "", now)
    shown = lanes(dealer.language)
    found = board_cards(
        viewer=actor, filters=sieve.filters(now), stages=[lane.key for lane in shown], limit=A_COLUMN
    )
    filled = [
        (lane, count, dealer.deal(rows))
        for lane, (count, rows) in zip(shown, found, strict=True)
        if count or not lane.is_old
    ]
    return {
        "columns": filled,
        "ropes": dealer.ropes,
        "revision": revision,
        "sieve": sieve,
        "people": dealer.people,
    }


@require_safe
def revision(request: HttpRequest) -> HttpResponse:
    """The journal's newest entry: whoever looks at the board asks whether anything has changed."""
    ours(request)
    tag = f'"{latest_open_act()}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(status=200, headers={"ETag": tag, "Cache-Control": "no-store"})


@require_safe
def source_names(request: HttpRequest) -> HttpResponse:
    """Where requests have come from, for the filter to offer; fetched only when somebody turns to it."""
    ours(request)
    return render(request, "board/_sources.html", {"sources": sources()})


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Open deals as a list, newest first, fifty a page: everything that a column has no room for."""
    actor, sieve, now = ours(request), read_sieve(request.GET), timezone.now()
    dealer = Dealer(get_language() or "", now)
    known = {lane.key: lane for lane in lanes(dealer.language)}
    stage = known.get(request.GET.get("stage", ""))
    rows = deal_rows(
        viewer=actor, filters=sieve.filters(now, stage.key if stage else None), limit=A_PAGE + 1,
        after=read_id(request.GET, "after"),
    )  # fmt: skip
    page = rows[:A_PAGE]
    more = sieve.query(stage=stage.key if stage else None, after=page[-1].id) if len(rows) > A_PAGE else None
    context = {
        "cards": dealer.deal(page), "stage": stage, "stages": [(lane.key, lane.name) for lane in known.values()],
        "sieve": sieve, "next": more, "is_first": "after" not in request.GET,
        "units": [(unit.id, unit.name) for unit in dealer.people.units.values()],
        "persons": [(card.id, card.full_name) for card in dealer.people.active()],
    }  # fmt: skip
    return render(request, "board/list.html", context)
