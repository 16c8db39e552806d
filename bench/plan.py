"""Which deal stands where: the same plan for the product and for the limit app, so that both show the same lists."""

from dataclasses import dataclass
from typing import Final

STAGES: Final = ("request", "preparation", "meeting", "estimate", "defence", "contract")
OWNERS: Final = 8
OTHERS: Final = 12
"""People who bring requests and do nothing else with them."""
LISTED: Final = "preparation"
"""The stage whose list is asked for: of a thousand deals each owner has more than fifty there."""

# Twenty deals of one owner: most are open, more than in life, so that lists and counts have to work.
_PATTERN: Final = ("preparation",) * 9 + ("request",) * 2 + ("meeting",) * 2 + ("estimate",) * 2 + (
    "defence", "contract", "won", "won", "lost",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """An owner by his number, the last stage reached by its position, and how the deal ended, if it did."""

    owner: int
    stage: int
    status: str


def place(index: int) -> Place:
    """Where the deal with this number stands."""
    turn, owner = divmod(index, OWNERS)
    name = _PATTERN[turn * 7 % len(_PATTERN)]
    if name in STAGES:
        return Place(owner, STAGES.index(name), "open")
    return Place(owner, len(STAGES) - 1 if name == "won" else 2, name)
