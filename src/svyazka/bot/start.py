"""Beginning: who somebody is, what a group is for, and what can be said here."""

from datetime import datetime

from django.utils.translation import gettext as _

from svyazka.bot.events import Answer, Said
from svyazka.bot.help import tell_help
from svyazka.bot.people import Partner, partner_of
from svyazka.bot.strangers import MINUTE, answer_stranger, is_first
from svyazka.presale.channels.codes import (
    BoundAlready,
    CodeRefused,
    LinkedElsewhere,
    Redeemed,
    burn_overheard,
    doors,
)
from svyazka.presale.channels.commands import unbind_place
from svyazka.presale.channels.port import Line
from svyazka.presale.channels.values import DEALS, EXPERTS, PERSON
from svyazka.presale.deals.chats import redeem_any_code
from svyazka.presale.people.queries import directory
from svyazka.speech.reader import address, speaking_to


def begin(said: Said, code: str, *, at: datetime) -> Answer | None:
    """``/start CODE``: link a private chat to a person, or bind a group; without a code, say who we are."""
    partner = partner_of(channel=said.chat.channel, sender=said.sender, at=at)
    if not said.chat.is_private:
        burn_overheard(secret=code, at=at)
    if not said.chat.is_private and not _is_answered_in_group(said, code, partner):
        return None
    if not code:
        return answer_stranger(said.chat) if partner is None else _helped(partner)
    try:
        made = redeem_any_code(
            secret=code, channel=said.chat.channel, chat=said.chat.id, sender=said.sender, at=at,
            thread=said.chat.thread, title=said.chat.title, link=said.chat.link,
        )  # fmt: skip
    except CodeRefused:
        return _refused(said, partner)
    except LinkedElsewhere:
        return Answer(_("This chat is linked to another colleague. Unlink it there first: /unlink."))
    except BoundAlready:
        return Answer(_("This group is in use for something else already. Unbind it on our pages first."))
    return _greeted(said, made, at)


def _is_answered_in_group(said: Said, code: str, partner: Partner | None) -> bool:
    """Only a colleague who says a code to us is: clients read there, too."""
    return bool(code) and partner is not None and not partner.actor.is_agent and not _is_for_another(said)


def _refused(said: Said, partner: Partner | None) -> Answer | None:
    if partner is None and not is_first("code", said.chat, within=MINUTE):
        return None
    return Answer(
        _("This code doesn’t work: it may have been used, or be older than ten minutes. Get a new one.")
    )


def _is_for_another(said: Said) -> bool:
    """Whether it names another bot of the group. Our own name is known by the addresses that begin us, once we have any."""
    ours = doors().get(said.chat.channel, {}).get("group", "").casefold()
    return bool(ours and said.addressee) and f"/{said.addressee}?" not in ours


def _helped(partner: Partner) -> Answer:
    with speaking_to(partner.reader):
        tell_help(partner)
    return Answer()


def _greeted(said: Said, made: Redeemed, at: datetime) -> Answer:
    if made.purpose == PERSON:
        partner = partner_of(channel=said.chat.channel, sender=said.sender, at=at)
        assert partner is not None  # the code has just linked him
        with speaking_to(partner.reader):
            partner.tell(
                _("You are linked, %(name)s.") % {"name": directory().name(made.person_id)},
                _("Here you hear what you owe, and can answer right away."),
                Line(_("Why this exists and what you get"), address("/first-week/")),
            )
            tell_help(partner)
        return Answer()
    if made.purpose == EXPERTS:
        return Answer(_("This group sees expert requests from now on. Whoever takes one first has it."))
    if made.purpose == DEALS:
        return Answer(_("Each new deal gets a topic here from now on."))
    return Answer(_("This chat belongs to the deal now. Files sent here go to its folder."))


def unlink(partner: Partner) -> Answer:
    """``/unlink``: this chat is nobody's any more."""
    unbind_place(place_id=partner.place.id, actor=partner.actor, at=partner.at)
    return Answer(_("The chat is unlinked: nothing more comes here. You can link it again at any time."))
