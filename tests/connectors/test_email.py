"""Letters over real SMTP: what the server says decides about the letter, the address or the whole channel."""

from collections.abc import Iterator
from typing import Any

import pytest

from svyazka.connectors.email.channel import EmailChannel
from svyazka.presale.channels.port import (
    Attachment,
    Content,
    Dead,
    Down,
    Gone,
    Line,
    Outgoing,
    Retry,
    Section,
    Sent,
)
from tests.connectors.mailserver import Mailbox, html_of, mail_server, text_of
from tests.flows.running import free_port

CONTENT = Content(
    title="С-2026-0042: Срок вышел",
    sections=(
        Section(
            "", (Line("С-2026-0042 · Нужен учёт <b>партий</b> & смен", "http://localhost/deals/2026-0042/"),)
        ),
        Section("Просрочено", (Line("Позвонить"),)),
    ),
    why="Почему вам: вы менеджер этой сделки",
    foot=(Line("Настроить", "http://localhost/settings/notices/"),),
)


@pytest.fixture
def channel(server: Mailbox, settings: Any) -> Iterator[EmailChannel]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.DEFAULT_FROM_EMAIL = "Связка <presale@svyazka.example>"
    found = EmailChannel()
    yield found
    found.close()


def outgoing(number: int = 7, content: Content = CONTENT) -> Outgoing:
    return Outgoing(number, "notice", "", "person", "expert@svyazka.example", "", "", "", content)


def test_a_letter_arrives_with_both_parts_and_says_that_a_machine_wrote_it(
    server: Mailbox, channel: EmailChannel
) -> None:
    assert channel.send(outgoing()) == Sent()
    (letter,) = server.letters
    assert letter["To"] == "expert@svyazka.example"
    assert letter["Subject"] == CONTENT.title
    assert letter["From"] == "Связка <presale@svyazka.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Id"] == "Svyazka <notices.localhost>"
    for part in (text_of(letter), html_of(letter)):
        for said in ("Просрочено", "Почему вам", "http://localhost/deals/2026-0042/", "/settings/notices/"):
            assert said in part


def test_a_paragraph_is_no_list_and_points_keep_their_numbers(server: Mailbox, channel: EmailChannel) -> None:
    content = Content(
        title="Итоги", sender="Мария Серова, Меридиан", reply_to="m@svyazka.example", language="ru",
        sections=(
            Section("", (Line("Спасибо за встречу."), Line("Мария"))),
            Section("Зачем", (Line("Понять цену"),), prose=True),
            Section("Решили", (Line("Начинаем"), Line("Едем")), first=3),
        ),
    )  # fmt: skip
    channel.send(outgoing(content=content))
    (letter,) = server.letters
    assert letter["From"] == '"Мария Серова, Меридиан" <presale@svyazka.example>'
    assert text_of(letter).replace("\r\n", "\n") == (
        "Спасибо за встречу.\nМария\n\nЗачем\nПонять цену\n\nРешили\n3. Начинаем\n4. Едем\n"
    )
    assert (
        "<p>Спасибо за встречу.<br>Мария</p><h3>Зачем</h3><p>Понять цену</p><h3>Решили</h3>"
        '<ol start="3"><li>Начинаем</li><li>Едем</li></ol>'
    ) in html_of(letter)


def test_whatever_people_typed_is_text_and_never_markup(server: Mailbox, channel: EmailChannel) -> None:
    channel.send(outgoing())
    (letter,) = server.letters
    assert "&lt;b&gt;партий&lt;/b&gt; &amp; смен" in html_of(letter)
    assert "<b>партий</b> & смен" in text_of(letter)


def test_a_title_of_several_lines_makes_no_header_of_its_own(server: Mailbox, channel: EmailChannel) -> None:
    content = Content(title="Срок\nBcc: somebody@evil.example\r\nвышел")
    assert channel.send(outgoing(content=content)) == Sent()
    (letter,) = server.letters
    assert letter["Bcc"] is None
    assert letter["Subject"].strip() == "Срок Bcc: somebody@evil.example вышел"


def test_a_letter_sent_again_has_the_same_id_and_another_letter_another(
    server: Mailbox, channel: EmailChannel
) -> None:
    for number in (7, 7, 8):
        channel.send(outgoing(number))
    ids = [letter["Message-ID"] for letter in server.letters]
    assert ids[0] == ids[1] != ids[2]


def test_files_go_along(server: Mailbox, channel: EmailChannel) -> None:
    content = Content(title="Запрос", attachments=(Attachment("чек-лист.pdf", "application/pdf", b"%PDF-1"),))
    channel.send(outgoing(content=content))
    (letter,) = server.letters
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("чек-лист.pdf", "application/pdf")
    assert file.get_content() == b"%PDF-1"


def test_letters_one_after_another_share_a_connection(server: Mailbox, channel: EmailChannel) -> None:
    for number in range(5):
        assert channel.send(outgoing(number)) == Sent()
    assert server.sessions == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 no such user", Gone),
        ("550 no such user", Gone),
        ("554 5.7.1 relay access denied", Dead),
        ("451 4.7.1 greylisted", Retry),
        ("452 mailbox full", Retry),
        ("530 5.7.0 authentication required", Down),
        ("421 too busy", Down),
    ],
)
def test_what_the_server_says_of_the_address(
    server: Mailbox, channel: EmailChannel, answer: str, outcome: type
) -> None:
    server.rcpt = lambda _: answer
    got = channel.send(outgoing())
    assert isinstance(got, outcome)
    assert isinstance(got, Gone | Dead | Retry | Down)
    assert answer in got.error
    assert "expert@" not in got.error
    server.rcpt = lambda _: "250 OK"
    assert channel.send(outgoing()) == Sent(), "the next letter is a new attempt"


@pytest.mark.parametrize(("answer", "outcome"), [("554 looks like spam", Dead), ("451 disk full", Retry)])
def test_what_the_server_says_of_the_letter(
    server: Mailbox, channel: EmailChannel, answer: str, outcome: type
) -> None:
    server.data = lambda _: answer
    assert isinstance(channel.send(outgoing()), outcome)


def test_where_no_server_is_the_whole_channel_rests(channel: EmailChannel, settings: Any) -> None:
    settings.EMAIL_PORT = free_port()
    assert isinstance(channel.send(outgoing()), Down)


def test_a_server_that_was_started_anew_is_found_again(channel: EmailChannel, settings: Any) -> None:
    with mail_server() as first:
        settings.EMAIL_PORT = first.port
        assert channel.send(outgoing()) == Sent()
    with mail_server() as second:
        settings.EMAIL_PORT = second.port
        assert channel.send(outgoing()) == Sent()
        assert len(second.letters) == 1
