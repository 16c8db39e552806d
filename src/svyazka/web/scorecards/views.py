"""Scorecards: one's own, those that one may see, and the rows behind each figure."""

from collections.abc import Callable
from functools import partial
from itertools import groupby
from typing import Final, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from svyazka.engine.clock import Breach, Save
from svyazka.engine.pooling import FEWEST_CASES, FEWEST_PEOPLE
from svyazka.presale.insight.behind import cases_behind
from svyazka.presale.insight.breaches import Lines, breaches_of, saves_of
from svyazka.presale.insight.case_figures import TIMES
from svyazka.presale.insight.scorecards import Card, cards_to_see, scorecard
from svyazka.presale.journal.values import Actor
from svyazka.presale.process.queries import current_process
from svyazka.speech.tables import Table
from svyazka.web.jinja import render
from svyazka.web.scorecards import tables
from svyazka.web.scorecards.behind import Slip, said_breaches, said_rows, said_saves
from svyazka.web.scorecards.shown import said_figure, said_roles
from svyazka.web.scorecards.words import FORMULAS, NO_ROLE, say_figure, say_role_title, say_term
from svyazka.web.ui import downloads
from svyazka.web.ui.guard import actor_in

_Found = TypeVar("_Found", Breach, Save)
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
    if file := downloads.asked_for(request, _files(card)):
        return file
    seen = cards_to_see(viewer=viewer)
    units = [(unit, tuple(cards)) for unit, cards in groupby(seen, key=lambda card: card.unit_name)]
    return render(request, "scorecards/page.html", {**_shown(request, card, viewer), "units": units})


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody's card."""
    viewer, at = actor_in(request), timezone.now()
    card = scorecard(viewer=viewer, person_id=person_id, at=at)
    if file := downloads.asked_for(request, _files(card)):
        return file
    return render(request, "scorecards/page.html", {**_shown(request, card, viewer), "units": []})


def _files(card: Card) -> dict[str, Callable[[], Table]]:
    return {"figures": partial(tables.figures, card), "terms": partial(tables.terms, card)}


def _shown(request: HttpRequest, card: Card, viewer: Actor) -> dict[str, object]:
    language, at = get_language() or "", timezone.now()
    slipped = breaches_of(viewer=viewer, person_id=card.person.id, at=at, size=2 * _SHOWN)
    saved = saves_of(viewer=viewer, person_id=card.person.id, at=at, size=_LOOKED_AT)
    return {
        "card": card,
        "files": {name: downloads.links(request, name) for name in ("figures", "terms")},
        "roles": said_roles(card, language),
        "breaches": said_breaches(slipped, language)[:_SHOWN],
        "saves": said_saves(saved, language)[:_SHOWN],
        "fewest": FEWEST_CASES,
        "fewest_people": FEWEST_PEOPLE,
    }


@require_safe
def breaches(request: HttpRequest, person_id: int) -> HttpResponse:
    """All that slipped, newest first."""
    read = partial(breaches_of, viewer=actor_in(request), person_id=person_id, at=timezone.now())
    title, column = _("Where dates slipped"), pgettext("slip", "Late by")
    return _slips(request, read, said_breaches, kind="breaches", title=title, column=column)


@require_safe
def saves(request: HttpRequest, person_id: int) -> HttpResponse:
    """All that was saved, newest first."""
    read = partial(saves_of, viewer=actor_in(request), person_id=person_id, at=timezone.now())
    title, column = _("Where dates were saved"), pgettext("slip", "Saved")
    return _slips(request, read, said_saves, kind="saves", title=title, column=column)


def _slips(
    request: HttpRequest,
    read: Callable[..., Lines[_Found]],
    say: Callable[[Lines[_Found], str], tuple[Slip, ...]],
    *,
    kind: str,
    title: str,
    column: str,
) -> HttpResponse:
    """A page of slips, or all of them as a file; ``column`` is the head of their minutes."""
    language = get_language() or ""

    def table() -> Table:
        every = (slip for part in tables.all_pages(read) for slip in say(part, language))
        return tables.slips(title, every, column)

    found = read(page=_page(request))
    if file := downloads.asked_for(request, {"slips": table}):
        return file
    context = {"found": found, "slips": say(found, language), "kind": kind, "files": downloads.links(request)}
    return render(request, "scorecards/slips.html", context)


@require_safe
def rows(request: HttpRequest, person_id: int, role: str, figure: str) -> HttpResponse:
    """What a figure counts."""
    language, process, term = get_language() or "", current_process()[1], request.GET.get("term")
    code = "" if role == NO_ROLE else role
    read = partial(
        cases_behind, viewer=actor_in(request), person_id=person_id, role=code, key=figure, at=timezone.now(), term=term
    )  # fmt: skip
    name = (
        say_term(term, process, language) if term is not None else say_figure(figure, code, process, language)
    )
    behind = read(page=_page(request))

    def table() -> Table:
        return tables.rows(f"{behind.person.full_name}: {name}", said_rows(read(page=None), figure, language))

    if file := downloads.asked_for(request, {"rows": table}):
        return file
    context = {
        "behind": behind,
        "rows": said_rows(behind, figure, language),
        "name": name,
        "figure": said_figure(behind.figure, name, "") if behind.figure else None,
        "files": downloads.links(request),
        "role": say_role_title(code, process, language),
        "term": term,
        "formula": FORMULAS[figure],
        "is_time": figure in TIMES,
    }
    return render(request, "scorecards/rows.html", context)


def _page(request: HttpRequest) -> int:
    typed = request.GET.get("page", "")
    return max(int(typed), 1) if typed.isascii() and typed.isdigit() and len(typed) < _LONG else 1
