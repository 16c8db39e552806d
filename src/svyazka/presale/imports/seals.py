"""What an export showed of each cell, sealed: enough to tell later who has changed it, nothing that anybody could read or forge."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from django.conf import settings

from svyazka.engine.importing.cells import Known, reader_of
from svyazka.engine.importing.days import Order
from svyazka.engine.importing.fields import FIELDS
from svyazka.engine.importing.returning import forms, settled, spelled
from svyazka.engine.importing.values import Cell, Read, Value, is_error, text_of
from svyazka.presale.imports.reading.cells import ERRORS, cleaned

_LETTERS: Final = 6
"""Of a seal, six bits each: one edit in seventy thousand million is taken for none."""
_END: Final = "end"
"""The last word of a row's seals."""
_NAMED: Final = frozenset({"person", "stage", "status"})
"""Kinds that are read against lists which change: their cells are known by their letters."""
_NOBODY: Final = Known(order="day_first")


@dataclass(frozen=True, slots=True)
class Seals:
    """The seals of a row: by field, that of our value and that of what the cell showed.

    :ivar mark: the row's own, a part of each seal: equal values of two rows aren't seen to be equal
    """

    mark: str
    by_field: Mapping[str, tuple[str, str]]

    @classmethod
    def read(cls, mark: str, text: str) -> "Seals":
        """The seals that a row bears: all, or none where a program has cut some off."""
        found: dict[str, tuple[str, str]] = {}
        *words, end = text.split() or [""]
        for word in words if end == _END else ():
            field, _, both = word.partition(":")
            ours, dot, shown = both.partition(".")
            if dot and field in FIELDS:
                found[field] = (ours, shown)
        return cls(mark, found)

    def is_ours(self, field: str, value: Value | None) -> bool:
        """Whether our value is still the one that was exported."""
        known = self.by_field.get(field, ("", ""))[0]
        return any(known == _seal(key, self.mark, f"{field}=", spelled(value)) for key in _keys())

    def is_untouched(self, field: str, read: Read) -> bool:
        """Whether the cell says what the export showed."""
        known, said = self.by_field.get(field, ("", ""))[1], forms(field, read)
        return any(known == _seal(key, self.mark, field, form) for key in _keys() for form in said)


def sealed(mark: str, ours: Mapping[str, Value | None], shown: Mapping[str, Cell]) -> str:
    """The seals of a row as its hidden column bears them.

    :param ours: our values, by field; fields that aren't there get none, so that they are never taken for emptied
    :param shown: what stands in the cells
    """
    key = _key(settings.SECRET_KEY)
    words = []
    for field, value in ours.items():
        said = forms(field, read_shown(field, shown.get(field)))[0]
        seals = _seal(key, mark, f"{field}=", spelled(value)), _seal(key, mark, field, said)
        words.append(f"{field}:{'.'.join(seals)}")
    return " ".join((*words, _END))


def read_shown(field: str, cell: Cell, order: Order = "day_first") -> Read:
    """A cell that we show, as it would be read once it has come back."""
    seen = _come_back(cell)
    if FIELDS[field] in _NAMED or is_error(text_of(seen)):
        said = text_of(seen)
        return Read(said or None, said)
    return settled(field, reader_of(field, _NOBODY, order)(seen))


def _come_back(cell: Cell) -> Cell:
    """What readers of tables leave of a cell."""
    if not isinstance(cell, str):
        return cell
    text = cleaned(cell)
    return None if text in ERRORS else text or None


def _keys() -> tuple[bytes, ...]:
    """Today's key first, then those of before that still hold."""
    return tuple(map(_key, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)))


@lru_cache(maxsize=8)
def _key(secret: str) -> bytes:
    return blake2b(secret.encode(), person=b"svyazka.seals").digest()


def _seal(key: bytes, mark: str, field: str, said: str) -> str:
    text = f"{mark}\0{field}\0{said}".encode(errors="replace")
    return urlsafe_b64encode(blake2b(text, key=key, digest_size=6).digest())[:_LETTERS].decode()
