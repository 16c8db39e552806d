"""An edited export comes back: what it changes, what we have changed since, where the two collide.

Three values of each cell are compared: ``base``, which the export showed, ``ours`` of today and ``theirs`` of the file. One that
only one side has changed is that side's; of two that both have changed a human decides.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, NamedTuple

from svyazka.engine.importing.codes import Code
from svyazka.engine.importing.values import Problem, Read, Value

Verdict = Literal["same", "take", "keep", "conflict", "refused"]
"""``take``: theirs; ``keep``: ours; ``refused``: the cell says nothing that can be taken, ours stays."""
RowVerdict = Literal["new", "changed", "same", "conflict", "refused", "gone"]
VERDICTS: Final[tuple[RowVerdict, ...]] = ("new", "changed", "same", "conflict", "refused", "gone")
Side = Literal["ours", "theirs"]


class Unknown(Enum):
    """What an export showed, where nobody has kept it."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
Base = Value | None | Unknown
Values = Mapping[str, Value | None]


def merge(base: Base, ours: Value | None, theirs: Value | None) -> Verdict:
    """What becomes of one cell. Nothing is lost: each side's value is the base, is the result, or stands in a conflict."""
    if _equal(ours, theirs):
        return "same"
    if base is UNKNOWN:
        return "conflict"
    if _equal(base, ours):
        return "take"
    return "keep" if _equal(base, theirs) else "conflict"


def _equal(one: Base, other: Base) -> bool:
    """Equal and of one type: True is not 1, and a day is not its midnight."""
    return one == other and type(one) is type(other)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of the file: its line there from 1, our mark (None on a new one), and what was read, by field.

    A field whose column the file doesn't have isn't there: nobody has emptied it.
    """

    line: int
    id: str | None
    cells: Mapping[str, Read]


class CellPreview(NamedTuple):
    """What becomes of a cell; ``read`` has how it was typed and what is wrong with it."""

    field: str
    verdict: Verdict
    base: Base
    ours: Value | None
    read: Read

    @property
    def theirs(self) -> Value | None:
        """What the file says."""
        return self.read.value

    def result(self, side: Side | None = None) -> Value | None:
        """The value after the merge; of a conflict ours, unless a human says ``theirs``."""
        return (
            self.theirs
            if self.verdict == "take" or (self.verdict == "conflict" and side == "theirs")
            else self.ours
        )


@dataclass(frozen=True, slots=True)
class RowPreview:
    """What becomes of a row. ``line`` is None of one that the file doesn't have any more: nothing is deleted for that."""

    line: int | None
    id: str | None
    verdict: RowVerdict
    cells: tuple[CellPreview, ...] = ()
    problems: tuple[Problem, ...] = ()

    def changes(self, decided: Mapping[str, Side] | None = None) -> dict[str, Value | None]:
        """By field, what the file makes it; of conflicts those that a human decided for it, of a refused row its good cells."""
        sides = decided or {}
        taken = {cell.field: cell.result(sides.get(cell.field)) for cell in self.cells}
        return {
            cell.field: taken[cell.field] for cell in self.cells if not _equal(taken[cell.field], cell.ours)
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would change, before anything is changed: its rows in their order, then those that are gone."""

    rows: tuple[RowPreview, ...]
    counts: Mapping[RowVerdict, int]


def preview(
    rows: Sequence[FileRow],
    *,
    ours: Mapping[str, Values],
    base: Mapping[str, Values],
    shown: Iterable[str] | None = None,
) -> Preview:
    """Compare a file with what we have.

    :param ours: by mark, what we have today; a row that bears another mark is refused
    :param base: by mark, what the export showed; of a cell that isn't there nobody knows who changed it, so that a human decides if it differs
    :param shown: marks of the export, if it isn't all of ``base``: those without a row in the file are gone
    """
    times = Counter(row.id for row in rows if row.id is not None)
    found = [_row(row, ours, base, is_twice=row.id is not None and times[row.id] > 1) for row in rows]
    marks = base if shown is None else shown
    found += [
        RowPreview(None, mark, "gone") for mark in sorted(set(marks)) if mark in ours and mark not in times
    ]
    counted = Counter(row.verdict for row in found)
    return Preview(tuple(found), {verdict: counted[verdict] for verdict in VERDICTS})


def _row(
    row: FileRow, ours: Mapping[str, Values], base: Mapping[str, Values], *, is_twice: bool
) -> RowPreview:
    if row.id is None:
        cells = tuple(_cell(field, read, None, None) for field, read in sorted(row.cells.items()))
        return RowPreview(row.line, None, _of_new(cells), cells, _problems(cells))
    if is_twice or row.id not in ours:
        code = Code.ROW_TWICE if is_twice else Code.UNKNOWN_ROW
        return RowPreview(row.line, row.id, "refused", (), (Problem(code, row.id),))
    today, before = ours[row.id], base.get(row.id, {})
    cells = tuple(
        _cell(field, read, before.get(field, UNKNOWN), today.get(field))
        for field, read in sorted(row.cells.items())
    )
    return RowPreview(row.line, row.id, _of_known(cells), cells, _problems(cells))


def _cell(field: str, read: Read, base: Base, ours: Value | None) -> CellPreview:
    return CellPreview(field, "refused" if read.problem else merge(base, ours, read.value), base, ours, read)


def _of_new(cells: Sequence[CellPreview]) -> RowVerdict:
    verdicts = {cell.verdict for cell in cells}
    return "refused" if "refused" in verdicts else "new" if "take" in verdicts else "same"


def _of_known(cells: Sequence[CellPreview]) -> RowVerdict:
    verdicts = {cell.verdict for cell in cells}
    if "refused" in verdicts:
        return "refused"
    return "conflict" if "conflict" in verdicts else "changed" if "take" in verdicts else "same"


def _problems(cells: Iterable[CellPreview]) -> tuple[Problem, ...]:
    return tuple(cell.read.problem for cell in cells if cell.read.problem)
