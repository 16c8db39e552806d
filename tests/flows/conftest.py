"""People at their screens: each has a browser of his own, and nothing on his console goes unseen."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect
from pytest_django.live_server_helper import LiveServer

from tests.company import PASSWORD, TUESDAY, Company, found_company

SCREENS = {"desktop": (1280, 900), "phone": (390, 844)}

REFUSALS = tuple(
    f"Failed to load resource: the server responded with a status of {code}" for code in (409, 422)
)
"""The browser's own note on an answer that refuses a form; the page says it in words."""
CUT = "Failed to load resource: net::ERR_FAILED"
"""Its note on a request that a test itself lets fail."""

_TELL_VIOLATIONS = "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))"


@dataclass
class Watch:
    """What went wrong in a browser while nobody looked."""

    said: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Listen to every page of the browser from now on."""
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        context.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith((*REFUSALS, CUT)):
            self.said.append(f"{message.type}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.said.append(f"{response.status}: {response.url}")


def fits(page: Page) -> None:
    """Nothing sticks out of the screen to the side."""
    page.wait_for_load_state()
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"too wide: {page.url}"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is Tuesday, half past ten in Moscow. The clock goes, and a test may move it on: ``clock.shift(...)``."""
    with time_machine.travel(TUESDAY + timedelta(minutes=30)) as traveller:
        yield traveller


@pytest.fixture
def house(clock: time_machine.Traveller, live_server: LiveServer) -> Company:
    """The small company, served over HTTP."""
    return found_company()


@pytest.fixture(params=SCREENS)
def screen(request: pytest.FixtureRequest) -> str:
    """Every journey is made twice: at a desk and on a phone."""
    return str(request.param)


Visit = Callable[[], Page]
SignIn = Callable[[str], Page]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, screen: str) -> Iterator[Visit]:
    """Open a browser of its own for somebody who speaks Russian; gives an empty page in it."""
    watch = Watch()
    width, height = SCREENS[screen]
    contexts: list[BrowserContext] = []

    def open_browser() -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            viewport={"width": width, "height": height},
            is_mobile=screen == "phone",
            has_touch=screen == "phone",
        )
        contexts.append(context)
        watch.over(context)
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()
    assert watch.said == []


@pytest.fixture
def sign_in(house: Company, visit: Visit) -> SignIn:
    """Sign somebody in through the sign-in page, in a browser of his own; gives his first page."""

    def enter(who: str) -> Page:
        page = visit()
        page.goto("/account/login/")
        page.get_by_label("Электронная почта").fill(f"{who}@svyazka.example")
        page.get_by_label("Пароль").fill(PASSWORD)
        page.get_by_role("button", name="Войти", exact=True).click()
        expect(page.get_by_role("navigation").first).to_be_visible()
        fits(page)
        return page

    return enter
