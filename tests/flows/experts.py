"""An expert request and who could take it: ``python -m tests.flows.experts found 100``; what became of it, ``seen 60``."""

import json
import os
import sys
import time
from datetime import timedelta
from typing import Any

from svyazka.presale.journal.values import Actor

EXPERTS_CHAT = -1001234567890


def main() -> None:
    """Do what was asked, and print the result as JSON."""
    what, number = sys.argv[1], int(sys.argv[2])
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    sys.stdout.write(json.dumps({"found": _found, "seen": _seen}[what](number)))


def _found(count: int) -> Any:
    """Put an expert request up on the board, seen by the experts' group and by ``count`` experts in their own chats."""
    from django.apps import apps

    from svyazka.presale.people.queries import actor_by_id, directory

    mails = {person.email.partition("@")[0]: person for person in directory().people.values()}
    administrator = actor_by_id(mails["admin"].id, "web")
    assert administrator is not None
    experts = linked_experts(count, unit=mails["expert"].unit_id, administrator=administrator)
    deal = apps.get_model("presale.Deal").objects.latest("pk")
    return {"request": ask_for_one(deal.pk, administrator=administrator), "experts": experts}


def linked_experts(count: int, *, unit: int | None, administrator: Actor) -> list[dict[str, Any]]:
    """The experts' group, and so many experts with chats of their own."""
    from django.utils import timezone

    from svyazka.presale.channels.commands import bind_place
    from svyazka.presale.people.commands import Profile, save_person
    from svyazka.presale.people.queries import directory

    now = timezone.now()
    bind_place(channel="telegram", chat=str(EXPERTS_CHAT), role="experts", actor=administrator, at=now)
    experts = []
    for number in range(count):
        who = Profile(
            f"rope{number}@svyazka.example", f"Верёвкин{number}", "Иван", unit_id=unit, roles=("expert",), language="ru",
            skills=(("WMS", 2),),
        )  # fmt: skip
        pk = save_person(profile=who, actor=administrator, at=now)
        chat = 5_000_000 + pk
        bind_place(
            channel="telegram", chat=str(chat), role="person", person_id=pk, actor=administrator, at=now
        )
        experts.append({"id": pk, "name": directory().name(pk), "chat": chat})
    return experts


def ask_for_one(deal_id: int, *, administrator: Actor) -> int:
    """An expert request of a deal; its id."""
    from django.utils import timezone

    from svyazka.presale.experts.asking import Ask, ask_for_expert

    since = timezone.localdate() + timedelta(days=3)
    ask = Ask(
        kind="expert", competence="WMS", goal="Клиент видит, как считается партия", to_decide="хватит ли типовой",
        since=since, until=since + timedelta(days=4), minutes=240,
    )  # fmt: skip
    return ask_for_expert(deal_id=deal_id, ask=ask, actor=administrator, at=timezone.now())


def pressed(number: int, chat: int, request: int) -> dict[str, Any]:
    """Telegram's update: somebody has pressed "I take it" on the group's card."""
    return {
        "update_id": 9_000_000 + number,
        "callback_query": {
            "id": f"press-{number}", "from": {"id": chat, "is_bot": False, "first_name": "Иван"},
            "chat_instance": "1", "data": f"claim:{request}",
            "message": {
                "message_id": 1001, "date": 1_780_000_000, "text": "карточка",
                "chat": {"id": EXPERTS_CHAT, "type": "supergroup", "title": "Эксперты"},
            },
        },
    }  # fmt: skip


def _seen(patience: int) -> Any:
    """Wait until everything that was told is handled and all that isn't kept until the morning sent, and count."""
    from django.apps import apps
    from django.db.models import F

    from svyazka.presale.journal.queries import faults

    inbox, outbox = apps.get_model("presale.Incoming").objects, apps.get_model("presale.Message").objects
    waiting = inbox.filter(done_at=None, error="")
    unsent = outbox.filter(status="waiting", next_at__lt=F("created_at") + timedelta(minutes=1))
    end = time.monotonic() + patience
    while (waiting.exists() or unsent.exists()) and time.monotonic() < end:
        time.sleep(0.1)  # asked again until both are empty
    entries = apps.get_model("presale.Entry").objects
    return {
        "waiting": waiting.count(),
        "unsent": unsent.count(),
        "failed": list(inbox.exclude(error="").values_list("error", flat=True)),
        "taken": inbox.count(),
        "claims": apps.get_model("presale.Claim").objects.count(),
        "claimed": entries.filter(act="expert.claimed").count(),
        "by": apps.get_model("presale.Claim").objects.values_list("person_id", flat=True).first(),
        "faults": [str(fault) for fault in faults()],
    }


if __name__ == "__main__":
    main()
