"""Pages of meetings: preparing, closing, the letter, the list and the calendar. Nothing typed is lost, nothing typed runs."""

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import time_machine
import vobject  # type: ignore[import-untyped]
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from svyazka.engine.process import Process
from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.seats import appoint
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import latest_entry_id, timeline
from svyazka.presale.meetings.asking import Corrections, correct_plan
from svyazka.presale.meetings.closing import add_task, say_verdict
from svyazka.presale.meetings.drafts import DraftGuest, DraftPoint
from svyazka.presale.meetings.figures import Short, agenda_due
from svyazka.presale.meetings.letters import LONGEST, MOST_POINTS, Answer, confirm_letter, correct_letter
from svyazka.presale.meetings.models import Feed, Letter, Meeting
from svyazka.presale.meetings.planning import plan_huddle, plan_meeting
from svyazka.presale.meetings.room import EARLY, begin, end, jot_down
from svyazka.presale.meetings.silence import note_silence
from svyazka.presale.people.models import Person, Workspace
from svyazka.presale.stages.commands import lose
from svyazka.presale.stages.queries import deal_page_by_id
from svyazka.speech.meetings import uid_of
from svyazka.web.meeting.letters import pieces
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.meetings import (
    GUESTS,
    POINTS,
    WHEN,
    agreed,
    closed,
    held,
    jotted,
    planned,
    replan,
    shown,
    summed_up,
    token_for,
)
from tests.web.visitors import browser_of, queries, read

pytestmark = pytest.mark.usefixtures("morning", "by_mail")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}%(x)s"


@pytest.fixture
def us(db: None) -> Company:
    return found_company()


def form_of(us: Company, meeting_id: int, **changed: Any) -> dict[str, Any]:
    """What the plan's form posts when nothing is changed; ``changed`` replaces boxes."""
    manager, expert = us.manager.me, us.expert.me
    boxes: dict[str, Any] = {
        "seen": shown(us, meeting_id).revision, "our_goal": "Клиент называет три задачи", "client_goal": "Понять учёт партий",
        "starts_at": "2026-11-26T11:00", "minutes": "60", "place": "Офис клиента",
        "points-0-minutes": "10", "points-0-text": "Знакомство", "points-0-role": "company", "points-0-leader": str(manager),
        "points-1-minutes": "40", "points-1-text": "Задачи", "points-1-role": "delivery", "points-1-leader": str(expert),
        "points-2-minutes": "", "points-2-text": "", "points-2-role": "moderator", "points-2-leader": "",
        "ours-0-person": str(manager), "ours-0-room": ["moderator", "company"], "ours-1-person": str(expert),
        "ours-1-room": ["delivery", "minutes"], "ours-2-person": "", "theirs-0-name": "Ольга Лескова",
        "theirs-0-duty": "финансовый директор", "theirs-0-email": "leskova@sevles.example", "theirs-0-decides": "on",
        "theirs-1-name": "", "criteria-0": "Названа дата следующего шага", "criteria-1": "",
    }  # fmt: skip
    return {**boxes, **changed}


def button(page: str, words: str) -> str:
    """How loud the button with these words is: primary, secondary, quiet."""
    kinds: list[str] = re.findall(r'button--(\w+)"[^>]*>(?:<svg.*?</svg>)?' + words, page)
    assert len(kinds) == 1, (words, kinds)
    return kinds[0]


def post(browser: Client, path: str, boxes: Mapping[str, Any]) -> Any:
    return browser.post(path, boxes)


def test_a_meeting_is_begun_from_the_deals_page(us: Company) -> None:
    deal_id = accepted_deal(us)
    browser = browser_of(us.manager)
    assert "Prepare a meeting" in read(browser, "/deals/2026-0001/")
    answer = browser.post("/meetings/for/2026-0001/", {"agenda": "first_meeting"})
    meeting = Meeting.objects.get(deal_id=deal_id)
    assert answer.headers["Location"] == f"/meetings/{meeting.pk}/"
    page = read(browser, f"/meetings/{meeting.pk}/")
    for said in (
        "our goal is missing",
        "What will be there afterwards",
        "Знакомство",
        "the client hasn’t been asked",
    ):
        assert said in page
    again = browser.post("/meetings/for/2026-0001/", {"agenda": "defence"})
    assert again.headers["Location"] == f"/meetings/{meeting.pk}/", "the one that is ahead"
    assert "Prepare a meeting" not in read(browser_of(us.programmer), "/deals/2026-0001/")


def test_the_plan_is_written_by_one_form_and_says_what_is_missing(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us))
    browser = browser_of(us.manager)
    answer = post(browser, f"/meetings/{meeting_id}/plan/", form_of(us, meeting_id))
    assert answer.status_code == 303
    page = shown(us, meeting_id)
    assert [(one.minutes, one.text, one.leader_id) for one in page.points] == [
        (10, "Знакомство", us.manager.me), (40, "Задачи", us.expert.me)
    ]  # fmt: skip
    assert page.row.starts_at == WHEN
    assert (page.guests[0].decides, len(page.guests), len(page.criteria)) == (True, 1, 1)
    assert {one.person_id: one.room for one in page.row.ours} == {
        us.manager.me: ("moderator", "company"), us.expert.me: ("delivery", "minutes")
    }  # fmt: skip
    html = read(browser, f"/meetings/{meeting_id}/")
    assert "Saved. 3 things to supply." not in html, "huddles are a hint"
    assert "Saved. 2 things to supply." in html
    assert "<h3>2 things to supply</h3>" in html, "the count is that of the list"
    assert "<h3>1 hint</h3>" in html


def test_a_whole_plan_is_read_and_its_form_unfolds(us: Company) -> None:
    meeting_id = plan_meeting(deal_id=accepted_deal(us), agenda="first_meeting", actor=us.manager, at=TUESDAY)
    where, browser = f"/meetings/{meeting_id}/", browser_of(us.manager)
    page = read(browser, where)
    assert "Change the plan…" not in page, "it lacks things: the form stands open"
    assert button(page, "Save the plan") == "primary"
    replan(us, meeting_id)
    page = read(browser, where)
    assert "Change the plan…" in page
    assert 'id="agenda-read"' in page
    assert 'form="plan"' in page
    assert not re.search(r"<details[^>]* open", page), "nothing is unfolded"
    # whoever may not plan reads the same without a form
    for viewer in (us.estimator, us.programmer):
        assert 'id="plan"' not in read(browser_of(viewer), where)


