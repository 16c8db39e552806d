"""What a file is called and what it seems to be, whatever whoever sent it wrote."""

import mimetypes
import re
import unicodedata
from typing import Final

from svyazka.presale.documents.models import LONGEST_NAME

UNKNOWN: Final = "application/octet-stream"
HEAD: Final = 64 * 1024
"""So many bytes of a file tell what it is."""

_NAMELESS: Final = "file"
_ERASED: Final = "…"
_IN_NO_NAME: Final = re.compile(r'[<>:"|?*]')
"""What some file system takes for more than a letter."""
_LONGEST_ENDING: Final = 12
_EVIDENCE: Final = 0.4
"""Below it the content said nothing, and only the name was looked at."""
_BY_NAME: Final = frozenset({"text/plain", "text/csv"})
"""Kinds that no signature shows."""


def shown_name(raw: str) -> str:
    r"""The name under which a file is shown and saved: one line, no folders, nothing invisible, its ending kept.

    Bidirectional overrides go as well: with them ``annexe\u202efdp.exe`` looks like a PDF.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in last
        if letter.isspace() or unicodedata.category(letter)[0] != "C"
    )
    name = " ".join(_IN_NO_NAME.sub("_", seen).split()).strip(". ")
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        kept = dot + ending if stem and len(ending) < _LONGEST_ENDING else ""
        name = name[: LONGEST_NAME - len(kept)].rstrip(". ") + kept
    return name or _NAMELESS


def erased_name(media_type: str) -> str:
    """What stands for a name that was erased: its ending only, by which a computer knows how to open it."""
    return _ERASED + (mimetypes.guess_extension(media_type) or "")


def media_type_of(name: str, head: bytes) -> str:
    """What a file's content looks like; among alike ones (all new office files are ZIP) the name decides.

    For people to read. Nothing may be trusted because of it: it says how a file begins, not what else is in it.

    :param head: its first :data:`HEAD` bytes
    """
    import puremagic  # reads its table of signatures: only where a file comes

    try:
        best = puremagic.magic_string(head, name)[0]
    except (puremagic.PureError, ValueError, IndexError):
        best = None
    if best is not None and best.confidence >= _EVIDENCE:
        return str(best.mime_type)[:120] or UNKNOWN
    guessed = mimetypes.guess_type(name)[0] or UNKNOWN
    return guessed if guessed in _BY_NAME and b"\x00" not in head else UNKNOWN
