"""Commitments: one person owes one result by one day; what became of it is worked out."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.speech.workbook.book import Book, Cell, Column, Grid, quoted
from svyazka.speech.workbook.contents import Contents, PromiseLine

_BLANK: Final = 'AND({result}="",{term}="")'
_DUE: Final = (
    'IF({agreed}<>"",{agreed},IF(OR({term}="",{asked}=""),"",'
    'IFERROR(INDEX(WorkingDays,COUNTIF(WorkingDays,"<"&{asked})+1+INDEX(TermDays,MATCH({term},Terms,0))),"")))'
)
"""The day that was agreed, else the term's: so many working days after the first one on which or after which it was asked."""
_LATE: Final = (
    'NETWORKDAYS({due}+1,{end},Holidays)+COUNTIFS(WorkingWeekends,">"&{due},WorkingWeekends,"<="&{end})'
)


def states() -> dict[str, str]:
    """What may become of a commitment, and what it may lack, by code."""
    return {
        "open": pgettext("promise in a sheet", "open"),
        "kept": pgettext("promise in a sheet", "kept"),
        "late": pgettext("promise in a sheet", "kept late"),
        "overdue": pgettext("promise in a sheet", "overdue"),
        "nobody": pgettext("promise in a sheet", "nobody owes it"),
        "undated": pgettext("promise in a sheet", "no due date"),
    }


def write_promises(book: Book, contents: Contents) -> Grid:
    """The sheet, with the open commitments of the deals that are brought along."""
    grid = Grid(book, pgettext("workbook", "Commitments"), _columns(), rows=contents.promise_rows, frozen=2)
    clients = {deal.number: deal.client for deal in contents.deals}
    grid.fill([_line(line, contents, clients.get(line.number, "")) for line in contents.promises])
    said = {code: quoted(word) for code, word in states().items()}
    grid.colour(["due", "late"], "{state}=" + said["overdue"], "red")
    grid.colour(["due", "state"], "AND({state}=" + said["open"] + ",{due}=TODAY())", "yellow")
    grid.colour(["state"], "OR({state}=" + said["nobody"] + ",{state}=" + said["undated"] + ")", "yellow")
    grid.colour(["state"], "{state}=" + said["kept"], "green")
    grid.colour(
        ["performer", "controller"], 'AND({performer}<>"",{done}="",{performer}={controller})', "yellow"
    )
    grid.colour(["number", "client"], '{done}<>""', "grey")
    return grid


def _columns() -> tuple[Column, ...]:
    end = 'IF({done}="",TODAY(),{done})'
    late = _LATE.replace("{end}", end)
    return (
        Column("number", pgettext("workbook", "No. of the request"), 13, "code", choose="FunnelNumber"),
        Column("result", pgettext("workbook", "What is owed"), 44, hint=_("One result that can be seen: “the estimate for the warehouse”.")),
        Column("term", pgettext("workbook", "By which term"), 34, choose="Terms", hint=_("May stay empty. With a term the due date is worked out.")),
        Column("asked", pgettext("workbook", "Asked on"), 11, "date"),
        Column("performer", pgettext("workbook", "Performer"), 18, choose="People", hint=_("One person.")),
        Column("controller", pgettext("workbook", "Controller"), 18, choose="People", hint=_("Whoever sees to it, not the performer.")),
        Column("agreed", pgettext("workbook", "Due as agreed"), 14, "date", hint=_("Stands above the term’s.")),
        Column("done", pgettext("workbook", "Done on"), 11, "date"),
        Column("due", pgettext("workbook", "Due"), 11, "date", f'IF({_BLANK},"",{_DUE})'),
        Column("state", pgettext("workbook", "State"), 16, "text", _state()),
        Column("late", pgettext("workbook", "Late, working days"), 10, "days", f'IF(OR({{due}}="",{_BLANK}),"",IF({end}<={{due}},"",IFERROR({late},"")))'),
        Column("client", pgettext("workbook", "Client"), 26, "text", 'IF({number}="","",IFERROR(INDEX(FunnelClient,MATCH({number},FunnelNumber,0)),""))'),
        Column("_id", "_id", 9, "hidden"),
        Column("_ver", "_ver", 9, "hidden"),
    )  # fmt: skip


def _state() -> str:
    said = {code: quoted(word) for code, word in states().items()}
    running = f"IF({{due}}<TODAY(),{said['overdue']},{said['open']})"
    done = f"IF({{done}}<={{due}},{said['kept']},{said['late']})"
    dated = f'IF({{due}}="",{said["undated"]},IF({{done}}="",{running},{done}))'
    return f'IF({_BLANK},"",IF({{performer}}="",{said["nobody"]},{dated}))'


def _line(line: PromiseLine, contents: Contents, client: str) -> dict[str, Cell]:
    """A commitment's cells, those of the formulas with the values that they have today."""
    end = line.done or contents.today
    if line.done:
        state = "kept" if line.done <= line.due else "late"
    else:
        state = "overdue" if line.due < contents.today else "open"
    late = contents.worked(line.due, end) - contents.worked(line.due, line.due) if end > line.due else None
    return {
        "number": line.number, "result": line.result, "asked": line.asked, "performer": line.performer,
        "controller": line.controller, "agreed": line.due, "done": line.done, "due": line.due,
        "state": states()[state] if line.performer else states()["nobody"], "late": late, "client": client,
        "_id": line.id, "_ver": line.version,
    }  # fmt: skip
