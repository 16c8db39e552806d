"""The command that fills an empty workspace with a story to look at."""

import time
from typing import Annotated, Literal

import typer
from django.conf import settings

from svyazka.config.cli.database import learn_statistics, prepare
from svyazka.config.cli.failures import Failure
from svyazka.config.cli.who import now
from svyazka.demo.company import PASSWORD, Sign, known_signs
from svyazka.demo.play import play
from svyazka.presale.people.queries import directory

app = typer.Typer()


@app.command()
def demo(
    *,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Do nothing where there are people already.")] = False,
    language: Annotated[
        Literal["ru", "en"] | None, typer.Option(help="Language of the story; by default SVYAZKA_LANGUAGE.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed tells the same story.")] = 1,
    deals: Annotated[int, typer.Option(help="How many deals.", min=1, max=5000)] = 250,
) -> None:  # fmt: skip
    """Make a company with a year behind it: units, people, deals with their histories. Prints who may sign in."""
    prepare()
    if directory().people:
        if not if_empty:
            raise Failure(
                "There are people here already; the demo fills an empty workspace only.",
                "Point SVYAZKA_DATA to an empty folder, or DATABASE_URL to an empty database.",
            )
        _print_signs(known_signs())
        return
    begun = time.monotonic()
    print(f"Playing a year of {deals} deals, about {max(5, deals // 5)} seconds…", flush=True)
    chosen: Literal["ru", "en"] = language or ("en" if settings.LANGUAGE_CODE == "en" else "ru")
    played = play(language=chosen, at=now(), seed=seed, deals=deals)
    learn_statistics()
    told = ", ".join(f"{count} {status}" for status, count in sorted(played.deals.items()) if status)
    print(f"{played.steps} acts in {time.monotonic() - begun:.0f} s: {told}.")
    _print_signs(played.signs)


def _print_signs(signs: tuple[Sign, ...]) -> None:
    if not signs:
        return
    print(f"Sign in with the password {PASSWORD} as:")
    width = max(len(sign.email) for sign in signs)
    for sign in signs:
        print(f"  {sign.email:<{width}}  {sign.name}, {sign.duty}")
