"""The week as a message: a letter with its charts inside, or words in a chat and its pictures after them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import structlog
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.engine.weeks import week_named
from svyazka.presale.channels.outbox import Taken
from svyazka.presale.channels.port import Content, Line, Picture, Section
from svyazka.presale.channels.queries import LETTERS
from svyazka.presale.insight.week import week_figures
from svyazka.presale.insight.week_values import WeekFigures
from svyazka.presale.notices.wishes import OWNERS
from svyazka.presale.people.queries import directory
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import current_process
from svyazka.speech.charts.drawing import told
from svyazka.speech.charts.pictures import NoPictures, picture
from svyazka.speech.charts.values import Chart
from svyazka.speech.reader import Reader, address
from svyazka.speech.week import telling
from svyazka.speech.week.charts import charts_of

log = structlog.get_logger("svyazka.pictures")

SHOWN: Final = 6
"""Lines under a heading."""


def week_content(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    """The week in words, with pictures in a letter; None if its reader may not see it any more."""
    seen = _seen(taken, reader, at)
    if seen is None:
        return None
    process, names = current_process()[1], directory().names_in_messages
    page = address(page_of(seen))
    figures = [Line(one.line) for one in telling.figures_of(seen, process, with_money=names)]
    sections = [
        Section(_("In figures"), tuple(figures)),
        _section(_("Why deals were lost"), telling.reasons_of(seen.reasons)),
        _section(_("Overdue at the end of the week"), telling.overdue_of(seen.overdue)),
        _section(_("Standing in one stage the longest"), telling.standing_of(seen.standing), "/deals/"),
        _section(_("Where dates slipped"), telling.causes_of(seen.breaches)),
        _section(_("Where dates were saved"), telling.causes_of(seen.saves, saved=True)),
        Section("", (Line(_("The whole week, with everything behind its figures"), page),)),
    ]
    return Content(
        title=telling.title_of(seen), sections=tuple(one for one in sections if one.lines), why=_why(reader),
        pictures=_pictures(charts_of(seen, process)) if taken.channel == LETTERS else (),
        foot=reader.foot(), language=reader.language,
    )  # fmt: skip


def charts_content(taken: Taken, reader: Reader, at: datetime) -> Content | None:
    """The pictures of the week for a chat; None where there are none: the words came before."""
    seen = _seen(taken, reader, at)
    if seen is None:
        return None
    drawn = _pictures(charts_of(seen, current_process()[1]))
    said = Section("", tuple(Line(one.alt.partition(":")[0]) for one in drawn))
    return (
        Content(title=telling.title_of(seen), sections=(said,), pictures=drawn, language=reader.language)
        if drawn
        else None
    )


def page_of(seen: WeekFigures) -> str:
    """Where the week is shown."""
    return f"/figures/week/?week={seen.week.key}"


def _seen(taken: Taken, reader: Reader, at: datetime) -> WeekFigures | None:
    viewer = reader.viewer()
    if viewer is None or taken.data.get("person") != viewer.person_id or not may(viewer, "overview.see"):
        return None
    week = week_named(str(taken.data.get("week")), directory().calendar.zone)
    return week_figures(week=week, viewer=viewer, at=at)


def _why(reader: Reader) -> str:
    answers = bool(directory().people[reader.person_id or 0].duties & OWNERS)
    reason = pgettext("why", "you answer for how it goes") if answers else pgettext("why", "you asked for it")
    return _("Why you: %(reason)s") % {"reason": reason}


def _section(heading: str, told_: Sequence[telling.Told], opens: str = "") -> Section:
    """The first lines of a list; of the rest the number.

    :param opens: where each line's own deal is shown
    """
    lines = [Line(one.line, address(f"{opens}{one.path}/") if opens else "") for one in told_[:SHOWN]]
    if (rest := len(told_) - SHOWN) > 0:
        lines.append(Line(ngettext("and %(count)d more", "and %(count)d more", rest) % {"count": rest}))
    return Section(heading, tuple(lines))


def _pictures(charts: Iterable[Chart]) -> tuple[Picture, ...]:
    """The charts as pictures; those that can't be drawn are left out, for the words say it too."""
    drawn = []
    for chart in charts:
        try:
            body = picture(chart)
        except NoPictures as error:
            log.warning("no picture", chart=chart.name, because=str(error))
            continue
        drawn.append(Picture(chart.name, f"{chart.title}: {told(chart)}", "image/png", body))
    return tuple(drawn)
