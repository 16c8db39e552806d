"""Our own fake of the Bot API, a line to it, and a company that has been at work for a month."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from svyazka.presale.channels.port import Limits
from tests.company import TUESDAY, Company, found_company
from tests.connectors.own_bot_api import OwnBotApi, own_bot_api
from tests.connectors.talking import Sender


@pytest.fixture
def fake() -> Iterator[OwnBotApi]:
    with own_bot_api() as found:
        yield found


@pytest.fixture
def sender(fake: OwnBotApi, settings: Any) -> Iterator[Sender]:
    settings.CHANNELS = ("telegram",)
    settings.PUBLIC_URL = "https://presale.example.com"
    with time_machine.travel(TUESDAY, tick=False):
        made = Sender(fake, Limits())
        yield made
        made.wire.close()


@pytest.fixture
def telegram_on(settings: Any) -> None:
    """The messenger is on, though nothing is sent: the test reads what is queued."""
    settings.CHANNELS = ("telegram",)
    settings.PUBLIC_URL = "https://presale.example.com"


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - timedelta(days=30))
