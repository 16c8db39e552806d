"""Reads of questions to the client."""

from dataclasses import dataclass
from datetime import datetime

from svyazka.presale.journal.prepared import Prepared
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


_COLUMNS = ("pk", "asked_by_id", "asked_at", "text", "relayed_at", "answered_at", "answer")
_OF_DEAL = Prepared(lambda deal: Question.objects.filter(deal_id=deal).order_by("-pk").values_list(*_COLUMNS))
_WAITING = Prepared(
    lambda deal: Question.objects.filter(deal_id=deal, answered_at=None).values_list("pk", flat=True)[:1]
)


def questions_of(deal_id: int) -> tuple[QuestionRow, ...]:
    """A deal's questions, the unanswered first."""
    rows = [QuestionRow(*row) for row in _OF_DEAL(deal=deal_id)]
    return tuple(sorted(rows, key=lambda row: row.answered_at is not None))


def has_open_question(deal_id: int) -> bool:
    """Whether a question of this deal waits for its answer."""
    return _WAITING.first(deal=deal_id) is not None


def question_row(question_id: int) -> QuestionRow:
    """One question.

    :raises NotFound: there is none
    """
    for row in Question.objects.filter(pk=question_id).values_list(*_COLUMNS):
        return QuestionRow(*row)
    raise NotFound
