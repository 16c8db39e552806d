"""Reading and proving the journal."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Lag

from svyazka.presale.journal.digest import detail_hash, entry_digest
from svyazka.presale.journal.guard import ERASURE, TRIGGERS
from svyazka.presale.journal.models import Detail, Entry
from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.journal.values import Json

_CHUNK = 2000
"""Rows in memory at a time: the journal is read as a stream, however long it is."""


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
    (what was typed was altered), ``erased`` (what was typed is gone, and no act of the chain says so), ``unerased`` (an
    act says that it was erased, and it is there), ``cut`` (the end known to an anchor is gone or another), ``ids`` (rows
    of whatever chain before this one are missing, chain -1), ``end`` (rows after this one are missing, chain -1),
    ``stray_detail`` (chain -1), ``unguarded`` (the database's triggers are gone, chain -1); and of deals (:mod:`deals.proof
    <svyazka.presale.deals.proof>`) ``no_chain``, ``no_deal``, ``numbers``.
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
    *,
    chain: int,
    with_details: bool,
    limit: int = 200,
    before: int | None = None,
    is_told: Callable[[EntryRow], bool] = lambda _: True,
) -> tuple[EntryRow, ...]:
    """Acts of a chain, newest first.

    :param before: only acts older than the one with this id
    :param is_told: False for acts that the reader may not know of; others come in their place
    """
    acts, found = _acts(limit, with_details=with_details), list[EntryRow]()
    while len(found) < limit:
        batch = [EntryRow(*row) for row in acts(chain=chain, before=before or _BEHIND)]
        found += filter(is_told, batch)
        if len(batch) < limit:
            break
        before = batch[-1].id
    return tuple(found[:limit])


def changes_after(*, after: int, limit: int = 100, untold: Q | None = None) -> tuple[EntryRow, ...]:
    """Acts with an id above ``after``, oldest first. Ids grow in the order of commits, so none is ever skipped.

    :param untold: acts that the reader may not know of
    """
    found = Entry.objects.filter(~untold if untold else Q(), pk__gt=after)
    return _rows(found.order_by("pk")[:limit], with_details=False)


def acted_since(*, chain: int, act: str, actor_id: int | None, since: datetime) -> bool:
    """Whether somebody has done this in a chain after ``since``."""
    return Entry.objects.filter(chain=chain, act=act, actor_id=actor_id, at__gt=since).exists()


def latest_act(*, chain: int, act: str, meeting: int) -> EntryRow | None:
    """The latest act of a kind about a meeting, with what was typed."""
    found = Entry.objects.filter(chain=chain, act=act, data__meeting=meeting).order_by("-seq")
    return next(iter(_rows(found[:1], with_details=True)), None)


def acts_since(*, since: datetime, acts: tuple[str, ...], limit: int = 500) -> tuple[EntryRow, ...]:
    """Acts of these kinds from a moment on, newest first."""
    found = Entry.objects.filter(at__gte=since, act__in=acts).order_by("-at", "-pk")
    return _rows(found[:limit], with_details=False)


def chains_since(*, since: datetime) -> frozenset[int]:
    """Deals of which something was written since a moment."""
    found = Entry.objects.filter(at__gte=since, chain__gt=0).order_by().values_list("chain", flat=True)
    return frozenset(found.distinct())


_COLUMNS = ("id", "chain", "seq", "act", "actor_id", "role", "channel", "at", "data")
_BEHIND = 2**62
"""No entry has this id yet."""


@lru_cache(maxsize=32)
def _acts(limit: int, *, with_details: bool) -> Prepared[tuple[Any, ...]]:
    columns = (*_COLUMNS, "detail__body") if with_details else _COLUMNS
    return Prepared(
        lambda chain, before: (
            Entry.objects.filter(chain=chain, pk__lt=before).order_by("-seq").values_list(*columns)[:limit]
        )
    )


def _rows(entries: QuerySet[Entry], *, with_details: bool) -> tuple[EntryRow, ...]:
    columns = (*_COLUMNS, "detail__body") if with_details else _COLUMNS
    return tuple(EntryRow(*row) for row in entries.values_list(*columns))


def latest_entry_id() -> int:
    """The newest entry's id, 0 for an empty journal: the cheapest sign that anything has changed."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def digest_of(entry_id: int) -> str:
    """The digest of an entry, empty where there is none: two journals that have it have the same past of its chain."""
    return Entry.objects.filter(pk=entry_id).values_list("digest", flat=True).first() or ""


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
    found = Entry.objects.order_by("chain", "seq").values_list(*_PROVED)
    waiting = dict(anchored or {})
    if chain is not None:
        found = found.filter(chain=chain)
        waiting = {of: head for of, head in waiting.items() if of == chain}
    erased = _erased(chain)
    current, seq, previous = -1, 0, ""
    for entry in (_Proved(*row) for row in found.iterator(chunk_size=_CHUNK)):
        if entry.chain != current:
            current, seq, previous = entry.chain, 0, ""
        yield from _faults_of(entry, seq, previous, erased)
        seq, previous = entry.seq, entry.digest
        head = waiting.get(entry.chain)
        if head is not None and head.seq == entry.seq:
            del waiting[entry.chain]
            if head.digest != entry.digest:
                yield Fault("cut", entry.chain, entry.seq, entry.id)
    for head in waiting.values():
        yield Fault("cut", head.chain, head.seq, None)
    if chain is None:
        yield from _loose_ends()


