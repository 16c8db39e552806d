"""A status run: whose deals, what is written down about each, how long it took, who is told."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from svyazka.engine.pace import SHORTEST_TURN
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.seats import appoint
from svyazka.presale.erasing import erase_typed
from svyazka.presale.journal.models import Detail, Entry
from svyazka.presale.journal.queries import faults
from svyazka.presale.journal.values import GONE, Actor, Conflict, Invalid, NotAllowed, NotFound
from svyazka.presale.meetings.closing import close_meeting, drop_task
from svyazka.presale.meetings.models import Meeting
from svyazka.presale.meetings.room import end, end_forgotten, forgotten
from svyazka.presale.meetings.runs.beginning import RunUnderWay, begin_run
from svyazka.presale.meetings.runs.commands import NOTHING, Typed, end_run, go_on, note, set_clock
from svyazka.presale.meetings.runs.models import Run, Stop
from svyazka.presale.meetings.runs.queries import RunPage, around, choice, run_page
from svyazka.presale.meetings.runs.records import best, records, under_way
from svyazka.presale.meetings.values import CLOSED
from svyazka.presale.meetings.writing import MeetingMoved
from svyazka.presale.notices.models import Notice
from svyazka.presale.stages.commands import lose
from tests.company import TUESDAY, Company, accepted_deal, led_deal

pytestmark = [pytest.mark.requirement("R36"), pytest.mark.django_db]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)
INNS = ("7707083893", "7728168971", "5024002119", "7736050003", "7702070139", "7710140679")


def deals(us: Company, count: int) -> list[int]:
    return [accepted_deal(us, TUESDAY - 3 * DAY, inn=inn) for inn in INNS[:count]]


def begun(us: Company, count: int = 3, *, people: Iterable[int] = ()) -> int:
    return begin_run(deal_ids=deals(us, count), people=people, actor=us.manager, at=TUESDAY)


def seen(us: Company, run: int, at: datetime = TUESDAY, viewer: Actor | None = None) -> RunPage:
    return run_page(meeting_id=run, viewer=viewer or us.manager, at=at)


def step(
    us: Company,
    run: int,
    how: Any = "next",
    *,
    at: datetime | None = None,
    typed: Typed = NOTHING,
    actor: Actor | None = None,
) -> bool:
    """Leave the deal on the screen; unless said otherwise as soon as that is a turn."""
    current = seen(us, run).current
    assert current is not None
    if at is None:
        at = (Run.objects.get(pk=run).turned_at or TUESDAY) + timedelta(seconds=SHORTEST_TURN)
    return go_on(meeting_id=run, stop_id=current.id, how=how, typed=typed, actor=actor or us.manager, at=at)


def titles(us: Company, run: int) -> list[tuple[int, str]]:
    return [(one.deal.id, one.outcome) for one in seen(us, run).stops]


def reviewed(deal: int) -> list[Entry]:
    return list(Entry.objects.filter(chain=deal, act="deal.reviewed").order_by("seq"))


def test_a_run_goes_through_its_deals_and_is_measured(company: Company) -> None:
    run = begun(company)
    first, second, third = (one.deal.id for one in seen(company, run).stops)
    assert step(company, run, at=TUESDAY + 5 * MINUTE)
    assert step(company, run, at=TUESDAY + 11 * MINUTE)
    page = seen(company, run, TUESDAY + 13 * MINUTE)
    assert page.current is not None
    assert (page.current.deal.id, page.here, page.seconds) == (third, 120, 13 * 60)
    assert page.per_hour is None, "two clients are too few for a pace"
    assert step(company, run, at=TUESDAY + 15 * MINUTE)
    assert seen(company, run).current is None
    end_run(meeting_id=run, actor=company.manager, at=TUESDAY + 20 * MINUTE)
    (record,) = records(viewer=company.programmer)
    assert (record.deals, record.decided, record.seconds, record.per_hour) == (3, 3, 15 * 60, None)
    assert not record.meets_goal
    for deal in (first, second, third):
        (act,) = reviewed(deal)
        assert act.data["outcome"] == "decided"
    assert not list(faults())


def test_what_is_said_is_kept_beside_the_chain_and_the_line_is_a_task_at_once(company: Company) -> None:
    run = begun(company)
    deal = seen(company, run).stops[0].deal.id
    typed = Typed(
        {"risk": "ждут  скидку", "help": "", "changed": "звонили"}, 0, "@expert схема складов к пт 15:00"
    )
    step(company, run, typed=typed, at=TUESDAY + MINUTE)
    page = seen(company, run)
    assert page.stops[0].said == {"risk": "ждут скидку", "changed": "звонили"}
    (task,) = page.tasks_of(deal)
    assert (task.result, task.performer_id, task.outcome) == ("схема складов", company.expert.me, "open")
    assert Commitment.objects.get(pk=task.id).controller_id == company.manager.me
    (act,) = reviewed(deal)
    assert act.data == {
        "meeting": run, "outcome": "decided", "lines": ["changed", "risk"], "seconds": 60, "tasks": 1,
    }  # fmt: skip
    assert Detail.objects.get(entry=act).body == {"risk": "ждут скидку", "changed": "звонили"}


@pytest.mark.parametrize(
    ("line", "lacks"),
    [
        ("схема складов к пт 15:00", "performer"),
        ("@expert схема складов", "due"),
        ("@expert к пт 15:00", "result"),
        ("@nobody схема складов к пт 15:00", "performer"),
        ("@expert схема складов вчера", "due"),
    ],
)
def test_a_step_without_performer_result_or_date_is_refused_and_nothing_moves(
    company: Company, line: str, lacks: str
) -> None:
    run = begun(company)
    stop, typed = seen(company, run).stops[0], Typed({"risk": "сроки"}, 0, line)
    with pytest.raises(Invalid) as refused:
        note(meeting_id=run, stop_id=stop.id, typed=typed, actor=company.manager, at=TUESDAY)
    assert lacks in refused.value.errors
    with pytest.raises(Invalid):
        end_run(meeting_id=run, stop_id=stop.id, typed=typed, actor=company.manager, at=TUESDAY)
    page = seen(company, run)
    assert (page.tasks, page.stops[0].said, page.current and page.current.position) == ((), {}, 0)


@pytest.mark.parametrize("how", ["next", "skip", "later"])
def test_a_line_that_is_no_commitment_yet_stays_with_its_deal_and_the_run_goes_on(
    company: Company, how: Any
) -> None:
    run = begun(company)
    first = seen(company, run).stops[0]

    def kept() -> dict[str, str]:
        return dict(Stop.objects.get(pk=first.id).said)

    assert step(company, run, how, typed=Typed({"risk": "сроки"}, 0, "@expert схема  складов"))
    assert kept() == {"risk": "сроки", "step": "@expert схема складов"}
    current = seen(company, run).current
    assert current is not None
    assert current.id != first.id
    assert not Commitment.objects.filter(result="схема складов").exists()

    def write(step: str | None, version: int) -> int | None:
        typed = Typed({}, version, step)
        return note(meeting_id=run, stop_id=first.id, typed=typed, actor=company.manager, at=TUESDAY)

    write(None, 1)
    write("", 0)
    assert kept()["step"], "whoever hasn’t seen the line doesn’t empty it"
    assert write("@expert схема складов к пт 15:00", 1)
    assert kept() == {"risk": "сроки"}, "it is a commitment now"


def test_a_pause_keeps_a_line_that_is_no_commitment_yet_until_it_is_emptied(company: Company) -> None:
    run = begun(company)
    stop = seen(company, run).stops[0]
    note(
        meeting_id=run, stop_id=stop.id, typed=Typed(step="смета когда-нибудь"), actor=company.manager, at=TUESDAY,
        mend_later=True,
    )  # fmt: skip
    assert seen(company, run).stops[0].said == {"step": "смета когда-нибудь"}
    with pytest.raises(Conflict):
        step(company, run, typed=Typed(step="другая смета"))
    step(company, run, typed=Typed({}, 1, ""))
    assert seen(company, run).stops[0].said == {}


def test_ten_clients_in_a_minute_are_passed_by_and_no_record(company: Company) -> None:
    """Going on is no turn: something was written down, or the deal was on the screen for half a minute in all."""
    second = timedelta(seconds=1)
    run = begun(company, 6)
    last = step(company, run, at=TUESDAY + 6 * second) and step(company, run, at=TUESDAY + 12 * second)
    step(company, run, at=TUESDAY + 13 * second, typed=Typed({"help": "нет"}))
    step(company, run, at=TUESDAY + 14 * second, typed=Typed(step="@expert схема складов к пт 15:00"))
    step(company, run, at=TUESDAY + (14 + SHORTEST_TURN) * second)
    step(company, run, at=TUESDAY + (13 + 2 * SHORTEST_TURN) * second)
    assert last
    assert [one for _, one in titles(company, run)] == [
        "skipped", "skipped", "decided", "decided", "decided", "skipped",
    ]  # fmt: skip
    step_back = seen(company, run).stops[-1]
    back: Any = {"meeting_id": run, "stop_id": step_back.id, "typed": NOTHING, "actor": company.manager}
    go_on(**back, how="back", at=TUESDAY + 80 * second)
    go_on(**back, how="next", at=TUESDAY + 81 * second)
    assert titles(company, run)[-1][1] == "decided", "looked at twice, for half a minute together"
    end_run(meeting_id=run, actor=company.manager, at=TUESDAY + 90 * second)
    assert records(viewer=company.manager)[0].decided == 4
    assert best(viewer=company.manager) is None
    first = seen(company, run).stops[0].deal.id
    assert [act.data["outcome"] for act in reviewed(first)] == ["skipped"]


def test_two_who_press_next_at_once_go_on_by_one_and_both_are_kept(company: Company) -> None:
    run = begun(company, people=[company.head.me])
    stop = seen(company, run).stops[0]
    one = Typed({"risk": "сроки"}, 0, "@expert схема складов к пт 15:00")
    assert go_on(meeting_id=run, stop_id=stop.id, how="next", typed=one, actor=company.manager, at=TUESDAY)
    two = Typed({}, 0, "@estimator смета к пт 18:00")
    assert not go_on(meeting_id=run, stop_id=stop.id, how="next", typed=two, actor=company.head, at=TUESDAY)
    assert not go_on(
        meeting_id=run, stop_id=stop.id, how="skip", typed=one, actor=company.manager, at=TUESDAY
    )
    page = seen(company, run)
    assert page.current is not None
    assert page.current.position == 1
    assert [task.result for task in page.tasks_of(stop.deal.id)] == ["схема складов", "смета"]
    assert page.stops[0].outcome == "decided"
    assert len(reviewed(stop.deal.id)) == 1


def test_nobody_writes_over_anothers_words_unseen(company: Company) -> None:
    run = begun(company, people=[company.head.me])
    stop = seen(company, run).stops[0]
    note(meeting_id=run, stop_id=stop.id, typed=Typed({"risk": "сроки"}), actor=company.head, at=TUESDAY)
    with pytest.raises(Conflict) as refused:
        step(company, run, typed=Typed({"risk": "деньги"}, 0))
    assert refused.value.code == "changed_meanwhile"
    assert seen(company, run).stops[0].said == {"risk": "сроки"}
    step(company, run, typed=Typed({"risk": "деньги"}, 1))
    assert seen(company, run).stops[0].said == {"risk": "деньги"}


def test_a_deal_closed_meanwhile_has_no_turn_any_more(company: Company) -> None:
    run = begun(company)
    first, second, third = (one.deal.id for one in seen(company, run).stops)
    lose(deal_id=second, reason="client_side.frozen", evidence="письмо", actor=company.manager, at=TUESDAY)
    step(company, run, at=TUESDAY + MINUTE)
    assert titles(company, run) == [(first, "decided"), (second, "gone"), (third, "")]
    lose(deal_id=third, reason="client_side.frozen", evidence="письмо", actor=company.manager, at=TUESDAY)
    with pytest.raises(Conflict) as refused:
        step(company, run, typed=Typed(step="@expert схема складов к пт 15:00"))
    assert refused.value.code == "deal_closed"
    step(company, run, typed=Typed({"risk": "закрыли, пока говорили"}))
    assert titles(company, run)[2] == (third, "decided")
    assert Deal.objects.get(pk=third).status == "lost"


def test_skipped_put_off_and_gone_back_to(company: Company) -> None:
    run = begun(company, 4)
    a, b, c, d = (one.deal.id for one in seen(company, run).stops)
    step(company, run, "later")
    assert [deal for deal, _ in titles(company, run)] == [b, c, d, a]
    step(company, run, "skip")
    step(company, run, "next")
    step(company, run, "back")
    page = seen(company, run)
    assert page.current is not None
    assert page.current.deal.id == c
    step(company, run, "next", typed=Typed({"help": "нужен эксперт"}))
    for _ in range(2):
        step(company, run)
    assert seen(company, run).current is None
    assert titles(company, run) == [(b, "skipped"), (c, "decided"), (d, "decided"), (a, "decided")]
    assert [act.data["outcome"] for act in reviewed(b)] == ["skipped"]
    assert len(reviewed(c)) == 2, "said once more, recorded once more"


def test_the_last_one_put_off_stays_on_the_screen(company: Company) -> None:
    run = begun(company, 1)
    step(company, run, "later")
    page = seen(company, run)
    assert page.current is not None
    assert page.current.outcome == ""


def test_ended_early_the_minutes_name_who_had_no_turn(company: Company) -> None:
    run = begun(company, 4)
    first = seen(company, run).stops[0].deal.id
    step(company, run, at=TUESDAY + MINUTE)
    current = seen(company, run).current
    assert current is not None
    end_run(
        meeting_id=run, stop_id=current.id, typed=Typed({"risk": "ждут"}), actor=company.manager, at=TUESDAY + 2 * MINUTE
    )  # fmt: skip
    assert [outcome for _, outcome in titles(company, run)] == [
        "decided",
        "decided",
        "unreached",
        "unreached",
    ]
    row = Run.objects.get(pk=run)
    assert (row.decided, row.seconds) == (2, 120)
    assert [act.data["outcome"] for act in reviewed(first)] == ["decided"]


def test_a_deal_on_the_screen_of_which_nothing_was_said_is_none_that_was_talked_through(
    company: Company,
) -> None:
    run = begun(company, 2)
    stop = seen(company, run).stops[0]
    end_run(meeting_id=run, stop_id=stop.id, actor=company.manager, at=TUESDAY + (SHORTEST_TURN - 1) * SECOND)
    assert [outcome for _, outcome in titles(company, run)] == ["unreached", "unreached"]
    assert records(viewer=company.manager)[0].per_hour is None


@pytest.mark.parametrize("named", [True, False])
def test_the_last_client_counts_as_well_when_the_run_is_ended_from_him(
    company: Company, *, named: bool
) -> None:
    """Who was on the screen long enough was talked through, whether the run goes on from him or ends with him."""
    run = begun(company, 3)
    step(company, run, at=TUESDAY + SHORTEST_TURN * SECOND)
    last = seen(company, run).current
    assert last is not None
    end_run(
        meeting_id=run, stop_id=last.id if named else None, actor=company.manager,
        at=TUESDAY + 2 * SHORTEST_TURN * SECOND,
    )  # fmt: skip
    assert [outcome for _, outcome in titles(company, run)] == ["decided", "decided", "unreached"]
    assert records(viewer=company.manager)[0].decided == 2
    assert [act.data["outcome"] for act in reviewed(last.deal.id)] == ["decided"]


def test_whoever_ends_a_run_from_a_stale_screen_takes_nobodys_turn_away(company: Company) -> None:
    run = begun(company, 3)
    stale = seen(company, run).stops[0]
    step(company, run, at=TUESDAY + MINUTE)
    end_run(
        meeting_id=run, stop_id=stale.id, typed=Typed({"risk": "ждут"}, seen=stale.version), actor=company.manager,
        at=TUESDAY + 2 * MINUTE,
    )  # fmt: skip
    assert [outcome for _, outcome in titles(company, run)] == ["decided", "decided", "unreached"]
    assert seen(company, run).stops[0].said == {"risk": "ждут"}


def test_the_clock_stands_in_a_pause_and_counts_nobodys_night(company: Company) -> None:
    run = begun(company)
    set_clock(meeting_id=run, runs=False, actor=company.manager, at=TUESDAY + 2 * MINUTE)
    set_clock(meeting_id=run, runs=False, actor=company.manager, at=TUESDAY + 3 * MINUTE)
    assert seen(company, run, TUESDAY + HOUR).seconds == 120
    set_clock(meeting_id=run, runs=True, actor=company.manager, at=TUESDAY + HOUR)
    assert seen(company, run, TUESDAY + HOUR + MINUTE).here == 180
    assert seen(company, run, TUESDAY + DAY).seconds == 120 + 30 * 60
    assert forgotten(at=TUESDAY + 10 * DAY) == ()
    assert not end_forgotten(meeting_id=run, at=TUESDAY + 10 * DAY)


def test_a_run_under_way_is_gone_on_with_and_not_begun_anew(company: Company) -> None:
    run = begun(company, people=[company.head.me])
    with pytest.raises(RunUnderWay) as refused:
        begin_run(deal_ids=[seen(company, run).stops[0].deal.id], actor=company.manager, at=TUESDAY)
    assert refused.value.params["meeting"] == run
    assert [one.id for one in under_way(viewer=company.manager)] == [run]
    assert [one.id for one in under_way(viewer=company.head)] == [run]
    assert under_way(viewer=company.programmer) == ()


def test_only_its_own_end_ends_a_run(company: Company) -> None:
    run = begun(company)
    with pytest.raises(NotFound):
        end(meeting_id=run, actor=company.manager, at=TUESDAY + HOUR)
    with pytest.raises(MeetingMoved):
        close_meeting(
            meeting_id=run, judged={}, controller_id=company.head.me, actor=company.manager, at=TUESDAY
        )
    end_run(meeting_id=run, actor=company.manager, at=TUESDAY + HOUR)
    assert Meeting.objects.get(pk=run).state == CLOSED
    with pytest.raises(MeetingMoved):
        end_run(meeting_id=run, actor=company.manager, at=TUESDAY + HOUR)


def test_whoever_takes_part_or_owes_something_gets_the_minutes(company: Company) -> None:
    run = begun(company, people=[company.head.me, company.expert.me])
    step(company, run, typed=Typed(step="@expert схема складов к пт 15:00"))
    dropped = Typed(step="@estimator смета к пт 18:00")
    step(company, run, typed=dropped)
    task = next(one for one in seen(company, run).tasks if one.performer_id == company.estimator.me)
    drop_task(
        meeting_id=run, commitment_id=task.id, reason="записали не туда", actor=company.manager, at=TUESDAY
    )
    end_run(meeting_id=run, actor=company.manager, at=TUESDAY + HOUR)
    told = Notice.objects.filter(kind="run.ended")
    assert dict(told.values_list("person_id", "why")) == {
        company.head.me: "took_part", company.expert.me: "owes",
    }  # fmt: skip
    assert {row.deal_id for row in told} == {None}
    assert told[0].data["decided"] == 3, "the last one was on the screen until the end"


def test_who_may_run_and_who_may_read(company: Company) -> None:
    run = begun(company)
    stop = seen(company, run).stops[0]
    for stranger in (company.programmer, company.other_manager):
        with pytest.raises(NotAllowed):
            go_on(meeting_id=run, stop_id=stop.id, how="next", typed=NOTHING, actor=stranger, at=TUESDAY)
        assert not seen(company, run, viewer=stranger).may_run
    with pytest.raises(NotFound):
        go_on(meeting_id=run, stop_id=stop.id, how="next", typed=NOTHING, actor=company.agent, at=TUESDAY)
    with pytest.raises(NotAllowed):
        begin_run(deal_ids=[stop.deal.id], actor=company.agent, at=TUESDAY)
    with pytest.raises(NotFound):
        seen(company, run, viewer=company.agent)
    assert choice(viewer=company.agent, scope="all", at=TUESDAY, count=10) == ()
    step(company, run, typed=Typed({"risk": "сроки"}))
    assert seen(company, run, viewer=company.programmer).stops[0].said == {}
    assert seen(company, run, viewer=company.expert).stops[0].said == {"risk": "сроки"}, "the deal is his too"


def test_a_run_needs_deals_that_are_open_and_people_of_ours(company: Company) -> None:
    (deal,) = deals(company, 1)
    lose(deal_id=deal, reason="client_side.frozen", evidence="письмо", actor=company.manager, at=TUESDAY)
    for chosen in ([], [deal], [999_999]):
        with pytest.raises(Invalid) as refused:
            begin_run(deal_ids=chosen, actor=company.manager, at=TUESDAY)
        assert refused.value.errors == {"deals": "required"}
    with pytest.raises(Invalid) as refused:
        begin_run(
            deal_ids=[led_deal(company, inn=INNS[1])],
            people=[company.agent.me],
            actor=company.manager,
            at=TUESDAY,
        )
    assert refused.value.errors == {"people": "unknown_choice"}


def test_what_needs_attention_comes_first_and_the_clients_turn_last(company: Company) -> None:
    """Against the same order said in plain Python."""
    found = deals(company, 6)
    for hours, deal in zip((30, -2, 5, -30, 60, 1), found, strict=True):
        Deal.objects.filter(pk=deal).update(next_due=TUESDAY + hours * HOUR, blocker="x" if hours % 2 else "")
    Deal.objects.filter(pk=found[3]).update(on_client=True)

    def key(deal: Deal) -> tuple[Any, ...]:
        due = deal.next_due or datetime.max.replace(tzinfo=UTC)
        return (deal.on_client, due >= TUESDAY, not deal.blocker, due, deal.pk)

    wanted = [one.pk for one in sorted(Deal.objects.filter(status="open"), key=key)]
    rows = choice(viewer=company.manager, scope="mine", at=TUESDAY, count=10)
    assert [row.id for row in rows] == wanted
    assert wanted[-1] == found[3]
    assert [row.id for row in choice(viewer=company.manager, scope="all", at=TUESDAY, count=2)] == wanted[:2]


def test_whose_deals_are_mine_and_whose_my_units(company: Company) -> None:
    mine = led_deal(company, inn=INNS[0])
    theirs = led_deal(company, inn=INNS[1])
    appoint(
        deal_id=theirs,
        person_id=company.other_manager.me,
        role="manager",
        actor=company.dispatcher,
        at=TUESDAY,
    )

    def shown(viewer: Actor, scope: Any) -> set[int]:
        return {row.id for row in choice(viewer=viewer, scope=scope, at=TUESDAY, count=10)}

    assert shown(company.manager, "mine") == {mine}
    assert shown(company.manager, "unit") == {mine, theirs}, "both are led from sales"
    assert shown(company.expert, "mine") == set()
    assert shown(company.expert, "unit") == {mine, theirs}, "his unit works on both"
    assert shown(company.owner, "unit") == set(), "he has none"
    assert shown(company.owner, "all") == {mine, theirs}


def test_what_changed_is_told_since_the_last_run(company: Company) -> None:
    run = begun(company, 1)
    deal = seen(company, run).stops[0].deal.id
    step(company, run, at=TUESDAY + MINUTE)
    end_run(meeting_id=run, actor=company.manager, at=TUESDAY + 2 * MINUTE)
    again = begin_run(deal_ids=[deal], actor=company.manager, at=TUESDAY + 9 * DAY)
    assert seen(company, again).stops[0].since == TUESDAY + MINUTE


def test_the_best_run_is_of_enough_clients(company: Company) -> None:
    quick, slow = begun(company, 1), 0
    step(company, quick, at=TUESDAY + MINUTE)
    end_run(meeting_id=quick, actor=company.manager, at=TUESDAY + MINUTE)
    assert best(viewer=company.manager) is None
    ids = [accepted_deal(company, TUESDAY - DAY, inn=inn) for inn in INNS[1:]]
    slow = begin_run(deal_ids=ids, actor=company.manager, at=TUESDAY)
    for minutes in range(5):
        step(company, slow, at=TUESDAY + (minutes + 1) * 6 * MINUTE)
    end_run(meeting_id=slow, actor=company.manager, at=TUESDAY + HOUR)
    found = best(viewer=company.programmer)
    assert found is not None
    assert (found.id, found.per_hour) == (slow, 10)


def test_when_client_and_we_last_heard_of_each_other(company: Company) -> None:
    (deal,) = deals(company, 1)
    known = around(deal)
    assert known.contact == ("client.contacted", TUESDAY - 3 * DAY)
    assert known.meeting_id is None


def test_erasing_a_deals_act_takes_what_was_said_in_the_run(company: Company) -> None:
    run = begun(company)
    deal = seen(company, run).stops[0].deal.id
    step(company, run, typed=Typed({"risk": "тайнопись", "help": "тайнопись"}))
    (act,) = reviewed(deal)
    erase_typed(deal_id=deal, seqs=[act.seq], actor=company.administrator, at=TUESDAY + HOUR)
    assert Stop.objects.get(run_id=run, deal_id=deal).said == {"risk": GONE, "help": GONE}
    assert not Detail.objects.filter(entry=act).exists()
    assert not list(faults())


def test_the_database_knows_the_rules_too(company: Company) -> None:
    run = begun(company)
    stop = Stop.objects.filter(run_id=run).earliest("position")
    for wrong in ({"outcome": "lost"}, {"outcome": "decided", "left_at": None}, {"position": 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stop.objects.filter(pk=stop.pk).update(**wrong)
    for wrong in ({"goal": 0}, {"scope": "ours"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Run.objects.filter(pk=run).update(**wrong)
