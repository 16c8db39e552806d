"""What a setting's text may be: each function gives the value, or says by ValueError or OSError why it does not fit."""

import os
import re
import secrets
import tempfile
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ

_HOST = re.compile(r"\*|\.?[\w-]+(?:\.[\w-]+)*\.?|\[[0-9a-fA-F:.]+\]")


@dataclass(frozen=True, slots=True)
class Telegram:
    """The bot: no token, no bot. ``webhook`` is its secret, empty where the bot asks for updates."""

    token: str
    api: str
    proxy: str
    webhook: str


def words(text: str) -> list[str]:
    """Words by comma."""
    return [word.strip() for word in text.split(",") if word.strip()]


def hosts(text: str) -> list[str]:
    """Names of hosts by comma, as Django takes them: an address or a port in one would never be met, without a word."""
    for word in words(text):
        if not _HOST.fullmatch(word):
            raise ValueError(f"{word} is no name of a host")
    return words(text)


def bind(text: str) -> tuple[str, int]:
    """Host and port."""
    host, _, port = text.rpartition(":")
    if not host or not 0 < int(port) < 65536:
        raise ValueError("no host or no port")
    return host.strip("[]"), int(port)


def folder(text: str) -> Path:
    """An absolute path to a folder that can be written to; it is made if it is missing."""
    folder = Path(text).expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError("it can't be written to")
    return folder


def yes_or_no(text: str) -> bool:
    """True or False."""
    answers = {
        "yes": True,
        "true": True,
        "on": True,
        "1": True,
        "no": False,
        "false": False,
        "off": False,
        "0": False,
    }
    if text.lower() not in answers:
        raise ValueError("neither yes nor no")
    return answers[text.lower()]


def one_of(*choices: str) -> Callable[[str], str]:
    """A check that lets through only these words."""

    def check(text: str) -> str:
        if text not in choices:
            raise ValueError("not one of " + ", ".join(choices))
        return text

    return check


def public_url(text: str) -> str:
    """Scheme, host and perhaps port, without a path, or nothing."""
    parts = urlsplit(text)
    more = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or more or parts.port == 0):
        raise ValueError("not an address with a host and without a path")
    return text.rstrip("/")


def zone(text: str) -> str:
    """A time zone of the IANA list."""
    if text not in zoneinfo.available_timezones():
        raise ValueError("no such zone")
    return text


def networks(text: str) -> list[str]:
    """IP addresses and networks by comma."""
    for word in words(text):
        ip_network(word)
    return words(text)


def workers(text: str) -> int:
    """How many processes; by default one for each processor."""
    number = int(text) if text else os.cpu_count() or 1
    if number < 1:
        raise ValueError("less than 1")
    return number


def count(text: str) -> int:
    """A whole number, 0 or more."""
    number = int(text)
    if number < 0:
        raise ValueError("less than 0")
    return number


def megabytes(text: str) -> int:
    """How large something may be that comes in one piece."""
    number = int(text)
    if not 1 <= number <= 500:
        raise ValueError("not from 1 to 500")
    return number


def database(text: str, data: Path) -> dict[str, Any]:
    """Django's DATABASES entry."""
    if not text:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(data / "svyazka.sqlite3")}
    if urlsplit(text).scheme not in {
        "sqlite",
        "postgres",
        "postgresql",
    }:  # of others it warns, password and all
        raise ValueError("neither sqlite nor postgres")
    found: dict[str, Any] = environ.Env.db_url_config(text)
    if found.get("NAME") in {None, "", ":memory:"}:  # every process would have one of its own
        raise ValueError("it names no database")
    return found


def address(text: str) -> str:
    """An e-mail address, with or without a name."""
    if "@" not in parseaddr(text)[1]:
        raise ValueError("no address in it")
    return text


def email(text: str) -> dict[str, Any]:
    """Django's EMAIL settings."""
    found: dict[str, Any] = environ.Env.email_url_config(text)
    return found


def secret_key(text: str, data: Path) -> str:
    """The key that is given, or the one kept in the data folder."""
    key = text or _kept_key(data / "secret.key")
    if len(key) < 32:
        raise ValueError("too short")
    return key


def secret_keys(text: str) -> list[str]:
    """Keys by comma."""
    keys = words(text)
    if any(len(key) < 32 for key in keys):
        raise ValueError("too short")
    return keys


def _kept_key(path: Path) -> str:
    """Read the key, or make it: complete before it gets its name, so that of two first starts both read the same."""
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp makes it 0600
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_text(encoding="ascii").strip()


def telegram_token(text: str) -> str:
    """A bot's token, or nothing."""
    if text and not re.fullmatch(r"\d{3,20}:[\w-]{20,100}", text, re.ASCII):
        raise ValueError("not a token")
    return text


def webhook_secret(text: str) -> str:
    """A secret that Telegram takes, or nothing."""
    if text and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text):
        raise ValueError("not such a secret")
    return text


def proxy(text: str) -> str:
    """A proxy's address, or nothing."""
    if text and urlsplit(text).scheme not in {"http", "https", "socks4", "socks5"}:
        raise ValueError("not a proxy")
    return text
