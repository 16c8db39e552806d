"""What callers send: texts that can be kept, moments in sight, people by id or e-mail."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Final

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.journal.values import Actor, Invalid, NotAllowed, NotFound
from svyazka.presale.people.queries import directory

BIGGEST: Final = 2**63 - 1
_FIRST_YEAR: Final = 2000
_YEARS_AHEAD: Final = 10
"""Clocks count working minutes day by day; what lies further ahead is a slip of the keyboard."""


def _in_sight(moment: date) -> date:
    if not _FIRST_YEAR <= moment.year <= timezone.now().year + _YEARS_AHEAD:
        raise PydanticCustomError("out_of_range", "years from 2000 on, ten ahead at most")
    return moment


def _moment_in_sight(moment: datetime) -> datetime:
    _in_sight(moment)
    return moment


def _storable(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("nul", "NUL characters can’t be kept")
    return text


Words = Annotated[str, Field(max_length=4000)]
Line = Annotated[str, Field(max_length=300)]
Key = Annotated[str, Field(max_length=90)]
Asked = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
"""A text in an address; bodies are looked through for NUL as a whole."""

Moment = Annotated[
    AwareDatetime,
    AfterValidator(_moment_in_sight),
    Field(description="ISO 8601 with an offset", examples=["2026-11-24T15:00:00+03:00"]),
]
Day = Annotated[date, AfterValidator(_in_sight), Field(examples=["2026-11-24"])]
Id = Annotated[int, Field(ge=1, le=BIGGEST)]
PersonRef = Annotated[
    Id | Annotated[str, Field(min_length=1, max_length=254)],
    Field(description="A person, by id or e-mail", examples=["serova@example.com"]),
]
UnitRef = Annotated[
    Id | Annotated[str, Field(min_length=1, max_length=80)],
    Field(description="A unit, by id or name", examples=["Производство"]),
]
Number = Annotated[
    str, Path(..., description="The deal’s number; its first letter may be left out", example="2026-0042")
]
DealRef = Annotated[
    str,
    Field(min_length=1, max_length=20, description="A deal’s number", examples=["С-2026-0042", "2026-0042"]),
]


class Said(BaseModel):
    """A request’s body. A field that doesn’t exist is refused, so that a slip in a name loses nothing."""

    model_config = ConfigDict(extra="forbid")


def find_person(ref: int | str | None, field: str, viewer: Actor) -> int | None:
    """The id of whoever is meant, None for nobody.

    :raises Invalid: there is nobody like that
    :raises NotAllowed: a partner agent asks, who could try out addresses otherwise
    """
    if ref is None:
        return None
    _refuse_agent(viewer)
    people = directory().people
    if isinstance(ref, str) and not ref.isdecimal():
        mail = ref.strip().casefold()
        found = next((card.id for card in people.values() if card.email.casefold() == mail), None)
    else:
        found = int(ref) if int(ref) in people else None
    if found is None:
        raise Invalid(errors={field: "unknown_choice"})
    return found


def _refuse_agent(viewer: Actor) -> None:
    if viewer.is_agent:
        raise NotAllowed(right="people.see")


def need_person(ref: int | str, field: str, viewer: Actor) -> int:
    """The id of whoever is meant.

    :raises Invalid, NotAllowed: as :func:`find_person`
    """
    found = find_person(ref, field, viewer)
    assert found is not None  # only nobody gives None
    return found


def find_unit(ref: int | str | None, field: str, viewer: Actor) -> int | None:
    """The id of the unit meant, None for none.

    :raises Invalid: there is no such unit
    :raises NotAllowed: a partner agent asks
    """
    if ref is None:
        return None
    _refuse_agent(viewer)
    units = directory().units.values()
    found = next((unit.id for unit in units if ref in (unit.id, unit.name, str(unit.id))), None)
    if found is None:
        raise Invalid(errors={field: "unknown_choice"})
    return found


def find_deal(ref: str | None, field: str, viewer: Actor) -> int | None:
    """The id of the deal meant, None for none.

    :raises Invalid: there is none, or the viewer may not know of it
    """
    try:
        return None if ref is None else deal_id_of(ref, viewer=viewer)
    except NotFound:
        raise Invalid(errors={field: "unknown_choice"}) from None


def refuse_unknown(request: HttpRequest, known: Collection[str]) -> None:
    """Refuse parameters of the address that nobody would look at: a filter with a slip in its name filters nothing.

    :raises Invalid: names them
    """
    errors = {name[:60]: "unknown_field" for name in request.GET if name not in known}
    if errors:
        raise Invalid(errors=errors)
