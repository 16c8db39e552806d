"""Keeping a commitment wherever it came from: a term is kept by its event, so that the word and the fact never part."""

from datetime import datetime
from typing import Literal

from svyazka.engine.facts import FACTS, Fact
from svyazka.engine.process import Process
from svyazka.presale.commitments import commands as commitments
from svyazka.presale.commitments.queries import CommitmentRow, commitment_row
from svyazka.presale.deals.commands import say_contacted
from svyazka.presale.deals.writing import deal_to_change
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Invalid, NotFound
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.evidence import state_fact


class KeptByItsEvent(Invalid):
    """This commitment is kept by doing what it is about; ``params["event"]`` names what that is."""

    code = "kept_by_its_event"


Way = Literal["word", "answer", "evidence", "dated", "deal"]
"""How a commitment is kept: by the performer's word, by telling how the client was answered, by saying what shows it (and
when it is), or by an act of its own on the deal."""


def way_to_keep(row: CommitmentRow, process: Process) -> tuple[Way, Fact | None]:
    """How it is kept, and the fact that the performer states by it."""
    term = next((term for term in process.terms if term.key == row.term), None)
    if term is None:
        # what the system itself asked for is kept by its own act: naming a step, filling a field in, asking, answering
        return ("word" if row.opened_by == "person" else "deal"), None
    fact = FACTS.get(term.closes)
    if term.closes == "client.contacted":
        return "answer", fact
    if fact is None or fact.kind != "stated":
        return "deal", fact
    return ("dated" if fact.takes_date else "evidence"), fact


@command
def keep_commitment(
    *, commitment_id: int, actor: Actor, at: datetime, note: str = "", happens_at: datetime | None = None
) -> str:
    """Say that what was owed is there. Returns the outcome, ``kept`` or ``late``.

    A term that closes by a stated fact states it, with the note as evidence; the first answer to the client is
    recorded as such; what only another act can prove (an appointment, the decision) refuses and names that act.
    """
    row = commitment_row(commitment_id)
    if row is None:
        raise NotFound
    process = process_version(row.process_number)
    term = next((term for term in process.terms if term.key == row.term), None)
    if row.outcome != "open" or term is None:
        if row.opened_by in {"intake", "question"} and row.outcome == "open":
            raise KeptByItsEvent(
                event="question.answered" if row.opened_by == "question" else "intake.changed"
            )
        return commitments.keep(commitment_id=commitment_id, actor=actor, at=at, note=note)
    fact = FACTS.get(term.closes)
    if term.closes == "client.contacted":
        say_contacted(deal_id=row.deal_id, how=note, actor=actor, at=at)
    elif fact is not None and fact.kind == "stated":
        deal, _ = deal_to_change(row.deal_id, actor, "deal.evidence")
        state_fact(deal, fact.name, text=note, actor=actor, at=at, happens_at=happens_at)
    else:
        raise KeptByItsEvent(event=term.closes)
    after = commitment_row(commitment_id)
    if after is None or after.outcome == "open":
        # the fact was known before this commitment arose, so no event closes it: the performer's word does
        return commitments.keep(commitment_id=commitment_id, actor=actor, at=at, note=note)
    return after.outcome
