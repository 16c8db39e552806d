"""The real product as people run it: ``svyazka up`` over a database of its own, asked over real HTTP."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests import tables

PATIENCE = 60.0
"""Seconds that a start may take on a busy machine."""


@dataclass(frozen=True, slots=True)
class Place:
    """A data folder with a database of its own and a free address; ``told`` is what ``prepare`` put into it."""

    folder: Path
    env: Mapping[str, str]
    port: int
    told: Mapping[str, Any]
    database: str = ""
    """Its name where PostgreSQL keeps it."""

    def run(self, module: str, *arguments: str) -> Any:
        """Run a module within the product's settings; gives the JSON it prints last."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], env=self.env, stdout=subprocess.PIPE, check=True
        )
        return json.loads(done.stdout.splitlines()[-1])

    def ask(self, method: str, path: str, token: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of one call of the API.

        :raises OSError: the server is gone, or goes before it answers
        """
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line:
            return ask(line, method, path, token, body, **headers)

    @contextmanager
    def up(self) -> Iterator[subprocess.Popen[bytes]]:
        """``svyazka up`` until the end of the block; what it says goes to ``log`` in the folder."""
        with (self.folder / "log").open("ab") as log:
            group = subprocess.Popen(
                [sys.executable, "-m", "svyazka.config.cli", "up"],
                env=self.env, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
            try:
                self._wait(group)
                yield group
            finally:
                if group.poll() is None:
                    group.terminate()
                group.wait()

    @contextmanager
    def mortal(self, command: str, *deaths: str) -> Iterator["Mortal"]:
        """One of the processes of ``svyazka up`` by itself, to be killed and born again.

        :param deaths: by its own hand, see ``lives``
        """
        with (self.folder / "log").open("ab") as log:
            mother = subprocess.Popen(
                [sys.executable, "-m", "tests.flows.lives", command, *deaths],
                env=self.env, stdout=subprocess.PIPE, stderr=log, start_new_session=True,
            )  # fmt: skip
            with mother:
                try:
                    yield Mortal(mother)
                finally:
                    os.killpg(mother.pid, signal.SIGKILL)

    def wait_for(self, count: Callable[[], int], enough: int, patience: float = 2 * PATIENCE) -> None:
        """Return once there are so many.

        :raises TimeoutError: they don't come
        """
        end = time.monotonic() + patience
        while count() < enough:
            if time.monotonic() > end:
                raise TimeoutError(self.log()[-3000:])
            time.sleep(0.02)  # asked again until the deadline

    def log(self) -> str:
        """Everything that the server has said."""
        return (self.folder / "log").read_text(errors="replace")

    def _wait(self, group: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and group.poll() is None:
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line:
                    line.request("GET", "/healthz")  # answers by plain HTTP too where all else wants TLS
                    if line.getresponse().status == 200:
                        return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.02)  # asked again until the deadline, as a proxy would
        raise TimeoutError(f"it does not start:\n{self.log()[-3000:]}")


class Mortal:
    """A process that lives again after each death."""

    def __init__(self, mother: subprocess.Popen[bytes]) -> None:
        self._mother = mother
        self._life = self._born()

    def kill(self) -> None:
        """End it at whatever line it is, as ``kill -9`` does; the next life begins."""
        os.kill(self._life, signal.SIGKILL)
        self._life = self._born()

    def _born(self) -> int:
        assert self._mother.stdout is not None
        return int(self._mother.stdout.readline())


def ask(
    line: http.client.HTTPConnection, method: str, path: str, token: str, body: Any = None, **headers: str
) -> tuple[int, Any]:
    """Status and JSON of one call over a connection of the caller's."""
    said = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    line.request(method, path, None if body is None else json.dumps(body).encode(), said)
    answer = line.getresponse()
    try:
        return answer.status, json.loads(answer.read() or b"null")
    except http.client.HTTPException as error:
        raise ConnectionError(str(error)) from error


def kill(group: subprocess.Popen[bytes]) -> None:
    """End the server, its workers and the background worker in the same instant, as ``kill -9`` does."""
    os.killpg(group.pid, signal.SIGKILL)
    group.wait()


@contextmanager
def bare_place(folder: Path, *, workers: int, name: str) -> Iterator[Place]:
    """A fresh installation with nothing in it, not even tables, on the database that the tests run on.

    :param workers: web processes
    :param name: of the database, where PostgreSQL keeps it
    """
    port = free_port()
    env = {
        key: value for key, value in os.environ.items() if not key.startswith(("SVYAZKA_", "DJANGO_SETTINGS"))
    }
    env |= {"SVYAZKA_DATA": str(folder), "SVYAZKA_BIND": f"127.0.0.1:{port}", "SVYAZKA_WORKERS": str(workers)}
    env["PYTHONPATH"] = tables.SOURCES
    own = tables.server()
    if own:
        name = f"{name}_{os.getpid()}"  # tests of one module may run in several processes at once
        tables.on_server(own, f'CREATE DATABASE "{name}"')
        env["DATABASE_URL"] = tables.database_at(own, name)
    try:
        yield Place(folder, env, port, {}, name if own else "")
    finally:
        if own:
            tables.on_server(own, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def place(folder: Path, *, workers: int, name: str, finishers: int = 0, ready: int = 0) -> Iterator[Place]:
    """A fresh installation with a small company in it.

    :param workers: web processes
    :param name: of the database, where PostgreSQL keeps it
    :param finishers: administrators who may finish any stage
    :param ready: deals that may leave their first stage
    """
    with bare_place(folder, workers=workers, name=name) as bare:
        if bare.database:
            tables.copied_as(bare.database)
        else:
            tables.copied_to(folder / "svyazka.sqlite3")
        yield replace(bare, told=bare.run("tests.flows.prepare", str(finishers), str(ready)))


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
