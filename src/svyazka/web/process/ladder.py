"""The ladder: on which rung the company stands, by what; what each gives; what comes next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from svyazka.engine.process import Process
from svyazka.presale.journal.values import Actor
from svyazka.presale.launch.ladder import ENOUGH, HELD, MANY, RUNGS, Ladder, Rung, ladder
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import current_process
from svyazka.presale.reviews.rehearsal import QUARTER
from svyazka.speech.process_words import say_role
from svyazka.speech.times import number, percent
from svyazka.web.jinja import render
from svyazka.web.ui.guard import guarded
from svyazka.web.ui.pictures import Knot, KnotState

NAMES: Final[Mapping[Rung, str | Promise]] = {
    "paper": pgettext_lazy("rung", "Paper"),
    "sheet": pgettext_lazy("rung", "Sheet"),
    "advice": pgettext_lazy("rung", "Advice"),
    "rules": pgettext_lazy("rung", "Rules"),
    "scorecards": pgettext_lazy("rung", "Scorecards"),
}
_GIVES: Final[Mapping[Rung, str | Promise]] = {
    "paper": gettext_lazy(
        "Everybody reads the same rules, on a wall. As long as stages are argued about, paper is the quickest program."
    ),
    "sheet": gettext_lazy(
        "All deals stand in one list, each with its stage and its next step. Nothing is kept in heads any more."
    ),
    "advice": gettext_lazy(
        "The system says what is missing and who owes what. Checks that only warn or note stop nobody: people get used to them."
    ),
    "rules": gettext_lazy(
        "What a result depends on can’t be left out by oversight any more. Whoever goes on all the same says why, the management included."
    ),
    "scorecards": gettext_lazy(
        "Figures tell what each rule is worth and who needs help. One sees one’s own first."
    ),
}


@dataclass(frozen=True, slots=True)
class Sign:
    """What a rung is told by; ``holds`` is None for what is only good to know."""

    words: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Way:
    """Where something for a rung is done."""

    words: str
    href: str
    icon: str


@dataclass(frozen=True, slots=True)
class Step:
    """A rung. ``state`` is ``tied``, ``open`` for the next one, or ``ahead``; of ``any_of`` its signs one is enough."""

    rung: Rung
    name: str
    gives: str
    state: KnotState
    signs: tuple[Sign, ...]
    ways: tuple[Way, ...]
    any_of: bool = False


@require_safe
@guarded("ladder.see")
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All five rungs, with what each is told by."""
    found, language = ladder(viewer=actor, at=timezone.now()), get_language() or ""
    steps = _steps(found, actor, language)
    context = {
        "ladder": found, "steps": steps, "may_climb": True,
        "knots": tuple(Knot(step.name, step.state) for step in steps),
        "here": str(NAMES[found.rung]) if found.rung else "",
        "ahead": str(NAMES[found.ahead]) if found.ahead else "",
    }  # fmt: skip
    return render(request, "process/ladder.html", context)


def _steps(found: Ladder, actor: Actor, language: str) -> tuple[Step, ...]:
    return tuple(
        Step(
            rung, str(NAMES[rung]), str(_GIVES[rung]), _state(place, found), _SIGNS[rung](found, language),
            tuple(way for way in _ways(rung, found, actor) if way), any_of=rung == "sheet",
        )
        for place, rung in enumerate(RUNGS)
    )  # fmt: skip


def _state(place: int, found: Ladder) -> KnotState:
    if place < found.height:
        return "topped" if place == len(RUNGS) - 1 else "tied"
    return "open" if place == found.height else "ahead"


def _paper(found: Ladder, language: str) -> tuple[Sign, ...]:
    if not found.version:
        return (Sign(_("No process is published yet"), holds=False),)
    written = Sign(_("The process is written: version %(num)s") % {"num": found.version}, holds=True)
    if not found.vacant:
        return written, Sign(_("Each stage has somebody who can be accountable for it"), holds=True)
    process: Process = current_process()[1]
    roles = ", ".join(say_role(role, process, language) for role in found.vacant)
    return written, Sign(_("Nobody has this role yet: %(roles)s") % {"roles": roles}, holds=False)


