"""Hints that figures are fed: each kind by real acts, silent where nothing is odd, seen by those who see to the process."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from svyazka.engine.gaming import FEWEST, FEWEST_OFTEN
from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.deals.commands import receive_request, say_contacted
from svyazka.presale.insight.gaming import A_FEW, Hint, cases_of, hints
from svyazka.presale.journal.values import Actor, NotAllowed, NotFound
from svyazka.presale.meetings.asking import agree_with_plan, ask_client, say_agreed
from svyazka.presale.meetings.models import Meeting
from svyazka.presale.meetings.room import begin, end
from svyazka.presale.stages.commands import complete_stage, lose
from svyazka.presale.stages.evidence import supply_evidence
from svyazka.presale.stages.models import Evidence
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, found_company
from tests.meetings import GUESTS, agreed, planned, token_for

pytestmark = pytest.mark.requirement("R39")
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
THEN = TUESDAY - 14 * DAY
REASON = "Клиент торопит, договорились по телефону"


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - 30 * DAY)


def found(company: Company, kind: str, viewer: Actor | None = None) -> tuple[Hint, ...]:
    looked = hints(viewer=viewer or company.owner, at=TUESDAY)
    return next(one.hints for one in looked if one.kind == kind)


def looked_at(company: Company, kind: str) -> int:
    return next(one.total for one in hints(viewer=company.owner, at=TUESDAY) if one.kind == kind)


def odd(company: Company, kind: str, place: str) -> list[int]:
    return [one.deal.id for one in cases_of(kind, place, viewer=company.owner, at=TUESDAY)]


def answered(company: Company, minutes: int) -> int:
    deal = receive_request(
        answers=WHOLE_REQUEST, actor=company.programmer, at=THEN, source="сайт", sure=True
    ).deal_id
    say_contacted(deal_id=deal, how="позвонила", actor=company.dispatcher, at=THEN + minutes * MINUTE)
    return deal


def leave(company: Company, deal: int, stage: str, at: datetime) -> None:
    complete_stage(deal_id=deal, stage=stage, reason=REASON, actor=company.manager, at=at)


def test_answers_that_crowd_in_the_last_minutes_before_the_limit_are_a_hint(company: Company) -> None:
    for minutes in (98, 100, 104, 122, 125, 130):
        answered(company, minutes)
    rushed = [answered(company, 118) for _ in range(FEWEST - 6)]
    (hint,) = found(company, "rush")
    assert (hint.place, hint.count) == ("first_response", len(rushed))
    assert hint.heap is not None
    assert (hint.heap.before, hint.heap.at, hint.heap.after) == (3, len(rushed), 3)
    assert sorted(odd(company, "rush", "first_response")) == rushed
    case = cases_of("rush", "first_response", viewer=company.administrator, at=TUESDAY)[0]
    assert (case.minutes, case.allowed, case.person_id) == (118, 120, company.dispatcher.me)


def test_an_even_flow_and_too_few_are_none(company: Company) -> None:
    for minutes in (100, 112, 125) * 10:
        answered(company, minutes)
    for _ in range(3):
        answered(company, 118)
    assert found(company, "rush") == ()
    assert looked_at(company, "rush") == 33


def test_meetings_of_just_the_shortest_length_are_a_hint(company: Company) -> None:
    deal = accepted_deal(company, THEN)
    meeting = Meeting.objects.get(pk=planned(company, deal, at=THEN, starts_at=THEN + DAY))
    begin(meeting_id=meeting.pk, actor=company.manager, at=THEN + DAY)
    end(meeting_id=meeting.pk, actor=company.manager, at=THEN + DAY + 61 * MINUTE)
    meeting.refresh_from_db()
    assert found(company, "shortest") == ()
    for _ in range(FEWEST):
        meeting.pk = None
        meeting.save()
    (hint,) = found(company, "shortest")
    assert (hint.place, hint.count, hint.total) == ("meetings", FEWEST + 1, FEWEST + 1)
    case = cases_of("shortest", "meetings", viewer=company.owner, at=TUESDAY)[0]
    assert (case.minutes, case.allowed) == (61, 60)


def test_evidence_typed_in_the_minute_of_leaving_a_stage_is_a_hint_once_it_is_half_of_it(
    company: Company,
) -> None:
    deals = []
    for place in range(FEWEST_OFTEN):
        deal = accepted_deal(company, THEN)
        ticked = THEN + HOUR
        supply_evidence(
            deal_id=deal, stage="request", check="all_lines_asked", text="спросила, записала в анкету", actor=company.dispatcher,
            at=ticked,
        )  # fmt: skip
        leave(company, deal, "request", ticked + (MINUTE if place % 2 else HOUR))
        deals += [deal] if place % 2 else []
        if place == FEWEST_OFTEN - 2:
            assert found(company, "ticked") == ()
    (hint,) = found(company, "ticked")
    assert (hint.place, hint.count, hint.total) == ("request", FEWEST_OFTEN // 2, FEWEST_OFTEN)
    assert sorted(odd(company, "ticked", "request")) == deals


def test_a_link_that_went_to_our_own_people_and_was_answered_is_a_hint_and_one_to_the_client_is_none(
    company: Company,
) -> None:
    agreed(company, accepted_deal(company, THEN), at=THEN)
    assert found(company, "own_door") == ()
    assert looked_at(company, "own_door") == 1
    deal = accepted_deal(company, THEN)
    guest = GUESTS[0].__class__(
        "Ольга Лескова", "финансовый директор", decides=True, email="someone@svyazka.example"
    )
    agreed(company, deal, at=THEN, theirs=(guest,))
    (hint,) = found(company, "own_door")
    assert (hint.place, hint.count, hint.total) == ("plan", 1, 2)
    (case,) = cases_of("own_door", "plan", viewer=company.administrator, at=TUESDAY)
    assert (case.deal.id, case.person_id) == (deal, company.manager.me)


def test_links_answered_within_a_minute_of_being_made_are_a_hint(company: Company) -> None:
    for place in range(A_FEW):
        assert found(company, "at_once") == ()
        meeting = planned(company, accepted_deal(company, THEN), at=THEN)
        ask_client(meeting_id=meeting, guests=[0], actor=company.manager, at=THEN)
        agree_with_plan(token=token_for(company, meeting), at=THEN + timedelta(seconds=40 + place))
    (hint,) = found(company, "at_once")
    assert (hint.place, hint.count) == ("plan", A_FEW)


def test_answers_of_clients_that_we_typed_ourselves_are_a_hint_once_they_are_half_of_them(
    company: Company,
) -> None:
    agreed(company, accepted_deal(company, THEN), at=THEN)
    meeting = planned(company, accepted_deal(company, THEN), at=THEN)
    say_agreed(meeting_id=meeting, how="сказала по телефону, что подходит", actor=company.manager, at=THEN)
    assert found(company, "told") == ()
    told = Evidence.objects.get(name="agenda.accepted", source="told")
    for _ in range(FEWEST_OFTEN):
        told.pk, told.deal_id = None, accepted_deal(company, THEN)
        told.save()
    (hint,) = found(company, "told")
    assert (hint.place, hint.count, hint.total) == ("agenda.accepted", FEWEST_OFTEN + 1, FEWEST_OFTEN + 2)


def test_a_person_is_named_to_himself_and_to_whoever_may_see_his_card(company: Company) -> None:
    """The heap is the dispatcher's; the head and the owner of the process see it, and not whose it is."""
    for minutes in (100, 125, *[118] * (FEWEST - 2)):
        answered(company, minutes)

    def named(viewer: Actor) -> set[int | None]:
        cases = cases_of("rush", "first_response", viewer=viewer, at=TUESDAY)
        assert len(cases) == FEWEST - 2
        return {one.person_id for one in cases}

    assert named(company.administrator) == {company.dispatcher.me}
    assert named(company.head) == named(company.owner) == {None}
    own = replace(company.dispatcher, duties=company.dispatcher.duties | {"process_owner"})
    assert named(own) == {company.dispatcher.me}
    boss = replace(company.head, unit_id=company.dispatcher.unit_id)
    assert named(boss) == {company.dispatcher.me}


