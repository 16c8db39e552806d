"""The dossier: who reads it, what stands in it, what is new since it was signed, and what fades."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from svyazka.presale.cases.commands import Story, save_case
from svyazka.presale.deals.commands import describe_request, receive_request, say_chased, say_contacted
from svyazka.presale.deals.intake import Unknown
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.deals.seats import appoint
from svyazka.presale.documents.commands import remove_document
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.values import Actor, Json, NotFound
from svyazka.presale.meetings.dossier import dossier, file_to_read
from svyazka.presale.meetings.dossier_rows import Dossier
from svyazka.presale.meetings.drafts import DraftPoint
from svyazka.presale.meetings.models import Meeting
from svyazka.presale.meetings.planning import plan_meeting
from svyazka.presale.meetings.reading import note_small_thing, sign_dossier
from svyazka.presale.questions.commands import answer_question, ask_question
from svyazka.presale.stages.commands import complete_stage, lose, win
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, whole_request
from tests.documents import filed
from tests.meetings import WHEN, agreed, draft, planned, read_dossier, replan, shown, summed_up

HOUR = timedelta(hours=1)
MOOD, SMALL = "ждёт подвоха от каждой цифры", "Боится показаться неподготовленной"


@pytest.fixture
def deal(company: Company) -> int:
    """With a manager, an expert and an estimator, in the preparation of the first meeting."""
    deal_id = accepted_deal(company, mood=MOOD, expected_question="Сколько это стоит?")
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    return deal_id


def seen_by(viewer: Actor, deal_id: int) -> Dossier:
    # partner agents know a few deals only, so the number is asked of somebody who knows all
    row = rows_by_id([deal_id], viewer=Actor(person_id=None, channel="system"))[deal_id]
    return dossier(number=row.path, viewer=viewer)


def sign(viewer: Actor, deal_id: int, *, at: timedelta = HOUR) -> None:
    sign_dossier(deal_id=deal_id, seen=seen_by(viewer, deal_id).seen, actor=viewer, at=TUESDAY + at)


def won_deal(us: Company, /, at: datetime = TUESDAY, **changed: Json) -> int:
    deal_id = accepted_deal(us, at, **changed)
    for stage in ("request", "preparation", "meeting", "estimate", "defence"):
        complete_stage(
            deal_id=deal_id, stage=stage, reason="договорились по телефону", actor=us.manager, at=at
        )
    win(
        deal_id=deal_id, contract_number="17/26", contract_sum=Decimal(3_900_000), contract_date=TUESDAY.date(),
        reason="условия согласованы в письме", actor=us.manager, at=at,
    )  # fmt: skip
    return deal_id


# Who reads


@pytest.mark.requirement("R15")
@pytest.mark.parametrize(
    ("who", "reads", "goes"),
    [
        ("manager", True, True),
        ("expert", True, True),
        ("estimator", True, False),
        ("dispatcher", True, False),
        ("head", True, False),
        ("administrator", True, False),
        ("programmer", False, False),  # he brought the request
        ("other_manager", False, False),
        ("owner", False, False),
        ("fixer", False, False),
        ("agent", False, False),
    ],
)
def test_the_deals_people_read_it_and_small_things_only_who_goes(
    company: Company, deal: int, who: str, *, reads: bool, goes: bool
) -> None:
    """R15: mood and small things are for those who go to the room, for nobody else."""
    planned(company, deal)
    note_small_thing(deal_id=deal, text=SMALL, actor=company.manager, at=TUESDAY)
    viewer = getattr(company, who)
    if not reads:
        with pytest.raises(NotFound):
            seen_by(viewer, deal)
        return
    page = seen_by(viewer, deal)
    assert (page.goes, page.mood) == (goes, MOOD if goes else "")
    assert [one.text for one in page.small_things] == ([SMALL] if goes else [])
    assert (MOOD in repr(page), SMALL in repr(page)) == (goes, goes)


@pytest.mark.parametrize("number", ["", "2026-9999", "С-2026", "0", "²", "С-2026-0001'--"])
def test_a_number_that_is_none_is_not_found(company: Company, deal: int, number: str) -> None:
    with pytest.raises(NotFound):
        dossier(number=number, viewer=company.manager)


def test_a_stranger_and_a_token_for_other_things_read_nothing(company: Company, deal: int) -> None:
    narrow = replace(company.manager, channel="api", scopes=frozenset({"requests:write"}))
    for viewer in (Actor(person_id=None, channel="public"), narrow):
        with pytest.raises(NotFound):
            seen_by(viewer, deal)


def test_an_agent_reads_no_dossier_of_his_own_lead(company: Company) -> None:
    lead = receive_request(answers=WHOLE_REQUEST, actor=company.agent, at=TUESDAY, sure=True)
    with pytest.raises(NotFound):
        seen_by(company.agent, lead.deal_id)


def test_who_goes_without_a_role_on_the_deal_reads_all_of_it_files_too(company: Company, deal: int) -> None:
    """R15: a colleague whom the manager takes along gets everything that is known."""
    document, elsewhere = (
        filed(deal, company.manager),
        filed(accepted_deal(company), company.manager, content=b"%PDF-1.7 other"),
    )
    guest = company.programmer
    with pytest.raises(NotFound):
        file_to_read(document, deal_id=deal, viewer=guest)
    ours = {**draft(company).ours, guest.me: frozenset[str]()}
    planned(company, deal, ours=ours)
    page = seen_by(guest, deal)
    assert (page.goes, page.mood, page.client.contacts[0].name) == (True, MOOD, "Ольга Петровна Лескова")
    row, content = file_to_read(document, deal_id=deal, viewer=guest)
    content.close()
    assert row.name == "Протокол.pdf"
    for reader in (guest, company.manager):
        with pytest.raises(NotFound):
            file_to_read(elsewhere, deal_id=deal, viewer=reader)


@pytest.mark.requirement("R15")
def test_small_things_are_gone_for_everybody_once_the_meeting_is_closed(company: Company, deal: int) -> None:
    """R15: they fade; nobody has to wait until the night."""
    note_small_thing(deal_id=deal, text=SMALL, actor=company.manager, at=TUESDAY)
    assert seen_by(company.manager, deal).small_things == (), "nobody goes yet"
    summed_up(company, deal)
    for viewer in (company.manager, company.expert):
        page = seen_by(viewer, deal)
        assert (page.goes, page.mood, page.small_things) == (False, "", ())
        assert SMALL not in repr(page)


# What stands in it


@pytest.mark.requirement("R15")
def test_all_that_is_known_stands_together(company: Company, deal: int) -> None:
    """R15: profile, all lines of business, the meeting, questions, files, what was said, gaps, expectations."""
    meeting_id = planned(company, deal)
    question = ask_question(deal_id=deal, text="Кто ведёт склад?", actor=company.expert, at=TUESDAY)
    document = filed(deal, company.manager)
    say_chased(deal_id=deal, words="когда приедете?", actor=company.manager, at=TUESDAY)
    page = seen_by(company.expert, deal)
    assert page.client.lines == ("деревообработка", "оптовая торговля")
    assert page.answers["expected_question"] == "Сколько это стоит?"
    assert [(one.name, one.decides) for one in page.client.contacts] == [("Ольга Петровна Лескова", False)]
    assert page.coming is not None
    assert (page.coming.id, page.coming.starts_at, page.coming.place) == (
        meeting_id,
        WHEN,
        "Офис клиента, Лесная, 7",
    )
    assert [(one.name, one.decides) for one in page.coming.guests] == [
        ("Ольга Петровна Лескова", True), ("Пётр Кедров", False)
    ]  # fmt: skip
    assert [one.text for one in page.coming.criteria] == ["Клиент сам назвал дату следующего шага"]
    assert ([one.id for one in page.questions], [one.id for one in page.documents]) == (
        [question],
        [document],
    )
    assert [(one.act, one.detail) for one in page.said] == [
        ("client.chased", {"words": "когда приедете?"}),
        ("client.contacted", {"how": "позвонила, договорились о созвоне"}),
    ]
    assert {role for _, role in page.team} == {
        "dispatcher",
        "lead_generator",
        "manager",
        "expert",
        "estimator",
    }


def test_gaps_name_who_finds_out_by_when_or_that_nobody_does(company: Company) -> None:
    by = (TUESDAY + timedelta(days=2)).date()
    answers = {key: value for key, value in WHOLE_REQUEST.items() if key not in {"size", "budget"}}
    received = receive_request(
        answers=answers, unknown={"budget": Unknown(company.manager.me, by)}, actor=company.dispatcher, at=TUESDAY, sure=True
    )  # fmt: skip
    page = seen_by(company.dispatcher, received.deal_id)
    assert {(one.field, one.finder_id, one.by) for one in page.gaps} == {
        ("size", None, None), ("budget", company.manager.me, by)
    }  # fmt: skip


@pytest.mark.requirement("R15")
def test_earlier_deals_of_the_client_stand_there_with_what_came_of_them(company: Company, deal: int) -> None:
    """R15: history. What the client said then is for those who may read it of that deal."""
    lost = accepted_deal(company)
    lose(
        deal_id=lost, reason="client_side.no_budget", evidence="письмо", client_words="Вернёмся через год", actor=company.manager,
        at=TUESDAY,
    )  # fmt: skip
    accepted_deal(
        company,
        inn="7728168971",
        company="ООО «Другие»",
        phone="+7 495 111-22-33",
        email="info@others.example",
    )
    (theirs,) = seen_by(company.manager, deal).deals
    assert (theirs.row.id, theirs.row.status, theirs.reason) == (lost, "lost", "client_side.no_budget")
    assert theirs.client_words == "Вернёмся через год"
    goes = {**draft(company).ours, company.programmer.me: frozenset[str]()}
    planned(company, deal, ours=goes)
    (told,) = seen_by(company.programmer, deal).deals
    assert (told.row.id, told.client_words) == (lost, "")


@pytest.mark.requirement("R53")
def test_comparable_projects_are_proposed_by_the_clients_lines_of_business(
    company: Company, deal: int
) -> None:
    """R53: out of the case library, and won deals of ours with other clients; the client's own are history."""
    story = Story("Партии", "Считали вручную", "Считает система", industries=("Деревообработка",))
    case = save_case(case_id=None, story=story, actor=company.expert, at=TUESDAY)
    save_case(case_id=None, story=replace(story, industries=("медицина",)), actor=company.expert, at=TUESDAY)
    other: dict[str, Any] = {
        "phone": "+7 495 111-22-33",
        "email": "info@others.example",
        "contact_name": "Пётр Дубов",
    }
    alike = won_deal(
        company,
        company="ООО «Дубрава»",
        inn="7728168971",
        lines=["опт и розница", "оптовая торговля"],
        **other,
    )
    won_deal(
        company,
        company="ООО «Клиника»",
        inn="5024002119",
        lines=["медицина"],
        phone="+7 495 222-33-44",
        email="a@klinika.example",
    )
    won_deal(company)
    page = seen_by(company.expert, deal)
    assert [(one.case.id, one.by) for one in page.cases] == [(case, ("деревообработка",))]
    assert [(one.row.id, one.by) for one in page.projects] == [(alike, ("оптовая торговля",))]


