"""Reads of questions to the client."""

from dataclasses import dataclass
from datetime import datetime

from svyazka.presale.journal.values import NotFound
from svyazka.presale.questions.models import Question


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question and how far it has come: asked, relayed, answered."""

    id: int
    asked_by_id: int
    asked_at: datetime
    text: str
    relayed_at: datetime | None
    answered_at: datetime | None
    answer: str


def questions_of(deal_id: int) -> tuple[QuestionRow, ...]:
    """A deal's questions, the unanswered first."""
    found = Question.objects.filter(deal_id=deal_id).order_by("-pk").values_list(
        "pk", "asked_by_id", "asked_at", "text", "relayed_at", "answered_at", "answer"
    )  # fmt: skip
    rows = [QuestionRow(*row) for row in found]
    return tuple(sorted(rows, key=lambda row: row.answered_at is not None))


def has_open_question(deal_id: int) -> bool:
    """Whether a question of this deal waits for its answer."""
    return Question.objects.filter(deal_id=deal_id, answered_at=None).exists()


def question_row(question_id: int) -> QuestionRow:
    """One question.

    :raises NotFound: there is none
    """
    found = Question.objects.filter(pk=question_id).values_list(
        "pk", "asked_by_id", "asked_at", "text", "relayed_at", "answered_at", "answer"
    )  # fmt: skip
    for row in found:
        return QuestionRow(*row)
    raise NotFound
