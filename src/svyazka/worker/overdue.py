"""Tells people of commitments whose time is up: each in a transaction of its own, each once."""

from collections.abc import Callable
from datetime import datetime

from svyazka.presale.commitments.overdue import escalate, note_overdue
from svyazka.presale.commitments.queries import overdue_ids


def tell_overdue(at: datetime) -> int:
    """Note what is overdue and escalate what is past its hardest time. Returns how many were told."""
    rounds: tuple[tuple[str, bool, Callable[..., bool]], ...] = (
        ("warned_at", False, note_overdue),
        ("escalated_at", True, escalate),
    )
    return sum(
        tell(commitment_id=one, at=at)
        for column, hard, tell in rounds
        for one in overdue_ids(at=at, column=column, hard=hard)
    )
