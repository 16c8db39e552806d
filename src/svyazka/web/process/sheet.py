"""The process as its page shows it: terms beside the stage they belong to, roles against stages."""

from dataclasses import dataclass

from svyazka.engine.process import Duty, Process, Stage, Term
from svyazka.speech.process_told import Words
from svyazka.web.ui.pictures import Knot


@dataclass(frozen=True, slots=True)
class StageSheet:
    """A stage with the terms that run in it."""

    stage: Stage
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the page shows of one version."""

    process: Process
    words: Words
    stages: tuple[StageSheet, ...]
    anytime: tuple[Term, ...]
    matrix: tuple[tuple[str, tuple[Duty | None, ...]], ...]
    knots: tuple[Knot, ...]


def sheet_of(process: Process, language: str) -> Sheet:
    """The sheet of a version."""
    words = Words(process, language)
    homes = {term.key: _home(term, process) for term in process.terms}
    return Sheet(
        process=process,
        words=words,
        stages=tuple(
            StageSheet(stage, tuple(term for term in process.terms if homes[term.key] == stage.key))
            for stage in process.stages
        ),
        anytime=tuple(term for term in process.terms if not homes[term.key]),
        matrix=tuple(
            (role.role, tuple(_duty(stage, role.role) for stage in process.stages)) for role in process.roles
        ),
        knots=tuple(Knot(words.say(stage.name), "tied", words.span(stage.limit)) for stage in process.stages),
    )


def _duty(stage: Stage, role: str) -> Duty | None:
    return next((duty for duty in stage.duties if duty.role == role), None)


def _home(term: Term, process: Process) -> str:
    """The stage whose gate the term serves, or whose beginning opens it; empty where there is none."""
    facts = {check.fact: stage.key for stage in reversed(process.stages) for check in stage.checks}
    named = {stage.event: stage.key for stage in process.stages}
    named |= {"deal.received": process.stages[0].key, "deal.accepted": process.stages[0].key}
    for found in (facts.get(term.closes), named.get(term.opens), facts.get(term.opens)):
        if found:
            return found
    return ""
