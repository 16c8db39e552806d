"""The funnel: a row a request, with its days in the stage, the limit, the result that is expected now and what the row lacks."""

from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from svyazka.speech.refusals import STATUSES
from svyazka.speech.workbook.book import Book, Cell, Column, Grid, quoted
from svyazka.speech.workbook.contents import Contents, DealLine, limit_days

_BLANK: Final = 'AND({received}="",{client}="")'
WORKED: Final = 'NETWORKDAYS({since},{until},Holidays)+COUNTIFS(WorkingWeekends,">="&{since},WorkingWeekends,"<="&{until})'
"""Working days among two days and all between: weekdays but holidays, and the Saturdays and Sundays on which people work."""
NAMES: Final[Mapping[str, str]] = {
    "received": "FunnelReceived", "stage": "FunnelStage", "status": "FunnelStatus", "source": "FunnelSource",
    "contract_sum": "FunnelSum", "over": "FunnelOver", "number": "FunnelNumber", "client": "FunnelClient",
}  # fmt: skip
"""Columns that other sheets reckon with."""


def write_funnel(book: Book, contents: Contents) -> Grid:
    """The sheet, with the deals that are brought along and room for more."""
    grid = Grid(book, pgettext("workbook", "Funnel"), _columns(), rows=contents.rows, frozen=3)
    grid.fill([_line(line, contents) for line in contents.deals])
    for key, name in NAMES.items():
        book.name(name, grid.range(key))
    _colours(grid)
    return grid


def own_columns() -> Iterator[tuple[str, str]]:
    """The headings in the language that is active, each with the import's field; none for what works itself out."""
    for column in _columns():
        yield column.title, "" if column.formula else _FIELDS.get(column.key, column.key)


_FIELDS: Final = {"since": "stage_since", "holder": "performer"}
"""Fields of the import that this sheet calls otherwise."""


def _columns() -> tuple[Column, ...]:
    marks = (Column(key, key, 9, "hidden") for key in ("_id", "_ver", "_was"))
    return (*_request(), *_way(), *_outcome(), *_worked_out(), *_details(), *marks)


def _request() -> tuple[Column, ...]:
    return (
        Column("number", pgettext("workbook", "No."), 13, "code"),
        Column("received", pgettext("workbook", "Received"), 11, "date"),
        Column("client", pgettext("workbook", "Client"), 26),
        Column("inn", pgettext("workbook", "INN"), 14, "code", hint=_("Ten digits of a company, twelve of an entrepreneur.")),
        Column("contact", pgettext("workbook", "Contact"), 22),
        Column("phone", pgettext("workbook", "Phone"), 17, "code"),
        Column("request", pgettext("workbook", "The request in the client’s words"), 44, hint=_("As the client said it, not in our words.")),
        Column("source", pgettext("workbook", "Source"), 16, choose="Sources"),
        Column("author", pgettext("workbook", "Brought by"), 16, choose="People"),
    )  # fmt: skip


def _way() -> tuple[Column, ...]:
    return (
        Column("manager", pgettext("workbook", "Manager"), 16, choose="People"),
        Column("expert", pgettext("workbook", "Expert"), 16, choose="People"),
        Column("stage", pgettext("workbook", "Stage"), 20, choose="Stages", strict=True),
        Column("since", pgettext("workbook", "In the stage since"), 11, "date", hint=_("Put in today’s date whenever the stage changes.")),
        Column("next_step", pgettext("workbook", "Next step"), 32, hint=_("A result, not an activity: “the plan of the meeting is agreed”.")),
        Column("holder", pgettext("workbook", "Who"), 16, choose="People", hint=_("One person.")),
        Column("due", pgettext("workbook", "Due"), 11, "date", hint=_("Turns yellow on its day and red after it.")),
    )  # fmt: skip


def _outcome() -> tuple[Column, ...]:
    return (
        Column("status", pgettext("workbook", "Status"), 13, choose="Statuses", strict=True),
        Column("reason", pgettext("workbook", "Reason if lost or declined"), 28, choose="Reasons"),
        Column("contract_sum", pgettext("workbook", "Contract, roubles"), 14, "money"),
        Column("contract_date", pgettext("workbook", "Contract signed on"), 11, "date"),
    )


def _details() -> tuple[Column, ...]:
    """What is rarely looked at; folded away."""
    return (
        Column("duty", pgettext("table", "Job title"), 20, folded=True),
        Column("email", pgettext("table", "E-mail"), 24, folded=True),
        Column("lines", pgettext("table", "Lines of business"), 24, folded=True),
        Column("headcount", pgettext("table", "Headcount"), 20, folded=True),
        Column("budget", pgettext("table", "Budget"), 20, folded=True),
        Column("note", pgettext("table", "Note"), 36, folded=True),
        Column("contract_number", pgettext("table", "Contract number"), 14, "code", folded=True),
        Column("evidence", pgettext("table", "What shows the reason"), 30, folded=True, hint=_("Of a lost one: a letter, or who said what and when.")),
    )  # fmt: skip


