"""My chats in messengers: linking one by a code that is shown once, and unlinking it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from svyazka.presale.channels.codes import TooManyCodes, issue_code
from svyazka.presale.channels.commands import unlink_chat
from svyazka.presale.channels.queries import PlaceRow, chats_of
from svyazka.presale.channels.values import PERSON
from svyazka.presale.journal.values import Actor
from svyazka.speech.refusals import say
from svyazka.speech.ways import say_way
from svyazka.web.jinja import render
from svyazka.web.ui.doors import Door, door_at, doors_for, show_entrance
from svyazka.web.ui.guard import actor_in, see_other


@dataclass(frozen=True, slots=True)
class Messenger:
    """A messenger, and my chat with us there if I have linked one."""

    channel: str
    name: str
    place: int | None
    since: datetime | None


def messengers_of(actor: Actor) -> list[Messenger]:
    """Every messenger in which one can be linked."""
    mine = _linked(actor)
    found = []
    for door in doors_for("person"):
        place = mine.get(door.channel)
        found.append(
            Messenger(door.channel, door.name, place.id if place else None, place.bound_at if place else None)
        )
    return found


def _linked(actor: Actor) -> dict[str, PlaceRow]:
    """My chat with us in each messenger in which I have linked one."""
    return {place.channel: place for place in chats_of(actor.me) if place.gone_at is None}


@require_POST
def link(request: HttpRequest, messenger: str) -> HttpResponse:
    """A code for my chat, on the answer and nowhere else."""
    actor, at = actor_in(request), timezone.now()
    door_at(messenger, "person")
    try:
        code = issue_code(purpose=PERSON, actor=actor, at=at)
    except TooManyCodes as refusal:
        messages.error(request, say(refusal))
        return see_other("settings:notices")
    return show_entrance(
        request, "settings/chat.html", channel=messenger, kind="person", code=code, at=at, messenger=messenger,
        revision=_revision(actor, messenger),
    )  # fmt: skip


@require_safe
def linked(request: HttpRequest, messenger: str) -> HttpResponse:
    """Whether my chat there is linked by now: the page with the code asks, and then says so."""
    door_at(messenger, "person")
    revision = _revision(actor_in(request), messenger)
    tag = f'"{revision}"'
    if not revision or request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    shown = render(request, "settings/chat.html", {"door": Door(messenger, say_way(messenger))})
    shown.headers["ETag"] = tag
    return shown


def _revision(actor: Actor, messenger: str) -> str:
    """Changes when the actor's chat is linked."""
    place = _linked(actor).get(messenger)
    return str(place.id) if place else ""


@require_POST
def unlink(request: HttpRequest, chat: int) -> HttpResponse:
    """Nothing comes to this chat any more."""
    unlink_chat(place_id=chat, actor=actor_in(request), at=timezone.now())
    messages.success(request, _("The chat is unlinked: nothing comes there any more."))
    return see_other("settings:notices")
