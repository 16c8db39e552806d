"""Days by the workspace's clock."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from svyazka.presale.people.queries import directory


def today(at: datetime) -> date:
    """The day that it is in the company at this moment."""
    return at.astimezone(ZoneInfo(directory().calendar.zone)).date()
