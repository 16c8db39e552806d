"""The line that heads a table: which one it is, what each of its words means, how a shape of table is known again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final

from rapidfuzz import fuzz, process

from svyazka.engine.importing.choices import plain_words
from svyazka.engine.importing.fields import OURS
from svyazka.engine.importing.header_words import MAYBE, SURE
from svyazka.engine.importing.values import Cell, text_of

LOOKED_AT: Final = 20
"""Lines from the top in which the header is looked for: titles, logos and dates stand above it."""
_LONGEST: Final = 80
"""Letters of a header; more are somebody's words."""
_SURE, _MAYBE = 100, 60
_TYPO: Final = 84
_SHORTEST_TYPO: Final = 5
_WITHIN: Final = 75
"""What a header gets that has a known one's words among others («Телефон (рабочий) для связи»)."""
_KNOWN: Final = 70
"""From this on a cell counts as a header."""


def _names(words: Mapping[str, str]) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for key, said in words.items():
        for one in said.split(";"):
            names.setdefault(heading(one), set()).add(key)
    return names


def heading(cell: Cell) -> str:
    """A header as headers are compared."""
    text = text_of(cell)
    marked = f" {text.replace('№', ' № ')} "
    plain = " ".join("№" if word == "№" else plain_words(word) for word in marked.split())
    return f"_{plain}" if text in OURS else " ".join(plain.split())


_SURE_NAMES: Final = _names(SURE)
_MAYBE_NAMES: Final = _names(MAYBE)
_NAMES: Final = sorted({*_SURE_NAMES, *_MAYBE_NAMES})
_WORDS_OF: Final = tuple((name, frozenset(name.split())) for name in _NAMES if len(name) >= 3)


@lru_cache(maxsize=4096)
def meanings(header: str) -> Mapping[str, int]:
    """Fields that a header (in the form of :func:`heading`) may mean, each with 0..100 for how surely."""
    if not header or len(header) > _LONGEST:
        return {}
    found = _of(header, 1.0)
    if max(found.values(), default=0) >= _SURE:
        return found
    for name, score, _ in process.extract(header, _NAMES, scorer=fuzz.ratio, score_cutoff=_TYPO, limit=5):
        if min(len(name), len(header)) >= _SHORTEST_TYPO:
            _raise(found, _of(name, score / 110))
    words = set(header.split())
    for name, own in _WORDS_OF:
        if own <= words and name != header:
            # the more of the header's words a name explains, the likelier it is meant
            _raise(found, _of(name, (_WITHIN + 10 * len(own) / len(words)) / 100))
    return found


def _of(name: str, share: float) -> dict[str, int]:
    found = {key: round(_MAYBE * share) for key in _MAYBE_NAMES.get(name, ())}
    _raise(found, {key: round(_SURE * share) for key in _SURE_NAMES.get(name, ())})
    return found


def _raise(found: dict[str, int], more: Mapping[str, int]) -> None:
    for key, score in more.items():
        found[key] = max(score, found.get(key, 0))


def header_line(lines: Sequence[Sequence[Cell]]) -> int | None:
    """The place of the line that heads the table, from 0; None where there is none.

    It is the first of those with the most known words: at least two of them, or all that stand there. Without a known word it is
    a top line of different words above a column that holds numbers or days.
    """
    best, most = None, 0
    for place, line in enumerate(lines[:LOOKED_AT]):
        said = [cell for cell in line if text_of(cell)]
        known = sum(1 for cell in said if _is_known(cell))
        if known > most and (known >= 2 or known == len(said)):
            best, most = place, known
    return best if best is not None else _above_others(lines)


def _is_known(cell: Cell) -> bool:
    return isinstance(cell, str) and max(meanings(heading(cell)).values(), default=0) >= _KNOWN


def _above_others(lines: Sequence[Sequence[Cell]]) -> int | None:
    if len(lines) < 2:
        return None
    top = [text_of(cell) for cell in lines[0]]
    words = [text for text in top if text]
    is_words = len(words) == len(set(words)) > 1 and not any(any(map(str.isdigit, text)) for text in words)
    below = [cell for cell in lines[1][: len(top)] if text_of(cell)]
    has_others = any(not isinstance(cell, str) or any(map(str.isdigit, cell)) for cell in below)
    return 0 if is_words and has_others else None


def header_keys(headers: Iterable[Cell]) -> tuple[str, ...]:
    """What each column is remembered by: its header; the second of one name has its number, one without a name its place."""
    seen: Counter[str] = Counter()
    keys = []
    for place, header in enumerate(headers, 1):
        name = heading(header)
        seen[name] += 1
        keys.append(f"#{place}" if not name else name if seen[name] == 1 else f"{name}#{seen[name]}")
    return tuple(keys)


def shape_of(headers: Iterable[Cell]) -> str:
    """A fingerprint of a file's shape: the same whatever the order of its columns, another if one is added, lost or renamed.

    A mapping is remembered by the columns' :func:`header_keys`, so that columns may change places. Columns without a name have
    nothing but their place.
    """
    return sha256("\n".join(sorted(header_keys(headers))).encode()).hexdigest()[:32]
