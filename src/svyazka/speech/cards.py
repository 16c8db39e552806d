"""Cards in groups: what they show is worded when they are sent, so that a card never tells of yesterday."""

from datetime import datetime

from django.utils.translation import gettext as _

from svyazka.engine.matching import Proposal
from svyazka.presale.channels.outbox import Taken
from svyazka.presale.channels.port import Content, Line, Section
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.experts.queries import RequestRow, request_page
from svyazka.presale.journal.values import SYSTEM, NotFound
from svyazka.presale.notices.queries import NoticeRow
from svyazka.presale.people.queries import directory
from svyazka.presale.stages.queries import deal_page_by_id
from svyazka.speech.expert_facts import facts_of, who_fits
from svyazka.speech.experts import answers_to, say_level
from svyazka.speech.notices import say_need, say_notice
from svyazka.speech.reader import Reader, address
from svyazka.speech.standings import say_standing
from svyazka.speech.times import when


def card_content(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    """A card as it is now; None where what it is about is gone."""
    kind, _sep, number = taken.subject.partition(":")
    try:
        if kind == "deal":
            return _deal_card(int(number), reader, at)
        page = request_page(request_id=int(number), viewer=SYSTEM, at=at)
    except NotFound:
        return None
    return expert_card(page.row, page.proposals, reader)


def _deal_card(deal_id: int, reader: Reader, at: datetime) -> Content:
    page = deal_page_by_id(deal_id=deal_id, viewer=SYSTEM, at=at, entries=1)
    sections = say_standing(page, language=reader.language, at=at)
    return Content(title=say_need(page.card.row), sections=sections, language=reader.language)


def thread_content(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    """The name of a deal's thread; also of one that is closed or opened again."""
    del at
    deal_id = int(taken.subject.partition(":")[2])
    row = rows_by_id([deal_id], viewer=SYSTEM).get(deal_id)
    return Content(title=say_need(row), language=reader.language) if row else None


def told_content(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    """An act of a deal as a line in its own chat."""
    deal_id = int(taken.subject.partition(":")[2])
    deal = rows_by_id([deal_id], viewer=SYSTEM).get(deal_id)
    act, data = taken.data.get("act"), taken.data.get("data")
    if deal is None or not isinstance(act, str) or not isinstance(data, dict):
        return None
    row = NoticeRow(id=0, kind=act, deal_id=deal_id, data=data, at=at, is_read=False, why="", person_id=0)
    return Content(title=say_notice(row, deal, reader), language=reader.language)


def expert_card(row: RequestRow, proposals: tuple[Proposal, ...], reader: Reader) -> Content:
    """An expert request: number and need, what for, by when, who fits, and who has taken it."""
    facts = (Line(say_need(row.deal), address(f"/experts/{row.id}/")), *facts_of(row, reader.language))
    fitting = tuple(who_fits(proposals))
    sections = [
        Section("", facts),
        *([Section("", fitting)] if fitting else []),
        Section("", (Line(_state(row)),)),
    ]
    return Content(
        title=_title(row),
        sections=tuple(sections),
        actions=answers_to(row.id) if row.state == "open" else (),
        language=reader.language,
    )


def _title(row: RequestRow) -> str:
    parts = {"competence": row.competence, "level": say_level(row.level)}
    if row.kind == "triage":
        return _("A triage is needed: %(competence)s, level: %(level)s") % parts
    return _("An expert is needed: %(competence)s, level: %(level)s") % parts


def _state(row: RequestRow) -> str:
    people, held = directory(), row.claim
    if row.state == "withdrawn":
        return _("Taken back: nobody is needed any more")
    if held is not None:
        parts = {"name": people.name(held.person_id), "level": say_level(held.level)}
        if row.state == "done":
            return _("Done: %(name)s, %(level)s") % parts
        return _("Taken: %(name)s, %(level)s") % parts
    if row.due_at is None:
        return _("Nobody has taken it")
    parts = {"when": when(row.due_at), "name": people.name(row.owed_by)}
    return _("Nobody has taken it. To be taken: %(when)s, asked: %(name)s") % parts
