"""Each page in both languages, at a desk and on a phone, by day and by night: accessible, in its frame, silent, light."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from svyazka.presale.journal.values import Actor
from svyazka.processes import packaged_text
from svyazka.web.urls import urlpatterns
from tests.company import TUESDAY, found_company
from tests.flows.conftest import SCREENS, Watch
from tests.flows.sights import BEFORE, PARTS, ROUTES, Sight, fill, sights

SHOTS = Path("shots")
HEAVIEST = 60 * 1024
"""Bytes of a page before pictures. The editor shows the whole text of the process besides."""
LONGER: Final[Mapping[str, int]] = {"/deals/": 72 * 1024}
"""What a page that tells a whole story may weigh, by the beginning of its address."""


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each route by its full name, with something to fill its parts with."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{pattern.app_name or space}:")
        else:
            converters = pattern.pattern.converters
            yield (
                space + str(pattern.name),
                {key: 1 if type(one).__name__ == "IntConverter" else "x" for key, one in converters.items()},
            )


def test_every_route_that_answers_to_get_is_looked_at(db: None) -> None:
    browser = Client()
    browser.force_login(get_user_model().objects.get(pk=found_company().administrator.me))
    known = dict(names(urlpatterns))
    assert set(ROUTES) | PARTS <= set(known)
    answering = {
        name for name, parts in known.items() if browser.get(reverse(name, kwargs=parts)).status_code != 405
    }
    assert answering - PARTS == set(ROUTES)


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_accessible_fits_says_nothing_and_is_light(
    browser: Browser, live_server: LiveServer, settings: Any, language: str, screen: str
) -> None:
    settings.CHANNELS = ("email", "telegram")
    with time_machine.travel(TUESDAY + timedelta(hours=2)):
        company = found_company(BEFORE)
        told = fill(company)
        get_user_model().objects.update(language=language)
        width, height = SCREENS[screen]
        context = browser.new_context(
            base_url=live_server.url,
            locale={"ru": "ru-RU", "en": "en-GB"}[language],
            viewport={"width": width, "height": height},
            is_mobile=screen == "phone",
            has_touch=screen == "phone",
            reduced_motion="reduce",  # a colour half way to another has no contrast to measure
        )
        watch = Watch()
        watch.over(context)
        faults: list[str] = []
        for who in sorted({sight.who for sight in sights(told)}):
            be(context, who and getattr(company, who), live_server.url)
            page = context.new_page()
            for sight in sights(told):
                if sight.who == who:
                    faults += [f"{sight.path} {fault}" for fault in look(page, sight, f"{language}-{screen}")]
                    faults += [f"{sight.path} {words}" for words in watch.said]
                    watch.said.clear()
            page.close()
        context.close()
    assert not faults, "\n".join(faults)


def be(context: BrowserContext, actor: Actor | str, address: str) -> None:
    """From now on the browser is this person's, or nobody's."""
    context.clear_cookies()
    if isinstance(actor, Actor):
        session = Client()
        session.force_login(get_user_model().objects.get(pk=actor.me))
        context.add_cookies(
            [{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": address}]
        )


def look(page: Page, sight: Sight, where: str) -> Iterator[str]:
    """What is wrong with a page, by day and by night."""
    page.emulate_media(color_scheme="light")
    answer = page.goto(sight.path)
    assert answer is not None
    if answer.status != 200:
        yield f"answers {answer.status}"
        return
    shown = packaged_text() if sight.path.startswith(reverse("process:edit")) else ""
    most = next((most for start, most in LONGER.items() if sight.path.startswith(start)), HEAVIEST)
    if (size := len(answer.body())) > most + len(shown.encode()):
        yield f"weighs {size} bytes"
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > SCREENS[where.partition("-")[2]][0]:
        yield f"is {wide} wide"
    report = Axe().run(page)
    yield from (f"axe: {one['id']} {one['nodes'][0]['html'][:120]}" for one in report.response["violations"])
    photograph(page, sight, f"{where}-light")
    if where.startswith("en"):  # the night has the same colours in both languages
        return
    page.emulate_media(color_scheme="dark")
    night = page.evaluate("axe.run({runOnly: ['color-contrast'], resultTypes: ['violations']})")
    yield from (f"axe by night: {one['id']} {one['nodes'][0]['html'][:120]}" for one in night["violations"])
    photograph(page, sight, f"{where}-dark")


def photograph(page: Page, sight: Sight, where: str) -> None:
    """Kept as an artefact of CI."""
    page.screenshot(path=SHOTS / where / f"{sight.name}.jpeg", type="jpeg", quality=60, full_page=True)
