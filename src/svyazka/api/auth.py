"""Who calls: a bearer token, never a cookie, so that no other site can make a browser call for its owner."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone, translation
from ninja.security import HttpBearer

from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import note_token_use
from svyazka.presale.people.queries import token_holder


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom the token speaks for, and the moment of the call."""

    actor: Actor
    at: datetime


class Request(HttpRequest):
    """A request whose token was good."""

    auth: Caller


class Unauthenticated(Exception):
    """No token, an unknown, expired or revoked one, or of somebody who has left: all alike."""


class ScopeMissing(Exception):
    """The token is good and doesn't reach this far."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(scope)


class Bearer(HttpBearer):
    """``Authorization: Bearer svz_…``; the token must carry ``scope``, if one is named."""

    openapi_description = "A token of a person, made in the settings or by `svyazka token create`."

    def __init__(self, scope: str | None = None) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Find the holder and speak his language, unless the request names one."""
        at = timezone.now()
        holder = token_holder(token.strip(), at=at)
        if holder is None:
            raise Unauthenticated
        if "Accept-Language" not in request.headers:
            translation.activate(holder.language)  # LocaleMiddleware activates anew for every request
        if self.scope is not None and self.scope not in (holder.actor.scopes or ()):
            raise ScopeMissing(self.scope)
        if holder.last_used_on != at.date():
            note_token_use(token_id=holder.token_id, day=at.date())
        return Caller(holder.actor, at)


ANYBODY = Bearer()
READ = Bearer("deals:read")
WRITE = Bearer("deals:write")
RECEIVE = Bearer("requests:write")
