"""Commands about the figures that are kept of all deals."""

from typing import Annotated

import typer

from svyazka.presale.insight.tallies import rebuild, wrong_counters
from svyazka.presale.insight.upkeep import recount_all, wrong_of_all

app = typer.Typer()
figures = typer.Typer(no_args_is_help=True, help="The figures that are kept of all deals.")
app.add_typer(figures, name="figures")


@figures.command("recount")
def recount(
    *,
    counters_only: Annotated[
        bool, typer.Option("--counters", help="Only the counters, from what is known of each deal: seconds.")
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Only say what is wrong and change nothing; 1 as exit code if anything is."
        ),
    ] = False,
) -> None:
    """Count all deals anew and mend what differs.

    Needed after working days or hours were changed for the past. The night looks
    at the deals of the day by itself.
    """
    if check:
        raise typer.Exit(1 if _say_wrong(deals=not counters_only) else 0)
    if counters_only:
        print(f"{rebuild()} counters were wrong.")
        return
    seen, wrong = recount_all()
    print(
        f"{seen} deals counted, {wrong} of them not as they should have been; {rebuild()} counters were wrong."
    )


def _say_wrong(*, deals: bool) -> bool:
    """A line for each thing that is wrong, and how many there are. Returns whether there is any."""
    wrong = 0
    for one in wrong_of_all() if deals else ():
        wrong += 1
        print(f"{one.number}: " + "; ".join(_told(name, *pair) for name, pair in one.differs.items()))
    counters = wrong_counters()
    for key, pair in counters.items():
        print(_told("counter " + " ".join(str(part) for part in key if part), *pair))
    found = f"{wrong} deals" if deals else ""
    print(
        " and ".join(filter(None, (found, f"{len(counters)} counters"))) + " are wrong; nothing was changed."
    )
    return bool(wrong or counters)


def _told(name: str, kept: object, right: object) -> str:
    return f"{name} is {kept!r}, should be {right!r}"
