"""The environment variables that set the product up: one table, read once, each value checked.

``docs/settings.md`` is made of this table by ``python -m tools.settings``. Every variable may also be given
as ``NAME_FILE``, a path to a file that holds the value (secrets of Docker and systemd).
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import environ
from environ.fileaware_mapping import FileAwareMapping

from svyazka.config import values

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable.

    ``default`` is the text that would be set by hand, ``shown`` its words where it is computed; ``hint`` tells
    whoever wrote a value that does not fit what to write.
    """

    name: str
    kind: str
    default: str
    help: str
    hint: str
    shown: str = ""


SETTINGS: Final = (
    Setting(
        "SVYAZKA_DATA",
        "folder",
        "var",
        "Where the database, the key, files and backups live.",
        "Name a folder that this user may create and write to.",
    ),
    Setting(
        "SVYAZKA_BIND",
        "host:port",
        "127.0.0.1:8000",
        "Where the server listens.",
        "Write it as 127.0.0.1:8000.",
    ),
    Setting(
        "SVYAZKA_PUBLIC_URL",
        "URL",
        "",
        "The address people open: used in letters and links; https:// where TLS is on.",
        "Write it as https://presale.example.com.",
        shown="http://localhost and the port of SVYAZKA_BIND",
    ),
    Setting(
        "SVYAZKA_ALLOWED_HOSTS",
        "list",
        "localhost,127.0.0.1,[::1]",
        "Host names answered to, by comma; the one of SVYAZKA_PUBLIC_URL is always among them.",
        "Write names, e.g. presale.example.com,localhost.",
    ),
    Setting(
        "DATABASE_URL",
        "URL",
        "",
        "sqlite:///path or postgres://user:password@host:port/name (needs the extra svyazka[postgres]).",
        "Write sqlite:///path or postgres://user:password@host:port/name.",
        shown="svyazka.sqlite3 in SVYAZKA_DATA",
    ),
    Setting(
        "SVYAZKA_SECRET_KEY",
        "text",
        "",
        "Signs sessions and links, encrypts second factors; at least 32 characters.",
        "Use 32 characters or more.",
        shown="secret.key in SVYAZKA_DATA, made at the first start, readable by its owner only",
    ),
    Setting(
        "SVYAZKA_OLD_SECRET_KEYS",
        "list",
        "",
        "Earlier secret keys, by comma, for a while after a change: what they signed or encrypted still holds.",
        "Write the keys as they were, 32 characters or more each.",
        shown="none",
    ),
    Setting(
        "SVYAZKA_LANGUAGE", "ru or en", "ru", "Language of whoever has not chosen one.", "Write ru or en."
    ),
    Setting(
        "SVYAZKA_TIME_ZONE",
        "IANA zone",
        "Europe/Moscow",
        "Time zone of whoever has not chosen one.",
        "Write an IANA name, e.g. Europe/Moscow.",
    ),
    Setting(
        "SVYAZKA_TLS", "yes/no", "no", "People come by HTTPS: secure cookies and HSTS.", "Write yes or no."
    ),
    Setting(
        "SVYAZKA_TRUSTED_PROXY",
        "list",
        "",
        "Addresses or networks of the proxy whose X-Forwarded-For and X-Forwarded-Proto are believed, by comma.",
        "Write addresses, e.g. 127.0.0.1,10.0.0.0/8.",
        shown="nobody",
    ),
    Setting(
        "SVYAZKA_EMAIL_URL",
        "URL",
        "consolemail://",
        "smtp+tls://user:password@host:587, smtp+ssl://...:465, or consolemail:// to print letters where the log goes, with "
        "addresses and live links for setting a new password: for trying out only.",
        "Write smtp+tls://user:password@host:587.",
    ),
    Setting(
        "SVYAZKA_EMAIL_FROM",
        "address",
        "Svyazka <svyazka@localhost>",
        "Whom letters come from.",
        "Write it as Svyazka <presale@example.com>.",
    ),
    Setting(
        "SVYAZKA_TELEGRAM_TOKEN",
        "text",
        "",
        "The bot's token from @BotFather. With it the bot runs beside the pages (needs the extra svyazka[telegram]).",
        "Write it as 123456:ABC…, as @BotFather gave it.",
        shown="none: no Telegram",
    ),
    Setting(
        "SVYAZKA_TELEGRAM_API",
        "URL",
        "https://api.telegram.org",
        "The Bot API's server: Telegram's own, or one's own where that can't be reached.",
        "Write it as https://api.telegram.org.",
    ),
    Setting(
        "SVYAZKA_TELEGRAM_PROXY",
        "URL",
        "",
        "A proxy by which the Bot API is reached, http:// or socks5://.",
        "Write it as socks5://user:password@host:1080.",
        shown="none",
    ),
    Setting(
        "SVYAZKA_TELEGRAM_WEBHOOK",
        "text",
        "",
        "A secret of 16 letters, digits, - or _ at least, with which Telegram brings updates to "
        "SVYAZKA_PUBLIC_URL/telegram/webhook/; without it the bot asks for them, which works behind any firewall.",
        "Use 16 to 256 letters, digits, - and _.",
        shown="none: the bot asks",
    ),
    Setting(
        "SVYAZKA_WORKERS",
        "number",
        "",
        "Web processes.",
        "Write a whole number, 1 or more.",
        shown="the number of processors",
    ),
    Setting(
        "SVYAZKA_BACKUPS",
        "number",
        "3",
        "How many of the worker's nightly backups are kept in SVYAZKA_DATA/backups; 0 makes none.",
        "Write a whole number, 0 or more.",
    ),
    Setting(
        "SVYAZKA_MAX_FILE_MB",
        "number",
        "25",
        "How large a file in a deal's folder may be, in MB. A form takes four times as much in all: client_max_body_size of "
        "the address in nginx.conf.example goes with it.",
        "Write a whole number, 1 to 500.",
    ),
    Setting(
        "SVYAZKA_LOG",
        "console or json",
        "console",
        "Form of the log; both leave out tokens, addresses and phones.",
        "Write console or json.",
    ),
    Setting(
        "SVYAZKA_DEBUG",
        "yes/no",
        "no",
        "Django's debug pages, for developers only: they show everything.",
        "Write yes or no.",
    ),
)


