"""What a look at a draft has found: row by row in short, and what people are asked about."""

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from svyazka.engine.importing.days import Order
from svyazka.engine.importing.fields import FIELDS
from svyazka.presale.imports.deciding import Fault, Verdict
from svyazka.presale.imports.returning import TableRow
from svyazka.presale.journal.values import Invalid, NotAllowed, Refusal

Becomes = Literal["new", "changed", "conflict", "ours", "twice", "refused", "same"]
BECOMES: Final[tuple[Becomes, ...]] = ("new", "changed", "conflict", "ours", "twice", "refused", "same")
"""``new``: a deal; ``changed``: a deal of ours gets other values; ``conflict``: it has got others here, too; ``ours``: the request
is here already; ``twice``: an earlier row says the same; ``refused``: something stands in the way; ``same``: nothing differs.
"""
CHOSEN: Final = frozenset(key for key, kind in FIELDS.items() if kind in {"person", "stage", "status"}) | {
    "reason"
}
"""Fields whose cells name one of a list."""
_MOST_WORDS: Final = 200


class Found(NamedTuple):
    """What a row becomes.

    :ivar deals: ids of deals of ours that are the same request
    :ivar first: the number of the earlier row that is the same; 0 for none
    :ivar takes: how many of its cells change a deal of ours, whatever stands in the way of the others
    :ivar conflicts: fields that have changed in both places
    """

    row: int
    becomes: Becomes
    deals: tuple[int, ...] = ()
    first: int = 0
    takes: int = 0
    conflicts: tuple[str, ...] = ()


class Word(NamedTuple):
    """What cells of a field say that names nothing of ours: in how many rows, and what it may mean."""

    field: str
    said: str
    rows: int
    candidates: tuple[object, ...]


Refused = Mapping[int, Mapping[str, Refusal]]
"""What commands refuse of a row, by its number, then by field."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All of it.

    :ivar words: what people may settle the meaning of, the most frequent first
    :ivar orders: by field, how slashed days of the table are read
    """

    rows: tuple[Found, ...]
    words: tuple[Word, ...] = ()
    orders: Mapping[str, Order | None] = field(default_factory=dict)
    refused: Refused = field(default_factory=dict)

    @property
    def counts(self) -> Mapping[Becomes, int]:
        """How many rows become what."""
        counted = Counter(row.becomes for row in self.rows)
        return {becomes: counted[becomes] for becomes in BECOMES}


def findings_of(
    rows: Sequence[TableRow], orders: Mapping[str, Order | None], refused: Refused | None = None
) -> Findings:
    """The findings in short."""
    return Findings(tuple(map(_found, rows)), _words(rows), orders, refused or {})


def _found(one: TableRow) -> Found:
    if one.fresh is None:
        conflicts = tuple(cell.field for cell in one.cells if cell.verdict == "conflict")
        return Found(one.row, one.verdict, takes=len(one.changes()), conflicts=conflicts)
    fresh = one.fresh
    becomes: Becomes = (
        "refused" if fresh.faults else "ours" if fresh.deals else "twice" if fresh.first else "new"
    )
    return Found(one.row, becomes, fresh.deals, fresh.first)


def _words(rows: Iterable[TableRow]) -> tuple[Word, ...]:
    times: Counter[tuple[str, str]] = Counter()
    meant: dict[tuple[str, str], tuple[object, ...]] = {}
    for one in rows:
        for fault in _faults(one):
            if fault.field in CHOSEN and fault.said and fault.code not in _SETTLES_NOTHING:
                times[fault.field, fault.said] += 1
                meant[fault.field, fault.said] = fault.candidates
    return tuple(
        Word(field_, said, rows, meant[field_, said])
        for (field_, said), rows in times.most_common(_MOST_WORDS)
    )


_SETTLES_NOTHING: Final = frozenset({"shown_only", "not_seen"})
"""Faults that another word doesn't mend."""


def _faults(one: TableRow) -> Iterable[Fault]:
    if one.fresh is not None:
        yield from one.fresh.faults
        yield from _unknown_reason(one.fresh)
        return
    yield from one.faults
    yield from (cell.fault for cell in one.cells if cell.fault is not None)


def _unknown_reason(one: Verdict) -> Iterable[Fault]:
    """A reason in other words than the process has stops no row, but it is better settled: then it is counted."""
    read = one.read("reason")
    if (
        read is not None
        and read.problem is not None
        and one.arrival is not None
        and one.arrival.status == "lost"
    ):
        yield Fault("reason", str(read.problem.code), read.problem.said, read.problem.candidates)


def pack(found: Findings) -> bytes:
    """As it is kept."""
    refused = {
        row: {name: _told(refusal) for name, refusal in fields.items()}
        for row, fields in found.refused.items()
    }
    said = {"rows": found.rows, "words": found.words, "orders": found.orders, "refused": refused}
    return zlib.compress(json.dumps(said, ensure_ascii=False).encode())


def unpack(kept: bytes | memoryview) -> Findings:
    """What was kept by :func:`pack`."""
    said = json.loads(zlib.decompress(kept))
    return Findings(
        tuple(
            Found(row, becomes, tuple(deals), first, takes, tuple(conflicts))
            for row, becomes, deals, first, takes, conflicts in said["rows"]
        ),
        tuple(
            Word(field_, words, rows, tuple(candidates)) for field_, words, rows, candidates in said["words"]
        ),
        said["orders"],
        {
            int(row): {name: _refusal(*told) for name, told in fields.items()}
            for row, fields in said["refused"].items()
        },
    )


def _told(refusal: Refusal) -> tuple[str, Mapping[str, object], Mapping[str, str]]:
    return refusal.code, refusal.params, refusal.errors if isinstance(refusal, Invalid) else {}


def _refusal(code: str, params: Mapping[str, object], errors: Mapping[str, str]) -> Refusal:
    """The refusal in words is told by its code, what it says, and the fields that it is about."""
    if code == NotAllowed.code:
        return NotAllowed(**params)  # type: ignore[arg-type]
    return Invalid(code, errors=errors, **params) if errors else Refusal(code, **params)  # type: ignore[arg-type]
