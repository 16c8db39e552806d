"""What the deals behind a number are called, and how a deal's own share in it is said."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from svyazka.web.figures.names import reason_name, stage_name

_TITLES: Final[Mapping[str, str | Promise]] = {
    "received": pgettext_lazy("figures", "Requests received"),
    "won": gettext_lazy("Won deals"),
    "decided": gettext_lazy("Decided by the client: won and lost"),
    "lost": gettext_lazy("Lost deals"),
    "declined": gettext_lazy("Declined by us"),
    "open": gettext_lazy("Still open"),
    "response": gettext_lazy("Time to the first answer, the longest first"),
    "estimates": gettext_lazy("Deals with estimates"),
    "meetings": gettext_lazy("Deals with client meetings"),
    "promises": gettext_lazy("Promises of ours, the deals with most late and broken ones first"),
    "chased": gettext_lazy("Where the client had to ask “when?”"),
    "meetings_won": gettext_lazy("Client meetings to a contract, the most first"),
    "minutes_won": gettext_lazy("Time in client meetings to a contract, the longest first"),
    "effort": gettext_lazy("Our people’s time in meetings, the longest first"),
}
_STAGED: Final[Mapping[str, str | Promise]] = {
    "entered": gettext_lazy("Entered the stage “%(stage)s”"),
    "passed": gettext_lazy("Went on from the stage “%(stage)s”"),
    "lost": gettext_lazy("Lost in the stage “%(stage)s”"),
    "declined": gettext_lazy("Declined in the stage “%(stage)s”"),
    "here": gettext_lazy("Now in the stage “%(stage)s”"),
    "stay": gettext_lazy("Time in the stage “%(stage)s”, the longest first"),
}


def title_of(which: str) -> str:
    """What the deals of a number are called."""
    if which in _TITLES:
        return str(_TITLES[which])
    kind, _point, key = which.partition(".")
    if kind == "why":
        return _("Ended without a contract: %(reason)s") % {"reason": reason_name(key)}
    if kind == "why_in" and _point:
        stage, _dot, reason = key.partition(".")
        said = {"stage": stage_name(stage), "reason": reason_name(reason)}
        return _("Ended in the stage “%(stage)s”: %(reason)s") % said
    return str(_STAGED[kind]) % {"stage": stage_name(key)} if kind in _STAGED else ""
