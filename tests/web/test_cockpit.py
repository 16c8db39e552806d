"""The room behind the cockpit: batches of acts that come late, twice and half wrong; who may read it, and who may write."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from svyazka.presale.journal.queries import faults, latest_entry_id
from svyazka.presale.meetings.models import Meeting
from svyazka.presale.meetings.planning import cancel_meeting, plan_huddle
from svyazka.presale.meetings.queries import room_of
from svyazka.presale.meetings.room import begin, go_to, jot_down
from svyazka.presale.meetings.rows import JotRow
from svyazka.presale.people.queries import directory
from svyazka.web.cockpit.acts import LARGEST, MOST
from svyazka.web.cockpit.shown import answered_by
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.meetings import WHEN, agreed, closed, held, jotted, shown
from tests.web.visitors import browser_of, queries, read

MINUTE = timedelta(minutes=1)
HOSTILE = "\"'></script><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}%(x)s\u2028"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is the time of the meeting, and stays it until a test moves it on."""
    with time_machine.travel(WHEN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def company(db: None, clock: time_machine.Traveller) -> Company:
    return found_company()


@pytest.fixture
def meeting(company: Company) -> int:
    """Agreed by the client and read about by the expert; it is time to begin."""
    return agreed(company, accepted_deal(company))


@pytest.fixture
def running(company: Company, meeting: int) -> int:
    """At its second point for ten minutes."""
    begin(meeting_id=meeting, actor=company.manager, at=WHEN - 20 * MINUTE)
    go_to(meeting_id=meeting, point=1, actor=company.manager, at=WHEN - 10 * MINUTE)
    return meeting


def jot(text: Any = "Закрытие месяца — девять дней", kind: Any = "note", **more: Any) -> dict[str, Any]:
    return {"do": "jot", "key": str(uuid4()), "kind": kind, "text": text, "point": 1, "asker": "", **more}


def go(point: int | None, came_from: int | None, **more: Any) -> dict[str, Any]:
    return {"do": "go", "point": point, "from": came_from, **more}


def send(browser: Client, meeting: int, body: Any) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return browser.post(f"/meetings/{meeting}/room/", text, content_type="application/json")


def done(browser: Client, meeting: int, *acts: Any) -> tuple[list[bool], dict[str, Any]]:
    """What each act was answered, and the room afterwards."""
    answer = send(browser, meeting, {"acts": list(acts)})
    assert answer.status_code == 200, answer.content.decode()
    said = answer.json()
    return [one["ok"] for one in said["acts"]], said["room"]


def jots(us: Company, meeting: int) -> list[JotRow]:
    return list(shown(us, meeting).jots)


def spent(us: Company, meeting: int, at: datetime = WHEN) -> list[int]:
    now = room_of(meeting_id=meeting, viewer=us.manager, at=at).now
    assert now is not None
    return [seconds // 60 for seconds in now.spent]


# A batch


@pytest.mark.requirement("R12")
def test_a_whole_meeting_goes_in_one_batch_in_its_order(company: Company, meeting: int) -> None:
    """R12: what was done without a connection comes all at once."""
    acts = [
        {"do": "begin", "ago": 70 * 60_000}, go(1, 0, ago=62 * 60_000), jot(ago=50 * 60_000), jot("Начинаем с лесосклада", "decision", ago=40 * 60_000),
        jot("А терминалы?", "parked", asker="Пётр Кедров", ago=30 * 60_000), go(2, 1, ago=20 * 60_000), {"do": "end", "ago": 60_000},
    ]  # fmt: skip
    answers, room = done(browser_of(company.manager), meeting, *acts)
    assert answers == [True] * len(acts)
    assert room["state"] == "held"
    row = shown(company, meeting).row
    assert (row.began_at, row.ended_at) == (WHEN - 70 * MINUTE, WHEN - MINUTE)
    assert [(one.kind, one.asker, one.by_id) for one in jots(company, meeting)] == [
        ("note", "", company.manager.me), ("decision", "", company.manager.me), ("parked", "Пётр Кедров", company.manager.me),
    ]  # fmt: skip
    assert list(faults()) == []


@pytest.mark.requirement("R12")
def test_an_act_counts_from_when_it_was_made_and_not_from_when_it_came(
    company: Company, meeting: int
) -> None:
    """R12: the clock of each point is right after a lost connection."""
    done(browser_of(company.manager), meeting, {"do": "begin", "ago": 20 * 60_000}, go(1, 0, ago=11 * 60_000))
    assert spent(company, meeting) == [9, 11, 0, 0]
    _, room = done(browser_of(company.manager), meeting, jot(ago=4 * 60_000))
    assert room["jots"][0]["time"] == "10:56\N{NARROW NO-BREAK SPACE}AM"
    assert jots(company, meeting)[0].at == WHEN - 4 * MINUTE


@pytest.mark.parametrize("ago", [-(10**9), 10**15])
def test_nothing_is_made_before_the_meeting_began_or_after_now(
    company: Company, running: int, ago: int
) -> None:
    done(browser_of(company.manager), running, jot(ago=ago), go(2, 1, ago=ago))
    assert WHEN - 20 * MINUTE <= jots(company, running)[0].at <= WHEN
    assert sum(spent(company, running)) == 20


@pytest.mark.requirement("R12")
def test_the_same_batch_again_changes_nothing(company: Company, meeting: int) -> None:
    """R12: an answer that got lost on its way is asked for once more."""
    acts = [
        {"do": "begin"},
        go(1, 0),
        jot(),
        gone := jot("лишнее"),
        {"do": "strike", "key": gone["key"]},
        go(2, 1),
    ]
    browser = browser_of(company.manager)
    first = done(browser, meeting, *acts)
    before = latest_entry_id()
    answers, room = done(browser, meeting, *acts)
    assert answers[:1] + answers[2:] == [True] * 5
    assert answers[1] is False, "the meeting is at the third point by now"
    kept = ("state", "current", "began", "jots")
    assert {name: room[name] for name in kept} == {name: first[1][name] for name in kept}
    assert latest_entry_id() == before


def test_a_refused_act_loses_none_of_the_others(company: Company, running: int) -> None:
    acts = [jot("первая"), jot("  "), jot("ж" * 2001), jot("вторая", "song"), go(17, 1), jot("третья")]
    answer = send(browser_of(company.manager), running, {"acts": acts})
    said = answer.json()
    assert [one["ok"] for one in said["acts"]] == [True, False, False, False, False, True]
    assert all(one["say"] for one in said["acts"] if not one["ok"])
    assert [one.text for one in jots(company, running)] == ["первая", "третья"]


def test_a_refusal_is_said_in_the_language_of_whoever_reads_it(company: Company, running: int) -> None:
    for language, words in (("en", "required"), ("ru", "Заполните")):
        answer = send(browser_of(company.manager, language), running, {"acts": [jot(" ")]})
        assert words in answer.json()["acts"][0]["say"]


@pytest.mark.requirement("R12")
def test_a_step_from_a_point_that_others_have_left_does_not_pull_them_back(
    company: Company, running: int
) -> None:
    """R12: several people at once."""
    go_to(meeting_id=running, point=3, actor=company.expert, at=WHEN)
    answers, room = done(browser_of(company.manager), running, go(2, 1, ago=60_000))
    assert (answers, room["current"]) == ([False], 3)
    answers, room = done(browser_of(company.manager), running, go(3, 1))
    assert (answers, room["current"]) == ([True], 3), "both meant the same"
    answers, room = done(browser_of(company.manager), running, {"do": "go", "point": 0})
    assert (answers, room["current"]) == ([True], 0), "whoever doesn't say from where means it"


@pytest.mark.requirement("R12")
def test_a_note_that_comes_after_the_end_is_kept_until_the_meeting_is_closed(company: Company) -> None:
    """R12: nothing is lost for want of a connection."""
    browser, over = browser_of(company.manager), held(company, accepted_deal(company), at=WHEN - 90 * MINUTE)
    late = jot("вспомнили в коридоре")
    assert done(browser, over, late)[0] == [True]
    Meeting.objects.filter(pk=over).update(state="closed", controller=company.head.me)
    answers, _ = done(browser, over, late, jot("ещё одна"))
    assert answers == [True, False], "the first is there already: its answer was lost"
    assert "вспомнили в коридоре" in {one.text for one in jots(company, over)}


def test_a_note_is_struck_out_and_put_back_with_its_time(company: Company, running: int) -> None:
    browser, noted = browser_of(company.manager), jot(ago=5 * 60_000)
    done(browser_of(company.expert), running, noted)
    assert done(browser, running, {"do": "strike", "key": noted["key"]})[1]["jots"] == []
    _, room = done(browser, running, noted)
    assert [one["at"] for one in room["jots"]] == [round((WHEN - 5 * MINUTE).timestamp() * 1000)]


def test_what_has_become_a_task_is_not_offered_to_be_struck_out(company: Company) -> None:
    over = closed(company, accepted_deal(company), at=WHEN - 3 * 60 * MINUTE)
    room = browser_of(company.manager).get(f"/meetings/{over}/room/").json()
    assert [(one["kind"], one["fixed"]) for one in room["jots"]] == [
        ("note", False), ("decision", False), ("parked", True)
    ]  # fmt: skip


# Sizes and nonsense


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400), ("{", 400), (b"\xff\xfe\xff", 400), ("[" * 100_000, 400), ("9" * 5000, 400), ("null", 422), ("[]", 422),
        ({"acts": {}}, 422), ({"acts": "jot"}, 422), ({"act": []}, 422), ({"acts": [{"do": "end"}] * (MOST + 1)}, 422),
        ('{"acts": [], "more": "' + "ж" * LARGEST + '"}', 413), ({"acts": []}, 200),
    ],
)  # fmt: skip
def test_what_is_no_batch_is_refused_as_what_it_is(
    company: Company, running: int, body: Any, status: int
) -> None:
    assert send(browser_of(company.manager), running, body).status_code == status
    assert shown(company, running).row.state == "running"


