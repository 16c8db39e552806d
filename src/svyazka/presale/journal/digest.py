"""The digest of a journal entry: SHA-256 over everything that was said, time and predecessor included."""

import hashlib
import json
from datetime import UTC, datetime

from svyazka.presale.journal.values import Json


def canonical(value: Json) -> bytes:
    """Bytes that are equal exactly when the JSON values are: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def detail_hash(salt: str, body: Json) -> str:
    """Hex digest of an erasable detail; the salt keeps short values from being guessed back."""
    return hashlib.sha256(salt.encode() + canonical(body)).hexdigest()


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
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    said: Json = [chain, seq, act, actor_id, role, channel, moment, data, detail, previous]
    return hashlib.sha256(canonical(said)).hexdigest()
