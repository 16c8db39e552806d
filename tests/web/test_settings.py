"""My own settings: how pages look, where I am signed in, what programs do in my name."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import issue_token
from svyazka.presale.people.queries import TokenHolder, directory, token_holder, tokens_of
from tests.company import Company, found_company
from tests.web.visitors import browser_of, queries, read

TOKEN = {"name": "форма <сайта>", "scopes": ["requests:write"], "life": "30"}


@pytest.fixture
def mine(company: Company) -> Client:
    return browser_of(company.manager)


def issued(browser: Client, **changed: Any) -> TokenHolder | None:
    answer = browser.post("/settings/tokens/", TOKEN | changed)
    assert answer.status_code == 200
    secret = answer.content.decode().split('secret">')[1].split("</code>")[0]
    return token_holder(secret, at=timezone.now())


def test_language_zone_and_theme_are_mine_to_choose(mine: Client, company: Company) -> None:
    form = {"language": "ru", "time_zone": "Asia/Kamchatka", "theme": "dark"}
    answer = mine.post("/settings/", form, follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain == [("/settings/", 303)]
    assert 'lang="ru" data-theme="dark"' in html
    assert "Сохранено" in html
    card = directory().people[company.manager.me]
    assert (card.language, card.time_zone) == ("ru", "Asia/Kamchatka")


@pytest.mark.parametrize(
    "wrong", [{"language": "fr"}, {"theme": "pink"}, {"time_zone": "Mars/Base"}, {"time_zone": ""}]
)
def test_what_is_not_in_the_list_is_refused(mine: Client, company: Company, wrong: dict[str, str]) -> None:
    form = {"language": "ru", "time_zone": "Asia/Omsk", "theme": "dark"} | wrong
    answer = mine.post("/settings/", form)
    assert answer.status_code == 422
    assert "data-errors" in answer.content.decode()
    assert directory().people[company.manager.me].time_zone == "Europe/Moscow"


def test_a_zone_outside_of_our_list_is_kept_when_one_has_it(mine: Client, company: Company) -> None:
    get_user_model().objects.filter(pk=company.manager.me).update(time_zone="Asia/Kolkata")
    assert '<option value="Asia/Kolkata" selected>' in read(mine, "/settings/")
    form = {"language": "en", "time_zone": "Asia/Kolkata", "theme": "auto"}
    assert mine.post("/settings/", form).status_code == 303


def test_the_page_leads_to_password_protection_and_out(mine: Client) -> None:
    html = read(mine, "/settings/")
    for path in ("/account/password/change/", "/account/2fa/", "/account/logout/"):
        assert f'href="{path}"' in html
        assert mine.get(path).status_code == 200, path


def test_signing_out_elsewhere_ends_my_other_sessions_and_nobody_elses(
    mine: Client, company: Company
) -> None:
    elsewhere, other = browser_of(company.manager), browser_of(company.expert)
    html = mine.post("/settings/elsewhere/", follow=True).content.decode()
    assert "Signed out in 1 other place" in html
    assert elsewhere.get("/settings/").status_code == 302
    assert mine.get("/settings/").status_code == 200
    assert other.get("/settings/").status_code == 200
    assert "anywhere else" in mine.post("/settings/elsewhere/", follow=True).content.decode()


def test_a_token_is_shown_once_acts_for_me_within_its_scopes_and_is_revoked(
    mine: Client, company: Company
) -> None:
    holder = issued(mine)
    assert holder is not None
    assert holder.actor.person_id == company.manager.person_id
    assert holder.actor.scopes == frozenset({"requests:write"})
    (row,) = tokens_of(viewer=company.manager)
    assert timedelta(days=29) < row.expires_at - timezone.now() <= timedelta(days=30)
    html = read(mine, "/settings/")
    assert "svz_" not in html
    assert "форма &lt;сайта&gt;" in html
    assert mine.post(f"/settings/tokens/{row.id}/revoke/").status_code == 303
    assert "форма" not in read(mine, "/settings/")
    assert mine.post(f"/settings/tokens/{row.id}/revoke/").status_code == 404


def test_the_page_with_the_secret_is_kept_by_nobody(mine: Client) -> None:
    assert mine.post("/settings/tokens/", TOKEN)["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "я" * 81}, {"scopes": []}, {"scopes": ["all"]}, {"life": "0"}, {"life": "99999"}],
)
def test_a_wrong_token_is_refused_and_the_form_comes_back_open(
    mine: Client, company: Company, wrong: dict[str, Any]
) -> None:
    answer = mine.post("/settings/tokens/", TOKEN | wrong)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "data-errors" in html
    assert '<details class="details details--plain" open>' in html
    assert tokens_of(viewer=company.manager) == ()


def test_somebody_elses_token_is_not_found(mine: Client, company: Company) -> None:
    issue_token(
        person_id=company.expert.me, name="CI", scopes=["deals:read"], actor=company.expert, at=timezone.now()
    )
    (row,) = tokens_of(viewer=company.expert)
    assert mine.post(f"/settings/tokens/{row.id}/revoke/").status_code == 404
    assert tokens_of(viewer=company.expert)[0].revoked_at is None


def offered(actor: Actor) -> set[str]:
    html = read(browser_of(actor), "/settings/")
    return {
        scope
        for scope in ("requests:write", "deals:read", "deals:write", "admin")
        if f'value="{scope}"' in html
    }


def test_everybody_is_offered_the_scopes_that_are_of_use_to_him(company: Company) -> None:
    assert offered(company.agent) == {"requests:write"}
    assert offered(company.manager) == {"requests:write", "deals:read", "deals:write"}
    assert offered(company.administrator) == {"requests:write", "deals:read", "deals:write", "admin"}


def test_a_partner_agent_has_settings_too_but_no_page_among_ours(company: Company) -> None:
    agent = browser_of(company.agent)
    assert f"/people/{company.agent.me}/" not in read(agent, "/settings/")
    assert issued(agent) is not None
    assert agent.post("/settings/tokens/", TOKEN | {"scopes": ["admin"]}).status_code == 422


def test_a_stranger_has_none(db: None, client: Client) -> None:
    found_company()
    for answer in (client.get("/settings/"), client.post("/settings/tokens/", TOKEN)):
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/login/")


def test_the_page_costs_the_same_for_one_token_and_for_twenty(mine: Client) -> None:
    issued(mine)
    one = queries(mine, "/settings/")
    for _each in range(19):
        issued(mine)
    assert queries(mine, "/settings/") == one
