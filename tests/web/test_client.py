"""The client's pages behind signed addresses: looking changes nothing, a press answers once, and nobody else's door opens."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
import vobject  # type: ignore[import-untyped]
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from svyazka.config.logs import without_private
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.erasing import erase_typed
from svyazka.presale.journal.queries import latest_entry_id
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.asking import ask_client, say_agreed
from svyazka.presale.meetings.drafts import DraftGuest, DraftPoint
from svyazka.presale.meetings.letters import take_back_letter
from svyazka.presale.meetings.models import Door, Letter, Meeting
from svyazka.presale.meetings.planning import cancel_meeting
from svyazka.presale.people.commands import touch_settings
from svyazka.presale.people.models import Person
from svyazka.speech.meetings import uid_of
from svyazka.web.ui.throttle import FROM_ONE
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.meetings import (
    BOTH,
    POINTS,
    WHEN,
    facts,
    letters_have_left,
    planned,
    replan,
    shown,
    summed_up,
    token_for,
    token_of_guest,
)
from tests.web.visitors import browser_of

pytestmark = pytest.mark.usefixtures("morning", "by_mail")

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}%(x)s"


@pytest.fixture
def us(db: None) -> Company:
    return found_company()


@pytest.fixture
def stranger() -> Client:
    return Client()


def asked(us: Company, **changed: Any) -> tuple[int, int, str]:
    """Deal, meeting and the client's address of a plan that was sent to him."""
    deal_id = accepted_deal(us)
    meeting_id = planned(us, deal_id, **changed)
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY)
    return deal_id, meeting_id, f"/c/{token_for(us, meeting_id)}/"


def lettered(us: Company) -> tuple[int, int, str]:
    deal_id = accepted_deal(us)
    meeting_id = summed_up(us, deal_id)
    return deal_id, meeting_id, f"/c/{token_for(us, meeting_id, 'letter')}/"


