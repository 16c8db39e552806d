"""The checklist that goes to heads with a request for an expert: real SMTP, read back as a spreadsheet."""

import io
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
import time_machine

from svyazka.connectors.email.channel import EmailChannel
from svyazka.presale.experts.claiming import ask_for_more, claim
from svyazka.presale.experts.queries import request_row
from svyazka.presale.journal.values import Json
from svyazka.presale.notices.queries import NoticeRow
from svyazka.presale.people.commands import Hours, set_workspace
from svyazka.speech.checklist import checklist
from svyazka.speech.notices import notice_content
from svyazka.speech.reader import Reader
from svyazka.worker.delivery import Delivery
from svyazka.worker.overdue import tell_overdue
from tests.company import TUESDAY, Company, found_company, led_deal
from tests.connectors.mailserver import Mailbox, mail_server
from tests.presale.test_experts import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        yield found


@pytest.fixture
def company(settings: Any) -> Iterator[Company]:
    settings.CHANNELS = ("email",)
    with time_machine.travel(TUESDAY, tick=False):
        yield found_company(TUESDAY - timedelta(days=30))


def letters_of(box: Mailbox, company: Company) -> dict[str, Any]:
    """Ask for an expert and send what follows; the letters about it by their address."""
    asked(company, led_deal(company, budget='=HYPERLINK("http://evil.example")'))
    return sent(box, TUESDAY)


def sent(box: Mailbox, at: datetime) -> dict[str, Any]:
    """Send whatever waits; the letters with something attached, by their address."""
    channel = EmailChannel()
    delivery = Delivery([], stop=threading.Event(), clock=lambda: at)
    while delivery.deliver_next(channel, "test"):
        pass
    channel.close()
    return {str(one["To"]): one for one in box.letters if one.is_multipart() and [*one.iter_attachments()]}


def rows_in(letter: Any) -> list[tuple[Any, ...]]:
    (file,) = letter.iter_attachments()
    assert file.get_filename().endswith(".xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(file.get_content())).active
    assert sheet is not None
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.requirement("R06")
def test_heads_get_the_filled_checklist_by_mail_and_nobody_else(box: Mailbox, company: Company) -> None:
    letters = letters_of(box, company)
    assert {*letters} == {"head@svyazka.example"}
    head, *rows = rows_in(letters["head@svyazka.example"])
    assert head == ("Что", "Итог", "Словами")
    states = {row[0]: row[1] for row in rows}
    assert len(states) >= 10
    assert "есть ответ" in states.values()
    assert {"сделано", "не хватает"} & {*states.values()}
    (hint, _, where), *rest = rows
    assert (hint, "/deals/2026-0001/" in where) == ("Сами ответы", True)
    assert all(not row[2] for row in rest), (
        "no words of the client leave the house unless the company lets them"
    )


def test_where_names_may_leave_the_house_the_answers_stand_there_as_text(
    box: Mailbox, company: Company
) -> None:
    set_workspace(
        name="Мы", language="ru", hours=Hours(), names_in_messages=True, actor=company.administrator, at=TUESDAY
    )  # fmt: skip
    words = [row[2] for row in rows_in(letters_of(box, company)["head@svyazka.example"])[1:]]
    assert any(words)
    assert '=HYPERLINK("http://evil.example")' in " ".join(filter(None, words)), "as it was typed, and inert"


@pytest.mark.requirement("R06")
def test_the_heads_letter_says_what_is_needed_and_who_fits(box: Mailbox, company: Company) -> None:
    letter = letters_of(box, company)["head@svyazka.example"]
    text = letter.get_body(("plain",)).get_content().replace("\N{NO-BREAK SPACE}", " ")
    for said in ("Полное участие", "27 ноября", "Подходят: Олег Климов"):
        assert said in text


@pytest.mark.requirement("R09")
def test_who_is_called_because_nobody_took_it_gets_the_same_and_the_page_where_he_answers(
    box: Mailbox, company: Company
) -> None:
    letters_of(box, company)
    box.letters.clear()
    late = TUESDAY + timedelta(hours=3)
    with time_machine.travel(late, tick=False):
        tell_overdue(late)
        letter = sent(box, late)["head@svyazka.example"]
    text = letter.get_body(("plain",)).get_content().replace("\N{NO-BREAK SPACE}", " ")
    assert "срок вышел" in text.casefold()
    assert "Подходят: Олег Климов" in text
    assert "/experts/" in text
    assert rows_in(letter)


def test_what_is_late_about_a_request_but_is_not_taking_it_asks_nobody_to_take_it(
    box: Mailbox, company: Company
) -> None:
    request = asked(company, led_deal(company))
    ask_for_more(request_id=request, what="какие отчёты смотрит директор", actor=company.expert, at=TUESDAY)
    late: dict[str, Json] = {"id": 1, "term": "more_given", "performer": company.manager.me, "about": request}
    deal_id = request_row(request_id=request, viewer=company.head).deal.id
    row = NoticeRow(
        1,
        "commitment.handed_over",
        deal_id,
        late,
        TUESDAY,
        is_read=False,
        why="head",
        person_id=company.head.me,
    )
    reader = Reader(company.head.me, "ru", "Europe/Moscow")
    content = notice_content(row, reader, TUESDAY)
    assert content is not None
    assert not any(action.code.startswith("claim") for actions in content.actions for action in actions)
    assert checklist(row, reader, TUESDAY) == ()


def test_once_somebody_has_taken_it_no_checklist_goes_out(box: Mailbox, company: Company) -> None:
    request = asked(company, led_deal(company))
    claim(request_id=request, actor=company.expert, at=TUESDAY)
    assert not sent(box, TUESDAY)
