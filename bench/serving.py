"""Granian with one of the two apps, for as long as it is measured; and what its processes weigh."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.client import Call, ask
from bench.subject import Subject


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``cold`` is the seconds from its start to the first good answer."""

    port: int
    pid: int
    cold: float

    def weight(self) -> float:
        """Megabytes of all its processes, shared pages divided among them (PSS)."""
        return sum(map(_proportional, _family(self.pid))) / 1024


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serve(subject: Subject, *, workers: int, first: Call) -> Iterator[Server]:
    """Run the subject's app and wait until ``first`` is answered well.

    :raises TimeoutError: it isn't within half a minute
    """
    port = free_port()
    command = [
        str(Path(subject.tree.python).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "1", "--no-ws", "--no-access-log", "--log-level", "error", subject.app,
    ]  # fmt: skip
    begun = time.perf_counter()
    found = os.pathsep.join(
        (str(subject.tree.root), os.environ.get("PYTHONPATH", ""))
    )  # bench itself is not installed
    running = subprocess.Popen(
        command,
        cwd=subject.tree.root, env=os.environ | dict(subject.env) | {"PYTHONPATH": found}, start_new_session=True,
    )  # fmt: skip
    try:
        _wait(running, port, first)
        yield Server(port, running.pid, time.perf_counter() - begun)
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait()


def _wait(running: subprocess.Popen[bytes], port: int, first: Call) -> None:
    end, told = time.monotonic() + 30, "no answer"
    while time.monotonic() < end and running.poll() is None:
        try:
            status, body = ask(port, first)
        except OSError:
            time.sleep(0.01)
            continue
        if status == first.expects:
            return
        told = f"{status} {body[:500].decode(errors='replace')}"
        break
    raise TimeoutError(f"{first.path} is not answered well: {told}")


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from _family(int(child))


def _proportional(pid: int) -> int:
    found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) if found else 0