def test_a_form_is_no_batch(company: Company, running: int) -> None:
    browser = browser_of(company.manager)
    for kind in (MULTIPART_CONTENT, "application/x-www-form-urlencoded", "text/plain"):
        assert browser.post(f"/meetings/{running}/room/", content_type=kind).status_code == 400


@pytest.mark.parametrize(
    "act",
    [
        None, 7, "end", [], {}, {"do": None}, {"do": "dance"}, {"do": ["end"]}, {"do": "end", "ago": "soon"}, {"do": "end", "ago": 1.5},
        {"do": "end", "ago": True}, {"do": "go", "point": "1"}, {"do": "go", "point": 10**30}, {"do": "go", "point": -1},
        {"do": "go", "point": True}, {"do": "go", "point": 1, "from": []}, {"do": "strike"}, {"do": "strike", "key": "первая"},
        jot(key=5), jot(key=""), jot(kind=None), jot(text=None), jot(text=["да"]), jot(asker=None), jot(point="1"), jot(point=2.0),
    ],
)  # fmt: skip
def test_an_act_of_wrong_types_is_told_so_and_the_others_are_done(
    company: Company, running: int, act: Any
) -> None:
    answer = send(browser_of(company.manager), running, {"acts": [jot("до"), act, jot("после")]})
    assert answer.status_code == 422
    assert [one["ok"] for one in answer.json()["acts"]] == [True, False, True]
    assert [one.text for one in jots(company, running)] == ["до", "после"]


