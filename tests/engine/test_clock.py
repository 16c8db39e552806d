"""The fair clock: who held the ball, against counting minute by minute, and the laws of breaches and saves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from svyazka.engine.clock import (
    Breach,
    Holder,
    Late,
    Outcome,
    Promise,
    Save,
    Slice,
    breaches,
    client_pauses,
    holder_at,
    saves,
    slices,
)
from svyazka.engine.worktime import Duration, WorkCalendar
from tests.engine.slow_time import minutes, slow_between, slow_holder

MOSCOW = ZoneInfo("Europe/Moscow")
CALENDAR = WorkCalendar()
MONDAY = datetime(2025, 11, 10, tzinfo=MOSCOW)
MANAGER, EXPERT, ESTIMATOR = 1, 2, 3


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of the plain working week of 10 November 2025: day 0 is its Monday."""
    return (MONDAY + timedelta(days=day)).replace(hour=hour, minute=minute).astimezone(UTC)


def promise(
    id: int,
    opened: datetime,
    due: datetime,
    closed: datetime | None = None,
    *,
    who: int | None = MANAGER,
    role: str = "manager",
    on_client: bool = False,
    after: int | None = None,
    allowed: str | None = None,
    outcome: Outcome | None = None,
) -> Promise:
    if outcome is None:
        outcome = "open" if closed is None else "kept" if closed <= due else "late"
    duration = None if allowed is None else Duration(int(allowed[:-1]), "h" if allowed.endswith("h") else "d")
    return Promise(id, who, role, on_client, opened, due, closed, outcome, f"term{id}", duration, after)


ticks = st.integers(0, 4 * 24 * 12).map(lambda n: MONDAY.astimezone(UTC) + timedelta(minutes=5 * n))


@st.composite
def stories(draw: st.DrawFn) -> list[Promise]:
    told: list[Promise] = []
    for number in range(1, draw(st.integers(0, 7)) + 1):
        opened, due = sorted((draw(ticks), draw(ticks)))
        closed = draw(st.none() | ticks)
        closed = None if closed is None else max(opened, closed)
        over: Outcome | None = None
        if closed is not None:
            over = draw(st.sampled_from((None, None, None, "broken", "waived", "cancelled")))
        told.append(
            promise(
                number,
                opened,
                due,
                closed,
                who=draw(st.sampled_from((MANAGER, EXPERT, ESTIMATOR, None))),
                role=draw(st.sampled_from(("manager", "expert"))),
                on_client=draw(st.sampled_from((False, False, True))),
                after=draw(st.none() | st.integers(1, 7)),
                allowed=draw(st.sampled_from((None, "2h", "1d"))),
                outcome=over,
            )
        )
    return told


@given(stories(), ticks, ticks)
@settings(max_examples=50, deadline=None)
def test_every_minute_belongs_to_the_one_who_held_the_ball_then(
    told: list[Promise], start: datetime, end: datetime
) -> None:
    cut = slices(told, start, end, CALENDAR)
    by_minute = {m: s.holder for s in cut for m in minutes(s.start, s.end)}
    assert by_minute == {m: slow_holder(told, m) for m in minutes(start, end)}


@given(stories(), ticks, ticks)
def test_slices_cover_the_time_once_and_their_minutes_add_up(
    told: list[Promise], start: datetime, end: datetime
) -> None:
    cut = slices(told, start, end, CALENDAR)
    if end <= start:
        assert cut == ()
        return
    assert (cut[0].start, cut[-1].end) == (start, end)
    assert all(a.end == b.start and a.holder != b.holder for a, b in pairwise(cut))
    assert all(s.start < s.end and holder_at(told, s.start) == s.holder for s in cut)
    assert sum(s.minutes for s in cut) == CALENDAR.minutes_between(start, end)


@given(stories(), ticks)
def test_a_clients_delay_is_never_anyones_breach(told: list[Promise], now: datetime) -> None:
    on_client = {p.id for p in told if p.on_client}
    found = breaches(told, now, CALENDAR)
    assert not on_client & {breach.promise_id for breach in found}
    for breach in found:
        assert all((late.role == "client") == (late.promise_id in on_client) for late in breach.arrived_late)
        assert all(late.person_id is None for late in breach.arrived_late if late.role == "client")


