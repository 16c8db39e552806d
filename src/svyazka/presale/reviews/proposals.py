"""Proposals to change the process: made of what deals have taught, taken in by a version, judged on their day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from svyazka.engine.process import Process
from svyazka.engine.wording import lack_of
from svyazka.presale.deals.models import Deal
from svyazka.presale.journal.commands import WORKSPACE, Act, lock_journal, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json, NotFound, storable
from svyazka.presale.people.rights import require
from svyazka.presale.process.commands import publish_process
from svyazka.presale.process.queries import current_process
from svyazka.presale.reviews.commands import wrong_day, wrong_person
from svyazka.presale.reviews.days import today
from svyazka.presale.reviews.figures import Figure, before, figure, followed_for, since
from svyazka.presale.reviews.models import Ground, Proposal
from svyazka.presale.reviews.queries import doers_of
from svyazka.presale.reviews.values import (
    CHECK,
    CONVERSION,
    FIGURES,
    JUDGED,
    KINDS,
    LONGEST,
    OPEN,
    OTHER,
    REJECTED,
    REVIEWED,
    STAGE,
    TAKEN,
    TERM,
    TERM_KEPT,
    TIME_IN_STAGE,
    VERDICTS,
    wording,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is proposed.

    :param kind: what of the process it is about, with its key in ``about``: empty for something new
    :param text: what to change; ``why``: what it is good for
    :param figure: by what it is judged on ``judge_on``; ``figure_of`` is the key of the stage or term
    :param owner: who judges it; not who sees to the change himself, as a review of its deals says
    :param deals: that it comes from
    """

    kind: str
    text: str
    why: str
    figure: str
    judge_on: date | None
    owner: int | None
    about: str = ""
    figure_of: str = ""
    deals: tuple[int, ...] = ()


@command
def propose(*, draft: Draft, actor: Actor, at: datetime) -> int:
    """Propose a change of the process. Returns the proposal's id; its owner is told.

    :raises Invalid: per field what to mend
    :raises NotFound: one of the deals isn't there, or isn't closed
    """
    lock_journal()
    require(actor, "proposal.make")
    said = replace(draft, text=_text(draft.text), why=_text(draft.why))
    errors = _wrong(said, at)
    if said.owner in doers_of(said.deals):
        errors["owner"] = "controller_is_the_doer"
    if actor.person_id is None:
        errors["text"] = "needs_a_person"
    if errors:
        raise Invalid(errors=errors)
    deals = sorted(set(said.deals))
    if Deal.objects.filter(pk__in=deals, status__in=REVIEWED).count() != len(deals):
        raise NotFound
    row = Proposal.objects.create(
        kind=said.kind, about=said.about, text=said.text, why=said.why, figure=said.figure, figure_of=said.figure_of,
        judge_on=said.judge_on or today(at), owner_id=said.owner or 0, proposed_by_id=actor.me, proposed_at=at,
    )  # fmt: skip
    Ground.objects.bulk_create([Ground(proposal=row, deal_id=deal) for deal in deals])
    _record("proposal.made", row, actor, at, owner=row.owner_id, by=row.judge_on.isoformat(), deals=[*deals])
    return row.pk


@command
def add_ground(*, proposal_id: int, deal_id: int, actor: Actor, at: datetime) -> None:
    """Another deal has taught the same.

    :raises NotFound: there is no such proposal, or no such closed deal
    :raises Conflict: ``proposal_settled``, it doesn't wait any more
    :raises Invalid: who is to judge it worked on that deal
    """
    lock_journal()
    require(actor, "proposal.make")
    row = _proposal(proposal_id)
    if row.state != OPEN:
        raise Conflict("proposal_settled", state=row.state)
    if not Deal.objects.filter(pk=deal_id, status__in=REVIEWED).exists():
        raise NotFound
    if row.owner_id in doers_of([deal_id]):
        raise Invalid(errors={"number": "judge_is_the_doer"})
    if Ground.objects.get_or_create(proposal=row, deal_id=deal_id)[1]:
        _record("proposal.backed", row, actor, at, deal=deal_id)


@command
def correct(*, proposal_id: int, text: str, why: str, seen: str, actor: Actor, at: datetime) -> None:
    """Put the words of a proposal right while it waits; the old ones are kept nowhere.

    :param seen: :func:`~.values.wording` of what the writer read before
    :raises Conflict: ``proposal_settled``, it doesn't wait any more; ``changed_meanwhile``, it says something else since ``seen``
    :raises Invalid: per field what to mend
    """
    lock_journal()
    row = _proposal(proposal_id)
    require(actor, "proposal.correct", {"author"} if row.proposed_by_id == actor.person_id else frozenset())
    if row.state != OPEN:
        raise Conflict("proposal_settled", state=row.state)
    if wording(row.text, row.why) != seen:
        raise Conflict("changed_meanwhile")
    row.text, row.why = _text(text), _text(why)
    if errors := _wordless(row.text, row.why):
        raise Invalid(errors=errors)
    row.save(update_fields=["text", "why"])
    _record("proposal.corrected", row, actor, at)


@command
def reject(*, proposal_id: int, words: str, actor: Actor, at: datetime) -> None:
    """The process stays as it is; who proposed otherwise hears why.

    :raises Conflict: ``proposal_settled``, it doesn't wait any more
    """
    lock_journal()
    require(actor, "proposal.decide")
    row = _proposal(proposal_id)
    if row.state != OPEN:
        raise Conflict("proposal_settled", state=row.state)
    row.words = _reason(words)
    row.state, row.decided_by_id, row.decided_at = REJECTED, actor.person_id, at
    row.save(update_fields=["state", "words", "decided_by", "decided_at"])
    _record("proposal.rejected", row, actor, at, proposer=row.proposed_by_id)


