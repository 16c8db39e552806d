"""Letters as a channel of the port.

SMTP promises no exactly-once: if the connection breaks between the last byte and the server's answer, nobody knows whether
the letter was taken. It is sent again then, under the same Message-ID, by which servers and mail programs may tell repeats.
"""

import re
import smtplib
import threading
import time
from collections.abc import Callable
from email.headerregistry import Address
from email.mime.image import MIMEImage
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from svyazka.connectors.email.letter import as_html, as_text, cid_of
from svyazka.presale.channels.port import Dead, Down, Gone, Limits, Outcome, Outgoing, Picture, Retry, Sent
from svyazka.presale.channels.queries import LETTERS

REST: Final = 60.0
"""Seconds that the channel rests after the server wasn't there."""
REFUSED_REST: Final = 300.0
"""The same after it knew us and wanted nothing from us: somebody has to mend a setting."""
IDLE: Final = 20.0
"""Seconds for which a connection is kept for the next letter; servers close it after some time themselves."""
_POLICY: Final = re.compile(r"\b5\.7\.\d+")
"""An enhanced status by which the server refuses us, not the address (RFC 3463)."""


class EmailChannel:
    """The mail server of ``SVYAZKA_EMAIL_URL``. Each thread keeps a connection of its own.

    :param limits: twenty letters a second if left out, which a small mail server takes without complaint
    """

    name = LETTERS

    def __init__(
        self, limits: Limits | None = None, connect: Callable[[], BaseEmailBackend] = get_connection
    ) -> None:
        self.limits = limits or Limits(rate=20.0)
        self._connect = connect
        self._kept = threading.local()

    def send(self, outgoing: Outgoing) -> Outcome:
        """Hand one letter to the server."""
        try:
            connection = self._connection()
        except smtplib.SMTPAuthenticationError as error:
            return Down(REFUSED_REST, _told(error))
        except (smtplib.SMTPException, OSError) as error:
            return Down(REST, _told(error))
        try:
            connection.send_messages([_letter(outgoing)])
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return outcome_of(error)
        self._kept.used = time.monotonic()
        return Sent()

    def close(self) -> None:
        """Give this thread's connection back."""
        connection = getattr(self._kept, "connection", None)
        self._kept.connection = None
        if connection is not None:
            connection.close()

    def _connection(self) -> BaseEmailBackend:
        """An open connection: the one of a moment ago if the server still holds it."""
        connection = getattr(self._kept, "connection", None)
        if connection is not None and (time.monotonic() - self._kept.used > IDLE or not _answers(connection)):
            self.close()
            connection = None
        if connection is None:
            connection = self._connect()
            connection.open()
            self._kept.connection, self._kept.used = connection, time.monotonic()
        return connection


def _answers(connection: Any) -> bool:
    line = getattr(connection, "connection", None)
    if line is None:
        return True  # a backend that needs no connection
    try:
        return bool(line.noop()[0] == 250)
    except (smtplib.SMTPException, OSError):
        return False


INVITES: Final = "text/calendar"
"""What mail programs show with buttons, if it stands beside the text and not only below it."""


class _Pictured(EmailMultiAlternatives):
    """A letter whose pictures belong to its words, and aren't listed as files."""

    mixed_subtype = "related"


def _letter(outgoing: Outgoing) -> EmailMultiAlternatives:
    content = outgoing.content
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    # what a colleague writes to a client is no list's notice: his program may answer it, and the answer goes to the colleague
    kind = {} if content.reply_to else {
        "Auto-Submitted": "auto-generated",
        "List-Id": f"Svyazka <notices.{host}>",
        "X-Auto-Response-Suppress": "All",
    }  # fmt: skip
    within = f"{outgoing.id}.{_installation()}@{host}"
    of = _Pictured if content.pictures and not content.attachments else EmailMultiAlternatives
    letter = of(
        subject=" ".join(content.title.split())[:200],
        body=as_text(content),
        from_email=_from(content.sender),
        to=[outgoing.chat],
        reply_to=[content.reply_to] if content.reply_to else None,
        headers={"Message-ID": f"<message-{within}>", **kind},
        attachments=[(one.name, one.body, one.media_type.partition(";")[0]) for one in content.attachments],
    )
    letter.attach_alternative(as_html(content, within), "text/html")
    for picture in content.pictures:
        letter.attach(_inline(picture, within))
    for one in content.attachments:
        if one.media_type.startswith(INVITES):
            letter.attach_alternative(one.body.decode(), one.media_type)
    return letter


def _inline(picture: Picture, within: str) -> MIMEImage:
    main, _, sub = picture.media_type.partition("/")
    assert main == "image", "only pictures are shown within a letter"
    part = MIMEImage(picture.body, sub)
    part.add_header("Content-ID", f"<{cid_of(picture.name, within)}>")
    part.add_header("Content-Disposition", "inline", filename=f"{picture.name}.{sub}")
    return part


LONGEST_NAME: Final = 120


def _from(sender: str) -> str:
    """The one address that we write from, under the name of who writes."""
    name = " ".join(sender.split())[:LONGEST_NAME]
    if not name:
        return settings.DEFAULT_FROM_EMAIL
    return str(Address(display_name=name, addr_spec=parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _installation() -> str:
    """The sender's own part of the Message-ID: two installations at one host are told apart by whom they write as."""
    return re.sub(r"[^a-z0-9]+", "-", parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()).strip("-")


def outcome_of(error: smtplib.SMTPException | OSError) -> Outcome:
    """What a failed letter means: for the address, for the letter, for the whole channel, or for nobody knows which."""
    said = _told(error)
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code, _ = next(iter(refused.values()))
            return _of_address(code, said)
        case smtplib.SMTPSenderRefused(smtp_code=code) | smtplib.SMTPHeloError(smtp_code=code):
            return Down(REFUSED_REST, said) if code >= 500 or code == 421 else Retry(said)
        case smtplib.SMTPDataError(smtp_code=code):
            return Dead(said) if code >= 500 else Retry(said)
        case smtplib.SMTPNotSupportedError():
            return Dead(said)
    return Retry(said, perhaps_sent=True)


def _of_address(code: int, said: str) -> Outcome:
    if code in {421, 530, 535}:
        return Down(REFUSED_REST if code != 421 else REST, said)
    if code < 500:
        return Retry(said)
    return Dead(said) if _POLICY.search(said) else Gone(said)


def _told(error: BaseException) -> str:
    """The server's words on one line, without the address: it stands beside them anyway."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return f"{code} {_plain(words)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_plain(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _plain(words: bytes | str) -> str:
    return " ".join((words.decode(errors="replace") if isinstance(words, bytes) else words).split())
