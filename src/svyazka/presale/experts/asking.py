"""Asking for an expert: the request itself, what it lacks, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import F

from svyazka.engine.matching import Proposal
from svyazka.engine.wording import lack_of
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.terms import close
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.writing import deal_to_change
from svyazka.presale.experts.candidates import need_of, proposals_for
from svyazka.presale.experts.models import CLAIMED, DONE, OPEN, WITHDRAWN, ExpertRequest, Reply
from svyazka.presale.journal.commands import Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json, NotFound, line
from svyazka.presale.people.models import Competence
from svyazka.presale.people.queries import Directory, directory

TRIAGE: Final = 15
"""Minutes of a triage: a look at the request, not the work itself."""
MOST: Final = 40 * 60
FARTHEST: Final = timedelta(days=366)
LONGEST: Final = 2000
KEPT: Final = 5
"""So many of those proposed the journal remembers."""


class RequestClosed(Conflict):
    """The expert request is over; ``params["state"]`` says how."""

    code = "expert_request_closed"


class AskedAlready(Conflict):
    """The same competence is being looked for on this deal; ``params["id"]`` is that request."""

    code = "expert_asked_already"


@dataclass(frozen=True, slots=True)
class Ask:
    """What a deal needs.

    :param kind: ``expert`` for full engagement, ``triage`` for a quarter of an hour's look at the request
    :param competence: its name, one of those our people have
    :param level: wanted, 1 knows, 2 does alone, 3 teaches others
    :param since: first day wanted
    :param until: last day wanted
    :param minutes: presale work expected; a triage always takes fifteen
    :param goal: what is to be there afterwards, in the client's terms
    :param to_decide: what the expert has to decide or answer
    :param project: the live project of ours that this touches, empty for none
    :param wanted_id: a person asked for by name, and ``wanted_why`` who asked for him and why
    :param industries: the client's lines of business; None for what his card says
    """

    kind: str
    competence: str
    since: date
    until: date
    goal: str
    level: int = 2
    minutes: int = 240
    to_decide: str = ""
    project: str = ""
    wanted_id: int | None = None
    wanted_why: str = ""
    industries: Sequence[str] | None = None


@command
def ask_for_expert(*, deal_id: int, ask: Ask, actor: Actor, at: datetime) -> int:
    """Put an expert request onto the board. Returns its id.

    The head whose people fit is asked first and owes taking it; the clock runs by the process's terms.

    :raises Invalid: per field what to mend
    :raises AskedAlready: see there
    """
    deal, role = deal_to_change(deal_id, actor, "expert.ask")
    competence = Competence.objects.filter(name=ask.competence.strip()).first()
    errors = _wrong(ask, at) | ({} if competence else {"competence": "unknown_choice"})
    if errors or competence is None or actor.person_id is None:
        raise Invalid(errors=errors or {"goal": "needs_a_person"})
    same = ExpertRequest.objects.filter(deal=deal, kind=ask.kind, competence=competence, state=OPEN).first()
    if same is not None:
        raise AskedAlready(id=same.pk)
    request = ExpertRequest(
        deal=deal, kind=ask.kind, competence=competence, level=ask.level, industries=_industries(ask, deal),
        since=ask.since, until=ask.until, minutes=TRIAGE if ask.kind == "triage" else ask.minutes,
        goal=ask.goal.strip(), to_decide=ask.to_decide.strip(), project=line(ask.project, 160),
        wanted_id=ask.wanted_id, wanted_why=line(ask.wanted_why, 300), asked_by_id=actor.person_id, asked_at=at,
    )  # fmt: skip
    proposals = proposals_for({0: need_of(request)}, at=at)[0]
    request.head_id = next_head(request, proposals, refused=())
    request.save(force_insert=True)
    Deal.objects.filter(pk=deal.pk).update(experts_asked=F("experts_asked") + 1)
    proposed: list[Json] = [
        {"person": one.person_id, "points": one.points} for one in proposals if one.is_proposed
    ]
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act(
            f"{ask.kind}.requested",
            {
                "about": request.pk, "competence": competence.name, "level": ask.level, "wanted": ask.wanted_id,
                "owes": request.head_id, "proposed": proposed[:KEPT],
            },
            {"goal": request.goal, "to_decide": request.to_decide, "wanted_why": request.wanted_why}, role,
        ),
    )  # fmt: skip
    return request.pk


def _wrong(ask: Ask, at: datetime) -> dict[str, str]:
    people = directory()
    errors = {}
    if ask.kind not in {"expert", "triage"}:
        errors["kind"] = "unknown_choice"
    if ask.level not in {1, 2, 3}:
        errors["level"] = "unknown_choice"
    errors |= _wrong_dates(ask, at.astimezone(ZoneInfo(people.calendar.zone)).date())
    if ask.kind == "expert" and not 15 <= ask.minutes <= MOST:
        errors["minutes"] = "bad_minutes"
    if lack := lack_of(ask.goal):
        errors["goal"] = lack
    if ask.kind == "expert" and (lack := lack_of(ask.to_decide)):
        errors["to_decide"] = lack
    errors |= {name: "too_long" for name in ("goal", "to_decide") if len(getattr(ask, name)) > LONGEST}
    if ask.wanted_id is not None:
        errors |= _wrong_wish(ask, people)
    return errors


def _wrong_dates(ask: Ask, today: date) -> dict[str, str]:
    if ask.until < ask.since:
        return {"until": "ends_before_it_begins"}
    if ask.until < today:
        return {"until": "in_the_past"}
    return {"until": "too_far"} if ask.until - today > FARTHEST or today - ask.since > FARTHEST else {}


def _wrong_wish(ask: Ask, people: Directory) -> dict[str, str]:
    if ask.wanted_id not in {card.id for card in people.active(role="expert")}:
        return {"wanted": "unknown_choice"}
    lack = lack_of(ask.wanted_why)
    return {"wanted_why": lack} if lack else {}


def _industries(ask: Ask, deal: Deal) -> list[str]:
    said: Sequence[object] | None = ask.industries
    if said is None:
        said = deal.client.lines
    return [name for one in said[:10] if (name := line(str(one), 80))]


def next_head(request: ExpertRequest, proposals: Sequence[Proposal], *, refused: Sequence[int]) -> int | None:
    """Whom to ask to take a request: the head of the unit that delivers, else of the one whose people fit best.

    :param refused: heads who have said that it isn't theirs
    :return: None where nobody is left to be asked: the dispatcher then finds somebody
    """
    people = directory()
    fitting = [people.people[one.person_id].unit_id for one in proposals if one.is_proposed]
    for unit in dict.fromkeys([request.deal.unit_id, *fitting]):
        for card in people.heads_of(unit) if unit else ():
            if card.id not in refused:
                return card.id
    return None


def request_to_change(
    request_id: int, actor: Actor, right: str, *, states: Sequence[str] = (OPEN,)
) -> tuple[ExpertRequest, str]:
    """Lock the deal, load the request and ask the right in one step. Returns it and the role in which the actor acts.

    :raises NotFound: no such request, or the actor may not know of its deal
    :raises RequestClosed: it is in none of these states
    """
    deal_id = ExpertRequest.objects.filter(pk=request_id).values_list("deal_id", flat=True).first()
    if deal_id is None:
        raise NotFound
    _, role = deal_to_change(deal_id, actor, right)
    request = ExpertRequest.objects.select_related("deal", "competence").get(pk=request_id)
    if request.state not in states:
        raise RequestClosed(state=request.state, id=request_id)
    return request, role


@command
def give_more(*, request_id: int, text: str, actor: Actor, at: datetime) -> None:
    """Add what the experts said they lack; those who asked are told."""
    request, role = request_to_change(request_id, actor, "expert.ask", states=(OPEN, CLAIMED))
    if lack := lack_of(text):
        raise Invalid(errors={"text": lack})
    open_replies = Reply.objects.filter(request=request, kind="need_more", answered_at=None)
    asked = sorted(set(open_replies.values_list("person_id", flat=True)))
    if not asked:
        raise NotFound
    open_replies.update(answer=text.strip()[:LONGEST], answered_by_id=actor.person_id, answered_at=at)
    record(
        chain=request.deal_id, actor=actor, at=at,
        act=Act("expert.more_given", {"about": request.pk, "asked_by": [*asked]}, {"text": text.strip()[:LONGEST]}, role),
    )  # fmt: skip


@command
def withdraw_request(*, request_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Take a request back that nobody has taken: nobody is needed any more, and why."""
    request, role = request_to_change(request_id, actor, "expert.ask")
    if lack := lack_of(reason):
        raise Invalid(errors={"reason": lack})
    _end(request, WITHDRAWN, at)
    drop_owed(request, actor=actor, at=at)
    record(
        chain=request.deal_id, actor=actor, at=at,
        act=Act(
            f"{request.kind}.withdrawn", {"about": request.pk, "competence": request.competence.name},
            {"reason": reason.strip()}, role,
        ),
    )  # fmt: skip


def _end(request: ExpertRequest, state: str, at: datetime) -> None:
    request.state, request.closed_at = state, at
    request.save(update_fields=["state", "closed_at"])


def drop_owed(request: ExpertRequest, *, actor: Actor, at: datetime) -> None:
    """Nobody owes anything about the request any more."""
    for one in Commitment.objects.filter(deal_id=request.deal_id, about=request.pk, outcome="open"):
        close(one, outcome="cancelled", actor=actor, at=at, quiet=True)


def end_requests(deal: Deal, *, at: datetime) -> None:
    """The deal is over: what nobody took is withdrawn with it, what somebody took is done."""
    live = ExpertRequest.objects.filter(deal=deal)
    live.filter(state=OPEN).update(state=WITHDRAWN, closed_at=at)
    live.filter(state=CLAIMED).update(state=DONE, closed_at=at)
