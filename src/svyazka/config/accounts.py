"""Who comes in: people are invited, and every page asks who they are."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django_htmx.http import HttpResponseClientRedirect


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """People are invited by an administrator; nobody signs himself up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "enter_current_password": gettext_lazy("The password is wrong."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always closed."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The letter's link leads to our own address, whatever host the browser claims to have asked."""
        return f"{settings.PUBLIC_URL}{urlsplit(super().get_reset_password_from_key_url(key)).path}"


class LongEnough(MinimumLengthValidator):
    """Django's rule in fewer words."""

    def get_error_message(self) -> str:
        """The sentence, and nothing but it."""
        return ngettext("At least %(num)d character.", "At least %(num)d characters.", self.min_length) % {
            "num": self.min_length
        }


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every page is closed unless its view says ``login_not_required``; the API has a guard of its own."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponseBase | None:
        """Send a stranger to sign in, except from the API, which answers him with a problem document."""
        if request.path_info.startswith("/api/"):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # the stubs know of one kind of redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Ask to sign in, and lead back to the page that was looked at: what a form was sent to is no page.

        A part that htmx has asked for is no place for signing in: the browser leaves for it as a whole.
        """
        path = _page_of(request)
        if "HX-Request" in request.headers:
            return HttpResponseClientRedirect(f"{reverse('account_login')}?{urlencode({'next': path})}")
        return redirect_to_login(path)


def _page_of(request: HttpRequest) -> str:
    """The page of ours that this request came from; for a plain look at a page the page itself."""
    asked = request.get_full_path()
    if request.method in {"GET", "HEAD"} and "HX-Request" not in request.headers:
        return asked
    parts = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if parts.netloc != request.get_host():
        return asked
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
