"""A database as a release had it. ``python -m tests.flows.released``:

``load FILE`` fills an empty one, with the tables of that time; ``back`` takes the last migration back; ``pages`` asks for
pages as several people. Each prints JSON.
"""

import json
import lzma
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def load(file: str) -> Any:
    """Make the tables that the release had and put its rows in, through the models of that time."""
    from django.core.management import call_command
    from django.core.management.color import no_style
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    kept = json.loads(lzma.decompress(Path(file).read_bytes()))
    call_command("migrate", "presale", kept["migration"], verbosity=0)
    models = MigrationExecutor(connection).loader.project_state(("presale", kept["migration"])).apps
    with transaction.atomic():  # until its end nobody asks whether all that is pointed at is there
        for name, (columns, *rows) in kept["rows"].items():
            model = models.get_model("presale", name)
            fields = {field.attname: field for field in model._meta.concrete_fields}
            assert set(columns) == set(fields), f"{name} is not what {kept['migration']} makes"
            model._default_manager.bulk_create(
                [model(**{column: fields[column].to_python(value) for column, value in zip(columns, row, strict=True)})
                 for row in rows], batch_size=100,
            )  # fmt: skip
        with connection.cursor() as cursor:
            ours = [models.get_model("presale", name) for name in kept["rows"]]
            for statement in connection.ops.sequence_reset_sql(no_style(), ours):
                cursor.execute(statement)
    return {name: len(rows) - 1 for name, rows in kept["rows"].items()}


def back() -> Any:
    """Take the last migration of ours back; gives its name and the one before."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    graph = MigrationExecutor(connection).loader.graph
    (last,) = graph.leaf_nodes("presale")
    (before,) = [parent.key for parent in graph.node_map[last].parents if parent.key[0] == "presale"]
    call_command("migrate", *before, verbosity=0)
    return [last[1], before[1]]


def pages() -> Any:
    """Status of each page for each kind of person, and of every deal for the administrator."""
    from django.apps import apps
    from django.test import Client

    from svyazka.config.cli.up import collect_static

    collect_static()
    people = apps.get_model("presale.Person").objects.filter(is_active=True).order_by("pk")
    deals = [
        f"/deals/{deal.year}-{deal.serial:04d}/"
        for deal in apps.get_model("presale.Deal").objects.order_by("pk")
    ]
    found = {}
    for who in (
        {"is_administrator": True},
        {"dispatcher_slot": 1},
        {"is_head": True},
        {"is_process_owner": True},
    ):
        person = people.filter(**who)[0]
        client = Client(HTTP_HOST="localhost")
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        general = [
            "/",
            "/board/",
            "/board/list/",
            "/overview/",
            "/process/",
            "/people/",
            "/window/",
            "/window/new/",
        ]
        for path in [*general, *(deals if person.is_administrator else deals[-3:])]:
            found[f"{next(iter(who))} {path}"] = client.get(path).status_code
    return found


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    acts: dict[str, Callable[..., Any]] = {"load": load, "back": back, "pages": pages}
    sys.stdout.write(json.dumps(acts[sys.argv[1]](*sys.argv[2:])))
