"""What a deal says today, by field of a table, and how each field may be changed from one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from svyazka.engine.importing.values import Value
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.deals.models import DECLINED, LOST
from svyazka.presale.imports.seals import read_shown
from svyazka.presale.stages.funnel import PRIVATE, FunnelRow

Way = Literal["form", "seat", "step", "stage", "ending", "shown"]
WAYS: Final[Mapping[str, Way]] = {
    **dict.fromkeys(
        ("client", "inn", "contact", "duty", "phone", "email", "request", "source", "budget", "headcount", "lines", "note"), "form"
    ),
    **dict.fromkeys(("author", "manager", "expert"), "seat"),
    **dict.fromkeys(("next_step", "performer", "due"), "step"),
    "stage": "stage",
    **dict.fromkeys(("status", "reason", "evidence", "contract_number", "contract_date", "contract_sum"), "ending"),
    **dict.fromkeys(("number", "received", "stage_since"), "shown"),
}  # fmt: skip
"""How an edited cell is brought in, by field.

``form``: as an answer of the intake form. ``seat``: by appointing. ``step``: on the commitment that is shown, which is due first.
``stage``: by leaving one stage after the other, each by its gate. ``ending``: by winning, losing or declining an open deal; what a
closed one was closed with stays. ``shown``: not at all, for nobody may change it.
"""
BOXES: Final[Mapping[str, str]] = {
    "client": "company", "inn": "inn", "contact": "contact_name", "duty": "contact_duty", "phone": "phone", "email": "email",
    "request": "request", "source": "source", "budget": "budget", "headcount": "headcount", "lines": "lines", "note": "context",
}  # fmt: skip
"""Boxes of the intake form, by the field of the table that fills them."""
SEATS: Final[Mapping[str, str]] = {
    "author": "lead_generator",
    "manager": "manager",
    "expert": "expert",
}
"""Roles on a deal, by the field that names who holds it."""

TERM: Final = "term:"
"""Before the key of a commitment's term, where the process has the words."""


def values_of(row: FunnelRow, zone: ZoneInfo, step: CommitmentRow | None) -> dict[str, Value | None]:
    """What the deal says, by field; what its viewer may not see isn't there.

    :param step: the commitment that is shown
    """
    deal, private = row.deal, row.sees_private
    said: dict[str, Value | None] = {
        "number": deal.number,
        "received": _day(deal.received_at, zone),
        **{
            field: read_shown(field, _answer(row, field)).value or _answer(row, field) or None
            for field, box in BOXES.items()
            if private or box not in PRIVATE
        },
        "author": deal.author_id,
        "manager": deal.manager_id,
        "expert": row.expert_id,
        "stage": deal.stage,
        "stage_since": _day(deal.stage_since, zone),
        "status": deal.status,
        "contract_date": row.contract_date,
        **_step(step, zone),
    }
    if deal.status != DECLINED:
        said["reason"] = (row.reason or None) if deal.status == LOST else None
    elif private:
        said["reason"] = row.evidence or None
    if private:
        said["evidence"] = (row.evidence or None) if deal.status == LOST else None
        said["contract_number"] = row.contract_number or None
        said["contract_sum"] = row.contract_sum
    return said


def _answer(row: FunnelRow, field: str) -> str:
    """What the form says; without a word of it, what the client's card does."""
    said = row.answer(BOXES[field])
    match field:
        case "client":
            return said or row.deal.client_name
        case "inn":
            return said or row.inn
        case "source":
            return said or row.deal.source
    return said


def _step(step: CommitmentRow | None, zone: ZoneInfo) -> dict[str, Value | None]:
    if step is None:
        return {"next_step": None, "performer": None, "due": None}
    return {
        # a term of the process has no words of its own here
        "next_step": step.result or f"{TERM}{step.term}",
        "performer": step.performer_id,
        "due": _day(step.due_at, zone),
    }


def _day(moment: datetime, zone: ZoneInfo) -> Value:
    return moment.astimezone(zone).date()
