"""People and units, and who the token speaks for."""

from datetime import date

from ninja import Query, Router
from pydantic import BaseModel, Field

from svyazka.api.auth import ANYBODY, READ, Request
from svyazka.api.inputs import Asked, find_unit, refuse_unknown
from svyazka.api.rows import Named, person, unit
from svyazka.presale.people.queries import Directory, PersonCard, PersonRow, directory, people_page
from svyazka.presale.people.rights import require

router = Router(tags=["People"])


class SkillOut(BaseModel):
    """A competence, 1 knows, 2 does alone, 3 teaches others."""

    competence: str
    level: int


class AbsenceOut(BaseModel):
    """Days away, both ends included."""

    since: date
    until: date
    stand_in: Named | None


class PersonOut(BaseModel):
    """What colleagues may know of a person."""

    id: int
    email: str
    name: str = Field(examples=["Серова Мария"])
    unit: Named | None
    duties: list[str] = Field(description="`administrator`, `process_owner`, `dispatcher`, `head`")
    roles: list[str] = Field(description="Presale roles that the person may hold on a deal")
    is_active: bool
    is_agent: bool
    presale_hours: int = Field(description="Hours a week for presale")
    skills: list[SkillOut]
    absences: list[AbsenceOut]


class PeopleOut(BaseModel):
    """People by unit and name."""

    items: list[PersonOut]


class PeopleFilters(BaseModel):
    """Which people are wanted."""

    role: Asked | None = None
    duty: Asked | None = None
    unit: Asked | None = Field(None, description="By id or name")
    everybody: bool = Field(False, description="Also those who have left")


class UnitOut(BaseModel):
    """A unit and its working hours."""

    id: int
    name: str
    kind: str = Field(description="`sales` or `delivery`")
    heads: list[Named]
    time_zone: str
    start: str = Field(examples=["09:00"])
    end: str = Field(examples=["18:00"])
    lunch: list[str] = Field(description="From and until; empty for none", examples=[["13:00", "14:00"]])


class UnitsOut(BaseModel):
    """All units."""

    items: list[UnitOut]


class MeOut(BaseModel):
    """Whom the token speaks for, and how far it reaches."""

    id: int
    email: str
    name: str
    unit: Named | None
    duties: list[str]
    roles: list[str]
    is_agent: bool
    scopes: list[str]
    language: str
    time_zone: str


@router.get("/people", auth=READ, response=PeopleOut, operation_id="list_people")
def everybody(request: Request, wanted: Query[PeopleFilters]) -> PeopleOut:
    """Colleagues with roles, competences and days away."""
    refuse_unknown(request, PeopleFilters.model_fields)
    caller = request.auth
    rows = people_page(viewer=caller.actor, at=caller.at)
    unit_id, people = find_unit(wanted.unit, "unit", caller.actor), directory()
    return PeopleOut(items=[_person(row, people) for row in rows if _is_wanted(row.card, wanted, unit_id)])


def _is_wanted(card: PersonCard, wanted: PeopleFilters, unit_id: int | None) -> bool:
    return (
        (wanted.everybody or card.is_active)
        and (wanted.role is None or wanted.role in card.roles)
        and (wanted.duty is None or wanted.duty in card.duties)
        and unit_id in {None, card.unit_id}
    )


def _person(row: PersonRow, people: Directory) -> PersonOut:
    card = row.card
    return PersonOut(
        id=card.id,
        email=card.email,
        name=card.full_name,
        unit=unit(people, card.unit_id),
        duties=sorted(card.duties),
        roles=sorted(card.roles),
        is_active=card.is_active,
        is_agent=card.is_agent,
        presale_hours=card.presale_hours,
        skills=[SkillOut(competence=one.competence, level=one.level) for one in row.skills],
        absences=[
            AbsenceOut(since=one.since, until=one.until, stand_in=person(people, one.stand_in_id))
            for one in row.absences
        ],
    )


@router.get("/units", auth=READ, response=UnitsOut, operation_id="list_units")
def units(request: Request) -> UnitsOut:
    """Sales and delivery units with their heads and hours."""
    require(request.auth.actor, "people.see")
    people = directory()
    return UnitsOut(
        items=[
            UnitOut(
                id=one.id,
                name=one.name,
                kind=one.kind,
                heads=[Named(id=card.id, name=card.short_name) for card in people.heads_of(one.id)],
                time_zone=one.calendar.zone,
                start=f"{one.calendar.start:%H:%M}",
                end=f"{one.calendar.end:%H:%M}",
                lunch=[f"{edge:%H:%M}" for edge in one.calendar.lunch or ()],
            )
            for one in people.units.values()
        ]
    )


@router.get("/me", auth=ANYBODY, response=MeOut, operation_id="me")
def me(request: Request) -> MeOut:
    """Whom the token speaks for."""
    actor = request.auth.actor
    people = directory()
    card = people.people[actor.me]
    return MeOut(
        id=card.id,
        email=card.email,
        name=card.full_name,
        unit=unit(people, card.unit_id),
        duties=sorted(card.duties),
        roles=sorted(card.roles),
        is_agent=card.is_agent,
        scopes=sorted(actor.scopes or ()),
        language=card.language,
        time_zone=card.time_zone,
    )
