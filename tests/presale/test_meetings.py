"""Meetings have a result: prepared with the client's word, held by the minute, closed with tasks, confirmed in a letter."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from svyazka.presale.channels.models import Message
from svyazka.presale.commitments.commands import AlreadyClosed, waive
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.erasing import erase_typed
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.queries import faults, timeline
from svyazka.presale.journal.values import Actor, Conflict, Invalid, NotAllowed, NotFound
from svyazka.presale.meetings.asking import (
    AlreadyAnswered,
    Corrections,
    NotReadyToSend,
    agree_with_plan,
    ask_client,
    correct_plan,
    note_reply,
    say_agreed,
    take_goal_in,
)
from svyazka.presale.meetings.closing import (
    Judged,
    add_task,
    close_meeting,
    drop_task,
    retype_task,
    say_verdict,
    settle,
)
from svyazka.presale.meetings.doors import DoorShut, open_door, token_of
from svyazka.presale.meetings.drafts import DraftGuest, DraftPoint
from svyazka.presale.meetings.feeds import feed_reader, feed_token, renew_feed
from svyazka.presale.meetings.figures import effort_in, rota, short_of
from svyazka.presale.meetings.letters import (
    Answer,
    LetterPoint,
    confirm_letter,
    correct_letter,
    next_version,
    say_answered,
    say_ready,
    send_letter,
    take_back_letter,
    write_letter,
)
from svyazka.presale.meetings.models import Door, Letter, Meeting, SmallThing
from svyazka.presale.meetings.planning import (
    MeetingAhead,
    call_meeting,
    cancel_meeting,
    change_plan,
    plan_huddle,
    plan_meeting,
    take_agenda,
)
from svyazka.presale.meetings.queries import going_to, meeting_rows, room_of
from svyazka.presale.meetings.reading import fade, forget_small_thing, note_small_thing, sign_dossier
from svyazka.presale.meetings.room import (
    Written,
    begin,
    end,
    end_forgotten,
    forgotten,
    go_to,
    jot_down,
    say_held,
    strike_out,
)
from svyazka.presale.meetings.silence import note_silence, remind_client, to_call, to_remind
from svyazka.presale.meetings.writing import MeetingMoved
from svyazka.presale.notices.queries import latest_notices
from svyazka.presale.process.commands import publish_process
from svyazka.presale.questions.commands import answer_question, ask_question
from svyazka.presale.stages.commands import complete_stage
from svyazka.presale.stages.evidence import supply_evidence
from svyazka.processes import packaged_text
from tests.company import TUESDAY, Company, accepted_deal
from tests.meetings import (
    BOTH,
    GUESTS,
    LETTER,
    MAIL,
    POINTS,
    WHEN,
    agreed,
    closed,
    draft,
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
    token_of_guest,
)

pytestmark = pytest.mark.usefixtures("by_mail")

HOUR = timedelta(hours=1)


@pytest.fixture
def deal(company: Company) -> int:
    """With a manager, an expert and an estimator, in the preparation of the first meeting."""
    deal_id = accepted_deal(company)
    complete_stage(deal_id=deal_id, stage="request", actor=company.manager, at=TUESDAY)
    return deal_id


def owed(deal_id: int) -> dict[str, tuple[int, bool]]:
    """Who owes what by terms of the process, and whether the client does."""
    return {
        one.term: (one.performer_id, one.on_client)
        for one in commitments_of(deal_id)
        if one.outcome == "open"
    }


def lacks(company: Company, meeting_id: int) -> set[str]:
    return {f"{one.subject}.{one.code}" for one in shown(company, meeting_id).row.lacks}


# preparing


@pytest.mark.requirement("R10")
@pytest.mark.requirement("R11")
def test_a_meeting_begins_from_the_agenda_with_the_people_of_the_deal(company: Company, deal: int) -> None:
    """Points with minutes and room roles; the company and money are the manager's, the work is the expert's."""
    meeting_id = plan_meeting(deal_id=deal, agenda="first_meeting", actor=company.manager, at=TUESDAY)
    page = shown(company, meeting_id)
    leaders = {point.role: point.leader_id for point in page.points}
    assert leaders == {
        "company": company.manager.me, "moderator": company.manager.me, "delivery": company.expert.me, "money": company.manager.me,
    }  # fmt: skip
    assert sum(point.minutes for point in page.points) == page.row.minutes == 75
    assert [(one.name, one.duty, one.email) for one in page.guests] == [
        ("Ольга Петровна Лескова", "финансовый директор", MAIL)
    ]
    assert {
        "our_goal.required",
        "client_goal.required",
        "time.required",
        "criteria.required",
        "room.minutes",
    } <= lacks(company, meeting_id)


def test_a_second_meeting_with_the_same_client_waits_for_the_first(company: Company, deal: int) -> None:
    first = planned(company, deal)
    with pytest.raises(MeetingAhead) as refused:
        plan_meeting(deal_id=deal, agenda="defence", actor=company.manager, at=TUESDAY)
    assert refused.value.params == {"meeting": first}


@pytest.mark.requirement("R13")
@pytest.mark.requirement("R16")
def test_a_whole_plan_lacks_only_what_others_give(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    assert lacks(company, meeting_id) == {"agreement.not_asked", "person.unread", "huddle.not_held"}
    assert not shown(company, meeting_id).row.is_ready


@pytest.mark.parametrize("goal", ["Показать ERP", "просто пообщаться", "show the system", "just talk"])
def test_a_dead_format_is_kept_as_typed_and_never_ready(company: Company, deal: int, goal: str) -> None:
    meeting_id = planned(company, deal, our_goal=goal, client_goal=goal)
    assert {"our_goal.dead", "client_goal.dead"} <= lacks(company, meeting_id)
    assert shown(company, meeting_id).our_goal == goal


def test_the_plan_states_the_facts_of_the_preparation(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    assert facts(company, deal) == {
        "meeting.scheduled": "plan", "meeting.roles_shared": "plan", "meeting.people_known": "plan"
    }  # fmt: skip
    assert "meeting_dated" not in owed(deal)
    replan(company, meeting_id, theirs=())
    assert "meeting.people_known" not in facts(company, deal)


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"minutes": 0}, "minutes", "not_a_length"),
        ({"starts_at": TUESDAY - timedelta(days=3)}, "starts_at", "in_the_past"),
        ({"starts_at": TUESDAY + timedelta(days=900)}, "starts_at", "too_far"),
        ({"points": (DraftPoint(5, "—"),)}, "points.0.text", "required"),
        ({"points": (DraftPoint(0, "Знакомство"),)}, "points.0.minutes", "not_a_length"),
        (
            {"points": (DraftPoint(5, "Знакомство", "moderator", 987654),)},
            "points.0.leader",
            "leader_does_not_go",
        ),
        ({"theirs": (DraftGuest("Анна", email="anna@"),)}, "theirs.0.email", "bad_email"),
        ({"theirs": (DraftGuest("", "директор"),)}, "theirs.0.name", "required"),
        ({"criteria": tuple("абвгдежзиклм")}, "criteria", "too_many"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(
    company: Company, deal: int, changed: dict[str, Any], field: str, code: str
) -> None:
    meeting_id = plan_meeting(deal_id=deal, agenda="first_meeting", actor=company.manager, at=TUESDAY)
    with pytest.raises(Invalid) as refused:
        replan(company, meeting_id, **changed)
    assert refused.value.errors == {field: code}


@pytest.mark.requirement("R11")
def test_whoever_builds_presenting_the_company_is_warned_of_or_refused_as_the_process_says(
    company: Company,
) -> None:
    points = (
        DraftPoint(7, "Знакомство", "company", company.expert.me),
        DraftPoint(30, "Задачи", "delivery", company.manager.me),
    )
    warned = planned(company, accepted_deal(company), points=points)
    assert {"point.delivery_presents_company", "point.manager_presents_delivery"} <= lacks(company, warned)
    text = packaged_text().replace("misfit: warn", "misfit: stop")
    publish_process(text=text, note="строже", actor=company.administrator, at=TUESDAY)
    stopped = plan_meeting(
        deal_id=accepted_deal(company, inn="7728168971"),
        agenda="first_meeting",
        actor=company.manager,
        at=TUESDAY,
    )
    with pytest.raises(Invalid) as refused:
        replan(company, stopped, points=points)
    assert refused.value.errors == {
        "points.0.leader": "delivery_presents_company", "points.1.leader": "manager_presents_delivery"
    }  # fmt: skip


def test_two_who_change_the_plan_at_once_do_not_undo_each_other(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    seen = shown(company, meeting_id).revision
    replan(company, meeting_id, place="Онлайн")
    with pytest.raises(Conflict, match="changed_meanwhile"):
        change_plan(meeting_id=meeting_id, draft=draft(company), seen=seen, actor=company.manager, at=TUESDAY)
    assert shown(company, meeting_id).place == "Онлайн"


# the client's word


def test_the_client_is_not_sent_a_plan_that_he_could_not_agree_with(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal, client_goal="", starts_at=None)
    with pytest.raises(NotReadyToSend) as refused:
        ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    assert refused.value.params["lacks"] == ["client_goal", "time"]


@pytest.mark.requirement("R10")
def test_the_client_agrees_by_his_door_and_the_facts_follow(company: Company, deal: int) -> None:
    """The client has confirmed the goal beforehand, by a link."""
    meeting_id = planned(company, deal)
    assert ask_client(meeting_id=meeting_id, guests=[0, 1], actor=company.manager, at=TUESDAY) == 1
    message = Message.objects.get(kind="invited")
    assert (message.place.chat, message.place.role) == (MAIL, "client")
    assert "agreement.asked" in lacks(company, meeting_id)
    agree_with_plan(token=token_for(company, meeting_id), at=TUESDAY + HOUR)
    assert {"meeting.goals_agreed": "client_page", "agenda.accepted": "client_page"}.items() <= facts(
        company, deal
    ).items()
    assert "agreement.asked" not in lacks(company, meeting_id)
    assert {"goals_written", "agenda_sent"}.isdisjoint(owed(deal))
    assert ("plan.agreed", "manager") in {
        (one.kind, one.why) for one in latest_notices(viewer=company.manager)
    }


def test_without_a_mail_server_no_letter_is_promised_and_the_link_is_there(
    company: Company, deal: int, settings: Any
) -> None:
    settings.CHANNELS = ()
    meeting_id = planned(company, deal)
    assert ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY) == 0
    assert not Message.objects.filter(kind="invited").exists()
    agree_with_plan(token=token_for(company, meeting_id), at=TUESDAY)


def test_a_plan_that_changes_afterwards_is_no_longer_agreed(company: Company, deal: int) -> None:
    meeting_id = agreed(company, deal)
    replan(company, meeting_id, our_goal="Клиент соглашается на обследование")
    assert "agreement.agreed" not in lacks(company, meeting_id)
    assert "meeting.goals_agreed" in facts(company, deal), "the client doesn't see our goal"
    replan(company, meeting_id, client_goal="Выбрать вариант учёта партий")
    assert "agreement.changed" in lacks(company, meeting_id)
    assert "meeting.goals_agreed" not in facts(company, deal)
    consent = shown(company, meeting_id).consent
    assert consent is not None, "who agreed with the earlier plan stays known"
    assert (consent.who, consent.by_id, consent.at) == (GUESTS[0].name, None, TUESDAY + HOUR / 2)


def test_a_plan_that_was_only_sent_is_stale_once_it_changes(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    replan(company, meeting_id, place="Онлайн")
    assert "agreement.stale" in lacks(company, meeting_id)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    assert "agreement.asked" in lacks(company, meeting_id)
    assert shown(company, meeting_id).consent is None


@pytest.mark.requirement("R11")
def test_what_somebody_does_in_the_room_follows_from_the_agenda(company: Company, deal: int) -> None:
    """Only who moderates and who writes down is said of a person: what else he does can't disagree with the points."""
    manager, expert = company.manager.me, company.expert.me
    meeting_id = planned(
        company, deal, ours={manager: frozenset({"delivery"}), expert: frozenset({"moderator", "minutes"})}
    )
    assert {one.person_id: one.room for one in shown(company, meeting_id).row.ours} == {
        manager: ("company", "money"), expert: ("moderator", "delivery", "minutes")
    }  # fmt: skip
    replan(company, meeting_id, points=(DraftPoint(30, "Задачи", "delivery", expert),))
    assert {one.person_id: one.room for one in shown(company, meeting_id).row.ours} == {
        manager: ("moderator",), expert: ("delivery", "minutes")
    }  # fmt: skip


