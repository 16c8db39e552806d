"""The deal page: everybody sees what is his to see, every act can be done from it, and nothing typed is ever lost."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from svyazka.presale.channels.models import Heard
from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.commands import receive_request
from svyazka.presale.deals.queries import Filters, deal_rows
from svyazka.presale.deals.seats import appoint, call_fixer
from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.experts.claiming import claim
from svyazka.presale.journal.queries import timeline
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.planning import cancel_meeting, plan_huddle
from svyazka.presale.people.commands import record_absence
from svyazka.presale.process.commands import publish_process
from svyazka.presale.questions.commands import ask_question
from svyazka.presale.stages.commands import complete_stage, lose
from svyazka.presale.stages.queries import DealPage, deal_page_by_id
from svyazka.processes import packaged_text
from svyazka.web.deal.acts import ACTS
from tests.chats import grouped
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, whole_request
from tests.meetings import held, planned
from tests.web.visitors import browser_of, queries, read

pytestmark = pytest.mark.usefixtures("noon")

LATER = "2026-12-01T12:00"


@pytest.fixture
def deal(company: Company) -> int:
    return accepted_deal(company)


def path_of(deal_id: int, company: Company) -> str:
    row = next(
        row
        for row in deal_rows(viewer=company.administrator, filters=Filters(status=None))
        if row.id == deal_id
    )
    return f"/deals/{row.path}/"


def seen_by(actor: Actor, deal_id: int) -> DealPage:
    return deal_page_by_id(deal_id=deal_id, viewer=actor, at=TUESDAY + timedelta(hours=2))


def last_acts(deal_id: int, count: int = 8) -> list[str]:
    return [entry.act for entry in timeline(chain=deal_id, with_details=False, limit=count)]


def words(answer: HttpResponse | str) -> str:
    """The text of a page, as people read it."""
    html = answer if isinstance(answer, str) else answer.content.decode()
    return re.sub(r"\s+", " ", unescape(re.sub(r"<(script|svg).*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)))


def post(actor: Actor, path: str, act: str, **fields: object) -> HttpResponse:
    answer: HttpResponse = browser_of(actor).post(f"{path}{act}/", fields)  # type: ignore[assignment]
    return answer


# who sees what


@pytest.mark.parametrize(
    ("who", "private"),
    [
        ("administrator", True), ("dispatcher", True), ("head", True), ("manager", True), ("expert", True),
        ("estimator", True), ("other_manager", False), ("programmer", False), ("owner", False), ("fixer", False),
    ],
)  # fmt: skip
def test_everybody_sees_where_the_deal_stands_and_its_team_alone_sees_contacts(
    company: Company, deal: int, who: str, *, private: bool
) -> None:
    page = words(read(browser_of(getattr(company, who)), path_of(deal, company)))
    assert "Stage 1 of 6: Request accepted" in page
    assert "Мария Серова" in page
    for secret in ("leskova@sevles.example", "до 4 млн рублей", "позвонила, договорились"):
        assert (secret in page) is private


def test_a_partner_agent_sees_the_fate_of_his_own_lead_and_nothing_more(company: Company) -> None:
    mine = receive_request(
        answers=WHOLE_REQUEST, actor=company.agent, at=TUESDAY, source="партнёр", sure=True
    )
    page = words(read(browser_of(company.agent), path_of(mine.deal_id, company)))
    assert "Request accepted" in page
    assert "waits for a decision" in page
    for closed in ("Анна Ракитина", "leskova", "Who owes what", "What happened", "What keeps the deal"):
        assert closed not in page


def test_a_partner_agent_cannot_know_that_other_deals_exist(company: Company, deal: int) -> None:
    browser, path = browser_of(company.agent), path_of(deal, company)
    for part in ("", "body/", "revision/", "intake/"):
        assert browser.get(path + part).status_code == 404
    for act in ACTS:
        assert browser.post(f"{path}{act}/").status_code == 404


def test_a_stranger_is_asked_to_sign_in(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    for part in ("", "body/", "revision/", "intake/"):
        assert Client().get(path + part).status_code == 302
    assert Client().post(f"{path}advance/").status_code == 302


@pytest.mark.parametrize("number", ["2026-0001", "С-2026-0001", "C-2026-0001"])
def test_a_deal_is_found_by_each_way_of_writing_its_number(company: Company, deal: int, number: str) -> None:
    assert browser_of(company.manager).get(f"/deals/{quote(number)}/").status_code == 200


@pytest.mark.parametrize("number", ["2026-0999", "2026", "x", "9" * 40, "2026-" + "9" * 40, "%00"])
def test_a_number_that_nobody_has_answers_404(company: Company, deal: int, number: str) -> None:
    browser = browser_of(company.manager)
    for part in ("", "body/", "revision/", "intake/"):
        assert browser.get(f"/deals/{number}/{part}").status_code == 404


def test_a_fixer_in_the_shadow_is_seen_by_those_who_may_call_him_only(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    section = re.compile(r'<ul class="deal__people">.*?</ul>', re.DOTALL)

    def people(actor: Actor) -> str:
        page = read(browser_of(actor), path)
        happened = page[page.index('id="timeline"') :]
        return "".join(section.findall(page)) + happened

    assert "Глеб Орлов" in people(company.manager)
    assert "Глеб Орлов" not in people(company.expert)
    assert "Глеб Орлов" not in people(company.other_manager)
    call_fixer(deal_id=deal, what_for="скидка", actor=company.manager, at=TUESDAY)
    assert "Глеб Орлов" in people(company.expert)


# what can be done


def _fresh(company: Company) -> tuple[int, str]:
    deal_id = whole_request(company).deal_id
    return deal_id, path_of(deal_id, company)


@pytest.mark.parametrize(
    ("who", "act", "fields", "recorded"),
    [
        ("dispatcher", "contacted", {"how": "позвонила, жду письмо"}, "client.contacted"),
        ("programmer", "chased", {}, "client.chased"),
        ("dispatcher", "close", {"status": "declined", "reason": "не наша отрасль"}, "deal.closed"),
        ("dispatcher", "close", {"status": "spam", "reason": "реклама"}, "deal.closed"),
        ("expert", "ask", {"text": "Сколько складов и где они?"}, "question.asked"),
        ("programmer", "owe", {"result": "Схема складов", "due": LATER}, "commitment.opened"),
        ("programmer", "in_line", {"line": "@expert схема складов к 27.11.2026 12:00"}, "commitment.opened"),
        ("dispatcher", "evidence", {"key": "request.consent_noted", "text": "галочка на форме"}, "check.ticked"),
        ("administrator", "lose", {"reason": "trust.expert_doubted", "evidence": "письмо клиента"}, "deal.lost"),
        (
            "administrator", "win",
            {"contract_number": "7/26", "contract_sum": "1 250 000,50", "contract_date": "2026-11-23", "reason": "давний клиент"},
            "deal.won",
        ),
    ],
)  # fmt: skip
def test_an_act_on_the_page_is_done_and_written_down(
    company: Company, who: str, act: str, fields: dict[str, str], recorded: str
) -> None:
    deal_id, path = _fresh(company)
    fields = {"performer": str(company.expert.me)} | fields if act == "owe" else fields
    answer = post(getattr(company, who), path, act, **fields)
    assert (answer.status_code, answer["Location"]) == (303, path)
    assert recorded in last_acts(deal_id)


def test_the_request_is_accepted_with_its_manager_and_unit(company: Company) -> None:
    deal_id, path = _fresh(company)
    post(company.dispatcher, path, "accept", manager=company.manager.me, unit=company.delivery_unit)
    row = seen_by(company.administrator, deal_id).card.row
    assert (row.manager_id, row.unit_id, row.accepted_at is not None) == (
        company.manager.me,
        company.delivery_unit,
        True,
    )


def test_a_repeat_is_closed_as_the_duplicate_it_is(company: Company, deal: int) -> None:
    deal_id, path = _fresh(company)
    answer = post(company.dispatcher, path, "close", status="duplicate", duplicate_of="С-2026-0001")
    assert answer.status_code == 303
    page = read(browser_of(company.dispatcher), path)
    assert 'href="/deals/2026-0001/"' in page
    assert seen_by(company.administrator, deal_id).card.duplicate_of == "С-2026-0001"


def test_similar_deals_are_shown_until_somebody_says_that_the_request_is_new(
    company: Company, deal: int
) -> None:
    stranger = Actor(person_id=None, channel="public")
    new = receive_request(answers=WHOLE_REQUEST, actor=stranger, at=TUESDAY, source="сайт").deal_id
    path, similar = path_of(new, company), "in common: INN, phone, e-mail"
    assert similar in words(read(browser_of(company.dispatcher), path))
    assert post(company.dispatcher, path, "no_duplicate").status_code == 303
    assert "duplicates.checked" in last_acts(new)
    assert similar not in words(read(browser_of(company.dispatcher), path))


def test_roles_are_given_and_taken(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    post(company.manager, path, "appoint", role=f"manager:{company.other_manager.me}")
    assert seen_by(company.administrator, deal).card.row.manager_id == company.other_manager.me
    post(company.other_manager, path, "release", key=f"expert:{company.expert.me}")
    held = {
        (seat.role, seat.person_id)
        for seat in seen_by(company.administrator, deal).seats
        if seat.until is None
    }
    assert ("expert", company.expert.me) not in held
    post(company.other_manager, path, "appoint", role=f"fixer:{company.fixer.me}")
    assert post(company.other_manager, path, "call_fixer", what_for="отсрочка").status_code == 303
    assert last_acts(deal, 1) == ["fixer.called"]


def test_nobody_who_is_away_or_has_no_hours_left_is_offered_silently(company: Company, deal: int) -> None:
    path, browser = path_of(deal, company) + "?open=appoint", browser_of(company.manager)
    today = TUESDAY.date()
    assert "Климов Олег</option>" in read(browser, path)
    ask = Ask(
        kind="expert", competence="1С:ERP", since=today, until=today, minutes=8 * 60,
        goal="Клиент видит, как считается себестоимость", to_decide="Хватит ли типовой ERP",
    )  # fmt: skip
    asked = ask_for_expert(deal_id=deal, ask=ask, actor=company.manager, at=TUESDAY)
    claim(request_id=asked, person_id=company.expert.me, actor=company.expert, at=TUESDAY, why="успею")
    assert "Климов Олег — no presale hours left this week</option>" in read(browser, path)
    record_absence(
        person_id=company.expert.me, since=today, until=today, stand_in_id=None, actor=company.administrator, at=TUESDAY
    )  # fmt: skip
    assert "Климов Олег — away</option>" in read(browser, path)
    assert "no presale hours" not in read(browser, path)


@pytest.mark.requirement("R42")
def test_who_answers_how_fast_in_the_deals_chat_is_told_in_times_and_counts(
    company: Company, deal: int, settings: Any
) -> None:
    path, browser = path_of(deal, company), browser_of(company.manager)
    settings.CHANNELS = ("telegram",)
    assert "In the deal’s chat" not in read(browser, path)
    grouped("deal", TUESDAY, chat="-100300", deal=deal)
    before = queries(browser, path)
    for who, minute in (
        (company.manager, 0),
        (company.manager, 5),
        (company.expert, 30),
        (company.manager, 31),
    ):
        Heard.objects.create(deal_id=deal, person_id=who.me, at=TUESDAY + timedelta(minutes=minute))
    page = words(read(browser, path))
    assert "Мария Серова 3 messages, usually answers within 1 min" in page
    assert "Олег Климов 1 message, usually answers within 25 min" in page
    assert queries(browser, path) == before


def test_a_commitment_is_kept_handed_over_waived_and_given_up(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    ids = [
        open_commitment(
            deal_id=deal, performer_id=company.expert.me, result=f"Схема {number}", actor=company.manager, at=TUESDAY,
            due_at=TUESDAY + timedelta(days=3),
        )
        for number in range(4)
    ]  # fmt: skip
    post(company.expert, path, "keep", key=ids[0], text="лежит в папке")
    post(company.expert, path, "hand_over", key=ids[1], to=company.estimator.me, reason="ухожу в отпуск")
    post(company.manager, path, "waive", key=ids[2], reason="клиент передумал")
    post(company.expert, path, "give_up", key=ids[3], reason="нет доступа к данным")
    rows = {row.id: row for row in commitments_of(deal)}
    assert [rows[one].outcome for one in ids] == ["kept", "open", "waived", "broken"]
    assert rows[ids[1]].performer_id == company.estimator.me


def test_what_was_promised_to_the_client_stands_on_top(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    assert "The client doesn’t know yet what comes next and when." in words(
        read(browser_of(company.manager), path)
    )
    fields = {"to_client": "on", "result": "Состав работ письмом", "due": LATER}
    post(company.manager, path, "owe", performer=company.manager.me, **fields)
    page = words(read(browser_of(company.manager), path))
    assert re.search(r"Promised to the client Состав работ письмом Мария Серова", page)


def test_a_form_is_fetched_when_somebody_asks_for_it_and_works_without_script_too(
    company: Company, deal: int
) -> None:
    path, mine = path_of(deal, company), commitments_of(deal)[0]
    browser = browser_of(company.administrator)
    folded = read(browser, path)
    assert f'href="{path}?open=hand_over.{mine.id}#hand_over-{mine.id}"' in folded
    assert "It won’t be done" not in folded
    for address in (f"{path}?open=hand_over.{mine.id}", f"{path}body/?open=hand_over.{mine.id}"):
        page = words(read(browser, address))
        for choice in ("Hand over", "Not needed any more", "It won’t be done"):
            assert choice in page
    assert "Hand over" not in words(read(browser_of(company.programmer), f"{path}?open=hand_over.{mine.id}"))


def test_a_deal_follows_the_newest_version_of_the_process_when_its_owner_says_so(
    company: Company, deal: int
) -> None:
    path = path_of(deal, company)
    text = packaged_text().replace("Answer the client}", "Answer the client at once}")
    publish_process(text=text, note="", actor=company.owner, at=TUESDAY)
    assert "Follow the newest version" in words(read(browser_of(company.owner), path))
    assert "Follow the newest version" not in words(read(browser_of(company.manager), path))
    assert post(company.owner, path, "follow").status_code == 303
    assert seen_by(company.owner, deal).card.row.process_number == 2


def test_a_question_goes_through_the_manager_and_comes_back(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    question = ask_question(deal_id=deal, text="Сколько складов?", actor=company.expert, at=TUESDAY)
    post(company.manager, path, "relay", key=question)
    assert "the client’s turn" in words(read(browser_of(company.expert), path))
    post(company.manager, path, "answer", key=question, answer="Три, один арендуют")
    assert "Три, один арендуют" in words(read(browser_of(company.expert), path))


def test_a_stage_whose_checks_hold_is_finished(company: Company, deal: int) -> None:
    answer = post(company.manager, path_of(deal, company), "advance", key="request")
    assert answer.status_code == 303
    assert seen_by(company.manager, deal).card.row.stage == "preparation"


def test_a_dated_fact_takes_its_date_in_the_viewers_zone(company: Company, deal: int) -> None:
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=TUESDAY)
    key, path = "preparation.meeting_scheduled", path_of(deal, company)
    post(company.manager, path, "evidence", key=key, text="письмо клиента", happens_at=LATER)
    assert seen_by(company.manager, deal).card.dates["meeting"].startswith("2026-12-01T12:00:00+03:00")
    assert "set for" in words(read(browser_of(company.manager), path))
    post(company.manager, path, "withdraw", key=key, reason="клиент перенёс")
    assert "evidence.withdrawn" in last_acts(deal)


def test_a_closed_deal_shows_its_outcome_first_and_can_be_opened_again(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    lose(
        deal_id=deal, reason="estimate.above_budget", evidence="письмо финдиректора", client_words="Дорого",
        actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    page = words(read(browser_of(company.manager), path))
    assert re.search(r"Lost .* The estimate: above the budget Evidence письмо финдиректора", page)
    assert "Дорого" not in words(read(browser_of(company.other_manager), path))
    assert "What keeps the deal here" not in page
    assert post(company.manager, path, "reopen", reason="Вернулись с бюджетом").status_code == 303
    assert seen_by(company.manager, deal).card.row.status == "open"


def test_money_is_for_the_deals_team(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    sums = {
        "contract_number": "7/26",
        "contract_sum": "3450000",
        "contract_date": "2026-11-23",
        "reason": "давний клиент",
    }
    assert post(company.manager, path, "win", **sums).status_code == 303
    assert "3,450,000" in words(read(browser_of(company.manager), path))
    outside = words(read(browser_of(company.other_manager), path))
    assert "Won" in outside
    assert "3,450,000" not in outside
    assert "7/26" not in outside


# what can't be done


@pytest.mark.parametrize(
    ("who", "act", "fields", "said"),
    [
        ("manager", "contacted", {"how": ""}, "This field is required."),
        ("manager", "owe", {"result": "сделаю, как сможется", "due": "завтра"}, "Choose a day and a time."),
        ("manager", "owe", {"result": "пришлю при первой возможности", "due": LATER}, "Name the result"),
        ("manager", "owe", {"to_client": "on", "result": "Отчёт за год", "due": "2026-01-01T10:00"}, "This time has passed"),
        ("manager", "in_line", {"line": "схема складов когда сможет"}, "Say who does it: @ivanov (the beginning of his address) or @Surname. That is no date."),
        ("manager", "in_line", {"line": "@expert обсудить завтра"}, "This can’t be seen."),
        ("manager", "evidence", {"key": "request.all_lines_asked", "text": "спросила обо всём"}, "Those who can: dispatcher"),
        ("dispatcher", "evidence", {"key": "request.all_lines_asked", "text": "уточнить у клиента"}, "Refer to a letter"),
        ("manager", "owe", {"result": "обсудить с клиентом", "due": LATER}, "This can’t be seen."),
        ("manager", "owe", {"result": "xxxx xxxx xxxx", "due": LATER}, "This doesn’t say anything yet. Name what will be there"),
        ("manager", "owe", {"result": "Схема склада " * 30, "due": LATER}, "300 characters at most."),
        ("manager", "win", {"contract_number": "7 / 26", "contract_sum": "много", "contract_date": "вчера"}, "Choose a day"),
        ("manager", "win", {"contract_number": "7 / 26", "contract_sum": "-5", "contract_date": "2026-11-23"}, "Enter a number above zero"),
        ("manager", "lose", {"reason": "nobody.knows", "evidence": "письмо от клиента"}, "Choose from the list."),
        ("manager", "lose", {"reason": "trust.expert_doubted", "evidence": ""}, "This field is required."),
        ("dispatcher", "close", {"status": "duplicate", "duplicate_of": "С-2020-0001"}, "Choose the deal that this one duplicates."),
        ("expert", "ask", {"text": "?"}, "This field is required."),
        ("manager", "call_fixer", {"what_for": ""}, "This field is required."),
        ("manager", "appoint", {"role": "estimator:{expert}"}, "may not take this role"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_taken_comes_back_as_typed(
    company: Company, deal: int, who: str, *, act: str, fields: dict[str, str], said: str
) -> None:
    if act == "call_fixer":
        appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    before = last_acts(deal)
    sent = {name: value.format(expert=company.expert.me) for name, value in fields.items()}
    performer = {"performer": str(company.expert.me)} if act == "owe" else {}
    answer = post(getattr(company, who), path_of(deal, company), act, **sent, **performer)
    page = answer.content.decode()
    assert answer.status_code in {403, 422}
    assert said in words(page)
    for name, value in sent.items():
        if " " in value:
            assert value in unescape(page), f"{name} is lost"
    assert last_acts(deal) == before


def test_the_mistake_is_marked_at_its_own_field_and_linked_to(company: Company, deal: int) -> None:
    answer = post(
        company.manager, path_of(deal, company), "lose", reason="trust.expert_doubted", evidence="нет"
    )
    page = answer.content.decode()
    assert 'href="#lose-evidence"' in page
    assert re.search(r'<textarea[^>]*id="lose-evidence"[^>]*aria-invalid="true"', page)
    assert re.search(r'<option value="trust.expert_doubted" selected>', page)
    assert re.search(r"<details[^>]* open>(?:(?!</details>).)*lose-evidence", page, re.DOTALL)


def wrong_fields(answer: HttpResponse) -> dict[str, str]:
    """What the summary on top links to: the field's id, and what is said of it."""
    found = re.findall(r'<li><a href="#([^"]+)">(.*?)</a></li>', answer.content.decode())
    return {place: unescape(sentence) for place, sentence in found}


