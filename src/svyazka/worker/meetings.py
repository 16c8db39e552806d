"""Looks after meetings: ends those that nobody has ended, writes to clients who are silent, asks for a call."""

from collections.abc import Callable
from datetime import datetime

from svyazka.presale.meetings.room import end_forgotten, forgotten
from svyazka.presale.meetings.silence import note_silence, remind_client, to_call, to_remind


def look_after_meetings(at: datetime) -> int:
    """Each in a transaction of its own, each once. Returns how many acts that were."""
    rounds: tuple[tuple[tuple[int, ...], Callable[[int], bool]], ...] = (
        (forgotten(at=at), lambda one: end_forgotten(meeting_id=one, at=at)),
        (to_remind(at=at), lambda one: remind_client(letter_id=one, at=at)),
        (to_call(at=at), lambda one: note_silence(letter_id=one, at=at)),
    )
    return sum(act(one) for ids, act in rounds for one in ids)
