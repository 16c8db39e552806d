"""Every command, gathered from the modules beside this one. Each of them has its own ``app``."""

import typer

from svyazka.config.cli import database, describe

app = typer.Typer(
    name="svyazka",
    help="Svyazka: presale that keeps its word.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (database, describe):
    app.add_typer(group.app)
