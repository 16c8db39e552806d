"""How a closed deal went, and losing one: the cause before the person, and a reason that the record has ready."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from svyazka.presale.commitments.commands import give_up, open_commitment, waive
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.commands import close_request, receive_request, say_chased
from svyazka.presale.deals.seats import appoint
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.letters import Answer, confirm_letter, correct_letter
from svyazka.presale.meetings.models import Letter
from svyazka.presale.notices.queries import latest_notices
from svyazka.presale.people.models import Person
from svyazka.presale.questions.commands import answer_question, ask_question, relay_question
from svyazka.presale.stages.commands import complete_stage, lose, reopen, win
from svyazka.presale.stages.keeping import keep_commitment
from svyazka.presale.stages.queries import deal_page_by_id
from svyazka.speech.notices import notice_content
from svyazka.speech.reader import Reader
from tests.company import (
    TUESDAY,
    WHOLE_REQUEST,
    Company,
    accepted_deal,
    found_company,
    led_deal,
    whole_request,
)
from tests.meetings import summed_up, token_for
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.requirement("R23"), pytest.mark.usefixtures("morning")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG_AGO = TUESDAY - 14 * DAY


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - 30 * DAY)


def path_of(deal_id: int, company: Company) -> str:
    row = deal_page_by_id(deal_id=deal_id, viewer=company.administrator, at=TUESDAY).card.row
    return f"/deals/{row.path}/"


def words(html: str) -> str:
    """The text of a page, as people read it."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<(script|svg).*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)))


def seen(actor: Actor, deal_id: int, company: Company, language: str = "en") -> str:
    return words(read(browser_of(actor, language), f"{path_of(deal_id, company)}postmortem/"))


def lost_deal(company: Company, reason: str = "client_side.frozen") -> int:
    """A deal that nobody found an expert for, lost two weeks later."""
    deal = led_deal(company, LONG_AGO)
    complete_stage(
        deal_id=deal, stage="request", actor=company.manager, at=LONG_AGO + HOUR, reason="клиент торопил"
    )
    lose(
        deal_id=deal, reason=reason, evidence="звонок директора", client_words="Вернёмся весной", actor=company.manager,
        at=TUESDAY - HOUR,
    )  # fmt: skip
    return deal


def won_deal(company: Company) -> int:
    """A deal that somebody signed at once."""
    deal = accepted_deal(company, TUESDAY - 2 * HOUR)
    win(
        deal_id=deal, contract_number="Д-7", contract_sum=Decimal(900_000), contract_date=TUESDAY.date(),
        reason="подписали в тот же день", actor=company.manager, at=TUESDAY - HOUR,
    )  # fmt: skip
    return deal


def declined_deal(company: Company) -> int:
    deal = whole_request(company, TUESDAY - DAY).deal_id
    close_request(
        deal_id=deal, status="declined", reason="нет опыта в отрасли", actor=company.dispatcher, at=TUESDAY
    )
    return deal


# what the page tells


def test_a_lost_deal_tells_why_and_where_it_was_held_up_the_cause_before_the_person(company: Company) -> None:
    page = seen(company.owner, lost_deal(company), company)
    assert "The deal was lost on November 24, 2026 at the stage “Preparation”" in page
    assert "On the client’s side: the project is frozen" in page
    assert "What cost most time: it took too long until somebody took it on" in page
    delays = page[page.index("The 3 largest delays") : page.index("Rules kept and broken")]
    first = delays[: delays.index("Agree on the meeting’s date")]
    assert "Find an expert not done, overdue by 9 d 2 h" in first
    assert (
        first.index("It took too long")
        < first.index("Stage “Preparation”")
        < first.index("manager")
        < first.index("Мария Серова")
    )


def test_who_was_late_himself_is_told_first_and_only_of_his_own(company: Company) -> None:
    deal = lost_deal(company)
    mine = seen(company.manager, deal, company)
    assert mine.index("First, what was yours") < mine.index("Where it was held up, and why")
    for other in (company.owner, company.head, company.dispatcher):
        assert "First, what was yours" not in seen(other, deal, company)


