"""How pages say when something is due, and how much working time is left until then."""

from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from svyazka.web.jinja import clock, moment, worktime

WORKING_DAY: Final = 8 * 60
DAYS_ONLY: Final = 2


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
