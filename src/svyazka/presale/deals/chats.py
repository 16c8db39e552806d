"""A deal's own chat: who may bind a group to it, and take it off again; and with it every code that is said in a chat."""

from datetime import datetime

from svyazka.presale.channels.codes import CodeRefused, Redeemed, issue_code, redeem_code
from svyazka.presale.channels.commands import unbind_place
from svyazka.presale.channels.queries import places_for
from svyazka.presale.channels.values import DEAL
from svyazka.presale.deals.writing import deal_to_change
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, NotFound, Refusal
from svyazka.presale.people.queries import actor_by_id


@command
def issue_chat_code(*, deal_id: int, actor: Actor, at: datetime) -> str:
    """A one-time code with which the actor makes a group, or a topic of one, this deal's chat. It is shown this once.

    :raises DealClosed: a deal that has ended needs no chat
    :raises TooManyCodes: he has asked for more than he can need
    """
    deal, _role = deal_to_change(deal_id, actor, "deal.chat")
    return issue_code(purpose=DEAL, deal_id=deal.pk, actor=actor, at=at)


@command
def redeem_any_code(
    *, secret: str, channel: str, chat: str, sender: str, at: datetime, thread: str = "", title: str = "",
    link: str = "",
) -> Redeemed:  # fmt: skip
    """Use a code, whatever it is for; one of a deal's chat only while who asked for it may still bind a group there.

    :raises CodeRefused: see :func:`svyazka.presale.channels.codes.redeem_code`, as the others are
    :raises LinkedElsewhere: see there
    :raises BoundAlready: see there
    """
    made = redeem_code(
        secret=secret, channel=channel, chat=chat, sender=sender, at=at, thread=thread, title=title, link=link
    )
    if made.deal_id is not None:
        actor = actor_by_id(made.person_id, "chat")
        assert actor is not None  # else the code would have been refused
        try:
            deal_to_change(made.deal_id, actor, "deal.chat")
        except Refusal:  # he had a say when he asked for it, or the deal was open
            raise CodeRefused from None
    return made


@command
def unbind_chat(*, deal_id: int, place_id: int, actor: Actor, at: datetime) -> None:
    """Take a chat off the deal, be it closed or not.

    :raises NotFound: it isn't this deal's
    """
    deal, _role = deal_to_change(deal_id, actor, "deal.chat", may_be_closed=True)
    if place_id not in {place.id for place in places_for(DEAL, deal_id=deal.pk)}:
        raise NotFound
    unbind_place(place_id=place_id, actor=actor, at=at)
