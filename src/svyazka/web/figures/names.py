"""What the figures page calls stages, reasons, months, dimensions and their values."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from babel.dates import format_skeleton
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from svyazka.presale.imports.arrivals import NOT_SAID
from svyazka.presale.insight.figures import Row, is_others
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_number, process_version
from svyazka.speech.process_words import capital, say_reason
from svyazka.speech.times import number, viewer_language
from svyazka.speech.ways import say_source


def stage_name(key: str) -> str:
    """A stage's name in the newest process that has it, else its key."""
    for version in range(current_number(), 0, -1):
        for stage in process_version(version).stages:
            if stage.key == key:
                return stage.name.say(viewer_language())
    return key


def reason_name(reason: str) -> str:
    """Why a deal ended, in words."""
    if reason == "declined":
        return _("Declined by us at the window")
    if reason in {"", NOT_SAID}:
        return _("No reason given")
    group, _point, key = reason.partition(".")
    for version in range(current_number(), 0, -1):
        process = process_version(version)
        if any(one.key == key for own in process.reasons if own.key == group for one in own.reasons):
            return say_reason(reason, process, viewer_language())
    return capital(reason)


def month_name(month: int) -> str:
    """«Ноябрь 2026 г.»."""
    return _month_name(month, viewer_language())


# A page says the same months over and over, and Babel reads its pattern anew each time.
@lru_cache(maxsize=1024)
def _month_name(month: int, language: str) -> str:
    return capital(format_skeleton("yMMMM", date(month // 100, month % 100, 1), locale=language))


def value_name(dimension: str, value: str) -> str:
    """What a value of a dimension is called."""
    people = directory()
    if dimension == "source":
        return capital(say_source(value)) or _("No source given")
    if dimension == "unit":
        unit = people.units.get(int(value))
        return unit.name if unit else _("No unit")
    if dimension in {"manager", "author"}:
        return people.name(int(value)) or (_("No manager") if dimension == "manager" else _("Nobody of ours"))
    return capital(value)


def row_name(dimension: str, row: Row) -> str:
    """What a row of a table is called: a value of a dimension, a month, or the people not named."""
    if is_others(dimension, row):
        return ngettext("Others (%(num)s person)", "Others (%(num)s people)", row.values) % {
            "num": number(row.values)
        }
    return month_name(int(row.value)) if dimension == "month" else value_name(dimension, row.value)


def dimension_name(dimension: str) -> str:
    """How a dimension is called in the singular, as the head of a column."""
    names: Mapping[str, str] = {
        "month": pgettext("figures", "Month of receipt"),
        "source": pgettext("figures", "Source"),
        "unit": pgettext("figures", "Unit"),
        "manager": pgettext("figures", "Manager"),
        "author": pgettext("figures", "Brought by"),
        "line": pgettext("figures", "Line of business"),
    }
    return names[dimension]
