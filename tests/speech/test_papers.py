"""The process on paper: all of it on one sheet, large enough for a wall, and what is typed stays letters."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from django.utils import translation

from svyazka.engine.lint import load_process
from svyazka.engine.process import Check, Process, Text
from svyazka.engine.reading import MOST_CHECKS, MOST_STAGES, MOST_TERMS
from svyazka.processes import packaged_text
from svyazka.speech.papers.poster import PAPERS, Paper, poster
from svyazka.speech.papers.setting import TooLong, set_paper
from svyazka.speech.process_told import STRENGTHS, Words
from tests.papers import edges, joined, needs_poppler, pages, pieces, sizes

pytestmark = [pytest.mark.requirement("R24"), needs_poppler]

PROCESS: Final = load_process(packaged_text())
SIZES: Final = {"a3": (420, 297), "a4": (297, 210)}
HOSTILE: Final = (
    '#import "@preview/x:1.0.0": *', '#read("/etc/passwd")', "*жирно* _криво_", "$ x^2 $", "@ссылка <метка>", "\\ \\u{41} \\n",
    "= заголовок", "// и далее", "/* и */", "`код` ```и ещё```", "--- ... ~ -? 'кавычки' \"двойные\"", "#{ panic() } ]] }} ))",
)  # fmt: skip


def hung(process: Process = PROCESS, language: str = "ru", paper: Paper = "a3") -> bytes:
    return poster(
        process, number=3, published=date(2026, 11, 26), company="Связка", language=language, paper=paper
    )


def texts(process: Process, language: str, *, whys: bool = True, terms: bool = True) -> Iterator[str]:
    """Everything of the process that belongs on its poster."""
    words = Words(process, language)
    yield words.say(process.name)
    for stage in process.stages:
        yield from map(words.say, (stage.name, stage.goal, stage.result))
        yield words.span(stage.limit)
        for check in stage.checks:
            yield words.say(check.text)
            if whys:
                yield words.say(check.why)
    for term in process.terms if terms else ():
        yield words.say(term.text)
        yield words.due(term.due)
    for role in process.roles:
        yield words.say(role.name)
        if whys:
            yield words.say(role.why)


def missing(paper: bytes, process: Process, language: str, **which: bool) -> list[str]:
    """What of it isn't there."""
    (page,) = pages(paper)
    with translation.override(language):
        return [text for text in texts(process, language, **which) if joined(text) not in page]


def grown(check: Text, why: Text | None) -> Process:
    """As many stages, checks and terms as the lint allows, each check and term in these words."""
    term = PROCESS.terms[0]
    stages = tuple(
        replace(
            PROCESS.stages[place % 6],
            key=f"s{place}",
            checks=tuple(Check(f"c{at}", check, why, "stop", tick="manager") for at in range(MOST_CHECKS)),
        )
        for place in range(MOST_STAGES)
    )
    more = tuple(
        replace(term, key=f"t{at}", opens=f"stage.s{at % MOST_STAGES}", closes="nothing", text=check)
        for at in range(MOST_TERMS)
    )
    return replace(PROCESS, stages=stages, terms=more)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("paper", PAPERS)
def test_the_whole_process_stands_on_one_sheet(language: str, paper: Paper) -> None:
    made = hung(language=language, paper=paper)
    assert sizes(made) == [SIZES[paper]]
    assert missing(made, PROCESS, language) == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_names_and_results_are_read_from_two_metres(language: str) -> None:
    found = pieces(hung(language=language))
    for stage in PROCESS.stages:
        first, of_result = (text.say(language).split()[0] for text in (stage.name, stage.result))
        assert [one for one in found if first in one.text and one.size >= 20], first
        assert [one for one in found if of_result in one.text and one.size >= 15], of_result
    assert min(one.size for one in found) >= 7


def test_each_strength_of_a_check_is_told_in_words_beside_its_mark() -> None:
    (page,) = pages(hung())
    with translation.override("ru"):
        assert [word for word in map(str, STRENGTHS.values()) if joined(word) not in page] == []


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("paper", PAPERS)
def test_the_largest_process_that_the_lint_allows_fits(language: str, paper: Paper) -> None:
    check = PROCESS.stages[0].checks[0]
    large = grown(check.text, check.why)
    made = hung(large, language, paper)
    assert sizes(made) == [SIZES[paper]]
    assert missing(made, large, language, whys=paper == "a3") == []
    assert min(one.size for one in pieces(made)) >= 5


def _times(count: int) -> Text:
    text = PROCESS.stages[0].checks[0].text
    return Text(" ".join([text.ru] * count), " ".join([text.en] * count))


def test_reasons_are_left_out_before_letters_get_too_small_and_the_sheet_says_so() -> None:
    long = grown(_times(1), _times(4))
    made = hung(long)
    assert sizes(made) == [SIZES["a3"]]
    assert missing(made, long, "ru", whys=False) == []
    assert joined("Пояснения к правилам сюда не поместились") in pages(made)[0]


def test_terms_are_left_out_next_and_the_sheet_says_so() -> None:
    long = grown(_times(3), None)
    made = hung(long)
    assert sizes(made) == [SIZES["a3"]]
    assert missing(made, long, "ru", whys=False, terms=False) == []
    assert joined("Пояснения и сроки сюда не поместились") in pages(made)[0]


def test_what_cannot_be_read_on_one_sheet_is_refused_not_cut() -> None:
    with pytest.raises(TooLong):
        hung(grown(_times(20), None))


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_typed_comes_out_as_it_was_typed(typed: str) -> None:
    words = Text(typed, typed)
    stage = replace(PROCESS.stages[0], name=words, goal=words, result=words)
    made = hung(replace(PROCESS, name=words, stages=(stage, *PROCESS.stages[1:])))
    (page,) = pages(made)
    assert page.count(joined(typed)) >= 4
    assert sizes(made) == [SIZES["a3"]]


def test_no_word_is_so_long_that_it_leaves_the_sheet() -> None:
    words = Text("Щ" * 90, "W" * 90)
    stages = tuple(replace(stage, name=words, goal=words, result=words) for stage in PROCESS.stages)
    made = hung(replace(PROCESS, name=words, stages=stages))
    left, right = edges(made)
    assert left >= 0
    assert right <= 420 / 25.4 * 72
    assert pages(made)[0].count("Щ" * 90) == 1 + 3 * len(stages)


def test_a_paper_is_the_same_whenever_and_wherever_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = hung()
    poster.cache_clear()
    monkeypatch.chdir(tmp_path)
    assert hung() == first


def test_a_mistake_in_a_template_is_not_taken_for_a_long_text() -> None:
    with pytest.raises(RuntimeError):
        set_paper("poster", {"paper": "a3"})
