"""The workbook of the process, to be worked with where there is no server. No deals are in it; those go out at the console."""

from datetime import date
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import settings_revision
from svyazka.presale.process.queries import current_process
from svyazka.speech.checklist import SHEET
from svyazka.speech.times import viewer_language
from svyazka.speech.workbook.bringing import empty_workbook
from svyazka.speech.workbook.writing import write_workbook
from svyazka.web.ui.downloads import as_saved
from svyazka.web.ui.guard import guarded


@require_safe
@guarded("process.see")
def workbook(_request: HttpRequest, _actor: Actor) -> HttpResponse:
    """The workbook of the version in force, in the reader's language."""
    language = viewer_language()
    _number, process = current_process()
    content = _written(language, timezone.localdate(), settings_revision())
    return as_saved(content, SHEET, process.name.say(language), "xlsx")


@lru_cache(maxsize=2)
def _written(language: str, day: date, revision: int | None) -> bytes:  # noqa: ARG001 (what it depends on)
    """Written once a day and change of settings: it takes a second."""
    return write_workbook(empty_workbook(language=language, at=timezone.now()))
