"""Before a rule stops anybody it is told which deals it would have stopped: the very number of a rehearsal of that change."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from svyazka.engine.process import Process
from svyazka.engine.yaml_change import with_strength
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.queries import latest_entry_id
from svyazka.presale.journal.values import NotAllowed
from svyazka.presale.process.commands import publish_process
from svyazka.presale.process.queries import current_process, process_text
from svyazka.presale.reviews.rehearsal import rehearse_draft
from svyazka.presale.reviews.shadow import Shade, shadow, shadow_of
from svyazka.presale.stages.commands import complete_stage, follow_version
from svyazka.presale.stages.evidence import supply_evidence
from tests.company import TUESDAY, Company, accepted_deal
from tests.reviews import lost, won

pytestmark = pytest.mark.requirement("R26")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = TUESDAY + DAY


def soft(process: Process) -> set[str]:
    return {
        f"{stage.key}.{check.key}"
        for stage in process.stages
        for check in stage.checks
        if check.strength != "stop"
    }


def shades(us: Company) -> dict[str, Shade]:
    return {shade.path: shade for shade in shadow(viewer=us.owner, at=NOW).shades}


def through_preparation(us: Company, inn: str, *, knows_room: bool) -> int:
    deal = accepted_deal(us, inn=inn)
    complete_stage(deal_id=deal, stage="request", actor=us.manager, at=TUESDAY)
    if knows_room:
        supply_evidence(
            deal_id=deal, stage="preparation", check="room_known", text="список в письме", actor=us.manager, at=TUESDAY + HOUR
        )  # fmt: skip
    complete_stage(
        deal_id=deal, stage="preparation", reason="клиент едет", actor=us.manager, at=TUESDAY + 2 * HOUR
    )
    return deal


def test_each_check_that_does_not_stop_is_there_and_no_other(company: Company) -> None:
    found = shadow(viewer=company.owner, at=NOW)
    assert {shade.path for shade in found.shades} == soft(current_process()[1])
    assert not any(shade.stopped or shade.unknown or shade.passed for shade in found.shades)


def test_the_deals_that_went_on_without_it_are_named_among_all_that_passed(company: Company) -> None:
    without = through_preparation(company, "7707083893", knows_room=False)
    through_preparation(company, "7728168971", knows_room=True)
    lost(company, inn="5024002119")
    shade = shades(company)["preparation.room_known"]
    assert (list(shade.stopped), shade.passed) == ([without], 2)
    assert shade.stopped[without] == TUESDAY + 2 * HOUR
    assert shade.check.strength == "warn"


def test_each_number_is_that_of_the_rehearsal_of_this_change_alone(company: Company) -> None:
    """What is shown beside all the others is what publishing just this one would be rehearsed as."""
    won(company)
    through_preparation(company, "7728168971", knows_room=True)
    text = process_text(current_process()[0])
    found = shades(company)
    assert sum(bool(shade.stopped) for shade in found.values()) > 3
    for path in (
        "request.all_lines_asked",
        "preparation.room_known",
        "meeting.questions_answered",
        "contract.folder_complete",
    ):
        shade = found[path]
        stage, _, check = path.partition(".")
        alone = rehearse_draft(text=with_strength(text, stage, check, "stop"), viewer=company.owner, at=NOW)
        stopped = {
            played.deal_id
            for played in alone.played
            for gate in played.gates
            if gate.stage == stage
            and check in {one.key for one in gate.stopped}
            and check not in gate.were_over
        }
        unknown = {
            played.deal_id
            for played in alone.played
            for gate in played.gates
            if gate.stage == stage and check in {one.key for one in gate.unknown}
        }
        assert (set(shade.stopped), set(shade.unknown)) == (stopped, unknown), path


def test_whoever_went_over_it_with_a_reason_when_it_stopped_is_not_counted_again(company: Company) -> None:
    text = process_text(current_process()[0])
    strict = with_strength(text, "preparation", "room_known", "stop")
    number = publish_process(text=strict, note="строже", actor=company.owner, at=TUESDAY)
    deal = accepted_deal(company)
    follow_version(deal_id=deal, number=number, actor=company.owner, at=TUESDAY)
    complete_stage(deal_id=deal, stage="request", actor=company.manager, at=TUESDAY)
    complete_stage(
        deal_id=deal, stage="preparation", reason="клиент едет", actor=company.manager, at=TUESDAY + HOUR
    )
    publish_process(text=text, note="мягче", actor=company.owner, at=TUESDAY + 2 * HOUR)
    shade = shades(company)["preparation.room_known"]
    assert (dict(shade.stopped), shade.passed) == ({}, 1)


def test_a_check_that_nobody_was_asked_for_is_not_known(company: Company) -> None:
    deal = through_preparation(company, "7707083893", knows_room=False)
    tick = "key: room_seen\n        tick: manager\n        strength: observe\n        text: {ru: Зал осмотрен, en: The room is seen}\n      - key: room_known"
    text = process_text(current_process()[0]).replace("key: room_known", tick)
    publish_process(text=text, note="ещё один пункт", actor=company.owner, at=NOW)
    shade = shades(company)["preparation.room_seen"]
    assert (dict(shade.stopped), set(shade.unknown), shade.passed) == ({}, {deal}, 1)


def test_days_choose_which_deals_are_looked_at(company: Company) -> None:
    won(company, TUESDAY - 40 * DAY, began=TUESDAY - 41 * DAY)
    assert shadow(viewer=company.owner, at=NOW, days=30).looked == 0
    assert shadow(viewer=company.owner, at=NOW, days=90).looked == 1


def test_heads_and_owners_see_it_and_nobody_else(company: Company) -> None:
    for who in (company.owner, company.administrator, company.head):
        assert shadow(viewer=who, at=NOW).shades
    for stranger in (company.manager, company.dispatcher, company.agent):
        with pytest.raises(NotAllowed):
            shadow(viewer=stranger, at=NOW)
        with pytest.raises(NotAllowed):
            shadow_of(current_process()[1], {"meeting.limits_known"}, viewer=stranger, at=NOW)


def test_looking_writes_nothing_and_costs_the_same_for_one_deal_and_for_many(company: Company) -> None:
    def cost() -> int:
        before = latest_entry_id()
        with moment(), CaptureQueriesContext(connection) as asked:
            shadow(viewer=company.owner, at=NOW)
        assert latest_entry_id() == before
        assert all(one["sql"].lstrip().upper().startswith("SELECT") for one in asked)
        return len(asked)

    won(company)
    shadow(viewer=company.owner, at=NOW)
    first = cost()
    for inn in ("7728168971", "5024002119", "7736050003"):
        won(company, inn=inn)
    assert cost() == first