def _worked_out() -> tuple[Column, ...]:
    running = 'AND({status}<>"",{status}<>' + quoted(str(STATUSES["open"])) + ")"
    days = WORKED.replace("{until}", "TODAY()")
    return (
        Column(
            "days", pgettext("workbook", "Working days in the stage"), 10, "days",
            f'IF(OR({_BLANK},{{since}}="",{running}),"",IFERROR(MAX(0,{days}-1),""))',
        ),
        Column(
            "limit", pgettext("workbook", "Limit, days"), 8, "days",
            'IF({days}="","",IFERROR(INDEX(StageLimits,MATCH({stage},Stages,0)),""))',
        ),
        Column(
            "over", pgettext("workbook", "Over the limit, days"), 10, "days",
            'IF(OR({days}="",{limit}="",{days}<={limit}),"",{days}-{limit})',
        ),
        Column(
            "expected", pgettext("workbook", "Result expected now"), 54, "text",
            f'IF(OR({_BLANK},{running}),"",IFERROR(INDEX(StageResults,MATCH({{stage}},Stages,0)),""))',
        ),
        Column("lacks", pgettext("workbook", "What the row lacks"), 20, "text", _lacks_formula()),
    )  # fmt: skip


def _lacking() -> tuple[tuple[str, str, str], ...]:
    """What a row may lack: of which statuses, the column, and the word for it; the first one that is empty is said."""
    lost = f"{quoted(str(STATUSES['lost']))},{quoted(str(STATUSES['declined']))}"
    return (
        ("", "received", pgettext("lacks", "when received")),
        ("", "client", pgettext("lacks", "client")),
        ("", "status", pgettext("lacks", "status")),
        (lost, "reason", pgettext("lacks", "reason")),
        (quoted(str(STATUSES["won"])), "contract_sum", pgettext("lacks", "sum of the contract")),
        (quoted(str(STATUSES["won"])), "contract_date", pgettext("lacks", "date of the contract")),
        (quoted(str(STATUSES["open"])), "stage", pgettext("lacks", "stage")),
        (quoted(str(STATUSES["open"])), "since", pgettext("lacks", "since when in the stage")),
        (quoted(str(STATUSES["open"])), "next_step", pgettext("lacks", "next step")),
        (quoted(str(STATUSES["open"])), "holder", pgettext("lacks", "who")),
        (quoted(str(STATUSES["open"])), "due", pgettext("lacks", "due date")),
    )


def _lacks_formula() -> str:
    said = '""'
    for statuses, key, word in reversed(_lacking()):
        empty = f'{{{key}}}=""'
        if statuses:
            of = ",".join(f"{{status}}={one}" for one in statuses.split(","))
            empty = f"AND(OR({of}),{empty})"
        said = f"IF({empty},{quoted(word)},{said})"
    return f'IF({_BLANK},"",{said})'


def _line(line: DealLine, contents: Contents) -> dict[str, Cell]:
    """A deal's cells, those of the formulas with the values that they have today."""
    cells: dict[str, Cell] = {
        key: getattr(line, key)
        for key in (
            "number", "received", "client", "inn", "contact", "phone", "request", "source", "author", "manager", "expert",
            "since", "next_step", "holder", "due", "reason", "contract_sum", "contract_date", "duty", "email", "lines", "headcount",
            "budget", "note", "evidence", "contract_number",
        )
    }  # fmt: skip
    stage = next((one for one in contents.process.stages if one.key == line.stage), None)
    cells |= {"stage": contents.stage_name(line), "status": str(STATUSES[line.status])}
    cells |= {"_id": line.id, "_ver": line.version, "_was": line.was}
    if line.status == "open" and line.since:
        days = max(0, contents.worked(line.since, contents.today) - 1)
        limit = limit_days(stage) if stage else None
        over = days - limit if limit is not None and days > limit else None
        cells |= {"days": days, "limit": limit, "over": over}
    if line.status == "open" and stage:
        cells["expected"] = stage.result.say(contents.language)
    cells["lacks"] = _lacks(cells)
    return cells


def _lacks(cells: Mapping[str, Cell]) -> str:
    status = quoted(str(cells["status"]))
    for statuses, key, word in _lacking():
        if (not statuses or status in statuses.split(",")) and cells.get(key) in (None, ""):
            return word
    return ""


def _colours(grid: Grid) -> None:
    open_ = 'OR({status}="",{status}=' + quoted(str(STATUSES["open"])) + ")"
    grid.colour(["due"], "AND(ISNUMBER({due}),{due}<TODAY()," + open_ + ")", "red")
    grid.colour(["due"], "AND(ISNUMBER({due}),{due}=TODAY()," + open_ + ")", "yellow")
    grid.colour(["days", "over"], "AND(ISNUMBER({over}),{over}>0)", "red")
    grid.colour(["lacks"], '{lacks}<>""', "yellow")
    grid.colour(["inn"], 'AND({inn}<>"",LEN({inn})<>10,LEN({inn})<>12)', "yellow")
    grid.colour(["status"], "{status}=" + quoted(str(STATUSES["won"])), "green")
    grid.colour(["number", "lacks"], 'AND({status}<>"",NOT(' + open_ + "))", "grey")
