"""A real mail server on the loopback, that can be told to behave badly."""

import email
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.WARNING)  # it tells each line of each conversation
Answer = Callable[[str], str]


@dataclass
class Mailbox:
    """What the server has taken. ``rcpt`` and ``data`` answer for an address; they may be changed at any time."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    rcpt: Answer = lambda _: "250 OK"
    data: Answer = lambda _: "250 OK"
    sessions: int = 0
    arrived: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        """As ``SVYAZKA_EMAIL_URL`` wants it."""
        return f"smtp://127.0.0.1:{self.port}"

    def wait_for(self, count: int, patience: float = 60.0) -> bool:
        """Whether so many letters have come before the patience ended."""
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.letters) >= count, patience)

    # what aiosmtpd calls
    async def handle_EHLO(  # noqa: N802 (aiosmtpd's names)
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.sessions += 1
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.rcpt(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.data(envelope.rcpt_tos[0])
        content: Any = envelope.content
        if answer.startswith("250"):
            with self.arrived:
                self.letters.append(email.message_from_bytes(content, policy=default))
                self.arrived.notify_all()
        return answer


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A server that takes everything, on a free port."""
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box.port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def text_of(letter: EmailMessage) -> str:
    """The letter's plain text."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(letter: EmailMessage) -> str:
    """The letter's HTML."""
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())
