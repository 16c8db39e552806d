"""For administrators: how each channel does, who can't be reached, which messages lie dead, and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from svyazka.presale.channels.commands import drop, resend, revive_place, wake_channel
from svyazka.presale.channels.incoming import Aside, put_aside, try_again
from svyazka.presale.channels.queries import (
    ChannelHealth,
    DeadRow,
    PlaceRow,
    channels_health,
    dead_messages,
    gone_places,
    messengers_on,
)
from svyazka.presale.channels.values import CARD, CHARTS, DIGEST, NOTICE, TEST, WEEK
from svyazka.presale.journal.values import Actor, Refusal
from svyazka.presale.people.queries import directory
from svyazka.speech.refusals import say
from svyazka.speech.ways import say_way
from svyazka.web.channels.groups import groups_shown
from svyazka.web.jinja import render
from svyazka.web.ui.guard import guarded, see_other

LATEST: Final = 100
_KINDS: Final = {
    NOTICE: pgettext_lazy("message", "a notice"),
    DIGEST: pgettext_lazy("message", "a digest"),
    WEEK: pgettext_lazy("message", "the week in figures"),
    CHARTS: pgettext_lazy("message", "the charts of a week"),
    TEST: pgettext_lazy("message", "a test"),
    CARD: pgettext_lazy("message", "a card"),
}
_ANY_KIND: Final = pgettext_lazy("message", "a message")


@dataclass(frozen=True, slots=True)
class Named:
    """A channel, a place, a dead message or one that nobody understood, with the words that name it."""

    row: ChannelHealth | PlaceRow | DeadRow | Aside
    way: str
    who: str = ""
    what: str = ""


@require_safe
@guarded("channels.see")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything on one page; a hundred dead messages at most, the newest first."""
    at = timezone.now()
    health, shown = channels_health(viewer=actor, at=at), groups_shown(actor)
    context = {
        "silent": set(messengers_on()) - {door.channel for door in shown["doors"]},
        "channels": [Named(row, say_way(row.channel)) for row in health],
        "gone": [Named(row, say_way(row.channel), _who(row)) for row in gone_places(viewer=actor)],
        "dead": [
            Named(row, say_way(row.channel), _who(row), str(_KINDS.get(row.kind, _ANY_KIND)))
            for row in dead_messages(viewer=actor, limit=LATEST)
        ],
        "dead_in_all": sum(row.dead for row in health),
        "latest": LATEST,
        "told": [Named(row, say_way(row.channel)) for row in put_aside(viewer=actor, limit=LATEST)],
        **shown,
    }
    return render(request, "channels/page.html", context)


def _who(row: PlaceRow | DeadRow) -> str:
    return directory().name(row.person_id) or row.title or row.chat


@require_POST
@guarded("channels.mend")
def resend_one(request: HttpRequest, actor: Actor, message: int) -> HttpResponse:
    """Send a dead message again."""
    return _mended(request, lambda: resend(message_id=message, actor=actor, at=timezone.now()), _sent_again)


@require_POST
@guarded("channels.mend")
def resend_all(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send all dead messages again whose place is there."""
    return _mended(request, lambda: resend(message_id=None, actor=actor, at=timezone.now()), _sent_again)


@require_POST
@guarded("channels.mend")
def drop_one(request: HttpRequest, actor: Actor, message: int) -> HttpResponse:
    """Give a dead message up."""
    return _mended(request, lambda: drop(message_id=message, actor=actor, at=timezone.now()), _dropped)


@require_POST
@guarded("channels.mend")
def drop_all(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give all dead messages up."""
    return _mended(request, lambda: drop(message_id=None, actor=actor, at=timezone.now()), _dropped)


@require_POST
@guarded("channels.mend")
def revive(request: HttpRequest, actor: Actor, place: int) -> HttpResponse:
    """Switch a place on again."""
    revive_place(place_id=place, actor=actor, at=timezone.now())
    messages.success(request, _("Switched on again."))
    return see_other("channels:page")


@require_POST
@guarded("channels.mend")
def wake(request: HttpRequest, actor: Actor, channel: str) -> HttpResponse:
    """Let a resting channel try at once."""
    wake_channel(channel=channel, actor=actor, at=timezone.now())
    messages.success(request, _("It tries again now."))
    return see_other("channels:page")


@require_POST
@guarded("channels.mend")
def again(request: HttpRequest, actor: Actor, told: int) -> HttpResponse:
    """Let what could not be understood be handled once more."""
    try_again(told_id=told, actor=actor, at=timezone.now())
    messages.success(request, _("It is tried again now."))
    return see_other("channels:page")


def _mended(request: HttpRequest, mend: Callable[[], int], told: Callable[[int], str]) -> HttpResponse:
    try:
        count = mend()
    except Refusal as refusal:
        if refusal.code == "not_found":
            raise
        messages.error(request, say(refusal))
    else:
        messages.success(request, told(count))
    return see_other("channels:page")


def _sent_again(count: int) -> str:
    said = ngettext("%(count)d message goes out again.", "%(count)d messages go out again.", count)
    return said % {"count": count}


def _dropped(count: int) -> str:
    return ngettext("%(count)d message is given up.", "%(count)d messages are given up.", count) % {
        "count": count
    }
