"""What is done once a day. The day's anchor is written last: that it is there says that the night's work is done."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.contrib.sessions.models import Session

from svyazka.presale.channels.codes import forget_codes
from svyazka.presale.channels.commands import forget_messages
from svyazka.presale.channels.incoming import forget_told
from svyazka.presale.channels.talks import forget_talks
from svyazka.presale.commitments.overdue import set_moving, standing_still
from svyazka.presale.documents.keeping import sweep_files
from svyazka.presale.imports.drafts.commands import forget_drafts, forget_shapes
from svyazka.presale.insight.tallies import rebuild
from svyazka.presale.insight.upkeep import recount_changed
from svyazka.presale.journal.commands import forget_receipts
from svyazka.presale.meetings.reading import fade
from svyazka.presale.people.queries import directory
from svyazka.worker.anchors import anchored_on, write_anchor

log = structlog.get_logger("svyazka.worker")

_HOUR = time(2)
"""When the night's work begins, in the workspace's zone; a worker that was down does it as soon as it is up."""

_LOOK_BACK = timedelta(days=2)
"""A night that was missed is made up by the next."""


def night_work(at: datetime) -> int:
    """Do the night's work unless it is done. Returns 1 if it was done now."""
    here = at.astimezone(ZoneInfo(directory().calendar.zone))
    if here.time() < _HOUR or anchored_on(here.date()):
        return 0
    mend_standing(at)
    mend_figures(at)
    forget_receipts(at=at)
    forget_messages(at=at)
    forget_told(at=at)
    forget_codes(at=at)
    forget_talks(at=at)
    forget_drafts(at=at)
    forget_shapes(at=at)
    fade(at=at)
    sweep_files(at=at)
    Session.objects.filter(expire_date__lt=at).delete()
    write_anchor(here.date(), at)
    return 1


def mend_figures(at: datetime) -> int:
    """Count the deals of the last days anew, and all counters. Returns how many were wrong: there should be none."""
    deals, counters = recount_changed(since=at - _LOOK_BACK), rebuild()
    if deals or counters:
        log.error("figures were wrong", deals=deals, counters=counters)
    return deals + counters


def mend_standing(at: datetime) -> int:
    """Look for open deals on which nobody owes anything. Returns how many had to be set moving again."""
    found = standing_still()
    if found:
        log.error("deals stood still", deals=len(found))
    return sum(set_moving(deal_id=one, at=at) for one in found)
