"""Each step that a plot may hold, as a call of the product's own commands."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from svyazka.demo.plot import Do, Scene
from svyazka.presale.commitments import commands as commitments
from svyazka.presale.deals import commands as deals
from svyazka.presale.deals import seats
from svyazka.presale.deals.intake import Unknown
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.experts.asking import Ask, ask_for_expert, give_more
from svyazka.presale.experts.claiming import ask_for_more, claim
from svyazka.presale.journal.values import Actor, Json
from svyazka.presale.people.queries import actor_by_id
from svyazka.presale.questions import commands as questions
from svyazka.presale.stages import commands as stages
from svyazka.presale.stages.evidence import supply_evidence


def receive(
    *, answers: Mapping[str, Json], actor: Actor, source: str, viewer: Actor, sure: bool, reference: str = "",
    unknown: Mapping[str, Unknown] | None = None,
) -> Do:  # fmt: skip
    """Hand the request in."""

    def do(scene: Scene, at: datetime) -> None:
        received = deals.receive_request(
            answers=answers,
            actor=actor,
            at=at,
            source=source,
            sure=sure,
            unknown=unknown,
            external_id=reference,
        )
        scene.deal_id = received.deal_id
        row = rows_by_id([received.deal_id], viewer=viewer)[received.deal_id]
        scene.dispatcher = actor_by_id(row.dispatcher_id, "demo")

    return do


def contacted(*, how: str, actor: Actor) -> Do:
    """Answer the client."""
    return lambda scene, at: deals.say_contacted(
        deal_id=scene.deal_id, how=how, actor=scene.acting(actor), at=at
    )


def described(
    *, answers: Mapping[str, Json], actor: Actor, unknown: Mapping[str, Unknown] | None = None
) -> Do:
    """Fill the form in, or say who finds out."""

    def do(scene: Scene, at: datetime) -> None:
        deals.describe_request(
            deal_id=scene.deal_id, answers=answers, unknown=unknown, actor=scene.acting(actor), at=at
        )

    return do


def no_duplicate(*, actor: Actor) -> Do:
    """Say that the request is new."""
    return lambda scene, at: deals.confirm_no_duplicate(
        deal_id=scene.deal_id, actor=scene.acting(actor), at=at
    )


def accepted(*, actor: Actor, manager: Actor | None, unit_id: int) -> Do:
    """Take the request and appoint its manager."""

    def do(scene: Scene, at: datetime) -> None:
        deals.accept_request(
            deal_id=scene.deal_id,
            actor=scene.acting(actor),
            at=at,
            manager_id=manager.me if manager else None,
            unit_id=unit_id,
        )

    return do


def closed(*, status: str, reason: str, actor: Actor, original: Scene | None = None) -> Do:
    """Close the request as declined, spam or a duplicate of the deal in ``original``."""

    def do(scene: Scene, at: datetime) -> None:
        deals.close_request(
            deal_id=scene.deal_id, status=status, reason=reason, actor=scene.acting(actor), at=at,
            duplicate_of=original.deal_id if original else None,
        )  # fmt: skip

    return do


def chased(*, words: str, actor: Actor) -> Do:
    """The client asks when."""
    return lambda scene, at: deals.say_chased(
        deal_id=scene.deal_id, actor=scene.acting(actor), at=at, words=words
    )


def appointed(*, person: Actor, role: str, actor: Actor) -> Do:
    """Give somebody a role."""
    return lambda scene, at: seats.appoint(
        deal_id=scene.deal_id, person_id=person.me, role=role, actor=actor, at=at
    )


def expert_asked(*, ask: Ask, actor: Actor) -> Do:
    """Put an expert request onto the board."""

    def do(scene: Scene, at: datetime) -> None:
        scene.ids["expert"] = ask_for_expert(deal_id=scene.deal_id, ask=ask, actor=actor, at=at)

    return do


def expert_taken(*, actor: Actor) -> Do:
    """Take that request."""
    return lambda scene, at: claim(request_id=scene.ids["expert"], actor=actor, at=at)


def more_asked(*, what: str, actor: Actor) -> Do:
    """Say what that request lacks."""
    return lambda scene, at: ask_for_more(request_id=scene.ids["expert"], what=what, actor=actor, at=at)


def more_given(*, text: str, actor: Actor) -> Do:
    """Add it."""
    return lambda scene, at: give_more(request_id=scene.ids["expert"], text=text, actor=actor, at=at)


def fixer_called(*, what_for: str, actor: Actor) -> Do:
    """Call the fixer out of the shadow."""
    return lambda scene, at: seats.call_fixer(deal_id=scene.deal_id, what_for=what_for, actor=actor, at=at)


def shown(*, stage: str, check: str, text: str, actor: Actor, happens_at: datetime | None = None) -> Do:
    """Supply a check's evidence."""
    return lambda scene, at: supply_evidence(
        deal_id=scene.deal_id,
        stage=stage,
        check=check,
        text=text,
        actor=scene.acting(actor),
        at=at,
        happens_at=happens_at,
    )


