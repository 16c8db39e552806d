"""Reads of questions to the client."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from svyazka.presale.deals.seeing import sees_private_of, sees_private_of_each
from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.rights import require
from svyazka.presale.questions.models import Question


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question and how far it has come: asked, relayed, answered.

    The words, question and answer, are None for those who may not read them: they are the client's small things, for
    the people of the deal and for whoever asked. That there is a question, whose, and how far it is, everybody sees.
    """

    id: int
    asked_by_id: int
    asked_at: datetime
    text: str | None
    relayed_at: datetime | None
    answered_at: datetime | None
    answer: str | None


_COLUMNS = ("pk", "asked_by_id", "asked_at", "text", "relayed_at", "answered_at", "answer")
_OF_DEAL = Prepared(lambda deal: Question.objects.filter(deal_id=deal).order_by("-pk").values_list(*_COLUMNS))
_WAITING = Prepared(
    lambda deal: Question.objects.filter(deal_id=deal, answered_at=None).values_list("pk", flat=True)[:1]
)


def questions_of(deal_id: int, *, viewer: Actor, private: bool) -> tuple[QuestionRow, ...]:
    """A deal's questions, the unanswered first.

    :param private: the viewer may see what people typed on this deal
    """
    rows = _cut((QuestionRow(*row) for row in _OF_DEAL(deal=deal_id)), viewer, private=private)
    return tuple(sorted(rows, key=lambda row: row.answered_at is not None))


def _cut(rows: Iterable[QuestionRow], viewer: Actor, *, private: bool) -> Iterable[QuestionRow]:
    return (
        row if private or row.asked_by_id == viewer.person_id else replace(row, text=None, answer=None)
        for row in rows
    )


def question_of(term: str) -> int | None:
    """The question that a commitment of this term relays or waits for, None for any other commitment."""
    head, _dot, number = term.partition(".")
    return int(number) if head in {"relay", "reply"} and number.isdigit() else None


def questions_said(ids: Iterable[int], *, viewer: Actor) -> dict[int, str]:
    """The words of these questions by id, of those that the viewer may read. Two queries, none for none."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = list(
        Question.objects.filter(pk__in=wanted).values_list(
            "pk", "asked_by_id", "text", "deal_id", "deal__dispatcher_id"
        )
    )
    private = sees_private_of_each({deal: dispatcher for *_, deal, dispatcher in found}, viewer=viewer)
    return {
        pk: text for pk, asked_by, text, deal, _ in found if deal in private or asked_by == viewer.person_id
    }


def questions_seen(*, deal_id: int, viewer: Actor) -> tuple[QuestionRow, ...]:
    """The same for whoever looks.

    :raises NotFound: no such deal, or the viewer may not know of it
    """
    require(viewer, "deal.see")
    return questions_of(deal_id, viewer=viewer, private=sees_private_of(deal_id, viewer=viewer))


def question_row(question_id: int, *, viewer: Actor) -> QuestionRow:
    """One question.

    :raises NotFound: there is none, or the viewer may not know of its deal
    """
    deal_id = Question.objects.filter(pk=question_id).values_list("deal_id", flat=True).first()
    if deal_id is None:
        raise NotFound
    private = sees_private_of(deal_id, viewer=viewer)
    return next(row for row in questions_of(deal_id, viewer=viewer, private=private) if row.id == question_id)


def has_open_question(deal_id: int) -> bool:
    """Whether a question of this deal waits for its answer."""
    return _WAITING.first(deal=deal_id) is not None
