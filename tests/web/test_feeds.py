"""Live tables by HTTP: what a spreadsheet gets at a secret address, and what nobody gets."""

import csv
import io
import json
import logging
import logging.config
import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.live_server_helper import LiveServer

from svyazka.config import logs
from svyazka.presale.deals.feeds import View, feeds, make_feed, revoke_feed
from svyazka.presale.journal.queries import latest_entry_id
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import Profile, save_person
from svyazka.presale.people.models import Person
from svyazka.web.ui.throttle import FROM_ONE
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, found_company, whole_request
from tests.web.visitors import browser_of, read

pytestmark = [pytest.mark.requirement("R45"), pytest.mark.usefixtures("morning")]
FILES = ("google.csv", "excel.csv", "excel.xlsx")
HOUR = timedelta(hours=1)


def made(actor: Actor, view: View = View()) -> str:  # noqa: B008 (frozen)
    """The address of a new live table without its end."""
    return f"/feeds/{make_feed(name='Склад', view=view, actor=actor, at=TUESDAY)}/"


def speaking(actor: Actor, language: str, zone: str = "Europe/Moscow") -> Actor:
    browser_of(actor, language).post(
        "/settings/", {"language": language, "time_zone": zone, "theme": "auto"}
    )  # as he does it, so that everybody reads him anew
    return actor


def rows_of(answer: Any, comma: str = ",") -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=comma, strict=True))


def sheet_of(content: bytes) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


# what is read


def test_a_list_with_its_sieves_becomes_an_address_that_shows_the_same(company: Company) -> None:
    accepted_deal(company, request="Учёт леса")
    whole_request(company, request="Казначейство", inn="7728168971")
    browser = browser_of(company.programmer)
    page = read(browser, f"/board/list/?unit={company.delivery_unit}&stage=request")
    form = unescape(re.findall(r'href="(/board/feeds/new/[^"]*)"', page)[0])
    assert "It shows open deals: " in read(browser, form)
    answer = browser.post(form, {"name": "Производство", "life": "30"})
    shown = unescape(answer.content.decode())
    assert answer.headers["Cache-Control"] == "no-store"
    (address,) = re.findall(r'=IMPORTDATA\("http://[^/]+(/feeds/[\w-]{43}/google\.csv)"\)', shown)
    rows = rows_of(Client().get(address))
    assert [row[2] for row in rows[1:]] == ["Учёт леса"]
    secret = address.split("/")[2]
    assert secret not in read(browser, "/board/feeds/")
    assert "Производство" in read(browser, "/board/feeds/")
    assert "December 24, 2026" in read(browser, "/board/feeds/")


def test_google_gets_commas_russian_excel_semicolons_and_a_mark_and_each_the_makers_language(
    company: Company,
) -> None:
    accepted_deal(company, TUESDAY - HOUR, request="Учёт леса, партии")
    where = made(speaking(company.manager, "ru", "Asia/Omsk"))
    google = Client().get(f"{where}google.csv", headers={"accept-language": "en"})
    excel = Client().get(f"{where}excel.csv", headers={"accept-language": "en"})
    assert not google.content.startswith(b"\xef\xbb\xbf")
    assert excel.content.startswith(b"\xef\xbb\xbf")
    rows = rows_of(google)
    assert rows == rows_of(excel, ";")
    assert rows[0][:4] == ["Номер", "Клиент", "Сделка", "Этап"]
    told = dict(zip(*rows, strict=True))
    assert told["Получена"] == "2026-11-24 12:00", "by the clock of who made it"
    assert (told["Менеджер"], told["Подразделение"]) == ("Мария Серова", "Производство")
    assert google.headers["Content-Language"] == "ru"
    sheet = sheet_of(Client().get(f"{where}excel.xlsx").content)
    assert [str(cell or "") for cell in sheet[0]] == rows[0]
    assert sheet[1][2] == "Учёт леса, партии"