@command
def publish_taking(
    *, text: str, note: str, actor: Actor, at: datetime, instead_of: int | None = None, proposals: Iterable[int] = ()
) -> int:  # fmt: skip
    """Publish the next version of the process, and say which proposals it takes in. Returns its number.

    Each keeps its figure of the 90 days before, to be judged against.

    :raises Conflict: ``process_changed``; ``proposal_settled``, one of them doesn't wait any more
    :raises ProcessInvalid: the text does not pass the lint
    """
    number = publish_process(text=text, note=note, actor=actor, at=at, instead_of=instead_of)
    for proposal_id in sorted(set(proposals)):
        row = _proposal(proposal_id)
        if row.state != OPEN:
            raise Conflict("proposal_settled", state=row.state)
        followed = followed_for(at, row.judge_on)
        was = figure(before(row.figure, row.figure_of, at=at, followed=followed))
        row.state, row.version, row.taken_at, row.before = TAKEN, number, at, _kept(was)
        row.reminded_at = None
        row.save(update_fields=["state", "version", "taken_at", "before", "reminded_at"])
        _record(
            "proposal.taken", row, actor, at, version=number, proposer=row.proposed_by_id, owner=row.owner_id,
            by=row.judge_on.isoformat(),
        )  # fmt: skip
    return number


@command
def judge(*, proposal_id: int, verdict: str, words: str, actor: Actor, at: datetime) -> None:
    """Say whether the change stays, with the figure before and after beside the words.

    :param verdict: ``kept``, or ``taken_back``: the next version of the process has it out again
    :raises Conflict: ``proposal_settled``: it isn't taken in, or is judged already
    :raises Invalid: nothing said; whoever sees to the change himself doesn't judge it
    """
    lock_journal()
    row = _proposal(proposal_id)
    require(actor, "proposal.judge", {"performer"} if row.owner_id == actor.person_id else frozenset())
    if row.state != TAKEN or row.taken_at is None:
        raise Conflict("proposal_settled", state=row.state)
    errors = {} if verdict in VERDICTS else {"verdict": "unknown_choice"}
    if actor.person_id in doers_of(Ground.objects.filter(proposal=row).values_list("deal_id", flat=True)):
        errors["verdict"] = "controller_is_the_doer"
    if errors:
        raise Invalid(errors=errors)
    row.words = _reason(words)
    followed = followed_for(row.taken_at, row.judge_on)
    now = figure(since(row.figure, row.figure_of, taken_at=row.taken_at, at=at, followed=followed))
    row.state, row.verdict, row.after = JUDGED, verdict, _kept(now)
    row.decided_by_id, row.decided_at = actor.person_id, at
    row.save(update_fields=["state", "verdict", "words", "after", "decided_by", "decided_at"])
    _record(
        "proposal.judged", row, actor, at, verdict=verdict, proposer=row.proposed_by_id, owner=row.owner_id
    )


@command
def remind_to_judge(*, proposal_id: int, actor: Actor, at: datetime) -> bool:
    """The day to judge a proposal has come: its owner hears of it. False if somebody was faster."""
    lock_journal()
    require(actor, "proposal.decide")
    row = Proposal.objects.filter(
        pk=proposal_id, reminded_at=None, state__in=[OPEN, TAKEN], judge_on__lte=today(at)
    ).first()
    if row is None:
        return False
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    _record("proposal.due", row, actor, at, owner=row.owner_id, state=row.state)
    return True


def _record(name: str, row: Proposal, actor: Actor, at: datetime, **data: Json) -> None:
    record(chain=WORKSPACE, act=Act(name, {"proposal": row.pk, **data}), actor=actor, at=at)


def _proposal(proposal_id: int) -> Proposal:
    row = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if row is None:
        raise NotFound
    return row


def _kept(figure: Figure) -> dict[str, Json]:
    return {"value": figure.value, "cases": figure.cases, "won": figure.won}


def _text(typed: str) -> str:
    return str(storable(typed)).replace("\r\n", "\n").strip()


def _reason(typed: str) -> str:
    words = _text(typed)
    if lack := lack_of(words) or ("too_long" if len(words) > LONGEST else ""):
        raise Invalid(errors={"words": lack})
    return words


def _wordless(text: str, why: str) -> dict[str, str]:
    said = {"text": text, "why": why}
    errors = {name: lack for name, words in said.items() if (lack := lack_of(words))}
    return errors | {name: "too_long" for name, words in said.items() if len(words) > LONGEST}


def _wrong(said: Draft, at: datetime) -> dict[str, str]:
    process = current_process()[1]
    errors = _wordless(said.text, said.why)
    if said.kind not in KINDS or not _knows(process, said.kind, said.about):
        errors["about"] = "unknown_choice"
    if said.figure not in FIGURES or not _measures(process, said.figure, said.figure_of):
        errors["figure"] = "unknown_choice"
    if code := wrong_day(said.judge_on, at):
        errors["judge_on"] = code
    if code := wrong_person(said.owner):
        errors["owner"] = code
    return errors


def _knows(process: Process, kind: str, about: str) -> bool:
    """Whether the process has what a proposal is about; of each kind there may be something new."""
    known = {
        STAGE: {stage.key for stage in process.stages},
        CHECK: {f"{stage.key}.{check.key}" for stage in process.stages for check in stage.checks},
        TERM: {term.key for term in process.terms},
        OTHER: set[str](),
    }
    return not about or about in known[kind]


def _measures(process: Process, figure: str, key: str) -> bool:
    known = {
        CONVERSION: {""},
        TIME_IN_STAGE: {stage.key for stage in process.stages},
        TERM_KEPT: {term.key for term in process.terms},
    }
    return key in known[figure]
