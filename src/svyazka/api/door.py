"""What every call passes before and after its route: size and type of the body, JSON, retries, headers."""

import functools
import re
from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.responses import Status
from pydantic import BaseModel
from pydantic_core import from_json, to_json, to_jsonable_python

from svyazka.api.auth import Request
from svyazka.api.problems import problem
from svyazka.presale.journal.commands import Answer, answer_once
from svyazka.presale.journal.values import Invalid, Json, storable

LIMIT: Final = 256 * 1024
"""Bytes of a request's body."""

KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
"""What an Idempotency-Key looks like."""

View = Callable[..., Any]


class JsonParser(Parser):
    """Strict JSON: no NaN, no endless depth or digits, and no text that a database can't keep."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Ninja turns what this raises into 400."""
        body = from_json(request.body, allow_inf_nan=False)
        if b"\\u0000" in request.body and storable(body) != body:
            raise ValueError("a NUL character")
        said: dict[str, Any] = body
        return said


class JsonRenderer(BaseRenderer):
    """JSON as pydantic writes it, so that a replayed answer reads like the first one."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Bytes of an answer."""
        return to_json(data)


def door(view: View) -> View:
    """Wrap a route's view: limits before it, plain problem documents and headers after it."""

    @csrf_exempt
    @login_not_required
    @functools.wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _refused_body(request) or view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            allow = response.headers["Allow"]
            response = problem(405, "method_not_allowed", params={"allow": allow}, headers={"Allow": allow})
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return opened


def _refused_body(request: HttpRequest) -> HttpResponse | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length[:12]) > LIMIT:
        return problem(413, "too_large", params={"limit": LIMIT})
    if length != "0" and request.method in {"POST", "PATCH"} and request.content_type != "application/json":
        return problem(415, "media_type")
    return None


def once(view: View) -> View:
    """Let a POST with an ``Idempotency-Key`` take effect once, however often it is sent."""

    @functools.wraps(view)
    def performed(request: Request, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method != "POST":
            return view(request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise Invalid(errors={"Idempotency-Key": "bad_value"})
        caller = request.auth
        answer, repeated = answer_once(
            owner=f"person {caller.actor.me}",
            key=key,
            request=b"\n".join((request.path.encode(), request.body)),
            at=caller.at,
            perform=lambda: _answer(view(request, *args, **kwargs)),
        )
        headers = {"Idempotency-Replayed": "true"} if repeated else {}
        return HttpResponse(
            to_json(answer.body),
            status=answer.status,
            content_type="application/json; charset=utf-8",
            headers=headers,
        )

    return performed


def _answer(result: BaseModel | Status[BaseModel]) -> Answer:
    status, value = (result.status_code, result.value) if isinstance(result, Status) else (200, result)
    body: Json = to_jsonable_python(value)
    return Answer(status, body)
