"""The single window: requests come in, are described, decided on."""

from collections.abc import Mapping
from typing import Literal

from ninja import Router
from ninja.responses import Status
from pydantic import BaseModel, ConfigDict, Field

from svyazka.api.auth import READ, RECEIVE, WRITE, Request
from svyazka.api.inputs import (
    Day,
    DealRef,
    Line,
    Number,
    PersonRef,
    Said,
    UnitRef,
    Words,
    find_deal,
    find_person,
    find_unit,
    need_person,
)
from svyazka.api.problems import FieldProblem, field_problems
from svyazka.api.rows import Row, RowPage, address, page_address, process_of, row_of, rows_out
from svyazka.engine.process import Process
from svyazka.presale.deals.commands import (
    accept_request,
    close_request,
    confirm_no_duplicate,
    describe_request,
    receive_request,
    say_contacted,
)
from svyazka.presale.deals.intake import Unknown, parts
from svyazka.presale.deals.queries import deal_id_of, window_rows
from svyazka.presale.journal.values import Actor, Invalid, Json
from svyazka.presale.process.queries import current_process

router = Router(tags=["Single window"])

Lines = list[Line] | Words
"""Lines of business as a list, or as text with commas."""


class FindOut(Said):
    """Not known yet: this person finds out by this day."""

    person: PersonRef
    by: Day


class Form(BaseModel):
    """The intake form, flat. What a process asks beyond these fields is sent by its key in the same way."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True)
    __pydantic_extra__: dict[str, Words | list[Line] | bool | None] = Field(init=False)

    company: Words | None = Field(None, examples=["ООО «Северный лес»"])
    inn: Words | None = Field(None, description="Tax number of 10 or 12 digits", examples=["7707083893"])
    lines: Lines | None = Field(None, description="Lines of business: a list, or text with commas")
    size: Words | None = None
    headcount: Words | None = None
    request: Words | None = Field(None, description="What the client asks for, in his words")
    context: Words | None = Field(None, description="Why now")
    systems: Words | None = None
    contact_name: Words | None = None
    contact_duty: Words | None = None
    phone: Words | None = None
    email: Words | None = None
    decides: bool | None = Field(None, description="Whether the contact decides himself")
    channel: Words | None = Field(None, description="How the contact likes to be reached")
    budget: Words | None = None
    mood: Words | None = None
    expected_question: Words | None = None
    unknown: dict[str, FindOut] = Field(
        {},
        description="Fields not known yet, by key: who finds out by when",
        examples=[{"budget": {"person": "serova@example.com", "by": "2026-11-27"}}],
    )

    def answers(self) -> dict[str, Json]:
        """The boxes that were sent."""
        return self.model_dump(exclude_unset=True, exclude={"unknown", "source", "external_id", "consent"})

    def unheard(self, process: Process) -> dict[str, str]:
        """What was sent beyond the fields named here and isn't in this version's form either."""
        boxes = {box for field in process.fields for box in parts(field)}
        return {key[:60]: "unknown_field" for key in (self.model_extra or ()) if key not in boxes}


class RequestIn(Form):
    """A request as it came."""

    source: Line | None = Field(
        None, max_length=60, description="System or place it came from", examples=["site"]
    )
    external_id: str = Field(
        "",
        max_length=120,
        description="Its name there. The same source and name give the same deal, never two",
    )
    consent: bool = Field(False, description="The sender agreed that we keep the personal data he gave")


class IntakeIn(Form):
    """Fields to fill in or correct; null or an empty text empties a field."""

    source: Words | None = Field(None, description="Where the request came from, in words")
    revision: int | None = Field(
        None, ge=0,
        description="The deal’s revision that you have read. If others have changed the same fields since, the answer is "
        "409 and nothing changes; left out, the last one to write wins",
    )  # fmt: skip

    def answers(self) -> dict[str, Json]:
        """The boxes that were sent, the source's among them."""
        return self.model_dump(exclude_unset=True, exclude={"unknown", "revision"})


class ReceivedOut(BaseModel):
    """What became of a request."""

    number: str = Field(examples=["С-2026-0042"])
    url: str
    page: str = Field(description="The deal’s page, for people")
    created: bool = Field(description="False: the same request was here before, and this is its deal")
    missing: list[str] = Field(description="Intake fields that lack an answer still", examples=[["budget"]])
    problems: list[FieldProblem] = Field(description="What was kept as it came and is no answer")


class DescribedOut(BaseModel):
    """What the intake form lacks still."""

    missing: list[str]


