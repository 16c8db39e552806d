"""Every event of a chat passes here, in one transaction with what it changes and what is answered."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import structlog
from django.utils import translation
from django.utils.translation import gettext as _

from svyazka.bot import experts, lead, mine, standing, start, tasks
from svyazka.bot.events import Answer, Event, Knocked, Moved, Pressed, Removed, Said
from svyazka.bot.files import fetch_later
from svyazka.bot.groups import heard, is_of_company
from svyazka.bot.help import tell_help
from svyazka.bot.people import LEAD, Partner, partner_of
from svyazka.bot.strangers import answer_stranger, stranger_words
from svyazka.presale.channels.settling import lose_chat, rename_chat
from svyazka.presale.channels.talks import TalkState, talk_at
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.values import Invalid, NotAllowed, NotFound, Refusal
from svyazka.presale.people.queries import directory
from svyazka.speech.reader import speaking_to
from svyazka.speech.refusals import field_errors, say

log = structlog.get_logger("svyazka.bot")

Words = Callable[[Partner, TalkState, str], None]
Press = Callable[[Partner, str], Answer]

_WORDS: Final[Mapping[str, Words]] = {
    "done": mine.kept_with,
    "hand": mine.handed,
    "ask": mine.asked,
    "why": experts.sent_over,
    "no": experts.refused,
    "more": experts.lacked,
    "back": experts.handed_back,
    "say": experts.said_verdict,
}
"""By what a talk is about, who takes the words that it waits for. On which deal, its ``deal`` says."""
_PRESSES: Final[Mapping[str, Press]] = {
    "my": mine.show,
    "owe": mine.show_one,
    "see": experts.show,
    "claim": experts.take,
    "send": experts.offer,
    "go": experts.send,
    "no": experts.ask_reason,
    "more": experts.ask_lack,
    "back": experts.ask_why_back,
    "say": experts.ask_verdict,
    "done": mine.done,
    "hand": mine.hand,
    "to": mine.hand_to,
    "ask": mine.ask,
}
"""By the verb of a button, what pressing it does. None of them is a partner agent's."""


def handle(event: Event, *, at: datetime) -> Answer | None:
    """Do what an event asks for. What is told at once comes back, everything else is queued.

    A refusal is an answer too; anything else that goes wrong is the caller's to put aside.
    """
    with moment(), translation.override(directory().language):
        match event:
            case Said():
                return _said(event, at)
            case Pressed():
                return _pressed(event, at)
            case Moved(channel, old, new):
                rename_chat(channel=channel, old=old, new=new, at=at)
            case Removed(chat):
                lose_chat(channel=chat.channel, chat=chat.id, because="removed", at=at)
            case Knocked(chat, sender) if is_of_company(chat):
                known = partner_of(channel=chat.channel, sender=sender, at=at)
                return Answer(let_in=known is not None and not known.actor.is_agent)
            case Knocked():  # not ours to decide, even where we happen to be an administrator
                return None
    return None


def _said(said: Said, at: datetime) -> Answer | None:
    command, words = said.command
    if command == "start":
        return start.begin(said, words, at=at)
    partner = partner_of(channel=said.chat.channel, sender=said.sender, at=at)
    if not said.chat.is_private:
        heard(said, partner, at=at)
        return None
    if partner is None:
        return answer_stranger(said.chat)
    with speaking_to(partner.reader):
        try:
            return _private(partner, said, command, words)
        except NotFound as refusal:
            partner.tell(say(refusal))
        except Refusal as refusal:
            errors = field_errors(refusal) if isinstance(refusal, Invalid) else {}
            partner.tell(say(refusal), *errors.values(), buttons=mine.cancelling())
    return None


