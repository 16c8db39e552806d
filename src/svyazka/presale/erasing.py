"""Erasing what was typed with the acts of a chain: the one way in which words leave the journal."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.writing import acting_role, deal_to_change
from svyazka.presale.documents.commands import blank_document
from svyazka.presale.experts.models import Claim, ExpertRequest, Reply
from svyazka.presale.journal.commands import WORKSPACE, Act, erase_details, lock_journal, record, with_details
from svyazka.presale.journal.guard import ERASURE
from svyazka.presale.journal.models import Detail, Entry, Receipt
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import GONE, Actor, NotFound
from svyazka.presale.meetings.blanking import WRITTEN_BESIDE, blank_meetings, goals_taken_in
from svyazka.presale.people.rights import require
from svyazka.presale.questions.models import Question
from svyazka.presale.reviews.blanking import TYPED_IN_REVIEWS, blank_reviews
from svyazka.presale.stages.models import Evidence, Visit


@command
def erase_typed(*, deal_id: int | None, seqs: Iterable[int], actor: Actor, at: datetime) -> int:
    """Erase what was typed with these acts; the journal keeps who erased what and when. Returns how many acts lose their words.

    What one command typed into several acts goes from all of them, so there may be more than were named. The same words go from the
    rows that the acts wrote: commitments, evidence, questions, expert requests, names of files, reasons, kept answers of the API; of
    a meeting all that was planned, written down and sent, see :mod:`~.meetings.blanking`; of a review its answers, see
    :mod:`~.reviews.blanking`. The acts themselves stay, and so do the deal's form and contract and the client's card, which are
    corrected in their own places.

    :param deal_id: of the deal in whose chain the acts stand; None for the workspace's own, where meetings about several deals,
        proposals and cases stand
    :param seqs: places of the acts in the chain
    :raises NotFound: nothing was typed with any of them, or it is erased already
    """
    deal, chain, role = _chain_to_change(deal_id, actor)
    places = frozenset(seqs)
    named = {*with_details(chain=chain, seqs=places), *_beside(chain, places)}
    if not named:
        raise NotFound
    written = named | _in_one_go(chain, named)
    entries = sorted(written | goals_taken_in(chain, written))
    record(chain=chain, act=Act(ERASURE, {"entries": [*entries]}, role=role), actor=actor, at=at)
    for entry in Entry.objects.filter(pk__in=written):
        if deal is not None:
            _blank(deal, entry)
        blank_meetings(deal, entry, at=at)
        blank_reviews(entry, at=at)
        Receipt.objects.filter(at=entry.at, owner=f"person {entry.actor_id}").update(body=None)
    erase_details(entries)
    return len(entries)


def _chain_to_change(deal_id: int | None, actor: Actor) -> tuple[Deal | None, int, str]:
    """The deal, if the chain is one's, the chain, and the role in which the actor acts there."""
    if deal_id is not None:
        deal, role = deal_to_change(deal_id, actor, "journal.erase", may_be_closed=True)
        return deal, deal.pk, role
    lock_journal()
    require(actor, "journal.erase")
    return None, WORKSPACE, acting_role(frozenset(), actor)


def _beside(chain: int, seqs: frozenset[int]) -> set[int]:
    """Ids of acts at these places whose words stand in other rows only, without those that are erased already."""
    acts = Entry.objects.filter(chain=chain)
    found = set(
        acts.filter(seq__in=seqs, act__in=WRITTEN_BESIDE | TYPED_IN_REVIEWS).values_list("pk", flat=True)
    )
    for data in acts.filter(act=ERASURE).values_list("data", flat=True):
        found.difference_update(data["entries"])
    return found


def _in_one_go(chain: int, entries: set[int]) -> set[int]:
    """Ids of the acts with words that one command wrote together with one of these: the same one's, of the same moment."""
    went = set(Entry.objects.filter(pk__in=entries).values_list("at", "actor_id"))
    typed = Detail.objects.filter(entry__chain=chain, entry__at__in={at for at, _ in went})
    found = typed.values_list("entry_id", "entry__at", "entry__actor_id")
    return {pk for pk, at, actor_id in found if (at, actor_id) in went}


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
    elif kind == "document":
        blank_document(deal=deal, document_id=int(str(entry.data["id"])), words=GONE)
    Evidence.objects.filter(deal=deal, at=entry.at, by_id=entry.actor_id).exclude(text="").update(text=GONE)
    Visit.objects.filter(deal=deal, left_at=entry.at).exclude(reason="").update(reason=GONE)
    if entry.act == "deal.imported":  # what it ended with was told of a day before
        Deal.objects.filter(pk=deal.pk).exclude(evidence="").update(evidence=GONE)
    for column in ("evidence", "client_words"):
        ended = Deal.objects.filter(pk=deal.pk, closed_at=entry.at).exclude(**{column: ""})
        ended.update(**{column: GONE})


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
