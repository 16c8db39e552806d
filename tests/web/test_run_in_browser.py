"""A status run in the browser: ten deals by the keyboard alone, and with a thumb on a phone; two people on two screens."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from svyazka.presale.commitments.models import Commitment
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import faults
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.runs.beginning import begin_run
from svyazka.presale.meetings.runs.models import Run, Stop
from svyazka.presale.notices.models import Notice
from tests.company import PASSWORD, TUESDAY, Company, accepted_deal, found_company
from tests.flows.conftest import Watch
from tests.web.visitors import browser_of

pytestmark = pytest.mark.requirement("R36")

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LIVE = 20_000
"""Milliseconds in which what others did has to be seen: pages ask every four seconds."""


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """On the server it is Tuesday, ten in Moscow, and goes on; a test may move it."""
    with time_machine.travel(TUESDAY) as traveller:
        yield traveller


@pytest.fixture
def us(transactional_db: None, clock: time_machine.Traveller) -> Company:
    return found_company(TUESDAY - 30 * DAY)


Open = Callable[..., Page]


@pytest.fixture
def screen(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Somebody's own browser, signed in unless he does that himself."""
    opened: list[BrowserContext] = []
    watch = Watch()

    def give(actor: Actor | None = None, **more: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, locale="en-GB", **{**DESK, **more})
        opened.append(context)
        watch.over(context)
        if actor is not None:
            session = browser_of(actor).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return context.new_page()

    yield give
    for context in opened:
        context.close()
    assert watch.said == []


def deals(us: Company, count: int) -> list[int]:
    return [
        accepted_deal(us, TUESDAY - 2 * DAY, inn="", company=f"ООО «Завод {place}»", phone=f"+7 916 000-00-{place:02}", email="")
        for place in range(1, count + 1)
    ]  # fmt: skip


def at(page: Page, place: int, count: int) -> None:
    """This deal is on the screen. It says so before its script is there, and keys are for the script."""
    expect(page.locator("[data-ready] .run__place")).to_contain_text(f"{place} of {count}")


def begin_by_keys(page: Page) -> None:
    """Sign in as the manager, then go the way that anybody goes who has no mouse."""
    page.goto("/account/login/?next=/run/")
    page.get_by_label("E-mail").fill("manager@svyazka.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Begin the run")).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.includes('Begin the run')"):
            break
    page.keyboard.press("Enter")


def test_ten_deals_by_the_keyboard_alone_within_an_hour(
    us: Company, screen: Open, clock: time_machine.Traveller
) -> None:
    """From the list to the minutes: nothing but keys after the sign-in."""
    ids = deals(us, 10)
    get_user_model().objects.update(language="en")
    page = screen()
    begin_by_keys(page)
    keys = page.keyboard
    at(page, 1, 10)
    keys.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("put it off to the end of this run")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    for place in range(1, 11):
        at(page, place, 10)
        clock.shift(5 * MINUTE)
        keys.press("4")
        keys.type("the dates" if place % 2 else "no")
        keys.press("Escape")
        keys.press("5")
        keys.type("no")
        keys.press("Escape")
        keys.press("c")
        keys.type("@kli")  # a name is offered, and taken
        expect(page.get_by_role("option")).to_have_count(1)
        keys.press("Enter")
        keys.type(f"estimate {place} by 30.11.2026 15:00")
        if place == 3:  # saved, and seen as a task at once
            keys.press("Enter")
            expect(page.get_by_text("Recorded: it is on Олег Климов")).to_be_visible()
            at(page, place, 10)
        keys.press("Control+Enter" if page.evaluate("document.activeElement.id") == "step" else "n")
    expect(page.get_by_role("heading", name="Everybody has had a turn")).to_be_visible()
    expect(page.locator("[data-ready]")).to_be_visible()
    keys.press("e")
    expect(page.get_by_role("heading", name="Minutes of the status run")).to_be_visible()
    run = Run.objects.get()
    assert (run.decided, run.stops.count()) == (10, 10)
    assert 50 * 60 <= run.seconds < 60 * 60, "ten in an hour is the floor"
    expect(page.locator(".figure").first).to_contain_text("clients an hour")
    pace = float(page.locator(".figure__value").first.inner_text())
    assert pace == pytest.approx(10 * 3600 / run.seconds, abs=0.06)
    assert pace >= 10
    assert {stop.said["help"] for stop in run.stops.all()} == {"no"}
    assert (
        Commitment.objects.filter(
            result__startswith="estimate", performer=us.expert.me, outcome="open"
        ).count()
        == 10
    )
    assert Entry.objects.filter(chain__in=ids, act="deal.reviewed", data__outcome="decided").count() == 10
    assert list(Notice.objects.filter(kind="run.ended").values_list("person_id", "why")) == [
        (us.expert.me, "owes")
    ]
    assert not list(faults())
    page.goto("/run/")
    expect(page.get_by_role("cell", name="10 of 10")).to_be_visible()
    expect(page.get_by_text("best pace")).to_be_visible()


