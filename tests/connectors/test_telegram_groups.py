"""Deals' topics, limits, refusals and moves of groups, against our own fake: no emulator of others covers them."""

import asyncio
import inspect
import io
import threading
import traceback
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
import time_machine
from aiogram.exceptions import ClientDecodeError
from aiogram.methods import GetMe
from aiohttp_socks import ProxyError, ProxyTimeoutError
from django.db import DataError, InterfaceError, OperationalError

from svyazka.bot.dialogue import handle
from svyazka.bot.events import Chat, Event, FileRef, Knocked, Moved, Removed, Said
from svyazka.bot.help import COMMANDS
from svyazka.connectors.telegram.channel import REST, TelegramChannel, outcome_of
from svyazka.connectors.telegram.process import BotProcess
from svyazka.connectors.telegram.wire import FAILURES, Interrupted, NotGiven, Wire
from svyazka.presale.channels.codes import doors, issue_code
from svyazka.presale.channels.commands import bind_place
from svyazka.presale.channels.heard import pace_of
from svyazka.presale.channels.incoming import TRIES
from svyazka.presale.channels.models import Heard, Incoming, Message, Place, Way
from svyazka.presale.channels.port import Down, Limits
from svyazka.presale.deals.commands import say_chased
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.deals.seats import appoint
from svyazka.presale.documents.queries import folder_of
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor
from svyazka.presale.stages.commands import lose, reopen
from svyazka.worker.delivery import Delivery
from tests.company import TUESDAY, Company, accepted_deal, found_company, whole_request
from tests.connectors.own_bot_api import MOVED, OwnBotApi, own_bot_api
from tests.connectors.telegram_peer import TOKEN
from tests.flows.running import free_port

pytestmark = pytest.mark.django_db

HUB, MINUTE, HOUR = "-1009876543210", timedelta(minutes=1), timedelta(hours=1)


class Sender:
    """Delivery to the fake, step by step."""

    def __init__(self, fake: OwnBotApi, limits: Limits) -> None:
        self.fake = fake
        self.wire = Wire(token=TOKEN, api=fake.api)
        self.channel = TelegramChannel(self.wire, limits)

    def go(self, at: datetime = TUESDAY) -> int:
        """Send whatever may go out now; how many were tried."""
        delivery = Delivery([], stop=threading.Event(), clock=lambda: at)
        tried = 0
        while delivery.deliver_next(self.channel, "test"):
            tried += 1
        return tried


@pytest.fixture
def fake() -> Iterator[OwnBotApi]:
    with own_bot_api() as found:
        yield found


@pytest.fixture
def sender(fake: OwnBotApi, settings: Any) -> Iterator[Sender]:
    settings.CHANNELS = ("telegram",)
    settings.PUBLIC_URL = "https://presale.example.com"
    with time_machine.travel(TUESDAY, tick=False):
        made = Sender(fake, Limits())
        yield made
        made.wire.close()


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - timedelta(days=30))


@pytest.fixture
def hub(company: Company) -> int:
    return bind_place(
        channel="telegram", chat=HUB, role="deals", title="Сделки", actor=company.administrator, at=TUESDAY
    )


def link(who: Actor) -> str:
    user = str(5_000_000 + who.me)
    bind_place(channel="telegram", chat=user, role="person", person_id=who.me, actor=who, at=TUESDAY)
    return user


@command
def told(event: Event, at: datetime = TUESDAY) -> Any:
    return handle(event, at=at)


# a topic for each deal


