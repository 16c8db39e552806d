"""The ladder of a company: paper, sheet, advice, rules, scorecards. The rung is told by what is done, not by a setting."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Literal

from django.db.models import Count, Q, Sum

from svyazka.engine.process import Process
from svyazka.presale.deals.models import ENDED, UNREAL, Deal, DealFeed
from svyazka.presale.imports.models import Import
from svyazka.presale.journal.values import Actor
from svyazka.presale.launch.first_days import FIRST_DAYS
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import NoProcess, current_process, versions
from svyazka.presale.reviews.models import Proposal, Review
from svyazka.presale.reviews.rehearsal import QUARTER
from svyazka.presale.stages.models import Visit

Rung = Literal["paper", "sheet", "advice", "rules", "scorecards"]
RUNGS: Final[tuple[Rung, ...]] = ("paper", "sheet", "advice", "rules", "scorecards")

ENOUGH: Final = 10
"""So many deals are a list; so many gates passed in a quarter are a process that is worked by."""
MANY: Final = 20
"""So many gates passed show whether rules hold; so many closed deals are worth figures."""
HELD: Final = 0.75
"""Of the gates passed, this share without leaving over a stop: a rule that is left over oftener is none."""
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True)
class Ladder:
    """What the rungs are told by.

    :ivar version: number of the process in force, 0 for none
    :ivar vacant: roles that a stage is up to and that nobody has
    :ivar deals: all that count; ``brought`` came from tables; ``closed`` ended within a year
    :ivar tables: whether a live table has been read
    :ivar advising: checks that warn or note; ``stopping`` those that stop
    :ivar passed: gates that were passed in the last :data:`QUARTER`, ``over`` those over a stop
    :ivar discussed: reviews written and proposals made or decided in that time
    """

    version: int
    vacant: tuple[str, ...]
    deals: int
    brought: int
    closed: int
    tables: bool
    advising: int
    stopping: int
    passed: int
    over: int
    discussed: int

    def holds(self, rung: Rung) -> bool:
        """Whether what this rung asks for is there, whatever the others say."""
        match rung:
            case "paper":
                return bool(self.version) and not self.vacant
            case "sheet":
                return bool(self.brought) or self.tables or self.deals >= ENOUGH
            case "advice":
                return self.passed >= ENOUGH
            case "rules":
                return bool(self.stopping) and self.passed >= MANY and self.kept >= HELD
            case "scorecards":
                return self.closed >= MANY and bool(self.discussed)

    @property
    def kept(self) -> float:
        """Of the gates passed the share without leaving over a stop; 0 without any."""
        return (self.passed - self.over) / self.passed if self.passed else 0.0

    @cached_property
    def height(self) -> int:
        """How many rungs are climbed: none counts before those under it do."""
        return next((place for place, rung in enumerate(RUNGS) if not self.holds(rung)), len(RUNGS))

    @property
    def rung(self) -> Rung | None:
        """Where the company stands; None on the ground."""
        return RUNGS[self.height - 1] if self.height else None

    @property
    def ahead(self) -> Rung | None:
        """The next one; None at the top."""
        return RUNGS[self.height] if self.height < len(RUNGS) else None


def ladder(*, viewer: Actor, at: datetime) -> Ladder:
    """Where the company stands. As many queries whatever there is.

    :raises NotAllowed: ``ladder.see``
    """
    require(viewer, "ladder.see")
    try:
        number, process = current_process()
    except NoProcess:
        number, process = 0, None
    since = at - timedelta(days=QUARTER)
    deals = Deal.objects.exclude(status__in=UNREAL).aggregate(
        all=Count("pk"), closed=Count("pk", filter=Q(status__in=ENDED, closed_at__gte=at - YEAR))
    )
    real = Visit.objects.filter(left_at__gte=since).exclude(deal__status__in=UNREAL)
    passed = real.aggregate(all=Count("pk"), over=Count("pk", filter=~Q(failed=[])))
    brought = Import.objects.filter(withdrawn_at=None).aggregate(deals=Sum("deals"))
    return Ladder(
        version=number, vacant=_vacant(process, directory()) if process else (), deals=deals["all"],
        brought=brought["deals"] or 0, closed=deals["closed"],
        tables=DealFeed.objects.filter(used_at__isnull=False).exists(),
        advising=_checks(process, "observe", "warn"), stopping=_checks(process, "stop"), passed=passed["all"],
        over=passed["over"], discussed=_discussed(since),
    )  # fmt: skip


def is_company_new(*, at: datetime) -> bool:
    """Whether the first process was published no longer ago than :data:`FIRST_DAYS`, or none was."""
    listed = versions()
    return not listed or at - listed[-1].published_at < FIRST_DAYS


def _vacant(process: Process, people: Directory) -> tuple[str, ...]:
    roles = dict.fromkeys(stage.accountable for stage in process.stages)
    return tuple(one for one in roles if not (people.active(role=one) or people.active(duty=one)))


def _checks(process: Process | None, *strengths: str) -> int:
    stages = process.stages if process else ()
    return sum(check.strength in strengths for stage in stages for check in stage.checks)


def _discussed(since: datetime) -> int:
    decided = Q(proposed_at__gte=since) | Q(decided_at__gte=since)
    return Review.objects.filter(reviewed_at__gte=since).count() + Proposal.objects.filter(decided).count()
