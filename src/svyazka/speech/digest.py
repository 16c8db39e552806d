"""The morning's digest: what I owe, what waits at the window, what has happened since the last one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.presale.channels.outbox import Taken
from svyazka.presale.channels.port import Content, Line, Section
from svyazka.presale.commitments.queries import CommitmentRow, owed_by
from svyazka.presale.deals.queries import DealRow, rows_by_id, window_rows
from svyazka.presale.meetings.queries import OnDeal, on_deals
from svyazka.presale.notices.digests import collected
from svyazka.presale.notices.queries import NoticeRow
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.speech.notices import hidden, page_of, say_need, say_notice
from svyazka.speech.process_words import say_owed
from svyazka.speech.proving import where_done
from svyazka.speech.reader import Reader, address
from svyazka.speech.times import day_short, when

SHOWN: Final = 12
"""Lines under a heading; of the rest the number is told."""


def digest_content(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    """The digest as a message; None if there is nothing to say."""
    viewer = reader.viewer()
    if viewer is None or taken.data.get("person") != viewer.person_id:
        return None
    news = collected(
        person_id=viewer.me, channel=taken.channel, place_id=taken.place_id, until=taken.created_at
    )
    rows = [row for row in owed_by(viewer=viewer) if not row.on_client]
    mine = rows_by_id({row.deal_id for row in rows}, viewer=viewer)
    on_client = {deal.id for deal in mine.values() if deal.on_client}
    meetings = on_deals(mine)
    owed = [row for row in rows if not row.stands(deal_on_client=row.deal_id in on_client)]
    today = timezone.localdate(at)
    overdue = [row for row in owed if row.due_at < at]
    due = [row for row in owed if row.due_at >= at and timezone.localdate(row.due_at) == today]
    waiting = window_rows(viewer=viewer) if viewer.has("dispatcher") else ()
    deals = rows_by_id({one.deal_id for one in news if one.deal_id}, viewer=viewer)
    sections = [
        _section(_("Overdue"), [_owed(row, mine, meetings, reader) for row in overdue]),
        _section(_("Due today"), [_owed(row, mine, meetings, reader) for row in due]),
        _section(_("Waits at the single window"), [_line(deal) for deal in waiting], "/window/"),
        _section(pgettext("digest", "What is new"), _news(news, deals, reader), "/notices/"),
    ]
    told = tuple(one for one in sections if one.lines)
    if not told:
        return None
    return Content(
        title=_title(at, len(overdue), len(due)), sections=told, foot=reader.foot(), language=reader.language
    )


def _title(at: datetime, overdue: int, due: int) -> str:
    parts = []
    if due:
        parts.append(ngettext("%(count)d due today", "%(count)d due today", due) % {"count": due})
    if overdue:
        parts.append(ngettext("%(count)d overdue", "%(count)d overdue", overdue) % {"count": overdue})
    day = _("Your day, %(day)s") % {"day": day_short(at)}
    return f"{day}: {', '.join(parts)}" if parts else day


def _section(heading: str, lines: Sequence[Line], more: str = "/") -> Section:
    rest = len(lines) - SHOWN
    if rest <= 0:
        return Section(heading, tuple(lines))
    said = ngettext("and %(count)d more", "and %(count)d more", rest) % {"count": rest}
    return Section(heading, (*lines[:SHOWN], Line(said, address(more))))


def _owed(
    row: CommitmentRow, deals: Mapping[int, DealRow], meetings: Mapping[int, OnDeal], reader: Reader
) -> Line:
    result = row.result if directory().names_in_messages or not row.result else hidden()
    process = process_version(row.process_number)
    what = say_owed(row.term, result, process, reader.language)
    deal = deals.get(row.deal_id)
    where = where_done(row, deal, process, meetings.get(row.deal_id, OnDeal())) if deal else None
    link = where.href if where else f"/deals/{row.deal_number.partition('-')[2]}/"
    return Line(f"{row.deal_number} · {what} · {when(row.due_at)}", address(link))


def _line(deal: DealRow) -> Line:
    return Line(say_need(deal), address(f"/window/{deal.path}/"))


def _news(news: Iterable[NoticeRow], deals: Mapping[int, DealRow], reader: Reader) -> list[Line]:
    lines = []
    for row in news:
        deal = deals.get(row.deal_id or 0)
        if row.deal_id is not None and deal is None:
            continue  # he may not know of it any more
        sentence = say_notice(row, deal, reader)
        said = f"{deal.number}: {sentence}" if deal else sentence
        lines.append(Line(said, address(page_of(row, deal))))
    return lines
