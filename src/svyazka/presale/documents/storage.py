"""Where the bytes of documents lie: in files that are named by their SHA-256, so that the same bytes lie there once.

Settings name the class as the storage ``documents``: another of Django's storages can take its place.
"""

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from svyazka.presale.documents.naming import HEAD
from svyazka.presale.journal.values import Conflict, Invalid

DRAFT: Final = ".incoming-"
"""How the name of a file begins that isn't whole yet."""
_CHUNK: Final = 1 << 20
_PLACE: Final = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")


class Torn(OSError):
    """What was written is not what had been read a moment before."""


class ContentStorage(FileSystemStorage):
    """Files by digest below ``MEDIA_ROOT``, each there whole and on the disk or not at all, for our eyes only."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: a file that is there already has the same content."""
        return name

    def _save(self, name: str, content: "File[bytes]") -> str:
        path = Path(self.path(name))
        if self._is_kept(path, content.size):
            return name
        _make_folder(path.parent)
        handle, draft = tempfile.mkstemp(prefix=DRAFT, dir=path.parent)  # 0600
        try:
            with os.fdopen(handle, "wb") as file:
                digest = hashlib.sha256()
                while chunk := content.read(_CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if digest.hexdigest() != path.name:
                raise Torn(errno.EIO, "the content changed while it was read")
            Path(draft).replace(path)
            _sync_folder(path.parent)
        finally:
            Path(draft).unlink(missing_ok=True)
        return name

    def _is_kept(self, path: Path, size: int) -> bool:
        """Whether the file is there; it counts as new again then, so that no sweep takes it for a left-over."""
        try:
            os.utime(path)
            return path.stat().st_size == size
        except FileNotFoundError:
            return False


def _make_folder(path: Path) -> None:
    """Make a folder with those above it, and let that survive a power cut."""
    if not path.is_dir():
        _make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def storage() -> Storage:
    """The storage of documents."""
    return storages["documents"]


def place_of(sha256: str) -> str:
    """The name of a content in the storage: ``ab/cd/abcd…``."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def digest_in(name: str) -> str | None:
    """The digest that a name in the storage stands for; None for a name that we don't give."""
    found = _PLACE.fullmatch(name)
    return found[3] if found else None


def names(folder: str = "") -> Iterator[str]:
    """Every name in the storage."""
    try:
        folders, files = storage().listdir(folder)
    except FileNotFoundError:  # nothing was ever filed, or somebody tidies up
        return
    before = f"{folder}/" if folder else ""
    yield from (before + name for name in sorted(files))
    for one in sorted(folders):
        yield from names(before + one)


@dataclass(frozen=True, slots=True)
class Received:
    """A content that has been read to its end once: how long it is, its digest, how it begins."""

    file: BinaryIO
    size: int
    sha256: str
    head: bytes

    def keep(self) -> None:
        """Let the storage have it; where it has it already, that costs nothing.

        :raises Conflict: ``no_room`` where the disk is full
        """
        self.file.seek(0)
        content = File(self.file)
        content.size = self.size  # else Django asks the file, which may have no name
        try:
            storage().save(place_of(self.sha256), content)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise Conflict("no_room") from error
            raise


@contextmanager
def received(content: BinaryIO) -> Iterator[Received]:
    """Read a stream to its end, but never further than a file may be long.

    :raises Invalid: ``file_empty``, or ``file_too_large`` with ``limit_mb``
    """
    most: int = settings.FOLDER_FILE_LIMIT
    digest, size, head = hashlib.sha256(), 0, b""
    with tempfile.SpooledTemporaryFile(max_size=_CHUNK) as copy:
        while chunk := content.read(min(_CHUNK, most + 1 - size)):
            size += len(chunk)
            if size > most:
                raise Invalid("file_too_large", limit_mb=most >> 20)
            head = head or chunk[:HEAD]
            digest.update(chunk)
            copy.write(chunk)
        if not size:
            raise Invalid("file_empty")
        yield Received(copy, size, digest.hexdigest(), head)  # type: ignore[arg-type]  # it is all that BinaryIO is
