"""Erasing what was typed about a meeting: each act takes with it what its kind may have written, in whatever table it stands."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from svyazka.presale.channels.models import Message, Place
from svyazka.presale.erasing import erase_typed
from svyazka.presale.journal.models import Detail, Entry
from svyazka.presale.journal.queries import faults
from svyazka.presale.journal.values import NotAllowed, NotFound
from svyazka.presale.meetings.asking import Corrections, ask_client, correct_plan, say_agreed, take_goal_in
from svyazka.presale.meetings.closing import (
    Judged,
    add_task,
    close_meeting,
    retype_task,
    say_verdict,
    settle,
)
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
from svyazka.presale.meetings.planning import call_meeting, cancel_meeting, plan_huddle, plan_meeting
from svyazka.presale.meetings.reading import note_small_thing
from svyazka.presale.meetings.room import begin, end, jot_down
from tests.company import TUESDAY, Company, accepted_deal
from tests.meetings import (
    GUESTS,
    LETTER,
    MAIL,
    WHEN,
    agreed,
    closed,
    held,
    jotted,
    planned,
    replan,
    shown,
    summed_up,
    token_for,
)

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


def still_told(word: str) -> set[str]:
    """Acts with which this word is still kept, but for the request's own form."""
    kept = Detail.objects.exclude(entry__act="deal.received").values_list("entry__act", "body")
    return {act for act, body in kept if word in str(body)}


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


def test_words_that_prove_facts_go_from_them_with_the_act_they_were_typed_with(
    company: Company, deal: int
) -> None:
    """By phone: one sentence, three acts."""
    meeting = planned(company, deal)
    how = f"{SECRET}, по телефону"
    say_agreed(meeting_id=meeting, how=how, actor=company.manager, at=TUESDAY + HOUR)
    assert still_told(SECRET) == {"plan.agreed", "meeting.goals_agreed", "agenda.accepted"}
    assert erase(company, deal, "plan.agreed") == 3
    assert where_it_lies() == set()
    assert not list(faults())


def test_whoever_agreed_is_named_by_no_fact_that_his_consent_proves(company: Company, deal: int) -> None:
    agreed(company, deal)
    assert still_told("Лескова") == {"plan.agreed", "meeting.goals_agreed", "agenda.accepted"}
    erase(company, deal, "plan.agreed")
    assert still_told("Лескова") == set()


@pytest.mark.parametrize("act", ["meeting.verdict", "expert.verdict"])
def test_the_experts_sentence_goes_whole_whichever_of_its_acts_is_erased(
    company: Company, deal: int, act: str
) -> None:
    meeting = held(company, deal)
    say_verdict(meeting_id=meeting, verdict="doubts", words=SECRET, actor=company.expert, at=WHEN + 2 * HOUR)
    erase(company, deal, act)
    assert where_it_lies() == set()
    assert not list(faults())


def test_a_task_typed_anew_is_erased_with_the_reason_that_repeats_it(company: Company, deal: int) -> None:
    meeting = held(company, deal)
    line, later = "@expert {} к 30.11.2026 15:00", WHEN + 2 * HOUR
    first = add_task(meeting_id=meeting, text=line.format("смета по складу"), actor=company.manager, at=later)
    retype_task(
        meeting_id=meeting,
        commitment_id=first,
        text=line.format(SECRET),
        actor=company.manager,
        at=later + HOUR,
    )
    assert still_told(SECRET) == {"commitment.opened", "commitment.cancelled"}
    last = Entry.objects.filter(chain=deal, act="commitment.opened").latest("seq")
    erase_typed(deal_id=deal, seqs=[last.seq], actor=company.administrator, at=WHEN + 30 * HOUR)
    assert where_it_lies() == set()


