"""The bell: what somebody should know, and marking it read."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from svyazka.presale.commitments.queries import results_of
from svyazka.presale.deals.queries import DealRow, rows_by_id
from svyazka.presale.journal.values import Actor
from svyazka.presale.notices.commands import mark_read
from svyazka.presale.notices.queries import NoticeRow, latest_notices, notice_row
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_number, process_version
from svyazka.speech.acts import say_act
from svyazka.speech.notices import page_of, say_why
from svyazka.web.jinja import render
from svyazka.web.ui.guard import actor_in, see_other

FIRST, LATEST = 30, 100


@dataclass(frozen=True, slots=True)
class Line:
    """A notice as a sentence, and why it came; ``deal`` is None where there is none.

    :ivar href: where it leads; empty where there is nothing more to see
    """

    row: NoticeRow
    sentence: str
    deal: DealRow | None
    why: str
    href: str


@dataclass(frozen=True, slots=True)
class LineDay:
    """The notices of one of the viewer's days, newest first."""

    day: date
    lines: tuple[Line, ...]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The newest notices by day; older ones when they are asked for."""
    viewer = actor_in(request)
    shown = LATEST if request.GET.get("older") else FIRST
    rows = latest_notices(viewer=viewer, limit=shown + 1)
    context = {
        "days": _days(rows[:shown], viewer),
        "has_older": len(rows) > shown == FIRST,
        "full": len(rows) > shown == LATEST,
        "latest": LATEST,
    }
    return render(request, "notices/page.html", context)


def _days(rows: tuple[NoticeRow, ...], viewer: Actor) -> tuple[LineDay, ...]:
    people, language = directory(), get_language() or ""
    deals = rows_by_id({row.deal_id for row in rows if row.deal_id}, viewer=viewer)
    results = results_of({found for row in rows if isinstance(found := row.data.get("id"), int)})
    days: dict[date, list[Line]] = {}
    for row in rows:
        deal = deals.get(row.deal_id or 0)
        if row.deal_id and deal is None:  # he may not know of it any more, nor of what it says
            continue
        process = process_version(deal.process_number if deal else current_number())
        sentence = say_act(
            row.kind, row.data, people=people, process=process, language=language, results=results
        )
        leads = deal is not None or "proposal" in row.data
        line = Line(row, sentence, deal, say_why(row.why), page_of(row, deal) if leads else "")
        days.setdefault(timezone.localdate(row.at), []).append(line)
    return tuple(LineDay(day, tuple(lines)) for day, lines in days.items())


@require_POST
def read(request: HttpRequest, notice: int) -> HttpResponse:
    """One notice is read; whoever has opened it goes on to what it is about."""
    viewer = actor_in(request)
    mark_read(actor=viewer, at=timezone.now(), notice_id=notice)
    row = notice_row(notice) if request.POST.get("open") else None
    if row is None or row.person_id != viewer.me:
        return see_other("notices:page")
    deals = rows_by_id([row.deal_id], viewer=viewer) if row.deal_id else {}
    answer = HttpResponseRedirect(page_of(row, deals.get(row.deal_id or 0)))
    answer.status_code = HTTPStatus.SEE_OTHER
    return answer


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """All of them are read."""
    mark_read(actor=actor_in(request), at=timezone.now())
    return see_other("notices:page")
