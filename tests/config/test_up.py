"""``svyazka up`` as it is run: one command, all processes, kept alive and stopped together."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import get_finder

from svyazka.config.cli.up import collect_static
from svyazka.config.supervisor import Child, KeepsDying, supervise

PATIENCE = 60.0
"""Seconds that anything here may take on a busy machine before the test gives up."""


def _until(holds: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.05)  # asked again until the deadline
    raise TimeoutError(holds)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SVYAZKA_", "DJANGO_", "DATABASE_"))
    }
    return {**kept, "SVYAZKA_DATA": str(folder), "SVYAZKA_BIND": f"127.0.0.1:{port}", "SVYAZKA_WORKERS": "1"}


@contextmanager
def _up(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "log").open("ab") as log:
        running = subprocess.Popen(
            [sys.executable, "-m", "svyazka.config.cli", "up"],
            env=_environment(folder, port), stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield running
        finally:
            running.terminate()
            running.wait()


def _asked(port: int, path: str) -> tuple[int, Any] | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"null")
    except OSError:
        return None


def _children(of: int) -> dict[str, int]:
    """Commands of a process's children with their numbers."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[1])
            command = entry.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if parent == of:
            found["worker" if "cli worker" in command else "web"] = int(entry.name)
    return found


def _gone(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")


@linux_only
def test_up_serves_revives_and_stops(tmp_path: Path) -> None:
    port = _free_port()
    with _up(tmp_path, port) as running:
        assert _until(lambda: _asked(port, "/readyz") == (200, {"ready": True, "problems": []}))
        _until(lambda: "Svyazka is up: http://localhost" in (tmp_path / "log").read_text())
        first = _children(running.pid)
        os.kill(first["worker"], signal.SIGKILL)
        assert _until(lambda: _children(running.pid).get("worker", first["worker"]) != first["worker"])
        last = _children(running.pid)
        running.send_signal(signal.SIGTERM)
        assert running.wait(PATIENCE) == 0
        assert all(_gone(number) for number in last.values())
    assert _asked(port, "/healthz") is None
    assert "Traceback" not in (tmp_path / "log").read_text()


@linux_only
def test_when_up_is_killed_outright_nothing_lives_on(tmp_path: Path) -> None:
    port = _free_port()
    with _up(tmp_path, port) as running:
        _until(lambda: _asked(port, "/healthz") is not None or _children(running.pid).get("web"))
        _until(lambda: len(_children(running.pid)) == 2)
        children = _children(running.pid)
        running.kill()
        running.wait()
        _until(lambda: all(_gone(number) for number in children.values()))


def test_a_busy_port_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = int(busy.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "svyazka.config.cli", "up"],
            env=_environment(tmp_path, port), capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert re.search(rf"127\.0\.0\.1:{port} can't be listened on", done.stderr)
    assert "SVYAZKA_BIND" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_process_that_never_stays_up_ends_it_all() -> None:
    steady = Child("steady", [sys.executable, "-c", "import time; time.sleep(600)"])
    with pytest.raises(KeepsDying, match="broken"):
        supervise(
            [steady, Child("broken", [sys.executable, "-c", "raise SystemExit(3)"])],
            ready=lambda: False, announce=lambda: None,
        )  # fmt: skip
    assert steady.process is not None
    assert steady.process.poll() is not None


@pytest.fixture
def finders() -> Iterator[None]:
    """Django keeps its finders for ever, with the folders that they were made for."""
    get_finder.cache_clear()  # type: ignore[attr-defined]  # the stubs don't know that it is cached
    yield
    get_finder.cache_clear()  # type: ignore[attr-defined]


def test_styles_and_scripts_are_gathered_anew_only_where_one_has_changed(
    tmp_path: Path, settings: Any, finders: None
) -> None:
    source, settings.STATIC_ROOT = tmp_path / "source", str(tmp_path / "static")
    (source / "our").mkdir(parents=True)
    (source / "our" / "page.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    gathered = tmp_path / "static" / "our" / "page.css"
    collect_static()
    assert "red" in gathered.read_text()
    gathered.write_text("seen")
    collect_static()
    assert gathered.read_text() == "seen"
    (source / "our" / "page.css").write_text("a { color: tan }")
    os.utime(
        source / "our" / "page.css", (2_000_000_000, 2_000_000_000)
    )  # for collectstatic, which asks the time
    collect_static()
    assert "tan" in gathered.read_text()