def test_a_won_deal_begins_with_what_helped(company: Company) -> None:
    deal = won_deal(company)
    page = seen(company.manager, deal, company)
    assert "The contract was signed on November 24, 2026" in page
    assert "All promises were kept in time." in page
    assert "Nothing of ours was late." in page
    assert "900,000 ₽" in page
    assert "Stages left with checks missing" in page
    assert "The stage “Contract” was skipped" in page
    assert "подписали в тот же день" in page


def test_the_stage_that_took_longest_past_its_limit_stands_beside_the_delays(company: Company) -> None:
    page = seen(company.owner, lost_deal(company), company)
    told = page[page.index("The 3 largest delays") : page.index("Rules kept and broken")]
    assert re.search(r"Longest past its limit: the stage “Preparation”, by \d+ d", told)
    assert "Longest past its limit" not in seen(company.owner, won_deal(company), company)


def test_what_no_rule_asked_for_is_named_among_the_rules_where_it_was_not_kept(company: Company) -> None:
    deal = accepted_deal(company, LONG_AGO)
    for result, at in (("Схема складов", TUESDAY - 2 * DAY), ("Перечень систем", LONG_AGO + HOUR)):
        open_commitment(
            deal_id=deal, performer_id=company.manager.me, result=result, due_at=LONG_AGO + DAY,
            actor=company.manager, at=LONG_AGO,
        )  # fmt: skip
        owed = next(row for row in commitments_of(deal) if row.result == result)
        keep_commitment(commitment_id=owed.id, actor=company.manager, at=at, note="файл в папке сделки")
    lose(deal_id=deal, reason="client_side.frozen", evidence="звонок", actor=company.manager, at=TUESDAY)
    page = seen(company.owner, deal, company)
    rules = page[page.index("Rules kept and broken") :]
    not_kept, kept = rules[: rules.index("Kept in time: ")], rules[rules.index("Kept in time: ") :]
    assert "Схема складов late" in not_kept
    assert "Other promises" not in not_kept
    assert "Other promises in time" in kept


def test_on_the_life_bar_the_role_stands_before_the_name(company: Company) -> None:
    page = read(browser_of(company.owner), f"{path_of(lost_deal(company), company)}postmortem/")
    assert "<title>manager, Мария Серова: " in page
    assert "Мария Серова, manager" not in page


def test_a_won_deal_has_the_clients_words_too(company: Company) -> None:
    """What he has confirmed in letters, and what he answered us; for those who may read what people said."""
    deal = accepted_deal(company, LONG_AGO)
    asked = ask_question(
        deal_id=deal, text="Сколько у вас складов?", actor=company.manager, at=TUESDAY - 6 * DAY
    )
    relay_question(question_id=asked, actor=company.manager, at=TUESDAY - 6 * DAY)
    answer_question(
        question_id=asked, answer="Семь, два холодных", actor=company.manager, at=TUESDAY - 5 * DAY
    )
    meeting = summed_up(company, deal, at=TUESDAY - 4 * DAY)
    confirm_letter(token=token_for(company, meeting, "letter"), answer=Answer("yes"), at=TUESDAY - 3 * DAY)
    win(
        deal_id=deal, contract_number="Д-7", contract_sum=Decimal(900_000), contract_date=TUESDAY.date(),
        reason="подписали сразу", actor=company.manager, at=TUESDAY - HOUR,
    )  # fmt: skip
    letter = Letter.objects.get(meeting=meeting)
    confirmed = [one["text"] for one in letter.points if one["part"] in {"heard", "agreed"}]
    assert confirmed
    words = ("Сколько у вас складов?", "Семь, два холодных", *confirmed)
    ours, others = (seen(reader, deal, company) for reader in (company.manager, company.other_manager))
    for said in words:
        assert said in ours
        assert said not in others
    assert "the client confirmed it" in others


