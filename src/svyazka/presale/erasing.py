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
from svyazka.presale.journal.models import Detail, Entry, Receipt
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.meetings.models import Letter, Meeting
from svyazka.presale.questions.models import Question
from svyazka.presale.stages.models import Evidence, Visit

GONE: Final = "…"
"""Stands where words were."""


@command
def erase_typed(*, deal_id: int, seqs: Iterable[int], actor: Actor, at: datetime) -> int:
    """Erase what was typed with these acts of the deal; the journal keeps who erased what and when. Returns how many.

    The same words go from the rows that the acts wrote: commitments, evidence, questions, expert requests, meetings and letters,
    names of files, reasons, kept answers of the API. The acts themselves stay, and so do the deal's form and contract and the client's
    card, which are corrected in their own places.

    :param seqs: places of the acts in the deal's chain
    :raises NotFound: nothing was typed with any of them, or it is erased already
    """
    deal, role = deal_to_change(deal_id, actor, "journal.erase", may_be_closed=True)
    entries = with_details(chain=deal.pk, seqs=seqs)
    if not entries:
        raise NotFound
    record(chain=deal.pk, act=Act(ERASURE, {"entries": [*entries]}, role=role), actor=actor, at=at)
    for entry in Entry.objects.filter(pk__in=entries):
        _blank(deal, entry)
    erase_details(entries)
    return len(entries)


def _blank(deal: Deal, entry: Entry) -> None:
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
    elif kind in {"meeting", "plan", "letter", "client"} and isinstance(entry.data.get("meeting"), int):
        _blank_meeting(entry)
    elif entry.act == "client.ready":
        _blank_ready(entry, "evidence")
    elif kind == "document":
        blank_document(deal=deal, document_id=int(str(entry.data["id"])), words=GONE)
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


def _blank_meeting(entry: Entry) -> None:
    """What was typed about a meeting, where it still stands: goals, the verdict, what the client would like otherwise."""
    said = Detail.objects.filter(entry=entry).values_list("body", flat=True).first() or {}
    row = Meeting.objects.filter(pk=entry.data["meeting"])
    for column, typed in (
        ("our_goal", "our_goal"),
        ("client_goal", "client_goal"),
        ("verdict_words", "words"),
    ):
        if said.get(typed):
            row.filter(**{column: said[typed]}).update(**{column: GONE})
    if entry.act == "plan.corrected":
        row.update(corrected={})
    if entry.act == "client.not_ready":
        _blank_ready(entry, "words")
    letters = Letter.objects.filter(meeting__in=row, answered_at=entry.at)
    letters.exclude(more="").update(more=GONE)
    letters.exclude(ready_words="").update(ready_words=GONE)
    letters.update(corrections={})


def _blank_ready(entry: Entry, typed: str) -> None:
    """What the client has said of being ready; he may have said so after he had answered the letter."""
    said = Detail.objects.filter(entry=entry).values_list("body", flat=True).first() or {}
    if words := said.get(typed):
        Letter.objects.filter(meeting__deal=entry.chain, ready_words=words).update(ready_words=GONE)
