"""The cockpit's page, and the room behind it: read by every phone on the table, written to in batches."""

from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from svyazka.presale.journal.values import Actor, NotAllowed, NotFound
from svyazka.presale.meetings.queries import MeetingPage, meeting_page, revision_of, room_of
from svyazka.presale.meetings.runs.queries import is_run
from svyazka.presale.meetings.values import HUDDLE, STATUS
from svyazka.presale.people.queries import directory
from svyazka.web.cockpit.acts import Batch, Unread, read_acts
from svyazka.web.cockpit.shown import (
    answered_by,
    as_script,
    askers,
    kinds,
    millis,
    room_values,
    title_of,
    who_does_what,
)
from svyazka.web.jinja import render
from svyazka.web.ui.guard import actor_in

NOW: Final = "X-Now"
"""The header that says the server's time, by which phones put their clocks right."""
WORKER: Final = Path(__file__).with_name("worker.js").read_bytes()


@require_safe
def run(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The meeting as whoever runs it needs it: the plan before, the clock and the box meanwhile, what was written after."""
    viewer, at, people = actor_in(request), timezone.now(), directory()
    page = meeting_page(meeting_id=meeting_id, viewer=viewer)
    if not page.private:
        raise NotFound
    if page.row.kind == STATUS and is_run(meeting_id):
        return HttpResponseRedirect(f"/run/{meeting_id}/")
    room = room_of(meeting_id=meeting_id, viewer=viewer, at=at)
    plan = _plan(page, viewer)
    values = room_values(request, room, viewer=viewer, people=people, at=at)
    context = {
        "title": title_of(page),
        "deal": page.row.deal,
        "is_huddle": page.row.kind == HUDDLE,
        "row": page.row,
        "plan": plan,
        "team": who_does_what(plan, people),
        "askers": askers(page, people),
        "answered_by": answered_by(viewer, people, at),
        "room": values,
        "script_room": as_script(values),
        "kinds": kinds(),
        "meeting_url": _page_of(meeting_id),
        "after_url": _page_of(page.before_id or meeting_id),
        "sign_in_url": f"{reverse('account_login')}?next={request.path}",
    }
    answer = render(request, "cockpit/page.html", context)
    answer["Cache-Control"] = (
        "private, no-cache"  # a browser may bring it back from its own cache where nobody answers
    )
    return answer


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The script by which a browser opens the cockpit without a connection. It is asked for anew each time: a new one follows at once."""
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(WORKER, content_type="text/javascript; charset=utf-8", headers=headers)


def _plan(page: MeetingPage, viewer: Actor) -> MeetingPage:
    """The plan that is talked about: before a meeting the huddle goes through the meeting's own."""
    return page if page.before_id is None else meeting_page(meeting_id=page.before_id, viewer=viewer)


def _page_of(meeting_id: int) -> str:
    return reverse("meeting:page", kwargs={"meeting_id": meeting_id})


@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The room as JSON; with ``POST`` a batch of acts before, each answered for itself."""
    viewer = actor_in(request)
    if request.method == "POST":
        return _done(request, meeting_id, viewer)
    at, tag = timezone.now(), f'"{revision_of(meeting_id=meeting_id, viewer=viewer)}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag, NOW: str(millis(at))})
    found = room_of(meeting_id=meeting_id, viewer=viewer, at=at)
    values = room_values(request, found, viewer=viewer, people=directory(), at=at)
    return _json(values, found.revision, 200)


def _done(request: HttpRequest, meeting_id: int, viewer: Actor) -> HttpResponse:
    now = timezone.now()
    before = room_of(meeting_id=meeting_id, viewer=viewer, at=now)
    if not before.runs:
        raise NotAllowed(right="meeting.run")
    try:
        acts = read_acts(request)
    except Unread as unread:
        return JsonResponse({"code": "unread"}, status=unread.status)
    batch = Batch(before, actor=viewer, now=now)
    answers = [batch.answer(act) for act in acts]
    at = timezone.now()
    after = room_of(meeting_id=meeting_id, viewer=viewer, at=at)
    values = room_values(request, after, viewer=viewer, people=directory(), at=at)
    return _json({"acts": answers, "room": values}, after.revision, 422 if batch.misread else 200)


def _json(values: object, revision: int, status: int) -> HttpResponse:
    """An answer that no browser keeps, with the revision as its tag and the time when it goes."""
    headers = {"ETag": f'"{revision}"', "Cache-Control": "no-store", NOW: str(millis(timezone.now()))}
    return JsonResponse(
        values, status=status, headers=headers, json_dumps_params={"ensure_ascii": False}, safe=False
    )