def main_of(answer: Any) -> str:
    """What the page says, without the token against forged forms."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text_of(answer).partition("<main")[2])


def text_of(answer: Any) -> str:
    return str(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.requirement("R10")
@pytest.mark.requirement("R52")
def test_the_client_sees_goal_agenda_and_people_and_nothing_of_ours(us: Company, stranger: Client) -> None:
    """Who is who, and whom to write to."""
    _, _, address = asked(us)
    page = text_of(stranger.get(address))
    for said in (
        "Понять, как система считает себестоимость партии леса",
        "Знакомство",
        "Мария Серова",
        "эксперт",
        "Ольга Петровна Лескова",
    ):
        assert said in page
    for ours in ("Клиент называет три задачи", "Клиент сам назвал дату", "rail__nav", "С-2026"):
        assert ours not in page
    assert "Серова Мария" not in page, "one order of names, as the client's own are typed"


def test_the_page_says_who_asks_what_in_words_of_no_house(us: Company, stranger: Client) -> None:
    _, _, address = asked(us)
    page = text_of(stranger.get(address))
    assert "Мария Серова (Svyazka) предлагает план встречи. Проверьте его: это займёт две минуты." in page
    assert "ведёт встречу" in page
    assert "записывает" in page
    for ours in ("модератор", "протокол", "MSK"):
        assert ours not in page
    assert "11:00 (время: Москва)" in page
    assert "Знакомство<p" in page, "who leads a point stands below it"


def test_links_and_addresses_can_be_followed_and_nothing_else_becomes_a_link(
    us: Company, stranger: Client
) -> None:
    place = "Онлайн: https://meet.example/j/1?pwd=a&b=c, или напишите a@b.example, javascript:alert(1) data:text/html,x"
    _, _, address = asked(us, place=place)
    page = text_of(stranger.get(address))
    assert (
        '<a href="https://meet.example/j/1?pwd=a&amp;b=c" rel="noopener noreferrer">'
        "https://meet.example/j/1?pwd=a&amp;b=c</a>," in page
    )
    assert '<a href="mailto:a@b.example">a@b.example</a>' in page
    assert '<a href="mailto:manager@svyazka.example">manager@svyazka.example</a>' in page
    assert 'href="javascript' not in page
    assert 'href="data' not in page


@pytest.mark.parametrize(
    "place",
    [
        'https://x.example/"onmouseover=alert(1)',
        "https://x.example/'><script>alert(1)</script>",
        "http://<img src=x onerror=alert(1)>",
        "https://user@evil.example/<b>",
    ],
)
def test_a_hostile_link_stays_text_inside_its_quotes(us: Company, stranger: Client, place: str) -> None:
    _, _, address = asked(us, place=place)
    page = text_of(stranger.get(address))
    for raw in ("<script>alert", "<img src=x", '"onmouseover', "<b>" + "</"):
        assert raw not in page


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"x-moz": "prefetch"},
        {"user-agent": "BarracudaCentral"},
    ],
    ids=["plain", "prefetch", "prerender", "moz", "scanner"],
)
def test_looking_confirms_nothing_whoever_looks(us: Company, method: str, headers: dict[str, str]) -> None:
    _, meeting_id, address = asked(us)
    before = latest_entry_id()
    with CaptureQueriesContext(connection) as queries:
        answer = getattr(Client(headers=headers), method)(address)
    assert answer.status_code == 200
    assert not [one["sql"] for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert latest_entry_id() == before
    assert shown(us, meeting_id).row.agreement == "asked"
    assert Door.objects.get().used_at is None


def test_one_press_agrees_and_a_second_one_is_told_so(us: Company, stranger: Client) -> None:
    deal_id, meeting_id, address = asked(us)
    answer = stranger.post(address, {"act": "agree"})
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert "Договорились" in text_of(stranger.get(address))
    assert shown(us, meeting_id).row.agreement == "agreed"
    assert facts(us, deal_id)["meeting.goals_agreed"] == "client_page"
    again = stranger.post(address, {"act": "agree"})
    assert again.status_code == 409
    assert "Ольга Петровна Лескова" in text_of(again)


def test_after_his_consent_the_client_may_say_that_he_cannot_come(us: Company, stranger: Client) -> None:
    deal_id, meeting_id, address = asked(us)
    stranger.post(address, {"act": "agree"})
    page = text_of(stranger.get(address))
    assert "Не смогу прийти" in page
    assert "Что-то изменилось" in page
    assert "Да, всё подходит" not in page
    assert stranger.post(address, {"act": "correct", "people": "заболел"}).status_code == 303
    assert "Ваши поправки у нас" in text_of(stranger.get(address))
    assert shown(us, meeting_id).row.agreement == "corrected"
    assert "meeting.goals_agreed" not in facts(us, deal_id)


def test_that_he_cannot_come_is_a_button_of_its_own_that_begins_the_words_for_him(
    us: Company, stranger: Client
) -> None:
    """Following it changes nothing; without a script the box stands open, too."""
    _, meeting_id, address = asked(us)
    page = text_of(stranger.get(address))
    assert 'href="?lang=ru&amp;away=1#id_people"' in page
    assert "Не смогу прийти: " not in page
    page = text_of(stranger.get(f"{address}?lang=ru&away=1"))
    assert '<details class="details details--plain" open>' in page
    assert re.search(r'<textarea[^>]*name="people"[^>]*>\s*Не смогу прийти: </textarea>', page)
    assert shown(us, meeting_id).row.agreement == "asked"
    assert "I can’t come: " in text_of(stranger.get(f"{address}?lang=en&away=1"))
    assert 'action="?lang=ru"' in page, "and after it has been sent the page is the plain one"
    stranger.post(f"{address}?lang=ru", {"act": "correct", "people": "Не смогу прийти: "})
    assert shown(us, meeting_id).corrected["people"] == "Не смогу прийти:"
    assert '<details class="details details--plain" open>' not in text_of(stranger.get(f"{address}?away=1"))


def test_whoever_has_sent_corrections_reads_them_and_may_add_to_them(us: Company, stranger: Client) -> None:
    """Until we take them in, by the same form; his colleague reads nothing of it and can't write over it."""
    deal_id = accepted_deal(us)
    meeting_id = planned(us, deal_id, theirs=BOTH)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=us.manager, at=TUESDAY)
    one, other = (f"/c/{token_of_guest(meeting_id, guest.name)}/" for guest in BOTH)
    stranger.post(one, {"act": "correct", "goal": "Увидеть учёт обрезков"})
    page = text_of(stranger.get(one))
    assert "Ваши поправки" in page
    assert "<dd>Увидеть учёт обрезков</dd>" in page
    assert "Дополнить поправки" in page
    assert re.search(r'<textarea[^>]*name="goal"[^>]*>\s*Увидеть учёт обрезков</textarea>', page)
    assert "Увидеть учёт обрезков" not in text_of(stranger.get(other))
    assert "Дополнить поправки" not in text_of(stranger.get(other))
    assert stranger.post(other, {"act": "correct", "goal": "своё"}).status_code == 409
    more = {"act": "correct", "goal": "Увидеть учёт обрезков", "time": "лучше в 12"}
    assert stranger.post(one, more).status_code == 303
    assert shown(us, meeting_id).corrected == {
        "goal": "Увидеть учёт обрезков", "time": "лучше в 12", "who": BOTH[0].name
    }  # fmt: skip
    assert stranger.post(one, {"act": "agree"}).status_code == 409


