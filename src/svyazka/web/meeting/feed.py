"""The calendar of one person by a secret address: his meetings and what he owes."""

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from svyazka.presale.commitments.queries import owed_by
from svyazka.presale.meetings.feeds import feed_reader, feed_token, renew_feed
from svyazka.presale.meetings.queries import going_to
from svyazka.presale.people.queries import directory
from svyazka.speech.calendar_feed import feed_of_person
from svyazka.speech.reader import address
from svyazka.web.ui.guard import actor_in, see_other

BACK: Final = timedelta(days=60)
"""How far back the calendar goes."""


def address_of(token: str) -> str:
    """The whole address that a calendar subscribes to."""
    return address(reverse("meeting:feed", kwargs={"feed": token}))


@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Make the address, or another one in place of that which was given out."""
    actor = actor_in(request)
    if actor.is_agent:
        raise Http404
    if request.POST.get("renew"):
        renew_feed(actor=actor)
        messages.success(request, _("Your calendar has a new address; the old one leads nowhere."))
    feed_token(actor=actor)
    return see_other("meeting:list")


@login_not_required
@never_cache
@require_safe
def calendar(request: HttpRequest, feed: str) -> HttpResponse:
    """The calendar itself, in the language and the zone of whose it is."""
    del request
    reader, at = feed_reader(feed), timezone.now()
    card = directory().people[reader.me]
    with translation.override(card.language):
        body = feed_of_person(
            going_to(viewer=reader, since=at - BACK),
            owed_by(viewer=reader),
            person=card,
            language=card.language,
        )
    return HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="svyazka.ics"'},
    )
