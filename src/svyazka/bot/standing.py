"""``/deal NUMBER``: where a deal stands, in one message."""

from typing import Final

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from svyazka.bot.people import Partner
from svyazka.presale.channels.port import Action, Line, Section
from svyazka.presale.deals.queries import Filters, deal_id_of, deal_rows
from svyazka.presale.journal.values import NotFound
from svyazka.presale.people.queries import directory
from svyazka.presale.stages.queries import DealPage, deal_page_by_id
from svyazka.speech.notices import hidden, say_need
from svyazka.speech.process_words import say_owed
from svyazka.speech.reader import address
from svyazka.speech.refusals import STATUSES
from svyazka.speech.times import when

STATE: Final = "deal"
OWED: Final = 6


def tell(partner: Partner, words: str) -> None:
    """The deal that is meant by a number, in full or only its last digits; files sent after it go to its folder.

    :raises NotFound: there is none, or the partner may not know of it
    """
    deal_id = _meant(partner, words)
    page = deal_page_by_id(deal_id=deal_id, viewer=partner.actor, at=partner.at, entries=1)
    partner.talk(STATE, deal=deal_id)
    partner.tell(
        say_need(page.card.row), *_lines(page), sections=_sections(page, partner),
        buttons=((Action(pgettext("button", "Ask the client"), f"ask:{deal_id}"),),),
    )  # fmt: skip


def _meant(partner: Partner, words: str) -> int:
    if not words:
        raise NotFound
    if words.isascii() and words.isdigit() and len(words) < 7:
        wanted = int(words)
        filters = Filters(status=None, text=words)
        found = [
            row for row in deal_rows(viewer=partner.actor, filters=filters, limit=20) if row.serial == wanted
        ]
        if not found:
            raise NotFound
        return found[0].id
    return deal_id_of(words, viewer=partner.actor)


def _lines(page: DealPage) -> list[Line]:
    row, standing = page.card.row, page.standing
    path = address(f"/deals/{row.path}/")
    if row.status != "open":
        return [Line(str(STATUSES[row.status]), path)]
    parts = {
        "position": standing.position + 1, "count": len(page.process.stages),
        "stage": standing.stage.name.say(get_language() or ""),
    }  # fmt: skip
    lines = [Line(_("Stage %(position)s of %(count)s: %(stage)s") % parts, path)]
    holder = standing.holder
    who = _("the client") if holder.kind == "client" else directory().name(holder.person_id)
    if who:
        lines.append(Line(_("Who has the ball: %(name)s") % {"name": who}))
    return lines


def _sections(page: DealPage, partner: Partner) -> tuple[Section, ...]:
    if page.card.row.status != "open":
        return ()
    language = partner.reader.language
    blockers = [
        Line(f"• {row.check.text.say(language)}")
        for row in page.checks
        if not row.holds and row.check.strength == "stop"
    ]
    people = directory()
    owed = []
    for row in [one for one in page.commitments if one.outcome == "open"][:OWED]:
        result = row.result if people.names_in_messages or not row.result else hidden()
        what = say_owed(row.term, result, page.process, language)
        owed.append(Line(f"• {what} · {people.name(row.performer_id)} · {when(row.due_at, partner.at)}"))
    found = []
    if blockers:
        found.append(Section(_("What blocks it"), tuple(blockers)))
    if owed:
        found.append(Section(_("Who owes what by when"), tuple(owed)))
    return tuple(found)
