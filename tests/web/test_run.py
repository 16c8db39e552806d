"""Pages of status runs: choosing, one deal a screen, the minutes, the record."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from markupsafe import escape

from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.seats import appoint
from svyazka.presale.journal.models import Entry
from svyazka.presale.meetings.models import Meeting
from svyazka.presale.meetings.runs.beginning import begin_run
from svyazka.presale.meetings.runs.models import Run, Stop
from svyazka.presale.meetings.values import CLOSED
from svyazka.presale.notices.models import Notice
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.meetings import planned
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.requirement("R36"), pytest.mark.usefixtures("morning")]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
INNS = ("7707083893", "7728168971", "5024002119", "7736050003", "7702070139", "7710140679")
HOSTILE = "\"'><script>alert(1)</script>{{7*7}}%(x)s"


@pytest.fixture
def us(db: None) -> Company:
    return found_company(TUESDAY - 30 * DAY)


def deals(us: Company, count: int) -> list[int]:
    return [
        accepted_deal(us, TUESDAY - 3 * DAY, inn=inn, company=f"ООО «Завод {place}»") for place, inn in enumerate(INNS[:count], 1)
    ]  # fmt: skip


def begun(us: Company, count: int = 3, **more: Any) -> int:
    return begin_run(deal_ids=deals(us, count), actor=us.manager, at=TUESDAY, **more)


def current(run: int) -> Stop:
    row = Run.objects.get(pk=run)
    assert row.place is not None
    return Stop.objects.get(run=row, position=row.place)


def act(browser: Client, run: int, what: str, **boxes: Any) -> Any:
    stop = current(run)
    return browser.post(f"/run/{run}/act/", {"stop": stop.pk, "seen": stop.version, "do": what, **boxes})


def test_a_run_is_chosen_shortened_and_begun(us: Company) -> None:
    first, second, third = deals(us, 3)
    Deal.objects.filter(pk=third).update(next_due=TUESDAY - 30 * DAY)
    browser = browser_of(us.manager)
    page = read(browser, "/run/")
    assert [int(one) for one in re.findall(r'name="deals" value="(\d+)" checked', page)] == [
        third,
        first,
        second,
    ]
    assert "3 deals, about 18 min" in page
    answer = browser.post("/run/begin/", {"of": "mine", "deals": [third, second], "people": [us.expert.me]})
    meeting = Meeting.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/run/{meeting.pk}/")
    assert list(Stop.objects.values_list("deal_id", flat=True).order_by("position")) == [third, second]
    assert "Go on" in read(browser, "/run/")
    again = browser.post("/run/begin/", {"of": "mine", "deals": [first]})
    assert again.headers["Location"] == f"/run/{meeting.pk}/", "the one that is under way"
    assert Meeting.objects.count() == 1


def test_a_run_without_deals_is_refused_on_the_page(us: Company) -> None:
    deals(us, 1)
    answer = browser_of(us.manager).post("/run/begin/", {"of": "mine"})
    assert answer.status_code == 422
    assert b'href="#run-deals"' in answer.content
    assert b" checked" not in answer.content.split(b'id="run-people"')[0].split(b'id="run-deals"')[1]


def test_a_get_changes_nothing(us: Company) -> None:
    run = begun(us)
    before = (
        Entry.objects.count(),
        Stop.objects.values_list("seconds", flat=True)[0],
        Meeting.objects.get().revision,
    )
    browser = browser_of(us.manager)
    for path in ("/run/", f"/run/{run}/", f"/run/{run}/revision/"):
        assert browser.get(path).status_code == 200
        assert browser.get(f"{path}?do=next").status_code == 200
    for path in ("/run/begin/", f"/run/{run}/act/"):
        assert browser.get(path).status_code == 405
    assert before == (
        Entry.objects.count(), Stop.objects.values_list("seconds", flat=True)[0], Meeting.objects.get().revision
    )  # fmt: skip


def test_the_screen_says_what_the_system_knows_and_asks_for_the_rest(us: Company) -> None:
    (deal,) = deals(us, 1)
    open_commitment(
        deal_id=deal, performer_id=us.expert.me, result="Схема складов", due_at=TUESDAY - HOUR, actor=us.manager,
        at=TUESDAY - 2 * DAY, to_client=True,
    )  # fmt: skip
    planned(us, deal, at=TUESDAY - HOUR)
    run = begin_run(deal_ids=[deal], actor=us.manager, at=TUESDAY)
    with time_machine.travel(TUESDAY + 6 * MINUTE + timedelta(seconds=35), tick=False):
        page = read(browser_of(us.manager), f"/run/{run}/")
    for said in (
        "ООО «Завод 1»", "Stage 1 of 6", "Схема складов", "promised to the client", "The client has an answer", "Thu, November 26, 11:00",
        "до 4 млн рублей, напрямую", "overdue: 1", "1 of 1", "over by", "6:35", "The meeting’s date is agreed with the client",
    ):  # fmt: skip
        assert said in page, said
    for box in ("changed", "promise", "holder", "risk", "help", "step"):
        assert f'name="{box}"' in page
    assert 'data-look="over"' in page
    assert "до 4 млн" not in read(browser_of(us.programmer), f"/run/{run}/"), "money is not for everybody"


def test_what_is_typed_is_kept_with_any_button_and_the_line_is_a_task_at_once(us: Company) -> None:
    run = begun(us)
    browser, first = browser_of(us.manager), current(run)
    answer = act(browser, run, "save", risk="сроки", step="@expert схема складов к пт 15:00")
    assert answer.status_code == 303
    page = read(browser, f"/run/{run}/")
    for said in ("Recorded: it is on Олег Климов", 'value="сроки"', "схема складов", "Take back"):
        assert said in page, said
    task = re.search(r'value="(drop-\d+)"', page)
    assert task
    act(browser, run, task[1], risk="сроки и деньги")
    page = read(browser, f"/run/{run}/")
    assert "The task is taken back." in page
    assert 'value="сроки и деньги"' in page
    act(browser, run, "next", help="нет")
    assert current(run).position == 1
    assert Stop.objects.get(pk=first.pk).said == {"risk": "сроки и деньги", "help": "нет"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("схема складов к пт 15:00", "Say who does it"),
        ("@expert схема складов", "Say by when"),
        ("@expert к пт", "required"),
    ],
)
def test_a_step_that_lacks_something_is_refused_beside_its_line(us: Company, line: str, words: str) -> None:
    run = begun(us)
    answer = act(browser_of(us.manager), run, "save", step=line, risk=HOSTILE)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'href="#step"' in page
    assert f'value="{line}"' in page
    assert "<script>alert(1)" not in page
    assert "{{7*7}}" in page, "typed words are given back as they were"
    assert current(run).position == 0


def test_a_line_that_is_refused_holds_neither_a_pause_nor_the_next_deal_up(us: Company) -> None:
    run, browser = begun(us), browser_of(us.manager)
    line = f"@expert {HOSTILE}"
    assert act(browser, run, "pause", step=line).status_code == 303
    assert Run.objects.get(pk=run).turned_at is None, "the clock stands"
    page = read(browser, f"/run/{run}/")
    shown = f'id="step" name="step" value="{escape(line)}"'
    assert shown in page
    assert 'id="step-wrong"' in page
    assert "Say by when" in page
    assert act(browser, run, "next", step=line).status_code == 303
    assert current(run).position == 1
    page = read(browser, f"/run/{run}/")
    assert "A next step isn’t a task yet. It is kept with its deal:" in page
    assert f"ООО «Завод 1»: {escape(line)}" in page
    assert "<script>alert(1)" not in page
    act(browser, run, "back")
    page = read(browser, f"/run/{run}/")
    assert shown in page
    assert "isn’t a task yet. It is kept" not in page
    act(browser, run, "next", step="@expert смета к пт 15:00")
    assert "isn’t a task yet" not in read(browser, f"/run/{run}/")


def test_where_ours_is_overdue_and_the_client_owes_too_both_are_said_ours_first(us: Company) -> None:
    (deal,) = deals(us, 1)
    run, browser = begin_run(deal_ids=[deal], actor=us.manager, at=TUESDAY), browser_of(us.manager)
    owed: dict[str, Any] = {"deal_id": deal, "performer_id": us.manager.me, "actor": us.manager}
    open_commitment(
        **owed, result="Прислать выгрузку", due_at=TUESDAY + DAY, at=TUESDAY - HOUR, on_client=True
    )
    page = read(browser, f"/run/{run}/")
    assert "owes us: Прислать выгрузку" in page
    open_commitment(**owed, result="Схема складов", due_at=TUESDAY - 3 * DAY + HOUR, at=TUESDAY - 3 * DAY)
    page = read(browser, f"/run/{run}/")
    ours = "ours comes first, it is overdue: Схема складов"
    assert 0 < page.index(ours) < page.rindex("owes us: Прислать выгрузку")


def test_the_second_of_two_who_press_next_is_told_and_sees_where_they_are(us: Company) -> None:
    run = begun(us, people=[us.head.me])
    stop, manager, head = current(run), browser_of(us.manager), browser_of(us.head)
    boxes = {"stop": stop.pk, "seen": 0, "do": "next"}
    manager.post(f"/run/{run}/act/", {**boxes, "risk": "сроки"})
    head.post(f"/run/{run}/act/", {**boxes, "step": "@estimator смета к пт 18:00"})
    page = read(head, f"/run/{run}/")
    assert "Somebody has gone on already." in page
    assert "2 of 3" in page
    clash = head.post(f"/run/{run}/act/", {**boxes, "risk": "деньги"})
    assert clash.status_code == 409
    page = clash.content.decode()
    assert 'value="деньги"' in page
    assert "Now it says: сроки" in page
    head.post(f"/run/{run}/act/", {**boxes, "seen": 1, "risk": "сроки и деньги"})
    assert Stop.objects.get(pk=stop.pk).said == {"risk": "сроки и деньги"}


def test_the_minutes_are_sent_and_stay(us: Company) -> None:
    run = begun(us, people=[us.head.me])
    browser = browser_of(us.manager)
    act(browser, run, "next", risk="сроки", step="@expert схема складов к пт 15:00")
    act(browser, run, "skip")
    act(browser, run, "end")
    assert Meeting.objects.get(pk=run).state == CLOSED
    page = read(browser, f"/run/{run}/")
    for said in (
        "The minutes are ready and sent", "Minutes of the status run", "Завод 1", "Risk", "сроки", "Олег Климов", "схема складов",
        "Not talked through", "passed by", "its turn didn’t come", "Мария Серова, Игорь Титов",
    ):  # fmt: skip
        assert said in page, said
    assert set(Notice.objects.filter(kind="run.ended").values_list("person_id", flat=True)) == {
        us.head.me,
        us.expert.me,
    }
    bell = read(browser_of(us.expert), "/notices/")
    assert "The status run is over: 1 of 3 deals talked through" in bell
    late = browser.post(f"/run/{run}/act/", {"do": "next", "stop": "1", "seen": "0"})
    assert late.status_code == 303
    assert "сроки" not in read(browser_of(us.programmer), f"/run/{run}/"), (
        "typed words are for those of the deal, and of the run"
    )
    with time_machine.travel(TUESDAY + 300 * DAY, tick=False):
        assert "схема складов" in read(browser_of(us.manager), f"/run/{run}/")


def test_the_record_of_runs_is_held_against_the_goal(us: Company) -> None:
    run = begun(us, 5)
    for minutes in range(1, 6):
        with time_machine.travel(TUESDAY + minutes * 5 * MINUTE, tick=False):
            act(browser_of(us.manager), run, "next")
    with time_machine.travel(TUESDAY + 30 * MINUTE, tick=False):
        page = read(browser_of(us.manager), f"/run/{run}/")
        assert "Everybody has had a turn" in page
        browser_of(us.manager).post(f"/run/{run}/act/", {"do": "end"})
        page = read(browser_of(us.programmer), "/run/")
        russian = read(browser_of(us.programmer, "ru"), "/run/")
        file = browser_of(us.programmer).get("/run/?format=csv")
        sheet = browser_of(us.programmer).get("/run/?format=xlsx")
    for said in ("best pace", "12 clients an hour (", "5 of 5", "10 or more", "Мария Серова"):
        assert said in page, said
    for said in ("лучший темп", "12 клиентов в час (", "По сравнению с целью"):
        assert said in russian, said
    assert 'href="/run/?format=csv" download' in page
    heading, row = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert heading == [
        "When",
        "Who ran it",
        "Talked through",
        "Deals",
        "Time, min",
        "Clients an hour",
        "Goal",
    ]
    assert row[1:] == ["Мария Серова", "5", "5", "25.0", "12.0", "10.0"]
    assert sheet.content.startswith(b"PK")
    assert browser_of(us.agent).get("/run/?format=csv").status_code == 404


def test_a_run_of_a_few_clients_has_no_pace_and_meets_no_goal(us: Company) -> None:
    run = begun(us, 3)
    for turn in range(1, 4):
        with time_machine.travel(TUESDAY + turn * MINUTE / 2, tick=False):
            act(browser_of(us.manager), run, "next")
    with time_machine.travel(TUESDAY + 2 * MINUTE, tick=False):
        assert "an hour" not in read(browser_of(us.manager), f"/run/{run}/")
        browser_of(us.manager).post(f"/run/{run}/act/", {"do": "end"})
        minutes, record = (read(browser_of(us.manager), path) for path in (f"/run/{run}/", "/run/"))
    for page in (minutes, record):
        assert "too few for a pace" in page
        assert "120" not in page
    assert "3 of 3" in record
    assert "10 or more" not in record


def test_what_is_due_as_the_next_day_begins_is_told_by_its_day_and_not_as_nothing_left(us: Company) -> None:
    (deal,) = deals(us, 1)
    Deal.objects.filter(pk=deal).update(next_due=(TUESDAY + DAY).replace(hour=6, minute=0))  # 9:00 in Moscow
    with time_machine.travel(TUESDAY.replace(hour=20), tick=False):
        page = read(browser_of(us.manager), "/run/")
    assert "due <time" in page
    assert "0 min left" not in page


def test_a_run_is_no_meeting_for_other_pages(us: Company) -> None:
    run = begun(us)
    browser = browser_of(us.manager)
    for path in (f"/meetings/{run}/", f"/meetings/{run}/run/"):
        assert browser.get(path).headers["Location"] == f"/run/{run}/"
    assert f'/meetings/{run}/"' in read(browser, "/meetings/")


def test_agents_find_nothing_and_strangers_sign_in(us: Company) -> None:
    run = begun(us)
    browser = browser_of(us.agent)
    for path in ("/run/", f"/run/{run}/", f"/run/{run}/revision/"):
        assert browser.get(path).status_code == 404
    assert browser.post(f"/run/{run}/act/", {"do": "next"}).status_code == 404
    assert browser.post("/run/begin/", {}).status_code == 404
    assert Client().get("/run/").status_code == 302


def test_who_only_looks_on_has_no_buttons(us: Company) -> None:
    run = begun(us)
    page = read(browser_of(us.programmer), f"/run/{run}/")
    assert 'name="do"' not in page
    assert "you look on" in page
    stop = current(run)
    answer = browser_of(us.programmer).post(f"/run/{run}/act/", {"do": "next", "stop": stop.pk, "seen": 0})
    assert answer.status_code == 403


def test_a_fixer_in_the_shadow_does_not_show(us: Company) -> None:
    run = begun(us, people=[us.expert.me])
    stop = current(run)
    appoint(deal_id=stop.deal_id, person_id=us.fixer.me, role="fixer", actor=us.manager, at=TUESDAY)
    assert "Appointed: Глеб Орлов" not in read(browser_of(us.expert), f"/run/{run}/")
    assert "Appointed: Глеб Орлов" in read(browser_of(us.manager), f"/run/{run}/")
    with time_machine.travel(TUESDAY + MINUTE, tick=False):
        act(browser_of(us.manager), run, "next")
        act(browser_of(us.manager), run, "end")
    for reader in (us.expert, us.manager):
        assert "Глеб Орлов" not in read(browser_of(reader), f"/run/{run}/"), "minutes are sent and printed"


def test_minutes_have_one_line_a_client_and_one_sentence_for_the_silent(us: Company) -> None:
    run, browser = begun(us, 6), browser_of(us.manager)
    act(browser, run, "next", risk="сроки", help="нужен эксперт", step="@expert схема складов к пт 15:00")
    act(browser, run, "next", step="@expert когда-нибудь")
    for minutes in (1, 2):
        with time_machine.travel(TUESDAY + minutes * MINUTE, tick=False):
            act(browser, run, "next")
    act(browser, run, "skip")
    browser.post(f"/run/{run}/act/", {"do": "end"})
    page = read(browser, f"/run/{run}/")
    assert page.count('class="run__minute"') == 2
    assert "<p>Risk: сроки; Help needed: нужен эксперт</p>" in page
    assert "<p>No task yet: @expert когда-нибудь</p>" in page
    text = " ".join(re.sub("<[^>]*>", "", page).split())
    numbers = [one.deal.number for one in Stop.objects.select_related("deal").order_by("position")]
    assert f"Nothing new about: ООО «Завод 3» {numbers[2]}, ООО «Завод 4» {numbers[3]}." in text
    assert f"passed by: ООО «Завод 5» {numbers[4]}" in text
    assert f"its turn didn’t come: ООО «Завод 6» {numbers[5]}" in text
    other = read(browser_of(us.programmer), f"/run/{run}/")
    assert "what was said is for those who work on the deal" in other
    assert "сроки" not in other


def test_pages_cost_the_same_for_one_deal_and_for_six(us: Company) -> None:
    browser = browser_of(us.manager)
    ids = deals(us, 6)
    few = begin_run(deal_ids=ids[:1], actor=us.manager, at=TUESDAY)
    one, chosen = queries(browser, f"/run/{few}/"), queries(browser, "/run/?count=1")
    act(browser, few, "end")
    over = queries(browser, f"/run/{few}/")
    many = begin_run(deal_ids=ids, actor=us.manager, at=TUESDAY)
    assert queries(browser, f"/run/{many}/") == one
    assert queries(browser, "/run/") <= chosen + 1
    for number in range(5):
        act(browser, many, "next", risk=f"сроки {number}", step=f"@expert смета {number} к пт 15:00")
    act(browser, many, "end")
    assert queries(browser, f"/run/{many}/") <= over + 2