def test_who_was_sent_what_is_agreed_on_already_is_not_asked_for_his_consent(
    us: Company, stranger: Client
) -> None:
    _, meeting_id, _ = asked(us)
    letters_have_left(at=TUESDAY)
    replan(us, meeting_id, starts_at=WHEN + timedelta(hours=4))
    say_agreed(meeting_id=meeting_id, how="по телефону", actor=us.manager, at=TUESDAY)
    address = f"/c/{token_for(us, meeting_id)}/"
    page = text_of(stranger.get(address))
    assert "Вот о чём мы договорились" in page
    for asks in ("Да, всё подходит", "предлагает план встречи"):
        assert asks not in page
    assert "Добавить в календарь" in page
    assert stranger.post(address, {"act": "correct", "time": "лучше в 12"}).status_code == 303
    assert shown(us, meeting_id).row.agreement == "corrected"


def test_the_meeting_goes_to_the_calendar_of_a_guest_who_has_no_mail(us: Company, stranger: Client) -> None:
    """A file that asks nobody: published, with an organizer and without attendees (RFC 5546, 3.2.1)."""
    meeting_id = planned(us, accepted_deal(us))
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=us.manager, at=TUESDAY)
    address = f"/c/{token_of_guest(meeting_id, 'Пётр Кедров')}/"
    assert "Добавить в календарь" in text_of(stranger.get(address))
    assert 'href="meeting.ics?lang=ru"' in text_of(stranger.get(address))
    before = latest_entry_id()
    with CaptureQueriesContext(connection) as queries:
        answer = stranger.get(f"{address}meeting.ics")
    assert not [one["sql"] for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert latest_entry_id() == before
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    calendar = vobject.readOne(answer.content.decode())
    assert calendar.method.value == "PUBLISH"
    event = calendar.vevent
    assert (event.uid.value, event.dtstart.value) == (uid_of(meeting_id), WHEN)
    assert int(event.sequence.value) == Meeting.objects.get().version
    assert event.organizer.value == "mailto:manager@svyazka.example"
    assert "attendee" not in event.contents
    assert address in event.url.value
    assert stranger.post(f"{address}meeting.ics").status_code == 405


def test_no_file_for_a_calendar_stands_behind_another_door(us: Company, stranger: Client) -> None:
    """Nor is there one of a plan that is being changed, of one that is over, or behind an address of nobody's."""
    _, meeting_id, address = asked(us)
    assert stranger.get("/c/1-1:AAAA/meeting.ics").status_code == 404
    with time_machine.travel(WHEN, tick=False):
        assert stranger.get(f"{address}meeting.ics").status_code == 404
        assert "Добавить в календарь" not in text_of(stranger.get(address))
    stranger.post(address, {"act": "correct", "time": "лучше в 12"})
    assert stranger.get(f"{address}meeting.ics").status_code == 404
    replan(us, meeting_id, place="Онлайн")
    assert stranger.get(f"{address}meeting.ics").status_code == 410


def test_the_link_of_a_cancelled_meeting_says_that_it_won_t_take_place_and_whom_to_write_to(
    us: Company, stranger: Client
) -> None:
    _, meeting_id, address = asked(us)
    cancel_meeting(meeting_id=meeting_id, reason="клиент заболел", actor=us.manager, at=TUESDAY)
    for answer in (
        stranger.get(address),
        stranger.post(address, {"act": "agree"}),
        stranger.get(f"{address}meeting.ics"),
    ):
        page = text_of(answer)
        assert answer.status_code == 410
        assert "Наша встреча не состоится" in page
        assert "Кому писать: Мария Серова, " in page
        for said in ("заболел", "Ссылка отозвана", "ссылка больше не работает"):
            assert said not in page
    assert "не состоится" not in text_of(stranger.get(address[:-2] + "x/"))


def test_once_the_meeting_has_begun_there_is_nothing_to_change(us: Company, stranger: Client) -> None:
    _, meeting_id, address = asked(us)
    stranger.post(address, {"act": "agree"})
    with time_machine.travel(WHEN, tick=False):
        assert "Не смогу прийти" not in text_of(stranger.get(address))
        assert stranger.post(address, {"act": "correct", "people": "заболел"}).status_code == 409
    assert shown(us, meeting_id).row.agreement == "agreed"


def test_who_of_the_guests_has_answered_what_his_colleagues_do_not_learn(
    us: Company, stranger: Client
) -> None:
    deal_id = accepted_deal(us)
    meeting_id = planned(us, deal_id, theirs=BOTH)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=us.manager, at=TUESDAY)
    one, other = (f"/c/{token_of_guest(meeting_id, guest.name)}/" for guest in BOTH)
    before = main_of(stranger.get(other))
    stranger.post(one, {"act": "agree"})
    assert main_of(stranger.get(other)) == before, "he sees no difference"
    assert "Договорились" in text_of(stranger.get(one))
    stranger.post(other, {"act": "agree"})
    assert "Договорились" in text_of(stranger.get(other))
    stranger.post(one, {"act": "correct", "people": "не приду"})
    page = main_of(stranger.get(other))
    assert "Мы меняем этот план" in page
    assert "не приду" not in page
    refused = stranger.post(other, {"act": "agree"})
    assert refused.status_code == 409
    assert main_of(refused).count(BOTH[0].name) == page.count(BOTH[0].name), "only where the guests stand"


