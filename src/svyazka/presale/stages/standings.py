"""The engine asked about one deal: the one way in which anything learns where it stands."""

from collections.abc import Sequence
from datetime import datetime

from svyazka.engine.standing import DealState, Standing, stand
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.facts import Proofs


def standing_of(
    deal: Deal, proofs: Proofs, commitments: Sequence[CommitmentRow], *, at: datetime
) -> Standing:
    """Where the deal stands at this moment, given what its facts rest on and all its commitments."""
    process = process_version(deal.process_number)
    promised = any(row.to_client and row.outcome == "open" for row in commitments)
    state = DealState(
        is_open=deal.status == OPEN,
        stage=deal.stage,
        stage_since=deal.stage_since,
        facts=proofs.facts(deal, promised=promised),
        promises=tuple(row.promise() for row in commitments),
        to_client=frozenset(row.id for row in commitments if row.to_client),
        pausing=frozenset(row.id for row in commitments if row.pauses and not row.on_client),
    )
    return stand(process, state, directory().calendar_of, at)
