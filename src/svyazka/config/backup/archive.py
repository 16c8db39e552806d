"""The archive: a tar with a manifest that names every member with its size and SHA-256.

The manifest comes last: an archive without one was never finished. Nothing is read out of an archive before all of it
has been checked against the manifest.
"""

import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from svyazka.worker.anchors import whole_file

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_CHUNK: Final = 1 << 20
_LONGEST_MANIFEST: Final = 64 << 20


class Damaged(Exception):
    """The archive is not what was written: the sentence says where."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive holds and of what state it is.

    :param migrations: ``app.name`` of each migration that the database had had
    :param columns: of each dumped table, in the order of the dump; empty for SQLite, which is copied whole
    :param keys_in: secrets that are inside; ``keys_out`` are those to be kept elsewhere
    """

    made_at: str
    version: str
    database: str
    migrations: tuple[str, ...]
    keys_in: tuple[str, ...]
    keys_out: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members: Mapping[str, Member] = field(default_factory=dict)


class Writer:
    """Adds members and remembers their hashes."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.members: dict[str, Member] = {}

    def add(self, name: str, source: Path) -> None:
        """Add a file under this name, hashed as it is copied."""
        info = self._tar.gettarinfo(str(source), name)
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mode = 0o600
        with source.open("rb") as file:
            hashing = _Hashing(file)
            self._tar.addfile(info, hashing)
        self.members[name] = Member(hashing.digest.hexdigest(), info.size)


class _Hashing(io.RawIOBase):
    """Reads a file and hashes what it reads."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


@contextmanager
def writing(path: Path) -> Iterator[tuple[Writer, list[Manifest]]]:
    """Write an archive; the caller puts its manifest into the list. It appears whole and on the disk, or not at all."""
    compressed = path.suffix in {".gz", ".tgz"}
    manifests: list[Manifest] = []
    with whole_file(path) as file:  # noqa: SIM117 (the tar has to be closed before the file is synced)
        with tarfile.open(fileobj=file, mode="w:gz" if compressed else "w", format=tarfile.PAX_FORMAT) as tar:
            writer = Writer(tar)
            yield writer, manifests
            members = {name: asdict(one) for name, one in writer.members.items()}
            text = sealed({"format": FORMAT, **asdict(manifests[0]), "members": members})
            info = tarfile.TarInfo(MANIFEST)
            info.size, info.mode = len(text), 0o600
            tar.addfile(info, io.BytesIO(text))


def sealed(said: Mapping[str, Any]) -> bytes:
    """A manifest's JSON with the digest of all the rest in it."""
    return json.dumps({**said, "digest": _digest(said)}, ensure_ascii=False, indent=1).encode()


def _digest(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _read_on(tar: tarfile.TarFile) -> None:
    """Read what follows the last member: only at its very end does gzip compare its checksum of the whole."""
    while tar.fileobj.read(_CHUNK):
        pass


def verify(path: Path) -> Manifest:
    """Read all of the archive and check it.

    :raises Damaged: it is not whole, was changed, or holds what no backup holds
    """
    found: dict[str, Member] = {}
    text = b""
    try:
        with tarfile.open(path, "r:*") as tar:
            for info in tar:
                _check_name(info, found)
                content = tar.extractfile(info)
                if content is None:
                    raise Damaged(f"{info.name} is no plain file")
                if info.name == MANIFEST:
                    if info.size > _LONGEST_MANIFEST:
                        raise Damaged("the manifest is longer than any")
                    text = content.read()
                    continue
                found[info.name] = _hashed(content)
            _read_on(tar)
    except FileNotFoundError:
        raise Damaged("there is no such file") from None
    except (tarfile.TarError, zlib.error, OSError, EOFError, ValueError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise Damaged(f"it can't be read: {why}" if why else "it is no archive, or it breaks off") from None
    manifest = _parsed(text)
    _compare(manifest, found)
    return manifest


def _check_name(info: tarfile.TarInfo, found: Mapping[str, Member]) -> None:
    parts = PurePosixPath(info.name).parts
    if not info.isreg() or not parts or info.name.startswith("/") or "\\" in info.name or {".", ".."} & set(info.name.split("/")):  # fmt: skip
        raise Damaged(f"it holds {info.name!r}, which no backup holds")
    if info.name in found:
        raise Damaged(f"it holds {info.name!r} twice")


def _hashed(content: IO[bytes]) -> Member:
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return Member(digest.hexdigest(), size)


def _parsed(text: bytes) -> Manifest:
    if not text:
        raise Damaged("it has no manifest: it was never finished, or its end is gone")
    try:
        said: dict[str, Any] = json.loads(text)
        if said.pop("digest") != _digest(said):
            raise Damaged("its manifest was changed")
        if said.pop("format") != FORMAT:
            raise Damaged("it was made by a newer Svyazka")
        members = {name: Member(one["sha256"], one["size"]) for name, one in said.pop("members").items()}
        columns = {name: tuple(one) for name, one in said.pop("columns").items()}
        return Manifest(
            made_at=str(said["made_at"]),
            version=str(said["version"]),
            database=str(said["database"]),
            migrations=tuple(said["migrations"]),
            keys_in=tuple(said["keys_in"]),
            keys_out=tuple(said["keys_out"]),
            columns=columns,
            members=members,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged("its manifest can't be read") from None


def _compare(manifest: Manifest, found: Mapping[str, Member]) -> None:
    for name in sorted(manifest.members.keys() | found.keys()):
        if name not in found:
            raise Damaged(f"{name} is missing")
        if name not in manifest.members:
            raise Damaged(f"{name} was added later")
        if manifest.members[name] != found[name]:
            raise Damaged(f"{name} was changed")


@contextmanager
def reading(path: Path) -> Iterator[tarfile.TarFile]:
    """Open an archive that :func:`verify` has found whole."""
    with tarfile.open(path, "r:*") as tar:
        yield tar


def extract(tar: tarfile.TarFile, name: str, target: Path) -> None:
    """Write one member to ``target``."""
    content = tar.extractfile(name)
    if content is None:
        raise Damaged(f"{name} is no plain file")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("wb") as file:
        while chunk := content.read(_CHUNK):
            file.write(chunk)
