"""A table of ours that comes back: what each row would become, what it changes of our deals cell by cell. Nothing is written here."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from svyazka.engine.importing.fields import OURS
from svyazka.engine.importing.merging import (
    UNKNOWN,
    Base,
    CellPreview,
    FileRow,
    RowPreview,
    Side,
    Unknown,
    preview,
)
from svyazka.engine.importing.returning import forms, settled
from svyazka.engine.importing.values import Cell, Read, Value, text_of
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.deals.models import DECLINED, SPAM
from svyazka.presale.deals.queries import parse_number
from svyazka.presale.imports.deciding import (
    NOTHING_SETTLED,
    Fault,
    Settled,
    Told,
    Verdict,
    decide,
    known_here,
    read_cells,
)
from svyazka.presale.imports.fields import WAYS, values_of
from svyazka.presale.imports.seals import Seals, read_shown
from svyazka.presale.journal.values import Actor, Refusal
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import require
from svyazka.presale.stages.funnel import FunnelRow, funnel_of

Shown = Callable[[FunnelRow], Mapping[str, Cell]]
"""What an export shows of a deal, by field, in the words of whoever looks."""
Becomes = Literal["new", "changed", "same", "conflict", "refused"]
BECOMES: Final[tuple[Becomes, ...]] = ("new", "changed", "same", "conflict", "refused")
CellBecomes = Literal["take", "keep", "conflict", "refused"]


_SHOWS_TITLE: Final = "request"
"""Whoever may not read what a client asked for finds the deal's title there."""


class TableCell(NamedTuple):
    """A cell that doesn't say what we have.

    :ivar verdict: ``take``, the file's value comes in; ``keep``, the file has it as it was, ours has changed since; ``conflict``, both
        have changed, and somebody decides; ``refused``, ``fault`` says why, or ``refusal``, what the domain's command said
    :ivar theirs: the file's value, None for an emptied cell; ``said`` is what stands there
    """

    field: str
    verdict: CellBecomes
    ours: Value | None
    theirs: Value | None
    said: str
    fault: Fault | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """What a row of the table becomes.

    :ivar row: its number in the file
    :ivar verdict: the gravest of its cells'; of a refused row or one with a conflict the good cells come in all the same
    :ivar id: of a row of ours, the deal's number as addresses spell it
    :ivar deal: None where the row is new, or its mark is none that the viewer may know of
    :ivar step: the commitment that is shown in the row
    :ivar cells: those that don't say what we have
    :ivar theirs: all that the file says, by field
    :ivar faults: of the row as a whole
    :ivar fresh: the judgement of a new row
    """

    row: int
    verdict: Becomes
    id: str = ""
    deal: FunnelRow | None = None
    step: CommitmentRow | None = None
    cells: tuple[TableCell, ...] = ()
    theirs: Mapping[str, Read] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    fresh: Verdict | None = None

    def changes(self, decided: Mapping[str, Side] | None = None) -> dict[str, Value | None]:
        """By field, what the file makes it; of conflicts those which somebody decided for it."""
        sides = decided or {}
        return {
            cell.field: cell.theirs
            for cell in self.cells
            if cell.verdict == "take" or (cell.verdict == "conflict" and sides.get(cell.field) == "theirs")
        }


@dataclass(frozen=True, slots=True)
class Weighed:
    """A table, row by row in its order, empty rows left out.

    :ivar lines: of the rows that bear a mark of ours and differ, what was read, to be compared anew when it is brought in
    :ivar despite: numbers of new rows that come in although their request is here already
    """

    rows: tuple[TableRow, ...]
    lines: tuple["Line", ...] = ()
    despite: Collection[int] = ()

    @property
    def counts(self) -> Mapping[Becomes, int]:
        """How many rows become what; every verdict is there."""
        counted = Counter(one.verdict for one in self.rows)
        return {verdict: counted[verdict] for verdict in BECOMES}

    @property
    def arrivals(self) -> tuple[Verdict, ...]:
        """New rows that can come in."""
        return tuple(
            one.fresh
            for one in self.rows
            if one.fresh and one.fresh.arrival and (one.verdict == "new" or one.row in self.despite)
        )

    def decided(self, sides: Mapping[int, Mapping[str, Side]]) -> "Weighed":
        """The same, with what somebody has decided of conflicts: by the row's number, then by field."""
        return replace(
            self, rows=tuple(_decided(one, sides[one.row]) if one.row in sides else one for one in self.rows)
        )

    def refusing(self, refused: Mapping[int, Mapping[str, Refusal]]) -> "Weighed":
        """The same, with what commands have refused: by the row's number, then by field."""
        rows = tuple(_refusing(one, refused[one.row]) if one.row in refused else one for one in self.rows)
        return replace(self, rows=rows)


