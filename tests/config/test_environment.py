"""The environment is read once, and a wrong word in it is told in words."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from svyazka.config import environment
from svyazka.config.environment import SettingsError


def read(data: Path, **variables: str) -> environment.Environment:
    return environment.read({"SVYAZKA_DATA": str(data)} | variables)


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    found = read(tmp_path)
    assert found.database["NAME"] == str(tmp_path / "svyazka.sqlite3")
    assert (found.host, found.port) == ("127.0.0.1", 8000)
    assert found.public_url == "http://localhost:8000"
    assert found.language == "ru"
    assert found.workers >= 1
    assert not found.debug


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 50
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_key_may_come_from_a_file_of_secrets(tmp_path: Path) -> None:
    (tmp_path / "given").write_text("k" * 40 + "\n")
    assert read(tmp_path, SVYAZKA_SECRET_KEY_FILE=str(tmp_path / "given")).secret_key == "k" * 40


def test_a_data_folder_with_an_odd_name_is_used_as_it_is(tmp_path: Path) -> None:
    odd = tmp_path / "связка 100%?#"
    assert read(odd).database["NAME"] == str(odd / "svyazka.sqlite3")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SVYAZKA_BIND", "8000"),
        ("SVYAZKA_BIND", "localhost:99999"),
        ("SVYAZKA_PUBLIC_URL", "presale.example.com"),
        ("SVYAZKA_PUBLIC_URL", "https://example.com/presale"),
        ("SVYAZKA_PUBLIC_URL", "http://localhost:99999"),
        ("SVYAZKA_PUBLIC_URL", "https://user:secret@example.com"),
        ("SVYAZKA_ALLOWED_HOSTS", "https://presale.example.com"),
        ("SVYAZKA_ALLOWED_HOSTS", "presale.example.com:443"),
        ("SVYAZKA_ALLOWED_HOSTS", "presale.example.com localhost"),
        ("DATABASE_URL", "mysql://u:p@localhost/d"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "postgres://u:p@localhost:5432"),
        ("DATABASE_URL", "postgres://u:p@localhost:port/d"),
        ("DATABASE_URL", "sqlite://"),
        ("SVYAZKA_SECRET_KEY", "short"),
        ("SVYAZKA_OLD_SECRET_KEYS", "k" * 40 + ",short"),
        ("SVYAZKA_LANGUAGE", "de"),
        ("SVYAZKA_TIME_ZONE", "Moscow"),
        ("SVYAZKA_TLS", "maybe"),
        ("SVYAZKA_TRUSTED_PROXY", "proxy.local"),
        ("SVYAZKA_TRUSTED_PROXY", "10.0.0.1/8"),
        ("SVYAZKA_EMAIL_URL", "carrier-pigeon://x"),
        ("SVYAZKA_EMAIL_URL", "smtp+tls://mail.example.com:port"),
        ("SVYAZKA_EMAIL_FROM", "nobody"),
        ("SVYAZKA_BACKUPS", "-1"),
        ("SVYAZKA_MAX_FILE_MB", "0"),
        ("SVYAZKA_MAX_FILE_MB", "501"),
        ("SVYAZKA_TELEGRAM_TOKEN", "not-a-token"),
        ("SVYAZKA_TELEGRAM_API", "api.telegram.org"),
        ("SVYAZKA_TELEGRAM_PROXY", "ftp://proxy.example.com"),
        ("SVYAZKA_TELEGRAM_WEBHOOK", "short"),
        ("SVYAZKA_TELEGRAM_WEBHOOK", "sixteen letters, but with spaces"),
        ("SVYAZKA_DATA", __file__),
        ("SVYAZKA_WORKERS", "0"),
        ("SVYAZKA_WORKERS", "many"),
        ("SVYAZKA_LOG", "xml"),
        ("SVYAZKA_DEBUG", "да"),
        ("SVYAZKA_SECRET_KEY_FILE", "nowhere/key"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, **{variable: value})
    (problem,) = caught.value.problems
    assert problem.startswith(variable)
    hint = next(one.hint for one in environment.SETTINGS if one.name == variable.removesuffix("_FILE"))
    assert problem.endswith((hint, "Name a file that this user may read."))


def test_every_setting_that_can_be_wrong_is_tried_above() -> None:
    (wrong,) = [mark for mark in test_a_wrong_value_is_named.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
    assert {setting.name for setting in environment.SETTINGS} <= {variable for variable, _ in wrong.args[1]}


def test_names_of_hosts_are_taken_in_every_form_that_django_knows(tmp_path: Path) -> None:
    names = ["presale.example.com", ".example.com", "связка.рф", "10.0.0.1", "[::1]", "*"]
    assert read(tmp_path, SVYAZKA_ALLOWED_HOSTS=",".join(names)).allowed_hosts[:-1] == names


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, SVYAZKA_LANGUAGE="de", SVYAZKA_LOG="xml", SVYAZKA_WORKERS="-1")
    assert len(caught.value.problems) == 3


def test_a_misspelt_name_is_not_passed_over(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Did you mean SVYAZKA_ALLOWED_HOSTS"):
        read(tmp_path, SVYAZKA_ALOWED_HOSTS="example.com")


def test_tls_wants_an_address_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="SVYAZKA_PUBLIC_URL"):
        read(tmp_path, SVYAZKA_TLS="yes")
    found = read(tmp_path, SVYAZKA_TLS="yes", SVYAZKA_PUBLIC_URL="https://presale.example.com/")
    assert found.public_url == "https://presale.example.com"
    assert "presale.example.com" in found.allowed_hosts


def test_a_password_in_a_wrong_url_is_not_repeated(tmp_path: Path) -> None:
    for scheme in ("mysql", "postgras"):
        with pytest.raises(SettingsError) as caught:
            read(tmp_path, DATABASE_URL=f"{scheme}://u:hunter2@localhost/d")
        assert "hunter2" not in str(caught.value)


def test_postgresql_without_its_driver_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match=r"svyazka\[postgres\]"):
        read(tmp_path, DATABASE_URL="postgres://u:p@localhost/d")


def test_the_command_line_tells_a_wrong_setting_without_a_traceback(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from svyazka.config.cli import main; main()", "settings"],
        env={"SVYAZKA_DATA": str(tmp_path), "SVYAZKA_LANGUAGE": "de"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "SVYAZKA_LANGUAGE: 'de' does not fit" in ran.stderr
    assert "Traceback" not in ran.stderr
