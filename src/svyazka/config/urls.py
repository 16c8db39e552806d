"""Every route of the product. Each slice lists its own in ``web/<slice>/urls.py``."""

from typing import NoReturn

from django.http import Http404, HttpRequest
from django.urls import include, path, re_path


def closed(request: HttpRequest) -> NoReturn:  # noqa: ARG001 (Django's)
    """A page of allauth that we have no use for: people are invited, and their addresses are the administrator's."""
    raise Http404


handler400 = "svyazka.web.ui.errors.bad_request"
handler403 = "svyazka.web.ui.errors.forbidden"
handler404 = "svyazka.web.ui.errors.not_found"
handler500 = "svyazka.web.ui.errors.fault"

urlpatterns = [
    re_path(r"^account/(?:signup|email|confirm-email|password/set|inactive)/", closed),
    path("account/", include("allauth.urls")),
    path("", include("svyazka.connectors.telegram.urls")),
    path("api/", include("svyazka.api.urls")),
    path("", include("svyazka.web.urls")),
]
