"""Files that lie at a messenger: noted at once, fetched afterwards, kept in the deal's folder."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from django.utils.translation import gettext as _

from svyazka.bot.events import FileRef
from svyazka.bot.people import Partner, partner_at
from svyazka.presale.channels.incoming import receive
from svyazka.presale.channels.port import Line
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.documents.commands import ask_to_file, file_document
from svyazka.presale.documents.naming import shown_name
from svyazka.presale.journal.values import Refusal
from svyazka.speech.reader import address, speaking_to
from svyazka.speech.refusals import say

FETCH: Final = "fetch"
"""What is kept in the inbox for a file: the adapter fetches it, and then it is filed."""
_IN_MEMORY: Final = 1 << 20
"""Bytes of a file that is being fetched; what is longer goes to the disk."""


def files_of(channel: str) -> str:
    """The inbox of a channel's files: apart from what people say, since fetching takes long and a claim shouldn't wait for it."""
    return f"{channel}:files"


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file that lies at a messenger and belongs to a deal's folder; ``person`` sent it, ``place`` is his chat with us."""

    ref: FileRef
    deal_id: int
    person_id: int
    place_id: int


def fetch_later(ref: FileRef, *, partner: Partner, deal_id: int) -> None:
    """Let the file be fetched once this is written."""
    receive(
        channel=files_of(partner.place.channel), source=f"file:{deal_id}:{ref.unique}:{partner.at.timestamp()}",
        at=partner.at,
        raw={
            FETCH: {"id": ref.id, "unique": ref.unique, "name": ref.name, "size": ref.size},
            "deal": deal_id, "person": partner.actor.me, "place": partner.place.id,
        },
    )  # fmt: skip


def fetch_and_file(
    wanted: WantedFile, fetch: Callable[[IO[bytes]], None], *, source: str, at: datetime
) -> str | None:
    """Put a file into the folder by the rights of who sent it, which are asked before a byte of it is fetched.

    Must not run within a transaction: the file is written before its row. Done once more it changes nothing.

    :param fetch: pours the file's bytes into what it is given; what it raises comes through
    :param source: the inbox's name of it
    :returns: why it can't be; None if it is there, and where who sent it isn't to be told anything any more
    """
    partner = _sender(wanted, at)
    if partner is None:
        return None
    try:
        ask_to_file(deal_id=wanted.deal_id, actor=partner.actor)
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
            fetch(content)
            content.seek(0)
            now = _sender(wanted, at)  # fetching takes long: he may have left meanwhile
            if now is not None:
                file_document(
                    deal_id=wanted.deal_id, name=wanted.ref.name, actor=now.actor, at=at, source=source,
                    content=content,  # type: ignore[arg-type]  # it is all that BinaryIO is
                )  # fmt: skip
    except Refusal as refusal:
        with speaking_to(partner.reader):
            return say(refusal)
    return None


def tell_not_filed(wanted: WantedFile, why: str, *, at: datetime) -> None:
    """Say to who sent it that it isn't in the folder, and where it can be put instead.

    :param why: in his language; empty where the messenger doesn't give it out, as it doesn't with large ones
    """
    partner = _sender(wanted, at)
    if partner is None:
        return
    row = rows_by_id([wanted.deal_id], viewer=partner.actor).get(wanted.deal_id)
    link = address(f"/deals/{row.path}/#folder") if row is not None and not partner.actor.is_agent else ""
    with speaking_to(partner.reader):
        title = _("%(file)s is not in the folder") % {"file": shown_name(wanted.ref.name)}
        too_large = _("The messenger doesn’t give it out: it may be too large. Add it on the deal’s page.")
        partner.tell(title, Line(why or too_large, link))


def _sender(wanted: WantedFile, at: datetime) -> Partner | None:
    return partner_at(place_id=wanted.place_id, person_id=wanted.person_id, at=at)
