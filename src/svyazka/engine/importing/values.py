"""What stands in a cell, and what it was read as."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from svyazka.engine.importing.codes import Code
from svyazka.engine.wording import is_junk

Cell = str | int | float | bool | Decimal | date | datetime | time | timedelta | None
"""What a reader of spreadsheets gives; a file of text gives strings."""
Value = str | int | bool | Decimal | date | datetime
"""A value that was read. A ``datetime`` has a zone only if the cell named it."""

LONGEST: Final = 4000
"""Letters of a text: what the intake form takes, too."""
_INVISIBLE: Final = re.compile(
    "[\x00\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff]|\u200d(?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
"""A joiner stays where it holds a picture together: 👩\u200d💼."""
_ERRORS: Final = re.compile(
    r"#(?:n/a|null!|num!|ref!|value!|div/0!|name\?|spill!|calc!|н/д|пусто!|число!|ссылка!|знач!|дел/0!|имя\?|#+)",
    re.IGNORECASE,
)


class Problem(NamedTuple):
    """Why a cell was refused; ``candidates`` are what it may have meant, surest first."""

    code: Code
    said: str
    candidates: tuple[Value, ...] = ()


class Read(NamedTuple):
    """A cell as read. Tuples, for there are hundreds of thousands of them.

    ``value`` is None where the cell is empty, fills only the field («-», «уточнить»), or is refused (then ``problem`` says why).
    ``said_as`` is what stands in the cell. ``is_mended``: the value says something else than the cell letter by letter (a zero put
    back, words left out), so that a human should see both.
    """

    value: Value | None
    said_as: str
    is_mended: bool = False
    problem: Problem | None = None


EMPTY: Final = Read(None, "")


def refused(code: Code, said: str, *candidates: Value) -> Read:
    """A cell that isn't taken."""
    return Read(None, said, problem=Problem(code, said, candidates))


def unread(code: Code, said: str, *candidates: Value) -> Read:
    """A text that isn't what was looked for: a failed formula, a word that only fills the cell (nothing is taken then), or else ``code``."""
    if is_error(said):
        return refused(Code.FORMULA_ERROR, said)
    return Read(None, said, is_mended=True) if is_junk(said) else refused(code, said, *candidates)


def is_error(text: str) -> bool:
    """Whether the text is what a spreadsheet shows for a formula that failed."""
    return text.startswith("#") and _ERRORS.fullmatch(text) is not None


def text_of(cell: Cell) -> str:
    """The cell as text: trimmed, without invisible letters; a number without a part has no point."""
    if isinstance(cell, str):
        text = cell.strip()
        if not text.isascii() or "\x00" in text:
            text = _INVISIBLE.sub("", text).strip()
        return text.replace("\r\n", "\n") if "\r" in text else text
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime) and cell.time() == time.min and cell.tzinfo is None:
        return cell.date().isoformat()
    return str(cell)
