"""The cockpit on phones: with a connection, without one, with one that comes and goes, and by several people at once."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from svyazka.presale.deals.models import Seat
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.models import Going, Jot, Meeting
from svyazka.presale.meetings.planning import plan_huddle
from svyazka.presale.meetings.room import begin, end, go_to, jot_down
from svyazka.web.cockpit import views
from tests.company import PASSWORD, Company, accepted_deal, found_company
from tests.meetings import WHEN, agreed, jotted
from tests.web.visitors import browser_of

LIVE = 20_000
"""Milliseconds in which what others did has to be seen: phones ask every three seconds, and every twelve where nobody answers."""
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
MINUTE = timedelta(minutes=1)
ROOM = re.compile("/room/$")
HOSTILE = "\"'></script><img src=x onerror=document.title='broken'>{{7*7}}"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """On the server it is the time of the meeting, and goes on; phones have clocks of their own, which are wrong by months."""
    with time_machine.travel(WHEN) as traveller:
        yield traveller


@pytest.fixture
def company(transactional_db: None, clock: time_machine.Traveller) -> Company:
    return found_company()


@pytest.fixture
def meeting(company: Company) -> int:
    return agreed(company, accepted_deal(company))


@pytest.fixture
def running(company: Company, meeting: int) -> int:
    """At its second point, of forty minutes, for forty-five."""
    begin(meeting_id=meeting, actor=company.manager, at=WHEN - 50 * MINUTE)
    go_to(meeting_id=meeting, point=1, actor=company.manager, at=WHEN - 45 * MINUTE)
    return meeting


@dataclass(frozen=True, slots=True)
class Phone:
    """The cockpit in somebody's hands."""

    page: Page

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def status(self) -> Locator:
        return self.page.locator("[data-status]")

    @property
    def written(self) -> Locator:
        return self.page.locator("[data-jots] > li")

    @property
    def box(self) -> Locator:
        return self.page.get_by_label("What was said")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def end(self) -> None:
        self.page.locator("summary", has_text="End").click()
        self.press("Yes, end it")

    def write(self, text: str, kind: str = "Note") -> None:
        self.box.fill(text)
        self.page.get_by_role("button", name=kind, exact=True).click()

    def cut(self) -> None:
        """The server is out of reach, though the page itself may still come."""
        self.page.route(ROOM, lambda route: route.abort())

    def mend(self) -> None:
        self.page.unroute(ROOM)

    def saved(self) -> None:
        expect(self.status).to_have_text("Everything is saved", timeout=LIVE)


Hand = Callable[[Actor, int], Phone]


@pytest.fixture
def hand(browser: Browser, live_server: LiveServer) -> Iterator[Hand]:
    """Give somebody a phone of his own with the cockpit of a meeting on it."""
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def give(actor: Actor, meeting: int, **more: Any) -> Phone:
        context = browser.new_context(base_url=live_server.url, **{**PHONE, **more})
        opened.append(context)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        sign_in(context, actor, live_server.url)
        phone = Phone(context.new_page())
        phone.page.goto(f"/meetings/{meeting}/run/")
        return phone

    yield give
    for context in opened:
        context.close()
    assert faults == []


def sign_in(context: BrowserContext, actor: Actor, address: str) -> None:
    session = browser_of(actor).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])


KEPT = """(await Promise.all((await caches.keys()).map(async name => (await (await caches.open(name)).keys())
    .map(one => new URL(one.url).pathname)))).flat()"""
"""Paths of all that the browser keeps; to stand in an async function."""


def becomes(page: Page, so: str, *told: str) -> None:
    """Wait until this is so in the page: JavaScript that may await, and that knows ``told``."""
    asked = f"""async told => {{
        for (let left = {LIVE} / 50; left; left -= 1) {{
            if ({so}) return true;
            await new Promise(again => setTimeout(again, 50));
        }}
        return false;
    }}"""
    assert page.evaluate(asked, told), so


def is_kept(phone: Phone, meeting: int, text: str = "") -> None:
    """Wait until a reload without a connection would open the cockpit, with this note in it."""
    page, room = f"/meetings/{meeting}/run/", f"/meetings/{meeting}/room/"
    becomes(phone.page, "(await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'")
    becomes(phone.page, "await caches.match(told[0])", page)
    becomes(phone.page, "(await (await caches.match(told[0]))?.text())?.includes(told[1])", room, text)


