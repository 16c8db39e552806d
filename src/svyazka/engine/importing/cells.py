"""Reading the cells of a table, a column at a time: what repeats is read once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from svyazka.engine.importing.choices import STATUSES, Choices, read_yes_no
from svyazka.engine.importing.codes import Code
from svyazka.engine.importing.days import Order, order_of, read_day, read_moment
from svyazka.engine.importing.fields import FIELDS
from svyazka.engine.importing.money import Point, read_money, read_whole
from svyazka.engine.importing.people import People
from svyazka.engine.importing.signs import read_email, read_inn, read_phone
from svyazka.engine.importing.values import EMPTY, LONGEST, Cell, Read, is_error, refused, text_of
from svyazka.engine.wording import is_junk

Reader = Callable[[Cell], Read]

__all__ = ["Known", "read_answer", "read_column", "read_text", "read_word", "read_yes_no", "reader_of"]


def read_text(cell: Cell) -> Read:
    """A text, kept as it is, its lines too."""
    said = text_of(cell)
    if not said:
        return EMPTY
    if len(said) > LONGEST:
        return refused(Code.TOO_LONG, said)
    return refused(Code.FORMULA_ERROR, said) if is_error(said) else Read(said, said)


def read_word(cell: Cell) -> Read:
    """A text of one line."""
    read = read_text(cell)
    if isinstance(read.value, str) and ("\n" in read.value or "  " in read.value):
        return read._replace(value=" ".join(read.value.split()))
    return read


def read_answer(cell: Cell) -> Read:
    """A text that answers something: of «-», «нет», «уточнить» nothing is taken, and that is told as mended."""
    read = read_text(cell)
    if isinstance(read.value, str) and is_junk(read.value):
        return read._replace(value=None, is_mended=True)
    return read


_NOBODY: Final = People(())
_NOTHING: Final = Choices({})


@dataclass(frozen=True, slots=True)
class Known:
    """What a table is read against: our people, the process's stages; how its author writes days and kopecks, if that is known."""

    people: People = _NOBODY
    stages: Choices = _NOTHING
    lists: Mapping[str, Choices] = field(default_factory=dict)
    """Further fields which take one of a list."""
    order: Order | None = None
    point: Point | None = None


def reader_of(key: str, known: Known, order: Order | None = None) -> Reader:
    """How a field's cells are read.

    :param order: of slashed days, where ``known`` has none
    :raises KeyError: there is no such field
    """
    if key in known.lists:
        return known.lists[key].read
    days = known.order or order
    readers: Mapping[str, Reader] = {
        "word": read_word,
        "text": read_text,
        "answer": read_answer,
        "day": lambda cell: read_day(cell, order=days),
        "moment": lambda cell: read_moment(cell, order=days),
        "money": lambda cell: read_money(cell, point=known.point),
        "whole": read_whole,
        "inn": read_inn,
        "phone": read_phone,
        "email": read_email,
        "person": known.people.read,
        "stage": known.stages.read,
        "status": STATUSES.read,
    }
    return readers[FIELDS[key]]


def column_order(key: str, cells: Iterable[Cell]) -> Order | None:
    """The order of slashed days that some cells of a column show; None where none does, and for what holds no days.

    :raises KeyError: there is no such field
    """
    return order_of(cells) if FIELDS[key] in {"day", "moment"} else None


def read_column(key: str, cells: Iterable[Cell], known: Known, order: Order | None = None) -> list[Read]:
    """A column's cells as its field reads them.

    :param order: of slashed days, for cells that are some of a column; else that which some of them show
    :raises KeyError: there is no such field
    """
    column = list(cells)
    order = known.order or order or column_order(key, column)
    read = reader_of(key, known, order)
    # by type too: 1, 1.0 and True are equal
    kept: dict[type, dict[Cell, Read]] = {}
    for kind in set(map(type, column)):
        kept[kind] = {}
    found: list[Read] = []
    for cell in column:
        if cell is None or cell == "":
            found.append(EMPTY)
            continue
        by_type = kept[type(cell)]
        one = by_type.get(cell)
        if one is None:
            one = by_type[cell] = read(cell)
        found.append(one)
    return found
