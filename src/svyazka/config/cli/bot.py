"""The command that runs the bot, alone."""

import signal
import threading
from types import FrameType

import typer
from django.conf import settings

from svyazka.config.cli.failures import Failure
from svyazka.worker.delivery import Delivery

app = typer.Typer()


@app.command()
def bot() -> None:
    """Run the Telegram bot alone, until stopped; svyazka up runs one beside the pages where a token is set."""
    telegram = settings.ENVIRONMENT.telegram
    if not telegram.token:
        raise Failure("There is no bot without a token.", "Set SVYAZKA_TELEGRAM_TOKEN.")
    # aiogram takes seconds and a hundred megabytes: no other process should pay for it
    from svyazka.connectors.telegram.channel import TelegramChannel
    from svyazka.connectors.telegram.process import BotProcess
    from svyazka.connectors.telegram.wire import Wire

    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
    wire = Wire(token=telegram.token, api=telegram.api, proxy=telegram.proxy)
    webhook = (f"{settings.PUBLIC_URL}/telegram/webhook/", telegram.webhook) if telegram.webhook else None
    delivery = Delivery([TelegramChannel(wire)], stop=stop)
    delivery.start()
    try:
        BotProcess(wire, stop=stop, webhook=webhook, handled=delivery.wake).run()
    finally:
        stop.set()
        delivery.join()
        wire.close()
