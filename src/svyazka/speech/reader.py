"""Who reads a message: his language, his clock, and what he may know."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from svyazka.presale.channels.outbox import Taken
from svyazka.presale.channels.port import Line
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import directory


@dataclass(frozen=True, slots=True)
class Reader:
    """A person, or for ``person_id`` None whoever reads a group."""

    person_id: int | None
    language: str
    zone: str

    def viewer(self) -> Actor | None:
        """He as an actor, to ask what he may know; None for a group, and for who has left."""
        card = directory().people.get(self.person_id or 0)
        if card is None or not card.is_active:
            return None
        return Actor(card.id, "web", card.duties, card.roles, card.unit_id, is_agent=card.is_agent)

    def foot(self) -> tuple[Line, ...]:
        """Where he chooses what he gets."""
        return (Line(_("What comes to you, where and when"), address("/settings/notices/")),)


def reader_of(taken: Taken) -> Reader:
    """Who reads what is said at this place; a group has the workspace's language and zone."""
    people = directory()
    card = people.people.get(taken.person_id or 0)
    if card is None:
        return Reader(None, people.language, people.calendar.zone)
    return Reader(card.id, card.language, card.time_zone)


@contextmanager
def speaking_to(reader: Reader) -> Iterator[None]:
    """Within this everything is said in his language and by his clock."""
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.zone)):
        yield


def address(path: str) -> str:
    """The full address of a page."""
    return f"{settings.PUBLIC_URL}{path}"
