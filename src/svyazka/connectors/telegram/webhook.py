"""Where Telegram brings updates: kept as they come, answered at once. Nothing is understood here, and aiogram isn't loaded."""

from typing import Final

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt
from pydantic_core import from_json

from svyazka.connectors.telegram import NAME
from svyazka.presale.channels.incoming import receive

log = structlog.get_logger("svyazka.telegram")

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
LONGEST: Final = 512 * 1024


@login_not_required
@csrf_exempt
@no_append_slash
def webhook(request: HttpRequest) -> HttpResponse:
    """Keep an update. Who doesn't know the secret is answered, whatever he tries, as where there is nothing."""
    secret = settings.ENVIRONMENT.telegram.webhook
    knows = constant_time_compare(request.headers.get(HEADER, ""), secret) if secret else False
    if request.method != "POST" or not knows:
        if HEADER in request.headers:  # a forger, or a secret that was changed on one side only
            log.warning("an update with a wrong secret")
        raise Http404
    if len(request.body) > LONGEST:
        return HttpResponse(status=413)
    try:
        update = from_json(request.body)
        number = update["update_id"]
    except (ValueError, KeyError, TypeError):
        return HttpResponse(status=400)
    if not isinstance(number, int) or isinstance(number, bool):
        return HttpResponse(status=400)
    receive(channel=NAME, source=str(number), raw=update, at=timezone.now())
    return HttpResponse(status=200)