def test_every_key_does_what_its_list_says(us: Company, screen: Open) -> None:
    run = begin_run(deal_ids=deals(us, 5), actor=us.manager, at=TUESDAY)
    page = screen(us.manager)
    page.goto(f"/run/{run}/")
    keys, client = page.keyboard, page.locator("main:has([data-ready]) .run__client")
    expect(client).to_have_text("ООО «Завод 1»")
    keys.press("d")
    expect(client).to_have_text("ООО «Завод 2»")
    keys.press("s")
    expect(client).to_have_text("ООО «Завод 3»")
    keys.press("ArrowRight")
    expect(client).to_have_text("ООО «Завод 4»")
    keys.press("b")
    expect(client).to_have_text("ООО «Завод 3»")
    keys.press("n")
    expect(client).to_have_text("ООО «Завод 4»")
    ready = page.locator("[data-ready]")
    keys.press("p")
    expect(ready.get_by_role("button", name="Go on")).to_be_visible()
    expect(page.locator(".run__looks")).to_contain_text("the clock is paused")
    keys.press("p")
    expect(ready.get_by_role("button", name="Pause")).to_be_visible()
    for place, line in enumerate(("changed", "promise", "holder", "risk", "help"), 1):
        keys.press(str(place))
        assert page.evaluate("document.activeElement.name") == line
        keys.type("n 2 e")  # letters, and no keys
        keys.press("Escape")
    keys.press("6")
    keys.type("@klimov estimate")
    keys.press("Enter")
    expect(ready.locator("#step")).to_be_focused()
    expect(page.locator("#step-wrong")).to_contain_text("Say by when")
    expect(page.locator("#line-risk")).to_have_value("n 2 e")
    keys.type(" by 30.11.2026")
    keys.press("Enter")
    expect(ready.locator(".run__line--next")).to_contain_text("Take back")
    keys.press("e")
    expect(page.get_by_role("button", name="End it and send the minutes")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Minutes of the status run")).to_be_visible()
    outcomes = dict(Stop.objects.values_list("deal__client__name", "outcome"))
    assert {name[-2]: outcome for name, outcome in outcomes.items()} == {
        "1": "unreached", "2": "skipped", "3": "skipped", "4": "decided", "5": "unreached",
    }, "nothing was said of the third, and nobody looked at it"  # fmt: skip


def test_with_a_thumb_on_a_phone(us: Company, screen: Open) -> None:
    deals(us, 3)
    page = screen(us.manager, **PHONE)
    page.goto("/run/")
    page.get_by_label("ООО «Завод 2»").tap()
    page.get_by_role("button", name="Begin the run").tap()
    at(page, 1, 2)
    small = page.evaluate(
        "[...document.querySelectorAll('main button:not([tabindex]), main input:not([type=hidden]), main summary, main a')]"
        ".filter(one => one.offsetParent && one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML)"
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    bar = page.get_by_role("button", name="Next")
    expect(bar).to_be_in_viewport()
    expect(page.get_by_label("Next step and date")).to_be_in_viewport()
    page.get_by_label("Risk").fill("no")
    bar.tap()
    at(page, 2, 2)
    page.get_by_label("Next step and date").fill("@kli")
    expect(page.get_by_role("option")).to_be_in_viewport()
    page.get_by_role("option").tap()
    page.get_by_label("Next step and date").press_sequentially("estimate")  # no date yet: it holds nothing up
    page.get_by_role("button", name="Done").tap()
    expect(page.get_by_text("A next step isn’t a task yet.")).to_be_visible()
    page.get_by_role("button", name="End the run and send the minutes").tap()
    expect(page.get_by_role("heading", name="Minutes of the status run")).to_be_visible()
    assert list(Stop.objects.order_by("position").values_list("outcome", flat=True)) == ["decided", "decided"]


def test_the_clock_says_by_word_and_shape_that_a_client_takes_too_long(
    us: Company, screen: Open, clock: time_machine.Traveller
) -> None:
    run = begin_run(deal_ids=deals(us, 2), actor=us.manager, at=TUESDAY)
    page = screen(us.manager)
    for passed, look, words in (
        (4, "plain", "in time"),
        (5.5, "soon", "time to decide"),
        (7, "over", "over by 1:0"),
    ):
        clock.move_to(TUESDAY + passed * MINUTE)
        page.goto(f"/run/{run}/")
        expect(page.locator("[data-clock]")).to_have_attribute("data-look", look)
        expect(page.locator(".run__looks > :visible")).to_have_count(1)
        expect(page.locator(".run__looks > :visible")).to_contain_text(words)
    shown = page.locator("[data-here-digits]").inner_text()
    expect(page.locator("[data-here-digits]")).not_to_have_text(shown)  # it goes on by itself
    assert page.locator("[data-clock]").evaluate("one => getComputedStyle(one).outlineStyle") == "dashed"


def test_the_clock_turns_while_one_looks(us: Company, screen: Open, clock: time_machine.Traveller) -> None:
    run = begin_run(deal_ids=deals(us, 1), actor=us.manager, at=TUESDAY)
    clock.move_to(TUESDAY + 4 * MINUTE + timedelta(seconds=58))
    page = screen(us.manager)
    page.goto(f"/run/{run}/")
    expect(page.locator("[data-clock]")).to_have_attribute("data-look", "soon", timeout=LIVE)
    expect(page.locator("[data-told]")).to_have_text("time to decide")


def test_two_screens_show_the_same_deal(us: Company, screen: Open) -> None:
    run = begin_run(deal_ids=deals(us, 3), people=[us.head.me], actor=us.manager, at=TUESDAY)
    one, other = screen(us.manager), screen(us.head)
    one.goto(f"/run/{run}/")
    other.goto(f"/run/{run}/")
    at(one, 1, 3)
    other.get_by_label("Risk").fill("the dates")
    other.get_by_label("Next step and date").fill("estimate")
    other.keyboard.press("Enter")
    expect(other.locator("[data-ready] #step-wrong")).to_be_visible()
    other.keyboard.press("Escape")
    one.keyboard.press("n")
    at(one, 2, 3)
    expect(other.locator(".run__place")).to_contain_text("2 of 3", timeout=LIVE)
    assert other.url.endswith(f"/run/{run}/"), "nothing is sent once more"
    assert Stop.objects.get(position=0).said == {}


def test_it_works_without_scripts(us: Company, screen: Open) -> None:
    run = begin_run(deal_ids=deals(us, 2), actor=us.manager, at=TUESDAY)
    page = screen(us.manager, java_script_enabled=False)
    page.goto(f"/run/{run}/")
    page.get_by_label("Risk").fill("no")
    page.get_by_label("Next step and date").fill("@klimov estimate by 30.11.2026")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".run__place")).to_contain_text("2 of 2")
    page.get_by_text("End the run…").click()
    page.get_by_role("button", name="End it and send the minutes").click()
    expect(page.get_by_text(re.compile("Олег Климов")).first).to_be_visible()
    assert Run.objects.get().decided == 1