@dataclass(frozen=True, slots=True)
class _Proved:
    """An entry with all that is digested, and with what was typed; ``typed`` is its own id again, None if it is gone."""

    id: int
    chain: int
    seq: int
    act: str
    actor_id: int | None
    role: str
    channel: str
    at: datetime
    data: dict[str, Json]
    detail_hash: str
    digest: str
    typed: int | None
    salt: str
    body: Json


_PROVED = (*_COLUMNS, "detail_hash", "digest", "detail__entry_id", "detail__salt", "detail__body")


def _erased(chain: int | None) -> frozenset[tuple[int, int]]:
    """Entries, each with its chain, of which that chain itself says that what was typed with them was erased."""
    acts = (
        Entry.objects.filter(act=ERASURE) if chain is None else Entry.objects.filter(act=ERASURE, chain=chain)
    )
    rows = acts.values_list("chain", "data").iterator(chunk_size=_CHUNK)
    said = ((of, data.get("entries")) for of, data in rows)
    return frozenset((of, entry) for of, entries in said if isinstance(entries, list) for entry in entries)


def _faults_of(
    entry: _Proved, seq: int, previous: str, erased: frozenset[tuple[int, int]]
) -> Iterator[Fault]:
    if entry.seq != seq + 1:
        yield Fault("gap", entry.chain, entry.seq, entry.id)
    digest = entry_digest(
        chain=entry.chain, seq=entry.seq, act=entry.act, actor_id=entry.actor_id, role=entry.role,
        channel=entry.channel, at=entry.at, data=entry.data, detail=entry.detail_hash, previous=previous,
    )  # fmt: skip
    if digest != entry.digest and entry.seq == seq + 1:
        yield Fault("changed", entry.chain, entry.seq, entry.id)
    is_erased = (entry.chain, entry.id) in erased
    if entry.typed is None:
        if entry.detail_hash and not is_erased:
            yield Fault("erased", entry.chain, entry.seq, entry.id)
    elif is_erased:
        yield Fault("unerased", entry.chain, entry.seq, entry.id)
    elif detail_hash(entry.salt, entry.body) != entry.detail_hash:
        yield Fault("detail", entry.chain, entry.seq, entry.id)


def _loose_ends() -> Iterator[Fault]:
    """What no chain tells: details of no entry, rows of which not even a chain is left, and whether triggers guard it all."""
    asked, needed = TRIGGERS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(asked)
        if not needed <= {name for (name,) in cursor.fetchall()}:
            yield Fault("unguarded", -1, 0, None)
    strays = Detail.objects.filter(~Exists(Entry.objects.filter(pk=OuterRef("entry_id"))))
    for entry_id in strays.values_list("entry_id", flat=True).iterator(chunk_size=_CHUNK):
        yield Fault("stray_detail", -1, 0, entry_id)
    if connection.vendor != "sqlite":
        return  # elsewhere an act that was refused after all leaves a hole in the ids, so that a hole says nothing
    ids = Entry.objects.annotate(before=Window(Lag("pk"), order_by="pk")).filter(before__lt=F("pk") - 1)
    for entry_id in ids.values_list("pk", flat=True).iterator(chunk_size=_CHUNK):
        yield Fault("ids", -1, 0, entry_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), 0) AS last FROM presale_entry "
            "HAVING last < (SELECT seq FROM sqlite_sequence WHERE name = 'presale_entry')"
        )
        for (last,) in cursor.fetchall():
            yield Fault("end", -1, 0, last)
