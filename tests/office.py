"""LibreOffice, as somebody who opens a workbook: every formula is reckoned anew, and the book is saved."""

import subprocess
from pathlib import Path
from typing import Final

import pytest

from tools import libreoffice

SECONDS: Final = 180
_ALWAYS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Without it LibreOffice would show the values that we wrote beside the formulas."""


def recalculated(book: Path, room: Path, form: str = "xlsx") -> Path:
    """The workbook as LibreOffice saves it in ``room`` once it has reckoned it through.

    Without LibreOffice the test is skipped; ``make test`` installs it, and a build without it fails.
    """
    program = libreoffice.find()
    if program is None:
        pytest.skip("there is no LibreOffice; python -m tools.libreoffice installs it")
    profile = room / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    saved = room / "saved"
    done = subprocess.run(
        [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", form, "--outdir", str(saved), str(book)],
        check=False, capture_output=True, timeout=SECONDS, text=True,
    )  # fmt: skip
    out = saved / f"{book.stem}.{form}"
    assert out.exists(), done.stdout + done.stderr
    return out
