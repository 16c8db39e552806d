"""Commands about the written process."""

from pathlib import Path
from typing import Annotated

import typer

from svyazka.config.cli.failures import Failure
from svyazka.config.cli.people import As
from svyazka.config.cli.who import administrator, now
from svyazka.engine.lint import ProcessInvalid, explain, lint
from svyazka.engine.yaml_tree import Problem
from svyazka.presale.process.commands import publish_process
from svyazka.presale.process.queries import current_number, process_text

app = typer.Typer()
process = typer.Typer(no_args_is_help=True, help="The written process.")
app.add_typer(process, name="process")

File = Annotated[Path, typer.Argument(help="A process in YAML.", metavar="FILE", show_default=False)]


@process.command("lint")
def check(file: File) -> None:
    """Say what is wrong in a process, on which line, and how to mend it. Exit code 1 if it can't be published."""
    problems = lint(_text(file))
    for problem in problems:
        _tell(file, problem)
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)
    print(f"{file}: in order.")


def _tell(file: Path, problem: Problem) -> None:
    message, mend = (text.say("en") for text in explain(problem))
    print(f"{file}:{problem.line}: {problem.severity}: {message}")
    print(f"    {mend}")


@process.command("publish")
def publish(
    file: File,
    note: Annotated[str, typer.Option(help="What has changed and why.")] = "",
    as_: As = "",
) -> None:
    """Make a process the current one: new requests follow it, deals under way keep theirs."""
    text = _text(file)
    try:
        number = publish_process(text=text, note=note, actor=administrator(as_), at=now())
    except ProcessInvalid as invalid:
        for problem in invalid.problems:
            _tell(file, problem)
        raise Failure("The process is not published.", "Mend the mistakes above first.") from None
    print(f"Version {number} is published.")


@process.command("show")
def show(
    version: Annotated[
        int | None, typer.Option(help="A version's number; by default the current one.")
    ] = None,
) -> None:
    """Print a published process as it was written."""
    print(process_text(current_number() if version is None else version), end="")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise Failure(f"{file} can't be read: {error.strerror}.", code=2) from None
    except UnicodeDecodeError as error:
        raise Failure(f"{file} is not UTF-8: {error.reason} at byte {error.start}.", code=2) from None
