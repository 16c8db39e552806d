"""The process's own names where a sentence needs them: roles, commitments, intake fields, reasons."""

from collections.abc import Iterable, Mapping
from textwrap import shorten
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from svyazka.engine.process import Process
from svyazka.presale.imports.arrivals import NOT_SAID


def capital(name: str) -> str:
    """A name as it begins a line of a table or a chart, whoever typed it and however."""
    return name[:1].upper() + name[1:]


def say_role(role: str, process: Process, language: str) -> str:
    """A role or duty in small letters: «менеджер»; empty for none."""
    for known in process.roles:
        if known.role == role:
            name = known.name.say(language)
            return name[:1].lower() + name[1:]
    match role:
        case "administrator":
            return pgettext("duty", "administrator")
        case "process_owner":
            return pgettext("duty", "process owner")
        case "head":
            return pgettext("duty", "head of unit")
    return role


ROOM: Final[Mapping[str, str | Promise]] = {
    "moderator": pgettext_lazy("room role", "moderator"),
    "company": pgettext_lazy("room role", "about the company"),
    "delivery": pgettext_lazy("room role", "about the work"),
    "money": pgettext_lazy("room role", "about the money"),
    "minutes": pgettext_lazy("room role", "the minutes"),
}
"""What somebody of ours does in the room."""


def say_owed(term: str, result: str, process: Process, language: str, question: str = "") -> str:
    """What a commitment is about: its own words, or those of the process's term.

    :param question: the words of the question that it relays or waits for, if the viewer may read them
    """
    if result:
        return result
    head, _dot, rest = term.partition(".")
    match head:
        case "next_step":
            return _("Name the next step")
        case "find_out":
            return _("Find out: %(field)s") % {"field": say_field(rest, process, language)}
        case "relay":
            return _with(question, _("Put the question to the client"))
        case "reply":
            return _with(question, _("Answer our question"))
    found = next((one for one in process.terms if one.key == term), None)
    return found.text.say(language) if found else _("A commitment")


def _with(question: str, what: str) -> str:
    said = shorten(question, SHOWN, placeholder="…")
    return _("%(what)s: “%(question)s”") % {"what": what, "question": said} if said else what


SHOWN: Final = 90
"""Letters of a question by which it is known among others."""

_BOXES: Final[Mapping[str, str | Promise]] = {
    "inn": pgettext_lazy("box", "INN"),
    "contact_name": pgettext_lazy("box", "Contact’s name"),
    "contact_duty": pgettext_lazy("box", "Contact’s job title"),
    "phone": pgettext_lazy("box", "Phone"),
    "email": pgettext_lazy("box", "E-mail"),
    "decides": pgettext_lazy("box", "Makes the decision"),
    "channel": pgettext_lazy("box", "How to get in touch"),
}


def say_field(key: str, process: Process, language: str) -> str:
    """The label of an intake field, or of one of the boxes in which a field is typed."""
    if key in _BOXES:
        return str(_BOXES[key])
    found = next((field for field in process.fields if field.key == key), None)
    return found.label.say(language) if found else key


def say_box(key: str, process: Process, language: str) -> str:
    """The label of one box of the form: the company's name without the INN that is typed beside it."""
    return pgettext("box", "Company") if key == "company" else say_field(key, process, language)


def say_missing(keys: Iterable[str], process: Process, language: str, *, named: bool) -> tuple[str, ...]:
    """What to ask still.

    :param named: the form says the company's name, so that of the company only the tax number may be missing
    """
    return tuple(say_field("inn" if key == "company" and named else key, process, language) for key in keys)


def say_reason(reason: str, process: Process, language: str) -> str:
    """Both levels of the reason ``GROUP.REASON`` why a deal was lost: «Оценка: выше бюджета»; that a table didn't say it."""
    if reason == NOT_SAID:
        return _("No reason given")
    group_key, _dot, key = reason.partition(".")
    for group in process.reasons:
        if group.key == group_key:
            second = next((one.text.say(language) for one in group.reasons if one.key == key), "")
            return f"{group.text.say(language)}: {second[:1].lower()}{second[1:]}"
    return reason


def as_text(value: object) -> str:
    """An answer as people read and type it."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None or value is False else str(value)
