"""Who is told what, why, where and when."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from svyazka.presale import telling
from svyazka.presale.channels.commands import bind_place
from svyazka.presale.channels.models import Message, Place
from svyazka.presale.channels.outbox import take
from svyazka.presale.channels.port import Gone, Limits, Sent
from svyazka.presale.channels.settling import settle
from svyazka.presale.commitments.commands import hand_over, open_commitment
from svyazka.presale.commitments.overdue import escalate, note_overdue
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.commands import close_request, receive_request, say_chased
from svyazka.presale.deals.seats import appoint, call_fixer
from svyazka.presale.experts.asking import Ask, ask_for_expert, give_more
from svyazka.presale.experts.claiming import ask_for_more, claim, hand_back, refuse, say_triage
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.values import SYSTEM, Actor, Invalid
from svyazka.presale.meetings.asking import Corrections, ask_client, correct_plan
from svyazka.presale.meetings.closing import add_task, drop_task
from svyazka.presale.meetings.letters import Answer, confirm_letter, correct_letter
from svyazka.presale.meetings.planning import cancel_meeting
from svyazka.presale.meetings.room import begin
from svyazka.presale.meetings.runs.beginning import begin_run
from svyazka.presale.meetings.runs.commands import end_run
from svyazka.presale.meetings.silence import note_silence, to_call
from svyazka.presale.notices.commands import notify, send_test, set_wishes
from svyazka.presale.notices.digests import queue_digests
from svyazka.presale.notices.models import Notice
from svyazka.presale.notices.wishes import GROUPS, default_wish, group_of, reach_of
from svyazka.presale.people.commands import Profile, record_absence, save_person
from svyazka.presale.people.queries import directory
from svyazka.presale.questions.commands import answer_question, ask_question, relay_question
from svyazka.presale.reviews.proposals import judge, publish_taking, reject
from svyazka.presale.stages.commands import complete_stage, lose, reopen, win
from svyazka.processes import packaged_text
from svyazka.speech.notices import WHY
from svyazka.worker.reviews import remind_of_days
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, led_deal, whole_request
from tests.documents import filed
from tests.meetings import WHEN, planned, summed_up, token_for
from tests.reviews import proposed, reviewed

NIGHT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # 23:00 in Moscow
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NINE = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # 9:00 in Moscow


@pytest.fixture(autouse=True)
def _letters(settings: Any) -> None:
    settings.CHANNELS = ("email", "post")


def tell(
    company: Company,
    who: Actor,
    kind: str = "commitment.opened",
    why: str = "performer",
    at: datetime = TUESDAY,
) -> None:
    notify(people=[(who.me, why)], kind=kind, deal_id=None, data={}, actor=SYSTEM, at=at)


def link(who: Actor, name: str = "chat") -> int:
    return bind_place(channel="post", chat=name, role="person", person_id=who.me, actor=who, at=TUESDAY)


def ways(kind: str = "notice") -> list[str]:
    return list(Message.objects.filter(kind=kind).order_by("pk").values_list("place__channel", flat=True))


def wish(who: Actor, **more: Any) -> None:
    set_wishes(**{"choices": {}, "quiet": None, "digest_at": time(9), "actor": who, "at": TUESDAY, **more})


def _meetings(company: Company) -> None:
    """A plan that the client corrects, one that is called off, a task that isn't one after all; letters that he corrects, confirms
    and doesn't answer.
    """
    manager = company.manager
    wanted, off, corrected, confirmed, silent = (
        accepted_deal(company, inn=inn)
        for inn in ("7728168971", "5024002119", "7736050003", "7702070139", "7710140679")
    )
    plan = planned(company, wanted)
    ask_client(meeting_id=plan, guests=[0], actor=manager, at=TUESDAY)
    correct_plan(token=token_for(company, plan), corrections=Corrections(goal="Увидеть обрезки"), at=TUESDAY)
    cancel_meeting(meeting_id=planned(company, off), reason="клиент уехал", actor=manager, at=TUESDAY)
    begin(meeting_id=plan, actor=manager, at=WHEN)
    task = add_task(meeting_id=plan, text="@expert схема обмена к 30.11.2026", actor=manager, at=WHEN)
    drop_task(meeting_id=plan, commitment_id=task, reason="записали дважды", actor=manager, at=WHEN)
    later = WHEN + 3 * HOUR
    token = token_for(company, summed_up(company, corrected), "letter")
    correct_letter(token=token, corrections={}, more="ещё телефон", answer=Answer("not_yet"), at=later)
    token = token_for(company, summed_up(company, confirmed), "letter")
    confirm_letter(token=token, answer=Answer(), at=later)
    summed_up(company, silent)
    for letter in to_call(at=WHEN + 30 * DAY):
        note_silence(letter_id=letter, at=WHEN + 30 * DAY)


def test_each_kind_of_act_says_why_it_came_to_whom(company: Company) -> None:
    deal = accepted_deal(company)
    manager, at = company.manager, TUESDAY
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=manager, at=at)
    call_fixer(deal_id=deal, what_for="скидка", actor=manager, at=at)
    owed = open_commitment(
        deal_id=deal, performer_id=company.expert.me, result="Список задач", due_at=at + HOUR,
        controller_id=company.other_manager.me, actor=manager, at=at,
    )  # fmt: skip
    note_overdue(commitment_id=owed, at=at + 2 * HOUR)
    hand_over(commitment_id=owed, to_id=company.head.me, reason="болеет", actor=manager, at=at)
    request = whole_request(company).deal_id
    hard = next(row for row in commitments_of(request) if row.hard_due_at)
    escalate(commitment_id=hard.id, at=at + 30 * DAY)
    asked = ask_question(deal_id=deal, text="Сколько складов?", actor=company.expert, at=at)
    relay_question(question_id=asked, actor=manager, at=at)
    answer_question(question_id=asked, answer="Три", actor=manager, at=at)
    say_chased(deal_id=deal, words="когда?", actor=company.programmer, at=at)
    _expert_requests(company, deal)
    _meetings(company)
    filed(deal, company.expert)
    complete_stage(deal_id=deal, stage="request", reason="торопят", actor=company.administrator, at=at)
    lose(
        deal_id=deal, reason="client_side.no_budget", evidence="письмо", client_words="", actor=company.administrator, at=at
    )  # fmt: skip
    reopen(deal_id=deal, reason="клиент вернулся", actor=company.administrator, at=at)
    for stage in ("preparation", "meeting", "estimate", "defence"):
        complete_stage(deal_id=deal, stage=stage, reason="торопят", actor=company.administrator, at=at)
    win(
        deal_id=deal, contract_number="1", contract_sum=Decimal(1), contract_date=date(2026, 11, 24), reason="в письме",
        actor=company.administrator, at=at,
    )  # fmt: skip
    close_request(
        deal_id=request, status="spam", reason="рассылка", actor=company.administrator, at=at
    )  # fmt: skip
    run = begin_run(
        deal_ids=[led_deal(company, inn="7707083893")], people=[company.head.me], actor=manager, at=at
    )
    end_run(meeting_id=run, actor=manager, at=at)
    _looking_back(company, deal)
    told = {(row.kind, row.why) for row in Notice.objects.all()}
    assert ("run.ended", "took_part") in told
    assert not [kind for kind, why in told if why not in WHY]
    assert telling.TOLD.keys() | telling.TOLD_OF_PROPOSALS.keys() <= {kind for kind, _ in told}
    people = {(row.kind, row.why): row.person_id for row in Notice.objects.order_by("-pk")}
    assert people["commitment.overdue", "performer"] == company.expert.me
    assert people["commitment.overdue", "controller"] == company.other_manager.me
    assert people["commitment.handed_over", "giver"] == company.expert.me
    assert people["commitment.cancelled", "giver"] == company.expert.me
    assert people["commitment.escalated", "administrator"] == company.administrator.me
    assert people["client.chased", "head"] == company.head.me
    assert people["question.answered", "asked"] == company.expert.me
    assert people["fixer.called", "fixer"] == company.fixer.me
    assert people["deal.won", "author"] == company.programmer.me
    assert people["deal.won", "estimator"] == company.estimator.me
    assert people["deal.closed", "author"] == company.programmer.me
    assert people["expert.requested", "proposed"] == company.expert.me
    assert people["expert.claimed", "asked_expert"] == company.dispatcher.me
    assert people["expert.more_given", "lacked"] == company.expert.me


def _looking_back(company: Company, deal: int) -> None:
    """A review of the deal, and everything that can become of proposals; then their days come."""
    reviewed(company, deal)
    kept, turned_down = proposed(company), proposed(company)
    proposed(company)
    reject(proposal_id=turned_down, words="Письма и так вовремя", actor=company.owner, at=TUESDAY)
    text = packaged_text().replace("limit: 2d", "limit: 3d")
    publish_taking(text=text, note="иначе", proposals=[kept], actor=company.owner, at=TUESDAY)
    judge(proposal_id=kept, verdict="kept", words="Письма идут в срок", actor=company.owner, at=TUESDAY)
    remind_of_days(TUESDAY + 30 * DAY)


def _expert_requests(company: Company, deal: int) -> None:
    """Everything that can happen to an expert request and to a triage."""
    expert, at = company.expert, TUESDAY
    for kind in ("expert", "triage"):
        ask = Ask(kind, "1С:ERP", at.date(), at.date(), "Клиент видит партии", to_decide="хватит ли типовой")
        request = ask_for_expert(deal_id=deal, ask=ask, actor=company.dispatcher, at=at)
        ask_for_more(request_id=request, what="какие отчёты", actor=expert, at=at)
        give_more(request_id=request, text="план-факт", actor=company.manager, at=at)
        refuse(request_id=request, because="нет опыта в лесе", actor=company.head, at=at)
        claim(request_id=request, person_id=expert.me, why="больше некому", actor=company.head, at=at)
        hand_back(request_id=request, reason="сдвинулась сдача", actor=expert, at=at)
        claim(request_id=request, actor=expert, at=at)
        if kind == "triage":
            say_triage(request_id=request, verdict="наше, нужен ERP", actor=expert, at=at)


def test_the_one_who_acts_is_not_told_and_nobody_is_told_twice(company: Company) -> None:
    me = company.manager
    notify(
        people=[(me.me, "manager"), (company.expert.me, "expert"), (company.expert.me, "author"), (None, "head")],
        kind="deal.won", deal_id=None, data={}, actor=me, at=TUESDAY,
    )  # fmt: skip
    assert [(row.person_id, row.why) for row in Notice.objects.all()] == [(company.expert.me, "expert")]


def test_letters_bring_what_presses_without_any_setting(company: Company) -> None:
    tell(company, company.expert)
    tell(company, company.expert, "deal.won", "expert")
    assert ways() == ["email"]
    assert Place.objects.get().chat == "expert@svyazka.example"
    assert Notice.objects.count() == 2, "the bell has both"


def test_a_messenger_takes_what_presses_over_and_only_what_is_overdue_comes_both_ways(
    company: Company,
) -> None:
    link(company.expert)
    tell(company, company.expert)
    assert ways() == ["post"]
    tell(company, company.expert, "commitment.escalated", "head")
    assert sorted(ways()) == ["email", "post", "post"]


def test_everybody_hears_something_of_every_group_by_default() -> None:
    for channels in ({"email"}, {"post"}, {"email", "post"}, {"post", "max"}):
        for group in GROUPS:
            wishes = {default_wish(group, channel, frozenset(channels)) for channel in channels}
            assert wishes & {"now", "digest"}, (group, channels)


def test_where_no_channel_is_on_nothing_is_queued(company: Company, settings: Any) -> None:
    settings.CHANNELS = ()
    link(company.expert)
    tell(company, company.expert)
    assert ways() == []
    assert Notice.objects.count() == 1


def test_a_place_of_a_channel_that_is_off_is_no_place(company: Company, settings: Any) -> None:
    link(company.expert)
    settings.CHANNELS = ("email",)
    tell(company, company.expert)
    assert ways() == ["email"]


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("chosen", ["now", "digest", "never"])
def test_a_wish_is_heeded(company: Company, group: str, chosen: str) -> None:
    kinds = {
        "owed": ("commitment.opened", "performer"), "overdue": ("commitment.overdue", "manager"),
        "deals": ("stage.meeting", "manager"), "experts": ("expert.requested", "proposed"),
        "questions": ("question.answered", "asked"), "leads": ("deal.won", "author"),
    }  # fmt: skip
    assert {group_of(*one) for one in kinds.values()} == set(GROUPS)
    wish(company.expert, choices={group: {"email": chosen}})
    tell(company, company.expert, *kinds[group])
    assert ways() == (["email"] if chosen == "now" else [])


@pytest.mark.parametrize(
    "choices", [{"gossip": {"email": "now"}}, {"owed": {"email": "loudly"}}, {"": {"email": "now"}}]
)
def test_a_wish_that_nobody_knows_is_refused(company: Company, choices: Any) -> None:
    with pytest.raises(Invalid):
        wish(company.expert, choices=choices)


def test_at_night_nothing_goes_out_and_nothing_is_lost(company: Company) -> None:
    tell(company, company.expert, at=NIGHT)
    message = Message.objects.get()
    assert message.next_at.astimezone(ZoneInfo("Europe/Moscow")) == datetime(
        2026, 11, 25, 8, tzinfo=ZoneInfo("Europe/Moscow")
    )
    assert take(channel="email", limits=Limits(), worker="w", at=NIGHT) == ()
    assert len(take(channel="email", limits=Limits(), worker="w", at=NIGHT + 9 * HOUR)) == 1


def test_a_test_comes_at_night_too(company: Company) -> None:
    send_test(channel="email", actor=company.expert, at=NIGHT)
    assert len(take(channel="email", limits=Limits(), worker="w", at=NIGHT)) == 1


@given(
    zone=st.sampled_from(["Europe/Kaliningrad", "Asia/Kamchatka", "Europe/Berlin", "UTC"]),
    hour=st.integers(0, 23),
    minutes=st.integers(0, 7 * 24 * 60),
)
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_digest_comes_on_working_days_at_its_hour_of_his_zone_once(
    company: Company, zone: str, hour: int, minutes: int
) -> None:
    card = directory().people[company.expert.me]
    save_person(
        profile=Profile(card.email, "Климов", "Олег", unit_id=card.unit_id, roles=("expert",), time_zone=zone),
        person_id=card.id, actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    for person in directory().people.values():
        wish_of = Actor(person.id, "web")
        wish(wish_of, digest_at=time(hour) if person.id == card.id else None)
    Message.objects.all().delete()
    at = TUESDAY + timedelta(minutes=minutes)
    here = at.astimezone(ZoneInfo(zone))
    works = directory().calendar_of(card.id).is_working_day(here.date())
    late = here - datetime.combine(here.date(), time(hour), here.tzinfo)
    expected = 1 if works and timedelta(0) <= late < 3 * HOUR else 0
    assert queue_digests(at=at) == expected
    assert queue_digests(at=at + timedelta(minutes=1)) <= 1 - expected
    assert Message.objects.filter(kind="digest").count() <= 1


def test_nobody_gets_a_digest_on_his_days_off(company: Company) -> None:
    record_absence(
        person_id=company.expert.me, since=NINE.date(), until=NINE.date(), stand_in_id=None, actor=company.expert, at=NINE,
    )  # fmt: skip
    queue_digests(at=NINE)
    told = set(Message.objects.values_list("place__person_id", flat=True))
    assert company.manager.me in told
    assert company.expert.me not in told


def test_digests_of_all_are_queued_with_a_handful_of_queries(company: Company) -> None:
    for _ in range(2):  # makes the places, reads settings
        queue_digests(at=NINE)
        Message.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        assert queue_digests(at=NINE) >= 9
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= 5


def test_whose_address_is_gone_hears_by_the_way_that_is_left(company: Company) -> None:
    link(company.expert)
    tell(company, company.expert, "commitment.overdue")
    (one,) = take(channel="email", limits=Limits(), worker="w", at=TUESDAY)
    settle(taken=one, outcome=Gone("550 no such user"), worker="w", at=TUESDAY)
    told = Message.objects.filter(notice__kind="place.gone")
    assert [message.place.channel for message in told] == ["post"]
    tell(company, company.expert, "commitment.overdue")
    assert Message.objects.filter(status="waiting", place__channel="email").count() == 0
    reach = reach_of(company.expert.me)
    assert reach is not None
    assert reach.away == {"email"}


def test_a_new_address_is_a_new_place_and_the_old_one_stays_gone(company: Company) -> None:
    tell(company, company.expert)
    (one,) = take(channel="email", limits=Limits(), worker="w", at=TUESDAY)
    settle(taken=one, outcome=Gone("550 no such user"), worker="w", at=TUESDAY)
    _change_address(company, "klimov@svyazka.example")
    tell(company, company.expert)
    (letter,) = take(channel="email", limits=Limits(), worker="w", at=TUESDAY)
    assert letter.chat == "klimov@svyazka.example"
    settle(taken=letter, outcome=Sent(), worker="w", at=TUESDAY)
    _change_address(company, "expert@svyazka.example")
    tell(company, company.expert)
    assert Message.objects.filter(status="waiting").count() == 0, "what the server said of this address holds"


def _change_address(company: Company, address: str) -> None:
    card = directory().people[company.expert.me]
    save_person(
        profile=Profile(address, "Климов", "Олег", unit_id=card.unit_id, roles=("expert",)),
        person_id=card.id, actor=company.administrator, at=TUESDAY,
    )  # fmt: skip


def test_who_has_left_is_told_nothing_outside(company: Company) -> None:
    save_person(
        profile=Profile("expert@svyazka.example", "Климов", "Олег", is_active=False),
        person_id=company.expert.me, actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    tell(company, company.expert)
    assert ways() == []


def test_a_partner_agent_hears_of_his_own_leads_alone(company: Company) -> None:
    deal = receive_request(
        answers=WHOLE_REQUEST, actor=company.agent, at=TUESDAY, source="партнёр", sure=True
    )
    close_request(
        deal_id=deal.deal_id, status="declined", reason="нет опыта", actor=company.dispatcher, at=TUESDAY
    )
    accepted_deal(company)
    told = Notice.objects.filter(person_id=company.agent.me)
    assert [(row.kind, row.why, row.deal_id) for row in told] == [("deal.closed", "author", deal.deal_id)]


def test_telling_many_outside_costs_one_statement_more(company: Company) -> None:
    everybody = [(card.id, "manager") for card in directory().people.values()]

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            notify(
                people=everybody, kind="commitment.overdue", deal_id=None, data={}, actor=SYSTEM, at=TUESDAY
            )
        return len(asked)

    statements()  # makes the places
    with moment():
        statements()  # reads settings
        told = statements()
    assert told == 2
