"""A deal in full: where it stands, what blocks it, who owes what, who held it how long, how it ended."""

from collections.abc import Mapping

from svyazka.api.auth import Caller
from svyazka.api.checks import check_out
from svyazka.api.commitments import CommitmentOut, commitment_out
from svyazka.api.deal_shapes import (
    BreachOut,
    ClientOut,
    ContactOut,
    DealOut,
    DoneOut,
    EvidenceOut,
    IntakeOut,
    OutcomeOut,
    OwedOut,
    SaveOut,
    SeatOut,
    SliceOut,
    StandingOut,
    VisitOut,
)
from svyazka.api.questions import question_out
from svyazka.api.rows import HolderOut, Keyed, person, row_out
from svyazka.api.words import lost_reason, stage_name, tongue
from svyazka.engine.clock import Breach, Holder, Save, Slice
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.stages.queries import CheckRow, DealPage


def deal_out(page: DealPage, caller: Caller) -> DealOut:
    """A deal for a caller."""
    people, process, card = directory(), page.process, page.card
    deal = DealOut.model_construct(**dict(row_out(card.row, process, people, caller)))
    if caller.actor.is_agent:
        return deal
    deal.external_id, deal.process = card.external_id or "", card.row.process_number
    deal.contacted_at, deal.duplicates_checked_at = card.contacted_at, card.duplicates_checked_at
    deal.commitments = [commitment_out(row, process, people, caller) for row in page.commitments]
    deal.standing = _standing(page, people, {one.id: one for one in deal.commitments})
    deal.intake = IntakeOut(
        answers=dict(card.answers), unknown=dict(card.unknown), missing=list(page.missing_fields)
    )
    deal.client_card = _client(page)
    deal.seats = [
        SeatOut(
            person=person(people, one.person_id), role=one.role, since=one.since, until=one.until,
            in_shadow=one.in_shadow,
        )
        for one in page.seats
    ]  # fmt: skip
    deal.questions = [question_out(row, people) for row in page.questions]
    deal.visits = _visits(page, people)
    deal.life = [_slice(one, people) for one in page.life]
    deal.breaches = [_breach(one, people) for one in page.breaches]
    deal.saves = [_save(one, people) for one in page.saves]
    deal.outcome = _outcome(page)
    deal.may = sorted(page.may)
    return deal


def _standing(page: DealPage, people: Directory, commitments: Mapping[int, CommitmentOut]) -> StandingOut:
    standing, stage = page.standing, page.standing.stage
    next_step = standing.next_step
    return StandingOut(
        stage=Keyed(key=stage.key, text=stage.name.say(tongue())),
        position=standing.position + 1,
        stages=len(page.process.stages),
        done=[_done(row, people) for row in page.checks if row.holds],
        missing=[check_out(check, stage.key, page) for check in standing.missing],
        blockers=[check.key for check in standing.blockers],
        may_leave=standing.may_leave,
        holder=_holder(standing.holder, people),
        next_step=commitments.get(next_step.promise.id) if next_step else None,
        next_due=standing.next_due,
        stage_due=standing.stage_due,
        stage_minutes_left=standing.stage_minutes_left,
        owed=[
            OwedOut(
                id=one.promise.id, minutes_left=one.minutes_left, overdue=one.is_overdue, soon=one.is_soon,
                paused=one.is_paused,
            )
            for one in standing.owed
        ],
    )  # fmt: skip


def _done(row: CheckRow, people: Directory) -> DoneOut:
    shown = None
    if row.evidence is not None:
        shown = EvidenceOut(
            text=row.evidence.text, by=person(people, row.evidence.by_id), at=row.evidence.at,
            happens_at=row.evidence.happens_at,
        )  # fmt: skip
    return DoneOut(key=row.check.key, text=row.check.text.say(tongue()), evidence=shown)


def _holder(holder: Holder, people: Directory) -> HolderOut:
    return HolderOut(kind=holder.kind, person=person(people, holder.person_id), role=holder.role)


def _client(page: DealPage) -> ClientOut:
    contacts = [
        ContactOut(
            name=one.name,
            duty=one.duty,
            decides=one.decides,
            phone=one.phone,
            email=one.email,
            channel=one.channel,
        )
        for one in page.client.contacts
    ]
    return ClientOut(
        name=page.client.name, inn=page.client.inn, lines=list(page.client.lines), contacts=contacts
    )


def _visits(page: DealPage, people: Directory) -> list[VisitOut]:
    return [
        VisitOut(
            stage=Keyed(key=one.stage, text=stage_name(one.stage, page.process)), entered_at=one.entered_at,
            left_at=one.left_at, left_by=person(people, one.left_by_id), left_over=list(one.failed),
            reason=one.reason,
        )
        for one in page.visits
    ]  # fmt: skip


def _slice(one: Slice, people: Directory) -> SliceOut:
    return SliceOut(holder=_holder(one.holder, people), start=one.start, end=one.end, minutes=one.minutes)


def _breach(one: Breach, people: Directory) -> BreachOut:
    late = [
        {
            "commitment": before.promise_id,
            "person": before.person_id,
            "role": before.role,
            "minutes": before.minutes,
        }
        for before in one.arrived_late
    ]
    return BreachOut(
        commitment=one.promise_id, person=person(people, one.person_id), role=one.role, term=one.term, due=one.due_at,
        ended_at=one.ended_at, minutes_late=one.minutes_late, arrived_late=late,
    )  # fmt: skip


def _save(one: Save, people: Directory) -> SaveOut:
    kind = "person" if one.absorbed_from is not None else "client"
    return SaveOut(
        commitment=one.promise_id, person=person(people, one.person_id), role=one.role, term=one.term,
        absorbed_minutes=one.absorbed_minutes,
        absorbed_from=HolderOut(
            kind=kind, person=person(people, one.absorbed_from), role=one.absorbed_from_role
        ),
    )  # fmt: skip


def _outcome(page: DealPage) -> OutcomeOut | None:
    card = page.card
    if card.row.status == "open":
        return None
    reason = Keyed(key=card.reason, text=lost_reason(card.reason, page.process)) if card.reason else None
    return OutcomeOut(
        status=card.row.status, at=card.row.closed_at, reason=reason, evidence=card.evidence,
        client_words=card.client_words, contract_number=card.contract_number, contract_date=card.contract_date,
        contract_sum=card.contract_sum, duplicate_of=card.duplicate_of,
    )  # fmt: skip
