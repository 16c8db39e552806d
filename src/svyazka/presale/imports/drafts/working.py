"""What the worker does with drafts: looks what each row would become, brings the rows in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from svyazka.engine.importing.cells import column_order
from svyazka.presale.imports.arrivals import Arrival
from svyazka.presale.imports.commands import bring_in
from svyazka.presale.imports.deciding import Verdict, decide
from svyazka.presale.imports.drafts.commands import LOOK, MAKE
from svyazka.presale.imports.drafts.findings import Findings, findings_of, pack
from svyazka.presale.imports.drafts.keeping import rows_of
from svyazka.presale.imports.drafts.progress import forget, teller
from svyazka.presale.imports.models import Draft
from svyazka.presale.journal.commands import lock_journal
from svyazka.presale.journal.moment import command, moment
from svyazka.presale.journal.values import Actor, NotAllowed, Refusal
from svyazka.presale.people.queries import actor_by_id

log = structlog.get_logger("svyazka.imports")

TRIES: Final = 3
"""A table over which the worker has died so often isn't tried again."""


def work_on_drafts(at: datetime) -> int:
    """Do what is asked for on the draft that waits longest. Returns 1 if there was one."""
    draft = Draft.objects.exclude(work="").order_by("pk").first()
    if draft is None:
        return 0
    Draft.objects.filter(pk=draft.pk).update(tries=draft.tries + 1)
    try:
        failure = "died" if draft.tries >= TRIES else ""
        if not failure:
            _DO[draft.work](draft, at)
    except Refusal as refusal:
        failure = refusal.code
    except Exception:  # whatever it is, the next table must not wait for it
        log.exception("work on a table failed", draft=draft.pk)
        failure = "failed"
    finally:
        forget(draft.pk)
    if failure:
        Draft.objects.filter(pk=draft.pk).update(work="", failure=failure[:40])
    return 1


def _look(draft: Draft, at: datetime) -> None:
    found = pack(_judged(draft, at)[1])
    Draft.objects.filter(pk=draft.pk, work=LOOK).update(work="", found=found)


def _make(draft: Draft, at: datetime) -> None:
    """Rows are judged anew: what has come since they were looked at counts.

    :raises NotAllowed: whoever handed the table in has left
    """
    verdicts, found = _judged(draft, at)
    chosen = {*map(int, draft.chosen)}
    arrivals = [
        one.arrival
        for one, row in zip(verdicts, found.rows, strict=True)
        if one.arrival is not None and row.comes_in(chosen)
    ]
    actor = actor_by_id(draft.by_id, "web")
    if actor is None:
        raise NotAllowed(right="import.make")
    _bring_in(draft, arrivals, pack(found), actor=actor, at=at)


@command
def _bring_in(draft: Draft, arrivals: Sequence[Arrival], found: bytes, *, actor: Actor, at: datetime) -> None:
    """The import, and that it is made: both or neither, so that whoever begins again after a power cut finds one of the two."""
    lock_journal()
    wanted = Draft.objects.filter(pk=draft.pk, work=MAKE)
    if wanted.exists():
        made = bring_in(
            arrivals=arrivals, name=draft.name, actor=actor, at=at, told=teller(draft.pk, "write")
        )
        wanted.update(work="", made=made, found=found)


def _judged(draft: Draft, at: datetime) -> tuple[Sequence[Verdict], Findings]:
    """What each row would become."""
    body = [(row.number, row.cells) for row in rows_of(draft, draft.sheet)[draft.header :]]
    columns = {int(place): field for place, field in (draft.columns or {}).items()}
    orders = {
        field: column_order(field, (cells[place] for _, cells in body)) for place, field in columns.items()
    }
    with moment():
        verdicts = decide(
            body, columns, at=at, meanings=draft.meanings, orders=orders, told=teller(draft.pk, "judge")
        )
    return verdicts, findings_of(verdicts, orders)


_DO: Final = {LOOK: _look, MAKE: _make}