def test_no_phone_no_address_and_no_money_of_the_client_stands_in_any_file(company: Company) -> None:
    accepted_deal(company)
    where = made(company.administrator)
    told = [WHOLE_REQUEST[key] for key in ("contact_name", "phone", "email", "budget", "inn", "size")]
    for file in FILES:
        content = Client().get(where + file).content
        text = str(sheet_of(content)) if file.endswith("xlsx") else content.decode()
        assert "Северный лес" in text
        assert not [secret for secret in told if str(secret) in text]
        assert "@" not in text


def test_what_a_client_typed_never_runs_in_a_spreadsheet(company: Company) -> None:
    accepted_deal(
        company, company='=HYPERLINK("http://evil.example","x")', request="@SUM(1+9)*cmd|' /C calc'!A0"
    )
    where = made(company.manager)
    for file in ("google.csv", "excel.csv"):
        comma = "," if file.startswith("google") else ";"
        cells = [cell for row in rows_of(Client().get(where + file), comma) for cell in row]
        assert any("HYPERLINK" in cell for cell in cells)
        assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@")]
    workbook = openpyxl.load_workbook(io.BytesIO(Client().get(f"{where}excel.xlsx").content))
    assert {cell.data_type for row in workbook.active.iter_rows() for cell in row} <= {"s", "d", "n"}  # type: ignore[union-attr]


def test_a_hundred_deals_cost_as_many_queries_as_one(company: Company) -> None:
    where = made(company.manager)

    def cost() -> int:
        Client().get(f"{where}google.csv")
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(f"{where}google.csv").status_code == 200
        return len(asked)

    whole_request(company)
    one = cost()
    for _ in range(99):
        whole_request(company)
    assert cost() == one <= 6


# how it is read


