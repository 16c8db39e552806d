"""What a deal's own record says about why it was lost: reasons to choose from first, each with what shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from svyazka.engine.postmortem import LARGEST, PostMortem
from svyazka.engine.process import Process

_SHOWN_BY: Final[Mapping[str, frozenset[str]]] = {
    "late_answer": frozenset({"client.contacted"}),
    "late_estimate": frozenset({"estimate.submitted", "proposal.sent"}),
    "unprepared": frozenset({"briefing.read", "huddle.held", "agenda.accepted", "meeting.goals_agreed"}),
    "nobody_free": frozenset({"expert.claimed", "expert.appointed", "estimator.appointed", "triage.claimed"}),
}
"""By the key of a reason, the events whose lateness speaks for it. A process that doesn't know the reason isn't offered it."""
_SILENCE: Final = "silence"
_ANSWER: Final = "late_answer"


@dataclass(frozen=True, slots=True)
class Hint:
    """A reason as ``GROUP.REASON``, and what speaks for it.

    :param promises: what was late, or what the client never gave, greatest first
    :param minutes: working minutes of all that
    :param chased: how often the client had to chase us
    """

    reason: str
    promises: tuple[int, ...]
    minutes: int
    chased: int = 0


def likely_reasons(
    process: Process, found: PostMortem, terms: Mapping[int, str], *, chased: int
) -> tuple[Hint, ...]:
    """Reasons that the record speaks for, the weightiest first.

    :param terms: by the promise's id, its term's key
    """
    places = {
        reason.key: f"{group.key}.{reason.key}" for group in process.reasons for reason in group.reasons
    }
    closes = {term.key: term.closes for term in process.terms}
    hints = []
    for key, events in _SHOWN_BY.items():
        late = [one for one in found.delays if closes.get(terms.get(one.breach.promise_id, ""), "") in events]
        again = chased if key == _ANSWER else 0
        if key in places and (late or again):
            minutes = sum(one.breach.minutes_late for one in late)
            hints.append(Hint(places[key], tuple(one.breach.promise_id for one in late), minutes, again))
    silent = [wait for wait in found.waits if wait.over and wait.ended == "silence"]
    if silent and _SILENCE in places:
        ids = tuple(wait.promise_id for wait in silent)
        hints.append(Hint(places[_SILENCE], ids, sum(wait.over for wait in silent)))
    return tuple(sorted(hints, key=lambda hint: (-hint.chased, -hint.minutes, hint.reason)))[:LARGEST]
