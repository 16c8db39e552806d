"""The process's own words where an answer needs them."""

from django.utils.translation import get_language, pgettext

from svyazka.engine.process import Process, Text


def tongue() -> str:
    """The language of this answer."""
    return get_language() or "en"


def said(text: Text | None) -> str | None:
    """A text of the process in the language of this answer."""
    return None if text is None else text.say(tongue())


def owed(term: str, result: str, process: Process) -> str:
    """What a commitment is about: its own words, those of the process's term, or of one that arose by itself."""
    if result:
        return result
    head, _, rest = term.partition(".")
    match head:
        case "next_step":
            return pgettext("api", "Name the next step")
        case "find_out":
            return pgettext("api", "Find out: %(field)s") % {"field": label(rest, process)}
        case "relay":
            return pgettext("api", "Put the question to the client")
        case "reply":
            return pgettext("api", "The client answers the question")
    found = next((one for one in process.terms if one.key == term), None)
    return found.text.say(tongue()) if found else term


def label(field: str, process: Process) -> str:
    """The label of an intake field, its key where this version doesn't know it."""
    found = next((one for one in process.fields if one.key == field), None)
    return found.label.say(tongue()) if found else field


def stage_name(key: str, process: Process) -> str:
    """A stage's name, its key where this version doesn't know it."""
    found = next((stage for stage in process.stages if stage.key == key), None)
    return found.name.say(tongue()) if found else key


def role_name(key: str, process: Process) -> str:
    """A role's name, its key where this version doesn't know it."""
    found = next((one for one in process.roles if one.role == key), None)
    return found.name.say(tongue()) if found else key


def lost_reason(code: str, process: Process) -> str:
    """Both levels of a reason ``GROUP.KEY``; the code for what the process doesn't know."""
    group, _, key = code.partition(".")
    found = next((one for one in process.reasons if one.key == group), None)
    reason = next((one for one in found.reasons if one.key == key), None) if found else None
    return f"{found.text.say(tongue())}: {reason.text.say(tongue())}" if found and reason else code
