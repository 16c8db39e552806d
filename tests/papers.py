"""Papers read back by poppler, a reader that has nothing to do with what made them."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pytest

from tools import poppler, system

needs_poppler = pytest.mark.skipif(
    not poppler.find() and not system.in_ci(),
    reason="there is no poppler; `python -m tools.poppler` says how to get it",
)
_BREAKS = re.compile("[\\s\u200b\u00ad\u2010-]+")
"""Where lines may end; so words that were parted at a line's end are whole again."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in one size of letters, in points."""

    text: str
    size: float


def joined(text: str) -> str:
    """A text without what the ends of lines add."""
    return _BREAKS.sub("", text)


def pages(paper: bytes) -> list[str]:
    """The words of each page, joined."""
    return [joined(page) for page in _run(paper, "pdftotext", "-raw").split("\f")[:-1]]


def sizes(paper: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    found = re.findall(
        r"^Page +\d+ size: +([\d.]+) x ([\d.]+)", _run(paper, "pdfinfo", "-l", "99"), re.MULTILINE
    )
    return [(round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) for width, height in found]


def pieces(paper: bytes) -> list[Piece]:
    """What stands on the paper, with the size of its letters."""
    root = ET.fromstring(_run(paper, "pdftohtml", "-xml", "-zoom", "1", "-i", "-stdout"))  # noqa: S314 (our own paper)
    fonts = {one.attrib["id"]: float(one.attrib["size"]) for one in root.iter("fontspec")}
    return [Piece("".join(one.itertext()), fonts[one.attrib["font"]]) for one in root.iter("text")]


def edges(paper: bytes) -> tuple[float, float]:
    """How far left and how far right there are letters, in points."""
    found = re.findall(
        r'<word xMin="([-\d.]+)" yMin="[-\d.]+" xMax="([-\d.]+)"', _run(paper, "pdftotext", "-bbox")
    )
    return min(float(left) for left, _right in found), max(float(right) for _left, right in found)


def _run(paper: bytes, program: str, *options: str) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(paper)
        file.flush()
        to = [] if program == "pdfinfo" or "-stdout" in options else ["-"]
        command = [program, *options, file.name, *to]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()
