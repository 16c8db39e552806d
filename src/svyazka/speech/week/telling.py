"""The figures of a week as sentences, each with what it is held against: the week before, the goal of the process."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from babel.dates import format_date, format_interval
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from svyazka.engine.intervals import Share
from svyazka.engine.process import Process
from svyazka.engine.weeks import Week
from svyazka.engine.worktime import Duration
from svyazka.presale.insight.slips import Cause
from svyazka.presale.insight.week_values import Cohort, Pair, Reason, Standing, UnitLate, WeekFigures
from svyazka.presale.process.queries import process_version
from svyazka.speech.process_words import capital, say_owed, say_reason
from svyazka.speech.times import NO_BREAK, money, number, percent, viewer_language, worktime

DASH: Final = "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its label in small letters, and what it is held against."""

    key: str
    value: str
    label: str
    notes: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """All of it on one line."""
        return "; ".join(self.notes)

    @property
    def line(self) -> str:
        """The whole as a line of a letter."""
        said = f"{capital(self.label)}: {self.value}"
        return f"{said} ({self.note})" if self.notes else said


_PATTERNS: Final = {
    ("ru", True): ("d", "–", "d MMMM y 'г'."),
    ("ru", False): ("d MMMM", " – ", "d MMMM y 'г'."),
    ("en", True): ("MMMM d", "–", "d, y"),
    ("en", False): ("MMMM d", " – ", "MMMM d, y"),
}
"""By language and whether it begins and ends in one month: CLDR knows such spans with short months only."""


def days_of(week: Week) -> str:
    """«16–22 ноября 2026 г.»."""
    language = viewer_language()
    first, between, last = _PATTERNS[language, week.monday.month == week.sunday.month]
    said = f"{format_date(week.monday, first, locale=language)}{between}{format_date(week.sunday, last, locale=language)}"
    return said.replace(" г.", f"{NO_BREAK}г.").replace(" – ", f"{NO_BREAK}– ")


def say_days(first: date, last: date) -> str:
    """A span of days in few letters, both included: «31 авг. – 29 нояб. 2026 г.»."""
    return format_interval(first, last, "yMMMd", locale=viewer_language())


def title_of(seen: WeekFigures) -> str:
    """What a letter about the week is called, with what counts most."""
    won = ngettext("%(count)s contract", "%(count)s contracts", seen.won.now) % {"count": seen.won.now}
    received = npgettext("week", "%(count)s request", "%(count)s requests", seen.received.now) % {
        "count": seen.received.now
    }
    title = _("The week of %(days)s: %(won)s, %(received)s")
    return title % {"days": days_of(seen.week), "won": won, "received": received}


def figures_of(seen: WeekFigures, process: Process, *, with_money: bool) -> tuple[Figure, ...]:
    """The numbers of the week.

    :param with_money: whether the sum of the contracts may be said here
    """
    earned = (
        (_("%(sum)s in all") % {"sum": money(seen.won_sum)},)
        if with_money and seen.won_sum is not None
        else ()
    )
    declined = ngettext("%(count)s declined by us", "%(count)s declined by us", seen.declined.now) % {
        "count": seen.declined.now
    }
    letters = ngettext("%(count)s letter sent", "%(count)s letters sent", seen.letters.now) % {
        "count": seen.letters.now
    }
    return (
        Figure("received", number(seen.received.now), _("requests received"), _before(seen.received)),
        Figure("won", number(seen.won.now), _("contracts won"), (*earned, *_before(seen.won))),
        Figure("lost", number(seen.lost.now), _("deals lost"), (*_before(seen.lost), *((declined,) if seen.declined.now else ()))),
        _conversion(seen.year, process),
        _response(seen, process),
        _promises(*seen.promises),
        Figure("meetings", number(seen.meetings.now), _("client meetings held"), _before(seen.meetings)),
        Figure("letters", number(seen.confirmed.now), _("meetings whose letter the client confirmed"), (letters, *_before(seen.confirmed))),
    )  # fmt: skip


def _before(pair: Pair) -> tuple[str, ...]:
    return (_("%(value)s the week before") % {"value": number(pair.before)},)


