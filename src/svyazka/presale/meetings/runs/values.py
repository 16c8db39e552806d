"""Words of status runs: whose deals, the six lines, what became of a deal."""

from typing import Final, Literal

Scope = Literal["mine", "unit", "all"]
SCOPES: Final[tuple[Scope, ...]] = ("mine", "unit", "all")
"""Whose deals a run chooses from: my own, those of my unit, all."""

LINES: Final = ("changed", "promise", "holder", "risk", "help")
"""Lines that are answered in words; the sixth, the next step, is a commitment."""
LONGEST_LINE: Final = 300
"""Letters of one line's answer: a word or a sentence."""
STEP: Final = "step"
"""Under this name a line that is no commitment yet is kept among the answers, until it is one or is emptied."""
LONGEST_STEP: Final = 500

DECIDED: Final = "decided"
SKIPPED: Final = "skipped"
"""Passed by: skipped, or gone on from too soon to have been talked through."""
GONE_BEFORE: Final = "gone"
"""The deal was closed before its turn came."""
UNREACHED: Final = "unreached"
OUTCOMES: Final = (DECIDED, SKIPPED, GONE_BEFORE, UNREACHED)
"""What became of a deal in a run; empty while it waits for its turn."""

How = Literal["next", "skip", "later", "back"]
HOW: Final[tuple[How, ...]] = ("next", "skip", "later", "back")
"""In which way a deal is left: talked through, if there was time for it; not today; at the end of this run; back to the one before."""

USUAL: Final = 10
MOST: Final = 30
"""Deals of one run: ten by default, and not more than three hours of them."""
GOAL: Final = 10.0
"""Clients an hour where the process names no goal."""