def test_an_unchanged_table_is_not_sent_again_and_costs_less(company: Company) -> None:
    accepted_deal(company)
    where = made(company.manager)
    for file in FILES:
        first = Client().get(where + file)
        tag = first.headers["ETag"]
        with CaptureQueriesContext(connection) as asked:
            same = Client().get(where + file, headers={"if-none-match": tag})
        assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
        assert not [query for query in asked if "title" in query["sql"]], "no deal is read for it"
        assert Client().get(where + file, headers={"if-none-match": 'W/"other"'}).status_code == 200
    whole_request(company)
    changed = Client().get(where + file, headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_each_file_of_an_address_has_a_tag_of_its_own(company: Company) -> None:
    where = made(company.manager)
    assert len({Client().get(where + file).headers["ETag"] for file in FILES}) == len(FILES)


def test_a_look_at_the_head_says_all_that_reading_would_say(company: Company) -> None:
    where = made(company.manager)
    whole, head = Client().get(f"{where}google.csv"), Client().head(f"{where}google.csv")
    assert head.content == b""
    assert (head.status_code, head.headers) == (whole.status_code, whole.headers)


def test_nobody_is_signed_in_or_known_again_by_reading_and_the_answer_does_nothing(company: Company) -> None:
    where = made(company.manager)
    before = latest_entry_id()
    answer = Client().get(f"{where}google.csv")
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert Client().post(f"{where}google.csv").status_code == 405
    assert latest_entry_id() == before


def test_who_reads_without_pause_has_to_wait_and_others_do_not(company: Company) -> None:
    where, other = made(company.manager), made(company.manager)
    statuses = [Client().get(f"{where}google.csv").status_code for _ in range(FROM_ONE + 1)]
    assert statuses == [200] * FROM_ONE + [429]
    refused = Client().get(f"{where}excel.xlsx")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert Client().get(f"{where}google.csv", REMOTE_ADDR="203.0.113.7").status_code == 200
    assert Client().get(f"{other}google.csv").status_code == 200


def test_every_address_that_leads_nowhere_answers_the_same(company: Company) -> None:
    ended, expiring, of_gone = made(company.manager), made(company.manager), made(company.expert)
    revoke_feed(feed_id=feeds(viewer=company.manager)[1].id, actor=company.manager, at=TUESDAY)
    gone = Person.objects.get(pk=company.expert.me)
    save_person(
        profile=Profile(gone.email, gone.surname, gone.given_name, is_active=False), person_id=gone.pk,
        actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    asked = [ended, of_gone, f"/feeds/{'a' * 43}/", "/feeds/нет/", "/feeds/%00/"]
    answers = [Client().get(f"{where}{file}") for where in asked for file in (*FILES, "more.pdf")]
    answers.append(Client().get(f"{expiring}more.pdf"))
    with time_machine.travel(TUESDAY + timedelta(days=365), tick=False):
        answers += [Client().get(expiring + file) for file in FILES]
    seen = {(one.status_code, one.content, tuple(sorted(one.headers.items()))) for one in answers}
    assert len(seen) == 1
    assert answers[0].status_code == 404


# who sees which


def test_an_administrator_sees_whose_each_is_and_ends_it_on_the_page(company: Company) -> None:
    where = made(company.manager)
    Client().get(f"{where}google.csv")
    assert "Склад" not in read(browser_of(company.head), "/board/feeds/")
    browser = browser_of(company.administrator)
    page = read(browser, "/board/feeds/")
    assert "Мария Серова" in page
    assert "last read: today 10:00" in page
    number = re.findall(r'action="/board/feeds/(\d+)/revoke/"', page)[0]
    assert browser_of(company.head).post(f"/board/feeds/{number}/revoke/").status_code == 404
    assert browser.post(f"/board/feeds/{number}/revoke/").status_code == 303
    assert Client().get(f"{where}google.csv").status_code == 404
    assert "No live tables yet" in read(browser, "/board/feeds/")


def test_a_wrong_form_is_asked_again_and_makes_nothing(company: Company) -> None:
    browser = browser_of(company.manager)
    for typed in (
        {"name": "", "life": "30"},
        {"name": "Склад", "life": "9999"},
        {"name": "\0", "life": "30"},
    ):
        assert browser.post("/board/feeds/new/", typed).status_code == 422
    assert not feeds(viewer=company.administrator)


def test_a_partner_agent_finds_neither_the_page_nor_a_way_to_it(company: Company) -> None:
    browser = browser_of(company.agent)
    assert browser.get("/board/feeds/").status_code == browser.get("/board/feeds/new/").status_code == 404
    assert "/board/feeds/" not in read(browser, "/settings/")


# from outside


def test_a_plain_client_reads_it_as_googles_importdata_does_and_the_log_keeps_no_secret(
    transactional_db: None, live_server: LiveServer
) -> None:
    us = found_company()
    whole_request(us)
    secret = make_feed(name="Склад", view=View(), actor=us.manager, at=TUESDAY)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    form = logs.configuration("json")["formatters"]["line"]
    handler.setFormatter(
        form["()"](foreign_pre_chain=form["foreign_pre_chain"], processors=form["processors"])
    )
    logging.getLogger().addHandler(handler)
    try:
        with urlopen(f"{live_server.url}/feeds/{secret}/google.csv") as answer:  # noqa: S310 (ours)
            tag, rows = answer.headers["ETag"], answer.read().decode()
        again = Request(f"{live_server.url}/feeds/{secret}/google.csv", headers={"If-None-Match": tag})  # noqa: S310
        with pytest.raises(HTTPError) as same:
            urlopen(again)  # noqa: S310
        same.value.close()
        revoke_feed(feed_id=feeds(viewer=us.manager)[0].id, actor=us.manager, at=TUESDAY)
        with pytest.raises(HTTPError) as ended:
            urlopen(f"{live_server.url}/feeds/{secret}/google.csv")  # noqa: S310
        ended.value.close()
    finally:
        logging.getLogger().removeHandler(handler)
    assert "Северный лес" in rows
    assert (same.value.code, ended.value.code) == (304, 404)
    events = [json.loads(line)["event"] for line in written.getvalue().splitlines()]
    assert "Not Found: /feeds/<secret>/google.csv" in events
    assert secret not in written.getvalue()
