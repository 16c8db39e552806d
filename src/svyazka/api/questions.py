"""Questions to the client, which travel through the manager."""

from datetime import datetime

from ninja import Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from svyazka.api.auth import READ, WRITE, Request
from svyazka.api.inputs import Id, Number, Said, Words
from svyazka.api.rows import Named, person
from svyazka.presale.deals.queries import deal_id_of
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.questions.commands import answer_question, ask_question, relay_question
from svyazka.presale.questions.queries import QuestionRow, question_row, questions_seen

router = Router(tags=["Questions to the client"])


class QuestionOut(BaseModel):
    """A question and how far it has come."""

    id: int
    text: str | None = Field(
        description="None for those who may not read it: it is the deal’s people’s, and the asker’s"
    )
    asked_by: Named | None
    asked_at: datetime
    relayed_at: datetime | None = Field(description="When the manager put it to the client")
    answered_at: datetime | None
    answer: str | None = Field(description="As `text`")


class QuestionList(BaseModel):
    """Questions of a deal, the unanswered first."""

    items: list[QuestionOut]


class QuestionIn(Said):
    """A question to the client."""

    text: Words


class AnswerIn(Said):
    """What the client answered."""

    answer: Words


def question_out(row: QuestionRow, people: Directory) -> QuestionOut:
    """A question."""
    return QuestionOut(
        id=row.id,
        text=row.text,
        asked_by=person(people, row.asked_by_id),
        asked_at=row.asked_at,
        relayed_at=row.relayed_at,
        answered_at=row.answered_at,
        answer=row.answer,
    )


@router.get("/deals/{number}/questions", auth=READ, response=QuestionList, operation_id="list_questions")
def questions(request: Request, number: Number) -> QuestionList:
    """What was asked, and what the client answered."""
    caller = request.auth
    deal_id = deal_id_of(number, viewer=caller.actor)
    people = directory()
    return QuestionList(
        items=[question_out(row, people) for row in questions_seen(deal_id=deal_id, viewer=caller.actor)]
    )


@router.post(
    "/deals/{number}/questions", auth=WRITE, response={201: QuestionOut}, operation_id="ask_question"
)
def ask(request: Request, number: Number, said: QuestionIn) -> Status[QuestionOut]:
    """Ask the client through the manager, who then owes passing the question on."""
    caller = request.auth
    asked = ask_question(
        deal_id=deal_id_of(number, viewer=caller.actor), text=said.text, actor=caller.actor, at=caller.at
    )
    return Status(201, question_out(question_row(asked, viewer=caller.actor), directory()))


@router.post("/questions/{id}/relay", auth=WRITE, response=QuestionOut, operation_id="relay_question")
def relay(request: Request, id: Id) -> QuestionOut:
    """The client has the question: from now on he owes the answer, and clocks that wait for him stand."""
    caller = request.auth
    relay_question(question_id=id, actor=caller.actor, at=caller.at)
    return question_out(question_row(id, viewer=caller.actor), directory())


@router.post("/questions/{id}/answer", auth=WRITE, response=QuestionOut, operation_id="answer_question")
def answer(request: Request, id: Id, said: AnswerIn) -> QuestionOut:
    """What the client answered; whoever asked is told."""
    caller = request.auth
    answer_question(question_id=id, answer=said.answer, actor=caller.actor, at=caller.at)
    return question_out(question_row(id, viewer=caller.actor), directory())
