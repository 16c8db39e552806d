"""What the clock does about commitments: says that the time is up, and calls the next level when it is far up."""

from datetime import datetime

from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import OPEN, Deal
from svyazka.presale.journal.commands import Act, lock_journal, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import SYSTEM
from svyazka.presale.people.queries import directory


@command
def note_overdue(*, commitment_id: int, at: datetime) -> bool:
    """Tell performer, controller and manager, once, that the time is up. False if there was nothing to tell.

    While the client owes us something, the clock of a commitment that waits for him stands and nothing is told.
    """
    return _tell(commitment_id, "commitment.overdue", due="due_at", mark="warned_at", at=at)


@command
def escalate(*, commitment_id: int, at: datetime) -> bool:
    """Tell the heads, once, that the hardest time is up too. False if there was nothing to tell."""
    return _tell(commitment_id, "commitment.escalated", due="hard_due_at", mark="escalated_at", at=at)


def _tell(commitment_id: int, act: str, *, due: str, mark: str, at: datetime) -> bool:
    lock_journal()
    one = (
        Commitment.objects.select_related("deal")
        .filter(pk=commitment_id, outcome="open", **{mark: None})
        .first()
    )
    if one is None or one.on_client or one.deal.status != OPEN:
        return False
    moment = getattr(one, due)
    if moment is None or moment >= at or (one.pauses and _client_owes(one)):
        return False
    Commitment.objects.filter(pk=one.pk).update(**{mark: at})
    late = directory().calendar_of(one.performer_id).minutes_between(one.due_at, at)
    record(
        chain=one.deal_id, actor=SYSTEM, at=at,
        act=Act(
            act,
            {
                "id": one.pk, "term": one.term, "performer": one.performer_id, "controller": one.controller_id,
                "minutes_late": late, "role": one.role, **one.concerned,
            },
        ),
    )  # fmt: skip
    return True


def _client_owes(one: Commitment) -> bool:
    return Commitment.objects.filter(deal_id=one.deal_id, outcome="open", on_client=True).exists()


def standing_still() -> tuple[int, ...]:
    """Open deals on which nobody owes anything: there should be none, and the nightly check looks."""
    moving = Commitment.objects.filter(outcome="open").values("deal_id")
    return tuple(
        Deal.objects.filter(status=OPEN).exclude(pk__in=moving).order_by("pk").values_list("pk", flat=True)
    )


@command
def set_moving(*, deal_id: int, at: datetime) -> bool:
    """Let the deal's manager owe naming the next step. False if somebody owes something on it already."""
    lock_journal()
    if deal_id not in standing_still():
        return False
    # the reactions to any act see to it that an open deal has an open commitment
    record(chain=deal_id, act=Act("deal.set_moving", {}), actor=SYSTEM, at=at)
    return True
