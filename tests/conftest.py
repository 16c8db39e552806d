"""What all tests share: no network beyond loopback, a fresh cache, a browser when it is asked for, a small company."""

import gc
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import blocking_manager_key

from svyazka.presale.journal import guard
from tests import tables
from tests.company import TUESDAY, Company, found_company
from tests.connectors.mailserver import Mailbox, mail_server
from tools import chromium

# Time limits make a busy machine look like a bug; CI tries the same cases each time, a developer new ones.
hypothesis_settings.register_profile(
    "ours", deadline=None, derandomize=bool(os.environ.get("CI")), print_blob=True
)
hypothesis_settings.load_profile("ours")

_room = pytest.StashKey[Path | None]()
_HERE = Path(__file__).parent
_ASKS_DATABASE = {"db", "transactional_db", "live_server", "client", "django_db_setup"}


@pytest.hookimpl(tryfirst=True)  # before -m picks its tests
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser and what speaks with the database, so that nobody has to remember."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in fixtures:
            if not item.path.is_relative_to(_HERE / "web") and not item.path.is_relative_to(_HERE / "flows"):
                raise pytest.UsageError(
                    f"{item.nodeid} drives a browser: such tests live in tests/web or tests/flows"
                )
            item.add_marker("browser")
        if fixtures & _ASKS_DATABASE or item.get_closest_marker("django_db"):
            item.add_marker("db")


def pytest_configure(config: pytest.Config) -> None:
    """What is made once is shared by all processes of the run."""
    config.stash[_room] = tables.open_room()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing of it stays behind."""
    room = config.stash[_room]
    if room is not None:
        tables.close_room(room)


def pytest_collection_finish() -> None:
    """What was loaded stays to the end: garbage is looked for among what tests leave, not among a million objects of ours."""
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """The worker's database is a copy of what the run has made once, and is brought up by Django as one that is there."""
    with django_db_blocker.unblock():
        name = connection.settings_dict["TEST"]["NAME"] or f"test_{connection.settings_dict['NAME']}"
        if connection.vendor == "sqlite":
            tables.copied_to(Path(name))
        else:
            tables.copied_as(name)
        kept = setup_databases(
            verbosity=0, interactive=False, keepdb=True, aliases={"default": None}, serialized_aliases=[]
        )
    yield
    with django_db_blocker.unblock():
        teardown_databases(kept, verbosity=0)


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Sign-in attempts that one test makes are not counted against the next."""
    yield
    cache.clear()


@pytest.fixture
def company(db: None) -> Company:
    """Units, people with every duty and role, and the packaged process; folders with a history of their own have another."""
    return found_company()


@pytest.fixture
def morning() -> Iterator[None]:
    """The clock stands at ten in Moscow."""
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def noon() -> Iterator[None]:
    """The clock stands at twelve in Moscow."""
    with time_machine.travel(TUESDAY + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def by_mail(settings: Any) -> None:
    """Letters go out."""
    settings.CHANNELS = ("email",)


@pytest.fixture
def server() -> Iterator[Mailbox]:
    """A mail server with one mailbox."""
    with mail_server() as box:
        yield box


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, quiet, and allowed to run inside a container."""
    # Playwright keeps an event loop in this thread, and Django takes that for an async caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    found = chromium.find()
    return {
        **browser_type_launch_args,
        **({"executable_path": found} if found else {}),
        "headless": True,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A Russian in Moscow at a laptop, unless a test says otherwise."""
    return {
        **browser_context_args,
        "locale": "ru-RU",
        "timezone_id": "Europe/Moscow",
        "viewport": {"width": 1280, "height": 800},
    }


def _commits(test: pytest.Item) -> bool:
    marker = test.get_closest_marker("django_db")
    return bool(
        {"transactional_db", "live_server"} & set(getattr(test, "fixturenames", ()))
        or (marker and marker.kwargs.get("transaction"))
    )


@pytest.fixture(autouse=True)
def _journal_can_be_flushed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that commit are cleaned up by emptying all tables, which the journal's triggers rightly refuse."""
    if not _commits(request.node):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    _run(*guard.REMOVE[connection.vendor])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """The next test finds the triggers there again, once the tables are empty."""
    yield
    if nextitem is not None and _commits(item):
        with item.config.stash[blocking_manager_key].unblock():
            _run(*guard.REMOVE[connection.vendor], *guard.WHOLE[connection.vendor])
            connection.close()  # a test without a database may be the last, and nobody drops one that is in use


def _run(*statements: str) -> None:
    with connection.schema_editor() as editor:
        for statement in statements:
            editor.execute(statement, params=None)
