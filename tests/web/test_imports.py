"""The pages by which a table comes in: handed in, settled, looked through, brought in, taken back, given back."""

import io
import re
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from svyazka.presale.clients.models import Client as ClientRow
from svyazka.presale.deals.models import Deal
from svyazka.presale.imports.models import Draft, Import
from tests.company import Company, accepted_deal, whole_request
from tests.registers import handed_in, looked_at, settled, text_of, work
from tests.web.visitors import browser_of, queries, read

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R45")]


def handing_in(browser: Client, data: bytes, name: str = "воронка.csv") -> Any:
    return browser.post("/imports/file/", {"table": SimpleUploadedFile(name, data)})


def draft_page(draft: int, rest: str = "") -> str:
    return f"/imports/tables/{draft}/{rest}"


def lines_of(page: str) -> list[str]:
    """The rows of the preview, as words."""
    body = re.findall(r"<tr>\n\s*<th scope=\"row\" class=\"figure-cell\">(.*?)</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in body]


def test_a_table_is_handed_in_settled_looked_through_and_brought_in(company: Company) -> None:
    browser = browser_of(company.dispatcher)
    assert "/imports/" in read(browser, "/window/")
    answer = handing_in(browser, text_of())
    assert answer.status_code == 303
    columns = read(browser, answer["Location"])
    draft = Draft.objects.get().pk
    for head in ("Дата обращения", "Компания", "ООО «Лютик»"):
        assert head in columns
    assert '<option value="client" selected>' in columns
    form = {f"column-{place}": field for place, field in enumerate(_guessed(columns))}
    assert browser.post(answer["Location"], form)["Location"] == draft_page(draft)
    assert "Each row is read" in read(browser, draft_page(draft))
    work()
    page = read(browser, draft_page(draft))
    rows = lines_of(page)
    assert [row.split()[0] for row in rows] == ["2", "3", "4", "5"]
    assert "a new deal" in rows[0]
    assert "nobody here is called so" in rows[1]
    assert "as row 2" in rows[2]
    assert "there is no such day" in rows[3]
    assert not Deal.objects.exists()
    browser.post(draft_page(draft, "bring-in/"))
    work()
    made = read(browser, draft_page(draft))
    assert "1 deal is brought in" in made
    assert "3 rows were left out" in made
    assert Deal.objects.get().client.name == "ООО «Ромашка»"


def _guessed(page: str) -> list[str]:
    selects = re.findall(r"<select.*?</select>", page, re.DOTALL)
    return [(re.search(r'value="(\w*)" selected', one) or [None, ""])[1] or "" for one in selects]


def test_what_is_left_out_is_a_workbook_with_the_reason_last_and_comes_back_mended(company: Company) -> None:
    us, browser = company.dispatcher, browser_of(company.dispatcher)
    draft = looked_at(us)
    answer = browser.get(draft_page(draft, "left-out/"))
    assert "attachment" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][-1] == "Why the row was left out"
    assert [row[0] for row in rows[1:]] == ["18", "19", "20"]
    assert "the same request as in row 2" in str(rows[2][-1])
    assert rows[1][4] == "=1+1 склада"
    assert sheet.cell(2, 5).data_type == "s"
    sheet.cell(4, 2).value = "28.02.2026"
    mended = io.BytesIO()
    book.save(mended)
    again = handing_in(browser, mended.getvalue(), "поправлено.xlsx")
    shown = read(browser, again["Location"])
    browser.post(again["Location"], {f"column-{at}": field for at, field in enumerate(_guessed(shown))})
    work()
    newest = Draft.objects.latest("pk").pk
    assert [("a new deal" in row) for row in lines_of(read(browser, draft_page(newest)))] == [
        False,
        True,
        True,
    ]


def test_words_that_nobody_bears_are_settled_on_the_page(company: Company) -> None:
    browser = browser_of(company.dispatcher)
    draft = looked_at(company.dispatcher)
    page = read(browser, draft_page(draft))
    assert "“Сидоров”" in page
    assert 'list="people"' in page
    wrong = browser.post(draft_page(draft, "words/"), {"word-0": "Пушкин", "said-0": "Сидоров"})
    assert wrong.status_code == 422
    name = re.findall(r'<option value="([^"]*Серова[^"]*)"', page)[0]
    browser.post(draft_page(draft, "words/"), {"word-0": name, "said-0": "Сидоров"})
    work()
    assert "a new deal" in lines_of(read(browser, draft_page(draft)))[1]


