"""Second factors at rest: the secrets behind codes from an app and recovery codes lie in the database encrypted.

The key is made of the secret key (``SVYAZKA_SECRET_KEY`` or ``secret.key``), which lies outside the database; old ones
(``SVYAZKA_OLD_SECRET_KEYS``) still open what they have sealed. Passkeys hold nothing secret on our side.
"""

import base64
import logging
from functools import cache
from typing import Any, Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from svyazka.web.ui.errors import Unreadable

_log = logging.getLogger(__name__)

_SEALED: Final = "gAAAA"
"""How everything begins that Fernet has made until the year 2106; neither base32 nor hexadecimal secrets do."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """Seals the secrets that allauth puts into the database."""

    def encrypt(self, text: str) -> str:
        """What is to be kept in place of ``text``."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; one from before there was encryption is returned as it is.

        :raises Unreadable: none of our keys opens it: a sentence for the form that asks for the code
        """
        if not encrypted_text.startswith(_SEALED):
            return encrypted_text
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            _log.error("a second factor can't be read: the secret key is another than when it was set up")
            raise Unreadable(
                _("Codes can’t be checked: the server’s key was changed. Ask an administrator.")
            ) from None


def _box() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@cache
def _fernet(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"svyazka: second factors").derive(
        secret.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))


@transaction.atomic
def seal_second_factors() -> int:
    """Encrypt with the newest key what lies in the clear or under an older one. Returns how many rows were changed."""
    kept = Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN)
    changed = 0
    for row in kept.order_by("pk"):
        fresh = {name: _sealed(name, value) for name, value in row.data.items()}
        if fresh != row.data:
            row.data = fresh
            row.save(update_fields=["data"])
            changed += 1
    return changed


def _sealed(name: str, value: Any) -> Any:
    if name == "migrated_codes" and isinstance(value, list):
        return [_under_newest(one) for one in value]
    return _under_newest(value) if name in {"secret", "seed"} else value


def _under_newest(value: str) -> str:
    if not value.startswith(_SEALED):
        return _box().encrypt(value.encode()).decode()
    try:
        _fernet(settings.SECRET_KEY).decrypt(value.encode())
    except InvalidToken:
        try:
            return _box().rotate(value.encode()).decode()
        except InvalidToken:
            return value  # of a key that is gone; it may come back
    return value
