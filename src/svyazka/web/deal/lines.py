"""Lines of the deal page's panels, and what tells how each check is supplied and each commitment kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.speech.proving import Where

SUPPLIED_BY: Final[Mapping[str, str]] = {
    "intake.complete": "intake",
    "intake.answered": "intake",
    "duplicates.checked": "no_duplicate",
    "manager.appointed": "appoint",
    "expert.appointed": "appoint",
    "estimator.appointed": "appoint",
    "author.recorded": "appoint",
    "client.contacted": "contacted",
    "next_step.promised": "owe",
    "questions.answered": "ask",
    "decision.taken": "accept",
    "contract.signed": "win",
}
"""Which act of the page makes a computed fact true."""

KEPT_BY: Final[Mapping[str, tuple[str, str]]] = {
    "deal.accepted": ("gate", "accept"),
    "manager.appointed": ("people", "appoint"),
    "expert.appointed": ("people", "appoint"),
    "estimator.appointed": ("people", "appoint"),
    "deal.won": ("endings", "win"),
    "expert.claimed": ("people", ""),
    "expert.more_given": ("people", ""),
    "triage.claimed": ("people", ""),
    "triage.said": ("people", ""),
}
"""Where on the page the event happens that keeps a term's commitment, and the act's name."""

RIGHT_OF: Final[Mapping[str, str]] = {
    "intake": "request.describe",
    "no_duplicate": "request.decide",
    "accept": "request.decide",
    "appoint": "deal.appoint",
    "contacted": "deal.contact",
    "owe": "commitment.open",
    "ask": "question.relay",
    "win": "deal.close",
    "evidence": "deal.evidence",
}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check of the stage. ``how`` names the act that supplies it, empty where the viewer can't.

    :ivar where: the page of a meeting that proves it; else somebody says what shows it
    """

    key: str
    text: str
    why: str
    strength: str
    holds: bool
    evidence: str
    by: str
    at: datetime | None
    happens_at: datetime | None
    supply: str
    how: str
    role: str
    who: str
    takes_date: bool
    may_withdraw: bool
    where: Where | None


@dataclass(frozen=True, slots=True)
class OwedLine:
    """A commitment. ``event`` is where on the page the thing is done that keeps it, empty where a word suffices.

    :ivar where: the page of a meeting on which it is done
    :ivar by_word: whether saying that it is done, or what shows it, keeps it
    """

    row: CommitmentRow
    what: str
    who: str
    role: str
    controller: str
    closed_by: str
    minutes: int | None
    state: str
    mine: bool
    takes_date: bool
    needs_proof: bool
    event: str
    where: Where | None
    by_word: bool
    may_keep: bool
    may_waive: bool
    may_change: bool


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A field of the intake form; ``hidden`` where its content is for the deal's team."""

    label: str
    value: str
    required: bool
    missing: bool
    hidden: bool
    finder: str
    by: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """An act of the timeline."""

    sentence: str
    quote: str
    who: str
    role: str
    channel: str
    at: datetime
    tone: str