@given(stories(), ticks)
@settings(max_examples=40, deadline=None)
def test_late_minutes_are_those_past_due_in_which_the_client_owed_nothing(
    told: list[Promise], now: datetime
) -> None:
    pauses = client_pauses(told, now)
    for breach in breaches(told, now, CALENDAR):
        ended = breach.ended_at or now
        assert breach.minutes_late == slow_between(CALENDAR, min(breach.due_at, ended), ended, pauses)


@given(stories(), ticks)
def test_waiting_on_the_client_longer_never_makes_us_later(told: list[Promise], now: datetime) -> None:
    waited = promise(99, MONDAY.astimezone(UTC), now, on_client=True)
    late = {breach.promise_id: breach.minutes_late for breach in breaches(told, now, CALENDAR)}
    paused = {breach.promise_id: breach.minutes_late for breach in breaches([*told, waited], now, CALENDAR)}
    assert all(minutes <= late[number] for number, minutes in paused.items())


@given(stories(), ticks, ticks)
def test_a_breach_once_seen_is_not_forgotten_while_its_promise_runs(
    told: list[Promise], a: datetime, b: datetime
) -> None:
    a, b = sorted((a, b))
    running = {p.id for p in told if p.closed_at is None}
    first = {breach.promise_id: breach.minutes_late for breach in breaches(told, a, CALENDAR)}
    then = {breach.promise_id: breach.minutes_late for breach in breaches(told, b, CALENDAR)}
    assert all(then[number] >= late for number, late in first.items() if number in running)


@given(stories(), ticks)
def test_a_breach_tells_who_held_the_ball_from_its_opening_to_its_end(
    told: list[Promise], now: datetime
) -> None:
    opened = {p.id: p.opened_at for p in told}
    for breach in breaches(told, now, CALENDAR):
        ended = breach.ended_at or now
        whole = CALENDAR.minutes_between(opened[breach.promise_id], ended)
        assert sum(held.minutes for held in breach.held) == whole


@given(stories())
def test_a_save_and_a_breach_never_name_the_same_promise(told: list[Promise]) -> None:
    end = at(9, 12)
    assert not {s.promise_id for s in saves(told, CALENDAR)} & {
        b.promise_id for b in breaches(told, end, CALENDAR)
    }


@given(stories())
def test_there_is_no_save_without_anothers_delay(told: list[Promise]) -> None:
    by_id = {p.id: p for p in told}
    for save in saves(told, CALENDAR):
        upstream = by_id[by_id[save.promise_id].after_id or 0]
        assert upstream.outcome in {"late", "broken"}
        assert (
            0
            < save.absorbed_minutes
            <= CALENDAR.minutes_between(upstream.due_at, upstream.closed_at or at(9, 12))
        )
        assert save.absorbed_from_role == ("client" if upstream.on_client else upstream.role)
        assert save.absorbed_from != save.person_id
        assert save.closed_at <= save.planned_due


@given(stories())
def test_in_a_story_where_all_keep_their_word_nothing_slips_and_nobody_has_to_save(
    told: list[Promise],
) -> None:
    good = [replace(p, closed_at=p.due_at, outcome="kept") for p in told]
    assert breaches(good, at(9, 12), CALENDAR) == ()
    assert saves(good, CALENDAR) == ()


@given(stories(), ticks)
def test_what_happens_later_changes_nothing_that_was_seen_before(told: list[Promise], now: datetime) -> None:
    known = [
        p if p.closed_at is None or p.closed_at <= now else replace(p, closed_at=None, outcome="open")
        for p in told
        if p.opened_at <= now
    ]
    assert breaches(told, now, CALENDAR) == breaches(known, now, CALENDAR)


@given(stories(), st.data())
def test_the_order_in_which_promises_are_given_does_not_matter(
    told: list[Promise], data: st.DataObject
) -> None:
    turned = data.draw(st.permutations(told))
    assert slices(told, at(0, 9), at(3, 18), CALENDAR) == slices(turned, at(0, 9), at(3, 18), CALENDAR)
    assert breaches(told, at(3, 18), CALENDAR) == breaches(turned, at(3, 18), CALENDAR)
    assert saves(told, CALENDAR) == saves(turned, CALENDAR)


