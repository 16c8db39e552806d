"""Projects that people are busy with: what it would cost to pull somebody off."""

from dataclasses import dataclass
from datetime import date, datetime

from svyazka.presale.journal.commands import WORKSPACE, Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Invalid, NotFound, line
from svyazka.presale.people.commands import may_note_for
from svyazka.presale.people.models import Assignment
from svyazka.presale.people.rights import require


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """A project of a person's; it ends with ``until``, if that is known."""

    id: int
    project: str
    hours_a_week: int
    milestone: str
    milestone_on: date | None
    until: date | None


@command
def note_project(
    *,
    person_id: int,
    project: str,
    hours_a_week: int,
    actor: Actor,
    at: datetime,
    milestone: str = "",
    milestone_on: date | None = None,
    until: date | None = None,
) -> int:
    """Note that a person works on a project, or correct what is noted of it. Returns the assignment's id.

    Everybody notes his own, a head his people's, an administrator anybody's.

    :raises Invalid: no project, hours that no week has, a milestone after the end
    """
    may_note_for(actor, person_id)
    name = line(project, 120)
    errors = {}
    if not name:
        errors["project"] = "required"
    if not 1 <= hours_a_week <= 80:
        errors["hours_a_week"] = "bad_hours"
    if milestone_on is not None and until is not None and until < milestone_on:
        errors["until"] = "ends_before_it_begins"
    if errors:
        raise Invalid(errors=errors)
    values = {
        "hours_a_week": hours_a_week, "milestone": line(milestone, 120), "milestone_on": milestone_on, "until": until
    }  # fmt: skip
    noted, _ = Assignment.objects.update_or_create(person_id=person_id, project=name, defaults=values)
    act = Act("person.on_project", {"person": person_id, "assignment": noted.pk, "hours": hours_a_week})
    record(chain=WORKSPACE, act=act, actor=actor, at=at)
    return noted.pk


@command
def end_project(*, assignment_id: int, actor: Actor, at: datetime) -> None:
    """The person is off the project, or never was on it.

    :raises NotFound: there is no such assignment, or it isn't the actor's to change
    """
    noted = Assignment.objects.select_for_update().filter(pk=assignment_id).first()
    if noted is None:
        raise NotFound
    may_note_for(actor, noted.person_id)
    person_id = noted.person_id
    noted.delete()
    act = Act("person.off_project", {"person": person_id, "assignment": assignment_id})
    record(chain=WORKSPACE, act=act, actor=actor, at=at)


def projects_of(*, person_id: int, viewer: Actor, today: date) -> tuple[AssignmentRow, ...]:
    """What a person is busy with now, the nearest milestone first."""
    require(viewer, "people.see")
    rows = [
        AssignmentRow(one.pk, one.project, one.hours_a_week, one.milestone, one.milestone_on, one.until)
        for one in Assignment.objects.filter(person_id=person_id).order_by("project")
        if one.until is None or one.until >= today
    ]
    return tuple(sorted(rows, key=lambda row: (row.milestone_on is None, row.milestone_on or today)))
