"""Behind the door: a page to look at, and buttons that answer. Looking changes nothing: mail programs open links by themselves."""

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from svyazka.presale.journal.values import Invalid
from svyazka.presale.meetings import asking, letters
from svyazka.presale.meetings.asking import AlreadyAnswered, Corrections
from svyazka.presale.meetings.clients import client_letter, client_plan
from svyazka.presale.meetings.doors import DoorShut, Opened, open_door
from svyazka.presale.meetings.letters import Answer
from svyazka.presale.meetings.post import was_told_what_is_agreed
from svyazka.presale.meetings.values import PLAN
from svyazka.presale.people.queries import directory
from svyazka.speech.client_letters import plan_to_keep, writer
from svyazka.speech.refusals import field_errors, say, status_of
from svyazka.web.client.words import LetterWords, PlanWords, whom_to_write_to
from svyazka.web.jinja import render
from svyazka.web.ui.throttle import wait_before

GONE: Final = 410
"""The address was ours and leads nowhere any more."""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a signed address; posting answers by it."""
    at = timezone.now()
    _speak(request)
    try:
        opened = open_door(token, at=at)
    except DoorShut as shut:
        return _shut(request, shut)
    with timezone.override(ZoneInfo(directory().calendar.zone)):
        if request.user.is_authenticated:
            status = 403 if request.method == "POST" else 200
            return _page(
                request,
                opened,
                status=status,
                sentence=_("You are signed in as a colleague: only the client answers here."),
            )
        if request.method != "POST":
            return _page(request, opened)
        if seconds := wait_before(f"door:{opened.id}", address=request.META.get("REMOTE_ADDR", ""), at=at):
            answer = _page(request, opened, status=429, wait=seconds)
            answer.headers["Retry-After"] = str(seconds)
            return answer
        return _answer(request, token, opened)


@login_not_required
@never_cache
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The meeting as a file for the calendar of whoever stands in the door; looking changes nothing here either."""
    at = timezone.now()
    _speak(request)
    try:
        opened = open_door(token, at=at)
    except DoorShut as shut:
        return _shut(request, shut)
    plan = client_plan(opened.meeting_id, opened.version) if opened.purpose == PLAN else None
    if plan is None or not plan.may_be_kept(at):
        raise Http404
    with timezone.override(ZoneInfo(directory().calendar.zone)):
        body = plan_to_keep(plan, token, at=at)
    return _private(
        HttpResponse(
            body,
            content_type="text/calendar; charset=utf-8; method=PUBLISH",
            headers={"Content-Disposition": 'inline; filename="meeting.ics"'},
        )
    )


def _speak(request: HttpRequest) -> None:
    """The company's language, unless the switch on the page says another one: the letter came in it."""
    wanted = request.GET.get("lang")
    translation.activate(wanted if wanted in {"ru", "en"} else directory().language)


def _private(answer: HttpResponse) -> HttpResponse:
    """No search engine keeps it. That other sites don't learn the address is the whole product's rule (``same-origin``)."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _shut(request: HttpRequest, shut: DoorShut) -> HttpResponse:
    """The address leads nowhere any more; whom to ask."""
    manager = shut.params.get("manager")
    by = writer(manager if isinstance(manager, int) else None)
    context = {"why": shut.params["why"], "company": by.company, "manager": whom_to_write_to(by)}
    return _private(render(request, "client/shut.html", context, status=GONE))


def _answer(request: HttpRequest, token: str, opened: Opened) -> HttpResponse:
    act = request.POST.get("act", "")
    try:
        if opened.purpose == PLAN:
            _answer_plan(request, token, act)
        else:
            _answer_letter(request, token, act)
    except Invalid as refusal:
        return _page(
            request,
            opened,
            status=status_of(refusal),
            errors=field_errors(refusal),
            sentence=say(refusal),
            act=act,
        )
    except DoorShut as shut:  # a moment ago: what stands in its place isn't for him
        return _shut(request, shut)
    except AlreadyAnswered as refusal:
        return _page(request, opened, status=status_of(refusal), sentence=say(refusal), act=act)
    answer = redirect(request.get_full_path())
    answer.status_code = 303
    return answer


def _answer_plan(request: HttpRequest, token: str, act: str) -> None:
    at = timezone.now()
    match act:
        case "agree":
            asking.agree_with_plan(token=token, at=at)
        case "correct":
            said = {part: request.POST.get(part, "") for part in asking.CORRECTED}
            asking.correct_plan(token=token, corrections=Corrections(**said), at=at)
        case _:
            raise Invalid(errors={"act": "unknown_choice"})


def _answer_letter(request: HttpRequest, token: str, act: str) -> None:
    at = timezone.now()
    answer = Answer(request.POST.get("ready", ""), request.POST.get("ready_words", ""))
    changed = {
        key.removeprefix("point-"): str(text)
        for key, text in request.POST.items()
        if key.startswith("point-")
    }
    more = request.POST.get("more", "")
    match act:
        case "confirm":
            letters.confirm_letter(token=token, corrections=changed, more=more, answer=answer, at=at)
        case "correct":
            letters.correct_letter(token=token, corrections=changed, more=more, answer=answer, at=at)
        case "ready":
            letters.say_ready(token=token, answer=answer, at=at)
        case _:
            raise Invalid(errors={"act": "unknown_choice"})


def _page(
    request: HttpRequest,
    opened: Opened,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    sentence: str = "",
    act: str = "",
    wait: int = 0,
) -> HttpResponse:
    language = translation.get_language()
    other = "en" if language == "ru" else "ru"
    context: dict[str, Any] = {
        "opened": opened, "errors": errors or {}, "sentence": sentence, "act": act, "language": language, "other": other,
        "typed": request.POST if request.method == "POST" else {}, "minutes": -(-wait // 60), "company": directory().workspace_name,
    }  # fmt: skip
    if opened.purpose == PLAN:
        plan = client_plan(opened.meeting_id, opened.version)
        words = PlanWords(
            plan, directory(), opened, timezone.now(), told=was_told_what_is_agreed(opened.id), away="away" in request.GET
        )  # fmt: skip
        context |= {"plan": plan, "words": words}
        return _private(render(request, "client/plan.html", context, status=status))
    seen = client_letter(opened.meeting_id, opened.version)
    context |= {"seen": seen, "letter": seen.letter, "words": LetterWords(seen, directory(), opened)}
    return _private(render(request, "client/letter.html", context, status=status))
