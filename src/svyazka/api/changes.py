"""What happened after a known point: the journal without anything personal, for those who keep a copy in step."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from ninja import Query, Router
from pydantic import BaseModel, Field

from svyazka.api.auth import READ, Request
from svyazka.api.inputs import BIGGEST, refuse_unknown
from svyazka.api.rows import Named, person
from svyazka.presale.deals.queries import DealRow, rows_by_id
from svyazka.presale.deals.shadow import untold_to
from svyazka.presale.journal.commands import WORKSPACE
from svyazka.presale.journal.queries import EntryRow, changes_after
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.people.rights import may

router = Router(tags=["Changes"])

_FATE: Final = (
    "deal.received",
    "deal.imported",
    "deal.withdrawn",
    "deal.accepted",
    "deal.closed",
    "deal.won",
    "deal.lost",
    "deal.reopened",
)
_FATE_DATA: Final = frozenset({"number", "status", "stage", "from"})


class Change(BaseModel):
    """An act. `data` holds ids, codes, figures and times; what people typed stays out."""

    id: int
    at: datetime
    act: str = Field(examples=["stage.meeting"])
    deal: str | None = Field(description="The deal’s number; empty for acts of the whole workspace")
    actor: Named | None
    role: str
    channel: str
    data: dict[str, Any]


class Changes(BaseModel):
    """Acts, oldest first."""

    items: list[Change]
    after: int = Field(description="Send it with the next call")
    more: bool = Field(description="There is more at once; otherwise ask again later")


class ChangesWanted(BaseModel):
    """From where on, and how many."""

    after: int = Field(0, ge=0, le=BIGGEST, description="`after` of the answer before; 0 at first")
    limit: int = Field(100, ge=1, le=500)


@router.get("/changes", auth=READ, response=Changes, operation_id="list_changes")
def changes(request: Request, wanted: Query[ChangesWanted]) -> Changes:
    """What happened after the act with this id, as far as the token’s holder may see it. None is ever skipped."""
    refuse_unknown(request, ChangesWanted.model_fields)
    viewer = request.auth.actor
    found = changes_after(after=wanted.after, limit=wanted.limit, untold=untold_to(viewer))
    deals = rows_by_id({entry.chain for entry in found}, viewer=viewer)
    people = directory()
    return Changes(
        items=[
            _change(entry, deals.get(entry.chain), viewer, people)
            for entry in found
            if _is_seen(entry, deals, viewer)
        ],
        after=found[-1].id if found else wanted.after,
        more=len(found) == wanted.limit,
    )


def _is_seen(entry: EntryRow, deals: Mapping[int, DealRow], viewer: Actor) -> bool:
    if entry.chain == WORKSPACE:
        return may(viewer, "people.change")
    deal = deals.get(entry.chain)
    if deal is None:
        return False
    if viewer.is_agent:
        return entry.act in _FATE or entry.act.startswith("stage.")
    return True


def _change(entry: EntryRow, deal: DealRow | None, viewer: Actor, people: Directory) -> Change:
    data = dict(entry.data)
    if viewer.is_agent:
        data = {key: value for key, value in data.items() if key in _FATE_DATA}
    return Change(
        id=entry.id,
        at=entry.at,
        act=entry.act,
        deal=deal.number if deal else None,
        actor=None if viewer.is_agent else person(people, entry.actor_id),
        role="" if viewer.is_agent else entry.role,
        channel=entry.channel,
        data=data,
    )
