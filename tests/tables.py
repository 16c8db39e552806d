"""Empty tables, made once in a test run by the product's own migrations; whoever needs a database gets a copy of them.

Migrating takes seconds of pure reckoning, and a run needs a dozen databases: one of each worker, and those of the servers
that tests start.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg
from filelock import FileLock

_HERE: Final = Path(__file__).parents[1]
SOURCES: Final = os.pathsep.join([str(_HERE / "src"), str(_HERE)])
"""PYTHONPATH of a process that a test starts: it runs the same tree as the test, wherever the package was installed from."""

_ROOM: Final = "TESTS_ROOM"
"""The environment variable with the folder that all processes of a run share."""


def open_room() -> Path | None:
    """Make the run's folder, unless the process that started this one did; whoever is given it removes it at the end."""
    if _ROOM in os.environ:
        return None
    room = Path(tempfile.mkdtemp(prefix="svyazka-tests-"))
    os.environ[_ROOM] = str(room)
    return room


def close_room(room: Path) -> None:
    """The run is over."""
    del os.environ[_ROOM]
    url = server()
    if url and (room / "made").exists():
        on_server(url, f'DROP DATABASE "{_name(room)}"')
    shutil.rmtree(room, ignore_errors=True)


def server() -> str:
    """The DATABASE_URL of the PostgreSQL that the tests run on; empty on SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def on_server(url: str, statement: str) -> None:
    """Let PostgreSQL do what no transaction may hold: make and drop databases."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def database_at(url: str, name: str) -> str:
    """The DATABASE_URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def copied_to(file: Path) -> None:
    """A SQLite database at ``file``, with tables and no rows."""
    shutil.copyfile(_made() / "svyazka.sqlite3", file)


def copied_as(name: str) -> None:
    """The same on PostgreSQL, under ``name``. One that is there already makes way."""
    room = _made()
    with FileLock(room / "copying"):  # nobody else may look at what is being copied
        on_server(server(), f'DROP DATABASE IF EXISTS "{name}"')
        on_server(server(), f'CREATE DATABASE "{name}" TEMPLATE "{_name(room)}"')


def _made() -> Path:
    room = Path(os.environ[_ROOM])
    with FileLock(room / "making"):
        if not (room / "made").exists():
            _migrate(room)
            (room / "made").touch()
    return room


def _migrate(room: Path) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith("SVYAZKA_")}
    env |= {
        "SVYAZKA_DATA": str(room),
        "DJANGO_SETTINGS_MODULE": "svyazka.config.settings",
        "PYTHONPATH": SOURCES,
    }
    if url := server():
        on_server(url, f'CREATE DATABASE "{_name(room)}"')
        env["DATABASE_URL"] = database_at(url, _name(room))
    command = [sys.executable, "-m", "django", "migrate", "--no-input", "--verbosity", "0"]
    subprocess.run(command, env=env, check=True)


def _name(room: Path) -> str:
    return room.name.replace("-", "_")