def test_one_button_of_a_plan_is_loud(us: Company) -> None:
    """Saving while it lacks something, then sending, and from half an hour before its time beginning."""
    meeting_id = planned(us, accepted_deal(us))
    where, browser = f"/meetings/{meeting_id}/", browser_of(us.manager)
    page = read(browser, where)
    assert (button(page, "Send the plan"), button(page, "Save the plan")) == ("primary", "secondary")
    browser.post(f"{where}ask/", {"guests": ["0"]})
    page = read(browser, where)
    assert "The client has this plan. If you change" in page
    assert (button(page, "Send the plan"), button(page, "Save the plan")) == ("secondary", "primary")
    with time_machine.travel(WHEN - 2 * HOUR, tick=False):
        assert button(read(browser_of(us.manager), where), "Begin") == "quiet"
    with time_machine.travel(WHEN - timedelta(minutes=20), tick=False):
        page = read(browser_of(us.manager), where)
    assert (button(page, "Save the plan"), button(page, "Begin")) == ("secondary", "primary")


@pytest.mark.requirement("R10")
def test_whoever_changes_an_agreed_plan_is_told_before_and_after(us: Company) -> None:
    meeting_id = agreed(us, accepted_deal(us))
    where, browser = f"/meetings/{meeting_id}/", browser_of(us.manager)
    page = read(browser, where)
    assert f"{GUESTS[0].name} agreed, " in page
    assert "the client has to be asked again" in page
    post(browser, f"{where}plan/", form_of(us, meeting_id, client_goal="Решить, с чего начать"))
    page = read(browser, where)
    assert "The client agreed with the plan as it was before." in page
    assert "Changed since the client agreed" in page
    assert "the plan has changed since the client agreed" in page
    assert f"{GUESTS[0].name} agreed, " in page
    assert "hasn’t been asked" not in page


def test_consent_by_phone_says_whose_word_it_is(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us))
    browser = browser_of(us.manager)
    browser.post(f"/meetings/{meeting_id}/agreed/", {"how": "Лескова сказала по телефону"})
    assert "The client agreed: “Лескова сказала по телефону” (written down by" in read(
        browser, f"/meetings/{meeting_id}/"
    )


def test_corrections_that_are_taken_in_are_no_change_of_ours(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us))
    where, browser = f"/meetings/{meeting_id}/", browser_of(us.manager)
    browser.post(f"{where}ask/", {"guests": ["0"]})
    corrections = Corrections(goal="Увидеть учёт обрезков")
    correct_plan(token=token_for(us, meeting_id), corrections=corrections, at=TUESDAY)
    browser.post(f"{where}take-in/", {})
    page = read(browser, where)
    assert "has changed" not in page
    assert "The client hasn’t seen the plan as it is now." in page
    assert button(page, "Send the plan") == "primary"


def test_an_erased_agenda_comes_back_by_one_press_and_what_was_typed_stays(us: Company) -> None:
    meeting_id = plan_meeting(deal_id=accepted_deal(us), agenda="first_meeting", actor=us.manager, at=TUESDAY)
    where, browser = f"/meetings/{meeting_id}/", browser_of(us.manager)
    again = "Take the process’s agenda again"
    assert again not in read(browser, where)
    empty = {"points-0-text": "", "points-1-text": "", "place": "Онлайн"}
    post(browser, f"{where}plan/", form_of(us, meeting_id, **empty))
    assert again in read(browser, where)
    answer = post(browser, f"{where}agenda/", form_of(us, meeting_id, **{**empty, "place": "У нас"}))
    assert answer.status_code == 303
    page = shown(us, meeting_id)
    assert page.points[0].text == "Знакомство"
    assert page.place == "У нас"
    assert post(browser, f"{where}agenda/", form_of(us, meeting_id, seen="0")).status_code == 409


def test_the_numbers_of_deals_in_a_meeting_of_ours_lead_to_them(us: Company) -> None:
    accepted_deal(us)
    browser = browser_of(us.head)
    where = browser.post("/meetings/new/", {"title": "Статус", "agenda": ""}).headers["Location"]
    boxes = {
        "seen": "1", "minutes": "30", "title": "Статус", "our_goal": "Решить по С-2026-0001 <b>", "points-0-minutes": "5",
        "points-0-text": "Что с С-2026-0001?", "points-0-role": "moderator", "ours-0-person": str(us.head.me), "starts_at": "2026-11-26T11:00",
    }  # fmt: skip
    boxes["seen"] = str(shown(us, int(where.split("/")[2]), us.head).revision)
    assert browser.post(f"{where}plan/", boxes).status_code == 303
    page = read(browser, where)
    assert page.count('<a href="/deals/2026-0001/">С-2026-0001</a>') == 2
    assert "&lt;b&gt;" in page
    assert "client" not in page.partition("<main")[2].partition("</main>")[0].lower()


def test_what_cannot_be_kept_comes_back_as_typed_with_its_errors(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us))
    wrong = {
        "minutes": "много",
        "theirs-0-email": "leskova@",
        "points-1-minutes": "0",
        "client_goal": "Новые слова клиента",
    }
    answer = post(browser_of(us.manager), f"/meetings/{meeting_id}/plan/", form_of(us, meeting_id, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "From 1 to 600 minutes." in page
    assert "not an e-mail address" in page
    assert "Новые слова клиента" in page
    assert "leskova@" in page
    assert shown(us, meeting_id).client_goal != "Новые слова клиента"


def test_whoever_saves_over_a_colleagues_change_is_told_and_loses_nothing(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us))
    boxes = form_of(us, meeting_id, place="У нас, переговорная")
    post(browser_of(us.head), f"/meetings/{meeting_id}/plan/", form_of(us, meeting_id, place="Онлайн"))
    answer = post(browser_of(us.manager), f"/meetings/{meeting_id}/plan/", boxes)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "У нас, переговорная" in page
    assert "What is saved now" in page
    unfolded = page.partition("When and where")[0].rpartition("<details")[2]
    assert " open>" in unfolded, "what was typed stands open"
    assert "<dt>Place or link</dt><dd>Онлайн</dd>" in page
    assert "<dt>Our goal</dt>" not in page, "both typed the same there"
    assert shown(us, meeting_id).place == "Онлайн"


@pytest.mark.requirement("R10")
def test_a_dead_format_is_pointed_out_with_a_better_wording(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us), client_goal="Показать ERP")
    page = read(browser_of(us.manager), f"/meetings/{meeting_id}/")
    assert "the client’s goal is a dead format" in page
    assert "costed without spreadsheets" in page