def finished(*, stage: str, actor: Actor, reason: str) -> Do:
    """Leave the stage; the reason counts only where the gate is not passed."""

    def do(scene: Scene, at: datetime) -> None:
        stages.complete_stage(
            deal_id=scene.deal_id, stage=stage, actor=scene.acting(actor), at=at, reason=reason
        )

    return do


def won(*, number: str, total: Decimal, day: date, actor: Actor, reason: str) -> Do:
    """The contract is signed."""
    return lambda scene, at: stages.win(
        deal_id=scene.deal_id, contract_number=number, contract_sum=total, contract_date=day, actor=actor, at=at,
        reason=reason,
    )  # fmt: skip


def lost(*, reason: str, evidence: str, words: str, actor: Actor) -> Do:
    """The deal is lost."""
    return lambda scene, at: stages.lose(
        deal_id=scene.deal_id,
        reason=reason,
        evidence=evidence,
        client_words=words,
        actor=scene.acting(actor),
        at=at,
    )


def reopened(*, reason: str, actor: Actor) -> Do:
    """The client is back."""
    return lambda scene, at: stages.reopen(deal_id=scene.deal_id, reason=reason, actor=actor, at=at)


def promised(*, name: str, result: str, performer: Actor, due: datetime, actor: Actor, to_client: bool) -> Do:
    """Open a commitment, to be found again under ``name``."""

    def do(scene: Scene, at: datetime) -> None:
        scene.ids[name] = commitments.open_commitment(
            deal_id=scene.deal_id, performer_id=performer.me, result=result, due_at=due, actor=actor, at=at,
            to_client=to_client,
        )  # fmt: skip

    return do


def kept(*, name: str, actor: Actor) -> Do:
    """Keep that commitment."""

    def do(scene: Scene, at: datetime) -> None:
        commitments.keep(commitment_id=scene.ids[name], actor=actor, at=at)

    return do


def waived(*, name: str, reason: str, actor: Actor) -> Do:
    """Waive that commitment."""
    return lambda scene, at: commitments.waive(
        commitment_id=scene.ids[name], reason=reason, actor=actor, at=at
    )


def handed_over(*, name: str, to: Actor, reason: str, actor: Actor) -> Do:
    """Hand that commitment over."""
    return lambda scene, at: commitments.hand_over(
        commitment_id=scene.ids[name], to_id=to.me, reason=reason, actor=actor, at=at
    )


def asked(*, name: str, text: str, actor: Actor) -> Do:
    """Put a question to the client, to be found again under ``name``."""

    def do(scene: Scene, at: datetime) -> None:
        scene.ids[name] = questions.ask_question(deal_id=scene.deal_id, text=text, actor=actor, at=at)

    return do


def relayed(*, name: str, actor: Actor) -> Do:
    """Ask the client."""
    return lambda scene, at: questions.relay_question(question_id=scene.ids[name], actor=actor, at=at)


def answered(*, name: str, answer: str, actor: Actor) -> Do:
    """Write the client's answer down."""
    return lambda scene, at: questions.answer_question(
        question_id=scene.ids[name], answer=answer, actor=actor, at=at
    )
