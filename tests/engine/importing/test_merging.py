"""An edited export changes what its author changed, and nothing that somebody else has changed since."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.importing.codes import Code
from svyazka.engine.importing.merging import (
    UNKNOWN,
    VERDICTS,
    Base,
    FileRow,
    Preview,
    Side,
    Values,
    merge,
    preview,
)
from svyazka.engine.importing.values import Problem, Read, Value, refused

FIELDS = ("client", "due", "note")
values: st.SearchStrategy[Value | None] = st.none() | st.sampled_from(
    ("a", "b", "c", 1, True, Decimal(1), date(2026, 3, 5), datetime.fromisoformat("2026-03-05"))
)
bases: st.SearchStrategy[Base] = values | st.just(UNKNOWN)
rows_of_values = st.dictionaries(st.sampled_from(FIELDS), values)
registers = st.dictionaries(st.sampled_from("pqrs"), rows_of_values, max_size=4)


def file_of(register: Mapping[str, Values]) -> list[FileRow]:
    """What an export of the register is read as."""
    return [
        FileRow(line, mark, {field: Read(value, str(value or "")) for field, value in cells.items()})
        for line, (mark, cells) in enumerate(register.items(), 2)
    ]


def applied(found: Preview, register: Mapping[str, Values], decided: Mapping[str, Side]) -> dict[str, Values]:
    """The register after the import."""
    changes = {row.id: row.changes(decided) for row in found.rows if row.id is not None}
    return {mark: {**cells, **changes.get(mark, {})} for mark, cells in register.items()}


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "verdict"),
    [
        ("a", "a", "a", "same"),
        ("a", "a", "b", "take"),
        ("a", "b", "a", "keep"),
        ("a", "b", "b", "same"),
        ("a", "b", "c", "conflict"),
        ("a", "a", None, "take"),
        ("a", None, "a", "keep"),
        ("a", None, "b", "conflict"),
        (None, None, "a", "take"),
        (UNKNOWN, "a", "a", "same"),
        (UNKNOWN, "a", "b", "conflict"),
        (1, 1, True, "take"),
    ],
)
def test_the_side_that_changed_a_cell_wins_and_two_that_did_ask_a_human(
    base: Base, ours: Value | None, theirs: Value | None, verdict: str
) -> None:
    assert merge(base, ours, theirs) == verdict


@given(bases, values, values)
def test_no_value_is_lost(base: Base, ours: Value | None, theirs: Value | None) -> None:
    verdict = merge(base, ours, theirs)
    kept = {"same": [ours], "take": [theirs], "keep": [ours], "conflict": [ours, theirs]}[verdict]
    for value in (ours, theirs):
        assert any(type(value) is type(other) and value == other for other in (*kept, base))


@given(bases, values, values)
def test_which_side_is_called_ours_doesnt_matter(
    base: Base, ours: Value | None, theirs: Value | None
) -> None:
    mirrored = {"take": "keep", "keep": "take"}
    verdict = merge(base, ours, theirs)
    assert merge(base, theirs, ours) == mirrored.get(verdict, verdict)


@pytest.mark.requirement("R45")
@given(registers)
def test_an_export_brought_back_untouched_changes_nothing(register: Mapping[str, Values]) -> None:
    found = preview(file_of(register), ours=register, base=register)
    assert {row.verdict for row in found.rows} <= {"same"}
    assert applied(found, register, {}) == register


@given(registers, registers)
def test_an_export_brought_back_untouched_keeps_what_we_changed_since(
    base: Mapping[str, Values], ours: Mapping[str, Values]
) -> None:
    found = preview(file_of(base), ours=ours, base=base)
    assert {row.verdict for row in found.rows if row.id in ours} <= {"same"}
    assert applied(found, ours, {}) == ours


@given(
    registers,
    registers,
    registers,
    st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(("ours", "theirs"))),
)
def test_bringing_a_file_in_a_second_time_changes_nothing_more(
    base: Mapping[str, Values],
    ours: Mapping[str, Values],
    theirs: Mapping[str, Values],
    decided: dict[str, Side],
) -> None:
    once = applied(preview(file_of(theirs), ours=ours, base=base), ours, decided)
    again = preview(file_of(theirs), ours=once, base=base)
    assert applied(again, once, decided) == once
    assert not any(cell.verdict == "take" for row in again.rows for cell in row.cells)


@given(registers, registers, registers, st.randoms())
def test_the_order_of_rows_and_columns_doesnt_matter(
    base: Mapping[str, Values], ours: Mapping[str, Values], theirs: Mapping[str, Values], chance: Random
) -> None:
    rows = file_of(theirs)
    shuffled = [
        FileRow(row.line, row.id, dict(chance.sample([*row.cells.items()], len(row.cells))))
        for row in chance.sample(rows, len(rows))
    ]
    one, other = (preview(file, ours=ours, base=base) for file in (rows, shuffled))
    assert one.counts == other.counts
    assert {row.id: row for row in one.rows} == {row.id: row for row in other.rows}


def test_a_column_that_was_taken_out_of_the_file_empties_nothing() -> None:
    register: Mapping[str, Values] = {"p": {"client": "a", "note": "b"}}
    found = preview([FileRow(2, "p", {"client": Read("a", "a")})], ours=register, base=register)
    assert found.rows[0].verdict == "same"
    assert applied(found, register, {}) == register


def test_each_row_has_its_verdict_and_they_are_counted() -> None:
    cells = {"client": "a", "note": "x"}
    base: Mapping[str, Values] = dict.fromkeys(
        ("same", "changed", "conflict", "refused", "gone", "erased"), cells
    )
    ours: Mapping[str, Values] = {**base, "conflict": {"client": "b", "note": "x"}}
    ours = {mark: row for mark, row in ours.items() if mark != "erased"}
    same, changed = Read("a", "a"), Read("c", "c")
    bad = refused(Code.BAD_INN, "12")
    rows = [
        FileRow(2, "same", {"client": same}),
        FileRow(3, "changed", {"client": changed}),
        FileRow(4, "conflict", {"client": changed}),
        FileRow(5, "refused", {"client": changed, "inn": bad}),
        FileRow(6, None, {"client": changed}),
        FileRow(7, None, {"client": changed, "inn": bad}),
        FileRow(8, "foreign", {"client": changed}),
        FileRow(9, None, {"client": Read(None, "")}),
    ]
    found = preview(rows, ours=ours, base=base)
    assert [(row.line, row.verdict) for row in found.rows] == [
        (2, "same"), (3, "changed"), (4, "conflict"), (5, "refused"), (6, "new"), (7, "refused"), (8, "refused"), (9, "same"), (None, "gone"),
    ]  # fmt: skip
    assert found.counts == {"new": 1, "changed": 1, "same": 2, "conflict": 1, "refused": 3, "gone": 1}
    assert [*found.counts] == [*VERDICTS]
    assert found.rows[3].problems == (Problem(Code.BAD_INN, "12"),)
    assert found.rows[3].changes() == {"client": "c"}
    assert found.rows[6].problems == (Problem(Code.UNKNOWN_ROW, "foreign"),)
    assert found.rows[4].changes() == {"client": "c"}


def test_a_conflict_is_ours_until_somebody_decides() -> None:
    found = preview(
        [FileRow(2, "p", {"note": Read("c", "c")})], ours={"p": {"note": "b"}}, base={"p": {"note": "a"}}
    )
    (row,) = found.rows
    assert row.verdict == "conflict"
    assert row.changes() == row.changes({"note": "ours"}) == {}
    assert row.changes({"note": "theirs"}) == {"note": "c"}


def test_a_row_that_stands_twice_in_the_file_changes_nothing() -> None:
    register: Mapping[str, Values] = {"p": {"note": "a"}}
    twice = [FileRow(line, "p", {"note": Read(str(line), str(line))}) for line in (2, 3)]
    found = preview(twice, ours=register, base=register)
    assert [row.problems for row in found.rows] == [(Problem(Code.ROW_TWICE, "p"),)] * 2
    assert applied(found, register, {}) == register


def test_rows_that_the_export_never_showed_arent_gone() -> None:
    register: Mapping[str, Values] = {"p": {}, "q": {}}
    assert [row.id for row in preview([], ours=register, base=register, shown=["q"]).rows] == ["q"]
