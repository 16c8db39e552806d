"""All deals of one line of a rehearsal, or of a check in the shadow."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.journal.values import Actor
from svyazka.presale.reviews.rehearsal import MOST
from svyazka.speech.refusals import STATUSES
from svyazka.web.jinja import render
from svyazka.web.ui.guard import guarded
from svyazka.web.ui.said import whole_number

A_PAGE: Final = 50


@require_safe
@guarded("ladder.see")
def deals(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The deals that the address names, in its order: a rehearsal is kept nowhere, so that the line itself says which they are."""
    typed = request.GET.get("of", "").split(".")[:MOST]
    ids = list(dict.fromkeys(one for text in typed if (one := whole_number(text))))
    pages = max(1, -(-len(ids) // A_PAGE))
    page = min(max(whole_number(request.GET.get("page", "1")) or 1, 1), pages)
    here = ids[(page - 1) * A_PAGE : page * A_PAGE]
    rows = rows_by_id(here, viewer=actor)
    spelled = ".".join(map(str, ids))
    context = {
        "rows": [rows[pk] for pk in here if pk in rows], "statuses": STATUSES, "number": len(ids),
        "before": f"?of={spelled}&page={page - 1}" if page > 1 else None,
        "after": f"?of={spelled}&page={page + 1}" if page < pages else None,
    }  # fmt: skip
    return render(request, "process/rehearsed.html", context)