def test_the_plan_goes_to_the_client_and_his_link_can_be_passed_on(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us))
    browser = browser_of(us.manager)
    browser.post(f"/meetings/{meeting_id}/ask/", {"guests": ["0", "1"]})
    page = read(browser, f"/meetings/{meeting_id}/")
    assert "1 letter with the invitation is on its way." in page
    # the colleague passes on by hand only what no letter brings: any other address is the client's own business
    assert page.count("/c/") == 1
    assert "Link for Пётр Кедров" in page
    assert "/c/" not in read(browser_of(us.expert), f"/meetings/{meeting_id}/"), (
        "only who writes to the client has his links"
    )
    answer = browser.post(f"/meetings/{meeting_id}/ask/", {"guests": ["77"]})
    assert answer.status_code == 422


def test_the_client_is_sent_what_is_on_the_screen(us: Company) -> None:
    """The plan's form is sent along: what isn't saved yet is saved first; with other guests one looks once more."""
    meeting_id = planned(us, accepted_deal(us))
    browser, ask = browser_of(us.manager), f"/meetings/{meeting_id}/ask/"
    browser.post(ask, form_of(us, meeting_id, guests=["0"]))
    page = shown(us, meeting_id)
    assert page.client_goal == "Понять учёт партий"
    assert page.row.agreement == "not_asked", "the guests are others than those who were chosen from"
    before = latest_entry_id()
    browser.post(ask, form_of(us, meeting_id, guests=["0"]))
    assert shown(us, meeting_id).row.agreement == "asked"
    acts = set(Entry.objects.filter(pk__gt=before).values_list("act", flat=True))
    assert "plan.sent" in acts
    assert "plan.changed" not in acts, "nothing was typed"
    browser.post(ask, form_of(us, meeting_id, guests=["0"], client_goal="Решить, с чего начать учёт партий"))
    page = shown(us, meeting_id)
    assert (page.client_goal, page.row.agreement) == ("Решить, с чего начать учёт партий", "asked")
    assert browser.post(ask, form_of(us, meeting_id, guests=["0"], minutes="0")).status_code == 422
    assert browser.post(ask, form_of(us, meeting_id, guests=["0"], seen="0")).status_code == 409


def test_who_does_not_go_sees_when_and_who_and_nothing_that_was_typed(us: Company) -> None:
    meeting_id = held(us, accepted_deal(us))
    page = read(browser_of(us.programmer), f"/meetings/{meeting_id}/")
    for hidden in ("Понять, как система", "Клиент называет", "Можно ли грузить", "Лескова"):
        assert hidden not in page
    assert "Олег Климов" in page
    assert browser_of(us.agent).get(f"/meetings/{meeting_id}/").status_code == 404


@pytest.mark.requirement("R13")
@pytest.mark.requirement("R17")
def test_a_meeting_is_closed_on_its_page(us: Company) -> None:
    meeting_id = held(us, accepted_deal(us))
    browser = browser_of(us.manager)
    parked = next(one for one in shown(us, meeting_id).jots if one.kind == "parked")
    with time_machine.travel(WHEN + timedelta(hours=2), tick=False):
        browser = browser_of(us.manager)
        wrong = browser.post(
            f"/meetings/{meeting_id}/task/", {"jot": str(parked.id), "line": "@expert ответ когда сможет"}
        )
        assert wrong.status_code == 422
        assert "@expert ответ когда сможет" in wrong.content.decode()
        early = browser.post(f"/meetings/{meeting_id}/close/", {"controller": "", "words-0": "1 декабря"})
        assert early.status_code == 422
        missing = early.content.decode()
        for place, said in (
            ("line-0", "A meeting ends with at least one task: who, which result, by when."),
            (f"line-{parked.id}", "No owner yet: Можно ли грузить данные с пилорамы?"),
            ("met-0", "Not judged yet: Клиент сам назвал дату следующего шага"),
            ("id_controller", "Choose who sees to the tasks."),
        ):
            assert f'<a href="#{place}">{said}</a>' in missing
            assert f'id="{place}"' in missing
        assert 'value="1 декабря"' in missing, "nothing typed is lost"
        browser.post(
            f"/meetings/{meeting_id}/task/",
            {"jot": str(parked.id), "line": "@expert ответ про пилораму к 30.11 15:00"},
        )
        controller = str(us.head.me)
        browser.post(
            f"/meetings/{meeting_id}/close/",
            {"met-0": "yes", "words-0": "1 декабря", "controller": controller},
        )
        page = read(browser, f"/meetings/{meeting_id}/")
    assert shown(us, meeting_id).row.state == "closed"
    for said in ("ответ про пилораму", "Follow-up by: Игорь Титов", "Можно ли грузить данные", "met"):
        assert said in page


def test_a_question_and_a_decision_become_tasks_in_their_own_words(us: Company) -> None:
    """What was written down stands in the line, and stays visible with who does it by when."""
    meeting_id = held(us, accepted_deal(us))
    _, decision, parked = shown(us, meeting_id).jots
    where = f"/meetings/{meeting_id}/"
    with time_machine.travel(WHEN + timedelta(hours=2), tick=False):
        browser = browser_of(us.manager)
        page = read(browser, where)
        for one in (decision, parked):
            assert f'id="line-{one.id}" name="line" type="text" value="{one.text}"' in page
        assert '<option value="Климов" label="Олег Климов"' in page, "whom a line may name"
        for one in (decision, parked):
            boxes = {"jot": str(one.id), "line": f"@Климов {one.text} к 30.11 15:00"}
            answers = [browser.post(f"{where}task/", boxes) for _ in range(2)]
            assert [answer.status_code for answer in answers] == [303, 303], "a double press"
        page = read(browser, where)
        assert "Recorded: it is on Олег Климов" in page
        tasks = shown(us, meeting_id).tasks
        assert len(tasks) == 2
        for task in tasks:
            assert f'<a href="#task-{task.id}">{task.result}</a>' in page
        assert "without an owner" not in page


def test_a_task_is_corrected_by_its_own_line_or_removed_with_a_reason(us: Company) -> None:
    meeting_id = held(us, accepted_deal(us))
    where = f"/meetings/{meeting_id}/"
    with time_machine.travel(WHEN + timedelta(hours=2), tick=False):
        browser = browser_of(us.manager)
        answer = browser.post(f"{where}task/", {"line": "@expert смета к 30.11 15:00"})
        assert answer.headers["Location"] == f"{where}#tasks"
        (task,) = shown(us, meeting_id).tasks
        line = "@Климов смета by 30.11.2026 15:00"
        assert f'value="{line}"' in read(browser, where)
        browser.post(f"{where}task/again/", {"task": str(task.id), "line": line})
        assert shown(us, meeting_id).tasks == (task,), "it says the same"
        wrong = browser.post(
            f"{where}task/again/", {"task": str(task.id), "line": "@Климов смета когда сможет"}
        )
        assert wrong.status_code == 422
        assert f'id="again-{task.id}_error"' in wrong.content.decode()
        browser.post(f"{where}task/again/", {"task": str(task.id), "line": "@manager смета к 01.12 15:00"})
        (fresh,) = shown(us, meeting_id).tasks
        assert (fresh.performer_id, fresh.id != task.id) == (us.manager.me, True)
        assert browser.post(f"{where}task/drop/", {"task": str(fresh.id), "reason": ""}).status_code == 422
        browser.post(f"{where}task/drop/", {"task": str(fresh.id), "reason": "записали дважды"})
        assert browser.post(f"{where}task/drop/", {"task": "77", "reason": "чужое"}).status_code == 404
    assert not shown(us, meeting_id).tasks


