"""Everything that goes wrong, as problem documents (RFC 9457)."""

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from svyazka.api.auth import ScopeMissing, Unauthenticated
from svyazka.api.refusals import TITLES, say
from svyazka.presale.journal.values import Conflict, Invalid, Json, NotAllowed, NotFound, Refusal

CONTENT_TYPE: Final = "application/problem+json"
_log = logging.getLogger(__name__)

_NOT_READY: Final = frozenset({"no_process", "nobody_at_the_window"})
_BRANCH: Final = re.compile(r"int|str|bool|constrained-\w+|list\[.*\]|function-.*")
"""How pydantic calls the types of a choice between types; callers know only the field."""
_CODES: Final[Mapping[str, str]] = {
    "missing": "required",
    "out_of_range": "out_of_range",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "enum": "unknown_choice",
    "literal_error": "unknown_choice",
}


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"field": "due", "code": "in_the_past", "detail": "…"}}
    )

    field: str = Field(description="Its name; parts of nested ones are joined by dots")
    code: str = Field(description="Stable name of what is wrong")
    detail: str = Field(description="The same as a sentence")


class Supply(BaseModel):
    """How a missing check is supplied: in words for a person, and as the call that does it."""

    words: str = Field(description="What to do")
    by: list[str] = Field(description="Roles that may; empty for whoever may do the act")
    method: str = Field(examples=["POST"])
    path: str = Field(examples=["/api/v1/deals/2026-0042/evidence"])
    body: dict[str, Any] = Field(description="What to send; “…” stands where your own words go")


class Check(BaseModel):
    """A condition of leaving a stage."""

    stage: str = Field(examples=["request"])
    key: str = Field(examples=["client_contacted"])
    text: str = Field(description="What has to hold")
    why: str | None = Field(None, description="Why it matters")
    strength: str = Field(description="`stop` blocks, `warn` warns, `observe` is only seen")
    supply: Supply


class Problem(BaseModel):
    """A problem document."""

    type: str = Field(examples=["urn:svyazka:problem:stage_blocked"])
    title: str
    status: int = Field(examples=[422])
    detail: str = Field(
        description="A sentence for a person, in the language of the request or of the token’s holder"
    )
    code: str = Field(description="Stable name of the reason", examples=["stage_blocked"])
    params: dict[str, Any] | None = Field(
        None, description="Plain values behind the sentence: who, where, which"
    )
    errors: list[FieldProblem] | None = Field(None, description="What to mend, by field")
    missing: list[Check] | None = Field(
        None, description="Checks that block the stage, and how to supply each"
    )


class Explained(Exception):
    """A refusal told in full by the route that met it."""

    def __init__(self, refusal: Refusal, missing: list[Check]) -> None:
        self.refusal, self.missing = refusal, missing
        super().__init__(refusal.code)


def problem(
    status: int,
    code: str,
    *,
    params: Mapping[str, Json] | None = None,
    errors: list[FieldProblem] | None = None,
    missing: list[Check] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A problem document as an answer, in the active language."""
    if errors:
        params = {**(params or {}), "fields": ", ".join(error.field for error in errors)}
    told = Problem(
        type=f"urn:svyazka:problem:{code}",
        title=str(TITLES[status]),
        status=status,
        detail=say(code, params),
        code=code,
        params=dict(params) if params else None,
        errors=errors or None,
        missing=missing or None,
    )
    content = to_json(told, exclude_none=True)
    return HttpResponse(content, status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def field_problems(errors: Mapping[str, str]) -> list[FieldProblem]:
    """Fields and codes with their sentences."""
    return [FieldProblem(field=field, code=code, detail=say(code)) for field, code in errors.items()]


def refused(refusal: Refusal, missing: list[Check] | None = None) -> HttpResponse:
    """A command's refusal as an answer."""
    errors = field_problems(refusal.errors) if isinstance(refusal, Invalid) else None
    return problem(_status(refusal), refusal.code, params=refusal.params, errors=errors, missing=missing)


def _status(refusal: Refusal) -> int:
    if refusal.code in _NOT_READY:
        return 503
    for kind, status in ((NotAllowed, 403), (NotFound, 404), (Conflict, 409)):
        if isinstance(refusal, kind):
            return status
    return 422


def answer_to(request: HttpRequest, failed: BaseException) -> HttpResponse:  # noqa: PLR0911 (a table of cases)
    """The problem document of whatever was raised on the way through a route."""
    match failed:
        case Explained():
            return refused(failed.refusal, failed.missing)
        case Refusal():
            return refused(failed)
        case Unauthenticated() | AuthenticationError():
            return problem(401, "unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="svyazka"'})
        case ScopeMissing():
            challenge = f'Bearer realm="svyazka", error="insufficient_scope", scope="{failed.scope}"'
            return problem(
                403, "scope_missing", params={"scope": failed.scope}, headers={"WWW-Authenticate": challenge}
            )
        case ValidationError():
            return problem(422, "invalid", errors=_field_problems(failed.errors))
        case HttpError():  # the only one that ninja raises by itself is a body that can't be parsed
            return problem(400, "bad_json")
        case OperationalError() | InterfaceError():
            _log.error("%s %s: the storage failed", request.method, request.path, exc_info=failed)
            return problem(503, "not_saved", headers={"Retry-After": "5"})
    _log.error("%s %s failed", request.method, request.path, exc_info=failed)
    return problem(500, "fault")


def _field_problems(errors: Iterable[Mapping[str, Any]]) -> list[FieldProblem]:
    """Ninja's errors by field; of a choice between types the first complaint stands for all."""
    told: dict[str, FieldProblem] = {}
    for error in errors:
        source, *place = error["loc"]
        if source == "body":
            place = place[1:] or ["body"]  # the first is the name of our own argument
        field = ".".join(str(part) for part in place if not _BRANCH.fullmatch(str(part)))
        kind: str = error["type"]
        code = _CODES.get(kind) or _family(kind)
        detail = say(code, {"limit": error.get("ctx", {}).get("max_length", "…")})
        told.setdefault(field, FieldProblem(field=field, code=code, detail=detail))
    return list(told.values())


def _family(kind: str) -> str:
    if kind.startswith("date"):
        return "bad_value"
    if kind.endswith(("_type", "_parsing")):
        return "wrong_type"
    if kind.startswith(("greater_than", "less_than", "decimal_", "finite_")):
        return "out_of_range"
    return "bad_value"
