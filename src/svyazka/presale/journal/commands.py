"""The one door through which an act enters the journal and reaches what follows it."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction

from svyazka.presale.journal.bulk import Bulk, plain_moment, take_keys
from svyazka.presale.journal.chunks import chunks
from svyazka.presale.journal.digest import canonical, linked_digest, said_bytes, salted_hash
from svyazka.presale.journal.models import Detail, Entry, Receipt
from svyazka.presale.journal.moment import heads
from svyazka.presale.journal.prepared import Prepared, insert_all
from svyazka.presale.journal.turns import turn
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json

WORKSPACE = 0
"""The chain of acts that belong to no deal."""

_LOCK = (
    0x5379617A  # "Syaz": one advisory lock for the whole journal, so that ids grow in the order of commits
)
_HELD = -1
"""Among the chains' ends of a command: it holds the lock already."""
RECEIPT_LIFE = timedelta(hours=24)
LONGEST_DETAIL = 128 * 1024
"""Bytes of what may be typed in one act: the journal never forgets them."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happened, before it has a place in the chain.

    :param data: ids, codes, numbers, times as ISO text; never personal data
    :param detail: what was typed, erasable; stored beside the chain
    """

    name: str
    data: Mapping[str, Json]
    detail: Mapping[str, Json] | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """An act that has just been written, as the reactions see it."""

    entry_id: int
    chain: int
    act: str
    data: Mapping[str, Json]
    actor: Actor
    at: datetime
    carried: object = None


_LAST = Prepared(
    lambda chain: Entry.objects.filter(chain=chain).order_by("-seq").values_list("seq", "digest")[:1]
)

Reactor = Callable[[Happening], None]
_reactors: list[Reactor] = []


def react_with(reactor: Reactor) -> None:
    """Set what every recorded act is handed to. Called once, at start."""
    _reactors[:] = [reactor]


def lock_journal() -> None:
    """Let no other transaction append until this one ends.

    SQLite's IMMEDIATE transactions exclude each other already; PostgreSQL needs the advisory lock, without
    which two writers read the same last digest and the chain forks.
    """
    known = heads()
    if connection.vendor == "postgresql" and _HELD not in known:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        known[_HELD] = (0, "")


def append(*, chain: int, acts: Sequence[Act], actor: Actor, at: datetime) -> list[Entry]:
    """Write ``acts`` to the end of ``chain``, linked by digest. Must run inside a transaction."""
    lock_journal()
    known = heads()
    last = known.get(chain) or _LAST.first(chain=chain) or (0, "")
    entries: list[Entry] = []
    typed: list[tuple[Entry, str, Mapping[str, Json]]] = []
    for one in _linked(chain, last, acts, actor, at, said={}):
        act = one.act
        entry = Entry(
            chain=chain, seq=one.seq, act=act.name, actor_id=actor.person_id, role=act.role, channel=actor.channel,
            at=at, data=dict(act.data), detail_hash=one.hashed, digest=one.digest,
        )  # fmt: skip
        entries.append(entry)
        if act.detail:
            typed.append((entry, one.salt, act.detail))
        known[chain] = (one.seq, one.digest)
    insert_all(entries)
    insert_all([Detail(entry=entry, salt=salt, body=dict(said)) for entry, salt, said in typed])
    return entries


class _Link(NamedTuple):
    """An act at its place in the chain; ``data`` and ``detail`` (empty for none) as they were digested."""

    act: Act
    seq: int
    data: bytes
    detail: bytes
    salt: str
    hashed: str
    digest: str


def _linked(
    chain: int,
    last: tuple[int, str],
    acts: Iterable[Act],
    actor: Actor,
    at: datetime,
    *,
    said: dict[tuple[str, str], bytes],
) -> Iterator[_Link]:
    """Each act with its place and its digest.

    :param said: what acts of one name and role have in common, kept for the next chain of the same moment
    """
    seq, digest = last
    for act in acts:
        seq += 1
        detail = canonical(dict(act.detail)) if act.detail else b""
        if len(detail) > LONGEST_DETAIL:
            raise Invalid("too_long")
        salt = secrets.token_hex(16) if detail else ""
        hashed = salted_hash(salt, detail) if detail else ""
        if (act.name, act.role) not in said:
            said[act.name, act.role] = said_bytes(
                act=act.name, actor_id=actor.person_id, role=act.role, channel=actor.channel, at=at
            )
        data = canonical(dict(act.data))
        digest = linked_digest(
            chain, seq, said=said[act.name, act.role], data=data, detail=hashed, previous=digest
        )
        yield _Link(act, seq, data, detail, salt, hashed, digest)


