"""The figures in words: each number with its label, what it is held against, its formula, and where its deals are."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from svyazka.engine.figures import FEWEST_HOURS, Between, Outcomes, per_hour, ratio
from svyazka.engine.intervals import Share
from svyazka.engine.process import Process
from svyazka.engine.worktime import Duration
from svyazka.presale.insight.figures import Figures, Row
from svyazka.speech.times import NO_BREAK, money, number, percent, plural, worktime
from svyazka.speech.week.telling import DASH, probably

Href = Callable[[str], str]
"""Where the deals of a number are, by its code."""


@dataclass(frozen=True, slots=True)
class Told:
    """A figure: its value, label, what it is held against, how it is counted, and the address of its deals."""

    value: str
    label: str
    note: str
    formula: str
    href: str


def _of(share: Share) -> str:
    return _("%(count)s of %(total)s") % {"count": number(share.count), "total": number(share.total)}


def _share(share: Share | None) -> tuple[str, str]:
    return (
        (percent(share.value), f"{_of(share)}, {probably(share)}")
        if share
        else (DASH, _("nothing to count yet"))
    )


def main(seen: Figures, href: Href) -> tuple[Told, ...]:
    """From request to contract."""
    outcomes = seen.outcomes
    conversion, its_note = _share(outcomes.conversion)
    open_note = ""
    if outcomes.received:
        open_note = _("%(share)s are undecided; if all were won, the conversion would be %(most)s") % {
            "share": percent(outcomes.open / outcomes.received), "most": percent(outcomes.most or 0),
        }  # fmt: skip
    win_rate, win_note = _share(outcomes.win_rate)
    declined, declined_note = _share(outcomes.declined_rate)
    return (
        Told(
            conversion, _("conversion from request to contract"), its_note,
            _("Contracts from the requests received in the period, divided by all of these; duplicates and spam are left out. What is still open counts as not won. The interval is Wilson’s, 95%."),
            href("won"),
        ),
        Told(
            number(outcomes.open), _("still open"), open_note, _("Requests of the period that are neither won, lost nor declined."),
            href("open"),
        ),
        Told(
            win_rate, _("won of those decided by the client"), win_note,
            _("Won divided by won and lost. What we declined ourselves is left out."),
            href("decided"),
        ),
        Told(
            declined, _("declined by us"), declined_note,
            _("Declined divided by all received. An honest “no” early on is no failure."), href("declined"),
        ),
    )  # fmt: skip


def work(seen: Figures, process: Process, href: Href) -> tuple[Told, ...]:
    """How we work: answers, estimates, letters, promises, meetings."""
    median, most = seen.first_response
    meetings, minutes = seen.to_contract
    estimates, estimates_note = _share(seen.estimates)
    letters, letters_note = _share(seen.letters)
    promises, promises_note = _share(seen.promises)
    answered = sum(seen.response.values())
    contracts = sum(seen.meetings_won.values())
    return (
        Told(
            time_between(median), _("to the first answer, median"),
            _joined(
                _("80%% within %(time)s") % {"time": time_between(most)} if answered else "",
                _goal(process, "first_response"), _deals(answered), _unanswered(seen.unanswered),
            ),
            _("Working time from the receipt of a request to the first answer that the client got: half of those answered waited no longer than the median, 80% no longer than the second number. Where a second time stands behind a dash, it counts the requests without an answer, each as waiting longer than all others; the estimate by Kaplan and Meier lies between the two."),
            href("response"),
        ),
        Told(
            estimates, _("estimates in time"), estimates_note,
            _("Estimates handed in by their time, divided by all that are over: in time, late, broken. The clock stands while the client owes us something."),
            href("estimates"),
        ),
        Told(
            letters, _("meetings whose letter the client confirmed"), letters_note,
            _("Client meetings with a confirmed letter, divided by all client meetings held."), href("meetings"),
        ),
        Told(
            promises, _("promises kept"), promises_note,
            _("Kept divided by kept, late and broken: our own commitments on these deals. Waived and cancelled ones and what the client owed are left out."),
            href("promises"),
        ),
        Told(
            number(seen.sums["chased"]), ngettext("time a client had to ask “when?”", "times a client had to ask “when?”", seen.sums["chased"]),
            _joined(_per_hundred(seen.sums["chased"], seen.outcomes.received)),
            _("Counted by hand, with one click, on the deal’s page."), href("chased"),
        ),
        Told(
            number(meetings) if meetings is not None else DASH, ngettext("client meeting to a contract, median", "client meetings to a contract, median", plural(meetings or 0)),
            _joined(
                _goal(process, "meetings_to_contract"),
                _("%(time)s in all") % {"time": _time(minutes)} if minutes is not None else "", _deals(contracts),
            ),
            _("Over won deals with at least one client meeting held. How long they took is by the clock, from the first point to the end."),
            href("meetings_won"),
        ),
    )  # fmt: skip


def economics(seen: Figures, process: Process, href: Href) -> tuple[Told, ...]:
    """What presale takes and brings. Sums of money only where they may be seen."""
    hours = seen.effort / 60
    told = [
        Told(
            hours_told(hours), _("of our people’s time in meetings"),
            _joined(
                _("%(hours)s per contract") % {"hours": hours_told(hours / seen.outcomes.won)} if seen.outcomes.won else "",
                _("%(hours)s per request") % {"hours": hours_told(hours / seen.outcomes.received)} if seen.outcomes.received else "",
            ),
            formulas()[0][1], href("effort"),
        )
    ]  # fmt: skip
    if seen.kopecks is None:
        return tuple(told)
    rate = hour_rate(process)
    if rate is not None:
        won = seen.outcomes.won
        told.append(
            Told(
                money(round(hours * rate)), _("cost of these hours"),
                _joined(
                    _("%(sum)s per contract") % {"sum": money(round(hours * rate / won))} if won else "",
                    _("at %(sum)s per hour, set in the process") % {"sum": money(rate)},
                ),
                formulas()[1][1], href("effort"),
            )
        )  # fmt: skip
    brought = per_hour(seen.kopecks, seen.effort, seen.outcomes.won)
    told += [
        Told(money(seen.kopecks / 100), _("contracts"), _contracts(seen.outcomes.won), _("Sums of the contracts from the requests of the period."), href("won")),
        Told(
            money(round(brought / 100)) if brought is not None else DASH, _("contract value per hour of meetings"),
            _("too few hours yet") if brought is None else "",
            formulas()[2][1], href("effort"),
        ),
    ]  # fmt: skip
    return tuple(told)


def formulas() -> tuple[tuple[str, str], ...]:
    """How hours, their cost and what one brings are counted, each under its name in a table."""
    return (
        (
            _("Our people’s hours in meetings"),
            _("Client meetings and huddles, each as long as it was by the clock, times those of us who went. All requests of the period count, lost ones too; work outside meetings isn’t written down yet."),
        ),
        (_("Their cost"), _("These hours times the price of an hour from the goals of the process.")),
        (
            _("Contract value per hour of meetings"),
            _("Sums of the contracts divided by our people’s hours in meetings, of all requests of the period. It is said from %(count)s hours on, and only if there is at least an hour per contract: with fewer, hardly any hours are written down.") % {"count": FEWEST_HOURS},
        ),
    )  # fmt: skip


def effort_cells(row: Row, rate: float | None) -> tuple[float, float | None, float | None]:
    """Presale hours of a row, what they cost and what one of them brought, in roubles; None for what can't be said.

    :param rate: of an hour, as of :func:`hour_rate`
    """
    brought = per_hour(row.kopecks, row.effort, row.outcomes.won)
    hours = row.effort / 60
    return hours, None if rate is None else hours * rate, None if brought is None else brought / 100


def hour_rate(process: Process) -> float | None:
    """What an hour of presale costs, in roubles; None where the process doesn't say."""
    rate = process.aim("presale_hour")
    return float(rate) if isinstance(rate, int | float) else None