def test_whoever_came_the_last_time_comes_again(company: Company, deal: int) -> None:
    closed(company, deal)
    off = planned(
        company, deal, agenda="defence", at=WHEN + 9 * HOUR, starts_at=None, theirs=(DraftGuest("Иван Пень"),)
    )
    names = [(one.name, one.duty, one.decides, one.email) for one in GUESTS]
    cancel_meeting(meeting_id=off, reason="клиент в отпуске", actor=company.manager, at=WHEN + 9 * HOUR)
    again = plan_meeting(deal_id=deal, agenda="defence", actor=company.manager, at=WHEN + 9 * HOUR)
    assert [(one.name, one.duty, one.decides, one.email) for one in shown(company, again).guests] == names


def test_an_agenda_that_was_erased_is_taken_from_the_process_again(company: Company, deal: int) -> None:
    meeting_id = plan_meeting(deal_id=deal, agenda="first_meeting", actor=company.manager, at=TUESDAY)
    usual = shown(company, meeting_id).points
    replan(company, meeting_id, points=())
    ours = {company.manager.me: frozenset({"moderator"})}
    take_agenda(
        meeting_id=meeting_id, draft=draft(company, points=(), ours=ours), seen=shown(company, meeting_id).revision,
        actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    points = shown(company, meeting_id).points
    assert [(one.text, one.minutes, one.role) for one in points] == [
        (one.text, one.minutes, one.role) for one in usual
    ]
    assert {one.leader_id for one in points} == {company.manager.me, None}, "the expert doesn't go"
    with pytest.raises(NotAllowed):
        take_agenda(meeting_id=meeting_id, draft=draft(company), seen=1, actor=company.programmer, at=TUESDAY)


def test_corrections_come_back_to_the_manager_and_the_goal_is_taken_in_by_a_press(
    company: Company, deal: int
) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    token = token_for(company, meeting_id)
    with pytest.raises(Invalid):
        correct_plan(token=token, corrections=Corrections(), at=TUESDAY)
    correct_plan(
        token=token,
        corrections=Corrections(goal="Увидеть учёт обрезков", people="ещё главбух"),
        at=TUESDAY + HOUR,
    )
    page = shown(company, meeting_id)
    assert page.corrected == {
        "goal": "Увидеть учёт обрезков",
        "people": "ещё главбух",
        "who": "Ольга Петровна Лескова",
    }
    assert owed(deal)["plan_mended"] == (company.manager.me, False)
    with pytest.raises(AlreadyAnswered):
        agree_with_plan(token=token, at=TUESDAY + HOUR)
    take_goal_in(meeting_id=meeting_id, actor=company.manager, at=TUESDAY + HOUR)
    page = shown(company, meeting_id)
    assert page.client_goal == "Увидеть учёт обрезков"
    assert page.corrected == {"people": "ещё главбух", "who": "Ольга Петровна Лескова"}
    with pytest.raises(DoorShut):
        open_door(token, at=TUESDAY + HOUR)


def test_what_the_client_adds_to_his_corrections_stands_in_their_place(company: Company, deal: int) -> None:
    """As long as nobody took them in; said twice the same is said once."""
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    token = token_for(company, meeting_id)
    for said in (Corrections(goal="Обрезки"), Corrections(goal="Обрезки", time="в 12"), Corrections(goal="Обрезки", time="в 12")):  # fmt: skip
        correct_plan(token=token, corrections=said, at=TUESDAY + HOUR)
    assert shown(company, meeting_id).corrected == {"goal": "Обрезки", "time": "в 12", "who": BOTH[0].name}
    acts = [entry.act for entry in timeline(chain=deal, with_details=False, limit=100)]
    assert acts.count("plan.corrected") == 2
    assert owed(deal)["plan_mended"] == (company.manager.me, False)
    take_goal_in(meeting_id=meeting_id, actor=company.manager, at=TUESDAY + HOUR)
    with pytest.raises(DoorShut):
        correct_plan(token=token, corrections=Corrections(goal="Ещё"), at=TUESDAY + HOUR)


def test_the_address_of_a_cancelled_meeting_says_that_it_is_cancelled(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    token = token_for(company, meeting_id)
    cancel_meeting(meeting_id=meeting_id, reason="клиент заболел", actor=company.manager, at=TUESDAY)
    with pytest.raises(DoorShut) as shut:
        open_door(token, at=TUESDAY)
    assert shut.value.params == {"why": "cancelled", "manager": company.manager.me}


def test_after_his_consent_the_client_may_say_that_something_has_changed_until_it_begins(
    company: Company, deal: int
) -> None:
    """What his consent has proven holds no more, whoever prepares the meeting owes taking it in, and the manager is told."""
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    token = token_for(company, meeting_id)
    agree_with_plan(token=token, at=TUESDAY)
    late = Corrections(people="не смогу прийти")
    with pytest.raises(AlreadyAnswered):
        correct_plan(token=token, corrections=late, at=WHEN)
    assert "meeting.goals_agreed" in facts(company, deal)
    correct_plan(token=token, corrections=late, at=WHEN - HOUR)
    assert shown(company, meeting_id).row.agreement == "corrected"
    assert {"meeting.goals_agreed", "agenda.accepted"}.isdisjoint(facts(company, deal))
    assert owed(deal)["plan_mended"] == (company.manager.me, False)
    assert latest_notices(viewer=company.manager)[0].kind == "plan.corrected"
    with pytest.raises(AlreadyAnswered):
        agree_with_plan(token=token, at=WHEN - HOUR)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=WHEN - HOUR)
    assert shown(company, meeting_id).row.agreement == "asked", "talked over, it waits for his word again"
    agree_with_plan(token=token, at=WHEN - HOUR)
    assert facts(company, deal)["meeting.goals_agreed"] == "client_page"


def test_each_guest_agrees_for_himself_and_the_first_word_counts(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal, theirs=BOTH)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=company.manager, at=TUESDAY)
    one, other = (token_of_guest(meeting_id, guest.name) for guest in BOTH)
    agree_with_plan(token=one, at=TUESDAY)
    agree_with_plan(token=other, at=TUESDAY + HOUR)
    for token in (one, other):
        with pytest.raises(AlreadyAnswered):
            agree_with_plan(token=token, at=TUESDAY + HOUR)
    acts = timeline(chain=deal, with_details=True, limit=100)
    assert [entry.detail for entry in acts if entry.act == "plan.agreed"] == [
        {"who": BOTH[1].name}, {"who": BOTH[0].name}
    ]  # fmt: skip
    assert sum(entry.act == "meeting.goals_agreed" for entry in acts) == 1
    correct_plan(token=other, corrections=Corrections(time="Лучше в пятницу"), at=TUESDAY + HOUR)
    assert shown(company, meeting_id).row.agreement == "corrected"


