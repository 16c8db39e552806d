"""Scorecards: one's own, those that one may see, and the rows behind each figure."""

from itertools import groupby
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.engine.pooling import FEWEST_CASES, FEWEST_PEOPLE
from svyazka.presale.insight.behind import cases_behind
from svyazka.presale.insight.breaches import breaches_of, saves_of
from svyazka.presale.insight.case_figures import TIMES
from svyazka.presale.insight.scorecards import Card, cards_to_see, scorecard
from svyazka.presale.journal.values import Actor
from svyazka.presale.process.queries import current_process
from svyazka.web.jinja import render
from svyazka.web.scorecards.behind import said_breaches, said_rows, said_saves
from svyazka.web.scorecards.shown import said_roles
from svyazka.web.scorecards.words import FORMULAS, NO_ROLE, say_figure, say_role_title, say_term
from svyazka.web.ui.guard import actor_in

_SHOWN: Final = 5
"""Breaches and saves on the card itself; all of them are behind a link."""
_LOOKED_AT: Final = 60
_LONG: Final = 5
"""No page has so many digits."""


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My card, and under it whose else I may see."""
    viewer, at = actor_in(request), timezone.now()
    card = scorecard(viewer=viewer, person_id=viewer.me, at=at)
    seen = cards_to_see(viewer=viewer)
    units = [(unit, tuple(cards)) for unit, cards in groupby(seen, key=lambda card: card.unit_name)]
    return render(request, "scorecards/page.html", {**_shown(card, viewer), "units": units})


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody's card."""
    viewer, at = actor_in(request), timezone.now()
    card = scorecard(viewer=viewer, person_id=person_id, at=at)
    return render(request, "scorecards/page.html", {**_shown(card, viewer), "units": []})


def _shown(card: Card, viewer: Actor) -> dict[str, object]:
    language, at = get_language() or "", timezone.now()
    slipped = breaches_of(viewer=viewer, person_id=card.person.id, at=at, size=2 * _SHOWN)
    saved = saves_of(viewer=viewer, person_id=card.person.id, at=at, size=_LOOKED_AT)
    return {
        "card": card,
        "roles": said_roles(card, language),
        "breaches": said_breaches(slipped, language)[:_SHOWN],
        "saves": said_saves(saved, language)[:_SHOWN],
        "fewest": FEWEST_CASES,
        "fewest_people": FEWEST_PEOPLE,
    }


@require_safe
def breaches(request: HttpRequest, person_id: int) -> HttpResponse:
    """All that slipped, newest first."""
    found = breaches_of(viewer=actor_in(request), person_id=person_id, at=timezone.now(), page=_page(request))
    slips = said_breaches(found, get_language() or "")
    return render(request, "scorecards/slips.html", {"found": found, "slips": slips, "kind": "breaches"})


@require_safe
def saves(request: HttpRequest, person_id: int) -> HttpResponse:
    """All that was saved, newest first."""
    found = saves_of(viewer=actor_in(request), person_id=person_id, at=timezone.now(), page=_page(request))
    slips = said_saves(found, get_language() or "")
    return render(request, "scorecards/slips.html", {"found": found, "slips": slips, "kind": "saves"})


@require_safe
def rows(request: HttpRequest, person_id: int, role: str, figure: str) -> HttpResponse:
    """What a figure counts."""
    language, process, term = get_language() or "", current_process()[1], request.GET.get("term")
    code = "" if role == NO_ROLE else role
    behind = cases_behind(
        viewer=actor_in(request), person_id=person_id, role=code, key=figure, at=timezone.now(), term=term, page=_page(request)
    )  # fmt: skip
    context = {
        "behind": behind,
        "rows": said_rows(behind, figure, language),
        "name": say_figure(figure, code, process, language),
        "role": say_role_title(code, process, language),
        "term": term,
        "term_name": say_term(term, process, language) if term is not None else "",
        "formula": FORMULAS[figure],
        "is_time": figure in TIMES,
    }
    return render(request, "scorecards/rows.html", context)


def _page(request: HttpRequest) -> int:
    typed = request.GET.get("page", "")
    return max(int(typed), 1) if typed.isascii() and typed.isdigit() and len(typed) < _LONG else 1
