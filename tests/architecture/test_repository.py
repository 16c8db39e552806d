"""The repository is the same everywhere: nothing in it belongs to one machine, and generated pages are fresh."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import requirements, settings

ROOT = Path(__file__).parent.parent.parent
IGNORED = {"var", "dist", "shots", "__pycache__", "test-results"}
TEXTS = {
    ".py",
    ".toml",
    ".md",
    ".lock",
    ".in",
    ".html",
    ".css",
    ".js",
    ".yaml",
    ".yml",
    ".po",
    ".sh",
    ".conf",
    ".txt",
    "",
}
MACHINE = re.compile(r"(?<![\w.~-])/(?:work/|home/[a-z]|root/|tmp/|Users/)")
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|proxy\.golang")


def files() -> list[Path]:
    tops = [
        path
        for path in ROOT.iterdir()
        if path.name not in IGNORED and (path.name[0] != "." or path.name == ".ci")
    ]
    found = [inner for top in tops for inner in (top.rglob("*") if top.is_dir() else [top])]
    return [
        path for path in found if path.is_file() and path.suffix in TEXTS and not IGNORED & set(path.parts)
    ]


def mentions(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_of_one_machine() -> None:
    assert mentions(MACHINE) == []


def test_no_file_names_a_package_registry() -> None:
    assert mentions(REGISTRIES) == []


def test_every_setting_is_documented() -> None:
    assert settings.PAGE.read_text(encoding="utf-8") == settings.page(), "run: make docs"


def test_the_page_of_proved_requirements_is_fresh() -> None:
    assert requirements.PAGE.read_text(encoding="utf-8") == requirements.page(), "run: make docs"


def test_no_test_cites_a_requirement_that_is_not_there() -> None:
    assert set(requirements.citations()) <= set(requirements.requirements())


@pytest.mark.parametrize("group", ["run", "dev"])
def test_every_locked_package_has_its_hashes(group: str) -> None:
    lock = (ROOT / "requirements" / f"{group}.lock").read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert packages
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_what_users_install_is_what_was_tested() -> None:
    pins = [
        dict(
            re.findall(
                r"^([a-z0-9.-]+(?:\[[^]]+\])?)==(\S+)",
                (ROOT / "requirements" / name).read_text(),
                re.MULTILINE,
            )
        )
        for name in ("run.lock", "dev.lock")
    ]
    assert pins[0].items() <= pins[1].items()


def test_imports_follow_the_map_of_layers() -> None:
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert program
    ran = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
