"""Whatever goes wrong is told as a problem document, and is never a fault of ours."""

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from svyazka.api import requests
from svyazka.api.refusals import SENTENCES
from svyazka.presale.deals.queries import Filters, deal_rows
from tests.api.caller import PREFIX, Caller, deal_of
from tests.company import Company


def test_an_unknown_address_is_a_problem_too(db: None) -> None:
    for path in ("/", "/nothing", "/deals/", "/deals/2026-0001/"):
        assert Caller().get(path).code == "no_such_route"


def test_a_wrong_method_is_told_which_ones_there_are(db: None) -> None:
    answer = Caller().send("delete", "/deals", {})
    assert (answer.status, answer.code, answer.headers["Allow"]) == (405, "method_not_allowed", "GET")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=cp1251,"]
)
def test_a_body_that_does_not_say_it_is_json_is_refused(company: Company, kind: str) -> None:
    caller = Caller(company.manager)
    answer = caller.client.post(PREFIX + "/requests", "{}", content_type=kind, headers=caller.headers)
    assert answer.status_code == (415 if "json" not in kind else 422)


def test_a_body_over_the_limit_is_not_read(company: Company) -> None:
    caller = Caller(company.manager)
    assert caller.post("/requests", {"request": "я" * 300_000}).status == 413
    huge = caller.client.post(
        PREFIX + "/requests",
        "{}",
        content_type="application/json",
        headers=caller.headers,
        CONTENT_LENGTH="9" * 40,
    )
    assert huge.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"", b"nul", b'{"request": NaN}', b'{"request": Infinity}', b'{"request": "\\ud800"}',
        b'{"request": "a\\u0000b"}', b'{"lines": ["a\\u0000"]}', b'{"a\\u0000": 1}', b"\xff\xfe", b"[" * 5000,
        b'{"headcount": ' + b"9" * 6000 + b"}",
    ],
)  # fmt: skip
def test_json_that_can_not_be_kept_is_refused(company: Company, body: bytes) -> None:
    answer = Caller(company.manager).send("post", "/requests", body)
    assert answer.status in {400, 422}
    assert deal_rows(viewer=company.manager, filters=Filters()) == ()


def test_a_written_backslash_is_not_a_nul(company: Company) -> None:
    answer = Caller(company.manager).send(
        "post", "/requests", b'{"request": "path C:\\\\u0000 is meant", "company": "Les"}'
    )
    assert answer.status == 201


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"request": "required"}),
        ([], {"body": "wrong_type"}),
        ({"company": {"name": "Лес"}}, {"company": "wrong_type"}),
        ({"company": "я" * 4001}, {"company": "too_long"}),
        ({"compny": "Лес"}, {"compny": "unknown_field"}),
        ({"unknown": {"budget": {"person": 1}}}, {"unknown.budget.by": "required"}),
        ({"unknown": {"budget": {"person": {}, "by": "2026-13-01"}}}, {"unknown.budget.person": "wrong_type", "unknown.budget.by": "bad_value"}),
    ],
)  # fmt: skip
def test_a_field_that_does_not_fit_is_named(company: Company, body: Any, errors: dict[str, str]) -> None:
    answer = Caller(company.manager).post("/requests", body)
    assert (answer.status, answer.code, answer.errors) == (422, "invalid", errors)
    assert all(one["detail"] for one in answer.body["errors"])


@pytest.mark.parametrize(
    "query",
    ["statsu=won", "status=wno", "limit=0", "limit=x", "cursor=z", "q=%00", "manager=nobody", "unit=no"],
)
def test_a_filter_that_would_filter_nothing_is_refused(company: Company, query: str) -> None:
    answer = Caller(company.manager).get(f"/deals?{query}")
    assert (answer.status, [*answer.errors]) == (422, [query.partition("=")[0]])


def test_numbers_beyond_any_database_are_refused(company: Company) -> None:
    caller, path = Caller(company.manager), deal_of(company)
    huge = 10**30
    assert caller.post(f"/commitments/{huge}/waive", reason="не нужно").errors == {"id": "out_of_range"}
    assert caller.post(f"/questions/{huge}/relay").status == 422
    assert caller.get("/changes", after=huge).status == 422
    assert caller.get("/process", version=huge).status == 422
    assert caller.get("/deals", cursor="9" * 19).status == 422
    assert caller.post(f"{path}/seats", person=huge, role="expert").status == 422
    assert (
        caller.post(
            f"{path}/win", contract_number="1", contract_sum="1e400", contract_date="2026-01-01"
        ).status
        == 422
    )


def test_a_storage_that_does_not_answer_is_said_so(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(requests, "receive_request", fail)
    answer = Caller(company.manager).post("/requests", company="Лес")
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "not_saved", "5")


def test_a_fault_of_ours_tells_nothing_of_its_insides(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(requests, "receive_request", fail)
    answer = Caller(company.manager).post("/requests", company="Лес")
    assert (answer.status, answer.code) == (500, "fault")
    assert "secret" not in str(answer.body)


def test_the_guide_tells_of_every_code() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    codes = {code.partition("+")[0] for code in SENTENCES}
    assert {code for code in codes if f"`{code}`" not in guide} == set()
