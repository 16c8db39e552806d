"""Hints as files to take along: about rules and places, without the names of people."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.speech.tables import Column, Table
from svyazka.web.hints.telling import ToldCase, ToldKind


def hints(told: Iterable[ToldKind]) -> Table:
    """What has been found."""
    columns = Column(_("Hint")), Column(_("Rule or place")), Column(_("Cases"))
    rows = [(str(kind.words.title), one.place_words, one.sentence) for kind in told for one in kind.hints]
    return Table(_("Worth a look"), columns, rows)


def cases(title: str, told: Iterable[ToldCase]) -> Table:
    """The deals behind a hint."""
    columns = (
        Column(pgettext("deals", "Number")), Column(_("Client")), Column(_("When"), "date"), Column(_("Took"), "minutes"),
        Column(pgettext("hint", "Limit"), "minutes"),
    )  # fmt: skip
    rows = (
        (one.case.deal.number, one.case.deal.client_name, one.case.at, one.case.minutes, one.case.allowed)
        for one in told
    )
    return Table(title, columns, list(rows))