class Line(NamedTuple):
    """A row that bears a mark of ours, as it was read, and its seals; empty where somebody has taken them away."""

    row: FileRow
    seals: str


def weigh(
    rows: Sequence[tuple[int, Sequence[Cell]]],
    columns: Mapping[int, str],
    *,
    viewer: Actor,
    at: datetime,
    shown: Shown,
    as_settled: Settled = NOTHING_SETTLED,
    told: Told | None = None,
) -> Weighed:
    """Judge the rows of a table: those with a mark of ours by what they change, the others as new ones.

    A constant number of queries for each five hundred rows.

    :param rows: the number of each in the file, and its cells
    :param columns: by a column's place, the field that it holds
    :param shown: what an export says of a deal
    :raises NotAllowed: the viewer may bring nothing in
    """
    require(viewer, "import.make")
    place = next((place for place, name in columns.items() if name == "_id"), None)
    marked: list[tuple[int, Sequence[Cell]]] = []
    others: list[tuple[int, Sequence[Cell]]] = []
    for number, cells in rows:
        has_mark = place is not None and place < len(cells) and text_of(cells[place])
        (marked if has_mark else others).append((number, cells))
    fresh = decide(
        others,
        {at_: name for at_, name in columns.items() if name not in OURS},
        at=at,
        settled=as_settled,
        told=told,
    )
    lines = _read(marked, columns, as_settled)
    compared = compare(lines, viewer=viewer, shown=shown)
    differ = {one.row for one in compared if one.cells}
    found = [*compared, *map(_new, fresh)]
    found.sort(key=lambda one: one.row)
    return Weighed(tuple(found), tuple(one for one in lines if one.row.line in differ))


def _new(verdict: Verdict) -> TableRow:
    is_here = bool(verdict.faults or verdict.deals or verdict.first)
    return TableRow(verdict.row, "refused" if is_here else "new", faults=verdict.faults, fresh=verdict)


def _read(
    rows: Sequence[tuple[int, Sequence[Cell]]], columns: Mapping[int, str], as_settled: Settled
) -> tuple[Line, ...]:
    """The rows that bear a mark, a column at a time."""
    cells = read_cells([cells for _, cells in rows], columns, known_here(), as_settled)
    read = {name: [settled(name, one) for one in column] for name, column in cells.items()}
    return tuple(
        Line(
            FileRow(number, _mark(read["_id"][at_].said_as), {name: cells[at_] for name, cells in read.items() if name in WAYS}),
            read["_was"][at_].said_as if "_was" in read else "",
        )
        for at_, (number, _) in enumerate(rows)
    )  # fmt: skip


def _mark(said: str) -> str:
    parsed = parse_number(said)
    return f"{parsed[0]}-{parsed[1]:04d}" if parsed else said


def compare(lines: Sequence[Line], *, viewer: Actor, shown: Shown) -> list[TableRow]:
    """What rows that bear a mark change of the deals as they stand now. Three queries for each five hundred."""
    numbers = (parse_number(line.row.id or "") for line in lines)
    deals = funnel_of((one for one in numbers if one), viewer=viewer)
    zone = ZoneInfo(directory().calendar.zone)
    compared = [_Compared.of(line, deals.get(line.row.id or ""), zone, shown) for line in lines]
    ours = {one.id: one.ours for one in compared if one.deal is not None}
    base = {one.id: one.base for one in compared}
    # of two rows with one mark each has its own base, but neither is taken
    judged = preview([one.row for one in compared], ours=ours, base=base, shown=())
    return [one.row_of(found) for one, found in zip(compared, judged.rows, strict=True)]


