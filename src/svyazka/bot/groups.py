"""Groups: what is said there is never kept, only that something was; files go to the folder of the deal it belongs to."""

from datetime import datetime

from svyazka.bot.events import Chat, Said
from svyazka.bot.files import fetch_later
from svyazka.bot.people import Partner
from svyazka.presale.channels.heard import note_heard
from svyazka.presale.channels.queries import PlaceRow, places, places_for
from svyazka.presale.channels.values import DEAL, OF_THE_COMPANY


def heard(said: Said, partner: Partner | None, *, at: datetime) -> None:
    """Somebody wrote in a group of ours. Files of colleagues go to the deal's folder."""
    place = place_of(said.chat)
    if place is None or place.deal_id is None or partner is None or partner.actor.is_agent:
        return
    note_heard(deal_id=place.deal_id, person_id=partner.actor.me, at=at)
    for one in said.files:
        fetch_later(one, partner=partner, deal_id=place.deal_id)


def place_of(chat: Chat) -> PlaceRow | None:
    """The deal's place that this is."""
    return next(
        (
            one
            for one in places().values()
            if (one.channel, one.chat, one.thread) == (chat.channel, chat.id, chat.thread)
            and one.role == DEAL
            and one.gone_at is None
        ),
        None,
    )


def is_of_company(chat: Chat) -> bool:
    """Whether this is a group of the experts or of all deals."""
    ours = (place for role in OF_THE_COMPANY for place in places_for(role))
    return any((place.channel, place.chat) == (chat.channel, chat.id) for place in ours)
