"""Pages on which the process is read and its versions are compared."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.presale.deals.queries import open_by_version
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import (
    NoProcess,
    VersionRow,
    current_number,
    process_text,
    process_version,
    versions,
)
from svyazka.speech.process_sheet import sheet_of
from svyazka.web.jinja import render
from svyazka.web.process.changes import compared
from svyazka.web.process.knots import knots_of
from svyazka.web.ui.guard import guarded


@require_safe
@guarded("process.see")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The stages of the process that new requests follow."""
    return current(request, actor, "process/page.html", "page")


@require_safe
@guarded("process.see")
def lists(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What stands beside the stages: roles, the intake form, agendas, goals, reasons."""
    return current(request, actor, "process/page.html", "lists")


@require_safe
@guarded("process.see")
def sheet(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The whole way on one sheet, to be printed on A3 and hung on a wall."""
    return current(request, actor, "process/sheet.html", "sheet")


def current(request: HttpRequest, actor: Actor, template: str, part: str, status: int = 200) -> HttpResponse:
    """A page of the version in force.

    :param status: of a refusal that the page tells
    """
    try:
        number = current_number()
    except NoProcess:
        return render(request, "process/none.html", {"may_publish": may(actor, "process.publish")})
    return render(request, template, _context(number, actor, part) | {"status": status}, status=status)


@require_safe
@guarded("process.see")
def version(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """The stages as they stood in one version."""
    return render(request, "process/page.html", _context(number, actor, "page"))


@require_safe
@guarded("process.see")
def version_lists(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """What stood beside the stages in one version."""
    return render(request, "process/page.html", _context(number, actor, "lists"))


def _context(number: int, actor: Actor, part: str) -> dict[str, Any]:
    listed = versions()
    row = next((row for row in listed if row.number == number), None)
    if row is None:
        raise NotFound
    sheet = sheet_of(process_version(number), get_language() or "")
    return {
        "sheet": sheet,
        "knots": knots_of(sheet),
        "row": row,
        "current": listed[0].number,
        "publisher": directory().name(row.published_by_id),
        "may_publish": may(actor, "process.publish"),
        "may_climb": may(actor, "ladder.see"),
        "preview": False,
        "part": part,
    }


@require_safe
@guarded("process.see")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All versions, with the open deals that follow each."""
    people, deals = directory(), open_by_version(viewer=actor)
    rows: tuple[tuple[VersionRow, str, int], ...] = tuple(
        (row, people.name(row.published_by_id), deals.get(row.number, 0)) for row in versions()
    )
    context = {
        "rows": rows,
        "may_publish": may(actor, "process.publish"),
        "may_climb": may(actor, "ladder.see"),
    }
    return render(request, "process/versions.html", context)


@require_safe
@guarded("process.see")
def download(_request: HttpRequest, _actor: Actor, number: int) -> HttpResponse:
    """The YAML of a version."""
    answer = HttpResponse(process_text(number), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="process-{number}.yaml"'
    return answer


@require_safe
@guarded("process.see")
def compare(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Two versions side by side: the current one and the one before, unless others are chosen."""
    listed = [row.number for row in versions()]
    if not listed:
        raise NotFound
    new = _chosen(request.GET.get("new", ""), listed, listed[0])
    old = _chosen(request.GET.get("old", ""), listed, max((n for n in listed if n < new), default=new))
    language = get_language() or ""
    context = {
        "listed": listed,
        "old": old,
        "new": new,
        "changes": compared(process_version(old), process_version(new), language),
        "may_climb": may(actor, "ladder.see"),
    }
    return render(request, "process/compare.html", context)


def _chosen(typed: str, listed: list[int], otherwise: int) -> int:
    return next((number for number in listed if str(number) == typed), otherwise)
