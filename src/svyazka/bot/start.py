"""Beginning: who somebody is, what a group is for, and what can be said here."""

from datetime import datetime

from django.utils.translation import gettext as _

from svyazka.bot.events import Answer, Said
from svyazka.bot.help import tell_help
from svyazka.bot.people import Partner, partner_of, stranger_words
from svyazka.presale.channels.codes import BoundAlready, CodeRefused, LinkedElsewhere, Redeemed
from svyazka.presale.channels.commands import unbind_place
from svyazka.presale.channels.values import DEALS, EXPERTS, PERSON
from svyazka.presale.deals.chats import redeem_any_code
from svyazka.presale.people.queries import directory
from svyazka.speech.reader import speaking_to


def begin(said: Said, code: str, *, at: datetime) -> Answer:
    """``/start CODE``: link a private chat to a person, or bind a group; without a code, say who we are."""
    if not code:
        partner = partner_of(channel=said.chat.channel, sender=said.sender, at=at)
        if partner is None:
            return Answer(stranger_words())
        tell_help(partner)
        return Answer()
    try:
        made = redeem_any_code(
            secret=code, channel=said.chat.channel, chat=said.chat.id, sender=said.sender, at=at,
            thread=said.chat.thread, title=said.chat.title, link=said.chat.link,
        )  # fmt: skip
    except CodeRefused:
        return Answer(
            _("This code doesn’t work: it may have been used, or be older than ten minutes. Get a new one.")
        )
    except LinkedElsewhere:
        return Answer(_("This chat is linked to another colleague. Unlink it there first: /unlink."))
    except BoundAlready:
        return Answer(_("This group is in use for something else already. Unbind it on our pages first."))
    return _greeted(said, made, at)


def _greeted(said: Said, made: Redeemed, at: datetime) -> Answer:
    if made.purpose == PERSON:
        partner = partner_of(channel=said.chat.channel, sender=said.sender, at=at)
        assert partner is not None  # the code has just linked him
        with speaking_to(partner.reader):
            partner.tell(
                _("You are linked, %(name)s.") % {"name": directory().name(made.person_id)},
                _("Here you hear what you owe, and can answer right away."),
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