def test_consent_by_phone_is_written_down_with_what_shows_it(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    with pytest.raises(Invalid) as refused:
        say_agreed(meeting_id=meeting_id, how=" ", actor=company.manager, at=TUESDAY)
    assert refused.value.errors == {"how": "needs_evidence"}
    say_agreed(meeting_id=meeting_id, how="по телефону, 24 ноября", actor=company.manager, at=TUESDAY)
    assert facts(company, deal)["meeting.goals_agreed"] == "told"


def test_a_calendar_that_accepts_is_no_consent_with_the_goal(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    to_version = Meeting.objects.get(pk=meeting_id).asked_version

    def reply(email: str, version: int = to_version) -> bool:
        return note_reply(
            meeting_id=meeting_id, email=email, answer="accepted", to_version=version, actor=company.manager,
            at=TUESDAY,
        )  # fmt: skip

    assert reply(MAIL.upper())
    assert not reply("nobody@sevles.example")
    with pytest.raises(Invalid) as refused:
        reply(MAIL, to_version - 1)
    assert refused.value.errors == {"reply": "reply_to_an_earlier_plan"}
    assert shown(company, meeting_id).guests[0].reply == "accepted"
    assert "meeting.goals_agreed" not in facts(company, deal)
    replan(company, meeting_id, place="Онлайн")
    assert shown(company, meeting_id).guests[0].reply == "accepted"
    replan(company, meeting_id, starts_at=WHEN + timedelta(days=1))
    assert not shown(company, meeting_id).guests[0].reply


# doors


def test_a_door_opens_only_by_its_own_signature(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=company.manager, at=TUESDAY)
    first, second = Door.objects.order_by("pk")
    token = token_of(first)
    head, _, signature = token.partition(":")
    other = f"{token_of(second).partition(':')[0]}:{signature}"
    moved = f"{head.partition('-')[0]}-{int(head.partition('-')[2]) + 1}:{signature}"
    for forged in (
        other,
        moved,
        token[:-1],
        token + "x",
        "",
        ":",
        "1",
        f"{head}:",
        token.upper(),
        "9" * 5000,
    ):
        with pytest.raises(NotFound):
            open_door(forged, at=TUESDAY)
        with pytest.raises(NotFound):
            agree_with_plan(token=forged, at=TUESDAY)
    assert open_door(token, at=TUESDAY).id == first.pk
    assert not Meeting.objects.get(pk=meeting_id).agreed_version


def test_a_door_expires_is_renewed_and_is_revoked(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    token = token_for(company, meeting_id)
    with pytest.raises(DoorShut) as shut:
        open_door(token, at=WHEN + timedelta(days=1))
    assert shut.value.params == {"why": "expired", "manager": company.manager.me}
    replan(company, meeting_id, place="Онлайн")
    with pytest.raises(DoorShut) as shut:
        agree_with_plan(token=token, at=TUESDAY)
    assert shut.value.params == {"why": "revoked", "manager": company.manager.me}
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    with pytest.raises(DoorShut) as shut:
        open_door(token, at=TUESDAY)
    assert shut.value.params == {"why": "renewed", "manager": company.manager.me}
    cancel_meeting(
        meeting_id=meeting_id, reason="клиент перенёс проект на год", actor=company.manager, at=TUESDAY
    )
    with pytest.raises(DoorShut):
        open_door(token_of(Door.objects.latest("pk")), at=TUESDAY)
    assert "meeting.scheduled" not in facts(company, deal)


def test_an_address_signed_before_a_backup_opens_nothing_signed_after_it(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    door = Door.objects.get()
    token = token_of(door)
    Door.objects.filter(pk=door.pk).update(made_at=TUESDAY + HOUR)  # another door has got the same id
    with pytest.raises(NotFound):
        open_door(token, at=TUESDAY + HOUR)


def test_a_door_to_the_plan_confirms_no_letter_and_the_other_way_round(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    ask_client(meeting_id=meeting_id, guests=[0], actor=company.manager, at=TUESDAY)
    with pytest.raises(NotFound):
        confirm_letter(token=token_for(company, meeting_id), answer=Answer(), at=TUESDAY)
    other = summed_up(company, accepted_deal(company, inn="7728168971"))
    with pytest.raises(NotFound):
        agree_with_plan(token=token_for(company, other, "letter"), at=WHEN + 3 * HOUR)


# the dossier


@pytest.mark.requirement("R15")
def test_the_expert_signs_once_and_again_after_something_new(company: Company, deal: int) -> None:
    """Reading confirmed; a change after reading shows what is new."""
    meeting_id = agreed(company, deal)
    assert facts(company, deal)["briefing.read"] == "dossier"
    assert "brief_read" not in owed(deal)
    assert lacks(company, meeting_id) == {"huddle.not_held"}
    question = ask_question(
        deal_id=deal, text="Кто отвечает за пилораму?", actor=company.manager, at=TUESDAY + HOUR
    )
    answer_question(question_id=question, answer="Пётр Кедров", actor=company.manager, at=TUESDAY + HOUR)
    assert "person.grown" in lacks(company, meeting_id)
    told = [one.kind for one in latest_notices(viewer=company.expert) if one.why == "read_again"]
    assert told == ["question.asked"], "told once, not for each new thing"
    read_dossier(company, deal, at=TUESDAY + 2 * HOUR)
    assert lacks(company, meeting_id) == {"huddle.not_held"}


def test_what_somebody_wrote_himself_he_needn_t_read(company: Company, deal: int) -> None:
    meeting_id = agreed(company, deal)
    note_small_thing(
        deal_id=deal, text="Не любит слова «автоматизация»", actor=company.expert, at=TUESDAY + HOUR
    )
    assert "person.unread" not in lacks(company, meeting_id)


def test_a_small_thing_is_news_to_those_only_who_go(company: Company, deal: int) -> None:
    agreed(company, deal)
    head = len(timeline(chain=deal, with_details=False, limit=500))
    sign_dossier(deal_id=deal, seen=head, actor=company.head, at=TUESDAY + HOUR)
    note_small_thing(deal_id=deal, text="Торопится на поезд в пять", actor=company.manager, at=TUESDAY + HOUR)
    told = {who: [one.why for one in latest_notices(viewer=who)] for who in (company.expert, company.head)}
    assert "read_again" in told[company.expert]
    assert "read_again" not in told[company.head]


def test_the_dossier_is_signed_by_who_may_read_it_only(company: Company, deal: int) -> None:
    planned(company, deal)
    with pytest.raises(NotAllowed):
        sign_dossier(deal_id=deal, seen=1, actor=company.programmer, at=TUESDAY)
    with pytest.raises(NotFound):
        sign_dossier(deal_id=deal, seen=1, actor=company.agent, at=TUESDAY)
    with pytest.raises(Invalid):
        sign_dossier(deal_id=deal, seen=9999, actor=company.expert, at=TUESDAY)


def test_small_things_stay_out_of_the_journal_and_fade_after_the_meeting(company: Company, deal: int) -> None:
    meeting_id = agreed(company, deal)
    noted = note_small_thing(
        deal_id=deal, text="Боится показаться неподготовленной", actor=company.manager, at=TUESDAY
    )
    said = [str(one.detail) + str(one.data) for one in timeline(chain=deal, with_details=True, limit=500)]
    assert not any("неподготовленной" in one for one in said)
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN)
    end(meeting_id=meeting_id, actor=company.manager, at=WHEN + HOUR)
    Meeting.objects.filter(pk=meeting_id).update(state="closed", controller=company.head.me)
    assert fade(at=WHEN + timedelta(days=13)) == 0
    assert fade(at=WHEN + timedelta(days=15)) == 1
    assert not SmallThing.objects.filter(pk=noted).exists()


def test_a_small_thing_is_forgotten_by_who_wrote_it(company: Company, deal: int) -> None:
    agreed(company, deal)
    noted = note_small_thing(deal_id=deal, text="Пьёт только чай", actor=company.expert, at=TUESDAY)
    with pytest.raises(NotFound):
        forget_small_thing(deal_id=deal, small_thing_id=noted, actor=company.programmer, at=TUESDAY)
    forget_small_thing(deal_id=deal, small_thing_id=noted, actor=company.expert, at=TUESDAY)
    assert not SmallThing.objects.exists()


# the huddle


@pytest.mark.requirement("R16")
def test_the_huddle_has_its_own_agenda_and_ends_by_being_over(company: Company, deal: int) -> None:
    meeting_id = agreed(company, deal)
    huddle = plan_huddle(meeting_id=meeting_id, actor=company.manager, at=WHEN - 2 * HOUR)
    assert plan_huddle(meeting_id=meeting_id, actor=company.expert, at=WHEN - 2 * HOUR) == huddle
    page = shown(company, huddle)
    assert (page.row.kind, page.row.minutes, len(page.points)) == ("huddle", 10, 5)
    assert {one.person_id for one in page.row.ours} == {company.manager.me, company.expert.me}
    begin(meeting_id=huddle, actor=company.manager, at=WHEN - HOUR)
    end(meeting_id=huddle, actor=company.expert, at=WHEN - HOUR + timedelta(minutes=9))
    assert facts(company, deal)["huddle.held"] == "room"
    assert shown(company, huddle).row.state == "closed"
    assert lacks(company, meeting_id) == set()


@pytest.mark.requirement("R16")
def test_after_enough_clean_meetings_no_huddle_is_asked_for_until_a_breach(company: Company) -> None:
    """The need fades with a clean record, and comes back after a breach."""
    clean = [accepted_deal(company, inn=inn) for inn in ("7728168971", "5024002119")]
    text = packaged_text().replace("huddle_until: 5", "huddle_until: 2")
    publish_process(text=text, note="", actor=company.administrator, at=TUESDAY)
    later = [accepted_deal(company, inn=inn) for inn in ("7736050003", "7710140679", "7702070139")]
    for deal_id in clean:
        assert shown(company, closed(company, deal_id)).needs_huddle
    free = planned(company, later[0])
    assert not shown(company, free).needs_huddle
    assert facts(company, later[0])["huddle.held"] == "clean_record"
    assert "huddle" not in owed(later[0])
    begin(meeting_id=free, actor=company.manager, at=WHEN)  # nobody asked the client, the expert hasn't read
    over = WHEN + 2 * HOUR
    end(meeting_id=free, actor=company.manager, at=over)
    add_task(meeting_id=free, text="@expert список задач к 30.11.2026", actor=company.manager, at=over)
    close_meeting(
        meeting_id=free,
        judged={0: Judged(met=False)},
        controller_id=company.head.me,
        actor=company.manager,
        at=over,
    )
    assert shown(company, planned(company, later[1])).needs_huddle


# the room


@pytest.mark.requirement("R12")
def test_the_meeting_goes_from_point_to_point_on_every_phone_alike(company: Company, deal: int) -> None:
    meeting_id = agreed(company, deal)
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN)
    begin(meeting_id=meeting_id, actor=company.expert, at=WHEN + timedelta(minutes=1))
    go_to(meeting_id=meeting_id, point=1, actor=company.manager, at=WHEN + timedelta(minutes=9))
    go_to(meeting_id=meeting_id, point=1, actor=company.expert, at=WHEN + timedelta(minutes=10))
    room = room_of(meeting_id=meeting_id, viewer=company.expert, at=WHEN + timedelta(minutes=52))
    assert room.now is not None
    assert (room.now.current, room.now.spent[:2], room.now.left_of_point) == (1, (9 * 60, 43 * 60), -3 * 60)
    assert room.now.left == 23 * 60
    with pytest.raises(NotFound):
        go_to(meeting_id=meeting_id, point=17, actor=company.manager, at=WHEN)
    go_to(meeting_id=meeting_id, point=None, actor=company.manager, at=WHEN + HOUR)
    now = room_of(meeting_id=meeting_id, viewer=company.manager, at=WHEN + HOUR).now
    assert now is not None
    assert now.current is None


def test_a_note_that_is_sent_twice_is_one_and_one_that_comes_late_is_kept(
    company: Company, deal: int
) -> None:
    meeting_id = agreed(company, deal)
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN)
    written = jotted("parked", "А наши терминалы подойдут?", asker="Пётр", point=1)
    say: dict[str, Any] = {"meeting_id": meeting_id, "actor": company.manager}
    assert jot_down(written=written, at=WHEN, **say)
    assert not jot_down(written=written, at=WHEN + HOUR, **say)
    assert jot_down(written=replace(written, text="Подойдут ли наши терминалы?"), at=WHEN + HOUR, **say)
    end(at=WHEN + HOUR, **say)
    assert jot_down(written=jotted("note", "Дозаписано после встречи"), at=WHEN + 2 * HOUR, **say)
    texts = [(one.text, one.point) for one in shown(company, meeting_id).jots]
    assert texts == [("Подойдут ли наши терминалы?", 1), ("Дозаписано после встречи", None)]
    strike_out(key=written.key, at=WHEN + 2 * HOUR, **say)
    strike_out(key=written.key, at=WHEN + 2 * HOUR, **say)
    assert len(shown(company, meeting_id).jots) == 1


@pytest.mark.parametrize(
    ("written", "field"),
    [(jotted("note", "  "), "text"), (jotted("note", "ж" * 2001), "text"), (jotted("song", "ля"), "kind")],
)
def test_nothing_and_too_much_are_not_written_down(
    company: Company, deal: int, written: Written, field: str
) -> None:
    meeting_id = agreed(company, deal)
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN)
    with pytest.raises(Invalid) as refused:
        jot_down(meeting_id=meeting_id, written=written, actor=company.manager, at=WHEN)
    assert field in refused.value.errors


@pytest.mark.requirement("R15")
def test_an_unbriefed_meeting_is_recorded_as_one(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN)
    began = next(
        one for one in timeline(chain=deal, with_details=True, limit=100) if one.act == "meeting.began"
    )
    assert began.data["unbriefed"] == [company.expert.me]
    assert began.data["lacks"] == ["agreement.not_asked", "person.unread"]


def test_what_was_owed_before_a_meeting_is_broken_once_it_was_held(company: Company, deal: int) -> None:
    before = {"huddle", "brief_read", "agenda_sent"}
    meeting_id = planned(company, deal)
    assert before <= owed(deal).keys()
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN)
    end(meeting_id=meeting_id, actor=company.manager, at=WHEN + HOUR)
    assert {one.term: one.outcome for one in commitments_of(deal) if one.term in before} == dict.fromkeys(
        before, "broken"
    )
    assert not list(faults())


