"""Signing out everywhere else."""

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest


def end_other_sessions(request: HttpRequest, *, at: datetime) -> int:
    """End every living session of this person but the one he asks from. Returns how many there were.

    A session knows its person only inside its signed data, so that each living one has to be read.
    """
    mine = request.session[SESSION_KEY]
    others = Session.objects.filter(expire_date__gt=at).exclude(session_key=request.session.session_key)
    ended = [
        session.session_key for session in others.iterator() if session.get_decoded().get(SESSION_KEY) == mine
    ]
    Session.objects.filter(session_key__in=ended).delete()
    return len(ended)
