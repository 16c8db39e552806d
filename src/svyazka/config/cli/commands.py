"""Every command, gathered from the modules beside this one. Each of them has its own ``app``."""

import typer

from svyazka.config.cli import (
    backup,
    database,
    deal,
    demo,
    describe,
    journal,
    people,
    process,
    requests,
    up,
    work,
)

app = typer.Typer(
    name="svyazka",
    help="Svyazka: presale that keeps its word.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (up, demo, deal, requests, process, journal, people, backup, work, database, describe):
    app.add_typer(group.app)