def test_signs_that_no_database_takes_are_left_out(company: Company, running: int) -> None:
    answers, _ = done(browser_of(company.manager), running, jot("да\x00\ud800 нет", asker="Пётр\x00\udfff"))
    assert answers == [True]
    assert [(one.text, one.asker) for one in jots(company, running)] == [("да нет", "Пётр")]


WORDS = st.sampled_from(
    ["begin", "go", "jot", "strike", "end", "note", "parked", "", "\x00", "\ud800", str(uuid4())]
)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), WORDS, st.integers(0, 4)
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
ACTS = st.lists(
    st.one_of(
        VALUES,
        st.fixed_dictionaries(
            {"do": WORDS},
            optional=dict.fromkeys(("key", "kind", "text", "point", "from", "ago", "asker"), PLAIN),
        ),
    ),
    max_size=5,
)


@given(body=st.one_of(ACTS.map(lambda acts: {"acts": acts}), VALUES).map(json.dumps) | st.binary(max_size=60))
@hypothesis_settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_nonsense_breaks_the_room(company: Company, running: int, body: str | bytes) -> None:
    answer = send(browser_of(company.manager), running, body)
    assert answer.status_code in {200, 400, 422}
    if answer.status_code != 400 and "acts" in answer.json():
        assert len(answer.json()["acts"]) == len(json.loads(body)["acts"])


# Who may


