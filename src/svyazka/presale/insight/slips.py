"""Breaches and saves of a span, by what they came from: the process first, a person never."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import F, Q

from svyazka.engine.clock import CLIENT_ROLE, Promise, breaches, saves
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import promises_of
from svyazka.presale.people.queries import directory

DEALS: Final = 6
"""Deals that a cause names; of the rest the number is known."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Where dates slipped, or were saved.

    :ivar term: of the process; empty for what people agreed by themselves
    :ivar from_client: the client was late before
    :ivar process_number: the version that says the term's words
    :ivar minutes: working minutes late in all; of saves, absorbed
    :ivar deals: years and serial numbers of some
    """

    term: str
    from_client: bool
    process_number: int
    count: int
    minutes: int
    deals: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Sum:
    process: int = 0
    minutes: list[int] = field(default_factory=list)
    deals: set[tuple[int, int]] = field(default_factory=set)


def slips_of(*, since: datetime, until: datetime) -> tuple[tuple[Cause, ...], tuple[Cause, ...]]:
    """Breaches whose due time lay in the span, and promises kept in it that took up the delay of another. One query.

    A breach counts to the earliest promise before it that was late, for there it began; a save to the one that was late.
    """
    calendar = directory().calendar
    late: dict[tuple[str, bool], _Sum] = defaultdict(_Sum)
    saved: dict[tuple[str, bool], _Sum] = defaultdict(_Sum)
    for number, process, promises in promises_of(_touched(since, until)):
        by_id = {one.id: one for one in promises}
        for breach in breaches(promises, until, calendar):
            if since <= breach.due_at < until:
                root = breach.arrived_late[-1] if breach.arrived_late else None
                term = by_id[root.promise_id].term if root else breach.term
                _add(
                    late[term or "", root is not None and root.role == CLIENT_ROLE],
                    process,
                    breach.minutes_late,
                    number,
                )
        for save in saves(_closed_by(promises, until), calendar):
            if since <= save.closed_at < until:
                before = by_id[by_id[save.promise_id].after_id or 0]
                key = (before.term or "", save.absorbed_from_role == CLIENT_ROLE)
                _add(saved[key], process, save.absorbed_minutes, number)
    return _causes(late), _causes(saved)


def _touched(since: datetime, until: datetime) -> Q:
    """Commitments by which a deal may have slipped or been saved in the span."""
    past = Q(due_at__gte=since, due_at__lt=until) & (
        Q(closed_at=None) | Q(closed_at__gt=F("due_at")) | Q(outcome="broken")
    )
    kept_after = Q(outcome="kept", after__isnull=False, closed_at__gte=since, closed_at__lt=until)
    return Q(deal_id__in=Commitment.objects.filter(past | kept_after, on_client=False).values("deal_id"))


def _closed_by(promises: Sequence[Promise], until: datetime) -> tuple[Promise, ...]:
    return tuple(one for one in promises if one.closed_at is not None and one.closed_at < until)


def _add(sum_: _Sum, process: int, minutes: int, number: tuple[int, int]) -> None:
    sum_.process = max(sum_.process, process)
    sum_.minutes.append(minutes)
    sum_.deals.add(number)


def _causes(found: dict[tuple[str, bool], _Sum]) -> tuple[Cause, ...]:
    causes: Iterable[Cause] = (
        Cause(term, client, one.process, len(one.minutes), sum(one.minutes), tuple(sorted(one.deals)[:DEALS]))
        for (term, client), one in found.items()
    )
    return tuple(sorted(causes, key=lambda one: (-one.count, -one.minutes, one.term)))
