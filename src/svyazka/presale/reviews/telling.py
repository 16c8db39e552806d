"""What a review says, as drafts for others: a case for the library, a proposal; without whose deal it was."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from svyazka.engine.anonymous import Known, anonymous
from svyazka.presale.cases.commands import LONGEST, MOST_INDUSTRIES, Story
from svyazka.presale.clients.models import Client, ClientKey, Contact
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.journal.values import Actor, Conflict, NotFound
from svyazka.presale.meetings.figures import confirmed_letters
from svyazka.presale.meetings.models import Guest, Letter
from svyazka.presale.people.queries import directory
from svyazka.presale.reviews.queries import ReviewPage, review_page
from svyazka.presale.reviews.values import FINDINGS

_TITLE: Final = 160


def case_draft(*, number: str, viewer: Actor, at: datetime) -> Story:
    """What a reviewed deal may be told as: its industries; what the client asked for and wanted of the meetings; what helped, what is
    kept, and what the client confirmed as agreed.

    The client's name is left out, and with it the names of his people and of ours, INN, phones, addresses, the contract's number,
    as far as the system knows them. The client may not be named. Nothing is saved.

    :raises NotFound: the deal isn't reviewed, or the viewer may not know of it
    :raises NotAllowed: ``review.write``, neither duty nor seat
    :raises Conflict: ``case_told``, it is told already
    """
    found = review_page(number=number, viewer=viewer, at=at)
    review = found.review
    if review is None:
        raise NotFound
    if review.case_id is not None:
        raise Conflict("case_told", number=found.deal.number)
    known = known_of(found.deal.id)
    answers = found.page.card.answers if found.private else {}
    lines = answers.get("lines")
    asked = [str(answers.get(one) or "") for one in ("request", "context")]
    asked += [one.theirs for one in found.facts.goals]
    agreed = _agreed(found.deal.id) if found.private else []
    return Story(
        title=anonymous(found.deal.title, known)[:_TITLE],
        task=_told(asked if any(asked) else [found.deal.title], known),
        result=_told([review.helped, review.keep, *agreed], known),
        industries=tuple(anonymous(str(one), known) for one in lines[:MOST_INDUSTRIES])
        if isinstance(lines, list)
        else (),
        year=_year(found),
    )


def _agreed(deal_id: int) -> list[str]:
    """What the letters that the client confirmed say was agreed, the earliest first. One query."""
    letters = confirmed_letters().filter(meeting__deal_id=deal_id).order_by("answered_at", "pk")
    points = (point for own in letters.values_list("points", flat=True) for point in own)
    return [str(one["text"]) for one in points if one["part"] == "agreed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a review wants to keep or to change, and why, for whoever reads proposals: without names.

    :ivar judge_id: who might judge it; None where nobody is left but who sees to it himself
    """

    deal: DealRow
    text: str
    why: str
    judge_id: int | None


def finding_of(*, number: str, part: str, viewer: Actor, at: datetime) -> Finding:
    """One of a review's findings.

    :param part: ``keep`` or ``change``
    :raises NotFound: the deal isn't reviewed, the review has no such finding, or the viewer may not know of it
    :raises NotAllowed: ``review.write``, neither duty nor seat
    """
    found = review_page(number=number, viewer=viewer, at=at)
    review = found.review
    if review is None or part not in FINDINGS:
        raise NotFound
    known = known_of(found.deal.id)
    text, why = (review.keep, review.helped) if part == "keep" else (review.change, review.time_went)
    return Finding(
        found.deal, anonymous(text, known), anonymous(why, known), usual_judge(but={review.owner_id})
    )


def usual_judge(*, but: Container[int] = ()) -> int | None:
    """Who judges a change of the process where nobody else is named: its owner, else a head, else an administrator.

    :param but: who doesn't, since they see to the change themselves
    """
    people = [card for card in directory().active() if not card.is_agent and card.id not in but]
    for duty in ("process_owner", "head", "administrator"):
        if found := next((card.id for card in people if duty in card.duties), None):
            return found
    return None


def known_of(deal_id: int) -> Known:
    """Everything by which a reader could tell whose deal it is, or who worked on it. Seven queries."""
    deal = Deal.objects.get(pk=deal_id)
    answers = deal.intake.get("answers", {})
    client = Client.objects.get(pk=deal.client_id)
    keys = ClientKey.objects.filter(client_id=client.pk, kind__in=["inn", "domain", "email", "phone"])
    contacts = Contact.objects.filter(client_id=client.pk).values_list("name", "email", "phone")
    guests = Guest.objects.filter(meeting__deal_id=deal_id).values_list("name", "email")
    answered = Letter.objects.filter(meeting__deal_id=deal_id).values_list("answered_by", flat=True)
    ours = (card.full_name for card in directory().people.values())
    exact = (
        client.inn, str(answers.get("inn") or ""), deal.contract_number, deal.number, deal.number.partition("-")[2], *keys.values_list("value", flat=True),
        *(part for _, email, phone in contacts for part in (email, phone)), *(email for _, email in guests),
    )  # fmt: skip
    people = (
        str(answers.get("contact_name") or ""), *(name for name, *_ in contacts), *(name for name, _ in guests), *answered,
        *ours,
    )  # fmt: skip
    companies = dict.fromkeys((client.name, str(answers.get("company") or "")))
    return Known(tuple(filter(None, companies)), tuple(filter(None, people)), tuple(filter(None, exact)))


def _told(parts: Iterable[str], known: Known) -> str:
    said = dict.fromkeys(anonymous(part.strip(), known) for part in parts if part.strip())
    return "\n".join(said)[:LONGEST]


def _year(found: ReviewPage) -> int | None:
    closed = found.deal.closed_at
    return closed.year if closed else None
