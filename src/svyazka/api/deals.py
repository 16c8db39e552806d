"""Deals: lists, one in full, and what is done on one besides its stages."""

from collections.abc import Sequence
from typing import Literal
from urllib.parse import urlencode

from ninja import Query, Router
from pydantic import BaseModel, Field

from svyazka.api.auth import READ, WRITE, Request
from svyazka.api.deal_shapes import DealOut
from svyazka.api.inputs import (
    Asked,
    Key,
    Moment,
    Number,
    PersonRef,
    Said,
    Words,
    find_person,
    find_unit,
    need_person,
    refuse_unknown,
)
from svyazka.api.rows import PREFIX, Row, RowPage, row_of, rows_out
from svyazka.api.standing import deal_out
from svyazka.presale.deals.commands import say_chased
from svyazka.presale.deals.queries import DealRow, Filters, deal_id_of, deal_rows
from svyazka.presale.deals.seats import appoint, call_fixer, release
from svyazka.presale.journal.values import Invalid
from svyazka.presale.stages.evidence import supply_evidence
from svyazka.presale.stages.queries import deal_page

router = Router(tags=["Deals"])

Role = Literal["lead_generator", "manager", "expert", "estimator", "fixer"]


class DealFilters(BaseModel):
    """Which deals are wanted. What isn’t said doesn’t matter."""

    status: Literal["open", "won", "lost", "declined", "duplicate", "spam"] | None = None
    stage: Asked | None = Field(None, description="Key of a stage")
    manager: Asked | None = Field(None, description="By id or e-mail")
    unit: Asked | None = Field(None, description="By id or name")
    source: Asked | None = None
    overdue: bool = Field(False, description="Only those with something of ours past its time")
    q: Asked = Field("", description="A number, or words of the title or the client’s name")
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(
        None, pattern=r"^[0-9]{1,18}$", description="From the `next` of the page before"
    )


class SeatIn(Said):
    """Who, in which role."""

    person: PersonRef
    role: Role


class FixerIn(Said):
    """Why the fixer is called."""

    what_for: Words


class EvidenceIn(Said):
    """A check holds, and this shows it."""

    stage: Key = Field(examples=["meeting"])
    check: Key = Field(examples=["letter_sent"])
    text: Words = Field(description="A letter, a file, who said what and when")
    happens_at: Moment | None = Field(None, description="For what has a date: when the meeting takes place")


class ChasedIn(Said):
    """What the client said."""

    words: Words = ""


@router.get("/deals", auth=READ, response=RowPage, operation_id="list_deals")
def deals(request: Request, wanted: Query[DealFilters]) -> RowPage:
    """Deals, newest first. A partner agent sees the leads that he brought."""
    refuse_unknown(request, DealFilters.model_fields)
    caller = request.auth
    if caller.actor.is_agent and (wanted.manager or wanted.unit or wanted.overdue):
        # what an agent's rows don't show, no filter may tell him either
        raise Invalid(
            errors=dict.fromkeys(("manager", "unit", "overdue") & request.GET.keys(), "unknown_field")
        )
    filters = Filters(
        status=wanted.status,
        stage=wanted.stage,
        manager_id=find_person(wanted.manager, "manager", caller.actor),
        unit_id=find_unit(wanted.unit, "unit", caller.actor),
        source=wanted.source,
        overdue_at=caller.at if wanted.overdue else None,
        text=wanted.q,
    )
    after = int(wanted.cursor) if wanted.cursor else None
    found = deal_rows(viewer=caller.actor, filters=filters, limit=wanted.limit + 1, after=after)
    rows = found[: wanted.limit]
    return RowPage(
        items=rows_out(rows, caller), next=_next(request, rows) if len(found) > len(rows) else None
    )


def _next(request: Request, rows: Sequence[DealRow]) -> str:
    asked = {**request.GET.dict(), "cursor": rows[-1].id}
    return f"{PREFIX}/deals?{urlencode(asked)}"


@router.get("/deals/{number}", auth=READ, response=DealOut, operation_id="get_deal")
def deal(request: Request, number: Number) -> DealOut:
    """A deal in full: its standing, commitments, people, life and outcome."""
    caller = request.auth
    return deal_out(deal_page(number=number, viewer=caller.actor, at=caller.at, entries=0), caller)


@router.post("/deals/{number}/seats", auth=WRITE, response=Row, operation_id="appoint")
def seated(request: Request, number: Number, said: SeatIn) -> Row:
    """Give a person a role on the deal; of a role for one he takes it over."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    appoint(
        deal_id=deal_id,
        person_id=need_person(said.person, "person", caller.actor),
        role=said.role,
        actor=caller.actor,
        at=caller.at,
    )
    return row_of(deal_id, caller)


@router.post("/deals/{number}/seats/release", auth=WRITE, response=Row, operation_id="release")
def released(request: Request, number: Number, said: SeatIn) -> Row:
    """End a person’s role on the deal."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    release(
        deal_id=deal_id,
        person_id=need_person(said.person, "person", caller.actor),
        role=said.role,
        actor=caller.actor,
        at=caller.at,
    )
    return row_of(deal_id, caller)


@router.post("/deals/{number}/fixer", auth=WRITE, response=Row, operation_id="call_fixer")
def fixer(request: Request, number: Number, said: FixerIn) -> Row:
    """Call the fixer out of the shadow."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    call_fixer(deal_id=deal_id, what_for=said.what_for, actor=caller.actor, at=caller.at)
    return row_of(deal_id, caller)


@router.post("/deals/{number}/evidence", auth=WRITE, response=Row, operation_id="supply_evidence")
def evidence(request: Request, number: Number, said: EvidenceIn) -> Row:
    """Say that a check of a stage holds, and what shows it."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    supply_evidence(
        deal_id=deal_id,
        stage=said.stage,
        check=said.check,
        text=said.text,
        actor=caller.actor,
        at=caller.at,
        happens_at=said.happens_at,
    )
    return row_of(deal_id, caller)


@router.post("/deals/{number}/chased", auth=WRITE, response=Row, operation_id="say_chased")
def chased(request: Request, number: Number, said: ChasedIn | None = None) -> Row:
    """The client had to ask us."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    say_chased(deal_id=deal_id, actor=caller.actor, at=caller.at, words=said.words if said else "")
    return row_of(deal_id, caller)
