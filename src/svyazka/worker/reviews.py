"""Tells people of the day to judge a change of the process, and of the day to change what a review found."""

from datetime import datetime

from svyazka.presale.journal.values import SYSTEM
from svyazka.presale.reviews.commands import remind_of_change
from svyazka.presale.reviews.proposal_rows import to_change, to_judge
from svyazka.presale.reviews.proposals import remind_to_judge


def remind_of_days(at: datetime) -> int:
    """Each in a transaction of its own, each once. Returns how many were told."""
    judged = sum(remind_to_judge(proposal_id=one, actor=SYSTEM, at=at) for one in to_judge(at=at))
    return judged + sum(remind_of_change(review_id=one, actor=SYSTEM, at=at) for one in to_change(at=at))
