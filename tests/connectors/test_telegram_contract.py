"""All that our code says to the Bot API, as it goes over the wire, held against the shapes that Telegram publishes."""

import ast
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import aiogram.methods
import pytest
import time_machine
from pydantic.alias_generators import to_camel

import svyazka.connectors.telegram
from svyazka.connectors.telegram.channel import TelegramChannel
from svyazka.connectors.telegram.process import BotProcess
from svyazka.connectors.telegram.wire import WANTED, Wire
from svyazka.presale.channels.commands import bind_place
from svyazka.presale.channels.port import Action, Content, Line, Outgoing, Picture, Section, Sent
from svyazka.presale.channels.values import CHARTS, DEALS, NAMED, NOTICE, SHUT, THREAD, UNSHUT
from svyazka.presale.journal.values import SYSTEM
from tests.chats import linked
from tests.company import TUESDAY, found_company
from tests.connectors.own_bot_api import Exchange, own_bot_api
from tests.connectors.published import Published
from tests.connectors.telegram_peer import TOKEN
from tools import bot_api

pytestmark = pytest.mark.django_db

ADAPTER = Path(svyazka.connectors.telegram.__path__[0])
GROUP, STRANGER = -1001234567890, 404
PUBLIC = "https://presale.example.com/telegram/webhook/"


@cache
def published() -> Published:
    return Published(bot_api.schema())


def named_in_code() -> set[str]:
    """Methods that the adapter imports of aiogram's, defines itself, or calls by the Bot's shortcuts."""
    nodes = [node for path in ADAPTER.rglob("*.py") for node in ast.walk(ast.parse(path.read_text()))]
    imported = {
        alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aiogram.methods")
        for alias in node.names
    }
    own = {
        ast.literal_eval(node.value)
        for node in nodes
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__api_method__"
    }
    short = {
        to_camel(node.attr)
        for node in nodes
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("bot")
    }
    found = {getattr(aiogram.methods, name).__api_method__ for name in imported - {"TelegramMethod"}}
    return found | own | (short & bot_api.schema().keys())


# what is said


TEXTS = ("Готово", "<b>&amp;</b> & \"кавычки\" 'и' <script>", "🧵" * 3000, "слово " * 2000, "a" * 9000)


BARE = Outgoing(1, NOTICE, "", DEALS, str(GROUP), "", "", "", Content(title="."))


def outgoing(kind: str, title: str = "С-2026-0001", **more: Any) -> Outgoing:
    label, code = title[:80], "to:" + "9" * 19 + ":" + "9" * 19
    lines = tuple(Line(text, "https://presale.example.com/deals/2026-0001/?a=1&b=\"<'") for text in TEXTS)
    content = Content(
        title=title, sections=(Section(title, lines), Section("", lines)), why=title[:100],
        actions=((Action(label, code), Action(label, "my:list")), (Action(label, "talk:cancel"),)),
    )  # fmt: skip
    return replace(BARE, kind=kind, content=content, **more)


def deliver(channel: TelegramChannel) -> None:
    """Messages of each kind, made of what people may write."""
    for title in TEXTS:
        for more in ({}, {"thread": "77"}, {"receipt": "1001"}, {"chat": "5000001", "role": "person"}):
            assert isinstance(channel.send(outgoing(NOTICE, title, **more)), Sent)
        assert isinstance(channel.send(outgoing(THREAD, title)), Sent)
    for kind in (NAMED, SHUT, UNSHUT):
        assert channel.send(outgoing(kind, thread="77")) == Sent()
    assert isinstance(channel.send(BARE), Sent)
    for title in TEXTS:
        for count in (1, 2, 12):
            seen = outgoing(CHARTS, title, chat="5000001", role="person")
            pictured = replace(seen.content, pictures=(Picture("week", title, "image/png", b"PNG"),) * count)
            assert isinstance(channel.send(replace(seen, content=pictured)), Sent)