def test_before_a_second_meeting_the_letter_of_the_first_is_there(company: Company, deal: int) -> None:
    summed_up(company, deal)
    page = seen_by(company.expert, deal)
    assert page.coming is None
    assert [one.agenda for one in page.past] == ["first_meeting"]
    assert page.letter is not None
    assert page.letter.subject == "Итоги встречи 26 ноября"


def test_a_fixer_in_the_shadow_leaves_no_trace(company: Company, deal: int) -> None:
    planned(company, deal)
    before = seen_by(company.expert, deal)
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    after = seen_by(company.expert, deal)
    assert (after.seen, after.team) == (before.seen, before.team)
    assert (company.fixer.me, "fixer") not in seen_by(company.manager, deal).team


# Read and signed


@pytest.mark.requirement("R15")
def test_what_others_tell_after_the_signature_is_new_until_the_next_one(company: Company, deal: int) -> None:
    """R15: reading confirmed; change after reading shows what is new."""
    meeting_id = planned(company, deal)
    expert, manager = company.expert, company.manager
    question = ask_question(deal_id=deal, text="Кто ведёт склад?", actor=expert, at=TUESDAY)
    unread = seen_by(expert, deal)
    assert (unread.read_at, unread.is_read, unread.new) == (None, False, ())
    sign(expert, deal)
    read = seen_by(expert, deal)
    assert (read.read_at, read.is_read) == (TUESDAY + HOUR, True)
    later = TUESDAY + 2 * HOUR
    answer_question(question_id=question, answer="Пётр Кедров", actor=manager, at=later)
    document = filed(deal, manager)
    describe_request(
        deal_id=deal, answers={"size": "до 900 млн", "mood": "спешит"}, unknown={}, actor=manager, at=later
    )
    noted = note_small_thing(deal_id=deal, text=SMALL, actor=manager, at=later)
    replan(company, meeting_id, our_goal="Клиент соглашается на обследование", at=later)
    filed(deal, expert, name="Моё.pdf", content=b"%PDF-1.7 mine")
    page = seen_by(expert, deal)
    assert not page.is_read
    assert [one.act for one in page.new] == [
        "question.answered", "document.filed", "intake.changed", "small_thing.noted", "plan.changed"
    ]  # fmt: skip
    assert page.new_ids("question.asked", "question.answered") == {question}
    assert page.new_ids("document.filed") == {document}
    assert page.new_ids("small_thing.noted") == {noted}
    assert page.new_boxes == {"size", "mood"}
    assert "спешит" not in repr(page.new), "what was typed stands in its place, not among the news"
    (reader,) = [one for one in page.readers if one.person_id == expert.me]
    assert (reader.goes, reader.at, reader.is_up_to_date) == (True, TUESDAY + HOUR, False)
    sign(expert, deal, at=3 * HOUR)
    assert seen_by(expert, deal).is_read