@pytest.mark.requirement("R41")
def test_a_deal_has_a_topic_from_its_first_minute_with_its_standing_in_it(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    whole_request(company)
    sender.go()
    (topic,) = fake.of("createForumTopic")
    assert topic["name"].startswith("С-2026-0001 · ")
    place = Place.objects.get(role="deal")
    card = fake.of("sendMessage")[-1]
    assert str(card["message_thread_id"]) == place.thread
    assert "Этап 1 из 6" in card["text"]
    assert place.link == f"https://t.me/c/9876543210/{place.thread}"


def test_the_standing_is_edited_in_place_and_many_changes_make_one_edit(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    deal = accepted_deal(company)
    sender.go()
    say_chased(deal_id=deal, words="когда?", actor=company.programmer, at=TUESDAY + HOUR)
    say_chased(deal_id=deal, words="ну когда же?", actor=company.estimator, at=TUESDAY + HOUR)
    before = len(fake.of("editMessageText"))
    sender.go(TUESDAY + HOUR)
    assert len(fake.of("editMessageText")) == before + 1
    assert len(fake.of("createForumTopic")) == 1
    lines = [one["text"] for one in fake.of("sendMessage")]
    assert sum("напомнить о себе" in text for text in lines) == 2


@pytest.mark.requirement("R41")
def test_the_topic_is_closed_with_the_deal_and_opened_again_with_it(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    deal = accepted_deal(company)
    sender.go()
    lose(
        deal_id=deal,
        reason="client_side.frozen",
        evidence="письмо клиента",
        actor=company.manager,
        at=TUESDAY,
    )
    fake.refuse("closeForumTopic", 400, "Bad Request: TOPIC_NOT_MODIFIED")
    sender.go()
    reopen(deal_id=deal, reason="клиент вернулся", actor=company.manager, at=TUESDAY)
    sender.go()
    assert len(fake.of("reopenForumTopic")) == 1
    assert not Message.objects.exclude(status="sent").exists()


def test_a_fixer_in_the_shadow_gives_the_topic_no_sign(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    deal = accepted_deal(company)
    sender.go()
    before = len(fake.calls)
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    sender.go()
    assert len(fake.calls) == before


def test_names_and_phones_of_clients_stay_out_of_topics(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    deal = accepted_deal(company, request="Нужен учёт для ООО «Северный лес», звонить +7 916 123-45-67")
    say_chased(deal_id=deal, words="Лескова спрашивает", actor=company.programmer, at=TUESDAY)
    sender.go()
    said = str(fake.calls)
    for secret in ("Северный лес", "Лескова", "123-45-67", "leskova"):
        assert secret not in said


# what groups tell


@pytest.mark.requirement("R42")
def test_who_answers_how_fast_is_times_and_counts_only(company: Company, hub: int, settings: Any) -> None:
    settings.CHANNELS = ("telegram",)
    deal = accepted_deal(company)
    bind_place(
        channel="telegram",
        chat=HUB,
        thread="77",
        role="deal",
        deal_id=deal,
        actor=company.manager,
        at=TUESDAY,
    )
    manager, expert = link(company.manager), link(company.expert)
    chat = Chat("telegram", HUB, "77")
    for number, (who, minutes) in enumerate(
        ((manager, 0), (manager, 10), (expert, 40), (manager, 45), (expert, 75), ("404", 80))
    ):
        told(Said(str(number), chat, who, text="тайное слово"), TUESDAY + minutes * MINUTE)
    found = {one.person_id: one for one in pace_of(deal)}
    assert (
        found[company.expert.me].written,
        found[company.expert.me].answers,
        found[company.expert.me].minutes,
    ) == (2, 2, 30)
    assert (found[company.manager.me].written, found[company.manager.me].minutes) == (3, 5)
    assert "тайное" not in str(list(Heard.objects.values())) + str(list(Message.objects.values()))


def test_a_group_that_moves_keeps_its_deals_and_its_queue(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    deal = accepted_deal(company)
    sender.go()
    say_chased(deal_id=deal, words="когда?", actor=company.programmer, at=TUESDAY)
    told(Moved("telegram", HUB, "-1005550001112"))
    sender.go()
    assert {one["chat_id"] for one in fake.of("sendMessage")[-1:]} == {-1005550001112}
    assert Place.objects.filter(gone_at=None, chat=HUB).count() == 0


def test_a_move_that_is_told_by_a_refusal_sends_the_same_message_there(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    fake.refuse("createForumTopic", 400, MOVED, migrate_to_chat_id=-1005550001112)
    whole_request(company)
    sender.go()
    (topic,) = fake.of("createForumTopic")
    assert topic["chat_id"] == -1005550001112


def test_who_is_shown_out_says_nothing_there_any_more(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    told(Removed(Chat("telegram", HUB)))
    whole_request(company)
    assert sender.go() == 0
    assert Place.objects.get(pk=hub).gone_because == "removed"


def test_only_linked_colleagues_are_let_into_the_group(company: Company, hub: int, settings: Any) -> None:
    settings.CHANNELS = ("telegram",)
    expert, agent = link(company.expert), link(company.agent)
    chat = Chat("telegram", HUB)
    assert told(Knocked(chat, expert)).let_in
    assert not told(Knocked(chat, agent)).let_in
    assert not told(Knocked(chat, "404")).let_in


def test_a_code_for_a_group_works_only_for_who_asked_for_it(company: Company, settings: Any) -> None:
    settings.CHANNELS = ("telegram",)
    admin, expert = link(company.administrator), link(company.expert)
    code = issue_code(purpose="deals", actor=company.administrator, at=TUESDAY)
    chat = Chat("telegram", HUB, title="Сделки")
    told(Said("1", chat, expert, text=f"/start {code}"))
    assert not Place.objects.filter(role="deals").exists()
    told(Said("2", chat, admin, text=f"/start@bot {code}"))
    assert Place.objects.get(role="deals").chat == HUB


# limits and refusals


def test_too_many_requests_makes_the_chat_wait_and_costs_no_attempt(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    fake.refuse("createForumTopic", 429, "Too Many Requests: retry after 7", retry_after=7)
    whole_request(company)
    sender.go()
    assert fake.calls == []
    assert sender.go(TUESDAY + timedelta(seconds=6)) == 0
    sender.go(TUESDAY + timedelta(seconds=8))
    assert len(fake.of("createForumTopic")) == 1
    assert Message.objects.get(kind="thread").attempts == 1


def test_an_address_that_is_gone_is_switched_off_and_its_owner_told_by_the_bell(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    link(company.expert)
    fake.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    accepted_deal(company)
    sender.go()
    place = Place.objects.get(person_id=company.expert.me)
    assert place.gone_at is not None
    assert fake.of("sendMessage") == []


def test_a_server_in_trouble_rests_the_channel_and_loses_nothing(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    link(company.expert)
    fake.refuse("sendMessage", 502, "Bad Gateway")
    accepted_deal(company)
    sender.go()
    assert Way.objects.get(pk="telegram").resting_until is not None
    assert fake.of("sendMessage") == []
    sender.go(TUESDAY + MINUTE)
    assert fake.of("sendMessage")
    assert not Message.objects.exclude(status="sent").exists()


def test_a_line_that_breaks_after_the_message_was_taken_is_counted_as_perhaps_twice(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    user = link(company.expert)
    fake.cut.add("sendMessage")
    accepted_deal(company)
    sender.go()
    sender.go(TUESDAY + 2 * MINUTE)
    texts = [one["text"] for one in fake.of("sendMessage") if str(one["chat_id"]) == user]
    assert len(texts) == len(set(texts)) + 1
    assert sum(Message.objects.values_list("repeats", flat=True)) == 1


def test_a_message_nobody_can_take_lies_among_the_dead_and_the_next_one_goes(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    link(company.expert)
    fake.refuse("sendMessage", 400, "Bad Request: can't parse entities")
    accepted_deal(company)
    accepted_deal(company, inn="7728168971")
    sender.go()
    assert Message.objects.filter(status="dead").count() == 1
    assert fake.of("sendMessage")


def test_each_group_of_deals_gets_an_address_to_come_in_by(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    process = BotProcess(sender.wire, stop=threading.Event())
    process.tend()
    assert Place.objects.get(pk=hub).link.startswith("https://t.me/+")
    process.tend()
    assert len(fake.of("createChatInviteLink")) == 1


def test_the_menu_of_commands_is_there_in_both_languages_and_says_what_the_help_says(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    BotProcess(sender.wire, stop=threading.Event()).begin()
    menus = {one.get("language_code", ""): one for one in fake.of("setMyCommands")}
    assert set(menus) == {"", "ru", "en"}
    for menu in menus.values():
        assert menu["scope"] == {"type": "all_private_chats"}
        assert [one["command"] for one in menu["commands"]] == [one.name for one in COMMANDS]
    assert menus[""]["commands"] == menus["ru"]["commands"] != menus["en"]["commands"]


def test_without_a_menu_the_bot_begins_all_the_same(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    fake.refuse("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID")
    BotProcess(sender.wire, stop=threading.Event()).begin()
    assert doors()["telegram"]["person"].startswith("https://t.me/svyazka_test_bot?start=")


# a proxy's page where the API should have answered


def test_a_start_waits_until_the_api_answers(sender: Sender, fake: OwnBotApi, company: Company) -> None:
    fake.pages.add("getMe")
    process = BotProcess(sender.wire, stop=threading.Event())
    with pytest.raises(FAILURES):
        process.begin()
    process.begin()
    assert (len(fake.of("deleteWebhook")), len(fake.of("getMe"))) == (2, 1)
    assert set(Way.objects.get(pk="telegram").doors) == {"person", "group"}


# files


@pytest.fixture
def folder(company: Company, settings: Any, tmp_path: Path) -> int:
    """A deal that takes files."""
    settings.MEDIA_ROOT = tmp_path
    return accepted_deal(company)


def send_files(who: Actor, deal: int, *names: str) -> None:
    """Say in one's own chat which deal it is about, and send files."""
    row, user = rows_by_id([deal], viewer=who)[deal], link(who)
    own = Chat("telegram", user, is_private=True)
    told(Said("1", own, user, text=f"/deal {row.path}"))
    told(Said("2", own, user, files=tuple(FileRef(name, name, name) for name in names)))


def waiting_files() -> list[int]:
    """How often those that wait were tried, in turn."""
    rows = Incoming.objects.filter(channel="telegram:files", done_at=None).order_by("pk")
    return list(rows.values_list("attempts", flat=True))


def names_in(deal: int, company: Company) -> list[str]:
    return [one.name for one in folder_of(deal, viewer=company.manager)]


def texts(fake: OwnBotApi) -> str:
    return "\n".join(str(one["text"]) for one in fake.of("sendMessage"))


def test_a_file_waits_until_telegram_answers_and_one_that_is_gone_is_told_of(
    sender: Sender, fake: OwnBotApi, company: Company, folder: int
) -> None:
    send_files(company.manager, folder, "terms.txt", "gone.txt")
    fake.files["terms.txt"] = "Учёт партий".encode()
    process = BotProcess(sender.wire, stop=threading.Event())
    for _ in range(TRIES + 1):
        fake.pages.add("getFile")
        with pytest.raises(FAILURES):
            process.fetch_next()
    assert waiting_files() == [0, 0]
    assert [process.fetch_next() for _ in range(3)] == [True, True, False]
    assert names_in(folder, company) == ["terms.txt"]
    sender.go()
    assert "gone.txt" in texts(fake)


def test_a_file_that_breaks_off_holds_nobody_back_and_is_told_of_when_it_is_given_up(
    sender: Sender, fake: OwnBotApi, company: Company, folder: int
) -> None:
    send_files(company.manager, folder, "broken.txt", "terms.txt")
    fake.files["terms.txt"] = "Учёт партий".encode()
    fake.broken.add("broken.txt")
    process = BotProcess(sender.wire, stop=threading.Event())
    with pytest.raises(Interrupted):
        process.fetch_next()
    assert process.fetch_next()
    assert names_in(folder, company) == ["terms.txt"]
    with pytest.raises(Interrupted):
        process.fetch_next()
    assert [process.fetch_next(), process.fetch_next()] == [True, False]
    assert set(fake.given) == {"broken.txt", "terms.txt"}
    sender.go()
    assert "broken.txt" in texts(fake)
    assert waiting_files() == []


def test_a_file_that_once_breaks_off_is_fetched_after_all(
    sender: Sender, fake: OwnBotApi, company: Company, folder: int
) -> None:
    send_files(company.manager, folder, "terms.txt")
    fake.files["terms.txt"] = "Учёт партий".encode()
    fake.pages.add("file")
    process = BotProcess(sender.wire, stop=threading.Event())
    with pytest.raises(Interrupted):
        process.fetch_next()
    assert process.fetch_next()
    assert names_in(folder, company) == ["terms.txt"]


def test_of_who_may_not_file_no_byte_is_fetched(
    sender: Sender, fake: OwnBotApi, company: Company, folder: int
) -> None:
    send_files(company.other_manager, folder, "terms.txt")
    process = BotProcess(sender.wire, stop=threading.Event())
    assert process.fetch_next()
    assert not fake.of("getFile")
    assert not waiting_files()
    sender.go()
    assert "terms.txt" in texts(fake)


@pytest.mark.parametrize(("size", "is_given"), [(200_000, True), (200_001, False)])
def test_a_file_is_poured_up_to_the_limit_whatever_its_size_was_said_to_be(
    sender: Sender, fake: OwnBotApi, *, size: int, is_given: bool
) -> None:
    fake.files["big"] = b"x" * size
    into = io.BytesIO()
    with nullcontext() if is_given else pytest.raises(NotGiven):
        sender.wire.download("big", into=into, longest=200_000)
    assert (len(into.getvalue()) == size) is is_given
    assert len(into.getvalue()) <= 200_000


def test_what_nobody_waits_for_any_more_does_not_go_on(sender: Sender) -> None:
    async def for_ever() -> None:
        await asyncio.Event().wait()

    async def moment() -> None:
        await asyncio.sleep(0)

    work = for_ever()
    with pytest.raises(TimeoutError):
        sender.wire._run(work, 0.01)
    sender.wire._run(moment(), 30)
    assert inspect.getcoroutinestate(work) == inspect.CORO_CLOSED


# a network in trouble


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_proxy_that_is_away_rests_the_channel_and_costs_no_attempt(
    fake: OwnBotApi, company: Company, settings: Any, kind: str
) -> None:
    settings.CHANNELS = ("telegram",)
    link(company.expert)
    accepted_deal(company)
    wire = Wire(token=TOKEN, api=fake.api, proxy=f"{kind}://user:secret@127.0.0.1:{free_port()}")
    try:
        delivery = Delivery([], stop=threading.Event(), clock=lambda: TUESDAY)
        assert delivery.deliver_next(TelegramChannel(wire, Limits()), "test")
        assert not delivery.deliver_next(TelegramChannel(wire, Limits()), "test")
    finally:
        wire.close()
    assert Way.objects.get(pk="telegram").resting_until is not None
    assert set(Message.objects.values_list("status", "attempts")) == {("waiting", 0)}
    assert "secret" not in str(list(Way.objects.values()) + list(Message.objects.values()))


@pytest.mark.parametrize("error", [ConnectionResetError(TOKEN), ProxyTimeoutError(TOKEN), ProxyError(TOKEN)])
def test_trouble_on_the_way_to_the_proxy_is_a_channel_that_is_down(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(sender.wire.bot.session, "make_request", AsyncMock(side_effect=error))
    with pytest.raises(FAILURES) as raised:
        sender.wire.call(GetMe())
    assert outcome_of(raised.value) == Down(REST, type(error).__name__)


def test_the_token_stays_out_of_what_is_kept_and_logged(
    sender: Sender, fake: OwnBotApi, company: Company, folder: int, caplog: pytest.LogCaptureFixture
) -> None:
    send_files(company.manager, folder, "terms.txt")
    fake.circles = True
    process = BotProcess(sender.wire, stop=threading.Event())
    sender.go()
    for step in (process.begin, process.fetch_next):
        with pytest.raises(FAILURES) as raised:
            step()
        assert TOKEN not in "".join(traceback.format_exception(raised.value))
    process.keep({"update_id": 1, "message": {}})
    kept = [*Message.objects.values(), *Way.objects.values(), *Incoming.objects.values()]
    assert "TooManyRedirects" in str(kept)
    assert TOKEN not in str(kept) + caplog.text


def test_a_page_that_shows_the_address_is_not_kept() -> None:
    page = ClientDecodeError("Failed to decode object", ValueError(TOKEN), f"<html>/bot{TOKEN}/getMe</html>")
    assert TOKEN not in str(outcome_of(page))


# a database in trouble


def moved(number: int) -> dict[str, Any]:
    chat = {"id": -number, "type": "group", "title": "Сделки"}
    return {
        "update_id": number,
        "message": {"message_id": 1, "date": 1, "chat": chat, "migrate_to_chat_id": -1000},
    }


@pytest.mark.parametrize(("error", "passes"), [
    (OperationalError("database is locked"), True), (InterfaceError("connection already closed"), True),
    (DataError("value too long"), False), (KeyError(TOKEN), False),
])  # fmt: skip
def test_what_passes_by_itself_costs_an_event_no_try_and_a_fault_does(
    sender: Sender, company: Company, monkeypatch: pytest.MonkeyPatch, *, error: Exception, passes: bool
) -> None:
    process = BotProcess(sender.wire, stop=threading.Event())
    process.keep(moved(1))
    with monkeypatch.context() as patch:
        patch.setattr("svyazka.connectors.telegram.process.handle", Mock(side_effect=error))
        for _ in range(TRIES + 1):
            with pytest.raises(type(error)) if passes else nullcontext():
                process.handle_next()
    row = Incoming.objects.get(channel="telegram")
    assert (row.attempts, row.error) == ((0, "") if passes else (TRIES, type(error).__name__))
    assert process.handle_next() is passes
