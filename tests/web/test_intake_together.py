"""Two people fill in one intake form at once: the second one sees what the first one wrote, and loses nothing."""

import re

import pytest

from svyazka.presale.deals.commands import describe_request
from svyazka.presale.models import Deal
from tests.company import TUESDAY, WHOLE_REQUEST, Company, whole_request
from tests.web.visitors import browser_of, read

pytestmark = pytest.mark.usefixtures("noon")


def _opened(company: Company) -> tuple[int, str, dict[str, str]]:
    """A request, its form's address, and what a browser would send of the form as it stands."""
    deal_id = whole_request(company, mood="спокойны").deal_id
    path = f"/deals/{Deal.objects.get(pk=deal_id).number[2:]}/intake/"
    revision = re.search(r'name="revision" value="(\d+)"', read(browser_of(company.dispatcher), path))
    assert revision is not None
    whole = {
        key: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in WHOLE_REQUEST.items()
    }
    return deal_id, path, {**whole, "mood": "спокойны", "revision": revision[1]}


def _meanwhile(company: Company, deal_id: int, **answers: str) -> None:
    describe_request(deal_id=deal_id, answers=answers, actor=company.administrator, at=TUESDAY)


def test_what_the_other_wrote_elsewhere_stays(company: Company) -> None:
    deal_id, path, sent = _opened(company)
    _meanwhile(company, deal_id, budget="до 6 млн рублей")
    assert browser_of(company.dispatcher).post(path, {**sent, "mood": "спешат"}).status_code == 303
    answers = Deal.objects.get(pk=deal_id).intake["answers"]
    assert (answers["budget"], answers["mood"]) == ("до 6 млн рублей", "спешат")


def test_the_form_comes_back_as_typed_with_the_others_words_beside(company: Company) -> None:
    deal_id, path, sent = _opened(company)
    _meanwhile(company, deal_id, mood="спешат", budget="до 6 млн рублей")
    browser = browser_of(company.dispatcher)
    answer = browser.post(path, {**sent, "mood": "боятся срока", "size": "два завода"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Пётр Громов changed the same fields" in page
    assert '<a href="#id_mood">' in page
    assert "Пётр Громов wrote in the meantime: “спешат”" in page
    for kept in ("боятся срока", "два завода", "до 6 млн рублей"):  # typed, typed, and the other's own field
        assert f'value="{kept}"' in page
    assert "спокойны" not in page
    again = re.search(r'name="revision" value="(\d+)"', page)
    assert again is not None
    chosen = {**sent, "mood": "боятся срока", "size": "два завода", "budget": "до 6 млн рублей"}
    assert browser.post(path, {**chosen, "revision": again[1]}).status_code == 303
    answers = Deal.objects.get(pk=deal_id).intake["answers"]
    assert (answers["mood"], answers["size"], answers["budget"]) == (
        "боятся срока", "два завода", "до 6 млн рублей",
    )  # fmt: skip


def test_who_finds_out_collides_in_words(company: Company) -> None:
    deal_id, path, sent = _opened(company)
    browser = browser_of(company.dispatcher)
    gap = {**sent, "budget": ""}
    _meanwhile(company, deal_id, budget="")
    sent_first = {**gap, "finder.budget": str(company.manager.me), "by.budget": "2026-11-26"}
    page = read(browser_of(company.administrator), path)
    now = re.search(r'name="revision" value="(\d+)"', page)
    assert now is not None
    assert browser_of(company.administrator).post(path, {**sent_first, "revision": now[1]}).status_code == 303
    second = {**gap, "finder.budget": str(company.expert.me), "by.budget": "2026-11-27", "revision": now[1]}
    answer = browser.post(path, second)
    assert answer.status_code == 409
    assert "Пётр Громов wrote in the meantime: Мария Серова finds out by" in answer.content.decode()


@pytest.mark.parametrize("revision", ["", "x", "99999"])
def test_a_strange_revision_harms_nothing(company: Company, revision: str) -> None:
    deal_id, path, sent = _opened(company)
    sent |= {"mood": "спешат", "revision": revision}
    assert browser_of(company.dispatcher).post(path, sent).status_code == 303
    assert Deal.objects.get(pk=deal_id).intake["answers"]["mood"] == "спешат"


def test_who_may_not_see_a_field_is_told_who_changed_it_but_not_to_what(company: Company) -> None:
    deal_id, path, sent = _opened(company)
    _meanwhile(company, deal_id, mood="спешат")
    answer = browser_of(company.programmer).post(
        path, {**sent, "mood": "боятся срока"}
    )  # the author of the lead
    page = answer.content.decode()
    assert (answer.status_code, "спешат" in page) == (409, False)
    assert "Пётр Громов changed this in the meantime" in page


def test_it_is_said_in_russian_too(company: Company) -> None:
    deal_id, path, sent = _opened(company)
    _meanwhile(company, deal_id, mood="спешат")
    page = browser_of(company.dispatcher, "ru").post(path, {**sent, "mood": "боятся срока"}).content.decode()
    assert "Пока вы писали, те же поля изменил кто-то ещё: Пётр Громов" in page
    assert "Настроение клиента: Изменено за это время: «спешат» (Пётр Громов)" in page
