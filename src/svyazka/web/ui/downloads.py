"""Tables of a page as files: the same address with ``?format=csv`` or ``?format=xlsx``, so the same rights and filters.

A page with several tables names them: ``?format=csv&table=stages``. Papers have addresses of their own and the same headers.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from svyazka.speech.tables import Table, as_csv, as_xlsx

FORMATS: Final[Mapping[str, tuple[str, Callable[[Table], bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
}
INERT: Final = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_NO_NAME: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
"""What names of files may not have on one system or another."""


def is_asked_for(request: HttpRequest) -> bool:
    """Whether the address asks for a file: a page may need less than its tables."""
    return "format" in request.GET


def asked_for(request: HttpRequest, tables: Mapping[str, Callable[[], Table]]) -> HttpResponse | None:
    """The file that the address asks for; None where it asks for the page. Call it once the viewer's right is asked.

    :param tables: what makes each of the page's tables, by name; the first one answers where none is named
    :raises Http404: no such format or table
    """
    form = request.GET.get("format")
    if form is None:
        return None
    make = tables.get(request.GET.get("table") or next(iter(tables)))
    if form not in FORMATS or make is None:
        raise Http404
    return as_file(make(), form)


def as_file(table: Table, form: str) -> HttpResponse:
    """The table as a file to be saved, named by its title. ``form`` is one of :data:`FORMATS`."""
    kind, write = FORMATS[form]
    return as_saved(write(table), kind, table.title, form)


def as_paper(paper: bytes, title: str) -> HttpResponse:
    """A PDF to be saved and printed, named by its title."""
    return as_saved(paper, "application/pdf", title, "pdf")


def as_saved(content: bytes, kind: str, title: str, ending: str) -> HttpResponse:
    """Any file to be saved and never shown here, named by its title."""
    name = " ".join(_NO_NAME.sub(" ", title).split()).strip(".")[:100] or "table"
    saved = content_disposition_header(as_attachment=True, filename=f"{name}.{ending}")
    return HttpResponse(
        content, content_type=kind, headers=INERT | {"Content-Disposition": saved or "attachment"}
    )


def links(request: HttpRequest, table: str = "") -> tuple[tuple[str, str], ...]:
    """Label and address of each format, for ``kit.table(downloads=...)`` and ``kit.download_links``; the page's filters stay.

    :param table: its name, on a page with several
    """
    query = request.GET.copy()
    query.pop("table", None)
    if table:
        query["table"] = table
    found = []
    for form in FORMATS:
        query["format"] = form
        found.append((form.upper(), f"{request.path}?{query.urlencode()}"))
    return tuple(found)
