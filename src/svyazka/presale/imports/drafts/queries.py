"""Reads of drafts, for whoever handed them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from svyazka.engine.importing.columns import Table, understand_under
from svyazka.engine.importing.fields import OURS
from svyazka.engine.importing.headers import header_line
from svyazka.presale.deals.queries import DealRow, rows_by_id
from svyazka.presale.imports.deciding import Settled, known_here
from svyazka.presale.imports.drafts.choices import Choices
from svyazka.presale.imports.drafts.commands import heads_of, remembered
from svyazka.presale.imports.drafts.findings import Findings, Found, unpack
from svyazka.presale.imports.drafts.keeping import rows_of, some_rows
from svyazka.presale.imports.drafts.progress import Progress, progress
from svyazka.presale.imports.models import Draft
from svyazka.presale.imports.queries import ImportRow, import_row
from svyazka.presale.imports.reading.values import Cell, Row, Warned
from svyazka.presale.imports.returning import Shown, TableRow, weigh
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.rights import require

LOOKED_AT: Final = 2_001
"""Rows from the top of a sheet by which its columns are guessed."""
_SAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft as a line of a list. ``is_settled``: it has been said what its columns hold."""

    id: int
    name: str
    at: datetime
    rows: int
    work: str
    is_settled: bool


def drafts(*, viewer: Actor) -> tuple[DraftRow, ...]:
    """The viewer's own that aren't brought in, newest first.

    :raises NotAllowed: he may bring nothing in
    """
    require(viewer, "import.make")
    mine = Draft.objects.filter(by=viewer.me, made=None).order_by("-pk").defer("found")
    return tuple(
        DraftRow(one.pk, one.name, one.at, one.sheets[one.sheet][2], one.work, one.columns is not None)
        for one in mine
    )


def _mine(draft_id: int, viewer: Actor) -> Draft:
    require(viewer, "import.make")
    found = Draft.objects.filter(pk=draft_id, by=viewer.me).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet that people see."""

    place: int
    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Columns:
    """How a sheet of a draft is understood so far.

    :ivar sheets: those with rows that aren't hidden
    :ivar sheet: the place of the one this is about
    :ivar header: the row with the heads, counted from 1; 0 for none
    :ivar samples: by column, some different values as they stand in the cells
    """

    name: str
    encoding: str
    warnings: tuple[Warned, ...]
    sheets: tuple[SheetRow, ...]
    sheet: int
    header: int
    table: Table
    samples: tuple[tuple[Cell, ...], ...]


def columns_of(
    draft_id: int,
    *,
    viewer: Actor,
    own: Mapping[str, str],
    sheet: int | None = None,
    header: int | None = None,
) -> Columns:
    """What the columns of a sheet are taken for: as was settled for tables of this shape, else guessed.

    :param own: by a column's key, the fields of our own export, for a table that bears its marks
    :param sheet: None for the one that was settled, else the first
    :param header: where people say that the heads stand; None where that is to be found out
    :raises NotFound: there is no such draft, sheet or row
    """
    draft = _mine(draft_id, viewer)
    sheets = tuple(
        SheetRow(place, name, rows)
        for place, (name, is_hidden, rows, _width) in enumerate(draft.sheets)
        if rows and not is_hidden
    )
    sheet = draft.sheet if sheet is None else sheet
    if sheet not in {one.place for one in sheets}:
        raise NotFound
    lines = [row.cells for row in rows_of(draft, sheet)[:LOOKED_AT]]
    if header is None:
        found = header_line(lines)
        header = 0 if found is None else found + 1
    if header > len(lines):
        raise NotFound
    place, known = header - 1 if header else None, known_here()
    shape = remembered(heads_of(draft, sheet, header))
    table = understand_under(place, lines, known, shape)
    if shape is None and any(guess.field == "_id" for guess in table.guesses):
        table = understand_under(place, lines, known, own)
    return Columns(
        draft.name, draft.encoding, tuple(draft.warnings), sheets, sheet, header, table,
        _samples(lines[header:], len(table.headers)),
    )  # fmt: skip


def _samples(lines: Sequence[Sequence[Cell]], width: int) -> tuple[tuple[Cell, ...], ...]:
    found: list[dict[Cell, None]] = [{} for _ in range(width)]
    for line in lines:
        for place, cell in enumerate(line[:width]):
            if cell not in (None, "") and len(found[place]) < _SAMPLES:
                found[place].setdefault(cell)
    return tuple(map(tuple, found))


@dataclass(frozen=True, slots=True)
class Look:
    """A draft and what a look at it has found.

    :ivar fields: what its columns hold, in their order; None as long as that isn't settled
    :ivar work: what is being done with it, ``look`` or ``make``; empty for nothing
    :ivar progress: how far that is, if it says so
    :ivar found: None as long as nobody has looked
    :ivar chosen: what was decided of single rows
    :ivar meanings: fields, what their cells say, and what that means by what was settled; None for nothing
    :ivar made: the import that it has become
    """

    id: int
    name: str
    fields: tuple[str, ...] | None
    work: str
    progress: Progress | None
    failure: str
    found: Findings | None
    chosen: Choices
    meanings: tuple[tuple[str, str, object], ...]
    made: ImportRow | None

    @property
    def left_out(self) -> tuple[Found, ...]:
        """Rows that don't come in, or not wholly."""
        return tuple(one for one in (self.found.rows if self.found else ()) if self.chosen.leaves(one))

    @property
    def coming(self) -> int:
        """How many rows come in, wholly or in part."""
        return sum(map(self.chosen.brings, self.found.rows if self.found else ()))


