"""Open deals go over to another version of the process: first the report, then the move."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from svyazka.engine.process import Process
from svyazka.presale.deals.queries import DealRow, open_by_version, open_off_version
from svyazka.presale.journal.values import Actor, NotFound, Refusal
from svyazka.presale.process.queries import current_number, process_version
from svyazka.presale.stages.commands import follow_version
from svyazka.web.jinja import render
from svyazka.web.process.changes import Comparison, Told, compared
from svyazka.web.ui.guard import guarded, see_other

AT_ONCE = 200
"""Deals moved by one press: each is an act of its own, and the page has to come back."""


@dataclass(frozen=True, slots=True)
class Group:
    """Open deals of one version that stand in the same stage, and what changes in that stage for them."""

    stage: str
    is_gone: bool
    deals: tuple[DealRow, ...]
    changes: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class From:
    """The deals that follow one older version."""

    number: int
    changes: Comparison
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a move would do to the deals listed; ``left`` more are not listed this time."""

    number: int
    sources: tuple[From, ...]
    movable: tuple[DealRow, ...]
    staying: tuple[DealRow, ...]
    left: int


def report_on(number: int, actor: Actor, language: str) -> Report:
    """What changes for each open deal that follows another version than ``number``."""
    target = process_version(number)
    rows = open_off_version(number=number, viewer=actor, limit=AT_ONCE)
    in_all = sum(count for version, count in open_by_version(viewer=actor).items() if version != number)
    stages = {stage.key for stage in target.stages}
    return Report(
        number=number,
        sources=tuple(
            _from(version, target, tuple(row for row in rows if row.process_number == version), language)
            for version in sorted({row.process_number for row in rows})
        ),
        movable=tuple(row for row in rows if row.stage in stages),
        staying=tuple(row for row in rows if row.stage not in stages),
        left=in_all - len(rows),
    )


def _from(number: int, target: Process, rows: tuple[DealRow, ...], language: str) -> From:
    old = process_version(number)
    changes = compared(old, target, language)
    stages = {stage.key for stage in target.stages}
    groups = tuple(
        Group(
            stage.name.say(language),
            stage.key not in stages,
            tuple(row for row in rows if row.stage == stage.key),
            tuple(
                told
                for told in changes.told
                if told.change.subject in {"stage", "check"}
                and told.change.path.split(".")[0] == stage.key
                and stage.key in stages
            ),
        )
        for stage in old.stages
        if any(row.stage == stage.key for row in rows)
    )
    return From(number, changes, groups)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded("process.publish")
def move(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The report; posting moves the deals that it lists."""
    number = _target(request.POST.get("to") or request.GET.get("to") or "")
    report = report_on(number, actor, get_language() or "")
    if request.method != "POST":
        return render(request, "process/move.html", {"report": report})
    moved, stayed = 0, [row.number for row in report.staying]
    for row in report.movable:
        try:
            follow_version(deal_id=row.id, number=number, actor=actor, at=timezone.now())
        except Refusal:  # closed, or gone elsewhere, since the report was made
            stayed.append(row.number)
        else:
            moved += 1
    said = ngettext(
        "%(count)d deal follows version %(number)d now.",
        "%(count)d deals follow version %(number)d now.",
        moved,
    )
    messages.success(request, said % {"count": moved, "number": number})
    if stayed:
        messages.warning(request, _("Not moved: %(deals)s.") % {"deals": ", ".join(stayed)})
    return see_other("process:versions")


def _target(typed: str) -> int:
    if not typed:
        return current_number()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 9):
        raise NotFound
    return int(typed)