def test_what_was_typed_in_other_moments_stays(company: Company, deal: int) -> None:
    meeting = planned(company, deal)
    say_agreed(meeting_id=meeting, how="Лескова по телефону", actor=company.manager, at=TUESDAY + HOUR)
    cancel_meeting(meeting_id=meeting, reason="клиент заболел", actor=company.manager, at=TUESDAY + 2 * HOUR)
    erase(company, deal, "plan.agreed")
    assert still_told("заболел") == {"meeting.cancelled"}


def test_the_clients_own_goal_goes_from_the_plan_that_took_it_in_and_the_plan_stays(
    company: Company, deal: int
) -> None:
    meeting = planned(company, deal)
    ask_client(meeting_id=meeting, guests=[0], actor=company.manager, at=TUESDAY)
    said = Corrections(goal=SECRET)
    correct_plan(token=token_for(company, meeting), corrections=said, at=TUESDAY + HOUR)
    take_goal_in(meeting_id=meeting, actor=company.manager, at=TUESDAY + 2 * HOUR)
    assert still_told(SECRET) == {"plan.corrected", "plan.changed"}
    assert erase(company, deal, "plan.corrected") == 2
    assert where_it_lies() == set()
    page = shown(company, meeting)
    assert (page.client_goal, page.our_goal) == ("…", "Клиент называет три задачи, которые решаем первыми")
    assert "Знакомство" in {one.text for one in page.points}
    assert not list(faults())


def test_a_letter_that_was_never_sent_goes_with_what_it_was_written_from(company: Company, deal: int) -> None:
    meeting = closed(company, deal)
    write_letter(meeting_id=meeting, text=LETTER, seen=0, actor=company.manager, at=WHEN + 3 * HOUR)
    erase(company, deal, "meeting.closed")
    letter = Letter.objects.get()
    assert {letter.subject, letter.why, *(point["text"] for point in letter.points)} == {"…"}


def test_a_next_draft_goes_and_the_letter_that_was_sent_stays(company: Company, deal: int) -> None:
    meeting = summed_up(company, deal)
    write_letter(meeting_id=meeting, text=LETTER, seen=1, actor=company.manager, at=WHEN + 5 * HOUR)
    erase(company, deal, "meeting.closed")
    first, second = Letter.objects.order_by("version")
    assert (first.subject, second.subject) == (LETTER.subject, "…")


def test_a_letter_sent_when_the_next_meeting_is_prepared_goes_with_its_own_meeting(
    company: Company, deal: int
) -> None:
    """It proves nothing of the deal any more, so that no act tells of it."""
    meeting = closed(company, deal)
    plan_meeting(deal_id=deal, agenda="first_meeting", actor=company.manager, at=WHEN + 3 * HOUR)
    later = WHEN + 4 * HOUR
    write_letter(meeting_id=meeting, text=LETTER, seen=0, actor=company.manager, at=later)
    send_letter(meeting_id=meeting, version=1, guests=[0], actor=company.manager, at=later)
    assert not Entry.objects.filter(act="letter.sent").exists()
    erase(company, deal, "meeting.closed")
    assert {point["text"] for point in Letter.objects.get().points} == {"…"}


def test_a_huddle_is_erased_alone_and_the_meeting_after_it_is_still_to_come(
    company: Company, deal: int
) -> None:
    meeting = agreed(company, deal)
    huddle = plan_huddle(meeting_id=meeting, actor=company.manager, at=TUESDAY + HOUR)
    begin(meeting_id=huddle, actor=company.manager, at=TUESDAY + HOUR)
    jot_down(meeting_id=huddle, written=jotted("note", SECRET), actor=company.expert, at=TUESDAY + HOUR)
    end(meeting_id=huddle, actor=company.manager, at=TUESDAY + 2 * HOUR)
    erase(company, deal, "huddle.held")
    assert where_it_lies() == set()
    page = shown(company, meeting)
    assert page.place == "Офис клиента, Лесная, 7"
    assert [one.name for one in page.guests] == [one.name for one in GUESTS]
    assert open_door(token_for(company, meeting), at=TUESDAY + 3 * HOUR).name == GUESTS[0].name


