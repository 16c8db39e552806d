"""Time zones to choose from, by the names of their cities."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

ZONES: Final = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Novosibirsk",
    "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka",
    "Europe/Minsk", "Europe/Istanbul", "Asia/Tbilisi", "Asia/Yerevan", "Asia/Baku", "Asia/Dubai", "Asia/Tashkent",
    "Asia/Almaty", "Asia/Bishkek", "Europe/London", "Europe/Berlin", "Europe/Belgrade", "UTC",
)  # fmt: skip
"""Zones of Russia from west to east, then those of its neighbours and of people who work from afar."""


def zone_choices(language: str, *, at: datetime, besides: str = "") -> list[tuple[str, str]]:
    """The zones with their words; ``besides`` is one that is in use already, whichever it is."""
    extra = () if not besides or besides in ZONES else (besides,)
    return [(zone, say_zone(zone, language, at=at)) for zone in (*ZONES, *extra)]


def say_zone(zone: str, language: str, *, at: datetime) -> str:
    """«Москва, UTC+3»."""
    if zone == "UTC":
        return zone
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    sign = "\N{MINUS SIGN}" if offset.total_seconds() < 0 else "+"
    city = get_timezone_location(zone, locale=language.replace("-", "_"), return_city=True)
    return f"{city}, UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")
