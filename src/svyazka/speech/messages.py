"""Messages in words, by kind. A new kind of message says here how it is worded."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from svyazka.presale.channels.content import unpacked
from svyazka.presale.channels.outbox import Taken
from svyazka.presale.channels.port import Attachment, Content, Line, Section
from svyazka.presale.channels.values import (
    CARD,
    CHARTS,
    DIGEST,
    INVITED,
    NAMED,
    NOTICE,
    REPLY,
    SHUT,
    SUMMED_UP,
    TEST,
    THREAD,
    TOLD,
    UNSHUT,
    WEEK,
)
from svyazka.presale.journal.moment import moment
from svyazka.presale.notices.queries import NoticeRow, notice_row
from svyazka.speech.cards import card_content, thread_content, told_content
from svyazka.speech.checklist import checklist
from svyazka.speech.client_letters import invitation_content, letter_content
from svyazka.speech.digest import digest_content
from svyazka.speech.minutes import minutes_sections
from svyazka.speech.notices import ASKED, LATE, MINUTES, notice_content
from svyazka.speech.reader import Reader, address, reader_of, speaking_to
from svyazka.speech.week.letters import charts_content, week_content

Renderer = Callable[[Taken, Reader, datetime], Content | None]
Files = Callable[[NoticeRow, Reader, datetime], tuple[Attachment, ...]]


def _notice(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    row = notice_row(taken.notice_id or 0)
    content = notice_content(row, reader, at) if row else None
    if row is None or content is None:
        return content
    if row.kind == MINUTES:
        return replace(content, sections=(*content.sections, *minutes_sections(row, reader, at)))
    attach = FILES.get(row.kind)
    return replace(content, attachments=attach(row, reader, at)) if attach else content


def _test(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    del taken, at
    said = Line(_("If you read this, your notices arrive here."), address("/notices/"))
    return Content(
        title=_("A test from Svyazka"), sections=(Section("", (said,)),), foot=reader.foot(),
        language=reader.language,
    )  # fmt: skip


RENDERERS: Final[dict[str, Renderer]] = {
    NOTICE: _notice,
    DIGEST: digest_content,
    WEEK: week_content,
    CHARTS: charts_content,
    TEST: _test,
    CARD: card_content,
    THREAD: thread_content,
    NAMED: thread_content,
    SHUT: thread_content,
    UNSHUT: thread_content,
    TOLD: told_content,
    INVITED: invitation_content,
    SUMMED_UP: letter_content,
    REPLY: lambda taken, _reader, _at: unpacked(taken.data),
}
"""By kind of message, how it is worded; None where there is nothing to say any more."""
FILES: Final[dict[str, Files]] = dict.fromkeys(ASKED | LATE, checklist)
"""By kind of notice, what is attached where the channel can."""


def content_of(taken: Taken, *, at: datetime) -> Content | None:
    """The message in its reader's words, from what is true and what he may know now; None if there is nothing to say.

    :raises KeyError: nobody has said how this kind of message is worded
    """
    with moment():
        reader = reader_of(taken)
        with speaking_to(reader):
            return RENDERERS[taken.kind](taken, reader, at)
