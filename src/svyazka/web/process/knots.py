"""The stages of a process as knots on its rope."""

from svyazka.speech.process_sheet import Sheet
from svyazka.web.ui.pictures import Knot


def knots_of(sheet: Sheet) -> tuple[Knot, ...]:
    """A knot a stage, all tied: the whole way."""
    words = sheet.words
    return tuple(Knot(words.say(one.name), "tied", words.span(one.limit)) for one in sheet.process.stages)
