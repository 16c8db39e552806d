"""Colleagues who hand leads in by the bot: ``python -m tests.flows.leads people 40``; what became of it, ``seen 200``."""

import json
import os
import sys
import time
from collections import Counter
from typing import Any

PATIENCE = 120.0


def main() -> None:
    """Do what was asked, and print the result as JSON."""
    what, number = sys.argv[1], int(sys.argv[2])
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    sys.stdout.write(json.dumps({"people": _people, "seen": _seen}[what](number)))


def _people(count: int) -> Any:
    """So many programmers, each with his own chat; gives the chats."""
    from django.db import transaction
    from django.utils import timezone

    from svyazka.presale.channels.commands import bind_place
    from svyazka.presale.journal.values import Actor
    from svyazka.presale.people.commands import Profile, save_person
    from svyazka.presale.people.queries import directory

    now = timezone.now()
    (chief,) = (one.id for one in directory().people.values() if one.email.startswith("admin@"))
    administrator = Actor(chief, "web", duties=frozenset({"administrator"}))
    chats = []
    with transaction.atomic():
        for number in range(count):
            profile = Profile(f"author{number}@svyazka.example", "Авторов", "Иван", roles=("lead_generator",))
            pk = save_person(profile=profile, actor=administrator, at=now)
            chats.append(5_000_000 + pk)
            bind_place(
                channel="telegram", chat=str(chats[-1]), role="person", person_id=pk, actor=Actor(pk, "web"), at=now
            )  # fmt: skip
    return chats


def _seen(updates: int) -> Any:
    """Wait until so many updates are taken and handled, and count what came of them."""
    from django.apps import apps

    from svyazka.presale.journal.queries import faults

    inbox = apps.get_model("presale.Incoming").objects
    deals = apps.get_model("presale.Deal").objects.filter(source="telegram")
    replies = apps.get_model("presale.Message").objects.filter(kind="reply")
    end = time.monotonic() + max(PATIENCE, updates)
    while inbox.exclude(done_at=None).count() < updates and time.monotonic() < end:
        time.sleep(0.1)  # asked again until all are done
    return {
        "taken": inbox.count(),
        "waiting": inbox.filter(done_at=None).count(),
        "failed": list(inbox.exclude(error="").values_list("error", flat=True)),
        "attempts": max(inbox.values_list("attempts", flat=True)),
        "leads": sorted(deals.values_list("title", "client__name")),
        "replies": Counter(replies.values_list("place__chat", flat=True)),
        "faults": [str(fault) for fault in faults()],
    }


if __name__ == "__main__":
    main()
