"""Each page speaks the language of whoever looks at it, in his time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class ViewerMiddleware:
    """Activate the person's language and zone; a stranger keeps what his browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the viewer's language, and forget him afterwards."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        # Django's LocaleMiddleware activates a language for every request anew, so only the zone needs putting back.
        translation.activate(request.user.language)
        with timezone.override(ZoneInfo(request.user.time_zone)):
            return self.get_response(request)
