"""Acts on a meeting that is being prepared."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from svyazka.engine.meetings import Lack
from svyazka.presale.journal.values import Invalid, NotAllowed, Refusal
from svyazka.presale.meetings import asking, planning, room
from svyazka.presale.meetings.queries import MeetingPage, meeting_page
from svyazka.speech.calendars import Answer, reply_in
from svyazka.speech.meetings import invited_meeting
from svyazka.speech.refusals import field_errors, say, status_of
from svyazka.web.meeting.sheet import chosen_guests, of_page, of_post
from svyazka.web.meeting.views import perform, show
from svyazka.web.ui.guard import actor_in, see_other
from svyazka.web.ui.said import said, whole_number

LARGEST: Final = 300 * 1024
"""Bytes of a form with a calendar's answer; of a larger one no file is taken."""
_ANSWERED: Final[Mapping[Answer, Promise]] = {
    "accepted": gettext_lazy("Recorded: the calendar of %(name)s has accepted the invitation."),
    "declined": gettext_lazy("Recorded: the calendar of %(name)s has declined the invitation."),
    "tentative": gettext_lazy("Recorded: the calendar of %(name)s says “perhaps”."),
}


@require_POST
def save(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Write the plan."""
    return _write(request, meeting_id, planning.change_plan)


@require_POST
def agenda(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Write the plan with the agenda that its process has for such a meeting."""
    return _write(request, meeting_id, planning.take_agenda)


def _write(
    request: HttpRequest, meeting_id: int, write: Callable[..., tuple[Lack, ...]], *, sends: bool = False
) -> HttpResponse:
    """Write the plan that was typed.

    :param sends: it goes to the client next, so nobody has to be told to send it
    """
    try:
        sheet = of_post(request.POST)
    except Invalid as refusal:
        return show(
            request,
            meeting_id,
            status=status_of(refusal),
            act="plan",
            errors=field_errors(refusal),
            sentence=say(refusal),
        )

    def command() -> str:
        lacks = write(
            meeting_id=meeting_id,
            draft=sheet.draft(),
            seen=sheet.seen,
            actor=actor_in(request),
            at=timezone.now(),
        )
        stops = [one for one in lacks if one.strength == "stop"]
        codes = set() if sends else {one.code for one in lacks if one.subject == "agreement"}
        if "changed" in codes:
            messages.warning(
                request,
                _(
                    "The client agreed with the plan as it was before. Send it again, so that the client agrees with this one."
                ),
            )
        elif "stale" in codes:
            messages.warning(
                request,
                _(
                    "The client has the plan as it was before, and the link leads nowhere any more. Send it again."
                ),
            )
        if not stops:
            return _("Saved. The meeting is ready.")
        return ngettext(
            "Saved. %(num)s thing to supply.", "Saved. %(num)s things to supply.", len(stops)
        ) % {"num": len(stops)}  # fmt: skip

    return perform(request, meeting_id, "plan", command, sheet=sheet)


def _saved_first(request: HttpRequest, meeting_id: int) -> HttpResponse | None:
    """Save the plan if it is another than the saved one. None if the client can be asked now."""
    before = meeting_page(meeting_id=meeting_id, viewer=actor_in(request))
    try:
        if of_post(request.POST).draft() == of_page(before).draft():
            return None
    except Invalid:
        return save(request, meeting_id)
    answer = _write(request, meeting_id, planning.change_plan, sends=True)
    after = meeting_page(meeting_id=meeting_id, viewer=actor_in(request))
    if answer.status_code == HTTPStatus.SEE_OTHER and _whom(before) == _whom(after):
        return None
    return answer


def _whom(page: MeetingPage) -> list[tuple[str, str]]:
    """Guests by place: where they are others, whom to send it to is chosen anew."""
    return [(one.name, one.email) for one in page.guests]


@require_POST
def ask(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Send the client the plan; what was typed and not saved yet is saved first, so that he gets what is on the screen."""
    if "seen" in request.POST:
        answer = _saved_first(request, meeting_id)
        if answer is not None:
            return answer

    def command() -> str:
        letters = asking.ask_client(
            meeting_id=meeting_id,
            guests=chosen_guests(request.POST),
            actor=actor_in(request),
            at=timezone.now(),
        )
        if not letters:
            return _(
                "No letter goes out: there is no address, or no mail server. The links stand here; pass them on yourself."
            )
        return ngettext(
            "%(num)s letter with the invitation is on its way.", "%(num)s letters with the invitation are on their way.", letters
        ) % {"num": letters}  # fmt: skip

    return perform(request, meeting_id, "ask", command)


@require_POST
def agreed(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The client has agreed otherwise than on his page."""

    def command() -> str:
        asking.say_agreed(
            meeting_id=meeting_id, how=said(request.POST, "how"), actor=actor_in(request), at=timezone.now()
        )
        return _("Recorded: the client agrees with the plan.")

    return perform(request, meeting_id, "agreed", command)


@require_POST
def take_in(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Take the client's own goal over."""

    def command() -> str:
        asking.take_goal_in(meeting_id=meeting_id, actor=actor_in(request), at=timezone.now())
        return _("The goal now stands in the client’s words. Send the plan again.")

    return perform(request, meeting_id, "take_in", command)


@csrf_exempt  # asked by _reply: looking for the token reads the body, and an enormous one isn't read
@require_POST
def reply(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A guest's answer to the invitation, as his calendar sent it to the manager's mailbox."""
    page = meeting_page(meeting_id=meeting_id, viewer=actor_in(request))
    if not page.private or "meeting.run" not in page.may:
        raise NotAllowed(right="meeting.run")
    if int(request.META.get("CONTENT_LENGTH") or "0") <= LARGEST:
        request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _reply(request, meeting_id)


@csrf_protect
def _reply(request: HttpRequest, meeting_id: int) -> HttpResponse:
    def command() -> str:
        upload = request.FILES.get("reply")
        if upload is None:
            raise Invalid(errors={"reply": "required"})
        found = reply_in(upload.read())
        if found is None or invited_meeting(found.uid) != meeting_id:
            raise Invalid(errors={"reply": "not_a_reply"})
        if not asking.note_reply(
            meeting_id=meeting_id, email=found.email, answer=found.answer, to_version=found.sequence,
            actor=actor_in(request), at=timezone.now(),
        ):  # fmt: skip
            raise Invalid(errors={"reply": "reply_of_a_stranger"})
        return str(_ANSWERED[found.answer]) % {"name": found.email}

    return perform(request, meeting_id, "reply", command)


@require_POST
def cancel(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """It won't take place."""

    def command() -> str:
        planning.cancel_meeting(
            meeting_id=meeting_id,
            reason=said(request.POST, "reason"),
            actor=actor_in(request),
            at=timezone.now(),
        )
        return _("The meeting is cancelled.")

    return perform(request, meeting_id, "cancel", command)


@require_POST
def huddle(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Begin the huddle: its cockpit opens."""
    try:
        found = planning.plan_huddle(meeting_id=meeting_id, actor=actor_in(request), at=timezone.now())
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        return show(request, meeting_id, status=status_of(refusal), act="huddle", sentence=say(refusal))
    return see_other("cockpit:run", meeting_id=found)


@require_POST
def held(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """It took place without the cockpit."""

    def command() -> str:
        minutes = request.POST.get("minutes", "")
        room.say_held(
            meeting_id=meeting_id, minutes=whole_number(minutes, digits=4) or 0,
            actor=actor_in(request), at=timezone.now(),
        )  # fmt: skip
        return _("Recorded. Now close it: tasks, who sees to them, the letter.")

    return perform(request, meeting_id, "held", command)
