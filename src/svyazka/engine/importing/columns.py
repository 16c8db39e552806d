"""Which column of a table is which field: by its header, by what stands in its cells, by what was settled for such a table before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from svyazka.engine.importing.assigning import best_pairs
from svyazka.engine.importing.cells import Known
from svyazka.engine.importing.fields import FIELDS
from svyazka.engine.importing.headers import header_keys, header_line, heading, meanings
from svyazka.engine.importing.looks import ALONE, fits, shown
from svyazka.engine.importing.values import Cell, text_of

Why = Literal["header", "cells", "remembered", ""]
WIDEST: Final = 300
"""Columns that are looked at."""
_SAMPLE: Final = 50
"""Different cells of a column that are looked at."""
_LINES: Final = 2000
"""Lines from the top among which they are looked for: some columns are rarely filled."""
_LEAST: Final = 40
"""A guess below this isn't made."""
_CONTRADICTED: Final = 0.5
"""What is left of a header none of whose cells hold what it says."""
_HEADER_PART: Final = 0.75
_UNTOLD: Final = 0.6
"""How far cells speak for a field of words, which anything fits."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is taken for: ``field`` is empty for nothing; ``score`` 0..100; ``why`` what spoke for it most."""

    column: int
    field: str
    score: int
    why: Why


@dataclass(frozen=True, slots=True)
class Table:
    """How a table was understood. ``header`` is the place of the line with the headers, None without one; data begins after it."""

    header: int | None
    headers: tuple[str, ...]
    guesses: tuple[Guess, ...]


def understand(
    lines: Sequence[Sequence[Cell]], known: Known, remembered: Mapping[str, str] | None = None
) -> Table:
    """Find the header of a table and guess its columns.

    :param remembered: see :func:`guess_columns`
    """
    return understand_under(header_line(lines), lines, known, remembered)


def understand_under(
    header: int | None,
    lines: Sequence[Sequence[Cell]],
    known: Known,
    remembered: Mapping[str, str] | None = None,
) -> Table:
    """Guess the columns of a table whose header is known.

    :param header: the place of its line; None where there is none
    :param remembered: see :func:`guess_columns`
    """
    body = lines if header is None else lines[header + 1 :]
    wide = min(WIDEST, max(map(len, lines), default=0))
    top = [] if header is None else [text_of(cell) for cell in lines[header][:wide]]
    headers = (*top, *([""] * (wide - len(top))))
    top_lines = body[:_LINES]
    columns = [[line[place] for line in top_lines if place < len(line)] for place in range(wide)]
    return Table(header, headers, guess_columns(headers, columns, known, remembered))


def guess_columns(
    headers: Sequence[Cell],
    columns: Sequence[Sequence[Cell]],
    known: Known,
    remembered: Mapping[str, str] | None = None,
) -> tuple[Guess, ...]:
    """A guess for each column, in their order; no field is given twice, and together they are the best there is.

    :param remembered: by the column's key (:func:`~svyazka.engine.importing.headers.header_keys`) the field that people settled
        for files of this shape, empty for a column that was left out
    """
    settled = _settled(header_keys(headers), remembered or {})
    taken = {field for field in settled.values() if field}
    fields = [field for field in FIELDS if field not in taken]
    open_ = [place for place in range(len(columns)) if place not in settled]
    scores = {place: _scores(headers[place], columns[place], known) for place in open_}
    # of equals the earlier column gets the earlier field
    scale = len(fields) * (len(fields) + 1) * (len(columns) + 1)
    worth = [
        [
            score * scale - (place + at) if (score := scores[place].get(field, (0, ""))[0]) >= _LEAST else 0
            for place in open_
        ]
        for at, field in enumerate(fields)
    ]
    pairs = {open_[column]: fields[row] for row, column in best_pairs(worth).items()} if open_ else {}
    return tuple(
        Guess(place, settled[place], 100 if settled[place] else 0, "remembered")
        if place in settled
        else Guess(place, pairs[place], *scores[place][pairs[place]])
        if place in pairs
        else Guess(place, "", 0, "")
        for place in range(len(columns))
    )


def _settled(keys: Sequence[str], remembered: Mapping[str, str]) -> dict[int, str]:
    """By column what was settled; a field that stands there twice goes to the first, one that we don't have to none."""
    settled: dict[int, str] = {}
    for place, key in enumerate(keys):
        field = remembered.get(key)
        if field == "" or (field in FIELDS and field not in settled.values()):
            settled[place] = field or ""
    return settled


def _scores(header: Cell, column: Sequence[Cell], known: Known) -> dict[str, tuple[int, Why]]:
    """By field, how much speaks for it."""
    said = meanings(heading(header))
    sample = list(islice(dict.fromkeys(cell for cell in column if text_of(cell)), _SAMPLE))
    share, looks = fits(tuple(said), sample, known), shown(sample, known)
    found: dict[str, tuple[int, Why]] = {}
    for field in FIELDS:
        by_header = said[field] * _borne_out(share[field]) if field in said else 0.0
        by_cells = ALONE.get(field, 0) * looks.get(field, 0.0)
        if by_header or by_cells:
            found[field] = (
                (round(by_header), "header") if by_header >= by_cells else (round(by_cells), "cells")
            )
    return found


def _borne_out(share: float | None) -> float:
    """How far a header holds, by the share of its cells that it fits."""
    if share == 0:
        return _CONTRADICTED
    return _HEADER_PART + (1 - _HEADER_PART) * (_UNTOLD if share is None else share)