def _about_several_deals(us: Company) -> int:
    meeting = call_meeting(agenda="", title=SECRET, actor=us.manager, at=TUESDAY)
    replan(us, meeting, title=SECRET, our_goal=SECRET, client_goal="", place=SECRET, theirs=(), criteria=())
    begin(meeting_id=meeting, actor=us.manager, at=WHEN)
    jot_down(meeting_id=meeting, written=jotted("note", SECRET), actor=us.manager, at=WHEN)
    return meeting


def test_a_meeting_about_several_deals_is_erased_from_the_workspaces_own_acts(
    company: Company, deal: int
) -> None:
    ours, theirs = _about_several_deals(company), planned(company, deal)
    seqs = list(Entry.objects.filter(chain=0, data__meeting=ours).values_list("seq", flat=True))
    later = WHEN + 30 * HOUR
    assert erase_typed(deal_id=None, seqs=seqs, actor=company.administrator, at=later) == 3
    assert where_it_lies() == set()
    assert shown(company, theirs).our_goal != "…"
    assert not list(faults())
    with pytest.raises(NotFound):
        erase_typed(deal_id=None, seqs=seqs, actor=company.administrator, at=later)


def test_only_an_administrator_erases_from_the_workspaces_own_acts(company: Company) -> None:
    _about_several_deals(company)
    for actor in (company.manager, company.head, company.dispatcher, company.owner):
        with pytest.raises(NotAllowed):
            erase_typed(deal_id=None, seqs=range(1, 100), actor=actor, at=WHEN + HOUR)


def _next_meeting(us: Company, deal: int) -> int:
    return plan_meeting(deal_id=deal, agenda="first_meeting", actor=us.manager, at=WHEN + 60 * HOUR)


def test_whoever_was_erased_is_not_invited_to_the_next_meeting_and_the_contact_is(
    company: Company, deal: int
) -> None:
    closed(company, deal)
    erase(company, deal, "meeting.closed")
    following = _next_meeting(company, deal)
    assert [one.name for one in shown(company, following).guests] == ["Ольга Петровна Лескова"]


def test_who_was_typed_since_is_invited_without_those_who_were_erased(company: Company, deal: int) -> None:
    meeting = closed(company, deal)
    erase(company, deal, "meeting.closed")
    Guest.objects.create(meeting_id=meeting, position=7, name="Пётр Кедров")
    following = _next_meeting(company, deal)
    assert [one.name for one in shown(company, following).guests] == ["Пётр Кедров"]


def test_a_phone_that_still_has_an_erased_note_does_not_bring_it_back(company: Company, deal: int) -> None:
    meeting = agreed(company, deal)
    begin(meeting_id=meeting, actor=company.manager, at=WHEN)
    note = jotted("note", SECRET)
    assert jot_down(meeting_id=meeting, written=note, actor=company.expert, at=WHEN)
    end(meeting_id=meeting, actor=company.manager, at=WHEN + HOUR)
    erase(company, deal, "meeting.ended")
    again = jot_down(meeting_id=meeting, written=note, actor=company.expert, at=WHEN + 31 * HOUR)
    assert not again, "it is answered as a repeat is"
    assert where_it_lies() == set()


def test_a_note_of_three_dots_can_be_written_on(company: Company, deal: int) -> None:
    """On a phone three dots are one sign, the one that stands where words were erased."""
    meeting = agreed(company, deal)
    begin(meeting_id=meeting, actor=company.manager, at=WHEN)
    dots = jotted("note", "…")
    jot_down(meeting_id=meeting, written=dots, actor=company.expert, at=WHEN)
    assert not jot_down(meeting_id=meeting, written=dots, actor=company.expert, at=WHEN)
    whole = replace(dots, text="Договорились")
    assert jot_down(meeting_id=meeting, written=whole, actor=company.expert, at=WHEN)
    assert Jot.objects.get().text == "Договорились"