def test_what_is_remembered_after_the_meeting_is_written_down_on_its_page_once(us: Company) -> None:
    meeting_id = agreed(us, accepted_deal(us))
    where = f"/meetings/{meeting_id}/"
    with time_machine.travel(WHEN + timedelta(hours=2), tick=False):
        browser = browser_of(us.manager)
        browser.post(f"{where}held/", {"minutes": "60"})
        page = read(browser, where)
        assert (
            'id="written" open' in page
            or '<details class="details details--plain" open id="written">' in page
        )
        key = page.partition('name="key" value="')[2].partition('"')[0]
        boxes = {"key": key, "kind": "parked", "text": "Кто отвечает за пилораму?", "asker": "Пётр Кедров"}
        assert browser.post(f"{where}jot/", {**boxes, "text": " "}).status_code == 422
        assert browser.post(f"{where}jot/", {**boxes, "kind": "song"}).status_code == 422
        assert browser.post(f"{where}jot/", {**boxes, "key": "x"}).status_code == 404
        for _ in range(2):
            assert browser.post(f"{where}jot/", boxes).headers["Location"] == f"{where}#written"
        browser.post(f"{where}jot/", {"key": str(uuid4()), "kind": "note", "text": "остатки ведут в тетради"})
        page = read(browser, where)
        assert "1 without an owner" in page
        assert [(one.kind, one.asker) for one in shown(us, meeting_id).jots] == [
            ("parked", "Пётр Кедров"),
            ("note", ""),
        ]
        letter = read(browser, f"{where}letter/")
    assert "Остатки ведут в тетради</textarea>" in letter
    assert "Кто отвечает за пилораму?</textarea>" in letter


def test_a_meeting_whose_deal_has_ended_says_so_and_asks_for_nothing(us: Company) -> None:
    deal_id = accepted_deal(us)
    meeting_id = held(us, deal_id)
    with time_machine.travel(WHEN + timedelta(hours=3), tick=False):
        lose(
            deal_id=deal_id, reason="client_side.no_budget", evidence="письмо 26 ноября", actor=us.manager,
            at=WHEN + timedelta(hours=2),
        )  # fmt: skip
        page = read(browser_of(us.manager), f"/meetings/{meeting_id}/")
        assert "The deal ended before this meeting was closed" in page
        assert "Left open: the deal ended first." in page
        for gone in ("Record the task", "Close the meeting", "Follow-up by"):
            assert gone not in page
        assert "No meeting is being prepared" in read(browser_of(us.manager), "/meetings/")


def test_the_draft_of_a_long_meeting_is_a_screen_that_names_the_next_steps(us: Company) -> None:
    meeting_id = held(us, accepted_deal(us))
    at = WHEN + timedelta(hours=1)
    for n in range(12):
        for kind in ("note", "decision", "parked"):
            text = f"{kind} {n}: " + "учёт обрезков и партий " * (n + 3)
            jot_down(meeting_id=meeting_id, written=jotted(kind, text), actor=us.manager, at=at)
        line = f"@expert отчёт номер {n} по складам и партиям, который просил директор, к 30.11.2026 15:00"
        add_task(meeting_id=meeting_id, text=line, actor=us.manager, at=at)
    where = f"/meetings/{meeting_id}/letter/"
    with time_machine.travel(WHEN + timedelta(hours=2), tick=False):
        browser = browser_of(us.manager)
        page = read(browser, where)
        texts = [
            unescape(one).strip()
            for one in re.findall(r"<textarea[^>]*name=\"point-[^>]*>([^<]*)</textarea>", page)
        ]
        parts = re.findall(r'<option value="(\w+)" selected>', page)
    texts.remove("")
    assert {"heard", "agreed", "question", "next"} <= set(parts)
    assert all(one[0].isupper() or not one[0].isalpha() for one in texts), texts
    assert sum(map(len, texts)) <= LONGEST
    assert len(texts) <= MOST_POINTS
    assert "points found no room here" in page


def test_the_letter_names_nobody_by_the_sign_that_is_for_us(us: Company) -> None:
    meeting_id = held(us, accepted_deal(us))
    at = WHEN + timedelta(hours=1)
    for text in ("начать с цеха №2 @expert", "спросить @Климов про обмен; писать на it@client.example"):
        jot_down(meeting_id=meeting_id, written=jotted("decision", text), actor=us.manager, at=at)
    add_task(
        meeting_id=meeting_id, text="@expert начать с цеха №2 к 30.11.2026 15:00", actor=us.manager, at=at
    )
    with time_machine.travel(WHEN + timedelta(hours=2), tick=False):
        page = unescape(read(browser_of(us.manager), f"/meetings/{meeting_id}/letter/"))
    assert page.count("Начать с цеха №2") == 1, "the decision and its task are one point"
    assert "Спросить Климов про обмен; писать на it@client.example" in page
    assert "@expert" not in page


def test_a_parked_question_is_settled_and_the_expert_gives_his_verdict_on_the_page(us: Company) -> None:
    meeting_id = held(us, accepted_deal(us))
    parked = next(one for one in shown(us, meeting_id).jots if one.kind == "parked")
    with time_machine.travel(WHEN + timedelta(hours=2), tick=False):
        manager, expert = browser_of(us.manager), browser_of(us.expert)
        assert (
            manager.post(f"/meetings/{meeting_id}/settle/", {"jot": str(parked.id), "how": ""}).status_code
            == 422
        )
        manager.post(f"/meetings/{meeting_id}/settle/", {"jot": str(parked.id), "how": "ответили на месте"})
        assert "Do we go on?" not in read(manager, f"/meetings/{meeting_id}/")
        assert (
            expert.post(f"/meetings/{meeting_id}/verdict/", {"verdict": "doubts", "words": ""}).status_code
            == 422
        )
        expert.post(
            f"/meetings/{meeting_id}/verdict/", {"verdict": "doubts", "words": "много самописного кода"}
        )
    page = shown(us, meeting_id)
    assert (page.verdict, page.verdict_words) == ("doubts", "много самописного кода")


