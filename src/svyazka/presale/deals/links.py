"""Addresses of the public form: for anybody, or for one partner agent."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from svyazka.presale.deals.models import IntakeLink
from svyazka.presale.journal.commands import WORKSPACE, Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Invalid, NotFound, line
from svyazka.presale.people.queries import directory, secret_digest
from svyazka.presale.people.rights import require

LINK_LIFE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as the window's keepers see it; the secret is not kept."""

    id: int
    name: str
    agent_id: int | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@command
def make_link(
    *, name: str, actor: Actor, at: datetime, agent_id: int | None = None, life: timedelta = LINK_LIFE
) -> str:
    """Make an address of the form. Returns its secret part, shown this once.

    :param agent_id: the partner agent whose leads come by it
    """
    require(actor, "window.links")
    if not name.strip():
        raise Invalid(errors={"name": "required"})
    card = directory().people.get(agent_id or 0)
    if agent_id is not None and (card is None or not card.is_agent):
        raise Invalid(errors={"agent": "unknown_choice"})
    secret = secrets.token_urlsafe(32)
    link = IntakeLink.objects.create(
        name=line(name, 80),
        digest=secret_digest(secret),
        agent_id=agent_id,
        created_at=at,
        expires_at=at + life,
    )
    record(chain=WORKSPACE, act=Act("link.made", {"link": link.pk, "agent": agent_id}), actor=actor, at=at)
    return secret


@command
def revoke_link(*, link_id: int, actor: Actor, at: datetime) -> None:
    """End an address at once."""
    require(actor, "window.links")
    if not IntakeLink.objects.filter(pk=link_id, revoked_at=None).update(revoked_at=at):
        raise NotFound
    record(chain=WORKSPACE, act=Act("link.revoked", {"link": link_id}), actor=actor, at=at)


def link_of(secret: str, *, at: datetime) -> LinkRow:
    """The living link with this secret.

    :raises NotFound: none, expired or revoked: all alike
    """
    row = IntakeLink.objects.filter(digest=secret_digest(secret), revoked_at=None, expires_at__gt=at).first()
    if row is None:
        raise NotFound
    return _row(row)


def links(*, viewer: Actor) -> tuple[LinkRow, ...]:
    """All links, newest first."""
    require(viewer, "window.links")
    return tuple(_row(row) for row in IntakeLink.objects.order_by("-pk"))


def _row(row: IntakeLink) -> LinkRow:
    return LinkRow(row.pk, row.name, row.agent_id, row.created_at, row.expires_at, row.revoked_at)
