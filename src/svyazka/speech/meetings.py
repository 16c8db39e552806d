"""Meetings in words: what one is, what it lacks and how to supply it, what the client and the expert have said."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from svyazka.engine.meetings import Lack
from svyazka.engine.process import Process

Words = str | Promise

KINDS: Final[Mapping[str, Words]] = {
    "client": pgettext_lazy("meeting", "with the client"),
    "huddle": pgettext_lazy("meeting", "huddle"),
    "internal": pgettext_lazy("meeting", "our own"),
    "status": pgettext_lazy("meeting", "status meeting"),
    "review": pgettext_lazy("meeting", "review"),
}
STATES: Final[Mapping[str, Words]] = {
    "planned": pgettext_lazy("meeting", "being prepared"),
    "running": pgettext_lazy("meeting", "under way"),
    "held": pgettext_lazy("meeting", "over, not closed yet"),
    "closed": pgettext_lazy("meeting", "closed"),
    "cancelled": pgettext_lazy("meeting", "cancelled"),
}
VERDICTS: Final[Mapping[str, Words]] = {
    "go_on": pgettext_lazy("verdict", "we go on"),
    "doubts": pgettext_lazy("verdict", "there are doubts"),
    "not_ours": pgettext_lazy("verdict", "not ours"),
}
READY: Final[Mapping[str, Words]] = {
    "yes": pgettext_lazy("client", "ready for the next step"),
    "not_yet": pgettext_lazy("client", "not ready for the next step yet"),
}
PARTS: Final[Mapping[str, Words]] = {
    "heard": gettext_lazy("What we heard"),
    "agreed": gettext_lazy("What we agreed"),
    "question": gettext_lazy("Open questions"),
    "next": gettext_lazy("What comes next"),
}
"""Headings of a letter."""
JOTS: Final[Mapping[str, Words]] = {
    "note": pgettext_lazy("jotted down", "Note"),
    "decision": pgettext_lazy("jotted down", "Decision"),
    "parked": pgettext_lazy("jotted down", "Parked question"),
}

PLAN: Final[Mapping[str, Words]] = {
    "our_goal": pgettext_lazy("part of a plan", "our goal"),
    "client_goal": pgettext_lazy("part of a plan", "the client’s goal"),
    "time": pgettext_lazy("part of a plan", "the time"),
    "place": pgettext_lazy("part of a plan", "the place"),
    "agenda": pgettext_lazy("part of a plan", "the agenda"),
    "guests": pgettext_lazy("part of a plan", "who comes from the client"),
    "criteria": pgettext_lazy("part of a plan", "the criteria of success"),
}
"""What of a plan may have changed."""

_LACKS: Final[Mapping[str, tuple[Words, Words]]] = {
    "our_goal.required": (gettext_lazy("our goal is missing"), gettext_lazy("Write down what we want to have afterwards that we don’t have now.")),
    "our_goal.junk": (gettext_lazy("our goal says nothing"), gettext_lazy("Write down what we want to have afterwards that we don’t have now.")),
    "our_goal.dead": (gettext_lazy("our goal is a dead format"), gettext_lazy("Not “show the system”, but what will be different afterwards: “The client has seen how a batch is costed and names the first three tasks”.")),
    "client_goal.required": (gettext_lazy("the client’s goal is missing"), gettext_lazy("Ask the client what should be there for them after this hour, and write it down in their words.")),
    "client_goal.junk": (gettext_lazy("the client’s goal says nothing"), gettext_lazy("Ask the client what should be there for them after this hour, and write it down in their words.")),
    "client_goal.dead": (gettext_lazy("the client’s goal is a dead format"), gettext_lazy("Ask what they want to understand or decide: “To see whether our batches can be costed without spreadsheets”.")),
    "time.required": (gettext_lazy("no day and time"), gettext_lazy("Agree on the day and the time with the client.")),
    "agenda.required": (gettext_lazy("no agenda"), gettext_lazy("Add at least one point with its minutes.")),
    "agenda.too_long": (gettext_lazy("the agenda is longer than the meeting"), gettext_lazy("Shorten points or give the meeting more time.")),
    "point.leaderless": (gettext_lazy("a point has nobody who leads it"), gettext_lazy("Name who leads each point, of those who go.")),
    "point.delivery_presents_company": (gettext_lazy("who builds presents the company"), gettext_lazy("Give the point to the manager: the client listens to the expert about the work.")),
    "point.manager_presents_delivery": (gettext_lazy("the manager speaks of how it will be built"), gettext_lazy("Give the point to the expert: a promise of delivery counts when delivery makes it.")),
    "room.moderator": (gettext_lazy("no moderator"), gettext_lazy("Name one person of ours who keeps to the goals and the time.")),
    "room.minutes": (gettext_lazy("nobody takes notes"), gettext_lazy("Name one person of ours who writes down.")),
    "criteria.required": (gettext_lazy("no criterion of success"), gettext_lazy("Write down by what you will know afterwards that it went well.")),
    "client.nobody": (gettext_lazy("it is unknown who comes from the client"), gettext_lazy("Ask who comes, in which duty, and who decides.")),
    "client.no_name": (gettext_lazy("somebody of the client’s has no name"), gettext_lazy("Ask for the name.")),
    "client.no_duty": (gettext_lazy("the duty of somebody of the client’s is unknown"), gettext_lazy("Ask what the person answers for.")),
    "client.declined": (gettext_lazy("who decides can’t come"), gettext_lazy("Their calendar declined the invitation. Agree on another time, or ask who decides instead.")),
    "client.nobody_decides": (gettext_lazy("nobody who comes decides"), gettext_lazy("Ask who decides, and whether that person can come.")),
    "agreement.not_asked": (gettext_lazy("the client hasn’t been asked"), gettext_lazy("Send the plan: the client agrees or corrects it on a page of their own.")),
    "agreement.asked": (gettext_lazy("the client hasn’t agreed yet"), gettext_lazy("The plan is with the client. Call if the answer takes long.")),
    "agreement.changed": (gettext_lazy("the plan has changed since the client agreed"), gettext_lazy("Send the plan as it is now, so that the client agrees with it.")),
    "agreement.stale": (gettext_lazy("the client hasn’t seen the plan as it is now"), gettext_lazy("Send the plan as it is now, so that the client agrees with it.")),
    "agreement.corrected": (gettext_lazy("the client’s corrections aren’t taken in"), gettext_lazy("Change the plan as the client asks, and send it again.")),
    "person.unread": (gettext_lazy("the expert hasn’t read the dossier"), gettext_lazy("The expert reads the dossier and signs it.")),
    "person.grown": (
        gettext_lazy("the dossier has changed since the expert read it"),
        gettext_lazy("The expert reads what is new in the dossier and signs it again."),
    ),
    "person.several_roles": (
        gettext_lazy("one person both sells and builds"),
        gettext_lazy("The client should see a team: give one of the roles to somebody else."),
    ),
    "huddle.not_held": (gettext_lazy("the huddle wasn’t held"), gettext_lazy("Meet for ten minutes before: goals, roles, the difficult question.")),
}  # fmt: skip
"""By the code of a lack, what it is in a few words, and how to supply it."""


def code_of(lack: Lack) -> str:
    """The code under which a lack is worded and kept: ``client_goal.dead``."""
    return f"{lack.subject}.{lack.code}"


def say_lack(code: str) -> str:
    """What is missing, in a few words in small letters."""
    return str(_LACKS[code][0]) if code in _LACKS else code


def say_lacks(codes: Iterable[str]) -> str:
    """What is missing, each once."""
    return "; ".join(dict.fromkeys(map(say_lack, codes)))


def say_supply(code: str) -> str:
    """How to supply what is missing, as a sentence."""
    return str(_LACKS[code][1]) if code in _LACKS else ""


def say_agenda(key: str, process: Process, language: str) -> str:
    """What kind of meeting it is, by the agenda that it was begun from."""
    found = next((one for one in process.agendas if one.key == key), None)
    return found.name.say(language) if found else _("A meeting of ours")


def say_title(title: str, agenda: str, process: Process, language: str) -> str:
    """What a meeting is called: its own title, or its agenda's name."""
    return title or say_agenda(agenda, process, language)


