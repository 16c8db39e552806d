"""The shape of a deal in full: standing, intake, people, life, outcome."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from svyazka.api.commitments import CommitmentOut
from svyazka.api.problems import Check
from svyazka.api.questions import QuestionOut
from svyazka.api.rows import HolderOut, Keyed, Named, Row


class EvidenceOut(BaseModel):
    """What shows that a check holds; empty words for those who may not read them."""

    text: str
    by: Named | None
    at: datetime
    happens_at: datetime | None


class DoneOut(Keyed):
    """A check that holds."""

    evidence: EvidenceOut | None


class OwedOut(BaseModel):
    """An open commitment on the clock."""

    id: int
    minutes_left: int = Field(description="Working minutes; below zero once overdue")
    overdue: bool
    soon: bool
    paused: bool = Field(description="The clock stands while the client owes us something")


class StandingOut(BaseModel):
    """Where the deal stands now."""

    stage: Keyed
    position: int = Field(description="Place of the stage, from 1")
    stages: int = Field(description="How many there are")
    done: list[DoneOut]
    missing: list[Check] = Field(description="With how to supply each")
    blockers: list[str] = Field(description="Keys of the missing checks that stop the deal")
    may_leave: bool
    holder: HolderOut
    next_step: CommitmentOut | None = Field(description="What the client was promised next")
    next_due: datetime | None
    stage_due: datetime
    stage_minutes_left: int = Field(description="Working minutes; below zero once overdue")
    owed: list[OwedOut]


class IntakeOut(BaseModel):
    """The intake form."""

    answers: dict[str, Any] = Field(description="By box; contacts and money only for those who may see them")
    unknown: dict[str, Any] = Field(description="Fields that somebody finds out: who, by when")
    missing: list[str]


class ContactOut(BaseModel):
    """A person of the client’s."""

    name: str
    duty: str
    decides: bool
    phone: str
    email: str
    channel: str


class ClientOut(BaseModel):
    """The client."""

    name: str
    inn: str
    lines: list[str]
    contacts: list[ContactOut] = Field(description="Empty for those who may not see them")


class SeatOut(BaseModel):
    """A person in a role."""

    person: Named | None
    role: str
    since: datetime
    until: datetime | None
    in_shadow: bool


class VisitOut(BaseModel):
    """A stay in a stage."""

    stage: Keyed
    entered_at: datetime
    left_at: datetime | None
    left_by: Named | None
    left_over: list[str] = Field(description="Checks that were missing when it was left")
    reason: str


class SliceOut(BaseModel):
    """A stretch of the deal’s life, held by one holder."""

    holder: HolderOut
    start: datetime
    end: datetime
    minutes: int = Field(description="Working minutes")


class BreachOut(BaseModel):
    """A promise of ours past its time, and what had come late to it."""

    commitment: int
    person: Named | None
    role: str
    term: str | None
    due: datetime
    ended_at: datetime | None
    minutes_late: int
    arrived_late: list[dict[str, Any]] = Field(
        description="Promises before it that were late: id, person, role, minutes"
    )


class SaveOut(BaseModel):
    """A date kept although the work came late."""

    commitment: int
    person: Named | None
    role: str
    term: str | None
    absorbed_minutes: int
    absorbed_from: HolderOut


class OutcomeOut(BaseModel):
    """How the deal ended; money and words only for those who may see them."""

    status: str
    at: datetime | None
    reason: Keyed | None = None
    evidence: str = ""
    client_words: str = ""
    contract_number: str = ""
    contract_date: date | None = None
    contract_sum: Decimal | None = None
    duplicate_of: str | None = None


class DealOut(Row):
    """A deal in full. Partner agents get the row alone: what became of their lead."""

    external_id: str = ""
    process: int | None = Field(None, description="Version of the process it follows")
    contacted_at: datetime | None = None
    duplicates_checked_at: datetime | None = None
    standing: StandingOut | None = None
    intake: IntakeOut | None = None
    client_card: ClientOut | None = None
    seats: list[SeatOut] = []
    commitments: list[CommitmentOut] = []
    questions: list[QuestionOut] = []
    visits: list[VisitOut] = []
    life: list[SliceOut] = Field([], description="The life bar: who held the deal, stretch by stretch")
    breaches: list[BreachOut] = []
    saves: list[SaveOut] = []
    outcome: OutcomeOut | None = None
    may: list[str] = Field([], description="Rights that the token’s holder has on this deal")
