"""The week in figures as it arrives: a letter with its charts inside over SMTP, words and an album in Telegram."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine

from svyazka.connectors.email.channel import EmailChannel
from svyazka.connectors.telegram.channel import TelegramChannel
from svyazka.connectors.telegram.wire import Wire
from svyazka.presale.channels.commands import bind_place
from svyazka.presale.channels.models import Message
from svyazka.presale.channels.outbox import take
from svyazka.presale.channels.port import Content, Down, Limits, Outgoing, Picture, Section, Sent, Wait
from svyazka.presale.channels.settling import give_up, settle
from svyazka.presale.channels.values import CHARTS, WEEK
from svyazka.presale.journal.values import Actor
from svyazka.presale.notices.weekly import queue_weeks
from svyazka.presale.people.commands import set_preferences
from svyazka.presale.stages.commands import lose, win
from svyazka.speech.charts.pictures import NoPictures
from svyazka.speech.messages import content_of
from svyazka.speech.week import letters
from tests.company import TUESDAY, Company, accepted_deal
from tests.connectors.mailserver import Mailbox, html_of, text_of
from tests.connectors.own_bot_api import OwnBotApi
from tests.connectors.telegram_peer import TOKEN, Peer, bot_api

pytestmark = [pytest.mark.requirement("R37"), pytest.mark.django_db]
MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HIDDEN = (
    "Северный лес",
    "лесосырья",
    "рекомендация",
    "Лескова",
    "900 000",
    "900,000",
    "900\N{NO-BREAK SPACE}000",
)
"""What a client is called, what was typed, and money: nothing of it leaves the house."""


@pytest.fixture(autouse=True)
def _a_week(company: Company) -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        deals = [accepted_deal(company, TUESDAY + hours * timedelta(hours=1)) for hours in range(3)]
        win(
            deal_id=deals[0], contract_number="Д-7", contract_sum=Decimal(900_000), contract_date=TUESDAY.date(),
            reason="signed", actor=company.manager, at=TUESDAY + DAY,
        )  # fmt: skip
        lose(
            deal_id=deals[1], reason="estimate.above_budget", evidence="a letter", client_words="дорого",
            actor=company.manager, at=TUESDAY + DAY,
        )  # fmt: skip
        yield


@pytest.fixture
def post(server: Mailbox, settings: Any) -> Iterator[EmailChannel]:
    settings.CHANNELS = ("email",)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.DEFAULT_FROM_EMAIL = "Связка <presale@svyazka.example>"
    settings.PUBLIC_URL = "https://presale.example.com"
    found = EmailChannel()
    yield found
    found.close()


@pytest.fixture
def peer(settings: Any) -> Iterator[Peer]:
    settings.CHANNELS = ("telegram",)
    settings.PUBLIC_URL = "https://presale.example.com"
    with bot_api() as found:
        yield found
    assert found.emulator.refused == []


def delivered(channel: EmailChannel | TelegramChannel) -> None:
    """Send all that waits, as the senders do."""
    while found := take(channel=channel.name, limits=Limits(), worker="test", at=MONDAY, limit=50):
        for taken in found:
            content = content_of(taken, at=MONDAY)
            if content is None:
                give_up(taken=taken, worker="test", because="nothing to say")
                continue
            out = Outgoing(taken.id, taken.kind, "", taken.role, taken.chat, "", "", "", content)
            settle(taken=taken, outcome=channel.send(out), worker="test", at=MONDAY)


def letter_to(who: str, server: Mailbox) -> EmailMessage:
    (letter,) = [
        one for one in server.letters if one["To"] == f"{who}@svyazka.example" and "23" in one["Subject"]
    ]
    return letter


def pictures_in(letter: EmailMessage) -> dict[str, bytes]:
    """By their names within the letter."""
    return {
        str(part["Content-ID"]).strip("<>"): part.get_payload(decode=True)  # type: ignore[misc]  # bytes, once decoded
        for part in letter.walk()
        if part.get_content_maintype() == "image"
    }


def test_the_letter_brings_its_charts_inside_and_says_them_in_words(
    company: Company, post: EmailChannel, server: Mailbox
) -> None:
    queue_weeks(at=MONDAY)
    delivered(post)
    letter = letter_to("head", server)
    assert letter.get_content_type() == "multipart/related"
    html, text = html_of(letter), text_of(letter)
    found = pictures_in(letter)
    assert len(found) == 3
    for cid, body in found.items():
        assert body.startswith(b"\x89PNG")
        assert f'src="cid:{cid}"' in html
        assert cid.endswith("@presale.example.com")
    assert html.count("<img ") == 3
    assert 'alt="Сколько запросов пришло, по неделям: ' in html
    assert "http" not in "".join(html.split("<img")[1:4]).split("<h3>")[0], "nothing is loaded"
    for part in (html, text):
        for said in ("Получено запросов: 3", "Заключено договоров: 1", "Проиграно сделок: 1", "выше бюджета"):
            assert said in part
    assert "https://presale.example.com/figures/week/?week=2026-W48" in text
    assert "Почему вам: вы отвечаете за то, как идут дела" in text
    assert "Неделя 23–29 ноября 2026 г.: " in str(letter["Subject"])
    assert "1 договор, 3 запроса" in str(letter["Subject"])
    for hidden in HIDDEN:
        assert hidden not in html
        assert hidden not in text


def test_the_letter_speaks_its_readers_language(
    company: Company, post: EmailChannel, server: Mailbox
) -> None:
    set_preferences(language="en", time_zone="Europe/Moscow", theme="auto", actor=company.owner, at=TUESDAY)
    queue_weeks(at=MONDAY)
    delivered(post)
    letter = letter_to("owner", server)
    assert "1 contract, 3 requests" in str(letter["Subject"])
    assert "Promises kept: " in text_of(letter)
    assert 'alt="Conversion from request to contract' in html_of(letter)


def test_where_no_picture_can_be_drawn_the_words_go_out(
    company: Company, post: EmailChannel, server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_chart: object) -> bytes:
        raise NoPictures("the extra 'pictures' is not installed")

    monkeypatch.setattr(letters, "picture", fail)
    queue_weeks(at=MONDAY)
    delivered(post)
    letter = letter_to("head", server)
    assert letter.get_content_type() == "multipart/alternative"
    assert "Получено запросов: 3" in text_of(letter)
    assert "<img" not in html_of(letter)


def chat_of(who: Actor) -> int:
    """A private chat of his."""
    chat = 5_000_000 + who.me
    bind_place(channel="telegram", chat=str(chat), role="person", person_id=who.me, actor=who, at=TUESDAY)
    return chat


def test_telegram_is_told_the_words_and_then_an_album_with_a_caption(company: Company, peer: Peer) -> None:
    chat = chat_of(company.owner)
    queue_weeks(at=MONDAY)
    wire = Wire(token=TOKEN, api=peer.api)
    delivered(TelegramChannel(wire, Limits()))
    delivered(TelegramChannel(wire, Limits()))
    wire.close()
    (words,) = [text for text in peer.texts(chat) if "Получено запросов" in text]
    (album,) = peer.said("sendMediaGroup")
    assert str(album["chat_id"]) == str(chat)
    media = json.loads(album["media"])
    assert [one["type"] for one in media] == ["photo"] * 3
    said = media[0]["caption"]
    assert "Неделя 23" in said
    assert "1 договор, 3 запроса" in said
    for hidden in HIDDEN:
        assert hidden not in words + said
    assert [one.status for one in Message.objects.filter(kind__in=[WEEK, CHARTS])] == ["sent", "sent"]


def test_without_pictures_telegram_is_told_the_words_alone(
    company: Company, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("svyazka.speech.week.letters._pictures", lambda _charts: ())
    chat = chat_of(company.owner)
    queue_weeks(at=MONDAY)
    wire = Wire(token=TOKEN, api=peer.api)
    delivered(TelegramChannel(wire, Limits()))
    wire.close()
    assert any("Получено запросов" in text for text in peer.texts(chat))
    assert not peer.said("sendMediaGroup")
    assert sorted(Message.objects.values_list("kind", "status")) == [(CHARTS, "dropped"), (WEEK, "sent")]


ONE = Picture("received", "Запросы", "image/png", b"\x89PNG\r\n\x1a\n")


def pictured(count: int, title: str = "Неделя") -> Outgoing:
    content = Content(title=title, sections=(Section("", ()),), pictures=(ONE,) * count)
    return Outgoing(1, CHARTS, "", "person", "5000001", "", "", "", content)


def test_one_picture_is_a_photo_and_more_than_ten_are_ten(fake: OwnBotApi) -> None:
    wire = Wire(token=TOKEN, api=fake.api)
    channel = TelegramChannel(wire, Limits())
    assert isinstance(channel.send(pictured(1)), Sent)
    assert isinstance(channel.send(pictured(12, "д" * 3000)), Sent)
    wire.close()
    (photo,), (album,) = fake.of("sendPhoto"), fake.of("sendMediaGroup")
    assert "Неделя" in photo["caption"]
    assert len(album["media"]) == 10
    assert len(album["media"][0]["caption"]) <= 1024 + len("<b></b>")
    assert "caption" not in album["media"][1]


def test_an_album_that_did_not_arrive_is_tried_again(fake: OwnBotApi) -> None:
    wire = Wire(token=TOKEN, api=fake.api)
    fake.refuse("sendMediaGroup", 502, "Bad Gateway")
    fake.refuse("sendMediaGroup", 429, "Too Many Requests: retry after 7", retry_after=7)
    channel = TelegramChannel(wire, Limits())
    outcomes = [channel.send(pictured(2)) for _attempt in range(3)]
    assert [type(one) for one in outcomes] == [Down, Wait, Sent]
    wire.close()
