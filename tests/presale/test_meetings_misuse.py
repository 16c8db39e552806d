"""What meetings hold against: who has left, what is over, what was of another meeting, and who would answer for the client."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from svyazka.presale.channels.models import Message
from svyazka.presale.channels.values import DROPPED, INVITED
from svyazka.presale.commitments.commands import hand_over
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.seats import appoint, release
from svyazka.presale.journal.queries import faults
from svyazka.presale.journal.values import Actor, Conflict, Invalid, NotAllowed, NotFound
from svyazka.presale.meetings.asking import (
    AlreadyAnswered,
    Corrections,
    agree_with_plan,
    ask_client,
    correct_plan,
)
from svyazka.presale.meetings.closing import say_verdict
from svyazka.presale.meetings.doors import MOST, DoorShut, TooManyLetters
from svyazka.presale.meetings.dossier import dossier
from svyazka.presale.meetings.drafts import DraftGuest
from svyazka.presale.meetings.feeds import feed_reader, feed_token
from svyazka.presale.meetings.figures import effort_in, short_of
from svyazka.presale.meetings.letters import (
    Answer,
    confirm_letter,
    correct_letter,
    say_answered,
    send_letter,
    take_back_letter,
    write_letter,
)
from svyazka.presale.meetings.models import Door, Meeting
from svyazka.presale.meetings.planning import cancel_meeting, plan_huddle, plan_meeting
from svyazka.presale.meetings.queries import going_to, meeting_rows
from svyazka.presale.meetings.reading import forget_small_thing, note_small_thing, sign_dossier
from svyazka.presale.meetings.room import begin, end, end_forgotten, go_to, jot_down
from svyazka.presale.meetings.writing import MeetingMoved
from svyazka.presale.people.commands import record_absence
from svyazka.presale.stages.commands import complete_stage, lose, reopen
from svyazka.presale.stages.models import Evidence
from tests.company import TUESDAY, Company, accepted_deal
from tests.meetings import (
    BOTH,
    GUESTS,
    KEDROV,
    LETTER,
    MAIL,
    POINTS,
    WHEN,
    agreed,
    closed,
    facts,
    held,
    jotted,
    letters_have_left,
    planned,
    read_dossier,
    replan,
    shown,
    summed_up,
    token_for,
)

pytestmark = pytest.mark.usefixtures("by_mail")

HOUR = timedelta(hours=1)
NUMBER = "2026-0001"


@pytest.fixture
def deal(company: Company) -> int:
    deal_id = accepted_deal(company)
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    return deal_id


def lost(us: Company, deal_id: int) -> None:
    lose(
        deal_id=deal_id, reason="competitor.other_product", evidence="ушли к конкуренту, письмо 24 ноября",
        actor=us.manager, at=WHEN + HOUR * 6,
    )  # fmt: skip


def next_one(us: Company, deal_id: int) -> int:
    """The meeting after the one that is closed."""
    return plan_meeting(deal_id=deal_id, agenda="first_meeting", actor=us.manager, at=WHEN + HOUR * 5)


# who has left


def test_an_expert_who_was_released_has_no_part_in_the_meeting_any_more(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    assert shown(company, meeting_id, company.expert).our_goal
    assert going_to(viewer=company.expert, since=TUESDAY)
    token = feed_token(actor=company.expert)
    release(deal_id=deal, person_id=company.expert.me, role="expert", actor=company.manager, at=TUESDAY)
    assert not shown(company, meeting_id, company.expert).our_goal
    assert going_to(viewer=feed_reader(token), since=TUESDAY) == ()
    with pytest.raises(NotFound):
        dossier(number=NUMBER, viewer=company.expert)
    with pytest.raises(NotAllowed):
        begin(meeting_id=meeting_id, actor=company.expert, at=WHEN)
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN)
    with pytest.raises(NotAllowed):
        jot_down(meeting_id=meeting_id, written=jotted("note", "Чужое"), actor=company.expert, at=WHEN)


def test_a_manager_who_was_replaced_plans_the_meeting_no_more(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    appoint(
        deal_id=deal, person_id=company.other_manager.me, role="manager", actor=company.dispatcher, at=TUESDAY
    )
    assert not shown(company, meeting_id, company.manager).our_goal
    with pytest.raises(NotAllowed):
        replan(company, meeting_id, place="Онлайн")
    replan(company, meeting_id, actor=company.other_manager, place="Онлайн")
    assert shown(company, meeting_id, company.other_manager).place == "Онлайн"


def test_a_fixer_in_the_shadow_reads_and_leaves_no_trace(company: Company, deal: int) -> None:
    planned(company, deal)
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=company.head, at=TUESDAY)
    page = dossier(number=NUMBER, viewer=company.fixer)
    assert not page.may_sign
    with pytest.raises(NotAllowed):
        sign_dossier(deal_id=deal, seen=page.seen, actor=company.fixer, at=TUESDAY)
    with pytest.raises(NotAllowed):
        note_small_thing(deal_id=deal, text="Секрет", actor=company.fixer, at=TUESDAY)


def test_a_small_thing_is_not_deleted_by_whoever_may_read_it(company: Company, deal: int) -> None:
    planned(company, deal)
    noted = note_small_thing(deal_id=deal, text="Торопится", actor=company.expert, at=TUESDAY)
    with pytest.raises(NotFound):
        forget_small_thing(deal_id=deal, small_thing_id=noted, actor=company.dispatcher, at=TUESDAY)
    forget_small_thing(deal_id=deal, small_thing_id=noted, actor=company.manager, at=TUESDAY)


# what is over


def test_a_lost_deal_takes_its_meetings_and_addresses_with_it(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    huddle = plan_huddle(meeting_id=meeting_id, actor=company.manager, at=TUESDAY)
    token = token_for(company, meeting_id)
    lost(company, deal)
    assert set(Meeting.objects.filter(pk__in=[meeting_id, huddle]).values_list("state", flat=True)) == {
        "cancelled"
    }
    with pytest.raises(DoorShut):
        agree_with_plan(token=token, at=TUESDAY + HOUR)
    reopen(deal_id=deal, reason="клиент вернулся", actor=company.manager, at=WHEN + HOUR * 7)
    with pytest.raises(DoorShut):
        agree_with_plan(token=token, at=TUESDAY + HOUR)


def test_the_letter_of_a_lost_deal_is_confirmed_by_nobody(company: Company, deal: int) -> None:
    meeting_id = summed_up(company, deal)
    token = token_for(company, meeting_id, "letter")
    lost(company, deal)
    with pytest.raises(DoorShut):
        confirm_letter(token=token, answer=Answer("yes"), at=WHEN + HOUR * 7)


def test_a_lost_deal_closes_the_meeting_that_waits_to_be_closed(company: Company, deal: int) -> None:
    """Nobody can give tasks on it any more, so nobody is asked to. How it went counts all the same."""
    meeting_id = held(company, deal)
    lost(company, deal)
    page = shown(company, meeting_id)
    assert (page.row.state, page.with_deal, page.controller_id) == ("closed", True, company.manager.me)
    assert meeting_id not in {one.id for one in meeting_rows(viewer=company.manager, at=WHEN + HOUR * 7)}
    assert Meeting.objects.get(pk=meeting_id).went_clean
    assert effort_in(short_of(deal)).meetings == 1
    say_verdict(
        meeting_id=meeting_id, verdict="not_ours", words="задача не наша", actor=company.expert, at=WHEN + HOUR * 7
    )  # fmt: skip
    assert shown(company, meeting_id).verdict == "not_ours"
    assert "expert.verdict" not in facts(company, deal), "a lost deal proves nothing any more"
    reopen(deal_id=deal, reason="клиент вернулся", actor=company.manager, at=WHEN + HOUR * 8)
    next_one(company, deal)
    assert not list(faults())


@pytest.mark.parametrize("by_itself", [False, True])
def test_a_meeting_that_outlasts_its_deal_is_closed_when_it_is_over(
    company: Company, deal: int, *, by_itself: bool
) -> None:
    meeting_id = agreed(company, deal)
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN + HOUR * 5)
    lost(company, deal)
    assert shown(company, meeting_id).row.state == "running"
    go_to(meeting_id=meeting_id, point=1, actor=company.expert, at=WHEN + HOUR * 6)
    jot_down(
        meeting_id=meeting_id,
        written=jotted("note", "Проиграли по цене"),
        actor=company.expert,
        at=WHEN + HOUR * 6,
    )
    if by_itself:
        assert end_forgotten(meeting_id=meeting_id, at=WHEN + HOUR * 12)
    else:
        end(meeting_id=meeting_id, actor=company.expert, at=WHEN + HOUR * 7)
    page = shown(company, meeting_id)
    assert (page.row.state, page.with_deal, page.by_itself) == ("closed", True, by_itself)


def test_whoever_sees_to_a_meetings_task_does_not_get_it_to_do(company: Company, deal: int) -> None:
    """Nor by way of somebody for whom he stands in."""
    meeting_id = closed(company, deal)
    task = next(one for one in shown(company, meeting_id).tasks if one.performer_id == company.expert.me)
    hand: dict[str, Any] = {"commitment_id": task.id, "reason": "эксперт на запуске", "actor": company.expert}
    with pytest.raises(Invalid) as refused:
        hand_over(to_id=company.head.me, at=WHEN + HOUR * 3, **hand)
    assert refused.value.errors == {"to": "controller_does_it"}
    record_absence(
        person_id=company.estimator.me, since=WHEN.date(), until=WHEN.date(), stand_in_id=company.head.me,
        actor=company.estimator, at=WHEN,
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        hand_over(to_id=company.estimator.me, at=WHEN + HOUR * 3, **hand)
    assert refused.value.errors == {"to": "controller_does_it"}
    hand_over(to_id=company.fixer.me, at=WHEN + HOUR * 3, **hand)
    row = next(one for one in commitments_of(deal) if one.id == task.id)
    assert (row.performer_id, row.controller_id) == (company.fixer.me, company.head.me)


def test_a_cancelled_meeting_is_told_to_whoever_was_invited_and_leaves_no_facts(
    company: Company, deal: int
) -> None:
    meeting_id = agreed(company, deal)
    huddle = plan_huddle(meeting_id=meeting_id, actor=company.manager, at=TUESDAY)
    begin(meeting_id=huddle, actor=company.manager, at=WHEN - HOUR)
    assert "briefing.read" in facts(company, deal)
    told = Message.objects.filter(kind=INVITED)
    assert told.count() == 1
    letters_have_left(at=TUESDAY)
    cancel_meeting(meeting_id=meeting_id, reason="клиент заболел", actor=company.manager, at=WHEN - HOUR)
    assert [one.data["again"] for one in told.order_by("pk")] == ["", "cancelled"]
    assert Meeting.objects.get(pk=huddle).state == "cancelled"
    with pytest.raises(MeetingMoved):
        end(meeting_id=huddle, actor=company.manager, at=WHEN)
    about_it = {
        "meeting.scheduled",
        "meeting.goals_agreed",
        "agenda.accepted",
        "huddle.held",
        "briefing.read",
    }
    assert about_it.isdisjoint(facts(company, deal))
    owing = {one.term for one in commitments_of(deal) if one.outcome == "open"}
    assert {"huddle", "agenda_sent"}.isdisjoint(owing), "nobody owes anything for it"


def test_a_huddle_that_was_called_off_can_be_held_after_all(company: Company, deal: int) -> None:
    meeting_id = agreed(company, deal)
    huddle = plan_huddle(meeting_id=meeting_id, actor=company.manager, at=TUESDAY)
    cancel_meeting(meeting_id=huddle, reason="перенесём на утро", actor=company.manager, at=TUESDAY)
    assert plan_huddle(meeting_id=meeting_id, actor=company.manager, at=TUESDAY) == huddle
    begin(meeting_id=huddle, actor=company.manager, at=WHEN - HOUR)
    end(meeting_id=huddle, actor=company.manager, at=WHEN - HOUR / 2)
    assert facts(company, deal)["huddle.held"] == "room"


def test_a_huddle_is_before_its_meeting_or_not_at_all(company: Company, deal: int) -> None:
    meeting_id = agreed(company, deal)
    huddle = plan_huddle(meeting_id=meeting_id, actor=company.manager, at=TUESDAY)
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN)
    with pytest.raises(MeetingMoved):
        begin(meeting_id=huddle, actor=company.manager, at=WHEN)
    with pytest.raises(Invalid) as refused:
        plan_meeting(deal_id=deal, agenda="huddle", actor=company.manager, at=TUESDAY)
    assert refused.value.errors == {"agenda": "unknown_choice"}


def test_a_meeting_does_not_begin_before_it_was_planned(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal, at=WHEN - HOUR)
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN, made_at=WHEN - HOUR * 10)
    row = Meeting.objects.get(pk=meeting_id)
    assert row.began_at == row.planned_at


# what was of another meeting


def test_an_earlier_meeting_proves_nothing_of_the_one_that_is_prepared_now(
    company: Company, deal: int
) -> None:
    first = summed_up(company, deal)
    token = token_for(company, first, "letter")
    next_one(company, deal)
    owing = {one.term for one in commitments_of(deal) if one.outcome == "open" and one.on_client}
    assert owing, "the client owes his word on the letter"
    confirm_letter(token=token, answer=Answer("yes", "готовы"), at=WHEN + HOUR * 6)
    say_verdict(
        meeting_id=first,
        verdict="go_on",
        words="задача наша и понятная",
        actor=company.expert,
        at=WHEN + HOUR * 7,
    )
    write_letter(meeting_id=first, text=LETTER, seen=1, actor=company.manager, at=WHEN + HOUR * 7)
    send_letter(meeting_id=first, version=2, guests=[0], actor=company.manager, at=WHEN + HOUR * 7)
    of_a_meeting = {"letter.sent", "letter.confirmed", "client.ready", "expert.verdict"}
    assert of_a_meeting.isdisjoint(facts(company, deal))
    left = {one.term for one in commitments_of(deal) if one.outcome == "open" and one.on_client}
    assert owing.isdisjoint(left), "what he owed is there all the same"


def test_only_the_latest_letter_is_taken_back_or_answered_by_phone(company: Company, deal: int) -> None:
    meeting_id = summed_up(company, deal)
    write_letter(meeting_id=meeting_id, text=LETTER, seen=1, actor=company.manager, at=WHEN + HOUR * 3)
    send_letter(meeting_id=meeting_id, version=2, guests=[0], actor=company.manager, at=WHEN + HOUR * 3)
    with pytest.raises(NotFound):
        take_back_letter(meeting_id=meeting_id, version=1, actor=company.manager, at=WHEN + HOUR * 4)
    with pytest.raises(NotFound):
        say_answered(
            meeting_id=meeting_id, version=1, how="по телефону 26 ноября", ready="", actor=company.manager, at=WHEN + HOUR * 4
        )  # fmt: skip
    assert "letter.sent" in facts(company, deal)
    confirm_letter(token=token_for(company, meeting_id, "letter"), answer=Answer(), at=WHEN + HOUR * 5)
    with pytest.raises(AlreadyAnswered):
        take_back_letter(meeting_id=meeting_id, version=2, actor=company.manager, at=WHEN + HOUR * 6)
    assert "letter.confirmed" in facts(company, deal)


def test_a_letter_sent_anew_and_corrected_is_confirmed_no_more(company: Company, deal: int) -> None:
    meeting_id = summed_up(company, deal)
    correct_letter(
        token=token_for(company, meeting_id, "letter"), corrections={POINTS[0].key: "Закрываем месяц за восемь дней"}, more="",
        answer=Answer(), at=WHEN + HOUR * 3,
    )  # fmt: skip
    assert {"letter.sent", "letter.confirmed"}.isdisjoint(facts(company, deal))
    ended = {one.term: one.outcome for one in commitments_of(deal) if one.term == "letter_confirmed"}
    assert ended == {"letter_confirmed": "cancelled"}, "nobody has confirmed anything"


# the dossier


def test_what_an_expert_has_read_says_nothing_of_the_next_one(company: Company, deal: int) -> None:
    planned(company, deal)
    read_dossier(company, deal, at=TUESDAY)
    assert "briefing.read" in facts(company, deal)
    release(deal_id=deal, person_id=company.expert.me, role="expert", actor=company.manager, at=TUESDAY)
    appoint(deal_id=deal, person_id=company.head.me, role="expert", actor=company.manager, at=TUESDAY)
    assert "briefing.read" not in facts(company, deal)


def test_for_the_next_meeting_the_expert_reads_again(company: Company, deal: int) -> None:
    closed(company, deal)
    next_one(company, deal)
    assert "briefing.read" not in facts(company, deal)
    read_dossier(company, deal, at=WHEN + HOUR * 6)
    assert "briefing.read" in facts(company, deal)


def test_the_clients_consent_is_no_news_to_whoever_has_read_the_dossier(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    read_dossier(company, deal, at=TUESDAY)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    agree_with_plan(token=token_for(company, meeting_id), at=TUESDAY + HOUR)
    lacking = {f"{one.subject}.{one.code}" for one in shown(company, meeting_id).row.lacks}
    assert "person.unread" not in lacking


def test_nothing_read_is_nothing_signed(company: Company, deal: int) -> None:
    planned(company, deal)
    with pytest.raises(Invalid):
        sign_dossier(deal_id=deal, seen=0, actor=company.expert, at=TUESDAY)
    sign_dossier(deal_id=deal, seen=1, actor=company.expert, at=TUESDAY)
    assert "briefing.read" not in facts(company, deal), "what came after is unread"


# who would answer for the client


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ("manager@svyazka.example", "address_of_ours"),
        ("Expert@Svyazka.example", "address_of_ours"),
        ("root@localhost", "bad_email"),
        ("x@[127.0.0.1]", "bad_email"),
    ],
)
def test_a_guests_address_is_his_own(company: Company, deal: int, email: str, code: str) -> None:
    meeting_id = planned(company, deal)
    with pytest.raises(Invalid) as refused:
        replan(company, meeting_id, theirs=(DraftGuest("Ольга Лескова", email=email),))
    assert refused.value.errors == {"theirs.0.email": code}


def test_an_address_that_a_letter_brings_is_not_shown_to_us(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=company.manager, at=TUESDAY)
    assert {one.name: one.token is None for one in shown(company, meeting_id).doors} == {
        GUESTS[0].name: True, GUESTS[1].name: False
    }  # fmt: skip


def test_asked_twice_the_client_has_one_address_and_one_letter(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    token = token_for(company, meeting_id)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY + timedelta(seconds=2))
    assert token_for(company, meeting_id) == token
    assert Message.objects.filter(kind=INVITED).count() == 1
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY + HOUR)
    assert Message.objects.filter(kind=INVITED).count() == 2
    agree_with_plan(token=token, at=TUESDAY + HOUR)


def test_a_machine_that_sends_letters_is_stopped(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    for n in range(MOST):
        replan(company, meeting_id, place=f"Этаж {n}")
        ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    replan(company, meeting_id, place="Чердак")
    with pytest.raises(TooManyLetters):
        ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    assert Door.objects.filter(meeting_id=meeting_id).count() == MOST
    ask_client(
        meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY + timedelta(days=1, hours=1)
    )


def test_whoever_is_no_guest_any_more_stands_before_a_shut_door(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    token = token_for(company, meeting_id)
    one, other = GUESTS
    replan(
        company,
        meeting_id,
        theirs=(DraftGuest(one.name, one.duty, one.decides, "olga@sevles.example"), other),
    )
    with pytest.raises(DoorShut):
        agree_with_plan(token=token, at=TUESDAY)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    agree_with_plan(token=token_for(company, meeting_id), at=TUESDAY)


def test_who_is_no_guest_any_more_is_taken_out_of_his_calendar_once(company: Company, deal: int) -> None:
    """RFC 5546, 3.2.5: those who remain hear nothing of it, nor does he again when all is called off."""
    meeting_id = planned(company, deal, theirs=BOTH)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=company.manager, at=TUESDAY)
    letters_have_left(at=TUESDAY)
    replan(company, meeting_id, place="Онлайн", theirs=BOTH)
    assert off() == []
    replan(company, meeting_id, place="Онлайн", theirs=BOTH[:1])
    replan(company, meeting_id, place="У нас", theirs=BOTH[:1])
    assert off() == [(KEDROV, "uninvited")]
    cancel_meeting(meeting_id=meeting_id, reason="клиент заболел", actor=company.manager, at=TUESDAY + HOUR)
    assert off() == [(KEDROV, "uninvited"), (MAIL, "cancelled")]


def test_who_is_invited_anew_and_taken_off_again_is_told_again(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal, theirs=BOTH)
    for _ in range(2):
        ask_client(meeting_id=meeting_id, guests=[0, 1], actor=company.manager, at=TUESDAY)
        letters_have_left(at=TUESDAY)
        replan(company, meeting_id, theirs=BOTH[:1])
        replan(company, meeting_id, theirs=BOTH)
    assert off() == [(KEDROV, "uninvited")] * 2


def test_who_was_never_sent_an_invitation_is_not_told_that_he_needn_t_come(
    company: Company, deal: int
) -> None:
    meeting_id = planned(company, deal, theirs=BOTH)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=company.manager, at=TUESDAY)
    replan(company, meeting_id, theirs=BOTH[:1])
    assert off() == [], "his letter hasn't left, and won't"
    cancel_meeting(meeting_id=meeting_id, reason="клиент заболел", actor=company.manager, at=TUESDAY + HOUR)
    assert off() == [], "nor has anybody else's"


def test_who_came_back_before_he_was_uninvited_hears_that_the_meeting_is_off(
    company: Company, deal: int
) -> None:
    meeting_id = planned(company, deal, theirs=BOTH)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=company.manager, at=TUESDAY)
    letters_have_left(at=TUESDAY)
    replan(company, meeting_id, theirs=BOTH[:1])
    replan(company, meeting_id, theirs=BOTH)
    # his letter is worded when it goes, and then he is a guest again
    Message.objects.filter(data__again="uninvited").update(status=DROPPED)
    cancel_meeting(meeting_id=meeting_id, reason="клиент заболел", actor=company.manager, at=TUESDAY + HOUR)
    assert (KEDROV, "cancelled") in off()


def test_another_address_of_the_same_guest_leaves_nothing_in_the_old_calendar(
    company: Company, deal: int
) -> None:
    meeting_id = planned(company, deal, theirs=BOTH)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=company.manager, at=TUESDAY)
    letters_have_left(at=TUESDAY)
    one = BOTH[0]
    moved = (DraftGuest(one.name, one.duty, one.decides, "olga@sevles.example"), BOTH[1])
    replan(company, meeting_id, theirs=moved)
    assert off() == [(MAIL, "uninvited")]


def off() -> list[tuple[str, str]]:
    """Who is told that he needn't come, and why, in the order in which it was said."""
    letters = Message.objects.filter(kind=INVITED).exclude(data__again="").order_by("pk")
    return [(one.place.chat, one.data["again"]) for one in letters.select_related("place")]


