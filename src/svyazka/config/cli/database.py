"""Commands that prepare the database and look at it."""

import sqlite3

import typer
from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.management import call_command, execute_from_command_line
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from svyazka.config.backup.nightly import backup_before_migrating
from svyazka.config.cli.failures import Failure
from svyazka.config.cli.who import now
from svyazka.presale.insight.tallies import rebuild
from svyazka.presale.insight.upkeep import count_missing
from svyazka.web.signin.second_factor import seal_second_factors

app = typer.Typer()


def prepare(verbosity: int = 0) -> None:
    """Bring tables and the shared cache up to this version; what was there before is backed up first.

    :raises Failure: the database was made by a newer Svyazka
    """
    strangers = unknown_migrations()
    if strangers:
        raise Failure(
            f"The database was made by a newer Svyazka (it knows {strangers[0]}).",
            "Install that version again, or restore an older backup.",
        )
    if has_been_migrated() and waiting_migrations():
        print(f"Backed up first: {backup_before_migrating(now())}")
    call_command("migrate", interactive=False, verbosity=verbosity)
    call_command("createcachetable", verbosity=0)
    seal_second_factors()
    count_old_deals()
    learn_statistics()


def count_old_deals() -> None:
    """Count deals of a release that kept no figures of them, or others; what it did keep of them goes from the counters."""
    if count_missing():
        while count_missing():
            pass
        rebuild()


def learn_statistics() -> None:
    """Let SQLite look at how its tables have grown, so that it picks its indexes well; PostgreSQL does so by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit=400")
            cursor.execute("PRAGMA optimize=0x10002")


def has_been_migrated() -> bool:
    """Whether tables of ours are there, of whatever version."""
    return any(app == "presale" for app, _ in MigrationExecutor(connection).loader.applied_migrations)


def unknown_migrations() -> list[str]:
    """Migrations that the database has had and this version doesn't know, as ``app.name``."""
    loader = MigrationExecutor(connection).loader
    ours = {app for app, _ in loader.disk_migrations}
    return sorted(f"{app}.{name}" for app, name in loader.applied_migrations if app in ours and (app, name) not in loader.disk_migrations)  # fmt: skip


def waiting_migrations() -> list[str]:
    """Migrations that the database still needs, as ``app.name``."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@app.command()
def migrate() -> None:
    """Bring the database up to this version: tables, and the cache shared by all processes."""
    prepare(verbosity=1)


@app.command()
def check() -> None:
    """Look at settings, database, migrations and the SQLite version; exit code 1 if anything is wrong."""
    problems = [f"{one.msg} {one.hint or ''}".strip() for one in run_checks() if one.level >= ERROR]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        waiting, strangers = waiting_migrations(), unknown_migrations()
    except Exception as error:  # noqa: BLE001 (whatever the driver says is what is to be told)
        problems.append(f"The database can't be reached: {str(error).strip()}")
    else:
        problems += (
            [f"The database was made by a newer Svyazka: {', '.join(strangers)}."] if strangers else []
        )
        problems += [f"{len(waiting)} migrations are waiting: svyazka migrate."] if waiting else []
    print(f"data      {settings.ENVIRONMENT.data}")
    print(f"database  {_database()}")
    for problem in problems:
        print(f"WRONG     {problem}")
    if problems:
        raise typer.Exit(1)
    print("all well")


def _database() -> str:
    found = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}, {found['NAME']}"
    return f"PostgreSQL at {found['HOST']}:{found['PORT']}, {found['NAME']}"


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def manage(context: typer.Context) -> None:
    """Run one of Django's own commands: svyazka manage check --deploy."""
    execute_from_command_line(["svyazka manage", *context.args])
