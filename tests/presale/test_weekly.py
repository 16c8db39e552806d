"""The week in figures goes out once a person, channel and week: when, to whom, and after a stop."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from svyazka.presale.channels.commands import bind_place
from svyazka.presale.channels.models import Message
from svyazka.presale.channels.values import CHARTS, WEEK
from svyazka.presale.journal.values import Actor
from svyazka.presale.notices.commands import set_wishes
from svyazka.presale.notices.weekly import queue_weeks
from svyazka.presale.people.commands import override_day, record_absence, set_preferences
from svyazka.worker.loop import digests
from tests.company import TUESDAY, Company

pytestmark = [pytest.mark.requirement("R37"), pytest.mark.django_db, pytest.mark.usefixtures("by_mail")]
NINE = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
"""Monday, nine in Moscow: the hour of the digest of who has not chosen another."""
HOUR = timedelta(hours=1)


def told() -> list[tuple[int | None, str, str]]:
    """To whom, what, of which week."""
    found = Message.objects.filter(kind__in=[WEEK, CHARTS]).select_related("place").order_by("pk")
    return [(one.place.person_id, one.kind, str(one.data["week"])) for one in found]


def wish(who: Actor, *, weekly: bool | None, digest_at: time | None = time(9)) -> None:
    set_wishes(
        choices={}, quiet=(time(21), time(8)), digest_at=digest_at, weekly=weekly, actor=who, at=TUESDAY
    )


def owners(company: Company) -> list[int]:
    return [company.administrator.me, company.owner.me, company.head.me]


def test_who_answers_for_the_whole_gets_the_week_that_is_over_on_monday_once(company: Company) -> None:
    assert digests(NINE - timedelta(seconds=1)) == 0
    assert queue_weeks(at=NINE) == 3
    assert sorted(told()) == sorted((who, WEEK, "2026-W48") for who in owners(company))
    assert queue_weeks(at=NINE) == 0
    assert queue_weeks(at=NINE + 3 * HOUR) == 0
    assert queue_weeks(at=NINE + timedelta(days=1)) == 0
    assert queue_weeks(at=NINE + timedelta(days=7)) == 3


def test_the_workers_loop_sends_it(company: Company) -> None:
    digests(NINE)
    assert len(told()) == 3


@pytest.mark.parametrize(("late", "queued"), [(5, 3), (14, 3), (15, 0)])
def test_after_a_stop_it_is_caught_up_with_until_the_day_is_over(
    company: Company, late: int, queued: int
) -> None:
    assert queue_weeks(at=NINE + late * HOUR) == queued
    quiet = late == 14  # eleven at night: it waits until the quiet hours are over
    assert all((one.next_at > NINE + late * HOUR) == quiet for one in Message.objects.filter(kind=WEEK))


def test_anybody_of_ours_may_ask_for_it_and_do_without(company: Company) -> None:
    wish(company.expert, weekly=True)
    wish(company.head, weekly=False)
    wish(company.agent, weekly=True)
    queue_weeks(at=NINE)
    assert sorted(who or 0 for who, _kind, _week in told()) == sorted(
        [company.administrator.me, company.owner.me, company.expert.me]
    )


def test_who_wants_no_digest_gets_none_of_weeks_either_unless_he_asks_for_it(company: Company) -> None:
    wish(company.owner, weekly=None, digest_at=None)
    wish(company.head, weekly=True, digest_at=None)
    wish(company.administrator, weekly=None, digest_at=time(11))
    queue_weeks(at=NINE)
    assert [who for who, _kind, _week in told()] == [company.head.me]
    queue_weeks(at=NINE + 2 * HOUR)
    assert [who for who, _kind, _week in told()] == [company.head.me, company.administrator.me]


def test_his_monday_is_by_his_own_clock_but_the_week_must_be_over(company: Company) -> None:
    zones = {
        company.owner: "Asia/Vladivostok",  # seven hours before Moscow
        company.head: "Pacific/Auckland",  # ten: his nine o'clock is eleven at night on Sunday there
        company.administrator: "America/New_York",  # eight after
    }
    for who, zone in zones.items():
        set_preferences(language="ru", time_zone=zone, theme="auto", actor=who, at=TUESDAY)
    sunday_night = datetime(2026, 11, 29, 20, 59, tzinfo=UTC)
    queue_weeks(at=sunday_night)
    assert [week for _who, _kind, week in told()] == [], "the week is not over in Moscow"
    queue_weeks(at=sunday_night + timedelta(minutes=1))
    assert [who for who, _kind, _week in told()] == [company.head.me]
    queue_weeks(at=datetime(2026, 11, 29, 23, 0, tzinfo=UTC))
    assert [who for who, _kind, _week in told()] == [company.head.me, company.owner.me]
    queue_weeks(at=datetime(2026, 11, 30, 14, 0, tzinfo=UTC))
    assert [who for who, _kind, _week in told()][2:] == [company.administrator.me]
    assert {week for _who, _kind, week in told()} == {"2026-W48"}


def test_after_a_free_monday_it_comes_on_the_first_working_day(company: Company) -> None:
    override_day(day=date(2026, 11, 30), kind="off", note="", actor=company.administrator, at=TUESDAY)
    assert queue_weeks(at=NINE) == 0
    assert queue_weeks(at=NINE + timedelta(days=1)) == 3


def test_who_is_away_that_day_is_left_in_peace(company: Company) -> None:
    record_absence(
        person_id=company.owner.me, since=date(2026, 11, 30), until=date(2026, 12, 4), stand_in_id=None,
        actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    queue_weeks(at=NINE)
    queue_weeks(at=NINE + timedelta(days=1))
    assert company.owner.me not in {who for who, _kind, _week in told()}


def test_in_a_chat_the_pictures_come_after_the_words(company: Company, settings: Any) -> None:
    settings.CHANNELS = ("email", "telegram")
    bind_place(
        channel="telegram", chat="500", role="person", person_id=company.owner.me, actor=company.owner, at=TUESDAY
    )  # fmt: skip
    queue_weeks(at=NINE)
    assert queue_weeks(at=NINE) == 0
    mine = Message.objects.filter(place__person_id=company.owner.me).order_by("pk")
    assert [(one.place.channel, one.kind) for one in mine.select_related("place")] == [
        ("email", WEEK), ("telegram", WEEK), ("telegram", CHARTS),
    ]  # fmt: skip


def test_without_channels_nothing_is_queued(company: Company, settings: Any) -> None:
    settings.CHANNELS = ()
    assert queue_weeks(at=NINE) == 0
