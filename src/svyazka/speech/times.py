"""Days, hours, numbers and money in the reader's words and zone: one way for pages, letters and messengers."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_time, get_timezone_gmt, get_timezone_location
from babel.numbers import format_decimal, format_percent
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

NO_BREAK: Final = "\N{NO-BREAK SPACE}"
# By language and whether it is this year: CLDR has no pattern with the weekday short and the month whole.
_DAY_SHORT: Final = {
    ("ru", True): "EEE, d MMMM",
    ("ru", False): "EEE, d MMMM y 'г'.",
    ("en", True): "EEE, MMMM d",
    ("en", False): "EEE, MMMM d, y",
}
_NOWHERE: Final = "ZZ"
"""Where CLDR puts zones that are no town's."""
WORKING_DAY: Final = 8 * 60
DAYS_ONLY: Final = 2


def viewer_language() -> str:
    """``ru`` or ``en``."""
    return get_language() or settings.LANGUAGE_CODE


def day(value: date) -> str:
    """A day in full: «26 ноября 2026 г.»; a moment is seen from the viewer's zone."""
    return _in_full(_date(value), viewer_language())


def day_short(value: date) -> str:
    """A day of about now: «чт, 26 ноября»; with the year where it is not this one."""
    local = _date(value)
    return _in_short(local, viewer_language(), this_year=local.year == timezone.localdate().year)


def clock(value: datetime) -> str:
    """The time in the viewer's zone: «16:00»."""
    local = timezone.localtime(value)
    return _o_clock(local.hour, local.minute, viewer_language())


def moment(value: datetime) -> str:
    """A moment in the viewer's zone: «чт, 26 ноября, 16:00»."""
    return f"{day_short(value)}, {clock(value)}"


def moment_there(value: datetime) -> str:
    """A moment for who may live by another clock: with the town whose time it is, or how far it is from Greenwich."""
    local = timezone.localtime(value)
    zone = getattr(local.tzinfo, "key", "")
    if get_global("zone_territories").get(zone, _NOWHERE) == _NOWHERE:
        return f"{moment(value)} ({get_timezone_gmt(local, 'long', locale=_locale())})"
    city = get_timezone_location(zone, locale=_locale(), return_city=True)
    return _("%(moment)s (%(city)s time)") % {"moment": moment(value), "city": city}


# A page says the same few days and hours over and over, and Babel reads its pattern anew each time.
@lru_cache(maxsize=2048)
def _in_full(day: date, language: str) -> str:
    return format_date(day, "long", locale=Locale.parse(language))


@lru_cache(maxsize=2048)
def _in_short(day: date, language: str, *, this_year: bool) -> str:
    return format_date(day, _DAY_SHORT[language, this_year], locale=Locale.parse(language))


@lru_cache(maxsize=4096)
def _o_clock(hour: int, minute: int, language: str) -> str:
    return format_time(time(hour, minute), "short", locale=Locale.parse(language))


# A page of figures says the same few numbers over and over, too.
@lru_cache(maxsize=8192)
def _number(value: float | Decimal, language: str) -> str:
    return format_decimal(value, locale=Locale.parse(language))


@lru_cache(maxsize=8192)
def _percent(value: float, language: str) -> str:
    return format_percent(value, locale=Locale.parse(language))


@lru_cache(maxsize=8192)
def _money(value: float | Decimal, language: str) -> str:
    pattern = "#,##0" if value == int(value) else "#,##0.00"
    return f"{format_decimal(value, format=pattern, locale=Locale.parse(language))}{NO_BREAK}₽"


def number(value: float | Decimal) -> str:
    """A number with the viewer's separators: «1 234,5»."""
    return _number(value, viewer_language())


def plural(value: float) -> int:
    """The whole number whose plural a value takes: a fraction takes that of two, «2,5 встречи», “2.5 meetings”."""
    return int(value) if value == int(value) else 2


def percent(value: float) -> str:
    """A share of one: 0.25 is «25 %»."""
    return _percent(value, viewer_language())


def money(value: float | Decimal) -> str:
    """Roubles, with kopecks where there are any: «1 250 000 ₽», «1 250 000,50 ₽»."""
    return _money(value, viewer_language())


def worktime(minutes: int) -> str:
    """Working minutes in words, a working day being eight hours: «2 ч 15 мин», «1 дн 3 ч».

    From a day on, minutes are left out. Less than nothing keeps its minus.
    """
    days, rest = divmod(abs(minutes), 8 * 60)
    hours, left = divmod(rest, 60)
    parts = []
    if days:
        parts.append(_("%(count)d d") % {"count": days})
    if hours:
        parts.append(_("%(count)d h") % {"count": hours})
    if (left and not days) or not parts:
        parts.append(_("%(count)d min") % {"count": left})
    sign = "\N{MINUS SIGN}" if minutes < 0 else ""
    return sign + " ".join(parts).replace(" ", NO_BREAK)


def _date(value: date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _locale() -> Locale:
    return Locale.parse(viewer_language())


def when(value: datetime, now: datetime | None = None) -> str:
    """A moment near now in the nearest words, in the reader's zone: «сегодня 16:00», «чт, 26 ноября, 16:00»."""
    today = timezone.localtime(now or timezone.now()).date()
    match (timezone.localtime(value).date() - today).days:
        case 0:
            return _("today %(time)s") % {"time": clock(value)}
        case 1:
            return _("tomorrow %(time)s") % {"time": clock(value)}
        case -1:
            return _("yesterday %(time)s") % {"time": clock(value)}
    return moment(value)


def remaining(minutes: int, working_day: int = WORKING_DAY) -> str:
    """Working minutes until a due time, or since it: «осталось 2 ч 15 мин», «опоздание 3 рабочих дня».

    :param working_day: minutes in one working day of those who count them
    """
    days = abs(minutes) // working_day
    if days >= DAYS_ONLY:
        said = ngettext("%(count)s working day", "%(count)s working days", days) % {"count": days}
    else:
        said = worktime(abs(minutes))
    return (_("late by %(time)s") if minutes < 0 else _("%(time)s left")) % {"time": said}
