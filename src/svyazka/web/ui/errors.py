"""Answers that are no page, in the product's own words: nothing here, not open to you, gone wrong, not saved."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from svyazka.presale.journal.values import NotAllowed, NotFound
from svyazka.speech.refusals import say
from svyazka.web.jinja import render

_log = logging.getLogger(__name__)


def _page(request: HttpRequest, status: HTTPStatus, title: str, text: str) -> HttpResponse:
    return render(request, "ui/error.html", {"title": title, "text": text, "way_out": None}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 (Django's)
    """400: the browser sent what no page of ours sends."""
    text = _("The request could not be understood. Go back and try once more.")
    return _page(request, HTTPStatus.BAD_REQUEST, _("That didn’t work"), text)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: who may is said, if it is known."""
    text = say(exception) if isinstance(exception, NotAllowed) else str(exception or "")
    return _page(
        request,
        HTTPStatus.FORBIDDEN,
        _("You don’t have access to this"),
        text or _("You can’t do this here."),
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 (Django's)
    """403 of the protection against forged forms: nearly always a page that stood open too long."""
    text = _("The page was open too long, or cookies are off. Go back, reload it and send the form again.")
    return _page(request, HTTPStatus.FORBIDDEN, _("The form is out of date"), text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 (Django's)
    """404: there is no such thing, or the viewer may not know of it."""
    text = _("The address may be mistyped, or you don’t have access to the page.")
    return _page(request, HTTPStatus.NOT_FOUND, _("No such page"), text)


def fault(request: HttpRequest) -> HttpResponse:
    """500: our mistake. Without the frame's data, since whatever it asks for may be what has failed."""
    text = _(
        "The mistake is ours and is in the log. Your draft is kept in the browser; try again in a minute."
    )
    return _page(request, HTTPStatus.INTERNAL_SERVER_ERROR, _("Something went wrong"), text)


def _above(path: str) -> str:
    """The nearest address above this one that there is."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        break
    return path


class Unreadable(ValidationError):
    """What lies encrypted can't be opened; the sentence is for whoever asked. A form shows it beside its field."""


class RefusedMiddleware:
    """What commands and queries refuse, and a storage that fails, become pages wherever a view lets them pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A person whose browser looks at an address that only takes forms is led to the page above it."""
        answer = self.get_response(request)
        if (
            answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
            and request.method == "GET"
            and "text/html" in request.headers.get("Accept", "")
            and not request.path_info.startswith("/api/")
        ):
            return HttpResponseRedirect(_above(request.path_info))
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for the exceptions that have a meaning to a person; leave the rest to Django."""
        if request.path_info.startswith("/api/"):
            return None
        if isinstance(exception, NotFound):
            return not_found(request, exception)
        if isinstance(exception, NotAllowed):
            return forbidden(request, exception)
        if isinstance(exception, Unreadable):
            return _page(request, HTTPStatus.CONFLICT, _("That didn’t work"), str(exception.message))
        if isinstance(exception, OperationalError | InterfaceError):
            _log.error("%s %s: the storage failed", request.method, request.path, exc_info=exception)
            text = _(
                "The database doesn’t answer, so nothing was saved. Go back: what you typed is still there."
            )
            answer = _page(request, HTTPStatus.SERVICE_UNAVAILABLE, _("Not saved"), text)
            answer["Retry-After"] = "10"
            return answer
        return None