def _conversion(year: Cohort, process: Process) -> Figure:
    label = _("conversion from request to contract, 365 days")
    if year.share is None:
        return Figure("conversion", "—", label, (_("nothing was received"),))
    open_ = _("%(share)s still open") % {"share": percent(year.still / year.share.total)}
    goal = goal_number(process, "conversion_norm")
    aim = (_("good: %(goal)s") % {"goal": percent(goal / 100)},) if goal is not None else ()
    return Figure("conversion", percent(year.share.value), label, (probably(year.share), open_, *aim))


def probably(share: Share) -> str:
    """The interval in words: «вероятно, 19–30 %»."""
    return _("probably %(low)s to %(high)s") % {"low": percent(share.low), "high": percent(share.high)}


def goal_number(process: Process, key: str) -> float | None:
    """A goal that is a plain number; None where the process has none."""
    found = process.aim(key)
    return float(found) if isinstance(found, int | float) else None


def _response(seen: WeekFigures, process: Process) -> Figure:
    now, before = seen.response
    notes = (
        [_("%(value)s the week before") % {"value": worktime(round(before))}] if before is not None else []
    )
    goal = process.aim("first_response")
    if isinstance(goal, Duration) and goal.minutes is not None:
        notes.append(_("goal: %(goal)s") % {"goal": worktime(goal.minutes)})
    if seen.unanswered:
        notes.append(
            ngettext(
                "%(count)s request without an answer", "%(count)s requests without an answer", seen.unanswered
            )
            % {"count": seen.unanswered}
        )
    value = "—" if now is None else worktime(round(now))
    return Figure("response", value, _("median time to the first answer"), tuple(notes))


def _promises(now: Share | None, before: Share | None) -> Figure:
    label = _("promises kept")
    notes = [_("%(value)s the week before") % {"value": percent(before.value)}] if before else []
    if now is None:
        return Figure("promises", "—", label, (_("none came due"), *notes))
    return Figure("promises", percent(now.value), label, (_("%(count)s of %(total)s") % {"count": number(now.count), "total": number(now.total)}, *notes))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A line about deals, units or causes: its words, how much it is, and the deals that it names."""

    words: str
    amount: str
    deals: tuple[tuple[int, int], ...] = ()

    @property
    def line(self) -> str:
        """The whole as a line of a letter."""
        named = ", ".join(f"С-{year}-{serial:04d}" for year, serial in self.deals)
        return f"{self.words} — {self.amount}{f' ({named})' if named else ''}"

    @property
    def path(self) -> str:
        """The number of its first deal as addresses spell it."""
        return "{}-{:04d}".format(*self.deals[0])


def reasons_of(reasons: Iterable[Reason]) -> tuple[Told, ...]:
    """Why deals were lost."""
    return tuple(Told(say_lost(one), number(one.count)) for one in reasons)


def say_lost(reason: Reason) -> str:
    """Why, by the words of the process."""
    return say_reason(reason.code, process_version(reason.process_number), viewer_language())


def overdue_of(units: Iterable[UnitLate]) -> tuple[Told, ...]:
    """What is overdue, by unit."""
    return tuple(Told(one.name or _("People in no unit"), number(one.overdue)) for one in units)


def standing_of(deals: Iterable[Standing]) -> tuple[Told, ...]:
    """The deals that have been in their stage the longest."""
    return tuple(
        Told(
            process_version(one.deal.process_number).stage(one.stage).name.say(viewer_language()),
            worktime(one.minutes), ((one.deal.year, one.deal.serial),),
        )
        for one in deals
    )  # fmt: skip


def causes_of(causes: Iterable[Cause], *, saved: bool = False) -> tuple[Told, ...]:
    """Where dates slipped, or were saved, by what in the process it came from."""
    return tuple(Told(_cause(one), _times(one, saved=saved), one.deals) for one in causes)


def _cause(cause: Cause) -> str:
    if not cause.term and not cause.from_client:
        return _("What people had agreed on themselves")
    words = say_owed(cause.term, "", process_version(cause.process_number), viewer_language())
    return _("The client was late: %(what)s") % {"what": words} if cause.from_client else words


def _times(cause: Cause, *, saved: bool) -> str:
    times = npgettext("how often", "%(count)s time", "%(count)s times", cause.count) % {"count": cause.count}
    spent = worktime(cause.minutes)
    how = pgettext("week", "%(time)s saved") if saved else pgettext("week", "%(time)s late in all")
    return f"{times}, {how % {'time': spent}}" if cause.minutes else times
