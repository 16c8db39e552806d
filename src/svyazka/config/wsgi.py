"""The door for a WSGI server: ``granian --interface wsgi svyazka.config.wsgi:application``."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from svyazka.config.collector import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svyazka.config.settings")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def read_to_the_end(inner: Application) -> Application:
    """Take in what is left of a body before the answer leaves.

    A server that answers and hangs up while the other side still sends loses its answer: nginx then says 502 where we
    said 401 or 413. A body larger than any form of ours, files and all, isn't read at all; nginx has refused it before. Only for a
    server behind a proxy that has the whole body before it asks: of anybody else it would be waiting for what may
    never come.
    """

    def answered(scope: dict[str, Any], respond: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return inner(scope, respond)
        finally:
            length = scope.get("CONTENT_LENGTH") or "0"
            if length.isdigit() and 0 < int(length[:12]) <= settings.FOLDER_FORM_LIMIT:
                while scope["wsgi.input"].read(65_536):
                    pass

    return answered


application: Application = get_wsgi_application()
settle()
if settings.TRUSTED_PROXIES:
    # Only what these addresses say in X-Forwarded-For and X-Forwarded-Proto is believed.
    application = read_to_the_end(
        wrap_wsgi_with_proxy_headers(application, trusted_hosts=settings.TRUSTED_PROXIES)
    )