def _sheet(found: Ladder, _language: str) -> tuple[Sign, ...]:
    deals = {"num": number(found.deals), "least": number(ENOUGH)}
    return (
        Sign(_("Deals brought in from tables: %(num)s") % {"num": number(found.brought)}, found.brought > 0),
        Sign(_("A live table is read by Google Sheets or Excel"), found.tables),
        Sign(_("Deals kept here: %(num)s, wanted: %(least)s") % deals, found.deals >= ENOUGH),
    )


def _advice(found: Ladder, _language: str) -> tuple[Sign, ...]:
    return (
        _passed(found, ENOUGH),
        Sign(_("Checks that warn or are noted: %(num)s") % {"num": number(found.advising)}, None),
    )


def _rules(found: Ladder, _language: str) -> tuple[Sign, ...]:
    kept = {"share": percent(found.kept) if found.passed else "—", "least": percent(HELD)}
    return (
        Sign(_("Checks that stop: %(num)s") % {"num": number(found.stopping)}, found.stopping > 0),
        _passed(found, MANY),
        Sign(
            _("Passed without going on over a stop: %(share)s, wanted: %(least)s") % kept, found.kept >= HELD
        ),
    )


def _scorecards(found: Ladder, _language: str) -> tuple[Sign, ...]:
    closed = {"num": number(found.closed), "least": number(MANY)}
    discussed = {"num": number(found.discussed), "days": QUARTER}
    return (
        Sign(_("Deals closed within a year: %(num)s, wanted: %(least)s") % closed, found.closed >= MANY),
        Sign(
            _("Reviews and proposals in the last %(days)s days: %(num)s, wanted: 1") % discussed,
            found.discussed > 0,
        ),
    )


def _passed(found: Ladder, least: int) -> Sign:
    said = {"num": number(found.passed), "least": number(least), "days": QUARTER}
    return Sign(
        _("Stages left in the last %(days)s days: %(num)s, wanted: %(least)s") % said, found.passed >= least
    )


_SIGNS: Final[Mapping[Rung, Callable[[Ladder, str], tuple[Sign, ...]]]] = {
    "paper": _paper, "sheet": _sheet, "advice": _advice, "rules": _rules, "scorecards": _scorecards,
}  # fmt: skip


def _ways(rung: Rung, found: Ladder, actor: Actor) -> tuple[Way | None, ...]:
    shadow = Way(_("What would be stopped"), reverse("process:shadow"), "eye")
    match rung:
        case "paper":
            change = may(actor, "process.publish")
            people = bool(found.vacant) and may(actor, "people.change")
            return (
                Way(_("Print the process"), reverse("process:sheet"), "printer"),
                Way(_("Make it yours"), reverse("process:edit"), "pencil") if change else None,
                Way(_("Give somebody the role"), reverse("people:list"), "users") if people else None,
            )
        case "sheet":
            return (
                Way(_("Workbook to begin in"), reverse("process:workbook"), "download"),
                Way(_("Bring in your table"), reverse("imports:page"), "table")
                if may(actor, "import.make")
                else None,
                Way(_("Live tables"), reverse("board:feeds"), "sheet"),
                Way(_("Hand in a request"), reverse("form:new"), "plus"),
            )
        case "advice":
            return Way(_("Board of deals"), reverse("board:board"), "square-kanban"), shadow
        case "rules":
            return shadow, Way(_("What rules are worth"), reverse("worth:page"), "chart-no-axes-column")
        case "scorecards":
            return (
                Way(_("My figures"), reverse("scorecards:mine"), "chart-no-axes-column"),
                Way(_("Reviews of closed deals"), reverse("reviews:list"), "history"),
            )