def test_after_corrections_that_were_talked_over_the_same_plan_can_be_agreed(
    company: Company, deal: int
) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    correct_plan(token=token_for(company, meeting_id), corrections=Corrections(time="В пятницу"), at=TUESDAY)
    with pytest.raises(Conflict):
        agree_with_plan(token=token_for(company, meeting_id), at=TUESDAY)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY + HOUR)
    agree_with_plan(token=token_for(company, meeting_id), at=TUESDAY + HOUR)
    assert shown(company, meeting_id).row.agreement == "agreed"


def test_rolled_back_what_the_client_has_proven_is_the_managers_word(company: Company, deal: int) -> None:
    agreed(company, deal)
    own = Evidence.objects.filter(by=None)
    assert own.exists()
    known = set(own.values_list("pk", flat=True))
    module = import_module("svyazka.presale.migrations.0010_what_clients_have_proven_can_go_back")
    module.become_older(apps, None)
    assert not Evidence.objects.filter(by=None).exists()
    assert not Evidence.objects.filter(text="").exists()
    assert set(Evidence.objects.filter(pk__in=known).values_list("by_id", flat=True)) == {company.manager.me}


@pytest.mark.parametrize("who", ["programmer", "estimator"])
def test_the_verdict_is_no_one_elses(company: Company, deal: int, who: str) -> None:
    meeting_id = held(company, deal)
    actor: Actor = getattr(company, who)
    with pytest.raises(NotAllowed):
        say_verdict(
            meeting_id=meeting_id, verdict="go_on", words="задача наша", actor=actor, at=WHEN + HOUR * 2
        )
