"""Reads of a deal's folder."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final

from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.queries import visible_to
from svyazka.presale.deals.writing import seats_of
from svyazka.presale.documents.models import Document
from svyazka.presale.documents.storage import place_of, storage
from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.rights import may

MOST: Final = 2000
"""Files that one list shows."""


class BytesMissing(NotFound):
    """The row is there and its file is not: ``svyazka files check`` names it. ``params["document"]`` is its id."""

    code = "file_missing"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A file in a folder. ``media_type`` is what it looks like; ``by_id`` is None where no person of ours sent it."""

    id: int
    deal_id: int
    name: str
    media_type: str
    size: int
    by_id: int | None
    at: datetime
    channel: str


_COLUMNS: Final = ("pk", "deal_id", "name", "media_type", "size", "by_id", "at", "channel")
_OF_DEAL = Prepared(
    lambda deal: (
        Document.objects.filter(deal_id=deal, removed_at=None).order_by("-pk").values_list(*_COLUMNS)[:MOST]
    )
)


def documents_of(deal_id: int) -> tuple[DocumentRow, ...]:
    """What lies in a deal's folder, newest first, for a page that has asked the right. One query."""
    return tuple(DocumentRow(*row) for row in _OF_DEAL(deal=deal_id))


def folder_of(deal_id: int, *, viewer: Actor) -> tuple[DocumentRow, ...]:
    """What lies in a deal's folder, newest first; nothing for who may not read it."""
    deal = Deal.objects.filter(visible_to(viewer), pk=deal_id).first()
    if deal is None or not may(viewer, "document.read", seats_of(deal, viewer.person_id)):
        return ()
    return documents_of(deal_id)


def deals_of(documents: Iterable[int]) -> frozenset[int]:
    """The deals in whose folders these files lie, for those who keep the system."""
    return frozenset(Document.objects.filter(pk__in=list(documents)).values_list("deal_id", flat=True))


def document_row(document_id: int, *, viewer: Actor) -> DocumentRow:
    """One file of a folder.

    :raises NotFound: there is none, it was removed, or the viewer may not read this folder: all alike
    """
    return _found(document_id, viewer)[0]


def document_to_read(document_id: int, *, viewer: Actor) -> tuple[DocumentRow, IO[bytes]]:
    """A file with its content, open for reading; whoever asked closes it.

    :raises NotFound: as :func:`document_row`
    :raises BytesMissing: see there
    """
    row, sha256 = _found(document_id, viewer)
    try:
        return row, storage().open(place_of(sha256))
    except FileNotFoundError:
        raise BytesMissing(document=document_id) from None


def _found(document_id: int, viewer: Actor) -> tuple[DocumentRow, str]:
    live = Document.objects.filter(pk=document_id, removed_at=None)
    document = live.select_related("deal").first()
    if document is None:
        raise NotFound
    deal = document.deal
    known = Deal.objects.filter(visible_to(viewer), pk=deal.pk).exists()
    if not known or not may(viewer, "document.read", seats_of(deal, viewer.person_id)):
        raise NotFound
    row = DocumentRow(
        document.pk, deal.pk, document.name, document.media_type, document.size, document.by_id, document.at,
        document.channel,
    )  # fmt: skip
    return row, document.sha256
