"""The API's page promises that its commands can be pasted after ``make run``: here they are."""

import re
import subprocess
import sys
from pathlib import Path

from tests.flows.running import bare_place

_PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_every_command_of_the_walkthrough_answers_as_the_page_says(tmp_path: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", _PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    expected = [int(status) for status in re.findall(r"^# ([2-5]\d\d)\b", "\n".join(blocks), re.MULTILINE)]
    assert len(expected) >= 10

    with bare_place(tmp_path, workers=1, name="svyazka_walkthrough") as fresh:
        console = [sys.executable, "-m", "svyazka.config.cli"]
        subprocess.run([*console, "demo", "--deals", "8"], env=fresh.env, check=True, stdout=subprocess.PIPE)
        script = "\n".join(blocks).replace(".venv/bin/svyazka", " ".join(console))
        script = script.replace("http://localhost:8000", f"http://127.0.0.1:{fresh.port}")
        with fresh.up():
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                env=fresh.env, capture_output=True, text=True, check=False,  # curl says its speed apart, and that may look like a status
            )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    answered = [int(status) for status in re.findall(r" (\d{3})$", done.stdout, re.MULTILINE)]
    assert answered == expected, done.stdout
    assert '"status":"won"' in done.stdout
