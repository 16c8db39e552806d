"""The channels' health, dead messages and places that are gone, for administrators."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from svyazka.presale.channels.commands import say
from svyazka.presale.channels.models import Message, Place
from svyazka.presale.channels.port import Dead, Gone, Sent
from svyazka.presale.people.commands import Hours, set_workspace
from svyazka.presale.people.queries import directory
from tests.chats import answer
from tests.company import TUESDAY, Company
from tests.undelivered import outcome_at, undelivered
from tests.web.visitors import browser_of, queries, queries_as_rows_grow, read

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _morning(settings: Any) -> Iterator[None]:
    settings.CHANNELS = ("email",)
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def admin(company: Company) -> Client:
    return browser_of(company.administrator)


def test_everything_that_went_wrong_is_told_with_its_reason(company: Company, admin: Client) -> None:
    undelivered(TUESDAY, company.expert.me)
    page = read(admin, "/channels/")
    for told in (
        "paused until", "ConnectionRefusedError", "554 5.6.0 message refused", "550 5.1.1 no such user", "Олег Климов",
        "left@svyazka.example", "team@svyazka.example", "2 wait",
    ):  # fmt: skip
        assert told in page, told


def test_a_channel_that_works_says_when_it_last_did(admin: Client) -> None:
    outcome_at("team@svyazka.example", Sent(), TUESDAY)
    page = read(admin, "/channels/")
    assert "works" in page
    assert "last sent today 10:00" in page.replace("\u202f", " ").replace(" AM", "")
    assert "Not delivered" not in page


def test_a_messenger_that_never_answered_is_not_said_to_work(admin: Client, settings: Any) -> None:
    settings.CHANNELS = ("telegram",)
    assert "hasn’t answered yet" in read(admin, "/channels/")
    answer()
    page = read(admin, "/channels/")
    assert "hasn’t answered yet" not in page
    assert "works" in page


def test_what_may_have_gone_twice_is_counted(admin: Client) -> None:
    _, message = outcome_at("team@svyazka.example", Sent(), TUESDAY)
    Message.objects.filter(pk=message).update(repeats=2)
    assert "2 perhaps sent twice" in read(admin, "/channels/")


def test_no_channel_says_what_to_set(admin: Client, settings: Any) -> None:
    settings.CHANNELS = ()
    assert "SVYAZKA_EMAIL_URL" in read(admin, "/channels/")


def test_a_dead_message_is_sent_again_or_given_up(company: Company, admin: Client) -> None:
    _, one = outcome_at("one@svyazka.example", Dead("554 no"), TUESDAY)
    _, two = outcome_at("two@svyazka.example", Dead("554 no"), TUESDAY)
    assert admin.post(f"/channels/messages/{one}/resend/").status_code == 303
    assert admin.post(f"/channels/messages/{two}/drop/").status_code == 303
    assert dict(Message.objects.values_list("pk", "status")) == {one: "waiting", two: "dropped"}
    assert admin.post(f"/channels/messages/{two}/drop/").status_code == 404
    assert admin.get(f"/channels/messages/{one}/resend/").status_code == 405


def test_all_dead_messages_are_sent_again_or_given_up_at_once(company: Company, admin: Client) -> None:
    for number in range(3):
        outcome_at(f"{number}@svyazka.example", Dead("554 no"), TUESDAY)
    admin.post("/channels/resend/")
    assert "3 messages go out again" in read(admin, "/channels/")
    Message.objects.update(status="dead")
    admin.post("/channels/drop/")
    assert set(Message.objects.values_list("status", flat=True)) == {"dropped"}


def test_a_dead_message_to_nobody_says_what_to_do_first(company: Company, admin: Client) -> None:
    place, message = outcome_at("one@svyazka.example", Dead("554 no"), TUESDAY)
    outcome_at("one@svyazka.example", Gone("550 no"), TUESDAY)
    admin.post(f"/channels/messages/{message}/resend/")
    assert "Switch it on again first" in read(admin, "/channels/")
    admin.post(f"/channels/places/{place}/revive/")
    admin.post(f"/channels/messages/{message}/resend/")
    assert Message.objects.get(pk=message).status == "waiting"
    assert Place.objects.get(pk=place).gone_at is None


def test_a_resting_channel_is_woken(company: Company, admin: Client) -> None:
    undelivered(TUESDAY, company.expert.me)
    assert admin.post("/channels/email/wake/").status_code == 303
    assert "paused until" not in read(admin, "/channels/")
    assert admin.post("/channels/pigeon/wake/").status_code == 404


def test_the_page_costs_the_same_for_one_and_for_many(company: Company, admin: Client) -> None:
    number = iter(range(1000))

    def add() -> None:
        outcome_at(f"{next(number)}@svyazka.example", Dead("554 no"), TUESDAY)
        outcome_at(f"{next(number)}@svyazka.example", Gone("550 no"), TUESDAY, company.expert.me)

    few, many = queries_as_rows_grow(admin, "/channels/", add, (1, 20))
    assert few == many <= 9


def test_a_queue_that_stands_still_is_told_to_the_watchdog(company: Company) -> None:
    place, _ = outcome_at("one@svyazka.example", Sent(), TUESDAY)
    say(place_id=place, kind="test", at=TUESDAY)

    def problems(after: timedelta) -> list[str]:
        with time_machine.travel(TUESDAY + after, tick=False):
            cache.set("svyazka.worker.beat", (TUESDAY + after).isoformat())
            return list(Client().get("/readyz").json()["problems"])

    assert problems(14 * MINUTE) == []
    assert problems(16 * MINUTE) == ["queue"]


def test_the_company_decides_whether_letters_name_clients(company: Company, admin: Client) -> None:
    assert "Letters and messengers may name clients" in read(admin, "/people/company/")
    form = {"name": "Мы", "language": "ru", "time_zone": "Europe/Moscow", "start": "09:00", "end": "18:00"}
    admin.post("/people/company/", form | {"names_in_messages": "on"})
    assert directory().names_in_messages
    set_workspace(name="Мы", language="ru", hours=Hours(), actor=company.administrator, at=TUESDAY)
    assert directory().names_in_messages, "whoever doesn't speak of it leaves it"
    admin.post("/people/company/", form)
    assert not directory().names_in_messages


def test_the_way_there_leads_from_the_people_for_administrators_only(company: Company, admin: Client) -> None:
    assert 'href="/channels/"' in read(admin, "/people/")
    assert 'href="/channels/"' not in read(browser_of(company.manager), "/people/")
    assert queries(admin, "/channels/") > 0
