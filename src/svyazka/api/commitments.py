"""Who owes what by when."""

from datetime import datetime
from typing import Literal

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from svyazka.api.auth import READ, WRITE, Caller, Request
from svyazka.api.inputs import (
    Id,
    Moment,
    Number,
    PersonRef,
    Said,
    Words,
    find_person,
    need_person,
    refuse_unknown,
)
from svyazka.api.rows import Named, person, process_of
from svyazka.api.words import owed
from svyazka.engine.process import Process
from svyazka.presale.commitments.commands import give_up, hand_over, open_commitment, waive
from svyazka.presale.commitments.queries import CommitmentRow, commitment_row, commitments_of
from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.deals.seeing import sees_private_of
from svyazka.presale.journal.values import NotFound
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.keeping import keep_commitment

router = Router(tags=["Commitments"])

Outcome = Literal["open", "kept", "late", "broken", "waived", "cancelled"]


class CommitmentOut(BaseModel):
    """One person owes one result by one time."""

    id: int
    deal: str = Field(description="The deal’s number", examples=["С-2026-0042"])
    result: str = Field(description="What is owed", examples=["Оценка с допущениями и рисками"])
    performer: Named
    role: str
    about: int | None = Field(
        description="Id of the expert request that it concerns; None for the deal itself"
    )
    term: str = Field(description="The process’s term that opened it; empty for one that a person opened")
    opened_at: datetime
    due: datetime
    hard_due: datetime | None = Field(description="Past this the delay goes to the heads")
    controller: Named | None = Field(description="Who checks it")
    on_client: bool = Field(description="The client owes it; the performer sees to it")
    to_client: bool = Field(description="A next step promised to the client")
    outcome: Outcome
    overdue: bool
    closed_at: datetime | None
    closed_by: Named | None
    note: str


class CommitmentList(BaseModel):
    """Commitments of a deal, the open ones first by due time."""

    items: list[CommitmentOut]


class CommitmentsWanted(BaseModel):
    """Which of the deal’s commitments."""

    outcome: Outcome | None = None


class CommitmentIn(Said):
    """A new commitment."""

    performer: PersonRef
    result: str = Field(max_length=300, description="What will be there; no “when I can”")
    due: Moment
    controller: PersonRef | None = None
    to_client: bool = False
    on_client: bool = False


class KeepIn(Said):
    """The result is there."""

    note: Words = Field("", description="What shows it; needed where a term is kept by a stated fact")
    happens_at: Moment | None = Field(None, description="For what has a date: when the meeting takes place")


class ReasonIn(Said):
    """Why."""

    reason: Words


class HandOverIn(Said):
    """Another performer takes it on."""

    to: PersonRef
    reason: Words


def commitment_out(row: CommitmentRow, process: Process, people: Directory, caller: Caller) -> CommitmentOut:
    """A commitment for a caller."""
    performer = person(people, row.performer_id)
    assert performer is not None
    return CommitmentOut(
        id=row.id,
        deal=row.deal_number,
        result=owed(row.term, row.result, process),
        performer=performer,
        role=row.role,
        about=row.about or None,
        term=row.term,
        opened_at=row.opened_at,
        due=row.due_at,
        hard_due=row.hard_due_at,
        controller=person(people, row.controller_id),
        on_client=row.on_client,
        to_client=row.to_client,
        outcome=row.outcome,
        overdue=row.outcome == "open" and row.due_at < caller.at and not row.on_client,
        closed_at=row.closed_at,
        closed_by=person(people, row.closed_by_id),
        note=row.note,
    )


def _one(commitment_id: int, caller: Caller) -> CommitmentOut:
    row = commitment_row(commitment_id)
    assert row is not None  # a command has just had it
    return commitment_out(row, process_version(row.process_number), directory(), caller)


@router.get(
    "/deals/{number}/commitments", auth=READ, response=CommitmentList, operation_id="list_commitments"
)
def commitments(request: Request, number: Number, wanted: Query[CommitmentsWanted]) -> CommitmentList:
    """Everything promised on a deal, kept and broken ones included."""
    refuse_unknown(request, CommitmentsWanted.model_fields)
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    require(caller.actor, "deal.see")
    process, people = process_of(deal_id, caller), directory()
    notes_for = None if sees_private_of(deal_id, viewer=caller.actor) else caller.actor.me
    return CommitmentList(
        items=[
            commitment_out(row, process, people, caller)
            for row in commitments_of(deal_id, notes_for=notes_for)
            if wanted.outcome in {None, row.outcome}
        ]
    )


@router.post(
    "/deals/{number}/commitments", auth=WRITE, response={201: CommitmentOut}, operation_id="open_commitment"
)
def promise(request: Request, number: Number, said: CommitmentIn) -> Status[CommitmentOut]:
    """One person owes one result by one time."""
    caller = request.auth
    opened = open_commitment(
        deal_id=deal_id_of(number, viewer=caller.actor),
        performer_id=need_person(said.performer, "performer", caller.actor),
        result=said.result,
        due_at=said.due,
        actor=caller.actor,
        at=caller.at,
        controller_id=find_person(said.controller, "controller", caller.actor),
        to_client=said.to_client,
        on_client=said.on_client,
    )
    return Status(201, _one(opened, caller))


@router.post("/commitments/{id}/keep", auth=WRITE, response=CommitmentOut, operation_id="keep_commitment")
def keep(request: Request, id: Id, said: KeepIn) -> CommitmentOut:
    """The result is there, in time or late. What a term is kept by happens with it."""
    caller = request.auth
    keep_commitment(
        commitment_id=id, actor=caller.actor, at=caller.at, note=said.note, happens_at=said.happens_at
    )
    return _one(id, caller)


@router.post("/commitments/{id}/waive", auth=WRITE, response=CommitmentOut, operation_id="waive_commitment")
def waived(request: Request, id: Id, said: ReasonIn) -> CommitmentOut:
    """The result isn’t needed any more, and why."""
    caller = request.auth
    waive(commitment_id=id, reason=said.reason, actor=caller.actor, at=caller.at)
    return _one(id, caller)


@router.post(
    "/commitments/{id}/give-up", auth=WRITE, response=CommitmentOut, operation_id="give_up_commitment"
)
def given_up(request: Request, id: Id, said: ReasonIn) -> CommitmentOut:
    """The performer says that the result won’t come, and why."""
    caller = request.auth
    give_up(commitment_id=id, reason=said.reason, actor=caller.actor, at=caller.at)
    return _one(id, caller)


@router.post(
    "/commitments/{id}/hand-over", auth=WRITE, response=CommitmentOut, operation_id="hand_over_commitment"
)
def handed_over(request: Request, id: Id, said: HandOverIn) -> CommitmentOut:
    """Another performer takes it on, with the same due time."""
    caller = request.auth
    if caller.actor.is_agent:
        raise NotFound  # he knows of no commitment, as by every other act on one
    hand_over(
        commitment_id=id,
        to_id=need_person(said.to, "to", caller.actor),
        reason=said.reason,
        actor=caller.actor,
        at=caller.at,
    )
    return _one(id, caller)
