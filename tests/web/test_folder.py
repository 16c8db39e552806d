"""The deal's folder in the browser: put in without script, given out inert, removed with a reason."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from svyazka.presale.deals.seats import appoint
from svyazka.presale.documents.commands import file_document
from svyazka.presale.documents.models import Document
from svyazka.presale.documents.queries import folder_of
from svyazka.presale.journal.queries import latest_entry_id
from tests.company import TUESDAY, Company, accepted_deal
from tests.documents import PDF, filed
from tests.web.visitors import browser_of, queries, read

PAGE = "/deals/2026-0001/"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path / "files"
    with time_machine.travel(TUESDAY, tick=False):
        yield tmp_path / "files"


@pytest.fixture
def deal(company: Company) -> int:
    return accepted_deal(company)


def some(name: str, content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def is_unread(answer: Any) -> bool:
    return answer.wsgi_request._read_started is False


def saved(browser: Client, document: int) -> bytes:
    return b"".join(browser.get(f"{PAGE}files/{document}/"))


def names(deal: int, company: Company) -> list[str]:
    return [row.name for row in folder_of(deal, viewer=company.administrator)]


def test_the_window_shows_the_files_of_a_request_to_whom_may_read_them(company: Company, deal: int) -> None:
    filed(deal, company.dispatcher, "ТЗ.pdf")
    page = read(browser_of(company.dispatcher), "/window/2026-0001/")
    assert re.search(rf'href="{PAGE}files/\d+/" download>ТЗ.pdf</a>', page)
    assert "ТЗ.pdf" not in read(browser_of(company.programmer), "/window/2026-0001/")


@pytest.mark.requirement("R43")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_several_files_are_put_in_at_once_without_script(company: Company, deal: int, language: str) -> None:
    browser = browser_of(company.manager, language)
    form = read(browser, f"{PAGE}?open=file")
    assert 'enctype="multipart/form-data"' in form
    assert 'type="file"' in form
    answer = browser.post(
        f"{PAGE}file/", {"files": [some("Смета.pdf"), some("Анкета.txt", "сорок мест".encode())]}, follow=True
    )
    said = {"ru": "2 файла в папке.", "en": "2 files are in the folder."}[language]
    page = answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert said in page
    assert page.index("Анкета.txt") < page.index("Смета.pdf"), "the newest first"
    assert {"ru": "19 байт", "en": "19 bytes"}[language] in page
    assert {"ru": "Новый файл в папке", "en": "A new file is in the folder"}[language] in page


def test_with_script_the_panels_change_in_place(company: Company, deal: int) -> None:
    answer = browser_of(company.manager).post(
        f"{PAGE}file/", {"files": some("Смета.pdf")}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "1 file is in the folder." in answer.headers["HX-Trigger"]
    assert answer.content.decode().startswith('<div id="deal"')


def test_what_cannot_be_taken_is_named_and_the_rest_is_in(company: Company, deal: int, settings: Any) -> None:
    settings.FOLDER_FILE_LIMIT = 2 << 20
    sent = [some("empty.txt", b""), some("Смета.pdf"), some("large.zip", b"x" * (3 << 20))]
    answer = browser_of(company.manager).post(f"{PAGE}file/", {"files": sent})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "empty.txt: The file is empty." in page
    assert "large.zip: The file is larger than 2 MB." in page
    assert "1 file is in the folder." in page
    assert names(deal, company) == ["Смета.pdf"]


@pytest.mark.parametrize("sent", [{}, {"files": ""}, {"files": "words"}])
def test_who_chose_nothing_is_asked_to(company: Company, deal: int, sent: dict[str, str]) -> None:
    answer = browser_of(company.manager).post(f"{PAGE}file/", sent)
    assert answer.status_code == 422
    assert "Choose at least one file." in answer.content.decode()


def test_more_than_one_form_may_carry_is_refused_unread(company: Company, deal: int, settings: Any) -> None:
    settings.FOLDER_FORM_LIMIT = 1 << 20
    answer = browser_of(company.manager).post(f"{PAGE}file/", {"files": some("x", b"x" * (2 << 20))})
    assert answer.status_code == 422
    assert "over 1 MB together" in answer.content.decode()
    assert is_unread(answer)


@pytest.mark.parametrize("who", ["", "owner", "other_manager", "agent"])
def test_who_may_not_file_is_turned_away_before_a_byte_is_read(company: Company, deal: int, who: str) -> None:
    browser = browser_of(getattr(company, who)) if who else Client()
    before = latest_entry_id()
    answer = browser.post(f"{PAGE}file/", {"files": some("x.pdf")})
    assert answer.status_code in {302, 403, 404}
    assert is_unread(answer)
    assert latest_entry_id() == before


def test_a_form_of_another_site_files_nothing(company: Company, deal: int) -> None:
    signed_in = browser_of(company.manager)
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = signed_in.cookies
    assert browser.post(f"{PAGE}file/", {"files": some("x.pdf")}).status_code == 403
    assert names(deal, company) == []
    page = read(browser, f"{PAGE}?open=file")
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    sent = {"csrfmiddlewaretoken": token, "files": some("x.pdf")}
    assert browser.post(f"{PAGE}file/", sent).status_code == 303
    assert names(deal, company) == ["x.pdf"]


HOSTILE = {
    "page.html": b"<!DOCTYPE html><script>alert(document.cookie)</script>",
    "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "really.pdf": b"MZ\x90\x00" + b"\x00" * 300,
    "polyglot.gif": b"GIF89a/*\x00*/=1;alert(1)",
    "script.js": b"alert(1)",
    "macro.docm": b"PK\x03\x04" + b"\x00" * 60,
    "page.pdf": b"<html><body onload=alert(1)>",
    "feed.xml": b"<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml'/>",
}


@pytest.mark.parametrize("name", [*HOSTILE, "Смета на «Кедр».pdf", "a.png", "a.txt"])
def test_a_file_is_only_ever_saved_and_nothing_in_it_runs(company: Company, deal: int, name: str) -> None:
    good = {"Смета на «Кедр».pdf": PDF, "a.png": b"\x89PNG\r\n\x1a\n" + b"0" * 30, "a.txt": b"words"}
    content = {**HOSTILE, **good}[name]
    document = filed(deal, company.manager, name, content=content)
    answer = browser_of(company.expert).get(f"{PAGE}files/{document}/")
    assert b"".join(answer) == content
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Length"] == str(len(content))
    told = {"a.png": "image/png", "a.txt": "text/plain", "Смета на «Кедр».pdf": "application/pdf"}
    assert answer.headers["Content-Type"] == told.get(name, "application/octet-stream")


def test_a_russian_name_comes_through_a_header(company: Company, deal: int) -> None:
    document = filed(deal, company.manager, 'Смета "Кедр"\r\nX-Evil: 1.pdf')
    answer = browser_of(company.manager).get(f"{PAGE}files/{document}/")
    b"".join(answer)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%A1%D0%BC")
    assert "X-Evil" not in answer.headers


def test_a_file_is_not_found_under_another_deals_number_nor_once_it_is_removed(
    company: Company, deal: int
) -> None:
    accepted_deal(company, inn="7728168971")
    document, browser = filed(deal, company.manager), browser_of(company.administrator)
    other = "/deals/2026-0002/"
    assert browser.get(f"{other}files/{document}/").status_code == 404
    typed = {"key": document, "reason": "прислали не тот договор"}
    assert browser.post(f"{other}remove_file/", typed).status_code == 404
    assert saved(browser, document) == PDF
    assert browser.post(f"{PAGE}remove_file/", typed).status_code == 303
    assert browser.get(f"{PAGE}files/{document}/").status_code == 404
    assert browser.get(f"{PAGE}files/999999/").status_code == 404
    page = read(browser, PAGE)
    assert "Протокол.pdf · прислали не тот договор" in page
    assert f'id="f{document}"' not in page


def test_a_removal_without_a_reason_comes_back(company: Company, deal: int) -> None:
    document = filed(deal, company.manager)
    answer = browser_of(company.manager).post(f"{PAGE}remove_file/", {"key": document, "reason": ""})
    assert answer.status_code == 422
    assert "Why it is removed: " in answer.content.decode()
    assert names(deal, company) == ["Протокол.pdf"]


@pytest.mark.parametrize("who", ["programmer", "other_manager", "owner"])
def test_who_may_not_read_the_folder_sees_no_name_and_no_number_of_files(
    company: Company, deal: int, who: str
) -> None:
    document = filed(deal, company.manager, "Договор Лесковой.pdf")
    browser = browser_of(getattr(company, who))
    page = read(browser, PAGE)
    assert "Лесковой.pdf" not in page
    assert f"files/{document}" not in page
    assert ("Add files" in page) is (who == "programmer"), "the author adds what the client sent"
    assert browser.get(f"{PAGE}files/{document}/").status_code == 404


def test_a_fixer_in_the_shadow_reads_and_has_no_form(company: Company, deal: int) -> None:
    document = filed(deal, company.manager)
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    browser = browser_of(company.fixer)
    page = read(browser, PAGE)
    assert "Протокол.pdf" in page
    assert "Add files" not in page
    assert saved(browser, document) == PDF
    assert browser.post(f"{PAGE}file/", {"files": some("x.pdf")}).status_code == 403


def test_names_never_become_part_of_the_page(company: Company, deal: int) -> None:
    sent = some("\"'><img src=x onerror=alert(1)>{{7*7}}.pdf")
    page = browser_of(company.manager).post(f"{PAGE}file/", {"files": sent}, follow=True).content.decode()
    assert "<img src=x" not in page
    assert "49.pdf" not in page
    assert "img src=x onerror=alert(1)" in page


def test_the_page_shows_the_newest_files_and_all_when_asked(company: Company, deal: int) -> None:
    for number in range(12):
        filed(deal, company.manager, f"Файл {number}.txt", content=f"{number}".encode())
    browser = browser_of(company.manager)
    page = read(browser, PAGE)
    shown = page[page.index('id="folder"') : page.index('id="timeline"')]
    assert "All 12 files" in shown
    assert "Файл 11.txt" in shown
    assert "Файл 0.txt" not in shown
    assert "Файл 0.txt" in read(browser, f"{PAGE}?all=1")


def test_a_deal_without_files_costs_no_query_more_and_with_any_number_one(
    company: Company, deal: int
) -> None:
    browser = browser_of(company.manager)
    without = queries(browser, PAGE)
    filed(deal, company.manager)
    one = queries(browser, PAGE)
    for number in range(9):
        filed(deal, company.manager, content=f"{number}".encode())
    assert (one, queries(browser, PAGE)) == (without + 1, without + 1)


def test_a_lost_file_is_not_found_and_the_log_says_so(company: Company, deal: int, files: Path) -> None:
    document = filed(deal, company.manager)
    for path in [one for one in files.rglob("*") if one.is_file()]:
        path.unlink()
    assert browser_of(company.manager).get(f"{PAGE}files/{document}/").status_code == 404


def test_a_bot_files_what_came_by_chat_and_the_page_says_who_and_when(company: Company, deal: int) -> None:
    file_document(
        deal_id=deal, name="photo.jpg", content=BytesIO(b"\xff\xd8\xff\xe0 picture"), actor=company.expert, at=timezone.now(),
        source="chat 5, message 9",
    )  # fmt: skip
    page = read(browser_of(company.manager), PAGE)
    folder = page[page.index('id="folder"') : page.index('id="timeline"')]
    assert "photo.jpg" in folder
    assert "Климов" in folder
    assert Document.objects.get().media_type == "image/jpeg"
