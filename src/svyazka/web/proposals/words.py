"""Proposals in words: what they are about, by which figure they are judged, how that figure stands."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.engine.process import Process
from svyazka.presale.reviews.figures import Figure
from svyazka.presale.reviews.proposal_rows import BEFORE, ProposalRow
from svyazka.presale.reviews.values import (
    CHECK,
    CONVERSION,
    FIGURES,
    KINDS,
    OTHER,
    STAGE,
    TAKEN,
    TERM,
    TERM_KEPT,
    TIME_IN_STAGE,
)
from svyazka.speech.times import percent, worktime
from svyazka.speech.week.telling import probably

Groups = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Words:
    """What a template asks of proposals in the reader's language."""

    process: Process
    language: str

    def about(self, row: ProposalRow) -> str:
        """«Срок: отправить письмо-итог»; something new by its kind alone."""
        name = self._name(row.kind, row.about)
        kinds = {
            STAGE: pgettext("proposal", "stage"), CHECK: pgettext("proposal", "check"), TERM: pgettext("proposal", "term"),
            OTHER: pgettext("proposal", "the process"),
        }  # fmt: skip
        news = {
            STAGE: _("a new stage"), CHECK: _("a new check"), TERM: _("a new term"), OTHER: _("the process as a whole"),
        }  # fmt: skip
        return f"{kinds[row.kind]}: {name}" if name else news[row.kind]

    def figure(self, row: ProposalRow) -> str:
        """By what it is judged."""
        name = self._name(TERM if row.figure == TERM_KEPT else STAGE, row.figure_of)
        if row.figure == CONVERSION:
            days = row.followed.days
            return ngettext("conversion within %(num)d day", "conversion within %(num)d days", days) % {
                "num": days
            }
        return self._measure(row.figure, name)

    def _measure(self, figure: str, name: str) -> str:
        if figure == CONVERSION:
            return _("conversion from request to contract")
        if figure == TIME_IN_STAGE:
            return _("time in stage “%(stage)s”, median") % {"stage": name}
        return _("kept in time: %(term)s") % {"term": name}

    def side(self, row: ProposalRow, side: str) -> str:
        """Which of the two times that are compared."""
        if side == BEFORE:
            return _("The 90 days before") if row.version else _("The last 90 days")
        return _("From then on") if row.state == TAKEN else _("Until it was judged")

    def value(self, row: ProposalRow, figure: Figure | None) -> str:
        """The figure with the cases behind it, and how sure a share is; of too few cases only how many there are."""
        if figure is None or figure.value is None:
            return _("no case yet")
        beside = self.beside(row, figure)
        return f"{self.number(row, figure)} ({beside})" if figure.is_enough else beside

    def number(self, row: ProposalRow, figure: Figure) -> str:
        """The figure alone; a dash where there are too few cases."""
        if figure.value is None or not figure.is_enough:
            return "—"
        return worktime(round(figure.value)) if row.figure == TIME_IN_STAGE else percent(figure.value)

    def beside(self, row: ProposalRow, figure: Figure) -> str:
        """Of how many cases it is, and where the true share probably lies."""
        if figure.value is None:
            return _("no case yet")
        counts = ngettext("%(num)d case", "%(num)d cases", figure.cases) % {"num": figure.cases}
        if row.figure != TIME_IN_STAGE:
            counts = _("%(count)d of %(total)d") % {"count": figure.won, "total": figure.cases}
        if not figure.is_enough:
            return _("%(counts)s: too few to judge by") % {"counts": counts}
        share = figure.share
        if row.figure == TIME_IN_STAGE or share is None:
            return counts
        return f"{counts}; {probably(share)}"

    def counted(self, row: ProposalRow) -> str:
        """What counts in a share."""
        if row.figure == TERM_KEPT:
            return _("Kept in time")
        days = row.followed.days
        return ngettext("Contract within %(num)d day", "Contract within %(num)d days", days) % {"num": days}

    def formula(self, row: ProposalRow) -> str:
        """How the figure is counted, before the change and after it."""
        if row.figure == TIME_IN_STAGE:
            return _(
                "Median of the working time of all stays that ended in that time, without the time in which the client had the ball. Times above an hour are rounded as in the figures."
            )
        if row.figure == TERM_KEPT:
            return _("Kept ÷ (kept + late + broken), of what ended in that time.")
        return ngettext(
            "Contracts signed within %(num)d day of the request ÷ requests whose %(num)d day was over by then; duplicates and spam are left out. Before the change and after it alike, so that all requests had the same time.",
            "Contracts signed within %(num)d days of the request ÷ requests whose %(num)d days were over by then; duplicates and spam are left out. Before the change and after it alike, so that all requests had the same time.",
            row.followed.days,
        ) % {"num": row.followed.days}  # fmt: skip

    def subjects(self) -> Groups:
        """What a proposal may be about, as ``KIND:KEY``."""
        stages = [(f"{STAGE}:{one.key}", one.name.say(self.language)) for one in self.process.stages]
        terms = [(f"{TERM}:{one.key}", one.text.say(self.language)) for one in self.process.terms]
        checks = [
            (
                _("Checks of the stage “%(stage)s”") % {"stage": stage.name.say(self.language)},
                [
                    (f"{CHECK}:{stage.key}.{check.key}", check.text.say(self.language))
                    for check in stage.checks
                ],
            )
            for stage in self.process.stages
        ]
        news = [
            (f"{OTHER}:", _("The process as a whole")), (f"{CHECK}:", _("A new check")), (f"{TERM}:", _("A new term")),
            (f"{STAGE}:", _("A new stage")),
        ]  # fmt: skip
        return [(_("Something else"), news), (_("Stages"), stages), (_("Terms"), terms), *checks]

    def measures(self) -> Groups:
        """By what a proposal may be judged, as ``FIGURE:KEY``."""
        stages = [(f"{TIME_IN_STAGE}:{one.key}", one.name.say(self.language)) for one in self.process.stages]
        terms = [(f"{TERM_KEPT}:{one.key}", one.text.say(self.language)) for one in self.process.terms]
        return [
            (_("Conversion"), [(f"{CONVERSION}:", self._measure(CONVERSION, ""))]),
            (_("Time in a stage"), stages),
            (_("Kept in time"), terms),
        ]

    def _name(self, kind: str, key: str) -> str:
        """What of the process the key means; the key itself where the process has it no more."""
        if not key:
            return ""
        stage_key, _dot, check_key = key.partition(".")
        try:
            if kind == TERM:
                return self.process.term(key).text.say(self.language)
            stage = self.process.stage(stage_key)
            return (stage.check(check_key).text if kind == CHECK else stage.name).say(self.language)
        except KeyError:
            return key


def parted(chosen: str, known: tuple[str, ...] = (*KINDS, *FIGURES)) -> tuple[str, str]:
    """A choice ``KIND:KEY`` in its two parts; empty ones for what is none."""
    kind, colon, key = chosen.partition(":")
    return (kind, key) if colon and kind in known else ("", "")