def test_a_request_that_is_here_is_offered_with_its_deal_and_comes_in_if_somebody_says_so(
    company: Company,
) -> None:
    whole_request(company, company="ООО «Ромашка»", inn="5408130693", request="Учёт партий")
    number = Deal.objects.get().number
    browser = browser_of(company.dispatcher)
    draft = looked_at(company.dispatcher)
    page = read(browser, draft_page(draft) + "?show=ours")
    assert number in lines_of(page)[0]
    answer = browser.post(
        draft_page(draft, "choices/"), {"shown": ["2", "4"], "row-2": "on", "show": "ours", "page": "1"}
    )
    assert answer["Location"] == draft_page(draft) + "?show=ours&page=1"
    assert 'name="row-2" checked' in read(browser, answer["Location"])
    browser.post(draft_page(draft, "bring-in/"))
    work()
    assert Deal.objects.count() == 2


def test_what_is_typed_into_the_addresses_of_a_table_never_leads_elsewhere(company: Company) -> None:
    browser = browser_of(company.dispatcher)
    draft = looked_at(company.dispatcher)
    form = {"show": "//evil.example\r\nX: 1", "page": "-5", "shown": ["²", "2" * 40], "cell-2-client": "mine"}
    answer = browser.post(draft_page(draft, "choices/"), form)
    assert answer["Location"] == draft_page(draft) + "?page=1"
    assert browser.get(draft_page(draft) + "?show=%00&page=99999").status_code == 200
    assert browser.get(draft_page(draft, "columns/?sheet=7")).status_code == 404
    assert browser.get(draft_page(draft, "columns/?header=999")).status_code == 404


def test_an_import_is_taken_back_on_its_page_and_what_was_worked_on_only_if_asked(company: Company) -> None:
    browser = browser_of(company.dispatcher)
    draft = looked_at(company.dispatcher)
    browser.post(draft_page(draft, "bring-in/"))
    work()
    made = Import.objects.get().pk
    Deal.objects.update(revision=5)
    answer = browser.post(f"/imports/{made}/take-back/", follow=True)
    assert "Somebody has worked on deals" in answer.content.decode()
    answer = browser.post(f"/imports/{made}/take-back/", {"worked_on": "on"}, follow=True)
    assert "1 deal is taken back" in answer.content.decode()
    assert Deal.objects.get().status == "withdrawn"
    assert not ClientRow.objects.exclude(inn="").exists()


def test_our_workbook_comes_back_with_one_cell_changed_and_only_that_changes(company: Company) -> None:
    browser = browser_of(company.administrator)
    deal = accepted_deal(company)
    other = accepted_deal(company, inn="5024002119", company="ООО «Лютик»")
    before = {row.pk: row.revision for row in Deal.objects.all()}
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/imports/workbook/").content))
    sheet = book["Funnel"]
    heads = {cell.value: cell.column or 0 for cell in sheet[1]}
    row = next(cell.row or 0 for cell in sheet["A"] if cell.value == Deal.objects.get(pk=deal).number)
    sheet.cell(row, heads["Budget"]).value = "7 миллионов"
    told = io.BytesIO()
    book.save(told)
    answer = handing_in(browser, told.getvalue(), "svyazka.xlsx")
    columns = read(browser, answer["Location"])
    assert "our own mark of the deal" in columns
    form = dict(re.findall(r'name="(column-\d+)" value="(\w+)"', columns))
    for block in re.findall(r"<select.*?</select>", columns, re.DOTALL):
        name = re.search(r'name="(column-\d+)"', block)
        chosen = re.search(r'value="(\w+)" selected', block)
        assert name
        form[name[1]] = chosen[1] if chosen else ""
    browser.post(answer["Location"], form)
    work()
    page = read(browser, draft_page(Draft.objects.get().pk))
    (line,) = lines_of(page)
    assert "gets other values" in line
    assert "7 миллионов" in line
    (same,) = lines_of(read(browser, draft_page(Draft.objects.get().pk) + "?show=same"))
    assert "nothing new" in same
    browser.post(draft_page(Draft.objects.get().pk, "bring-in/"))
    work()
    assert Deal.objects.get(pk=deal).intake["answers"]["budget"] == "7 миллионов"
    assert Deal.objects.get(pk=other).revision == before[other]
    assert "1 deal of ours has got other values" in read(browser, draft_page(Draft.objects.get().pk))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 nothing", "This is no table"),
        (b"", "no rows in the file"),
        (b"PK\x03\x04 broken", "damaged"),
    ],
)
def test_a_file_that_is_no_table_is_refused_beside_its_box(company: Company, data: bytes, words: str) -> None:
    answer = handing_in(browser_of(company.dispatcher), data, "воронка.xlsx")
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Draft.objects.exists()


