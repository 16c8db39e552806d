"""Rules in the shadow: what each check that doesn't stop would have stopped, told before anybody lets it stop.

The rehearsal of a process in which all of them stop. What one check says doesn't depend on how strong the others are, so that
a check's number here is the one that the rehearsal of a draft tells in which it alone becomes a stop.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from svyazka.engine.process import Check, Process, Stage
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.rights import require
from svyazka.presale.process.queries import current_process
from svyazka.presale.reviews.rehearsal import QUARTER, Rehearsal, play


@dataclass(frozen=True, slots=True)
class Shade:
    """What one check would have done as a stop.

    :ivar check: as it is now
    :ivar stopped: by deal that would have been stopped where it went on without a word, when it did
    :ivar unknown: deals of which nobody can tell
    :ivar passed: so many deals left the stage, these among them
    """

    stage: Stage
    check: Check
    stopped: Mapping[int, datetime]
    unknown: frozenset[int]
    passed: int

    @property
    def path(self) -> str:
        """``STAGE.CHECK``."""
        return f"{self.stage.key}.{self.check.key}"

    @property
    def ids(self) -> str:
        """The deals that would have been stopped, as the address of their list spells them."""
        return ".".join(map(str, self.stopped))


@dataclass(frozen=True, slots=True)
class Shadow:
    """The checks that don't stop, in the order of the process. ``found`` deals moved; ``looked`` of them were looked at."""

    process: Process
    shades: tuple[Shade, ...]
    found: int
    looked: int
    deals: Mapping[int, DealRow]


def shadow(*, viewer: Actor, at: datetime, days: int = QUARTER) -> Shadow:
    """What the checks of the process in force that don't stop would have stopped. As many queries whatever the deals.

    :raises NotAllowed: ``ladder.see``
    """
    require(viewer, "ladder.see")
    process = current_process()[1]
    paths = {
        f"{stage.key}.{check.key}"
        for stage in process.stages
        for check in stage.checks
        if check.strength != "stop"
    }
    return shadow_of(process, paths, viewer=viewer, at=at, days=days)


def shadow_of(
    process: Process, paths: Collection[str], *, viewer: Actor, at: datetime, days: int = QUARTER
) -> Shadow:
    """The same of some checks of a process, be it in force or a draft.

    :param paths: ``STAGE.CHECK`` of each
    :raises NotAllowed: ``ladder.see``
    """
    require(viewer, "ladder.see")
    if not paths:
        return Shadow(process, (), 0, 0, {})
    found = play(_strict(process, paths), viewer=viewer, at=at, days=days)
    shades = (
        _shade(stage, check, found)
        for stage in process.stages
        for check in stage.checks
        if f"{stage.key}.{check.key}" in paths
    )
    return Shadow(process, tuple(shades), found.found, len(found.played), found.deals)


def _strict(process: Process, paths: Collection[str]) -> Process:
    """The process in which these checks stop."""
    stages = (
        replace(
            stage,
            checks=tuple(
                replace(check, strength="stop") if f"{stage.key}.{check.key}" in paths else check
                for check in stage.checks
            ),
        )
        for stage in process.stages
    )
    return replace(process, stages=tuple(stages))


def _shade(stage: Stage, check: Check, found: Rehearsal) -> Shade:
    stopped: dict[int, datetime] = {}
    unknown: set[int] = set()
    for played in found.played:
        for gate in played.gates:
            if gate.stage != stage.key:
                continue
            if check.key in {one.key for one in gate.stopped} - gate.were_over:
                stopped.setdefault(played.deal_id, gate.at)
            elif check.key in {one.key for one in gate.unknown}:
                unknown.add(played.deal_id)
    passed = sum(stage.key in played.left for played in found.played)
    return Shade(stage, check, stopped, frozenset(unknown) - stopped.keys(), passed)
