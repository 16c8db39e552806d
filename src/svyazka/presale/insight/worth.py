"""What each rule is worth: deals in which it was kept against those in which it was broken (R39).

Only closed deals count (won, lost, declined by us), and of these only those for which the rule arose:

- a term is judged by the first commitment that it opened on the deal and that fell due while the deal was open: *kept* in time, or
  *broken* (late or never). Waived and cancelled ones don't count. A deal that lives longer meets a term more often, so judging by all
  of them would call the long-lived ones, the won among them, rule-breakers; and a deal that ends before anything is due can only ever
  show a promise kept early, never one broken: both would pass for an effect of the rule where there is none;
- a stop check is *kept* when its stage was left with the check holding, *broken* when the gate was left over with it. A deal that was
  lost or declined in a stage never came to its gate. Which checks a gate had is read from the version that the deal follows now: a deal
  that was moved to another one in mid-way is held to that.

Deals are compared within strata: stage in which the deal stood when the rule arose, source, size of the client. For a check the stage
is its own. The engine says why, and how (``engine.worth``). The database does the grouping: two statements whatever the number of deals.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast

from svyazka.engine.process import Process
from svyazka.engine.worth import Cell, Stratum, Worth, stand_together, strata_of, worth_of
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import ENDED, OPEN, UNREAL, WON, Deal
from svyazka.presale.deals.queries import DealRow, rows_by_id, visible_to
from svyazka.presale.insight.rules import Rule, rules_of
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.queries import settings_revision
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import current_number, current_process, process_version
from svyazka.presale.stages.models import Visit

A_PAGE: Final = 50
_AT_ONCE: Final = 500
Side = Literal["kept", "broken"]
_ALWAYS: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any deal."""


class Alike(NamedTuple):
    """What deals of a stratum share. ``stage`` is where they stood when the rule arose; ``size`` may be empty for unknown."""

    stage: str
    source: str
    size: str


@dataclass(frozen=True, slots=True)
class RuleWorth:
    """A rule with what it is worth.

    :ivar stands: its difference would be surprising even though all the rules were looked at (Holm)
    """

    rule: Rule
    worth: Worth
    stands: bool


@dataclass(frozen=True, slots=True)
class RuleAlone:
    """One rule with the strata that its figures come from, the largest first."""

    rule: Rule
    worth: Worth
    strata: tuple[tuple[Alike, Stratum], ...]


def what_rules_are_worth(*, viewer: Actor, since: datetime | None = None) -> tuple[RuleWorth, ...]:
    """Each rule of the current process, in its order.

    :param since: only deals closed since then; None for all
    :raises NotAllowed: a partner agent, or somebody without a right to the overview
    """
    require(viewer, "overview.see")
    rules = rules_of(current_process()[1])
    cells = _cells(since)
    found = [worth_of(cells.get(rule.key, ())) for rule in rules]
    spoken = [one.adjusted.p for one in found if one.adjusted]
    stands = iter(stand_together(spoken))
    return tuple(
        RuleWorth(rule, one, stands=one.adjusted is not None and next(stands))
        for rule, one in zip(rules, found, strict=True)
    )


def rule_alone(key: str, *, viewer: Actor, since: datetime | None = None) -> RuleAlone:
    """One rule and its strata.

    :raises NotFound: the current process has no such rule
    :raises NotAllowed: see above
    """
    require(viewer, "overview.see")
    rule = _rule(key)
    cells = _cells(since).get(key, ())
    strata = sorted(
        strata_of(cells).items(), key=lambda one: (not one[1].has_both, -one[1].kept - one[1].broken, one[0])
    )  # fmt: skip
    return RuleAlone(
        rule, worth_of(cells), tuple((alike, one) for alike, one in strata if isinstance(alike, Alike))
    )


def _rule(key: str) -> Rule:
    for rule in rules_of(current_process()[1]):
        if rule.key == key:
            return rule
    raise NotFound


