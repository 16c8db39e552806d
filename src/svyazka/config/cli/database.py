"""Commands that prepare the database."""

import typer
from django.core.management import call_command, execute_from_command_line

app = typer.Typer()


@app.command()
def migrate() -> None:
    """Bring the database up to this version: tables, and the cache shared by all processes."""
    call_command("migrate", interactive=False, verbosity=1)
    call_command("createcachetable", verbosity=0)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def manage(context: typer.Context) -> None:
    """Run one of Django's own commands: svyazka manage check --deploy."""
    execute_from_command_line(["svyazka manage", *context.args])
