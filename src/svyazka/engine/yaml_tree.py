"""Untrusted YAML as a plain tree whose nodes know their lines.

Built from PyYAML's parser events, so nothing is ever constructed: values stay strings. What a written
process has no use for is refused: anchors and aliases (bombs), tags, a second document, great depth.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import yaml

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20

Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a written process.

    ``line`` counts from 1; ``code`` and ``params`` are made into words by ``engine.lint.explain``. An error
    refuses the process, a warning doesn't.
    """

    line: int
    code: str
    params: Params = ()
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word, number or text, as it was written; ``quoted`` tells ``"true"`` from ``true``."""

    line: int
    value: str
    quoted: bool

    @property
    def empty(self) -> bool:
        """Nothing written, or YAML's word for nothing."""
        return not self.value.strip() or (not self.quoted and self.value in {"~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    line: int
    items: list["Node"]


@dataclass(frozen=True, slots=True)
class Mapping:
    """``lines`` are those of the keys; of a key written twice the first value stands."""

    line: int
    entries: dict[str, "Node"]
    lines: dict[str, int]


Node = Scalar | Sequence | Mapping


class Refused(Exception):
    """The text can't be made into a tree at all; ``problem`` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def parse(text: str, problems: list[Problem]) -> Node:
    """The tree of ``text``; keys written twice are added to ``problems``.

    :raises Refused: the text is no YAML, too large, too deep, or uses what isn't allowed
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise Refused(Problem(1, "too-large", (("limit", str(MAX_BYTES // 1024)),)))
    roots = _Builder(problems)
    try:
        for event in _events(text):
            roots.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Refused(_not_yaml(mark.line + 1 if mark else 1, error.problem or "")) from error
    except yaml.reader.ReaderError as error:
        raise Refused(_not_yaml(text.count("\n", 0, error.position) + 1, error.reason)) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # PyYAML lets these two out of chr() and int() on absurd escapes and version numbers.
        raise Refused(_not_yaml(roots.line, "")) from error
    if roots.root is None or (isinstance(roots.root, Scalar) and roots.root.empty):
        raise Refused(Problem(1, "empty"))
    return roots.root


def _events(text: str) -> Iterator[yaml.Event]:
    return yaml.parse(text, Loader=yaml.SafeLoader)


def _not_yaml(line: int, detail: str) -> Problem:
    return Problem(line, "not-yaml", (("detail", detail or "syntax"),))


class _Builder:
    """Puts events together without recursion, so that no text is deep enough to break it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.root: Node | None = None
        self.line = 1
        self._problems = problems
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | None] = []

    def take(self, event: yaml.Event) -> None:
        if event.start_mark is not None:
            self.line = event.start_mark.line + 1
        self._refuse_luxury(event)
        if isinstance(event, yaml.ScalarEvent):
            if any("\ud800" <= letter <= "\udfff" for letter in event.value):
                raise Refused(_not_yaml(self.line, "surrogate"))
            self._put(Scalar(self.line, event.value, event.style is not None))
        elif isinstance(event, yaml.SequenceStartEvent):
            self._descend(Sequence(self.line, []))
        elif isinstance(event, yaml.MappingStartEvent):
            self._descend(Mapping(self.line, {}, {}))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()

    def _refuse_luxury(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise Refused(Problem(self.line, "alias"))
        tag = getattr(event, "tag", None)
        # "!" alone is what the parser itself puts on some quoted scalars.
        if tag is not None and tag != "!":
            raise Refused(Problem(self.line, "tag", (("tag", str(tag)[:60]),)))
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise Refused(Problem(self.line, "several-documents"))

    def _descend(self, node: Sequence | Mapping) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise Refused(Problem(self.line, "too-deep", (("limit", str(MAX_DEPTH)),)))
        self._put(node)
        self._open.append(node)
        self._keys.append(None)

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        home = self._open[-1]
        if isinstance(home, Sequence):
            home.items.append(node)
            return
        key = self._keys[-1]
        if key is None:
            if not isinstance(node, Scalar):
                raise Refused(Problem(self.line, "key-not-a-word"))
            self._keys[-1] = node
            return
        self._keys[-1] = None
        if key.value in home.entries:
            self._problems.append(Problem(key.line, "written-twice", (("key", key.value[:60]),)))
        else:
            home.entries[key.value] = node
            home.lines[key.value] = key.line
