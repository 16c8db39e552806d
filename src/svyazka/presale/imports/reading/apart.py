"""The process that reads a table: a file comes in by standard input, packed rows and a last line go out.

The last line says what the rows are, or why there are none. How it ends otherwise says the rest: see ``reading.py``.
"""

import gc
import json
import os
import sys
from typing import BinaryIO

from svyazka.presale.imports.reading.limits import STARTED, bind_ourselves
from svyazka.presale.imports.reading.packing import Packer
from svyazka.presale.imports.reading.texts import pack_text
from svyazka.presale.imports.reading.values import Unreadable, Warned
from svyazka.presale.imports.reading.workbooks import OLE, ZIP, pack_workbook


def main() -> int:
    """Read one file, for :func:`svyazka.presale.imports.reading.books.read_book`."""
    bind_ourselves()
    gc.disable()  # there are no rings, and a million cells to look for them in
    os.dup2(
        os.open(os.devnull, os.O_WRONLY), 2
    )  # what a library says before it dies may be words of the file
    try:
        tell(sys.stdin.buffer.read(), sys.stdout.buffer)
    except Exception:  # noqa: BLE001 (whatever it is, it is the file that did it)
        _end(sys.stdout.buffer, {"refused": "broken", "details": {}})
    return STARTED


def tell(data: bytes, out: BinaryIO) -> None:
    """Write a file's packed rows, and the line that says what they are or why it can't be taken."""
    try:
        _end(out, _packed(data, Packer(out)))
    except Unreadable as found:
        _end(out, {"refused": found.code, "details": dict(found.params)})
    except MemoryError:
        _end(out, {"refused": "bomb", "details": {}})


def _end(out: BinaryIO, said: dict[str, object]) -> None:
    out.write(json.dumps(said).encode() + b"\n")
    out.flush()


def _packed(data: bytes, packer: Packer) -> dict[str, object]:
    kind, encoding, delimiter = "csv", "", ""
    warned: set[Warned]
    if data.startswith((OLE, ZIP)):
        kind, warned = pack_workbook(data, packer)
    else:
        encoding, delimiter, warned = pack_text(data, packer)
    shown = [rows for _, is_hidden, rows, _ in packer.sheets if not is_hidden]
    if not any(shown):
        raise Unreadable("no_rows", hidden=any(rows for _, _, rows, _ in packer.sheets))
    return {
        "kind": kind, "encoding": encoding, "delimiter": delimiter, "warnings": sorted(warned), "sheets": packer.sheets,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