def append_many(
    chains: Mapping[int, Sequence[Act]], *, actor: Actor, at: datetime, are_new: bool = False
) -> int:
    """Write acts to the ends of very many chains at once. Nothing reacts: the caller does what follows for all of them.

    Must run inside a command. Returns the id of the last entry.

    :param are_new: none of the chains has any entry, so that nobody need look
    """
    lock_journal()
    known, entries, details = heads(), Bulk(Entry), Bulk(Detail)
    last, said = {} if are_new else ends_of(chains), dict[tuple[str, str], bytes]()
    moment, keys = plain_moment(at), iter(take_keys(Entry, sum(map(len, chains.values()))))
    key = 0
    for chain, acts in chains.items():
        known.pop(chain, None)  # of so many chains nobody keeps the ends in mind
        for act, seq, data, detail, salt, hashed, digest in _linked(
            chain, last.get(chain, (0, "")), acts, actor, at, said=said
        ):
            key = next(keys)
            entries.add(
                id=key, chain=chain, seq=seq, act=act.name, actor_id=actor.person_id, role=act.role,
                channel=actor.channel, at=moment, data=data.decode(), detail_hash=hashed, digest=digest,
            )  # fmt: skip
            if detail:
                details.add(entry_id=key, salt=salt, body=detail.decode())
    entries.write()
    details.write()
    return key


def ends_of(chains: Collection[int]) -> dict[int, tuple[int, str]]:
    """Place and digest of the last entry of each of these chains that has any."""
    found: dict[int, tuple[int, str]] = {}
    for some in chunks(list(chains)):
        rows = Entry.objects.filter(chain__in=some).order_by("chain", "seq")
        found |= {chain: (seq, digest) for chain, seq, digest in rows.values_list("chain", "seq", "digest")}
    return found


def record(*, chain: int, act: Act, actor: Actor, at: datetime, carried: object = None) -> int:
    """Write one act and let everything that follows it happen, in the same transaction. Returns the entry's id.

    :param carried: what the command has read already and left true, so that reactions needn't read it again
    """
    entry = append(chain=chain, acts=[act], actor=actor, at=at)[0]
    happening = Happening(entry.pk, chain, act.name, act.data, actor, at, carried)
    for reactor in _reactors:
        reactor(happening)
    return entry.pk


def with_details(*, chain: int, seqs: Iterable[int]) -> tuple[int, ...]:
    """Ids of those of the chain's entries at these places beside which something typed still lies."""
    found = Detail.objects.filter(entry__chain=chain, entry__seq__in=set(seqs))
    return tuple(found.order_by("entry_id").values_list("entry_id", flat=True))


def erase_details(entries: Sequence[int]) -> None:
    """Delete what was typed with these entries. The database refuses unless an act of their chain says so already."""
    Detail.objects.filter(entry_id__in=entries).delete()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a retried request is answered with: HTTP status and JSON body."""

    status: int
    body: Json


def answer_once(
    *, owner: str, key: str, request: bytes, at: datetime, perform: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """Perform a write at most once per (owner, key) and return its answer; True beside it if it was a repeat.

    The receipt is claimed first and in the same transaction as the write, so a second sender of the same key
    waits for the first and then reads the first one's answer.

    :param request: what was asked, to tell a retry from another request under the same key
    :raises Conflict: ``key_reused`` when the key came with another request before
    """
    digest = hashlib.sha256(request).hexdigest()
    try:
        with turn(), transaction.atomic():
            receipt = Receipt.objects.create(owner=owner, key=key, request_hash=digest, at=at)
            answer = perform()
            receipt.status, receipt.body = answer.status, answer.body
            receipt.save(update_fields=["status", "body"])
            return answer, False
    except IntegrityError:
        known = Receipt.objects.filter(owner=owner, key=key).first()
        if known is None:
            raise
    if known.request_hash != digest:
        raise Conflict("key_reused")
    return Answer(known.status or 500, known.body), True


def forget_receipts(*, at: datetime) -> int:
    """Drop receipts older than a day. Returns how many."""
    return Receipt.objects.filter(at__lt=at - RECEIPT_LIFE).delete()[0]
