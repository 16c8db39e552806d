"""One moment a request: settings, people and the process are read once for the whole page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from svyazka.presale.journal.moment import moment


def one_moment(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: everything that a request asks and does shares its reads of settings."""

    def respond(request: HttpRequest) -> HttpResponse:
        with moment():
            return get_response(request)

    return respond
