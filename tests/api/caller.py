"""A program that calls the API as one of the company's people."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from svyazka.presale.deals.queries import Filters, deal_rows
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import issue_token
from svyazka.presale.people.rights import SCOPES
from tests.company import Company, accepted_deal

PREFIX = "/api/v1"


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str:
        return str(self.body["code"])

    @property
    def errors(self) -> dict[str, str]:
        return {one["field"]: one["code"] for one in self.body.get("errors", [])}


def token_of(actor: Actor, *scopes: str) -> str:
    return issue_token(
        person_id=actor.me, name="test", scopes=scopes or SCOPES, actor=actor, at=timezone.now()
    )


class Caller:
    """Calls with a token; every answer is checked to be JSON of the right kind."""

    def __init__(
        self, actor: Actor | None = None, *scopes: str, token: str | None = None, language: str = "en"
    ) -> None:
        self.client = Client()
        secret = token or (token_of(actor, *scopes) if actor else None)
        self.headers = {
            "Accept-Language": language,
            **({"Authorization": f"Bearer {secret}"} if secret else {}),
        }

    def get(self, path: str, **query: Any) -> Answer:
        return self._told(self.client.get(PREFIX + path, query, headers=self.headers))

    def post(self, path: str, body: Any = None, *, key: str | None = None, **said: Any) -> Answer:
        return self.send("post", path, said if body is None else body, key=key)

    def patch(self, path: str, **said: Any) -> Answer:
        return self.send("patch", path, said)

    def send(self, method: str, path: str, body: Any, *, key: str | None = None, **headers: str) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body, default=str)
        sent = {**self.headers, **headers, **({"Idempotency-Key": key} if key else {})}
        return self._told(
            self.client.generic(method.upper(), PREFIX + path, raw, "application/json", headers=sent)
        )

    def _told(self, response: Any) -> Answer:
        kind = response.headers["Content-Type"]
        assert kind == (
            "application/problem+json" if response.status_code >= 400 else "application/json; charset=utf-8"
        )
        body = json.loads(response.content)
        if response.status_code >= 400:
            assert body["status"] == response.status_code
            assert body["type"] == f"urn:svyazka:problem:{body['code']}"
            assert body["title"]
            assert body["detail"] not in {"", body["code"]}, f"{body['code']} has no sentence"
            assert all(one["detail"] != one["code"] for one in body.get("errors", ())), body["errors"]
        return Answer(response.status_code, body, dict(response.headers))


def deal_of(company: Company, **changed: Any) -> str:
    """The path of an accepted deal with manager, expert and estimator, still at stage one."""
    accepted_deal(company, timezone.now(), **changed)
    rows = deal_rows(viewer=company.administrator, filters=Filters(status=None), limit=1)
    return f"/deals/{rows[0].path}"
