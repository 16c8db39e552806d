"""Erasing what was typed about a meeting: each act takes with it what its kind may have written, in whatever table it stands."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from svyazka.presale.channels.models import Message, Place
from svyazka.presale.erasing import erase_typed
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import faults
from svyazka.presale.journal.values import NotFound
from svyazka.presale.meetings.asking import Corrections, ask_client, correct_plan, take_goal_in
from svyazka.presale.meetings.closing import Judged, add_task, close_meeting, settle
from svyazka.presale.meetings.doors import DoorShut, open_door
from svyazka.presale.meetings.drafts import DraftGuest, DraftPoint
from svyazka.presale.meetings.letters import (
    Answer,
    LetterPoint,
    Text,
    correct_letter,
    send_letter,
    write_letter,
)
from svyazka.presale.meetings.models import Door, Guest, Jot, Letter, Meeting, Point, SmallThing
from svyazka.presale.meetings.planning import plan_huddle
from svyazka.presale.meetings.reading import note_small_thing
from svyazka.presale.meetings.room import begin, end, jot_down
from tests.company import TUESDAY, Company, accepted_deal
from tests.meetings import MAIL, WHEN, agreed, jotted, planned, replan, shown, summed_up, token_for

HOUR = timedelta(hours=1)
SECRET = "тайнопись"
ADDRESS = "tainopis@sevles.example"


@pytest.fixture
def deal(company: Company, settings: Any) -> int:
    settings.CHANNELS = ("email",)
    return accepted_deal(company)


def erase(us: Company, deal: int, *acts: str) -> int:
    """Erase what was typed with all acts of these kinds; with all acts at all where none is named."""
    found = Entry.objects.filter(chain=deal)
    seqs = (found.filter(act__in=acts) if acts else found).values_list("seq", flat=True)
    return erase_typed(deal_id=deal, seqs=list(seqs), actor=us.administrator, at=WHEN + 30 * HOUR)


def where_it_lies() -> set[str]:
    """Tables in which a word of the secret or its address stands."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            words = " ".join(str(value) for row in cursor.fetchall() for value in row)
            if any(one in words for one in (SECRET, SECRET.encode("unicode_escape").decode(), ADDRESS)):
                found.add(table)
    return found


def secretive_meeting(us: Company, deal: int) -> int:
    """A meeting in which the secret stands wherever something can be typed."""
    manager, expert = us.manager, us.expert
    note_small_thing(deal_id=deal, text=SECRET, actor=manager, at=TUESDAY)
    meeting = planned(
        us, deal, our_goal=SECRET, client_goal=SECRET, place=SECRET, title=SECRET, criteria=(SECRET,),
        points=(DraftPoint(30, SECRET, "money", manager.me),),
        theirs=(DraftGuest(SECRET, SECRET, decides=True, email=ADDRESS),),
    )  # fmt: skip
    ask_client(meeting_id=meeting, guests=[0], actor=manager, at=TUESDAY)
    said = Corrections(goal=f"Ещё {SECRET}", time=SECRET)
    correct_plan(token=token_for(us, meeting), corrections=said, at=TUESDAY + HOUR)
    take_goal_in(meeting_id=meeting, actor=manager, at=TUESDAY + HOUR)
    huddle = plan_huddle(meeting_id=meeting, actor=manager, at=TUESDAY + HOUR)
    begin(meeting_id=huddle, actor=manager, at=TUESDAY + HOUR)
    jot_down(meeting_id=huddle, written=jotted("note", SECRET), actor=expert, at=TUESDAY + HOUR)
    end(meeting_id=huddle, actor=manager, at=TUESDAY + 2 * HOUR)
    begin(meeting_id=meeting, actor=manager, at=WHEN)
    for kind in ("note", "decision", "parked"):
        jot_down(meeting_id=meeting, written=jotted(kind, SECRET, asker=SECRET), actor=expert, at=WHEN)
    end(meeting_id=meeting, actor=manager, at=WHEN + HOUR)
    parked = next(one for one in shown(us, meeting).jots if one.kind == "parked")
    settle(meeting_id=meeting, jot_id=parked.id, how=SECRET, actor=manager, at=WHEN + HOUR)
    add_task(meeting_id=meeting, text=f"@expert {SECRET} к 30.11.2026 15:00", actor=manager, at=WHEN + HOUR)
    judged = {0: Judged(met=True, words=SECRET)}
    close_meeting(
        meeting_id=meeting, judged=judged, controller_id=us.head.me, actor=manager, at=WHEN + 2 * HOUR
    )
    _sum_up(us, meeting)
    return meeting


def _sum_up(us: Company, meeting: int) -> None:
    """Two versions of the letter, the first of them corrected by the client."""
    points = (LetterPoint("h1", "heard", SECRET), LetterPoint("n1", "next", SECRET))
    text = Text(SECRET, SECRET, points, "ru")
    for version in (1, 2):
        later = WHEN + (2 + version) * HOUR
        write_letter(meeting_id=meeting, text=text, seen=version - 1, actor=us.manager, at=later)
        send_letter(meeting_id=meeting, version=version, guests=[0], actor=us.manager, at=later)
        if version == 1:
            correct_letter(
                token=token_for(us, meeting, "letter"), corrections={"h1": f"не {SECRET}"}, more=SECRET,
                answer=Answer("not_yet", SECRET), at=later,
            )  # fmt: skip


