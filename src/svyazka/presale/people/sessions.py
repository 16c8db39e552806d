"""Ending the sessions in which a person is signed in."""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session


def end_sessions(person_id: int, *, at: datetime, but: str | None = None) -> int:
    """End every living session of a person, but the one with this key. Returns how many there were.

    A session knows its person only inside its signed data, so that each living one has to be read.
    """
    living = Session.objects.filter(expire_date__gt=at).exclude(session_key=but or "")
    ended = [
        session.session_key
        for session in living.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(person_id)
    ]
    Session.objects.filter(session_key__in=ended).delete()
    return len(ended)
