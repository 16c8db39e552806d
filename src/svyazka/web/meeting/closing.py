"""Acts on a meeting that is over: tasks, parked questions, the verdict, the closing."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from svyazka.presale.journal.values import Invalid
from svyazka.presale.meetings import closing
from svyazka.presale.meetings.closing import Judged
from svyazka.web.meeting.views import perform
from svyazka.web.ui.guard import actor_in
from svyazka.web.ui.said import said, whole_number


@require_POST
def task(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A task in one line, perhaps of a parked question or a decision."""
    jot = whole_number(request.POST.get("jot", ""))

    def command() -> str:
        line = said(request.POST, "line")
        try:
            closing.add_task(
                meeting_id=meeting_id, text=line, jot_id=jot, actor=actor_in(request), at=timezone.now()
            )
        except Invalid as refusal:
            first = next(iter(refusal.errors.values()), "required")
            raise Invalid(errors={"line": first}) from None
        return _("The task is recorded.")

    return perform(request, meeting_id, f"task-{jot or 0}", command)


@require_POST
def settle(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A parked question that needs no task."""
    jot = whole_number(request.POST.get("jot", "")) or 0

    def command() -> str:
        closing.settle(
            meeting_id=meeting_id,
            jot_id=jot,
            how=said(request.POST, "how"),
            actor=actor_in(request),
            at=timezone.now(),
        )
        return _("The question is settled.")

    return perform(request, meeting_id, f"settle-{jot}", command)


@require_POST
def verdict(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The expert's verdict."""

    def command() -> str:
        closing.say_verdict(
            meeting_id=meeting_id, verdict=request.POST.get("verdict", ""), words=said(request.POST, "words"),
            actor=actor_in(request), at=timezone.now(),
        )  # fmt: skip
        return _("The verdict is recorded.")

    return perform(request, meeting_id, "verdict", command)


@require_POST
def close(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Close the meeting."""

    def command() -> str:
        judged = {}
        for place in range(12):
            answer = request.POST.get(f"met-{place}", "")
            if answer in {"yes", "no"}:
                judged[place] = Judged(answer == "yes", said(request.POST, f"words-{place}"))
        closing.close_meeting(
            meeting_id=meeting_id, judged=judged, controller_id=whole_number(request.POST.get("controller", "")),
            actor=actor_in(request), at=timezone.now(),
        )  # fmt: skip
        return _("The meeting is closed.")

    return perform(request, meeting_id, "close", command)