def deals_of_rule(
    key: str, side: Side, *, viewer: Actor, since: datetime | None = None, after: int | None = None
) -> tuple[DealRow, ...]:
    """The deals that a rule's number counts, newest first: one more than a page has, so that one sees whether another follows.

    :param after: id of the last deal of the page before
    :raises NotFound: the current process has no such rule
    :raises NotAllowed: see above
    """
    require(viewer, "overview.see")
    wanted = _wanted(key, side, viewer, since)
    if after is not None:
        wanted = wanted.filter(pk__lt=after)
    ids = list(wanted.order_by("-pk").values_list("pk", flat=True)[: A_PAGE + 1])
    rows = rows_by_id(ids, viewer=viewer)
    return tuple(rows[pk] for pk in ids if pk in rows)


def all_deals_of_rule(
    key: str, side: Side, *, viewer: Actor, since: datetime | None = None
) -> Iterator[DealRow]:
    """The same deals, all of them, read some at a time. Raises as :func:`deals_of_rule`, at the first one."""
    require(viewer, "overview.see")
    ids = list(_wanted(key, side, viewer, since).order_by("-pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = rows_by_id(some, viewer=viewer)
        yield from (rows[pk] for pk in some if pk in rows)


def _wanted(key: str, side: Side, viewer: Actor, since: datetime | None) -> QuerySet[Deal]:
    rule = _rule(key)
    # said by what is left out, so that the database walks the deals from the newest and stops once a page is full
    wanted = Deal.objects.filter(visible_to(viewer), closed_at__gte=since or _ALWAYS).exclude(
        status__in=(OPEN, *UNREAL)
    )
    return wanted.filter(_passed(rule, side)) if rule.is_check else _promised(wanted, rule.key, side)


def _promised(wanted: QuerySet[Deal], term: str, side: Side) -> QuerySet[Deal]:
    """Those of the deals on which the first commitment of a term that counts was kept, or wasn't."""
    judged = Commitment.objects.filter(
        deal=OuterRef("pk"),
        term=term,
        outcome__in=["kept", "late", "broken"],
        due_at__lte=OuterRef("closed_at"),
    ).order_by("pk")
    told = wanted.annotate(judged=Subquery(judged.values("outcome")[:1]))
    return told.filter(judged="kept") if side == "kept" else told.filter(judged__in=["late", "broken"])


def _passed(rule: Rule, side: Side) -> Q:
    """Deals that left the rule's stage forward, with its check holding or over it."""
    onward = Visit.objects.filter(deal=OuterRef("deal"), entered_at=OuterRef("left_at")).exclude(
        stage=rule.stage
    )
    left = (
        Visit.objects.filter(deal=OuterRef("pk"), stage=rule.stage, left_at__isnull=False)
        .annotate(said=Cast("failed", TextField()))
        .filter(Q(Exists(onward)) | Q(deal__status=WON, left_at=F("deal__closed_at")))
    )
    over = Q(said__contains=f'"{rule.check}"')
    gates = Q(Exists(left.filter(over) if side == "broken" else left.exclude(over)))
    return gates & Q(process_number__in=_asking(rule))


def _asking(rule: Rule) -> list[int]:
    """The versions of the process that some deal follows and in which this stop check stands."""
    numbers = (
        Deal.objects.filter(status__in=ENDED).order_by().values_list("process_number", flat=True).distinct()
    )
    return [number for number in numbers if rule.check in _stops(process_version(number)).get(rule.stage, ())]


def _stops(process: Process) -> Mapping[str, tuple[str, ...]]:
    return {
        stage.key: tuple(check.key for check in stage.checks if check.strength == "stop")
        for stage in process.stages
    }


Cells = Mapping[str, tuple[Cell, ...]]


def _cells(since: datetime | None) -> Cells:
    """By the rule's key, how many closed deals of each stratum kept it, or broke it, and how many of them were won.

    Counted anew when a closed deal has changed since: every act on a deal makes its revision greater. At a hundred thousand deals
    the counting takes seconds, and finding out whether it has to be done a fraction of one.
    """
    settings, number = settings_revision(), current_number()
    if settings is None:
        return _counted(number, since)
    closed = Deal.objects.filter(status__in=ENDED, closed_at__gte=since or _ALWAYS)
    seen = closed.aggregate(deals=Count("pk"), acts=Sum("revision"), last=Max("closed_at"))
    return _counted_at((settings, *seen.values()), number, since)


@lru_cache(maxsize=4)
def _counted_at(seen: tuple[object, ...], number: int, since: datetime | None) -> Cells:  # noqa: ARG001 (what has changed is counted)
    return _counted(number, since)


def _counted(number: int, since: datetime | None) -> Cells:
    rules = rules_of(process_version(number))
    found: dict[str, list[Cell]] = defaultdict(list)
    terms = [rule.key for rule in rules if not rule.is_check]
    for term, broken, won, stage, source, size, deals in _asked(_TERMS, since, terms):
        cell = Cell(Alike(stage, source, size), kept=not broken, deals=deals, won=deals if won else 0)
        found[term].append(cell)
    checks = {(rule.stage, rule.check): rule.key for rule in rules if rule.is_check}
    gates = _asked(_GATES, since, sorted({stage for stage, _ in checks}))
    asking = {version: _stops(process_version(version)) for version in {row[0] for row in gates}}
    for version, stage, said, won, source, size, deals in gates:
        failed = json.loads(said)
        for check in asking[version].get(stage, ()):
            if key := checks.get((stage, check)):
                alike, is_kept = Alike(stage, source, size), check not in failed
                found[key].append(Cell(alike, kept=is_kept, deals=deals, won=deals if won else 0))
    return {key: tuple(cells) for key, cells in found.items()}


_TERMS: Final = """
    WITH judged AS (
        SELECT MIN(c.id) AS id
        FROM presale_commitment c JOIN presale_deal d ON d.id = c.deal_id
        WHERE d.status IN ('won', 'lost', 'declined') AND d.closed_at >= %s AND c.due_at <= d.closed_at
          AND c.outcome IN ('kept', 'late', 'broken') AND c.term IN ({names})
        GROUP BY c.deal_id, c.term
    )
    SELECT c.term, CASE WHEN c.outcome = 'kept' THEN 0 ELSE 1 END, CASE WHEN d.status = 'won' THEN 1 ELSE 0 END,
           COALESCE(v.stage, ''), d.source, d.size, COUNT(*)
    FROM judged j JOIN presale_commitment c ON c.id = j.id JOIN presale_deal d ON d.id = c.deal_id
    LEFT JOIN presale_visit v ON v.deal_id = c.deal_id AND v.entered_at <= c.opened_at
         AND (v.left_at IS NULL OR v.left_at > c.opened_at)
    GROUP BY 1, 2, 3, 4, 5, 6
"""
_GATES: Final = """
    SELECT d.process_number, v.stage, CAST(v.failed AS text), CASE WHEN d.status = 'won' THEN 1 ELSE 0 END, d.source, d.size, COUNT(*)
    FROM presale_visit v JOIN presale_deal d ON d.id = v.deal_id
    LEFT JOIN presale_visit n ON n.deal_id = v.deal_id AND n.entered_at = v.left_at AND n.stage <> v.stage
    WHERE d.status IN ('won', 'lost', 'declined') AND d.closed_at >= %s
      AND v.left_at IS NOT NULL AND (n.id IS NOT NULL OR (d.status = 'won' AND v.left_at = d.closed_at))
      AND v.stage IN ({names})
    GROUP BY 1, 2, 3, 4, 5, 6
"""


def _asked(statement: str, since: datetime | None, names: list[str]) -> list[tuple[Any, ...]]:
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        start = connection.ops.adapt_datetimefield_value(since or _ALWAYS)
        cursor.execute(statement.format(names=places), [start, *names])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
