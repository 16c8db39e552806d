"""Answering an expert request: take it, hand it back, say that it isn't ours or lacks something. The first claim wins."""

from dataclasses import dataclass
from datetime import datetime

from svyazka.engine.wording import lack_of
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.terms import performer_for, reassign
from svyazka.presale.deals.models import Seat
from svyazka.presale.deals.seats import SeatRefused, seat
from svyazka.presale.experts.asking import (
    LONGEST,
    RequestClosed,
    drop_owed,
    next_head,
    request_to_change,
)
from svyazka.presale.experts.candidates import fitness, need_of, proposals_for
from svyazka.presale.experts.models import CLAIMED, DONE, OPEN, Claim, ExpertRequest, Reply
from svyazka.presale.experts.queries import may_answer
from svyazka.presale.journal.commands import Act, append, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json, NotAllowed
from svyazka.presale.people.queries import directory, present
from svyazka.presale.people.rights import require


class ClaimedAlready(Conflict):
    """Somebody was first; ``params`` say who goes and with which competence."""

    code = "expert_claimed_already"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim that holds. ``fresh`` is False where it was the same person's already."""

    request_id: int
    person_id: int
    level: int
    over: tuple[str, ...]
    fresh: bool


@command
def claim(
    *, request_id: int, actor: Actor, at: datetime, person_id: int | None = None, why: str = ""
) -> Claimed:
    """Take a request: for oneself, or as a head for one of one's people. Whoever is first has it.

    :param person_id: who goes; None for the actor himself
    :param why: why he goes though something speaks against it; only who decides for another has to say
    :raises ClaimedAlready: see there
    :raises SeatRefused: the presale roles of whom the actor sends don't include the expert's
    :raises NotAllowed: the actor's own don't, or who should go is not one of his people
    :raises Invalid: something speaks against him and ``why`` is empty
    """
    request, role = request_to_change(request_id, actor, "expert.claim", states=(OPEN, CLAIMED, DONE))
    goes = actor.me if person_id is None else person_id
    if request.state != OPEN:
        return _known(request, goes)
    _may_send(goes, actor)
    level, over = fitness(goes, need_of(request))
    if over and goes != actor.person_id and (lack := lack_of(why)):
        raise Invalid(errors={"why": lack}, over=[*over])
    Claim.objects.create(
        request=request,
        person_id=goes,
        by_id=actor.me,
        level=level,
        over=[*over],
        why=why.strip()[:LONGEST],
        at=at,
    )
    request.state = CLAIMED
    request.save(update_fields=["state"])
    record(
        chain=request.deal_id, actor=actor, at=at,
        act=Act(
            f"{request.kind}.claimed",
            {
                "about": request.pk, "person": goes, "competence": request.competence.name, "level": level,
                "over": [*over], "asked_by": request.asked_by_id, "owes": goes,
            },
            {"why": why.strip()[:LONGEST]} if why.strip() else None, role,
        ),
    )  # fmt: skip
    if request.kind == "expert":
        seat(request.deal, person_id=goes, role="expert", actor=actor, at=at, acting=role)
    return Claimed(request.pk, goes, level, over, fresh=True)


def _known(request: ExpertRequest, goes: int) -> Claimed:
    """The answer to somebody who comes late: what he has already is his still."""
    held = Claim.objects.filter(request=request, until=None).first()
    if held is None:
        raise RequestClosed(state=request.state, id=request.pk)
    if held.person_id == goes and request.state == CLAIMED:
        return Claimed(request.pk, goes, held.level, tuple(held.over), fresh=False)
    raise ClaimedAlready(
        who=directory().name(held.person_id),
        competence=request.competence.name,
        level=held.level,
        id=request.pk,
    )


def _may_send(goes: int, actor: Actor) -> None:
    card = directory().people.get(goes)
    is_expert = card is not None and card.is_active and "expert" in card.roles
    if goes == actor.person_id:
        if not is_expert:
            raise NotAllowed(right="expert.claim", role="expert")
        return
    require(actor, "expert.assign")
    if card is None or not is_expert:
        raise SeatRefused(person=goes, role="expert", name=card.short_name if card else "—")
    _refuse_another_units(goes, actor)


def _refuse_another_units(person: int, actor: Actor) -> None:
    if not (actor.has("administrator") or directory().people[person].unit_id == actor.unit_id):
        raise NotAllowed(right="expert.assign")


