"""The deal's own chat: binding a group to it by a code that is shown once, taking it off."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from svyazka.presale.channels.queries import chats_of, places_for
from svyazka.presale.channels.values import DEAL
from svyazka.presale.deals.chats import issue_chat_code, unbind_chat
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.journal.values import Actor, Conflict, NotFound
from svyazka.presale.stages.queries import deal_page
from svyazka.speech.refusals import say
from svyazka.web.jinja import render
from svyazka.web.ui.doors import door_at, doors_for, show_entrance
from svyazka.web.ui.guard import actor_in, see_other


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, number: str) -> HttpResponse:
    """What a deal's chat is good for, and the chats it has; posting shows a code for one, once."""
    actor = actor_in(request)
    row = _row(number, actor)
    linked = {place.channel for place in chats_of(actor.me) if place.gone_at is None}
    if request.method == "POST":
        return _bind(request, row, actor, linked)
    doors = doors_for("group")
    context = {
        "row": row,
        "is_open": row.status == "open",
        "chats": places_for(DEAL, deal_id=row.id),
        "doors": doors,
        "strange_in": [door.name for door in doors if door.channel not in linked],
    }
    return render(request, "deal/chat.html", context)


@require_POST
def unbind(request: HttpRequest, number: str, chat: int) -> HttpResponse:
    """Nothing of the deal is said in this chat any more."""
    actor = actor_in(request)
    unbind_chat(deal_id=_row(number, actor).id, place_id=chat, actor=actor, at=timezone.now())
    messages.success(request, _("The chat is taken off the deal."))
    return see_other("deal:page", number=number)


def _row(number: str, actor: Actor) -> DealRow:
    """The deal, for who may do something about its chat.

    :raises NotFound: everybody else, partner agents among them
    """
    if actor.is_agent:
        raise Http404
    shown = deal_page(number=number, viewer=actor, at=timezone.now(), entries=0)
    if "deal.chat" not in shown.may:
        raise NotFound
    return shown.card.row


def _bind(request: HttpRequest, row: DealRow, actor: Actor, linked: set[str]) -> HttpResponse:
    messenger, at = request.POST.get("messenger", ""), timezone.now()
    door_at(messenger, "group")
    try:
        code = issue_chat_code(deal_id=row.id, actor=actor, at=at)
    except Conflict as refusal:
        messages.error(request, say(refusal))
        return see_other("deal:page", number=row.path)
    return show_entrance(
        request, "deal/chat_code.html", channel=messenger, kind="group", code=code, at=at, row=row,
        is_linked=messenger in linked,
    )  # fmt: skip
