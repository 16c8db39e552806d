"""A scorecard in words: figures on their scales, trends, what stands behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from svyazka.engine.clock import Breach, Save, Slice
from svyazka.engine.process import Process
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.insight.behind import Behind
from svyazka.presale.insight.breaches import Line, Lines
from svyazka.presale.insight.cases import Case
from svyazka.presale.insight.scorecards import Card, Figure, RoleCard, Trend
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process, process_version
from svyazka.speech.process_words import say_owed, say_role
from svyazka.speech.times import number, percent, worktime
from svyazka.web.scorecards.words import (
    FORMULAS,
    NO_ROLE,
    OTHERWISE,
    OUTCOMES,
    say_figure,
    say_role_title,
    say_term,
    say_unmeasured,
)

Ending = Literal["open", "late", "broken", "kept"]


@dataclass(frozen=True, slots=True)
class Scale:
    """A share on a scale of 0 to 100: where the dot stands, its interval and the role's mean."""

    value: float
    low: float
    high: float
    mean: float | None

    @property
    def width(self) -> float:
        """How long the interval is."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Said:
    """A figure in words. ``value`` is empty where there are too few cases for one."""

    name: str
    value: str
    counts: str
    sure: str
    mean: str
    trend: str
    formula: str
    scale: Scale | None
    href: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How the commitments of a term ended, with the list of them."""

    what: str
    counts: tuple[int, int, int]
    href: str


@dataclass(frozen=True, slots=True)
class SaidRole:
    """A role's figures in words."""

    code: str
    title: str
    figures: tuple[Said, ...]
    terms: tuple[Ended, ...]
    unmeasured: str


def said_roles(card: Card, language: str) -> tuple[SaidRole, ...]:
    """All roles of a card."""
    process = current_process()[1]
    return tuple(_role(card, role, process, language) for role in card.roles)


def _role(card: Card, role: RoleCard, process: Process, language: str) -> SaidRole:
    def rows(key: str) -> str:
        kwargs = {"person_id": card.person.id, "role": role.role or NO_ROLE, "figure": key}
        return reverse("scorecards:rows", kwargs=kwargs)

    names = [say_unmeasured(key, role.role, process, language) for key in role.unmeasured]
    return SaidRole(
        code=role.role or NO_ROLE,
        title=say_role_title(role.role, process, language),
        figures=tuple(
            _figure(figure, say_figure(figure.key, role.role, process, language), rows(figure.key)) for figure in role.figures
        ),
        terms=tuple(
            Ended(
                say_term(line.term, process, language), (line.kept, line.late, line.broken),
                f"{rows('promises_kept')}?term={line.term}",
            )
            for line in role.terms
        ),
        unmeasured="; ".join(names),
    )  # fmt: skip


def _figure(figure: Figure, name: str, href: str) -> Said:
    is_share = figure.kind == "share"
    say = percent if is_share else _minutes
    sure = ""
    if figure.low is not None and figure.high is not None:
        sure = _("most likely between %(low)s and %(high)s") % {
            "low": say(figure.low),
            "high": say(figure.high),
        }
    scale = None
    if is_share and figure.value is not None and figure.low is not None and figure.high is not None:
        mean = None if figure.role_mean is None else round(100 * figure.role_mean, 1)
        scale = Scale(
            round(100 * figure.value, 1), round(100 * figure.low, 1), round(100 * figure.high, 1), mean
        )
    return Said(
        name=name, value="" if figure.value is None else say(figure.value), counts=_counts(figure), sure=sure,
        mean="" if figure.role_mean is None else _mean(figure, say(figure.role_mean)),
        trend=_trend(figure.trend, is_share=is_share) if figure.trend else "",
        formula=str(FORMULAS[figure.key]), scale=scale, href=href,
    )  # fmt: skip


def _minutes(value: float) -> str:
    return worktime(round(value))


def _counts(figure: Figure) -> str:
    if figure.kind == "time":
        return ngettext("of %(num)s case", "of %(num)s cases", figure.total) % {"num": number(figure.total)}
    said = _("%(good)s of %(total)s") % {"good": number(figure.good), "total": number(figure.total)}
    if figure.own is not None and figure.value is not None and percent(figure.own) != percent(figure.value):
        said = _("%(counts)s, which is %(share)s") % {"counts": said, "share": percent(figure.own)}
    if figure.key == "client_reminders" and figure.amount > figure.good:
        times = ngettext("%(num)s reminder", "%(num)s reminders", figure.amount) % {
            "num": number(figure.amount)
        }
        return f"{said}, {times}"
    return said


def _mean(figure: Figure, said: str) -> str:
    if figure.kind == "time":
        return ngettext(
            "median of the role: %(mean)s (%(num)s person)", "median of the role: %(mean)s (%(num)s people)", figure.people
        ) % {"mean": said, "num": figure.people}  # fmt: skip
    return ngettext(
        "mean of the role: %(mean)s (%(num)s person)", "mean of the role: %(mean)s (%(num)s people)", figure.people
    ) % {"mean": said, "num": figure.people}  # fmt: skip


