"""What a look at a draft has found: row by row in short, and what people are asked about."""

import json
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from svyazka.engine.importing.days import Order
from svyazka.engine.importing.fields import FIELDS
from svyazka.presale.imports.deciding import Fault, Verdict

Becomes = Literal["new", "ours", "twice", "refused"]
BECOMES: Final[tuple[Becomes, ...]] = ("new", "ours", "twice", "refused")
"""``new``: a deal; ``ours``: the request is here already; ``twice``: an earlier row says the same; ``refused``: something stands in the way."""
CHOSEN: Final = frozenset(key for key, kind in FIELDS.items() if kind in {"person", "stage", "status"}) | {
    "reason"
}
"""Fields whose cells name one of a list."""
_MOST_WORDS: Final = 200


class Found(NamedTuple):
    """What a row becomes.

    :ivar deals: ids of deals of ours that are the same request
    :ivar first: the number of the earlier row that is the same; 0 for none
    """

    row: int
    becomes: Becomes
    deals: tuple[int, ...] = ()
    first: int = 0

    def comes_in(self, chosen: Collection[int]) -> bool:
        """Whether it becomes a deal.

        :param chosen: rows that are to, although their request is here
        """
        return self.becomes == "new" or (self.becomes != "refused" and self.row in chosen)


class Word(NamedTuple):
    """What cells of a field say that names nothing of ours: in how many rows, and what it may mean."""

    field: str
    said: str
    rows: int
    candidates: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """All of it.

    :ivar words: what people may settle the meaning of, the most frequent first
    :ivar orders: by field, how slashed days of the table are read
    """

    rows: tuple[Found, ...]
    words: tuple[Word, ...] = ()
    orders: Mapping[str, Order | None] = field(default_factory=dict)

    @property
    def counts(self) -> Mapping[Becomes, int]:
        """How many rows become what."""
        counted = Counter(row.becomes for row in self.rows)
        return {becomes: counted[becomes] for becomes in BECOMES}


def findings_of(verdicts: Sequence[Verdict], orders: Mapping[str, Order | None]) -> Findings:
    """The findings in short."""
    return Findings(tuple(map(_found, verdicts)), _words(verdicts), orders)


def _found(one: Verdict) -> Found:
    becomes: Becomes = "refused" if one.faults else "ours" if one.deals else "twice" if one.first else "new"
    return Found(one.row, becomes, one.deals, one.first)


def _words(verdicts: Iterable[Verdict]) -> tuple[Word, ...]:
    times: Counter[tuple[str, str]] = Counter()
    meant: dict[tuple[str, str], tuple[object, ...]] = {}
    for one in verdicts:
        for fault in (*one.faults, *_unknown_reason(one)):
            if fault.field in CHOSEN and fault.said:
                times[fault.field, fault.said] += 1
                meant[fault.field, fault.said] = fault.candidates
    return tuple(
        Word(field_, said, rows, meant[field_, said])
        for (field_, said), rows in times.most_common(_MOST_WORDS)
    )


def _unknown_reason(one: Verdict) -> Iterable[Fault]:
    """A reason in other words than the process has stops no row, but it is better settled: then it is counted."""
    read = one.cells.get("reason")
    if (
        read is not None
        and read.problem is not None
        and one.arrival is not None
        and one.arrival.status == "lost"
    ):
        yield Fault("reason", str(read.problem.code), read.problem.said, read.problem.candidates)


def pack(found: Findings) -> bytes:
    """As it is kept."""
    said = {"rows": found.rows, "words": found.words, "orders": found.orders}
    return zlib.compress(json.dumps(said, ensure_ascii=False).encode())


def unpack(kept: bytes | memoryview) -> Findings:
    """What was kept by :func:`pack`."""
    said = json.loads(zlib.decompress(kept))
    return Findings(
        tuple(Found(row, becomes, tuple(deals), first) for row, becomes, deals, first in said["rows"]),
        tuple(
            Word(field_, words, rows, tuple(candidates)) for field_, words, rows, candidates in said["words"]
        ),
        said["orders"],
    )
