"""Browsers in which people of the small company are signed in, and counting what their pages ask of the database."""

from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from svyazka.presale.journal.values import Actor


def browser_of(actor: Actor, language: str = "en") -> Client:
    """A browser in which this person reads pages in this language."""
    people = get_user_model().objects.filter(pk=actor.me)
    people.update(language=language)
    browser = Client()
    browser.force_login(people.get())
    return browser


def read(browser: Client, path: str) -> str:
    """The page's text with plain blanks; it has to be there."""
    answer = browser.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return (
        answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    )


def queries(browser: Client, path: str) -> int:
    """How many queries the page costs once everything that is kept between requests is warm."""
    read(browser, path)
    with CaptureQueriesContext(connection) as asked:
        read(browser, path)
    return len(asked)


def queries_as_rows_grow(
    browser: Client, path: str, add: Callable[[], object], steps: tuple[int, ...]
) -> list[int]:
    """How many queries the page costs after each step, in which so many rows more were added."""
    counts = []
    for more in steps:
        for _ in range(more):
            add()
        counts.append(queries(browser, path))
    return counts