class ContactedIn(Said):
    """The client has had an answer."""

    how: Words = Field(description="By which way, and what was agreed")


class AcceptIn(Said):
    """The request is ours."""

    manager: PersonRef | None = None
    unit: UnitRef | None = None


class CloseIn(Said):
    """The request isn't taken."""

    status: Literal["declined", "duplicate", "spam"]
    reason: Words = ""
    duplicate_of: DealRef | None = None


def _unknown(form: Form, actor: Actor) -> dict[str, Unknown]:
    if form.unknown and actor.is_agent:  # an outside person puts nothing on our people's day
        raise Invalid(errors={"unknown": "unknown_field"})
    return {
        field: Unknown(need_person(mark.person, f"unknown.{field}.person", actor), mark.by)
        for field, mark in form.unknown.items()
    }


def _refuse(wrong: Mapping[str, str]) -> None:
    if wrong:
        raise Invalid(errors=wrong)


@router.post(
    "/requests", auth=RECEIVE, response={201: ReceivedOut, 200: ReceivedOut}, operation_id="receive_request"
)
def receive(request: Request, said: RequestIn) -> ReceivedOut | Status[ReceivedOut]:
    """Hand a request in. It is kept even when incomplete; what is missing is told."""
    caller = request.auth
    if said.model_extra:
        _refuse(said.unheard(current_process()[1]))
    received = receive_request(
        answers=said.answers(),
        actor=caller.actor,
        at=caller.at,
        source=said.source or "",
        external_id=said.external_id,
        unknown=_unknown(said, caller.actor),
        consent=said.consent,
    )
    answer = ReceivedOut(
        number=received.number,
        url=address(received.number[2:]),
        page=page_address(received.number[2:]),
        created=received.created,
        missing=list(received.missing),
        problems=field_problems(received.problems),
    )
    return Status(201, answer) if received.created else answer


@router.get("/requests", auth=READ, response=RowPage, operation_id="list_requests")
def queue(request: Request) -> RowPage:
    """The window's queue: open requests that nobody has decided on, oldest first, two hundred at most."""
    caller = request.auth
    return RowPage(items=rows_out(window_rows(viewer=caller.actor, limit=200), caller), next=None)


@router.patch("/deals/{number}/intake", auth=WRITE, response=DescribedOut, operation_id="describe_request")
def describe(request: Request, number: Number, said: IntakeIn) -> DescribedOut:
    """Fill in or correct intake fields; only those sent are changed."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    if said.model_extra:
        _refuse(said.unheard(process_of(deal_id, caller)))
    missing = describe_request(
        deal_id=deal_id,
        answers=said.answers(),
        actor=caller.actor,
        at=caller.at,
        unknown=_unknown(said, caller.actor),
        seen=said.revision,
    )
    return DescribedOut(missing=list(missing))


@router.post("/deals/{number}/contacted", auth=WRITE, response=Row, operation_id="say_contacted")
def contacted(request: Request, number: Number, said: ContactedIn) -> Row:
    """The client has had an answer; the first one is the response time."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    say_contacted(deal_id=deal_id, how=said.how, actor=caller.actor, at=caller.at)
    return row_of(deal_id, caller)


@router.post("/deals/{number}/no-duplicate", auth=WRITE, response=Row, operation_id="confirm_no_duplicate")
def no_duplicate(request: Request, number: Number) -> Row:
    """The similar clients and deals were looked at: this is a request of its own."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    confirm_no_duplicate(deal_id=deal_id, actor=caller.actor, at=caller.at)
    return row_of(deal_id, caller)


@router.post("/deals/{number}/accept", auth=WRITE, response=Row, operation_id="accept_request")
def accept(request: Request, number: Number, said: AcceptIn) -> Row:
    """The request is ours: who leads it and which unit delivers, if that is known."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    accept_request(
        deal_id=deal_id,
        actor=caller.actor,
        at=caller.at,
        manager_id=find_person(said.manager, "manager", caller.actor),
        unit_id=find_unit(said.unit, "unit", caller.actor),
    )
    return row_of(deal_id, caller)


@router.post("/deals/{number}/close", auth=WRITE, response=Row, operation_id="close_request")
def close(request: Request, number: Number, said: CloseIn) -> Row:
    """Close the request as declined, a duplicate or spam. The last two don’t count in conversion."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    close_request(
        deal_id=deal_id,
        status=said.status,
        reason=said.reason,
        actor=caller.actor,
        at=caller.at,
        duplicate_of=find_deal(said.duplicate_of, "duplicate_of", caller.actor),
    )
    return row_of(deal_id, caller)
