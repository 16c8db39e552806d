"""Whatever a page leads to is there: links, and parts that are fetched into it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import Resolver404, resolve

from tests.company import TUESDAY, Company, found_company
from tests.flows.sights import BEFORE, fill, sights

LEADS = re.compile(r"""(?:href|hx-get|data-poll|data-url)="([^"]+)\"""")
SENDS = re.compile(r"""(?:action|hx-post)="([^"]+)\"""")


def _leads(page: str, path: str, pattern: re.Pattern[str]) -> Iterator[str]:
    """Addresses of ours in a page, whole."""
    for found in pattern.findall(page):
        address = urljoin(path, found.replace("&amp;", "&"))
        if (
            not urlsplit(address).netloc
            and not urlsplit(address).scheme
            and not address.startswith("/static/")
        ):
            yield address


def _sent_nowhere(address: str) -> bool:
    try:
        resolve(urlsplit(address).path)
    except Resolver404:
        return True
    return False


def _faults(browser: Client, path: str, seen: dict[str, str]) -> Iterator[str]:
    page = _page(browser, path, seen)
    if not page:
        yield f"{path} is not there"
    for address in _leads(page, path, SENDS):
        if _sent_nowhere(address):
            yield f"{path} sends to {address}, which is nowhere"
    for address in _leads(page, path, LEADS):
        where, part = urldefrag(address)
        there = _page(browser, where, seen)
        if not there:
            yield f"{path} leads to {where}, which is not there"
        elif part and f'id="{part}"' not in there:
            yield f"{path} leads to {address}, and the page has no such place"


def _page(browser: Client, path: str, seen: dict[str, str]) -> str:
    """What this address answers in the end; nothing if there is no such page."""
    if path not in seen:
        answer = browser.get(path, follow=True)
        seen[path] = _text(answer) if answer.status_code < 400 else ""
    return seen[path]


def _text(answer: Any) -> str:
    """What stands on a page; of a file that is saved only that it is there."""
    whole = b"".join(answer) if answer.streaming else answer.content
    is_saved = answer.get("Content-Disposition", "").startswith("attachment")
    return "-" if is_saved or not whole else whole.decode()


def _browser(company: Company, who: str) -> Client:
    browser = Client()
    if who:
        browser.force_login(get_user_model().objects.get(pk=getattr(company, who).me))
    return browser


@pytest.mark.django_db
def test_every_link_and_every_part_and_every_form_of_every_page_leads_somewhere() -> None:
    with time_machine.travel(TUESDAY + timedelta(hours=2)):
        company = found_company(BEFORE)
        told = fill(company)
        faults: list[str] = []
        for who in sorted({sight.who for sight in sights(told)}):
            seen: dict[str, str] = {}
            for sight in sights(told):
                if sight.who == who:
                    browser = _browser(company, who)
                    faults += _faults(browser, sight.path, seen)
    assert not faults, "\n".join(sorted(set(faults)))
