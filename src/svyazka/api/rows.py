"""A deal as one row: what lists, the window and the answers to acts on a deal show."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from pydantic import BaseModel, Field

from svyazka.api.auth import Caller
from svyazka.api.words import stage_name, tongue
from svyazka.engine.process import Process
from svyazka.presale.deals.queries import DealRow, rows_by_id
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.process.queries import process_version

PREFIX = "/api/v1"


class Named(BaseModel):
    """A person or a unit."""

    id: int
    name: str


class Keyed(BaseModel):
    """A stage, a check or a reason of the process, with its words in the language of the answer."""

    key: str
    text: str


class HolderOut(BaseModel):
    """Who has the ball."""

    kind: str = Field(description="`person`, `client`, or `queue` for nobody yet")
    person: Named | None = None
    role: str | None = None


class Row(BaseModel):
    """A deal. Partner agents see what becomes of their leads; what is ours stays empty for them."""

    number: str = Field(examples=["С-2026-0042"])
    url: str
    page: str = Field(description="The deal’s page, for people")
    title: str
    client: str
    status: str = Field(description="`open`, `won`, `lost`, `declined`, `duplicate` or `spam`")
    stage: Keyed
    stage_since: datetime
    received_at: datetime
    closed_at: datetime | None
    source: str
    author: Named | None = Field(description="Who brought the request")
    dispatcher: Named | None = None
    manager: Named | None = None
    unit: Named | None = None
    accepted_at: datetime | None = None
    stage_due: datetime | None = None
    holder: HolderOut | None = Field(None, description="Who has the ball; empty once the deal is closed")
    next_due: datetime | None = Field(None, description="When the next open commitment is due")
    overdue: bool = Field(False, description="Something of ours is past its time")
    blocker: Keyed | None = Field(
        None, description="The first check that stops the deal from leaving its stage"
    )
    chased: int = Field(0, description="How often the client had to ask us")
    left_over: list[str] = Field([], description="Stages left without all their checks")
    revision: int = Field(0, description="Grows with every change of the deal")


class RowPage(BaseModel):
    """A page of deals."""

    items: Sequence[Row]
    next: str | None = Field(description="Address of the next page; empty on the last one")


def address(path: str) -> str:
    """Where the API has this deal."""
    return f"{settings.PUBLIC_URL}{PREFIX}/deals/{path}"


def page_address(path: str) -> str:
    """Where people find the deal's page."""
    return f"{settings.PUBLIC_URL}/deals/{path}/"


def person(people: Directory, person_id: int | None) -> Named | None:
    """A person by name, None for nobody."""
    return None if person_id is None else Named(id=person_id, name=people.name(person_id))


def unit(people: Directory, unit_id: int | None) -> Named | None:
    """A unit by name, None for none."""
    known = people.units.get(unit_id or 0)
    return Named(id=known.id, name=known.name) if known else None


def rows_out(rows: Iterable[DealRow], caller: Caller) -> list[Row]:
    """Rows for a caller, each process looked up once."""
    known = list(rows)
    people = directory()
    processes = {number: process_version(number) for number in {row.process_number for row in known}}
    return [row_out(row, processes[row.process_number], people, caller) for row in known]


def row_out(row: DealRow, process: Process, people: Directory, caller: Caller) -> Row:
    """One row for a caller."""
    fate = Row(
        number=row.number,
        url=address(row.path),
        page=page_address(row.path),
        title=row.title,
        client=row.client_name,
        status=row.status,
        stage=Keyed(key=row.stage, text=stage_name(row.stage, process)),
        stage_since=row.stage_since,
        received_at=row.received_at,
        closed_at=row.closed_at,
        source=row.source,
        author=person(people, row.author_id),
    )
    return fate if caller.actor.is_agent else _ours(fate, row, process, people, caller.at)


def _ours(fate: Row, row: DealRow, process: Process, people: Directory, at: datetime) -> Row:
    fate.dispatcher, fate.manager = person(people, row.dispatcher_id), person(people, row.manager_id)
    fate.unit = unit(people, row.unit_id)
    fate.accepted_at, fate.stage_due, fate.next_due = row.accepted_at, row.stage_due, row.next_due
    if row.closed_at is None:
        kind = "client" if row.on_client else "queue" if row.holder_id is None else "person"
        fate.holder = HolderOut(kind=kind, person=person(people, row.holder_id))
    fate.overdue = row.next_due is not None and row.next_due < at and not row.on_client
    fate.blocker = _blocker(row, process)
    fate.chased, fate.left_over, fate.revision = row.chased, list(row.frayed), row.revision
    return fate


def _blocker(row: DealRow, process: Process) -> Keyed | None:
    if not row.blocker:
        return None
    checks = (check for stage in process.stages if stage.key == row.stage for check in stage.checks)
    found = next((check for check in checks if check.key == row.blocker), None)
    return Keyed(key=row.blocker, text=found.text.say(tongue()) if found else row.blocker)


def row_of(deal_id: int, caller: Caller) -> Row:
    """The deal as it stands now: the answer to every act on it."""
    return rows_out(rows_by_id([deal_id], viewer=caller.actor).values(), caller)[0]


def process_of(deal_id: int, caller: Caller) -> Process:
    """The version of the process that a deal follows."""
    return process_version(rows_by_id([deal_id], viewer=caller.actor)[deal_id].process_number)
