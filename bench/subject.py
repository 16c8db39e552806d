"""One database of each side at one size, filled and ready to be served."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.workloads import Keys


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout of the product with an environment of its own."""

    root: Path
    python: str

    def run(self, module: str, env: Mapping[str, str], *arguments: str) -> Keys:
        """Run a module; gives the JSON that it prints last."""
        done = subprocess.run(
            [self.python, "-m", module, *arguments],
            cwd=self.root, env=os.environ | dict(env), stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        said: Keys = json.loads(done.stdout.splitlines()[-1])
        return said


HERE: Final = Tree(Path.cwd(), sys.executable)


@dataclass(frozen=True, slots=True)
class Subject:
    """A filled database: how to serve it, and what its client has to know."""

    app: str
    env: Mapping[str, str]
    keys: Keys
    tree: Tree = HERE


def product(
    folder: Path,
    url: str,
    total: int,
    stock: int,
    *,
    tree: Tree = HERE,
    more: Mapping[str, str] | None = None,
) -> Subject:
    """The product over a fresh database at ``url``; its other files in ``folder``.

    :param more: settings besides
    """
    env = {"SVYAZKA_DATA": str(folder), "DATABASE_URL": url, "SVYAZKA_LOG": "json", **(more or {})}
    keys = tree.run("bench.seed", env, str(total), str(stock))
    return Subject("svyazka.config.wsgi:application", env, keys | {"fresh": total + stock + 10}, tree)


def limit(url: str, total: int) -> Subject:
    """The limit app over a fresh database at ``url``."""
    env = {"BENCH_LIMIT_DATABASE": url}
    keys = HERE.run("bench.limit.seed", env, str(total))
    return Subject("bench.limit.wsgi:application", env, keys | {"fresh": total + 10, "total": total})


def queries(subject: Subject) -> dict[str, int]:
    """How many statements each request of the product takes, by workload."""
    return subject.tree.run("bench.queries", subject.env, json.dumps(subject.keys))
