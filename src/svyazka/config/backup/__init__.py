"""Backup and restore: of a live system into one archive, and back into an empty one, verified both ways."""

import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.dateparse import parse_datetime

from svyazka.config.backup import archive
from svyazka.config.backup.archive import Damaged, Manifest, verify
from svyazka.config.backup.databases import (
    SQLITE_MEMBER,
    TABLES,
    NotWhole,
    check_sqlite,
    dump_postgres,
    dump_sqlite,
    load_postgres,
    load_sqlite,
)
from svyazka.presale.deals.proof import all_faults
from svyazka.presale.documents.keeping import holding_files
from svyazka.presale.journal.queries import Fault, latest_entry_id
from svyazka.presale.people.queries import directory
from svyazka.worker import anchors

KEY: Final = "secret.key"
_KEY_MEMBER: Final = f"keys/{KEY}"
_FILES: Final = "files/"
_ANCHORS: Final = "anchors/"
_STILL_ALIVE: Final = 60
"""Seconds since the worker's last sign within which the system counts as running."""


class CannotRestore(Exception):
    """The archive is whole, but it can't go here: the sentence says why. ``hint`` says what to do."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.hint = hint


def make_backup(out: Path, *, at: datetime, with_keys: bool = False) -> Manifest:
    """Write everything that makes this installation into one archive, while it runs.

    The database is copied first and the files after it: files are written once and none goes meanwhile, so that none is
    missing.

    :raises FileExistsError: there is something under this name already
    """
    if out.exists():
        raise FileExistsError(out)
    with (
        holding_files(),
        tempfile.TemporaryDirectory(prefix=".backup-", dir=_data()) as room,
        archive.writing(out) as (
            writer,
            manifests,
        ),
    ):
        folder = Path(room)
        columns: dict[str, tuple[str, ...]] = {}
        applied = _applied()
        if connection.vendor == "sqlite":
            dump_sqlite(folder / SQLITE_MEMBER)
            writer.add(SQLITE_MEMBER, folder / SQLITE_MEMBER)
        else:
            columns = dump_postgres(folder)
            for table in columns:
                writer.add(TABLES + table, folder / table)
        for prefix, root in ((_FILES, Path(settings.MEDIA_ROOT)), (_ANCHORS, anchors.folder())):
            for path in sorted(
                path for path in root.rglob("*") if path.is_file() and not path.name.startswith(".")
            ):
                writer.add(prefix + path.relative_to(root).as_posix(), path)
        has_key = with_keys and (_data() / KEY).exists()
        if has_key:
            writer.add(_KEY_MEMBER, _data() / KEY)
        manifests.append(
            Manifest(
                made_at=at.isoformat(), version=version("svyazka"), database=connection.vendor, migrations=applied,
                keys_in=(KEY,) if has_key else (),
                keys_out=tuple(name for name in (KEY, "SVYAZKA_SECRET_KEY", "SVYAZKA_OLD_SECRET_KEYS", "DATABASE_URL", "SVYAZKA_EMAIL_URL") if not (has_key and name == KEY)),
                columns=columns,
            )
        )  # fmt: skip
    return manifests[0]


def verify_backup(source: Path) -> Manifest:
    """Read the whole archive, and let SQLite look through the database in it.

    :raises Damaged: see there
    """
    manifest = verify(source)
    for name in manifest.members:
        if name not in {SQLITE_MEMBER, _KEY_MEMBER} and not name.startswith((TABLES, _FILES, _ANCHORS)):
            raise Damaged(f"it holds {name!r}, which no backup holds")
    if SQLITE_MEMBER in manifest.members:
        with (
            tempfile.TemporaryDirectory(prefix=".verify-", dir=_data()) as room,
            archive.reading(source) as tar,
        ):
            archive.extract(tar, SQLITE_MEMBER, Path(room) / SQLITE_MEMBER)
            try:
                check_sqlite(Path(room) / SQLITE_MEMBER)
            except NotWhole as error:
                raise Damaged(f"the database in it is damaged ({error})") from None
    return manifest


def restore_backup(source: Path, *, at: datetime, force: bool = False) -> list[Fault]:
    """Put the archive's content in place of what is here. Returns what is wrong with the journal afterwards: nothing.

    Everything is verified before anything is written. Anchors and files that were here are kept aside under a name
    with the time, for nobody restores lightly. Everybody has to sign in anew: a session that was ended since the
    backup must not come back with it.

    :raises Damaged: the archive is not whole
    :raises CannotRestore: it is of another database or a newer version, people are at work here, or something is here
    """
    manifest = verify_backup(source)
    _refuse(manifest, at=at, force=force)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=_data()) as room, archive.reading(source) as tar:
        folder = Path(room)
        for name in manifest.members:
            archive.extract(tar, name, folder / name)
        if manifest.database == "sqlite":
            load_sqlite(folder / SQLITE_MEMBER)
            _migrate()
        else:
            _migrate(manifest.migrations)
            load_postgres(folder / TABLES, manifest.columns)
            _migrate()
        Session.objects.all().delete()
        _put(folder / _FILES, Path(settings.MEDIA_ROOT), at)
        _put(folder / _ANCHORS, anchors.folder(), at)
        if (folder / _KEY_MEMBER).exists():
            shutil.copyfile(folder / _KEY_MEMBER, _data() / KEY)
            (_data() / KEY).chmod(0o600)
    cache.clear()
    return list(all_faults(anchored=anchors.anchored_heads()))


def _refuse(manifest: Manifest, *, at: datetime, force: bool) -> None:
    if manifest.database != connection.vendor:
        raise CannotRestore(
            f"This is a backup of {_name(manifest.database)}; the database here is {_name(connection.vendor)}.",
            "Set DATABASE_URL to a database of the same kind.",
        )
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations}
    newer = sorted(set(manifest.migrations) - known)
    if newer:
        raise CannotRestore(
            f"This backup was made by a newer Svyazka (it knows {newer[0]}).", "Install that version first."
        )
    if not _is_migrated():
        return
    beat = parse_datetime(str(cache.get(settings.WORKER_BEAT) or ""))
    if beat is not None and (at - beat).total_seconds() < _STILL_ALIVE:
        raise CannotRestore("Svyazka is running here.", "Stop svyazka up first; after a crash wait a minute.")
    if not force and (directory().people or latest_entry_id()):
        raise CannotRestore("There are people and deals here already.", "Restore into an empty place, or say --force to replace them.")  # fmt: skip


def _name(vendor: str) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(vendor, vendor)


def _is_migrated() -> bool:
    """Whether anything can be here at all: a database without our tables holds nobody's work."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    needed = {model._meta.db_table for model in apps.get_models()}
    return {*needed, settings.CACHES["default"].get("LOCATION", "")} - {""} <= there


def _applied() -> tuple[str, ...]:
    return tuple(
        sorted(f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.applied_migrations)
    )


def _migrate(to: Sequence[str] = ()) -> None:
    """Bring the tables to the state of these migrations, or to this version's."""
    executor = MigrationExecutor(connection)
    wanted = [tuple(one.split(".", 1)) for one in to]
    if not wanted or set(wanted) >= set(executor.loader.disk_migrations):
        call_command("migrate", interactive=False, verbosity=0)
    else:
        executor.migrate([(app, name) for app, name in wanted])
    call_command("createcachetable", verbosity=0)


def _put(source: Path, target: Path, at: datetime) -> None:
    """Move a folder into place; what was there stands beside it under another name."""
    if target.exists() and any(target.iterdir()):
        aside = target.with_name(f"{target.name}.before-{at:%Y%m%dT%H%M%S}")
        target.rename(
            aside
            if not aside.exists()
            else Path(tempfile.mkdtemp(prefix=f"{aside.name}-", dir=target.parent))
        )
    elif target.exists():
        target.rmdir()
    source.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)


def _data() -> Path:
    path: Path = settings.ENVIRONMENT.data
    return path
