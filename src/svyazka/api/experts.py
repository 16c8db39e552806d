"""The expert board: ask, claim, answer."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from svyazka.api.auth import READ, WRITE, Caller, Request
from svyazka.api.inputs import Day, Id, Key, Line, Number, PersonRef, Said, Words, find_person, refuse_unknown
from svyazka.api.rows import Named, person
from svyazka.engine.matching import Proposal
from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.experts import asking, claiming
from svyazka.presale.experts.queries import RequestRow, expert_board, request_page
from svyazka.presale.journal.values import NotFound
from svyazka.presale.people.queries import Directory, directory

router = Router(tags=["Expert board"])

Kind = Literal["expert", "triage"]


class ClaimOut(BaseModel):
    """Who goes."""

    person: Named | None
    by: Named | None = Field(description="Who said so: the person, or the head who sends")
    level: int = Field(description="1 knows, 2 works alone, 3 teaches others; 0 isn’t among the competences")
    over: list[str] = Field(description="What spoke against the person: absent, over_capacity, no_competence")
    why: str
    at: datetime
    until: datetime | None
    back_why: str


class ReplyOut(BaseModel):
    """“Not ours, because” or “need more”."""

    person: Named | None
    kind: Literal["not_ours", "need_more"]
    text: str
    at: datetime
    answer: str
    answered_at: datetime | None


class ReasonOut(BaseModel):
    """Points that a rule gave or took."""

    rule: str
    points: int


class CandidateOut(BaseModel):
    """Somebody who could go, as the rules rank him."""

    person: Named | None
    points: int
    reasons: list[ReasonOut]
    barriers: list[str] = Field(description="Why the person isn’t proposed; empty for who is")


class ExpertRequestOut(BaseModel):
    """A deal needs a competence."""

    id: int
    deal: str
    kind: Kind
    competence: str
    level: int
    industries: list[str]
    since: Day
    until: Day
    minutes: int = Field(description="Presale work expected, in minutes")
    goal: str
    to_decide: str
    project: str = Field(description="The live project of ours that it touches; empty for none")
    wanted: Named | None = Field(description="A person asked for by name")
    wanted_why: str
    asked_by: Named | None
    asked_at: datetime
    state: Literal["open", "claimed", "done", "withdrawn"]
    lacking: list[str] = Field(description="Required intake fields of the deal without an answer")
    owed_by: Named | None = Field(description="Who owes taking it")
    due: datetime | None = Field(description="When the heads are told that nobody has")
    hard_due: datetime | None = Field(description="When the sales head and the dispatcher are")
    claim: ClaimOut | None
    replies: list[ReplyOut]
    said: str = Field(description="What a triage has shown")


class ExpertRequestPage(ExpertRequestOut):
    """A request with everybody who could go; candidates only while it is open."""

    candidates: list[CandidateOut]


class ExpertRequestList(BaseModel):
    """Expert requests: open ones oldest first, others newest first."""

    items: list[ExpertRequestOut]


class RequestsWanted(BaseModel):
    """Which requests."""

    state: Literal["open", "settled"] = Field(
        "open", description="`settled`: taken on deals under way, and what ended in the last two weeks"
    )


class AskIn(Said):
    """What a deal needs."""

    kind: Kind = "expert"
    competence: Key
    level: Annotated[int, Field(ge=1, le=3)] = 2
    since: Day
    until: Day
    minutes: Annotated[int, Field(ge=15, le=2400)] = 240
    goal: Words
    to_decide: Words = ""
    project: Line = ""
    wanted: PersonRef | None = None
    wanted_why: Line = ""
    industries: Annotated[list[Key], Field(max_length=10)] | None = Field(
        None, description="Left out: the client’s lines of business"
    )


class ClaimIn(Said):
    """Who takes it."""

    person: PersonRef | None = Field(None, description="Left out: the caller; a head sends his people")
    why: Words = Field("", description="Why all the same, for somebody who isn’t proposed")


class BecauseIn(Said):
    """Why it isn’t ours."""

    because: Words


class WhatIn(Said):
    """What is lacking to decide."""

    what: Words


class TextIn(Said):
    """What the experts lacked."""

    text: Words


class ReasonIn(Said):
    """Why."""

    reason: Words


class VerdictIn(Said):
    """What the triage has shown."""

    verdict: Words


def _out(row: RequestRow, people: Directory) -> dict[str, object]:
    held = row.claim
    return {
        "id": row.id, "deal": row.deal.number, "kind": row.kind, "competence": row.competence, "level": row.level,
        "industries": list(row.industries), "since": row.since, "until": row.until, "minutes": row.minutes,
        "goal": row.goal, "to_decide": row.to_decide, "project": row.project,
        "wanted": person(people, row.wanted_id), "wanted_why": row.wanted_why,
        "asked_by": person(people, row.asked_by_id), "asked_at": row.asked_at, "state": row.state,
        "lacking": list(row.lacking), "owed_by": person(people, row.owed_by), "due": row.due_at,
        "hard_due": row.hard_due_at, "said": row.said,
        "claim": ClaimOut(
            person=person(people, held.person_id), by=person(people, held.by_id), level=held.level,
            over=list(held.over), why=held.why, at=held.at, until=held.until, back_why=held.back_why,
        ) if held else None,
        "replies": [
            ReplyOut(
                person=person(people, one.person_id), kind=one.kind, text=one.text, at=one.at,
                answer=one.answer, answered_at=one.answered_at,
            )
            for one in row.replies
        ],
    }  # fmt: skip


def _candidate(one: Proposal, people: Directory) -> CandidateOut:
    return CandidateOut(
        person=person(people, one.person_id),
        points=one.points,
        reasons=[ReasonOut(rule=reason.code, points=reason.points) for reason in one.reasons],
        barriers=[barrier.code for barrier in one.barriers],
    )


def _page(request_id: int, caller: Caller) -> ExpertRequestPage:
    people = directory()
    seen = request_page(request_id=request_id, viewer=caller.actor, at=caller.at)
    candidates = [_candidate(one, people) for one in seen.proposals]
    return ExpertRequestPage(**_out(seen.row, people), candidates=candidates)


@router.get("/expert-requests", auth=READ, response=ExpertRequestList, operation_id="list_expert_requests")
def listed(request: Request, wanted: Query[RequestsWanted]) -> ExpertRequestList:
    """The expert board."""
    refuse_unknown(request, RequestsWanted.model_fields)
    caller, people = request.auth, directory()
    board = expert_board(viewer=caller.actor, at=caller.at)
    rows = board.open if wanted.state == "open" else board.settled
    return ExpertRequestList(items=[ExpertRequestOut(**_out(row, people)) for row in rows])


@router.get("/expert-requests/{id}", auth=READ, response=ExpertRequestPage, operation_id="get_expert_request")
def one(request: Request, id: Id) -> ExpertRequestPage:
    """One request with everybody who could go, by stated rules."""
    return _page(id, request.auth)


@router.post(
    "/deals/{number}/expert-requests", auth=WRITE, response={201: ExpertRequestPage}, operation_id="ask_for_expert"
)  # fmt: skip
def ask(request: Request, number: Number, said: AskIn) -> Status[ExpertRequestPage]:
    """Put an expert request onto the board; the head who is asked owes taking it."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    wish = asking.Ask(
        kind=said.kind, competence=said.competence, level=said.level, since=said.since, until=said.until,
        minutes=said.minutes, goal=said.goal, to_decide=said.to_decide, project=said.project,
        wanted_id=find_person(said.wanted, "wanted", caller.actor), wanted_why=said.wanted_why,
        industries=said.industries,
    )  # fmt: skip
    made = asking.ask_for_expert(deal_id=deal_id, ask=wish, actor=caller.actor, at=caller.at)
    return Status(201, _page(made, caller))