def test_corrections_come_with_what_was_typed_and_an_empty_one_is_refused(
    us: Company, stranger: Client
) -> None:
    _, meeting_id, address = asked(us)
    answer = stranger.post(address, {"act": "correct", "goal": "  "})
    assert answer.status_code == 422
    stranger.post(address, {"act": "correct", "goal": "Увидеть учёт обрезков", "time": "лучше в 12"})
    assert shown(us, meeting_id).corrected == {
        "goal": "Увидеть учёт обрезков",
        "time": "лучше в 12",
        "who": "Ольга Петровна Лескова",
    }
    assert "Ваши поправки у нас" in text_of(stranger.get(address))


@pytest.mark.parametrize("act", ["", "confirm", "delete", "x" * 5000])
def test_an_act_that_is_none_changes_nothing(us: Company, stranger: Client, act: str) -> None:
    _, meeting_id, address = asked(us)
    assert stranger.post(address, {"act": act}).status_code == 422
    assert shown(us, meeting_id).row.agreement == "asked"


@pytest.mark.parametrize(
    "token", ["1", "1-1:x", "a" * 300, "1-1764000000:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00"]
)
def test_a_forged_address_is_not_found(us: Company, stranger: Client, token: str) -> None:
    asked(us)
    assert stranger.get(f"/c/{token}/").status_code == 404
    assert stranger.post(f"/c/{token}/", {"act": "agree"}).status_code == 404


