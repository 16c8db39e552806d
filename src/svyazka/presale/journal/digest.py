"""The digest of a journal entry: SHA-256 over everything that was said, time and predecessor included."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Final

from svyazka.presale.journal.values import Json

_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Json) -> bytes:
    """Bytes that are equal exactly when the JSON values are: sorted keys, no blanks, UTF-8."""
    return _ENCODER.encode(value).encode()


def detail_hash(salt: str, body: Json) -> str:
    """Hex digest of an erasable detail; the salt keeps short values from being guessed back."""
    return salted_hash(salt, canonical(body))


def salted_hash(salt: str, body: bytes) -> str:
    """The same of a detail whose :func:`canonical` bytes are known."""
    return hashlib.sha256(salt.encode() + body).hexdigest()


def entry_digest(
    *,
    chain: int,
    seq: int,
    act: str,
    actor_id: int | None,
    role: str,
    channel: str,
    at: datetime,
    data: Json,
    detail: str,
    previous: str,
) -> str:
    """Hex digest that links an entry to ``previous`` (empty for the first of its chain)."""
    said = said_bytes(act=act, actor_id=actor_id, role=role, channel=channel, at=at)
    return linked_digest(chain, seq, said=said, data=canonical(data), detail=detail, previous=previous)


def said_bytes(*, act: str, actor_id: int | None, role: str, channel: str, at: datetime) -> bytes:
    """What very many entries of one moment have in common, as :func:`linked_digest` takes it."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return canonical([act, actor_id, role, channel, moment])[1:-1]


def linked_digest(chain: int, seq: int, *, said: bytes, data: bytes, detail: str, previous: str) -> str:
    """:func:`entry_digest` of parts that are :func:`canonical` already: the digest of the one list of them all."""
    parts = chain, seq, said, data, canonical(detail), canonical(previous)
    return hashlib.sha256(b"[%d,%d,%b,%b,%b,%b]" % parts).hexdigest()
