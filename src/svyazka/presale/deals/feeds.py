"""Live tables: one view of open deals by a secret address that a spreadsheet reads, until it expires or is revoked.

Whoever has the address reads what its maker sees at that moment, and no more: his rights are asked anew each time.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from svyazka.presale.deals.models import Deal, DealFeed
from svyazka.presale.deals.queries import DealRow, Filters, deal_rows, visible_to
from svyazka.presale.deals.shadow import latest_open_act
from svyazka.presale.journal.commands import WORKSPACE, Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Invalid, NotFound, line
from svyazka.presale.people.queries import actor_by_id, secret_digest, settings_revision
from svyazka.presale.people.rights import may, require

FEED_LIFE: Final = timedelta(days=365)
MOST_ROWS: Final = 10_000
"""Deals of one table, the newest first."""
_NOTED: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class View:
    """Which open deals are wanted, as they are chosen above a list. Empty leaves a sieve out; ``overdue`` is told anew each time."""

    stage: str = ""
    unit: int | None = None
    person: int | None = None
    source: str = ""
    overdue: bool = False
    text: str = ""

    def filters(self, at: datetime) -> Filters:
        """The same for the query."""
        return Filters(
            stage=self.stage or None, unit_id=self.unit, person_id=self.person, source=self.source or None,
            overdue_at=at if self.overdue else None, text=self.text,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A live table as those see it who may end it. ``used_at`` is right to an hour; the secret is not kept."""

    id: int
    name: str
    person_id: int
    view: View
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenFeed:
    """A live table that is being read, and its maker as he is now."""

    row: FeedRow
    reader: Actor


@command
def make_feed(*, name: str, view: View, actor: Actor, at: datetime, life: timedelta = FEED_LIFE) -> str:
    """Make the address of a view of open deals. Returns its secret part, shown this once.

    :raises Invalid: it has no name, or a life that isn't positive
    """
    require(actor, "feed.make")
    errors = {}
    if not line(name, 80):
        errors["name"] = "required"
    if life <= timedelta(0):
        errors["life"] = "not_positive"
    if errors:
        raise Invalid(errors=errors)
    secret = secrets.token_urlsafe(32)
    feed = DealFeed.objects.create(
        person_id=actor.me, name=line(name, 80), digest=secret_digest(secret), view=asdict(view), created_at=at,
        expires_at=at + life,
    )  # fmt: skip
    record(chain=WORKSPACE, act=Act("feed.made", {"feed": feed.pk}), actor=actor, at=at)
    return secret


@command
def revoke_feed(*, feed_id: int, actor: Actor, at: datetime) -> None:
    """End an address at once. Somebody else's answers as if there were none, unless one administers."""
    feed = DealFeed.objects.select_for_update().filter(pk=feed_id, revoked_at=None).first()
    seats = {"oneself"} if feed is not None and feed.person_id == actor.person_id else set()
    if feed is None or not may(actor, "feed.revoke", seats):
        raise NotFound
    feed.revoked_at = at
    feed.save(update_fields=["revoked_at"])
    record(chain=WORKSPACE, act=Act("feed.revoked", {"feed": feed_id}), actor=actor, at=at)


def revoke_feeds_of(person_id: int, *, at: datetime) -> None:
    """End all of a person's: he has left, or somebody else has given him a password. A part of that act."""
    DealFeed.objects.filter(person_id=person_id, revoked_at=None).update(revoked_at=at)


def note_feed_use(feed: FeedRow, *, at: datetime) -> None:
    """Keep when a table was last read, once an hour at most, so that reads stay reads nearly always.

    It is no act: nothing depends on it, and it tells the maker only that the address is in use.
    """
    if feed.used_at is None or feed.used_at <= at - _NOTED:
        DealFeed.objects.filter(pk=feed.id).update(used_at=at)


def feeds(*, viewer: Actor, limit: int = 200) -> tuple[FeedRow, ...]:
    """The viewer's live tables, or everybody's for whoever may end them; newest first, expired ones too, revoked ones not."""
    found = DealFeed.objects.filter(revoked_at=None)
    if not may(viewer, "feed.revoke"):
        require(viewer, "feed.make")
        found = found.filter(person_id=viewer.me)
    return tuple(_row(feed) for feed in found.order_by("-pk")[:limit])


def open_feed(secret: str, *, at: datetime) -> OpenFeed:
    """The live table with this secret, and who reads by it.

    :raises NotFound: none, expired, revoked, or its maker has left or may make none any more: all alike
    """
    feed = DealFeed.objects.filter(digest=secret_digest(secret), revoked_at=None, expires_at__gt=at).first()
    reader = actor_by_id(feed.person_id, "web") if feed else None
    if feed is None or reader is None or not may(reader, "feed.make"):
        raise NotFound
    return OpenFeed(_row(feed), reader)


def feed_revision(feed: OpenFeed, *, at: datetime) -> str:
    """Changes whenever the table may: with each act, each change of people or settings, each due time that passes. Three queries at most."""
    late = Deal.objects.filter(visible_to(feed.reader), feed.row.view.filters(at).q())
    overdue = late.count() if feed.row.view.overdue else 0
    return f"{feed.row.id}-{latest_open_act()}-{settings_revision()}-{overdue}"


def feed_rows(feed: OpenFeed, *, at: datetime) -> tuple[DealRow, ...]:
    """The deals of a live table, as its maker sees them now."""
    return deal_rows(viewer=feed.reader, filters=feed.row.view.filters(at), limit=MOST_ROWS)


def _row(feed: DealFeed) -> FeedRow:
    return FeedRow(
        feed.pk, feed.name, feed.person_id, View(**feed.view), feed.created_at, feed.expires_at, feed.used_at
    )
