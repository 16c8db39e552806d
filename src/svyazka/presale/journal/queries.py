"""Reading and proving the journal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from svyazka.presale.journal.digest import detail_hash, entry_digest
from svyazka.presale.journal.models import Detail, Entry
from svyazka.presale.journal.values import Json


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An act as pages and the API show it; ``detail`` is None where there is none or it was erased."""

    id: int
    chain: int
    seq: int
    act: str
    actor_id: int | None
    role: str
    channel: str
    at: datetime
    data: Mapping[str, Json]
    detail: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the journal does not hold: which entry, and what is wrong with it.

    ``kind``: ``changed`` (its content isn't what was digested), ``gap`` (entries before it are missing), ``detail``
    (what was typed was altered), ``cut`` (the end known to an anchor is gone or another), ``stray_detail``.
    """

    kind: str
    chain: int
    seq: int
    entry_id: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain, as an anchor keeps it."""

    chain: int
    seq: int
    digest: str


def timeline(
    *, chain: int, with_details: bool, limit: int = 200, before: int | None = None
) -> tuple[EntryRow, ...]:
    """Acts of a chain, newest first."""
    found = Entry.objects.filter(chain=chain)
    if before is not None:
        found = found.filter(pk__lt=before)
    return _rows(found.order_by("-seq")[:limit], with_details=with_details)


def changes_after(*, after: int, limit: int = 100) -> tuple[EntryRow, ...]:
    """Acts with an id above ``after``, oldest first. Ids grow in the order of commits, so none is ever skipped."""
    return _rows(Entry.objects.filter(pk__gt=after).order_by("pk")[:limit], with_details=False)


def acts_since(*, since: datetime, acts: tuple[str, ...], limit: int = 500) -> tuple[EntryRow, ...]:
    """Acts of these kinds from a moment on, newest first."""
    found = Entry.objects.filter(at__gte=since, act__in=acts).order_by("-at", "-pk")
    return _rows(found[:limit], with_details=False)


_COLUMNS = ("id", "chain", "seq", "act", "actor_id", "role", "channel", "at", "data")


def _rows(entries: QuerySet[Entry], *, with_details: bool) -> tuple[EntryRow, ...]:
    columns = (*_COLUMNS, "detail__body") if with_details else _COLUMNS
    return tuple(EntryRow(*row) for row in entries.values_list(*columns))


def latest_entry_id() -> int:
    """The newest entry's id, 0 for an empty journal: the cheapest sign that anything has changed."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def heads(*, above: int = 0) -> tuple[Head, ...]:
    """The ends of the chains that got an entry with an id above ``above``."""
    newest: dict[int, Head] = {}
    fresh = Entry.objects.filter(pk__gt=above).order_by("pk").values_list("chain", "seq", "digest")
    for chain, seq, digest in fresh.iterator(chunk_size=5000):
        newest[chain] = Head(chain, seq, digest)
    return tuple(newest[chain] for chain in sorted(newest))


def faults(*, chain: int | None = None, anchored: Mapping[int, Head] | None = None) -> Iterator[Fault]:
    """Walk the chains and name every entry that doesn't hold, then every chain shorter than its anchor.

    :param chain: only this one; all for None
    :param anchored: ends of chains written down outside the database, by chain
    """
    found = Entry.objects.order_by("chain", "seq")
    details = Detail.objects.order_by("entry__chain", "entry__seq")
    if chain is not None:
        found, details = found.filter(chain=chain), details.filter(entry__chain=chain)
    waiting = (
        dict(anchored or {}) if chain is None else {c: h for c, h in (anchored or {}).items() if c == chain}
    )
    bodies = {row.entry_id: row for row in details.iterator(chunk_size=2000)}
    current, seq, previous = -1, 0, ""
    for entry in found.iterator(chunk_size=2000):
        if entry.chain != current:
            current, seq, previous = entry.chain, 0, ""
        yield from _faults_of(entry, seq, previous, bodies.pop(entry.pk, None))
        seq, previous = entry.seq, entry.digest
        head = waiting.get(entry.chain)
        if head is not None and head.seq == entry.seq:
            del waiting[entry.chain]
            if head.digest != entry.digest:
                yield Fault("cut", entry.chain, entry.seq, entry.pk)
    for row in bodies.values():
        yield Fault("stray_detail", -1, 0, row.entry_id)
    for head in waiting.values():
        yield Fault("cut", head.chain, head.seq, None)


def _faults_of(entry: Entry, seq: int, previous: str, detail: Detail | None) -> Iterator[Fault]:
    if entry.seq != seq + 1:
        yield Fault("gap", entry.chain, entry.seq, entry.pk)
    digest = entry_digest(
        chain=entry.chain, seq=entry.seq, act=entry.act, actor_id=entry.actor_id, role=entry.role,
        channel=entry.channel, at=entry.at, data=entry.data, detail=entry.detail_hash, previous=previous,
    )  # fmt: skip
    if digest != entry.digest and entry.seq == seq + 1:
        yield Fault("changed", entry.chain, entry.seq, entry.pk)
    if detail is not None and detail_hash(detail.salt, detail.body) != entry.detail_hash:
        yield Fault("detail", entry.chain, entry.seq, entry.pk)
