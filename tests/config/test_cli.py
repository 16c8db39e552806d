"""Every command does its work, explains itself, and says what went wrong in a sentence with a hint."""

import io
import json
import re
import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from django.db import connection
from django.utils import timezone

from svyazka.config.backup import verify_backup
from svyazka.config.cli import database
from svyazka.config.cli.commands import app
from svyazka.presale.deals.links import link_of
from svyazka.presale.deals.models import Deal
from svyazka.presale.journal.guard import REMOVE
from svyazka.presale.journal.models import Entry
from svyazka.presale.meetings.models import Meeting
from svyazka.presale.meetings.planning import call_meeting
from svyazka.presale.people.models import Person
from svyazka.presale.people.queries import token_holder
from svyazka.presale.stages.commands import win
from svyazka.processes import packaged_text
from tests.company import LOADED, Company, accepted_deal, found_company, whole_request
from tests.config.console import Console


def _commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []

    def walk(command: Any, path: tuple[str, ...]) -> None:
        found.append(path)
        for name, below in getattr(command, "commands", {}).items():
            walk(below, (*path, name))

    walk(typer.main.get_command(app), ())
    return found


@pytest.fixture
def company(db: None, data: Path) -> Company:
    return found_company(_weeks_ago())


def _weeks_ago() -> datetime:
    """The console reads the real clock, so that its deals lie before now."""
    return LOADED - timedelta(days=20)


def _number(deal_id: int) -> str:
    deal = Deal.objects.get(pk=deal_id)
    return f"{deal.year}-{deal.serial:04d}"


@pytest.mark.parametrize("path", [path for path in _commands() if path != ("manage",)], ids=" ".join)
def test_help_says_what_a_command_does_and_what_each_option_means(
    path: tuple[str, ...], console: Console
) -> None:
    said = console(*path, "--help")
    assert said.code == 0
    command: Any = typer.main.get_command(app)
    for name in path:
        command = command.commands[name]
    assert command.help
    for parameter in command.params:
        if parameter.name != "help":
            assert parameter.help, f"{' '.join(path)} {parameter.name}"


def test_a_token_is_printed_alone_and_opens_the_api(company: Company, console: Console) -> None:
    said = console(
        "token", "create", "--email", "manager@svyazka.example", "--scopes", "deals:read,deals:write"
    )
    assert (said.code, said.err) == (0, "")
    holder = token_holder(said.out.rstrip("\n"), at=timezone.now())
    assert holder is not None
    assert holder.actor.person_id == company.manager.person_id
    assert holder.actor.scopes == frozenset({"deals:read", "deals:write"})


def test_a_token_lives_as_long_as_was_asked_and_dies_when_revoked(company: Company, console: Console) -> None:
    secret = console(
        "token", "create", "--email", "manager@svyazka.example", "--scopes", "deals:read", "--days", "2"
    ).out.strip()
    assert token_holder(secret, at=timezone.now() + timedelta(days=1)) is not None
    assert token_holder(secret, at=timezone.now() + timedelta(days=3)) is None
    number = console("token", "list", "--email", "manager@svyazka.example").out.split("\t")[0]
    assert console("token", "revoke", number).code == 0
    assert token_holder(secret, at=timezone.now()) is None


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (
            ["token", "create", "--email", "nobody@x.example", "--scopes", "deals:read"],
            1,
            "svyazka person list",
        ),
        (
            ["token", "create", "--email", "manager@svyazka.example", "--scopes", "everything"],
            2,
            "deals:read",
        ),
        (["process", "lint", "/nowhere.yaml"], 2, "can't be read"),
        (["process", "show", "--version", "99"], 1, ""),
        (["deal", "show", "2026-9999"], 1, "Not found"),
        (["journal", "verify", "--deal", "1999-0001"], 1, ""),
        (["link", "create", "--name", "site", "--agent", "manager@svyazka.example"], 1, "agent"),
        (["request", "add"], 1, "request"),
        (["demo"], 1, "empty"),
        (["no-such-command"], 2, "No such command"),
        (["token", "revoke", "12345"], 1, ""),
        (["backup", "/no/such/folder/out.tar"], 1, "no folder"),
        (["restore", "/no/such/file"], 1, "no such file"),
        (["verify-backup", __file__], 1, "it is no archive, or it breaks off."),
    ],
)
def test_a_refusal_is_a_sentence_and_an_exit_code(
    arguments: list[str], code: int, words: str, company: Company, console: Console
) -> None:
    said = console(*arguments)
    assert said.code == code
    assert said.err
    assert words in said.err
    assert "Traceback" not in said.err
    assert not re.search("[а-я]", said.err), "the console speaks English, whatever the workspace speaks"


