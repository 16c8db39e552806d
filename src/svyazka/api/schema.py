"""The published description of the API: what ninja writes, and what holds for every route alike."""

from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from svyazka.api.auth import Bearer
from svyazka.api.problems import CONTENT_TYPE, Problem, answer_to

_ALWAYS: Final = {
    401: "No valid token",
    403: "The token’s scope or its holder’s rights don’t reach this far",
    404: "There is no such thing, or the token’s holder has no access to it",
    422: "Something has to be corrected first; `errors` and `missing` say what",
    503: "Nothing was saved: try again a little later",
}
_WHEN_WRITING: Final = {
    400: "The body can’t be read",
    409: "Somebody was first; or the Idempotency-Key came with another request",
    413: "The body is too large",
    415: "The body isn’t application/json",
}
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Names this request once: sent again with the same key, it gets the first one’s answer",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}


class Description(OpenAPISchema):
    """OpenAPI 3.1 of all routes, with the problems, scopes and headers that they share."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """What ninja says of a route, completed."""
        details = super().operation_details(operation)
        summary, _, more = operation.signature.docstring.partition("\n")
        details["summary"], details["description"] = summary.rstrip("."), more.strip() or summary
        writes = operation.methods != ["GET"]
        refusals = _ALWAYS | (_WHEN_WRITING if writes else {})
        content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for status in sorted(refusals):
            details["responses"][status] = {"description": refusals[status], "content": content}
        if "POST" in operation.methods:
            details["parameters"].append(_KEY)
        scopes = [auth.scope for auth in operation.auth_callbacks if isinstance(auth, Bearer) and auth.scope]
        details["security"] = [{"Bearer": scopes}]
        return details

    def get_components(self) -> dict[str, Any]:
        """The shared shapes, the problem document among them."""
        components = super().get_components()
        model = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        components["schemas"] |= {**model.pop("$defs"), "Problem": model}
        return components


class Api(NinjaAPI):
    """Ninja’s API, described by :class:`Description` and failing in problem documents."""

    def on_exception(self, request: HttpRequest, exc: Exception | type[Exception]) -> HttpResponse:
        """Answer to whatever a route raised."""
        return answer_to(request, exc if isinstance(exc, Exception) else exc())

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description. The routes never change while we run, so it is written once."""
        return _described(self, path_prefix or self.get_root_path(path_params or {}))


@cache
def _described(api: Api, prefix: str) -> Description:
    return Description(api, prefix)
