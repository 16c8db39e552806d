"""How large a client is, from what was typed about his people: coarse on purpose, since the answer is free text."""

import re
from typing import Final, Literal

Size = Literal["", "small", "middle", "large"]
SIZES: Final[tuple[Size, ...]] = ("small", "middle", "large", "")
"""From the smallest; the empty one is "not known"."""

SMALL, MIDDLE = 100, 250
"""The most people of a small and of a middle company, as the Russian law on small business has it (209-ФЗ, article 4)."""
_MOST = 1_000_000
"""More people than any client of ours has: then the number was something else, a phone or a turnover."""

_NUMBER = re.compile(
    r"(?<![\d.,])(?P<whole>\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:[.,](?P<part>\d+))?"
    r"(?P<thousands>\s*(?:тыс|тыщ|thousand|k\b|к\b))?"
    r"(?P<no_people>\s*(?:г\b|гг\b|год|лет|руб|млн|млрд|%|процент|year|mln|million|м2|м²|кв))?",
    re.IGNORECASE,
)


def size_of(headcount: str) -> Size:
    """The band of a client by the largest number of people that the answer names; empty where it names none.

    The form asks how many people there are and how many will work in the system, so the larger number is the company. Years, money
    and shares don't count; "1,2 тыс." is 1200.
    """
    found = [
        people
        for match in _NUMBER.finditer(headcount)
        if match["no_people"] is None and 0 < (people := _people(match)) <= _MOST
    ]
    if not found:
        return ""
    most = max(found)
    return "small" if most <= SMALL else "middle" if most <= MIDDLE else "large"


def _people(match: re.Match[str]) -> float:
    number = float(f"{''.join(match['whole'].split())[:12]}.{match['part'] or 0}")
    return number * 1000 if match["thousands"] else number
