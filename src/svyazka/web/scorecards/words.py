"""What each figure is called, and by which formula it is counted."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from svyazka.engine.process import Process
from svyazka.speech.process_words import capital, say_owed, say_role

NO_ROLE: Final = "none"
"""Stands in addresses for commitments of people without a role on the deal."""

_NAMES: Final[Mapping[str, str | Promise]] = {
    "promises_kept": gettext_lazy("Share of promises kept"),
    "claim_time": gettext_lazy("How soon expert requests are taken"),
}
"""Figures that no criterion of the process names."""

FORMULAS: Final[Mapping[str, str | Promise]] = {
    "promises_kept": gettext_lazy(
        "this person’s own promises: kept / (kept + late + broken). What was waived or cancelled, and what the client owes, is left out."
    ),
    "window_answer_time": gettext_lazy("median of the working time from a request’s arrival to the first answer to the client"),
    "decided_in_a_day": gettext_lazy(
        "requests accepted or declined in time / all that were decided on, or should have been"
    ),
    "nothing_forgotten": gettext_lazy(
        "requests answered before the utmost time that the process gives / all that were answered or went past it"
    ),
    "complete_at_once": gettext_lazy(
        "requests handed in with every mandatory field answered / all handed in. Duplicates and spam are left out."
    ),
    "reached_meeting": gettext_lazy(
        "requests that reached the stage of the first meeting / those and the ones that ended before it. Duplicates, spam and requests on their way are left out."
    ),
    "letters_in_time": gettext_lazy("follow-up letters sent in time / (in time + late + never sent)"),
    "pack_in_time": gettext_lazy("what was due before a meeting and was ready in time / (in time + late + not ready)"),
    "client_reminders": gettext_lazy(
        "deals in which the client had to ask “when?” while this person led them / all deals that the person took over in this time"
    ),
    "letters_confirmed": gettext_lazy(
        "client meetings whose letter the client confirmed / all client meetings held while this person led the deal or was its expert"
    ),
    "client_ready": gettext_lazy(
        "meetings after which the client said “ready for the next step” / those and the ones after which the client said “not yet”, counted while this person led the deal or was its expert"
    ),
    "read_before": gettext_lazy("material read in time before the meeting / (in time + late + not read)"),
    "claim_time": gettext_lazy("median of the working time from an expert request to “I take it”"),
    "estimates_in_time": gettext_lazy("estimates ready in time / (in time + late + never ready)"),
}  # fmt: skip


def say_figure(key: str, role: str, process: Process, language: str) -> str:
    """The name of a figure: the process's criterion of this role, or of another where only that has it."""
    criteria = sorted(process.criteria, key=lambda one: one.role != role)
    found = next((one.text.say(language) for one in criteria if one.key == key), None)
    return found or str(_NAMES.get(key, key))


def say_unmeasured(key: str, role: str, process: Process, language: str) -> str:
    """A criterion that no fact tells yet, in small letters within a sentence."""
    name = say_figure(key, role, process, language)
    return name[:1].lower() + name[1:]


def say_role_title(role: str, process: Process, language: str) -> str:
    """A role as a heading."""
    name = say_role(role, process, language) if role else _("Without a role on the deal")
    return capital(name)


def say_term(term: str, process: Process, language: str) -> str:
    """What commitments of a term are about, several at once."""
    match term:
        case "":
            return pgettext("commitments", "Agreed in words")
        case "find_out":
            return _("Find out what is missing in the form")
    return say_owed(term, "", process, language)


OUTCOMES: Final[Mapping[str, Promise]] = {
    "complete_at_once": pgettext_lazy("request", "complete"),
    "reached_meeting": pgettext_lazy("request", "reached the meeting"),
    "client_reminders": pgettext_lazy("deal", "the client asked “when?”"),
    "letters_confirmed": pgettext_lazy("letter", "confirmed"),
    "client_ready": pgettext_lazy("client", "ready"),
    "decided_in_a_day": pgettext_lazy("request", "decided in time"),
    "nothing_forgotten": pgettext_lazy("request", "answered in time"),
}
"""What a case that counts is, where that is no kept commitment."""

OTHERWISE: Final[Mapping[str, Promise]] = {
    "complete_at_once": pgettext_lazy("request", "something was missing"),
    "reached_meeting": pgettext_lazy("request", "ended before"),
    "client_reminders": pgettext_lazy("deal", "the client didn’t have to ask"),
    "letters_confirmed": pgettext_lazy("letter", "not confirmed"),
    "client_ready": pgettext_lazy("client", "not yet"),
    "decided_in_a_day": pgettext_lazy("request", "not in time"),
    "nothing_forgotten": pgettext_lazy("request", "forgotten"),
}
"""What one that doesn't count is."""
