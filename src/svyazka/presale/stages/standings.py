"""The engine asked about one deal: the one way in which anything learns where it stands."""

from collections.abc import Sequence
from datetime import datetime

from svyazka.engine.standing import DealState, Standing, stand
from svyazka.presale.commitments.queries import CommitmentRow, commitments_of
from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.facts import Proofs, proofs_of


def standing_of(deal: Deal, *, at: datetime) -> Standing:
    """Where the deal stands at this moment. Four queries, whatever the deal."""
    return standing_with(deal, proofs_of(deal), commitments_of(deal.pk), at=at)


def standing_with(
    deal: Deal, proofs: Proofs, commitments: Sequence[CommitmentRow], *, at: datetime
) -> Standing:
    """The same for a caller who has read these already."""
    process = process_version(deal.process_number)
    promised = any(row.to_client and row.outcome == "open" for row in commitments)
    state = DealState(
        is_open=deal.status == OPEN,
        stage=deal.stage,
        stage_since=deal.stage_since,
        facts=proofs.facts(deal, process, promised=promised),
        promises=tuple(row.promise() for row in commitments),
        to_client=frozenset(row.id for row in commitments if row.to_client),
        pausing=frozenset(row.id for row in commitments if row.pauses and not row.on_client),
    )
    return stand(process, state, directory().calendar_of, at)
