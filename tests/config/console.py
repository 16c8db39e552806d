"""Runs a command of the console in this process and gives what it said."""

import sys
from dataclasses import dataclass

import pytest

from svyazka.config.cli import failures
from svyazka.config.cli.commands import app


@dataclass(frozen=True, slots=True)
class Said:
    """Exit code and both streams of a command."""

    code: int
    out: str
    err: str


class Console:
    """The command line, with its settings read already."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch

    def __call__(self, *arguments: str) -> Said:
        """Run ``svyazka ARGUMENTS``."""
        self._capsys.readouterr()
        self._monkeypatch.setattr(sys, "argv", ["svyazka", *arguments])
        try:
            with failures.told():
                app()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        captured = self._capsys.readouterr()
        return Said(code, captured.out, captured.err)
