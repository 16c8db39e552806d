"""Reviews are written: what five questions brought, and what is told of the deal in the library."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from svyazka.engine.wording import lack_of
from svyazka.presale.cases.commands import Story, save_case
from svyazka.presale.cases.models import Case
from svyazka.presale.commitments.commands import FARTHEST
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.writing import deal_to_change
from svyazka.presale.journal.commands import Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json, NotFound, storable
from svyazka.presale.people.queries import directory
from svyazka.presale.reviews.days import today
from svyazka.presale.reviews.models import Review
from svyazka.presale.reviews.values import LONGEST, QUESTIONS, REVIEWED


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said of a deal, by question; ``owner`` does what is to change by the end of ``by_day``."""

    goal: str
    helped: str
    time_went: str
    keep: str
    change: str
    owner: int | None
    by_day: date | None


@command
def save_review(
    *, deal_id: int, answers: Answers, actor: Actor, at: datetime, seen: datetime | None = None
) -> int:
    """Look back on a closed deal, or put right what was said of it. Returns the review's id.

    The words stand in the review alone: the journal knows who reviewed what, and when.

    :param seen: ``changed_at`` of what the writer read before; None where he saw none yet
    :raises Conflict: ``deal_is_open``; ``changed_meanwhile``, somebody has written since ``seen``
    :raises Invalid: per question what to mend
    """
    deal, role = _deal(deal_id, actor)
    if deal.status not in REVIEWED:
        raise Conflict("not_reviewed", number=deal.number, status=deal.status)
    review = Review.objects.filter(deal=deal).first()
    if review is not None and review.changed_at != seen:
        raise Conflict("changed_meanwhile", who=directory().name(review.reviewed_by_id))
    said = _plain(answers)
    if errors := _wrong(said, review, at):
        raise Invalid(errors=errors)
    if actor.person_id is None:
        raise Invalid(errors={"goal": "needs_a_person"})
    fresh = review is None
    review = review or Review(deal=deal, reviewed_at=at)
    again = fresh or (review.owner_id, review.by_day) != (said.owner, said.by_day)
    for question in QUESTIONS:
        setattr(review, question, getattr(said, question))
    review.owner_id, review.by_day = said.owner or 0, said.by_day or today(at)
    review.reviewed_by_id, review.changed_at = actor.me, at
    review.reminded_at = None if again else review.reminded_at
    review.save()
    data: dict[str, Json] = {
        "review": review.pk,
        "owner": review.owner_id,
        "by": review.by_day.isoformat(),
        "again": not fresh,
    }
    if not again:
        del data["owner"]
    record(chain=deal.pk, act=Act("review.written", data, role=role), actor=actor, at=at)
    return review.pk


@command
def tell_case(*, deal_id: int, story: Story, actor: Actor, at: datetime) -> int:
    """Tell the reviewed deal as a case in the library; each knows the other from then on. Returns the case's id.

    A case that was put away may be told anew.

    :raises NotFound: the deal isn't reviewed
    :raises Conflict: ``case_told``, it is told already
    :raises Invalid: as of :func:`~svyazka.presale.cases.commands.save_case`
    """
    deal, role = _deal(deal_id, actor)
    review = _review_of(deal)
    if Case.objects.filter(pk=review.case_id or 0, retired_at=None).exists():
        raise Conflict("case_told", number=deal.number)
    review.case_id = save_case(case_id=None, story=story, actor=actor, at=at)
    review.save(update_fields=["case"])
    act = Act("review.told", {"review": review.pk, "case": review.case_id}, role=role)
    record(chain=deal.pk, act=act, actor=actor, at=at)
    return review.case_id


@command
def remind_of_change(*, review_id: int, actor: Actor, at: datetime) -> bool:
    """The day of what is to change has come: its owner hears of it. False if somebody was faster."""
    found = Review.objects.filter(pk=review_id, reminded_at=None, by_day__lte=today(at)).first()
    if found is None:
        return False
    _deal(found.deal_id, actor)
    if not Review.objects.filter(pk=review_id, reminded_at=None).update(reminded_at=at):
        return False
    data: dict[str, Json] = {"review": review_id, "owner": found.owner_id, "by": found.by_day.isoformat()}
    record(chain=found.deal_id, act=Act("review.due", data), actor=actor, at=at)
    return True


def _deal(deal_id: int, actor: Actor) -> tuple[Deal, str]:
    """The deal to look back on; partner agents, who may have brought it, have no part in that."""
    if actor.is_agent:
        raise NotFound
    return deal_to_change(deal_id, actor, "review.write", may_be_closed=True)


def _review_of(deal: Deal) -> Review:
    review = Review.objects.filter(deal=deal).first()
    if review is None:
        raise NotFound
    return review


def _plain(answers: Answers) -> Answers:
    said: dict[str, Any] = {
        name: str(storable(getattr(answers, name))).replace("\r\n", "\n").strip() for name in QUESTIONS
    }
    return replace(answers, **said)


def _wrong(said: Answers, before: Review | None, at: datetime) -> dict[str, str]:
    errors = {name: lack for name in QUESTIONS if (lack := lack_of(getattr(said, name)))}
    errors |= {name: "too_long" for name in QUESTIONS if len(getattr(said, name)) > LONGEST}
    if code := wrong_person(said.owner):
        errors["owner"] = code
    kept = before is not None and before.by_day == said.by_day
    if code := wrong_day(said.by_day, at):
        errors |= {} if kept and code == "in_the_past" else {"by_day": code}
    return errors


def wrong_person(person_id: int | None) -> str:
    """What is wrong with naming this person for something: nobody, or nobody at work here."""
    if person_id is None:
        return "required"
    card = directory().people.get(person_id)
    return "" if card is not None and card.is_active and not card.is_agent else "unknown_choice"


def wrong_day(day: date | None, at: datetime) -> str:
    """What is wrong with a day to come: none, over, or years away."""
    if day is None:
        return "required"
    if day < today(at):
        return "in_the_past"
    return "too_far" if day - today(at) > FARTHEST else ""