def test_where_nobody_saved_a_date_and_no_gate_was_left_over_it_says_so(company: Company) -> None:
    deal = whole_request(company, TUESDAY - HOUR).deal_id
    close_request(
        deal_id=deal, status="declined", reason="нет опыта в отрасли", actor=company.dispatcher, at=TUESDAY
    )
    page = seen(company.manager, deal, company)
    assert "No date had to be saved. That is normal" in page
    assert "There were none. So it should be." in page


def test_rules_that_were_kept_are_one_line_that_opens(company: Company) -> None:
    deal = won_deal(company)
    page = read(browser_of(company.manager), f"{path_of(deal, company)}postmortem/")
    summary, rest = page.split("Kept in time: ")[1].split("</summary>", 1)
    assert summary.isdigit(), "it opens"
    assert rest.split("</details>")[0].count("in time") == int(summary)


def test_who_made_up_for_anothers_delay_is_told_before_who_was_late_on_a_won_deal(company: Company) -> None:
    deal = accepted_deal(company, LONG_AGO)
    for stage in ("request", "preparation", "meeting"):
        complete_stage(
            deal_id=deal, stage=stage, actor=company.manager, at=LONG_AGO, reason="встретились раньше"
        )
    late = LONG_AGO + 2 * DAY + HOUR
    for term, who, at in (
        ("estimate_ready", company.estimator, late),
        ("estimate_checked", company.expert, late + HOUR),
    ):
        owed = next(row for row in commitments_of(deal) if row.term == term)
        keep_commitment(commitment_id=owed.id, actor=who, at=at, note="файл оценки в папке сделки")
    win(
        deal_id=deal, contract_number="Д-8", contract_sum=Decimal(100_000), contract_date=TUESDAY.date(),
        reason="подписали сразу", actor=company.manager, at=TUESDAY - HOUR,
    )  # fmt: skip
    page = seen(company.owner, deal, company)
    assert "Once a colleague saved the date in spite of another’s delay." in page
    saved = page[page.index("Who saved the date") : page.index("Where it was held up, and why")]
    assert "Review the estimate 1 h saved In time, although what came before was late (estimator)." in saved
    assert "expert · Олег Климов" in saved
    assert "First, what was yours Review the estimate 1 h saved" in seen(company.expert, deal, company)


def test_a_declined_request_tells_how_it_went_too(company: Company) -> None:
    deal = declined_deal(company)
    page = seen(company.dispatcher, deal, company)
    assert "We declined the request on November 24, 2026" in page
    assert "нет опыта в отрасли" in page


def test_the_clients_words_stand_there_with_his_answers_to_letters_and_how_often_he_chased_us(
    company: Company,
) -> None:
    deal = accepted_deal(company, LONG_AGO)
    meeting = summed_up(company, deal, at=TUESDAY - 4 * DAY)
    correct_letter(
        token=token_for(company, meeting, "letter"), corrections={"a1": "Обследование начинаем с пилорамы"}, more="",
        answer=Answer("not_yet", "сначала сроки"), at=TUESDAY - 3 * DAY,
    )  # fmt: skip
    say_chased(deal_id=deal, words="когда будет оценка?", actor=company.manager, at=TUESDAY - 2 * DAY)
    lose(
        deal_id=deal, reason="our_process.late_estimate", evidence="письмо от вторника", client_words="Не дождались",
        actor=company.manager, at=TUESDAY - HOUR,
    )  # fmt: skip
    ours = seen(company.manager, deal, company)
    for said in (
        "Не дождались", "the client had to ask “when?” once", "когда будет оценка?", "the client corrected it",
        "Обследование начинаем с пилорамы", "not ready for the next step yet", "сначала сроки",
    ):  # fmt: skip
        assert said in ours
    waited = ours[ours.index("What we waited for") :]
    assert "the client sent corrections" in waited
    assert "no answer came" not in waited
    others = seen(company.other_manager, deal, company)
    for counted in (
        "the client had to ask “when?” once",
        "the client corrected it",
        "not ready for the next step yet",
    ):
        assert counted in others
    for private in ("Не дождались", "когда будет оценка?", "пилорамы", "сначала сроки", "письмо от вторника"):
        assert private not in others


