"""The folder in a real browser: put in, saved, removed."""

import re
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from svyazka.presale.journal.values import Actor
from tests.company import accepted_deal, found_company
from tests.web.visitors import browser_of


def signed_in(page: Page, actor: Actor, address: str) -> None:
    session: Client = browser_of(actor)
    page.context.add_cookies(
        [{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": address}]
    )


@pytest.mark.django_db(transaction=True)
def test_files_chosen_together_arrive_without_leaving_the_page_and_are_saved_under_their_names(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    company = found_company()
    accepted_deal(company)
    signed_in(page, company.manager, live_server.url)
    for name, text in (("Смета на склад.txt", "сорок мест"), ("<b>.html", "<script>alert(1)</script>")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    page.goto(f"{live_server.url}/deals/2026-0001/")
    page.get_by_role("link", name="Add files").click()
    page.get_by_label("Files").set_input_files([str(one) for one in sorted(tmp_path.glob("*.*"))])
    page.get_by_role("button", name="Add to the folder").click()
    folder = page.locator("#folder")
    expect(folder.locator("li")).to_have_count(2)
    expect(page.get_by_text(re.compile("2 files are in the folder"))).to_be_visible()
    with page.expect_download() as saving:
        folder.get_by_role("link", name="Смета на склад.txt").click()
    assert saving.value.suggested_filename == "Смета на склад.txt"
    assert saving.value.path().read_text(encoding="utf-8") == "сорок мест"
    folder.locator("li").first.get_by_role("link", name="Remove the file").click()
    folder.get_by_label("Why it is removed").fill("прислали не тот файл")
    folder.get_by_role("button", name="Remove the file").click()
    expect(folder.locator("li")).to_have_count(1)
