"""The filled checklist as a spreadsheet: what is known of a request when an expert is asked for (R06)."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.presale.channels.port import Attachment
from svyazka.presale.deals.intake import parts
from svyazka.presale.journal.values import NotFound
from svyazka.presale.notices.queries import NoticeRow
from svyazka.presale.people.queries import directory
from svyazka.presale.stages.queries import DealPage, deal_page_by_id
from svyazka.speech.notices import request_in, request_to_answer
from svyazka.speech.process_words import as_text
from svyazka.speech.reader import Reader, address

SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Row = tuple[str, str, str]


def checklist(notice: NoticeRow, reader: Reader, at: datetime) -> tuple[Attachment, ...]:
    """The checklist of the deal that an expert is asked for, cut to what its reader may know; for heads, who decide who goes.

    Words that people typed are in it only where the workspace lets names out of the house; otherwise it says what is
    answered and what is missing.
    """
    viewer = reader.viewer()
    if viewer is None or not viewer.has("head") or notice.deal_id is None:
        return ()
    if request_in(notice) is None:
        return ()
    try:
        page = deal_page_by_id(deal_id=notice.deal_id, viewer=viewer, at=at, entries=0)
    except NotFound:
        return ()
    asked = request_to_answer(notice, page.card.row)
    if not any(one.id == asked and one.state == "open" for one in page.expert_requests):
        return ()
    name = _("Checklist %(number)s") % {"number": page.card.row.number}
    return (Attachment(f"{name}.xlsx", SHEET, _written(name, [*_rows(page, reader.language)])),)


def _rows(page: DealPage, language: str) -> Iterator[Row]:
    in_full = directory().names_in_messages
    if not in_full:
        yield _only_states(page.card.row.number)
    for field in page.process.fields:
        said = "; ".join(filter(None, (_shown(page.card.answers.get(key)) for key in parts(field))))
        if field.key in page.card.unknown:
            state = pgettext("checklist", "not known yet")
        elif field.key in page.missing_fields:
            state = pgettext("checklist", "missing")
        else:
            state = pgettext("checklist", "answered") if said else "—"
        yield field.label.say(language), state, said if in_full else ""
    for row in page.checks:
        shown = row.evidence.text if row.evidence is not None and in_full else ""
        yield (
            row.check.text.say(language),
            pgettext("checklist", "done") if row.holds else pgettext("checklist", "missing"),
            shown,
        )


def _only_states(number: str) -> Row:
    """Why a column is empty, and where its words stand."""
    page = address(f"/deals/{number.partition('-')[2]}/")
    return (
        _("The answers themselves"),
        "",
        _("on the deal’s page, for letters name no clients here: %(link)s") % {"link": page},
    )


def _shown(value: object) -> str:
    return "✓" if value is True else as_text(value)


def _written(title: str, rows: list[Row]) -> bytes:
    import xlsxwriter  # only where a letter takes it along

    room = io.BytesIO()
    # what people typed is text: no formula, no link is made of it
    with xlsxwriter.Workbook(
        room, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet(title[:31])
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for column, (head, width) in enumerate(
            (
                (pgettext("checklist", "What"), 60),
                (pgettext("checklist", "Result"), 18),
                (pgettext("checklist", "In words"), 70),
            )
        ):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, head, bold)
        for number, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, wrapped)
        sheet.freeze_panes(1, 0)
    return room.getvalue()
