"""What an expert request is about, in lines: the same in a group's card, in a notice, and to whoever has taken it."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.utils.translation import gettext as _

from svyazka.engine.matching import Proposal
from svyazka.presale.channels.port import Line
from svyazka.presale.experts.queries import RequestRow
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.speech.experts import KINDS
from svyazka.speech.process_words import say_missing
from svyazka.speech.times import day_short, worktime

FITTING: Final = 3
"""So many of those proposed are named."""


def facts_of(row: RequestRow, language: str) -> Iterator[Line]:
    """The goal, when and how long, what is known, which project it touches; what people typed only where names may out."""
    names = directory().names_in_messages
    if names:
        yield Line(row.goal)
    yield Line(_when_wanted(row))
    yield Line(_known(row, language))
    if row.project and names:
        yield Line(_("Touches our project “%(name)s”") % {"name": row.project})
    elif row.project:  # whoever typed it may have named a client
        yield Line(_("Touches a live project of ours"))


def who_fits(proposals: Iterable[Proposal]) -> Iterator[Line]:
    """The first of those whom the rules propose, with their points; nothing where they propose nobody."""
    fitting = [one for one in proposals if one.is_proposed][:FITTING]
    if fitting:
        said = ", ".join(f"{directory().name(one.person_id)} {one.points}" for one in fitting)
        yield Line(_("Who fits: %(people)s") % {"people": said})


def _when_wanted(row: RequestRow) -> str:
    parts = [str(KINDS[row.kind]), f"{day_short(row.since)} – {day_short(row.until)}"]
    return ", ".join([*parts, worktime(row.minutes)] if row.kind == "expert" else parts)


def _known(row: RequestRow, language: str) -> str:
    if not row.lacking:
        return _("The form is complete")
    process = process_version(row.deal.process_number)
    fields = "; ".join(say_missing(row.lacking, process, language, named=row.named))
    return _("Not known yet: %(fields)s") % {"fields": fields}
