"""Rows on their way out of the process that reads: JSON, which can hold nothing that would be run; some hundred rows a line."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from svyazka.presale.imports.reading.cells import Told
from svyazka.presale.imports.reading.limits import MOST_TOLD
from svyazka.presale.imports.reading.values import CHUNK, GRID, MOST_COLUMNS, MOST_ROWS, Unreadable

Described = tuple[str | None, bool, int, int]
"""A sheet: its title, whether it is hidden, how many rows and columns it has."""

_EMPTY: Final[list[Told]] = []


@dataclass(slots=True)
class Packer:
    """Packs sheet after sheet, and remembers what they were."""

    out: BinaryIO
    sheets: list[Described] = field(default_factory=list)
    _room: int = MOST_TOLD

    def add(self, title: str | None, rows: Iterable[Sequence[Told]], *, is_hidden: bool) -> None:
        """Pack a sheet, to its last row that isn't empty and each row to its last cell that isn't.

        :raises Unreadable: ``too_many_rows``, ``too_many_columns``, ``bomb``
        """
        chunk: list[Sequence[Told]] = []
        count = width = skipped = 0
        for cells in rows:
            if not (full := _full(cells)):
                skipped += 1
                if count + skipped > GRID[0]:
                    raise Unreadable("too_many_rows", limit=MOST_ROWS - 1)
                continue
            width = max(width, full)
            count += skipped + 1
            if count > MOST_ROWS:
                raise Unreadable("too_many_rows", limit=MOST_ROWS - 1)
            if full > MOST_COLUMNS:
                raise Unreadable("too_many_columns", limit=MOST_COLUMNS)
            chunk += [_EMPTY] * skipped
            chunk.append(cells[:full])
            skipped = 0
            while len(chunk) >= CHUNK:
                self._write(chunk[:CHUNK])
                del chunk[:CHUNK]
        if chunk:
            self._write(chunk)
        self.sheets.append((title, is_hidden, count, width))

    def _write(self, rows: list[Sequence[Told]]) -> None:
        line = json.dumps(rows, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        self._room -= len(line)
        if self._room < 0:
            raise Unreadable("bomb")
        self.out.write(line)


def _full(cells: Sequence[Told]) -> int:
    """How many cells there are up to the last one that holds something."""
    full = len(cells)
    while full and cells[full - 1] is None:
        full -= 1
    return full
