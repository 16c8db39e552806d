"""People in words: duties, roles, levels, absence."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from svyazka.engine.worktime import WorkCalendar
from svyazka.presale.people.rights import DUTIES, ROLES
from svyazka.presale.process.queries import NoProcess, current_process
from svyazka.speech.process_words import say_role
from svyazka.speech.refusals import WHO

UNIT_KINDS: Final[Mapping[str, str | Promise]] = {
    "sales": pgettext_lazy("unit", "sales"),
    "delivery": pgettext_lazy("unit", "delivery"),
}


def role_names() -> dict[str, str]:
    """Duties and roles as the process in force calls them, duties first."""
    try:
        _number, process = current_process()
    except NoProcess:
        return {code: str(WHO[code]) for code in (*DUTIES, *ROLES)}
    return {code: say_role(code, process, get_language() or "") for code in (*DUTIES, *ROLES)}


def say_roles(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """«диспетчер приёмки, эксперт», in the order of the rights' table."""
    given = set(codes)
    return ", ".join(name for code, name in names.items() if code in given)


def say_hours(calendar: WorkCalendar) -> str:
    """«09:00–18:00, обед 13:00–14:00»."""
    day = _span(calendar.start, calendar.end)
    if calendar.lunch is None:
        return _("%(hours)s, no break") % {"hours": day}
    return _("%(hours)s, lunch %(lunch)s") % {"hours": day, "lunch": _span(*calendar.lunch)}


def _span(start: time, end: time) -> str:
    return f"{start:%H:%M}–{end:%H:%M}"
