"""What can be said to the bot, and what it says by itself: by what the person does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from svyazka.bot.people import Buttons, Partner
from svyazka.presale.channels.port import Action, Line, Section
from svyazka.presale.channels.queries import places_for
from svyazka.presale.channels.values import DEALS
from svyazka.presale.journal.values import Actor
from svyazka.speech.reader import address


@dataclass(frozen=True, slots=True)
class Command:
    """A word after a slash.

    :param example: what follows it
    :param for_agents: whether partner agents may say it, too
    """

    name: str
    text: Promise
    example: str = ""
    for_agents: bool = False


COMMANDS: Final = (
    Command("lead", gettext_lazy("hand a request in: three questions, less than a minute"), for_agents=True),
    Command("my", gettext_lazy("what I owe, with buttons: done, hand over, ask")),
    Command("deal", gettext_lazy("where a deal stands; files sent after it go to its folder"), example="42"),
    Command("task", gettext_lazy("agree on who owes what by when, in one line"), example="42 @ivanov …"),
    Command("experts", gettext_lazy("requests for an expert that nobody has taken")),
    Command("leads", gettext_lazy("what has become of the requests that I brought"), for_agents=True),
    Command("cancel", gettext_lazy("stop what we are talking about"), for_agents=True),
    Command("unlink", gettext_lazy("unlink this chat"), for_agents=True),
    Command("help", gettext_lazy("what I can do for you"), for_agents=True),
)
"""In the order of the messenger's menu."""

_HEARS: Final = (
    ("manager", gettext_lazy("What you owe comes here while there is still time to keep it, with a button for each.")),
    ("expert", gettext_lazy("Requests for an expert come with buttons: whoever takes one first has it.")),
    ("lead_generator", gettext_lazy("You stay the author of your requests and hear how each of them ends.")),
    ("head", gettext_lazy("If nobody takes a request for an expert in time, I come to you.")),
    ("dispatcher", gettext_lazy("If a request stays at the window or without an expert, I come to you.")),
)  # fmt: skip
"""By role or duty, what the person gets out of it."""


def tell_help(partner: Partner, *, unasked: bool = False) -> None:
    """What comes here by itself, and what can be said.

    :param unasked: it is told because what was said means nothing to us
    """
    said = [*_said_by(partner.actor), Line(_("What comes here, and when"), address("/settings/notices/"))]
    buttons: Buttons = ((Action(_("Hand in a request"), "lead:new"),),)
    if not partner.actor.is_agent:
        buttons = ((Action(_("What I owe"), "my:list"), *buttons[0]),)
    partner.tell(
        _("I didn’t understand that. What I can do for you") if unasked else _("What I can do for you"),
        *_heard_by(partner.actor),
        sections=(Section("", tuple(said)),),
        buttons=buttons,
    )


def _heard_by(actor: Actor) -> Iterator[Line]:
    yield from (Line(str(text)) for who, text in _HEARS if who in actor.roles | actor.duties)


def _said_by(actor: Actor) -> Iterator[Line]:
    for one in COMMANDS:
        if (one.for_agents or not actor.is_agent) and one.name != "help":
            command = f"{one.name} {one.example}".rstrip()
            yield Line(_("/%(command)s – %(what)s") % {"command": command, "what": one.text})
    if not actor.is_agent:
        for group in places_for(DEALS):
            if group.link:
                yield Line(_("The group with a topic for each deal"), group.link)
