"""One database of each side at one size, filled and ready to be served."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.workloads import Keys


@dataclass(frozen=True, slots=True)
class Subject:
    """A filled database: how to serve it, and what its client has to know."""

    app: str
    env: Mapping[str, str]
    keys: Keys


def product(folder: Path, url: str, total: int, stock: int) -> Subject:
    """The product over a fresh database at ``url``; its other files in ``folder``."""
    env = {"SVYAZKA_DATA": str(folder), "DATABASE_URL": url, "SVYAZKA_LOG": "json"}
    keys = _run("bench.seed", env, str(total), str(stock))
    return Subject("svyazka.config.wsgi:application", env, keys | {"fresh": total + stock + 10})


def limit(url: str, total: int) -> Subject:
    """The limit app over a fresh database at ``url``."""
    env = {"BENCH_LIMIT_DATABASE": url}
    keys = _run("bench.limit.seed", env, str(total))
    return Subject("bench.limit.wsgi:application", env, keys | {"fresh": total + 10, "total": total})


def queries(subject: Subject) -> dict[str, int]:
    """How many statements each request of the product takes, by workload."""
    return _run("bench.queries", subject.env, json.dumps(subject.keys))


def _run(module: str, env: Mapping[str, str], *arguments: str) -> Keys:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=os.environ | dict(env),
        stdout=subprocess.PIPE,
        check=True,
    )
    said: Keys = json.loads(done.stdout.splitlines()[-1])
    return said
