"""The deal's own row: what lists and the board read without asking anything else."""

from datetime import datetime

from django.db.models import F

from svyazka.engine.clock import client_pauses
from svyazka.engine.process import Process
from svyazka.engine.standing import gate
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.journal.commands import Happening
from svyazka.presale.people.queries import directory
from svyazka.presale.stages.facts import gather


def refresh_row(deal: Deal, process: Process, happening: Happening) -> None:
    """Write next due time, holder, blocker, count of open commitments and the revision onto the deal's row."""
    known = gather(deal, process)
    owed = [row for row in known.commitments if row.outcome == "open"]
    first = owed[0] if owed else None
    on_client = any(row.on_client for row in owed)
    blocker = ""
    if deal.status == OPEN:
        stage = process.stage(deal.stage)
        _, missing = gate(stage, known.facts)
        blocker = next((check.key for check in missing if check.strength == "stop"), "")
    values: dict[str, object] = {
        "open_commitments": len(owed), "next_due": first.due_at if first else None,
        "holder_id": None if on_client or first is None else first.performer_id, "on_client": on_client,
        "blocker": blocker, "revision": F("revision") + 1,
    }  # fmt: skip
    if deal.on_client and not on_client and deal.status == OPEN:
        values["stage_due"] = _stage_due(deal, process, known.commitments, happening)
    Deal.objects.filter(pk=deal.pk).update(**values)


def _stage_due(
    deal: Deal, process: Process, commitments: tuple[CommitmentRow, ...], happening: Happening
) -> datetime:  # fmt: skip
    pauses = client_pauses((row.promise() for row in commitments), happening.at)
    return directory().calendar.due(deal.stage_since, process.stage(deal.stage).limit, pauses=pauses)
