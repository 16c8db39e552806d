"""What a client meeting lacks, when a team may do without a huddle, and how the hour goes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.meetings import (
    FORGOTTEN,
    GIVEN,
    Lack,
    Ours,
    Plan,
    Point,
    Theirs,
    Turn,
    ends_by_itself,
    hour,
    in_room,
    lacks,
    misfit,
    needs_huddle,
)
from svyazka.engine.process import ROOM_ROLES, MeetingRules, RoomRole

NINE = datetime(2026, 11, 24, 6, tzinfo=UTC)
RULES = MeetingRules()
MANAGER, EXPERT = 1, 2
READY = Plan(
    our_goal="Понять, хватит ли типовой ERP, и договориться об оценке",
    client_goal="Увидеть, как считается себестоимость партии",
    starts_at=NINE, minutes=75,
    points=(
        Point(7, "company", MANAGER), Point(3, "moderator", MANAGER), Point(40, "delivery", EXPERT),
        Point(10, "money", MANAGER), Point(10, "moderator", MANAGER),
    ),
    ours=(
        Ours(MANAGER, frozenset({"manager"}), frozenset({"moderator", "company", "money"})),
        Ours(EXPERT, frozenset({"expert"}), frozenset({"delivery", "minutes"}), has_read=True),
    ),
    theirs=(Theirs("Лескова Ольга", "финансовый директор", decides=True), Theirs("Пень Иван", "технолог")),
    criteria=("Клиент сам назвал, что считать партией",),
    agreement="agreed", huddle_held=True,
)  # fmt: skip


def codes(plan: Plan, rules: MeetingRules = RULES, *, huddle: bool = True) -> set[tuple[str, str]]:
    return {(lack.subject, lack.code) for lack in lacks(plan, rules, needs_huddle=huddle)}


def of(plan: Plan, place: int, **changed: object) -> tuple[Ours, ...]:
    ours = list(plan.ours)
    ours[place] = replace(ours[place], **changed)  # type: ignore[arg-type]
    return tuple(ours)


def led(plan: Plan, place: int, leader: int | None) -> tuple[Point, ...]:
    points = list(plan.points)
    points[place] = replace(points[place], leader=leader)
    return tuple(points)


# ready or not


def test_a_meeting_with_all_of_it_is_ready() -> None:
    assert lacks(READY, RULES, needs_huddle=True) == ()


def test_nothing_prepared_lacks_all_that_a_meeting_takes() -> None:
    assert codes(Plan()) == {
        ("our_goal", "required"), ("client_goal", "required"), ("time", "required"), ("agenda", "required"),
        ("room", "moderator"), ("room", "minutes"), ("criteria", "required"), ("client", "nobody"),
        ("agreement", "not_asked"), ("huddle", "not_held"),
    }  # fmt: skip


BREAKS: dict[str, tuple[Callable[[Plan], Plan], tuple[str, str]]] = {
    "no goal of ours": (lambda plan: replace(plan, our_goal=" "), ("our_goal", "required")),
    "a goal that only fills the line": (lambda plan: replace(plan, our_goal="уточнить"), ("our_goal", "junk")),
    "a dead format": (lambda plan: replace(plan, our_goal="Показать ERP"), ("our_goal", "dead")),
    "just a talk, in English": (lambda plan: replace(plan, client_goal="Just talk"), ("client_goal", "dead")),
    "no time": (lambda plan: replace(plan, starts_at=None), ("time", "required")),
    "more minutes than there are": (lambda plan: replace(plan, minutes=69), ("agenda", "too_long")),
    "a point that nobody leads": (lambda plan: replace(plan, points=led(plan, 1, None)), ("point", "leaderless")),
    "a point led by who isn't there": (lambda plan: replace(plan, points=led(plan, 1, 99)), ("point", "leaderless")),
    "who builds presents the company": (
        lambda plan: replace(plan, points=led(plan, 0, EXPERT)), ("point", "delivery_presents_company"),
    ),
    "the manager speaks of the work": (
        lambda plan: replace(plan, points=led(plan, 2, MANAGER)), ("point", "manager_presents_delivery"),
    ),
    "no moderator": (lambda plan: replace(plan, ours=of(plan, 0, room=frozenset({"money"}))), ("room", "moderator")),
    "nobody writes": (lambda plan: replace(plan, ours=of(plan, 1, room=frozenset({"delivery"}))), ("room", "minutes")),
    "no criterion": (lambda plan: replace(plan, criteria=("", "-")), ("criteria", "required")),
    "nobody of the client": (lambda plan: replace(plan, theirs=()), ("client", "nobody")),
    "a duty not known": (
        lambda plan: replace(plan, theirs=(*plan.theirs, Theirs("Кто-то"))), ("client", "no_duty"),
    ),
    "a name not known": (
        lambda plan: replace(plan, theirs=(*plan.theirs, Theirs("?", "бухгалтер"))), ("client", "no_name"),
    ),
    "who decides can't come": (
        lambda plan: replace(plan, theirs=tuple(replace(one, declines=True) for one in plan.theirs)), ("client", "declined"),
    ),
    "nobody who decides": (
        lambda plan: replace(plan, theirs=(Theirs("Пень Иван", "технолог"),)), ("client", "nobody_decides"),
    ),
    "the client not asked": (lambda plan: replace(plan, agreement="not_asked"), ("agreement", "not_asked")),
    "the client silent": (lambda plan: replace(plan, agreement="asked"), ("agreement", "asked")),
    "a plan that changed": (lambda plan: replace(plan, agreement="changed"), ("agreement", "changed")),
    "a plan sent before": (lambda plan: replace(plan, agreement="stale"), ("agreement", "stale")),
    "the client's corrections": (lambda plan: replace(plan, agreement="corrected"), ("agreement", "corrected")),
    "an expert who hasn't read": (lambda plan: replace(plan, ours=of(plan, 1, has_read=False)), ("person", "unread")),
    "an expert who hasn't read what is new": (
        lambda plan: replace(plan, ours=of(plan, 1, has_read=False, has_read_before=True)), ("person", "grown"),
    ),
    "one who sells and builds": (
        lambda plan: replace(plan, ours=of(plan, 1, seats=frozenset({"expert", "manager"}))), ("person", "several_roles"),
    ),
    "no huddle": (lambda plan: replace(plan, huddle_held=False), ("huddle", "not_held")),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_taken_away_is_the_one_thing_that_lacks(name: str) -> None:
    take, lack = BREAKS[name]
    assert codes(take(READY)) == {lack}


@given(taken=st.sets(st.sampled_from(sorted(BREAKS)), max_size=6))
def test_whatever_is_taken_away_the_rest_is_never_blamed(taken: set[str]) -> None:
    plan, expected = READY, set()
    for name in sorted(taken):
        take, lack = BREAKS[name]
        plan = take(plan)
        expected.add(lack)
    found = codes(plan)
    assert found <= expected, "nothing else is blamed; of two about the same thing the last stands"
    assert bool(found) == bool(taken)


def test_a_team_that_needs_no_huddle_lacks_none() -> None:
    assert codes(replace(READY, huddle_held=False), huddle=False) == set()


@given(order=st.permutations(range(2)))
def test_in_which_order_people_stand_changes_nothing(order: list[int]) -> None:
    plan = replace(READY, ours=tuple(READY.ours[place] for place in order), agreement="asked")
    assert codes(plan) == codes(replace(READY, agreement="asked"))


def test_a_meeting_of_no_length_has_no_time() -> None:
    assert ("time", "required") in codes(replace(READY, minutes=0))


def test_who_sits_there_twice_may_do_what_either_seat_lets_him() -> None:
    both = (*READY.ours, Ours(EXPERT, frozenset({"manager"})))
    assert codes(replace(READY, ours=both, points=led(READY, 0, EXPERT))) == set()


# who speaks of what


@given(
    given_roles=st.frozensets(st.sampled_from(ROOM_ROLES)),
    led=st.lists(
        st.tuples(st.sampled_from(ROOM_ROLES), st.sampled_from([MANAGER, EXPERT, None])), max_size=6
    ),
)
def test_what_somebody_does_in_the_room_is_what_he_was_given_and_what_he_leads(
    given_roles: frozenset[RoomRole], led: list[tuple[RoomRole, int | None]]
) -> None:
    agenda = [Point(5, role, leader) for role, leader in led]
    found = in_room(EXPERT, given_roles, agenda)
    assert set(found) & set(GIVEN) == given_roles & set(GIVEN)
    assert set(found) - set(GIVEN) == {one.role for one in agenda if one.leader == EXPERT} - set(GIVEN)
    assert in_room(EXPERT, given_roles, agenda[::-1]) == found


@given(
    role=st.sampled_from(ROOM_ROLES),
    seats=st.frozensets(st.sampled_from(["manager", "expert", "estimator", "fixer"])),
)
def test_only_the_two_mistakes_of_the_rule_are_misfits(role: RoomRole, seats: frozenset[str]) -> None:
    builds, manages = bool(seats & {"expert", "estimator"}), "manager" in seats
    wrong = {
        ("company", True, False): "delivery_presents_company",
        ("delivery", False, True): "manager_presents_delivery",
    }
    assert misfit(role, seats) == wrong.get((role, builds, manages), "")


@pytest.mark.parametrize(("strength", "told"), [("observe", []), ("warn", ["warn"]), ("stop", ["stop"])])
def test_a_misfit_weighs_what_the_process_says(strength: str, told: list[str]) -> None:
    plan = replace(READY, points=led(READY, 0, EXPERT))
    found = lacks(plan, MeetingRules(strength, 5), needs_huddle=True)  # type: ignore[arg-type]
    assert [lack.strength for lack in found] == told
    assert all(lack == Lack("point", "delivery_presents_company", 0, EXPERT, lack.strength) for lack in found)


# the huddle


@given(clean=st.lists(st.booleans(), max_size=12), until=st.integers(1, 6))
def test_a_huddle_is_needed_until_so_many_clean_meetings_in_a_row(clean: list[bool], until: int) -> None:
    in_a_row = 0
    for one in clean:
        in_a_row = in_a_row + 1 if one else 0
    assert needs_huddle(clean, MeetingRules("warn", until)) == (in_a_row < until)


@given(clean=st.lists(st.booleans(), max_size=12), until=st.integers(1, 6))
def test_a_breach_brings_the_huddle_back(clean: list[bool], until: int) -> None:
    assert needs_huddle([*clean, False], MeetingRules("warn", until))


# the hour

points = st.lists(st.integers(1, 40), min_size=1, max_size=6).map(
    lambda long: [Point(one, "moderator") for one in long]
)


running = st.booleans()


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[Point], list[Turn], datetime]:
    """An agenda, turns one after the other with pauses between them, and a moment after the last began."""
    agenda = draw(points)
    turns: list[Turn] = []
    at = NINE
    for place in draw(st.lists(st.integers(0, len(agenda) - 1), max_size=6)):
        since = at + timedelta(seconds=draw(st.integers(0, 90)))
        at = since + timedelta(seconds=draw(st.integers(0, 3000)))
        turns.append(Turn(place, since, at))
    if draw(running) and turns:
        turns[-1] = replace(turns[-1], until=None)
    return agenda, turns, at + timedelta(seconds=draw(st.integers(0, 600)))


@given(run=runs(), minutes=st.integers(5, 120))
def test_the_hour_is_what_counting_second_by_second_says(
    run: tuple[list[Point], list[Turn], datetime], minutes: int
) -> None:
    agenda, turns, at = run
    now = hour(agenda, turns, began_at=NINE, minutes=minutes, at=at)
    slow = [0] * len(agenda)
    for turn in turns:
        moment = turn.since
        while moment < (turn.until or at):
            slow[turn.place] += 1
            moment += timedelta(seconds=1)
    assert list(now.spent) == slow
    running = [turn.place for turn in turns if turn.until is None]
    assert now.current == (running[0] if running else None)
    if now.current is not None:
        assert now.left_of_point == agenda[now.current].minutes * 60 - slow[now.current]
    assert now.left == minutes * 60 - int((at - NINE).total_seconds())
    assert now.ahead == sum(
        point.minutes * 60 for place, point in enumerate(agenda) if all(turn.place != place for turn in turns)
    )


@given(agenda=points, spare=st.integers(0, 30))
def test_who_keeps_to_the_agenda_is_never_late(agenda: list[Point], spare: int) -> None:
    ends = [NINE]
    for point in agenda:
        ends.append(ends[-1] + timedelta(minutes=point.minutes))
    for place, (since, until) in enumerate(pairwise(ends)):
        turns = [Turn(one, *span) for one, span in enumerate(list(pairwise(ends))[:place])]
        minutes = sum(point.minutes for point in agenda) + spare
        for at in (since, until):
            now = hour(agenda, [*turns, Turn(place, since)], began_at=NINE, minutes=minutes, at=at)
            assert now.late == 0


def test_an_overrun_point_makes_the_rest_late_by_as_much() -> None:
    agenda = [Point(10, "moderator"), Point(20, "delivery")]
    at = NINE + timedelta(minutes=14)
    now = hour(agenda, [Turn(0, NINE)], began_at=NINE, minutes=30, at=at)
    assert (now.left_of_point, now.left, now.ahead, now.late) == (-240, 960, 1200, 240)


def test_a_meeting_that_nobody_ended_is_over_an_hour_after_its_planned_end() -> None:
    assert ends_by_itself(NINE, 75) == NINE + timedelta(minutes=75) + FORGOTTEN
