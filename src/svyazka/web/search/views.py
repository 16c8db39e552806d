"""One box for everything: deals by number, title or client, clients, people."""

import unicodedata
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.presale.deals.queries import (
    DealRow,
    Filters,
    FoundClient,
    clients_found,
    deal_rows,
    parse_number,
)
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import PersonCard, directory
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import current_process, process_version
from svyazka.speech.process_words import say_role
from svyazka.speech.refusals import STATUSES
from svyazka.web.jinja import render
from svyazka.web.ui.guard import actor_in

LIMIT = 30
LONGEST = 100
_PLAIN = str.maketrans("\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{MINUS SIGN}№", "--- ")


@dataclass(frozen=True, slots=True)
class FoundDeal:
    """A deal with what tells it from others."""

    deal: DealRow
    stage: str
    manager: str


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A colleague with his presale roles in words."""

    card: PersonCard
    roles: str


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What was found; a deal's whole number leads straight to the deal."""
    viewer = actor_in(request)
    text = cleaned(request.GET.get("q", ""))
    deals = deal_rows(viewer=viewer, filters=Filters(status=None, text=text), limit=LIMIT + 1) if text else ()
    if deals and parse_number(text) is not None:
        return redirect(f"/deals/{deals[0].path}/")
    context = {
        "text": text,
        "deals": [_deal(row) for row in deals[:LIMIT]],
        "more": len(deals) > LIMIT,
        "clients": _clients(viewer, text),
        "people": _people(viewer, text),
        "limit": LIMIT,
        "statuses": STATUSES,
    }
    return render(request, "search/page.html", context)


def cleaned(typed: str) -> str:
    """What was typed in one form of each letter and digit, without blanks around it or signs no database takes."""
    text = unicodedata.normalize("NFKC", typed.translate(_PLAIN))
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST]


def _deal(row: DealRow) -> FoundDeal:
    stage = process_version(row.process_number).stage(row.stage)
    return FoundDeal(row, stage.name.say(get_language() or ""), directory().name(row.manager_id))


def _clients(viewer: Actor, text: str) -> tuple[FoundClient, ...]:
    # a client of one deal is met there already
    return tuple(one for one in clients_found(viewer=viewer, text=text) if one.deals > 1)


def _people(viewer: Actor, text: str) -> list[FoundPerson]:
    """Active people whose names begin with each of the words, in any order, ё and е alike."""
    words = _folded(text).split()
    if not words or not may(viewer, "people.see"):
        return []
    found = [
        card
        for card in directory().people.values()
        if card.is_active and all(any(part.startswith(word) for part in _names(card)) for word in words)
    ]
    return [FoundPerson(card, _roles(card)) for card in found[:LIMIT]]


def _names(card: PersonCard) -> list[str]:
    return [*_folded(card.full_name).replace("-", " ").split(), card.email.casefold()]


def _roles(card: PersonCard) -> str:
    language = get_language() or ""
    process = current_process()[1]
    return ", ".join(
        say_role(role, process, language) for role in (*sorted(card.duties), *sorted(card.roles))
    )


def _folded(text: str) -> str:
    return text.casefold().replace("ё", "е")
