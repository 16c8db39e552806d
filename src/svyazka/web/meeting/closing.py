"""Acts on a meeting that is over: what is remembered late, tasks, parked questions, the verdict, the closing."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from svyazka.presale.commitments.queries import commitment_row
from svyazka.presale.journal.values import Invalid, NotFound
from svyazka.presale.meetings import closing
from svyazka.presale.meetings.closing import Judged
from svyazka.presale.meetings.room import Written, jot_down
from svyazka.presale.people.queries import directory
from svyazka.web.meeting.views import perform
from svyazka.web.ui.guard import actor_in
from svyazka.web.ui.said import said, whole_number


def _in_line(command: Callable[[str], int], line: str) -> str:
    """Do what a line says, and name who owes it now: a slip is seen at once. What is wrong with the line is said beside it."""
    try:
        row = commitment_row(command(line))
    except Invalid as refusal:
        first = next(iter(refusal.errors.values()), "required")
        raise Invalid(errors={"line": first}, **refusal.params) from None
    return _("Recorded: it is on %(name)s") % {"name": directory().name(row.performer_id if row else None)}


@require_POST
def task(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A task in one line, perhaps of a parked question or a decision."""
    jot = whole_number(request.POST.get("jot", ""))

    def add(line: str) -> int:
        return closing.add_task(
            meeting_id=meeting_id, text=line, jot_id=jot, actor=actor_in(request), at=timezone.now()
        )

    return perform(
        request, meeting_id, f"task-{jot or 0}", lambda: _in_line(add, said(request.POST, "line")),
        part=f"jot-{jot}" if jot else "tasks",
    )  # fmt: skip


@require_POST
def again(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A task typed anew."""
    known = whole_number(request.POST.get("task", "")) or 0

    def retype(line: str) -> int:
        return closing.retype_task(
            meeting_id=meeting_id, commitment_id=known, text=line, actor=actor_in(request), at=timezone.now()
        )

    return perform(
        request,
        meeting_id,
        f"again-{known}",
        lambda: _in_line(retype, said(request.POST, "line")),
        part="tasks",
    )


@require_POST
def drop(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A task that isn't needed after all."""
    known = whole_number(request.POST.get("task", "")) or 0

    def command() -> str:
        closing.drop_task(
            meeting_id=meeting_id, commitment_id=known, reason=said(request.POST, "reason"), actor=actor_in(request),
            at=timezone.now(),
        )  # fmt: skip
        return _("The task is removed. The deal’s journal keeps it, with the reason.")

    return perform(request, meeting_id, f"drop-{known}", command, part="tasks")


@require_POST
def jot(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A note, a decision or a question that is written down after the meeting."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        raise NotFound from None

    def command() -> str:
        written = Written(
            key, request.POST.get("kind", ""), said(request.POST, "text"), asker=said(request.POST, "asker")
        )
        jot_down(meeting_id=meeting_id, written=written, actor=actor_in(request), at=timezone.now())
        return _("Written down.")

    return perform(request, meeting_id, "jot", command, part="written")


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

    return perform(request, meeting_id, f"settle-{jot}", command, part=f"jot-{jot}")


@require_POST
def verdict(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The expert's verdict."""

    def command() -> str:
        closing.say_verdict(
            meeting_id=meeting_id, verdict=request.POST.get("verdict", ""), words=said(request.POST, "words"),
            actor=actor_in(request), at=timezone.now(),
        )  # fmt: skip
        return _("The verdict is recorded.")

    return perform(request, meeting_id, "verdict", command, part="verdict")


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
