"""The deal's folder in the browser: files are put in, and given out in such a way that none of them ever runs."""

from collections.abc import Sequence
from typing import Any, BinaryIO, Final, cast

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.documents.commands import Filed, ask_to_file, file_document
from svyazka.presale.documents.naming import UNKNOWN, shown_name
from svyazka.presale.documents.queries import BytesMissing
from svyazka.presale.journal.values import Actor, Conflict, Invalid
from svyazka.presale.meetings.dossier import file_to_read
from svyazka.speech import refusals
from svyazka.web.deal.typed import Refused
from svyazka.web.deal.views import answer_done, of_ours, shown_again
from svyazka.web.ui.uploads import CappedUpload

log = structlog.get_logger("svyazka.web")

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
GIVEN_AS: Final = frozenset(
    {
        "application/pdf",
        "image/png",
        "image/jpeg",
        "text/plain",
        f"{_OFFICE}.wordprocessingml.document",
        f"{_OFFICE}.spreadsheetml.sheet",
    }
)
"""Kinds that are told to the browser; all others are bytes to it."""
_INERT: Final = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Whatever lies in a file, a browser only saves it; should one show it after all, nothing in it runs."""


@csrf_exempt  # asked by _file: looking for the token reads the body, and a stranger's isn't read
@require_POST
@of_ours
def file(request: HttpRequest, number: str, *, actor: Actor) -> HttpResponse:
    """Put files into the folder. Whoever may not is turned away before anything of them is read."""
    deal_id = deal_id_of(number, viewer=actor)
    ask_to_file(deal_id=deal_id, actor=actor)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if int(length) > settings.FOLDER_FORM_LIMIT:
        words = _("These files are over %(mb)s MB together. Choose fewer at a time.")
        return _refused(request, number, actor, words % {"mb": settings.FOLDER_FORM_LIMIT >> 20})
    request.upload_handlers = [CappedUpload(request, settings.FOLDER_FILE_LIMIT)]
    answer: HttpResponse = _file(request, number, actor, deal_id)
    return answer


@csrf_protect
def _file(request: HttpRequest, number: str, actor: Actor, deal_id: int) -> HttpResponse:
    files = request.FILES.getlist("files")
    if not files:
        return _refused(request, number, actor, _("Choose at least one file."))
    filed, problems = _filed(files, actor, deal_id)
    if problems:
        words = [*problems, _done(filed)] if filed else problems
        return _refused(request, number, actor, " ".join(words))
    return answer_done(request, number, actor, _done(filed))


def _filed(files: "Sequence[UploadedFile[Any]]", actor: Actor, deal_id: int) -> tuple[list[Filed], list[str]]:
    filed, problems = [], []
    for one in files:
        try:
            filed.append(
                file_document(
                    deal_id=deal_id,
                    name=one.name or "",
                    content=cast("BinaryIO", one.file),
                    actor=actor,
                    at=timezone.now(),
                )
            )
        except (Invalid, Conflict) as refusal:
            problems.append(f"{shown_name(one.name or '')}: {refusals.say(refusal)}")
    return filed, problems


def _done(filed: Sequence[Filed]) -> str:
    """The same words whether a file was there before: not everybody who files may know."""
    count = len(filed)
    return ngettext("%(num)d file is in the folder.", "%(num)d files are in the folder.", count) % {
        "num": count
    }


def _refused(request: HttpRequest, number: str, actor: Actor, words: str) -> HttpResponse:
    return shown_again(request, number, actor, Refused("file", "", {}, {"files": words}, words, ()), 422)


@require_safe
@of_ours
def document(_request: HttpRequest, number: str, *, actor: Actor, document: int) -> HttpResponseBase:
    """One file of this deal's folder, to be saved."""
    deal_id = deal_id_of(number, viewer=actor)
    try:
        row, content = file_to_read(document, deal_id=deal_id, viewer=actor)
    except BytesMissing:
        log.exception("a file of a folder is missing", document=document)
        raise
    kind = row.media_type if row.media_type in GIVEN_AS else UNKNOWN
    return FileResponse(content, as_attachment=True, filename=row.name, content_type=kind, headers=_INERT)