def test_the_letter_is_drafted_from_what_was_written_down(us: Company) -> None:
    meeting_id = closed(us, accepted_deal(us))
    with time_machine.travel(WHEN + timedelta(hours=2), tick=False):
        browser = browser_of(us.manager)
        page = read(browser, f"/meetings/{meeting_id}/letter/")
        for said in (
            "Себестоимость партии считают в таблицах",
            "Обследование начинаем с лесосклада",
            "Можно ли грузить данные",
            "Договор на обследование",
        ):
            assert said in page
        assert not shown(us, meeting_id).letters, "looking drafts nothing"
        boxes = {
            "seen": "0",
            "language": "ru",
            "subject": "Итоги",
            "why": "",
            "point-0-key": "n1",
            "point-0-part": "next",
            "point-0-text": "Договор до 1 декабря",
        }
        assert (
            browser.post(f"/meetings/{meeting_id}/letter/", {**boxes, "point-0-text": ""}).status_code == 422
        )
        browser.post(f"/meetings/{meeting_id}/letter/", boxes)
        browser.post(f"/meetings/{meeting_id}/letter/send/", {"version": "1", "guests": ["0"]})
        page = read(browser, f"/meetings/{meeting_id}/letter/")
        assert "1 letter is on its way." in page
        assert (
            browser.post(
                f"/meetings/{meeting_id}/letter/send/", {"version": "1", "guests": ["0"]}
            ).status_code
            == 409
        )
    assert browser_of(us.programmer).get(f"/meetings/{meeting_id}/letter/").status_code == 404


def test_the_letter_that_is_on_the_screen_is_kept_and_sent_in_one_press(us: Company) -> None:
    meeting_id = closed(us, accepted_deal(us))
    where = f"/meetings/{meeting_id}/letter/"
    boxes = {
        "seen": "0", "language": "ru", "subject": "Итоги", "why": "", "point-0-key": "n1", "point-0-part": "agreed",
        "point-0-text": "Начинаем с лесосклада", "guests": ["0"],
    }  # fmt: skip
    with time_machine.travel(WHEN + timedelta(hours=2), tick=False):
        browser = browser_of(us.manager)
        answer = browser.post(f"{where}send/", boxes)
        assert answer.status_code == 422, "what comes next isn't said"
        assert 'name="seen" value="1"' in answer.content.decode(), "the draft is kept all the same"
        boxes |= {"seen": "1", "version": "1", "point-0-part": "next", "point-0-text": "Договор до 1 декабря"}
        assert browser.post(f"{where}send/", boxes).status_code == 303
        assert browser.post(f"{where}send/", boxes).status_code == 409, "a double press sends nothing twice"
    (letter,) = shown(us, meeting_id).letters
    assert (letter.version, letter.points[0]["text"]) == (1, "Договор до 1 декабря")
    assert letter.sent_at is not None


@pytest.mark.requirement("R14")
def test_corrections_stand_beside_what_was_said_and_the_next_version_has_them(us: Company) -> None:
    """Kept as versions and shown as a difference."""
    meeting_id = summed_up(us, accepted_deal(us))
    correct_letter(
        token=token_for(us, meeting_id, "letter"), corrections={"a1": "Обследование начинаем с пилорамы"}, more="Нужен доступ с телефона",
        answer=Answer("not_yet"), at=WHEN + timedelta(hours=3),
    )  # fmt: skip
    with time_machine.travel(WHEN + timedelta(hours=4), tick=False):
        page = read(browser_of(us.manager), f"/meetings/{meeting_id}/letter/")
    assert "<del>лесосклада</del>" in page
    assert "<ins>пилорамы</ins>" in page
    assert "Обследование начинаем с пилорамы</textarea>" in page
    assert "Нужен доступ с телефона</textarea>" in page


def test_pieces_of_two_texts_make_both_of_them() -> None:
    was, now = "Закрытие месяца занимает девять дней", "Закрытие месяца занимает двенадцать рабочих дней"
    found = pieces(was, now)
    assert " ".join(text for kind, text in found if kind != "new") == was
    assert " ".join(text for kind, text in found if kind != "gone") == now


