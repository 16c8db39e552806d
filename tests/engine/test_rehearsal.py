"""A rehearsal of a changed process: its laws, a slow reference, and examples by hand."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.facts import FACTS
from svyazka.engine.lint import load_process
from svyazka.engine.process import STRENGTHS, Check, Due, Process, Stage, Term, Text
from svyazka.engine.rehearsal import Event, History, Leaving, Ran, is_asked, rehearse
from svyazka.engine.standing import tick_name
from svyazka.engine.worktime import Duration, WorkCalendar
from svyazka.processes import packaged_text
from tests.engine import slow_rehearsal

MOSCOW = WorkCalendar(zone="Europe/Moscow", start=time(9), end=time(18), lunch=(time(13), time(14)))
TUESDAY = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG_AGO = TUESDAY - 1000 * DAY


@cache
def old() -> Process:
    return load_process(packaged_text())


def with_stage(process: Process, stage: Stage) -> Process:
    return replace(process, stages=tuple(stage if one.key == stage.key else one for one in process.stages))


def with_check(process: Process, stage: str, check: Check) -> Process:
    found = process.stage(stage)
    rest = tuple(one for one in found.checks if one.key != check.key)
    return with_stage(process, replace(found, checks=(*rest, check)))


def with_term(process: Process, term: Term) -> Process:
    return replace(process, terms=(*(one for one in process.terms if one.key != term.key), term))


def proofs(process: Process, stage: str) -> list[str]:
    return [check.fact or tick_name(stage, check.key) for check in process.stage(stage).checks]


def told(key: str, strength: str = "stop", **more: str) -> Check:
    return Check(key, Text("Пункт", "Check"), None, strength, **more)  # type: ignore[arg-type]


def past(*leavings: Leaving, **more: object) -> History:
    whole: dict[str, object] = {
        "deal_id": 1, "leavings": leavings, "events": (), "ran": (), "processes": (old(),), "pauses": (), "dates": (),
        "since": LONG_AGO, "until": TUESDAY + 30 * DAY, **more,
    }  # fmt: skip
    return History(**whole)  # type: ignore[arg-type]


def left(stage: str, *facts: str, over: set[str] | None = None, **more: object) -> Leaving:
    return Leaving(stage, TUESDAY, old(), frozenset(facts), over=frozenset(over or ()), **more)  # type: ignore[arg-type]


stages = st.sampled_from([stage.key for stage in old().stages])


@st.composite
def leavings(draw: st.DrawFn) -> Leaving:
    stage = old().stage(draw(stages))
    names = sorted({name for one in old().stages for name in proofs(old(), one.key)})
    stops = [check.key for check in stage.checks if check.strength == "stop"]
    return Leaving(
        stage.key,
        TUESDAY + timedelta(minutes=draw(st.integers(-3000, 3000))),
        old(),
        frozenset(draw(st.sets(st.sampled_from(names)))),
        frozenset(draw(st.sets(st.sampled_from([n for n in FACTS if FACTS[n].kind == "computed"])))),
        frozenset(draw(st.sets(st.sampled_from(stops)))) if stops else frozenset(),
        draw(st.booleans()) and stage.key == "contract",
    )


@st.composite
def changed(draw: st.DrawFn) -> Process:
    """The packaged process with other strengths, checks less and more, a stage less, other terms, other required fields."""
    process = old()
    if draw(st.booleans()):
        dropped = draw(stages)
        process = replace(process, stages=tuple(one for one in process.stages if one.key != dropped))
    for stage in process.stages:
        checks = [
            replace(check, strength=draw(st.sampled_from(STRENGTHS)))
            for check in stage.checks
            if draw(st.integers(0, 3))
        ]
        if draw(st.booleans()):
            checks.append(
                told("fresh", draw(st.sampled_from(STRENGTHS)), fact=draw(st.sampled_from(sorted(FACTS))))
            )
        if draw(st.booleans()):
            checks.append(told("hand", draw(st.sampled_from(STRENGTHS)), tick="manager"))
        process = with_stage(process, replace(stage, checks=tuple(checks)))
    fields = tuple(replace(field, required=draw(st.booleans())) for field in process.fields)
    return replace(process, fields=fields if draw(st.booleans()) else process.fields)


@given(st.lists(leavings(), max_size=5))
def test_the_same_process_stops_nothing_that_was_not_left_over_with_a_reason(lived: list[Leaving]) -> None:
    played = rehearse(old(), past(*lived), MOSCOW)
    for gate in played.gates:
        assert {check.key for check in gate.stopped} == gate.were_over
        assert {check.key for check in gate.warned} == gate.were_warned
    assert not played.is_stopped_anew
    assert not played.is_warned_anew
    over = {(one.stage, one.at): one.over for one in lived}
    assert all(gate.were_over <= over[gate.stage, gate.at] or len(lived) > len(over) for gate in played.gates)
    assert not played.gone
    assert not played.terms


@given(st.lists(leavings(), max_size=5), changed())
def test_a_rehearsal_says_what_the_slow_one_says(lived: list[Leaving], new: Process) -> None:
    history = past(*lived, since=TUESDAY - DAY)
    played = [
        (
            gate.stage, gate.at, [one.key for one in gate.stopped], [one.key for one in gate.warned],
            [one.key for one in gate.unknown], [*gate.skipped],
        )
        for gate in rehearse(new, history, MOSCOW).gates
    ]  # fmt: skip
    assert played == slow_rehearsal.gates(new, history)


@given(leavings(), changed(), st.data())
def test_a_weaker_strength_never_stops_more(lived: Leaving, new: Process, data: st.DataObject) -> None:
    checked = [one for one in new.stages if one.checks]
    if not checked:
        return
    stage = data.draw(st.sampled_from(checked))
    check = data.draw(st.sampled_from(stage.checks))
    weaker = STRENGTHS[max(STRENGTHS.index(check.strength) - 1, 0)]
    soft = with_stage(
        new,
        replace(stage, checks=tuple(replace(c, strength=weaker) if c is check else c for c in stage.checks)),
    )

    def stops(process: Process) -> set[tuple[str, str]]:
        gates = rehearse(process, past(lived), MOSCOW).gates
        return {(gate.stage, one.key) for gate in gates for one in gate.stopped}

    assert stops(soft) <= stops(new)


@given(leavings(), changed(), st.sets(st.sampled_from(sorted(FACTS))))
def test_more_evidence_never_stops_more(lived: Leaving, new: Process, more: set[str]) -> None:
    def stops(one: Leaving) -> set[str]:
        return {check.key for gate in rehearse(new, past(one), MOSCOW).gates for check in gate.stopped}

    assert stops(replace(lived, facts=lived.facts | more)) <= stops(lived)


@given(leavings(), changed())
def test_what_nobody_asked_for_is_not_known_and_stops_nobody(lived: Leaving, new: Process) -> None:
    for gate in rehearse(new, past(lived), MOSCOW).gates:
        for check in (*gate.stopped, *gate.warned):
            assert is_asked(check.fact or tick_name(gate.stage, check.key), (old(),))


# Terms

LETTER = old().term("letter_sent")
minutes = st.integers(0, 6000)


def ran(opened: datetime, closed: datetime | None, outcome: str, term: Term = LETTER) -> Ran:
    return Ran(term, opened, MOSCOW.due(opened, term.due.amount), closed, outcome, MOSCOW)


def due_in(term: Term, due: str) -> Term:
    amount = Duration(int(due[:-1]), due[-1])  # type: ignore[arg-type]
    return replace(term, due=Due(amount))


@given(minutes, st.integers(5, 40), st.integers(1, 40))  # four hours are as they were
def test_a_longer_term_is_never_broken_more(took: int, hours: int, more: int) -> None:
    closed = TUESDAY + timedelta(minutes=took)
    history = past(ran=(ran(TUESDAY, closed, "kept"),))
    fates = []
    for due in (f"{hours}h", f"{hours + more}h"):
        played = rehearse(with_term(old(), due_in(LETTER, due)), history, MOSCOW).terms
        fates += [one.would for one in played] or ["kept"]
    assert fates != ["kept", "late"]


@given(minutes, minutes, st.integers(1, 30))
def test_a_due_time_is_what_minutes_counted_one_by_one_say(opened: int, took: int, hours: int) -> None:
    begin = TUESDAY + timedelta(minutes=opened)
    closed = begin + timedelta(minutes=took)
    new = due_in(LETTER, f"{hours}h")
    if new.due == LETTER.due:
        return
    history = past(ran=(ran(begin, closed, "kept"),))
    (one,) = rehearse(with_term(old(), new), history, MOSCOW).terms
    slow = slow_rehearsal.due_in_minutes(new, begin, MOSCOW)
    assert one.due is not None
    assert MOSCOW.minutes_between(one.due, slow) == 0
    assert one.would == ("late" if closed > one.due else "kept")


def test_a_shorter_term_turns_a_kept_promise_late_and_says_both_due_times() -> None:
    history = past(ran=(ran(TUESDAY, TUESDAY + 3 * HOUR, "kept"),))
    (one,) = rehearse(with_term(old(), due_in(LETTER, "2h")), history, MOSCOW).terms
    assert (one.was, one.would) == ("kept", "late")
    assert (one.was_due, one.due) == (TUESDAY + 5 * HOUR, TUESDAY + 2 * HOUR)


def test_a_promise_whose_end_never_came_is_late_only_once_its_new_time_is_over() -> None:
    for closed, outcome, would in (
        (TUESDAY + HOUR, "waived", "unknown"), (TUESDAY + 3 * HOUR, "waived", "late"),
        (TUESDAY + HOUR, "cancelled", "unknown"), (TUESDAY + 9 * DAY, "broken", "late"), (None, "open", "late"),
    ):  # fmt: skip
        history = past(ran=(ran(TUESDAY, closed, outcome),))
        (one,) = rehearse(with_term(old(), due_in(LETTER, "2h")), history, MOSCOW).terms
        assert one.would == would, (closed, outcome)


def test_time_that_the_client_took_is_not_counted_where_the_term_pauses() -> None:
    pause = (TUESDAY + HOUR, TUESDAY + 2 * HOUR)
    history = past(ran=(ran(TUESDAY, TUESDAY + 3 * HOUR, "late"),), pauses=(pause,))
    for pauses, would in ((False, "late"), (True, "kept")):
        new = replace(due_in(LETTER, "2h"), pauses=pauses)
        (one,) = rehearse(with_term(old(), new), history, MOSCOW).terms
        assert one.due == TUESDAY + (3 if pauses else 2) * HOUR
        assert one.would == would


def test_a_new_term_is_kept_by_what_happened_by_itself() -> None:
    term = replace(
        LETTER, key="called", opens="meeting.held", closes="client.contacted", due=Due(Duration(2, "h"))
    )
    events = (
        Event("meeting.held", TUESDAY),
        Event("client.contacted", TUESDAY + HOUR),
        Event("meeting.held", TUESDAY + DAY),
    )
    first, second = rehearse(with_term(old(), term), past(events=events), MOSCOW).terms
    assert (first.was, first.would, first.closed_at) == ("none", "kept", TUESDAY + HOUR)
    assert (second.would, second.closed_at) == ("late", None)


def test_a_new_term_about_what_nobody_was_asked_for_is_not_known() -> None:
    bare = replace(old(), terms=(), stages=tuple(replace(stage, checks=()) for stage in old().stages))
    history = past(events=(Event("meeting.held", TUESDAY),), processes=(bare,))
    (one,) = rehearse(replace(bare, terms=(LETTER,)), history, MOSCOW).terms
    assert one.would == "unknown"


def test_a_term_before_a_meeting_counts_back_from_the_latest_date_that_was_known() -> None:
    brief = old().term("brief_read")
    new = replace(brief, due=Due(Duration(1, "h"), "meeting"))
    meeting, moved = TUESDAY + DAY, TUESDAY + 2 * DAY
    for dates, due in (
        ((), MOSCOW.due(TUESDAY, Duration(1, "d"))),
        ((("meeting", TUESDAY, meeting),), meeting - HOUR),
        ((("meeting", TUESDAY, meeting), ("meeting", TUESDAY + HOUR, moved)), moved - HOUR),
        ((("meeting", TUESDAY, meeting), ("meeting", TUESDAY + 9 * DAY, moved)), meeting - HOUR),
    ):
        history = past(ran=(ran(TUESDAY, TUESDAY + 5 * HOUR, "kept", brief),), dates=dates)
        (one,) = rehearse(with_term(old(), new), history, MOSCOW).terms
        assert one.due == due


# Examples


@pytest.mark.requirement("R25")
def test_a_check_that_becomes_a_stop_names_the_deals_that_went_past_it() -> None:
    stage = old().stage("preparation")
    warned = next(check for check in stage.checks if check.strength == "warn")
    new = with_check(old(), "preparation", replace(warned, strength="stop"))
    (gate,) = rehearse(new, past(left("preparation")), MOSCOW).gates
    assert warned.key in {check.key for check in gate.stopped}
    assert warned.key not in gate.were_over
    assert rehearse(new, past(left("preparation")), MOSCOW).is_stopped_anew
    name = warned.fact or tick_name("preparation", warned.key)
    gates = rehearse(new, past(left("preparation", name)), MOSCOW).gates
    assert warned.key not in {check.key for gate in gates for check in gate.stopped}


def test_a_stage_that_is_gone_and_stages_that_a_contract_leaves_out_are_told() -> None:
    new = replace(old(), stages=tuple(stage for stage in old().stages if stage.key != "estimate"))
    played = rehearse(new, past(left("estimate"), left("defence", won=True)), MOSCOW)
    assert played.gone == ("estimate",)
    assert played.gates[-1].skipped == ("contract",)
    assert played.is_stopped


def test_a_form_that_asks_for_more_makes_the_old_gate_no_proof() -> None:
    optional = next(field for field in old().fields if not field.required)
    fields = tuple(replace(field, required=True) for field in old().fields)
    new = replace(old(), fields=fields)
    about_form = [
        check for check in old().stage("request").checks if (check.fact or "").startswith("intake.")
    ]
    assert about_form, optional
    lived = left("request", unknown=frozenset({"intake.complete", "intake.answered"}))
    (gate,) = [one for one in rehearse(new, past(lived), MOSCOW).gates if one.stage == "request"]
    assert {check.key for check in about_form if check.strength != "observe"} <= {c.key for c in gate.unknown}
