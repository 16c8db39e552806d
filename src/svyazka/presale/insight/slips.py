"""Breaches and saves of a span, by what they came from: the process first, a person never."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Slip:
    """A date that slipped, or was saved: of which commitment, when, by how many working minutes, and what it came from.

    :ivar at: when it was due; of a save, when it was kept
    :ivar number: year and serial number of the deal
    """

    commitment_id: int
    at: datetime
    minutes: int
    term: str
    from_client: bool
    process_number: int
    number: tuple[int, int]


def slips_of(*, since: datetime, until: datetime) -> tuple[tuple[Cause, ...], tuple[Cause, ...]]:
    """Breaches whose due time lay in the span, and promises kept in it that took up the delay of another, by cause. One query."""
    late, saved = slips_between(since=since, until=until)
    return _causes(late), _causes(saved)


def slips_between(*, since: datetime, until: datetime) -> tuple[tuple[Slip, ...], tuple[Slip, ...]]:
    """The same one by one.

    A breach counts to the earliest promise before it that was late, for there it began; a save to the one that was late.
    """
    calendar = directory().calendar
    late, saved = list[Slip](), list[Slip]()
    for number, process, promises in promises_of(_touched(since, until)):
        by_id = {one.id: one for one in promises}
        for breach in breaches(promises, until, calendar):
            if since <= breach.due_at < until:
                root = breach.arrived_late[-1] if breach.arrived_late else None
                term = by_id[root.promise_id].term if root else breach.term
                client = root is not None and root.role == CLIENT_ROLE
                late.append(
                    Slip(breach.promise_id, breach.due_at, breach.minutes_late, term or "", client, process, number)
                )  # fmt: skip
        for save in saves(_closed_by(promises, until), calendar):
            if since <= save.closed_at < until:
                term = by_id[by_id[save.promise_id].after_id or 0].term
                client = save.absorbed_from_role == CLIENT_ROLE
                saved.append(
                    Slip(save.promise_id, save.closed_at, save.absorbed_minutes, term or "", client, process, number)
                )  # fmt: skip
    return tuple(late), tuple(saved)


def _touched(since: datetime, until: datetime) -> Q:
    """Commitments by which a deal may have slipped or been saved in the span."""
    past = Q(due_at__gte=since, due_at__lt=until) & (
        Q(closed_at=None) | Q(closed_at__gt=F("due_at")) | Q(outcome="broken")
    )
    kept_after = Q(outcome="kept", after__isnull=False, closed_at__gte=since, closed_at__lt=until)
    return Q(deal_id__in=Commitment.objects.filter(past | kept_after, on_client=False).values("deal_id"))


def _closed_by(promises: Sequence[Promise], until: datetime) -> tuple[Promise, ...]:
    return tuple(one for one in promises if one.closed_at is not None and one.closed_at < until)


def _causes(slips: Iterable[Slip]) -> tuple[Cause, ...]:
    found: dict[tuple[str, bool], list[Slip]] = defaultdict(list)
    for one in slips:
        found[one.term, one.from_client].append(one)
    causes = [
        Cause(
            term, client, max(one.process_number for one in of), len(of), sum(one.minutes for one in of),
            tuple(sorted({one.number for one in of})[:DEALS]),
        )
        for (term, client), of in found.items()
    ]  # fmt: skip
    return tuple(sorted(causes, key=lambda one: (-one.count, -one.minutes, one.term)))