@pytest.mark.requirement("R12")
def test_a_meeting_that_nobody_ends_ends_by_itself(company: Company, deal: int) -> None:
    meeting_id = agreed(company, deal)
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN)
    jot_down(
        meeting_id=meeting_id,
        written=jotted("note", "Последнее слово"),
        actor=company.expert,
        at=WHEN + timedelta(minutes=90),
    )
    late = WHEN + timedelta(minutes=136)
    assert forgotten(at=WHEN + timedelta(minutes=134)) == ()
    assert forgotten(at=late) == (meeting_id,)
    assert end_forgotten(meeting_id=meeting_id, at=late)
    assert not end_forgotten(meeting_id=meeting_id, at=late)
    page = shown(company, meeting_id)
    assert (page.row.state, page.row.ended_at, page.by_itself) == ("held", WHEN + timedelta(minutes=90), True)
    assert facts(company, deal)["meeting.held"] == "room"


def test_a_meeting_held_on_paper_is_written_down_afterwards(company: Company, deal: int) -> None:
    meeting_id = agreed(company, deal)
    with pytest.raises(Invalid):
        say_held(meeting_id=meeting_id, minutes=60, actor=company.manager, at=TUESDAY + HOUR)
    say_held(meeting_id=meeting_id, minutes=80, actor=company.manager, at=WHEN + 4 * HOUR)
    assert effort_in(short_of(deal)).minutes == 80
    assert shown(company, meeting_id).row.state == "held"


