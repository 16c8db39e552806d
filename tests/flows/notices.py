"""Notices for the test of delivery: ``python -m tests.flows.notices tell 500``, and what is left of them, ``left 60``."""

import json
import os
import sys
import time
from typing import Any


def main() -> None:
    """Do what was asked, and print the result as JSON."""
    what, number = sys.argv[1], int(sys.argv[2])
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    sys.stdout.write(json.dumps({"tell": _tell, "left": _left}[what](number)))


def _tell(count: int) -> Any:
    """Tell everybody of overdue work in turn, by day for all of them."""
    from django.conf import settings
    from django.db import transaction
    from django.utils import timezone

    settings.CHANNELS = ("email",)
    from django.apps import apps

    from svyazka.presale.journal.commands import lock_journal
    from svyazka.presale.journal.moment import command
    from svyazka.presale.journal.values import SYSTEM, Actor
    from svyazka.presale.notices.commands import notify, set_wishes
    from svyazka.presale.people.queries import directory

    people = sorted(directory().people)
    for person in people:
        set_wishes(choices={}, quiet=None, digest_at=None, actor=Actor(person, "web"), at=timezone.now())

    @command
    def tell(turn: int) -> None:
        lock_journal()
        notify(
            people=[(people[turn % len(people)], "performer")], kind="commitment.overdue", deal_id=None,
            data={"term": "first_response", "performer": people[0]}, actor=SYSTEM, at=timezone.now(),
        )  # fmt: skip

    apps.get_model("presale.Message").objects.all().delete()
    with transaction.atomic():
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
