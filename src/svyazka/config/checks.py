"""What Django checks before it serves or migrates anything."""

import sqlite3

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution

from svyazka.config.sqlite import has_wal_reset_bug


def check_sqlite(**_: object) -> list[CheckMessage]:
    """Refuse to write a WAL database with a SQLite that can damage it."""
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if not on_sqlite or not has_wal_reset_bug(sqlite3.sqlite_version_info):
        return []
    return [
        Error(
            f"SQLite {sqlite3.sqlite_version} can damage a database in WAL mode.",
            hint="Install pysqlite3 0.6.1 or newer, as requirements/run.lock does, or use PostgreSQL.",
            id="svyazka.E001",
        )
    ]


def check_proxy(**_: object) -> list[CheckMessage]:
    """Notice a TLS set-up in which nobody tells us that the client came by HTTPS."""
    if not settings.TLS or settings.TRUSTED_PROXIES:
        return []
    return [
        Caution(
            "SVYAZKA_TLS is on, but no proxy is trusted to say who the client is and how he came.",
            hint="Set SVYAZKA_TRUSTED_PROXY to the address of the proxy that ends TLS, e.g. 127.0.0.1.",
            id="svyazka.W001",
        )
    ]


def check_openness(**_: object) -> list[CheckMessage]:
    """Notice settings of a developer's desk on a server that people reach."""
    found: list[CheckMessage] = []
    if settings.DEBUG and (
        settings.TLS or settings.ENVIRONMENT.host not in {"127.0.0.1", "localhost", "::1"}
    ):
        found.append(
            Error(
                "SVYAZKA_DEBUG shows settings and data to every stranger.",
                hint="Unset it.",
                id="svyazka.E002",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Name the hosts in SVYAZKA_ALLOWED_HOSTS."
        found.append(Caution("Any host name is answered to.", hint=hint, id="svyazka.W002"))
    return found
