"""What is said to the bot and what it says, step by step in the test's own thread, against our own fake."""

import threading
from datetime import datetime
from typing import Any, Final

from svyazka.bot.dialogue import handle
from svyazka.bot.events import Chat, Event, FileRef, Said
from svyazka.connectors.telegram.channel import TelegramChannel
from svyazka.connectors.telegram.wire import Wire
from svyazka.presale.channels.commands import bind_place
from svyazka.presale.channels.port import Limits
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor
from svyazka.worker.delivery import Delivery
from tests.company import TUESDAY
from tests.connectors.own_bot_api import OwnBotApi
from tests.connectors.telegram_peer import TOKEN

HUB: Final = "-1009876543210"
"""The group of all deals."""


class Sender:
    """Delivery to the fake, step by step."""

    def __init__(self, fake: OwnBotApi, limits: Limits) -> None:
        self.fake = fake
        self.wire = Wire(token=TOKEN, api=fake.api)
        self.channel = TelegramChannel(self.wire, limits)

    def go(self, at: datetime = TUESDAY) -> int:
        """Send whatever may go out now; how many were tried."""
        delivery = Delivery([], stop=threading.Event(), clock=lambda: at)
        tried = 0
        while delivery.deliver_next(self.channel, "test"):
            tried += 1
        return tried

    def heard(self, chat: str) -> list[str]:
        """What a chat has been told, each message as it is now, oldest first."""
        return [str(one["text"]) for one in self.fake.of("sendMessage") if str(one["chat_id"]) == chat]


def own(user: str) -> Chat:
    """The private chat of whoever has this name at the messenger."""
    return Chat("telegram", user, is_private=True)


def link(who: Actor) -> str:
    """Somebody's private chat; its name."""
    user = str(5_000_000 + who.me)
    bind_place(channel="telegram", chat=user, role="person", person_id=who.me, actor=who, at=TUESDAY)
    return user


@command
def told(event: Event, at: datetime = TUESDAY) -> Any:
    """Something happens in a chat."""
    return handle(event, at=at)


def say(user: str, *texts: str, files: tuple[FileRef, ...] = (), at: datetime = TUESDAY) -> None:
    """He writes these in his own chat, each with the files."""
    for text in texts:
        told(Said("1", own(user), user, text=text, files=files), at)