def test_what_was_waived_or_left_over_a_gate_shows_with_its_reason_to_those_who_may_read_it(
    company: Company,
) -> None:
    deal = accepted_deal(company, TUESDAY - DAY)
    complete_stage(
        deal_id=deal,
        stage="request",
        actor=company.manager,
        at=TUESDAY - DAY,
        reason="договорились по телефону",
    )
    goals = next(row for row in commitments_of(deal) if row.term == "goals_written")
    waive(
        commitment_id=goals.id, reason="цели известны с прошлого года", actor=company.head, at=TUESDAY - DAY
    )
    given_up = next(row for row in commitments_of(deal) if row.term == "meeting_dated")
    give_up(commitment_id=given_up.id, reason="клиент пропал", actor=company.manager, at=TUESDAY - DAY)
    complete_stage(
        deal_id=deal, stage="preparation", actor=company.manager, at=TUESDAY, reason="встреча уже завтра"
    )
    lose(deal_id=deal, reason="client_side.silence", evidence="три письма", actor=company.manager, at=TUESDAY)
    ours = seen(company.manager, deal, company)
    assert "Stages left with checks missing Preparation" in ours
    assert "встреча уже завтра" in ours
    assert "цели известны с прошлого года" in ours
    others = seen(company.programmer, deal, company)
    assert "Stages left with checks missing Preparation" in others
    for private in ("встреча уже завтра", "цели известны с прошлого года", "три письма"):
        assert private not in others


# who may read it, and of which deals there is one


def test_there_is_none_of_an_open_deal_of_a_duplicate_and_of_spam(company: Company) -> None:
    under_way = accepted_deal(company, LONG_AGO)
    spam, duplicate = whole_request(company, LONG_AGO).deal_id, whole_request(company, LONG_AGO).deal_id
    close_request(deal_id=spam, status="spam", reason="рассылка", actor=company.dispatcher, at=TUESDAY)
    close_request(
        deal_id=duplicate,
        status="duplicate",
        reason="",
        duplicate_of=under_way,
        actor=company.dispatcher,
        at=TUESDAY,
    )
    browser = browser_of(company.administrator)
    for deal in (under_way, spam, duplicate):
        page = read(browser, path_of(deal, company))
        assert "postmortem" not in page
        assert browser.get(f"{path_of(deal, company)}postmortem/").status_code == 404
    assert browser.get("/deals/2026-9999/postmortem/").status_code == 404
    reopened = lost_deal(company)
    reopen(deal_id=reopened, reason="клиент вернулся", actor=company.manager, at=TUESDAY)
    assert browser.get(f"{path_of(reopened, company)}postmortem/").status_code == 404


def test_a_partner_agent_reads_no_post_mortem_not_even_of_his_own_lead(company: Company) -> None:
    deal = lost_deal(company)
    assert browser_of(company.agent).get(f"{path_of(deal, company)}postmortem/").status_code == 404


def test_a_fixer_in_the_shadow_is_not_named(company: Company) -> None:
    deal = accepted_deal(company, LONG_AGO)
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=company.manager, at=LONG_AGO)
    lose(deal_id=deal, reason="terms.payment", evidence="письмо", actor=company.manager, at=TUESDAY - HOUR)
    name = Person.objects.get(pk=company.fixer.me).surname
    for reader in (company.programmer, company.expert, company.manager):
        assert name not in seen(reader, deal, company)