def test_whoever_does_not_go_neither_runs_nor_reads_the_room(company: Company, deal: int) -> None:
    meeting_id = agreed(company, deal)
    for stranger in (company.other_manager, company.programmer):
        with pytest.raises(NotAllowed):
            begin(meeting_id=meeting_id, actor=stranger, at=WHEN)
        with pytest.raises(NotFound):
            room_of(meeting_id=meeting_id, viewer=stranger, at=WHEN)
        page = shown(company, meeting_id, stranger)
        assert (page.our_goal, page.client_goal, page.guests, page.doors, page.jots) == ("", "", (), (), ())
    with pytest.raises(NotFound):
        shown(company, meeting_id, company.agent)
    assert meeting_rows(viewer=company.agent, at=TUESDAY, mine=False) == ()


# closing


@pytest.mark.requirement("R13")
@pytest.mark.requirement("R17")
def test_a_meeting_is_closed_with_tasks_a_controller_and_its_criteria_judged(
    company: Company, deal: int
) -> None:
    meeting_id = held(company, deal)
    close: dict[str, Any] = {"meeting_id": meeting_id, "actor": company.manager, "at": WHEN + HOUR}
    with pytest.raises(Invalid) as refused:
        close_meeting(judged={}, controller_id=None, **close)
    parked = next(one for one in shown(company, meeting_id).jots if one.kind == "parked")
    assert refused.value.errors == {
        "tasks": "meeting_without_tasks", f"parked.{parked.id}": "parked_without_owner", "criteria.0": "not_judged",
        "controller": "nobody_sees_to_it",
    }  # fmt: skip
    add_task(
        meeting_id=meeting_id, text="@expert ответ про пилораму к 30.11.2026 15:00", jot_id=parked.id, actor=company.manager,
        at=WHEN + HOUR,
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        close_meeting(judged={0: Judged(met=True)}, controller_id=company.expert.me, **close)
    assert refused.value.errors == {"controller": "controller_is_the_doer"}
    close_meeting(judged={0: Judged(met=True)}, controller_id=company.head.me, **close)
    task = shown(company, meeting_id).tasks[0]
    row = next(one for one in commitments_of(deal) if one.id == task.id)
    assert (row.performer_id, row.controller_id) == (company.expert.me, company.head.me)
    assert "meeting_closed" not in owed(deal)
    with pytest.raises(MeetingMoved):
        close_meeting(judged={0: Judged(met=True)}, controller_id=company.head.me, **close)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("@expert смета по складу когда сможешь", "due"),
        ("@expert смета по складу", "due"),
        ("смета по складу к 30.11.2026", "performer"),
        ("@expert к 30.11.2026", "result"),
        ("@expert подумать к 30.11.2026", "result"),
    ],
)
@pytest.mark.requirement("R17")
def test_a_task_without_performer_result_or_due_time_is_refused(
    company: Company, deal: int, line: str, part: str
) -> None:
    meeting_id = held(company, deal)
    with pytest.raises(Invalid) as refused:
        add_task(meeting_id=meeting_id, text=line, actor=company.manager, at=WHEN + HOUR)
    assert part in refused.value.errors
    assert not shown(company, meeting_id).tasks


def test_a_parked_question_may_be_settled_without_a_task(company: Company, deal: int) -> None:
    meeting_id = held(company, deal)
    parked = next(one for one in shown(company, meeting_id).jots if one.kind == "parked")
    with pytest.raises(Invalid):
        settle(meeting_id=meeting_id, jot_id=parked.id, how="-", actor=company.manager, at=WHEN + HOUR)
    settle(
        meeting_id=meeting_id,
        jot_id=parked.id,
        how="ответили на месте",
        actor=company.manager,
        at=WHEN + HOUR,
    )
    add_task(
        meeting_id=meeting_id,
        text="@expert перечень отчётов к 30.11.2026",
        actor=company.manager,
        at=WHEN + HOUR,
    )
    close_meeting(
        meeting_id=meeting_id, judged={0: Judged(met=False, words="дату назовут завтра")}, controller_id=company.head.me,
        actor=company.manager, at=WHEN + HOUR,
    )  # fmt: skip
    assert shown(company, meeting_id).row.state == "closed"


def test_the_same_line_typed_twice_is_one_task(company: Company, deal: int) -> None:
    """A double press, a page loaded anew; «через час» means the same hour a second later."""
    meeting_id = held(company, deal)
    _, decision, parked = shown(company, meeting_id).jots
    add: dict[str, Any] = {"meeting_id": meeting_id, "actor": company.manager}
    first = add_task(text="@expert схема обмена через 2 часа", jot_id=parked.id, at=WHEN + HOUR, **add)
    later = WHEN + HOUR + timedelta(seconds=2)
    assert add_task(text="@Климов, схема обмена через 2 часа", jot_id=parked.id, at=later, **add) == first
    assert add_task(text="@expert схема обмена через 2 часа", jot_id=decision.id, at=later, **add) == first
    page = shown(company, meeting_id)
    assert [one.id for one in page.tasks] == [first]
    assert [one.commitment_id for one in page.jots] == [None, first, first], "one task may answer both"
    with pytest.raises(Conflict):
        add_task(text="@manager другое письмо к 30.11.2026", jot_id=parked.id, at=later, **add)
    with pytest.raises(Conflict):
        settle(
            meeting_id=meeting_id, jot_id=parked.id, how="ответили на месте", actor=company.manager, at=later
        )
    assert [one.id for one in shown(company, meeting_id).tasks] == [first]


def test_a_task_typed_wrongly_is_typed_anew_and_nothing_is_forgotten(company: Company, deal: int) -> None:
    meeting_id = held(company, deal)
    parked = next(one for one in shown(company, meeting_id).jots if one.kind == "parked")
    do: dict[str, Any] = {"meeting_id": meeting_id, "actor": company.manager, "at": WHEN + HOUR}
    wrong = add_task(text="@expert ответ про пилораму к 30.11.2026 15:00", jot_id=parked.id, **do)
    with pytest.raises(Invalid):
        retype_task(commitment_id=wrong, text="@expert ответ про пилораму когда сможешь", **do)
    same = retype_task(commitment_id=wrong, text="@Klimov ответ про пилораму к 30.11.2026 15:00", **do)
    assert same == wrong, "nothing has changed"
    soon = retype_task(commitment_id=wrong, text="@expert ответ про пилораму к 30.11.2026 15:05", **do)
    later = retype_task(commitment_id=soon, text="@expert ответ про пилораму к 01.12.2026 12:00", **do)
    right = retype_task(commitment_id=later, text="@estimator ответ про пилораму к 01.12.2026 12:00", **do)
    page = shown(company, meeting_id)
    assert [(one.id, one.performer_id) for one in page.tasks] == [(right, company.estimator.me)]
    assert next(one for one in page.jots if one.id == parked.id).commitment_id == right
    rows = {one.id: one for one in commitments_of(deal)}
    assert [rows[one].outcome for one in (wrong, soon, later, right)] == ["cancelled"] * 3 + ["open"]
    assert rows[later].note == "→ @estimator ответ про пилораму к 01.12.2026 12:00"
    told = [one.why for one in latest_notices(viewer=company.expert) if one.kind == "commitment.cancelled"]
    assert told == ["giver"], "he owes it no more; of the other day he has heard already"
    double = add_task(text="@estimator ответ про пилу к 01.12.2026 12:00", **do)
    assert (
        retype_task(commitment_id=double, text="@estimator ответ про пилораму к 01.12.2026 12:00", **do)
        == right
    )
    assert [one.id for one in shown(company, meeting_id).tasks] == [right]
    with pytest.raises(NotFound):
        retype_task(commitment_id=wrong, text="@expert схема к 01.12.2026", **do)
    assert not list(faults())


def test_a_task_that_is_dropped_leaves_its_question_open(company: Company, deal: int) -> None:
    meeting_id = held(company, deal)
    parked = next(one for one in shown(company, meeting_id).jots if one.kind == "parked")
    do: dict[str, Any] = {"meeting_id": meeting_id, "actor": company.manager}
    task = add_task(text="@expert ответ про пилораму через 1 час", jot_id=parked.id, at=WHEN + HOUR, **do)
    with pytest.raises(Invalid) as refused:
        drop_task(commitment_id=task, reason="-", at=WHEN + HOUR, **do)
    assert refused.value.errors.keys() == {"reason"}
    drop_task(commitment_id=task, reason="записали дважды", at=WHEN + 5 * HOUR, **do)
    page = shown(company, meeting_id)
    assert not page.tasks
    assert next(one for one in page.jots if one.id == parked.id).commitment_id is None
    row = next(one for one in commitments_of(deal) if one.id == task)
    assert (row.outcome, row.note) == ("broken", "записали дважды"), "its time had come"
    drop_task(commitment_id=task, reason="записали дважды", at=WHEN + 5 * HOUR, **do)  # pressed twice
    assert [one.outcome for one in commitments_of(deal) if one.id == task] == ["broken"]