def test_nothing_that_was_typed_runs_on_any_page_of_a_meeting(us: Company) -> None:
    deal_id = accepted_deal(us)
    point = DraftPoint(5, HOSTILE, "delivery", us.expert.me)
    meeting_id = agreed(
        us, deal_id, our_goal=HOSTILE, client_goal=HOSTILE, place=HOSTILE, points=(point,), criteria=(HOSTILE,),
        theirs=(DraftGuest(HOSTILE[:100], HOSTILE[:100], email=GUESTS[0].email),),
    )  # fmt: skip
    manager, expert = browser_of(us.manager), browser_of(us.expert)
    pages = [
        read(manager, f"/meetings/{meeting_id}/"),
        read(manager, f"/meetings/{meeting_id}/run/"),
        read(manager, "/meetings/"),
    ]
    begin(meeting_id=meeting_id, actor=us.manager, at=WHEN)
    for kind in ("note", "decision", "parked"):
        jot_down(
            meeting_id=meeting_id,
            written=jotted(kind, HOSTILE, asker=HOSTILE[:100], point=0),
            actor=us.expert,
            at=WHEN,
        )
    pages += [read(manager, f"/meetings/{meeting_id}/"), read(manager, f"/meetings/{meeting_id}/run/")]
    Meeting.objects.filter(pk=meeting_id).update(state="held", ended_at=WHEN + timedelta(hours=1))
    say_verdict(meeting_id=meeting_id, verdict="doubts", words=HOSTILE, actor=us.expert, at=WHEN)
    pages += [
        read(expert, f"/meetings/{meeting_id}/"),
        read(manager, f"/meetings/{meeting_id}/letter/"),
        read(manager, "/deals/2026-0001/?all=1"),
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "{49}" not in page


def test_the_list_shows_what_is_ahead_whether_it_is_ready_and_costs_the_same_for_many(us: Company) -> None:
    browser = browser_of(us.manager)
    assert "No meeting is being prepared" in read(browser, "/meetings/")
    planned(us, accepted_deal(us))
    one = queries(browser, "/meetings/")
    for inn in ("7728168971", "5024002119", "7736050003"):
        planned(us, accepted_deal(us, inn=inn))
    assert queries(browser, "/meetings/") == one
    page = read(browser, "/meetings/")
    assert page.count("the expert isn’t briefed") == 4
    assert page.count("not ready: the client hasn’t been asked</span>") == 4, (
        "the expert’s reading is said once"
    )
    other = browser_of(us.other_manager)
    assert "No meeting is being prepared" in read(other, "/meetings/?show=mine")
    for shown_to_all in ("/meetings/?show=all", "/meetings/"):
        assert "the expert isn’t briefed" in read(other, shown_to_all), (
            "who has none sees at first what others have"
        )


@pytest.mark.requirement("R17")
def test_past_meetings_say_what_came_of_them_and_cost_the_same_for_many(us: Company) -> None:
    def add(inn: str) -> int:
        return summed_up(us, accepted_deal(us, inn=inn))

    first = add("7728168971")
    for viewer in (us.head, us.manager):
        browser = browser_of(viewer)
        page = read(browser, "/meetings/?show=past_all")
        assert "criteria met: 1 of 1" in page
        assert "the letter is with the client" in page
    assert "over yet" in read(browser_of(us.other_manager), "/meetings/?show=past")
    head = browser_of(us.head)
    one = queries(head, "/meetings/?show=past_all")
    say_verdict(meeting_id=first, verdict="doubts", words="данных мало", actor=us.expert, at=WHEN + 3 * HOUR)
    confirm_letter(token=token_for(us, first, "letter"), answer=Answer(), at=WHEN + 4 * HOUR)
    second, third, fourth = (
        add("5024002119"),
        add("7736050003"),
        closed(us, accepted_deal(us, inn="7702070139")),
    )
    correct_letter(
        token=token_for(us, second, "letter"), corrections={}, more="ещё телефон", answer=Answer(), at=WHEN + 4 * HOUR
    )  # fmt: skip
    note_silence(letter_id=Letter.objects.get(meeting=third).pk, at=WHEN + 9 * DAY)
    assert queries(head, "/meetings/?show=past_all") == one
    page = read(head, "/meetings/?show=past_all")
    for said in (
        "the expert: there are doubts", "the letter is confirmed", "the client has corrected the letter",
        "no answer to the letter: time to call", "no letter yet",
    ):  # fmt: skip
        assert page.count(said) == 1, said
    assert fourth
    stranger = read(browser_of(us.programmer), "/meetings/?show=past_all")
    assert stranger.count("Северный лес") == 4
    for private in ("there are doubts", "criteria met", "letter"):
        assert private not in stranger, "what came of it is known to those to whom the meeting is private"


def test_a_fixer_in_the_shadow_stays_unseen_in_every_list_of_meetings(us: Company) -> None:
    deal_id = accepted_deal(us)
    appoint(deal_id=deal_id, person_id=us.fixer.me, role="fixer", actor=us.manager, at=TUESDAY)
    summed_up(us, deal_id)
    assert "Глеб Орлов" not in read(browser_of(us.manager), "/meetings/?show=past")
    page = read(browser_of(us.fixer), "/meetings/?show=past_all")
    assert "criteria met: 1 of 1" in page, "he reads the deal’s small print"
    assert "Северный лес" not in read(browser_of(us.fixer), "/")


def test_a_meeting_of_ours_begins_with_its_title(us: Company) -> None:
    browser = browser_of(us.head)
    assert browser.post("/meetings/new/", {"title": "", "agenda": "review"}).status_code == 422
    assert browser.post("/meetings/new/", {"title": "Статус", "agenda": "first_meeting"}).status_code == 422
    answer = browser.post("/meetings/new/", {"title": "Статус по складу", "agenda": "status_run"})
    page = read(browser, answer.headers["Location"])
    assert "Статус по складу" in page
    assert "The client’s goal" not in page


def test_the_calendars_answer_is_noted_from_its_file(us: Company) -> None:
    meeting_id = agreed(us, accepted_deal(us))
    browser, version = browser_of(us.manager), Meeting.objects.get(pk=meeting_id).asked_version

    def reply(uid: str, email: str, status: str = "ACCEPTED") -> SimpleUploadedFile:
        lines = (
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//Calendar//EN", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{uid}",
            "DTSTAMP:20261124T090000Z", f"SEQUENCE:{version}", f"ATTENDEE;PARTSTAT={status}:mailto:{email}", "END:VEVENT", "END:VCALENDAR",
        )  # fmt: skip
        return SimpleUploadedFile("reply.ics", "\r\n".join(lines).encode(), "text/calendar")

    where = f"/meetings/{meeting_id}/reply/"
    for wrong in (
        reply("meeting-77@localhost", GUESTS[0].email),
        reply(uid_of(meeting_id), "x@y.example"),
        SimpleUploadedFile("a.ics", b"\xff\x00"),
    ):
        assert browser.post(where, {"reply": wrong}).status_code == 422
    assert browser.post(where, {}).status_code == 422
    answer = browser.post(where, {"reply": reply(uid_of(meeting_id), GUESTS[0].email)})
    assert answer.status_code == 303
    assert shown(us, meeting_id).guests[0].reply == "accepted"
    assert f"the calendar of {GUESTS[0].email} has accepted the invitation" in read(
        browser, f"/meetings/{meeting_id}/"
    )
    assert "calendar: accepted" in read(browser_of(us.expert), f"/meetings/{meeting_id}/")
    browser.post(where, {"reply": reply(uid_of(meeting_id), GUESTS[0].email, "DECLINED")})
    page = read(browser, f"/meetings/{meeting_id}/")
    assert f"the calendar of {GUESTS[0].email} has declined the invitation" in page
    assert "who decides can’t come</a>" in page, "a hint: the meeting is ready all the same"
    assert "Agree on another time" in page
    assert shown(us, meeting_id).row.is_ready
    assert "who decides can’t come" not in read(browser, "/deals/2026-0001/dossier/"), (
        "it is no gap: it is known"
    )
    browser.post(where, {"reply": reply(uid_of(meeting_id), GUESTS[0].email, "TENTATIVE")})
    page = read(browser, f"/meetings/{meeting_id}/")
    assert "says “perhaps”" in page
    assert "who decides can’t come" not in page


def test_the_calendar_is_read_by_its_address_without_signing_in(us: Company) -> None:
    """The feed is checked with an independent parser."""
    agreed(us, accepted_deal(us))
    expert = browser_of(us.manager)
    assert "/calendar/" not in read(expert, "/meetings/").replace("/meetings/calendar/", "")
    assert not Feed.objects.exists(), "looking makes no address"
    expert.post("/meetings/calendar/", {})
    address = read(expert, "/meetings/").partition('readonly value="')[2].partition('"')[0]
    path = "/" + address.split("/", 3)[3]
    answer = Client().get(path)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    found = vobject.readOne(answer.content.decode())
    starts = [one.dtstart.value for one in found.vevent_list]
    assert WHEN in starts
    assert len(starts) > 1, "what he owes stands there, too"
    expert.post("/meetings/calendar/", {"renew": "1"})
    assert Client().get(path).status_code == 404
    assert Client().get("/calendar/1-1:AAAA.ics").status_code == 404


def test_the_calendar_names_clients_only_where_names_may_leave(us: Company) -> None:
    agreed(us, accepted_deal(us))
    expert = browser_of(us.expert)
    expert.post("/meetings/calendar/", {})
    address = read(expert, "/meetings/").partition('readonly value="')[2].partition('"')[0]
    path = "/" + address.split("/", 3)[3]
    assert "Северный лес" not in Client().get(path).content.decode().replace("\r\n ", "")
    Workspace.objects.update(names_in_messages=True, revision=77)
    assert "Северный лес" in Client().get(path).content.decode().replace("\r\n ", "")


def test_the_calendar_says_where_a_meeting_is_and_what_a_task_is_only_where_words_may_leave(
    us: Company,
) -> None:
    meeting_id = agreed(us, accepted_deal(us), title="Встреча с Северный лес")
    open_commitment(
        deal_id=Meeting.objects.get(pk=meeting_id).deal_id or 0, performer_id=us.expert.me, result="смета по складу",
        due_at=WHEN, actor=us.manager, at=TUESDAY,
    )  # fmt: skip
    expert = browser_of(us.expert, "ru")
    expert.post("/meetings/calendar/", {})
    address = read(expert, "/meetings/").partition('readonly value="')[2].partition('"')[0]

    def said() -> tuple[dict[str, str], str]:
        text = Client().get("/" + address.split("/", 3)[3]).content.decode()
        found = vobject.readOne(text).vevent_list
        return {
            one.summary.value: one.location.value if hasattr(one, "location") else "" for one in found
        }, text.replace("\r\n ", "")

    events, text = said()
    assert "Задача · С-2026-0001" in events
    for typed in ("смета", "Лесная", "Северный лес"):
        assert typed not in text
    Workspace.objects.update(names_in_messages=True, revision=77)
    events, _text = said()
    assert "Задача: смета по складу · С-2026-0001" in events
    assert "Офис клиента, Лесная, 7" in events.values()


def test_letters_points_keep_their_keys(us: Company) -> None:
    meeting_id = summed_up(us, accepted_deal(us))
    page = read(browser_of(us.manager), f"/meetings/{meeting_id}/letter/")
    for one in POINTS:
        assert f'value="{one.key}"' in page


def test_a_cancelled_meeting_says_why_in_the_journal_and_on_its_page(us: Company) -> None:
    deal_id = accepted_deal(us)
    meeting_id = planned(us, deal_id)
    browser = browser_of(us.manager)
    assert browser.post(f"/meetings/{meeting_id}/cancel/", {"reason": "-"}).status_code == 422
    browser.post(f"/meetings/{meeting_id}/cancel/", {"reason": "клиент перенёс проект на год"})
    page = read(browser, f"/meetings/{meeting_id}/")
    assert "The meeting was cancelled by" in page
    assert "<q>клиент перенёс проект на год</q>" in page
    assert "клиент перенёс" not in read(browser_of(us.programmer), f"/meetings/{meeting_id}/")
    said = next(
        one for one in timeline(chain=deal_id, with_details=True, limit=50) if one.act == "meeting.cancelled"
    )
    assert said.detail == {"reason": "клиент перенёс проект на год"}
    assert browser.post(f"/meetings/{meeting_id}/cancel/", {"reason": "ещё раз"}).status_code == 409


def summary(page: str) -> str:
    """What is wrong, as it stands above everything else."""
    found = re.search(r"<main.*?<div class=\"errors\" role=\"alert\".*?</div>", page, re.DOTALL)
    assert found, "no summary"
    return found[0].partition("data-errors")[2]


def led_to(page: str) -> list[str]:
    """The boxes to which the summary leads; each is on the page."""
    boxes = re.findall(r'href="#([^"]+)"', summary(page))
    assert boxes
    for box in boxes:
        assert page.count(f' id="{box}"') == 1, box
    return boxes


def test_what_is_wrong_with_any_act_is_said_on_top_and_leads_to_its_box(us: Company) -> None:
    browser = browser_of(us.manager)
    ahead = planned(us, accepted_deal(us))
    for act, boxes, box in (
        ("cancel", {"reason": ""}, "id_reason"), ("held", {"minutes": "60"}, "held-minutes"),
        ("held", {"minutes": "0"}, "held-minutes"), ("agreed", {"how": ""}, "id_how"), ("ask", {}, "ask"),
    ):  # fmt: skip
        answer = browser.post(f"/meetings/{ahead}/{act}/", boxes)
        assert answer.status_code == 422, act
        assert set(led_to(answer.content.decode())) == {box}, act
    browser.post(f"/meetings/{ahead}/ask/", {"guests": ["0"]})
    assert led_to(browser.post(f"/meetings/{ahead}/reply/", {}).content.decode()) == ["id_reply"]
    over = held(us, accepted_deal(us, inn="7728168971"))
    jots = shown(us, over).jots
    parked = next(one.id for one in jots if one.kind == "parked")
    with time_machine.travel(WHEN + 2 * HOUR, tick=False):
        browser, expert = browser_of(us.manager), browser_of(us.expert)
        browser.post(f"/meetings/{over}/task/", {"line": "@expert ответ к 30.11.2026 15:00"})
        task = shown(us, over).tasks[0].id
        for visitor, act, posted, box in (
            (browser, "task", {"line": "смета"}, "line-0"),
            (browser, "task", {"line": "смета", "jot": str(parked)}, f"line-{parked}"),
            (browser, "settle", {"how": "", "jot": str(parked)}, f"how-{parked}"),
            (browser, "task/again", {"line": "смета", "task": str(task)}, f"again-{task}"),
            (browser, "task/drop", {"reason": "", "task": str(task)}, f"reason-{task}"),
            (browser, "jot", {"key": str(uuid4()), "kind": "note", "text": ""}, "jot-text"),
            (expert, "verdict", {"verdict": "doubts", "words": ""}, "verdict-words"),
        ):
            answer = visitor.post(f"/meetings/{over}/{act}/", posted)
            assert answer.status_code == 422, act
            assert led_to(answer.content.decode()) == [box], act
        answer = browser.post(f"/meetings/{over}/letter/", {"seen": "0", "subject": "", "language": "ru"})
        assert "id_subject" in led_to(answer.content.decode())


def test_after_a_task_or_an_answer_the_page_opens_where_it_stands(us: Company) -> None:
    meeting_id = held(us, accepted_deal(us))
    parked, decision = (
        next(one.id for one in shown(us, meeting_id).jots if one.kind == kind)
        for kind in ("parked", "decision")
    )
    with time_machine.travel(WHEN + 2 * HOUR, tick=False):
        browser, where = browser_of(us.manager), f"/meetings/{meeting_id}/"
        line = {"line": "@expert ответ про пилораму к 30.11.2026 15:00"}
        assert browser.post(f"{where}task/", line).headers["Location"] == f"{where}#tasks"
        of_decision = browser.post(
            f"{where}task/", {"line": "@expert план к 30.11.2026 15:00", "jot": str(decision)}
        )
        assert of_decision.headers["Location"] == f"{where}#jot-{decision}"
        settled = browser.post(f"{where}settle/", {"jot": str(parked), "how": "ответили на месте"})
        assert settled.headers["Location"] == f"{where}#jot-{parked}"
        page = read(browser, where)
        for part in ("tasks", f"jot-{decision}", f"jot-{parked}"):
            assert page.count(f' id="{part}"') == 1


def test_what_the_huddle_decided_stands_on_the_meetings_page_and_leads_there_and_back(us: Company) -> None:
    meeting_id = agreed(us, accepted_deal(us))
    huddle = plan_huddle(meeting_id=meeting_id, actor=us.manager, at=WHEN - HOUR)
    begin(meeting_id=huddle, actor=us.manager, at=WHEN - HOUR)
    said = jotted("decision", "О цене говорит только менеджер")
    jot_down(meeting_id=huddle, written=said, actor=us.expert, at=WHEN - HOUR)
    end(meeting_id=huddle, actor=us.manager, at=WHEN - HOUR / 2)
    where, back = f'href="/meetings/{huddle}/"', f'href="/meetings/{meeting_id}/"'
    browser = browser_of(us.manager)
    for act in (None, begin, end):
        if act is not None:
            act(meeting_id=meeting_id, actor=us.manager, at=WHEN)
        page = read(browser, f"/meetings/{meeting_id}/")
        assert where in page
        assert "О цене говорит только менеджер" in page
        stranger = read(browser_of(us.programmer), f"/meetings/{meeting_id}/")
        assert "О цене говорит" not in stranger
    page = read(browser, f"/meetings/{huddle}/")
    assert back in page
    assert 'id="tasks"' not in page, "a huddle ends without tasks"


def test_the_meeting_that_the_stage_asks_for_is_chosen_at_first(us: Company) -> None:
    deal_id = accepted_deal(us)
    process = meeting_page_process(us, deal_id)

    def due(stage: str, *over: str) -> str:
        meetings = [Short(one, "client", agenda, "", "closed", None, 60) for one, agenda in enumerate(over)]
        return agenda_due(process, stage, meetings)

    assert [due(one.key) for one in process.stages[:5]] == ["first_meeting"] * 3 + ["defence"] * 2
    assert due("meeting", "first_meeting") == "defence", "the first one was held"
    assert due("defence", "first_meeting", "defence") == "defence", "it is defended once more"
    assert due("defence", "") == "defence"
    browser = browser_of(us.manager)
    for stage, agenda in (("preparation", "first_meeting"), ("estimate", "defence"), ("defence", "defence")):
        Deal.objects.filter(pk=deal_id).update(stage=stage)
        assert f'<option value="{agenda}" selected>' in read(browser, "/deals/2026-0001/")


def meeting_page_process(us: Company, deal_id: int) -> Process:
    return deal_page_by_id(deal_id=deal_id, viewer=us.manager, at=TUESDAY).process


def test_the_place_of_a_meeting_is_a_link_that_tells_nobody_where_it_was_pressed(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us), place="https://telemost.example/j/42")
    page = read(browser_of(us.manager), f"/meetings/{meeting_id}/")
    assert '<a href="https://telemost.example/j/42" rel="noopener noreferrer">' in page


