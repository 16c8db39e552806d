"""Files come in at the address of a deal's folder only: elsewhere none is kept, and a huge one is not even read."""

import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_form_larger_than_any_of_ours_is_refused(client: Client, db: None) -> None:
    answer = client.post("/account/login/", {"login": SimpleUploadedFile("big.bin", b"x" * 6_000_000)})
    assert answer.status_code == 400


def test_a_file_that_nobody_asked_for_is_not_kept(client: Client, db: None, temporary: Path) -> None:
    answer = client.post("/account/login/", {"login": SimpleUploadedFile("some.bin", b"x" * 3_000_000)})
    assert answer.status_code == 200  # the sign-in page again: no file is an address
    assert list(temporary.iterdir()) == []
