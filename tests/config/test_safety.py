"""What every answer carries and what the server believes, whoever asks."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.core.signals import request_started
from django.http import HttpResponse
from django.test import Client

from svyazka.config import wsgi
from svyazka.config.accounts import SignedInMiddleware

BY_TLS = {
    "SVYAZKA_TLS": "yes",
    "SVYAZKA_PUBLIC_URL": "https://presale.example.com",
    "SVYAZKA_TRUSTED_PROXY": "10.0.0.0/8",
}


@pytest.fixture
def behind_proxy(settings: Any) -> Iterator[Any]:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    yield importlib.reload(wsgi).application
    settings.TRUSTED_PROXIES = []
    importlib.reload(wsgi)


def settings_with(tmp_path: Path, *names: str, **variables: str) -> dict[str, Any]:
    """What the product's settings become in a process of their own."""
    code = f"import json; from svyazka.config import settings as s; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "SVYAZKA_DATA": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


@pytest.mark.django_db
def test_no_page_may_run_a_script_or_a_style_of_its_own_or_be_framed(client: Client) -> None:
    policy = client.get("/account/login/").headers["Content-Security-Policy"]
    assert set(policy.split("; ")) == {
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    }


@pytest.mark.django_db
def test_nobody_signs_himself_up(client: Client) -> None:
    answer = client.post(
        "/account/signup/", {"email": "a@b.example", "password1": "x" * 12, "password2": "x" * 12}
    )
    assert answer.status_code in {200, 302}
    assert not get_user_model().objects.exists()


@pytest.mark.django_db
def test_a_page_that_says_nothing_about_strangers_is_closed_to_them(rf: Any) -> None:
    guard = SignedInMiddleware(lambda _: HttpResponse())
    request = rf.get("/somewhere/")
    request.user = AnonymousUser()
    answer = guard.process_view(request, lambda _: HttpResponse(), (), {})
    assert answer is not None
    assert answer.headers["Location"] == "/account/login/?next=/somewhere/"


def seen_from(application: Any, sender: str, **headers: str) -> str:
    """The client's address and scheme as the product sees them."""
    seen = []

    def look(environ: dict[str, str], **_: object) -> None:
        seen.append(f"{environ['wsgi.url_scheme']}://{environ['REMOTE_ADDR']}")

    request_started.connect(look)
    try:
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/static/none",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": sender,
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            **headers,
        }
        list(application(environ, lambda *_: None))
    finally:
        request_started.disconnect(look)
    return seen[0]


@pytest.mark.django_db
def test_a_trusted_proxy_says_who_came_and_how(behind_proxy: Any) -> None:
    said = {"HTTP_X_FORWARDED_FOR": "198.51.100.7", "HTTP_X_FORWARDED_PROTO": "https"}
    assert seen_from(behind_proxy, "10.1.2.3", **said) == "https://198.51.100.7"


@pytest.mark.django_db
def test_what_the_client_himself_forwards_is_not_believed(behind_proxy: Any) -> None:
    forged = {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}
    assert seen_from(behind_proxy, "198.51.100.7", **forged) == "http://198.51.100.7"
    through = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7"}
    assert seen_from(behind_proxy, "10.1.2.3", **through) == "http://198.51.100.7", (
        "the proxy appends, the client forges"
    )


@pytest.mark.django_db
def test_without_a_trusted_proxy_nobody_is_believed() -> None:
    assert seen_from(wsgi.application, "127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9") == "http://127.0.0.1"


def test_by_tls_cookies_stay_on_https(tmp_path: Path) -> None:
    found = settings_with(
        tmp_path,
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
        "CSRF_TRUSTED_ORIGINS",
        **BY_TLS,
    )
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://presale.example.com"]


def test_sign_in_attempts_are_counted_by_all_processes_together(tmp_path: Path) -> None:
    found = settings_with(tmp_path, "CACHES")
    assert found["CACHES"]["default"]["BACKEND"].endswith("DatabaseCache")


def test_writes_wait_for_the_disk_unless_tests_say_otherwise(tmp_path: Path) -> None:
    found = settings_with(tmp_path, "DATABASES")
    assert "synchronous=FULL" in found["DATABASES"]["default"]["OPTIONS"]["init_command"]
