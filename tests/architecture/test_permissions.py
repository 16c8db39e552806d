"""Every route is closed to whoever has no business there: all routes by all kinds of people by all methods."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from svyazka.presale.journal.queries import faults, latest_entry_id
from tests.architecture.api_routes import API_ROUTES
from tests.architecture.routes import KINDS, OF_ALLAUTH, ROUTES, Row
from tests.architecture.world import World, found_world

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TABLE = (*ROUTES, *API_ROUTES, *OF_ALLAUTH)

_WRITES = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM)\s+"(?!django_session")')
"""What changes anything; a session may be renewed by a visit."""


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.CHANNELS = ("email", "telegram")
    return found_world()


def routes(parts: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for part in parts:
        here = before + str(part.pattern)
        if isinstance(part, URLPattern):
            yield here
        else:
            yield from routes(part.url_patterns, here)


def test_every_route_stands_in_the_table_once() -> None:
    known = [row.route for row in TABLE]
    assert sorted(known) == sorted(set(known))
    assert set(routes(get_resolver().url_patterns)) == set(known)


def let_in(answer: Any, row: Row) -> bool:
    """Whether somebody got past the door, whatever became of what he asked there."""
    if answer.status_code == row.answers:
        return True
    refused = answer.status_code in {401, 403, 404, 405} or answer.status_code >= 500
    return not refused and not _sent_to_sign_in(answer)


def _sent_to_sign_in(answer: Any) -> bool:
    return bool(answer.status_code == 302 and answer.headers["Location"].startswith("/account/login/?next="))


def as_refused(answer: Any, kind: str, row: Row) -> bool:
    """Whether somebody was turned away in the right words."""
    if kind == "anonymous":
        return answer.status_code == 401 if row.route.startswith("api/") else _sent_to_sign_in(answer)
    if kind == "agent":
        return bool(answer.status_code == row.agent)
    return answer.status_code in {403, 404}


def rolled_back(world: World, kind: str, method: str, row: Row, *, unknown: bool = False) -> Any:
    with transaction.atomic():
        answer = world.ask(kind, method, row, unknown=unknown)
        transaction.set_rollback(True)
    return answer


def told(row: Row, method: str, kind: str, answer: Any) -> str:
    where = answer.headers.get("Location", "")
    return f"{method} {row.route or '/'} as {kind}: {answer.status_code} {where}".rstrip()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="rights are asked in Python: once is enough")
def test_everybody_gets_in_where_the_table_says_and_nowhere_else(world: World) -> None:
    wrong = []
    for row in TABLE:
        for method, who in row.methods.items():
            for kind in KINDS:
                answer = rolled_back(world, kind, method, row)
                right = let_in(answer, row) if kind in who else as_refused(answer, kind, row)
                if not right and not (row.theirs and kind not in who and answer.status_code == 404):
                    wrong.append(told(row, method, kind, answer))
    assert not wrong, "\n".join(wrong)


def test_what_is_not_there_is_not_found(world: World) -> None:
    wrong = []
    for row in (row for row in TABLE if re.search(r"<(?!anything)", row.route) and not row.theirs):
        for method in row.methods:
            answer = rolled_back(world, "administrator", method, row, unknown=True)
            if answer.status_code != row.unknown:
                wrong.append(told(row, method, "administrator", answer))
    assert not wrong, "\n".join(wrong)


def test_a_method_that_a_route_does_not_know_is_refused(world: World) -> None:
    wrong = []
    for row in (row for row in TABLE if not row.theirs and row.methods):
        for method in (method for method in METHODS if method not in row.methods):
            answer = rolled_back(world, "administrator", method, row)
            if answer.status_code != row.stray:
                wrong.append(told(row, method, "administrator", answer))
    assert not wrong, "\n".join(wrong)


def test_looking_changes_nothing(world: World) -> None:
    before = latest_entry_id()
    wrong = []
    for row in (row for row in TABLE if "GET" in row.methods and not row.theirs):
        for kind in ("anonymous", "agent", "manager", "administrator"):
            world.ask(kind, "GET", row)  # the first visit of a day notes that a token was used
            with CaptureQueriesContext(connection) as caught:
                answer = world.ask(kind, "GET", row)
            wrote = [query["sql"][:120] for query in caught if _WRITES.match(query["sql"])]
            wrong += [f"{told(row, 'GET', kind, answer)}: {sql}" for sql in wrote]
    assert not wrong, "\n".join(wrong)
    assert latest_entry_id() == before
    assert list(faults()) == []


def test_a_partner_agent_reads_nothing_of_other_peoples_clients(world: World) -> None:
    """Whatever he may open, no name, contact, title or number of a deal that he didn't bring stands there.

    Addresses that are the secret of somebody else, the client's pages, a colleague's calendar and live tables, show what they are for.
    """
    secrets = ("Северный лес", "Лескова", "leskova@", "123-45-67", "лесосырья", world.numbers["deal"])
    found = []
    secret_addresses = re.compile(r"<str:(token|feed|live)>")
    for row in (row for row in TABLE if "GET" in row.methods and not row.theirs):
        if secret_addresses.search(row.route):
            continue
        for kind in ("agent", "anonymous"):
            answer = world.ask(kind, "GET", row)
            text = answer.content.decode(errors="replace") if answer.status_code == 200 else ""
            found += [f"{told(row, 'GET', kind, answer)}: {secret}" for secret in secrets if secret in text]
    assert not found, "\n".join(found)
    ours = world.ask("participant", "GET", next(row for row in TABLE if row.route == "board/list/"))
    assert world.numbers["deal"] in ours.content.decode(), "one of ours does see it"