def test_the_signature_of_another_deals_address_opens_nothing(us: Company, stranger: Client) -> None:
    _, first, address = asked(us)
    other = planned(us, accepted_deal(us, inn="7728168971"))
    ask_client(meeting_id=other, guests=[0], actor=us.manager, at=TUESDAY)
    mine, theirs = address.strip("/").removeprefix("c/"), token_for(us, other)
    mixed = f"{theirs.partition(':')[0]}:{mine.partition(':')[2]}"
    assert stranger.post(f"/c/{mixed}/", {"act": "agree"}).status_code == 404
    stranger.post(f"/c/{theirs}/", {"act": "agree"})
    assert [shown(us, one).row.agreement for one in (first, other)] == ["asked", "agreed"]


def test_an_address_whose_time_is_over_says_so_and_what_to_do(us: Company, stranger: Client) -> None:
    _, meeting_id, address = asked(us)
    with time_machine.travel(WHEN + timedelta(days=2), tick=False):
        for answer in (stranger.get(address), stranger.post(address, {"act": "agree"})):
            assert answer.status_code == 410
            assert "Срок ссылки вышел" in text_of(answer)
    assert shown(us, meeting_id).row.agreement == "asked"


def test_a_dead_address_says_whom_to_ask_and_a_forged_one_says_nothing(us: Company, stranger: Client) -> None:
    _, meeting_id, address = asked(us)
    replan(us, meeting_id, place="Онлайн")
    for answer in (stranger.get(address), stranger.post(address, {"act": "agree"})):
        assert answer.status_code == 410
        page = text_of(answer)
        assert "Кому писать: Мария Серова, " in page
        assert 'href="mailto:manager@svyazka.example"' in page
        assert "Лескова" not in page
        assert "лесосклад" not in page
    forged = stranger.get(address[:-2] + "x/")
    assert forged.status_code == 404
    for ours in ("Серова", "manager@", "Кому писать"):
        assert ours not in text_of(forged)


def test_the_dead_address_of_a_manager_who_has_left_names_the_company(us: Company, stranger: Client) -> None:
    _, meeting_id, address = asked(us)
    replan(us, meeting_id, place="Онлайн")
    Person.objects.filter(pk=us.manager.me).update(is_active=False)
    touch_settings()
    page = text_of(stranger.get(address))
    assert "Серова" not in page
    assert "Кому писать: Svyazka, " in page


def test_an_address_to_an_older_plan_points_to_the_newer_one(us: Company, stranger: Client) -> None:
    _, meeting_id, address = asked(us)
    replan(us, meeting_id, place="Онлайн")
    assert stranger.post(address, {"act": "agree"}).status_code == 410
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY)
    assert "отправили новую версию" in text_of(stranger.get(address))
    assert Meeting.objects.get().agreed_version == 0


def test_a_post_from_another_site_is_refused(us: Company) -> None:
    _, meeting_id, address = asked(us)
    strict = Client(enforce_csrf_checks=True)
    strict.get(address)
    assert strict.post(address, {"act": "agree"}).status_code == 403
    assert shown(us, meeting_id).row.agreement == "asked"


