"""The command that takes a request in."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from svyazka.config.cli.failures import Failure
from svyazka.config.cli.people import As
from svyazka.config.cli.who import administrator, now
from svyazka.presale.deals.commands import receive_request

app = typer.Typer()
requests = typer.Typer(no_args_is_help=True, help="Requests of clients.")
app.add_typer(requests, name="request")


@requests.command("add")
def add(
    *,
    file: Annotated[
        Path | None,
        typer.Option("--json", help="File with the fields as a JSON object, - for a pipe; options win over it.", metavar="FILE"),
    ] = None,
    company: Annotated[str, typer.Option(help="The company.")] = "",
    inn: Annotated[str, typer.Option(help="Its tax number.")] = "",
    lines: Annotated[str, typer.Option(help="Lines of business, by comma.")] = "",
    size: Annotated[str, typer.Option(help="Revenue, legal entities, sites.")] = "",
    headcount: Annotated[str, typer.Option(help="People and future users.")] = "",
    request: Annotated[str, typer.Option(help="What the client asks for, in his words.")] = "",
    context: Annotated[str, typer.Option(help="Why now.")] = "",
    systems: Annotated[str, typer.Option(help="What they work in today.")] = "",
    contact_name: Annotated[str, typer.Option(help="The contact's name.")] = "",
    contact_duty: Annotated[str, typer.Option(help="The contact's duty.")] = "",
    phone: Annotated[str, typer.Option(help="The contact's phone.")] = "",
    email: Annotated[str, typer.Option(help="The contact's e-mail.")] = "",
    budget: Annotated[str, typer.Option(help="Rough budget and procurement.")] = "",
    source: Annotated[str, typer.Option(help="Where the request came from.")] = "",
    external_id: Annotated[str, typer.Option(help="Its number there; the same one gives the same deal.")] = "",
    as_: As = "",
) -> None:  # fmt: skip
    """Take a request into the single window. Prints its number, and what is missing still."""
    typed = {
        "company": company, "inn": inn, "lines": lines, "size": size, "headcount": headcount, "request": request,
        "context": context, "systems": systems, "contact_name": contact_name, "contact_duty": contact_duty,
        "phone": phone, "email": email, "budget": budget,
    }  # fmt: skip
    read = _read(file) if file else {}
    answers = {**read, **{key: value for key, value in typed.items() if value}}
    received = receive_request(
        answers=answers, actor=administrator(as_), at=now(), source=source or str(read.get("source", "")),
        external_id=external_id or str(read.get("external_id", "")),
    )  # fmt: skip
    print(f"{received.number}{'' if received.created else ' (was here already)'}")
    if received.missing:
        print(f"missing: {', '.join(received.missing)}")
    for box, code in received.problems.items():
        print(f"doubtful: {box} ({code})")


def _read(file: Path) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        found = json.loads(text)
    except OSError as error:
        raise Failure(f"{file} can't be read: {error.strerror}.", code=2) from None
    except ValueError as error:
        raise Failure(f"{file} is not JSON: {error}.", code=2) from None
    if not isinstance(found, dict):
        raise Failure(f"{file} holds no JSON object.", 'Write {"company": "…", "request": "…"}.', 2)
    return found
