"""Files and rows held together: what is missing, changed or left over, and taking left-overs away."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.conf import settings
from filelock import FileLock, Timeout

from svyazka.presale.documents.models import Document
from svyazka.presale.documents.storage import DRAFT, digest_in, names, place_of, storage
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.moment import command

LEFT_FOR: Final = timedelta(days=1)
"""So long a file without a row is left alone: it may be on its way into a folder."""
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class FileFault:
    """Where files and rows don't agree.

    ``kind``: ``missing`` (no file, though a folder holds it), ``changed`` (its content is another), ``orphaned`` (no folder
    holds it, and the night has not swept it), ``fresh`` (no folder holds it, and it isn't a day old: on its way, or left
    of a failure, no harm), ``stray`` (not one of ours).

    :ivar documents: ids of the documents that name it
    """

    kind: Literal["missing", "changed", "orphaned", "fresh", "stray"]
    name: str
    documents: tuple[int, ...] = ()


def file_faults(*, at: datetime) -> Iterator[FileFault]:
    """Read every file and compare it with the documents. People may go on working meanwhile."""
    named: dict[str, list[int]] = defaultdict(list)
    for pk, sha256 in Document.objects.filter(removed_at=None).order_by("pk").values_list("pk", "sha256"):
        named[sha256].append(pk)
    for sha256, documents in named.items():
        kind = _fault(sha256)
        # it may have been removed since we asked
        if kind is not None and Document.objects.filter(sha256=sha256, removed_at=None).exists():
            yield FileFault(kind, place_of(sha256), tuple(documents))
    for name in names():
        sha256_of = digest_in(name)
        if sha256_of is None and not _is_draft(name):
            yield FileFault("stray", name)
        elif sha256_of not in named:
            yield FileFault("orphaned" if _is_left(name, at) else "fresh", name)


def _fault(sha256: str) -> Literal["missing", "changed"] | None:
    digest = hashlib.sha256()
    try:
        with storage().open(place_of(sha256)) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return "missing"
    return None if digest.hexdigest() == sha256 else "changed"


def _is_draft(name: str) -> bool:
    return name.rpartition("/")[2].startswith(DRAFT)


def _is_left(name: str, at: datetime) -> bool:
    try:
        return storage().get_modified_time(name) < at - LEFT_FOR
    except FileNotFoundError:
        return False


def sweep_files(*, at: datetime) -> int:
    """Take away what failures have left: drafts and files that no folder holds, a day old at least. Returns how many."""
    named = set(Document.objects.filter(removed_at=None).values_list("sha256", flat=True))
    left = [name for name in names() if (_is_draft(name) or digest_in(name)) and digest_in(name) not in named]
    return sum(_drop(name=name, left_at=at) for name in left if _is_left(name, at))


def drop_unnamed(sha256: str) -> None:
    """Take a content away unless a folder holds it."""
    _drop(name=place_of(sha256))


@command
def _drop(*, name: str, left_at: datetime | None = None) -> bool:
    """Delete a file under the lock at which whoever files it has to wait, so that it can't be named meanwhile.

    :param left_at: only if it has been a left-over until now
    """
    lock_journal()
    sha256 = digest_in(name)
    if sha256 and Document.objects.filter(sha256=sha256, removed_at=None).exists():
        return False
    if left_at is not None and not _is_left(name, left_at):
        return False
    with _unless_held() as free:
        if free:
            storage().delete(name)
    return free


@contextmanager
def holding_files() -> Iterator[None]:
    """As long as this lasts no file goes: a backup finds the bytes of every row that it has copied.

    What is removed meanwhile is swept the night after.
    """
    with _lock():
        yield


@contextmanager
def _unless_held() -> Iterator[bool]:
    lock = _lock()
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def _lock() -> FileLock:
    # beside the folder: a restore moves the folder itself away
    return FileLock(f"{settings.MEDIA_ROOT}-turn")