def test_the_ball_is_with_the_client_then_with_whoever_is_due_first_else_in_the_queue() -> None:
    ours = promise(1, at(0, 9), at(2, 12))
    sooner = promise(2, at(0, 10), at(1, 12), at(0, 16), who=EXPERT, role="expert")
    clients = promise(3, at(0, 12), at(1, 12), at(0, 14), on_client=True)
    told = [ours, sooner, clients]
    manager, expert = Holder("person", MANAGER, "manager"), Holder("person", EXPERT, "expert")
    seen = [holder_at(told, at(0, hour)) for hour in (8, 9, 10, 12, 14, 16)]
    assert seen == [Holder("queue"), manager, expert, Holder("client"), expert, manager]


def test_of_two_promises_due_together_the_one_opened_first_has_the_ball() -> None:
    later = promise(1, at(0, 11), at(1, 12), who=EXPERT)
    first = promise(2, at(0, 10), at(1, 12), who=ESTIMATOR)
    twin = promise(3, at(0, 10), at(1, 12), who=MANAGER)
    assert holder_at([later, twin, first], at(0, 12)).person_id == ESTIMATOR


def test_what_nobody_has_taken_is_the_queues() -> None:
    assert holder_at([promise(1, at(0, 9), at(0, 12), who=None)], at(0, 10)) == Holder("queue")


def test_a_days_slices_name_the_queue_the_expert_and_the_client_with_their_working_minutes() -> None:
    told = [
        promise(1, at(0, 10), at(1, 10), at(0, 16), who=EXPERT, role="expert"),
        promise(2, at(0, 16), at(1, 16), at(1, 10), on_client=True),
    ]
    expert = Holder("person", EXPERT, "expert")
    assert slices(told, at(0, 9), at(1, 12), CALENDAR) == (
        Slice(Holder("queue"), at(0, 9), at(0, 10), 60),
        Slice(expert, at(0, 10), at(0, 16), 5 * 60),
        Slice(Holder("client"), at(0, 16), at(1, 10), 3 * 60),
        Slice(Holder("queue"), at(1, 10), at(1, 12), 2 * 60),
    )


def test_the_clients_pauses_are_merged_and_what_he_still_owes_runs_on() -> None:
    told = [
        promise(1, at(0, 9), at(0, 12), at(0, 12), on_client=True),
        promise(2, at(0, 11), at(0, 15), at(0, 15), on_client=True),
        promise(3, at(0, 13), at(0, 18), at(0, 18)),
        promise(4, at(1, 9), at(1, 12), on_client=True),
        promise(5, at(0, 15), at(0, 16), at(0, 16), on_client=True),
    ]
    assert client_pauses(told, at(1, 17)) == ((at(0, 9), at(0, 16)), (at(1, 9), at(1, 17)))


def test_a_breach_names_what_came_late_from_the_ones_before_the_nearest_first() -> None:
    told = [
        promise(1, at(0, 9), at(0, 11), at(0, 12), who=ESTIMATOR, role="dispatcher"),
        promise(2, at(0, 12), at(0, 15), at(0, 15), who=EXPERT, role="expert", after=1),
        promise(3, at(0, 15), at(0, 17), at(1, 11), on_client=True, after=2),
        promise(4, at(1, 11), at(1, 15), at(1, 17), after=3),
    ]
    (first, last) = breaches(told, at(2, 9), CALENDAR)
    assert (first.promise_id, first.minutes_late, first.arrived_late) == (1, 60, ())
    assert last == Breach(
        promise_id=4,
        person_id=MANAGER,
        role="manager",
        term="term4",
        due_at=at(1, 15),
        ended_at=at(1, 17),
        minutes_late=120,
        arrived_late=(Late(3, None, "client", 180), Late(1, ESTIMATOR, "dispatcher", 60)),
        held=(Slice(Holder("person", MANAGER, "manager"), at(1, 11), at(1, 17), 300),),
    )