def label_of(answer: HttpResponse, place: str) -> str:
    found = re.search(rf'<label[^>]* for="{re.escape(place)}">(.*?)(<span|</label>)', answer.content.decode())
    assert found, f"{place} is no field of the page"
    return unescape(found[1]).strip()


EMPTY = {
    "advance": ("reason",), "evidence": ("text", "happens_at"), "contacted": ("how",), "ask": ("text",), "answer": ("answer",),
    "owe": ("result", "due", "performer"), "in_line": ("line",), "hand_over": ("reason", "to"), "waive": ("reason",), "give_up": ("reason",),
    "win": ("contract_number", "contract_sum", "contract_date", "reason"), "lose": ("reason", "evidence"),
    "close": ("reason",), "call_fixer": ("what_for",), "keep": ("text",),
}  # fmt: skip


@pytest.mark.parametrize("act", EMPTY)
def test_an_empty_form_names_all_that_is_missing_as_its_own_labels_do(
    company: Company, deal: int, act: str
) -> None:
    path = path_of(deal, company)
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=TUESDAY)
    question = ask_question(deal_id=deal, text="Сколько складов?", actor=company.expert, at=TUESDAY)
    stated = next(row.id for row in commitments_of(deal) if row.term == "goals_written")
    other = open_commitment(
        deal_id=deal, performer_id=company.expert.me, result="Схема", actor=company.manager, at=TUESDAY,
        due_at=TUESDAY + timedelta(days=1),
    )  # fmt: skip
    keys = {
        "advance": "preparation", "evidence": "preparation.meeting_scheduled", "answer": question, "keep": stated,
        "hand_over": other, "waive": other, "give_up": other, "contacted": "side",
    }  # fmt: skip
    fields = {"status": "declined"} if act == "close" else {}
    answer = post(company.administrator, path, act, key=keys.get(act, ""), **fields)
    wrong = wrong_fields(answer)
    place = f"{act}-{keys[act]}" if act in keys else act
    assert set(wrong) == {f"{place}-{name}" for name in EMPTY[act]}
    for field, sentence in wrong.items():
        assert sentence.startswith(f"{label_of(answer, field)}: ")
        assert re.search(
            rf'<(input|textarea|select)[^>]*id="{field}"[^>]*aria-invalid="true"', answer.content.decode()
        )


