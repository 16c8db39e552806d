"""The library as it is shown in a meeting."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from svyazka.engine.industries import plain_industry
from svyazka.presale.cases.queries import cases, industries_told
from svyazka.presale.journal.values import Actor
from svyazka.web.jinja import render
from svyazka.web.ui.guard import guarded

SHOWN: Final = 24
"""So many stand on a page."""
LONGEST: Final = 100


@require_safe
@guarded("case.see")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All cases, newest first; ``industry`` and ``q`` sieve them."""
    industry = " ".join(request.GET.get("industry", "").split())[:LONGEST]
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    told = industries_told(viewer=actor)
    known = next((name for name in told if plain_industry(name) == plain_industry(industry)), industry)
    found = cases(viewer=actor, industry=industry, text=text)
    start = SHOWN * (_number(request.GET.get("page", "")) - 1)
    sieve = {"industry": industry, "q": text}
    context = {
        "cases": found[start : start + SHOWN],
        "industry": known,
        "industries": [(name, f"{name} ({number})") for name, number in told.items()],
        "unknown": known if known not in told else "",
        "text": text,
        "sieved": bool(industry or text),
        "previous": _page(sieve, start - SHOWN) if start > 0 else None,
        "next": _page(sieve, start + SHOWN) if start + SHOWN < len(found) else None,
    }  # fmt: skip
    return render(request, "cases/page.html", context)


def _number(typed: str) -> int:
    return max(int(typed), 1) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 1


def _page(sieve: dict[str, str], start: int) -> str:
    chosen = {key: value for key, value in sieve.items() if value}
    return "?" + urlencode([*chosen.items(), ("page", str(start // SHOWN + 1))])