def test_a_task_is_changed_by_whose_it_is(company: Company, deal: int) -> None:
    meeting_id = held(company, deal)
    close: dict[str, Any] = {"meeting_id": meeting_id, "at": WHEN + HOUR}
    task = add_task(text="@expert список задач к 30.11.2026", actor=company.manager, **close)
    own = add_task(text="@expert сверка партий к 30.11.2026", actor=company.expert, **close)
    with pytest.raises(NotAllowed):
        drop_task(commitment_id=task, reason="не успеваю", actor=company.expert, **close)
    with pytest.raises(NotAllowed):
        retype_task(
            commitment_id=task, text="@expert список задач к 30.12.2026", actor=company.expert, **close
        )
    seen = shown(company, meeting_id, company.expert).tasks
    assert {one.id: one.may_change for one in seen} == {task: False, own: True}
    drop_task(commitment_id=own, reason="записал дважды", actor=company.expert, **close)
    assert {one.id: one.may_change for one in shown(company, meeting_id).tasks} == {task: True}


def test_a_question_whose_task_is_waived_is_nobodys_again(company: Company, deal: int) -> None:
    meeting_id = held(company, deal)
    do: dict[str, Any] = {"meeting_id": meeting_id, "actor": company.manager, "at": WHEN + HOUR}
    parked = next(one for one in shown(company, meeting_id).jots if one.kind == "parked")
    task = add_task(text="@expert ответ про пилораму к 30.11.2026", jot_id=parked.id, **do)
    add_task(text="@expert список задач к 30.11.2026", **do)
    waive(commitment_id=task, reason="спросим иначе", actor=company.manager, at=WHEN + HOUR)
    with pytest.raises(Invalid) as refused:
        close_meeting(judged={}, controller_id=company.head.me, **do)
    assert f"parked.{parked.id}" in refused.value.errors
    settle(jot_id=parked.id, how="Ответили в переписке", **do)


def test_a_task_that_is_done_is_corrected_no_more_and_a_waived_one_is_none(
    company: Company, deal: int
) -> None:
    meeting_id = held(company, deal)
    do: dict[str, Any] = {"meeting_id": meeting_id, "actor": company.manager, "at": WHEN + HOUR}
    task = add_task(text="@expert список задач к 30.11.2026", **do)
    waive(commitment_id=task, reason="клиент прислал сам", actor=company.manager, at=WHEN + HOUR)
    with pytest.raises(AlreadyClosed):
        drop_task(commitment_id=task, reason="записали дважды", **do)
    with pytest.raises(Invalid) as refused:
        close_meeting(judged={}, controller_id=company.head.me, **do)
    assert refused.value.errors["tasks"] == "meeting_without_tasks"


def test_the_verdict_is_the_experts_own(company: Company, deal: int) -> None:
    meeting_id = held(company, deal)
    say: dict[str, Any] = {"meeting_id": meeting_id, "verdict": "doubts", "at": WHEN + HOUR}
    with pytest.raises(NotAllowed):
        say_verdict(words="много самописного", actor=company.manager, **say)
    with pytest.raises(Invalid):
        say_verdict(words="-", actor=company.expert, **say)
    say_verdict(words="много самописного кода", actor=company.expert, **say)
    assert facts(company, deal)["expert.verdict"] == "verdict_doubts"


@pytest.mark.requirement("R17")
def test_a_meeting_of_ours_ends_by_the_same_rule_and_its_tasks_name_their_deals(
    company: Company, deal: int
) -> None:
    """Internal meetings included."""
    other = accepted_deal(company, inn="7728168971")
    meeting_id = call_meeting(agenda="status_run", title="Статус по сделкам", actor=company.head, at=TUESDAY)
    begin(meeting_id=meeting_id, actor=company.head, at=TUESDAY)
    end(meeting_id=meeting_id, actor=company.head, at=TUESDAY + HOUR)
    say: dict[str, Any] = {"meeting_id": meeting_id, "actor": company.head, "at": TUESDAY + HOUR}
    with pytest.raises(Invalid) as refused:
        add_task(text="@expert список задач к 30.11.2026", **say)
    assert refused.value.errors == {"deal": "line_no_deal"}
    with pytest.raises(Invalid) as refused:
        add_task(text="999 @expert список задач к 30.11.2026", **say)
    assert refused.value.errors == {"deal": "line_unknown_deal"}
    with pytest.raises(Invalid):
        close_meeting(judged={}, controller_id=company.owner.me, **say)
    add_task(text="2 @expert список задач к 30.11.2026", **say)
    add_task(text="С-2026-0001 @manager письмо клиенту к 30.11.2026", **say)
    close_meeting(judged={}, controller_id=company.owner.me, **say)
    assert [one.deal_id for one in shown(company, meeting_id, company.head).tasks] == [other, deal]
    assert not list(faults())


def test_a_task_that_turns_out_to_be_of_another_deal_leaves_neither_without_a_next_step(
    company: Company, deal: int
) -> None:
    accepted_deal(company, inn="7728168971")
    meeting_id = call_meeting(agenda="status_run", title="Статус по сделкам", actor=company.head, at=TUESDAY)
    begin(meeting_id=meeting_id, actor=company.head, at=TUESDAY)
    say: dict[str, Any] = {"meeting_id": meeting_id, "actor": company.head, "at": TUESDAY + HOUR}
    task = add_task(text="1 @expert список задач к 30.11.2026", **say)
    for one in commitments_of(deal):
        if one.outcome == "open" and one.id != task:
            waive(commitment_id=one.id, reason="не нужно", actor=company.head, at=TUESDAY + HOUR)
    retype_task(commitment_id=task, text="2 @expert список задач к 30.11.2026", **say)
    assert [one.term for one in commitments_of(deal) if one.outcome == "open"] == ["next_step"]
    assert not list(faults())


# the letter


@pytest.mark.requirement("R14")
@pytest.mark.requirement("R29")
def test_the_client_confirms_the_letter_and_says_that_he_is_ready(company: Company, deal: int) -> None:
    meeting_id = summed_up(company, deal)
    assert facts(company, deal)["letter.sent"] == "letter"
    assert owed(deal)["letter_confirmed"] == (company.manager.me, True)
    token = token_for(company, meeting_id, "letter")
    confirm_letter(token=token, answer=Answer("yes", "ждём договор"), at=WHEN + 3 * HOUR)
    assert {"letter.confirmed": "client_page", "client.ready": "client_page"}.items() <= facts(
        company, deal
    ).items()
    assert "letter_confirmed" not in owed(deal)
    letter = shown(company, meeting_id).letters[0]
    assert (letter.answer, letter.answered_by, letter.ready, letter.ready_words) == (
        "confirmed", "Ольга Петровна Лескова", "yes", "ждём договор"
    )  # fmt: skip
    with pytest.raises(AlreadyAnswered):
        confirm_letter(token=token, answer=Answer("not_yet"), at=WHEN + 4 * HOUR)
    with pytest.raises(AlreadyAnswered):
        correct_letter(
            token=token, corrections={"h1": "другое"}, more="", answer=Answer(), at=WHEN + 4 * HOUR
        )


@pytest.mark.requirement("R29")
@pytest.mark.parametrize("ready", ["yes", "not_yet"])
def test_whoever_confirmed_without_saying_so_may_say_later_whether_he_is_ready(
    company: Company, deal: int, ready: str
) -> None:
    """By the same address, until he is; the confirmation itself stays as it is."""
    meeting_id = summed_up(company, deal, theirs=BOTH, guests=(0, 1))
    one, other = (token_of_guest(meeting_id, guest.name, "letter") for guest in BOTH)
    later = WHEN + 3 * HOUR
    with pytest.raises(AlreadyAnswered):
        say_ready(token=one, answer=Answer(ready), at=later)
    confirm_letter(token=one, answer=Answer(), at=later)
    for code, problem in (("", "required"), ("perhaps", "unknown_choice")):
        with pytest.raises(Invalid) as refused:
            say_ready(token=one, answer=Answer(code), at=later)
        assert refused.value.errors == {"ready": problem}
    with pytest.raises(AlreadyAnswered):
        say_ready(token=other, answer=Answer(ready), at=later)
    say_ready(token=one, answer=Answer(ready, "ждём договор"), at=later + HOUR)
    if ready == "yes":
        with pytest.raises(AlreadyAnswered):
            say_ready(token=one, answer=Answer("not_yet"), at=later + HOUR)
    assert ("client.ready" in facts(company, deal)) is (ready == "yes")
    letter = shown(company, meeting_id).letters[0]
    assert (letter.answer, letter.answered_at, letter.ready, letter.ready_words) == (
        "confirmed", later, ready, "ждём договор"
    )  # fmt: skip
    last = timeline(chain=deal, with_details=True, limit=1)[0]
    assert last.detail is not None
    assert last.detail["who"] == BOTH[0].name
    erase_typed(deal_id=deal, seqs=[last.seq], actor=company.administrator, at=later + 2 * HOUR)
    assert shown(company, meeting_id).letters[0].ready_words == "…"


