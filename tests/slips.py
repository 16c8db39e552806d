"""A deal on which something came late, and what was owed after it."""

from datetime import datetime, timedelta

from svyazka.presale.process.queries import current_process
from svyazka.presale.stages.commands import complete_stage
from svyazka.presale.stages.evidence import supply_evidence
from tests.company import Company, accepted_deal


def estimated(us: Company, at: datetime, *, submitted: timedelta, reviewed: timedelta) -> int:
    """A deal whose estimate came so long after its time (two days later) and was checked so long after that."""
    deal = accepted_deal(us, at - timedelta(days=1))
    for stage in ("request", "preparation", "meeting"):
        complete_stage(deal_id=deal, stage=stage, reason="клиент торопит", actor=us.manager, at=at)
    ready = at + timedelta(days=2) + submitted
    checks = {one.fact: one.key for one in current_process()[1].stage("estimate").checks}
    for fact, who, when in (
        ("estimate.submitted", us.estimator, ready),
        ("estimate.reviewed", us.expert, ready + reviewed),
    ):
        supply_evidence(
            deal_id=deal, stage="estimate", check=checks[fact], text="файл в папке", actor=who, at=when
        )
    return deal
