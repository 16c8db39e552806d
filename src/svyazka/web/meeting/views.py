"""A meeting's page: its plan while it is prepared, what is left to do after it, and what came of it."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from svyazka.presale.journal.values import NotFound
from svyazka.presale.meetings.queries import meeting_page, revision_of
from svyazka.presale.meetings.runs.queries import is_run
from svyazka.presale.meetings.values import STATUS
from svyazka.presale.people.queries import directory
from svyazka.speech.meetings import say_title
from svyazka.speech.papers.meeting import meeting_sheet
from svyazka.speech.times import viewer_language
from svyazka.web.jinja import render
from svyazka.web.meeting.after import After
from svyazka.web.meeting.sheet import Sheet, of_page
from svyazka.web.meeting.words import Words
from svyazka.web.ui.acting import refused_by
from svyazka.web.ui.downloads import as_paper
from svyazka.web.ui.guard import actor_in, see_other

_BOXES: Final = {
    "jot.kind": "written", "jot.text": "jot-text", "verdict.verdict": "verdict", "verdict.words": "verdict-words", "held.minutes": "held-minutes",
    "held.starts_at": "held-minutes", "ask.guests": "ask", "task.line": "line-{}", "again.line": "again-{}",
    "drop.reason": "reason-{}", "settle.how": "how-{}",
}  # fmt: skip
"""By act and field, the id of the box that an error is about, with a number where there are many such forms; any other box is
called after its field."""


@require_safe
def page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The meeting as it is; a status run has pages of its own."""
    return show(request, meeting_id)


@require_safe
def by_hand(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The plan on a sheet that is filled by hand in the room; for who may read the plan."""
    page = meeting_page(meeting_id=meeting_id, viewer=actor_in(request))
    if not page.private:
        raise NotFound
    language = viewer_language()
    title = say_title(page.row.title, page.row.agenda, page.row.process, language)
    number = page.row.deal.number if page.row.deal else ""
    return as_paper(meeting_sheet(page, language=language), f"{title} {number}".strip())


@require_safe
def revision(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The meeting's revision: the page on the screen asks whether anything has changed. One query."""
    viewer = actor_in(request)
    tag = f'"{revision_of(meeting_id=meeting_id, viewer=viewer)}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return HttpResponse(status=200, headers={"ETag": tag, "Cache-Control": "no-store"})


def show(
    request: HttpRequest,
    meeting_id: int,
    *,
    status: int = 200,
    act: str = "",
    errors: Mapping[str, str] | None = None,
    sentence: str = "",
    sheet: Sheet | None = None,
) -> HttpResponse:
    """The page; after a refusal with its words beside what was typed.

    :param act: which form was refused
    :param errors: sentences by field
    :param sentence: the refusal as a whole, where no field is to blame
    """
    viewer, at = actor_in(request), timezone.now()
    if viewer.is_agent:
        raise Http404
    seen = meeting_page(meeting_id=meeting_id, viewer=viewer)
    if seen.row.kind == STATUS and is_run(meeting_id):
        return HttpResponseRedirect(f"/run/{meeting_id}/")
    words = Words(seen, directory(), viewer, at)
    context: dict[str, Any] = {
        "page": seen, "row": seen.row, "words": words, "after": After(words), "act": act, "errors": errors or {}, "sentence": sentence,
        "typed": request.POST if request.method == "POST" else {},
        "problems": _problems(act, errors or {}), "sheet": sheet or of_page(seen),
        "clash": words.saved_otherwise(sheet) if sheet is not None and status == HTTPStatus.CONFLICT else [],
        "plans": "meeting.plan" in seen.may and seen.row.state == "planned",
        "runs": "meeting.run" in seen.may, "closes": "meeting.close" in seen.may and seen.row.state == "held",
        "writes": "letter.send" in seen.may and seen.row.kind == "client",
        "judges": seen.row.kind == "client" and {"expert", "going"} <= seen.parts and seen.row.state in {"running", "held", "closed"},
    }  # fmt: skip
    return render(request, "meeting/page.html", context, status=status)


def _problems(act: str, errors: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong, each with the id of the box that it is about. The plan and the closing, which are long, say it themselves."""
    if act in {"plan", "close"}:
        return []
    form, _dash, number = act.partition("-")
    return [
        (_BOXES.get(f"{form}.{name}", f"id_{name}").format(number), sentence)
        for name, sentence in errors.items()
    ]


def perform(
    request: HttpRequest, meeting_id: int, act: str, command: Callable[[], str], *, sheet: Sheet | None = None,
    to: str = "meeting:page", part: str = "",
) -> HttpResponse:  # fmt: skip
    """Run one command and go on; say what was refused on the meeting's page, with what was typed.

    :param part: of the page, to be seen then
    """
    refused = refused_by(request, command)
    if refused is not None:
        if sheet is not None and refused.codes:
            sheet.errors = dict(refused.codes)
        return show(
            request, meeting_id, status=refused.status, act=act, errors=refused.errors, sheet=sheet,
            sentence=refused.sentence,
        )  # fmt: skip
    answer = see_other(to, meeting_id=meeting_id)
    if part:
        answer.headers["Location"] += f"#{part}"
    return answer
