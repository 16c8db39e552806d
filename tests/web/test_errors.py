"""What is no page still speaks like the product: plain words, a way out, in the reader's language."""

from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from svyazka.presale.journal.values import NotAllowed, NotFound
from svyazka.presale.people.models import Person
from tests.company import Company, found_company


def _raise(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


urlpatterns = [
    path("nothing/", _raise(NotFound())),
    path("closed/", _raise(NotAllowed(right="people.change"))),
    path("down/", _raise(OperationalError("disk full"))),
    path("fault/", _raise(RuntimeError("secret detail"))),
    path("", include("svyazka.config.urls")),
]
handler403 = "svyazka.web.ui.errors.forbidden"
handler404 = "svyazka.web.ui.errors.not_found"
handler500 = "svyazka.web.ui.errors.fault"


@pytest.fixture
def visitor(db: None) -> Iterator[Client]:
    company: Company = found_company()
    client = Client(raise_request_exception=False)
    client.force_login(
        Person.objects.get(pk=company.manager.me), "allauth.account.auth_backends.AuthenticationBackend"
    )
    with override_settings(ROOT_URLCONF=__name__):
        yield client


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nothing/", 404, "Такой страницы нет"),
        ("/no-such-page/", 404, "Такой страницы нет"),
        ("/closed/", 403, "Эта страница вам недоступна"),
        ("/down/", 503, "Не сохранено"),
        ("/fault/", 500, "Что-то пошло не так"),
    ],
)
def test_what_fails_is_said_in_plain_words(visitor: Client, address: str, status: int, words: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_a_form_from_elsewhere_is_told_to_reload(db: None) -> None:
    company = found_company()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(
        Person.objects.get(pk=company.manager.me), "allauth.account.auth_backends.AuthenticationBackend"
    )
    answer = strict.post("/notices/read/", {})
    assert answer.status_code == 403
    assert "Форма устарела" in answer.content.decode()
