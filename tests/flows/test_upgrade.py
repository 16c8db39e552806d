"""Data of every release comes to this version, whole; the last step can be taken back and made again."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.running import Place, bare_place

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.json.xz"))

pytestmark = pytest.mark.db


@pytest.fixture
def where(tmp_path: Path) -> Iterator[Place]:
    """An empty database of our own."""
    with bare_place(tmp_path, workers=1, name="svyazka_upgrade") as made:
        yield made


def svyazka(where: Place, *arguments: str) -> str:
    """What a command of the console says; it must not fail."""
    done = subprocess.run(
        [sys.executable, "-m", "svyazka.config.cli", *arguments],
        env=where.env, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def is_whole(where: Place, rows: dict[str, Any]) -> None:
    """Nothing is half done, no chain is broken, nothing is lost."""
    there = where.run("tests.flows.whole")
    assert there["faults"] == []
    assert len(there["commitments"]) == rows["commitment"]
    svyazka(where, "journal", "verify")


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.removesuffix(".json.xz"))
def test_data_of_a_release_comes_to_this_version_and_a_step_back_and_again(
    release: Path, where: Place
) -> None:
    rows = where.run("tests.flows.released", "load", str(release))
    assert rows["deal"] >= 20
    assert rows["entry"] >= 300

    assert "Backed up first: " in svyazka(where, "migrate")
    is_whole(where, rows)
    answers = where.run("tests.flows.released", "pages")
    assert set(answers.values()) <= {200, 403}
    assert all(
        status == 200 for page, status in answers.items() if page.startswith("is_administrator /deals/")
    )

    last, _before = where.run("tests.flows.released", "back")
    assert last.partition("_")[0] in svyazka(where, "manage", "showmigrations", "presale", "--plan")
    assert "Backed up first: " in svyazka(where, "migrate")
    is_whole(where, rows)


def test_the_version_that_is_released_next_has_its_data_kept() -> None:
    """``python -m tools.release`` writes it; without it nobody would notice that an upgrade fails."""
    assert RELEASES