def uid_of(meeting_id: int) -> str:
    """By which name calendars know a meeting."""
    return f"meeting-{meeting_id}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}"


def invited_meeting(uid: str) -> int | None:
    """The id of the meeting that calendars know by this name; None for what isn't one of ours."""
    number = uid.partition("@")[0].removeprefix("meeting-")
    known = number.isascii() and number.isdigit() and len(number) < 10
    return int(number) if known and uid == uid_of(int(number)) else None


SOURCES: Final[Mapping[str, Words]] = {
    "plan": gettext_lazy("stands in the meeting’s plan"),
    "client_page": gettext_lazy("the client answered on their page"),
    "told": gettext_lazy("the client said so"),
    "dossier": gettext_lazy("signed in the dossier"),
    "room": gettext_lazy("held by its agenda"),
    "clean_record": gettext_lazy("not needed: this team’s latest meetings went without a breach"),
    "letter": gettext_lazy("sent from the meeting’s page"),
    "verdict_go_on": gettext_lazy("we go on"),
    "verdict_doubts": gettext_lazy("there are doubts"),
    "verdict_not_ours": gettext_lazy("not ours"),
}
"""What shows that a fact holds, where nobody had to say it."""


def say_evidence(source: str, text: str) -> str:
    """What shows a check: the source's words, and what was typed beside."""
    return ": ".join(filter(None, (str(SOURCES.get(source, "")), text)))
