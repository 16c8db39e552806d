"""Letters to clients: sent as the worker sends them, read from a real mailbox."""

import re
from datetime import datetime
from email.message import EmailMessage

from svyazka.connectors.email.channel import EmailChannel
from svyazka.presale.channels.outbox import take
from svyazka.presale.channels.port import Limits, Outgoing, Sent
from svyazka.presale.channels.settling import give_up, settle
from svyazka.speech.messages import content_of
from tests.connectors.mailserver import Mailbox, text_of


def delivered(channel: EmailChannel, server: Mailbox, *, at: datetime) -> list[EmailMessage]:
    """Send what waits for clients, and give all that lies in the mailbox."""
    while found := take(channel="email", limits=Limits(), worker="test", at=at, limit=50):
        for taken in found:
            content = content_of(taken, at=at)
            if content is not None and taken.role == "client":
                out = Outgoing(
                    taken.id, taken.kind, taken.subject, taken.role, taken.chat, "", "", "", content
                )
                assert channel.send(out) == Sent()
            if content is None:
                give_up(taken=taken, worker="test", because="nothing to say")
            else:
                settle(taken=taken, outcome=Sent(), worker="test", at=at)
    return list(server.letters)


def links_in(letter: EmailMessage) -> list[str]:
    """The client's addresses in a letter, without the host, in the order in which they stand there."""
    return re.findall(r"https?://[^/\s]+(/c/\S+)", text_of(letter))
