"""The process as values, the vocabulary of facts, the comparison of versions, and the shipped process itself."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.differences import Change, differences, reordered
from svyazka.engine.facts import ANCHORS, ENDINGS, EVENTS, FACTS, events_of, fact, stated_facts
from svyazka.engine.lint import lint, load_process
from svyazka.engine.process import ROLES, MeetingRules, Process, Stage, Term, Text
from svyazka.engine.worktime import Duration
from svyazka.processes import packaged_text

SHIPPED = load_process(packaged_text())

stages = st.sampled_from(SHIPPED.stages)
terms = st.sampled_from(SHIPPED.terms)


def with_stage(process: Process, stage: Stage) -> Process:
    return replace(process, stages=tuple(stage if one.key == stage.key else one for one in process.stages))


# --- values


def test_a_text_is_said_in_russian_to_russians_and_in_english_to_the_rest() -> None:
    text = Text("срок", "term")

    assert [text.say(language) for language in ("ru", "ru-RU", "en", "en-gb", "de")] == [
        "срок", "срок", "term", "term", "term",
    ]  # fmt: skip


def test_a_process_can_be_a_key_of_a_cache() -> None:
    assert hash(SHIPPED) == hash(load_process(packaged_text()))
    assert load_process(packaged_text()) == SHIPPED


def test_each_stage_but_the_last_has_the_next_one_after_it() -> None:
    walked = [SHIPPED.stages[0]]
    while following := SHIPPED.stage_after(walked[-1].key):
        walked.append(following)

    assert tuple(walked) == SHIPPED.stages
    assert [SHIPPED.position(stage.key) for stage in walked] == list(range(6))


def test_everything_is_found_by_its_key() -> None:
    assert SHIPPED.stage("meeting").check("letter_confirmed").fact == "letter.confirmed"
    assert SHIPPED.field("budget").required
    assert SHIPPED.term("first_response").hard == Duration(1, "d")
    assert SHIPPED.reason("competitor", "tender_price").text.en == "Tender: price"
    assert SHIPPED.agenda("first_meeting").minutes == 75
    assert SHIPPED.goal("conversion_norm").value == 25
    assert SHIPPED.goal("first_response").value == Duration(2, "h")
    assert SHIPPED.role("fixer").name.ru == "Решала"
    assert {criterion.role for criterion in SHIPPED.criteria_of("expert")} == {"expert"}


def test_a_point_is_the_moderators_unless_the_process_says_who_leads_it() -> None:
    roles = [item.role for item in SHIPPED.agenda("first_meeting").items]
    assert (roles[0], roles[1], roles[2], roles[5]) == ("company", "moderator", "delivery", "money")
    assert {item.role for item in SHIPPED.agenda("huddle").items} == {"moderator"}


def test_what_is_asked_of_meetings_has_its_usual_answer_where_a_process_is_silent() -> None:
    text = packaged_text()
    silent = load_process(
        text.replace("\nmeetings:\n  misfit: warn\n  huddle_until: 5\n  remind: 1d\n  call: 2d\n", "\n")
    )
    assert "meetings:" in text
    assert silent.meetings == SHIPPED.meetings == MeetingRules("warn", 5)


@pytest.mark.parametrize(
    "look_up", ["stage", "position", "stage_after", "field", "term", "agenda", "goal", "role"]
)
def test_an_unknown_key_is_a_key_error(look_up: str) -> None:
    with pytest.raises(KeyError):
        getattr(SHIPPED, look_up)("nowhere")


@given(term=terms)
def test_a_term_is_found_by_the_events_that_open_and_close_it(term: Term) -> None:
    assert term in SHIPPED.terms_opened_by(term.opens)
    assert term in SHIPPED.terms_closed_by(term.closes)
    assert term not in SHIPPED.terms_opened_by(term.closes)


# --- the vocabulary


@pytest.mark.parametrize("name", sorted(FACTS))
def test_every_fact_says_in_both_languages_what_it_is_and_how_to_supply_it(name: str) -> None:
    entry = fact(name)

    for text in (entry.text, entry.supply):
        assert any("а" <= letter <= "я" for letter in text.ru.lower())
        assert text.en.isprintable()
        assert not any("а" <= letter <= "я" for letter in text.en.lower())
    assert set(entry.by) <= set(ROLES)
    assert bool(entry.by) == (entry.kind == "stated")


def test_stating_a_fact_is_an_event() -> None:
    assert {entry.name for entry in stated_facts()} <= set(EVENTS)


def test_a_term_can_only_stand_before_a_date_that_somebody_states() -> None:
    dated = {entry.name for entry in stated_facts() if entry.takes_date}

    assert set(ANCHORS.values()) == dated


# --- the shipped process


def test_the_shipped_process_has_nothing_to_mend() -> None:
    assert lint(packaged_text()) == ()


def test_the_shipped_process_has_six_stages_each_with_its_accountable_and_limit() -> None:
    assert [(stage.key, stage.accountable, str(stage.limit)) for stage in SHIPPED.stages] == [
        ("request", "dispatcher", "1d"),
        ("preparation", "manager", "3d"),
        ("meeting", "manager", "5d"),
        ("estimate", "estimator", "2d"),
        ("defence", "manager", "5d"),
        ("contract", "manager", "5d"),
    ]


def test_a_request_is_not_left_before_these_five_things() -> None:
    stops = {check.fact for check in SHIPPED.stage("request").checks if check.strength == "stop"}

    assert stops == {
        "intake.answered", "duplicates.checked", "client.contacted", "manager.appointed", "decision.taken",
    }  # fmt: skip


@pytest.mark.parametrize("stage", SHIPPED.stages, ids=lambda stage: stage.key)
def test_every_stage_opens_a_commitment_and_is_held_by_something(stage: Stage) -> None:
    start = "deal.received" if stage is SHIPPED.stages[0] else stage.event

    assert SHIPPED.terms_opened_by(start)
    assert any(check.strength == "stop" for check in stage.checks)
    assert 4 <= len(stage.checks) <= 8
    assert [duty.role for duty in stage.duties if duty.level == "accountable"] == [stage.accountable]


@pytest.mark.parametrize("term", SHIPPED.terms, ids=lambda term: term.key)
def test_every_commitment_closes_by_something_that_can_happen(term: Term) -> None:
    happenings = events_of(stage.key for stage in SHIPPED.stages)

    assert term.opens in happenings
    assert term.closes in happenings
    assert term.opens not in ENDINGS


def test_no_chain_of_commitments_is_endless() -> None:
    reached = {term.opens for term in SHIPPED.terms}
    for _ in SHIPPED.terms:
        reached = {term.closes for term in SHIPPED.terms if term.opens in reached}

    assert not reached & {term.opens for term in SHIPPED.terms}


def test_a_date_is_asked_for_before_a_commitment_is_counted_back_from_it() -> None:
    proven = {check.fact for stage in SHIPPED.stages for check in stage.checks}

    assert {ANCHORS[term.due.before] for term in SHIPPED.terms if term.due.before} <= proven


def test_what_one_stage_proves_is_stated_by_somebody_on_the_deal() -> None:
    stated = [FACTS[check.fact] for stage in SHIPPED.stages for check in stage.checks if check.fact]

    assert all(entry.by for entry in stated if entry.kind == "stated")


def test_the_figures_of_the_talk_are_marked_as_the_talks() -> None:
    talked = {goal.key for goal in SHIPPED.goals if goal.source == "talk"}

    assert talked >= {
        "first_response",
        "estimate",
        "meetings_to_contract",
        "clients_per_hour",
        "conversion_best",
    }


def test_the_form_asks_ten_things_and_offers_two_more() -> None:
    asked = [field.key for field in SHIPPED.fields if field.required]

    assert asked == [
        "company", "lines", "size", "headcount", "request", "context", "systems", "contact", "budget", "source",
    ]  # fmt: skip
    assert len(SHIPPED.fields) == 12


def test_every_role_knows_why_it_exists_and_how_it_is_judged() -> None:
    assert {entry.role for entry in SHIPPED.roles} == set(ROLES)
    assert {criterion.role for criterion in SHIPPED.criteria} == set(ROLES)


# --- versions side by side


@given(stage=stages, amount=st.integers(6, 40))
def test_a_changed_limit_is_the_only_change_reported(stage: Stage, amount: int) -> None:
    changed = with_stage(SHIPPED, replace(stage, limit=Duration(amount, "d")))

    assert differences(SHIPPED, changed) == (
        Change(
            "changed", "stage", stage.key, "limit",
            Text(str(stage.limit), str(stage.limit)), Text(f"{amount}d", f"{amount}d"),
        ),
    )  # fmt: skip


@given(
    kept=st.lists(stages, unique=True),
    others=st.lists(stages, unique=True),
    owed=st.lists(terms, unique=True),
)
def test_what_one_direction_adds_the_other_removes(
    kept: list[Stage], others: list[Stage], owed: list[Term]
) -> None:
    old = replace(SHIPPED, stages=tuple(kept), terms=tuple(owed))
    new = replace(SHIPPED, stages=tuple(others))
    opposite = {"added": "removed", "removed": "added", "changed": "changed", "moved": "moved"}

    there = {(one.code, one.subject, one.path, one.part, one.old, one.new) for one in differences(old, new)}
    back = {
        (opposite[one.code], one.subject, one.path, one.part, one.new, one.old)
        for one in differences(new, old)
    }

    assert there == back
    assert bool(there or reordered(old, new)) == (old != new)


def test_the_same_terms_in_another_order_are_no_silent_change() -> None:
    turned = replace(SHIPPED, terms=SHIPPED.terms[::-1])

    assert (differences(SHIPPED, turned), reordered(SHIPPED, turned)) == ((), ("term",))
    assert reordered(SHIPPED, SHIPPED) == ()


def test_a_check_that_became_stricter_is_reported_under_its_stage() -> None:
    stage = SHIPPED.stage("meeting")
    checks = tuple(
        replace(one, strength="stop") if one.key == "limits_known" else one for one in stage.checks
    )

    (change,) = differences(SHIPPED, with_stage(SHIPPED, replace(stage, checks=checks)))

    assert (change.subject, change.path, change.part) == ("check", "meeting.limits_known", "strength")
    assert (change.old, change.new) == (Text("warn", "warn"), Text("stop", "stop"))


def test_stages_that_changed_places_are_reported_with_both_places() -> None:
    first, second, *rest = SHIPPED.stages

    changes = differences(SHIPPED, replace(SHIPPED, stages=(second, first, *rest)))

    assert [(one.code, one.path, one.old, one.new) for one in changes] == [
        ("moved", "preparation", Text("2", "2"), Text("1", "1")),
        ("moved", "request", Text("1", "1"), Text("2", "2")),
    ]


def test_equal_versions_have_no_differences() -> None:
    assert differences(SHIPPED, load_process(packaged_text())) == ()


def test_who_leads_a_point_and_what_is_asked_of_meetings_are_compared_too() -> None:
    agenda = SHIPPED.agenda("first_meeting")
    first = replace(agenda, items=(replace(agenda.items[0], role="moderator"), *agenda.items[1:]))
    changed = replace(
        SHIPPED, agendas=tuple(first if one.key == first.key else one for one in SHIPPED.agendas),
        meetings=MeetingRules("stop", 3, remind=Duration(4, "h")),
    )  # fmt: skip
    told = [(one.subject, one.path, one.part, one.old, one.new) for one in differences(SHIPPED, changed)]
    assert told == [
        ("point", "first_meeting.1", "role", Text("company", "company"), Text("moderator", "moderator")),
        ("process", SHIPPED.key, "misfit", Text("warn", "warn"), Text("stop", "stop")),
        ("process", SHIPPED.key, "huddle_until", Text("5", "5"), Text("3", "3")),
        ("process", SHIPPED.key, "remind", Text("1d", "1d"), Text("4h", "4h")),
    ]
