"""The rows of a draft: kept packed in the database between one page and the next."""

import zlib
from collections.abc import Collection, Sequence
from typing import overload

from svyazka.presale.imports.models import Draft, DraftRows
from svyazka.presale.imports.reading.values import CHUNK, Row, Rows, Shared, Sheet, unpacked


def keep_rows(draft: Draft, sheets: Sequence[Sheet]) -> None:
    """Keep the rows of all sheets. A part of handing a table in."""
    for number, sheet in enumerate(sheets):
        DraftRows.objects.bulk_create(
            [
                DraftRows(draft=draft, sheet=number, place=place, packed=zlib.compress(packed, 1))
                for place, packed in enumerate(sheet.rows.packed)
            ],
            batch_size=20,
        )


class _Kept(Sequence[bytes]):
    """The packed rows of a sheet, each few hundred fetched when they are asked for."""

    def __init__(self, draft_id: int, sheet: int, count: int) -> None:
        self._of = DraftRows.objects.filter(draft=draft_id, sheet=sheet)
        self._count = -(-count // CHUNK)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[bytes]: ...
    def __getitem__(self, place: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(place, slice):
            return [self[one] for one in range(self._count)[place]]
        return _inflated(self._of.values_list("packed", flat=True).get(place=range(self._count)[place]))


def _inflated(packed: bytes | memoryview) -> bytes:
    return zlib.decompress(packed)


def rows_of(draft: Draft, sheet: int) -> Rows:
    """The rows of a sheet of the draft."""
    _name, _is_hidden, count, width = draft.sheets[sheet]
    return Rows(_Kept(draft.pk, sheet, count), count, width)


def some_rows(draft: Draft, numbers: Collection[int]) -> tuple[Row, ...]:
    """The rows with these numbers of the draft's sheet, in their order. One query."""
    width: int = draft.sheets[draft.sheet][3]
    places = {(number - 1) // CHUNK for number in numbers}
    kept = DraftRows.objects.filter(draft=draft, sheet=draft.sheet, place__in=places).order_by("place")
    shared = Shared()
    return tuple(
        row
        for place, packed in kept.values_list("place", "packed")
        for row in unpacked(_inflated(packed), place, width, shared)
        if row.number in numbers
    )
