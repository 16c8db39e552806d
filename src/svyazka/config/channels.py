"""The channels of this installation: which connectors its settings turn on."""

from django.conf import settings

from svyazka.connectors.email.channel import EmailChannel
from svyazka.presale.channels.port import Channel
from svyazka.presale.channels.queries import LETTERS


def worker_channels() -> tuple[Channel, ...]:
    """Those by which the worker delivers; a messenger's own process sees to its own."""
    return (EmailChannel(),) if LETTERS in settings.CHANNELS else ()
