"""What was typed when deals were looked back on goes from its rows: part of erasing (:mod:`svyazka.presale.erasing`).

None of it stands in the acts. So an act takes with it all that stands in its row by now, whoever wrote it and when.
"""

from datetime import datetime
from typing import Final

from svyazka.presale.cases.commands import blank_case
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.values import GONE
from svyazka.presale.reviews.models import Proposal, Review
from svyazka.presale.reviews.values import QUESTIONS

_REVIEW: Final = "review.written"
_CASE: Final = frozenset({"review.told", "case.saved"})
_PROPOSED: Final = frozenset({"proposal.made", "proposal.corrected"})
_DECIDED: Final = frozenset({"proposal.rejected", "proposal.judged"})
TYPED_IN_REVIEWS: Final = frozenset({_REVIEW}) | _CASE | _PROPOSED | _DECIDED
"""Acts with which something was typed that stands in other rows only."""


def blank_reviews(entry: Entry, *, at: datetime) -> None:
    """Blank what was typed with this act: a review's answers, a case, what is proposed and why, the words of a decision."""
    named = entry.data
    if entry.act == _REVIEW:
        words = dict.fromkeys(QUESTIONS, GONE)
        Review.objects.filter(pk=named.get("review")).update(**words, changed_at=at)
    elif entry.act in _CASE:
        blank_case(case_id=int(str(named["case"])), words=GONE, at=at)
    elif entry.act in _PROPOSED:
        Proposal.objects.filter(pk=named.get("proposal")).update(text=GONE, why=GONE)
    elif entry.act in _DECIDED:
        Proposal.objects.filter(pk=named.get("proposal")).update(words=GONE)
