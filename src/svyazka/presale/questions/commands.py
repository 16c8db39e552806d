"""Questions to the client go through the manager, and so do the answers."""

from datetime import datetime

from svyazka.engine.wording import lack_of
from svyazka.engine.worktime import Duration
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.terms import close, open_special, performer_for
from svyazka.presale.deals.writing import deal_to_change
from svyazka.presale.journal.commands import Act, record
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, NotFound
from svyazka.presale.people.queries import directory
from svyazka.presale.questions.models import Question

RELAY_TIME = Duration(4, "h")
REPLY_TIME = Duration(2, "d")


class AlreadyAnswered(Conflict):
    """The question has been relayed or answered before."""

    code = "question_done"


@command
def ask_question(*, deal_id: int, text: str, actor: Actor, at: datetime) -> int:
    """Put a question to the client. The manager owes relaying it in four working hours. Returns the question's id."""
    deal, role = deal_to_change(deal_id, actor, "question.ask")
    if lack := lack_of(text):
        raise Invalid(errors={"text": lack})
    if actor.person_id is None:
        raise Invalid(errors={"text": "needs_a_person"})
    people = directory()
    manager = performer_for(deal, "manager", at=at, people=people)
    relay = open_special(
        deal, term="relay", performer=manager, role="manager", by="question", actor=actor, at=at,
        due_at=people.calendar_of(manager).due(at, RELAY_TIME),
    )  # fmt: skip
    question = Question.objects.create(
        deal=deal, asked_by_id=actor.person_id, asked_at=at, text=text.strip(), relay=relay
    )
    _name(relay, question.pk)
    record(
        chain=deal.pk, actor=actor, at=at,
        act=Act("question.asked", {"id": question.pk}, {"text": question.text}, role),
    )  # fmt: skip
    return question.pk


def _name(commitment: Commitment, question_id: int) -> None:
    """Tie a commitment to its question, so that several can be open at once."""
    commitment.term = f"{commitment.term}.{question_id}"
    commitment.save(update_fields=["term"])


@command
def relay_question(*, question_id: int, actor: Actor, at: datetime) -> None:
    """The manager has asked the client: now the client owes the answer, and clocks that wait for him stand."""
    question, role = _question(question_id, actor)
    if question.relayed_at is not None:
        raise AlreadyAnswered(id=question_id)
    deal = question.deal
    # the deal may have been closed and opened again meanwhile: a promise broken then stays broken
    if question.relay.outcome == "open":
        close(question.relay, outcome=None, actor=actor, at=at, quiet=True)
    people = directory()
    manager = performer_for(deal, "manager", at=at, people=people)
    reply = open_special(
        deal, term="reply", performer=manager, role="manager", by="question", actor=actor, at=at, on_client=True,
        due_at=people.calendar.due(at, REPLY_TIME),
    )  # fmt: skip
    _name(reply, question.pk)
    question.reply, question.relayed_at = reply, at
    question.save(update_fields=["reply", "relayed_at"])
    record(chain=deal.pk, act=Act("question.relayed", {"id": question_id}, role=role), actor=actor, at=at)


@command
def answer_question(*, question_id: int, answer: str, actor: Actor, at: datetime) -> None:
    """Write down what the client answered; whoever asked is told."""
    question, role = _question(question_id, actor)
    if question.answered_at is not None:
        raise AlreadyAnswered(id=question_id)
    if lack := lack_of(answer):
        raise Invalid(errors={"answer": lack})
    for commitment in (question.relay, question.reply):
        if commitment is not None and commitment.outcome == "open":
            close(commitment, outcome=None, actor=actor, at=at, quiet=True)
    question.answered_at, question.answer = at, answer.strip()
    question.relayed_at = question.relayed_at or at
    question.save(update_fields=["answered_at", "answer", "relayed_at"])
    record(
        chain=question.deal_id, actor=actor, at=at,
        act=Act(
            "question.answered", {"id": question_id, "asked_by": question.asked_by_id}, {"answer": answer.strip()}, role
        ),
    )  # fmt: skip


def _question(question_id: int, actor: Actor) -> tuple[Question, str]:
    deal_id = Question.objects.filter(pk=question_id).values_list("deal_id", flat=True).first()
    if deal_id is None:
        raise NotFound
    _, role = deal_to_change(deal_id, actor, "question.relay")
    return Question.objects.select_related("deal", "relay", "reply").get(pk=question_id), role