def test_who_does_not_go_need_not_read_again_for_a_small_thing(company: Company, deal: int) -> None:
    planned(company, deal)
    sign(company.head, deal)
    note_small_thing(deal_id=deal, text=SMALL, actor=company.manager, at=TUESDAY)
    assert seen_by(company.head, deal).is_read


def test_a_signature_under_an_older_page_leaves_what_came_since_new(company: Company, deal: int) -> None:
    planned(company, deal)
    on_screen = seen_by(company.expert, deal).seen
    filed(deal, company.manager)
    sign_dossier(deal_id=deal, seen=on_screen, actor=company.expert, at=TUESDAY + HOUR)
    assert [one.act for one in seen_by(company.expert, deal).new] == ["document.filed"]


def test_a_file_that_was_taken_out_again_is_named(company: Company, deal: int) -> None:
    document = filed(deal, company.manager, name="Смета.pdf")
    sign(company.expert, deal)
    remove_document(document_id=document, reason="прислали не ту", actor=company.manager, at=TUESDAY)
    (new,) = seen_by(company.expert, deal).new
    assert (new.act, (new.detail or {}).get("name")) == ("document.removed", "Смета.pdf")


@pytest.mark.requirement("R15")
def test_who_goes_and_has_not_read_is_named_beforehand(company: Company, deal: int) -> None:
    """R15: an unbriefed meeting shows before it begins, in the dossier and on the meeting."""
    meeting_id = planned(company, deal)
    readers = {one.person_id: one for one in seen_by(company.manager, deal).readers}
    assert set(readers) == {company.manager.me, company.expert.me}
    assert not readers[company.expert.me].is_up_to_date
    assert shown(company, meeting_id).row.unbriefed == (company.expert.me,)
    read_dossier(company, deal, at=TUESDAY + HOUR)
    assert shown(company, meeting_id).row.unbriefed == ()
    sign(company.head, deal)
    readers = {one.person_id: one for one in seen_by(company.manager, deal).readers}
    assert readers[company.expert.me].is_up_to_date
    assert (readers[company.head.me].goes, readers[company.head.me].is_up_to_date) == (False, True)