def test_who_was_not_ready_may_be_later_and_then_it_stays_so(company: Company, deal: int) -> None:
    meeting_id = summed_up(company, deal)
    token, later = token_for(company, meeting_id, "letter"), WHEN + 3 * HOUR
    confirm_letter(token=token, answer=Answer("not_yet", "ждём бюджет"), at=later)
    said = len(timeline(chain=deal, with_details=False, limit=200))
    say_ready(token=token, answer=Answer("not_yet", "ждём бюджет"), at=later)
    assert len(timeline(chain=deal, with_details=False, limit=200)) == said, "the same again is no news"
    say_ready(token=token, answer=Answer("yes", "бюджет есть"), at=later + HOUR)
    assert facts(company, deal)["client.ready"] == "client_page"
    letter = shown(company, meeting_id).letters[0]
    assert (letter.answer, letter.ready, letter.ready_words) == ("confirmed", "yes", "бюджет есть")
    with pytest.raises(AlreadyAnswered):
        say_ready(token=token, answer=Answer("not_yet"), at=later + HOUR)


def test_after_a_confirmation_by_phone_the_answer_is_of_who_gave_it_last(company: Company, deal: int) -> None:
    meeting_id = summed_up(company, deal, theirs=BOTH, guests=(0, 1))
    one, other = (token_of_guest(meeting_id, guest.name, "letter") for guest in BOTH)
    later = WHEN + 3 * HOUR
    say_answered(
        meeting_id=meeting_id, version=1, how="по телефону: всё верно", ready="", actor=company.manager, at=later
    )  # fmt: skip
    say_ready(token=one, answer=Answer("not_yet", "ждём бюджет"), at=later)
    say_ready(token=other, answer=Answer("yes"), at=later + HOUR)
    assert [open_door(token, at=later + HOUR).used_at is not None for token in (one, other)] == [False, True]


def test_after_a_confirmation_by_phone_any_of_those_who_have_the_letter_says_that_he_is_ready(
    company: Company, deal: int
) -> None:
    meeting_id = summed_up(company, deal)
    say_answered(
        meeting_id=meeting_id, version=1, how="по телефону: всё верно", ready="", actor=company.manager, at=WHEN + 3 * HOUR
    )  # fmt: skip
    say_ready(token=token_for(company, meeting_id, "letter"), answer=Answer("yes"), at=WHEN + 4 * HOUR)
    assert facts(company, deal)["client.ready"] == "client_page"


@pytest.mark.requirement("R14")
def test_corrections_are_kept_beside_the_version_and_become_the_next_one(company: Company, deal: int) -> None:
    meeting_id = summed_up(company, deal)
    token = token_for(company, meeting_id, "letter")
    at = WHEN + 3 * HOUR
    with pytest.raises(Invalid) as refused:
        correct_letter(
            token=token, corrections={"h1": POINTS[0].text, "zz": "чужое"}, more=" ", answer=Answer(), at=at
        )
    assert refused.value.errors == {"points": "nothing_corrected"}
    correct_letter(
        token=token, corrections={"h1": "Закрытие месяца занимает двенадцать дней", "q1": ""}, more="Нужен доступ с телефона",
        answer=Answer("not_yet", "сначала увидим сроки"), at=at,
    )  # fmt: skip
    letter = shown(company, meeting_id).letters[0]
    assert letter.points[0]["text"] == POINTS[0].text, "what was sent stays as it was"
    assert letter.corrections == {"h1": "Закрытие месяца занимает двенадцать дней", "q1": ""}
    assert owed(deal)["letter_mended"] == (company.manager.me, False)
    assert "letter_confirmed" not in owed(deal)
    assert {"letter.sent", "client.ready"}.isdisjoint(facts(company, deal))
    points = next_version(letter.points, letter.corrections, letter.more)
    assert [(one.key, one.part) for one in points] == [
        ("h1", "heard"),
        ("a1", "agreed"),
        ("more1", "agreed"),
        ("n1", "next"),
    ]
    write_letter(
        meeting_id=meeting_id, text=replace(LETTER, points=points), seen=1, actor=company.manager, at=at
    )
    send_letter(meeting_id=meeting_id, version=2, guests=[0], actor=company.manager, at=at)
    with pytest.raises(DoorShut):
        confirm_letter(token=token, answer=Answer(), at=at)
    confirm_letter(token=token_for(company, meeting_id, "letter"), answer=Answer("yes"), at=at + HOUR)
    assert {"letter.confirmed", "client.ready", "letter.sent"} <= facts(company, deal).keys()
    assert "letter_mended" not in owed(deal)


def test_a_letter_is_one_screen_and_names_the_next_step(company: Company, deal: int) -> None:
    meeting_id = closed(company, deal)
    write: dict[str, Any] = {
        "meeting_id": meeting_id,
        "seen": 0,
        "actor": company.manager,
        "at": WHEN + 2 * HOUR,
    }
    long = tuple(LetterPoint(f"h{n}", "heard", f"Задача {n}: " + "о" * 300) for n in range(9))
    for points, code in (
        (long, "more_than_a_screen"),
        ((), "required"),
        ((POINTS[0], POINTS[0]), "unknown_choice"),
    ):
        with pytest.raises(Invalid) as refused:
            write_letter(text=replace(LETTER, points=points), **write)
        assert refused.value.errors == {"points": code}
    write_letter(text=replace(LETTER, points=POINTS[:3]), **write)
    send: dict[str, Any] = {
        "meeting_id": meeting_id,
        "version": 1,
        "actor": company.manager,
        "at": WHEN + 2 * HOUR,
    }
    with pytest.raises(Invalid) as refused:
        send_letter(guests=[], **send)
    assert refused.value.errors == {"guests": "required", "points": "no_next_step"}
    with pytest.raises(Conflict, match="changed_meanwhile"):
        write_letter(text=LETTER, **write)


@pytest.mark.requirement("R14")
def test_silence_has_its_own_clock_a_reminder_then_a_call(company: Company, deal: int) -> None:
    """A working day after the letter a reminder, after two somebody owes a call."""
    meeting_id = summed_up(company, deal)  # Thursday 13:00 in Moscow, when the lunch hour begins
    letter = Letter.objects.get()
    assert letter.remind_at is not None
    assert letter.call_at is not None
    assert (letter.remind_at - WHEN, letter.call_at - WHEN) == (
        timedelta(days=1, hours=3),
        timedelta(days=4, hours=3),
    )
    assert to_remind(at=letter.remind_at - HOUR) == ()
    assert to_remind(at=letter.remind_at) == (letter.pk,)
    letters_have_left(at=WHEN + 2 * HOUR)
    assert remind_client(letter_id=letter.pk, at=letter.remind_at)
    assert not remind_client(letter_id=letter.pk, at=letter.remind_at)
    assert [one.data["again"] for one in Message.objects.filter(kind="summed_up").order_by("pk")] == [
        "",
        "reminder",
    ]
    assert to_call(at=letter.call_at) == (letter.pk,)
    assert note_silence(letter_id=letter.pk, at=letter.call_at)
    assert owed(deal)["letter_called"] == (company.manager.me, False)
    confirm_letter(token=token_for(company, meeting_id, "letter"), answer=Answer(), at=letter.call_at + HOUR)
    assert "letter_called" not in owed(deal), "nobody calls who has answered"


def test_a_reminder_waits_for_its_letter(company: Company, deal: int) -> None:
    """After a day without a mail server the two don't come together."""
    summed_up(company, deal)
    letter = Letter.objects.get()
    assert letter.remind_at is not None
    assert not remind_client(letter_id=letter.pk, at=letter.remind_at)
    again = Letter.objects.get()
    assert again.remind_at is not None
    assert (again.reminded_at, again.remind_at > letter.remind_at) == (None, True)
    letters_have_left(at=again.remind_at - HOUR)
    assert not remind_client(letter_id=letter.pk, at=again.remind_at)
    last = Letter.objects.get()
    assert last.remind_at is not None
    assert remind_client(letter_id=letter.pk, at=last.remind_at)
    assert not remind_client(letter_id=letter.pk, at=last.remind_at)