def test_it_costs_the_same_queries_however_long_the_deals_life_was(company: Company) -> None:
    deal = lost_deal(company)
    path = f"{path_of(deal, company)}postmortem/"
    browser = browser_of(company.manager)
    before = queries(browser, path)
    reopen(deal_id=deal, reason="клиент вернулся", actor=company.manager, at=TUESDAY)
    for hours in range(3):
        say_chased(deal_id=deal, words="где вы?", actor=company.manager, at=TUESDAY + hours * HOUR)
    appoint(deal_id=deal, person_id=company.expert.me, role="expert", actor=company.manager, at=TUESDAY)
    summed_up(company, deal, at=TUESDAY + 2 * DAY)
    lose(
        deal_id=deal,
        reason="client_side.frozen",
        evidence="звонок",
        actor=company.manager,
        at=TUESDAY + 9 * DAY,
    )
    assert queries(browser, path) == before


def test_in_russian_it_reads_as_a_colleague_would_say_it(company: Company) -> None:
    page = seen(company.manager, lost_deal(company), company, "ru")
    assert "Сделка проиграна 24 ноября 2026 г. на этапе «Подготовка»" in page
    assert "Больше всего времени потеряли вот почему: слишком долго никто не брался" in page
    assert "Сначала о вашем" in page
    assert "По записям похоже и на это" in page


def test_what_was_given_up_is_told_with_the_words_of_who_gave_it_up(company: Company) -> None:
    deal = accepted_deal(company, LONG_AGO)
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=LONG_AGO, reason="спешим")
    goals = next(row for row in commitments_of(deal) if row.term == "goals_written")
    give_up(
        commitment_id=goals.id, reason="клиент не берёт трубку", actor=company.manager, at=TUESDAY - 5 * DAY
    )
    lose(deal_id=deal, reason="client_side.silence", evidence="три письма", actor=company.manager, at=TUESDAY)
    page = seen(company.manager, deal, company)
    told = page[page.index("largest delays") :]
    assert "Agree on the goals of the meeting with the client overdue by" in told
    assert "It was never done. клиент не берёт трубку" in told
    assert "клиент не берёт трубку" not in seen(company.programmer, deal, company)


def test_what_the_client_took_is_told_as_waiting_and_as_nobodys_delay(company: Company) -> None:
    deal = accepted_deal(company, TUESDAY - HOUR)
    open_commitment(
        deal_id=deal, performer_id=company.manager.me, result="Перечень складов от клиента", due_at=TUESDAY + DAY,
        actor=company.manager, at=TUESDAY - HOUR, on_client=True,
    )  # fmt: skip
    lose(
        deal_id=deal,
        reason="client_side.silence",
        evidence="три письма",
        actor=company.manager,
        at=TUESDAY + 3 * DAY,
    )
    page = seen(company.programmer, deal, company)
    assert "Перечень складов от клиента: 3 d 1 h · no answer came" in page
    assert "Nothing of ours was late." in page


# on the deal's page


def test_the_closed_deals_page_names_the_largest_delay_and_leads_there(company: Company) -> None:
    deal = lost_deal(company)
    path = path_of(deal, company)
    page = read(browser_of(company.programmer), path)
    assert f'href="{path}postmortem/"' in page
    assert "The largest delay: “Find an expert”, not done, overdue by 9 d 2 h." in words(page)


def test_the_deals_page_tells_the_cause_of_a_delay_before_who_was_late(company: Company) -> None:
    page = words(read(browser_of(company.programmer), path_of(lost_deal(company), company)))
    slipped = page[page.index("Where it slipped") :]
    assert slipped.index("It took too long until somebody took it on") < slipped.index(
        "manager, Мария Серова"
    )


# losing it


