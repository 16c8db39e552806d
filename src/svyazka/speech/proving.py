"""Where a fact about a meeting becomes true: the page on which it is done, for who owes it and for who sees it missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext as _

from svyazka.engine.process import Process, Stage
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.meetings.queries import OnDeal

Spot = Literal["plan", "huddle", "dossier", "meeting", "close", "verdict", "letter"]

PROVED_AT: Final[Mapping[str, Spot]] = {
    "meeting.scheduled": "plan",
    "meeting.goals_agreed": "plan",
    "agenda.accepted": "plan",
    "meeting.roles_shared": "plan",
    "meeting.people_known": "plan",
    "huddle.held": "huddle",
    "briefing.read": "dossier",
    "meeting.held": "meeting",
    "defence.held": "meeting",
    "meeting.closed": "close",
    "expert.verdict": "verdict",
    "letter.sent": "letter",
    "letter.confirmed": "letter",
    "client.ready": "letter",
}
"""By fact or event, the part of a meeting's work that proves it."""
_BEGINS_ONE: Final = frozenset({"plan", "huddle", "meeting"})
"""What needs a meeting to be prepared first."""


@dataclass(frozen=True, slots=True)
class Where:
    """A page of ours, and the words that lead there."""

    href: str
    words: str


def where_proved(fact: str, path: str, stage: Stage, meetings: OnDeal) -> Where | None:
    """The page that proves a fact; None where no meeting does, so that somebody has to say what shows it.

    :param path: the deal's number as addresses spell it
    :param stage: where the deal stands: nobody begins a meeting for the sake of a stage that is left
    :param meetings: the deal's
    """
    spot = PROVED_AT.get(fact)
    if spot is None:
        return None
    if spot == "dossier":
        return Where(f"/deals/{path}/dossier/", _("Open the dossier"))
    if meetings.ahead is not None:
        found = _ahead(spot, meetings.ahead, meetings)
        if found is not None:
            return found
    if meetings.over is not None:
        found = _after(spot, meetings.over)
        if found is not None:
            return found
    is_asked_for = any(check.fact == fact for check in stage.checks)
    if is_asked_for and spot in _BEGINS_ONE and (meetings.over is None or fact == "defence.held"):
        return Where(f"/deals/{path}/#meetings", _("Prepare a meeting"))
    return None


def where_done(row: CommitmentRow, deal: DealRow, process: Process, meetings: OnDeal) -> Where | None:
    """The page of a meeting on which what somebody owes is done; None where it is done elsewhere."""
    term = next((one for one in process.terms if one.key == row.term), None)
    return where_proved(term.closes, deal.path, process.stage(deal.stage), meetings) if term else None


def _ahead(spot: Spot, meeting: int, meetings: OnDeal) -> Where | None:
    page = f"/meetings/{meeting}/"
    if spot == "plan":
        return Where(page, _("To the meeting’s plan"))
    if spot == "meeting":
        return Where(page, _("To the meeting"))
    if spot == "huddle":
        if meetings.huddle is None:
            return Where(f"{page}#before", _("To the huddle"))
        return Where(f"/meetings/{meetings.huddle}/run/", _("To the huddle"))
    return None


def _after(spot: Spot, meeting: int) -> Where | None:
    page = f"/meetings/{meeting}/"
    return {
        "close": Where(f"{page}#close", _("Close the meeting")),
        "verdict": Where(f"{page}#verdict", _("To the expert’s verdict")),
        "letter": Where(f"{page}letter/", _("To the letter")),
    }.get(spot)
