"""The journal as traces, one a deal, for tools that mine processes. Read as a stream: however long the journal, little of it is in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.queries import visible_to
from svyazka.presale.deals.shadow import stays_in_shadow
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import EntryRow, latest_entry_id
from svyazka.presale.journal.values import Actor, Json
from svyazka.presale.meetings.reading import SMALL_THING
from svyazka.presale.people.rights import require

COMMITMENT: Final = "commitment"
"""What a commitment that comes from no term of the process is called."""
_AT_ONCE: Final = 200
"""Deals in memory at a time, each with its acts."""
_STEPS: Final[Mapping[str, str]] = {
    "commitment.opened": "start",
    "commitment.kept": "complete",
    "commitment.broken": "ate_abort",
    "commitment.waived": "ate_abort",
    "commitment.cancelled": "ate_abort",
}
_COLUMNS: Final = ("id", "chain", "seq", "act", "actor_id", "role", "channel", "at", "data")


@dataclass(frozen=True, slots=True)
class Event:
    """An act, as far as it tells neither names nor what was typed.

    :ivar activity: what was done, as tools compare it: the act's code; of a commitment ``commitment.TERM`` from its
        beginning to its end, so that the two find each other
    :ivar transition: the step in the activity's life, a word of the standard lifecycle of XES: ``start`` and ``complete`` of
        a commitment, ``ate_abort`` where it ended without its result; ``complete`` for acts that take no time
    :ivar instance: which commitment; empty for other acts
    :ivar resource: the person's id; for what nobody in particular did the channel: ``system``, ``client``, ``public``
    :ivar outcome: of a commitment that has ended: ``kept``, ``late``, ``broken``, ``waived``, ``cancelled``
    :ivar minutes_late: working minutes past its due time, of one that has ended
    """

    act: str
    activity: str
    transition: str
    instance: str
    at: datetime
    resource: str
    role: str
    channel: str
    outcome: str = ""
    minutes_late: int | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A deal with its acts in the journal's order. ``status`` is today's, ``process`` the version that it follows, ``unit`` a name."""

    number: str
    unit: str
    status: str
    process: int
    received_at: datetime
    events: tuple[Event, ...]


def traces(*, viewer: Actor, since: datetime | None = None, until: datetime | None = None) -> Iterator[Trace]:
    """Deals received from ``since`` on and before ``until``, each whole, to the last act that was there at the beginning.

    Two queries for each two hundred deals. What nobody may learn from a file isn't in it: fixers in the shadow, and that
    small things were noted.

    :raises NotAllowed: the viewer doesn't see what becomes of deals
    """
    require(viewer, "overview.see")
    last = latest_entry_id()
    chosen = Deal.objects.filter(visible_to(viewer)).select_related("unit").order_by("pk").defer("intake")
    if since is not None:
        chosen = chosen.filter(received_at__gte=since)
    if until is not None:
        chosen = chosen.filter(received_at__lt=until)
    after = 0
    while deals := list(chosen.filter(pk__gt=after)[:_AT_ONCE]):
        acts = _acts([deal.pk for deal in deals], last)
        yield from (_trace(deal, acts[deal.pk]) for deal in deals if acts[deal.pk])
        after = deals[-1].pk


def _acts(chains: list[int], last: int) -> Mapping[int, list[Event]]:
    """What may be told of each of these deals."""
    told: dict[int, list[Event]] = {chain: [] for chain in chains}
    found = Entry.objects.filter(chain__in=chains, pk__lte=last).order_by("chain", "seq")
    for row in found.values_list(*_COLUMNS):
        entry = EntryRow(*row)
        if entry.act != SMALL_THING and not stays_in_shadow(entry):
            told[entry.chain].append(_event(entry))
    return told


def _trace(deal: Deal, events: list[Event]) -> Trace:
    unit = deal.unit.name if deal.unit else ""
    return Trace(deal.number, unit, deal.status, deal.process_number, deal.received_at, tuple(events))


def _event(entry: EntryRow) -> Event:
    step = _STEPS.get(entry.act)
    resource = entry.channel if entry.actor_id is None else str(entry.actor_id)
    if step is None:
        return Event(entry.act, entry.act, "complete", "", entry.at, resource, entry.role, entry.channel)
    late = entry.data.get("minutes_late")
    return Event(
        entry.act, _activity(_text(entry.data.get("term"))), step, _text(entry.data.get("id")), entry.at, resource,
        entry.role, entry.channel, _text(entry.data.get("outcome")), late if isinstance(late, int) else None,
    )  # fmt: skip


def _activity(term: str) -> str:
    """A term about one of several, ``relay.17``, is the same activity as its kin."""
    kind, _, _ = term.partition(".")
    return f"{COMMITMENT}.{kind}" if kind else COMMITMENT


def _text(value: Json) -> str:
    return "" if value is None else str(value)
