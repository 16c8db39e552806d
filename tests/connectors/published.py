"""Judges requests and answers by the shapes that Telegram publishes: names, what must be there, types, limits of texts."""

import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

LIMIT = re.compile(r"(\d+)-(\d+) (characters|bytes)")
ONE_OF = re.compile(r"^ ?- (\w+)$", re.MULTILINE)
CONSTANT = re.compile(r"\bmust be (\w+)$")
SAID_IN_WORDS = {
    ("setWebhook", "url"): r"https://\S+",
    ("setWebhook", "secret_token"): r"[A-Za-z0-9_-]+",
    ("BotCommand", "command"): r"[a-z0-9_]+",
}
"""What the page says of a text beside its length."""
TAGS = {
    "a", "b", "blockquote", "code", "del", "em", "i", "ins", "pre", "s", "span", "strike", "strong", "tg-emoji", "tg-spoiler",
    "tg-time", "u",
}  # fmt: skip
PLAIN: dict[str, type | tuple[type, ...]] = {
    "Integer": int,
    "Float": (int, float),
    "String": str,
    "Boolean": bool,
    "True": bool,
}


class Published:
    """The judge.

    :param schema: methods and types by their names
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema

    def request(self, method: str, form: Mapping[str, str]) -> list[str]:
        """What is wrong with a form that was posted to a method."""
        if method not in self._schema:
            return [f"{method}: there is no such method"]
        kinds = {one["name"]: one["type"] for one in self._schema[method]["annotations"]}
        read = {key: _read(text, kinds.get(key, "")) for key, text in form.items()}
        return list(self._object(method, read))

    def value(self, kind: str, value: Any, where: str = "") -> list[str]:
        """What is wrong with a value that should be of a published type."""
        return list(self._value(kind, value, where or kind))

    def _value(self, kind: str, value: Any, where: str) -> Iterator[str]:
        if " or " in kind:
            found = [self.value(one, value, where) for one in kind.split(" or ")]
            yield from min(found, key=len)
        elif kind.startswith("Array of "):
            if not isinstance(value, list):
                yield f"{where}: not an array"
                return
            for one in value:
                yield from self._value(kind.removeprefix("Array of "), one, where)
        elif " and " in kind:
            found = [self.value(one, value, where) for one in re.split(", | and ", kind)]
            yield from min(found, key=len)
        elif kind in PLAIN:
            if not isinstance(value, PLAIN[kind]) or (isinstance(value, bool) and PLAIN[kind] is not bool):
                yield f"{where}: not {kind}: {value!r}"
        elif not isinstance(value, dict):
            yield f"{where}: not {kind}: {value!r}"
        elif kinds := ONE_OF.findall(self._schema[kind]["description"]):
            yield from min((self.value(one, value, where) for one in kinds), key=len)
        else:
            yield from self._object(kind, value)

    def _object(self, name: str, value: Mapping[str, Any]) -> Iterator[str]:
        known = {one["name"]: one for one in self._schema[name]["annotations"]}
        for key in sorted(value.keys() - known):
            yield f"{name}.{key}: there is no such name"
        for key, one in known.items():
            where = f"{name}.{key}"
            if key not in value:
                if one["required"]:
                    yield f"{where}: is missing"
                continue
            yield from self._value(one["type"], value[key], where)
            if isinstance(value[key], str):
                html = value.get("parse_mode") == "HTML" and "entities parsing" in one["description"]
                yield from _text(where, value[key], one["description"], html=html)
            if (name, key) in SAID_IN_WORDS and not re.fullmatch(SAID_IN_WORDS[name, key], str(value[key])):
                yield f"{where}: not as the page says: {value[key]!r}"


def _read(text: str, kind: str) -> Any:
    """A field of a form: all but texts is JSON."""
    if kind == "String":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text(where: str, text: str, description: str, *, html: bool) -> Iterator[str]:
    if html:
        marked = _Marked(text)
        yield from (f"{where}: {fault}" for fault in marked.faults)
        text = marked.visible
    if (constant := CONSTANT.search(description)) and text != constant[1]:
        yield f"{where}: not {constant[1]}: {text!r}"
    if limit := LIMIT.search(description):
        long = len(text.encode()) if limit[3] == "bytes" else len(text)
        if "entities parsing" in description:  # counted as entities count
            long = len(text.encode("utf-16-le")) // 2
        if not int(limit[1]) <= long <= int(limit[2]):
            yield f"{where}: {long} {limit[3]}, not {limit[1]} to {limit[2]}"


class _Marked(HTMLParser):
    """A text with the markup of ``parse_mode`` HTML: what is seen of it, and what Telegram couldn't parse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.visible, self.faults, self._open = "", list[str](), list[str]()
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._open.append(tag)
        if tag not in TAGS:
            self.faults.append(f"<{tag}> is no tag of Telegram's")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.visible += data
