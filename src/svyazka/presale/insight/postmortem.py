"""How a closed deal went: the one read behind its page, cut to what the viewer may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from svyazka.engine.delays import Stay
from svyazka.engine.losing import Hint, likely_reasons
from svyazka.engine.postmortem import PostMortem, look_back
from svyazka.engine.process import Process
from svyazka.presale.clients.queries import client_card
from svyazka.presale.commitments.queries import CommitmentRow, commitments_of
from svyazka.presale.deals.models import DECLINED, LOST, WON, Deal
from svyazka.presale.deals.queries import DealRow, deal_id_of, row_of, sees_private
from svyazka.presale.deals.writing import DEAL, seats_of
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.meetings.models import Letter
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.presale.questions.queries import questions_of
from svyazka.presale.stages.models import Visit

TOLD_OF: Final = frozenset({WON, LOST, DECLINED})
"""How a deal ends for there to be something to tell: what was a duplicate or spam has had no way of its own."""


@dataclass(frozen=True, slots=True)
class LetterSaid:
    """What the client made of a letter: ``words``, ``confirmed`` and ``who`` are empty for those who may not read what people said.

    :ivar confirmed: the points to which he has said yes: what we heard from him, what was agreed
    """

    meeting_id: int
    sent_at: datetime
    answer: str
    ready: str
    answered_at: datetime | None
    who: str
    words: tuple[str, ...]
    confirmed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chased:
    """The client had to ask “when?”; ``words`` are his, empty for those who may not read them."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How the deal ended. Evidence, words, number and sum are for those who may see what is private."""

    reason: str
    evidence: str
    client_words: str
    contract_number: str
    contract_date: date | None
    contract_sum: Decimal | None


@dataclass(frozen=True, slots=True)
class DealLookedBack:
    """A closed deal from its end.

    :ivar commitments: by id, for their words; notes only where the viewer may read them
    :ivar questions: words of the questions that he was asked, by id; ``answers`` are questions with what he said
    :ivar hints: reasons that the record speaks for besides the one that was given; none but for lost deals
    """

    row: DealRow
    process: Process
    ending: Ending
    found: PostMortem
    commitments: Mapping[int, CommitmentRow]
    questions: Mapping[int, str]
    answers: tuple[tuple[str, str], ...]
    hints: tuple[Hint, ...]
    letters: tuple[LetterSaid, ...]
    chased: tuple[Chased, ...]
    sees_private: bool


def looked_back(*, number: str, viewer: Actor) -> DealLookedBack:
    """How a deal went. Nine queries, however long its life was.

    :raises NotFound: no such deal, the viewer may not know of it, or there is nothing to tell: it is open, a duplicate or spam
    """
    if viewer.is_agent:
        raise NotFound
    deal = DEAL.first(pk=deal_id_of(number, viewer=viewer))
    if deal is None or deal.closed_at is None or deal.status not in TOLD_OF:
        raise NotFound
    private = sees_private(viewer, seats_of(deal, viewer.person_id))
    rows = commitments_of(deal.pk, notes_for=None if private else viewer.me)
    process = process_version(deal.process_number)
    found = look_back(
        process, [one.promise() for one in rows], _stays(deal, private=private),
        start=deal.received_at, end=deal.closed_at, calendar=directory().calendar,
    )  # fmt: skip
    terms = {one.id: one.term for one in rows}
    hints = likely_reasons(process, found, terms, chased=deal.chased) if deal.status == LOST else ()
    questions = questions_of(deal.pk, viewer=viewer, private=private)
    return DealLookedBack(
        row=row_of(deal, client_card(deal.client_id, private=False).name),
        process=process,
        ending=_ending(deal, private=private),
        found=found,
        commitments={one.id: one for one in rows},
        questions={one.id: one.text for one in questions if one.text},
        answers=tuple((one.text, one.answer) for one in questions if one.text and one.answer),
        hints=tuple(hint for hint in hints if hint.reason != deal.reason),
        letters=_letters(deal, private=private),
        chased=_chased(deal, private=private),
        sees_private=private,
    )


def _ending(deal: Deal, *, private: bool) -> Ending:
    return Ending(
        reason=deal.reason,
        evidence=deal.evidence if private else "",
        client_words=deal.client_words if private else "",
        contract_number=deal.contract_number if private else "",
        contract_date=deal.contract_date,
        contract_sum=deal.contract_sum if private else None,
    )


def _stays(deal: Deal, *, private: bool) -> tuple[Stay, ...]:
    found = Visit.objects.filter(deal=deal).order_by("entered_at", "pk")
    columns = ("stage", "entered_at", "left_at", "left_by_id", "failed", "reason")
    return tuple(
        Stay(stage, entered, left, by, tuple(failed), reason if private else "")
        for stage, entered, left, by, failed, reason in found.values_list(*columns)
    )


def _letters(deal: Deal, *, private: bool) -> tuple[LetterSaid, ...]:
    """Each letter that the client was sent and not told to forget, as it was answered. One query."""
    found = Letter.objects.filter(meeting__deal=deal, sent_at__isnull=False, taken_back_at=None)
    said = []
    for one in found.order_by("sent_at", "pk"):
        words = [*one.corrections.values(), one.more, one.ready_words] if private else []
        said.append(
            LetterSaid(
                one.meeting_id, one.sent_at or one.drafted_at, one.answer, one.ready, one.answered_at,
                one.answered_by if private else "", tuple(filter(None, words)), _confirmed(one) if private else (),
            )
        )  # fmt: skip
    return tuple(said)


def _confirmed(letter: Letter) -> tuple[str, ...]:
    if letter.answer != "confirmed":
        return ()
    return tuple(one["text"] for one in letter.points if one["part"] in {"heard", "agreed"})


def _chased(deal: Deal, *, private: bool) -> tuple[Chased, ...]:
    found = Entry.objects.filter(chain=deal.pk, act="client.chased").order_by("seq")
    return tuple(
        Chased(at, str((detail or {}).get("words") or "") if private else "")
        for at, detail in found.values_list("at", "detail__body")
    )
