"""Meetings to measure: ``python -m bench.room BUSY NUMBERS`` within the product's settings.

The busy deal has one under way, with notes; each of the deals with these numbers has one that is planned. Prints as JSON the
meeting under way, its revision, and the address that the client of the first planned one was given.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

NOTES: Final = 40
POINTS: Final = 8


def main() -> None:
    """Plan them all, begin the one."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    print(json.dumps(room(sys.argv[1], json.loads(sys.argv[2]))))


def room(busy: str, numbers: list[str]) -> dict[str, Any]:
    """The meetings; nothing of them waits to be sent."""
    from django.apps import apps
    from django.utils import timezone

    from svyazka.presale.meetings.asking import ask_client
    from svyazka.presale.meetings.doors import token_of
    from svyazka.presale.meetings.room import Written, begin, jot_down
    from svyazka.presale.people.queries import actor_by_id

    people = {card.email.partition("@")[0]: card.id for card in _people()}
    manager, boss = actor_by_id(people["manager0"], "web"), actor_by_id(people["admin"], "web")
    assert manager is not None
    assert boss is not None
    now = timezone.now()
    found = apps.get_model("presale.Deal").objects.values_list("year", "serial", "pk")
    ids = {f"{year}-{serial:04d}": pk for year, serial, pk in found}
    planned = [
        _planned(ids[number], boss, expert=people["expert0"], at=now, day=day)
        for day, number in enumerate(numbers, 1)
    ]
    ask_client(meeting_id=planned[0], guests=[0], actor=boss, at=now)
    running = _planned(ids[busy], manager, expert=people["expert0"], at=now, day=0)
    begin(meeting_id=running, actor=manager, at=now)
    kinds = ("note", "decision", "parked")
    for number in range(NOTES):
        jotted = Written(
            uuid4(),
            kinds[number % 3],
            f"Записано под номером {number}",
            point=number % POINTS,
            asker="Иванов",
        )
        jot_down(meeting_id=running, written=jotted, actor=manager, at=now)
    apps.get_model("presale.Message").objects.all().delete()
    door = apps.get_model("presale.Door").objects.get(meeting_id=planned[0])
    meeting = apps.get_model("presale.Meeting").objects.get(pk=running)
    return {"running": running, "revision": meeting.revision, "door": token_of(door)}


def _people() -> Any:
    from svyazka.presale.people.queries import directory

    return directory().people.values()


def _planned(deal_id: int, actor: Any, *, expert: int, at: Any, day: int) -> int:
    """A client meeting with its whole plan."""
    from svyazka.presale.meetings.drafts import Draft, DraftGuest, DraftPoint
    from svyazka.presale.meetings.planning import change_plan, plan_meeting
    from svyazka.presale.meetings.queries import meeting_page

    meeting_id = plan_meeting(deal_id=deal_id, agenda="first_meeting", actor=actor, at=at)
    plan = Draft(
        our_goal="Клиент называет три задачи, которые решаем первыми",
        client_goal="Понять, как система считает себестоимость партии",
        place="Офис клиента, Лесная, 7", starts_at=at + timedelta(days=day, hours=1), minutes=75,
        points=tuple(DraftPoint(8, f"Вопрос {number}", "delivery", expert) for number in range(POINTS)),
        ours={actor.me: frozenset({"moderator"}), expert: frozenset({"delivery", "minutes"})},
        theirs=(
            DraftGuest("Ольга Лескова", "директор", decides=True, email="leskova@client.example"),
            *(DraftGuest(f"Гость {number}", "начальник цеха") for number in range(4)),
        ),
        criteria=("Клиент сам назвал дату следующего шага", "Названы три задачи"),
    )  # fmt: skip
    seen = meeting_page(meeting_id=meeting_id, viewer=actor).revision
    change_plan(meeting_id=meeting_id, draft=plan, seen=seen, actor=actor, at=at)
    return meeting_id


if __name__ == "__main__":
    main()