def test_stages_hopped_through_without_anything_done_there_are_a_hint(company: Company) -> None:
    hopped = []
    for _ in range(A_FEW):
        assert found(company, "hop") == ()
        deal = accepted_deal(company, THEN)
        leave(company, deal, "request", THEN + HOUR)
        leave(company, deal, "preparation", THEN + HOUR + 2 * MINUTE)
        hopped.append(deal)
    busy = accepted_deal(company, THEN)
    leave(company, busy, "request", THEN + HOUR)
    open_commitment(
        deal_id=busy, performer_id=company.expert.me, result="Посмотреть выгрузку", due_at=THEN + DAY, actor=company.manager,
        at=THEN + HOUR + MINUTE,
    )  # fmt: skip
    leave(company, busy, "preparation", THEN + HOUR + 2 * MINUTE)
    lost = accepted_deal(company, THEN)
    leave(company, lost, "request", THEN + HOUR)
    lose(
        deal_id=lost,
        reason="client_side.frozen",
        evidence="письмо",
        actor=company.manager,
        at=THEN + HOUR + MINUTE,
    )
    (hint,) = found(company, "hop")
    assert (hint.place, hint.count, hint.total) == ("preparation", A_FEW, A_FEW + 1)
    assert sorted(odd(company, "hop", "preparation")) == hopped
    assert odd(company, "hop", "request") == []


def test_what_is_older_than_a_year_is_not_looked_at(company: Company) -> None:
    agreed(company, accepted_deal(company, THEN), at=THEN)
    looked = hints(viewer=company.owner, at=TUESDAY + 400 * DAY)
    assert {one.kind: one.total for one in looked if one.total} == {}


def test_owner_administrator_and_heads_see_hints_and_nobody_else(company: Company) -> None:
    for viewer in (company.owner, company.administrator, company.head):
        hints(viewer=viewer, at=TUESDAY)
        cases_of("hop", "preparation", viewer=viewer, at=TUESDAY)
    for viewer in (company.manager, company.dispatcher, company.expert, company.agent):
        with pytest.raises(NotAllowed):
            hints(viewer=viewer, at=TUESDAY)
        with pytest.raises(NotAllowed):
            cases_of("hop", "preparation", viewer=viewer, at=TUESDAY)


@pytest.mark.parametrize(
    ("kind", "place"),
    [("nonsense", "preparation"), ("hop", "nonsense"), ("rush", "preparation"), ("told", "huddle.held")],
)
def test_a_hint_that_there_can_not_be_is_not_found(company: Company, kind: str, place: str) -> None:
    with pytest.raises(NotFound):
        cases_of(kind, place, viewer=company.owner, at=TUESDAY)


def test_it_costs_the_same_for_one_deal_and_for_ten(company: Company) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            hints(viewer=company.owner, at=TUESDAY)
        return len(asked)

    agreed(company, accepted_deal(company, THEN), at=THEN)
    cost()
    few = cost()
    for _ in range(5):
        agreed(company, accepted_deal(company, THEN), at=THEN)
        answered(company, 118)
    assert cost() == few
