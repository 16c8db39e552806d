"""Deciding on a request: each act is one command; a refusal comes back on the request's page with what was typed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from svyazka.presale.deals.commands import accept_request, close_request, confirm_no_duplicate, say_contacted
from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.journal.values import NotFound
from svyazka.web.ui.acting import refused_by
from svyazka.web.ui.guard import actor_in, see_other
from svyazka.web.ui.said import said, whole_number
from svyazka.web.window.views import show_request


def _perform(
    request: HttpRequest, number: str, act: str, command: Callable[[int], str], *, stay: bool
) -> HttpResponse:
    """Run one command and go on: to the queue, or (``stay``) back to where the form stood.

    :param command: takes the deal's id, returns what to say about it
    """
    refused = refused_by(request, lambda: command(deal_id_of(number, viewer=actor_in(request))))
    if refused is not None:
        return show_request(
            request, number, status=refused.status, errors=refused.errors, act=act, sentence=refused.sentence
        )
    at_queue = not stay or request.POST.get("back") == "queue"
    return see_other("window:queue") if at_queue else see_other("window:request", number=number)


def _chosen(request: HttpRequest, name: str) -> int | None:
    """An id out of a list; 0, which nothing has, for what is no id."""
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    return whole_number(text) or 0


@require_POST
def contacted(request: HttpRequest, number: str) -> HttpResponse:
    """The client has had an answer."""

    def command(deal_id: int) -> str:
        say_contacted(
            deal_id=deal_id, how=said(request.POST, "how"), actor=actor_in(request), at=timezone.now()
        )
        return _("The answer to the client is recorded")

    return _perform(request, number, "contacted", command, stay=True)


@require_POST
def is_new(request: HttpRequest, number: str) -> HttpResponse:
    """The similar ones were looked at: it is a request of its own."""

    def command(deal_id: int) -> str:
        confirm_no_duplicate(
            deal_id=deal_id, same_client_as=_named(request.POST.get("same", ""), request),
            actor=actor_in(request), at=timezone.now(),
        )  # fmt: skip
        return _("Duplicates are checked: the request is new")

    return _perform(request, number, "is_new", command, stay=True)


@require_POST
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """The request is ours: whose, and which unit delivers."""

    def command(deal_id: int) -> str:
        accept_request(
            deal_id=deal_id, manager_id=_chosen(request, "manager"), unit_id=_chosen(request, "unit"),
            actor=actor_in(request), at=timezone.now(),
        )  # fmt: skip
        return _("Request %(number)s is accepted") % {"number": _in_full(number)}

    return _perform(request, number, "accept", command, stay=False)


@require_POST
def close(request: HttpRequest, number: str) -> HttpResponse:
    """The request goes no further: a duplicate, spam, or declined by us with a reason."""

    def command(deal_id: int) -> str:
        actor = actor_in(request)
        status = request.POST.get("status", "")
        close_request(
            deal_id=deal_id, status=status, reason=said(request.POST, "reason"), actor=actor, at=timezone.now(),
            duplicate_of=_original(request) if status == "duplicate" else None,
        )  # fmt: skip
        return _("Request %(number)s is closed") % {"number": _in_full(number)}

    return _perform(request, number, "close", command, stay=False)


def _in_full(number: str) -> str:
    """The number as people write it, out of an address."""
    return f"С-{number.removeprefix('С-')}"


def _original(request: HttpRequest) -> int | None:
    """The deal that this one repeats: chosen from the similar ones, or named by its number."""
    return _named(
        request.POST.get("original_number", "").strip() or request.POST.get("original", ""), request
    )


def _named(number: str, request: HttpRequest) -> int | None:
    try:
        return deal_id_of(number, viewer=actor_in(request))
    except NotFound:
        return None  # the command says which field it misses
