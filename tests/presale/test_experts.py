"""Expert requests: asked with what is known, taken by the first who claims, never standing without somebody who owes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from svyazka.presale.commitments.overdue import escalate, note_overdue
from svyazka.presale.commitments.queries import CommitmentRow, commitments_of, overdue_ids
from svyazka.presale.deals.seats import SeatRefused
from svyazka.presale.experts.asking import (
    Ask,
    AskedAlready,
    RequestClosed,
    ask_for_expert,
    give_more,
    withdraw_request,
)
from svyazka.presale.experts.candidates import fitness, need_of
from svyazka.presale.experts.claiming import (
    ClaimedAlready,
    ask_for_more,
    claim,
    hand_back,
    refuse,
    say_triage,
)
from svyazka.presale.experts.models import Claim, ExpertRequest
from svyazka.presale.experts.queries import expert_board, request_page, request_row, requests_of
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.queries import timeline
from svyazka.presale.journal.values import Actor, Invalid, NotAllowed, NotFound, Refusal
from svyazka.presale.notices.queries import latest_notices
from svyazka.presale.people.commands import Profile, record_absence, save_person
from svyazka.presale.stages.commands import lose
from svyazka.presale.stages.keeping import KeptByItsEvent, keep_commitment
from svyazka.presale.stages.queries import deal_page_by_id
from tests.company import TUESDAY, Company, led_deal

HOUR = timedelta(hours=1)
ASK = Ask(
    kind="expert",
    competence="1С:ERP",
    since=date(2026, 11, 25),
    until=date(2026, 11, 27),
    goal="Клиент видит, как считается себестоимость партии",
    to_decide="Хватит ли типовой ERP или нужна доработка",
)
TRIAGE = replace(ASK, kind="triage", goal="Понять, наша ли это задача", to_decide="")


def asked(us: Company, deal_id: int, **changed: Any) -> int:
    return ask_for_expert(
        deal_id=deal_id,
        ask=replace(ASK, **changed),
        actor=us.manager,
        at=TUESDAY,
    )


def owed(deal_id: int) -> Mapping[str, CommitmentRow]:
    return {one.term: one for one in commitments_of(deal_id) if one.outcome == "open"}


def kinds(us: Actor) -> list[str]:
    return [one.kind for one in latest_notices(viewer=us)]


@pytest.mark.requirement("R06")
def test_a_request_carries_what_is_known_and_somebody_owes_taking_it(company: Company) -> None:
    deal_id = led_deal(company)
    request_id = asked(company, deal_id)
    row = request_row(request_id=request_id, viewer=company.programmer)
    assert (row.competence, row.kind, row.state) == ("1С:ERP", "expert", "open")
    assert row.industries == ("деревообработка", "оптовая торговля")
    assert (row.answered, row.asked, row.lacking) == (10, 10, ())
    assert row.owed_by == company.head.me
    assert row.due_at == TUESDAY + 2 * HOUR
    assert row.hard_due_at == TUESDAY + 5 * HOUR  # four working hours, lunch between them
    assert "expert.requested" in kinds(company.head)
    assert "expert.requested" in kinds(company.expert)


@pytest.mark.requirement("R07")
def test_who_takes_it_has_the_role_and_everybody_sees_who_with_what(company: Company) -> None:
    deal_id = led_deal(company)
    request_id = asked(company, deal_id)
    held = claim(request_id=request_id, actor=company.expert, at=TUESDAY + HOUR)
    assert (held.person_id, held.level, held.over, held.fresh) == (company.expert.me, 3, (), True)
    row = request_row(request_id=request_id, viewer=company.other_manager)
    assert row.claim is not None
    assert (row.claim.person_id, row.claim.level, row.state) == (company.expert.me, 3, "claimed")
    page = deal_page_by_id(deal_id=deal_id, viewer=company.manager, at=TUESDAY + HOUR)
    assert ("expert", company.expert.me) in [(seat.role, seat.person_id) for seat in page.seats]
    assert "expert_claimed" not in owed(deal_id)
    assert "brief_read" in owed(deal_id)
    assert "expert.claimed" in kinds(company.manager)


@pytest.mark.requirement("R07")
def test_who_comes_second_is_told_who_was_first_and_with_which_competence(company: Company) -> None:
    request_id = asked(company, led_deal(company))
    claim(request_id=request_id, actor=company.expert, at=TUESDAY)
    with pytest.raises(ClaimedAlready) as late:
        claim(request_id=request_id, actor=company.head, at=TUESDAY)
    assert late.value.params == {"who": "Олег Климов", "competence": "1С:ERP", "level": 3, "id": request_id}


def test_a_second_press_of_the_one_who_has_it_changes_nothing(company: Company) -> None:
    deal_id = led_deal(company)
    request_id = asked(company, deal_id)
    claim(request_id=request_id, actor=company.expert, at=TUESDAY)
    before = len(timeline(chain=deal_id, with_details=True, limit=500))
    assert not claim(request_id=request_id, actor=company.expert, at=TUESDAY).fresh
    assert len(timeline(chain=deal_id, with_details=True, limit=500)) == before


def test_the_database_knows_one_live_claim_a_request(company: Company) -> None:
    request_id = asked(company, led_deal(company))
    claim(request_id=request_id, actor=company.expert, at=TUESDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(
            request_id=request_id, person_id=company.head.me, by_id=company.head.me, level=1, at=TUESDAY
        )


@pytest.mark.parametrize("who", ["manager", "programmer", "estimator"])
def test_nobody_goes_without_the_role_of_an_expert(company: Company, who: str) -> None:
    request_id = asked(company, led_deal(company))
    with pytest.raises(NotAllowed):
        claim(request_id=request_id, actor=getattr(company, who), at=TUESDAY)
    with pytest.raises(SeatRefused):
        claim(
            request_id=request_id, person_id=getattr(company, who).me, actor=company.administrator, at=TUESDAY
        )


def test_a_head_sends_one_of_his_people_and_nobody_else_does(company: Company) -> None:
    request_id = asked(company, led_deal(company))
    with pytest.raises(NotAllowed):
        claim(request_id=request_id, person_id=company.expert.me, actor=company.manager, at=TUESDAY)
    claim(request_id=request_id, person_id=company.expert.me, actor=company.head, at=TUESDAY)
    row = request_row(request_id=request_id, viewer=company.head)
    assert row.claim is not None
    assert (row.claim.person_id, row.claim.by_id) == (company.expert.me, company.head.me)


@pytest.mark.requirement("R08")
def test_whoever_is_away_is_sent_only_with_a_reason_that_stays(company: Company) -> None:
    record_absence(
        person_id=company.expert.me, since=date(2026, 11, 24), until=date(2026, 12, 4), stand_in_id=None,
        actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    request_id = asked(company, led_deal(company))
    page = request_page(request_id=request_id, viewer=company.head, at=TUESDAY)
    barred = {one.person_id: [barrier.code for barrier in one.barriers] for one in page.proposals}
    assert barred[company.expert.me] == ["absent"]
    with pytest.raises(Invalid) as refused:
        claim(request_id=request_id, person_id=company.expert.me, actor=company.head, at=TUESDAY)
    assert refused.value.errors == {"why": "required"}
    claim(
        request_id=request_id, person_id=company.expert.me, actor=company.head, at=TUESDAY,
        why="вышел из отпуска на день, договорились",
    )  # fmt: skip
    row = request_row(request_id=request_id, viewer=company.manager)
    assert row.claim is not None
    assert row.claim.over == ("absent",)
    assert row.claim.why


@pytest.mark.requirement("R08")
def test_whoever_has_no_hours_left_is_not_proposed(company: Company) -> None:
    first = asked(company, led_deal(company), minutes=480)
    claim(request_id=first, actor=company.expert, at=TUESDAY)
    second = asked(company, led_deal(company, inn="500100732259", company="ООО «Кедр»"))
    page = request_page(request_id=second, viewer=company.head, at=TUESDAY)
    assert [one.person_id for one in page.proposals if one.is_proposed] == [company.head.me]
    assert [b.code for one in page.proposals for b in one.barriers if one.person_id == company.expert.me] == [
        "over_capacity"
    ]


@pytest.mark.requirement("R09")
def test_two_hours_without_a_claim_tell_the_heads_and_four_the_sales_head_and_the_dispatcher(
    company: Company,
) -> None:
    deal_id = led_deal(company)
    asked(company, deal_id)
    wanted = owed(deal_id)["expert_claimed"].id

    def late(hours: int, column: str, *, hard: bool) -> bool:
        return wanted in overdue_ids(at=TUESDAY + hours * HOUR + HOUR / 6, column=column, hard=hard)

    assert not late(1, "warned_at", hard=False)
    assert late(2, "warned_at", hard=False)
    assert not late(4, "escalated_at", hard=True)
    assert late(5, "escalated_at", hard=True)
    note_overdue(commitment_id=wanted, at=TUESDAY + 2 * HOUR + HOUR / 6)
    assert "commitment.overdue" in kinds(company.head)
    assert "commitment.escalated" not in kinds(company.dispatcher)
    escalate(commitment_id=wanted, at=TUESDAY + 5 * HOUR + HOUR / 6)
    assert "commitment.escalated" in kinds(company.dispatcher)
    assert "commitment.escalated" not in kinds(company.administrator)


def test_what_is_handed_back_is_on_the_board_again_with_a_clock_of_its_own(company: Company) -> None:
    deal_id = led_deal(company)
    request_id = asked(company, deal_id)
    claim(request_id=request_id, actor=company.expert, at=TUESDAY)
    later = TUESDAY + 3 * HOUR
    with pytest.raises(Invalid):
        hand_back(request_id=request_id, reason=" ", actor=company.expert, at=later)
    hand_back(request_id=request_id, reason="сдвинулась сдача проекта", actor=company.expert, at=later)
    row = request_row(request_id=request_id, viewer=company.manager)
    assert (row.state, row.claim, row.claims[0].back_why) == ("open", None, "сдвинулась сдача проекта")
    assert row.due_at is not None
    assert row.due_at > later
    page = deal_page_by_id(deal_id=deal_id, viewer=company.manager, at=later)
    assert "expert" not in [seat.role for seat in page.seats if seat.until is None]
    assert {one.performer_id for one in owed(deal_id).values() if one.role == "expert"} == {
        company.manager.me
    }
    claim(request_id=request_id, actor=company.head, at=later)
    assert request_row(request_id=request_id, viewer=company.manager).state == "claimed"


def test_only_the_one_who_took_it_or_his_head_hands_it_back(company: Company) -> None:
    request_id = asked(company, led_deal(company))
    claim(request_id=request_id, actor=company.expert, at=TUESDAY)
    with pytest.raises(NotAllowed):
        hand_back(request_id=request_id, reason="заберу себе", actor=company.manager, at=TUESDAY)
    hand_back(request_id=request_id, reason="нужен на запуске", actor=company.head, at=TUESDAY)


def test_not_ours_passes_the_request_on_and_in_the_end_the_dispatcher_has_it(company: Company) -> None:
    deal_id = led_deal(company)
    request_id = asked(company, deal_id)
    refuse(request_id=request_id, because="нет опыта в лесосырье", actor=company.head, at=TUESDAY)
    row = request_row(request_id=request_id, viewer=company.manager)
    assert row.owed_by == company.dispatcher.me
    assert [(one.kind, one.text) for one in row.replies] == [("not_ours", "нет опыта в лесосырье")]
    assert "expert.not_ours" in kinds(company.manager)


def test_what_the_experts_lack_the_manager_owes_and_they_are_told_when_it_is_there(company: Company) -> None:
    deal_id = led_deal(company)
    request_id = asked(company, deal_id)
    ask_for_more(
        request_id=request_id, what="какие отчёты смотрит директор", actor=company.expert, at=TUESDAY
    )
    assert owed(deal_id)["more_given"].performer_id == company.manager.me
    assert [one.text for one in request_row(request_id=request_id, viewer=company.expert).lacks]
    give_more(
        request_id=request_id, text="план-факт по партиям, раз в неделю", actor=company.manager, at=TUESDAY
    )
    assert "more_given" not in owed(deal_id)
    assert "expert.more_given" in kinds(company.expert)
    with pytest.raises(NotFound):
        give_more(request_id=request_id, text="ещё раз", actor=company.manager, at=TUESDAY)


def test_two_competences_are_looked_for_at_once_and_each_has_its_own_clock(company: Company) -> None:
    deal_id = led_deal(company)
    first, second = asked(company, deal_id), asked(company, deal_id, competence="Деревообработка")
    claim(request_id=second, actor=company.expert, at=TUESDAY)
    rows = {row.id: row for row in requests_of(deal_id=deal_id, viewer=company.manager)}
    assert rows[first].owed_by == company.head.me
    assert rows[second].owed_by is None
    with pytest.raises(AskedAlready):
        asked(company, deal_id)


@pytest.mark.requirement("R06")
def test_a_triage_ends_with_a_verdict_and_takes_nobody_onto_the_deal(company: Company) -> None:
    deal_id = led_deal(company)
    request_id = ask_for_expert(deal_id=deal_id, ask=TRIAGE, actor=company.dispatcher, at=TUESDAY)
    assert request_row(request_id=request_id, viewer=company.expert).minutes == 15
    claim(request_id=request_id, actor=company.expert, at=TUESDAY)
    mine = owed(deal_id)["triage_said"]
    assert (mine.performer_id, mine.about) == (company.expert.me, request_id)
    with pytest.raises(KeptByItsEvent):
        keep_commitment(commitment_id=mine.id, actor=company.expert, at=TUESDAY, note="посмотрел")
    with pytest.raises(NotAllowed):
        say_triage(request_id=request_id, verdict="наше, нужен ERP", actor=company.head, at=TUESDAY)
    say_triage(request_id=request_id, verdict="наше: нужен эксперт по ERP", actor=company.expert, at=TUESDAY)
    row = request_row(request_id=request_id, viewer=company.manager)
    assert (row.state, row.said) == ("done", "наше: нужен эксперт по ERP")
    assert "triage_said" not in owed(deal_id)
    page = deal_page_by_id(deal_id=deal_id, viewer=company.manager, at=TUESDAY)
    assert "expert" not in [seat.role for seat in page.seats]


def test_a_request_that_is_taken_back_is_owed_by_nobody(company: Company) -> None:
    deal_id = led_deal(company)
    request_id = asked(company, deal_id)
    withdraw_request(
        request_id=request_id, reason="клиент перенёс на весну", actor=company.manager, at=TUESDAY
    )
    assert "expert_claimed" not in owed(deal_id)
    with pytest.raises(RequestClosed):
        claim(request_id=request_id, actor=company.expert, at=TUESDAY)


def test_requests_end_with_their_deal(company: Company) -> None:
    deal_id = led_deal(company)
    taken, waiting = asked(company, deal_id), asked(company, deal_id, competence="Деревообработка")
    claim(request_id=taken, actor=company.head, at=TUESDAY)
    lose(
        deal_id=deal_id, reason="client_side.frozen", evidence="письмо клиента от 24 ноября", actor=company.manager,
        at=TUESDAY,
    )  # fmt: skip
    states = dict(ExpertRequest.objects.values_list("pk", "state"))
    assert states == {taken: "done", waiting: "withdrawn"}
    assert expert_board(viewer=company.head, at=TUESDAY).open == ()


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"competence": "космос"}, "competence", "unknown_choice"),
        ({"goal": " "}, "goal", "required"),
        ({"goal": "уточнить"}, "goal", "junk"),
        ({"to_decide": "-"}, "to_decide", "required"),
        ({"until": date(2026, 11, 24)}, "until", "ends_before_it_begins"),
        ({"since": date(2026, 11, 1), "until": date(2026, 11, 20)}, "until", "in_the_past"),
        ({"until": date(2028, 1, 1)}, "until", "too_far"),
        ({"level": 4}, "level", "unknown_choice"),
        ({"minutes": 5}, "minutes", "bad_minutes"),
        ({"wanted_id": 10**6}, "wanted", "unknown_choice"),
    ],
)
def test_a_request_that_says_too_little_is_refused_beside_the_field(
    company: Company, changed: dict[str, object], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        asked(company, led_deal(company), **changed)
    assert refused.value.errors == {field: code}


def test_asking_for_a_person_by_name_takes_a_reason(company: Company) -> None:
    deal_id = led_deal(company)
    with pytest.raises(Invalid) as refused:
        asked(company, deal_id, wanted_id=company.expert.me)
    assert refused.value.errors == {"wanted_why": "required"}
    request_id = asked(
        company, deal_id, wanted_id=company.expert.me, wanted_why="клиент работал с ним на УПП"
    )
    best = request_page(request_id=request_id, viewer=company.head, at=TUESDAY).proposals[0]
    assert best.person_id == company.expert.me


@pytest.mark.parametrize("who", ["expert", "programmer", "other_manager", "estimator"])
def test_only_those_who_lead_the_deal_ask_for_an_expert(company: Company, who: str) -> None:
    with pytest.raises(NotAllowed):
        ask_for_expert(deal_id=led_deal(company), ask=ASK, actor=getattr(company, who), at=TUESDAY)


def test_a_partner_agent_knows_of_no_request(company: Company) -> None:
    deal_id = led_deal(company)
    request_id = asked(company, deal_id)
    with pytest.raises(NotFound):
        claim(request_id=request_id, actor=company.agent, at=TUESDAY)
    with pytest.raises(NotAllowed):
        expert_board(viewer=company.agent, at=TUESDAY)
    assert requests_of(deal_id=deal_id, viewer=company.agent) == ()


def test_the_board_costs_the_same_for_one_request_and_for_twenty(company: Company) -> None:
    deal_id = led_deal(company)
    asked(company, deal_id)
    with CaptureQueriesContext(connection) as one:
        expert_board(viewer=company.head, at=TUESDAY)
    for number in range(20):
        asked(company, led_deal(company, inn="", company=f"ООО «Сосна {number}»"))
    with CaptureQueriesContext(connection) as many:
        assert len(expert_board(viewer=company.head, at=TUESDAY).open) == 21
    assert len(many) == len(one)


def test_a_claim_looks_at_the_claimer_alone_and_sees_in_him_what_the_board_sees(company: Company) -> None:
    save_person(
        profile=Profile("full@svyazka.example", "Занятой", "Пётр", roles=("expert",), skills=(("1С:ERP", 3),), presale_hours=1),
        actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    record_absence(
        person_id=company.expert.me, since=ASK.since, until=ASK.until, stand_in_id=None, actor=company.expert,
        at=TUESDAY,
    )  # fmt: skip
    request_id = asked(company, led_deal(company))
    page = request_page(request_id=request_id, viewer=company.head, at=TUESDAY)
    need = need_of(ExpertRequest.objects.select_related("deal", "competence").get(pk=request_id))
    for one in page.proposals:
        with CaptureQueriesContext(connection) as queries, moment():
            _, over = fitness(one.person_id, need)
        assert over == tuple(barrier.code for barrier in one.barriers)
        assert len(queries) <= 3, "his skills, his promises, and whether the directory has changed"
    seen = {barrier.code for one in page.proposals for barrier in one.barriers}
    assert seen >= {"absent", "over_capacity"}


def test_what_somebody_took_who_has_left_since_his_head_hands_back(company: Company) -> None:
    request_id = asked(company, led_deal(company))
    claim(request_id=request_id, actor=company.expert, at=TUESDAY)
    save_person(
        profile=Profile("expert@svyazka.example", "Климов", "Олег", unit_id=company.delivery_unit, is_active=False),
        person_id=company.expert.me, actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        hand_back(request_id=request_id, reason="человек ушёл", actor=company.manager, at=TUESDAY)
    hand_back(request_id=request_id, reason="человек ушёл", actor=company.head, at=TUESDAY)
    assert request_row(request_id=request_id, viewer=company.head).state == "open"


def test_a_person_that_nobody_is_goes_nowhere(company: Company) -> None:
    request_id = asked(company, led_deal(company))
    with pytest.raises(Refusal):
        claim(request_id=request_id, person_id=0, actor=company.head, at=TUESDAY)
    assert request_row(request_id=request_id, viewer=company.head).state == "open"
