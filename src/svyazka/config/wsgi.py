"""The door for a WSGI server: ``granian --interface wsgi svyazka.config.wsgi:application``."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svyazka.config.settings")

application = get_wsgi_application()
# What start-up has made stays to the end: the collector needn't walk it again and again while pages are drawn.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
if settings.TRUSTED_PROXIES:
    # Only what these addresses say in X-Forwarded-For and X-Forwarded-Proto is believed.
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts=settings.TRUSTED_PROXIES)