def test_evidence_is_marked_as_needed_where_it_is_needed(company: Company, deal: int) -> None:
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=TUESDAY)
    path = path_of(deal, company)
    stated = next(row for row in commitments_of(deal) if row.term == "goals_written")
    own = open_commitment(
        deal_id=deal, performer_id=company.manager.me, result="Схема", actor=company.expert, at=TUESDAY,
        due_at=TUESDAY + timedelta(days=1),
    )  # fmt: skip
    for one, needed, form in ((stated.id, True, "hand_over"), (own, False, "keep")):
        page = read(browser_of(company.manager), f"{path}?open={form}.{one}")
        assert bool(re.search(rf'<textarea[^>]*id="keep-{one}-text"[^>]* required', page)) is needed


def part(page: str, title: str) -> str:
    """The section of the page, or the commitment's line, that begins with these words."""
    begin = page.index(title)
    return page[begin : page.index("</li>", begin)]


def test_what_a_meeting_proves_leads_to_that_meeting(company: Company, deal: int) -> None:
    """The gate and what is owed lead to the page where it is done; whoever has done it otherwise still says so."""
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=TUESDAY)
    path, browser = path_of(deal, company), browser_of(company.manager)
    page = read(browser, path)
    assert 'href="/deals/2026-0001/#meetings"' in part(page, "Agree on the goals of the meeting")
    meeting = planned(company, deal)
    page = read(browser, path)
    owed = page[page.index('id="commitments"') :]
    gate = page[page.index('id="gate"') : page.index('id="commitments"')]
    assert f'href="/meetings/{meeting}/"' in part(owed, "Agree on the goals of the meeting with the client")
    assert f'href="/meetings/{meeting}/#before"' in part(owed, "Hold the ten-minute huddle")
    assert f'href="/meetings/{meeting}/"' in gate
    assert 'href="/deals/2026-0001/dossier/"' in gate
    assert "It was done otherwise" in gate
    theirs = read(browser_of(company.expert), path)
    assert 'href="/deals/2026-0001/dossier/"' in part(theirs, "Read the material before the meeting")
    assert 'id="before"' in read(browser, f"/meetings/{meeting}/"), "where the huddle is held"
    huddle = plan_huddle(meeting_id=meeting, actor=company.manager, at=TUESDAY)
    assert f'href="/meetings/{huddle}/run/"' in part(read(browser, path), "Hold the ten-minute huddle")


