"""Reading one mapping of a written process: shapes, types, translations, words of a fixed list.

What is misshapen is recorded as a problem and replaced by an empty value, so that one reading finds
everything.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from svyazka.engine.facts import ANCHORS
from svyazka.engine.process import OWING, ROLES, Due, Text
from svyazka.engine.worktime import Duration, parse_duration
from svyazka.engine.yaml_tree import Mapping, Node, Params, Problem, Scalar, Sequence

_T = TypeVar("_T")
_W = TypeVar("_W", bound=str)

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BEFORE = re.compile(r"(?P<amount>\S+)\s+before\s+(?P<anchor>\S+)")
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")

_ENOUGH = 100
"""With so many problems found a suggestion helps nobody, and looking for it takes long."""

_LONGEST = {"m": 99_999, "h": 2_000, "d": 250}

NO_DURATION = Duration(1, "d")
"""Stands where a duration was misshapen; the problem has been recorded."""


def short(value: str) -> str:
    """A value fit for a message: one line of at most 60 characters, cut between words where it has several."""
    line = " ".join(value.split())
    if len(line) <= 60:
        return line
    head, _blank, tail = line[:59].rpartition(" ")
    return (head or tail).rstrip(" ,;:") + "…"


@dataclass(slots=True)
class Part:
    """A mapping being read: its entries, where it stands, and the problems found so far."""

    where: str
    line: int
    entries: dict[str, Node]
    lines: dict[str, int]
    problems: list[Problem]

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)

    def line_within(self, key: str, inner: str) -> int:
        """Line of ``inner`` in the mapping at ``key``."""
        node = self.entries.get(key)
        return node.lines.get(inner, node.line) if isinstance(node, Mapping) else self.line_of(key)

    def has(self, key: str) -> bool:
        return key in self.entries

    def complain(self, code: str, line: int | None = None, **params: str) -> None:
        """Record an error at ``line``, or where the part begins."""
        self.problems.append(Problem(self.line if line is None else line, code, self._words(params)))

    def warn(self, code: str, line: int | None = None, **params: str) -> None:
        """Record a warning: the process may be used, but look."""
        words = self._words(params)
        self.problems.append(Problem(self.line if line is None else line, code, words, "warning"))

    def unknown(self, code: str, key: str, said: str, known: Iterable[str], **params: str) -> None:
        """Record that the vocabulary has no ``said``; parameter ``near`` is the word that was probably meant."""
        near: list[str] = []
        if len(self.problems) < _ENOUGH:
            near = get_close_matches(said[:60], sorted(known), n=1)
        self.complain(code, self.line_of(key), near=near[0] if near else "—", **params)

    def _words(self, params: dict[str, str]) -> Params:
        return tuple(
            (name, value if name == "allowed" else short(value))  # what is allowed are words of ours
            for name, value in {"where": self.where, **params}.items()
        )

    def keys(self, required: str, optional: str = "") -> None:
        """Complain of keys nobody knows and of required ones that are absent (both space-separated)."""
        known = [*required.split(), *optional.split()]
        for key in self.entries:
            if key not in known:
                self.complain("unknown-key", self.line_of(key), key=key, allowed=", ".join(known))
        for key in required.split():
            if key not in self.entries:
                self.complain("missing-key", key=key)

    def word(self, key: str, default: str = "") -> str:
        """A non-empty string; absent gives ``default``."""
        node = self.entries.get(key)
        if node is None:
            return default
        if not isinstance(node, Scalar) or node.empty:
            self.complain("wrong-type", self.line_of(key), key=key, expected="word")
            return default
        return node.value.strip()

    def key(self, name: str = "key") -> str:
        """The part's own key: Latin letters, digits and underscores."""
        key = self.word(name)
        if key and not _KEY.fullmatch(key):
            self.complain("bad-key", self.line_of(name), key=key)
            return ""
        return key

    def one_of(self, key: str, words: tuple[_W, ...], default: _W) -> _W:
        value = self.word(key)
        for word in words:
            if word == value:
                return word
        if value:
            self.complain("unknown-value", self.line_of(key), key=key, value=value, allowed=", ".join(words))
        return default

    def role(self, key: str) -> str:
        """One of the process's roles; empty when absent or unknown."""
        return self._among(key, ROLES)

    def owing(self, key: str) -> str:
        """Who owes a term: one of the roles, or the head of a unit; empty when absent or unknown."""
        return self._among(key, OWING)

    def _among(self, key: str, known: tuple[str, ...]) -> str:
        value = self.word(key)
        if value and value not in known:
            self.complain("unknown-role", self.line_of(key), role=value, allowed=", ".join(known))
            return ""
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        node = self.entries.get(key)
        if node is None:
            return default
        if isinstance(node, Scalar) and not node.quoted and node.value.lower() in {"true", "false"}:
            return node.value.lower() == "true"
        self.complain("wrong-type", self.line_of(key), key=key, expected="flag")
        return default

    def count(self, key: str) -> int:
        """A whole number from 1 to 9999; absent or wrong gives 1."""
        node = self.entries.get(key)
        if node is None:
            return 1
        if isinstance(node, Scalar) and re.fullmatch(r"[1-9][0-9]{0,3}", node.value):
            return int(node.value)
        self.complain("wrong-type", self.line_of(key), key=key, expected="count")
        return 1

    def text(self, key: str) -> Text:
        """Both translations of ``key``; what is missing is complained of and left empty."""
        node = self.entries.get(key)
        if node is None:
            return Text("", "")
        if not isinstance(node, Mapping):
            self.complain("wrong-type", self.line_of(key), key=key, expected="translations")
            return Text("", "")
        part = Part(
            f"{self.where}.{key}".lstrip("."), self.line_of(key), node.entries, node.lines, self.problems
        )
        for language in part.entries:
            if language not in {"ru", "en"}:
                part.complain("stray-words", part.line_of(language), words=language)
        return Text(part._translation("ru"), part._translation("en"))

    def _translation(self, language: str) -> str:
        node = self.entries.get(language)
        if isinstance(node, Scalar) and not node.empty:
            return " ".join(node.value.split())
        self.complain("missing-translation", self.line_of(language), language=language)
        return ""

    def optional_text(self, key: str) -> Text | None:
        return self.text(key) if self.has(key) else None

    def duration(self, key: str) -> Duration:
        value = self.word(key)
        return self._duration(key, value) if value else NO_DURATION

    def optional_duration(self, key: str) -> Duration | None:
        return self.duration(key) if self.has(key) else None

    def due(self, key: str) -> Due:
        """``2h``, or ``4h before meeting``."""
        value = self.word(key)
        if not value:
            return Due(NO_DURATION)
        match = _BEFORE.fullmatch(value)
        if match is None:
            return Due(self._duration(key, value))
        anchor = match["anchor"]
        if anchor not in ANCHORS:
            allowed = ", ".join(ANCHORS)
            self.complain("unknown-anchor", self.line_of(key), anchor=anchor, allowed=allowed)
        return Due(self._duration(key, match["amount"]), anchor)

    def figure(self, key: str) -> float | Duration:
        """A number, or a duration like ``2h``."""
        value = self.word(key)
        if _NUMBER.fullmatch(value):
            return float(value)
        return self._duration(key, value) if value else 0.0

    def _duration(self, key: str, value: str) -> Duration:
        duration: Duration | None
        try:
            duration = parse_duration(value)
        except ValueError:
            duration = None
        if duration is None or duration.amount > _LONGEST[duration.unit]:
            self.complain("bad-duration", self.line_of(key), key=key, value=value)
            return NO_DURATION
        return duration

    def part(self, key: str, node: Node) -> "Part":
        """``node``, found at ``key`` of this part, as a mapping; an empty one when it is none."""
        where, line = f"{self.where}.{key}".lstrip("."), self.line_of(key)
        if isinstance(node, Mapping):
            return Part(where, line, node.entries, node.lines, self.problems)
        self.complain("wrong-type", line, key=key, expected="mapping")
        return Part(where, line, {}, {}, [])

    def mapping(self, key: str, read: Callable[[str, "Part"], _T | None]) -> tuple[_T, ...]:
        """``read`` over the entries of the mapping at ``key``, with their names."""
        node = self.entries.get(key)
        if node is None:
            return ()
        part = self.part(key, node)
        found = (read(name, part.part(name, entry)) for name, entry in part.entries.items())
        return tuple(value for value in found if value is not None)

    def list_of(self, key: str, read: Callable[["Part"], _T], *, unique: str = "key") -> tuple[_T, ...]:
        """``read`` over the mappings in the list at ``key``; two entries of one ``unique`` are complained of."""
        node = self.entries.get(key)
        if node is None or (isinstance(node, Scalar) and node.empty):
            return ()
        if not isinstance(node, Sequence):
            self.complain("wrong-type", self.line_of(key), key=key, expected="list")
            return ()
        found: list[_T] = []
        seen: set[str] = set()
        for place, item in enumerate(node.items, start=1):
            if not isinstance(item, Mapping):
                self.complain("wrong-type", item.line, key=f"{key}[{place}]", expected="mapping")
                continue
            named = item.entries.get(unique)
            name = named.value.strip() if isinstance(named, Scalar) else ""
            if name in seen:
                self.complain("duplicate-key", item.lines[unique], key=name, list=key)
            elif name:
                seen.add(name)
            where = f"{self.where}.{key}.{name or place}".lstrip(".")
            found.append(read(Part(where, item.line, item.entries, item.lines, self.problems)))
        return tuple(found)
