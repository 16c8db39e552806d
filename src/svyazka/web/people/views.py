"""Everybody by unit, and a page for each."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.projects import projects_of
from svyazka.presale.people.queries import (
    AbsenceRow,
    Directory,
    PersonCard,
    PersonRow,
    UnitCard,
    competences,
    directory,
    people_page,
    present,
)
from svyazka.presale.people.rights import ROLES, may
from svyazka.speech.experts import LEVELS
from svyazka.web.jinja import render
from svyazka.web.people.forms import AbsenceForm, ProjectForm
from svyazka.web.people.words import UNIT_KINDS, role_names, say_hours, say_roles
from svyazka.web.ui.guard import guarded
from svyazka.web.ui.zones import say_zone


@dataclass(frozen=True, slots=True)
class Line:
    """A person in the list. ``away`` is the absence of today, if any."""

    row: PersonRow
    roles: str
    skills: tuple[tuple[str, str], ...]
    away: AbsenceRow | None
    usual_hours: bool = False
    """Whether the hours for presale are those that the unit's heading names."""


@dataclass(frozen=True, slots=True)
class Part:
    """A unit with its people; None stands for people of no unit, for partner agents, or for those who left."""

    unit: UnitCard | None
    kind: str
    hours: str
    lines: tuple[Line, ...]
    presale: int = 0
    """Hours a week for presale that most of them have; the others say theirs in their own rows."""


@dataclass(frozen=True, slots=True)
class AtWindow:
    """Who answers at the single window today, and for whom if he stands in."""

    card: PersonCard
    instead_of: PersonCard | None


def line_of(row: PersonRow, names: dict[str, str], today: date) -> Line:
    """A person in words."""
    return Line(
        row,
        say_roles(row.card.duties | row.card.roles, names),
        tuple((skill.competence, str(LEVELS[skill.level])) for skill in row.skills),
        next((absence for absence in row.absences if absence.since <= today <= absence.until), None),
    )


@require_safe
@guarded("people.see")
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All people by unit; ``role`` and ``skill`` sieve them."""
    at, people, names = timezone.now(), directory(), role_names()
    role, skill = request.GET.get("role", ""), request.GET.get("skill", "")
    lines = [
        line_of(row, names, timezone.localdate())
        for row in people_page(viewer=actor, at=at)
        if (not role or role in row.card.roles)
        and (not skill or skill in {known.competence for known in row.skills})
    ]
    context = {
        "parts": _parts(lines, people, at),
        "agents": [line for line in lines if line.row.card.is_agent and line.row.card.is_active],
        "gone": [line for line in lines if not line.row.card.is_active],
        "window": at_window(people, at),
        "people": people,
        "roles": [(code, names[code]) for code in ROLES],
        "skills": [(name, name) for name in competences()],
        "role": role,
        "skill": skill,
        "may_change": may(actor, "people.change"),
    }
    return render(request, "people/list.html", context)


def _parts(lines: list[Line], people: Directory, at: datetime) -> list[Part]:
    ours = [line for line in lines if line.row.card.is_active and not line.row.card.is_agent]
    parts = [
        _part(
            unit,
            str(UNIT_KINDS[unit.kind]),
            f"{say_hours(unit.calendar)}, {say_zone(unit.calendar.zone, get_language() or '', at=at)}",
            [line for line in ours if line.row.card.unit_id == unit.id],
        )
        for unit in sorted(people.units.values(), key=lambda unit: (unit.kind != "sales", unit.name))
    ]
    return [*parts, _part(None, "", "", [line for line in ours if line.row.card.unit_id is None])]


def _part(unit: UnitCard | None, kind: str, hours: str, lines: list[Line]) -> Part:
    counted = Counter(line.row.card.presale_hours for line in lines).most_common(1)
    usual = next((value for value, _times in counted), 0)
    said = tuple(replace(line, usual_hours=line.row.card.presale_hours == usual) for line in lines)
    return Part(unit, kind, hours, said, usual)


def at_window(people: Directory, at: datetime) -> tuple[AtWindow, ...]:
    """The dispatchers of today, each or his stand-in."""
    found = []
    for card in people.active(duty="dispatcher"):
        who = people.people[present(card.id, at=at, people=people)]
        found.append(AtWindow(who, card if who.id != card.id else None))
    return tuple(found)


@require_safe
@guarded("people.see")
def person(request: HttpRequest, actor: Actor, person_id: int) -> HttpResponse:
    """What colleagues may know of one person."""
    return person_page(request, actor, person_id, AbsenceForm(person_id))


def person_page(
    request: HttpRequest,
    actor: Actor,
    person_id: int,
    form: AbsenceForm,
    *,
    project: ProjectForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with these forms of absence and of a project on it."""
    at, people = timezone.now(), directory()
    row = next((row for row in people_page(viewer=actor, at=at) if row.card.id == person_id), None)
    if row is None:
        raise NotFound
    card = row.card
    calendar = people.calendar_of(card.id)
    names = role_names()
    context = {
        "line": line_of(row, names, timezone.localdate()),
        "card": card,
        "duties": say_roles(card.duties, names),
        "roles": say_roles(card.roles, names),
        "hours": say_hours(calendar),
        "zone": say_zone(card.time_zone, get_language() or "", at=at),
        "there": f"{at.astimezone(ZoneInfo(card.time_zone)):%H:%M}",
        "people": people,
        "form": form,
        "project_form": project or ProjectForm(),
        "projects": projects_of(person_id=person_id, viewer=actor, today=timezone.localdate()),
        "is_me": card.id == actor.person_id,
        "may_change": may(actor, "people.change"),
        "may_note_absence": may_note_absence(actor, card),
    }
    return render(request, "people/person.html", context, status=status)


def may_note_absence(actor: Actor, card: PersonCard) -> bool:
    """One's own absence, that of one's unit, or anybody's for an administrator."""
    if actor.person_id == card.id or may(actor, "people.change"):
        return True
    return may(actor, "people.absence") and card.unit_id is not None and card.unit_id == actor.unit_id
