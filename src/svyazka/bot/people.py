"""Who is in the chat, and how he is answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from svyazka.presale.channels.codes import person_at
from svyazka.presale.channels.commands import say
from svyazka.presale.channels.content import packed
from svyazka.presale.channels.port import Action, Content, Line, Section
from svyazka.presale.channels.queries import PlaceRow, chats_of
from svyazka.presale.channels.talks import TalkState, set_talk, talk_at
from svyazka.presale.channels.values import REPLY
from svyazka.presale.journal.values import Actor, Conflict
from svyazka.presale.people.queries import actor_by_id, directory
from svyazka.speech.reader import Reader

LEAD: Final = "lead"
"""The talk in which a request is handed in."""
Buttons = tuple[tuple[Action, ...], ...]


class LeadUnderWay(Conflict):
    """A request is being handed in; another talk would take its place."""

    code = "lead_under_way"


@dataclass(frozen=True, slots=True)
class Partner:
    """One of ours in a chat: he as an actor, his own chat with us, and his words and clock."""

    actor: Actor
    place: PlaceRow
    reader: Reader
    at: datetime

    def tell(
        self, title: str, *lines: Line | str, buttons: Buttons = (), sections: tuple[Section, ...] = ()
    ) -> None:
        """Queue a reply to his own chat, in the transaction of what it tells of."""
        said = tuple(one if isinstance(one, Line) else Line(one) for one in lines)
        first = (Section("", said),) if said else ()
        content = Content(
            title=title, sections=(*first, *sections), actions=buttons, language=self.reader.language
        )
        say(place_id=self.place.id, kind=REPLY, data=packed(content), at=self.at)

    def talk(self, state: str | None, **data: Any) -> None:
        """Let his chat be about this from now on; None ends it."""
        set_talk(self.place.id, TalkState(state, data) if state else None, at=self.at)

    def turn_to(self, state: str, **data: Any) -> None:
        """Let his chat be about this, unless he is handing a request in: a press must not lose what he has said.

        :raises LeadUnderWay: he is
        """
        if self.hands_in():
            raise LeadUnderWay
        self.talk(state, **data)

    def hands_in(self) -> bool:
        """Whether a request is being said in his chat."""
        talk = talk_at(self.place.id, at=self.at)
        return talk is not None and talk.state == LEAD


def partner_of(*, channel: str, sender: str, at: datetime) -> Partner | None:
    """Who of ours this is; None for a stranger, and for who has left or unlinked his chat."""
    person = person_at(channel=channel, chat=sender)
    actor = actor_by_id(person, "chat") if person else None
    if actor is None:
        return None
    return _partner(
        actor,
        next((one for one in chats_of(actor.me) if one.channel == channel and one.chat == sender), None),
        at,
    )


def partner_at(*, place_id: int, person_id: int, at: datetime) -> Partner | None:
    """Somebody of ours in his own chat; None if he has left or unlinked it."""
    actor = actor_by_id(person_id, "chat")
    if actor is None:
        return None
    mine = (one for one in chats_of(person_id) if one.id == place_id and one.gone_at is None)
    return _partner(actor, next(mine, None), at)


def _partner(actor: Actor, place: PlaceRow | None, at: datetime) -> Partner | None:
    if place is None:
        return None
    card = directory().people[actor.me]
    return Partner(actor, place, Reader(card.id, card.language, card.time_zone), at)


def number_of(text: str) -> int | None:
    """An id out of a button's code; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