def test_an_enormous_form_is_refused_before_it_is_read(company: Company) -> None:
    answer = browser_of(company.dispatcher).post(
        "/imports/file/",
        data=b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(1 << 30),
    )
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()


def test_what_stands_in_cells_is_never_markup(company: Company) -> None:
    evil = "<img src=x onerror=alert(1)>"
    lines = [f'1;07.09.2026;{evil};;"{evil}";{evil};{evil};в работе']
    draft = looked_at(company.dispatcher, lines)
    browser = browser_of(company.dispatcher)
    for rest in ("", "columns/"):
        page = read(browser, draft_page(draft, rest))
        assert evil not in page
        assert "&lt;img" in page


def test_the_preview_costs_as_many_queries_for_a_long_table_as_for_a_short_one(company: Company) -> None:
    browser = browser_of(company.dispatcher)
    counts = []
    for rows in (30, 700):
        lines = [f"{n};07.09.2026;ООО «Ромашка {n}»;;Учёт {n};;;в работе" for n in range(rows)]
        draft = looked_at(company.dispatcher, lines)
        counts.append(queries(browser, draft_page(draft) + "?page=2"))
    assert counts[0] == counts[1]


def test_columns_that_make_no_sense_are_told_beside_them(company: Company) -> None:
    browser = browser_of(company.dispatcher)
    draft = handed_in(company.dispatcher)
    answer = browser.post(draft_page(draft, "columns/"), {"column-0": "client", "column-1": "client"})
    assert answer.status_code == 422
    assert "can’t be the same" in answer.content.decode()
    settled(draft, company.dispatcher)
    for late in ("drop/", "words/", "choices/", "bring-in/"):
        told = browser.post(draft_page(draft, late), follow=True).content.decode()
        assert "being worked on right now" in told
    assert Draft.objects.exists()
    work()
    assert browser.post(draft_page(draft, "drop/")).status_code == 303
    assert not Draft.objects.exists()


def test_moments_with_an_hour_are_shown_and_given_back(company: Company) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (
        ["Компания", "Запрос", "Дата обращения", "Менеджер"],
        ["ООО «Р»", "Учёт", datetime.fromisoformat("2026-03-04T15:30"), "Никто"],
        ["ООО «Р»", "Учёт", "04.03.2026 16:45", ""],
    ):
        sheet.append(line)
    told = io.BytesIO()
    book.save(told)
    browser = browser_of(company.dispatcher)
    answer = handing_in(browser, told.getvalue(), "a.xlsx")
    columns = read(browser, answer["Location"])
    assert "15:30" in columns
    browser.post(answer["Location"], {f"column-{at}": field for at, field in enumerate(_guessed(columns))})
    work()
    draft = Draft.objects.get().pk
    assert "16:45" in read(browser, draft_page(draft))
    assert browser.get(draft_page(draft, "left-out/")).status_code == 200


def test_a_word_of_two_lines_is_settled_as_a_browser_sends_it_and_asked_again_if_wanted(
    company: Company,
) -> None:
    browser = browser_of(company.dispatcher)
    draft = looked_at(company.dispatcher, ['1;07.09.2026;ООО «А»;;Учёт;"Иванов\nПетров";;'])
    browser.post(draft_page(draft, "words/"), {"word-0": "—", "said-0": "Иванов\r\nПетров"})
    work()
    page = read(browser, draft_page(draft))
    assert "a new deal" in lines_of(page)[0]
    assert "1 name is settled" in page
    browser.post(draft_page(draft, "words/"), {"again-0": "on"})
    work()
    assert "a new deal" not in lines_of(read(browser, draft_page(draft)))[0]
