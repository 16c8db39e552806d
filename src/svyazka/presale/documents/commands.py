"""Files come into a deal's folder and leave it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO, Final

from django.db import transaction
from django.db.models import F

from svyazka.engine.wording import lack_of
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.writing import deal_allowed, deal_to_change
from svyazka.presale.documents.keeping import drop_unnamed
from svyazka.presale.documents.models import LONGEST_SOURCE, Document
from svyazka.presale.documents.naming import erased_name, media_type_of, shown_name
from svyazka.presale.documents.storage import Received, received
from svyazka.presale.journal.commands import Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json, NotFound

IN_A_ROW: Final = timedelta(minutes=5)
"""Files that somebody puts into a folder no further apart than this are told of once."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A file in the folder; ``fresh`` is False where it lay there before: the same bytes, or told by its channel once more."""

    id: int
    fresh: bool


def ask_to_file(*, deal_id: int, actor: Actor) -> None:
    """Whether the actor may file anything here, asked before a large body is read.

    :raises NotFound: no such deal, or he may not know of it
    :raises NotAllowed: he may not file here
    """
    deal_allowed(deal_id, actor, "document.file", may_be_closed=True)


def file_document(
    *, deal_id: int, name: str, content: BinaryIO, actor: Actor, at: datetime, source: str = ""
) -> Filed:
    """Put a file into a deal's folder, closed deals included: contracts are signed after the deal is won.

    The bytes are on the disk before the row is written, so that a row without bytes can't be; what is left of a failure
    is a file without a row, which the night's work sweeps away.

    :param name: as it came; it is shown as :func:`shown_name` gives it
    :param content: read once from where it stands, to its end or to the limit of a file's size
    :param source: the channel's own name of the file, e.g. of the message that brought it; the same one is filed once
    :raises NotFound: no such deal, or the actor may not know of it
    :raises NotAllowed: he may not file here
    :raises Invalid: ``file_empty``, or ``file_too_large`` with ``limit_mb``
    :raises Conflict: ``filed_elsewhere``: under this source a file lies in another deal's folder; ``no_room``
    """
    ask_to_file(deal_id=deal_id, actor=actor)
    if len(source) > LONGEST_SOURCE:
        raise Invalid("too_long")
    if (known := _told(deal_id, actor, source)) is not None:
        return Filed(known, fresh=False)
    with received(content) as whole:
        whole.keep()  # here and not under the lock, at which all writers wait
        return _file(deal_id=deal_id, name=shown_name(name), whole=whole, actor=actor, at=at, source=source)


@command
def _file(*, deal_id: int, name: str, whole: Received, actor: Actor, at: datetime, source: str) -> Filed:
    deal, role = deal_to_change(deal_id, actor, "document.file", may_be_closed=True)
    known = _told(deal_id, actor, source)
    if known is None:
        same = Document.objects.filter(deal=deal, sha256=whole.sha256, removed_at=None)
        known = same.values_list("pk", flat=True).first()
    if known is not None:
        return Filed(known, fresh=False)
    whole.keep()  # whoever removes or sweeps needs the same lock: from now on the bytes stay
    document = Document(
        deal=deal, name=name, media_type=media_type_of(name, whole.head), size=whole.size, sha256=whole.sha256,
        by_id=actor.person_id, at=at, channel=actor.channel, source=source,
    )  # fmt: skip
    lately = Document.objects.filter(deal=deal, by_id=actor.person_id, at__gt=at - IN_A_ROW).exists()
    document.save(force_insert=True)
    data: dict[str, Json] = {"id": document.pk, "size": whole.size, **({"in_a_row": True} if lately else {})}
    Deal.objects.filter(pk=deal.pk).update(documents=F("documents") + 1)
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act("document.filed", data, {"name": name}, role),
    )  # fmt: skip
    return Filed(document.pk, fresh=True)


def _told(deal_id: int, actor: Actor, source: str) -> int | None:
    """What this channel has told under this name before, wherever it is now."""
    if not source:
        return None
    found = Document.objects.filter(channel=actor.channel, source=source).values_list("pk", "deal_id").first()
    if found is not None and found[1] != deal_id:
        raise Conflict("filed_elsewhere")
    return found[0] if found else None


def remove_document(*, document_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Take a file out of its folder. Its bytes go for good, unless another folder holds the same; who and why stays.

    :raises NotFound: no such file, or the actor may not know of its deal
    :raises NotAllowed: he may not remove files here
    :raises Conflict: ``document_removed``: it is removed already
    :raises Invalid: the reason says nothing
    """
    sha256 = _remove(document_id=document_id, reason=reason, actor=actor, at=at)
    # not from within the command: the bytes may only go once it is certain that no row names them
    transaction.on_commit(partial(drop_unnamed, sha256))


@command
def _remove(*, document_id: int, reason: str, actor: Actor, at: datetime) -> str:
    deal_id = Document.objects.filter(pk=document_id).values_list("deal_id", flat=True).first()
    if deal_id is None:
        raise NotFound
    deal, role = deal_to_change(deal_id, actor, "document.remove", may_be_closed=True)
    document = Document.objects.get(pk=document_id)
    if document.removed_at is not None:
        raise Conflict("document_removed")
    if lack := lack_of(reason):
        raise Invalid(errors={"reason": lack})
    document.removed_at, document.removed_because = at, reason.strip()
    document.save(update_fields=["removed_at", "removed_because"])
    Deal.objects.filter(pk=deal.pk).update(documents=F("documents") - 1)
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act(
            "document.removed", {"id": document_id}, {"name": document.name, "reason": document.removed_because}, role
        ),
    )  # fmt: skip
    return document.sha256


def blank_document(*, deal: Deal, document_id: int, words: str) -> None:
    """Within an erasure: the file's name goes, and why it was removed. The file itself stays until it is removed.

    :param words: what stands where words were
    """
    for document in Document.objects.filter(deal=deal, pk=document_id):
        document.name = erased_name(document.media_type)
        document.removed_because = document.removed_because and words
        document.save(update_fields=["name", "removed_because"])
