"""One of a list is taken if it is surely named; what is only like one is proposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.importing.choices import STATUSES, Choices, read_yes_no
from svyazka.engine.importing.values import Cell, Problem
from tests.engine.importing.tables import known


def _problem(problem: Problem | None) -> tuple[str, tuple[object, ...]]:
    assert problem is not None
    return str(problem.code), problem.candidates


@pytest.mark.parametrize(
    "cell", ["3", 3, 3.0, "meeting", "Первая встреча", "ПЕРВАЯ  ВСТРЕЧА", "3. Первая встреча", "Этап 3", "3 этап", "First meeting", "3 - First meeting"]
)  # fmt: skip
def test_a_stage_is_known_by_its_key_its_number_and_its_name_in_either_language(cell: Cell) -> None:
    assert known().stages.read(cell).value == "meeting"


@pytest.mark.parametrize(
    ("cell", "stage"), [("Встреча", "meeting"), ("Оцнка", "estimate"), ("Подготовк", "preparation"), ("2. Первая встреча", "meeting")]
)  # fmt: skip
def test_a_slip_in_a_stages_name_is_proposed_and_not_taken(cell: str, stage: str) -> None:
    read = known().stages.read(cell)
    assert read.value is None
    code, candidates = _problem(read.problem)
    assert (code, candidates[0]) == ("close_choice", stage)


@pytest.mark.parametrize("cell", ["Согласование", "99", "ab"])
def test_a_stage_that_the_process_doesnt_have_is_refused(cell: str) -> None:
    assert _problem(known().stages.read(cell).problem) == ("unknown_choice", ())


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("в работе", "open"), ("Новый", "open"), ("In progress", "open"), ("выигран", "won"), ("ВЫИГРАНА", "won"), ("Договор подписан", "won"),
        ("won", "won"), ("Closed Won", "won"), ("отказ", "lost"), ("Проиграна", "lost"), ("closed-lost", "lost"), ("не наш", "declined"), ("дубль", "duplicate"), ("Спам", "spam"),
    ],
)  # fmt: skip
def test_people_have_many_words_for_how_a_deal_stands(word: str, status: str) -> None:
    assert STATUSES.read(word).value == status


def test_a_closed_deal_was_won_or_lost_or_declined_and_somebody_has_to_say() -> None:
    assert _problem(STATUSES.read("Закрыта").problem) == ("ambiguous_choice", ("won", "lost", "declined"))


@pytest.mark.parametrize(
    ("cell", "value"), [("да", True), ("НЕТ", False), (True, True), (False, False), (1, True), (0.0, False), ("+", True), ("yes", True), (None, None)]
)  # fmt: skip
def test_yes_and_no_are_said_in_many_ways(cell: Cell, value: object) -> None:
    read = read_yes_no(cell)
    assert (read.value, read.problem) == (value, None)


def test_maybe_is_neither() -> None:
    assert _problem(read_yes_no("может быть").problem)[0] == "unknown_choice"


names = st.text("абвгдеё xyz1-", min_size=1, max_size=12)


@given(
    st.dictionaries(st.text("klmn", min_size=1, max_size=3), st.lists(names, max_size=3), max_size=5),
    st.data(),
)
def test_nothing_is_taken_but_what_has_that_very_name(
    lists: dict[str, list[str]], data: st.DataObject
) -> None:
    every = sorted({name for key, called in lists.items() for name in (key, *called)} | {"нечто"})
    said = data.draw(st.sampled_from(every) | names)
    read = Choices(lists).read(said)

    def letters(text: str) -> str:
        return " ".join(
            "".join(letter if letter.isalnum() else " " for letter in text.replace("ё", "е")).split()
        )

    if read.value is not None:
        assert letters(said) in {
            letters(name) for name in (read.value, *lists[str(read.value)]) if isinstance(name, str)
        }
    elif read.problem is not None:
        assert {*read.problem.candidates} <= lists.keys()


@given(st.text(max_size=30) | st.floats() | st.integers() | st.dates())
def test_nothing_makes_the_reader_fail(cell: Cell) -> None:
    for choices in (STATUSES, known().stages):
        read = choices.read(cell)
        assert read.value is None or read.problem is None