@pytest.mark.requirement("R35")
def test_whoever_loses_a_deal_finds_the_likely_reasons_first_each_with_its_evidence(company: Company) -> None:
    deal = led_deal(company, LONG_AGO)
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=LONG_AGO + HOUR, reason="торопит")
    say_chased(deal_id=deal, words="где вы?", actor=company.manager, at=TUESDAY - DAY)
    path, browser = path_of(deal, company), browser_of(company.manager)
    page = words(read(browser, f"{path}?open=lose"))
    offered = page[page.index("What the deal’s own record speaks for") :]
    assert offered.index("Our process failed: we answered late") < offered.index(
        "Our process failed: nobody was free"
    )
    assert "The client had to ask “when?” once" in offered
    taken = read(browser, f"{path}?open=lose&because=our_process.nobody_free")
    assert '<option value="our_process.nobody_free" selected>' in taken
    evidence = re.search(r'<textarea[^>]*name="evidence"[^>]*>([^<]*)</textarea>', taken)
    assert evidence
    assert "Find an expert: late by" in evidence[1]
    answer = browser.post(
        f"{path}lose/", {"reason": "our_process.nobody_free", "evidence": unescape(evidence[1])}
    )
    assert answer.status_code == 303
    assert deal_page_by_id(deal_id=deal, viewer=company.manager, at=TUESDAY).card.row.status == "lost"


@pytest.mark.requirement("R35")
def test_a_reason_that_the_record_does_not_speak_for_is_not_filled_in_by_an_address(company: Company) -> None:
    deal = accepted_deal(company, TUESDAY - HOUR)
    page = read(
        browser_of(company.manager), f"{path_of(deal, company)}?open=lose&because=our_process.late_answer"
    )
    assert "What the deal’s own record speaks for" not in page
    assert not re.search(
        r'name="reason".*<option[^>]*selected', page[page.index("lose-reason") :].split("</select>")[0]
    )


@pytest.mark.requirement("R35")
def test_looking_at_likely_reasons_costs_no_query(company: Company) -> None:
    deal = lost_deal(company)
    reopen(deal_id=deal, reason="вернулся", actor=company.manager, at=TUESDAY - HOUR)
    path, browser = path_of(deal, company), browser_of(company.manager)
    assert queries(browser, f"{path}?open=lose") == queries(browser, f"{path}?open=win")


@pytest.mark.requirement("R35")
def test_what_was_typed_wins_over_what_the_record_says_when_a_form_comes_back(company: Company) -> None:
    deal = lost_deal(company)
    reopen(deal_id=deal, reason="вернулся", actor=company.manager, at=TUESDAY - HOUR)
    answer = browser_of(company.manager).post(
        f"{path_of(deal, company)}lose/?because=our_process.nobody_free",
        {"reason": "trust.function_gap", "evidence": "-", "client_words": "нет партий"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<option value="trust.function_gap" selected>' in page
    assert "нет партий" in page


def test_the_notice_that_a_deal_is_over_leads_to_how_it_went_and_an_agents_does_not(company: Company) -> None:
    theirs = receive_request(
        answers=WHOLE_REQUEST, actor=company.agent, at=TUESDAY - DAY, source="партнёр", sure=True
    ).deal_id
    lost_deal(company)
    close_request(
        deal_id=theirs,
        status="declined",
        reason="нет опыта в отрасли",
        actor=company.administrator,
        at=TUESDAY,
    )
    for actor, kind, is_led_there in (
        (company.programmer, "deal.lost", True),
        (company.agent, "deal.closed", False),
    ):
        notice = next(one for one in latest_notices(viewer=actor) if one.kind == kind)
        told = notice_content(notice, Reader(actor.me, "en", "Europe/Moscow"), TUESDAY)
        assert told is not None
        assert any(line.link.endswith("/postmortem/") for line in told.sections[0].lines) is is_led_there


def test_once_the_deal_is_open_again_no_notice_leads_to_how_it_went(company: Company) -> None:
    deal = lost_deal(company)
    notice = next(one for one in latest_notices(viewer=company.programmer) if one.kind == "deal.lost")
    reopen(deal_id=deal, reason="клиент вернулся", actor=company.manager, at=TUESDAY)
    told = notice_content(notice, Reader(company.programmer.me, "en", "Europe/Moscow"), TUESDAY)
    assert told is not None
    assert not any("postmortem" in line.link for line in told.sections[0].lines)
