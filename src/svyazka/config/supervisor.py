"""One command, all processes: starts the web server and the worker, keeps them alive, stops them together."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

import structlog

log = structlog.get_logger("svyazka.up")

PATIENCE: Final = 8.0
"""Seconds that a process has to end by itself before it is killed."""
_LOOK_EVERY: Final = 0.2
_TOO_SOON: Final = 5.0
_TOO_OFTEN: Final = 5
_PR_SET_PDEATHSIG: Final = 1


class KeepsDying(Exception):
    """A process ended again and again right after its start."""


@dataclass(slots=True)
class Child:
    """A process to keep alive."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = field(default=0)

    def start(self) -> None:
        """Start it; it gets a terminate signal should this process be killed outright."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 (our own program)
            self.command,
            # the supervisor has one thread, so that nothing can hold a lock in the child
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
        )

    def revive(self) -> None:
        """Start it again if it has ended.

        :raises KeepsDying: it never stays up
        """
        code = self.process.poll() if self.process else None
        if code is None:
            return
        soon = time.monotonic() - self.started < _TOO_SOON
        self.deaths = self.deaths + 1 if soon else 1
        log.error("process ended", name=self.name, code=code)
        if self.deaths >= _TOO_OFTEN:
            raise KeepsDying(self.name)
        self.start()


def _end_with_parent() -> None:
    """Runs in the child: Linux sends it SIGTERM when the supervisor is gone, however it went."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def supervise(children: Sequence[Child], *, ready: Callable[[], bool], announce: Callable[[], None]) -> None:
    """Run all until SIGTERM or SIGINT; ``announce`` is called once when ``ready`` says yes.

    :raises KeepsDying: a process can't be kept up; the others are stopped first
    """
    with _stop_asked() as asked:
        try:
            for child in children:
                child.start()
            announced = False
            while not asked():
                for child in children:
                    child.revive()
                if not announced and ready():
                    announce()
                    announced = True
                time.sleep(_LOOK_EVERY)
        finally:
            stop(children)


@contextmanager
def _stop_asked() -> Iterator[Callable[[], bool]]:
    asked = False

    def ask(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop(children: Sequence[Child]) -> None:
    """Ask all to end, together; kill whoever does not."""
    running = [child.process for child in children if child.process and child.process.poll() is None]
    for process in running:
        process.terminate()
    end = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
