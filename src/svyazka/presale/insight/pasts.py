"""What deals that follow another version of the process by now went through before, from their journal.

Figures count a stage by the key under which it was entered, a promise by the version under which it was made: a version that
names them anew doesn't change what has happened.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q

from svyazka.presale.journal.models import Entry
from svyazka.presale.process.queries import process_version

MOVED: Final = "deal.process_changed"
_BEGAN: Final = ("deal.received", "deal.imported")
_PROMISED: Final = "commitment.opened"


@dataclass(slots=True)
class Past:
    """A deal that was moved from version to version.

    :ivar way: the stages that it has entered, as :func:`way_to` spells them
    :ivar made_under: by commitment, the version that it was made under
    """

    way: str = ""
    made_under: dict[int, int] = field(default_factory=dict)


def way_to(number: int, reached: int) -> str:
    """The way through a version up to the stage of this place: keys between blanks, a blank at both ends."""
    return f" {' '.join(stage.key for stage in process_version(number).stages[: reached + 1])} "


def further(way: str, stage: str) -> str:
    """The same way with the stage at its end, wherever it stood on it before."""
    return f" {' '.join((*(one for one in way.split() if one != stage), stage))} "


def pasts_of(deals: Collection[int]) -> Mapping[int, Past]:
    """The pasts of those of these deals that were ever moved. Two queries, one where none was."""
    moved = set(Entry.objects.filter(chain__in=deals, act=MOVED).values_list("chain", flat=True))
    if not moved:
        return {}
    told = Q(act__in=(*_BEGAN, MOVED, _PROMISED)) | Q(act__startswith="stage.")
    acts: dict[int, list[tuple[str, Any]]] = defaultdict(list)
    found = Entry.objects.filter(told, chain__in=moved).order_by("chain", "seq")
    for chain, act, data in found.values_list("chain", "act", "data"):
        acts[chain].append((act, data))
    return {deal: _past(acts[deal]) for deal in moved}


def _past(acts: Iterable[tuple[str, Any]]) -> Past:
    past, number, stage = Past(), 0, ""
    for act, data in acts:
        if act in _BEGAN:
            number, stage = data["process"], data["stage"]
        elif act == MOVED:
            past.way = past.way or way_to(number, process_version(number).position(stage))
            number = data["to"]
        elif act == _PROMISED:
            past.made_under[data["id"]] = number
        else:
            stage = act.partition(".")[2]
            past.way = past.way and further(past.way, stage)
    return past
