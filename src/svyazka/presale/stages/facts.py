"""What the system can prove about a deal, gathered for the engine."""

from collections.abc import Iterable
from dataclasses import dataclass

from svyazka.presale.commitments.terms import Running
from svyazka.presale.deals.models import WON, Deal, Seat
from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.questions.queries import has_open_question
from svyazka.presale.stages.models import Evidence


@dataclass(frozen=True, slots=True)
class Proofs:
    """What facts rest on, besides the deal's own row and its commitments. Three queries, whatever the deal.

    :param seats: person, role and whether in the shadow, for the seats held now
    """

    seats: tuple[tuple[int, str, bool], ...]
    evidence: tuple[Evidence, ...]
    open_question: bool

    def facts(self, deal: Deal, *, promised: bool) -> frozenset[str]:
        """All facts of the deal; ``promised`` says that the client knows of a next step."""
        roles = {role for _, role, _ in self.seats}
        known = computed(deal, roles=roles, open_question=self.open_question, promised=promised)
        return known | {one.name for one in self.evidence}


@dataclass(frozen=True, slots=True)
class Carried:
    """What a command on a deal hands to the reactions: the row as it is written, and what was read to decide.

    :ivar stay: stage and working minutes of the stay that it has ended
    """

    deal: Deal
    proofs: Proofs
    running: tuple[Running, ...]
    stay: tuple[str, int] | None = None


NO_PROOFS = Proofs(seats=(), evidence=(), open_question=False)
"""Of a deal that has just been received."""


_SEATS = Prepared(
    lambda deal: (
        Seat.objects.filter(deal=deal, until=None)
        .order_by("pk")
        .values_list("person_id", "role", "in_shadow")
    )
)
_EVIDENCE = Prepared(lambda deal: Evidence.objects.filter(deal=deal, withdrawn_at=None).order_by("at"))


def evidence_of(deal_id: int) -> tuple[Evidence, ...]:
    """What was said to hold and wasn't taken back, oldest first."""
    return tuple(_EVIDENCE(deal=deal_id))


def proofs_of(deal: Deal) -> Proofs:
    """Read what the deal's facts rest on."""
    return Proofs(
        seats=tuple(_SEATS(deal=deal.pk)),
        evidence=evidence_of(deal.pk),
        open_question=has_open_question(deal.pk),
    )


def computed(deal: Deal, *, roles: Iterable[str], open_question: bool, promised: bool) -> frozenset[str]:
    """Facts that follow from what the deal's rows say."""
    lacking = set(deal.lacking)
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
