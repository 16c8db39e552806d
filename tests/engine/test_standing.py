"""Where a deal stands: laws that hold for every process, and examples on the packaged one."""

from datetime import UTC, datetime, time, timedelta
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.clock import Outcome, Promise
from svyazka.engine.lint import load_process
from svyazka.engine.process import Process
from svyazka.engine.standing import SOON, DealState, gate, holds, stand, tick_name
from svyazka.engine.worktime import WorkCalendar
from svyazka.processes import packaged_text

MOSCOW = WorkCalendar(zone="Europe/Moscow", start=time(9), end=time(18), lunch=(time(13), time(14)))
TUESDAY = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


@cache
def process() -> Process:
    return load_process(packaged_text())


def proofs(stage: str) -> list[str]:
    """Names under which the checks of a stage are proven."""
    return [check.fact or tick_name(stage, check.key) for check in process().stage(stage).checks]


stages = st.sampled_from([stage.key for stage in process().stages])
facts = stages.flatmap(lambda stage: st.sets(st.sampled_from(proofs(stage))))
outcomes: st.SearchStrategy[Outcome] = st.sampled_from(
    ["open", "kept", "late", "broken", "waived", "cancelled"]
)
moments = st.integers(-3000, 3000).map(lambda minutes: TUESDAY + timedelta(minutes=minutes))


@st.composite
def promises(draw: st.DrawFn) -> tuple[Promise, ...]:
    made = []
    for number in range(draw(st.integers(0, 6))):
        opened, outcome = draw(moments), draw(outcomes)
        made.append(
            Promise(
                id=number + 1,
                performer_id=draw(st.integers(1, 3)),
                role="manager",
                on_client=draw(st.booleans()),
                opened_at=opened,
                due_at=opened + timedelta(minutes=draw(st.integers(1, 6000))),
                closed_at=None
                if outcome == "open"
                else opened + timedelta(minutes=draw(st.integers(0, 6000))),
                outcome=outcome,
            )
        )
    return tuple(made)


def state(stage: str, known: set[str], owed: tuple[Promise, ...], *, is_open: bool = True) -> DealState:
    return DealState(
        is_open=is_open,
        stage=stage,
        stage_since=TUESDAY - timedelta(days=1),
        facts=frozenset(known),
        promises=owed,
    )


@given(stage=stages, proven=facts, extra=facts)
def test_more_evidence_never_closes_a_gate(stage: str, proven: set[str], extra: set[str]) -> None:
    before, _ = gate(process().stage(stage), frozenset(proven))
    after, _ = gate(process().stage(stage), frozenset(proven | extra))
    assert set(before) <= set(after)


@given(stage=stages, proven=facts)
def test_every_check_is_either_done_or_missing(stage: str, proven: set[str]) -> None:
    done, missing = gate(process().stage(stage), frozenset(proven))
    assert sorted(check.key for check in (*done, *missing)) == sorted(
        c.key for c in process().stage(stage).checks
    )
    assert all(holds(check, stage, frozenset(proven)) for check in done)
    assert not any(holds(check, stage, frozenset(proven)) for check in missing)


@given(stage=stages, proven=facts)
def test_only_missing_stop_checks_block(stage: str, proven: set[str]) -> None:
    standing = stand(process(), state(stage, proven, ()), lambda _: MOSCOW, TUESDAY)
    assert standing.may_leave == (not standing.blockers)
    assert {check.strength for check in standing.blockers} <= {"stop"}
    whole = stand(process(), state(stage, set(proofs(stage)), ()), lambda _: MOSCOW, TUESDAY)
    assert whole.may_leave


@given(owed=promises(), at=moments)
def test_what_is_owed_is_exactly_what_is_open_by_due_time(owed: tuple[Promise, ...], at: datetime) -> None:
    standing = stand(process(), state("estimate", set(), owed), lambda _: MOSCOW, at)
    assert {one.promise.id for one in standing.owed} == {one.id for one in owed if one.outcome == "open"}
    dues = [one.promise.due_at for one in standing.owed]
    assert dues == sorted(dues)
    assert standing.next_due == (dues[0] if dues else None)


@given(owed=promises(), at=moments)
def test_an_overdue_promise_is_not_due_soon_and_has_no_time_left(
    owed: tuple[Promise, ...], at: datetime
) -> None:
    for one in stand(process(), state("estimate", set(), owed), lambda _: MOSCOW, at).owed:
        assert not (one.is_overdue and one.is_soon)
        if one.is_overdue:
            assert one.minutes_left <= 0
        if one.is_soon:
            assert one.minutes_left <= SOON


@given(owed=promises(), at=moments)
def test_a_clock_that_stands_is_never_overdue(owed: tuple[Promise, ...], at: datetime) -> None:
    given_state = state("estimate", set(), owed)
    paused = DealState(
        is_open=True, stage="estimate", stage_since=given_state.stage_since, facts=frozenset(), promises=owed,
        pausing=frozenset(one.id for one in owed if not one.on_client),
    )  # fmt: skip
    waiting = any(one.on_client and one.outcome == "open" for one in owed)
    for one in stand(process(), paused, lambda _: MOSCOW, at).owed:
        if waiting and not one.promise.on_client:
            assert one.is_paused
            assert not one.is_overdue


@given(stage=stages, proven=facts, owed=promises(), at=moments)
def test_a_closed_deal_misses_nothing(
    stage: str, proven: set[str], owed: tuple[Promise, ...], at: datetime
) -> None:
    standing = stand(process(), state(stage, proven, owed, is_open=False), lambda _: MOSCOW, at)
    assert standing.missing == ()


def test_the_stages_limit_moves_by_the_time_the_client_held_the_ball() -> None:
    answered = Promise(
        id=1, performer_id=1, role="manager", on_client=True, opened_at=TUESDAY, due_at=TUESDAY + timedelta(days=2),
        closed_at=TUESDAY + timedelta(days=1), outcome="kept",
    )  # fmt: skip
    since = DealState(
        is_open=True, stage="estimate", stage_since=TUESDAY, facts=frozenset(), promises=(answered,)
    )
    alone = DealState(is_open=True, stage="estimate", stage_since=TUESDAY, facts=frozenset(), promises=())
    at = TUESDAY + timedelta(days=1)
    moved = stand(process(), since, lambda _: MOSCOW, at).stage_due
    assert MOSCOW.minutes_between(stand(process(), alone, lambda _: MOSCOW, at).stage_due, moved) == 8 * 60


def test_the_next_step_is_the_first_promise_that_the_client_knows_of() -> None:
    soon, later = (
        Promise(
            id=number, performer_id=1, role="manager", on_client=False, opened_at=TUESDAY,
            due_at=TUESDAY + timedelta(days=number),
        )
        for number in (1, 2)
    )  # fmt: skip
    known = DealState(
        is_open=True, stage="estimate", stage_since=TUESDAY, facts=frozenset(), promises=(soon, later),
        to_client=frozenset({2}),
    )  # fmt: skip
    standing = stand(process(), known, lambda _: MOSCOW, TUESDAY)
    assert standing.next_step is not None
    assert standing.next_step.promise == later