def test_the_first_person_is_an_administrator_with_the_password_from_the_pipe(
    db: None, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ("person", "add", "--email", "first@svyazka.example", "--name", "Первая Анна")
    monkeypatch.setattr(sys, "stdin", io.StringIO("крепкая-связка-42\n"))
    assert console(*first).code == 1
    assert console(*first, "--duty", "administrator").code == 0
    person = Person.objects.get()
    assert person.is_administrator
    assert person.check_password("крепкая-связка-42")
    assert "first@svyazka.example" in console("person", "list").out


def test_a_new_password_changes_nothing_else(
    company: Company, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    before: dict[str, Any] = dict(Person.objects.values().get(email="expert@svyazka.example"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("другая-связка-43\n"))
    assert console("person", "password", "--email", "expert@svyazka.example").code == 0
    after: dict[str, Any] = dict(Person.objects.values().get(email="expert@svyazka.example"))
    assert Person.objects.get(email="expert@svyazka.example").check_password("другая-связка-43")
    assert {key for key in before if before[key] != after[key]} == {"password"}


def test_a_printed_address_of_the_form_is_a_living_link(company: Company, console: Console) -> None:
    address = console("link", "create", "--name", "agent", "--agent", "agent@svyazka.example").out.strip()
    link = link_of(address.rstrip("/").rpartition("/")[2], at=timezone.now())
    assert link.agent_id == company.agent.person_id
    assert console("link", "revoke", str(link.id)).code == 0
    assert "revoked" in console("link", "list").out


def test_a_request_of_the_console_is_kept_though_incomplete(company: Company, console: Console) -> None:
    said = console(
        "request", "add", "--company", "ООО «Лес»", "--request", "Нужен склад", "--phone", "+7 900 000-00-07"
    )
    assert said.code == 0
    assert "missing: " in said.out
    assert Deal.objects.get().number in said.out


def test_the_same_request_from_a_pipe_is_one_deal(
    company: Company, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = json.dumps(
        {"company": "ООО «Лес»", "request": "Нужен склад", "source": "crm", "external_id": "17"}
    )
    numbers = []
    for _ in range(2):
        monkeypatch.setattr(sys, "stdin", io.StringIO(whole))
        numbers.append(console("request", "add", "--json", "-").out.split()[0])
    assert numbers[0] == numbers[1]
    assert Deal.objects.count() == 1


def test_lint_names_line_fault_and_cure(console: Console, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(packaged_text().replace("accountable: manager", "accountable: boss", 1), encoding="utf-8")
    said = console("process", "lint", str(bad))
    assert said.code == 1
    line = next(place for place, text in enumerate(bad.read_text().splitlines(), 1) if "boss" in text)
    assert f"{bad}:{line}: error: Unknown role “boss”" in said.out
    bad.write_text(packaged_text(), encoding="utf-8")
    assert console("process", "lint", str(bad)).code == 0


def test_a_process_is_published_and_shown_as_written(
    company: Company, console: Console, tmp_path: Path
) -> None:
    file = tmp_path / "process.yaml"
    file.write_text(packaged_text() + "\n# ours\n", encoding="utf-8")
    assert (
        console("process", "publish", str(file), "--note", "наши правила").out == "Version 2 is published.\n"
    )
    assert console("process", "show").out == file.read_text(encoding="utf-8")
    assert console("process", "show", "--version", "1").out == packaged_text()
    file.write_text("process: presale", encoding="utf-8")
    assert console("process", "publish", str(file)).code == 1


def test_a_tampered_row_is_named(company: Company, console: Console) -> None:
    deal_id = accepted_deal(company, _weeks_ago())
    assert console("journal", "verify").code == 0
    with connection.cursor() as cursor:
        for statement in REMOVE[connection.vendor]:
            cursor.execute(statement)
    entry = Entry.objects.filter(chain=deal_id).order_by("seq")[2]
    Entry.objects.filter(pk=entry.pk).update(at=entry.at + timedelta(seconds=1))
    said = console("journal", "verify")
    assert said.code == 1
    assert f"entry {entry.seq} (row {entry.pk})" in said.out
    assert _number(deal_id) in said.out
    assert console("journal", "verify", "--deal", _number(deal_id)).code == 1


def test_a_cut_tail_is_named_after_an_anchor(company: Company, console: Console) -> None:
    deal_id = whole_request(company, _weeks_ago()).deal_id
    assert console("journal", "anchor").code == 0
    with connection.cursor() as cursor:
        for statement in REMOVE[connection.vendor]:
            cursor.execute(statement)
    last = Entry.objects.filter(chain=deal_id).order_by("-seq").values_list("pk", flat=True)[0]
    Entry.objects.filter(pk=last).delete()
    said = console("journal", "verify")
    assert said.code == 1
    assert _number(deal_id) in said.out


def test_a_deal_is_shown_with_standing_commitments_and_life_bar(company: Company, console: Console) -> None:
    number = _number(accepted_deal(company, _weeks_ago()))
    said = console("deal", "show", number)
    assert said.code == 0
    for words in ("ООО «Северный лес»", "Решено, что запрос наш", "Анна Ракитина: Ответить клиенту", "█"):
        assert words in said.out
    told = console("journal", "show", number)
    assert "Запрос принят" in told.out
    assert len(told.out.splitlines()) == Entry.objects.filter(chain=Deal.objects.get().pk).count()


def test_a_meeting_about_several_deals_is_found_and_erased_in_the_workspaces_own_acts(
    company: Company, console: Console
) -> None:
    meeting = call_meeting(agenda="", title="Тайный разбор", actor=company.manager, at=_weeks_ago())
    told = next(
        line
        for line in console("journal", "show", "--workspace").out.splitlines()
        if f"(/meetings/{meeting}/)" in line
    )
    seq = told.split()[0]
    assert console("journal", "erase", "--workspace", "--entry", seq).out.startswith(
        "Acts whose words are erased: 1."
    )
    assert Meeting.objects.get(pk=meeting).title == "…"
    assert console("journal", "verify").code == 0
    assert console("journal", "erase", "--workspace", "--entry", seq).code == 1


@pytest.mark.parametrize("whose", [[], ["2026-0001", "--workspace"]])
def test_nothing_is_erased_until_it_is_clear_whose_acts_are_meant(
    whose: list[str], company: Company, console: Console
) -> None:
    said = console("journal", "erase", *whose, "--entry", "1")
    assert (said.code, "--workspace" in said.err) == (2, True)


def test_a_won_deal_is_shown_with_its_contract_as_people_write_it(company: Company, console: Console) -> None:
    deal = accepted_deal(company, _weeks_ago())
    win(
        deal_id=deal, contract_number="17/26", contract_sum=Decimal(3_900_000), contract_date=date(2026, 1, 28),
        actor=company.manager, at=timezone.now(), reason="подписали на первой встрече",
    )  # fmt: skip
    said = " ".join(console("deal", "show", _number(deal)).out.split())
    assert "Договор 17/26, 28 января 2026 г., 3 900 000 ₽" in said


def test_the_version_is_told(console: Console) -> None:
    said = console("--version")
    assert (said.code, said.out, said.err) == (0, f"svyazka {version('svyazka')}\n", "")


def test_check_finds_a_migrated_database_in_order(company: Company, console: Console) -> None:
    said = console("check")
    assert (said.code, said.out.splitlines()[-1]) == (0, "all well")


def test_the_demo_leaves_a_filled_workspace_alone(company: Company, console: Console) -> None:
    said = console("demo", "--if-empty")
    assert (said.code, said.out) == (0, "")
    assert not Deal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_is_preceded_by_a_backup(
    console: Console, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert console("migrate").code == 0
    assert not (data / "backups").exists()
    monkeypatch.setattr(database, "waiting_migrations", lambda: ["presale.0099_something_new"])
    assert "Backed up first" in console("migrate").out
    made = list((data / "backups").iterdir())
    assert len(made) == 1
    verify_backup(made[0])


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_left_alone(console: Console, data: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('presale', '9999_later', '2026-01-01')"
        )
    for command in ("migrate", "check"):
        said = console(command)
        assert said.code == 1
        assert "newer Svyazka" in said.err + said.out
