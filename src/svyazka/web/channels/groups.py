"""Groups in messengers: which are bound, binding one by a code that is shown once, taking one off."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from svyazka.presale.channels.codes import issue_code
from svyazka.presale.channels.commands import unbind_group
from svyazka.presale.channels.queries import PlaceRow, chats_of, groups, messengers_on
from svyazka.presale.channels.values import DEALS, EXPERTS
from svyazka.presale.journal.values import Actor, Conflict, Invalid
from svyazka.presale.people.queries import directory
from svyazka.speech.refusals import field_errors, say
from svyazka.speech.ways import say_way
from svyazka.web.ui.doors import door_at, doors_for, show_entrance
from svyazka.web.ui.guard import guarded, see_other
from svyazka.web.ui.said import whole_number

ROLE_WORDS: Final[dict[str, str | Promise]] = {
    EXPERTS: gettext_lazy("expert requests"),
    DEALS: gettext_lazy("a topic for each deal"),
}
"""What a group is for."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group with the words that name it."""

    row: PlaceRow
    way: str
    title: str
    role: str | Promise
    unit: str


def groups_shown(actor: Actor) -> dict[str, Any]:
    """What the page's part about groups needs."""
    units = directory().units
    here = doors_for("group")
    linked = {place.channel for place in chats_of(actor.me) if place.gone_at is None}
    return {
        "groups": [
            Group(
                row, say_way(row.channel), row.title or row.chat, ROLE_WORDS[row.role],
                units[row.unit_id].name if row.unit_id else "",
            )
            for row in groups(viewer=actor)
        ],
        "messengers": [say_way(channel) for channel in messengers_on()],
        "doors": here,
        "strange_in": [door.name for door in here if door.channel not in linked],
        "units": [("", _("of all units"))]
        + [(str(unit.id), unit.name) for unit in units.values() if unit.kind == "delivery"],
    }  # fmt: skip


@require_POST
@guarded("channels.mend")
def experts(request: HttpRequest, actor: Actor, messenger: str) -> HttpResponse:
    """A code for a group that sees expert requests, of one unit's deals or of all."""
    unit = request.POST.get("unit", "")
    unit_id = whole_number(unit)
    if unit and unit_id is None:
        messages.error(request, _("There is no such unit any more."))
        return see_other("channels:page")
    return _bind(request, actor, messenger, EXPERTS, unit_id)


@require_POST
@guarded("channels.mend")
def deals(request: HttpRequest, actor: Actor, messenger: str) -> HttpResponse:
    """A code for a group in which each deal has a topic."""
    return _bind(request, actor, messenger, DEALS, None)


def _bind(
    request: HttpRequest, actor: Actor, messenger: str, purpose: str, unit_id: int | None
) -> HttpResponse:
    at = timezone.now()
    door_at(messenger, "group")
    try:
        code = issue_code(purpose=purpose, unit_id=unit_id, actor=actor, at=at)
    except Invalid as refusal:
        messages.error(request, " ".join(field_errors(refusal).values()))
    except Conflict as refusal:
        messages.error(request, say(refusal))
    else:
        linked = any(place.channel == messenger and place.gone_at is None for place in chats_of(actor.me))
        unit = directory().units[unit_id].name if unit_id else ""
        return show_entrance(
            request, "channels/code.html", channel=messenger, kind="group", code=code, at=at, purpose=purpose,
            unit=unit, is_linked=linked,
        )  # fmt: skip
    return see_other("channels:page")


@require_POST
@guarded("channels.mend")
def unbind(request: HttpRequest, actor: Actor, group: int) -> HttpResponse:
    """Nothing is said in this group any more."""
    unbind_group(place_id=group, actor=actor, at=timezone.now())
    messages.success(request, _("The group is taken off: nothing is said there any more."))
    return see_other("channels:page")
