"""The limit app's database: ``python -m bench.limit.seed 10000``. Prints the session's cookie as JSON."""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import invented
from bench.plan import STAGES, place

EVENTS = 10


def main() -> None:
    """Make the tables, write deals with ten events each, sign somebody in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.limit.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    _write(int(sys.argv[1]))
    print(json.dumps({"session": _session()}))


def _write(total: int) -> None:
    from django.db import connection, transaction

    from bench.rows import Table, settle, stamp

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    deals, events, debts = Table("limit.Deal"), Table("limit.Event"), Table("limit.Debt")
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    event = 0
    for start in range(0, total, 5000):
        with transaction.atomic():
            for index in range(start, min(start + 5000, total)):
                where, said = place(index), invented.answers(index)
                at = stamp(now - timedelta(days=360) * (total - index) / total)
                stage = STAGES[where.stage] if where.status == "open" else where.status
                deals.add(
                    id=index + 1, title=said["request"], company=said["company"], email=said["email"], phone=said["phone"],
                    owner_id=where.owner, stage=stage, amount="1250000.00", received_at=at, stage_since=at,
                )  # fmt: skip
                for _ in range(EVENTS if index else 50):
                    event += 1
                    events.add(
                        id=event,
                        deal_id=index + 1,
                        at=at,
                        who=where.owner,
                        act="stage",
                        before="a",
                        after=stage,
                    )
            for table in (deals, events):
                table.write()
    with transaction.atomic():
        for number in range(10):
            debts.add(id=number + 1, deal_id=1, result=f"Разбор выгрузки номер {number}", due=stamp(now))
        debts.write()
    settle((deals, events, debts))


def _session() -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore

    person: Any = get_user_model()()
    person.username = "bench"
    person.set_unusable_password()
    person.save()
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return session.session_key or ""


if __name__ == "__main__":
    main()
