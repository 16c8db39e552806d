"""The channels by which we are heard outside, by name."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from svyazka.presale.channels.queries import messengers_on

WAYS: Final[Mapping[str, str | Promise]] = {"email": pgettext_lazy("way", "e-mail")}
"""A messenger's name is its own in every language."""


def say_way(channel: str) -> str:
    """«почта», «Telegram»."""
    return str(WAYS.get(channel) or channel[:1].upper() + channel[1:])


COLLEAGUE: Final = pgettext_lazy("source", "a colleague")
PARTNER: Final = pgettext_lazy("source", "a partner")
"""Where a request comes from if nobody says: it is written down in the company's language."""
_DOORS: Final[Mapping[str, str | Promise]] = {
    "web": pgettext_lazy("source", "our pages"),
    "api": pgettext_lazy("source", "another program"),
    "public": pgettext_lazy("source", "the form for clients"),
    "email": WAYS["email"],
}
"""The doors of ours by which a request comes in of which nobody says more."""


def say_source(source: str) -> str:
    """Where a request came from: what we call it ourselves in the reader's language, else as somebody has called it."""
    if source in messengers_on():
        return say_way(source)
    return str(_DOORS.get(source) or _own_names().get(source) or source)


@cache
def _own_names() -> Mapping[str, Promise]:
    """The sources that we have named ourselves, by their name in each language."""
    found: dict[str, Promise] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {str(one): one for one in (COLLEAGUE, PARTNER)}
    return found