def test_a_promise_that_runs_past_due_is_a_breach_from_its_first_late_working_minute() -> None:
    told = [promise(1, at(0, 9), at(0, 18))]
    assert breaches(told, at(0, 18), CALENDAR) == ()
    assert breaches(told, at(1, 9), CALENDAR) == ()
    (breach,) = breaches(told, at(1, 9, 1), CALENDAR)
    assert (breach.minutes_late, breach.ended_at) == (1, None)


def test_a_promise_overdue_only_while_the_client_owed_us_is_no_breach() -> None:
    waits = promise(2, at(0, 16), at(1, 16), at(1, 12), on_client=True)
    assert breaches([promise(1, at(0, 9), at(0, 17)), waits], at(1, 12), CALENDAR) == ()
    assert breaches([promise(1, at(0, 9), at(0, 17), at(1, 12)), waits], at(1, 18), CALENDAR) == ()
    (breach,) = breaches([promise(1, at(0, 9), at(0, 17), at(1, 14, 30)), waits], at(1, 18), CALENDAR)
    assert breach.minutes_late == 90


def test_broken_promises_are_breaches_even_before_due_waived_and_cancelled_never() -> None:
    told = [
        promise(1, at(0, 9), at(1, 12), at(0, 15), outcome="broken"),
        promise(2, at(0, 9), at(0, 12), at(0, 17), outcome="waived"),
        promise(3, at(0, 9), at(0, 12), at(0, 17), outcome="cancelled"),
    ]
    (breach,) = breaches(told, at(2, 12), CALENDAR)
    assert (breach.promise_id, breach.minutes_late) == (1, 0)


def test_a_ring_of_promises_is_walked_once() -> None:
    told = [
        promise(1, at(0, 9), at(0, 11), at(0, 12), after=2),
        promise(2, at(0, 9), at(0, 11), at(0, 12), after=1),
    ]
    assert [[late.promise_id for late in b.arrived_late] for b in breaches(told, at(1, 9), CALENDAR)] == [
        [2],
        [1],
    ]


def test_keeping_the_planned_date_after_anothers_delay_is_a_save_with_the_minutes_absorbed() -> None:
    told = [
        promise(1, at(0, 9), at(0, 12), at(0, 16), who=EXPERT, role="expert"),
        promise(2, at(0, 16), at(1, 16), at(1, 11), who=ESTIMATOR, role="estimator", after=1, allowed="1d"),
    ]
    assert saves(told, CALENDAR) == (
        Save(
            promise_id=2,
            person_id=ESTIMATOR,
            role="estimator",
            term="term2",
            planned_due=at(1, 12),
            closed_at=at(1, 11),
            absorbed_minutes=180,
            absorbed_from=EXPERT,
            absorbed_from_role="expert",
        ),
    )


def test_keeping_only_the_date_moved_by_the_delay_is_no_save() -> None:
    told = [
        promise(1, at(0, 9), at(0, 12), at(0, 16), who=EXPERT, role="expert"),
        promise(2, at(0, 16), at(1, 16), at(1, 12, 1), who=ESTIMATOR, after=1, allowed="1d"),
    ]
    assert saves(told, CALENDAR) == ()


def test_nobody_saves_from_his_own_delay_but_everybody_from_the_clients() -> None:
    own = promise(1, at(0, 9), at(0, 12), at(0, 16))
    then = promise(2, at(0, 16), at(1, 16), at(1, 11), after=1, allowed="1d")
    assert saves([own, then], CALENDAR) == ()
    (save,) = saves([replace(own, on_client=True), then], CALENDAR)
    assert (save.absorbed_from, save.absorbed_from_role, save.absorbed_minutes) == (None, "client", 180)


def test_a_delay_outside_working_hours_leaves_nothing_to_save() -> None:
    told = [
        promise(1, at(0, 9), at(0, 18), at(0, 20), who=EXPERT),
        promise(2, at(0, 20), at(1, 20), at(1, 8), after=1, allowed="1d"),
    ]
    assert saves(told, CALENDAR) == ()