def test_after_a_meeting_its_terms_lead_to_closing_it_and_to_its_letter(company: Company, deal: int) -> None:
    meeting = held(company, deal, at=TUESDAY - timedelta(days=1))
    page = read(browser_of(company.manager), path_of(deal, company))
    owed = page[page.index('id="commitments"') :]
    assert f'href="/meetings/{meeting}/#close"' in part(owed, "Close the meeting")
    assert f'href="/meetings/{meeting}/letter/"' in part(owed, "Send the follow-up letter")
    assert 'id="close"' in read(browser_of(company.manager), f"/meetings/{meeting}/")
    assert 'id="verdict"' in read(browser_of(company.expert), f"/meetings/{meeting}/")


def test_meetings_stand_where_they_come_next_and_cancelled_ones_stay(company: Company, deal: int) -> None:
    path, browser = path_of(deal, company), browser_of(company.manager)
    page = read(browser, path)
    assert page.index('id="gate"') < page.index('id="commitments"') < page.index('id="meetings"')
    off = planned(company, deal)
    page = read(browser, path)
    assert page.index('id="meetings"') < page.index('id="gate"')
    cancel_meeting(meeting_id=off, reason="клиент уехал", actor=company.manager, at=TUESDAY)
    again = planned(company, deal, at=TUESDAY + timedelta(minutes=5))
    page = read(browser, path)
    section = page[page.index('id="meetings"') : page.index('id="gate"')]
    assert section.index(f"/meetings/{again}/") < section.index(f"/meetings/{off}/")
    assert "cancelled" in section
    assert "Thu, November 26, 11:00" in section[section.index(f"/meetings/{off}/") :]


