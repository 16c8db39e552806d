"""Who comes in: people are invited, and every page asks who they are."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy, ngettext


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
