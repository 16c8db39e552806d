"""Strangers: they learn nothing about us, and hear it seldom.

What is told at once goes past the queue and its limits, so whoever writes a lot could else use up what the messenger
lets us say, and colleagues would wait.
"""

from typing import Final

from django.core.cache import cache
from django.utils.translation import gettext as _

from svyazka.bot.events import Answer, Chat

HOUR: Final = 3600
MINUTE: Final = 60


def stranger_words() -> str:
    """What a stranger is told: only how one of ours links his chat."""
    return _(
        "I don’t know you yet. If you work with us, link this chat on the page Settings → What comes to me."
    )


def answer_stranger(chat: Chat) -> Answer | None:
    """Tell it in his chat, once an hour."""
    return Answer(stranger_words()) if is_first("stranger", chat, within=HOUR) else None


def is_first(what: str, chat: Chat, *, within: int) -> bool:
    """Whether this chat was last told so at least so many seconds ago; from now on it was told now."""
    return cache.add(f"bot:{what}:{chat.channel}:{chat.id}", 1, within)
