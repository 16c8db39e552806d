"""Letters about acts, from the outbox to a real mail server: what they say, what they never say, what becomes of them."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from queue import Queue
from typing import Any

import pytest
import time_machine

from svyazka.config.channels import worker_channels
from svyazka.presale.channels.models import Message, Place
from svyazka.presale.channels.port import Attachment, Channel, Content, Limits, Outgoing, Sent
from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.commitments.overdue import note_overdue
from svyazka.presale.deals.commands import receive_request, say_chased
from svyazka.presale.deals.seats import appoint
from svyazka.presale.journal.values import SYSTEM
from svyazka.presale.notices.commands import mark_read, notify, send_test
from svyazka.presale.notices.digests import queue_digests
from svyazka.presale.people.commands import Hours, Profile, save_person, set_workspace
from svyazka.presale.people.queries import directory
from svyazka.presale.stages.commands import complete_stage
from svyazka.speech import messages
from svyazka.worker.delivery import Delivery, lives, worker_name
from tests.company import TUESDAY, Company, accepted_deal, found_company, whole_request
from tests.connectors.mailserver import Mailbox, html_of, text_of
from tests.meetings import WHEN, agreed

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _by_mail(server: Mailbox, settings: Any) -> Iterator[None]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.CHANNELS = ("email",)
    settings.PUBLIC_URL = "https://presale.example.com"
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - 30 * DAY)


def deliver(at: datetime = TUESDAY) -> None:
    """Everything that is due, by the channels that the settings turn on, in this thread."""
    (channel,) = worker_channels()
    channel.limits = Limits()  # type: ignore[misc]
    delivery = Delivery([], stop=threading.Event(), clock=lambda: at)
    while delivery.deliver_next(channel, worker_name()):
        pass
    channel.close()  # type: ignore[attr-defined]


def to(server: Mailbox, name: str) -> list[EmailMessage]:
    return [letter for letter in server.letters if letter["To"] == f"{name}@svyazka.example"]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def owe(
    company: Company, deal: int, result: str = "Список задач клиента", due: datetime = TUESDAY + 4 * HOUR
) -> int:
    return open_commitment(
        deal_id=deal,
        performer_id=company.expert.me,
        result=result,
        due_at=due,
        actor=company.manager,
        at=TUESDAY,
    )


def test_a_letter_says_what_happened_on_which_deal_why_and_where_to_look(
    company: Company, server: Mailbox
) -> None:
    deal = accepted_deal(company)
    deliver()
    server.letters.clear()
    owe(company, deal)
    deliver()
    (letter,) = server.letters
    assert letter["To"] == "expert@svyazka.example"
    assert plain(letter["Subject"]).strip() == (
        "С-2026-0001: Обязательство: суть на странице сделки — Олег Климов, срок сегодня 14:00"
    )
    text = plain(text_of(letter))
    assert "С-2026-0001 · Нужен учёт лесосырья по партиям" in text
    assert "https://presale.example.com/deals/2026-0001/" in text
    assert "Почему вам: это ваше обязательство" in text
    assert "https://presale.example.com/settings/notices/" in text
    assert "17:00" in text or "14:00" in text


def test_the_reader_hears_his_language_and_his_clock(company: Company, server: Mailbox) -> None:
    deal = accepted_deal(company)
    card = directory().people[company.expert.me]
    profile = Profile(
        card.email, "Климов", "Олег", unit_id=card.unit_id, roles=("expert",), language="en", time_zone="Asia/Vladivostok"
    )  # fmt: skip
    save_person(profile=profile, person_id=card.id, actor=company.administrator, at=TUESDAY)
    deliver()
    server.letters.clear()
    owe(company, deal)
    Message.objects.update(next_at=TUESDAY)  # there it is evening already
    deliver()
    (letter,) = server.letters
    assert "Why you: you owe this" in text_of(letter)
    assert "9:00" in plain(letter["Subject"])
    assert 'lang="en"' in html_of(letter)


SECRETS = ("Северный лес", "Лескова", "leskova@", "123-45-67", "1234567", "916", "Никитин")


def _whole_story(company: Company) -> None:
    """Acts of every kind, with what nobody outside should read typed wherever somebody can type."""
    request = "Северный лес: Нужен учёт, звонить Лесковой +7 916 123-45-67 или leskova@sevles.example"
    receive_request(
        answers={"company": "ООО «Северный лес»", "request": request, "phone": "+7 916 123-45-67"},
        actor=company.programmer, at=TUESDAY, sure=True, source="сайт",
    )  # fmt: skip
    deal = accepted_deal(company)
    owed = owe(company, deal, "Позвонить Никитину, +7 916 123-45-67", TUESDAY + HOUR)
    note_overdue(commitment_id=owed, at=TUESDAY + 2 * HOUR)
    say_chased(deal_id=deal, words="Никитин спрашивал", actor=company.programmer, at=TUESDAY)
    complete_stage(
        deal_id=deal, stage="request", reason="Никитин торопит", actor=company.administrator, at=TUESDAY
    )
    owe(company, deal, "Позвонить Никитину сегодня", TUESDAY + 3 * HOUR)
    queue_digests(at=TUESDAY)


def _said(server: Mailbox) -> str:
    parts = [f"{letter['Subject']}\n{text_of(letter)}\n{html_of(letter)}" for letter in server.letters]
    return "\n".join(parts)


def test_no_letter_names_a_client_or_how_to_reach_him(company: Company, server: Mailbox) -> None:
    _whole_story(company)
    deliver(TUESDAY)
    said = _said(server)
    assert len(server.letters) > 15
    assert "…: Нужен учёт, звонить" in said
    surname_of_the_need = said.replace(
        "Лесковой", ""
    )  # typed into the need, in a form that only a reader knows
    assert [secret for secret in SECRETS if secret in surname_of_the_need] == []


def test_where_the_workspace_lets_names_out_letters_say_what_the_bell_says(
    company: Company, server: Mailbox
) -> None:
    set_workspace(
        name="Мы",
        language="ru",
        hours=Hours(),
        names_in_messages=True,
        actor=company.administrator,
        at=TUESDAY,
    )
    _whole_story(company)
    deliver(TUESDAY)
    said = _said(server)
    assert "ООО «Северный лес»" in said
    assert "Позвонить Никитину" in said


def test_letters_to_others_are_the_same_with_a_fixer_in_the_shadow_and_without(
    company: Company, server: Mailbox
) -> None:
    plain_deal, shadowed = accepted_deal(company), accepted_deal(company)
    appoint(deal_id=shadowed, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    for deal in (plain_deal, shadowed):
        owe(company, deal)
        complete_stage(
            deal_id=deal, stage="request", reason="торопят", actor=company.administrator, at=TUESDAY
        )
    queue_digests(at=TUESDAY)
    deliver()
    said: dict[str, list[str]] = {"2026-0001": [], "2026-0002": []}
    for letter in server.letters:
        if letter["To"] == "fixer@svyazka.example":
            continue
        assert "Орлов" not in text_of(letter)
        for line in [letter["Subject"].strip(), *text_of(letter).splitlines()]:
            for number, lines in said.items():
                if number in line:
                    lines.append(f"{letter['To']}: {line.replace(number, 'N')}")
    assert sorted(said["2026-0001"]) == sorted(said["2026-0002"]) != []


def test_a_digest_says_what_is_owed_what_is_late_what_waits_and_what_is_new(
    company: Company, server: Mailbox
) -> None:
    deal = accepted_deal(company, TUESDAY - DAY)
    owe(company, deal)
    whole_request(company)
    complete_stage(deal_id=deal, stage="request", reason="торопят", actor=company.administrator, at=TUESDAY)
    deliver()
    server.letters.clear()
    assert queue_digests(at=TUESDAY + timedelta(minutes=1)) > 0
    deliver(TUESDAY + timedelta(minutes=1))
    (expert,) = to(server, "expert")
    assert "Ваш день" in expert["Subject"]
    assert "Срок сегодня" in text_of(expert)
    assert "Что нового" in text_of(expert)
    assert "Этап «Запрос принят» завершён" in plain(text_of(expert)) or "Запрос принят" in text_of(expert)
    (window,) = to(server, "window")
    assert "Ждут в едином окне" in text_of(window)
    assert "https://presale.example.com/window/2026-0002/" in text_of(window)
    assert to(server, "owner") == [], "who has nothing to hear gets no digest"
    assert Message.objects.filter(status="dropped", kind="digest").exists()


def test_what_is_owed_for_a_meeting_leads_from_the_digest_to_that_meeting(
    company: Company, server: Mailbox
) -> None:
    deal = accepted_deal(company, TUESDAY)
    complete_stage(deal_id=deal, stage="request", reason="торопят", actor=company.administrator, at=TUESDAY)
    meeting = agreed(company, deal)
    morning = WHEN - timedelta(hours=2) + timedelta(minutes=1)
    deliver(morning)
    server.letters.clear()
    assert queue_digests(at=morning) > 0
    deliver(morning)
    (manager,) = to(server, "manager")
    assert f"https://presale.example.com/meetings/{meeting}/#before" in text_of(manager)
    news = text_of(manager).partition("Что нового")[2]
    assert "Клиент согласился с планом встречи" in news.replace("\N{NO-BREAK SPACE}", " ")
    assert f"https://presale.example.com/meetings/{meeting}/" in news.split()


def test_the_next_digest_brings_only_what_is_new(company: Company, server: Mailbox) -> None:
    deal = accepted_deal(company, TUESDAY - DAY)
    complete_stage(deal_id=deal, stage="request", reason="торопят", actor=company.administrator, at=TUESDAY)
    queue_digests(at=TUESDAY)
    deliver()
    server.letters.clear()
    queue_digests(at=TUESDAY + DAY)
    deliver(TUESDAY + DAY)
    for letter in server.letters:
        assert "Что нового" not in text_of(letter)


def test_what_was_read_in_the_bell_meanwhile_is_not_sent(company: Company, server: Mailbox) -> None:
    deal = accepted_deal(company)
    owe(company, deal)
    mark_read(actor=company.expert, at=TUESDAY)
    deliver()
    assert to(server, "expert") == []


def test_an_address_that_the_server_refuses_is_switched_off_and_the_others_go_on(
    company: Company, server: Mailbox
) -> None:
    server.rcpt = lambda address: "550 5.1.1 unknown" if address.startswith("expert") else "250 OK"
    accepted_deal(company)
    deliver()
    place = Place.objects.get(chat="expert@svyazka.example")
    assert (place.gone_at, place.gone_because) == (TUESDAY, "550 5.1.1 unknown")
    assert to(server, "manager")
    assert not Message.objects.filter(status="waiting").exists()


def test_a_server_that_is_busy_gets_the_letter_later(company: Company, server: Mailbox) -> None:
    server.rcpt = lambda _: "451 4.7.1 greylisted"
    send_test(channel="email", actor=company.expert, at=TUESDAY)
    deliver()
    assert server.letters == []
    server.rcpt = lambda _: "250 OK"
    deliver(TUESDAY + timedelta(minutes=1))
    assert "Проверка" in to(server, "expert")[0]["Subject"]
    assert Message.objects.get().repeats == 0


def test_letters_follow_their_reader_to_his_new_address(company: Company, server: Mailbox) -> None:
    send_test(channel="email", actor=company.expert, at=TUESDAY)
    profile = Profile("klimov@svyazka.example", "Климов", "Олег", roles=("expert",))
    save_person(profile=profile, person_id=company.expert.me, actor=company.administrator, at=TUESDAY)
    deliver()
    assert len(to(server, "klimov")) == 1
    assert to(server, "expert") == []


def test_an_address_that_has_become_another_persons_brings_him_nothing_of_the_first(
    company: Company, server: Mailbox
) -> None:
    notify(
        people=[(company.expert.me, "performer")], kind="commitment.opened", deal_id=None, data={}, actor=SYSTEM, at=TUESDAY
    )  # fmt: skip
    for address, who in (("klimov", company.expert), ("expert", company.estimator)):
        card = directory().people[who.me]
        profile = Profile(f"{address}@svyazka.example", card.full_name, "Кто", roles=("expert",))
        save_person(profile=profile, person_id=who.me, actor=company.administrator, at=TUESDAY)
    send_test(channel="email", actor=company.estimator, at=TUESDAY)
    deliver()
    assert [letter["Subject"] for letter in to(server, "expert")] == ["Проверка из Связки"]


def test_what_can_not_be_worded_is_tried_again_and_holds_up_nobody_else(
    company: Company, server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Content | None:
        raise LookupError("no words")

    monkeypatch.setitem(messages.RENDERERS, "digest", fails)
    queue_digests(at=TUESDAY)
    deliver()
    waiting = Message.objects.filter(kind="digest")
    assert {(row.status, row.error, row.attempts) for row in waiting} == {("waiting", "LookupError", 1)}


def test_files_are_attached_by_the_kind_of_notice(
    company: Company, server: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Attachment("чек-лист.txt", "text/plain", "Взять с собой".encode())
    monkeypatch.setitem(messages.FILES, "commitment.opened", lambda _row, _reader, _at: (file,))
    owe(company, accepted_deal(company))
    deliver()
    names = {part.get_filename() for letter in to(server, "expert") for part in letter.iter_attachments()}
    assert names & {"чек-лист.txt"}


def test_of_a_worker_on_this_machine_it_is_known_whether_he_lives() -> None:
    mine = worker_name(2)
    host, pid, start, _ = mine.split(":")
    assert lives(mine)
    assert lives(f"elsewhere:{pid}:{start}:0"), "of another machine nobody knows"
    assert not lives(f"{host}:{pid}:another start:0")
    assert not lives(f"{host}:999999999:{start}:0")
    assert lives(f"{host}:1:{start}:0")


class Postcards:
    """A channel in memory: the port needs no more."""

    name = "email"
    limits = Limits()

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> Sent:
        self.sent.append(outgoing)
        return Sent(f"card {outgoing.id}")


@pytest.mark.django_db(transaction=True)
def test_the_senders_stop_when_they_are_asked_and_leave_nothing_taken() -> None:
    company = found_company(TUESDAY - 30 * DAY)
    for _ in range(5):
        whole_request(company)
    postcards, stop = Postcards(), threading.Event()
    delivery = Delivery([postcards], stop=stop, clock=lambda: TUESDAY)
    delivery.start()
    end = threading.Event()
    for _ in range(600):
        if not Message.objects.filter(status="waiting").exists():
            break
        end.wait(0.05)  # asked again until the queue is empty, as the page about channels would
    stop.set()
    delivery.join()
    assert len(postcards.sent) == len({one.id for one in postcards.sent}) == Message.objects.count() >= 5
    assert set(Message.objects.values_list("status", "worker")) == {("sent", "")}
    assert Message.objects.first().receipt.startswith("card ")  # type: ignore[union-attr]


def test_a_sender_that_rests_looks_at_once_when_it_is_called(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("svyazka.worker.delivery.LOOK_EVERY", 3600.0)
    looks: Queue[str] = Queue()

    class Looking(Delivery):
        def deliver_next(self, channel: Channel, worker: str) -> bool:
            looks.put(worker)
            return False

    stop = threading.Event()
    delivery = Looking(worker_channels(), stop=stop, senders=1)
    delivery.start()
    for _ in range(3):
        looks.get(timeout=30)
        delivery.wake()
    stop.set()
    delivery.join()
