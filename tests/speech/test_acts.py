"""What happened and what was refused is said in sentences, in the reader's language."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from svyazka.engine.facts import FACTS
from svyazka.presale.cases.commands import Story
from svyazka.presale.commitments import commands as commitments
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.commands import say_chased
from svyazka.presale.deals.seats import appoint, call_fixer, release
from svyazka.presale.documents.commands import remove_document
from svyazka.presale.journal.commands import WORKSPACE
from svyazka.presale.journal.queries import EntryRow, timeline
from svyazka.presale.journal.values import Invalid, NotAllowed
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import RIGHTS
from svyazka.presale.process.queries import current_process
from svyazka.presale.questions.commands import answer_question, ask_question, relay_question
from svyazka.presale.reviews.commands import tell_case
from svyazka.presale.reviews.proposals import add_ground, judge, publish_taking, reject
from svyazka.presale.stages.commands import StageBlocked, complete_stage, lose, reopen, win
from svyazka.presale.stages.evidence import supply_evidence, withdraw_evidence
from svyazka.processes import packaged_text
from svyazka.speech import acts, refusals
from svyazka.speech.acts import say_act
from svyazka.worker.reviews import remind_of_days
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.documents import filed
from tests.reviews import proposed, reviewed

LEFT_OVER = re.compile(r"%\(|\{|None|_|\b[a-z]+\.[a-z]+\b")


def full_life(company: Company) -> int:
    """A deal to which nearly everything has happened."""
    deal, at, manager = accepted_deal(company), TUESDAY, company.manager
    complete_stage(deal_id=deal, stage="request", actor=manager, at=at)
    supply_evidence(
        deal_id=deal, stage="preparation", check="meeting_scheduled", text="письмо", happens_at=at + timedelta(days=2),
        actor=manager, at=at,
    )  # fmt: skip
    supply_evidence(
        deal_id=deal, stage="preparation", check="room_known", text="список в письме", actor=manager, at=at
    )
    withdraw_evidence(
        deal_id=deal, stage="preparation", check="room_known", reason="другие люди", actor=manager, at=at
    )
    complete_stage(deal_id=deal, stage="preparation", reason="клиент уже едет", actor=manager, at=at)
    question = ask_question(deal_id=deal, text="Сколько складов?", actor=company.expert, at=at)
    relay_question(question_id=question, actor=manager, at=at)
    answer_question(question_id=question, answer="Три", actor=manager, at=at)
    say_chased(deal_id=deal, actor=company.dispatcher, at=at)
    document = filed(deal, company.expert)
    remove_document(document_id=document, reason="прислали не тот договор", actor=manager, at=at)
    due = at + timedelta(hours=1)
    given = [
        commitments.open_commitment(
            deal_id=deal, performer_id=company.expert.me, result=f"Схема {n}", due_at=due, to_client=n == 1,
            actor=manager, at=at,
        )
        for n in range(4)
    ]  # fmt: skip
    commitments.hand_over(
        commitment_id=given[0], to_id=company.head.me, reason="отпуск", actor=manager, at=at
    )
    commitments.keep(commitment_id=given[1], actor=company.expert, at=at + timedelta(days=1))
    commitments.waive(commitment_id=given[2], reason="клиент передумал", actor=manager, at=at)
    commitments.give_up(commitment_id=given[3], reason="нет доступа", actor=company.expert, at=at)
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=manager, at=at)
    call_fixer(deal_id=deal, what_for="скидка", actor=manager, at=at)
    release(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=manager, at=at)
    appoint(deal_id=deal, person_id=company.other_manager.me, role="manager", actor=manager, at=at)
    lose(deal_id=deal, reason="trust.expert_doubted", evidence="письмо", actor=company.other_manager, at=at)
    reopen(deal_id=deal, reason="вернулись", actor=company.other_manager, at=at)
    win(
        deal_id=deal, contract_number="7", contract_sum=Decimal(5), contract_date=at.date(), reason="давний клиент",
        actor=company.other_manager, at=at,
    )  # fmt: skip
    reviewed(company, deal, actor=company.other_manager)
    tell_case(
        deal_id=deal, story=Story("Партии", "Считали вручную", "Считает система"), actor=company.expert, at=at
    )
    remind_of_days(at + timedelta(days=60))
    return deal


def fates_of_proposals(company: Company) -> None:
    """Everything that can become of proposals."""
    deal, at, owner = full_life(company), TUESDAY, company.owner
    one, other, left, back = (proposed(company) for _ in range(4))
    add_ground(proposal_id=one, deal_id=deal, actor=company.expert, at=at)
    reject(proposal_id=other, words="Письма и так вовремя", actor=owner, at=at)
    text = packaged_text().replace("limit: 2d", "limit: 3d")
    publish_taking(text=text, note="иначе", proposals=[one, back], actor=owner, at=at)
    remind_of_days(at + timedelta(days=60))
    for proposal, verdict in ((one, "kept"), (back, "taken_back")):
        judge(proposal_id=proposal, verdict=verdict, words="Так и останется", actor=owner, at=at)
    assert left


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_becomes_of_proposals_is_said_in_sentences(company: Company, language: str) -> None:
    fates_of_proposals(company)
    people, (_, process) = directory(), current_process()
    names = "|".join(card.short_name for card in people.people.values())
    acts = [one for one in timeline(chain=WORKSPACE, with_details=True) if one.act.startswith("proposal.")]
    assert len({one.act for one in acts}) == 6
    with translation.override(language):
        said = {say_act(one.act, one.data, people=people, process=process, language=language) for one in acts}
    assert len(said) == 8, "the day comes with and without a version; a verdict goes both ways"
    for words in said:
        ours = re.sub(names, "", words)
        assert not LEFT_OVER.search(ours), words
        assert bool(re.search("[А-Яа-яё]", ours)) is (language == "ru"), words


@pytest.mark.parametrize("language", ["ru", "en"])
def test_everything_that_can_happen_to_a_deal_is_said_in_a_sentence(company: Company, language: str) -> None:
    deal = full_life(company)
    people, (_, process) = directory(), current_process()
    results = {row.id: row.result for row in commitments_of(deal) if row.result}

    def sentence(entry: EntryRow) -> str:
        return say_act(
            entry.act, entry.data, people=people, process=process, language=language, results=results
        )

    entries = timeline(chain=deal, with_details=True)
    with translation.override(language):
        said = {entry.act: sentence(entry) for entry in entries}
    assert len(said) >= 25
    names = "|".join(
        [
            *(card.short_name for card in people.people.values()),
            *(u.name for u in people.units.values()),
            "Схема",
        ]
    )
    for act, words in said.items():
        ours = re.sub(names, "", words)
        assert not LEFT_OVER.search(ours), f"{act}: {words}"
        assert bool(re.search("[А-Яа-яё]", ours)) is (language == "ru"), f"{act}: {words}"


def test_a_stage_left_over_its_gate_is_never_told_as_if_it_had_been_passed(company: Company) -> None:
    deal = full_life(company)
    people, (_, process) = directory(), current_process()
    entry = next(one for one in timeline(chain=deal, with_details=True) if one.act == "stage.meeting")
    with translation.override("ru"):
        words = say_act(entry.act, entry.data, people=people, process=process, language="ru")
    assert words.startswith("Из этапа «Подготовка» вышли не по всем пунктам (не хватало: ")
    assert "Эксперт прочёл материалы и подтвердил это" in words
    assert acts.say_detail(entry.detail) == "клиент уже едет"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_refusal_and_problem_has_its_words(language: str) -> None:
    with translation.override(language):
        for code in refusals.SENTENCES:
            words = refusals.say_code(code.partition("+")[0])
            assert words.endswith("."), code
            assert "%(" not in words, code
            assert bool(re.search("[А-Яа-яё]", words)) is (language == "ru"), code


def test_who_may_not_is_told_who_may() -> None:
    with translation.override("en"):
        for right in RIGHTS:
            assert "Those who can: " in refusals.say(NotAllowed(right=right)), right
        said = refusals.say(NotAllowed(right="deal.evidence", role="expert"))
    assert said == "You can’t do this here. Those who can: expert, administrator."


def test_a_blocked_stage_says_what_is_missing_in_the_readers_language(db: None) -> None:
    found_company()
    checks = current_process()[1].stages[0].checks[:1]
    with translation.override("ru"):
        said = refusals.say(StageBlocked("request", checks))
    assert said == f"Из этапа пока не выйти. Не хватает: {checks[0].text.ru}."


def test_what_keeps_itself_says_how() -> None:
    with translation.override("en"):
        said = refusals.say(Invalid("kept_by_its_event", event="manager.appointed"))
    assert said == f"Doing it closes the commitment. {FACTS['manager.appointed'].supply.en}."


def test_a_code_that_nobody_foresaw_still_reads_as_a_sentence() -> None:
    with translation.override("en"):
        assert refusals.say_code("brand_new") == "That can’t be done now."
