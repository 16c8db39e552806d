"""Status runs in words: the six lines, what became of a deal, clocks and pace."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from svyazka.engine.pace import per_hour
from svyazka.speech.times import number

Words = str | Promise

LINES: Final[Mapping[str, Words]] = {
    "changed": pgettext_lazy("six lines", "What changed"),
    "promise": pgettext_lazy("six lines", "Promise due"),
    "holder": pgettext_lazy("six lines", "Who holds the ball"),
    "risk": pgettext_lazy("six lines", "Risk"),
    "help": pgettext_lazy("six lines", "Help needed"),
}
"""The lines that are answered in words, in the order in which a deal is talked through."""
NEXT: Final = pgettext_lazy("six lines", "Next step and date")
"""The sixth line, which is a commitment."""

OUTCOMES: Final[Mapping[str, Words]] = {
    "": pgettext_lazy("status run", "waits for its turn"),
    "decided": pgettext_lazy("status run", "talked through"),
    "skipped": pgettext_lazy("status run", "passed by"),
    "gone": pgettext_lazy("status run", "closed before its turn"),
    "unreached": pgettext_lazy("status run", "its turn didn’t come"),
}
SCOPES: Final[Mapping[str, Words]] = {
    "mine": gettext_lazy("My deals"),
    "unit": gettext_lazy("My unit"),
    "all": gettext_lazy("All deals"),
}

MINUTE, HOUR = 60, 3600


def say_clock(seconds: int) -> str:
    """A length as clocks show it: «4:10», «1:02:05»."""
    minutes, rest = divmod(max(seconds, 0), MINUTE)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def say_pace(clients: float | None) -> str:
    """«11,2 клиента в час»; empty where too few were talked through for a pace."""
    if clients is None:
        return ""
    shown = round(clients, 1)
    count = int(shown) if shown.is_integer() else 2  # of a fraction both languages speak as of two
    said = ngettext("%(number)s client an hour", "%(number)s clients an hour", count)
    return said % {"number": number(shown)}


def say_measure(decided: int, deals: int, seconds: int) -> str:
    """What came of a run, in figures."""
    told = _("%(decided)s of %(deals)s deals talked through") % {"decided": decided, "deals": deals}
    pace = say_pace(per_hour(decided, seconds))
    return f"{told}, {pace}" if pace else told
