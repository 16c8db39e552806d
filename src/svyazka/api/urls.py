"""The API's routes, below ``/api/``."""

from importlib.metadata import version

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.http import require_safe

from svyazka.api import changes, commitments, deals, experts, people, process, questions, requests, stages
from svyazka.api.door import JsonParser, JsonRenderer, door, once
from svyazka.api.problems import problem
from svyazka.api.schema import Api

api = Api(
    title="Svyazka",
    version=version("svyazka"),
    description=(
        "Presale from the single window to the contract. Everything that the pages can do to a deal, by token. "
        "Errors are problem documents (RFC 9457); texts come in the language of Accept-Language, else of the "
        "token’s holder."
    ),
    urls_namespace="api-v1",
    parser=JsonParser(),
    renderer=JsonRenderer(),
)
api.add_decorator(once)
for part in (requests, deals, stages, commitments, experts, questions, people, process, changes):
    api.add_router("", part.router)


def _no_such_route(_request: HttpRequest) -> HttpResponse:
    return problem(404, "no_such_route")


def _routes() -> list[URLPattern | URLResolver]:
    *known, root = api.urls[0]  # ninja's root answers nothing by itself and only names the prefix
    for route in (*known, root):
        if isinstance(route, URLPattern):
            # the description and its page answer any method by themselves
            view = (
                require_safe(route.callback)
                if route.name in {"openapi-json", "openapi-view"}
                else route.callback
            )
            route.callback = door(view)
    return [*known, re_path(r"", door(_no_such_route)), root]


urlpatterns: list[URLPattern | URLResolver] = [path("v1/", include((_routes(), "api-v1")))]
