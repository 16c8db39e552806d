"""The command that does the background work, alone."""

import typer

from svyazka.config.backup.nightly import backup_tonight
from svyazka.config.channels import worker_channels
from svyazka.worker.loop import run

app = typer.Typer()


@app.command()
def worker() -> None:
    """Do the background work alone, until stopped; svyazka up runs one beside the pages."""
    run(backup=backup_tonight, channels=worker_channels())
