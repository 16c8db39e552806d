"""What the worker does with drafts: looks what each row would become, brings the rows in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from svyazka.engine.importing.cells import column_order
from svyazka.engine.importing.days import Order
from svyazka.presale.imports.deciding import Settled
from svyazka.presale.imports.drafts.choices import Choices
from svyazka.presale.imports.drafts.commands import LOOK, MAKE
from svyazka.presale.imports.drafts.findings import findings_of, pack
from svyazka.presale.imports.drafts.keeping import rows_of
from svyazka.presale.imports.drafts.progress import forget, teller
from svyazka.presale.imports.models import Draft
from svyazka.presale.imports.returning import Shown, Weighed, weigh
from svyazka.presale.imports.taking import take_in, try_out
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.moment import command, moment
from svyazka.presale.journal.values import Actor, Invalid, NotAllowed, Refusal
from svyazka.presale.people.queries import actor_by_id

log = structlog.get_logger("svyazka.imports")

TRIES: Final = 3
"""A table over which the worker has died so often isn't tried again."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What the work on a draft needs of words.

    :ivar shown: what an export shows of a deal
    :ivar why: the reason that is given where a command asks for one
    """

    shown: Shown
    why: str


Voices = Callable[[int, str], Voice]
"""By whoever hands a table in, and the file's name."""


@dataclass(frozen=True, slots=True)
class _Task:
    draft: Draft
    actor: Actor
    voice: Voice
    at: datetime


def work_on_drafts(at: datetime, voices: Voices) -> int:
    """Do what is asked for on the draft that waits longest. Returns 1 if there was one."""
    draft = Draft.objects.exclude(work="").order_by("pk").first()
    if draft is None:
        return 0
    Draft.objects.filter(pk=draft.pk).update(tries=draft.tries + 1)
    try:
        failure = "died" if draft.tries >= TRIES else ""
        if not failure:
            _DO[draft.work](_task(draft, at, voices))
    except Refusal as refusal:
        failure = refusal.code
    except Exception:  # whatever it is, the next table must not wait for it
        log.exception("work on a table failed", draft=draft.pk)
        failure = "failed"
    finally:
        forget(draft.pk)
    if failure:
        Draft.objects.filter(pk=draft.pk, work=draft.work).update(work="", failure=failure[:40])
    return 1


def _task(draft: Draft, at: datetime, voices: Voices) -> _Task:
    actor = actor_by_id(draft.by_id, "web")
    if actor is None:  # whoever handed the table in has left
        raise NotAllowed(right="import.make")
    return _Task(draft, actor, voices(draft.by_id, draft.name), at)


def _look(task: _Task) -> None:
    table, orders = _weighed(task)
    refused = try_out(table=table, shown=task.voice.shown, why=task.voice.why, actor=task.actor, at=task.at)
    found = pack(findings_of(table.refusing(refused).rows, orders, refused))
    Draft.objects.filter(pk=task.draft.pk, work=LOOK).update(work="", found=found)


def _make(task: _Task) -> None:
    """Rows are weighed anew: what has come since they were looked at counts."""
    table, orders = _weighed(task)
    _bring_in(task, table, orders, actor=task.actor, at=task.at)


@command
def _bring_in(
    task: _Task, table: Weighed, orders: Mapping[str, Order | None], *, actor: Actor, at: datetime
) -> None:
    """The import, and that it is made: both or neither, so that whoever begins again after a power cut finds one of the two."""
    lock_journal()
    wanted = Draft.objects.filter(pk=task.draft.pk, work=MAKE)
    if not wanted.exists():
        return
    chosen, voice = Choices.of(task.draft), task.voice
    taken = take_in(
        table=replace(table, despite=chosen.despite), shown=voice.shown, name=task.draft.name, why=voice.why, actor=actor,
        at=at, decided=chosen.sides, told=teller(task.draft.pk, "write"),
    )  # fmt: skip
    if taken.import_id is None:
        raise Invalid("nothing_to_import")
    found = pack(findings_of(table.refusing(taken.refused).rows, orders, taken.refused))
    wanted.update(work="", made=taken.import_id, found=found)


def _weighed(task: _Task) -> tuple[Weighed, Mapping[str, Order | None]]:
    """What each row would become, and how the table's slashed days are read."""
    draft = task.draft
    body = [(row.number, row.cells) for row in rows_of(draft, draft.sheet)[draft.header :]]
    columns = {int(place): field for place, field in (draft.columns or {}).items()}
    orders = {
        field: column_order(field, (cells[place] for _, cells in body)) for place, field in columns.items()
    }
    with moment():
        table = weigh(
            body, columns, viewer=task.actor, at=task.at, shown=task.voice.shown,
            as_settled=Settled(draft.meanings, orders), told=teller(draft.pk, "judge"),
        )  # fmt: skip
    return table, orders


_DO: Final = {LOOK: _look, MAKE: _make}