# What it costs


def test_a_dossier_of_many_things_costs_as_many_queries_as_one_of_one(company: Company, deal: int) -> None:
    agreed(company, deal)
    sign(company.head, deal)

    def more(number: int) -> None:
        question = ask_question(
            deal_id=deal, text=f"Сколько складов, {number}?", actor=company.manager, at=TUESDAY
        )
        answer_question(question_id=question, answer="Три склада", actor=company.manager, at=TUESDAY)
        filed(deal, company.manager, name=f"{number}.pdf", content=b"%PDF-1.7 " + str(number).encode())
        note_small_thing(deal_id=deal, text=f"Пьёт чай, {number}", actor=company.manager, at=TUESDAY)
        say_contacted(deal_id=deal, how=f"созвонились, {number}", actor=company.manager, at=TUESDAY)
        story = Story(f"Партии {number}", "Считали", "Считает система", industries=("деревообработка",))
        save_case(case_id=None, story=story, actor=company.expert, at=TUESDAY)
        whole_request(company)
        inn = ("7728168971", "5024002119", "7736207543", "7702070139", "7710140679")[number]
        won_deal(
            company, company=f"ООО «Дубрава {number}»", inn=inn, phone=f"+7 495 111-22-3{number}", email=f"a@b{number}.example"
        )  # fmt: skip

    def cost() -> int:
        with moment(), CaptureQueriesContext(connection) as asked:
            page = seen_by(company.expert, deal)
        assert page.goes
        assert page.new
        return len(asked)

    more(0)
    cost()
    first = cost()
    for number in range(1, 5):
        more(number)
    assert cost() == first
    assert first <= 40, "about thirty"
    assert Meeting.objects.count() == 1


