"""Commands that tell what is there."""

import typer

from svyazka.config.environment import SETTINGS

app = typer.Typer()


@app.command()
def settings() -> None:
    """List the environment variables that set the product up."""
    for setting in SETTINGS:
        print(f"{setting.name} ({setting.kind}; by default {setting.shown or setting.default or 'empty'})")
        print(f"    {setting.help}")
