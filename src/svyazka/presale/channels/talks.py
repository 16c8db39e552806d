"""Talks: what a person's chat is about just now. One at a time; a new one takes the old one's place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from svyazka.presale.channels.models import Talk
from svyazka.presale.journal.values import Json

LIFE: Final = timedelta(days=2)
"""A talk can be taken up again for so long."""


@dataclass(frozen=True, slots=True)
class TalkState:
    """Which question waits for an answer, and what was said so far."""

    state: str
    data: Mapping[str, Json] = field(default_factory=dict)


def talk_at(place_id: int, *, at: datetime) -> TalkState | None:
    """The talk of this chat, None if there is none or it is too old to be meant."""
    row = Talk.objects.filter(pk=place_id, at__gt=at - LIFE).first()
    return TalkState(row.state, row.data) if row else None


def set_talk(place_id: int, talk: TalkState | None, *, at: datetime) -> None:
    """Let the chat be about this; None ends its talk. Must run inside a command."""
    if talk is None:
        Talk.objects.filter(pk=place_id).delete()
        return
    values = {"state": talk.state, "data": dict(talk.data), "at": at}
    Talk.objects.update_or_create(place_id=place_id, defaults=values)


def forget_talks(*, at: datetime) -> int:
    """Delete talks that nobody will take up again, with what was said in them. Returns how many."""
    return Talk.objects.filter(at__lt=at - LIFE).delete()[0]