def test_a_contract_past_what_is_missing_needs_a_reason_and_says_which(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    page = read(browser_of(company.manager), f"{path}?open=win")
    assert re.search(r'<textarea[^>]*id="win-reason"[^>]* required', page)
    contract = {"contract_number": "7/26", "contract_sum": "100", "contract_date": "2026-11-23"}
    without, junk = (post(company.manager, path, "win", **contract, reason=reason) for reason in ("", "ок"))
    assert (
        "Say why the contract is signed although not everything is done. Missing: "
        in wrong_fields(without)["win-reason"]
    )
    assert "This doesn’t say anything yet." in wrong_fields(junk)["win-reason"]
    assert post(company.manager, path, "win", **contract, reason="давний клиент").status_code == 303


def test_nothing_is_promised_to_the_client_unless_somebody_means_to(company: Company, deal: int) -> None:
    path, browser = path_of(deal, company), browser_of(company.manager)
    assert "The client doesn’t know yet" in words(read(browser, path))
    box = re.compile(r'<input type="checkbox" id="owe-to_client"[^>]*>')
    (plain,) = box.findall(read(browser, f"{path}?open=owe"))
    (promising,) = box.findall(read(browser, f"{path}?open=owe&promise=1"))
    assert (" checked" in plain, " checked" in promising) == (False, True)
    assert f'href="{path}?open=owe&amp;promise=1#owe"' in read(browser, path)


def test_whoever_has_it_is_not_offered_to_take_it_over(company: Company, deal: int) -> None:
    one = open_commitment(
        deal_id=deal, performer_id=company.expert.me, result="Схема", actor=company.manager, at=TUESDAY,
        due_at=TUESDAY + timedelta(days=1),
    )  # fmt: skip
    page = read(browser_of(company.manager), f"{path_of(deal, company)}?open=hand_over.{one}")
    offered = re.search(rf'id="hand_over-{one}-to".*?</select>', page, re.DOTALL)
    assert offered
    assert f'value="{company.estimator.me}"' in offered[0]
    assert f'value="{company.expert.me}"' not in offered[0]


def test_a_second_click_on_the_clients_reminder_tells_of_the_same_one(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    browser = browser_of(company.manager)
    answers = [browser.post(f"{path}chased/", headers={"HX-Request": "true"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "it counts once" in answers[1]["HX-Trigger"]
    assert seen_by(company.manager, deal).card.row.chased == 1
    with time_machine.travel(TUESDAY + timedelta(hours=2, minutes=2), tick=False):
        post(company.manager, path, "chased")
    assert seen_by(company.manager, deal).card.row.chased == 2


def test_each_question_to_the_client_is_told_apart_by_those_who_may_read_it(
    company: Company, deal: int
) -> None:
    long = "Сколько складов в городе и кто на каждом из них отвечает за приёмку лесосырья по ночам и в праздники?"
    for text in (long, "Есть ли весовая?"):
        ask_question(deal_id=deal, text=text, actor=company.expert, at=TUESDAY)
    path = path_of(deal, company)
    owed = re.compile(r"Put the question to the client: “([^”]*)”")
    for who in (company.manager, company.expert):
        said = set(owed.findall(words(read(browser_of(who), path))))
        assert said == {
            "Есть ли весовая?",
            "Сколько складов в городе и кто на каждом из них отвечает за приёмку лесосырья по ночам и…",
        }
    assert owed.findall(words(read(browser_of(company.programmer), path))) == []
    assert "Put the question to the client" in words(read(browser_of(company.programmer), path))


def test_a_phone_is_written_in_one_way(company: Company) -> None:
    deal_id = whole_request(company, phone="8 (916) 123-45-67").deal_id
    page = words(read(browser_of(company.dispatcher), path_of(deal_id, company)))
    assert page.count("+7 916 123-45-67") == 2
    assert "8 (916)" not in page
    assert "+79161234567" not in page


def test_a_blocked_stage_names_what_is_missing_and_takes_a_reason(company: Company, deal: int) -> None:
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=TUESDAY)
    path = path_of(deal, company)
    answer = post(company.manager, path, "advance", key="preparation")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Missing: The date and time of the meeting are agreed with the client" in words(page)
    assert re.search(r'<textarea[^>]*id="advance-preparation-reason"[^>]*aria-invalid="true"', page)
    assert (
        post(company.manager, path, "advance", key="preparation", reason="клиент уже едет к нам").status_code
        == 303
    )
    page = read(browser_of(company.expert), path)
    assert "rope__knot--frayed" in page
    assert "клиент уже едет к нам" in words(page)


def test_whoever_finishes_a_stage_second_is_told_who_was_first(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    post(company.manager, path, "advance", key="request")
    answer = post(company.administrator, path, "advance", key="request", reason="мы договорились обо всём")
    assert answer.status_code == 422
    assert "It was done by: Мария Серова" in words(answer)
    assert "мы договорились обо всём" in words(answer)
    assert seen_by(company.manager, deal).card.row.stage == "preparation"


def test_words_typed_for_a_commitment_that_is_gone_are_shown_back(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    one = open_commitment(
        deal_id=deal, performer_id=company.expert.me, result="Схема", actor=company.manager, at=TUESDAY,
        due_at=TUESDAY + timedelta(days=1),
    )  # fmt: skip
    post(company.manager, path, "waive", key=one, reason="клиент передумал")
    answer = post(company.expert, path, "keep", key=one, text="схема лежит в папке сделки")
    assert answer.status_code == 422
    assert "closed already: waived. It was done by: Мария Серова" in words(answer)
    assert "схема лежит в папке сделки" in words(answer)


@pytest.mark.parametrize(
    "act", ["advance", "accept", "lose", "reopen", "follow", "relay", "waive", "appoint"]
)
def test_who_has_no_right_is_told_who_has_and_nothing_changes(company: Company, deal: int, act: str) -> None:
    path = path_of(deal, company)
    question = ask_question(deal_id=deal, text="Сколько складов?", actor=company.expert, at=TUESDAY)
    owed = commitments_of(deal)[0].id
    before = last_acts(deal)
    key = {"advance": "request", "relay": question, "waive": owed}.get(act, "")
    answer = post(company.programmer, path, act, key=key, reason="хочу", role=f"expert:{company.expert.me}")
    assert answer.status_code == 403
    assert "You can’t do this here. Those who can:" in words(answer)
    assert last_acts(deal) == before


@pytest.mark.parametrize(
    "rubbish",
    [
        "",
        "\x00",
        "9" * 40,
        "-1",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
        "NaN",
        "1e999999",
        "ы:²",
        "💥" * 3000,
    ],
)
def test_rubbish_is_refused_and_never_breaks_the_page(company: Company, deal: int, rubbish: str) -> None:
    names = (
        "key", "reason", "text", "happens_at", "due", "performer", "controller", "to", "result", "how", "status",
        "duplicate_of", "role", "manager", "unit", "contract_number", "contract_sum", "contract_date", "evidence",
        "answer", "what_for", "client_words", "words",
    )  # fmt: skip
    path, sent = path_of(deal, company), dict.fromkeys(names, rubbish)
    browser = browser_of(company.administrator)
    answers = {act: browser.post(f"{path}{act}/", sent).status_code for act in ACTS}
    assert {act: status for act, status in answers.items() if status not in {303, 404, 422}} == {}
    finders = {f"{part}.{key}": rubbish for key in ("budget", "size") for part in ("finder", "by")}
    answer = browser.post(f"{path}intake/", dict.fromkeys(WHOLE_REQUEST, rubbish) | finders)
    assert answer.status_code in {303, 422}


def test_a_get_changes_nothing(company: Company, deal: int) -> None:
    path, browser = path_of(deal, company), browser_of(company.manager)
    before = seen_by(company.administrator, deal).card.row.revision
    assert {browser.get(f"{path}{act}/").status_code for act in ACTS} == {405}
    for part in ("", "body/", "revision/", "intake/"):
        browser.get(path + part)
    assert seen_by(company.administrator, deal).card.row.revision == before


# live


def test_with_script_an_act_answers_with_the_panels_alone(company: Company, deal: int) -> None:
    path, browser = path_of(deal, company), browser_of(company.manager)
    done = browser.post(f"{path}chased/", headers={"HX-Request": "true"})
    assert (done.status_code, b"<html" in done.content) == (200, False)
    assert done.content.startswith(b'<div id="deal"')
    assert "toast" in done["HX-Trigger"]
    wrong = browser.post(f"{path}ask/", {"text": "?"}, headers={"HX-Request": "true"})
    assert (wrong.status_code, wrong.content.startswith(b'<div id="deal"')) == (422, True)


def test_another_persons_act_is_noticed_by_its_revision(company: Company, deal: int) -> None:
    path, browser = path_of(deal, company), browser_of(company.expert)
    page = read(browser, path)
    revision = re.search(r'data-poll-revision="(\d+)"', page)
    assert revision is not None
    tag = f'"{revision[1]}"'
    assert browser.get(f"{path}revision/", headers={"If-None-Match": tag}).status_code == 304
    post(company.manager, path, "chased")
    fresh = browser.get(f"{path}revision/", headers={"If-None-Match": tag})
    assert (fresh.status_code, fresh["ETag"] != tag) == (200, True)
    assert f"data-poll-revision={fresh['ETag']}" in read(browser, f"{path}body/")


def test_a_long_life_costs_no_more_queries_than_a_short_one(company: Company, deal: int) -> None:
    short = whole_request(
        company, company="ООО «Маяк»", inn="7728168971", phone="+7 495 111-22-33", email="a@mayak.example"
    ).deal_id
    for number in range(12):
        open_commitment(
            deal_id=deal, performer_id=company.expert.me, result=f"Схема {number}", actor=company.manager, at=TUESDAY,
            due_at=TUESDAY + timedelta(days=3),
        )  # fmt: skip
        ask_question(
            deal_id=deal, text=f"Сколько складов в городе {number}?", actor=company.expert, at=TUESDAY
        )
    assert len(timeline(chain=deal, with_details=False)) >= 50
    browser = browser_of(company.dispatcher)
    costs = {queries(browser, path_of(one, company)) for one in (deal, short)}
    assert len(costs) == 1
    assert max(costs) <= 13
    assert queries(browser, path_of(deal, company) + "revision/") <= 3


# the intake form


def typed_intake(**changed: str) -> dict[str, str]:
    whole = {
        key: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in WHOLE_REQUEST.items()
    }
    return {**whole, **changed}


def test_the_intake_form_is_filled_in_and_corrected(company: Company) -> None:
    deal_id, path = _fresh(company)
    answer = browser_of(company.dispatcher).post(f"{path}intake/", typed_intake(mood="спешат к январю"))
    assert (answer.status_code, answer["Location"]) == (303, path)
    assert "спешат к январю" in words(read(browser_of(company.dispatcher), path))
    assert last_acts(deal_id, 1) == ["intake.changed"]


def test_a_field_may_say_who_finds_it_out_by_when(company: Company) -> None:
    deal_id, path = _fresh(company)
    sent = typed_intake(budget="", **{"finder.budget": str(company.manager.me), "by.budget": "2026-11-27"})
    assert browser_of(company.dispatcher).post(f"{path}intake/", sent).status_code == 303
    assert "Мария Серова finds out by" in words(read(browser_of(company.dispatcher), path))
    owed = [row.term for row in commitments_of(deal_id) if row.performer_id == company.manager.me]
    assert owed == ["find_out.budget"]
    again = browser_of(company.dispatcher).post(f"{path}intake/", sent)
    assert again.status_code == 303
    assert [row.term for row in commitments_of(deal_id) if row.performer_id == company.manager.me] == owed


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"inn": "1234567890"}, "id_inn", "This is not an INN"),
        ({"request": "уточнить"}, "id_request", "This doesn’t say anything yet"),
        ({"budget": "", "finder.budget": "{manager}"}, "id_by.budget", "Choose a day"),
        ({"budget": "", "by.budget": "2026-11-27"}, "id_finder.budget", "This field is required"),
        (
            {"budget": "", "finder.budget": "{manager}", "by.budget": "2026-11-02"},
            "id_finder.budget",
            "passed already",
        ),
    ],
)
def test_an_intake_form_with_a_mistake_comes_back_as_typed(
    company: Company, changed: dict[str, str], field: str, said: str
) -> None:
    deal_id, path = _fresh(company)
    before = last_acts(deal_id)
    sent = typed_intake(context="Набрано и не потеряно", **changed)
    sent = {name: value.format(manager=company.manager.me) for name, value in sent.items()}
    answer = browser_of(company.dispatcher).post(f"{path}intake/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Набрано и не потеряно" in page
    assert said in words(page)
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    assert last_acts(deal_id) == before


def test_who_may_not_see_contacts_does_not_wipe_them_out(company: Company) -> None:
    deal_id, path = _fresh(company)
    author = browser_of(company.programmer)
    assert "leskova" not in read(author, f"{path}intake/")
    sent = typed_intake(
        contact_name="", contact_duty="", phone="", email="", budget="", mood="", size="три юрлица"
    )
    assert author.post(f"{path}intake/", sent).status_code == 303
    answers = seen_by(company.administrator, deal_id).card.answers
    assert (answers["email"], answers["size"]) == ("leskova@sevles.example", "три юрлица")


def test_a_closed_deals_intake_form_says_why_it_is_not_taken(company: Company, deal: int) -> None:
    path = path_of(deal, company)
    lose(deal_id=deal, reason="trust.expert_doubted", evidence="письмо", actor=company.manager, at=TUESDAY)
    answer = browser_of(company.manager).post(f"{path}intake/", typed_intake(mood="злится на всех"))
    assert answer.status_code == 422
    assert "The deal is closed already: lost." in words(answer.content.decode())
    assert "злится на всех" in answer.content.decode()
