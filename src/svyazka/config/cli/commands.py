"""Every command, gathered from the modules beside this one. Each of them has its own ``app``."""

from importlib.metadata import version
from typing import Annotated

import typer

from svyazka.config.cli import (
    backup,
    bot,
    database,
    deal,
    demo,
    describe,
    export,
    figures,
    files,
    imports,
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


def _tell_version(asked: bool) -> None:  # noqa: FBT001 (typer hands it over so)
    if asked:
        print(f"svyazka {version('svyazka')}")
        raise typer.Exit


@app.callback()
def svyazka(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_tell_version),
    ] = False,
) -> None:
    """Svyazka: presale that keeps its word."""


for group in (
    up, demo, deal, requests, imports, process, journal, export, figures, files, people, backup, work, bot, database, describe,
):  # fmt: skip
    app.add_typer(group.app)
