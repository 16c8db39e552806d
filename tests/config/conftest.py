"""What the tests of the console and of backups share."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.config.console import Console


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Console:
    """The command line."""
    return Console(capsys, monkeypatch)


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """A data folder of the test's own."""
    folder = tmp_path / "data"
    folder.mkdir()
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=folder)
    settings.MEDIA_ROOT = folder / "files"
    return folder
