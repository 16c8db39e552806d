"""The engine asked about one deal: the one way in which anything learns where it stands."""

from datetime import datetime

from svyazka.engine.standing import DealState, Standing, stand
from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.facts import Known, gather


def standing_of(deal: Deal, *, at: datetime) -> tuple[Standing, Known]:
    """Where the deal stands at this moment, and what was read to work it out."""
    process = process_version(deal.process_number)
    known = gather(deal, process)
    state = DealState(
        is_open=deal.status == OPEN,
        stage=deal.stage,
        stage_since=deal.stage_since,
        facts=known.facts,
        promises=tuple(row.promise() for row in known.commitments),
        to_client=frozenset(row.id for row in known.commitments if row.to_client),
        pausing=frozenset(row.id for row in known.commitments if row.pauses and not row.on_client),
    )
    return stand(process, state, directory().calendar_of, at), known
