"""A scorecard in words: figures on their scales, with their means and trends."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from svyazka.engine.process import Process
from svyazka.presale.insight.case_figures import Figure, Trend
from svyazka.presale.insight.scorecards import Card, RoleCard
from svyazka.presale.process.queries import current_process
from svyazka.speech.times import number, percent, worktime
from svyazka.web.scorecards.words import (
    FORMULAS,
    NO_ROLE,
    say_figure,
    say_role_title,
    say_term,
    say_unmeasured,
)


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
    """A figure in words. ``value`` is empty where there are too few cases for one.

    :ivar drawn: what the value is: drawn towards the role's mean, or as it was counted
    :ivar counts: the cases, as they were counted, with their share where that is another than the value
    """

    name: str
    value: str
    drawn: str
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
            said_figure(figure, say_figure(figure.key, role.role, process, language), rows(figure.key)) for figure in role.figures
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


def said_figure(figure: Figure, name: str, href: str) -> Said:
    """A figure in words. ``href`` is where its cases are."""
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
        name=name, value="" if figure.value is None else say(figure.value), drawn=_drawn(figure), counts=_counts(figure), sure=sure,
        mean="" if figure.role_mean is None else _mean(figure, say(figure.role_mean)),
        trend=_trend(figure.trend, is_share=is_share) if figure.trend else "",
        formula=str(FORMULAS[figure.key]), scale=scale, href=href,
    )  # fmt: skip


def _minutes(value: float) -> str:
    return worktime(round(value))


def _drawn(figure: Figure) -> str:
    if figure.value is None or figure.kind == "time":
        return ""
    return _("as counted") if figure.role_mean is None else _("drawn towards the mean of the role")


def _counts(figure: Figure) -> str:
    if figure.kind == "time":
        return ngettext("of %(num)s case", "of %(num)s cases", figure.total) % {"num": number(figure.total)}
    said = _("%(good)s of %(total)s") % {"good": number(figure.good), "total": number(figure.total)}
    if figure.own is not None and figure.role_mean is not None:
        said = _("as counted: %(counts)s, which is %(share)s") % {
            "counts": said,
            "share": percent(figure.own),
        }
    if figure.key == "client_reminders" and figure.amount > figure.good:
        times = ngettext("asked “when?” %(num)s time", "asked “when?” %(num)s times", figure.amount) % {
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
    if trend.shift is None:
        if trend.is_visible:
            return _("90 days: %(now)s, the 90 before: %(before)s — a visible change") % said
        return _("90 days: %(now)s, the 90 before: %(before)s — no visible change") % said
    if not trend.is_visible:
        return _("as counted, 90 days: %(now)s, the 90 before: %(before)s — no visible change") % said
    low, high = sorted((abs(trend.shift.low), abs(trend.shift.high)))
    said |= {"low": number(round(100 * low)), "high": number(round(100 * high))}
    if trend.shift.value > 0:
        return (
            _(
                "as counted, 90 days: %(now)s, the 90 before: %(before)s — higher by %(low)s to %(high)s points"
            )
            % said
        )
    return (
        _("as counted, 90 days: %(now)s, the 90 before: %(before)s — lower by %(low)s to %(high)s points")
        % said
    )
