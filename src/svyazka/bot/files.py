"""Files that lie at a messenger: noted at once, fetched afterwards, kept in the deal's folder."""

from dataclasses import dataclass

from svyazka.bot.events import FileRef
from svyazka.bot.people import Partner
from svyazka.presale.channels.incoming import receive

FETCH = "fetch"
"""What is kept in the inbox for a file: the adapter fetches it, and then it is filed."""


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file that lies at a messenger and belongs to a deal's folder; ``person`` sent it, ``place`` is his chat with us."""

    ref: FileRef
    deal_id: int
    person_id: int
    place_id: int


def fetch_later(ref: FileRef, *, partner: Partner, deal_id: int) -> None:
    """Let the file be fetched once this is written; the same file of a deal is fetched once."""
    receive(
        channel=partner.place.channel, source=f"file:{deal_id}:{ref.unique}", at=partner.at,
        raw={
            FETCH: {"id": ref.id, "unique": ref.unique, "name": ref.name, "size": ref.size},
            "deal": deal_id, "person": partner.actor.me, "place": partner.place.id,
        },
    )  # fmt: skip
