"""Notices for the test of delivery: ``python -m tests.flows.notices tell email 500``, and what is left of them, ``left 60``."""

import json
import os
import sys
import time
from typing import Any

EACH = 10
"""Notices that a reader is told: few, since a messenger takes one a second for one chat."""


def main() -> None:
    """Do what was asked, and print the result as JSON."""
    what, *arguments = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    told = _tell(arguments[0], int(arguments[1])) if what == "tell" else _left(int(arguments[0]))
    sys.stdout.write(json.dumps(told))


def _tell(channel: str, count: int) -> Any:
    """Tell each reader in turn of overdue work: his first notice names the first of them, his second the second."""
    from django.apps import apps
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    settings.CHANNELS = (channel,)
    from svyazka.presale.channels.commands import bind_place
    from svyazka.presale.journal.commands import lock_journal
    from svyazka.presale.journal.moment import command
    from svyazka.presale.journal.values import SYSTEM, Actor
    from svyazka.presale.notices.commands import notify, set_wishes
    from svyazka.presale.people.commands import Profile, save_person
    from svyazka.presale.people.queries import directory

    now = timezone.now()
    (chief,) = (one.id for one in directory().people.values() if one.email.startswith("admin@"))
    administrator = Actor(chief, "web", duties=frozenset({"administrator"}))
    # nothing else is told: on a Monday the week in figures would be, to whoever has a duty
    for one in directory().active():
        set_wishes(choices={}, quiet=None, digest_at=None, actor=Actor(one.id, "web"), at=now)

    def reader(number: int) -> int:
        profile = Profile(f"reader{number}@svyazka.example", f"Читатель{number:04}", "Иван", language="ru")
        pk = save_person(profile=profile, actor=administrator, at=now)
        own = Actor(pk, "web")
        set_wishes(choices={}, quiet=None, digest_at=None, actor=own, at=now)
        if channel == "telegram":
            bind_place(
                channel=channel, chat=str(5_000_000 + pk), role="person", person_id=pk, actor=own, at=now
            )
        return pk

    @command
    def tell(turn: int) -> None:
        lock_journal()
        notify(
            people=[(readers[turn % len(readers)], "performer")], kind="commitment.overdue", deal_id=None,
            data={"term": "first_response", "performer": readers[turn // len(readers)]}, actor=SYSTEM, at=timezone.now(),
        )  # fmt: skip

    with transaction.atomic():
        readers = [reader(number) for number in range(count // EACH)]
        apps.get_model("presale.Message").objects.all().delete()
        for turn in range(count):
            tell(turn)
    return {"messages": apps.get_model("presale.Message").objects.count()}


def _left(patience: int) -> Any:
    """Wait until nothing waits, and count."""
    from django.apps import apps
    from django.db.models import Sum

    found = apps.get_model("presale.Message").objects
    end = time.monotonic() + patience
    while found.filter(status="waiting").exists() and time.monotonic() < end:
        time.sleep(0.1)  # asked again until the queue is empty
    return {
        "waiting": found.filter(status="waiting").count(),
        "dead": found.filter(status="dead").count(),
        "sent": found.filter(status="sent").count(),
        "repeats": found.aggregate(all=Sum("repeats"))["all"],
    }


if __name__ == "__main__":
    main()
