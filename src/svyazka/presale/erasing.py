"""Erasing what was typed with the acts of a deal: the one way in which words leave the journal."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.writing import deal_to_change
from svyazka.presale.documents.commands import blank_document
from svyazka.presale.experts.models import Claim, ExpertRequest, Reply
from svyazka.presale.journal.commands import Act, erase_details, record, with_details
from svyazka.presale.journal.guard import ERASURE
from svyazka.presale.journal.models import Entry, Receipt
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.meetings.blanking import WRITTEN_BESIDE, blank_meetings
from svyazka.presale.questions.models import Question
from svyazka.presale.stages.models import Evidence, Visit

GONE: Final = "…"
"""Stands where words were."""


@command
def erase_typed(*, deal_id: int, seqs: Iterable[int], actor: Actor, at: datetime) -> int:
    """Erase what was typed with these acts of the deal; the journal keeps who erased what and when. Returns how many.

    The same words go from the rows that the acts wrote: commitments, evidence, questions, expert requests, names of files, reasons,
    kept answers of the API; of a meeting all that was planned, written down and sent, see :mod:`~.meetings.blanking`. The acts
    themselves stay, and so do the deal's form and contract and the client's card, which are corrected in their own places.

    :param seqs: places of the acts in the deal's chain
    :raises NotFound: nothing was typed with any of them, or it is erased already
    """
    deal, role = deal_to_change(deal_id, actor, "journal.erase", may_be_closed=True)
    places = frozenset(seqs)
    entries = sorted({*with_details(chain=deal.pk, seqs=places), *_beside(deal, places)})
    if not entries:
        raise NotFound
    record(chain=deal.pk, act=Act(ERASURE, {"entries": [*entries]}, role=role), actor=actor, at=at)
    for entry in Entry.objects.filter(pk__in=entries):
        _blank(deal, entry, at)
    erase_details(entries)
    return len(entries)


def _beside(deal: Deal, seqs: frozenset[int]) -> set[int]:
    """Ids of acts at these places whose words stand in other rows only, without those that are erased already."""
    acts = Entry.objects.filter(chain=deal.pk)
    found = set(acts.filter(seq__in=seqs, act__in=WRITTEN_BESIDE).values_list("pk", flat=True))
    for data in acts.filter(act=ERASURE).values_list("data", flat=True):
        found.difference_update(data["entries"])
    return found


def _blank(deal: Deal, entry: Entry, at: datetime) -> None:
    """Blank what the act wrote elsewhere. A row carries the act's own moment, or the act names it."""
    kind, _, what = entry.act.partition(".")
    named = {"deal": deal, "pk": entry.data.get("id")}
    if kind == "commitment" and what != "handed_over":  # its reason lies in the journal alone
        column = "result" if what == "opened" else "note"
        Commitment.objects.filter(**named).exclude(**{column: ""}).update(**{column: GONE})
    elif kind == "question":
        column = "text" if what == "asked" else "answer"
        Question.objects.filter(**named).exclude(**{column: ""}).update(**{column: GONE})
    elif kind in {"expert", "triage"}:
        _blank_request(deal, entry)
    elif kind == "document":
        blank_document(deal=deal, document_id=int(str(entry.data["id"])), words=GONE)
    blank_meetings(deal, entry, at=at, words=GONE)
    Evidence.objects.filter(deal=deal, at=entry.at, by_id=entry.actor_id).exclude(text="").update(text=GONE)
    Visit.objects.filter(deal=deal, left_at=entry.at).exclude(reason="").update(reason=GONE)
    for column in ("evidence", "client_words"):
        ended = Deal.objects.filter(pk=deal.pk, closed_at=entry.at).exclude(**{column: ""})
        ended.update(**{column: GONE})
    Receipt.objects.filter(at=entry.at, owner=f"person {entry.actor_id}").update(body=None)


_OF_REQUESTS: Final = (
    (ExpertRequest, "", "asked_at", ("goal", "to_decide", "project", "wanted_why")),
    (ExpertRequest, "", "closed_at", ("said",)),
    (Claim, "request__", "at", ("why",)),
    (Claim, "request__", "until", ("back_why",)),
    (Reply, "request__", "at", ("text",)),
    (Reply, "request__", "answered_at", ("answer",)),
)
"""What people type about expert requests: the table, the way from it to the request, the moment of the act, the columns."""


def _blank_request(deal: Deal, entry: Entry) -> None:
    for model, way, moment, columns in _OF_REQUESTS:
        named = {f"{way}deal": deal, f"{way}pk": entry.data.get("about"), moment: entry.at}
        for column in columns:
            model.objects.filter(**named).exclude(**{column: ""}).update(**{column: GONE})
