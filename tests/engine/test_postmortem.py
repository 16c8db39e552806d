"""How a deal went: the laws of delays, causes, shares, stages and rules, against counting minute by minute."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svyazka.engine.clock import CLIENT_ROLE, Promise, breaches, client_pauses
from svyazka.engine.delays import CAUSES, Cause, Stay
from svyazka.engine.lint import load_process
from svyazka.engine.losing import likely_reasons
from svyazka.engine.postmortem import UNRULED, PostMortem, look_back
from svyazka.engine.worktime import WorkCalendar
from svyazka.processes import packaged_text
from tests.engine.slow_time import minutes, paused, slow_holder, works
from tests.engine.test_clock import CALENDAR, ESTIMATOR, EXPERT, MANAGER, MONDAY, at, promise, stories, ticks

pytestmark = pytest.mark.requirement("R23")

PROCESS = load_process(packaged_text())
TERMS = [term.key for term in PROCESS.terms]
STAGES = [stage.key for stage in PROCESS.stages]
LAST = MONDAY + timedelta(days=4)


@st.composite
def deals(draw: st.DrawFn) -> list[Promise]:
    """Promises of a deal by real terms, typed ones and terms that are gone among them."""
    keys = st.sampled_from([*TERMS, None, "gone"])
    return [replace(one, term=draw(keys)) for one in draw(stories())]


@st.composite
def ways(draw: st.DrawFn) -> list[Stay]:
    """Stays in stages one after the other, the last one unfinished or not."""
    moments = sorted(draw(st.lists(ticks, min_size=1, max_size=5, unique=True)))
    ends: list[datetime | None] = [*moments[1:], draw(st.none() | st.just(LAST))]
    failed = st.lists(st.sampled_from(["client_answered", "decision_taken", "contract"]), unique=True)
    return [
        Stay(draw(st.sampled_from([*STAGES, "gone"])), begin, end, MANAGER, tuple(draw(failed)), "")
        for begin, end in zip(moments, ends, strict=True)
    ]


def seen(promises: list[Promise], stays: list[Stay], start: datetime, end: datetime) -> PostMortem:
    return look_back(PROCESS, promises, stays, start=start, end=end, calendar=CALENDAR)


def one_term(key: str, made: Promise) -> Promise:
    return replace(made, term=key)


@given(deals(), ways(), ticks, ticks)
@settings(max_examples=60)
def test_every_working_minute_is_somebodys_share_and_no_minute_is_two_peoples(
    told: list[Promise], stays: list[Stay], start: datetime, end: datetime
) -> None:
    found = seen(told, stays, start, end)
    slow: Counter[tuple[str, str]] = Counter()
    for minute in minutes(start, end):
        if works(CALENDAR, minute):
            holder = slow_holder(told, minute)
            slow[holder.kind, holder.role or ""] += 1
    assert {(one.kind, one.role): one.minutes for one in found.shares if one.minutes} == dict(slow)
    assert sum(one.minutes for one in found.shares) == found.minutes == slow.total()


@given(deals(), ways(), ticks)
@settings(max_examples=60)
def test_a_delay_never_counts_the_clients_time(told: list[Promise], stays: list[Stay], end: datetime) -> None:
    found = seen(told, stays, MONDAY, end)
    pauses, on_client = client_pauses(told, end), {one.id for one in told if one.on_client}
    for delay in found.delays:
        breach = delay.breach
        assert breach.promise_id not in on_client
        ended = breach.ended_at or end
        ours = [
            minute
            for minute in minutes(min(breach.due_at, ended), ended)
            if works(CALENDAR, minute) and not paused(minute, pauses)
        ]
        assert sum(part.minutes for part in delay.parts) == len(ours)


@given(deals(), ways(), ticks)
def test_minutes_are_taken_from_a_performer_one_by_one_by_what_came_late_to_him(
    told: list[Promise], stays: list[Stay], end: datetime
) -> None:
    by_id = {one.id: one for one in told}
    for delay in seen(told, stays, MONDAY, end).delays:
        fixed = by_id[delay.breach.promise_id].allowed is None
        owed = [
            "client" if late.role == CLIENT_ROLE else "input"
            for late in delay.breach.arrived_late
            for _ in range(late.minutes if fixed else 0)
        ]
        slow: Counter[str] = Counter()
        for _ in range(delay.breach.minutes_late):
            slow[owed.pop(0) if owed else "his"] += 1
        told_of: Counter[str] = Counter()
        for part in delay.parts:
            told_of[part.cause if part.cause in {"client", "input"} else "his"] += part.minutes
        assert +told_of == slow
        assert delay.cause in {part.cause for part in delay.parts}


@given(deals(), ways(), ticks)
def test_what_the_causes_cost_adds_up_to_what_the_delays_cost(
    told: list[Promise], stays: list[Stay], end: datetime
) -> None:
    found = seen(told, stays, MONDAY, end)
    assert sum(group.minutes for group in found.causes) == sum(
        delay.breach.minutes_late for delay in found.delays
    )
    assert {delay.breach.promise_id for group in found.causes for delay in group.delays} == {
        breach.promise_id for breach in breaches(told, end, CALENDAR)
    }
    assert [group.cause for group in found.causes] == [
        cause for cause in CAUSES if cause in {group.cause for group in found.causes}
    ]
    late = [delay.breach.minutes_late for delay in found.delays]
    assert late == sorted(late, reverse=True)


@given(deals(), ways())
def test_of_a_deal_on_which_nothing_was_late_no_delay_is_told(told: list[Promise], stays: list[Stay]) -> None:
    in_time = [
        replace(one, closed_at=one.due_at, outcome="kept") for one in told if one.opened_at <= one.due_at
    ]
    found = seen(in_time, stays, MONDAY, LAST)
    assert not [*found.delays, *found.causes, *found.saves]
    assert all(not (rule.late or rule.broken) for rule in found.rules)


@given(deals(), ways(), ticks, st.randoms())
def test_in_which_order_promises_and_stays_are_given_says_nothing(
    told: list[Promise], stays: list[Stay], end: datetime, chance: object
) -> None:
    mixed, shuffled = list(told), list(stays)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert seen(mixed, shuffled, MONDAY, end) == seen(told, stays, MONDAY, end)


@given(deals(), ways(), ticks)
@settings(max_examples=60)
def test_the_time_of_a_stage_is_ours_and_the_clients_and_its_limit_counts_ours_only(
    told: list[Promise], stays: list[Stay], end: datetime
) -> None:
    pauses = client_pauses(told, end)
    found = seen(told, stays, MONDAY, end)
    for stay, stage in zip(sorted(stays, key=lambda one: one.entered_at), found.stages, strict=True):
        left = min(stay.left_at or end, end)
        worked = [minute for minute in minutes(stay.entered_at, left) if works(CALENDAR, minute)]
        clients = [minute for minute in worked if paused(minute, pauses)]
        assert (stage.minutes, stage.client) == (len(worked), len(clients))
        assert 0 <= stage.over <= stage.minutes - stage.client
        if stage.limit is None:
            assert stage.stage == "gone"
            assert stage.over == 0


@given(deals(), ways(), ticks)
def test_the_clients_waits_together_are_his_share_of_the_time(
    told: list[Promise], stays: list[Stay], end: datetime
) -> None:
    found = seen(told, stays, MONDAY, end)
    his = sum(one.minutes for one in found.shares if one.kind == "client")
    by_id = {one.id: one for one in told}
    union = {
        minute
        for wait in found.waits
        for minute in minutes(
            by_id[wait.promise_id].opened_at, min(by_id[wait.promise_id].closed_at or end, end)
        )
        if works(CALENDAR, minute)
    }
    assert his == len(union)
    assert all(0 <= wait.over <= wait.minutes for wait in found.waits)


@given(deals(), ways())
def test_each_promise_of_ours_is_counted_once_under_its_rule_or_not_at_all(
    told: list[Promise], stays: list[Stay]
) -> None:
    found = seen(told, stays, MONDAY, LAST)
    counted = [
        (rule.term, one)
        for rule in found.rules
        for one in (*rule.kept, *rule.late, *rule.broken, *rule.waived)
    ]
    by_id = {one.id: one for one in told}
    assert len(counted) == len({one for _, one in counted})
    for term, one in counted:
        assert not by_id[one].on_client
        assert term == (by_id[one].term if by_id[one].term in TERMS else UNRULED)
    silent = {one.id for one in told if not one.on_client} - {one for _, one in counted}
    assert all(by_id[one].outcome in {"cancelled", "open", "broken"} for one in silent)
    late = {delay.breach.promise_id for delay in found.delays}
    assert late == {one for rule in found.rules for one in (*rule.late, *rule.broken)}
    assert [rule.term for rule in found.rules] == sorted(
        (rule.term for rule in found.rules), key=lambda key: TERMS.index(key) if key else len(TERMS)
    )


@given(deals(), ways(), st.integers(1, 48), st.data())
@settings(max_examples=60)
def test_while_a_deal_was_closed_nobody_had_it(
    told: list[Promise], stays: list[Stay], steps: int, data: st.DataObject
) -> None:
    which = data.draw(st.integers(0, len(stays) - 1))
    left = stays[which].left_at
    if left is not None and which < len(stays) - 1:  # it was closed for a time before the next stay began
        closed_at = max(stays[which].entered_at, left - timedelta(minutes=5 * steps))
        stays[which] = replace(stays[which], left_at=closed_at)
    gaps = [
        (one.left_at, after.entered_at)
        for one, after in pairwise(stays)
        if one.left_at is not None and MONDAY < one.left_at < after.entered_at
    ]
    slow: Counter[tuple[str, str]] = Counter()
    for minute in minutes(MONDAY, LAST):
        if works(CALENDAR, minute) and not any(begin <= minute < end for begin, end in gaps):
            holder = slow_holder(told, minute)
            slow[holder.kind, holder.role or ""] += 1
    found = seen(told, stays, MONDAY, LAST)
    assert {(one.kind, one.role): one.minutes for one in found.shares if one.minutes} == dict(slow)
    assert found.minutes == slow.total()


# told as a story


def test_causes_are_told_before_people() -> None:
    asked = one_term("expert_claimed", promise(1, at(0, 9), at(0, 11), at(0, 15), who=EXPERT, allowed="2h"))
    read = one_term(
        "brief_read", promise(2, at(0, 15), at(0, 16), at(1, 12), who=EXPERT, role="expert", after=1)
    )
    letter = one_term("letter_sent", promise(3, at(1, 9), at(1, 13), at(1, 18), allowed="4h"))
    never = one_term("huddle", promise(4, at(1, 9), at(1, 10), at(1, 17), outcome="broken"))
    drawing = one_term(
        "estimate_ready",
        promise(5, at(0, 9), at(0, 12), at(2, 9), who=ESTIMATOR, allowed="2d", outcome="broken"),
    )
    found = seen([asked, read, letter, never, drawing], [], MONDAY, at(2, 10))
    told = {
        delay.breach.promise_id: [(part.cause, part.minutes) for part in delay.parts]
        for delay in found.delays
    }
    assert told == {
        1: [("taking", 180)],
        # five hours late, of which three had gone before it could begin
        2: [("input", 180), ("own", 120)],
        3: [("own", 240)],
        4: [("calendar", 360)],
        5: [("never", 780)],
    }
    assert [group.cause for group in found.causes] == ["input", "taking", "calendar", "never", "own"]
    assert set(get_args(Cause)) == set(CAUSES)


def test_what_the_client_gave_late_is_a_cause_and_his_share_not_somebodys_fault() -> None:
    asked = promise(1, at(0, 9), at(0, 13), at(0, 16), on_client=True)
    agenda = one_term("agenda_sent", promise(2, at(0, 16), at(0, 17), at(1, 11), after=1))
    found = seen([asked, agenda], [], at(0, 9), at(1, 11))
    (delay,) = found.delays
    assert (delay.cause, delay.breach.minutes_late) == ("client", 180)
    assert [(wait.minutes, wait.over, wait.ended) for wait in found.waits] == [(360, 120, "given")]
    assert [(one.kind, one.minutes) for one in found.shares] == [("client", 360), ("person", 240)]


def test_a_stage_left_over_its_gate_names_checks_and_skipped_stages_apart() -> None:
    stay = Stay("request", at(0, 9), at(1, 9), MANAGER, ("client_answered", "preparation"), "клиент торопил")
    (gate,) = seen([], [stay], MONDAY, LAST).gates
    assert (gate.checks, gate.skipped, gate.reason) == (
        ("client_answered",),
        ("preparation",),
        "клиент торопил",
    )


# why it was lost


def hints(told: list[Promise], chased: int = 0) -> list[tuple[str, tuple[int, ...]]]:
    found = seen(told, [], MONDAY, at(4, 18))
    terms = {one.id: one.term or "" for one in told}
    return [(hint.reason, hint.promises) for hint in likely_reasons(PROCESS, found, terms, chased=chased)]


@pytest.mark.requirement("R35")
def test_a_reason_is_offered_for_what_the_record_shows_and_for_nothing_else() -> None:
    assert hints([]) == []
    estimate = one_term("estimate_ready", promise(1, at(0, 9), at(1, 9), at(2, 18), allowed="1d"))
    expert = one_term("expert_found", promise(2, at(0, 9), at(0, 13), at(0, 15), allowed="4h"))
    in_time = one_term("first_response", promise(3, at(0, 9), at(0, 11), at(0, 10), allowed="2h"))
    assert hints([expert, estimate, in_time]) == [
        ("our_process.late_estimate", (1,)), ("our_process.nobody_free", (2,))
    ]  # fmt: skip
    assert hints([estimate], chased=1)[0] == ("our_process.late_answer", ())


@pytest.mark.requirement("R35")
def test_a_client_who_never_answered_is_offered_as_silence_one_who_answered_late_is_not() -> None:
    late = promise(1, at(0, 9), at(1, 9), at(3, 9), on_client=True)
    assert hints([late]) == []
    silent = replace(late, closed_at=at(4, 18), outcome="cancelled")  # closed with the deal
    assert hints([silent]) == [("client_side.silence", (1,))]
    assert hints([replace(late, closed_at=None, outcome="open")]) == [("client_side.silence", (1,))]
    assert hints([replace(silent, outcome="waived")]) == []


@pytest.mark.requirement("R35")
def test_a_client_who_answered_otherwise_so_that_the_wait_was_cancelled_is_not_called_silent() -> None:
    """He corrected the letter: the confirmation is owed no more, although it was never given."""
    corrected = promise(1, at(0, 9), at(1, 9), at(3, 9), on_client=True, outcome="cancelled")
    (wait,) = seen([corrected], [], MONDAY, at(4, 18)).waits
    assert (wait.ended, wait.over > 0) == ("dropped", True)
    assert hints([corrected]) == []


def test_what_ended_with_a_deal_that_was_reopened_is_silence_all_the_same() -> None:
    unanswered = promise(1, at(0, 9), at(1, 9), at(2, 9), on_client=True, outcome="cancelled")
    stays = [
        Stay("request", at(0, 9), at(2, 9), MANAGER, (), ""),
        Stay("request", at(3, 9), at(4, 9), MANAGER, (), ""),
    ]
    (wait,) = seen([unanswered], stays, at(0, 9), at(4, 9)).waits
    assert wait.ended == "silence"


@pytest.mark.requirement("R35")
@given(deals(), st.integers(0, 3))
def test_reasons_that_are_offered_are_reasons_of_the_process_and_three_at_most(
    told: list[Promise], chased: int
) -> None:
    found = seen(told, [], MONDAY, LAST)
    offered = likely_reasons(PROCESS, found, {one.id: one.term or "" for one in told}, chased=chased)
    assert len(offered) <= 3
    for hint in offered:
        group, _, key = hint.reason.partition(".")
        assert PROCESS.reason(group, key).key == key
        assert hint.promises or hint.chased


def test_a_holiday_in_between_is_nobodys_delay() -> None:
    long = WorkCalendar()
    friday, monday = at(4, 17), at(7, 10)
    late = promise(1, at(4, 9), friday, monday)
    found = look_back(PROCESS, [late], [], start=at(4, 9), end=monday, calendar=long)
    assert found.delays[0].breach.minutes_late == 120
