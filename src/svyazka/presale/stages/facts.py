"""What the system can prove about a deal, gathered for the engine."""

from collections.abc import Iterable
from dataclasses import dataclass

from svyazka.engine.process import Process
from svyazka.presale.commitments.queries import CommitmentRow, commitments_of
from svyazka.presale.deals.intake import missing
from svyazka.presale.deals.models import WON, Deal, Seat
from svyazka.presale.questions.queries import has_open_question
from svyazka.presale.stages.models import Evidence


@dataclass(frozen=True, slots=True)
class Known:
    """A deal's facts and everything that was read to find them, so that nobody reads it twice."""

    facts: frozenset[str]
    commitments: tuple[CommitmentRow, ...]
    seats: tuple[tuple[int, str, bool], ...]
    evidence: tuple[Evidence, ...]


def gather(deal: Deal, process: Process) -> Known:
    """All facts of a deal. Four queries, whatever the deal."""
    commitments = commitments_of(deal.pk)
    seats = tuple(
        Seat.objects.filter(deal=deal, until=None)
        .order_by("pk")
        .values_list("person_id", "role", "in_shadow")
    )
    evidence = tuple(Evidence.objects.filter(deal=deal, withdrawn_at=None).order_by("at"))
    facts = computed(
        deal, process, roles={role for _, role, _ in seats}, open_question=has_open_question(deal.pk),
        promised=any(row.to_client and row.outcome == "open" for row in commitments),
    )  # fmt: skip
    return Known(facts | {row.name for row in evidence}, commitments, seats, evidence)


def computed(
    deal: Deal, process: Process, *, roles: Iterable[str], open_question: bool, promised: bool
) -> frozenset[str]:
    """Facts that follow from what the deal's rows say."""
    lacking = {field.key for field in missing(process, deal.intake.get("answers", {}))}
    marked = set(deal.intake.get("unknown", {}))
    seated = set(roles)
    claims = {
        "intake.complete": not lacking,
        "intake.answered": lacking <= marked,
        "duplicates.checked": deal.duplicates_checked_at is not None,
        "manager.appointed": "manager" in seated,
        "expert.appointed": "expert" in seated,
        "estimator.appointed": "estimator" in seated,
        "author.recorded": deal.author_id is not None or bool(deal.source),
        "client.contacted": deal.contacted_at is not None,
        "next_step.promised": promised,
        "questions.answered": not open_question,
        "decision.taken": deal.accepted_at is not None,
        "contract.signed": deal.status == WON,
    }
    return frozenset(name for name, holds in claims.items() if holds)