@pytest.mark.requirement("R12")
def test_whoever_goes_runs_it_whoever_reads_the_deal_watches_and_nobody_else_knows(
    company: Company, running: int
) -> None:
    """R12."""
    where = f"/meetings/{running}/"
    for actor in (company.manager, company.expert, company.administrator):
        assert done(browser_of(actor), running, jot())[1]["runs"] is True
        assert browser_of(actor).get(f"{where}run/").status_code == 200
    for actor in (company.head, company.dispatcher, company.estimator):
        browser = browser_of(actor)
        assert browser.get(f"{where}run/").status_code == 200
        assert browser.get(f"{where}room/").json()["runs"] is False
        assert send(browser, running, {"acts": [jot()]}).status_code == 403
    for actor in (company.other_manager, company.programmer, company.owner, company.agent):
        browser = browser_of(actor)
        assert {browser.get(f"{where}{part}/").status_code for part in ("run", "room")} == {404}
        assert send(browser, running, {"acts": [jot()]}).status_code == 404
    stranger = Client().get(f"{where}run/")
    assert (stranger.status_code, stranger.headers["Location"]) == (302, f"/account/login/?next={where}run/")
    assert len(jots(company, running)) == 3


@pytest.mark.parametrize("number", [0, 999999, 10**30])
def test_there_is_no_such_meeting(company: Company, number: int) -> None:
    browser = browser_of(company.administrator)
    assert {browser.get(f"/meetings/{number}/{part}/").status_code for part in ("run", "room")} == {404}
    assert send(browser, number, {"acts": []}).status_code == 404


def test_a_batch_from_another_site_is_not_taken(company: Company, running: int) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(get_user_model().objects.get(pk=company.manager.me))
    assert send(strict, running, {"acts": [jot()]}).status_code == 403
    token = strict.get(f"/meetings/{running}/room/").json()["token"]
    body = json.dumps({"acts": [jot()]})
    headers = {"X-CSRFToken": token}
    room = f"/meetings/{running}/room/"
    assert strict.post(room, body, content_type="application/json", headers=headers).status_code == 200
    assert strict.post(room, {"csrfmiddlewaretoken": token}).status_code == 400
    assert len(jots(company, running)) == 1


# What phones are told


@pytest.mark.requirement("R12")
def test_the_room_says_enough_for_a_clock_that_asks_no_more(
    company: Company, running: int, clock: time_machine.Traveller
) -> None:
    """R12: the script counts on from what it was told, and knows by how much the phone's own clock is wrong."""
    answer = browser_of(company.manager).get(f"/meetings/{running}/room/")
    room, now = answer.json(), round(WHEN.timestamp() * 1000)
    assert answer.headers["X-Now"] == str(now)
    assert (room["at"], room["began"], room["minutes"], room["current"]) == (now, now - 20 * 60_000, 75, 1)
    assert [(one["minutes"], one["spent"]) for one in room["points"]] == [(7, 600), (40, 600), (8, 0), (5, 0)]
    assert [one["meta"] for one in room["points"]][1] == "40\N{NO-BREAK SPACE}min · Олег Климов"
    clock.shift(MINUTE)
    tag = answer.headers["ETag"]
    later = browser_of(company.manager).get(f"/meetings/{running}/room/", headers={"If-None-Match": tag})
    assert (later.status_code, later.content) == (304, b"")
    assert later.headers["X-Now"] == str(now + 60_000)


@pytest.mark.parametrize(
    "change",
    [
        lambda us, it: jot_down(meeting_id=it, written=jotted("note", "ещё"), actor=us.expert, at=WHEN),
        lambda us, it: go_to(meeting_id=it, point=2, actor=us.expert, at=WHEN),
        lambda us, it: done(browser_of(us.expert), it, {"do": "end"}),
    ],
)
def test_whatever_happens_in_the_room_is_news(
    company: Company, running: int, change: Callable[[Company, int], object]
) -> None:
    browser = browser_of(company.manager)
    room = f"/meetings/{running}/room/"
    tag = browser.get(room).headers["ETag"]
    change(company, running)
    assert browser.get(room, headers={"If-None-Match": tag}).status_code == 200


def test_asking_what_is_new_costs_the_same_however_much_is_written(company: Company, running: int) -> None:
    browser, room = browser_of(company.manager), f"/meetings/{running}/room/"
    counts = []
    for written in (1, 20):
        done(browser, running, *[jot() for _ in range(written)])
        counts.append(queries(browser, room))
    tag = browser.get(room).headers["ETag"]
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(room, headers={"If-None-Match": tag}).status_code == 304
    assert counts[0] == counts[1]
    assert counts[1] <= 12
    assert len(asked) <= 4, [query["sql"][:90] for query in asked]


