"""A PostgreSQL of our own for as long as a command runs: ``python -m tools.postgres pytest -m db``.

The server lives in a temporary folder, listens on a free loopback port, and is told to the command by DATABASE_URL.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tools import system


def programs() -> Path | None:
    """The folder with ``initdb`` and ``postgres`` of the newest version here."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def server(where: Path, *, durable: bool = False) -> Iterator[str]:
    """Run a server; gives its DATABASE_URL. Nothing of it is left afterwards.

    :param durable: wait for the disk at every commit, as in the field; tests don't
    :raises subprocess.CalledProcessError: the cluster can't be made
    :raises TimeoutError: it does not answer within half a minute
    """
    folder = Path(tempfile.mkdtemp(prefix="svyazka-postgres-"))
    # PostgreSQL refuses to run as root.
    owner: dict[str, Any] = (
        {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    )
    if owner:
        known = pwd.getpwnam("postgres")
        os.chown(folder, known.pw_uid, known.pw_gid)
    password = secrets.token_urlsafe(24)
    (folder / "password").write_text(password, encoding="ascii")
    data, port = folder / "data", _free_port()
    log = (folder / "log").open("wb")
    try:
        _make(where, data, folder / "password", owner)
        running = subprocess.Popen(
            # fewer promises to the disk: what these tests lose in a power cut nobody misses
            [
                where / "postgres",
                "-D",
                data,
                "-k",
                folder,
                "-p",
                str(port),
                *([] if durable else ["-F"]),
                "-c",
                "listen_addresses=127.0.0.1",
            ],
            stdout=log,
            stderr=log,
            cwd=folder,
            **owner,
        )
        try:
            url = f"postgres://svyazka:{password}@127.0.0.1:{port}/postgres"
            _wait(url, running, folder / "log")
            yield url
        finally:
            running.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            running.wait()
    finally:
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _make(where: Path, data: Path, password: Path, owner: dict[str, Any]) -> None:
    subprocess.run(
        [
            *(where / "initdb", "-D", data, "-U", "svyazka", "--pwfile", password, "-A", "scram-sha-256"),
            *("-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=data.parent,
        **owner,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end and running.poll() is None:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"PostgreSQL does not answer:\n{log.read_text(errors='replace')}")


def main() -> int:
    """Run the command that is given; its exit code is ours."""
    where = programs() or (system.install("postgresql") and programs())
    if not where:
        print("!!! NOTHING WAS TESTED ON POSTGRESQL: there is no server to test with.", file=sys.stderr)
        return 1 if system.in_ci() else 0
    with server(where) as url:
        return subprocess.run(sys.argv[1:], check=False, env=os.environ | {"DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main())