@pytest.mark.requirement("R15")
@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"our_goal": "Клиент сам называет срок"}, "our_goal"),
        ({"client_goal": "Увидеть отчёт по партии на своих данных"}, "client_goal"),
        ({"criteria": ("Назначена дата обследования",)}, "criteria"),
        ({"place": "Онлайн"}, "place"),
        ({"starts_at": WHEN + HOUR}, "time"),
        ({"points": (DraftPoint(30, "Другая повестка"),)}, "agenda"),
        ({"theirs": ()}, "guests"),
    ],
)
def test_whatever_of_the_plan_another_changes_is_to_be_read_again(
    company: Company, deal: int, changed: dict[str, Any], part: str
) -> None:
    """R15: whoever has signed signs anew once the goal, a criterion, the place, the time, the agenda or the people are others."""
    meeting_id = planned(company, deal)
    sign(company.expert, deal)
    replan(company, meeting_id, **changed)
    page = seen_by(company.expert, deal)
    assert not page.is_read
    assert [entry.data["changed"] for entry in page.new] == [[part]]
    lacking = {(one.subject, one.code) for one in shown(company, meeting_id).row.lacks}
    assert ("person", "grown") in lacking
    assert ("person", "unread") not in lacking
    sign(company.expert, deal, at=2 * HOUR)
    assert seen_by(company.expert, deal).is_read


def test_a_plan_saved_as_it_was_is_nothing_new(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    sign(company.expert, deal)
    replan(company, meeting_id)
    assert seen_by(company.expert, deal).is_read


def test_who_changes_the_plan_himself_knows_it(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    sign(company.manager, deal)
    replan(company, meeting_id, place="Онлайн")
    assert seen_by(company.manager, deal).is_read


def test_a_meeting_of_ours_is_no_news_in_the_dossier(company: Company, deal: int) -> None:
    sign(company.expert, deal)
    meeting_id = plan_meeting(deal_id=deal, agenda="", actor=company.manager, at=TUESDAY)
    replan(company, meeting_id, our_goal="Решить, кто считает", theirs=())
    assert seen_by(company.expert, deal).is_read