def test_what_is_erased_of_a_meeting_is_gone_from_every_table(company: Company, deal: int) -> None:
    """Plan, room, letter, the client's people, their addresses and what was sent to them."""
    secretive_meeting(company, deal)
    assert len(where_it_lies()) >= 10
    erase(company, deal)
    assert where_it_lies() == set()
    assert not list(faults())


def test_the_act_that_closed_the_meeting_takes_what_was_written_down_in_it(
    company: Company, deal: int
) -> None:
    meeting = summed_up(company, deal)
    erase(company, deal, "meeting.closed")
    assert {(one.text, one.asker or "…") for one in Jot.objects.all()} == {("…", "…")}
    page = shown(company, meeting)
    assert {page.our_goal, page.client_goal, page.place, page.criteria[0].text, page.criteria[0].words} == {
        "…"
    }
    assert Letter.objects.get().subject == "Итоги встречи 26 ноября", "the letter has acts of its own"
    assert not list(faults())


@pytest.mark.parametrize("act", ["letter.sent", "letter.corrected"])
def test_an_act_about_the_letter_takes_all_its_versions_and_shuts_its_address(
    company: Company, deal: int, act: str
) -> None:
    meeting = summed_up(company, deal)
    token = token_for(company, meeting, "letter")
    correct_letter(
        token=token, corrections={"a1": "Начинаем с пилорамы"}, more="", answer=Answer(), at=WHEN + 5 * HOUR
    )
    text = Text("Итоги", "", (LetterPoint("a1", "agreed", "Начинаем с пилорамы"),), "ru")
    write_letter(meeting_id=meeting, text=text, seen=1, actor=company.manager, at=WHEN + 6 * HOUR)
    erase(company, deal, act)
    letters = list(Letter.objects.order_by("version"))
    assert {point["text"] for letter in letters for point in letter.points} == {"…"}
    assert [letter.corrections for letter in letters] == [{}, {}]
    assert letters[0].points[0]["key"] == "h1"
    with pytest.raises(DoorShut):
        open_door(token, at=WHEN + 31 * HOUR)
    assert Jot.objects.exclude(text="…").count() == 3, "what was written down has acts of its own"
    assert Guest.objects.filter(email=MAIL).exists()


def test_whoever_was_invited_and_is_erased_has_no_name_no_address_and_no_way_in(
    company: Company, deal: int
) -> None:
    meeting = agreed(company, deal)
    token = token_for(company, meeting)
    assert Message.objects.filter(place__chat=MAIL).exists()
    erase(company, deal, "plan.changed")
    assert {(one.name, one.duty, one.email) for one in Guest.objects.all()} == {("…", "…", "")}
    assert set(Door.objects.values_list("name", "email")) == {("…", "")}
    with pytest.raises(DoorShut):
        open_door(token, at=TUESDAY + HOUR)
    assert not Place.objects.filter(chat=MAIL).exists()
    assert set(Point.objects.values_list("text", flat=True)) == {"…"}


def test_an_address_that_another_deal_writes_to_stays_there(company: Company, deal: int) -> None:
    agreed(company, deal)
    other = accepted_deal(company, inn="7728168971", sure=True)
    theirs = agreed(company, other)
    erase(company, deal, "plan.changed")
    assert Message.objects.filter(place__chat=MAIL).count() == 1
    assert open_door(token_for(company, theirs), at=TUESDAY + HOUR).name == "Ольга Петровна Лескова"
    assert Meeting.objects.get(pk=theirs).our_goal != "…"


def test_a_small_thing_is_deleted_with_the_act_that_tells_of_it(company: Company, deal: int) -> None:
    note_small_thing(deal_id=deal, text=SECRET, actor=company.manager, at=TUESDAY)
    erase(company, deal, "small_thing.noted")
    assert not SmallThing.objects.exists()


def test_an_older_plan_takes_the_one_that_came_of_it(company: Company, deal: int) -> None:
    """Nobody can tell which words of the later one stood in the earlier: rather more goes than less."""
    meeting = planned(company, deal, client_goal=SECRET)
    replan(company, meeting, at=TUESDAY + HOUR)
    first = Entry.objects.filter(chain=deal, act="plan.changed").order_by("seq")[0]
    erase_typed(deal_id=deal, seqs=[first.seq], actor=company.administrator, at=WHEN)
    assert shown(company, meeting).client_goal == "…"


def test_what_is_erased_once_is_not_erased_again(company: Company, deal: int) -> None:
    summed_up(company, deal)
    assert erase(company, deal, "meeting.closed") == 1
    with pytest.raises(NotFound):
        erase(company, deal, "meeting.closed")


def test_an_act_with_which_nothing_was_typed_erases_nothing(company: Company, deal: int) -> None:
    summed_up(company, deal)
    with pytest.raises(NotFound):
        erase(company, deal, "dossier.signed")
