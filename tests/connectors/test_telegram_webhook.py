"""What Telegram brings by webhook: who may bring it, what is kept of it, and what is refused."""

from dataclasses import replace
from typing import Any, Final

import pytest
from django.test import Client

from svyazka.connectors.telegram import NAME
from svyazka.connectors.telegram.webhook import HEADER
from svyazka.presale.channels.incoming import receive
from svyazka.presale.channels.models import Incoming
from tests.company import TUESDAY

pytestmark = pytest.mark.django_db

SECRET: Final = "a-secret-of-the-tests"


@pytest.fixture(autouse=True)
def _webhook(settings: Any) -> None:
    telegram = replace(settings.ENVIRONMENT.telegram, webhook=SECRET)
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, telegram=telegram)


def bring(update: Any, secret: str = SECRET) -> int:
    """The status that Telegram gets."""
    return Client().post(
        "/telegram/webhook/", update, content_type="application/json", headers={HEADER: secret}
    ).status_code  # fmt: skip


def test_who_knows_the_secret_brings_updates_signed_in_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    update = {"update_id": 9, "message": {}}
    assert [bring(update, secret) for secret in ("wrong", "", SECRET)] == [404, 404, 200]
    assert Incoming.objects.get().source == "9"
    assert "an update with a wrong secret" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("end", ["/", ""])
def test_to_a_stranger_it_is_an_address_where_nothing_is(method: str, end: str) -> None:
    there, nowhere = (
        Client().generic(method, f"/telegram/{name}{end}", "{}", content_type="application/json")
        for name in ("webhook", "nothing")
    )
    assert (there.status_code, there.headers.keys()) == (nowhere.status_code, nowhere.headers.keys())
    assert there.status_code == 404
    assert len(there.content) == len(nowhere.content)  # but for a page's nonce


@pytest.mark.parametrize("body", [
    b"", b"[]", b"9", b"{}", b"\xff", b'{"update_id": "9"}', b'{"update_id": true}', b'{"update_id": 1e999}',
    b'{"update_id": ' + b"[" * 100_000, b'{"update_id": ' + b"9" * 5_000 + b"}", rb'{"update_id": 9, "a": "\ud800"}',
])  # fmt: skip
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    assert bring(body) == 400
    assert not Incoming.objects.exists()


def test_what_no_database_keeps_is_left_out_and_the_rest_kept() -> None:
    raw: Any = {"a\x00": ["б\x00в", "г\ud800", float("nan"), float("-inf"), 1.5, True, None, {"д": "🧵"}]}
    assert receive(channel=NAME, source="9", raw=raw, at=TUESDAY)
    assert Incoming.objects.get().raw == {"a": ["бв", "г", None, None, 1.5, True, None, {"д": "🧵"}]}