def test_somebody_who_presses_without_end_is_asked_to_wait(us: Company, stranger: Client) -> None:
    _, _, address = asked(us)
    for _ in range(FROM_ONE):
        assert stranger.post(address, {"act": "none"}).status_code == 422
    answer = stranger.post(address, {"act": "agree"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_nothing_that_was_typed_runs_on_the_clients_pages(us: Company, stranger: Client) -> None:
    _, _, address = asked(
        us, client_goal=HOSTILE, place=HOSTILE, points=(DraftPoint(5, HOSTILE, "moderator", us.manager.me),),
        theirs=(DraftGuest(HOSTILE, HOSTILE, email="a@b.example"),),
    )  # fmt: skip
    pages = [text_of(stranger.get(address)), text_of(stranger.post(address, {"act": "correct", "goal": ""}))]
    stranger.post(address, {"act": "correct", "goal": HOSTILE, "agenda": HOSTILE})
    pages.append(text_of(stranger.get(address)))
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "{{7*7}}" in page, "it stands there as it was typed"


def test_the_page_is_kept_by_nobody_and_sent_to_nobody(us: Company, stranger: Client) -> None:
    _, _, address = asked(us)
    answer = stranger.get(address)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R29")
def test_the_letter_is_confirmed_with_the_answer_whether_he_is_ready(us: Company, stranger: Client) -> None:
    deal_id, meeting_id, address = lettered(us)
    with time_machine.travel(WHEN + timedelta(hours=3), tick=False):
        page = text_of(stranger.get(address))
        assert "Обследование начинаем с лесосклада" in page
        assert "Готовы к следующему шагу?" in page
        assert (
            stranger.post(
                address, {"act": "confirm", "ready": "yes", "ready_words": "ждём договор"}
            ).status_code
            == 303
        )
        assert "Всё верно" not in text_of(stranger.get(address)).partition("<main")[2].partition("<form")[2]
        assert stranger.post(address, {"act": "confirm", "ready": "not_yet"}).status_code == 409
    assert {"letter.confirmed", "client.ready"} <= facts(us, deal_id).keys()
    assert shown(us, meeting_id).letters[0].ready == "yes"


def test_whether_he_is_ready_is_asked_once_and_counts_whichever_button_is_pressed(
    us: Company, stranger: Client
) -> None:
    """One form with two buttons: no script is needed."""
    _, meeting_id, address = lettered(us)
    with time_machine.travel(WHEN + timedelta(hours=3), tick=False):
        page = main_of(stranger.get(address))
        assert page.count("Готовы к следующему шагу?") == 1
        assert page.count('name="ready_words"') == 1
        form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="ready"' in one)
        assert re.findall(r'<button[^>]*name="act"[^>]*value="(\w+)"', form) == ["confirm", "correct"]
        assert 'name="point-h1"' in form
        stranger.post(
            address, {"act": "correct", "point-h1": "Двенадцать дней", "ready": "not_yet", "ready_words": "бюджет"}
        )  # fmt: skip
    letter = shown(us, meeting_id).letters[0]
    assert (letter.answer, letter.ready, letter.ready_words) == ("corrected", "not_yet", "бюджет")


def test_corrections_are_not_lost_on_who_presses_that_all_is_correct(us: Company, stranger: Client) -> None:
    _, meeting_id, address = lettered(us)
    boxes = {f"point-{one.key}": one.text for one in POINTS}
    with time_machine.travel(WHEN + timedelta(hours=3), tick=False):
        answer = stranger.post(
            address, {"act": "confirm", **boxes, "point-h1": "Двенадцать дней", "ready": "yes"}
        )
        assert answer.status_code == 422
        page = text_of(answer)
        assert "Ниже есть поправки" in page
        assert "Двенадцать дней</textarea>" in page
        assert '<details class="details details--plain" open>' in page
        assert shown(us, meeting_id).letters[0].answer == ""
        assert stranger.post(address, {"act": "confirm", **boxes, "ready": "yes"}).status_code == 303
    assert shown(us, meeting_id).letters[0].answer == "confirmed"


def test_who_was_not_ready_yet_reads_his_words_and_may_say_later_that_he_is(
    us: Company, stranger: Client
) -> None:
    deal_id, _, address = lettered(us)
    with time_machine.travel(WHEN + timedelta(hours=3), tick=False):
        stranger.post(address, {"act": "confirm", "ready": "not_yet", "ready_words": "ждём бюджет"})
        page = text_of(stranger.get(address))
        assert "Ваш ответ: Пока нет <q>ждём бюджет</q>" in page
        assert "Что-то изменилось? Скажите об этом здесь." in page
        assert "client.ready" not in facts(us, deal_id)
        assert stranger.post(address, {"act": "ready", "ready": "yes"}).status_code == 303
        page = text_of(stranger.get(address))
        assert "Ваш ответ: Да, готовы" in page
        assert "Скажите об этом здесь" not in page
        assert stranger.post(address, {"act": "ready", "ready": "not_yet"}).status_code == 409
    assert facts(us, deal_id)["client.ready"] == "client_page"


def test_whoever_confirmed_without_saying_whether_he_is_ready_may_say_so_later_once(
    us: Company, stranger: Client
) -> None:
    deal_id, meeting_id, address = lettered(us)
    with time_machine.travel(WHEN + timedelta(hours=3), tick=False):
        stranger.post(address, {"act": "confirm"})
        assert "client.ready" not in facts(us, deal_id)
        assert "Ещё один вопрос" in text_of(stranger.get(address))
        empty = stranger.post(address, {"act": "ready"})
        assert empty.status_code == 422
        assert "Выберите один из двух ответов" in text_of(empty)
        assert stranger.post(address, {"act": "ready", "ready": "yes"}).status_code == 303
        page = text_of(stranger.get(address))
        assert "Ещё один вопрос" not in page
        assert "Ваш ответ: Да, готовы" in page
        for again in ({"act": "ready", "ready": "not_yet"}, {"act": "confirm"}):
            assert stranger.post(address, again).status_code == 409
    assert facts(us, deal_id)["client.ready"] == "client_page"
    assert shown(us, meeting_id).letters[0].ready == "yes"


def test_what_one_of_them_has_corrected_the_other_does_not_read(us: Company, stranger: Client) -> None:
    deal_id = accepted_deal(us)
    meeting_id = summed_up(us, deal_id, theirs=BOTH, guests=(0, 1))
    one, other = (f"/c/{token_of_guest(meeting_id, guest.name, 'letter')}/" for guest in BOTH)
    with time_machine.travel(WHEN + timedelta(hours=3), tick=False):
        stranger.post(
            one, {"act": "correct", "point-h1": "Двенадцать дней", "more": "Телефон", "ready": "yes"}
        )
        assert "Двенадцать дней" in text_of(stranger.get(one))
        page = text_of(stranger.get(other))
        assert "Мы исправляем это письмо" in page
        for said in ("Двенадцать дней", "Телефон", "Ваш ответ: Да, готовы"):
            assert said not in page
        refused = stranger.post(other, {"act": "confirm"})
        assert refused.status_code == 409
        assert BOTH[0].name not in text_of(refused).partition("Кто участвовал")[0]


def test_points_have_one_number_each_on_the_page_and_in_the_corrections(
    us: Company, stranger: Client
) -> None:
    """The corrections lie folded in the page itself: they are there without a script, too."""
    _, _, address = lettered(us)
    with time_machine.travel(WHEN + timedelta(hours=3), tick=False):
        page = text_of(stranger.get(address))
    assert [page.count(f'<ol class="client__points" start="{number}">') for number in range(1, 6)] == [
        1
    ] * 4 + [0]
    boxes = re.findall(r'<label[^>]*for="id_point-(\w+)"[^>]*>\s*Пункт (\d)', page)
    assert boxes == [(one.key, str(number)) for number, one in enumerate(POINTS, 1)]
    folded = page.partition("<details")[2].partition("</details>")[0]
    assert 'id="correct"' in folded


def test_the_letter_is_corrected_point_by_point(us: Company, stranger: Client) -> None:
    deal_id, meeting_id, address = lettered(us)
    boxes = {f"point-{one.key}": one.text for one in POINTS}
    with time_machine.travel(WHEN + timedelta(hours=3), tick=False):
        unchanged = stranger.post(address, {"act": "correct", **boxes})
        assert unchanged.status_code == 422
        assert "Ничего не изменено" in text_of(unchanged)
        assert (
            stranger.post(
                address, {"act": "correct", **boxes, "point-h1": HOSTILE, "more": HOSTILE}
            ).status_code
            == 303
        )
        page = text_of(stranger.get(address))
    assert "<script>alert" not in page
    letter = shown(us, meeting_id).letters[0]
    assert (letter.answer, dict(letter.corrections), letter.more) == ("corrected", {"h1": HOSTILE}, HOSTILE)
    assert "letter.confirmed" not in facts(us, deal_id)


def test_a_letter_that_was_taken_back_shows_nothing_of_itself(us: Company, stranger: Client) -> None:
    _, meeting_id, address = lettered(us)
    take_back_letter(meeting_id=meeting_id, version=1, actor=us.manager, at=WHEN + timedelta(hours=3))
    with time_machine.travel(WHEN + timedelta(hours=3), tick=False):
        answer = stranger.get(address)
    assert answer.status_code == 410
    assert "лесосклада" not in text_of(answer)
    assert Letter.objects.get().answer == ""
    assert not mail.outbox


def test_the_address_never_stands_in_the_log(
    us: Company, stranger: Client, caplog: pytest.LogCaptureFixture
) -> None:
    _, _, address = asked(us)
    stranger.post(address.replace("/c/", "/c/9"), {"act": "agree"})
    assert caplog.records, "a refusal is logged"
    signature = address.rpartition(":")[2].strip("/")
    assert not any(signature in without_private(record.getMessage()) for record in caplog.records)
    assert without_private(f"GET {address} 200") == "GET /c/<secret>/ 200"
    assert without_private(f"GET {address}meeting.ics 200") == "GET /c/<secret>/meeting.ics 200"


def test_the_client_may_read_in_english(us: Company, stranger: Client) -> None:
    _, _, address = asked(us)
    assert "What it is for" in text_of(stranger.get(f"{address}?lang=en"))
    assert "What it is for" not in text_of(stranger.get(f"{address}?lang=xx"))


def test_a_colleague_who_is_signed_in_answers_for_no_client(us: Company) -> None:
    """He sees what the client sees, and is told why he can't press."""
    _, meeting_id, where = asked(us)
    browser = browser_of(us.manager)
    assert "signed in as a colleague" in text_of(browser.get(where, {"lang": "en"}))
    assert browser.post(where, {"act": "agree"}).status_code == 403
    assert shown(us, meeting_id).row.agreement == "asked"


def test_what_he_does_on_his_page_stands_on_the_deals_page_under_his_name(
    us: Company, stranger: Client
) -> None:
    """For those who read what is said of the client; others learn that it was the client."""
    deal_id, _, address = asked(us)
    stranger.post(address, {"act": "agree"})
    mine, others = (happened(us, who, deal_id) for who in (us.manager, us.other_manager))
    assert "Ольга Петровна Лескова, client · on their own page" in mine
    assert "Лескова" not in others
    assert "the client · on their own page" in others
    for page in (mine, others):
        assert "the system · on" not in page
    erase_typed(deal_id=deal_id, seqs=range(1, 200), actor=us.administrator, at=TUESDAY)
    assert "Лескова" not in happened(us, us.manager, deal_id)


def happened(us: Company, viewer: Actor, deal_id: int) -> str:
    """What happened on a deal, as its page tells."""
    page = text_of(browser_of(viewer).get(deal_path(us, deal_id)))
    told = page[page.index('id="timeline"') :].partition("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", told)).replace(" , ", ", ")


def deal_path(us: Company, deal_id: int) -> str:
    return f"/deals/{rows_by_id([deal_id], viewer=us.manager)[deal_id].path}/"
