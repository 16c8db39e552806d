"""What goes wrong on the way: pages of proxies, files that don't come, a network or a database in trouble; nothing is lost by it."""

import asyncio
import inspect
import io
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, Mock

import pytest
from aiogram.exceptions import ClientDecodeError
from aiogram.methods import GetMe
from aiohttp_socks import ProxyError, ProxyTimeoutError
from django.db import DataError, InterfaceError, OperationalError

import svyazka.connectors.telegram.wire
from svyazka.bot.events import Chat, FileRef, Said
from svyazka.connectors.telegram.channel import REST, TelegramChannel, outcome_of
from svyazka.connectors.telegram.process import BotProcess
from svyazka.connectors.telegram.wire import FAILURES, Interrupted, NotGiven, Wire
from svyazka.presale.channels.incoming import TRIES
from svyazka.presale.channels.models import Incoming, Message, Way
from svyazka.presale.channels.port import Down, Limits
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.documents.queries import folder_of
from svyazka.presale.journal.values import Actor
from svyazka.worker.delivery import Delivery
from tests.company import TUESDAY, Company, accepted_deal
from tests.connectors.own_bot_api import OwnBotApi
from tests.connectors.talking import Sender, link, told
from tests.connectors.telegram_peer import TOKEN
from tests.flows.running import free_port

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


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


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that takes connections and never says a word, as where a network drops what it doesn't like."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"


def test_silence_where_a_connection_should_come_about_rests_the_channel_and_costs_no_attempt(
    company: Company, settings: Any, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(svyazka.connectors.telegram.wire, "CONNECT_TIMEOUT", 0.2)
    settings.CHANNELS = ("telegram",)
    link(company.expert)
    accepted_deal(company)
    wire = Wire(token=TOKEN, api=silent)
    try:
        delivery = Delivery([], stop=threading.Event(), clock=lambda: TUESDAY)
        assert delivery.deliver_next(TelegramChannel(wire, Limits()), "test")
    finally:
        wire.close()
    assert Way.objects.get(pk="telegram").because == "ConnectionTimeoutError"
    assert set(Message.objects.values_list("status", "attempts", "repeats")) == {("waiting", 0, 0)}


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