def is_gone(phone: Phone, meeting: int) -> None:
    """Wait until nothing of it is kept, and see that it doesn't open without a connection."""
    becomes(phone.page, f"!({KEPT}).length")
    phone.context.set_offline(True)
    with pytest.raises(PlaywrightError, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        phone.page.goto(f"/meetings/{meeting}/run/")
    phone.context.set_offline(False)


def two_days_pass(phone: Phone, meeting: int) -> None:
    """For what is kept of the page, which says until when: a worker's clock can't be set."""
    aged = """async ([page, days]) => {
        const cache = await caches.open((await caches.keys()).find(name => name.endsWith(page)));
        const kept = await cache.match(page), headers = new Headers(kept.headers);
        headers.set("X-Kept-Until", headers.get("X-Kept-Until") - days * 24 * 60 * 60 * 1000);
        await cache.put(page, new Response(await kept.text(), { headers }));
    }"""
    phone.page.evaluate(aged, [f"/meetings/{meeting}/run/", 2])


def texts(meeting: int) -> list[str]:
    return list(Jot.objects.filter(meeting_id=meeting).order_by("pk").values_list("text", flat=True))


# With a connection


@pytest.mark.requirement("R12")
def test_a_meeting_is_run_with_a_thumb_from_its_plan_to_its_end(
    company: Company, meeting: int, hand: Hand
) -> None:
    """R12: current item, notes, decisions, the parking lot with who asked, the end."""
    phone = hand(company.manager, meeting)
    expect(phone.page.get_by_text("Клиент называет три задачи")).to_be_visible()
    expect(phone.box).to_be_hidden()
    phone.press("Begin the meeting")
    expect(phone.page.get_by_role("heading", name="Знакомство")).to_be_visible()
    expect(phone.page.get_by_text("Клиент называет три задачи")).to_be_hidden()
    phone.press("Next: Бизнес и задачи клиента")
    expect(phone.page.get_by_role("heading", name="Бизнес и задачи клиента")).to_be_visible()
    phone.write("Закрытие месяца — девять дней")
    phone.write("Начинаем с лесосклада", "Decision")
    phone.write("А терминалы подойдут?", "Park it")
    phone.press("Пётр Кедров")
    expect(phone.written).to_have_count(3)
    expect(phone.written.first).to_contain_text("Parked question А терминалы подойдут?")
    expect(phone.written.first).to_contain_text("Пётр Кедров asks")
    phone.saved()
    assert [(one.kind, one.asker, one.point and one.point.position) for one in Jot.objects.select_related("point")] == [
        ("note", "", 1), ("decision", "", 1), ("parked", "Пётр Кедров", 1)
    ]  # fmt: skip
    phone.press("Следующий шаг и его дата")
    phone.press("End the meeting")
    phone.press("Yes, end it")
    expect(phone.page).to_have_url(re.compile(rf"/meetings/{meeting}/$"))
    assert Meeting.objects.get(pk=meeting).state == "held"


def test_a_question_is_parked_by_one_press_and_a_name_may_be_typed(
    company: Company, running: int, hand: Hand
) -> None:
    phone = hand(company.manager, running)
    phone.write("Кто платит за железо?", "Park it")
    phone.saved()
    assert list(Jot.objects.values_list("kind", "asker")) == [("parked", "")]
    phone.page.get_by_label("Somebody else").fill("Главный бухгалтер")
    phone.press("Add the name")
    expect(phone.written).to_contain_text("Главный бухгалтер asks")
    phone.saved()
    assert list(Jot.objects.values_list("kind", "asker")) == [("parked", "Главный бухгалтер")]


@pytest.mark.requirement("R12")
def test_the_clock_counts_below_nothing_and_says_so_in_a_word(
    company: Company, running: int, hand: Hand, clock: time_machine.Traveller
) -> None:
    """R12: what overran, and by how much, and what that does to the end; on a phone whose own clock is wrong."""
    phone = hand(company.manager, running)
    expect(phone.page.locator("[data-digits]")).to_have_text(re.compile(r"^−5:\d\d$"))
    expect(phone.page.locator("[data-word]")).to_have_text("over")
    expect(phone.page.locator("#cockpit [data-to-end]")).to_have_text(re.compile(r"^2[45] min to the end$"))
    current = phone.page.locator("[data-points] > li").nth(1)
    expect(current).to_have_attribute("aria-current", "step")
    expect(current).to_contain_text(re.compile(r"took 45:\d\d, over by 5:\d\d"))
    clock.shift(15 * MINUTE)
    expect(phone.page.locator("[data-digits]")).to_have_text(re.compile(r"^−20:\d\d$"), timeout=LIVE)
    expect(phone.page.get_by_text(re.compile(r"At this pace we’ll run [34] min over"))).to_be_visible()


@pytest.mark.requirement("R12")
def test_the_clock_goes_on_without_a_connection(company: Company, running: int, hand: Hand) -> None:
    """R12: it counts by itself."""
    phone = hand(company.manager, running)
    phone.page.clock.install()
    phone.page.reload()
    expect(phone.page.locator("[data-digits]")).to_have_text(re.compile(r"^−5:\d\d$"))
    phone.context.set_offline(True)
    phone.page.clock.fast_forward("10:00")
    expect(phone.page.locator("[data-digits]")).to_have_text(re.compile(r"^−15:\d\d$"))
    phone.context.set_offline(False)


@pytest.mark.requirement("R12")
def test_what_one_writes_the_others_see(company: Company, running: int, hand: Hand) -> None:
    """R12: several people see it live."""
    one, other, reader = (hand(actor, running) for actor in (company.manager, company.expert, company.head))
    one.write("Сорок рабочих мест")
    expect(other.written).to_contain_text("Сорок рабочих мест", timeout=LIVE)
    expect(other.written).to_contain_text("Мария Серова")
    other.press("Next: Ограничения и путь к решению")
    for phone in (one, reader):
        heading = phone.page.get_by_role("heading", name="Ограничения и путь к решению")
        expect(heading).to_be_visible(timeout=LIVE)
    expect(reader.written).to_contain_text("Сорок рабочих мест", timeout=LIVE)
    expect(reader.status).to_have_text("You are watching live")
    assert reader.page.get_by_role("button").locator("visible=true").evaluate_all(
        "all => all.filter(one => !one.disabled).length"
    ) == 0  # fmt: skip
    one.press("Strike out")
    expect(other.written).to_have_count(0, timeout=LIVE)


def test_what_was_struck_out_by_mistake_is_put_back(company: Company, running: int, hand: Hand) -> None:
    phone = hand(company.manager, running)
    phone.write("Первая")
    phone.write("Вторая")
    phone.written.nth(1).get_by_role("button", name="Strike out").click()
    expect(phone.written.nth(1)).to_have_attribute("data-struck", "")
    phone.saved()
    assert texts(running) == ["Вторая"]
    phone.press("Put back")
    expect(phone.written.nth(1)).to_contain_text("Первая")
    phone.saved()
    assert sorted(texts(running)) == ["Вторая", "Первая"]
    phone.page.reload()
    expect(phone.written.nth(1)).to_contain_text("Первая")


def test_the_sentence_to_read_out_names_the_topic_and_writes_nothing(
    company: Company, running: int, hand: Hand
) -> None:
    phone = hand(company.manager, running)
    phone.press("Back to the topic")
    sentence = phone.page.get_by_role("dialog")
    expect(sentence).to_contain_text("come back to our topic: Бизнес и задачи клиента.")
    expect(sentence).to_contain_text("an answer by November 27")
    before = Meeting.objects.get(pk=running).revision
    phone.press("Close")
    expect(sentence).to_be_hidden()
    assert (texts(running), Meeting.objects.get(pk=running).revision) == ([], before)


def test_what_people_type_is_drawn_as_text(company: Company, running: int, hand: Hand) -> None:
    phone = hand(company.manager, running)
    phone.write(HOSTILE, "Park it")
    phone.page.get_by_label("Somebody else").fill(HOSTILE)
    phone.press("Add the name")
    phone.saved()
    phone.page.reload()
    expect(phone.written.locator("[data-slot=text]")).to_have_text(HOSTILE)
    expect(phone.written.locator("[data-slot=meta]")).to_contain_text(f"{HOSTILE} asks")
    assert "broken" not in phone.page.title()


def test_everything_that_is_pressed_is_large_enough_for_a_thumb(
    company: Company, running: int, hand: Hand
) -> None:
    phone = hand(company.manager, running)
    phone.write("А терминалы?", "Park it")
    expect(phone.written.get_by_role("button")).to_have_count(1)
    small = phone.page.evaluate(
        """[...document.querySelectorAll("main :is(a, button, summary, input, textarea)")]
        .map(one => [one.textContent.trim() || one.id, one.getBoundingClientRect()])
        .filter(([, box]) => box.width && (box.height < 44 || box.width < 44)).map(([name]) => name)"""
    )
    assert small == []


def test_a_huddle_is_run_by_the_same_cockpit_and_leads_to_its_meeting(
    company: Company, meeting: int, hand: Hand
) -> None:
    """R16."""
    huddle = plan_huddle(meeting_id=meeting, actor=company.manager, at=WHEN)
    phone = hand(company.expert, huddle)
    phone.press("Begin the huddle")
    expect(phone.page.get_by_text("Клиент называет три задачи")).to_be_visible()
    expect(phone.page.get_by_text(re.compile("(9|10) min to the end"))).to_be_visible()
    phone.end()
    expect(phone.page).to_have_url(re.compile(rf"/meetings/{meeting}/$"))
    assert Meeting.objects.get(pk=huddle).state == "closed"


# Without a connection


@pytest.mark.requirement("R12")
def test_what_is_done_without_a_connection_is_kept_counted_and_sent(
    company: Company, running: int, hand: Hand
) -> None:
    """R12: works through a lost connection."""
    phone = hand(company.manager, running)
    phone.context.set_offline(True)
    phone.write("Записано без связи")
    expect(phone.status).to_have_text("No connection: 1 note is kept on this device", timeout=LIVE)
    phone.write("И ещё одно", "Decision")
    phone.press("Next: Ограничения и путь к решению")
    expect(phone.status).to_have_text("No connection: 2 notes are kept on this device")
    expect(phone.page.get_by_role("heading", name="Ограничения и путь к решению")).to_be_visible()
    expect(phone.written.first).to_contain_text("waiting to be sent")
    assert texts(running) == []
    phone.context.set_offline(False)
    phone.saved()
    assert texts(running) == ["Записано без связи", "И ещё одно"]
    expect(phone.written.first).not_to_contain_text("waiting to be sent")


@pytest.mark.requirement("R12")
def test_a_page_that_is_loaded_anew_has_lost_no_note_and_no_letter(
    company: Company, running: int, hand: Hand
) -> None:
    """R12: works through a reload without losing a note."""
    phone = hand(company.manager, running)
    phone.cut()
    phone.write("До перезагрузки")
    expect(phone.status).to_have_text(re.compile("1 note is kept"), timeout=LIVE)
    phone.box.press_sequentially("не дописал")
    phone.page.reload()
    expect(phone.written).to_contain_text("До перезагрузки")
    expect(phone.written).to_contain_text("waiting to be sent")
    expect(phone.box).to_have_value("не дописал")
    phone.mend()
    phone.saved()
    assert texts(running) == ["До перезагрузки"]
    expect(phone.box).to_have_value("не дописал")


@pytest.mark.requirement("R12")
def test_a_reload_without_any_connection_opens_the_cockpit_as_it_was_seen_last(
    company: Company, running: int, hand: Hand
) -> None:
    """R12: works through a lost connection and a reload without losing a note."""
    phone = hand(company.manager, running)
    phone.write("Услышано со связью")
    phone.saved()
    is_kept(phone, running, "Услышано со связью")
    phone.context.set_offline(True)
    phone.write("До перезагрузки")
    phone.page.reload()
    expect(phone.page.get_by_role("heading", name="Бизнес и задачи клиента")).to_be_visible()
    expect(phone.written).to_have_count(2)
    expect(phone.written.nth(1)).to_contain_text("Услышано со связью")
    phone.write("После перезагрузки", "Decision")
    phone.press("Next: Ограничения и путь к решению")
    expect(phone.status).to_have_text("No connection: 2 notes are kept on this device", timeout=LIVE)
    expect(phone.page.locator("use").first).to_be_attached()
    assert phone.page.evaluate("getComputedStyle(document.querySelector('.cockpit')).display") == "grid"
    phone.context.set_offline(False)
    phone.saved()
    assert texts(running) == ["Услышано со связью", "До перезагрузки", "После перезагрузки"]
    expect(phone.page.get_by_role("heading", name="Ограничения и путь к решению")).to_be_visible()


def test_while_the_server_is_started_anew_the_cockpit_opens_all_the_same(
    company: Company, running: int, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = hand(company.manager, running)
    is_kept(phone, running)
    monkeypatch.setattr(views, "render", lambda *_: HttpResponse("Bad Gateway", status=502))
    phone.page.reload()
    expect(phone.page.get_by_role("heading", name="Бизнес и задачи клиента")).to_be_visible()


def test_with_a_connection_a_reload_shows_what_is_so_now(company: Company, running: int, hand: Hand) -> None:
    phone = hand(company.manager, running)
    is_kept(phone, running)
    end(meeting_id=running, actor=company.expert, at=WHEN)
    Meeting.objects.filter(pk=running).update(
        title="Встреча под новым именем", state="closed", controller=company.head.me
    )
    phone.page.reload()
    expect(phone.page.get_by_role("heading", level=1)).to_contain_text("Встреча под новым именем")
    becomes(phone.page, f"!({KEPT}).length")
    becomes(phone.page, "!(await navigator.serviceWorker.getRegistrations()).length")


def test_only_the_cockpit_and_what_it_is_drawn_with_is_kept_for_whoever_runs_it(
    company: Company, running: int, hand: Hand
) -> None:
    phone, reader = hand(company.manager, running), hand(company.head, running)
    is_kept(phone, running)
    phone.page.goto("/")
    phone.page.goto(f"/meetings/{running}/")
    phone.page.goto(f"/meetings/{running}/run/")
    is_kept(phone, running)
    kept = phone.page.evaluate(f"async () => {KEPT}")
    pages = [path for path in kept if not path.startswith("/static/")]
    assert sorted(pages) == [f"/meetings/{running}/room/", f"/meetings/{running}/run/"]
    assert {path.rpartition("/")[2].partition(".")[0] for path in kept if path.startswith("/static/")} >= {
        "svyazka", "cockpit", "hands", "kept", "line", "outbox", "icons"
    }  # fmt: skip
    scopes = "async () => (await navigator.serviceWorker.getRegistrations()).map(one => new URL(one.scope).pathname)"
    assert phone.page.evaluate(scopes) == [f"/meetings/{running}/run/"]
    expect(reader.status).to_have_text("You are watching live")
    assert reader.page.evaluate(f"async () => {KEPT}") == []


def test_whoever_signs_out_leaves_nothing_of_the_cockpit(company: Company, running: int, hand: Hand) -> None:
    phone = hand(company.manager, running)
    phone.write("Секрет клиента")
    phone.saved()
    is_kept(phone, running, "Секрет клиента")
    phone.page.goto("/account/logout/")
    phone.page.get_by_role("main").get_by_role("button").first.click()
    expect(phone.page).to_have_url(re.compile("/account/login/"))
    is_gone(phone, running)


def test_whoever_signs_in_on_the_same_device_finds_nothing_of_the_one_before(
    company: Company, running: int, hand: Hand, live_server: LiveServer
) -> None:
    phone = hand(company.manager, running)
    is_kept(phone, running)
    phone.page.goto("about:blank")
    phone.context.clear_cookies()
    sign_in(phone.context, company.expert, live_server.url)
    phone.page.goto("/")
    becomes(phone.page, f"!({KEPT}).length")


def test_whoever_may_not_go_there_any_more_finds_nothing_without_a_connection_either(
    company: Company, running: int, hand: Hand
) -> None:
    phone = hand(company.expert, running)
    is_kept(phone, running)
    phone.page.goto("/")
    Seat.objects.filter(person_id=company.expert.me).update(until=WHEN)
    Going.objects.filter(person_id=company.expert.me).delete()
    refused = phone.page.goto(f"/meetings/{running}/run/")
    assert refused is not None
    assert refused.status == 404
    becomes(phone.page, "!(await navigator.serviceWorker.getRegistrations()).length")
    is_gone(phone, running)


def test_whoever_is_sent_to_sign_in_finds_nothing_without_a_connection_either(
    company: Company, running: int, hand: Hand
) -> None:
    """Even if the sign-in page, which would have thrown it away too, never gets there."""
    phone = hand(company.manager, running)
    is_kept(phone, running)
    phone.page.goto("/")
    phone.context.clear_cookies()
    phone.page.route(
        "**/account/login/**", lambda route: route.fulfill(body="<title>nothing of ours</title>")
    )
    phone.page.goto(f"/meetings/{running}/run/")
    expect(phone.page).to_have_title("nothing of ours")
    is_gone(phone, running)


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_the_page_of_a_meeting_that_others_have_closed_throws_away_its_cockpit_only(
    company: Company, running: int, hand: Hand, state: str
) -> None:
    other = agreed(company, accepted_deal(company))
    phone = hand(company.manager, running)
    is_kept(phone, running)
    phone.page.goto(f"/meetings/{other}/run/")
    is_kept(phone, other)
    Meeting.objects.filter(pk=running).update(state=state, controller=company.head.me, ended_at=WHEN)
    phone.page.goto(f"/meetings/{running}/")
    becomes(phone.page, f"!({KEPT}).some(path => path.includes(told[0]))", f"/meetings/{running}/")
    assert f"/meetings/{other}/run/" in phone.page.evaluate(f"async () => {KEPT}")


def test_what_is_kept_is_not_brought_out_after_two_days(company: Company, running: int, hand: Hand) -> None:
    phone = hand(company.manager, running)
    is_kept(phone, running)
    two_days_pass(phone, running)
    phone.context.set_offline(True)
    with pytest.raises(PlaywrightError, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        phone.page.goto(f"/meetings/{running}/run/")
    phone.context.set_offline(False)
    phone.page.goto(f"/meetings/{running}/run/")
    is_kept(phone, running)
    phone.context.set_offline(True)
    phone.page.reload()
    expect(phone.page.get_by_role("heading", name="Бизнес и задачи клиента")).to_be_visible()


def test_any_page_throws_away_what_was_kept_two_days_ago(company: Company, running: int, hand: Hand) -> None:
    phone = hand(company.manager, running)
    is_kept(phone, running)
    phone.page.goto("/")
    phone.page.goto(f"/meetings/{running}/")
    assert phone.page.evaluate(f"async () => {KEPT}")
    two_days_pass(phone, running)
    phone.page.goto("/")
    is_gone(phone, running)


def test_a_new_version_of_the_worker_takes_the_place_of_the_old_one(
    company: Company, running: int, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = hand(company.manager, running)
    is_kept(phone, running)
    newer = b"self.addEventListener('message', event => event.source.postMessage('newer'));"
    monkeypatch.setattr(views, "WORKER", views.WORKER + newer)
    phone.page.reload()
    phone.page.evaluate(
        "() => { navigator.serviceWorker.onmessage = event => { window.told = event.data; }; }"
    )
    newest = "(await navigator.serviceWorker.getRegistration()).active?.postMessage('who?'), window.told === 'newer'"
    becomes(phone.page, newest)


def test_where_a_browser_has_no_service_workers_the_page_goes_on_without(
    company: Company, running: int, hand: Hand
) -> None:
    """Over plain HTTP there are none."""
    phone = hand(company.manager, running)
    phone.page.add_init_script("delete Navigator.prototype.serviceWorker; delete window.caches;")
    phone.page.reload()
    assert not phone.page.evaluate("'serviceWorker' in navigator || 'caches' in window")
    phone.write("Без неё")
    phone.saved()
    assert texts(running) == ["Без неё"]


def test_a_closed_tab_leaves_its_notes_to_the_next_one(company: Company, running: int, hand: Hand) -> None:
    phone = hand(company.manager, running)
    phone.cut()
    phone.write("Закрыли вкладку")
    phone.page.close()
    later = Phone(phone.context.new_page())
    later.page.goto(f"/meetings/{running}/run/")
    later.saved()
    assert texts(running) == ["Закрыли вкладку"]


def test_an_answer_that_gets_lost_makes_no_second_note(company: Company, running: int, hand: Hand) -> None:
    phone = hand(company.manager, running)
    lost: list[int] = []

    def take_and_lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    phone.page.route(ROOM, take_and_lose)
    phone.write("Ровно одна")
    phone.saved()
    assert lost == [200]
    assert texts(running) == ["Ровно одна"]


def test_however_much_has_gathered_it_is_all_sent(company: Company, running: int, hand: Hand) -> None:
    phone = hand(company.manager, running)
    phone.context.set_offline(True)
    gathered = [f"запись {number}" for number in range(1, 121)]
    phone.page.evaluate(
        """all => {
            all.forEach(text => cockpit.outbox.put({ do: "jot", key: cockpit.Outbox.key(), kind: "note", text, point: 1 }));
            cockpit.draw();
        }""",
        gathered,
    )
    expect(phone.written).to_have_count(120)
    phone.context.set_offline(False)
    phone.saved()
    assert texts(running) == gathered


def test_two_tabs_of_one_browser_write_each_note_once(company: Company, running: int, hand: Hand) -> None:
    phone = hand(company.manager, running)
    other = Phone(phone.context.new_page())
    other.page.goto(f"/meetings/{running}/run/")
    for one in (phone, other):
        one.cut()
        one.write("Из одной вкладки" if one is phone else "Из другой")
    expect(phone.written).to_have_count(2, timeout=LIVE)
    for one in (phone, other):
        one.mend()
    for one in (phone, other):
        one.saved()
    assert sorted(texts(running)) == ["Из другой", "Из одной вкладки"]


def test_an_end_without_a_connection_is_the_end_once_there_is_one(
    company: Company, running: int, hand: Hand
) -> None:
    phone = hand(company.manager, running)
    phone.context.set_offline(True)
    phone.write("Последнее слово")
    phone.end()
    expect(
        phone.page.get_by_role("heading", name=re.compile(r"The meeting is over. It took 50 min"))
    ).to_be_visible()
    assert Meeting.objects.get(pk=running).state == "running"
    phone.context.set_offline(False)
    expect(phone.page).to_have_url(re.compile(rf"/meetings/{running}/$"), timeout=LIVE)
    assert (Meeting.objects.get(pk=running).state, texts(running)) == ("held", ["Последнее слово"])


# What may happen meanwhile


@pytest.mark.requirement("R12")
def test_whoever_is_signed_out_meanwhile_signs_in_and_has_lost_nothing(
    company: Company, running: int, hand: Hand
) -> None:
    """R12."""
    phone = hand(company.manager, running)
    phone.context.clear_cookies(name="sessionid")
    phone.write("Пока не было входа")
    expect(phone.status).to_have_text(re.compile("You are signed out"), timeout=LIVE)
    phone.page.get_by_role("link", name="Sign in").click()
    phone.page.locator("[name=login]").fill(get_user_model().objects.get(pk=company.manager.me).email)
    phone.page.locator("[name=password]").fill(PASSWORD)
    phone.page.locator("[name=password]").press("Enter")
    expect(phone.page).to_have_url(re.compile(f"/meetings/{running}/run/$"))
    phone.saved()
    assert texts(running) == ["Пока не было входа"]


def test_a_tab_goes_on_by_itself_after_signing_in_elsewhere(
    company: Company, running: int, hand: Hand, live_server: LiveServer
) -> None:
    phone = hand(company.manager, running)
    phone.context.clear_cookies()
    phone.write("Вошли в соседней вкладке")
    expect(phone.status).to_have_text(re.compile("You are signed out"), timeout=LIVE)
    sign_in(phone.context, company.manager, live_server.url)
    expect(phone.status).to_have_text("Everything is saved", timeout=2 * LIVE)
    assert texts(running) == ["Вошли в соседней вкладке"]


def test_nobody_sends_what_somebody_else_has_written(
    company: Company, running: int, hand: Hand, live_server: LiveServer
) -> None:
    phone = hand(company.manager, running)
    phone.context.set_offline(True)
    phone.write("Написано менеджером")
    phone.context.clear_cookies()
    sign_in(phone.context, company.expert, live_server.url)
    phone.context.set_offline(False)
    expect(phone.status).to_have_text(re.compile("Somebody else is signed in"), timeout=LIVE)
    phone.context.set_offline(True)
    phone.write("И без связи тоже")
    expect(phone.status).to_have_text(re.compile("2 notes are kept"), timeout=LIVE)
    phone.context.set_offline(False)
    expect(phone.status).to_have_text(re.compile("Somebody else is signed in"), timeout=LIVE)
    phone.page.reload()
    phone.saved()
    expect(phone.written).to_have_count(0)
    assert texts(running) == []


def test_a_note_that_comes_too_late_is_not_lost_but_handed_back(
    company: Company, running: int, hand: Hand
) -> None:
    phone = hand(company.manager, running)
    phone.cut()
    phone.write("Слишком поздно")
    end(meeting_id=running, actor=company.expert, at=WHEN)
    Meeting.objects.filter(pk=running).update(state="closed", controller=company.head.me, revision=99)
    phone.mend()
    refused = phone.page.get_by_role("region", name="Not taken")
    expect(refused).to_contain_text("Слишком поздно", timeout=LIVE)
    expect(refused.locator("[data-slot=why]")).not_to_be_empty()
    phone.page.reload()
    expect(refused).to_contain_text("Слишком поздно")
    Meeting.objects.filter(pk=running).update(state="held")
    refused.get_by_role("button", name="Try again").click()
    phone.saved()
    expect(refused).to_be_hidden()
    assert texts(running) == ["Слишком поздно"]


def test_one_act_that_the_server_cannot_take_holds_back_none_of_the_others(
    company: Company, running: int, hand: Hand
) -> None:
    phone = hand(company.manager, running)

    def choke(route: Route) -> None:
        if "ядовитая" in (route.request.post_data or ""):
            route.fulfill(status=400, body="{}")
        else:
            route.continue_()

    phone.cut()
    for text in ("первая", "ядовитая", "третья"):
        phone.write(text)
    phone.mend()
    phone.page.route(ROOM, choke)
    expect(phone.page.get_by_role("region", name="Not taken")).to_contain_text("ядовитая", timeout=LIVE)
    phone.saved()
    assert texts(running) == ["первая", "третья"]


def test_another_persons_end_leaves_what_is_being_typed(company: Company, running: int, hand: Hand) -> None:
    phone = hand(company.manager, running)
    phone.box.fill("ещё пишу")
    end(meeting_id=running, actor=company.expert, at=WHEN)
    expect(phone.page.get_by_role("heading", name=re.compile("The meeting is over"))).to_be_visible(
        timeout=LIVE
    )
    expect(phone.box).to_have_value("ещё пишу")
    phone.press("Note")
    phone.saved()
    assert texts(running) == ["ещё пишу"]


def test_a_plan_that_changes_before_the_beginning_is_shown_anew(
    company: Company, meeting: int, hand: Hand
) -> None:
    phone = hand(company.manager, meeting)
    expect(phone.page.get_by_text("Клиент называет три задачи")).to_be_visible()
    Meeting.objects.filter(pk=meeting).update(our_goal="Иная цель", revision=77)
    expect(phone.page.get_by_text("Иная цель")).to_be_visible(timeout=LIVE)


def test_without_scripts_the_agenda_and_the_notes_can_be_read(
    company: Company, running: int, hand: Callable[..., Phone]
) -> None:
    jot_down(meeting_id=running, written=jotted("decision", "Сорок мест"), actor=company.expert, at=WHEN)
    phone = hand(company.manager, running, java_script_enabled=False)
    expect(phone.page.get_by_text("Сорок мест")).to_be_visible()
    expect(phone.page.get_by_text("Следующий шаг и его дата")).to_be_visible()
    expect(phone.box).to_be_hidden()
