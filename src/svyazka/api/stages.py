"""The way of a deal: out of a stage, to the contract, to a loss, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from ninja import Router
from pydantic import Field

from svyazka.api.auth import WRITE, Caller, Request
from svyazka.api.checks import check_out
from svyazka.api.inputs import Day, Key, Line, Number, Said, Words
from svyazka.api.problems import Explained
from svyazka.api.rows import Row, row_of
from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.stages.commands import StageBlocked, complete_stage, lose, reopen, win
from svyazka.presale.stages.queries import deal_page_by_id

router = Router(tags=["Stages"])


class AdvanceIn(Said):
    """Finish a stage."""

    stage: Key = Field(description="The stage you saw the deal in", examples=["request"])
    reason: Words = Field("", description="To leave over missing checks; recorded")


class WinIn(Said):
    """The contract is signed."""

    contract_number: str = Field(max_length=60)
    contract_sum: Decimal = Field(
        ge=Decimal("0.01"), max_digits=14, decimal_places=2, description="Roubles", examples=["1250000.00"]
    )
    contract_date: Day
    reason: Words = Field("", description="To win over missing checks or skipped stages; recorded")


class LoseIn(Said):
    """The deal is lost."""

    reason: Key = Field(description="`GROUP.REASON` of the process", examples=["estimate.above_budget"])
    evidence: Words = Field(description="Evidence")
    client_words: Words = Field("", description="What the client said, in his words")


class ReopenIn(Said):
    """Why the deal is opened again."""

    reason: Line


@contextmanager
def _explained(deal_id: int, caller: Caller) -> Iterator[None]:
    """Tell how to supply what blocks a stage."""
    try:
        yield
    except StageBlocked as refusal:
        page = deal_page_by_id(deal_id=deal_id, viewer=caller.actor, at=caller.at, entries=0)
        first = page.process.position(page.card.row.stage)
        missing = [
            check_out(check, stage.key, page)
            for stage in page.process.stages[first:]
            for check in stage.checks
            if check in refusal.missing
        ]
        raise Explained(refusal, missing) from refusal


@router.post("/deals/{number}/advance", auth=WRITE, response=Row, operation_id="advance")
def advance(request: Request, number: Number, said: AdvanceIn) -> Row:
    """Finish the stage and enter the next one.

    Answers 422 with what is missing and how to supply it, and 409 when somebody finished the stage first.
    """
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    with _explained(deal_id, caller):
        complete_stage(
            deal_id=deal_id, stage=said.stage, actor=caller.actor, at=caller.at, reason=said.reason
        )
    return row_of(deal_id, caller)


@router.post("/deals/{number}/win", auth=WRITE, response=Row, operation_id="win")
def won(request: Request, number: Number, said: WinIn) -> Row:
    """The contract is signed: the deal is won."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    with _explained(deal_id, caller):
        win(
            deal_id=deal_id,
            contract_number=said.contract_number,
            contract_sum=said.contract_sum,
            contract_date=said.contract_date,
            actor=caller.actor,
            at=caller.at,
            reason=said.reason,
        )
    return row_of(deal_id, caller)


@router.post("/deals/{number}/lose", auth=WRITE, response=Row, operation_id="lose")
def lost(request: Request, number: Number, said: LoseIn) -> Row:
    """The deal is lost: why, what shows it, and what the client said."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    lose(
        deal_id=deal_id,
        reason=said.reason,
        evidence=said.evidence,
        actor=caller.actor,
        at=caller.at,
        client_words=said.client_words,
    )
    return row_of(deal_id, caller)


@router.post("/deals/{number}/reopen", auth=WRITE, response=Row, operation_id="reopen")
def reopened(request: Request, number: Number, said: ReopenIn) -> Row:
    """Open a closed deal again, in the stage it was closed in."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    reopen(deal_id=deal_id, reason=said.reason, actor=caller.actor, at=caller.at)
    return row_of(deal_id, caller)
