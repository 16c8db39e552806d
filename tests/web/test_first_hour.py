"""From an empty installation to the first request: every page says what belongs there, and what the first step is."""

import re
from html import unescape

import pytest
from django.test import Client

from svyazka.presale.journal.values import SYSTEM, Actor
from svyazka.presale.people.commands import Hours, Profile, save_person, set_workspace
from svyazka.presale.people.queries import actor_by_id
from svyazka.presale.process.commands import publish_process
from svyazka.processes import packaged_text
from tests.company import TUESDAY, found_company
from tests.web.visitors import browser_of, read

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def first(db: None) -> Actor:
    """The first administrator of an installation that is empty otherwise."""
    publish_process(text=packaged_text(), note="", actor=SYSTEM, at=TUESDAY)
    profile = Profile("admin@svyazka.example", "Громов", "Пётр", duties=frozenset({"administrator"}))
    person = save_person(profile=profile, actor=Actor(None, "cli"), at=TUESDAY, password="крепкая-связка-42")
    actor = actor_by_id(person, "web")
    assert actor is not None
    return actor


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


@pytest.mark.requirement("R54")
@pytest.mark.parametrize(
    ("language", "words"), [("en", "Nobody can sign in here yet"), ("ru", "Войти пока некому")]
)
def test_an_empty_installation_says_at_the_door_how_the_first_one_gets_in(
    db: None, language: str, words: str
) -> None:
    html = Client(headers={"accept-language": language}).get("/account/login/").content.decode()
    assert words in html
    assert "svyazka person add" in html
    found_company()
    assert "svyazka person add" not in Client().get("/account/login/").content.decode()


@pytest.mark.requirement("R54")
def test_the_first_administrator_sees_what_comes_first_and_what_is_done(first: Actor) -> None:
    page = _words(read(browser_of(first), "/"))
    for step in (
        "Name the company",
        "Add the units",
        "Add a dispatcher",
        "Add managers",
        "Hand in the first request",
    ):
        assert step in page
    assert "done" not in page.split("First steps")[1].split("Hand in the first request")[0]
    hours = Hours(time_zone="Europe/Moscow")
    set_workspace(name="Ромашка", language="ru", hours=hours, actor=first, at=TUESDAY)
    assert "Name the company and its hours done" in _words(read(browser_of(first), "/"))


@pytest.mark.requirement("R54")
def test_a_company_that_works_is_not_told_its_first_steps(db: None) -> None:
    company = found_company()
    for actor in (company.administrator, company.manager):
        assert "First steps" not in read(browser_of(actor), "/")


@pytest.mark.requirement("R54")
@pytest.mark.parametrize(
    ("path", "belongs", "step"),
    [
        ("/window/", "Every new request comes here", 'href="/window/new/"'),
        ("/window/?show=leads", "Has a client mentioned a need?", 'href="/window/new/"'),
        ("/board/", "Each request becomes a card here", 'href="/window/new/"'),
        ("/board/list/", "All open deals in one list", 'href="/window/new/"'),
        ("/overview/", "There are no units yet", 'href="/people/"'),
        ("/people/", "nobody yet; add a person with the duty", 'href="/people/new/"'),
        ("/notices/", "What concerns you appears here", 'href="/"'),
        ("/process/compare/", "There is only one version so far", 'href="/process/"'),
        ("/process/versions/", "As it comes with Svyazka", 'href="/process/edit/"'),
        ("/search/?q=лес", "Check the spelling", 'href="/window/new/"'),
        ("/overview/deals/won/", "There are no deals behind this figure", 'href="/overview/"'),
    ],
)
def test_an_empty_page_says_what_belongs_there_and_gives_the_first_step(
    first: Actor, path: str, belongs: str, step: str
) -> None:
    html = read(browser_of(first), path)
    assert belongs in html
    assert step in html


@pytest.mark.requirement("R54")
def test_one_person_alone_takes_a_request_from_the_first_word_to_the_first_stage(first: Actor) -> None:
    browser = browser_of(first)
    said = {
        "company": "ООО «Лес»",
        "request": "Учёт сырья",
        "contact_name": "Ольга",
        "phone": "+79161234567",
    }
    handed = browser.post("/window/new/", said)
    assert handed.status_code == 303
    window = read(browser, "/window/")
    found = re.search(r'href="(/window/2026-0001/)"', window)
    assert found is not None
    request = read(browser, found[1])
    assert "/deals/2026-0001/intake/" in request
    assert "Nobody has the role “manager” yet" in request
