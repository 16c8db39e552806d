"""Tables as text come in whatever encoding and delimiter they have; our own CSV comes back as it was written."""

from typing import Literal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from svyazka.presale.imports.reading.books import read_book
from svyazka.presale.imports.reading.cells import ERRORS, cleaned
from svyazka.presale.imports.reading.values import LONGEST, MOST_COLUMNS, Unreadable
from svyazka.speech.tables import Column, Table, as_csv, as_xlsx
from tests.presale.imports.files import cells_of, here

LEADS = "Клиент;Сумма;Заметка\nЗавод;1250,50;«ждут КП»\nЛес, ООО;7;\n"
READ = [("Клиент", "Сумма", "Заметка"), ("Завод", "1250,50", "«ждут КП»"), ("Лес, ООО", "7", None)]


@pytest.mark.requirement("R45")
@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("cp1251", "cp1251")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_comes_in_whatever_encoding_it_has(encoding: str, said: str, end: str) -> None:
    book = here(LEADS.replace("\n", end).encode(encoding), "Сделки.txt")
    assert (book.kind, book.encoding, book.delimiter, book.sheets[0].name) == ("csv", said, ";", "Сделки")
    assert cells_of(book) == READ


def test_utf_16_of_either_end_comes_in() -> None:
    for mark, coding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert cells_of(here(mark + LEADS.encode(coding))) == READ


@pytest.mark.parametrize(
    ("text", "delimiter", "first"),
    [
        ("a;b\n1,5;2,5\n3,1;4,2\n", ";", ("a", "b")),
        ("1,5;2,5\n3,1;4,2\n", ";", ("1,5", "2,5")),
        ("a,b,c\n1,2;3,4\n5,6,7\n", ",", ("a", "b", "c")),
        ("a\tb\nx, y; z\tw\n", "\t", ("a", "b")),
        ("a|b\n1|2\n", "|", ("a", "b")),
        ('name,note\n1,"x;y"\n2,"z;w"\n', ",", ("name", "note")),
        ('1,"x;y"\n2,"z;w"\n', ",", ("1", "x;y")),
        ('a;b\n"one\nmore, and, more";2\n', ";", ("a", "b")),
        ("Отчёт за март\n\na;b;c\n1;2;3\n4;5;6\n", ";", ("Отчёт за март", None, None)),
        ("Завод\nЛес\n", "\t", ("Завод",)),
    ],
)
def test_the_delimiter_is_the_one_that_makes_equal_rows(
    text: str, delimiter: str, first: tuple[str | None, ...]
) -> None:
    book = here(text.encode())
    assert book.delimiter == delimiter
    assert cells_of(book)[0] == first


def test_the_delimiter_is_found_though_the_first_lines_are_long() -> None:
    first, second = "x" * 9000, '"' + "y,\n" * 3000 + '"'
    rows = "".join(f"{first};{second};{number}\n" for number in range(20))
    assert [row[2] for row in cells_of(here(rows.encode()))] == [str(number) for number in range(20)]


def test_the_delimiter_that_excel_has_named_is_taken() -> None:
    book = here(b"sep=|\r\na;b|c;d\r\n")
    assert (cells_of(book), book.sheets[0].rows[0].number) == ([("a;b", "c;d")], 1)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    rows = here(b'a;b\n"two\nlines";1\n\n;;\nlast;2\n;;;;\n\n').sheets[0].rows
    assert [(row.number, row.cells) for row in rows] == [
        (1, ("a", "b")), (2, ("two\nlines", "1")), (3, (None, None)), (4, (None, None)), (5, ("last", "2")),
    ]  # fmt: skip


def test_an_error_of_a_spreadsheet_is_empty_and_is_told_of() -> None:
    book = here("a;b\n#ДЕЛ/0!;#3\n".encode())
    assert (cells_of(book), book.warnings) == ([("a", "b"), (None, "#3")], ("error_cells",))


def test_a_quote_that_is_never_closed_is_refused_with_its_row() -> None:
    with pytest.raises(Unreadable) as refused:
        here(b'a;b\n1;2\n"3;4\n5;6\n')
    assert (refused.value.code, refused.value.params) == ("broken", {"row": 3})


@pytest.mark.parametrize("length", [LONGEST + 1, 200_000])
def test_a_cell_longer_than_any_of_excel_is_refused_with_its_row(length: int) -> None:
    with pytest.raises(Unreadable) as refused:
        here(f"a;b\n1;{'ы' * length}\n".encode())
    assert (refused.value.code, refused.value.params) == ("cell_too_long", {"limit": LONGEST, "row": 2})
    assert cells_of(here(f"1;{'ы' * LONGEST}\n".encode()))[0][1] == "ы" * LONGEST


def test_too_many_columns_and_rows_are_refused_unless_they_are_empty() -> None:
    with pytest.raises(Unreadable, match="too_many_columns"):
        here(b"a;" * MOST_COLUMNS + b"b\n")
    assert len(cells_of(here(b"a;" * MOST_COLUMNS + b";;;\n"))[0]) == MOST_COLUMNS
    with pytest.raises(Unreadable, match="too_many_rows"):
        here(b"1;2\n" * 200_000)
    assert len(here(b"1;2\n" * 100_001 + b";\n" * 100_000).sheets[0].rows) == 100_001


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj << >> endobj\n",
        b"{\\rtf1 Dear}",
        b"<html><table><tr><td>1</td></tr></table></html>",
        b"\n<?xml version='1.0'?><Workbook/>",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "a;b\n".encode("utf-16-le"),
        "a;b\n".encode("utf-32"),
        bytes(range(1, 32)) * 3,
        b"\x98 is no letter of CP1251",
        b"\xff\xfea",
        b"\xef\xbb\xbf\xff",
    ],
)
def test_what_is_no_table_is_not_taken_for_one(data: bytes) -> None:
    with pytest.raises(Unreadable, match="not_a_table"):
        here(data)


_TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(
    "=+-@,;|\t\n\"' ж5＝", max_size=20
)


@pytest.mark.requirement("R45")
@given(st.lists(st.tuples(_TYPED, _TYPED), max_size=6), st.sampled_from(["ru", "en"]))
def test_a_table_that_we_wrote_comes_back_as_it_was(
    rows: list[tuple[str, str]], language: Literal["ru", "en"]
) -> None:
    table = Table("Сделки", (Column("Клиент"), Column("Сумма")), [*rows, ("Конец", "5")])
    with translation.override(language):
        files = as_csv(table), as_xlsx(table)
    # both write a replacement for what neither can hold
    told = [tuple(_readable(cell) for cell in row) for row in [("Клиент", "Сумма"), *rows, ("Конец", "5")]]
    for data in files:
        assert cells_of(here(data)) == told


def _readable(cell: str) -> str | None:
    plain = cell.replace("\r\n", "\n").replace("\r", "\n")
    seen = cleaned(
        "".join(
            "\ufffd" if (letter < " " and letter not in "\t\n") or letter in "\ufffe\uffff" else letter
            for letter in plain
        )
    )
    return None if not seen or seen in ERRORS else seen


def test_formulas_that_we_made_harmless_are_texts_again() -> None:
    typed = ["=1+1", "'=1", "''=1", " =x", "a,-b;+c", "+7 916 765-43-21", "'просто", "O'Brien", "-5", "x\n=y"]
    table = Table("Сделки", (Column("Клиент"),), [(text,) for text in typed])
    assert [row[0] for row in cells_of(read_book(as_csv(table), "a.csv"))[1:]] == [
        text.strip() for text in typed
    ]
