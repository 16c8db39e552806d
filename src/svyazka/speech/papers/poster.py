"""The process on one sheet for the wall: stages on a rope, what each gives, who answers, what it takes to go on, who owes what."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from svyazka.engine.process import Duty, Process, Strength, Term
from svyazka.speech.papers.setting import set_paper
from svyazka.speech.process_sheet import Sheet, StageSheet, sheet_of
from svyazka.speech.process_told import Words
from svyazka.speech.process_words import capital
from svyazka.speech.times import day

Paper = Literal["a3", "a4"]
PAPERS: Final[tuple[Paper, ...]] = ("a3", "a4")
_BY_STRENGTH: Final[tuple[Strength, ...]] = ("stop", "warn", "observe")
"""What stops comes first."""


@lru_cache(maxsize=8)  # a second of work, and as long as the version lasts nothing in it changes
def poster(
    process: Process, *, number: int, published: date, company: str, language: str, paper: Paper
) -> bytes:
    """The poster of a version as PDF: one page, landscape. A4 is the A3 drawing made smaller.

    Letters are as large as lets everything fit. Where they would be too small to read, reasons and then terms are left to the
    page of the process, and the sheet says that they are.

    :param number: of the version, told with the day on which it was published
    :raises TooLong: even so it doesn't fit
    """
    with override(language):
        sheet = sheet_of(process, language)
        return set_paper(
            "poster", _values(sheet, number, published, company) | {"language": language, "paper": paper}
        )


def _values(sheet: Sheet, number: int, published: date, company: str) -> dict[str, Any]:
    words = sheet.words
    version = _("Version %(number)s, published on %(day)s") % {"number": number, "day": day(published)}
    return {
        "title": words.say(sheet.process.name),
        "company": company,
        "version": f"{_('Times are in working time.')} {version}",
        "words": _headings(),
        "legend": [(strength, words.strength(strength)) for strength in _BY_STRENGTH],
        "stages": [_stage(one, words) for one in sheet.stages],
        "anytime": _terms(sheet.anytime, words),
        "matrix": [
            {"role": capital(words.role(role)), "levels": [_level(duty, words) for duty in duties]}
            for role, duties in sheet.matrix
        ],
        "roles": [{"name": words.say(role.name), "why": words.say(role.why)} for role in sheet.process.roles],
    }


def _headings() -> dict[str, str]:
    return {
        "accountable": pgettext("poster", "Accountable"),
        "result": _("Result"),
        "goal": pgettext("poster", "Goal"),
        "checks": _("To leave the stage"),
        "terms": _("Who owes what by when"),
        "anytime": _("At any stage"),
        "matrix": _("Who has how much say"),
        "no_whys": _("The reasons for the rules didn’t fit here: they stand on the page of the process."),
        "no_terms": _("Reasons and terms didn’t fit here: they stand on the page of the process."),
    }


def _stage(one: StageSheet, words: Words) -> dict[str, Any]:
    stage = one.stage
    return {
        "name": words.say(stage.name),
        "who": capital(words.role(stage.accountable)),
        "limit": words.span(stage.limit),
        "goal": words.say(stage.goal),
        "result": words.say(stage.result),
        "checks": [
            {"strength": check.strength, "text": words.say(check.text), "why": words.say(check.why)}
            for strength in _BY_STRENGTH
            for check in stage.checks
            if check.strength == strength
        ],
        "terms": _terms(one.terms, words),
    }


def _terms(found: Iterable[Term], words: Words) -> list[dict[str, str]]:
    return [
        {"who": words.role(term.owes), "text": words.say(term.text), "due": words.due(term.due)}
        for term in found
    ]


def _level(duty: Duty | None, words: Words) -> dict[str, str] | None:
    return {"code": duty.level, "word": words.level(duty.level)} if duty else None
