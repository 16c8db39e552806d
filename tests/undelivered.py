"""What an administrator has to look after: a message that lies dead, an address at which nobody is."""

from datetime import datetime

from svyazka.presale.channels.commands import bind_place, say
from svyazka.presale.channels.outbox import take
from svyazka.presale.channels.port import Dead, Down, Gone, Limits, Outcome
from svyazka.presale.channels.settling import settle
from svyazka.presale.journal.values import SYSTEM


def outcome_at(chat: str, outcome: Outcome, at: datetime, person: int | None = None) -> tuple[int, int]:
    """A place and a message to it, of which this became. Returns the ids of both."""
    role = "deals" if person is None else "person"
    place = bind_place(
        channel="email", chat=chat, role=role, person_id=person, title=chat, actor=SYSTEM, at=at
    )
    say(place_id=place, kind="test", at=at)
    found = take(channel="email", limits=Limits(), worker="test", at=at, limit=100)
    (one,) = (one for one in found if one.place_id == place)
    settle(taken=one, outcome=outcome, worker="test", at=at)
    return place, one.id


def undelivered(at: datetime, person: int) -> dict[str, int]:
    """One dead message, one place that is gone, and a channel that rests."""
    _, message = outcome_at("team@svyazka.example", Dead("554 5.6.0 message refused"), at)
    place, _ = outcome_at("left@svyazka.example", Gone("550 5.1.1 no such user"), at, person)
    outcome_at("other@svyazka.example", Down(600, "ConnectionRefusedError"), at)
    return {"message": message, "place": place}
