"""Commands about the figures that are kept of all deals."""

from typing import Annotated

import typer

from svyazka.presale.insight.tallies import rebuild
from svyazka.presale.insight.upkeep import recount_all

app = typer.Typer()
figures = typer.Typer(no_args_is_help=True, help="The figures that are kept of all deals.")
app.add_typer(figures, name="figures")


@figures.command("recount")
def recount(
    *,
    counters_only: Annotated[
        bool, typer.Option("--counters", help="Only the counters, from what is known of each deal: seconds.")
    ] = False,
) -> None:
    """Count all deals anew and mend what differs.

    Needed after working days or hours were changed for the past. The night looks
    at the deals of the day by itself.
    """
    if counters_only:
        print(f"{rebuild()} counters were wrong.")
        return
    seen, wrong = recount_all()
    print(
        f"{seen} deals counted, {wrong} of them not as they should have been; {rebuild()} counters were wrong."
    )
