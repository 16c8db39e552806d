"""Rules in the shadow: of each check that doesn't stop, which deals it would have stopped, before anybody lets it."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from svyazka.presale.journal.values import Actor
from svyazka.presale.people.rights import may
from svyazka.presale.reviews.rehearsal import MOST, QUARTER, SPANS
from svyazka.presale.reviews.shadow import Shade, Shadow, shadow
from svyazka.speech.process_told import Words
from svyazka.speech.shadow import say_shade
from svyazka.speech.times import moment
from svyazka.web.jinja import render
from svyazka.web.process.rehearsing import Case, shown_under
from svyazka.web.ui.guard import guarded

_LOOKS: Final = {"warn": "warn", "observe": "info"}


@dataclass(frozen=True, slots=True)
class Line:
    """A check in the shadow.

    :ivar said: how many deals it would have stopped, of how many
    :ivar unknown: how many there are of which nobody can tell, in words; empty for none
    :ivar href: where it is let to stop, or where that is proposed
    """

    shade: Shade
    title: str
    strength: str
    look: str
    said: str
    unknown: str
    cases: tuple[Case, ...]
    href: str


@dataclass(frozen=True, slots=True)
class Section:
    """The checks of one stage."""

    title: str
    lines: tuple[Line, ...]


@require_safe
@guarded("ladder.see")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All checks that don't stop yet, by stage."""
    days = {str(span): span for span in SPANS}.get(request.GET.get("days", ""), QUARTER)
    found = shadow(viewer=actor, at=timezone.now(), days=days)
    sections = _sections(found, get_language() or "", may_publish=may(actor, "process.publish"))
    hit = [len(line.cases) for section in sections for line in section.lines]
    context = {
        "found": found, "sections": sections, "days": str(days), "most": MOST, "may_climb": True,
        "may_publish": may(actor, "process.publish"), "shown": shown_under(sum(map(bool, hit))),
        "spans": [(str(one), ngettext("%(num)d day", "%(num)d days", one) % {"num": one}) for one in SPANS],
    }  # fmt: skip
    return render(request, "process/shadow.html", context)


def _sections(found: Shadow, language: str, *, may_publish: bool) -> tuple[Section, ...]:
    words = Words(found.process, language)
    stages = dict.fromkeys(shade.stage.key for shade in found.shades)
    return tuple(
        Section(
            words.say(found.process.stage(key).name),
            tuple(_line(one, found, words, may_publish) for one in found.shades if one.stage.key == key),
        )
        for key in stages
    )


def _line(shade: Shade, found: Shadow, words: Words, may_publish: bool) -> Line:  # noqa: FBT001 (once, from above)
    cases = (
        Case(found.deals[deal], _("left on %(when)s") % {"when": moment(when)})
        for deal, when in shade.stopped.items()
    )
    door = reverse("process:edit") if may_publish else reverse("proposals:new")
    unknown = len(shade.unknown)
    return Line(
        shade, words.say(shade.check.text), words.strength(shade.check.strength), _LOOKS.get(shade.check.strength, "info"),
        say_shade(shade),
        ngettext("Of %(num)d more deal nobody can tell.", "Of %(num)d more deals nobody can tell.", unknown) % {"num": unknown}
        if unknown else "",
        tuple(cases), f"{door}?stop={shade.path}",
    )  # fmt: skip
