"""What was brought in and can be taken back, what is on its way, and where a table is handed in."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from svyazka.presale.imports.commands import take_back
from svyazka.presale.imports.drafts.commands import begin_draft, drop_draft
from svyazka.presale.imports.drafts.queries import drafts
from svyazka.presale.imports.queries import imports
from svyazka.presale.imports.reading.books import read_book
from svyazka.presale.imports.reading.values import MOST_BYTES, Unreadable
from svyazka.presale.journal.values import Actor, Conflict
from svyazka.presale.people.queries import directory
from svyazka.speech.checklist import SHEET
from svyazka.speech.imports import FILES
from svyazka.speech.refusals import say
from svyazka.speech.returning import main_sheet
from svyazka.speech.times import viewer_language
from svyazka.speech.workbook.bringing import MOST, workbook_with_deals
from svyazka.speech.workbook.writing import write_workbook
from svyazka.web.imports.meanwhile import back_to_the_table
from svyazka.web.jinja import render
from svyazka.web.ui.downloads import as_saved
from svyazka.web.ui.guard import guarded, see_other
from svyazka.web.ui.uploads import CappedUpload

_FORM: Final = MOST_BYTES + (1 << 20)
"""Bytes of the form around the file."""


@require_safe
@guarded("import.make")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list, and the form for another table."""
    return _shown(request, actor)


def _shown(request: HttpRequest, actor: Actor, problem: str = "") -> HttpResponse:
    people = directory()
    context = {
        "drafts": drafts(viewer=actor),
        "imports": [(one, people.name(one.by_id)) for one in imports(viewer=actor)],
        "problem": problem,
        "limit_mb": MOST_BYTES >> 20,
        "most": MOST,
    }
    return render(request, "imports/page.html", context, status=422 if problem else 200)


@csrf_exempt  # asked by _hand_in: looking for the token reads the body, and an enormous one isn't read
@require_POST
@guarded("import.make")
def hand_in(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a table in; it is read here and now, so that whoever hands it in hears at once why it can't be."""
    if int(request.META.get("CONTENT_LENGTH") or "0") > _FORM:
        return _shown(request, actor, str(FILES["too_large"]) % {"limit_mb": MOST_BYTES >> 20})
    request.upload_handlers = [CappedUpload(request, MOST_BYTES)]
    answer: HttpResponse = _hand_in(request, actor)
    return answer


@csrf_protect
def _hand_in(request: HttpRequest, actor: Actor) -> HttpResponse:
    file = request.FILES.get("table")
    if file is None:
        return _shown(request, actor, _("Choose a file."))
    name = file.name or ""
    try:
        book = read_book(file.read(), name)
    except Unreadable as refused:
        return _shown(request, actor, str(FILES[refused.code]) % refused.params)
    sheet = next(place for place, one in enumerate(book.sheets) if one is main_sheet(book))
    try:
        draft = begin_draft(book=book, sheet=sheet, name=name, actor=actor, at=timezone.now())
    except Conflict as refusal:
        return _shown(request, actor, say(refusal))
    return see_other("imports:columns", draft_id=draft)


@require_safe
@guarded("import.make")
def workbook(_request: HttpRequest, actor: Actor) -> HttpResponse:
    """Our workbook with the deals in it: what is changed there comes back by the same door."""
    contents = workbook_with_deals(language=viewer_language(), viewer=actor, at=timezone.now())
    return as_saved(write_workbook(contents), SHEET, contents.process.name.say(contents.language), "xlsx")


@require_POST
@back_to_the_table
@guarded("import.make")
def drop(request: HttpRequest, actor: Actor, draft_id: int) -> HttpResponse:
    """Forget a table that was handed in."""
    drop_draft(draft_id=draft_id, actor=actor)
    messages.success(request, _("The table is forgotten."))
    return see_other("imports:page")


@require_POST
@guarded("import.make")
def back(request: HttpRequest, actor: Actor, import_id: int) -> HttpResponse:
    """Take a whole import back."""
    try:
        count = take_back(
            import_id=import_id, actor=actor, at=timezone.now(), worked_on="worked_on" in request.POST
        )
    except Conflict as refusal:
        messages.error(request, say(refusal))
    else:
        done = ngettext("%(num)d deal is taken back.", "%(num)d deals are taken back.", count)
        messages.success(request, done % {"num": count})
    return see_other("imports:page")