@router.post(
    "/expert-requests/{id}/claim", auth=WRITE, response=ExpertRequestPage, operation_id="claim_expert_request"
)
def claim(request: Request, id: Id, said: ClaimIn) -> ExpertRequestPage:
    """Take it. Whoever is first has it; who comes later is told who."""
    caller = request.auth
    if caller.actor.is_agent:
        raise NotFound  # he knows of no request, as by every other act on one
    goes = find_person(said.person, "person", caller.actor)
    claiming.claim(request_id=id, person_id=goes, why=said.why, actor=caller.actor, at=caller.at)
    return _page(id, caller)


@router.post(
    "/expert-requests/{id}/hand-back", auth=WRITE, response=ExpertRequestPage, operation_id="hand_back_expert_request"
)  # fmt: skip
def handed_back(request: Request, id: Id, said: ReasonIn) -> ExpertRequestPage:
    """Give it back to the board, and why."""
    caller = request.auth
    claiming.hand_back(request_id=id, reason=said.reason, actor=caller.actor, at=caller.at)
    return _page(id, caller)


@router.post(
    "/expert-requests/{id}/not-ours", auth=WRITE, response=ExpertRequestPage, operation_id="refuse_expert_request"
)  # fmt: skip
def not_ours(request: Request, id: Id, said: BecauseIn) -> ExpertRequestPage:
    """“Not ours, because”: the next head is asked."""
    caller = request.auth
    claiming.refuse(request_id=id, because=said.because, actor=caller.actor, at=caller.at)
    return _page(id, caller)


@router.post(
    "/expert-requests/{id}/need-more", auth=WRITE, response=ExpertRequestPage, operation_id="need_more_for_expert_request"
)  # fmt: skip
def need_more(request: Request, id: Id, said: WhatIn) -> ExpertRequestPage:
    """“Need more”: the deal’s manager owes adding it."""
    caller = request.auth
    claiming.ask_for_more(request_id=id, what=said.what, actor=caller.actor, at=caller.at)
    return _page(id, caller)


@router.post(
    "/expert-requests/{id}/more", auth=WRITE, response=ExpertRequestPage, operation_id="add_to_expert_request"
)
def more(request: Request, id: Id, said: TextIn) -> ExpertRequestPage:
    """Add what the experts lacked; those who asked are told."""
    caller = request.auth
    asking.give_more(request_id=id, text=said.text, actor=caller.actor, at=caller.at)
    return _page(id, caller)


@router.post(
    "/expert-requests/{id}/verdict", auth=WRITE, response=ExpertRequestPage, operation_id="say_triage"
)
def verdict(request: Request, id: Id, said: VerdictIn) -> ExpertRequestPage:
    """What a look at the request has shown: the triage is done."""
    caller = request.auth
    claiming.say_triage(request_id=id, verdict=said.verdict, actor=caller.actor, at=caller.at)
    return _page(id, caller)


@router.post(
    "/expert-requests/{id}/withdraw", auth=WRITE, response=ExpertRequestPage, operation_id="withdraw_expert_request"
)  # fmt: skip
def withdraw(request: Request, id: Id, said: ReasonIn) -> ExpertRequestPage:
    """Nobody is needed any more, and why."""
    caller = request.auth
    asking.withdraw_request(request_id=id, reason=said.reason, actor=caller.actor, at=caller.at)
    return _page(id, caller)
