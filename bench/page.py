"""``docs/performance.md`` in parts, each made anew without the others."""

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

PAGE: Final = Path("docs/performance.md")
PARTS: Final = ("deals", "claims", "notices", "meetings", "figures", "imports", "before")
_INTRO: Final = """\
# Performance

Made by `make bench`; don't edit. Each figure is the median of its rounds, in which all that is compared answers by turns on
the same machine: ratios hold elsewhere, milliseconds and rates belong to the machine and the load that stand above each part.
The *limit app* (`bench/limit`) is the least that Django can do for the same work, with sessions and the usual middlewares.
"""


def circumstances() -> str:
    """Day, machine and how busy it is."""
    info = Path("/proc/cpuinfo")
    text = info.read_text(encoding="utf-8") if info.exists() else ""
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    machine = f"{len(names) or '?'} × {names[0] if names else platform.machine()}"
    return f"{datetime.now(UTC):%Y-%m-%d}; {machine}, Python {platform.python_version()}; load at the start {os.getloadavg()[0]:.1f}"


def put(part: str, lines: Iterable[str], *, about: Iterable[str]) -> None:
    """Put a part of the page in its place.

    :param about: the circumstances under which it was measured
    """
    kept = _parts(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    kept[part] = "\n".join([*(f"- {one}" for one in about), "", *lines]).strip()
    told = [f"{_mark(name)}\n\n{kept[name]}\n" for name in PARTS if name in kept]
    PAGE.write_text("\n".join([_INTRO, *told]), encoding="utf-8")


def _parts(text: str) -> dict[str, str]:
    found = {}
    for name in PARTS:
        _, mark, rest = text.partition(_mark(name))
        if mark:
            found[name] = rest.partition("<!-- part: ")[0].strip()
    return found


def _mark(part: str) -> str:
    return f"<!-- part: {part} -->"
