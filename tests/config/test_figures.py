"""``svyazka figures``: counting anew from the command line, by the night, and at the first start after an upgrade."""

from pathlib import Path

import pytest

from svyazka.config.cli.database import prepare
from svyazka.presale.insight import tallies
from svyazka.presale.insight.models import Tally, Track
from svyazka.worker.nightly import mend_figures
from tests.company import TUESDAY, Company, led_deal
from tests.config.console import Console

pytestmark = [pytest.mark.requirement("R35"), pytest.mark.usefixtures("morning")]


def test_a_wrong_track_is_mended_with_its_counters(company: Company, console: Console, data: Path) -> None:
    deal = led_deal(company)
    led_deal(company)
    right = tallies.standing()
    Track.objects.filter(pk=deal).update(chased=7, source="почта")
    said = console("figures", "recount").out
    assert said.startswith("2 deals counted, 1 of them not as they should have been; ")
    assert Track.objects.get(pk=deal).source == "рекомендация"
    assert tallies.standing() == right
    said = console("figures", "recount").out
    assert said == "2 deals counted, 0 of them not as they should have been; 0 counters were wrong.\n"


def test_wrong_counters_are_found_and_mended(company: Company, console: Console) -> None:
    led_deal(company)
    right = tallies.standing()
    Tally.objects.filter(dimension="all", measure="received").update(n=7)
    assert console("figures", "recount").out.endswith("; 1 counters were wrong.\n")
    assert tallies.standing() == right
    Tally.objects.filter(dimension="all", measure="received").delete()
    assert console("figures", "recount", "--counters").out == "1 counters were wrong.\n"
    assert tallies.standing() == right


def test_a_check_says_what_is_wrong_and_changes_nothing(company: Company, console: Console) -> None:
    deal = led_deal(company)
    sound = console("figures", "recount", "--check")
    assert (sound.code, sound.out) == (0, "0 deals and 0 counters are wrong; nothing was changed.\n")
    Track.objects.filter(pk=deal).update(chased=7)
    Tally.objects.filter(dimension="all", measure="received").update(n=9)
    before = tallies.standing()
    for _ in range(2):
        checked = console("figures", "recount", "--check")
        assert checked.code == 1
        assert "С-2026-0001: chased is 7, should be 0\n" in checked.out
        assert "counter all received 202611 is 9, should be 1\n" in checked.out
        assert checked.out.endswith("1 deals and 2 counters are wrong; nothing was changed.\n")
    assert "deals" not in console("figures", "recount", "--counters", "--check").out
    assert Track.objects.get(pk=deal).chased == 7
    assert tallies.standing() == before
    console("figures", "recount")
    assert console("figures", "recount", "--check").code == 0


def test_a_deal_that_is_not_counted_yet_is_wrong_too(company: Company, console: Console) -> None:
    Track.objects.filter(pk=led_deal(company)).delete()
    assert "С-2026-0001: track is None, should be 'counted'" in console("figures", "recount", "--check").out


def test_the_night_mends_deals_of_the_last_days(company: Company) -> None:
    deal = led_deal(company)
    right = tallies.standing()
    assert mend_figures(TUESDAY) == 0
    Track.objects.filter(pk=deal).update(kept=90)
    # the track, and the counter that followed it away
    assert mend_figures(TUESDAY) == 2
    assert Track.objects.get(pk=deal).kept < 90
    assert tallies.standing() == right


def test_the_first_start_after_an_upgrade_counts_what_was_there_before(company: Company, data: Path) -> None:
    led_deal(company)
    right = tallies.standing()
    Track.objects.all().delete()
    Tally.objects.all().delete()
    prepare()
    assert tallies.standing() == right