def _contracts(count: int) -> str:
    return ngettext("%(count)s contract", "%(count)s contracts", count) % {"count": number(count)}


def hours_told(hours: float) -> str:
    """Hours in a few signs, tenths only of a few."""
    return _("%(count)s h") % {"count": number(round(hours, 1) if hours < 10 else round(hours))}


def _time(minutes: float | None) -> str:
    return worktime(round(minutes)) if minutes is not None else DASH


def time_between(found: Between | None) -> str:
    """Where a quantile lies: «12 мин», «12 мин – 15 мин», «12 мин или больше»."""
    if found is None:
        return DASH
    low = _time(found.low)
    if found.high is None:
        return _("%(time)s or more") % {"time": low}
    high = _time(found.high)
    return low if low == high else f"{low}{NO_BREAK}– {high}"


def _joined(*notes: str) -> str:
    return ", ".join(filter(None, notes))


def _deals(count: int) -> str:
    return ngettext("%(count)s deal", "%(count)s deals", count) % {"count": number(count)}


def _unanswered(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(count)s has had no answer yet", "%(count)s have had no answer yet", count) % {
        "count": number(count)
    }


def _per_hundred(count: int, received: int) -> str:
    per = ratio(100 * count, received)
    return _("%(count)s per 100 requests") % {"count": number(round(per, 1))} if per is not None else ""


def _goal(process: Process, key: str) -> str:
    goal = process.aim(key)
    if isinstance(goal, Duration):
        return _("goal: %(goal)s") % {"goal": worktime(goal.minutes) if goal.minutes else str(goal)}
    return _("goal: %(goal)s") % {"goal": number(goal)} if goal is not None else ""


def outcome_cells(outcomes: Outcomes) -> tuple[int, int, int, int, int]:
    """Received, won, lost, declined, open."""
    return outcomes.received, outcomes.won, outcomes.lost, outcomes.declined, outcomes.open
