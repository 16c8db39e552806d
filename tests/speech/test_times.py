"""Values read as a person would say them, in his language and his time zone."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone, translation

from svyazka.speech import times

AFTERNOON = datetime(2026, 11, 26, 13, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel("2026-11-24", tick=False):
        yield


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("ru", "Europe/Moscow", "чт, 26 ноября, 16:05"),
        ("ru", "Asia/Vladivostok", "чт, 26 ноября, 23:05"),
        ("ru", "Asia/Kamchatka", "пт, 27 ноября, 01:05"),
        ("en", "Europe/Moscow", "Thu, November 26, 4:05 PM"),
    ],
)
def test_a_moment_is_said_in_the_viewers_language_and_zone(language: str, zone: str, said: str) -> None:
    with translation.override(language), timezone.override(zone):
        assert plain(times.moment(AFTERNOON)) == said


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("ru", "Europe/Moscow", "чт, 26 ноября, 16:05 (время: Москва)"),
        ("en", "Europe/Moscow", "Thu, November 26, 4:05 PM (Moscow time)"),
        ("ru", "Asia/Yekaterinburg", "чт, 26 ноября, 18:05 (время: Екатеринбург)"),
        ("en", "Asia/Almaty", "Thu, November 26, 6:05 PM (Almaty time)"),
        ("en", "Etc/GMT-3", "Thu, November 26, 4:05 PM (GMT+03:00)"),
        ("ru", "UTC", "чт, 26 ноября, 13:05 (GMT+00:00)"),
    ],
)
def test_who_may_live_elsewhere_is_told_whose_time_it_is(language: str, zone: str, said: str) -> None:
    """By the town of the zone; by the distance from Greenwich where it is no town's."""
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        assert plain(times.moment_there(AFTERNOON)) == said


def test_another_year_is_named() -> None:
    with translation.override("ru"):
        assert plain(times.day_short(date(2025, 1, 9))) == "чт, 9 января 2025 г."
        assert plain(times.day(date(2025, 1, 9))) == "9 января 2025 г."


@pytest.mark.parametrize(
    ("minutes", "russian", "english"),
    [
        (0, "0 мин", "0 min"),
        (45, "45 мин", "45 min"),
        (60, "1 ч", "1 h"),
        (135, "2 ч 15 мин", "2 h 15 min"),
        (480, "1 дн", "1 d"),
        (660, "1 дн 3 ч", "1 d 3 h"),
        (485, "1 дн", "1 d"),
        (-90, "−1 ч 30 мин", "−1 h 30 min"),
    ],
)
def test_working_time_is_said_in_days_of_eight_hours(minutes: int, russian: str, english: str) -> None:
    for language, said in {"ru": russian, "en": english}.items():
        with translation.override(language):
            assert plain(times.worktime(minutes)) == said


def test_money_and_numbers_never_break_across_lines() -> None:
    with translation.override("ru"):
        assert times.money(1_250_000) == "1\xa0250\xa0000\xa0₽"
        assert times.money(Decimal("1250000.50")) == "1\xa0250\xa0000,50\xa0₽"
        assert times.money(Decimal("1250000.00")) == "1\xa0250\xa0000\xa0₽"
        assert times.number(1234.5) == "1\xa0234,5"
        assert times.percent(0.25) == "25\xa0%"
    with translation.override("en"):
        assert times.money(1_250_000) == "1,250,000\xa0₽"


@pytest.mark.parametrize(("value", "whole"), [(1, 1), (1.0, 1), (5.0, 5), (2.5, 2), (0.5, 2), (21.5, 2)])
def test_a_fraction_takes_the_plural_of_two(value: float, whole: int) -> None:
    assert times.plural(value) == whole
