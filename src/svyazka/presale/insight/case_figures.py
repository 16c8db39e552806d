"""What cases come to: a figure with its interval, the mean of the role, and the trend against oneself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from svyazka.engine.intervals import Difference, difference, wilson
from svyazka.engine.medians import middle
from svyazka.engine.pooling import FEWEST_CASES, FEWEST_PEOPLE, pooled, prior_of
from svyazka.presale.insight.case_sources import CLAIM_TIME
from svyazka.presale.insight.cases import FIRST_ANSWER, PROMISES, Case, Span

QUARTER: Final = timedelta(days=90)
TIMES: Final = frozenset({FIRST_ANSWER, CLAIM_TIME})
"""Figures that are medians of working minutes; all others are shares."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The last 90 days against one's own 90 days before: shares with their counts, or medians of so many times.

    :ivar shift: of shares, how much greater the later one is, with its interval
    :ivar is_visible: whether it is more than chance makes: of shares the interval doesn't hold 0, of times the intervals lie apart
    """

    now: float
    before: float
    counts: tuple[int, int]
    shift: Difference | None
    is_visible: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a role. Shares go from 0 to 1, times are working minutes.

    Of fewer than ``FEWEST_CASES`` cases there are only counts: the value, its interval and the own share are None.

    :ivar good: of shares, how many cases counted; of times all of them
    :ivar own: the share as counted
    :ivar value: the share drawn towards the role's mean, or as counted where there is none; the median
    :ivar role_mean: of everybody in the role together, ``people`` of them; of times their median. None where there are too few
    :ivar amount: what all cases amount to together: how often clients had to chase us
    """

    key: str
    kind: Literal["share", "time"]
    good: int
    total: int
    amount: int
    own: float | None
    value: float | None
    low: float | None
    high: float | None
    role_mean: float | None
    people: int
    trend: Trend | None


@dataclass(frozen=True, slots=True)
class TermLine:
    """How the commitments of one term ended; an empty ``term`` stands for what was agreed in words."""

    term: str
    kept: int
    late: int
    broken: int


def share_figure(
    key: str, cases: Sequence[Case], people: Mapping[int, tuple[int, int]], span: Span
) -> Figure:
    """A share of a person's cases.

    :param people: counts of everybody in the role
    """
    good, total = sum(case.good for case in cases), len(cases)
    prior = prior_of(people.values())
    found = None
    if total >= FEWEST_CASES:
        found = pooled(good, total, prior) if prior else wilson(good, total)
    return Figure(
        key=key, kind="share", good=good, total=total, amount=sum(case.amount for case in cases),
        own=good / total if found else None,
        value=found.value if found else None, low=found.low if found else None, high=found.high if found else None,
        role_mean=prior.mean if prior else None, people=prior.people if prior else 0, trend=_share_trend(cases, span),
    )  # fmt: skip


def time_figure(key: str, cases: Sequence[Case], everybody: tuple[int, float], span: Span) -> Figure:
    """The median of a person's times.

    :param everybody: how many people of the role have times, and the median of them all
    """
    found = middle(case.amount for case in cases) if len(cases) >= FEWEST_CASES else None
    people, mean = everybody if everybody[0] >= FEWEST_PEOPLE else (0, None)
    return Figure(
        key=key, kind="time", good=len(cases), total=len(cases), amount=0, own=None,
        value=found.value if found else None, low=found.low if found else None, high=found.high if found else None,
        role_mean=mean, people=people, trend=_time_trend(cases, span),
    )  # fmt: skip


def _quarters(cases: Iterable[Case], span: Span) -> tuple[list[Case], list[Case]] | None:
    """Cases of the last 90 days, and of those before; None where either has too few."""
    turn = span.until - QUARTER
    known = list(cases)
    now = [case for case in known if turn <= case.at]
    before = [case for case in known if turn - QUARTER <= case.at < turn]
    return (now, before) if min(len(now), len(before)) >= FEWEST_CASES else None


def _share_trend(cases: Iterable[Case], span: Span) -> Trend | None:
    quarters = _quarters(cases, span)
    if quarters is None:
        return None
    now, before = (wilson(sum(case.good for case in part), len(part)) for part in quarters)
    assert now is not None
    assert before is not None
    shift = difference(now, before)
    return Trend(now.value, before.value, (now.total, before.total), shift, not shift.low <= 0 <= shift.high)


def _time_trend(cases: Iterable[Case], span: Span) -> Trend | None:
    quarters = _quarters(cases, span)
    if quarters is None:
        return None
    now, before = (middle(case.amount for case in part) for part in quarters)
    assert now is not None
    assert before is not None
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return None
    apart = now.high < before.low or before.high < now.low
    return Trend(now.value, before.value, (now.total, before.total), None, apart)


def term_lines(cases: Iterable[Case]) -> tuple[TermLine, ...]:
    """How commitments ended, by term: those of which there are most first; single fields and questions together."""
    found: dict[str, dict[str, int]] = {}
    for case in cases:
        if case.key == PROMISES:
            ends = found.setdefault(term_of(case.term), {"kept": 0, "late": 0, "broken": 0})
            ends[case.outcome] += 1
    lines = [TermLine(term, **ends) for term, ends in found.items()]
    return tuple(sorted(lines, key=lambda line: (-(line.kept + line.late + line.broken), line.term)))


def term_of(term: str) -> str:
    """A term without what it is about: fields to find out are one line, whatever the field."""
    return term.partition(".")[0]
