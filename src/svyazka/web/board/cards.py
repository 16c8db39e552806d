"""Cards ready to be drawn. A board has hundreds, so whatever cards share is worked out once and looked up."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.engine.lacking import lacking
from svyazka.engine.process import Process
from svyazka.engine.worktime import Duration, WorkCalendar
from svyazka.presale.deals.queries import BoardRow, DealRow
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.process.queries import process_version
from svyazka.speech.times import clock, day_short
from svyazka.web.ui.pictures import Knot, KnotState

SOON: Final = Duration(2, "h")
_LONGEST_AGE: Final = 400


class Card(NamedTuple):
    """One deal on the board, in words. A tuple, because a template takes hundreds apart in no time.

    :param look: ``broken``, ``soon``, ``client`` or ``plain``, the shape and colour of its due mark
    :param rope: which of the page's ropes is its own
    """

    path: str
    number: str
    title: str
    client: str
    stage: str
    holder: str
    look: str
    due: str
    age: str
    is_long: bool
    blocker: str
    frayed: str
    rope: str


@dataclass(slots=True)
class _Words:
    """The texts of one process version, by stage and check: what is missing in a few words, the rule itself is on the deal's page."""

    process: Process
    stages: dict[str, str]
    checks: dict[tuple[str, str], str]
    order: dict[str, int]


_spoken: dict[tuple[int, str], _Words] = {}


def _words(number: int, language: str) -> _Words:
    process = process_version(number)
    known = _spoken.get((number, language))
    if known is None or known.process is not process:
        known = _Words(
            process,
            {stage.key: stage.name.say(language) for stage in process.stages},
            {
                (stage.key, check.key): lacking(check).say(language)
                for stage in process.stages
                for check in stage.checks
            },
            {stage.key: place for place, stage in enumerate(process.stages)},
        )
        _spoken[number, language] = known
    return known


@dataclass(slots=True)
class Dealer:
    """Deals cards for one page: one moment, one language, one zone."""

    language: str
    at: datetime
    people: Directory = field(default_factory=directory)
    ropes: dict[str, tuple[Knot, ...]] = field(default_factory=dict)
    """The ropes that the dealt cards refer to, by name."""
    _versions: dict[int, _Words] = field(default_factory=dict)
    _days: dict[date, str] = field(default_factory=dict)
    _ages: dict[tuple[int, bool], str] = field(default_factory=dict)

    def deal(self, rows: Iterable[BoardRow | DealRow]) -> list[Card]:
        """The cards of these deals, in their order. Asks the database only for versions not met yet."""
        zone, name = timezone.get_current_timezone(), self.people.name
        soon, today = self.people.calendar.due(self.at, SOON), timezone.localtime(self.at).date()
        worked = _working_days_until(self.people.calendar, today)
        client = pgettext("board", "client’s turn")
        cards = []
        for row in rows:
            words = self._versions.get(row.process_number) or self._meet(row.process_number)
            due = row.next_due
            if row.on_client:
                look = "client"
            else:
                look = "plain" if due is None or due > soon else "soon" if due > self.at else "broken"
            is_long = row.stage_due is not None and row.stage_due < self.at and not row.on_client
            cards.append(
                Card(
                    path=row.path,
                    number=row.number,
                    title=row.title,
                    client=row.client_name,
                    stage=words.stages.get(row.stage, row.stage),
                    holder=client if row.on_client else name(row.holder_id),
                    look=look,
                    due=self._when(due.astimezone(zone), today) if due else "",
                    age=self._age(
                        worked.get(row.stage_since.astimezone(zone).date(), _LONGEST_AGE), is_long=is_long
                    ),
                    is_long=is_long,
                    blocker=words.checks.get((row.stage, row.blocker), "") if row.blocker else "",
                    frayed=self._frayed(len(row.frayed)) if row.frayed else "",
                    rope=self._rope(row, words),
                )
            )
        return cards

    def _meet(self, number: int) -> _Words:
        found = self._versions[number] = _words(number, self.language)
        return found

    def _when(self, local: datetime, today: date) -> str:
        day = local.date()
        said = self._days.get(day)
        if said is None:
            near = {
                0: pgettext("board", "today"),
                1: pgettext("board", "tomorrow"),
                -1: pgettext("board", "yesterday"),
            }
            said = self._days[day] = near.get((day - today).days) or day_short(day)
        if abs((day - today).days) > 1:
            return said
        return f"{said} {_clock(local.hour, local.minute, self.language)}"

    def _frayed(self, count: int) -> str:
        said = ngettext(
            "%(count)s stage passed with checks missing", "%(count)s stages passed with checks missing", count
        )
        return said % {"count": count}

    def _age(self, days: int, *, is_long: bool) -> str:
        said = self._ages.get((days, is_long))
        if said is None:
            said = (
                ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
                if days
                else _("first day")
            )
            if is_long:
                said = _("%(age)s, over the limit") % {"age": said}
            self._ages[days, is_long] = said
        return said

    def _rope(self, row: BoardRow | DealRow, words: _Words) -> str:
        place = words.order.get(row.stage, 0)
        frayed = [words.order[key] for key in row.frayed if key in words.order] if row.frayed else []
        key = f"rope-{len(words.order)}-{place}" + "".join(f"-{one}" for one in sorted(set(frayed)))
        if key not in self.ropes:
            self.ropes[key] = tuple(
                Knot(name, _state(index, place, frayed)) for index, name in enumerate(words.stages.values())
            )
        return key


def _state(index: int, place: int, frayed: list[int]) -> KnotState:
    if index == place:
        return "open"
    if index > place:
        return "ahead"
    return "frayed" if index in frayed else "tied"


@lru_cache(maxsize=16)
def _working_days_until(calendar: WorkCalendar, today: date) -> dict[date, int]:
    """How many working days passed since a day, for the last days; a day itself doesn't count."""
    passed, found = 0, {today: 0}
    for back in range(1, _LONGEST_AGE):
        if calendar.is_working_day(today - timedelta(days=back - 1)):
            passed += 1
        found[today - timedelta(days=back)] = passed
    return found


@lru_cache(maxsize=3000)
def _clock(hour: int, minute: int, language: str) -> str:  # noqa: ARG001 (the language is the cache's key)
    return clock(timezone.make_aware(datetime(2026, 1, 15, hour, minute)))  # noqa: DTZ001 (made aware here)
