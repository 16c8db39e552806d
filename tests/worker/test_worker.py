"""The worker does once what is due, however often it looks, and whatever else fails."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection

from svyazka.presale.channels.codes import issue_code
from svyazka.presale.channels.commands import bind_place
from svyazka.presale.channels.incoming import receive
from svyazka.presale.channels.models import Code, Incoming, Talk
from svyazka.presale.channels.talks import TalkState, set_talk
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.overdue import standing_still
from svyazka.presale.deals.commands import say_contacted
from svyazka.presale.journal.guard import REMOVE
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import faults
from svyazka.presale.meetings.models import SmallThing
from svyazka.presale.meetings.reading import note_small_thing
from svyazka.presale.meetings.room import begin
from svyazka.presale.notices.models import Notice
from svyazka.presale.questions.commands import ask_question, relay_question
from svyazka.worker.anchors import AnchorDamaged, anchored_heads, write_anchor
from svyazka.worker.loop import Task, beat, run_round
from svyazka.worker.meetings import look_after_meetings
from svyazka.worker.nightly import mend_standing, night_work
from svyazka.worker.overdue import tell_overdue
from tests.company import TUESDAY, accepted_deal, found_company, whole_request
from tests.meetings import WHEN, agreed, letters_have_left, summed_up

pytestmark = pytest.mark.django_db

LATER = TUESDAY + timedelta(hours=3)
NEXT_WEEK = TUESDAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Any) -> Path:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)
    return tmp_path


def _acts(name: str) -> int:
    return Entry.objects.filter(act=name).count()


def test_an_overdue_commitment_is_told_of_once() -> None:
    company = found_company()
    whole_request(company)
    assert tell_overdue(TUESDAY + timedelta(minutes=90)) == 0
    assert tell_overdue(LATER) == 1  # the first answer, due in two hours
    assert tell_overdue(LATER + timedelta(minutes=1)) == 0
    entry = Entry.objects.get(act="commitment.overdue")
    assert entry.data["term"] == "first_response"
    assert entry.data["minutes_late"] == 60
    assert (entry.actor_id, entry.channel) == (None, "system")
    assert Notice.objects.filter(kind="commitment.overdue", person_id=company.dispatcher.me).exists()


def test_past_the_hardest_time_the_next_level_is_called_once() -> None:
    company = found_company()
    whole_request(company)
    tell_overdue(NEXT_WEEK)
    tell_overdue(NEXT_WEEK)
    assert _acts("commitment.escalated") == 1
    assert Notice.objects.filter(kind="commitment.escalated", person_id=company.administrator.me).exists()


def test_what_was_kept_in_time_is_not_told_of() -> None:
    company = found_company()
    deal_id = whole_request(company).deal_id
    say_contacted(deal_id=deal_id, how="созвонились", actor=company.dispatcher, at=TUESDAY)
    assert tell_overdue(LATER) == 0


def test_a_clock_that_waits_for_the_client_tells_nothing() -> None:
    company = found_company()
    deal_id = accepted_deal(company)
    pausing = Commitment.objects.filter(deal_id=deal_id, outcome="open").first()
    assert pausing is not None
    Commitment.objects.exclude(pk=pausing.pk).filter(outcome="open").update(
        due_at=NEXT_WEEK + timedelta(days=30)
    )
    Commitment.objects.filter(pk=pausing.pk).update(pauses=True, due_at=LATER, hard_due_at=None)
    question = ask_question(deal_id=deal_id, text="Сколько складов?", actor=company.expert, at=TUESDAY)
    relay_question(question_id=question, actor=company.manager, at=TUESDAY)
    assert tell_overdue(LATER + timedelta(hours=1)) == 0


def test_a_deal_that_stands_still_is_found_and_set_moving() -> None:
    company = found_company()
    deal_id = accepted_deal(company)
    Commitment.objects.filter(deal_id=deal_id, outcome="open").update(outcome="cancelled", closed_at=TUESDAY)
    assert standing_still() == (deal_id,)
    assert mend_standing(LATER) == 1
    assert standing_still() == ()
    assert Commitment.objects.get(deal_id=deal_id, outcome="open").term == "next_step"
    assert mend_standing(LATER) == 0


def test_the_nights_work_is_done_once_a_night(data: Path) -> None:
    whole_request(found_company())
    Session.objects.create(session_key="old", session_data="", expire_date=TUESDAY - timedelta(days=1))
    assert night_work(TUESDAY) == 1
    assert night_work(LATER) == 0
    assert night_work(TUESDAY + timedelta(days=1)) == 1
    assert [path.name for path in sorted((data / "anchors").iterdir())] == [
        "2026-11-24.jsonl",
        "2026-11-25.jsonl",
    ]
    assert not Session.objects.exists()


def test_what_chats_said_is_forgotten_once_nobody_needs_it(data: Path) -> None:
    us = found_company()
    place = bind_place(
        channel="telegram", chat="7", role="person", person_id=us.expert.me, actor=us.expert, at=TUESDAY
    )
    set_talk(place, TalkState("lead", {"said": "Завод"}), at=TUESDAY)
    issue_code(purpose="person", actor=us.expert, at=TUESDAY)
    for name, attempts in (("waits", 0), ("aside", 3)):
        receive(channel="telegram", source=name, raw={"text": name}, at=TUESDAY)
        Incoming.objects.filter(source=name).update(attempts=attempts)
    night_work(TUESDAY + timedelta(hours=1))
    assert (Talk.objects.count(), Code.objects.count(), Incoming.objects.count()) == (1, 1, 2)
    night_work(TUESDAY + timedelta(days=8))
    assert not Talk.objects.exists()
    assert not Code.objects.exists()
    assert [row.source for row in Incoming.objects.all()] == ["waits"], (
        "what nobody has handled is never lost"
    )


@pytest.mark.requirement("R15")
def test_small_things_about_a_client_fade_two_weeks_after_the_meeting(data: Path) -> None:
    us = found_company()
    deal_id = accepted_deal(us)
    note_small_thing(deal_id=deal_id, text="Не любит слова «автоматизация»", actor=us.manager, at=TUESDAY)
    summed_up(us, deal_id)
    night_work(WHEN + timedelta(days=13))
    assert SmallThing.objects.count() == 1
    night_work(WHEN + timedelta(days=15))
    assert not SmallThing.objects.exists()


def test_before_two_in_the_morning_it_is_still_yesterdays_night() -> None:
    found_company()
    assert night_work(datetime(2026, 11, 23, 22, 30, tzinfo=UTC)) == 0
    assert night_work(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == 1


def test_a_cut_tail_is_named_by_the_anchor_alone() -> None:
    company = found_company()
    deal_id = whole_request(company).deal_id
    write_anchor(TUESDAY.date(), TUESDAY)
    with connection.cursor() as cursor:
        for statement in REMOVE[connection.vendor]:
            cursor.execute(statement)
    last = Entry.objects.filter(chain=deal_id).order_by("-seq").first()
    assert last is not None
    Entry.objects.filter(pk=last.pk).delete()
    assert list(faults(chain=deal_id)) == []
    found = faults(chain=deal_id, anchored=anchored_heads())
    assert [(fault.kind, fault.chain) for fault in found] == [("cut", deal_id)]


def test_each_anchor_holds_what_has_grown_since_the_one_before() -> None:
    company = found_company()
    deal_id = whole_request(company).deal_id
    write_anchor(TUESDAY.date(), TUESDAY)
    say_contacted(deal_id=deal_id, how="созвонились", actor=company.dispatcher, at=TUESDAY)
    second = write_anchor((TUESDAY + timedelta(days=1)).date(), TUESDAY)
    header, *grown = [json.loads(line) for line in second.read_text().splitlines()]
    assert [line["chain"] for line in grown] == [deal_id]
    assert header["above"] > 0
    assert anchored_heads()[deal_id].seq == Entry.objects.filter(chain=deal_id).count()


def test_a_changed_or_missing_anchor_is_noticed() -> None:
    found_company()
    first = write_anchor(TUESDAY.date(), TUESDAY)
    write_anchor((TUESDAY + timedelta(days=1)).date(), TUESDAY)
    first.write_text(first.read_text() + " \n")
    with pytest.raises(AnchorDamaged):
        anchored_heads()
    first.unlink()
    with pytest.raises(AnchorDamaged):
        anchored_heads()


def test_a_failed_anchor_leaves_no_half_file(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found_company()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_anchor(TUESDAY.date(), TUESDAY)
    assert list((data / "anchors").iterdir()) == []


def test_one_failing_task_does_not_stop_the_others() -> None:
    done: list[datetime] = []

    def fails(at: datetime) -> int:
        raise RuntimeError

    def works(at: datetime) -> int:
        done.append(at)
        return 1

    todo = [
        Task("broken", fails, timedelta(0), rest=timedelta(minutes=5)),
        Task("good", works, timedelta(minutes=1)),
    ]
    run_round(todo, TUESDAY)
    run_round(todo, TUESDAY + timedelta(seconds=30))
    run_round(todo, TUESDAY + timedelta(seconds=61))
    assert done == [TUESDAY, TUESDAY + timedelta(seconds=61)]
    assert todo[0].next_at == TUESDAY + timedelta(minutes=5)


def test_the_worker_leaves_word_that_it_lives() -> None:
    beat(TUESDAY)
    assert cache.get(settings.WORKER_BEAT) == TUESDAY.isoformat()


def test_a_forgotten_meeting_is_ended_and_a_silent_client_reminded_each_once(settings: Any) -> None:
    settings.CHANNELS = ("email",)
    company = found_company()
    running = agreed(company, accepted_deal(company))
    begin(meeting_id=running, actor=company.manager, at=WHEN)
    summed_up(company, accepted_deal(company, inn="7728168971"))
    assert look_after_meetings(WHEN + timedelta(hours=2)) == 0
    letters_have_left(at=WHEN + timedelta(hours=2))
    late = WHEN + timedelta(days=5)
    assert look_after_meetings(late) == 3  # ended, reminded, to be called
    assert look_after_meetings(late) == 0
    assert [_acts(name) for name in ("meeting.ended", "letter.reminded", "letter.unanswered")] == [2, 1, 1]
    assert not list(faults())