def happen(colleague: int) -> list[dict[str, Any]]:
    """What has to be answered at once: words and presses of who is ours and who isn't, requests to join of both."""
    group = {"id": GROUP, "type": "supergroup", "title": "Сделки", "is_forum": True}
    told: list[dict[str, Any]] = []
    for number in (colleague, STRANGER):
        sender = {"id": number, "is_bot": False, "first_name": "Иван"}
        chat = {"id": number, "type": "private", "first_name": "Иван"}
        message = {"message_id": 9, "date": 1_780_000_000, "chat": chat, "from": sender, "text": "привет"}
        told += [
            {"message": message},
            *(
                {"callback_query": {"id": str(number), "from": sender, "chat_instance": "1", "data": data, "message": message}}
                for data in ("talk:cancel", "claim:1", "no such verb")
            ),
            {"chat_join_request": {"chat": group, "from": sender, "user_chat_id": number, "date": 1_780_000_000}},
        ]  # fmt: skip
    return [{"update_id": number, **one} for number, one in enumerate(told, 1)]


@pytest.fixture
def exchanges(settings: Any) -> Iterator[list[Exchange]]:
    """All of it, said by the code that says it in the field."""
    settings.CHANNELS = ("telegram",)
    settings.PUBLIC_URL = "https://presale.example.com"
    with time_machine.travel(TUESDAY, tick=False), own_bot_api() as fake:
        company = found_company()
        colleague = company.expert.me
        linked(colleague, TUESDAY)
        bind_place(channel="telegram", chat=str(GROUP), role=DEALS, title="Сделки", actor=SYSTEM, at=TUESDAY)
        wire = Wire(token=TOKEN, api=fake.api)
        BotProcess(wire, stop=threading.Event(), webhook=(PUBLIC, "a_Secret-1" * 25)).begin()
        process = BotProcess(wire, stop=threading.Event())
        process.begin()
        process.tend()
        fake.updates = happen(5_000_000 + colleague)
        found = wire.updates(after=None)
        last = max(process.keep(update) for update in found)
        while process.handle_next():
            pass
        wire.settle()
        assert wire.updates(after=last) == []
        fake.files["BQACAgIAAx"] = b"%PDF"
        wire.download("BQACAgIAAx", into=io.BytesIO(), longest=10)
        deliver(TelegramChannel(wire))
        wire.close()
        yield fake.exchanges


def test_every_method_that_our_code_calls_is_called_here(exchanges: list[Exchange]) -> None:
    assert {one.method for one in exchanges} == named_in_code()


def test_every_request_has_the_published_shape(exchanges: list[Exchange]) -> None:
    assert [fault for one in exchanges for fault in published().request(one.method, one.form)] == []


def test_what_is_said_at_once_is_what_was_asked_for(exchanges: list[Exchange]) -> None:
    """Else the shapes of too little would be judged."""
    said = [one.method for one in exchanges]
    assert said.count("answerCallbackQuery") == 6
    assert (said.count("approveChatJoinRequest"), said.count("declineChatJoinRequest")) == (1, 1)
    (words,) = [one.form for one in exchanges if one.form.get("chat_id") == str(STRANGER)]
    assert words.keys() == {"chat_id", "text"}
    assert len([one for one in exchanges if one.form.get("parse_mode") == "HTML"]) == 5 * len(TEXTS) + 1


def test_every_answer_of_our_own_fake_has_the_published_shape(exchanges: list[Exchange]) -> None:
    answers = [(name_of(returned_by(one.method)), one.answer) for one in exchanges]
    assert [fault for kind, answer in answers for fault in published().value(kind, answer)] == []


def test_we_ask_for_kinds_of_updates_that_there_are() -> None:
    kinds = {one["name"] for one in bot_api.schema()["Update"]["annotations"]}
    assert set(WANTED) <= kinds - {"update_id"}


def returned_by(method: str) -> Any:
    """What Telegram says that a method returns: the page says it in prose, aiogram has it as a type."""
    return getattr(aiogram.methods, method[0].upper() + method[1:]).__returning__


def name_of(kind: Any) -> str:
    if get_origin(kind) is list:
        return f"Array of {name_of(get_args(kind)[0])}"
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(map(name_of, get_args(kind)))
    return "Boolean" if kind is bool else str(kind.__name__)


# the judge judges


BUTTON = '{"inline_keyboard": [[%s]]}'


