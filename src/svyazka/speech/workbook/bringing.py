"""A workbook of what this system knows: its process, calendar, people and sources, and deals if they are wanted."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import translation

from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.deals.queries import sources
from svyazka.presale.imports.fields import WAYS, values_of
from svyazka.presale.imports.seals import sealed
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process, process_version
from svyazka.presale.stages.funnel import FunnelRow, funnel_rows
from svyazka.speech.process_words import say_owed, say_reason
from svyazka.speech.refusals import STATUSES
from svyazka.speech.tables import LONGEST, plain
from svyazka.speech.ways import say_source
from svyazka.speech.workbook.book import Cell
from svyazka.speech.workbook.contents import SOURCES, Contents, DealLine, PromiseLine

MOST: Final = 2000
"""Deals that one workbook takes along: a spreadsheet reckons them all with every keystroke."""
_SPELLED: Final = {"stage_since": "since", "performer": "holder"}
"""Fields of the import that the funnel calls otherwise."""


def empty_workbook(*, language: str, at: datetime) -> Contents:
    """The process of today, ready to be worked with: nothing of any deal is in it.

    :raises NoProcess: none has been published yet
    """
    number, process = current_process()
    people = directory()
    return Contents(
        process=process,
        process_number=number,
        language=language,
        calendar=people.calendar,
        today=at.astimezone(ZoneInfo(people.calendar.zone)).date(),
        workspace=people.workspace_name,
        people=tuple(card.short_name for card in people.active()),
        export_id=secrets.token_hex(8),
        exported_at=at.isoformat(timespec="seconds"),
    )


def workbook_with_deals(*, language: str, viewer: Actor, at: datetime) -> Contents:
    """The same with the newest deals that the viewer may see, and what is owed on them.

    :raises NotAllowed: the viewer doesn't see what becomes of deals
    :raises NoProcess: none has been published yet
    """
    contents, found = empty_workbook(language=language, at=at), funnel_rows(viewer=viewer, limit=MOST)
    with translation.override(language):
        told = Told(language)
        known = dict.fromkeys(say_source(source) for source in sources())
        return replace(
            contents,
            sources=tuple(source for source in known if source)[:SOURCES],
            deals=tuple(map(told.line, found.rows)),
            promises=tuple(told.promises(found.rows)),
            left_off=found.left_off,
        )


class Told:
    """Deals as the funnel tells them, in the language that is active."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._people = directory()
        self._zone = ZoneInfo(self._people.calendar.zone)
        self._stages = {stage.key: stage.name.say(language) for stage in current_process()[1].stages}

    def line(self, row: FunnelRow) -> DealLine:
        """The line of a deal, sealed."""
        line = self._line(row)
        step = row.owed[0] if row.owed else None
        return replace(line, was=sealed(line.id, values_of(row, self._zone, step), self._cells(line)))

    def cells(self, row: FunnelRow) -> Mapping[str, Cell]:
        """What the line shows, by field of the import."""
        return self._cells(self._line(row))

    def _cells(self, line: DealLine) -> Mapping[str, Cell]:
        said: dict[str, Cell] = {name: getattr(line, _SPELLED.get(name, name)) for name in WAYS}
        said |= {"stage": self._stages.get(line.stage, line.stage_said or line.stage)}
        said |= {"status": str(STATUSES[line.status])}
        return {name: plain(cell)[:LONGEST] if isinstance(cell, str) else cell for name, cell in said.items()}

    def _line(self, row: FunnelRow) -> DealLine:
        deal, people = row.deal, self._people
        process = process_version(deal.process_number)
        step = row.owed[0] if row.owed else None
        return DealLine(
            number=deal.number,
            received=self._day(deal.received_at),
            client=row.answer("company") or deal.client_name,
            inn=row.answer("inn") or row.inn,
            contact=row.answer("contact_name"),
            duty=row.answer("contact_duty"),
            phone=row.answer("phone"),
            email=row.answer("email"),
            request=row.answer("request") or deal.title,
            note=row.answer("context"),
            lines=row.answer("lines"),
            headcount=row.answer("headcount"),
            budget=row.answer("budget"),
            source=say_source(row.answer("source") or deal.source),
            author=people.name(deal.author_id),
            manager=people.name(deal.manager_id),
            expert=people.name(row.expert_id),
            stage=deal.stage,
            stage_said=process.stage(deal.stage).name.say(self._language),
            since=self._day(deal.stage_since),
            next_step=self._owed(step) if step else "",
            holder=people.name(step.performer_id) if step else "",
            due=self._day(step.due_at) if step else None,
            status=deal.status,
            reason=self._reason(row),
            evidence=row.evidence if deal.status == "lost" else "",
            contract_number=row.contract_number,
            contract_sum=row.contract_sum,
            contract_date=row.contract_date,
            id=deal.path,
            version=deal.revision,
        )

    def _reason(self, row: FunnelRow) -> str:
        match row.deal.status:
            case "lost":
                return say_reason(row.reason, process_version(row.deal.process_number), self._language)
            case "declined":
                return row.evidence
        return ""

    def promises(self, rows: Sequence[FunnelRow]) -> Iterator[PromiseLine]:
        """What is owed on these deals."""
        for row in rows:
            for owed in row.owed:
                yield PromiseLine(
                    number=owed.deal_number,
                    result=self._owed(owed),
                    asked=self._day(owed.opened_at),
                    performer=self._people.name(owed.performer_id),
                    controller=self._people.name(owed.controller_id),
                    due=self._day(owed.due_at),
                    id=str(owed.id),
                    version=row.deal.revision,
                )

    def _owed(self, row: CommitmentRow) -> str:
        return say_owed(row.term, row.result, process_version(row.process_number), self._language)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()
