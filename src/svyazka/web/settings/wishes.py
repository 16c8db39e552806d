"""What I wish to hear outside, in which channel, and when not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from svyazka.presale.journal.values import Actor
from svyazka.presale.notices.commands import send_test, set_wishes
from svyazka.presale.notices.wishes import DIGEST_AT, GROUPS, QUIET, WISHES, Group, Reach, reach_of
from svyazka.speech.ways import say_way
from svyazka.web.jinja import render
from svyazka.web.settings.chats import messengers_of
from svyazka.web.ui.guard import actor_in, see_other

Words = str | Promise

GROUP_WORDS: Final[Mapping[Group, tuple[Words, Words]]] = {
    "owed": (
        gettext_lazy("What I owe"),
        gettext_lazy("a new commitment, a role on a deal, a request at the window"),
    ),
    "overdue": (
        gettext_lazy("Overdue and escalated"),
        gettext_lazy("time is up for me or for those I answer for"),
    ),
    "deals": (gettext_lazy("My deals"), gettext_lazy("a stage is finished, a deal is won, lost or reopened")),
    "experts": (gettext_lazy("Expert requests"), gettext_lazy("a request for which I may be the expert")),
    "questions": (gettext_lazy("Questions"), gettext_lazy("a question to my client, an answer to mine")),
    "leads": (gettext_lazy("My leads"), gettext_lazy("what becomes of the requests that I brought")),
}
WISH_WORDS: Final[Mapping[str, Words]] = {
    "now": pgettext_lazy("wish", "at once"),
    "digest": pgettext_lazy("wish", "in the digest"),
    "never": pgettext_lazy("wish", "only here"),
}
_FOR_AGENTS: Final[tuple[Group, ...]] = ("leads",)


@dataclass(frozen=True, slots=True)
class Box:
    """A wish to choose: one group in one channel."""

    name: str
    channel: str
    wish: str


@dataclass(frozen=True, slots=True)
class Row:
    """A group of kinds with a wish for each channel."""

    title: Words
    hint: Words
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A channel of mine. ``away`` where it says that I am not there."""

    channel: str
    name: str
    away: bool


def _clock(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class HoursForm(forms.Form):
    """Quiet hours and the hour of the digest; all by the clock of one's own zone."""

    quiet_from = _clock(gettext_lazy("Quiet from"))
    quiet_until = _clock(gettext_lazy("Quiet until"))
    digest_at = _clock(gettext_lazy("The digest comes at"))
    weekly = forms.BooleanField(
        label=gettext_lazy("The week in figures, on Mondays"),
        required=False,
        help_text=gettext_lazy(
            "What came in, what was won and lost and why, with charts; at the hour of the digest."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Quiet hours have two ends."""
        given = self.cleaned_data
        if bool(given.get("quiet_from")) != bool(given.get("quiet_until")):
            self.add_error("quiet_until", _("Give both ends of the quiet hours, or neither."))
        return given

    @property
    def quiet(self) -> tuple[time, time] | None:
        """What was chosen."""
        begins, ends = self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"]
        return (begins, ends) if begins and ends else None


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The table of wishes; posting saves it."""
    actor = actor_in(request)
    reach = reach_of(actor.me)
    assert reach is not None
    if request.method != "POST":
        return _page(request, actor, reach, HoursForm(initial=_hours(reach)))
    form = HoursForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, reach, form, status=422)
    rows = _rows(actor, reach)
    choices: dict[str, dict[str, str]] = {group: dict(wishes) for group, wishes in reach.choices.items()}
    for group, row in rows.items():
        for box in row.boxes:
            chosen = request.POST.get(box.name, "")
            if (
                chosen in WISHES and chosen != box.wish
            ):  # what was left alone stays the default, whatever that becomes
                choices.setdefault(group, {})[box.channel] = chosen
    set_wishes(
        choices=choices,
        quiet=form.quiet,
        digest_at=form.cleaned_data["digest_at"],
        weekly=_weekly(reach, chosen=form.cleaned_data["weekly"]),
        actor=actor,
        at=timezone.now(),
    )
    messages.success(request, _("Saved."))
    return see_other("settings:notices")


@require_POST
def test(request: HttpRequest, channel: str) -> HttpResponse:
    """Send me a message by this channel."""
    send_test(channel=channel, actor=actor_in(request), at=timezone.now())
    messages.success(request, _("A test is on its way. It should be there within a minute."))
    return see_other("settings:notices")


def _weekly(reach: Reach, *, chosen: bool) -> bool | None:
    """What was left alone stays as one's duties say, whatever those become."""
    return reach.weekly if chosen == reach.hears_of_weeks else chosen


def _hours(reach: Reach) -> dict[str, time | bool | None]:
    begins, ends = reach.quiet or (None, None)
    return {
        "quiet_from": begins, "quiet_until": ends, "digest_at": reach.digest_at, "weekly": reach.hears_of_weeks,
    }  # fmt: skip


def _rows(actor: Actor, reach: Reach) -> dict[Group, Row]:
    groups = _FOR_AGENTS if actor.is_agent else GROUPS
    return {
        group: Row(
            *GROUP_WORDS[group],
            tuple(Box(f"{group}.{channel}", channel, reach.wish(group, channel)) for channel in reach.places),
        )
        for group in groups
    }


def _page(
    request: HttpRequest, actor: Actor, reach: Reach, form: HoursForm, status: int = 200
) -> HttpResponse:
    ways = [Way(channel, say_way(channel), away=False) for channel in reach.places]
    ways += [Way(channel, say_way(channel), away=True) for channel in sorted(reach.away)]
    context = {
        "rows": list(_rows(actor, reach).values()),
        "ways": ways,
        "messengers": messengers_of(actor),
        "form": form,
        "typed": request.POST,
        "wishes": list(WISH_WORDS.items()),
        "names": {way.channel: way.name for way in ways},
        "address": reach.person.email,
        "defaults": (QUIET, DIGEST_AT),
    }
    return render(request, "settings/notices.html", context, status=status)
