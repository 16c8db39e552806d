"""Counters kept with every act are those of the raw journal, whatever happened and in which order."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given

from svyazka.engine.figures import STEPS, coarse
from svyazka.presale.deals.seats import appoint
from svyazka.presale.insight import tallies
from svyazka.presale.insight.counting import coarsely
from svyazka.presale.insight.models import Tally, Track, TrackLine
from svyazka.presale.insight.upkeep import count_missing, recount
from svyazka.presale.meetings.letters import Answer, confirm_letter
from svyazka.presale.meetings.models import Meeting
from svyazka.presale.stages.models import Visit
from tests.company import TUESDAY, Company, led_deal
from tests.meetings import WHEN, closed, summed_up, token_for
from tests.presale.plays import PLAYS, Move, moves, play
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
