"""Where a deal stands, in one message: for a person who asks, and for the card in the deal's own chat."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.presale.channels.port import Line, Section
from svyazka.presale.deals.queries import DealRow
from svyazka.presale.people.queries import directory
from svyazka.presale.stages.queries import DealPage
from svyazka.speech.notices import hidden
from svyazka.speech.process_words import say_owed
from svyazka.speech.reader import address
from svyazka.speech.refusals import STATUSES
from svyazka.speech.times import when

OWED: Final = 6
"""So many commitments are told, those due first; the page has all."""


def say_fate(row: DealRow) -> str:
    """What has become of a request, in a word for who brought it."""
    waits = row.status == "open" and row.accepted_at is None
    return _("waits for a decision") if waits else str(STATUSES[row.status])


def say_standing(page: DealPage, *, language: str, at: datetime) -> tuple[Section, ...]:
    """Stage, who has the ball, what blocks it, who owes what by when; of a closed deal how it ended."""
    row, standing = page.card.row, page.standing
    path = address(f"/deals/{row.path}/")
    if row.status != "open":
        return (Section("", (Line(str(STATUSES[row.status]), path),)),)
    parts = {
        "position": standing.position + 1, "count": len(page.process.stages),
        "stage": standing.stage.name.say(language),
    }  # fmt: skip
    first = [Line(_("Stage %(position)s of %(count)s: %(stage)s") % parts, path)]
    holder = standing.holder
    who = _("the client") if holder.kind == "client" else directory().name(holder.person_id)
    if who:
        first.append(Line(_("Who has the ball: %(name)s") % {"name": who}))
    found = [Section("", tuple(first))]
    if blockers := _blockers(page, language):
        found.append(Section(_("What blocks it"), blockers))
    if owed := _owed(page, language, at):
        found.append(Section(pgettext("deal", "Who owes what by when"), owed))
    return tuple(found)


def _blockers(page: DealPage, language: str) -> tuple[Line, ...]:
    missing = (row.check for row in page.checks if not row.holds and row.check.strength == "stop")
    return tuple(Line(f"• {check.text.say(language)}") for check in missing)


def _owed(page: DealPage, language: str, at: datetime) -> tuple[Line, ...]:
    people = directory()
    lines = []
    for row in [one for one in page.commitments if one.outcome == "open"][:OWED]:
        result = row.result if people.names_in_messages or not row.result else hidden()
        what = say_owed(row.term, result, page.process, language)
        lines.append(Line(f"• {what} · {people.name(row.performer_id)} · {when(row.due_at, at)}"))
    return tuple(lines)
