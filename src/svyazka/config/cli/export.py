"""Commands that give out what is known here, for other tools."""

import contextlib
import gzip
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO
from zoneinfo import ZoneInfo

import typer

from svyazka.config.cli.failures import Failure
from svyazka.config.cli.who import administrator, now
from svyazka.presale.insight.traces import traces
from svyazka.presale.journal.moment import moment
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version, versions
from svyazka.speech.papers.poster import poster
from svyazka.speech.papers.setting import TooLong
from svyazka.speech.workbook.bringing import empty_workbook, workbook_with_deals
from svyazka.speech.workbook.writing import write_workbook
from svyazka.speech.xes import write_xes

app = typer.Typer()
export = typer.Typer(no_args_is_help=True, help="What is known here, for other tools.")
app.add_typer(export, name="export")

_DAY = ["%Y-%m-%d"]


@export.command("xes")
def xes(
    *,
    since: Annotated[
        datetime | None,
        typer.Option(help="Only deals received on this day or later.", metavar="DATE", formats=_DAY),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(help="Only deals received on this day or earlier.", metavar="DATE", formats=_DAY),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write, compressed if it ends in .gz; by default standard output.", metavar="FILE"),
    ] = None,
) -> None:  # fmt: skip
    """Write the journal as an event log for process mining (XES, IEEE 1849-2016).

    One trace a deal, one event an act. Without names, typed words, small things
    and fixers in the shadow: people are ids.
    """
    if since and until and until < since:
        raise Failure("--until lies before --since.", "Both are days, e.g. 2026-01-31.", 2)
    people = directory()
    zone = ZoneInfo(people.calendar.zone)
    found = traces(
        viewer=administrator(),
        since=_midnight(since.date(), zone) if since else None,
        until=_midnight(until.date() + timedelta(days=1), zone) if until else None,
    )
    with _file(out) if out else _pipe() as text:
        written = write_xes(found, text, name=people.workspace_name)
    if out:
        print(f"{out}: {written.traces} deals, {written.events} acts.")


class Language(StrEnum):
    """A language that papers and workbooks are in."""

    ru = "ru"
    en = "en"


class Size(StrEnum):
    """A size of paper."""

    a3 = "a3"
    a4 = "a4"


@export.command("poster")
def poster_of_process(
    *,
    language: Annotated[
        Language | None, typer.Option(help="By default the company's.", show_default=False)
    ] = None,
    paper: Annotated[Size, typer.Option(help="A4 is the A3 made smaller.")] = Size.a3,
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; by default standard output.", metavar="FILE"),
    ] = None,
) -> None:
    """Write the process in force on one sheet, as PDF, to be hung on a wall.

    Stages, results, who is accountable, checks, terms and how much say each role has.
    """
    row, people = next(iter(versions()), None), directory()
    if row is None:
        raise Failure("There is no process yet.", "svyazka process publish FILE publishes one.")
    try:
        made = poster(
            process_version(row.number),
            number=row.number,
            published=row.published_at.astimezone(ZoneInfo(people.calendar.zone)).date(),
            company=people.workspace_name,
            language=language or people.language,
            paper=paper.value,
        )
    except TooLong:
        raise Failure(
            "The texts of the process are too long for one sheet, however small the letters.",
            "Shorten the checks and the results.",
        ) from None
    if out is None:
        sys.stdout.buffer.write(made)
        return
    with _draft(out) as raw:
        raw.write(made)
    print(f"{out}: version {row.number}, {paper.value.upper()}.")


@export.command("workbook")
def workbook(
    *,
    out: Annotated[Path, typer.Option("--output", "-o", help="File to write, e.g. presale.xlsx.", metavar="FILE")],
    language: Annotated[
        Language | None, typer.Option(help="In which it speaks; by default the workspace's.")
    ] = None,
    with_deals: Annotated[
        bool, typer.Option("--with-deals", help="The newest deals too, with names, contacts and sums.")
    ] = False,
) -> None:  # fmt: skip
    """Write a workbook to run presale in without a server (XLSX).

    The process, the funnel, commitments and conversion, with drop-downs and live
    formulas. Without deals unless they are asked for.
    """
    chosen = language.value if language else directory().language
    if with_deals:
        with moment():
            contents = workbook_with_deals(language=chosen, viewer=administrator(), at=now())
    else:
        contents = empty_workbook(language=chosen, at=now())
    with _draft(out) as raw:
        raw.write(write_workbook(contents))
    left_off = f"; {contents.left_off} older ones are left off" if contents.left_off else ""
    print(f"{out}: {len(contents.deals)} deals{left_off}.")


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


@contextlib.contextmanager
def _file(path: Path) -> Iterator[io.TextIOBase]:
    """As :func:`_draft`, for text, packed if the name says so."""
    with _draft(path) as raw, _coded(raw, packed=path.suffix == ".gz") as text:
        yield text


@contextlib.contextmanager
def _draft(path: Path) -> Iterator[BinaryIO]:
    """A file for its owner only, which takes the place of an older one when it is whole.

    :raises Failure: it can't be written
    """
    draft = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
        draft = Path(name)
        with os.fdopen(handle, "wb") as raw:
            yield raw
        draft.replace(path)
    except OSError as error:
        raise Failure(f"{path} can't be written: {error.strerror or error}.") from None
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def _coded(raw: BinaryIO, *, packed: bool) -> io.TextIOBase:
    if packed:
        return io.TextIOWrapper(gzip.GzipFile(fileobj=raw, mode="wb"), encoding="utf-8", newline="\n")
    return io.TextIOWrapper(raw, encoding="utf-8", newline="\n")


@contextlib.contextmanager
def _pipe() -> Iterator[io.TextIOBase]:
    text = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
    try:
        yield text
    finally:
        text.detach()  # it belongs to the process; detaching writes what waits
