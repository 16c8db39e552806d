"""The copy by columns says what the database says, whatever has changed since it was made."""

import stat
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db import transaction
from hypothesis import given

from svyazka.presale.deals.commands import receive_request, say_contacted
from svyazka.presale.deals.models import Deal
from svyazka.presale.insight import columns
from svyazka.presale.insight.counting import count
from svyazka.presale.insight.models import Track
from svyazka.presale.insight.slices import Period, Slice
from tests.company import TUESDAY, WHOLE_REQUEST, Company, led_deal, whole_request
from tests.presale.plays import PLAYS, Move, moves, play, play_on

pytestmark = pytest.mark.requirement("R35")
WHOLE = Slice(Period(202601, 202712))


@pytest.fixture
def copied(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the copy lies; it is worth it from the first deal on."""
    settings.SLICES = tmp_path / "slices.duckdb"
    monkeypatch.setattr(columns, "WORTH_IT", 1)
    return tmp_path / "slices.duckdb"


def _same(of: Slice) -> None:
    with columns.reader() as copy:
        assert copy is not None
        assert count(of.tracks(), copy) == count(of.tracks())


@PLAYS
@given(plan=moves(), more=moves())
def test_the_copy_says_what_the_database_says_whatever_happens_after_it_was_made(
    company: Company, copied: Path, plan: Sequence[Move], more: Sequence[Move]
) -> None:
    with transaction.atomic():
        table = play(company, plan)
        copied.unlink(missing_ok=True)
        assert columns.refresh() > 0
        _same(WHOLE)
        play_on(table, more)
        _same(WHOLE)
        for of in (
            Slice(WHOLE.period, source="сайт"),
            Slice(WHOLE.period, unit=0),
            Slice(WHOLE.period, manager=company.manager.me),
            Slice(WHOLE.period, line="опт"),
            Slice(
                WHOLE.period,
                since=(TUESDAY + timedelta(days=1)).date(),
                until=(TUESDAY + timedelta(days=30)).date(),
            ),
        ):
            _same(of)
        transaction.set_rollback(True)


def test_it_is_made_anew_only_when_much_has_changed(
    company: Company, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deals = [whole_request(company).deal_id for _ in range(3)]
    assert columns.refresh() == 3
    monkeypatch.setattr(columns, "MOST_CHANGED", 2)
    assert columns.refresh() == 0
    for deal in deals:
        say_contacted(
            deal_id=deal, how="позвонили", actor=company.dispatcher, at=TUESDAY + timedelta(hours=1)
        )
    # too much has changed to be laid over the copy: until it is made anew the database answers
    with columns.reader() as copy:
        assert copy is None
    assert columns.refresh() == 3
    _same(WHOLE)


def test_few_deals_and_a_missing_extra_make_no_copy(
    company: Company, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    led_deal(company)
    monkeypatch.setattr(columns, "WORTH_IT", 2)
    assert columns.refresh() == 0
    monkeypatch.setattr(columns, "WORTH_IT", 1)
    monkeypatch.setattr(columns, "is_here", lambda: False)
    assert columns.refresh() == 0
    assert not copied.exists()
    with columns.reader() as copy:
        assert copy is None


def test_whoever_reads_goes_on_while_a_fresh_copy_takes_the_place_of_his(
    company: Company, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    led_deal(company)
    columns.refresh()
    monkeypatch.setattr(columns, "MOST_CHANGED", 0)
    with columns.reader() as old:
        assert old is not None
        led_deal(company)
        assert columns.refresh() == 2
        with columns.reader() as new:
            assert new is not None
            assert list(new(Track.objects.values_list("pk")[:5])) != list(
                old(Track.objects.values_list("pk")[:5])
            )
    _same(WHOLE)


def test_nobody_else_may_read_the_file(company: Company, copied: Path) -> None:
    led_deal(company)
    columns.refresh()
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600


def test_a_broken_copy_is_left_alone_and_made_anew(company: Company, copied: Path) -> None:
    led_deal(company)
    copied.write_bytes(b"no database")
    with columns.reader() as copy:
        assert copy is None
    assert columns.refresh() == 1
    _same(WHOLE)


def test_a_day_of_a_slice_begins_at_the_workspaces_midnight_for_the_copy_too(
    company: Company, copied: Path
) -> None:
    evening = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
    for hour in range(5):  # half past ten in Moscow, and four hours on
        led_deal(company, evening + timedelta(hours=hour))
    columns.refresh()
    for of, deals in (
        (Slice(WHOLE.period, since=date(2026, 11, 25)), 3),
        (Slice(WHOLE.period, until=date(2026, 11, 24)), 2),
    ):
        _same(of)
        assert of.tracks().count() == deals


@pytest.mark.parametrize(
    "fault",
    [
        "DROP TABLE made", "UPDATE made SET holds = 'of another release'", "DROP TABLE presale_visit",
        "UPDATE made SET entry = entry + 1000", "UPDATE made SET digest = 'of another journal'",
    ],
)  # fmt: skip
def test_a_copy_that_cannot_be_read_or_is_of_another_journal_lets_the_database_answer_and_is_made_anew(
    company: Company, copied: Path, fault: str
) -> None:
    """Of another journal as after a backup was restored: the newest act that it knows is not there, or is another one."""
    led_deal(company)
    columns.refresh()
    with duckdb.connect(str(copied)) as line:
        line.execute(fault)
    with columns.reader() as copy:
        assert copy is None
    assert columns.refresh() == 1
    _same(WHOLE)


def test_a_statement_that_the_copy_cannot_answer_is_the_databases(company: Company, copied: Path) -> None:
    led_deal(company)
    columns.refresh()
    with columns.reader() as copy:
        assert copy is not None
        assert list(copy(Deal.objects.values_list("title"))) == list(Deal.objects.values_list("title"))
    assert not copied.exists()
    assert columns.refresh() == 1


def test_texts_of_any_kind_come_back_as_they_were(company: Company, copied: Path) -> None:
    for number, source in enumerate(('"кавычки", запятая', "\\N", "NULL", "=1+1", "emoji 🪢", "  ")):
        receive_request(
            answers={**WHOLE_REQUEST, "lines": [f"Линия, «{number}»"]}, actor=company.programmer, at=TUESDAY, source=source,
            sure=True,
        )  # fmt: skip
    columns.refresh()
    _same(WHOLE)
