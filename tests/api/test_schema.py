"""The published description tells the truth: routes are called with what it allows and what it forbids."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.caller import Caller, token_of
from tests.company import Company, accepted_deal

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    ignored_auth,
]


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())

NUMBER = f"{timezone.now().year}-0001"
"""The only deal's."""


@pytest.fixture
def token(company: Company) -> Iterator[str]:
    """An administrator's, in a company with a deal, a commitment and a question to play with."""
    accepted_deal(company, timezone.now())
    Caller(company.manager).post(f"/deals/{NUMBER}/questions", text="Сколько складов вы ведёте?")
    logging.disable(logging.WARNING)  # thousands of refusals are meant
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(
            close_old_connections
        )  # as Django's own test client does: the test holds a transaction
    yield token_of(company.administrator)
    for end in ends:
        end.connect(close_old_connections)
    logging.disable(logging.NOTSET)


@schema.parametrize()
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_every_route_keeps_to_its_description(case: schemathesis.Case[Any], token: str) -> None:
    if len(str(case.path_parameters.get("number", ""))) % 3:  # two in three meet a real deal
        case.path_parameters["number"] = NUMBER
    case.call_and_validate(headers={"Authorization": f"Bearer {token}", "Host": "localhost"}, checks=CHECKS)


def test_the_description_is_valid_openapi_3_1() -> None:
    described = json.loads(Client().get("/api/v1/openapi.json").content)
    assert described["openapi"] == "3.1.0"
    validate(described)


def test_every_route_says_what_it_does_and_which_scope_it_needs() -> None:
    described = json.loads(Client().get("/api/v1/openapi.json").content)
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            (security,) = operation["security"]
            assert security["Bearer"] or path == "/api/v1/me"
            assert ("Idempotency-Key" in {one["name"] for one in operation["parameters"]}) == (
                method == "post"
            )


def test_the_page_that_shows_it_runs_nothing_inline() -> None:
    page = Client().get("/api/v1/docs")
    assert page.status_code == 200
    html = page.content.decode()
    assert "<style" not in html
    assert html.count("<script") == html.count("<script src=") + html.count('<script type="application/json"')
    assert "https://" not in html
