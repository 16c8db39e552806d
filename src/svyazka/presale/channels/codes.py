"""One-time codes: shown on a page to who is signed in, said in a chat, and with that the chat is his, or the group's ours."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from svyazka.presale.channels.commands import bind_place, unbind
from svyazka.presale.channels.models import Code, Place, Way
from svyazka.presale.channels.queries import channels_on
from svyazka.presale.channels.values import DEAL, EXPERTS, MOVED, OF_THE_COMPANY, PERSON, ROLES, UNBOUND
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid
from svyazka.presale.people.queries import actor_by_id, directory, secret_digest
from svyazka.presale.people.rights import may, require

LIFE: Final = timedelta(minutes=10)
MOST_AN_HOUR: Final = 20
"""Codes of one person: far more than anybody needs, far fewer than a script would make."""
KEPT: Final = timedelta(days=1)
"""How long a code's row is kept, used or not."""


class CodeRefused(Invalid):
    """The code isn't one, was used, has expired, or is somebody else's: all the same to whoever tries."""

    code = "code_refused"


class LinkedElsewhere(Conflict):
    """This chat is another person's already."""

    code = "linked_elsewhere"


class BoundAlready(Conflict):
    """This group has another meaning already; nobody takes it over by speaking in it."""

    code = "bound_already"


class TooManyCodes(Conflict):
    """The person has asked for more codes within an hour than he can need."""

    code = "too_many_codes"


@command
def issue_code(
    *,
    purpose: str,
    actor: Actor,
    at: datetime,
    unit_id: int | None = None,
    deal_id: int | None = None,
) -> str:
    """Make a code for the actor. Returns it; it is shown this once. Those he had for the same purpose end.

    One's own chat needs no right; a group for the experts or for all deals an administrator's. Whether somebody may bind
    a group to a deal is asked by who knows the deal: ``deals/chats.py``, and nobody else asks for such a code.

    :param unit_id: whose deals' requests a group of experts sees; None for all
    :param deal_id: of a deal's chat, and of nothing else
    :raises TooManyCodes: see there
    """
    if purpose not in ROLES or actor.person_id is None or (purpose == DEAL) != (deal_id is not None):
        raise Invalid(errors={"purpose": "unknown_choice"})
    if unit_id is not None and (purpose != EXPERTS or unit_id not in directory().units):
        raise Invalid(errors={"unit": "unknown_choice"})
    if purpose in OF_THE_COMPANY:
        require(actor, "channels.mend")
    mine = Code.objects.filter(person_id=actor.me)
    if mine.filter(created_at__gt=at - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise TooManyCodes
    secret = secrets.token_urlsafe(24)
    # ended, not deleted: their rows are what is counted
    mine.filter(purpose=purpose, deal_id=deal_id, used_at=None, expires_at__gt=at).update(expires_at=at)
    Code.objects.create(
        digest=secret_digest(secret), purpose=purpose, person_id=actor.me, unit_id=unit_id, deal_id=deal_id, created_at=at,
        expires_at=at + LIFE,
    )  # fmt: skip
    return secret


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a code has made of a chat."""

    place_id: int
    purpose: str
    person_id: int
    deal_id: int | None


@command
def redeem_code(
    *, secret: str, channel: str, chat: str, sender: str, at: datetime, thread: str = "", title: str = "",
    link: str = "",
) -> Redeemed:  # fmt: skip
    """Use a code that was said in a chat.

    :param chat: where it was said; for a person's own chat the same as ``sender``
    :param sender: who said it, by the channel's own name of him. A group is bound only by who asked for the code
    :raises CodeRefused: see there
    :raises LinkedElsewhere: see there
    :raises BoundAlready: see there
    """
    found = Code.objects.select_for_update().filter(digest=secret_digest(secret), used_at=None).first()
    if found is None or found.expires_at <= at:
        raise CodeRefused
    actor = actor_by_id(found.person_id, "chat")
    if actor is None or (found.purpose == PERSON) != (chat == sender):
        raise CodeRefused
    where = thread if found.purpose == DEAL else ""
    if found.purpose == PERSON:
        _refuse_other(channel, chat, found.person_id)
    elif person_at(channel=channel, chat=sender) != found.person_id:
        raise CodeRefused
    elif found.purpose in OF_THE_COMPANY and not may(actor, "channels.mend"):
        raise CodeRefused  # he was an administrator when he asked for it
    else:
        _refuse_taken(found, channel, chat, where)
    Code.objects.filter(pk=found.pk).update(used_at=at)
    if found.purpose == PERSON:
        _leave_other_chats(channel, chat, found.person_id, at)
    place = bind_place(
        channel=channel, chat=chat, thread=where, role=found.purpose, actor=actor, at=at,
        person_id=found.person_id if found.purpose == PERSON else None, unit_id=found.unit_id,
        deal_id=found.deal_id, title=title, link=link,
    )  # fmt: skip
    return Redeemed(place, found.purpose, found.person_id, found.deal_id)


@command
def burn_overheard(*, secret: str, at: datetime) -> None:
    """A code of somebody's own chat was said where others read, and any of them could say it in his: it ends."""
    found = Code.objects.filter(digest=secret_digest(secret), purpose=PERSON, used_at=None, expires_at__gt=at)
    found.update(expires_at=at)


def _refuse_other(channel: str, chat: str, person_id: int) -> None:
    known = Place.objects.filter(channel=channel, chat=chat, thread="", gone_at=None, role=PERSON).first()
    if known is not None and known.person_id != person_id:
        raise LinkedElsewhere


def _refuse_taken(code: Code, channel: str, chat: str, thread: str) -> None:
    """Whoever may bind a group to his deal could else take the experts' board away, or another deal's chat."""
    bound = Place.objects.filter(channel=channel, chat=chat, thread=thread)
    there = bound.exclude(
        gone_because__in=(UNBOUND, MOVED)
    ).first()  # shown out and let in again, it is what it was
    if there is not None and (there.role, there.deal_id) != (code.purpose, code.deal_id):
        raise BoundAlready


def _leave_other_chats(channel: str, chat: str, person_id: int, at: datetime) -> None:
    """A person has one chat a channel: the one he linked last."""
    others = Place.objects.filter(channel=channel, role=PERSON, person_id=person_id).exclude(chat=chat)
    unbind(others, at=at)


def person_at(*, channel: str, chat: str) -> int | None:
    """Whose chat this is; None for a stranger and for who has unlinked it."""
    mine = Place.objects.filter(channel=channel, chat=chat, thread="", role=PERSON, gone_at=None)
    return mine.values_list("person_id", flat=True).first()


def doors() -> dict[str, dict[str, str]]:
    """By channel that is on, the addresses that begin something there, with ``{code}`` in them."""
    found = Way.objects.filter(pk__in=channels_on()).exclude(doors={})
    return dict(found.values_list("channel", "doors"))


@command
def open_doors(*, channel: str, doors: dict[str, str]) -> None:
    """A channel's own process says by which addresses it can be begun."""
    Way.objects.update_or_create(channel=channel, defaults={"doors": doors})


def forget_codes(*, at: datetime) -> int:
    """Delete the rows of codes that nobody can use or count any more. Returns how many."""
    return Code.objects.filter(created_at__lt=at - KEPT).delete()[0]
