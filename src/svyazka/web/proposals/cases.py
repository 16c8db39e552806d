"""The cases behind a proposal's figure: what it counts before the change, and since."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.process.queries import process_version
from svyazka.presale.reviews.proposal_cases import Behind, Case, cases_behind, every_case
from svyazka.presale.reviews.proposal_rows import SINCE
from svyazka.presale.reviews.values import CONVERSION, TERM_KEPT, TIME_IN_STAGE
from svyazka.speech.deal_tables import deals_table
from svyazka.speech.refusals import OUTCOMES, STATUSES
from svyazka.speech.tables import Column, Table
from svyazka.speech.times import day_short, worktime
from svyazka.web.jinja import render
from svyazka.web.proposals.views import words_now
from svyazka.web.proposals.words import Words
from svyazka.web.ui import downloads
from svyazka.web.ui.guard import guarded
from svyazka.web.ui.said import whole_number

_LAST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A case in words. ``state`` is how the deal or the commitment stands; a stay has only its words."""

    case: Case
    when: str
    state: str
    words: str


@require_safe
@guarded("proposal.see")
def listing(request: HttpRequest, actor: Actor, proposal_id: int, side: str) -> HttpResponse:
    """All of them, or with ``counted`` only what a share counts."""
    at, good = timezone.now(), request.GET.get("counted") == "1"
    number = min(max(whole_number(request.GET.get("page", "")) or 1, 1), _LAST_PAGE)
    try:
        found = cases_behind(
            proposal_id=proposal_id, side=side, viewer=actor, at=at, good=good, page=number
        )  # fmt: skip
    except NotFound:
        raise Http404 from None
    row, words = found.row, words_now(found.row.version)
    title = words.side(row, side)
    every = partial(every_case, proposal_id=proposal_id, side=side, viewer=actor, at=at, good=good)
    if file := downloads.asked_for(request, {"cases": lambda: table(title, found, every())}):
        return file

    def href(page: int = 1, *, counted: bool = good) -> str:
        there = reverse("proposals:cases", args=(proposal_id, side))
        asked = {"counted": 1} if counted else {}
        query = urlencode(asked | ({"page": page} if page > 1 else {}))
        return f"{there}?{query}" if query else there

    context = {
        "found": found, "row": row, "words": words, "title": title, "lines": [_line(one, words, found) for one in found.cases],
        "tabs": _tabs(found, words, href(counted=False), href(counted=True), good=good), "files": downloads.links(request),
        "kept_on": row.decided_at if side == SINCE else row.taken_at,
        "before": href(number - 1) if number > 1 else None, "after": href(number + 1) if found.more else None,
    }  # fmt: skip
    return render(request, "proposals/cases.html", context)


def _tabs(found: Behind, words: Words, every: str, counted: str, *, good: bool) -> list[dict[str, object]]:
    """All cases, and those that a share counts; a median has no such part."""
    if found.row.figure == TIME_IN_STAGE:
        return []
    figure = found.figure
    return [
        {"label": pgettext("proposal’s cases", "All"), "href": every, "current": not good, "count": figure.cases},
        {"label": words.counted(found.row), "href": counted, "current": good, "count": figure.won},
    ]  # fmt: skip


def _line(case: Case, words: Words, found: Behind) -> Line:
    kind, deal = found.row.figure, case.deal
    received = kind == CONVERSION
    when = f"{pgettext('row', 'received') if received else pgettext('row', 'ended')} {day_short(case.at)}"
    if kind == TERM_KEPT:
        return Line(case, when, case.said, str(OUTCOMES[case.said]))
    if kind == TIME_IN_STAGE:
        return Line(case, when, "", worktime(case.minutes or 0))
    if deal.status == "open":
        return Line(
            case, when, "open", process_version(deal.process_number).stage(deal.stage).name.say(words.language)
        )  # fmt: skip
    if deal.status == "won" and not case.is_good:
        return Line(case, when, "cancelled", _("won later"))
    return Line(
        case, when, deal.status if deal.status in {"won", "lost"} else "cancelled", str(STATUSES[deal.status])
    )  # fmt: skip


def table(title: str, found: Behind, cases: Iterable[Case]) -> Table:
    """The cases as a file: the deals, with what each case brings to the figure."""
    row = found.row
    if row.figure == TIME_IN_STAGE:
        more = (Column(pgettext("row", "Ended"), "date"), Column(_("Time in stage"), "minutes"))
        return deals_table(title, ((one.deal, (one.at, one.minutes)) for one in cases), *more)
    if row.figure == TERM_KEPT:
        more = (Column(pgettext("row", "Ended"), "date"), Column(pgettext("commitments", "Outcome")))
        return deals_table(title, ((one.deal, (one.at, str(OUTCOMES[one.said]))) for one in cases), *more)
    words = words_now(row.version).counted(row)
    yes, no = pgettext("table", "yes"), pgettext("table", "no")
    return deals_table(title, ((one.deal, (yes if one.is_good else no,)) for one in cases), Column(words))
