"""Words that tables, commands and reads of reviews share."""

from hashlib import sha256
from typing import Final

from svyazka.presale.deals.models import DECLINED, LOST, WON

REVIEWED: Final = (WON, LOST, DECLINED)
"""Statuses of deals that are looked back on, in the order in which they are taken."""
QUESTIONS: Final = ("goal", "helped", "time_went", "keep", "change")
"""What was the goal, what helped most, where time went, one thing to keep, one thing to change."""
FINDINGS: Final = ("keep", "change")
"""Questions whose answer may become a case or a proposal."""
LONGEST: Final = 4000
"""Letters of an answer, of what is proposed and of why."""

OPEN, TAKEN, REJECTED, JUDGED = "open", "taken", "rejected", "judged"
STATES: Final = (OPEN, TAKEN, REJECTED, JUDGED)
"""A proposal waits, is published in a version of the process, isn't taken, was judged on its date."""
KEPT, TAKEN_BACK = "kept", "taken_back"
VERDICTS: Final = (KEPT, TAKEN_BACK)


def wording(text: str, why: str) -> str:
    """Tell one wording of a proposal from another: what its reader saw, in short."""
    return sha256(f"{text}\0{why}".encode()).hexdigest()[:16]


STAGE, CHECK, TERM, OTHER = "stage", "check", "term", "other"
KINDS: Final = (STAGE, CHECK, TERM, OTHER)
"""What of the process a proposal is about."""
CONVERSION, TIME_IN_STAGE, TERM_KEPT = "conversion", "time_in_stage", "term_kept"
FIGURES: Final = (CONVERSION, TIME_IN_STAGE, TERM_KEPT)
"""By what a proposal is judged."""