def test_nobody_is_reminded_of_what_was_answered_by_phone(company: Company, deal: int) -> None:
    meeting_id = summed_up(company, deal)
    letter = Letter.objects.get()
    say_answered(
        meeting_id=meeting_id,
        version=1,
        how="по телефону: всё верно",
        ready="yes",
        actor=company.manager,
        at=WHEN + 3 * HOUR,
    )
    assert facts(company, deal)["letter.confirmed"] == "told"
    assert letter.remind_at is not None
    assert to_remind(at=letter.remind_at) == ()


def test_nobody_is_reminded_where_the_fact_was_written_down_on_the_deal(company: Company, deal: int) -> None:
    read = summed_up(company, deal)
    for stage in ("preparation",):
        complete_stage(
            deal_id=deal,
            stage=stage,
            actor=company.manager,
            at=WHEN + 2 * HOUR,
            reason="десятиминутку провели устно",
        )
    supply_evidence(
        deal_id=deal,
        stage="meeting",
        check="letter_confirmed",
        text="ответ на почту",
        actor=company.manager,
        at=WHEN + 3 * HOUR,
    )
    letter = Letter.objects.get(meeting_id=read)
    assert letter.remind_at is not None
    assert not remind_client(letter_id=letter.pk, at=letter.remind_at)


def test_a_letter_that_is_taken_back_leads_nowhere(company: Company, deal: int) -> None:
    meeting_id = summed_up(company, deal)
    token = token_for(company, meeting_id, "letter")
    take_back_letter(meeting_id=meeting_id, version=1, actor=company.manager, at=WHEN + 3 * HOUR)
    with pytest.raises(DoorShut) as shut:
        confirm_letter(token=token, answer=Answer(), at=WHEN + 3 * HOUR)
    assert shut.value.params == {"why": "revoked", "manager": company.manager.me}
    assert "letter.sent" not in facts(company, deal)
    with pytest.raises(NotFound):
        take_back_letter(meeting_id=meeting_id, version=1, actor=company.manager, at=WHEN + 3 * HOUR)


def test_only_the_manager_writes_to_the_client(company: Company, deal: int) -> None:
    meeting_id = closed(company, deal)
    with pytest.raises(NotAllowed):
        write_letter(meeting_id=meeting_id, text=LETTER, seen=0, actor=company.expert, at=WHEN + 2 * HOUR)


def test_the_facts_of_a_meeting_carry_the_deal_through_its_gates(company: Company, deal: int) -> None:
    """Preparation and first meeting are left without a word of explanation."""
    meeting_id = agreed(company, deal)
    complete_stage(deal_id=deal, stage="preparation", actor=company.manager, at=WHEN - HOUR)
    begin(meeting_id=meeting_id, actor=company.manager, at=WHEN)
    end(meeting_id=meeting_id, actor=company.manager, at=WHEN + HOUR)
    assert "letter_sent" in owed(deal)
    add_task(
        meeting_id=meeting_id, text="@expert список задач к 30.11.2026", actor=company.manager, at=WHEN + HOUR
    )
    close_meeting(
        meeting_id=meeting_id,
        judged={0: Judged(met=True)},
        controller_id=company.head.me,
        actor=company.manager,
        at=WHEN + HOUR,
    )
    write_letter(meeting_id=meeting_id, text=LETTER, seen=0, actor=company.manager, at=WHEN + HOUR)
    send_letter(meeting_id=meeting_id, version=1, guests=[0], actor=company.manager, at=WHEN + HOUR)
    assert "letter_sent" not in owed(deal)
    confirm_letter(token=token_for(company, meeting_id, "letter"), answer=Answer("yes"), at=WHEN + 2 * HOUR)
    assert (
        complete_stage(deal_id=deal, stage="meeting", actor=company.manager, at=WHEN + 3 * HOUR) == "estimate"
    )
    assert not list(faults(chain=deal))


def test_the_next_meeting_begins_with_facts_of_its_own(company: Company, deal: int) -> None:
    first = summed_up(company, deal)
    confirm_letter(token=token_for(company, first, "letter"), answer=Answer("yes"), at=WHEN + 3 * HOUR)
    later = WHEN + timedelta(days=7)
    second = planned(company, deal, agenda="defence", at=WHEN + timedelta(days=1), starts_at=later)
    assert {
        "meeting.goals_agreed",
        "briefing.read",
        "letter.sent",
        "letter.confirmed",
        "client.ready",
    }.isdisjoint(facts(company, deal))
    begin(meeting_id=second, actor=company.manager, at=later)
    end(meeting_id=second, actor=company.manager, at=later + HOUR)
    assert facts(company, deal)["defence.held"] == "room"
    assert (effort_in(short_of(deal)).meetings, effort_in(short_of(deal)).minutes) == (2, 130)  # R18


def test_what_is_erased_from_the_journal_stands_nowhere_in_the_meeting(company: Company, deal: int) -> None:
    meeting_id = held(company, deal)
    say_verdict(
        meeting_id=meeting_id,
        verdict="doubts",
        words="много самописного кода",
        actor=company.expert,
        at=WHEN + HOUR,
    )
    add_task(
        meeting_id=meeting_id, text="@expert список задач к 30.11.2026", actor=company.manager, at=WHEN + HOUR
    )
    write_letter(meeting_id=meeting_id, text=LETTER, seen=0, actor=company.manager, at=WHEN + HOUR)
    send_letter(meeting_id=meeting_id, version=1, guests=[0], actor=company.manager, at=WHEN + HOUR)
    token = token_for(company, meeting_id, "letter")
    correct_letter(
        token=token, corrections={"h1": "Закрываем за двенадцать дней"}, more="Ещё нужен телефон",
        answer=Answer("not_yet", "сначала сроки"), at=WHEN + 2 * HOUR,
    )  # fmt: skip
    head = len(timeline(chain=deal, with_details=False, limit=2000))
    erase_typed(deal_id=deal, seqs=range(1, head + 1), actor=company.administrator, at=WHEN + 3 * HOUR)
    page = shown(company, meeting_id)
    letter = page.letters[0]
    said = (page.our_goal, page.client_goal, page.verdict_words, letter.more, letter.ready_words)
    assert set(said) == {"…"}
    assert letter.corrections == {}
    assert not list(faults())


# reading


def test_a_list_of_meetings_costs_the_same_for_one_and_for_many(company: Company) -> None:
    def cost() -> int:
        with moment(), CaptureQueriesContext(connection) as caught:
            meeting_rows(viewer=company.manager, at=TUESDAY)
        return len(caught)

    planned(company, accepted_deal(company))
    one = cost()
    for inn in ("7728168971", "5024002119", "7736050003"):
        planned(company, accepted_deal(company, inn=inn))
    assert len(meeting_rows(viewer=company.manager, at=TUESDAY)) == 4
    assert cost() == one


def test_the_calendar_feed_is_its_owners_until_it_is_renewed(company: Company, deal: int) -> None:
    agreed(company, deal)
    token = feed_token(actor=company.expert)
    assert feed_token(actor=company.expert) == token
    assert feed_reader(token).person_id == company.expert.me
    assert [one.starts_at for one in going_to(viewer=feed_reader(token), since=TUESDAY)] == [WHEN]
    forged = f"{company.manager.me}-1:{token.partition(':')[2]}"
    for wrong in (forged, token[:-2], "", "1:1"):
        with pytest.raises(NotFound):
            feed_reader(wrong)
    renew_feed(actor=company.expert)
    with pytest.raises(NotFound):
        feed_reader(token)
    with pytest.raises(NotAllowed):
        feed_token(actor=company.agent)


def test_who_has_not_moderated_for_longest_comes_first(company: Company) -> None:
    closed(company, accepted_deal(company))
    ours = [company.manager.me, company.expert.me, company.head.me]
    assert rota(ours) == (company.expert.me, company.head.me, company.manager.me)


def test_the_database_knows_what_a_meeting_is(company: Company, deal: int) -> None:
    meeting_id = planned(company, deal)
    row = Meeting.objects.filter(pk=meeting_id)
    for broken in (
        {"kind": "party"},
        {"state": "running"},
        {"minutes": 0},
        {"deal": None},
        {"kind": "huddle"},
        {"verdict": "hm"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**broken)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(state="closed", began_at=WHEN, ended_at=WHEN)


@pytest.mark.parametrize("who", ["agent", "stranger"])
def test_partners_and_strangers_learn_of_no_meeting(company: Company, deal: int, who: str) -> None:
    actor = company.agent if who == "agent" else Actor(None, "public")
    meeting_id = planned(company, deal)
    for act in (begin, end):
        with pytest.raises(NotFound):
            act(meeting_id=meeting_id, actor=actor, at=WHEN)
    with pytest.raises((NotFound, NotAllowed)):
        plan_meeting(deal_id=deal, agenda="first_meeting", actor=actor, at=TUESDAY)