def look_at(draft_id: int, *, viewer: Actor) -> Look:
    """The viewer's own draft.

    :raises NotFound: there is none, or it is somebody else's
    """
    draft = _mine(draft_id, viewer)
    fields = (
        None
        if draft.columns is None
        else tuple(field for field in draft.columns.values() if field not in OURS)
    )
    return Look(
        id=draft.pk, name=draft.name, fields=fields, work=draft.work, progress=progress(draft.pk) if draft.work else None,
        failure=draft.failure, found=None if draft.work or draft.found is None else unpack(draft.found),
        chosen=Choices.of(draft),
        meanings=tuple((field, said, value) for field, words in sorted(draft.meanings.items()) for said, value in words.items()),
        made=import_row(draft.made_id, viewer=viewer) if draft.made_id is not None else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """A row of a draft: as it came, what it becomes, what it changes, and the deals of ours that it may be."""

    row: Row
    found: Found
    weighed: TableRow
    deals: tuple[DealRow, ...]


@dataclass(frozen=True, slots=True)
class SeenRows:
    """Rows with all that is to be said of them, and the heads of the table's columns."""

    heads: tuple[str, ...]
    rows: tuple[Seen, ...]


def seen_rows(draft_id: int, of: Sequence[Found], *, viewer: Actor, at: datetime, shown: Shown) -> SeenRows:
    """These rows of a draft that was looked at. A constant number of queries for each five hundred.

    :param shown: what an export says of a deal
    """
    draft = _mine(draft_id, viewer)
    found = unpack(draft.found) if draft.found is not None else Findings(())
    rows = some_rows(draft, {one.row for one in of})
    columns = {int(place): field for place, field in (draft.columns or {}).items()}
    weighed = weigh(
        [(row.number, row.cells) for row in rows], columns, viewer=viewer, at=at, shown=shown,
        as_settled=Settled(draft.meanings, found.orders),
    ).refusing(found.refused)  # fmt: skip
    by_row, by_number = {one.row: one for one in weighed.rows}, {row.number: row for row in rows}
    deals = rows_by_id({pk for one in of for pk in one.deals}, viewer=viewer)
    seen = tuple(
        Seen(by_number[one.row], one, by_row[one.row], tuple(deals[pk] for pk in one.deals if pk in deals))
        for one in of
    )
    return SeenRows(heads_of(draft, draft.sheet, draft.header), seen)
