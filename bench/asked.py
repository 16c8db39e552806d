"""The product in a process of its own, asked line by line: a module of the bench reads lines and answers each with one of JSON."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class Product:
    """The process. ``told`` is what it says first, when it is ready to be asked.

    :param folder: for the product's files
    :param url: of an empty database
    """

    def __init__(self, module: str, folder: Path, url: str, arguments: Sequence[str] = ()) -> None:
        data = folder / "data"
        data.mkdir()
        env = os.environ | {"SVYAZKA_DATA": str(data), "DATABASE_URL": url, "SVYAZKA_LOG": "json"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip
        self.told = self._line()

    def _line(self) -> Any:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise RuntimeError("the product has ended")

    def ask(self, what: str) -> Any:
        """The answer to a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return self._line()

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=60)