def test_a_meeting_is_begun_no_earlier_than_it_would_be_accepted(us: Company) -> None:
    meeting_id = planned(us, accepted_deal(us))
    cockpit = f'href="/meetings/{meeting_id}/run/"'
    for before, offered in ((EARLY + timedelta(minutes=1), False), (EARLY, True)):
        with time_machine.travel(WHEN - before, tick=False):
            assert (cockpit in read(browser_of(us.manager), f"/meetings/{meeting_id}/")) is offered


def test_whose_turn_it_is_to_moderate_is_said_while_nobody_is_chosen(us: Company) -> None:
    deal_id = accepted_deal(us)
    nobody: Mapping[int, frozenset[str]] = {us.manager.me: frozenset(), us.expert.me: frozenset({"minutes"})}
    meeting_id = planned(us, deal_id, ours=nobody)
    browser = browser_of(us.manager)
    assert "Whose turn it is to moderate" in read(browser, f"/meetings/{meeting_id}/")
    replan(us, meeting_id)
    assert "Whose turn it is to moderate" not in read(browser, f"/meetings/{meeting_id}/")


def test_a_meeting_that_is_over_says_how_long_it_took(us: Company) -> None:
    meeting_id = closed(us, accepted_deal(us))
    Meeting.objects.filter(pk=meeting_id).update(ended_at=WHEN + timedelta(seconds=20))
    browser = browser_of(us.manager)
    for page in (read(browser, f"/meetings/{meeting_id}/"), read(browser, "/meetings/?show=past")):
        assert "took 1 minute<" in page
        assert "75 minutes" not in page
    ahead = planned(us, accepted_deal(us, inn="7728168971"))
    assert "75 minutes" in read(browser, f"/meetings/{ahead}/")


def test_who_is_offered_after_at_is_found_by_what_is_shown_and_named_in_the_example(us: Company) -> None:
    meeting_id = held(us, accepted_deal(us))
    Person.objects.filter(pk=us.expert.me).update(patronymic="Серафимович")
    browser = browser_of(us.manager)
    offered = r'<option value="([^"]+)" label="[^"]+" data-keys="([^"]+)">'
    found = re.findall(offered, read(browser, f"/meetings/{meeting_id}/"))
    keys = next(keys for handle, keys in found if handle == "Климов")
    assert not any(key.startswith("се") for key in keys.split())
    for key in ("expert", "климов", "олег"):
        assert key in keys.split()
    for where in (f"/meetings/{meeting_id}/", "/deals/2026-0001/?open=in_line"):
        page = read(browser, where)
        assert f"@{re.findall(offered, page)[0][0]} estimate for the warehouse" in page
