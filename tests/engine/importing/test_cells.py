"""A column is read as its field; what was written out is read back as itself."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.importing.cells import Known, read_answer, read_column, read_text, read_word, reader_of
from svyazka.engine.importing.choices import Choices
from svyazka.engine.importing.codes import Code
from svyazka.engine.importing.fields import FIELDS
from svyazka.engine.importing.values import EMPTY, LONGEST, Cell, Read, text_of
from tests.engine.importing.tables import IVANOV, known

some_cells: st.SearchStrategy[Cell] = (
    st.none() | st.text(max_size=15) | st.sampled_from(["-", "05.03.2026", "5/3/2026", "25/3/2026", "Иванов", "3", "#N/A", "7707083893"])
    | st.integers(-5, 10**13) | st.floats(allow_nan=False) | st.booleans() | st.dates() | st.datetimes() | st.times() | st.timedeltas()
)  # fmt: skip
ONE_OF_EACH = {kind: field for field, kind in FIELDS.items()}.values()
"""A field of each kind: those of one kind are read alike."""


@pytest.mark.parametrize("field", ONE_OF_EACH)
@given(column=st.lists(some_cells, max_size=8))
def test_every_cell_is_read_or_refused_and_its_words_are_kept(field: str, column: list[Cell]) -> None:
    reads = read_column(field, column, known())
    assert [read.said_as for read in reads] == [text_of(cell) for cell in column]
    for read in reads:
        assert read.problem is None or read.value is None
        assert read.problem is None or read.problem.said == read.said_as
        assert read.said_as or read == EMPTY


@pytest.mark.parametrize("field", ONE_OF_EACH)
@given(column=st.lists(some_cells, max_size=8))
def test_a_cell_that_repeats_is_read_as_if_it_stood_alone(field: str, column: list[Cell]) -> None:
    settled = Known(known().people, known().stages, order="day_first")
    read = reader_of(field, settled)
    doubled = [*column, *column]
    assert read_column(field, doubled, settled) == [read(cell) for cell in doubled]


@pytest.mark.parametrize("field", ONE_OF_EACH)
@given(column=st.lists(some_cells, max_size=8))
@pytest.mark.requirement("R45")
def test_a_value_that_was_read_is_read_as_itself(field: str, column: list[Cell]) -> None:
    if FIELDS[field] == "person":  # an id is written out as a name
        return
    for value in [read.value for read in read_column(field, column, known())]:
        assert read_column(field, [value], known())[0].value == value


def test_slashed_days_of_a_column_follow_the_one_that_shows_their_order() -> None:
    assert [read.value for read in read_column("due", ["5/3/2026", "25/3/2026"], known())] == [
        date(2026, 3, 5),
        date(2026, 3, 25),
    ]
    assert read_column("due", ["5/3/2026"], known())[0].problem is not None
    told = Known(order="month_first")
    assert read_column("due", ["5/3/2026", "25.3.2026"], told)[0].value == date(2026, 5, 3)


def test_one_and_true_and_a_word_are_told_apart_in_a_column() -> None:
    reads = read_column("contract_sum", [1, True, 1.0, "1", Decimal(1)], known())
    assert [read.value for read in reads] == [Decimal(1), None, Decimal(1), Decimal(1), Decimal(1)]


def test_a_field_may_have_a_list_of_its_own() -> None:
    settled = Known(lists={"reason": Choices({"client_side.frozen": ["Проект заморожен"]})})
    assert read_column("reason", ["проект заморожен"], settled)[0].value == "client_side.frozen"


def test_people_and_stages_are_those_of_the_table_it_is_read_against() -> None:
    assert read_column("manager", ["Иванов"], known())[0].value == IVANOV
    assert read_column("manager", ["Иванов"], Known())[0].problem is not None
    assert read_column("stage", ["Оценка"], known())[0].value == "estimate"


def test_a_text_is_kept_with_its_lines_and_without_what_nobody_sees() -> None:
    assert read_text(" a\r\nb\u200b\x00 ").value == "a\nb"
    assert read_text("нет").value == "нет"
    assert read_word("17\n/  26").value == "17 / 26"
    assert read_answer("уточнить") == Read(None, "уточнить", is_mended=True)


def test_a_text_that_is_too_long_or_a_failed_formula_isnt_cut_but_refused() -> None:
    assert read_text("я" * LONGEST).value == "я" * LONGEST
    problems = [read_text(text).problem for text in ("я" * (LONGEST + 1), "#ССЫЛКА!", "# важно")]
    assert [problem and problem.code for problem in problems] == [Code.TOO_LONG, Code.FORMULA_ERROR, None]


def test_a_field_that_there_isnt_cant_be_read() -> None:
    with pytest.raises(KeyError):
        read_column("moon", ["x"], known())
