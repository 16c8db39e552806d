"""Leaving stages: the gate is the same for everybody, and leaving over it is possible but never silent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from svyazka.engine.clock import client_pauses
from svyazka.engine.process import Check
from svyazka.engine.wording import is_junk, lack_of
from svyazka.presale.commitments.queries import CommitmentRow, commitments_of
from svyazka.presale.deals import intake
from svyazka.presale.deals.models import LOST, OPEN, WON, Deal
from svyazka.presale.deals.writing import deal_to_change
from svyazka.presale.journal.commands import Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.prepared import Prepared, insert, update
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json, Refusal, line
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_number, process_version
from svyazka.presale.stages.facts import Carried, proofs_of
from svyazka.presale.stages.models import Visit
from svyazka.presale.stages.standings import standing_of

_MOST = Decimal(10) ** 12
LONGEST_NUMBER: Final = 60
"""Letters of a contract's number."""


class StageAlreadyLeft(Conflict):
    """Somebody else finished the stage first; ``params`` say who and where the deal stands now."""

    code = "stage_already_left"


class StageBlocked(Refusal):
    """Stop checks are missing. ``missing`` names each; a reason lets the deal through and is counted."""

    code = "stage_blocked"

    def __init__(self, stage: str, missing: tuple[Check, ...], process: int | None = None) -> None:
        self.missing = missing
        super().__init__(stage=stage, missing=[check.key for check in missing], process=process)


class LastStage(Invalid):
    """From the last stage a deal goes on only by being won or lost."""

    code = "last_stage"


@command
def complete_stage(*, deal_id: int, stage: str, actor: Actor, at: datetime, reason: str = "") -> str:
    """Move the deal out of ``stage`` and open the next stage's commitments. Returns the next stage.

    :param stage: the stage that the caller saw the deal in
    :param reason: needed to leave over a failed ``stop`` check; recorded against the actor
    :raises NotAllowed: the actor holds no seat that may complete stages
    :raises Invalid: the process has no such stage
    :raises StageAlreadyLeft: somebody else completed it first
    :raises StageBlocked: ``.missing`` names the checks and how to supply each
    :raises LastStage: the deal stands in the last stage
    """
    deal, role = deal_to_change(deal_id, actor, "deal.advance")
    process = process_version(deal.process_number)
    if stage not in {one.key for one in process.stages}:
        raise Invalid(errors={"stage": "unknown_choice"})
    if deal.stage != stage:
        raise _already_left(deal, stage)
    following = process.stage_after(stage)
    if following is None:
        raise LastStage(stage=stage)
    failed, carried, commitments = _pass_gate(deal, at, reason)
    minutes = leave_stage(deal, actor, at, commitments, failed=failed, reason=reason)
    deal.stage, deal.stage_since = following.key, at
    deal.stage_due = directory().calendar.due(at, following.limit)
    deal.frayed = [*deal.frayed, stage] if failed else deal.frayed
    update(
        Deal, deal.pk,
        {"stage": deal.stage, "stage_since": at, "stage_due": deal.stage_due, "frayed": deal.frayed},
    )  # fmt: skip
    insert(Visit(deal=deal, stage=following.key, entered_at=at))
    over: list[Json] = [*failed]
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act(
            f"stage.{following.key}", {"from": stage, "over": over}, _said(reason if failed else ""), role
        ),
        carried=replace(carried, stay=None if minutes is None else (stage, minutes)),
    )  # fmt: skip
    return following.key


def _already_left(deal: Deal, stage: str) -> StageAlreadyLeft:
    visit = Visit.objects.filter(deal=deal, stage=stage, left_at__isnull=False).order_by("-left_at").first()
    who = directory().name(visit.left_by_id) if visit else ""
    return StageAlreadyLeft(
        stage=stage,
        now=deal.stage,
        process=deal.process_number,
        who=who,
        left=visit.left_at.isoformat() if visit and visit.left_at else None,
    )


def _pass_gate(deal: Deal, at: datetime, reason: str) -> tuple[list[str], Carried, tuple[CommitmentRow, ...]]:
    """Keys of the failed stop checks that the reason lets the deal over, and what was read to find them."""
    proofs, commitments = proofs_of(deal), commitments_of(deal.pk)
    standing = standing_of(deal, proofs, commitments, at=at)
    if standing.blockers and (not reason.strip() or is_junk(reason)):
        raise StageBlocked(deal.stage, standing.blockers, deal.process_number)
    running = tuple(row for row in commitments if row.outcome == "open")
    return [check.key for check in standing.blockers], Carried(deal, proofs, running), commitments


_HERE = Prepared(lambda deal: Visit.objects.filter(deal=deal, left_at=None).values_list("pk", "entered_at"))


def leave_stage(
    deal: Deal,
    actor: Actor,
    at: datetime,
    commitments: Iterable[CommitmentRow],
    *,
    failed: Sequence[str] = (),
    reason: str = "",
) -> int | None:
    """End the stay in the stage, and write down how long it was. Must run inside a command. Returns the working minutes.

    None for the stage in which the deal was brought in from a table: it stood there before already, nobody knows how long.

    :param commitments: all of the deal's, as they were before
    """
    minutes: int | None = None
    for visit, entered in _HERE(deal=deal.pk):
        if entered != deal.imported_at:
            pauses = client_pauses((row.promise() for row in commitments), at)
            minutes = max(directory().calendar.minutes_between(entered, at, pauses), 0)
        left = {
            "left_at": at, "left_by": actor.person_id, "failed": [*failed], "reason": reason.strip() if failed else "",
            "minutes": minutes,
        }  # fmt: skip
        update(Visit, visit, left)
    return minutes


