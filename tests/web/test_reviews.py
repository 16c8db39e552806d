"""Reviews and proposals in the browser, from the queue to the version that takes a proposal in."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.html import escape

from svyazka.engine.worth import FEWEST
from svyazka.presale.cases.queries import cases
from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.seats import appoint
from svyazka.presale.process.queries import current_number
from svyazka.presale.reviews.models import Proposal, Review
from svyazka.presale.reviews.proposals import publish_taking, reject
from svyazka.presale.stages.commands import lose
from svyazka.processes import packaged_text
from svyazka.web.process import rehearsed, rehearsing
from svyazka.web.reviews import views
from tests.company import TUESDAY, Company, accepted_deal, led_deal, whole_request
from tests.meetings import WHEN, summed_up
from tests.reviews import lost, proposed, reviewed, won
from tests.web.visitors import browser_of, queries, queries_as_rows_grow, read

pytestmark = pytest.mark.usefixtures("morning")

DAY = timedelta(days=1)
SAID = {
    "goal": "Показать себестоимость партии", "helped": "Прототип на данных клиента", "time_went": "Ждали схему складов",
    "keep": "Прототип до оценки", "change": "Спрашивать схему складов на первой встрече", "by_day": "2026-12-24",
}  # fmt: skip
PATH = "/reviews/2026-0001/"
CHANGED = packaged_text().replace("limit: 2d", "limit: 3d")


def marked(page: str) -> set[str]:
    return set(re.findall(r'id="id_(\w+)_error"', page))


# Reviews


@pytest.mark.requirement("R38")
def test_the_queue_shows_won_deals_first_and_marks_those_that_wait_too_long(company: Company) -> None:
    lost(company, inn="7728168971")
    won(company, TUESDAY - 5 * DAY, began=TUESDAY - 9 * DAY)
    page = read(browser_of(company.manager), "/reviews/")
    assert page.index('href="/reviews/2026-0002/"') < page.index('href="/reviews/2026-0001/"')
    assert "Of the deals below 1 has waited for more than two working days" in page
    others = read(browser_of(company.other_manager), "/reviews/")
    assert 'href="/deals/2026-0002/"' in others
    assert 'href="/reviews/2026-0002/"' not in others
    assert "Nothing is reviewed yet" in read(browser_of(company.manager), "/reviews/?show=done")


@pytest.mark.requirement("R38")
def test_the_queue_goes_on_over_pages_won_deals_first(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SHOWN", 1)
    lost(company, inn="7728168971")
    won(company, TUESDAY - DAY, inn="5024002119")
    browser = browser_of(company.manager)
    first, second = read(browser, "/reviews/"), read(browser, "/reviews/?page=2")
    assert ("2026-0002" in first, "2026-0001" in first) == (True, False), "the won one"
    assert ("2026-0002" in second, "2026-0001" in second) == (False, True)
    assert ('href="?page=2"' in first, "Previous" in first) == (True, False)
    assert ('href="?page=1"' in second, "Next" in second) == (True, False)
    assert "There are no more deals" in read(browser, "/reviews/?page=3")
    assert queries(browser, "/reviews/") == queries(browser, "/reviews/?page=2")
    reviewed(company, Deal.objects.get(serial=1).pk)
    reviewed(company, Deal.objects.get(serial=2).pk)
    assert 'href="?show=done&amp;page=2"' in read(browser, "/reviews/?show=done")


@pytest.mark.requirement("R38")
def test_five_questions_are_answered_with_the_facts_beside_them(company: Company) -> None:
    won(company, TUESDAY, began=TUESDAY - 5 * DAY)
    browser = browser_of(company.manager)
    page = read(browser, PATH)
    assert page.count("What is known") >= 5
    assert "was left with checks missing: клиент торопит" in page
    assert re.search(r"Of \d+ promises? \d+ (was|were) kept in time", page)
    assert re.search(r"Late by .+ · |Late by .+:", page)
    helped = page[page.index("What helped most?") : page.index("Where did the time go?")]
    assert "In time: " in helped
    answer = browser.post(PATH, {**SAID, "owner": company.expert.me})
    assert (answer.status_code, answer["Location"]) == (303, PATH)
    page = read(browser, PATH)
    assert "Прототип до оценки" in page
    assert "Tell it as a case" in page
    assert Review.objects.get().owner_id == company.expert.me


def test_a_review_begins_with_the_goals_of_its_meetings_and_who_led_the_deal(company: Company) -> None:
    deal = led_deal(company)
    appoint(deal_id=deal, person_id=company.expert.me, role="expert", actor=company.manager, at=TUESDAY)
    summed_up(company, deal)
    lose(
        deal_id=deal, reason="client_side.frozen", evidence="письмо клиента", actor=company.manager,
        at=WHEN + timedelta(hours=5),
    )  # fmt: skip
    page = read(browser_of(company.manager), PATH)
    assert "Клиент называет три задачи, которые решаем первыми</textarea>" in page
    assert f'<option value="{company.manager.me}" selected>' in page
    assert re.search(r'name="by_day" value="20\d\d-', page)


def test_what_lacks_is_said_beside_each_question_and_nothing_typed_is_lost(company: Company) -> None:
    won(company)
    browser = browser_of(company.manager)
    answer = browser.post(PATH, {**SAID, "keep": "-", "owner": "", "by_day": "2020-01-01"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert marked(page) >= {"owner"}
    answer = browser.post(PATH, {**SAID, "keep": "-", "owner": company.expert.me, "by_day": "2020-01-01"})
    page = answer.content.decode()
    assert (answer.status_code, marked(page)) == (422, {"keep", "by_day"})
    assert "Ждали схему складов" in page
    assert not Review.objects.exists()


def test_who_comes_second_sees_what_stands_there_and_can_save_over_it(company: Company) -> None:
    deal = won(company)
    reviewed(company, deal)
    browser = browser_of(company.expert)
    answer = browser.post(PATH, {**SAID, "owner": company.expert.me, "seen": ""})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Прототип на данных клиента до оценки" in page, "theirs"
    assert "Прототип до оценки" in page, "one’s own"
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    answer = browser.post(PATH, {**SAID, "owner": company.expert.me, "seen": seen[1]})
    assert answer.status_code == 303
    assert Review.objects.get().keep == "Прототип до оценки"


def test_an_open_deal_and_one_that_is_not_there_answer_alike(company: Company) -> None:
    accepted_deal(company)
    browser = browser_of(company.manager)
    for path in (PATH, "/reviews/2026-0777/", "/reviews/x/"):
        assert browser.get(path).status_code == 404, path
        assert browser.post(path, SAID).status_code == 404, path


def test_who_does_not_read_small_things_reads_no_reasons_either(company: Company) -> None:
    won(company)
    page = read(browser_of(company.owner), PATH)
    assert "was left with checks missing" in page
    assert "клиент торопит" not in page


def test_a_result_that_somebody_typed_reads_as_on_the_deals_other_pages(company: Company) -> None:
    """What is owed is open to all of ours: the review tells it to who holds no seat on the deal as well."""
    deal = accepted_deal(company, TUESDAY - 5 * DAY)
    open_commitment(
        deal_id=deal, performer_id=company.expert.me, result="Схема складов для Лесковой", due_at=TUESDAY - 3 * DAY,
        actor=company.manager, at=TUESDAY - 4 * DAY,
    )  # fmt: skip
    lose(deal_id=deal, reason="estimate.above_budget", evidence="письмо", actor=company.manager, at=TUESDAY)
    for reader in (company.owner, company.manager):
        browser = browser_of(reader)
        beside = read(browser, PATH).split("One thing to change")[-1]
        assert "Схема складов для Лесковой" in beside
        assert "Схема складов для Лесковой" in read(browser, "/deals/2026-0001/postmortem/")


# A case


@pytest.mark.requirement("R38")
def test_a_review_is_told_as_a_case_without_names_and_each_leads_to_the_other(company: Company) -> None:
    reviewed(company, won(company))
    browser = browser_of(company.manager)
    page = read(browser, "/cases/new/?review=2026-0001")
    assert "за день собрал прототип" in page
    main = page[page.index("<main") : page.index("</main")]
    for name in ("Климов", "Северный", "Лесков", "123-45-67"):
        assert name not in main
    assert not re.search(r'name="may_be_named"[^>]* checked', page)
    told = {
        "title": "Партии леса", "task": "Считали в тетради", "result": "Себестоимость видна за день", "industries": "лес",
        "review": "2026-0001",
    }  # fmt: skip
    refused = browser.post("/cases/new/", {**told, "result": ""})
    assert refused.status_code == 422
    assert 'name="review" value="2026-0001"' in refused.content.decode()
    answer = browser.post("/cases/new/", told)
    assert (answer.status_code, answer["Location"]) == (303, PATH)
    (case,) = cases(viewer=company.manager)
    assert f'href="/cases/{case.id}/"' in read(browser, PATH)
    assert 'href="/reviews/2026-0001/"' in read(browser, f"/cases/{case.id}/")
    assert 'href="/reviews/2026-0001/"' not in read(browser_of(company.other_manager), f"/cases/{case.id}/")
    again = browser.get("/cases/new/?review=2026-0001")
    assert (again.status_code, again["Location"]) == (303, PATH), "it is told already"
    assert browser.post("/cases/new/", told).status_code == 409
    assert len(cases(viewer=company.manager)) == 1


def test_a_case_of_a_deal_that_one_may_not_review_is_refused(company: Company) -> None:
    reviewed(company, won(company))
    assert browser_of(company.other_manager).get("/cases/new/?review=2026-0001").status_code == 403
    assert browser_of(company.manager).get("/cases/new/?review=2026-0099").status_code == 404
    assert browser_of(company.manager).get("/cases/new/?review=a/../b").status_code == 200


# Proposals


@pytest.mark.requirement("R38")
def test_a_finding_is_proposed_taken_in_by_a_version_and_judged(company: Company) -> None:
    reviewed(company, won(company))
    browser = browser_of(company.manager)
    page = read(browser, "/process/proposals/new/?review=2026-0001&part=change")
    assert "Спрашивать схему складов на первой встрече" in page
    assert "Ждали схему складов, звонили на …" in page, "what others read names nobody"
    assert f'<option value="{company.owner.me}" selected>' in page, (
        "whoever sees to the change doesn't judge it"
    )
    assert re.search(r'name="judge_on" value="20\d\d-', page)
    assert browser.get("/process/proposals/new/?review=2026-0001&part=goal").status_code == 404
    form = {
        "about": "check:preparation.room_known", "text": "Схема складов известна до встречи", "why": "Ждали её две недели",
        "figure": "time_in_stage:estimate", "judge_on": "2027-03-01", "owner": company.head.me, "review": "2026-0001",
    }  # fmt: skip
    answer = browser.post("/process/proposals/new/", form)
    assert answer.status_code == 303
    path = answer["Location"]
    assert "Схема складов известна до встречи" in read(browser, path)
    assert "Схема складов известна до встречи" in read(browser, PATH)
    assert "Reject it" not in read(browser, path)
    owner = browser_of(company.owner)
    assert "Reject it" in read(owner, path)
    editor = read(owner, "/process/edit/")
    row = Proposal.objects.get()
    assert f'name="proposals" value="{row.pk}"' in editor
    answer = owner.post(
        "/process/edit/",
        {"text": CHANGED, "note": "Схема до встречи", "instead_of": "1", "proposals": [str(row.pk)]},
    )
    assert answer.status_code == 303
    assert current_number() == 2
    assert "version 2" in read(browser, path)
    head = browser_of(company.head)
    assert head.post(f"{path}judge/", {"verdict": "", "words": ""}).status_code == 422
    answer = head.post(f"{path}judge/", {"verdict": "kept", "words": "Оценка быстрее на день"})
    assert (answer.status_code, answer["Location"]) == (303, path)
    assert "Оценка быстрее на день" in read(browser, path)
    assert head.post(f"{path}judge/", {"verdict": "kept", "words": "Оценка быстрее"}).status_code == 409
    assert f'value="{row.pk}"' not in read(owner, "/process/edit/")


def test_a_version_that_could_not_be_published_takes_nothing_in_and_keeps_the_tick(company: Company) -> None:
    one = proposed(company)
    owner = browser_of(company.owner)
    form = {"text": CHANGED, "note": "", "instead_of": "1", "proposals": [str(one)]}
    answer = owner.post("/process/edit/", form)
    assert answer.status_code == 422
    assert re.search(rf'value="{one}"[^>]* checked', answer.content.decode())
    reject(proposal_id=one, words="Письма и так вовремя", actor=company.owner, at=TUESDAY)
    assert owner.post("/process/edit/", {**form, "note": "иначе"}).status_code == 422
    assert current_number() == 1


def test_somebody_published_meanwhile_and_the_ticks_come_back(company: Company) -> None:
    one = proposed(company)
    publish_taking(text=CHANGED, note="раньше", actor=company.owner, at=TUESDAY)
    text = packaged_text().replace("limit: 2d", "limit: 4d")
    form = {"text": text, "note": "иначе", "instead_of": "1", "proposals": [str(one)]}
    answer = browser_of(company.owner).post("/process/edit/", form)
    assert answer.status_code == 409
    assert re.search(rf'value="{one}"[^>]* checked', answer.content.decode())


def test_a_proposals_page_says_how_conversion_is_counted_and_is_silent_below_twenty_requests(
    company: Company,
) -> None:
    path = f"/process/proposals/{proposed(company, figure='conversion', figure_of='')}/"
    for _ in range(FEWEST - 1):
        whole_request(company, TUESDAY - 60 * DAY)
    page = read(browser_of(company.manager), path)
    assert "0 of 19: too few to judge by" in page
    assert re.search(
        r"Contracts signed within \d+ days of the request ÷ requests whose \d+ days were over", page
    )
    whole_request(company, TUESDAY - 60 * DAY)
    assert "0% (0 of 20; probably 0% to 16%)" in read(browser_of(company.manager), path)
    page = read(browser_of(company.manager, "ru"), path)
    assert "(0 из 20; вероятно, от 0" in page
    assert "времени у всех запросов было поровну" in page
    assert re.search(r"конверсия за \d+ д", page), "another number than the conversion of the figures"


def test_each_figure_of_a_proposal_opens_the_cases_that_it_counts(company: Company) -> None:
    for place in range(60):
        whole_request(company, TUESDAY - (40 + place % 20) * DAY)
    won(company, TUESDAY - 45 * DAY, began=TUESDAY - 46 * DAY)
    one = proposed(company, figure="conversion", figure_of="")
    publish_taking(text=CHANGED, note="иначе", proposals=[one], actor=company.owner, at=TUESDAY)
    browser, path = browser_of(company.manager), f"/process/proposals/{one}/"
    page = read(browser, path)
    assert f'href="{path}cases/before/">2%' in page
    assert f'href="{path}cases/since/"' not in page, "there is nothing to open"
    rows = read(browser, f"{path}cases/before/")
    assert 'figure__value">2%' in rows
    assert "1 of 61; probably" in rows
    after = f"{path}cases/before/?page=2"
    assert f'href="{after}"' in rows
    count = '<li class="row'
    assert (rows.count(count), read(browser, after).count(count)) == (50, 11)
    good = read(browser, f"{path}cases/before/?counted=1")
    assert (good.count(count), "2026-0061" in good) == (1, True)
    file = browser.get(f"{path}cases/before/?format=csv").content.decode("utf-8-sig").splitlines()
    assert (len(file), sum(line.endswith("yes") for line in file)) == (62, 1)
    assert browser.get(f"{path}cases/before/?format=xlsx").content.startswith(b"PK")
    assert "Nothing of that time counts here." in read(browser, f"{path}cases/since/")
    assert browser.get(f"{path}cases/nothing/").status_code == 404
    whole_request(company, TUESDAY - 45 * DAY)
    rows = read(browser, f"{path}cases/before/")
    assert "Written down on" in rows
    assert "2% (1 of 61; probably" in rows


def test_a_proposal_is_backed_by_another_deal_or_rejected_with_words(company: Company) -> None:
    won(company)
    path = f"/process/proposals/{proposed(company)}/"
    browser = browser_of(company.expert)
    answer = browser.post(f"{path}back/", {"number": "С-2026-0777"})
    assert answer.status_code == 422
    assert escape("There is no closed deal with this number.") in answer.content.decode()
    assert browser.post(f"{path}back/", {"number": "2026-0001"}).status_code == 303
    assert 'href="/deals/2026-0001/"' in read(browser, path)
    assert browser.post(f"{path}reject/", {"words": "Письма и так вовремя"}).status_code == 403
    owner = browser_of(company.owner)
    assert owner.post(f"{path}reject/", {"words": "-"}).status_code == 422
    assert owner.post(f"{path}reject/", {"words": "Письма и так вовремя"}).status_code == 303
    assert "Письма и так вовремя" in read(browser, path)
    assert owner.post(f"{path}reject/", {"words": "Письма и так вовремя"}).status_code == 409
    assert owner.post("/process/proposals/777/back/", {"number": "2026-0001"}).status_code == 404
    rejected = read(browser, "/process/proposals/?state=rejected")
    assert f'href="{path}"' in rejected
    assert f'href="{path}"' not in read(browser, "/process/proposals/?state=open")


def test_words_of_a_proposal_are_put_right_on_its_page_and_who_came_second_may_save_once_more(
    company: Company,
) -> None:
    one = proposed(company)
    browser, path = browser_of(company.manager), f"/process/proposals/{one}/"

    def seen() -> str:
        return str(re.findall(r'name="seen" value="(\w+)"', read(browser, path))[0])

    said = {"text": "Письмо-итог за час", "why": "Клиент помнит встречу", "seen": seen()}
    answer = browser.post(f"{path}correct/", said)
    assert (answer.status_code, answer["Location"]) == (303, path)
    assert "Письмо-итог за час" in read(browser, path)
    answer = browser.post(f"{path}correct/", {**said, "text": "Письмо-итог за два часа"})
    page = answer.content.decode()
    assert (answer.status_code, "Письмо-итог за два часа" in page, f'value="{seen()}"' in page) == (
        409,
        True,
        True,
    )
    assert marked(
        browser.post(f"{path}correct/", {**said, "text": "-", "seen": seen()}).content.decode()
    ) == {"text"}
    assert "Put the words right" not in read(browser_of(company.head), path)


def test_an_empty_list_gives_the_first_step_and_a_wrong_form_comes_back(company: Company) -> None:
    browser = browser_of(company.manager)
    assert "No proposals yet" in read(browser, "/process/proposals/")
    answer = browser.post("/process/proposals/new/", {"text": "Так лучше работать", "about": "law:x"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert marked(page) == {"about", "why", "figure", "judge_on", "owner"}
    assert "Так лучше работать" in page


def test_lists_cost_the_same_for_one_row_and_for_five(company: Company) -> None:
    inns = iter(("7728168971", "5024002119", "7736050003", "7702070139", "7710140679"))

    def add() -> None:
        deal = won(company, inn=next(inns))
        proposed(company, deals=(deal,))

    browser = browser_of(company.manager)
    for path in ("/reviews/",):
        counts = queries_as_rows_grow(browser, path, add, (1, 2))
        assert len(set(counts)) == 1, counts
    counts = queries_as_rows_grow(browser, "/process/proposals/", add, (0, 1))
    assert len(set(counts)) == 1, counts


# Rehearsal


def _draft(strength: str) -> str:
    text = packaged_text()
    room = text[text.index("key: room_known") :].split("\n      - ")[0]
    return text.replace(room, room.replace("strength: warn", f"strength: {strength}"))


@pytest.mark.requirement("R25")
def test_a_draft_is_rehearsed_before_it_is_published_and_nothing_is_saved(company: Company) -> None:
    won(company, TUESDAY, began=TUESDAY - 5 * DAY)
    owner = browser_of(company.owner)
    assert 'formaction="/process/rehearsal/"' in read(owner, "/process/edit/")
    answer = owner.post("/process/rehearsal/", {"text": _draft("stop"), "instead_of": "1", "days": "90"})
    page = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert answer.status_code == 200
    assert "Looked at: 1 deal that moved in the last 90 days." in page
    line = page[page.index("It is known who will attend from both sides") :]
    assert "would be stopped" in line[:400]
    assert 'href="/deals/2026-0001/"' in line
    assert "where it went on without a word" in page
    assert page.index("What the old rules have said as well") > page.index("It is known who will attend")
    assert current_number() == 1


@pytest.mark.requirement("R25")
def test_every_deal_of_a_line_can_be_opened_however_many_there_are(company: Company) -> None:
    """A few stand under the line, all of them in a list of its own."""
    ids = [won(company, TUESDAY, began=TUESDAY - 5 * DAY, inn="") for _ in range(4)]
    browser = browser_of(company.owner)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rehearsing, "ROOM", 0)
        page = browser.post("/process/rehearsal/", {"text": _draft("stop")}).content.decode()
    line = page[page.index("It is known who will attend from both sides") :].split("</details>")[0]
    assert line.count('href="/deals/') == 1
    found = re.search(r'href="(/process/rehearsal/deals/\?of=[\d.]+)" target="_blank">All 4 deals<', line)
    assert found
    for path in (found[1], f"{found[1]}.{ids[0]}.x.-1.999999"):
        assert set(re.findall(r'href="/deals/([\d-]+)/"', read(browser, path))) == {
            deal.number.removeprefix("С-") for deal in Deal.objects.all()
        }
    assert "No such deal" in read(browser, "/process/rehearsal/deals/?of=999999&page=7")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rehearsed, "A_PAGE", 3)
        assert read(browser, found[1]).count('href="/deals/') == 3
        assert read(browser, f"{found[1]}&page=2").count('href="/deals/') == 1


def test_the_process_in_force_would_have_changed_nothing(company: Company) -> None:
    won(company, TUESDAY, began=TUESDAY - 5 * DAY)
    answer = browser_of(company.owner).post("/process/rehearsal/", {"text": packaged_text()})
    page = answer.content.decode()
    assert "It would have changed nothing" in page
    assert "What the old rules have said as well" in page


def test_a_text_with_mistakes_is_not_rehearsed_and_stays_as_typed(company: Company) -> None:
    owner = browser_of(company.owner)
    answer = owner.post("/process/rehearsal/", {"text": "stages: []", "instead_of": "1"})
    assert answer.status_code == 422
    assert "stages: []" in answer.content.decode()


def test_where_no_deal_moved_the_rehearsal_says_so(company: Company) -> None:
    answer = browser_of(company.owner).post("/process/rehearsal/", {"text": CHANGED, "days": "tomorrow"})
    assert "No deal moved in this time" in answer.content.decode()


# Notices


def test_a_notice_of_a_proposal_leads_there(company: Company) -> None:
    one = proposed(company)
    head: Client = browser_of(company.head)
    page = read(head, "/notices/")
    assert "A change of the process is proposed" in page
    notice = re.search(r'action="(/notices/\d+/read/)"', page)
    assert notice is not None
    answer = head.post(notice[1], {"open": "1"})
    assert answer["Location"] == f"/process/proposals/{one}/"
