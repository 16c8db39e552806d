"""A messenger that is on and has answered: its doors, a linked person, groups, a deal's chat, something not understood."""

from datetime import datetime

from svyazka.presale.channels.codes import open_doors
from svyazka.presale.channels.commands import bind_place
from svyazka.presale.channels.incoming import TRIES, next_told, put_down, receive
from svyazka.presale.journal.values import SYSTEM

DOORS = {
    "person": "https://t.me/svyazka_test_bot?start={code}",
    "group": "https://t.me/svyazka_test_bot?startgroup={code}&admin=manage_topics+pin_messages+invite_users",
}


def answer(channel: str = "telegram") -> None:
    """The bot has told by which addresses it is begun."""
    open_doors(channel=channel, doors=DOORS)


def linked(person: int, at: datetime) -> int:
    """A person's own chat."""
    return bind_place(
        channel="telegram", chat=str(5_000_000 + person), role="person", person_id=person, actor=SYSTEM, at=at
    )


def grouped(
    role: str, at: datetime, *, chat: str = "-100200", deal: int | None = None, unit: int | None = None
) -> int:
    """A group with this meaning."""
    return bind_place(
        channel="telegram", chat=chat, role=role, deal_id=deal, unit_id=unit, title="Эксперты и сделки", actor=SYSTEM,
        at=at, link=f"https://t.me/c/{chat.removeprefix('-100')}",
    )  # fmt: skip


def not_understood(at: datetime) -> int:
    """Something that failed as often as may be, so that it lies aside."""
    receive(channel="telegram", source="7001", raw={"update_id": 7001}, at=at)
    tried = 0
    for _ in range(TRIES):
        told = next_told(channel="telegram")
        assert told is not None
        put_down(told_id=told.id, error="KeyError: 'message'")
        tried = told.id
    return tried
