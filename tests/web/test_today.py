"""My day: what I owe, what others owe me, what the client owes, each with its due time; done with one press."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from svyazka.presale.commitments.commands import keep, open_commitment
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import commitments_of, owed_by
from svyazka.presale.deals.commands import receive_request
from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.experts.claiming import claim
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.planning import cancel_meeting
from svyazka.presale.meetings.room import begin, end
from svyazka.presale.questions.commands import ask_question, relay_question
from svyazka.presale.stages.commands import complete_stage, lose
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, found_company, whole_request
from tests.meetings import WHEN, agreed, planned
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.requirement("R22"), pytest.mark.usefixtures("morning")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - 30 * DAY)


def owe(
    deal: int, performer: Actor, result: str, due: datetime, by: Actor, *, on_client: bool = False
) -> int:
    return open_commitment(
        deal_id=deal, performer_id=performer.me, result=result, due_at=due, actor=by, at=TUESDAY - 20 * DAY,
        on_client=on_client,
    )  # fmt: skip


@pytest.fixture
def deal(company: Company) -> int:
    return accepted_deal(company, TUESDAY - 21 * DAY)


def prepared(company: Company) -> int:
    """A deal in its second stage, where the manager owes a date and the goals of the meeting."""
    deal = accepted_deal(company, TUESDAY)
    complete_stage(deal_id=deal, stage="request", reason="", actor=company.manager, at=TUESDAY)
    return deal


def owed(actor: Actor, term: str) -> int:
    return next(row.id for row in owed_by(viewer=actor) if row.term == term)


def outcome(deal: int, commitment: int) -> str:
    return next(row.outcome for row in commitments_of(deal) if row.id == commitment)


# what the page shows


def test_what_i_owe_is_sorted_by_when_it_is_due_overdue_first(company: Company, deal: int) -> None:
    for result, due in (
        ("December thing", TUESDAY + 20 * DAY), ("Late thing", TUESDAY - 2 * DAY), ("Thursday thing", TUESDAY + 2 * DAY),
        ("Noon thing", TUESDAY + 2 * HOUR),
    ):  # fmt: skip
        owe(deal, company.manager, result, due, company.head)
    page = read(browser_of(company.manager), "/")
    order = ["Overdue", "Late thing", "Noon thing", "This week", "Thursday thing", "Later", "December thing"]
    places = [
        page.index(f">{words}<") if "thing" in words else page.index(f"{words} <span") for words in order
    ]
    assert places == sorted(places)
    assert "late by" in page
    assert "2 h left" in page


def test_due_times_are_those_of_the_viewers_own_zone(company: Company, deal: int) -> None:
    owe(deal, company.manager, "Call", TUESDAY + 2 * HOUR, company.head)
    assert "today 12:00" in read(browser_of(company.manager, "ru"), "/").replace("сегодня", "today")


def test_what_others_owe_me_stands_by_deal_and_is_not_mine(company: Company, deal: int) -> None:
    owe(deal, company.expert, "Look at the export", TUESDAY + DAY, company.manager)
    page = read(browser_of(company.manager), "/")
    aside = page[page.index("Others owe you") :]
    assert "Северный лес" in aside
    assert "Look at the export" in aside
    assert "Олег Климов" in aside
    assert "Look at the export" not in page[: page.index("Others owe you")]
    theirs = read(browser_of(company.expert), "/")
    assert "Look at the export" in theirs
    assert "Others owe you" not in theirs


def test_what_the_client_owes_stands_apart(company: Company, deal: int) -> None:
    owe(deal, company.manager, "Their statute", TUESDAY + DAY, company.head, on_client=True)
    page = read(browser_of(company.manager), "/")
    assert page.index("The client owes") < page.index("Their statute")
    assert page.count("Their statute") == 1


def test_while_the_client_owes_us_my_clock_is_paused_and_nothing_is_called_late(company: Company) -> None:
    deal = prepared(company)
    question = ask_question(deal_id=deal, text="How many warehouses?", actor=company.expert, at=TUESDAY)
    relay_question(question_id=question, actor=company.manager, at=TUESDAY)
    with time_machine.travel(TUESDAY + 3 * DAY, tick=False):
        page = read(browser_of(company.manager), "/")
    paused = page[page.index("Your clock is paused") : page.index("<aside")]
    assert "Agree on the goals of the meeting" in paused
    assert "late by" not in paused


def test_another_viewer_sees_none_of_my_commitments(company: Company, deal: int) -> None:
    owe(deal, company.manager, "Mine alone", TUESDAY + DAY, company.head)
    assert "Mine alone" not in read(browser_of(company.other_manager), "/")


def test_an_empty_day_is_said_kindly_and_with_what_to_do_next(company: Company) -> None:
    page = read(browser_of(company.other_manager), "/")
    assert "You owe nobody anything" in page
    assert 'href="/board/"' in page[page.index("You owe nobody anything") :]
    assert "Вы никому ничего не должны" in read(browser_of(company.other_manager, "ru"), "/")


def test_what_people_typed_is_shown_and_never_run(company: Company) -> None:
    deal = receive_request(
        answers={**WHOLE_REQUEST, "company": "<script>alert(1)</script>"}, actor=company.programmer, at=TUESDAY,
        source="x", sure=True,
    ).deal_id  # fmt: skip
    owe(deal, company.dispatcher, "<b>bold</b>", TUESDAY + DAY, company.head)
    page = read(browser_of(company.dispatcher), "/")
    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert "&lt;b&gt;bold" in page


@pytest.mark.parametrize(
    ("waiting", "russian", "english"),
    [
        (1, "ждёт 1 запрос.", "1 request is waiting"), (2, "ждут 2 запроса.", "2 requests are waiting"),
        (5, "ждут 5 запросов.", "5 requests are waiting"),
    ],
)  # fmt: skip
def test_the_dispatcher_sees_on_top_how_many_requests_wait(
    company: Company, waiting: int, russian: str, english: str
) -> None:
    for _ in range(waiting):
        whole_request(company)
    assert russian in read(browser_of(company.dispatcher, "ru"), "/")
    assert english in read(browser_of(company.dispatcher), "/")
    assert "at the window" not in read(browser_of(company.manager), "/")


def test_a_head_sees_what_is_overdue_in_his_unit(company: Company, deal: int) -> None:
    owe(deal, company.expert, "Send the scheme", TUESDAY + DAY, company.manager)
    with time_machine.travel(TUESDAY + 3 * DAY):
        page = read(browser_of(company.head, "ru"), "/")
        assert "В вашем подразделении просрочено" in page
        assert f'href="/overview/units/{company.delivery_unit}/?overdue=1"' in page
        assert "overdue." not in read(browser_of(company.other_manager), "/")


def test_what_is_due_much_later_doesnt_bury_the_day(company: Company, deal: int) -> None:
    for number in range(23):
        owe(deal, company.manager, f"Number {number}", TUESDAY + 20 * DAY, company.head)
    page = read(browser_of(company.manager, "ru"), "/")
    assert page.count("Number ") == 20
    assert "Ещё 3: все ваши сделки" in page


def test_each_commitment_leads_to_where_it_is_handed_over_or_waived(company: Company, deal: int) -> None:
    one = owe(deal, company.manager, "Send it", TUESDAY + DAY, company.head)
    browser = browser_of(company.manager)
    where = f"/deals/2026-0001/?open=hand_over.{one}"
    assert f'href="{where}#hand_over-{one}"' in read(browser, "/")
    page = read(browser, where)
    assert f'id="hand_over-{one}" data-fold="hand_over-{one}" open' in page
    assert 'action="/deals/2026-0001/hand_over/"' in page


def test_what_an_expert_has_taken_stands_on_his_day_until_the_deal_ends(company: Company, deal: int) -> None:
    ask = Ask(
        "expert", "1С:ERP", TUESDAY.date(), TUESDAY.date() + DAY, "Клиент видит, как считается партия",
        to_decide="хватит ли типовой системы",
    )  # fmt: skip
    asked = ask_for_expert(deal_id=deal, ask=ask, actor=company.manager, at=TUESDAY)
    assert "You go as the expert" not in read(browser_of(company.expert), "/")
    claim(request_id=asked, actor=company.expert, at=TUESDAY)
    page = read(browser_of(company.expert), "/")
    assert "You go as the expert" in page
    assert f'href="/experts/{asked}/"' in page
    assert "You owe nobody anything" not in page
    assert "You go as the expert" not in read(browser_of(company.head), "/")
    lose(deal_id=deal, reason="estimate.above_budget", evidence="письмо", actor=company.manager, at=TUESDAY)
    assert "You go as the expert" not in read(browser_of(company.expert), "/")


def test_the_page_costs_the_same_for_one_commitment_and_for_fifty(company: Company, deal: int) -> None:
    browser = browser_of(company.manager)
    owe(deal, company.manager, "The first", TUESDAY + DAY, company.head)
    owe(deal, company.expert, "Theirs", TUESDAY + DAY, company.manager)
    few = queries(browser, "/")
    for number in range(25):
        other = accepted_deal(company, TUESDAY - 5 * DAY) if number < 3 else deal
        owe(other, company.manager, f"Number {number}", TUESDAY + DAY, company.head)
        owe(other, company.expert, f"Theirs {number}", TUESDAY + DAY, company.manager)
    assert queries(browser, "/") == few


# meetings that ask for me


def meetings(page: str) -> str:
    """The part of the page that tells of meetings."""
    if 'id="meetings"' not in page:
        return ""
    begin = page.index('id="meetings"')
    return page[begin : page.index("</section>", begin)]


@pytest.mark.requirement("R13")
def test_tomorrows_meeting_stands_on_top_with_what_it_lacks(company: Company, deal: int) -> None:
    owe(deal, company.manager, "Late thing", TUESDAY - 2 * DAY, company.head)
    meeting = planned(company, deal)
    assert not meetings(read(browser_of(company.manager), "/")), "it is the day after tomorrow"
    with time_machine.travel(WHEN - DAY, tick=False):
        page = read(browser_of(company.manager), "/")
        assert page.index('id="meetings"') < page.index("Late thing")
        section = meetings(page)
        for said in (
            f'href="/meetings/{meeting}/"', "Северный лес", "tomorrow 11:00", "Офис клиента, Лесная, 7",
            "not ready: the client hasn’t been asked<", "the expert isn’t briefed",
        ):  # fmt: skip
            assert said in section
        assert "/run/" not in section, "the cockpit is for the day itself"
        assert "You haven’t read the dossier" not in section
        theirs = meetings(read(browser_of(company.expert), "/"))
        assert 'href="/deals/2026-0001/dossier/"' in theirs
        assert "You haven’t read the dossier" in theirs
        for other in (company.other_manager, company.programmer, company.estimator):
            assert not meetings(read(browser_of(other), "/"))


def test_on_the_day_the_cockpit_is_one_tap_away_until_the_meeting_is_closed(
    company: Company, deal: int
) -> None:
    meeting = agreed(company, deal)
    browser, cockpit = browser_of(company.manager), f'href="/meetings/{meeting}/run/"'
    with time_machine.travel(WHEN - HOUR, tick=False):
        assert cockpit in meetings(read(browser, "/"))
        assert "You haven’t read the dossier" not in meetings(read(browser_of(company.expert), "/"))
        begin(meeting_id=meeting, actor=company.manager, at=WHEN)
        section = meetings(read(browser, "/"))
        assert cockpit in section
        assert "under way" in section
        end(meeting_id=meeting, actor=company.manager, at=WHEN + HOUR)
    with time_machine.travel(WHEN + 5 * DAY, tick=False):
        assert f'href="/meetings/{meeting}/#close"' in meetings(read(browser, "/"))
        assert f'href="/meetings/{meeting}/#verdict"' in meetings(read(browser_of(company.expert), "/"))


def test_in_the_morning_nobody_is_led_to_begin_what_is_held_late_in_the_evening(
    company: Company, deal: int
) -> None:
    meeting = planned(company, deal, starts_at=WHEN + 10 * HOUR)
    for before, offered in ((13, False), (12, True)):
        with time_machine.travel(WHEN + (10 - before) * HOUR, tick=False):
            assert (
                f"/meetings/{meeting}/run/" in meetings(read(browser_of(company.manager), "/"))
            ) is offered


def test_a_meeting_whose_time_is_over_stays_until_somebody_says_how_it_went(
    company: Company, deal: int
) -> None:
    meeting = agreed(company, deal)
    browser = browser_of(company.manager)
    with time_machine.travel(WHEN + 2 * DAY, tick=False):
        assert "its time is over" in meetings(read(browser, "/"))
        cancel_meeting(meeting_id=meeting, reason="клиент уехал", actor=company.manager, at=WHEN + DAY)
        assert not meetings(read(browser, "/"))


def test_before_a_weekend_mondays_meeting_is_shown(company: Company, deal: int) -> None:
    planned(company, deal, starts_at=WHEN + 4 * DAY)
    with time_machine.travel(WHEN, tick=False):
        assert not meetings(read(browser_of(company.manager), "/")), "on Thursday Friday is the next day"
    with time_machine.travel(WHEN + DAY, tick=False):
        assert "Mon, November 30, 11:00" in meetings(read(browser_of(company.manager), "/"))


def test_meetings_cost_the_same_for_one_and_for_many_and_little_for_none(company: Company, deal: int) -> None:
    browser = browser_of(company.manager)
    none = queries(browser, "/")
    with time_machine.travel(WHEN - DAY, tick=False):
        planned(company, deal)
        one = queries(browser, "/")
        for inn in ("7728168971", "5024002119", "7736050003"):
            planned(company, accepted_deal(company, inn=inn))
        assert meetings(read(browser, "/")).count("tomorrow 11:00") == 4
        assert queries(browser, "/") == one
    assert one - none <= 18


# saying that it is done


def test_what_a_meeting_proves_leads_there_and_asks_for_no_words(company: Company) -> None:
    deal = prepared(company)
    browser = browser_of(company.manager)
    goals, dated = owed(company.manager, "goals_written"), owed(company.manager, "meeting_dated")
    page = read(browser, "/")
    assert 'href="/deals/2026-0001/#meetings"' in page
    meeting = planned(company, deal)
    page = read(browser, "/")
    assert "To the meeting’s plan" in page
    assert f'href="/meetings/{meeting}/"' in page
    for one in (goals, dated):
        assert f"/today/{one}/done/" not in page
    assert f"?open=hand_over.{goals}#hand_over-{goals}" in page, "whoever has done it otherwise says so there"
    assert f'id="keep-{goals}-text"' in read(browser, f"/deals/2026-0001/?open=hand_over.{goals}")
    assert 'href="/deals/2026-0001/dossier/"' in read(browser_of(company.expert), "/")


def test_a_free_commitment_is_done_with_one_press(company: Company, deal: int) -> None:
    one = owe(deal, company.manager, "Send two similar projects", TUESDAY + DAY, company.head)
    browser = browser_of(company.manager)
    assert f'action="/today/{one}/done/"' in read(browser, "/")
    answer = browser.post(f"/today/{one}/done/", follow=True)
    assert answer.redirect_chain == [("/", 303)]
    assert "Done: Send two similar projects." in answer.content.decode()
    assert outcome(deal, one) == "kept"


def test_what_is_done_late_is_said_and_written_as_late(company: Company, deal: int) -> None:
    one = owe(deal, company.manager, "Send it", TUESDAY - DAY, company.head)
    answer = browser_of(company.manager).post(f"/today/{one}/done/", follow=True)
    assert "Done, though late: Send it." in answer.content.decode()
    assert outcome(deal, one) == "late"


def test_what_needs_evidence_asks_for_it_and_then_takes_it(company: Company) -> None:
    deal = prepared(company)
    one = owed(company.manager, "goals_written")
    browser = browser_of(company.manager)
    refused = browser.post(f"/today/{one}/done/", {"note": "  "})
    assert refused.status_code == 422
    assert "Refer to a letter" in refused.content.decode()
    assert outcome(deal, one) == "open"
    assert browser.post(f"/today/{one}/done/", {"note": "the client’s letter of Monday"}).status_code == 303
    assert outcome(deal, one) == "kept"


def test_a_date_that_is_missing_is_asked_for_and_nothing_typed_is_lost(company: Company) -> None:
    deal = prepared(company)
    one = owed(company.manager, "meeting_dated")
    browser = browser_of(company.manager)
    refused = browser.post(f"/today/{one}/done/", {"note": "Olga agreed <on the phone>", "happens_at": ""})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Olga agreed &lt;on the phone&gt;" in page
    assert 'href="#again_happens_at"' in page
    typed = {"note": "Olga agreed on the phone", "happens_at": "2026-11-30T12:00"}
    assert browser.post(f"/today/{one}/done/", typed).status_code == 303
    assert outcome(deal, one) == "kept"


def test_nonsense_for_a_date_comes_back_as_typed(company: Company) -> None:
    prepared(company)
    one = owed(company.manager, "meeting_dated")
    answer = browser_of(company.manager).post(
        f"/today/{one}/done/", {"note": "Olga agreed", "happens_at": "soon"}
    )
    assert answer.status_code == 422
    assert "Olga agreed" in answer.content.decode()


def test_what_only_another_act_can_prove_leads_to_the_deal_and_says_so(company: Company) -> None:
    whole_request(company)
    one = owed(company.dispatcher, "manager_found")
    browser = browser_of(company.dispatcher)
    assert f"/today/{one}/done/" not in read(browser, "/")
    answer = browser.post(f"/today/{one}/done/")
    assert answer.status_code == 422
    assert "Doing it closes the commitment" in answer.content.decode()


def test_whoever_was_second_learns_who_was_first_and_keeps_his_words(company: Company, deal: int) -> None:
    one = owe(deal, company.manager, "Send it", TUESDAY + DAY, company.head)
    keep(commitment_id=one, actor=company.head, at=TUESDAY)
    answer = browser_of(company.manager).post(f"/today/{one}/done/", {"note": "sent at noon"})
    assert answer.status_code == 409
    assert "Игорь Титов" in answer.content.decode()
    assert "sent at noon" in answer.content.decode()


def test_nobody_keeps_the_word_of_another(company: Company, deal: int) -> None:
    one = owe(deal, company.manager, "Send it", TUESDAY + DAY, company.head)
    assert browser_of(company.programmer).post(f"/today/{one}/done/").status_code == 403
    assert outcome(deal, one) == "open"


def test_looking_changes_nothing(company: Company, deal: int) -> None:
    one = owe(deal, company.manager, "Send it", TUESDAY + DAY, company.head)
    browser = browser_of(company.manager)
    assert browser.get(f"/today/{one}/done/").status_code == 405
    assert browser.get("/today/away/").status_code == 405
    assert outcome(deal, one) == "open"


def test_a_commitment_that_is_not_there_is_not_found(company: Company) -> None:
    assert browser_of(company.manager).post("/today/999999/done/").status_code == 404


# who comes here


def test_a_partner_agent_is_led_to_his_leads(company: Company, deal: int) -> None:
    one = owe(deal, company.manager, "Send it", TUESDAY + DAY, company.head)
    browser = browser_of(company.agent)
    assert browser.get("/").headers["Location"] == "/window/"
    assert browser.post(f"/today/{one}/done/").status_code == 404


@pytest.mark.usefixtures("company")
def test_a_stranger_signs_in_first() -> None:
    assert "/account/login/" in Client().get("/").headers["Location"]


def test_questions_to_relay_are_told_apart_by_their_words(company: Company, deal: int) -> None:
    for text in ("Есть ли весовая?", "Сколько складов?"):
        ask_question(deal_id=deal, text=text, actor=company.expert, at=TUESDAY)
    page = read(browser_of(company.manager), "/")
    for text in ("Есть ли весовая?", "Сколько складов?"):
        assert f"Put the question to the client: “{text}”" in page
    few = queries(browser_of(company.manager), "/")
    for number in range(5):
        ask_question(deal_id=deal, text=f"Кто отвечает за склад {number}?", actor=company.expert, at=TUESDAY)
    assert queries(browser_of(company.manager), "/") == few


def test_whoever_checks_from_outside_the_deal_reads_no_question(company: Company, deal: int) -> None:
    asked = ask_question(deal_id=deal, text="Есть ли весовая?", actor=company.expert, at=TUESDAY)
    relay_question(question_id=asked, actor=company.manager, at=TUESDAY)
    Commitment.objects.filter(term=f"reply.{asked}").update(performer=company.other_manager.me)
    page = read(browser_of(company.other_manager), "/")
    assert "Answer our question" in page
    assert "весовая" not in page