def _said(reason: str) -> dict[str, Json] | None:
    return {"reason": reason.strip()} if reason.strip() else None


@command
def win(
    *, deal_id: int, contract_number: str, contract_sum: Decimal, contract_date: date, actor: Actor, at: datetime,
    reason: str = "",
) -> None:  # fmt: skip
    """The contract is signed: the deal is won, from whatever stage.

    :param contract_sum: roubles, more than nothing
    :param reason: needed when the deal's gate has failed stop checks or stages were never entered
    :raises StageBlocked: the gate isn't passed and no reason is given
    """
    deal, role = deal_to_change(deal_id, actor, "deal.close")
    errors = {}
    if lack := lack_of(contract_number):
        errors["contract_number"] = lack
    elif len(line(contract_number, LONGEST_NUMBER + 1)) > LONGEST_NUMBER:
        errors["contract_number"] = "too_long"
    roubles = _roubles(contract_sum)
    if roubles is None:
        errors["contract_sum"] = "not_positive"
    if contract_date > at.date():
        errors["contract_date"] = "in_the_future"
    if errors:
        raise Invalid(errors=errors)
    failed, _, commitments = _pass_gate(deal, at, reason)
    process = process_version(deal.process_number)
    skipped = [stage.key for stage in process.stages[process.position(deal.stage) + 1 :]]
    if skipped and not failed and (not reason.strip() or is_junk(reason)):
        raise StageBlocked(
            deal.stage,
            tuple(
                check for key in skipped for check in process.stage(key).checks if check.strength == "stop"
            ),
            deal.process_number,
        )
    leave_stage(deal, actor, at, commitments, failed=[*failed, *skipped], reason=reason)
    Deal.objects.filter(pk=deal.pk).update(
        status=WON, closed_at=at, contract_number=line(contract_number, LONGEST_NUMBER), contract_date=contract_date,
        contract_sum=roubles,
        frayed=[*deal.frayed, deal.stage] if failed or skipped else deal.frayed,
    )  # fmt: skip
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act(
            "deal.won",
            {
                "stage": deal.stage, "over": [*failed], "skipped": [*skipped], "date": contract_date.isoformat(),
            },
            {"number": contract_number.strip(), "sum": str(roubles), "reason": reason.strip()}, role,
        ),
    )  # fmt: skip


def _roubles(contract_sum: Decimal) -> Decimal | None:
    """The sum in whole kopecks; None for what is no sum: nothing, less, endless, or more than the column holds."""
    if not contract_sum.is_finite() or not 0 < contract_sum < _MOST:
        return None
    rounded = contract_sum.quantize(Decimal("0.01"))
    return rounded if 0 < rounded < _MOST else None


@command
def lose(
    *, deal_id: int, reason: str, evidence: str, actor: Actor, at: datetime, client_words: str = ""
) -> None:
    """The deal is lost: why (``GROUP.REASON`` of the process), what shows it, and what the client said.

    :raises Invalid: a reason that the process doesn't know, or no evidence
    """
    deal, role = deal_to_change(deal_id, actor, "deal.close")
    group, _, key = reason.partition(".")
    errors = {}
    try:
        process_version(deal.process_number).reason(group, key)
    except KeyError:
        errors["reason"] = "unknown_choice"
    if lack := lack_of(evidence):
        errors["evidence"] = lack
    if errors:
        raise Invalid(errors=errors)
    leave_stage(deal, actor, at, commitments_of(deal.pk))
    Deal.objects.filter(pk=deal.pk).update(
        status=LOST, closed_at=at, reason=reason, evidence=evidence.strip(), client_words=client_words.strip()
    )
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act(
            "deal.lost", {"stage": deal.stage, "reason": reason},
            {"evidence": evidence.strip(), "client_words": client_words.strip()}, role,
        ),
    )  # fmt: skip


@command
def reopen(*, deal_id: int, reason: str, actor: Actor, at: datetime) -> None:
    """Open a closed deal again in the stage it was closed in; what it was closed with stays in the journal."""
    deal, role = deal_to_change(deal_id, actor, "deal.reopen", may_be_closed=True)
    if deal.status == OPEN:
        raise Conflict("deal_is_open", number=deal.number)
    if lack := lack_of(reason):
        raise Invalid(errors={"reason": lack})
    before = deal.status
    Deal.objects.filter(pk=deal.pk).update(
        status=OPEN, closed_at=None, reason="", evidence="", client_words="", contract_number="", contract_date=None,
        contract_sum=None, duplicate_of=None, stage_since=at, open_commitments=1,
    )  # fmt: skip
    Visit.objects.create(deal=deal, stage=deal.stage, entered_at=at)
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act("deal.reopened", {"was": before, "stage": deal.stage}, {"reason": reason.strip()}, role),
    )  # fmt: skip


@command
def follow_version(*, deal_id: int, number: int | None, actor: Actor, at: datetime) -> int:
    """Let a deal under way follow another version of the process, the current one for None. Returns the number.

    :raises Invalid: ``stage_is_gone``, that version has no such stage
    """
    deal, role = deal_to_change(deal_id, actor, "process.publish")
    number = number or current_number()
    if number == deal.process_number:
        return number
    process = process_version(number)
    if deal.stage not in {stage.key for stage in process.stages}:
        raise Invalid("stage_is_gone", stage=deal.stage, number=number, process=deal.process_number)
    lacking = [field.key for field in intake.missing(process, deal.intake.get("answers", {}))]
    Deal.objects.filter(pk=deal.pk).update(process_number=number, lacking=lacking)
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act("deal.process_changed", {"from": deal.process_number, "to": number}, role=role),
    )  # fmt: skip
    return number
