"""A database of the product with so many deals: ``python -m bench.seed 10000`` within the product's settings.

Prints as JSON what the client needs: a session's cookie, a token, the numbers of a few deals.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any


def main() -> None:
    """Migrate, make the company, write the deals, sign a manager in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svyazka.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from svyazka.config.cli.database import prepare

    prepare()
    call_command("collectstatic", interactive=False, verbosity=0)
    told = seed(int(sys.argv[1]), int(sys.argv[2]))
    prepare()  # as every start of the product does
    print(json.dumps(told))


def seed(total: int, stock: int) -> dict[str, Any]:
    """Fill the empty database.

    :param total: deals of the plan
    :param stock: deals besides, ready to leave the first stage
    """
    from django.db import connection, transaction

    from bench.company import found
    from bench.deals import Deals
    from bench.plan import Place
    from bench.rows import settle

    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")  # what is lost here is written anew in a minute
    staff = found(now - timedelta(days=366))
    deals = Deals(staff, now, total)
    deals.ids["Entry"] = _highest("presale.Entry")
    ready = []
    for start in range(0, total + stock, 2000):
        with transaction.atomic():
            for index in range(start, min(start + 2000, total + stock)):
                path = deals.add(index, Place(7, 0, "open") if index >= total else None)
                if index >= total:
                    ready.append(path)
            deals.flush()
    settle(deals.tables.values())
    busy = _busy_deal(staff, now)
    return {"busy": busy, "ready": ready, "owner": staff.managers[0], **_keys(staff, now)}


def _highest(label: str) -> int:
    from django.apps import apps

    return apps.get_model(label).objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _busy_deal(staff: Any, now: datetime) -> str:
    """A deal with about fifty events and ten commitments, by the product's own commands."""
    from bench import invented
    from svyazka.presale.commitments.commands import keep, open_commitment
    from svyazka.presale.deals.commands import (
        accept_request,
        confirm_no_duplicate,
        receive_request,
        say_contacted,
    )
    from svyazka.presale.deals.seats import appoint
    from svyazka.presale.people.queries import actor_by_id

    window, manager = actor_by_id(staff.dispatcher, "web"), actor_by_id(staff.managers[0], "web")
    assert window is not None
    assert manager is not None
    at = now - timedelta(days=20)
    said: Any = invented.answers(invented.NAMES - 1)
    got = receive_request(answers=said, actor=window, at=at, source="сайт", sure=True)
    say_contacted(deal_id=got.deal_id, how="позвонили, договорились о созвоне", actor=window, at=at)
    confirm_no_duplicate(deal_id=got.deal_id, actor=window, at=at)
    accept_request(
        deal_id=got.deal_id, actor=window, at=at, manager_id=staff.managers[0], unit_id=staff.units[0]
    )
    for role, person in (("expert", staff.experts[0]), ("estimator", staff.estimators[0])):
        appoint(deal_id=got.deal_id, person_id=person, role=role, actor=manager, at=at)
    for number in range(14):
        at += timedelta(hours=9)
        one = open_commitment(
            deal_id=got.deal_id, performer_id=staff.experts[0], result=f"Разбор выгрузки номер {number}",
            due_at=now + timedelta(days=number + 1), actor=manager, at=at,
        )  # fmt: skip
        if number < 7:
            keep(commitment_id=one, actor=manager, at=at + timedelta(hours=3), note="разобрали, файл в папке")
    while _length(got.deal_id) < 50:
        at += timedelta(hours=1)
        say_contacted(deal_id=got.deal_id, how="переписка о сроках встречи", actor=manager, at=at)
    return got.number.partition("-")[2]


def _length(chain: int) -> int:
    from svyazka.presale.journal.queries import timeline

    return len(timeline(chain=chain, with_details=False))


def _keys(staff: Any, now: datetime) -> dict[str, str]:
    """A token of the manager who finishes stages, and a signed-in session of the one who looks at pages."""
    from django.apps import apps
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from svyazka.presale.people.commands import issue_token
    from svyazka.presale.people.queries import actor_by_id

    actor = actor_by_id(staff.managers[7], "cli")
    assert actor is not None
    token = issue_token(
        person_id=staff.managers[7], name="bench", scopes=("deals:read", "deals:write", "requests:write"),
        actor=actor, at=now,
    )  # fmt: skip
    person: Any = apps.get_model("presale.Person").objects.get(pk=staff.managers[0])
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return {"token": token, "session": session.session_key or ""}


if __name__ == "__main__":
    main()
