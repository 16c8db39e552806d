"""Lint of a written process: what is wrong, on which line, and how to mend it.

``lint`` never raises, whatever the text. ``load_process`` gives the process of a text without errors.
"""

from collections.abc import Iterable, Mapping, Sequence

from svyazka.engine.facts import ENDINGS, FACTS, events_of
from svyazka.engine.lint_texts import KINDS, TEXTS
from svyazka.engine.process import Process, Term, Text
from svyazka.engine.reading import MOST_TERMS, Reading, read
from svyazka.engine.yaml_part import Part
from svyazka.engine.yaml_tree import Problem, Refused, parse

MOST_PROBLEMS = 100
"""A text with more errors than this is no process; the rest would only tire its reader."""


class ProcessInvalid(ValueError):
    """The text breaks the rules; ``problems`` says which, errors and warnings by line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"line {problem.line}: {problem.code}" for problem in problems))
        self.problems = problems


def load_process(text: str) -> Process:
    """The process written in ``text``; warnings don't hinder.

    :raises ProcessInvalid: the text has errors
    """
    process, problems = _examine(text)
    if process is None or any(problem.severity == "error" for problem in problems):
        raise ProcessInvalid(problems)
    return process


def lint(text: str) -> tuple[Problem, ...]:
    """Everything wrong with ``text``, by line; at most a hundred errors and a hundred warnings."""
    return _examine(text)[1]


def explain(problem: Problem) -> tuple[Text, Text]:
    """What is wrong and how to mend it, in both languages."""
    message, mend = TEXTS[problem.code]
    params = dict(problem.params)
    if "expected" in params:
        params |= {"kind_ru": KINDS[params["expected"]].ru, "kind_en": KINDS[params["expected"]].en}
    return _filled(message, params), _filled(mend, params)


def _filled(text: Text, params: Mapping[str, str]) -> Text:
    where = params.get("where", "")
    return Text(
        text.ru.format_map({**params, "where": where or "на верхнем уровне"}),
        text.en.format_map({**params, "where": where or "at the top level"}),
    )


def _examine(text: str) -> tuple[Process | None, tuple[Problem, ...]]:
    problems: list[Problem] = []
    process = None
    try:
        reading = read(parse(text, problems), problems)
    except Refused as refused:
        problems.append(refused.problem)
    else:
        process = reading.process
        _check_terms(reading)
    by_severity = (_of(problems, "error"), _of(problems, "warning"))
    kept = [problem for found in by_severity for problem in found[:MOST_PROBLEMS]]
    return process, tuple(sorted(kept, key=lambda problem: (problem.line, problem.code)))


def _of(problems: Iterable[Problem], severity: str) -> list[Problem]:
    found = (problem for problem in problems if problem.severity == severity)
    return sorted(found, key=lambda problem: problem.line)


def _check_terms(reading: Reading) -> None:
    stages = [stage.key for stage in reading.process.stages]
    order = _order(stages)
    known = frozenset(events_of(stages))
    for term, part in zip(reading.process.terms, reading.terms, strict=True):
        if term.opens and term.opens not in known:
            part.unknown("unknown-event", "opens", term.opens, known, event=term.opens)
        if term.opens in ENDINGS:
            part.complain("opens-at-end", part.line_of("opens"), event=term.opens)
        if term.closes and term.opens != term.closes:
            _check_closing(term, part, known, order)
    if len(reading.terms) <= MOST_TERMS:
        _check_cycles(reading.process.terms, reading.terms)
    opened = {term.opens for term in reading.process.terms}
    for place, (key, part) in enumerate(zip(stages, reading.stages, strict=True)):
        starts = {f"stage.{key}", "deal.received"} if place == 0 else {f"stage.{key}"}
        if key and not starts & opened:
            part.warn("stage-opens-nothing", part.line_of("key"), stage=key)


def _order(stages: Sequence[str]) -> dict[str, int]:
    """Place in a deal's life of the events that have one; the first two happen at its very beginning."""
    order = {f"stage.{key}": place + 1 for place, key in enumerate(stages) if place}
    order |= {f"stage.{key}": 0 for key in stages[:1]}
    return order | {"deal.received": 0, "deal.accepted": 1}


def _check_closing(term: Term, part: Part, known: frozenset[str], order: Mapping[str, int]) -> None:
    line, event = part.line_of("closes"), term.closes
    if event not in known:
        if event in FACTS:
            part.complain("never-closes-silent", line, event=event)
        elif event.startswith("stage."):
            part.unknown("never-closes-no-stage", "closes", event, known, event=event)
        else:
            part.unknown("unknown-event", "closes", event, known, event=event)
    elif order.get(event) == 0 or (
        event in order and term.opens in order and order[event] <= order[term.opens]
    ):
        part.complain("never-closes-past", line, event=event, opens=term.opens)


def _check_cycles(terms: Sequence[Term], parts: Sequence[Part]) -> None:
    """Complain of each ring of terms in which every closing event opens the next term."""
    edges = [(term, part) for term, part in zip(terms, parts, strict=True) if term.opens and term.closes]
    while ring := _ring([term for term, _ in edges]):
        last = ring[-1]
        part = next(part for term, part in edges if term is last)
        path = " → ".join([ring[0].opens, *(term.closes for term in ring)])
        part.complain("cycle", part.line_of("closes"), path=path)
        edges = [(term, part) for term, part in edges if term is not last]


def _ring(terms: Sequence[Term]) -> list[Term]:
    """Terms that follow each other in a ring, the one written last at the end; empty when there is none."""
    left = list(terms)
    while True:
        opening = {term.opens for term in left}
        inner = [term for term in left if term.closes in opening]
        if len(inner) == len(left):
            break
        left = inner
    if not left:
        return []
    following = {term.opens: term for term in reversed(left)}
    walked: list[Term] = []
    term = left[0]
    while term not in walked:
        walked.append(term)
        term = following[term.closes]
    ring = walked[walked.index(term) :]
    written = {id(each): place for place, each in enumerate(terms)}
    last = max(range(len(ring)), key=lambda place: written[id(ring[place])])
    return ring[last + 1 :] + ring[: last + 1]


__all__ = ["MOST_PROBLEMS", "Problem", "ProcessInvalid", "explain", "lint", "load_process"]