@command
def hand_back(*, request_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Give a request back to the board, and why: it is open again, and its clock begins anew.

    :raises NotAllowed: somebody else took it, and he isn't one of the actor's people
    """
    request, role = request_to_change(request_id, actor, "expert.claim", states=(CLAIMED,))
    held = Claim.objects.get(request=request, until=None)
    if held.person_id != actor.person_id:  # he may have left, or be no expert any more
        require(actor, "expert.assign")
        _refuse_another_units(held.person_id, actor)
    if lack := lack_of(reason):
        raise Invalid(errors={"reason": lack})
    held.until, held.back_why = at, reason.strip()[:LONGEST]
    held.save(update_fields=["until", "back_why"])
    drop_owed(request, actor=actor, at=at)
    if request.kind == "expert":
        _leave(request, held.person_id, actor, at)
    request.state = OPEN
    request.head_id = next_head(request, proposals_for({0: need_of(request)}, at=at)[0], refused=())
    request.save(update_fields=["state", "head"])
    record(
        chain=request.deal_id, actor=actor, at=at,
        act=Act(
            f"{request.kind}.handed_back",
            {
                "about": request.pk, "person": held.person_id, "competence": request.competence.name,
                "asked_by": request.asked_by_id, "owes": request.head_id,
            },
            {"reason": held.back_why}, role,
        ),
    )  # fmt: skip


def _leave(request: ExpertRequest, person: int, actor: Actor, at: datetime) -> None:
    """He leaves the deal, unless he sits there by another request; what he owed as its expert goes to the manager."""
    others = Claim.objects.filter(
        request__deal=request.deal_id, request__kind="expert", person_id=person, until=None
    )
    held = Seat.objects.filter(deal=request.deal_id, person_id=person, role="expert", until=None)
    if others.exists() or not held.update(until=at):
        return
    record(
        chain=request.deal_id, actor=actor, at=at,
        act=Act("seat.left", {"person": person, "role": "expert"}),
    )  # fmt: skip
    heir = performer_for(request.deal, "expert", at=at, people=directory())
    reassign(request.deal, "expert", heir, actor=actor, at=at)


@command
def refuse(*, request_id: int, because: str, actor: Actor, at: datetime) -> None:
    """Say "not ours, because": the one asked passes the request on; the next head is asked."""
    request, role = _to_answer(request_id, actor)
    text = _said(because, "because")
    Reply.objects.create(request=request, person_id=actor.me, kind="not_ours", text=text, at=at)
    if request.head_id == actor.person_id:
        _pass_on(request, actor, at)
    record(
        chain=request.deal_id, actor=actor, at=at,
        act=Act(
            "expert.not_ours",
            {"about": request.pk, "person": actor.me, "competence": request.competence.name, "asked_by": request.asked_by_id},
            {"text": text}, role,
        ),
    )  # fmt: skip


def _pass_on(request: ExpertRequest, actor: Actor, at: datetime) -> None:
    """Ask the next head; where every one has said no, the dispatcher owes finding somebody."""
    people = directory()
    said_no = Reply.objects.filter(request=request, kind="not_ours").values_list("person_id", flat=True)
    ranked = proposals_for({0: need_of(request)}, at=at)[0]
    request.head_id = next_head(request, ranked, refused=[*said_no])
    request.save(update_fields=["head"])
    to = present(request.head_id or request.deal.dispatcher_id, at=at, people=people)
    owed = Commitment.objects.filter(
        deal_id=request.deal_id, about=request.pk, outcome="open", performer_id=actor.me, role="head"
    ).first()
    if owed is None or to == actor.person_id:
        return
    owed.performer_id = to
    owed.controller_id = owed.controller_id if owed.controller_id != to else None
    owed.save(update_fields=["performer", "controller"])
    told: dict[str, Json] = {
        "id": owed.pk, "term": owed.term, "from": actor.me, "to": to, **owed.concerned
    }  # fmt: skip
    act = Act("commitment.handed_over", told)
    append(chain=request.deal_id, acts=[act], actor=actor, at=at)


@command
def ask_for_more(*, request_id: int, what: str, actor: Actor, at: datetime) -> None:
    """Say "need more": what is lacking to decide; the manager owes adding it."""
    request, role = _to_answer(request_id, actor)
    text = _said(what, "what")
    Reply.objects.create(request=request, person_id=actor.me, kind="need_more", text=text, at=at)
    record(
        chain=request.deal_id, actor=actor, at=at,
        act=Act(
            "expert.more_asked",
            {"about": request.pk, "person": actor.me, "competence": request.competence.name, "asked_by": request.asked_by_id},
            {"text": text}, role,
        ),
    )  # fmt: skip


def _to_answer(request_id: int, actor: Actor) -> tuple[ExpertRequest, str]:
    """Heads and experts answer; whoever has taken the request may still lack something."""
    request, role = request_to_change(request_id, actor, "expert.claim", states=(OPEN, CLAIMED))
    if not may_answer(actor):
        raise NotAllowed(right="expert.answer")
    if request.state == CLAIMED:
        held = Claim.objects.get(request=request, until=None)
        if held.person_id != actor.person_id:
            _known(request, actor.me)
    return request, role


def _said(text: str, field: str) -> str:
    if lack := lack_of(text):
        raise Invalid(errors={field: lack})
    return text.strip()[:LONGEST]


@command
def say_triage(*, request_id: int, verdict: str, actor: Actor, at: datetime) -> None:
    """Record what a look at the request has shown; the triage is done.

    :raises NotAllowed: somebody else took it
    """
    request, role = request_to_change(request_id, actor, "expert.claim", states=(CLAIMED,))
    held = Claim.objects.get(request=request, until=None)
    if request.kind != "triage" or held.person_id != actor.person_id:
        raise NotAllowed(right="expert.answer")
    request.said = _said(verdict, "verdict")
    request.state, request.closed_at = DONE, at
    request.save(update_fields=["said", "state", "closed_at"])
    record(
        chain=request.deal_id, actor=actor, at=at,
        act=Act(
            "triage.said", {"about": request.pk, "person": actor.me, "asked_by": request.asked_by_id},
            {"text": request.said}, role,
        ),
    )  # fmt: skip