@pytest.mark.parametrize(("method", "form", "fault"), [
    ("sendMesage", {}, "sendMesage: there is no such method"),
    ("sendMessage", {"chat_id": "1"}, "sendMessage.text: is missing"),
    ("sendMessage", {"chat_id": "1", "text": "x", "thread": "1"}, "sendMessage.thread: there is no such name"),
    ("sendMessage", {"chat_id": "1", "text": ""}, "sendMessage.text: 0 characters, not 1 to 4096"),
    ("sendMessage", {"chat_id": "1", "text": "🧵" * 2049}, "sendMessage.text: 4098 characters, not 1 to 4096"),
    ("sendMessage", {"chat_id": "1", "text": "<b></b>", "parse_mode": "HTML"}, "sendMessage.text: 0 characters, not 1 to 4096"),
    ("sendMessage", {"chat_id": "1", "text": "<b>x", "parse_mode": "HTML"}, "sendMessage.text: <b> is not closed"),
    ("sendMessage", {"chat_id": "1", "text": "<p>x</p>", "parse_mode": "HTML"}, "sendMessage.text: <p> is no tag of Telegram's"),
    ("sendMessage", {"chat_id": "1", "text": "x</i>", "parse_mode": "HTML"}, "sendMessage.text: </i> closes nothing"),
    ("sendMessage", {"chat_id": "1", "text": "x", "message_thread_id": "a"}, "sendMessage.message_thread_id: not Integer: 'a'"),
    ("sendMessage", {"chat_id": "1", "text": "x", "message_thread_id": "true"}, "sendMessage.message_thread_id: not Integer: True"),
    ("sendMessage", {"chat_id": "1.5", "text": "x"}, "sendMessage.chat_id: not Integer: 1.5"),
    ("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": BUTTON % "1"}, "InlineKeyboardMarkup.inline_keyboard: not InlineKeyboardButton: 1"),
    ("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": BUTTON % '{"callback_data": "x"}'}, "InlineKeyboardButton.text: is missing"),
    ("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": BUTTON % f'{{"text": "x", "callback_data": "{"ж" * 33}"}}'},
     "InlineKeyboardButton.callback_data: 66 bytes, not 1 to 64"),
    ("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": BUTTON % '{"text": "x", "callback_data": ""}'},
     "InlineKeyboardButton.callback_data: 0 bytes, not 1 to 64"),
    ("createForumTopic", {"chat_id": "1", "name": "x" * 129}, "createForumTopic.name: 129 characters, not 1 to 128"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "answerCallbackQuery.text: 201 characters, not 0 to 200"),
    ("answerCallbackQuery", {"callback_query_id": "1", "show_alert": "1"}, "answerCallbackQuery.show_alert: not Boolean: 1"),
    ("createChatInviteLink", {"chat_id": "1", "name": "x" * 33}, "createChatInviteLink.name: 33 characters, not 0 to 32"),
    ("setWebhook", {"url": "http://example.com"}, "setWebhook.url: not as the page says: 'http://example.com'"),
    ("setWebhook", {"url": "https://example.com", "secret_token": "a b"}, "setWebhook.secret_token: not as the page says: 'a b'"),
    ("setWebhook", {"url": "https://example.com", "allowed_updates": "message"}, "setWebhook.allowed_updates: not an array"),
    ("setMyCommands", {"commands": '[{"command": "Lead", "description": "x"}]'}, "BotCommand.command: not as the page says: 'Lead'"),
    ("setMyCommands", {"commands": "[]", "scope": '{"type": "nobody"}'}, "BotCommandScopeDefault.type: not default: 'nobody'"),
])  # fmt: skip
def test_a_request_that_telegram_would_refuse_is_found(method: str, form: dict[str, str], fault: str) -> None:
    assert fault in published().request(method, form)


def test_an_answer_that_telegram_would_not_give_is_found() -> None:
    message = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
    assert published().value("Message", message) == []
    assert published().value("Message", {**message, "chat": {"id": 1}}) == ["Chat.type: is missing"]
    assert published().value("Message or Boolean", 1) == ["Message or Boolean: not Message: 1"]
    assert published().value("Array of Update", [{}]) == ["Update.update_id: is missing"]