def test_the_page_costs_the_same_however_much_is_written(company: Company, running: int) -> None:
    browser = browser_of(company.manager)
    counts = []
    for written in (1, 20):
        done(browser, running, *[jot() for _ in range(written)])
        counts.append(queries(browser, f"/meetings/{running}/run/"))
    assert counts[0] == counts[1]


# The page


def first_of(page: str) -> dict[str, Any]:
    """The room that the page was drawn from."""
    found = re.search(r'<script type="application/json" data-first>(.*?)</script>', page, re.DOTALL)
    assert found
    room: dict[str, Any] = json.loads(found[1])
    return room


def test_what_people_type_stays_text(company: Company, running: int) -> None:
    browser, acts = browser_of(company.manager), (jot(HOSTILE), jot(HOSTILE, "parked", asker=HOSTILE))
    answers, room = done(browser, running, *acts)
    assert answers == [True, True]
    assert [one["text"] for one in room["jots"]] == [HOSTILE.strip()] * 2
    answer = browser.get(f"/meetings/{running}/run/")
    page = answer.content.decode()
    assert [one["text"] for one in first_of(page)["jots"]] == [HOSTILE.strip()] * 2
    for dangerous in ("<script>alert", "<img src=x", "\"'>", "alert(1)>49"):
        assert dangerous not in page
    polled = browser.get(f"/meetings/{running}/room/")
    assert polled.headers["Content-Type"] == "application/json"
    assert polled.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.requirement("R12")
def test_before_it_begins_the_page_shows_both_goals_the_criteria_and_who_does_what(
    company: Company, meeting: int
) -> None:
    """R12, R10, R13."""
    page = read(browser_of(company.expert), f"/meetings/{meeting}/run/")
    for words in (
        "Клиент называет три задачи", "Понять, как система считает", "Клиент сам назвал дату", "Ольга Петровна Лескова",
        "Бизнес и задачи клиента", "moderator, about the company, about the money", "Begin the meeting",
    ):  # fmt: skip
        assert words in page, words


def test_without_scripts_the_page_says_so_and_shows_what_there_is(company: Company, running: int) -> None:
    done(browser_of(company.manager), running, jot("Сорок мест", "decision"))
    page = read(browser_of(company.head), f"/meetings/{running}/run/")
    assert "need a browser with scripts switched on" in page
    shown_at_once = re.sub(r"<template.*?</template>|<script.*?</script>", "", page, flags=re.DOTALL)
    assert "Сорок мест" in shown_at_once
    assert shown_at_once.count('<li class="cockpit__point"') == 4
    assert 'data-key="1" aria-current="step"' in shown_at_once


def test_a_huddle_goes_through_the_plan_of_its_meeting_and_leads_back_to_it(
    company: Company, meeting: int
) -> None:
    """R16: run by the same cockpit."""
    huddle = plan_huddle(meeting_id=meeting, actor=company.manager, at=WHEN)
    page = read(browser_of(company.expert), f"/meetings/{huddle}/run/")
    assert "Клиент называет три задачи" in page
    assert "Begin the huddle" in page
    assert f'data-after="/meetings/{meeting}/"' in page
    answers, room = done(browser_of(company.expert), huddle, {"do": "begin"}, go(1, 0), jot(), {"do": "end"})
    assert (answers, room["state"], room["minutes"]) == ([True] * 4, "closed", 10)


def test_a_cancelled_meeting_says_so(company: Company, meeting: int) -> None:
    cancel_meeting(meeting_id=meeting, reason="клиент перенёс", actor=company.manager, at=WHEN)
    assert "The meeting is cancelled." in read(browser_of(company.manager), f"/meetings/{meeting}/run/")
    assert done(browser_of(company.manager), meeting, jot())[0] == [False]


def test_a_question_put_off_on_friday_is_answered_on_monday(company: Company) -> None:
    friday = TUESDAY + timedelta(days=3)
    assert answered_by(company.manager, directory(), friday) == "November 30"


def test_the_page_speaks_russian(company: Company, running: int) -> None:
    page = read(browser_of(company.manager, "ru"), f"/meetings/{running}/run/")
    for words in (
        "Отложить",
        "Вернуться к теме",
        "Записано",
        "Нет связи: {n} записей хранятся",
        "ответим до 27 ноября",
    ):
        assert words in page, words
