"""The channels by which we are heard outside, by name."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from svyazka.presale.channels.queries import messengers_on

WAYS: Final[Mapping[str, str | Promise]] = {"email": pgettext_lazy("way", "e-mail")}
"""A messenger's name is its own in every language."""


def say_way(channel: str) -> str:
    """«почта», «Telegram»."""
    return str(WAYS.get(channel) or channel[:1].upper() + channel[1:])


def say_source(source: str) -> str:
    """Where a request came from: the messenger that brought it by name, else as somebody has called it."""
    return say_way(source) if source in messengers_on() else source