@dataclass(frozen=True, slots=True)
class _Compared:
    """A line beside its deal: what of it is compared, with what we have and what the export showed."""

    id: str
    row: FileRow
    deal: FunnelRow | None
    step: CommitmentRow | None
    ours: Mapping[str, Value | None]
    base: Mapping[str, Value | None]
    unseen: tuple[Fault, ...] = ()

    @classmethod
    def of(cls, line: Line, deal: FunnelRow | None, zone: ZoneInfo, shown: Shown) -> "_Compared":
        mark = line.row.id or ""
        if deal is None:
            return cls(mark, line.row, None, None, {}, {})
        step = _step(deal, line.row.cells)
        ours = values_of(deal, zone, step)
        seals = Seals.read(mark, line.seals)
        today = cache(lambda: shown(deal))
        cells, base, unseen = dict[str, Read](), dict[str, Value | None](), list[Fault]()
        for name, given in line.row.cells.items():
            read = _of_ending(name, given, line.row.cells)
            if seals.by_field and name not in seals.by_field:
                if read.said_as and name != _SHOWS_TITLE:
                    unseen.append(Fault(name, "not_taken_along", read.said_as))
            elif name in ours:
                cells[name], was = _beside(name, read, ours[name], seals, today)
                if not isinstance(was, Unknown):
                    base[name] = was
            elif not seals.is_untouched(name, read):
                unseen.append(Fault(name, "not_seen", read.said_as))
        return cls(mark, FileRow(line.row.line, mark, cells), deal, step, ours, base, tuple(unseen))

    def row_of(self, found: RowPreview) -> TableRow:
        """The row with its verdict."""
        number = self.row.line
        if self.deal is None or not found.cells:
            faults = tuple(Fault("_id", str(one.code), one.said) for one in found.problems)
            verdict: Becomes = "refused" if faults or self.unseen else "same"
            return TableRow(number, verdict, self.id, self.deal, self.step, faults=(*faults, *self.unseen))
        cells = tuple(_cell(one) for one in found.cells if one.verdict != "same")
        row = TableRow(number, "same", self.id, self.deal, self.step, cells, self.row.cells, self.unseen)
        return replace(row, verdict=_verdict(row))


def _step(deal: FunnelRow, cells: Mapping[str, Read]) -> CommitmentRow | None:
    """The commitment that the row shows: the one whose words it says, else that which is due first."""
    said = cells["next_step"].value if "next_step" in cells else None
    named = (one for one in deal.owed if one.result and one.result == said)
    return next(named, deal.owed[0] if deal.owed else None)


def _beside(
    name: str, read: Read, ours: Value | None, seals: Seals, today: Callable[[], Mapping[str, Cell]]
) -> tuple[Read, Base]:
    """The cell, and what the export had in it as far as the seals tell. Without them, what looks as we show it now is ours."""
    is_ours = seals.is_ours(name, ours)
    if seals.is_untouched(name, read):
        was = ours if is_ours else read.value
        return read._replace(value=was, problem=None), was
    if is_ours:
        return read, ours
    if {*forms(name, read)} & {*forms(name, read_shown(name, today().get(name)))}:
        return read._replace(value=ours, problem=None), UNKNOWN
    return read, UNKNOWN


def _of_ending(name: str, read: Read, cells: Mapping[str, Read]) -> Read:
    """A reason to decline is told in one's own words."""
    if name == "reason" and read.said_as and "status" in cells and cells["status"].value in {DECLINED, SPAM}:
        return Read(read.said_as, read.said_as)
    return read


def _cell(found: CellPreview) -> TableCell:
    name, read = found.field, found.read
    fault = None
    if found.verdict == "refused" and read.problem is not None:
        fault = Fault(name, str(read.problem.code), read.problem.said, read.problem.candidates)
    elif found.verdict in {"take", "conflict"} and WAYS[name] == "shown":
        fault = Fault(name, "shown_only", read.said_as)
    verdict: CellBecomes = _BECOMES[found.verdict] if fault is None else "refused"
    return TableCell(name, verdict, found.ours, read.value, read.said_as, fault)


_BECOMES: Final[Mapping[str, CellBecomes]] = {"take": "take", "keep": "keep", "conflict": "conflict"}


def _verdict(row: TableRow) -> Becomes:
    if row.faults:
        return "refused"
    verdicts = {cell.verdict for cell in row.cells}
    return next((one for said, one in _GRAVEST if said in verdicts), "same")


_GRAVEST: Final[tuple[tuple[CellBecomes, Becomes], ...]] = (
    ("refused", "refused"),
    ("conflict", "conflict"),
    ("take", "changed"),
)


def _decided(row: TableRow, sides: Mapping[str, Side]) -> TableRow:
    becomes: Mapping[Side, CellBecomes] = {"theirs": "take", "ours": "keep"}
    cells = tuple(
        cell._replace(verdict=becomes[sides[cell.field]])
        if cell.verdict == "conflict" and cell.field in sides
        else cell
        for cell in row.cells
    )
    made = replace(row, cells=cells)
    return replace(made, verdict=_verdict(made))


def _refusing(row: TableRow, refused: Mapping[str, Refusal]) -> TableRow:
    cells = tuple(
        cell._replace(verdict="refused", refusal=refused[cell.field]) if cell.field in refused else cell
        for cell in row.cells
    )
    made = replace(row, cells=cells)
    return replace(made, verdict=_verdict(made))
