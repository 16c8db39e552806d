"""A whole table is taken in: what it changes of our deals, then its new rows; or tried, and nothing of it stays."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from svyazka.engine.importing.merging import Side
from svyazka.presale.imports.amending import Amendment, amend
from svyazka.presale.imports.arrivals import Arrival
from svyazka.presale.imports.commands import bring_in
from svyazka.presale.imports.returning import Shown, Weighed, compare
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Invalid, Refusal
from svyazka.presale.people.rights import require

MOST: Final = 300
"""Deals that one table may change: a command takes a hundredth of a second, a row may need several, and nobody else writes meanwhile."""
Decided = Mapping[int, Mapping[str, Side]]
"""Whose value stays where both have changed: by the row's number in the file, then by field. Ours where nothing is said."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of a table.

    :ivar import_id: None where nothing of it could be taken
    :ivar brought: how many deals are new; ``changed`` the ids of those that were here and got other values
    :ivar refused: what commands refused, by the row's number, then by field: there ours stayed
    """

    import_id: int | None
    brought: int
    changed: tuple[int, ...]
    refused: Mapping[int, Mapping[str, Refusal]]


@command
def take_in(
    *, table: Weighed, shown: Shown, name: str, why: str, actor: Actor, at: datetime, decided: Decided | None = None,
    told: Callable[[int, int], None] | None = None,
) -> TakenIn:  # fmt: skip
    """Take a table in, in one transaction. Rows of ours are compared anew: what has changed since is a conflict, and ours stays.

    What a command refuses (a right, a gate, a mistake in a value) is told, and the rest comes in all the same.

    :param name: the file's
    :param why: the reason that is given where a command asks for one: that the table says so, in the company's language
    :param decided: of conflicts, whose value is taken
    :raises Invalid: ``too_many_changes``
    """
    require(actor, "import.make")
    changed, refused = _amended(_Task(table, shown, decided or {}, why, actor, at))
    arrivals: Sequence[Arrival] = [one.arrival for one in table.arrivals if one.arrival]
    if not arrivals and not changed:
        return TakenIn(None, 0, (), refused)
    made = bring_in(arrivals=arrivals, name=name, actor=actor, at=at, changed=changed, told=told)
    return TakenIn(made, len(arrivals), tuple(changed), refused)


def try_out(
    *, table: Weighed, shown: Shown, why: str, actor: Actor, at: datetime, decided: Decided | None = None
) -> Mapping[int, Mapping[str, Refusal]]:  # fmt: skip
    """What :func:`take_in` would refuse: everything is done to our deals, and nothing of it stays. Others wait with their writes as long.

    :raises Invalid: ``too_many_changes``
    """
    require(actor, "import.make")
    if not table.lines:
        return {}
    try:
        _try(_Task(table, shown, decided or {}, why, actor, at))
    except _Over as over:
        return over.refused
    raise AssertionError


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be taken in, of whose word."""

    table: Weighed
    shown: Shown
    decided: Decided
    why: str
    actor: Actor
    at: datetime


class _Over(Exception):
    """The trial is over: what it did is taken back."""

    def __init__(self, refused: Mapping[int, Mapping[str, Refusal]]) -> None:
        self.refused = refused
        super().__init__()


@command
def _try(task: _Task) -> None:
    raise _Over(_amended(task)[1])


def _amended(task: _Task) -> tuple[list[int], dict[int, Mapping[str, Refusal]]]:
    """Ids of the deals that were changed, and what was refused."""
    lock_journal()
    changed: list[int] = []
    refused: dict[int, Mapping[str, Refusal]] = {}
    wanted = [
        Amendment(row, changes, task.actor, task.at, task.why)
        for row in compare(task.table.lines, viewer=task.actor, shown=task.shown)
        if (changes := row.changes(task.decided.get(row.row)))
    ]
    if len(wanted) > MOST:
        raise Invalid("too_many_changes", most=MOST, found=len(wanted))
    for one in wanted:
        if said := amend(one):
            refused[one.row.row] = said
        if len(said) < len(one.changes):
            changed.append(one.deal_id)
    return changed, refused
