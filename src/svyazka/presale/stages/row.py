"""The deal's own row: what lists and the board read without asking anything else."""

from collections.abc import Sequence
from datetime import datetime

from svyazka.engine.clock import client_pauses
from svyazka.engine.process import Process
from svyazka.engine.standing import gate
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.commitments.terms import Running
from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.journal.prepared import update
from svyazka.presale.people.queries import directory
from svyazka.presale.stages.facts import Proofs


def refresh_row(
    deal: Deal,
    process: Process,
    running: Sequence[Running],
    proofs: Proofs,
    *,
    at: datetime,
    unseen: bool = False,
) -> None:
    """Write next due time, holder, blocker, count of open commitments and the revision onto the deal's row.

    :param running: the open commitments as they are now
    :param unseen: the act stays in the shadow, so that the revision may not tell that there was one
    """
    first = min(running, key=lambda one: (one.due_at, one.id), default=None)
    on_client = any(one.on_client for one in running)
    values: dict[str, object] = {
        "open_commitments": len(running),
        "next_due": first.due_at if first else None,
        "holder": None if on_client or first is None else first.performer_id,
        "on_client": on_client,
        "blocker": _blocker(deal, process, running, proofs) if deal.status == OPEN else "",
    }
    if deal.on_client and not on_client and deal.status == OPEN:
        values["stage_due"] = _stage_due(deal, process, at)
    update(Deal, deal.pk, values, counted="" if unseen else "revision")


def _blocker(deal: Deal, process: Process, running: Sequence[Running], proofs: Proofs) -> str:
    """Key of the first stop check that is missing."""
    facts = proofs.facts(deal, promised=any(one.to_client for one in running))
    _, missing = gate(process.stage(deal.stage), facts)
    return next((check.key for check in missing if check.strength == "stop"), "")


def _stage_due(deal: Deal, process: Process, at: datetime) -> datetime:
    """The client has answered: the stage's limit moves by the time he held the ball."""
    pauses = client_pauses((row.promise() for row in commitments_of(deal.pk)), at)
    return directory().calendar.due(deal.stage_since, process.stage(deal.stage).limit, pauses=pauses)
