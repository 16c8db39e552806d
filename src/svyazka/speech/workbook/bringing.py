"""A workbook of what this system knows: its process, calendar, people and sources, and deals if they are wanted."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import translation

from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.deals.queries import sources
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.process.queries import current_process, process_version
from svyazka.presale.stages.funnel import FunnelRow, funnel_rows
from svyazka.speech.process_words import say_owed, say_reason
from svyazka.speech.ways import say_source
from svyazka.speech.workbook.contents import SOURCES, Contents, DealLine, PromiseLine

MOST: Final = 2000
"""Deals that one workbook takes along: a spreadsheet reckons them all with every keystroke."""


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
    contents, found, people = empty_workbook(language=language, at=at), funnel_rows(viewer=viewer, limit=MOST), directory()  # fmt: skip
    zone = ZoneInfo(people.calendar.zone)
    with translation.override(language):
        known = dict.fromkeys(say_source(source) for source in sources())
        return replace(
            contents,
            sources=tuple(source for source in known if source)[:SOURCES],
            deals=tuple(_deal(row, people, zone, language) for row in found.rows),
            promises=tuple(_promises(found.rows, people, zone, language)),
            left_off=found.left_off,
        )


def _deal(row: FunnelRow, people: Directory, zone: ZoneInfo, language: str) -> DealLine:
    deal = row.deal
    process = process_version(deal.process_number)
    step = row.owed[0] if row.owed else None
    return DealLine(
        number=deal.number,
        received=_day(deal.received_at, zone),
        client=deal.client_name,
        inn=row.inn,
        contact=row.contact,
        phone=row.phone,
        request=row.request or deal.title,
        source=say_source(deal.source),
        author=people.name(deal.author_id),
        manager=people.name(deal.manager_id),
        expert=people.name(row.expert_id),
        stage=deal.stage,
        stage_said=process.stage(deal.stage).name.say(language),
        since=_day(deal.stage_since, zone),
        next_step=_owed(step, language) if step else "",
        holder=people.name(step.performer_id) if step else "",
        due=_day(step.due_at, zone) if step else None,
        status=deal.status,
        reason=say_reason(row.reason, process, language) if deal.status == "lost" else row.evidence if deal.status == "declined" else "",
        contract_sum=row.contract_sum,
        contract_date=row.contract_date,
        id=deal.path,
        version=deal.revision,
    )  # fmt: skip


def _promises(
    rows: Sequence[FunnelRow], people: Directory, zone: ZoneInfo, language: str
) -> Iterator[PromiseLine]:
    for row in rows:
        for owed in row.owed:
            yield PromiseLine(
                number=owed.deal_number,
                result=_owed(owed, language),
                asked=_day(owed.opened_at, zone),
                performer=people.name(owed.performer_id),
                controller=people.name(owed.controller_id),
                due=_day(owed.due_at, zone),
                id=str(owed.id),
                version=row.deal.revision,
            )


def _owed(row: CommitmentRow, language: str) -> str:
    return say_owed(row.term, row.result, process_version(row.process_number), language)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