def _private(partner: Partner, said: Said, command: str, words: str) -> Answer | None:
    if command == "unlink":
        return start.unlink(partner)
    if command:
        _command(partner, command, words)
        return None
    talk = talk_at(partner.place.id, at=partner.at)
    if talk is None and said.files and not partner.actor.is_agent:
        partner.tell(_("Which deal is it for? Say /deal and its number, then send the files once more."))
    elif talk is None:
        tell_help(partner, unasked=True)
    elif talk.state == LEAD:
        lead.take(partner, talk, said)
    elif partner.actor.is_agent:  # it was begun while he was one of ours
        _end(partner)
    elif talk.state == standing.STATE:
        _to_folder(partner, talk, said)
    elif talk.state in _WORDS:
        _words(partner, talk, said)
    else:  # it was begun by another version of ours
        _end(partner)
    return None


def _words(partner: Partner, talk: TalkState, said: Said) -> None:
    """The words that a talk waits for; what was sent along, and what an album still brings, goes to the deal's folder."""
    words = said.text.strip() or (_("See the attached files") if said.files else "")
    _WORDS[talk.state](partner, talk, words)
    if said.files:
        _to_folder(partner, TalkState(standing.STATE, {"deal": talk.data.get("deal")}), said)


def _end(partner: Partner) -> None:
    partner.talk(None)
    tell_help(partner)


def _command(partner: Partner, command: str, words: str) -> None:
    ours = not partner.actor.is_agent
    if command == "lead":
        lead.begin(partner, words)
    elif command == "leads":
        lead.tell_leads(partner)
    elif command == "my" and ours:
        mine.tell(partner)
    elif command == "deal" and ours:
        standing.tell(partner, words)
    elif command == "task" and ours:
        tasks.agree(partner, words)
    elif command == "experts" and ours:
        experts.tell(partner)
    elif command == "cancel":
        partner.talk(None)
        partner.tell(_("All right, forgotten."))
    else:
        tell_help(partner, unasked=command != "help")


def _to_folder(partner: Partner, talk: TalkState, said: Said) -> None:
    """Files that are sent after ``/deal`` go to its folder."""
    deal = talk.data.get("deal")
    if not said.files or not isinstance(deal, int):
        tell_help(partner, unasked=True)
        return
    for one in said.files:
        fetch_later(one, partner=partner, deal_id=deal)
    if not talk.data.get("told"):  # an album comes as many messages
        partner.talk(standing.STATE, deal=deal, told=True)
        number = rows_by_id([deal], viewer=partner.actor)[deal].number
        partner.tell(_("What you send here now goes to the folder of %(number)s") % {"number": number})


def _pressed(pressed: Pressed, at: datetime) -> Answer:
    partner = partner_of(channel=pressed.chat.channel, sender=pressed.sender, at=at)
    if partner is None:
        log.warning("a stranger pressed", channel=pressed.chat.channel, sender=pressed.sender)
        return Answer(stranger_words(), alert=True)
    verb, _sep, rest = pressed.code.partition(":")
    with speaking_to(partner.reader):
        try:
            if verb in {"lead", "talk"}:
                return _of_talk(partner, pressed.code)
            if verb not in _PRESSES or partner.actor.is_agent:
                return Answer(_("This button doesn’t work any more."), alert=True)
            return _PRESSES[verb](partner, rest)
        except Refusal as refusal:
            if isinstance(refusal, NotAllowed):
                # the button wasn't meant for him: he has seen another's, or forged it
                right = refusal.params.get("right")
                log.warning("press refused", person=partner.actor.me, verb=verb, right=right)
            return Answer(say(refusal)[:200], alert=True)


def _of_talk(partner: Partner, code: str) -> Answer:
    talk = talk_at(partner.place.id, at=partner.at)
    if code == "lead:new":
        lead.begin(partner, "")
    elif code == "talk:cancel":
        partner.talk(None)
        partner.tell(_("All right, forgotten."))
    elif talk is None or talk.state != LEAD or not lead.press(partner, talk, code.removeprefix("lead:")):
        return Answer(_("This button doesn’t work any more."), alert=True)
    return Answer()
