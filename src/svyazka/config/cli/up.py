"""The command that starts everything."""

import hashlib
import socket
import sys
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path

import typer
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import ERROR, run_checks
from django.core.management import call_command

from svyazka.config.cli.database import prepare
from svyazka.config.cli.failures import Failure
from svyazka.config.cli.who import now
from svyazka.config.supervisor import Child, KeepsDying, supervise
from svyazka.presale.journal.values import SYSTEM
from svyazka.presale.people.queries import directory
from svyazka.presale.process.commands import publish_process
from svyazka.presale.process.queries import versions
from svyazka.processes import packaged_text

app = typer.Typer()


@app.command()
def up() -> None:
    """Start Svyazka: bring the database up to date, then serve the pages and do the background work until stopped."""
    environment = settings.ENVIRONMENT
    for problem in run_checks():
        if problem.level >= ERROR:
            raise Failure(problem.msg, problem.hint or "")
    _refuse_busy_port(environment.host, environment.port)
    prepare()
    collect_static()
    if not versions():
        publish_process(text=packaged_text(), note="", actor=SYSTEM, at=now())
    if not ip_address(socket.gethostbyname(environment.host)).is_loopback:
        print(
            "Others than this machine can reach the server: put nginx in front (docs/nginx.conf.example).",
            flush=True,
        )
    children = [
        Child("web", _server(environment.host, environment.port, environment.workers)),
        Child("worker", [sys.executable, "-m", "svyazka.config.cli", "worker"]),
        *(
            [Child("bot", [sys.executable, "-m", "svyazka.config.cli", "bot"])]
            if environment.telegram.token
            else []
        ),
    ]
    try:
        supervise(
            children,
            ready=lambda: _answers(environment.host, environment.port),
            announce=lambda: print(f"\nSvyazka is up: {settings.PUBLIC_URL}\n{_who_may_come()}", flush=True),
        )
    except KeepsDying as dying:
        raise Failure(f"The {dying} process ends as soon as it starts.", "The log above says why.") from None


def collect_static() -> None:
    """Gather styles and scripts under names that say what is in them; anew only where one has changed.

    Naming and packing them takes seconds, and a server that is started again should be there at once.
    """
    stamp = Path(settings.STATIC_ROOT) / "made-of"  # no dot: whoever empties the folder takes it too
    made_of = _static_sources()
    if stamp.is_file() and stamp.read_text("ascii") == made_of:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(made_of, "ascii")


def _static_sources() -> str:
    """One hash of all the files and of what names and packs them."""
    found = hashlib.sha256(f"{settings.STORAGES} {version('django')} {version('whitenoise')}".encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda listed: listed[0]):
            content = hashlib.sha256(Path(storage.path(path)).read_bytes()).hexdigest()
            found.update(f"{path} {content}\n".encode())
    return found.hexdigest()


def _server(host: str, port: int, workers: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "1", "--no-ws", "--respawn-failed-workers"),
        *("--workers-kill-timeout", "4", "--log-level", "warning", "svyazka.config.wsgi:application"),
    ]


def _refuse_busy_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Failure(
            f"{host}:{port} can't be listened on: {error.strerror or error}.",
            "Stop what listens there, or set SVYAZKA_BIND, e.g. SVYAZKA_BIND=127.0.0.1:8001.",
        ) from None


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=0.2).close()
    except OSError:
        return False
    return True


def _who_may_come() -> str:
    if directory().people:
        return "Stop with Ctrl+C."
    return (
        "Nobody can sign in yet: svyazka person add --email E --name 'SURNAME GIVEN' --duty administrator\n"
        f"or look around first: svyazka demo (data in {Path(settings.ENVIRONMENT.data)})."
    )