class SettingsError(Exception):
    """The environment can't be used as it is. ``problems`` are sentences that say what to set and how."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables, checked and typed."""

    data: Path
    host: str
    port: int
    public_url: str
    allowed_hosts: list[str]
    database: dict[str, Any]
    secret_key: str
    old_secret_keys: list[str]
    language: str
    time_zone: str
    tls: bool
    trusted_proxies: list[str]
    email: dict[str, Any]
    email_from: str
    telegram: values.Telegram
    workers: int
    backups: int
    max_file_mb: int
    log: str
    debug: bool


def read(variables: Mapping[str, str]) -> Environment:
    """Read and check every variable; make the data folder and the key where they are missing.

    :raises SettingsError: names every wrong variable at once
    """
    return _Reader(variables).read()


class _Reader:
    """Collects problems, so that one start tells of all of them."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.problems: list[str] = []
        self.env = environ.FileAwareEnv()
        self.env.ENVIRON = FileAwareMapping(env=dict(variables))

    def read(self) -> Environment:
        self._refuse_strangers()
        host, port = self.take("SVYAZKA_BIND", values.bind, ("", 0))
        data = self.take("SVYAZKA_DATA", values.folder, Path())
        tls = self.take("SVYAZKA_TLS", values.yes_or_no, otherwise=False)
        public_url = self.take("SVYAZKA_PUBLIC_URL", values.public_url, "") or f"http://localhost:{port}"
        if tls and not public_url.startswith("https://"):
            self.problems.append(
                "SVYAZKA_TLS is on: set SVYAZKA_PUBLIC_URL to an address that begins with https://."
            )
        hosts: list[str] = self.take("SVYAZKA_ALLOWED_HOSTS", values.hosts, [])
        self.stop_if_wrong()  # a start that fails anyway makes no key
        found = Environment(
            data=data,
            host=host,
            port=port,
            public_url=public_url,
            tls=tls,
            allowed_hosts=[*hosts, urlsplit(public_url).hostname or ""],
            database=self.take("DATABASE_URL", lambda url: values.database(url, data), {}),
            secret_key=self.take("SVYAZKA_SECRET_KEY", lambda key: values.secret_key(key, data), ""),
            old_secret_keys=self.take("SVYAZKA_OLD_SECRET_KEYS", values.secret_keys, []),
            language=self.take("SVYAZKA_LANGUAGE", values.one_of("ru", "en"), ""),
            time_zone=self.take("SVYAZKA_TIME_ZONE", values.zone, ""),
            trusted_proxies=self.take("SVYAZKA_TRUSTED_PROXY", values.networks, []),
            email=self.take("SVYAZKA_EMAIL_URL", values.email, {}),
            email_from=self.take("SVYAZKA_EMAIL_FROM", values.address, ""),
            telegram=values.Telegram(
                token=self.take("SVYAZKA_TELEGRAM_TOKEN", values.telegram_token, ""),
                api=self.take("SVYAZKA_TELEGRAM_API", values.public_url, ""),
                proxy=self.take("SVYAZKA_TELEGRAM_PROXY", values.proxy, ""),
                webhook=self.take("SVYAZKA_TELEGRAM_WEBHOOK", values.webhook_secret, ""),
            ),
            workers=self.take("SVYAZKA_WORKERS", values.workers, 1),
            backups=self.take("SVYAZKA_BACKUPS", values.count, 0),
            max_file_mb=self.take("SVYAZKA_MAX_FILE_MB", values.megabytes, 25),
            log=self.take("SVYAZKA_LOG", values.one_of("console", "json"), ""),
            debug=self.take("SVYAZKA_DEBUG", values.yes_or_no, otherwise=False),
        )
        if found.database.get("ENGINE", "").endswith("postgresql") and not find_spec("psycopg"):
            self.problems.append(
                "DATABASE_URL: PostgreSQL needs its driver. Install Svyazka with the extra svyazka[postgres]."
            )
        if found.telegram.token and not find_spec("aiogram"):
            self.problems.append(
                "SVYAZKA_TELEGRAM_TOKEN: the bot needs its library. Install Svyazka with the extra svyazka[telegram]."
            )
        self.stop_if_wrong()
        return found

    def take(self, name: str, check: Callable[[str], T], otherwise: T) -> T:
        """The variable's checked value; ``otherwise`` stands in for a wrong one until all problems are told."""
        setting = next(setting for setting in SETTINGS if setting.name == name)
        try:
            text = str(self.env.str(name, default=setting.default)).strip() or setting.default
        except OSError as error:
            self.problems.append(
                f"{name}_FILE: the file can't be read ({error.strerror}). Name a file that this user may read."
            )
            return otherwise
        try:
            return check(text)
        except (ValueError, OSError, environ.ImproperlyConfigured) as error:
            # A key or a URL may hold a password: neither the screen nor the log is a place for it.
            secret = any(part in name for part in ("KEY", "URL", "TOKEN", "PROXY", "WEBHOOK"))
            why = "does not fit." if secret else f"{text!r} does not fit ({error})."
            self.problems.append(f"{name}: {why} {setting.hint}")
            return otherwise

    def stop_if_wrong(self) -> None:
        if self.problems:
            raise SettingsError(self.problems)

    def _refuse_strangers(self) -> None:
        known = {setting.name for setting in SETTINGS}
        for name in self.variables:
            if name.startswith("SVYAZKA_") and name.removesuffix("_FILE") not in known:
                near = difflib.get_close_matches(name, known, n=1)
                meant = f" Did you mean {near[0]}?" if near else " See docs/settings.md."
                self.problems.append(f"{name}: there is no such setting.{meant}")
