"""Anchors: the ends of the journal's chains, written down outside the database, so that a cut tail is named too.

One file a day in ``anchors/`` of the data folder. Its first line says up to which entry it reaches and what the digest
of the file before it was; each further line is the end of one chain that has grown since then.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from svyazka.presale.journal.queries import Head, heads, latest_entry_id


class AnchorDamaged(ValueError):
    """An anchor file doesn't read, or doesn't follow from the one before it; the name says which."""


def folder() -> Path:
    """Where the anchors lie."""
    path: Path = settings.ENVIRONMENT.data / "anchors"
    return path


def anchored_on(day: date) -> bool:
    """Whether this day's anchor is written."""
    return _file(day).exists()


def write_anchor(day: date, at: datetime) -> Path:
    """Write the ends of all chains that have grown since the last anchor. One that is there for the day is replaced."""
    before = [path for path in _files() if path < _file(day)]
    above = _header(before[-1])["upto"] if before else 0
    upto = latest_entry_id()
    header = {
        "anchor": 1, "at": at.isoformat(), "above": above, "upto": upto,
        "previous": _digest(before[-1]) if before else "",
    }  # fmt: skip
    lines = [
        header,
        *({"chain": head.chain, "seq": head.seq, "digest": head.digest} for head in heads(above=above)),
    ]
    with whole_file(_file(day)) as file:
        file.write("".join(json.dumps(line) + "\n" for line in lines).encode())
    return _file(day)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name complete and on the disk, or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def sync_folder(path: Path) -> None:
    """Let a rename in this folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def anchored_heads() -> dict[int, Head]:
    """The newest known end of every chain.

    :raises AnchorDamaged: a file was changed or taken away
    """
    known: dict[int, Head] = {}
    previous = ""
    for path in _files():
        header, *lines = _lines(path)
        if header["previous"] != previous:
            raise AnchorDamaged(path.name)
        previous = _digest(path)
        for line in lines:
            known[line["chain"]] = Head(line["chain"], line["seq"], line["digest"])
    return known


def _file(day: date) -> Path:
    return folder() / f"{day.isoformat()}.jsonl"


def _files() -> list[Path]:
    return sorted(folder().glob("????-??-??.jsonl"))


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if not {"above", "upto", "previous"} <= lines[0].keys():
            raise AnchorDamaged(path.name)
    except (ValueError, IndexError, AttributeError):
        raise AnchorDamaged(path.name) from None
    return lines


def _header(path: Path) -> dict[str, Any]:
    return _lines(path)[0]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
