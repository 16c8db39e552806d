"""Addresses of the public form: made once and shown once, listed, ended."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from svyazka.presale.deals import links as addresses
from svyazka.presale.journal.values import Invalid
from svyazka.presale.people.queries import directory
from svyazka.speech.refusals import field_errors
from svyazka.web.jinja import render
from svyazka.web.ui.guard import actor_in, see_other


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def links(request: HttpRequest) -> HttpResponse:
    """The list; posting makes one more and shows its address this once."""
    actor = actor_in(request)
    if actor.is_agent:
        raise Http404
    errors: dict[str, str] = {}
    address, status = "", 200
    if request.method == "POST":
        try:
            agent = request.POST.get("agent", "")
            secret = addresses.make_link(
                name=request.POST.get("name", ""), actor=actor, at=timezone.now(),
                agent_id=(int(agent) if agent.isascii() and agent.isdigit() else 0) if agent else None,
            )  # fmt: skip
            address = settings.PUBLIC_URL + reverse("form:public", kwargs={"secret": secret})
        except Invalid as refusal:
            errors, status = field_errors(refusal), 422
    listed = addresses.links(viewer=actor)
    people, now = directory(), timezone.now()
    agents = [card for card in people.people.values() if card.is_agent and card.is_active]
    context = {
        "address": address, "errors": errors, "typed": request.POST if errors else {},
        "links": [(link, people.name(link.agent_id), _state(link, now)) for link in listed],
        "agents": [(card.id, card.full_name) for card in agents],
    }  # fmt: skip
    return render(request, "window/links.html", context, status=status)


def _state(link: addresses.LinkRow, now: datetime) -> str:
    if link.revoked_at is not None:
        return "revoked"
    return "living" if link.expires_at > now else "expired"


@require_POST
def revoke(request: HttpRequest, link_id: int) -> HttpResponse:
    """End an address at once."""
    addresses.revoke_link(link_id=link_id, actor=actor_in(request), at=timezone.now())
    messages.success(request, _("The address no longer works"))
    return see_other("window:links")