def _trend(trend: Trend, *, is_share: bool) -> str:
    say = percent if is_share else _minutes
    said = {"now": say(trend.now), "before": say(trend.before)}
    if not trend.is_visible:
        return _("90 days: %(now)s, the 90 before: %(before)s — no visible change") % said
    if trend.shift is None:
        return _("90 days: %(now)s, the 90 before: %(before)s — a visible change") % said
    low, high = sorted((abs(trend.shift.low), abs(trend.shift.high)))
    said |= {"low": number(round(100 * low)), "high": number(round(100 * high))}
    if trend.shift.value > 0:
        return _("90 days: %(now)s, the 90 before: %(before)s — higher by %(low)s to %(high)s points") % said
    return _("90 days: %(now)s, the 90 before: %(before)s — lower by %(low)s to %(high)s points") % said


# what stands behind


@dataclass(frozen=True, slots=True)
class Row:
    """A case as a row: what it was, of which deal, how it ended."""

    title: str
    client: str
    number: str
    path: str
    at: datetime
    look: str
    ended: str


def said_rows(behind: Behind, key: str, language: str) -> tuple[Row, ...]:
    """The cases behind a figure."""
    return tuple(
        _row(case, behind, key, language)
        for case in behind.cases
        if case.deal_id in behind.deals
    )  # fmt: skip


def _row(case: Case, behind: Behind, key: str, language: str) -> Row:
    deal, owed = behind.deals[case.deal_id], behind.commitments.get(case.commitment_id or 0)
    title = deal.client_name if owed is None else _what(owed, language)
    client = deal.title if owed is None else deal.client_name
    return Row(title, client, deal.number, deal.path, case.at, *_ended(case, key))


def _ended(case: Case, key: str) -> tuple[str, str]:
    if key in OUTCOMES:
        is_well = case.good != (key == "client_reminders")
        word = str((OUTCOMES if case.good else OTHERWISE)[key])
        if case.amount > 1:
            word = f"{word} × {case.amount}"
        return ("kept" if is_well else "late", word)
    if key in {"window_answer_time", "claim_time"}:
        return ("info", worktime(case.amount))
    return (case.outcome, "")


def _what(owed: CommitmentRow, language: str) -> str:
    return say_owed(owed.term, owed.result, process_version(owed.process_number), language)


@dataclass(frozen=True, slots=True)
class Slip:
    """A breach or a save: what, of which deal, when, what came late to it, and who had the ball meanwhile."""

    title: str
    role: str
    client: str
    number: str
    path: str
    at: datetime
    ended: Ending
    minutes: int
    causes: tuple[str, ...]
    held: tuple[str, ...] = ()


def said_breaches(found: Lines[Breach], language: str) -> tuple[Slip, ...]:
    """Breaches: the cause first."""
    slips = []
    for line in found.lines:
        late = [one for one in line.found.arrived_late if one.person_id != found.person.id]
        causes = [
            _cause(found.others.get(one.promise_id), one.person_id, one.role, one.minutes, language)
            for one in late
        ]
        late_by, held = line.found.minutes_late, _held(line.found.held)
        slips.append(
            _slip(line.commitment, line.found.due_at, late_by, causes, language, ended=_how(line), held=held)
        )
    return tuple(slips)


def _how(line: Line[Breach]) -> Ending:
    """How it ended, as far as the card knows."""
    if line.found.ended_at is None:
        return "open"
    return "broken" if line.commitment.outcome == "broken" else "late"


def said_saves(found: Lines[Save], language: str) -> tuple[Slip, ...]:
    """Saves: whose delay was made up for."""
    slips = []
    for line in found.lines:
        save = line.found
        upstream = found.others.get(line.commitment.after_id or 0)
        causes = [
            _cause(upstream, save.absorbed_from, save.absorbed_from_role, save.absorbed_minutes, language)
        ]
        slips.append(
            _slip(line.commitment, save.closed_at, save.absorbed_minutes, causes, language, ended="kept")
        )
    return tuple(slips)


def _slip(
    owed: CommitmentRow, at: datetime, minutes: int, causes: Iterable[str], language: str, *, ended: Ending,
    held: tuple[str, ...] = (),
) -> Slip:  # fmt: skip
    return Slip(
        title=_what(owed, language), role=say_role(owed.role, process_version(owed.process_number), language),
        client=owed.client_name, number=owed.deal_number, path=owed.deal_number.partition("-")[2], at=at, ended=ended,
        minutes=minutes, causes=tuple(causes), held=held,
    )  # fmt: skip


def _cause(owed: CommitmentRow | None, person: int | None, role: str, minutes: int, language: str) -> str:
    """What came late, by how much, from which role, and from whom."""
    who = _("the client")
    if person is not None:
        title = say_role(role, current_process()[1], language)
        who = ", ".join(filter(None, (title, directory().name(person))))
    what = _what(owed, language) if owed is not None else ""
    said = {"what": what, "late": worktime(minutes), "who": who}
    return _("%(what)s: %(late)s late (%(who)s)") % said


def _held(slices: Iterable[Slice]) -> tuple[str, ...]:
    """Who had the ball between the promise and its end, the longest first."""
    minutes: dict[tuple[str, int | None], int] = {}
    for one in slices:
        holder = (one.holder.kind, one.holder.person_id)
        minutes[holder] = minutes.get(holder, 0) + one.minutes
    names: Mapping[str, str] = {"client": _("the client"), "queue": _("nobody yet")}
    return tuple(
        f"{names.get(kind) or directory().name(person)} {worktime(spent)}"
        for (kind, person), spent in sorted(minutes.items(), key=lambda held: -held[1])
        if spent
    )
