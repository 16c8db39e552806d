"""Counters kept with every act are those of the raw journal, whatever happened and in which order."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import given

from svyazka.config.cli.database import count_old_deals
from svyazka.engine.figures import STEPS, coarse
from svyazka.presale.commitments.commands import keep, open_commitment
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.seats import appoint
from svyazka.presale.insight import tallies
from svyazka.presale.insight.counting import coarsely
from svyazka.presale.insight.deals_behind import behind
from svyazka.presale.insight.models import Tally, Track, TrackLine
from svyazka.presale.insight.slices import Period, Slice
from svyazka.presale.insight.upkeep import count_missing, recount, wrong_among
from svyazka.presale.meetings.letters import Answer, confirm_letter
from svyazka.presale.meetings.models import Meeting
from svyazka.presale.people.commands import override_day
from svyazka.presale.process.commands import publish_process
from svyazka.presale.stages.commands import complete_stage, follow_version
from svyazka.presale.stages.models import Visit
from tests.company import TUESDAY, Company, accepted_deal, led_deal
from tests.meetings import WHEN, closed, summed_up, token_for
from tests.presale.plays import PLAYS, Move, moves, play, renamed
from tests.presale.slow_figures import from_journal

pytestmark = pytest.mark.requirement("R35")


@PLAYS
@given(plan=moves())
def test_figures_kept_with_every_act_are_those_of_the_raw_journal(
    company: Company, plan: Sequence[Move]
) -> None:
    with transaction.atomic():
        play(company, plan)
        assert tallies.standing() == from_journal()
        transaction.set_rollback(True)


@PLAYS
@given(plan=moves())
def test_counting_anew_from_the_rows_finds_nothing_to_mend(company: Company, plan: Sequence[Move]) -> None:
    with transaction.atomic():
        table = play(company, plan)
        kept = tallies.standing()
        assert recount(deals=table.deals) == 0
        assert tallies.standing() == kept
        transaction.set_rollback(True)


@PLAYS
@given(plan=moves())
def test_deals_of_a_release_without_figures_are_counted_as_if_they_had_always_been(
    company: Company, plan: Sequence[Move]
) -> None:
    with transaction.atomic():
        play(company, plan)
        kept = tallies.standing()
        for table in (Tally, TrackLine, Track):
            table.objects.all().delete()
        Visit.objects.update(minutes=None)
        while count_missing(limit=2):
            pass
        assert tallies.standing() == kept
        transaction.set_rollback(True)


def test_a_meeting_counts_once_it_was_held_with_everybody_who_was_there(company: Company) -> None:
    deal = led_deal(company)
    appoint(deal_id=deal, person_id=company.expert.me, role="expert", actor=company.manager, at=TUESDAY)
    assert Track.objects.get(pk=deal).meetings == 0
    meeting = closed(company, deal)
    track = Track.objects.get(pk=deal)
    people = Meeting.objects.get(pk=meeting).ours.count()
    # begun at once, ended seventy minutes later
    assert (track.meetings, track.minutes, track.effort, track.confirmed) == (1, 70, 70 * people, 0)
    assert recount(deals=[deal]) == 0


def test_a_letter_counts_as_confirmed_from_the_clients_own_click(company: Company) -> None:
    deal = led_deal(company)
    appoint(deal_id=deal, person_id=company.expert.me, role="expert", actor=company.manager, at=TUESDAY)
    meeting = summed_up(company, deal)
    assert Track.objects.get(pk=deal).confirmed == 0
    confirm_letter(
        token=token_for(company, meeting, "letter"), answer=Answer("yes", ""), at=WHEN + timedelta(hours=5)
    )
    assert Track.objects.get(pk=deal).confirmed == 1
    assert recount(deals=[deal]) == 0


def test_the_database_rounds_times_as_the_engine_does(company: Company) -> None:
    led_deal(company)
    edges = [below + more for below, step in STEPS for more in (-step, -1, 0, 1, step // 2 - 1, step // 2)]
    for minutes in {0, 1, *edges, 100_000}:
        Track.objects.update(response=minutes)
        assert Track.objects.values_list(coarsely("response"), flat=True).get() == coarse(minutes)


def by_stage(measure: str) -> dict[str, int]:
    """What the counters say of a measure, by what stands after it."""
    whole = Counter[str]()
    for (dimension, name, _month, _value, _bucket), n in tallies.standing().items():
        if dimension == "all" and name.startswith(f"{measure}."):
            whole[name.removeprefix(f"{measure}.")] += n
    return dict(whole)


def estimated(company: Company) -> int:
    """A deal in the stage of the estimate, which was handed in within its time."""
    deal = accepted_deal(company)
    appoint(deal_id=deal, person_id=company.estimator.me, role="estimator", actor=company.manager, at=TUESDAY)
    for stage in ("request", "preparation", "meeting"):
        complete_stage(deal_id=deal, stage=stage, reason="клиент торопит", actor=company.manager, at=TUESDAY)
    ready = next(one for one in commitments_of(deal) if one.term == "estimate_ready")
    keep(commitment_id=ready.id, actor=company.estimator, at=TUESDAY, note="смета в папке")
    return deal


def test_a_version_that_renames_a_stage_and_a_term_leaves_the_past_of_a_deal_as_it_was(
    company: Company,
) -> None:
    """Hand-counted: what was done under the old names stays there, what comes goes under the new ones."""
    deal, other = estimated(company), estimated(company)
    way = {"request": 2, "preparation": 2, "meeting": 2}
    publish_process(text=renamed(), note="другие названия", actor=company.owner, at=TUESDAY)
    follow_version(deal_id=deal, number=2, actor=company.owner, at=TUESDAY)
    assert by_stage("entered") == {**way, "estimate": 2}
    assert by_stage("passed") == way
    assert {one: Track.objects.get(pk=one).way for one in (deal, other)} == {
        deal: " request preparation meeting estimate ", other: "",
    }  # fmt: skip
    open_commitment(
        deal_id=deal, performer_id=company.expert.me, result="Схема складов", due_at=TUESDAY + timedelta(days=1),
        actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    mine = next(one for one in commitments_of(deal) if one.result == "Схема складов")
    keep(commitment_id=mine.id, actor=company.expert, at=TUESDAY, note="схема в папке")
    track = Track.objects.get(pk=deal)
    assert (track.estimates, track.estimates_kept) == (1, 1), "it was an estimate when it was promised"
    complete_stage(deal_id=deal, stage="estimate", reason="клиент торопит", actor=company.manager, at=TUESDAY)
    assert by_stage("entered") == {**way, "estimate": 2, "defence": 1}
    assert by_stage("passed") == {**way, "estimate": 1}
    assert tallies.standing() == from_journal()
    assert recount(deals=[deal, other]) == 0
    window = Slice(Period(202601, 202612))

    def counted(which: str) -> list[int]:
        return sorted(row.deal.id for row in behind(viewer=company.owner, of=window, which=which).rows)

    assert counted("entered.preparation") == counted("passed.preparation") == [deal, other]
    assert counted("entered.groundwork") == []
    assert (counted("here.estimate"), counted("here.defence")) == ([other], [deal])
    assert (counted("passed.estimate"), counted("entered.defence")) == ([deal], [deal])


def test_a_deal_that_was_moved_in_an_earlier_release_is_counted_by_its_journal(company: Company) -> None:
    deal = estimated(company)
    publish_process(text=renamed(), note="другие названия", actor=company.owner, at=TUESDAY)
    follow_version(deal_id=deal, number=2, actor=company.owner, at=TUESDAY)
    kept = tallies.standing()
    Track.objects.update(way="", estimates=0, estimates_kept=0)  # as that release kept it
    tallies.rebuild()
    assert by_stage("entered").keys() == {"request", "groundwork", "meeting", "estimate"}
    import_module("svyazka.presale.migrations.0019_histograms_are_apart").let_go(
        apps, connection.schema_editor()
    )
    count_old_deals()
    assert tallies.standing() == kept
    assert recount(deals=[deal]) == 0


def test_counting_anew_after_working_days_were_changed_measures_stays_anew(company: Company) -> None:
    deal = accepted_deal(company)
    complete_stage(
        deal_id=deal, stage="request", reason="клиент торопит", actor=company.manager, at=TUESDAY + timedelta(days=2)
    )  # fmt: skip
    stay = Visit.objects.get(deal=deal, stage="request")
    assert stay.minutes == 2 * 8 * 60
    override_day(
        day=date(2026, 11, 25),
        kind="off",
        note="",
        actor=company.administrator,
        at=TUESDAY + timedelta(days=3),
    )
    assert [sorted(one.differs) for one in wrong_among(deals=[deal])] == [["stays"]]
    stay.refresh_from_db()
    assert stay.minutes == 2 * 8 * 60, "a look changes nothing"
    assert recount(deals=[deal]) == 1
    stay.refresh_from_db()
    assert stay.minutes == 8 * 60
    assert not tallies.wrong_counters()
