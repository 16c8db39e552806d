"""Who is let in, and how far."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from svyazka.presale.people.commands import Profile, issue_token, revoke_token, save_person
from svyazka.presale.people.queries import actor_by_id, tokens_of
from tests.api.caller import PREFIX, Caller, deal_of, token_of
from tests.company import PASSWORD, TUESDAY, Company

ROUTES = (
    ("GET", "/requests", "deals:read"),
    ("GET", "/deals", "deals:read"),
    ("GET", "/deals/{number}", "deals:read"),
    ("GET", "/deals/{number}/commitments", "deals:read"),
    ("GET", "/deals/{number}/questions", "deals:read"),
    ("GET", "/people", "deals:read"),
    ("GET", "/units", "deals:read"),
    ("GET", "/process", "deals:read"),
    ("GET", "/changes", "deals:read"),
    ("POST", "/requests", "requests:write"),
    ("PATCH", "/deals/{number}/intake", "deals:write"),
    *(
        ("POST", f"/deals/{{number}}/{act}", "deals:write")
        for act in (
            "contacted", "no-duplicate", "accept", "close", "seats", "seats/release", "fixer", "evidence", "chased",
            "advance", "win", "lose", "reopen", "commitments", "questions", "expert-requests",
        )
    ),
    *(("POST", f"/commitments/{{id}}/{act}", "deals:write") for act in ("keep", "waive", "hand-over", "give-up")),
    *(("POST", f"/questions/{{id}}/{act}", "deals:write") for act in ("relay", "answer")),
    ("GET", "/expert-requests", "deals:read"),
    ("GET", "/expert-requests/{id}", "deals:read"),
    *(
        ("POST", f"/expert-requests/{{id}}/{act}", "deals:write")
        for act in ("claim", "hand-back", "not-ours", "need-more", "more", "verdict", "withdraw")
    ),
    ("GET", "/me", None),
)  # fmt: skip


def test_the_table_of_this_test_knows_every_route() -> None:
    described = Client().get(f"{PREFIX}/openapi.json").json()["paths"]
    known = {
        (method.upper(), path.removeprefix(PREFIX), (operation["security"][0]["Bearer"] or [None])[0])
        for path, methods in described.items()
        for method, operation in methods.items()
    }
    assert known == set(ROUTES)


@pytest.mark.parametrize(("method", "path", "scope"), ROUTES)
def test_a_token_reaches_as_far_as_its_scopes(
    company: Company, method: str, path: str, scope: str | None
) -> None:
    path = path.format(number="2026-0001", id=1)
    for had in ("deals:read", "deals:write", "requests:write", "admin"):
        answer = Caller(company.administrator, had).send(method.lower(), path, {})
        refused = answer.status == 403 and answer.code == "scope_missing"
        assert refused == (scope is not None and had != scope), (had, answer)
        if refused:
            assert answer.body["params"] == {"scope": scope}
            assert f'scope="{scope}"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(("method", "path", "_scope"), ROUTES)
def test_no_route_answers_without_a_token(db: None, method: str, path: str, _scope: str | None) -> None:
    answer = Caller().send(method.lower(), path.format(number="2026-0001", id=1), {})
    assert (answer.status, answer.code) == (401, "unauthenticated")


def test_every_token_that_is_not_good_is_told_the_same(company: Company) -> None:
    now, person = timezone.now(), company.manager
    expired = issue_token(
        person_id=person.me, name="", scopes=["deals:read"], actor=person, at=now - timedelta(days=9),
        life=timedelta(days=8),
    )  # fmt: skip
    revoked = token_of(person)
    revoke_token(token_id=tokens_of(viewer=person)[0].id, actor=person, at=now)
    dismissed = token_of(company.estimator)
    save_person(
        profile=Profile("estimator@svyazka.example", "Яшина", "Вера", is_active=False),
        person_id=company.estimator.me, actor=company.administrator, at=now,
    )  # fmt: skip
    answers = [Caller(token=secret).get("/me") for secret in ("svz_nobody", "", expired, revoked, dismissed)]
    answers.append(Caller().get("/me"))
    assert {answer.status for answer in answers} == {401}
    assert len({str(answer.body) for answer in answers}) == 1
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {'Bearer realm="svyazka"'}


def test_a_signed_in_browser_is_not_enough(company: Company) -> None:
    browser = Client()
    assert browser.login(email="manager@svyazka.example", password=PASSWORD)
    assert browser.get(f"{PREFIX}/me").status_code == 401
    assert browser.post(f"{PREFIX}/requests", {}, content_type="application/json").status_code == 401


def test_no_cookie_and_no_csrf_token_are_needed_to_write(company: Company) -> None:
    strict = Client(enforce_csrf_checks=True)
    said = {"request": "Нужен учёт сырья", "company": "Лес"}
    headers = {"Authorization": f"Bearer {token_of(company.manager)}"}
    answer = strict.post(f"{PREFIX}/requests", said, content_type="application/json", headers=headers)
    assert answer.status_code == 201
    assert not answer.cookies


def test_using_a_token_is_noted_once_a_day(company: Company) -> None:
    caller = Caller(company.manager)
    assert tokens_of(viewer=company.manager)[0].last_used_on is None
    caller.get("/me")
    assert tokens_of(viewer=company.manager)[0].last_used_on == timezone.now().date()


def test_answers_speak_the_language_asked_for_else_the_holders(company: Company) -> None:
    path = deal_of(company)
    caller = Caller(company.manager)
    assert caller.get(path).body["stage"]["text"] == "Request accepted"
    del caller.headers["Accept-Language"]
    assert caller.get(path).body["stage"]["text"] == "Запрос принят"
    assert caller.get("/deals/2020-0001").body["detail"] == "Ничего не нашлось, или это вам недоступно."
    assert caller.get("/deals/2020-0001").headers["Content-Language"] == "ru"


def test_me_tells_whom_the_token_speaks_for(company: Company) -> None:
    me = Caller(company.head, "deals:read").get("/me").body
    assert (me["email"], me["duties"], me["scopes"]) == ("head@svyazka.example", ["head"], ["deals:read"])
    assert me["unit"]["name"] == "Производство"


def test_an_agent_learns_by_no_act_which_addresses_are_people_of_ours(company: Company) -> None:
    agent = Caller(company.agent)
    number = agent.post("/requests", company="Северный лес", request="Нужен учёт сырья по партиям").body[
        "number"
    ]
    deal = f"/deals/{number.removeprefix('С-')}"
    due = (TUESDAY + timedelta(days=1)).isoformat()
    acts: list[tuple[str, Callable[[str], dict[str, Any]]]] = [
        (f"{deal}/accept", lambda who: {"manager": who}),
        (f"{deal}/accept", lambda who: {"unit": who}),
        (f"{deal}/seats", lambda who: {"person": who, "role": "expert"}),
        (f"{deal}/seats/release", lambda who: {"person": who, "role": "expert"}),
        (f"{deal}/commitments", lambda who: {"performer": who, "result": "Смета по складу", "due": due}),
        (f"{deal}/commitments", lambda who: {"performer": "x@y.example", "controller": who, "result": "Смета по складу", "due": due}),
        ("/requests", lambda who: {"company": "Юг", "unknown": {"budget": {"person": who, "by": "2026-11-27"}}}),
    ]  # fmt: skip
    for path, said in acts:
        ours, nobody = (
            agent.post(path, **said(who)) for who in ("manager@svyazka.example", "nobody@svyazka.example")
        )
        assert (ours.status, ours.body) == (nobody.status, nobody.body), path
        assert ours.status in {403, 422}, path


def test_an_agent_sees_the_fate_of_his_leads_and_nothing_else(company: Company) -> None:
    mine = Caller(company.agent).post(
        "/requests", company="Северный лес", request="Нужен учёт сырья по партиям"
    )
    number = mine.body["number"].removeprefix("С-")
    foreign = deal_of(company)
    window = Caller(company.dispatcher)
    window.post(f"/deals/{number}/contacted", how="позвонила, завтра созвон")
    window.post(f"/deals/{number}/accept", manager=company.manager.me)
    agent = Caller(company.agent)
    (row,) = agent.get("/deals").body["items"]
    assert (row["number"], row["status"], row["stage"]["key"]) == (mine.body["number"], "open", "request")
    assert row["author"]["id"] == company.agent.me
    whole = agent.get(f"/deals/{number}").body
    hidden = {
        "dispatcher",
        "manager",
        "unit",
        "holder",
        "next_due",
        "blocker",
        "standing",
        "intake",
        "client_card",
    }
    assert all(whole[key] is None for key in hidden)
    assert not any(
        whole[key] for key in ("seats", "commitments", "questions", "visits", "life", "breaches", "may")
    )
    assert agent.get(foreign).status == 404
    for below in ("commitments", "questions"):
        assert agent.get(f"/deals/{number}/{below}").status == 403
        assert agent.get(f"{foreign}/{below}").status == 404
    assert {agent.get(path).status for path in ("/people", "/units", "/process")} == {403}
    changes = agent.get("/changes", limit=500).body["items"]
    assert [change["act"] for change in changes] == ["deal.received", "deal.accepted"]
    assert {change["actor"] for change in changes} == {None}
    assert agent.post(f"/deals/{number}/chased").status == 403
    assert agent.post(f"{foreign}/chased").status == 404
    assert actor_by_id(company.agent.me, "web") is not None
