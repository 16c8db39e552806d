"""The process on paper: the poster, and the empty sheet of an agenda."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process, process_version, versions
from svyazka.speech.papers.meeting import blank_sheet
from svyazka.speech.papers.poster import PAPERS, poster
from svyazka.speech.papers.setting import TooLong
from svyazka.speech.times import viewer_language
from svyazka.web.process.views import current
from svyazka.web.ui.downloads import as_paper
from svyazka.web.ui.guard import guarded


@require_safe
@guarded("process.see")
def poster_file(request: HttpRequest, actor: Actor, paper: str) -> HttpResponse:
    """The process in force as a PDF for the wall; where it is too long for one sheet the page says so."""
    size = next((known for known in PAPERS if known == paper), None)
    row = next(iter(versions()), None)
    if size is None or row is None:
        raise Http404
    process, language = process_version(row.number), viewer_language()
    try:
        made = poster(
            process,
            number=row.number,
            published=timezone.localdate(row.published_at),
            company=directory().workspace_name,
            language=language,
            paper=size,
        )
    except TooLong:
        return current(request, actor, "process/sheet.html", "sheet", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return as_paper(made, f"{process.name.say(language)}, {size.upper()}")


@require_safe
@guarded("process.see")
def agenda_sheet(_request: HttpRequest, _actor: Actor, agenda: str) -> HttpResponse:
    """The sheet of one of the agendas in force, empty, to be filled by hand."""
    _number, process = current_process()
    language = viewer_language()
    try:
        made = blank_sheet(process, agenda, language=language)
    except KeyError:
        raise Http404 from None
    return as_paper(made, process.agenda(agenda).name.say(language))
