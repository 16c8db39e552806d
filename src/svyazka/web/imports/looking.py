"""What each row would become: looked through, words settled, duplicates decided on, brought in, what is left out given back."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from svyazka.engine.importing.fields import FIELDS as KINDS
from svyazka.engine.importing.merging import Side
from svyazka.engine.importing.values import EMPTY, Read
from svyazka.presale.imports.deciding import known_here
from svyazka.presale.imports.drafts import commands
from svyazka.presale.imports.drafts.choices import Choices
from svyazka.presale.imports.drafts.findings import BECOMES, Becomes, Findings, Word
from svyazka.presale.imports.drafts.queries import Look, Seen, look_at, seen_rows
from svyazka.presale.imports.returning import CellBecomes, TableCell, TableRow
from svyazka.presale.journal.values import Actor, Invalid
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process
from svyazka.speech.imports import left_out_table, say_failure, say_fault, say_field, say_left_out, say_value
from svyazka.speech.process_words import say_reason
from svyazka.speech.refusals import STATUSES, say
from svyazka.speech.returning import say_in, say_kept_out, say_why_not, shown_in
from svyazka.speech.times import viewer_language
from svyazka.web.imports.meanwhile import back_to_the_table
from svyazka.web.jinja import render
from svyazka.web.ui.downloads import as_file
from svyazka.web.ui.guard import guarded, see_other

_SHOWN: Final = 25
"""Rows of a page."""
MOST_LEFT: Final = 5_000
"""Rows that stay out which one file gives back: whoever has mended these hands the table in again."""
_ASKED: Final = 12
"""Words that are asked about at a time."""
_LONGEST: Final = 90
_SETTLED: Final = 60
"""Words with a settled meaning that are shown."""
_WRAPPED: Final = frozenset({"word", "text", "answer"})
"""Kinds of fields whose cells may be broken into lines."""
_CELL: Final = re.compile(r"cell-([0-9]{1,8})-([a-z_]{1,30})")
_SIDES: Final[Mapping[str, Side]] = {"ours": "ours", "theirs": "theirs"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the table: what it means, and what stands there if that is something else."""

    words: str
    said: str = ""
    is_wrong: bool = False
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that says something else than our deal.

    :ivar look: ``taken``, ``kept`` for one that was changed here alone, ``conflict`` for one that was in both places, ``wrong``
    :ivar name: of the field that asks whose value stays, in a conflict; ``side`` is what was decided
    """

    label: str
    ours: str
    theirs: str
    look: str
    name: str
    side: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the page shows it."""

    number: int
    becomes: Becomes
    why: tuple[str, ...]
    deals: tuple[tuple[str, str], ...]
    first: int
    cells: tuple[Cell, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A word that nobody here is called, and what it may mean; ``choices`` is empty where a person is meant."""

    place: int
    label: str
    said: str
    rows: int
    value: str
    choices: tuple[tuple[str, str], ...]


@require_safe
@guarded("import.make")
def page(request: HttpRequest, actor: Actor, draft_id: int) -> HttpResponse:
    """How far the work is, or what it has found."""
    look = look_at(draft_id, viewer=actor)
    if look.fields is None:
        return see_other("imports:columns", draft_id=draft_id)
    return _page(request, actor, look)


def _page(request: HttpRequest, actor: Actor, look: Look, problem: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "look": look, "left": len(look.left_out), "problem": problem or (say_failure(look.failure) if look.failure else ""),
    }  # fmt: skip
    if look.found is not None and look.made is None:
        context |= _looked(request, actor, look, look.found)
    return render(request, "imports/draft.html", context, status=422 if problem else 200)


def _looked(request: HttpRequest, actor: Actor, look: Look, found: Findings) -> dict[str, Any]:
    kind, number = _kind(request.GET.get("show", "")), _number(request.GET.get("page", ""))
    rows = [one for one in found.rows if one.becomes == kind or (kind is None and one.becomes != "same")]
    start = _SHOWN * (number - 1)
    shown = seen_rows(
        look.id,
        rows[start : start + _SHOWN],
        viewer=actor,
        at=timezone.now(),
        shown=shown_in(viewer_language()),
    ).rows
    fields = look.fields or ()
    return {
        "show": kind or "", "counts": found.counts, "all": len(found.rows) - found.counts["same"], "becomes": BECOMES,
        "fields": [say_field(field) for field in fields],
        "lines": [_line(one, fields, look.chosen) for one in shown],
        "page": number,
        "previous": _address(kind, number - 1) if number > 1 else None,
        "next": _address(kind, number + 1) if start + _SHOWN < len(rows) else None,
        "words": [_asked(one, place) for place, one in enumerate(found.words[:_ASKED])],
        "settled": [
            (place, say_field(field), said, say_value(field, value))
            for place, (field, said, value) in enumerate(look.meanings[:_SETTLED])
        ],
        "more_words": max(len(found.words) - _ASKED, 0),
        "people": sorted(card.full_name for card in directory().active()),
        "asks_for_people": any(KINDS[one.field] == "person" for one in found.words[:_ASKED]),
    }  # fmt: skip


def _line(one: Seen, fields: Sequence[str], chosen: Choices) -> Line:
    weighed, fresh = one.weighed, one.weighed.fresh
    wrong = (
        {fault.field for fault in fresh.faults}
        if fresh
        else {cell.field for cell in weighed.cells if cell.fault}
    )
    reads = {field: fresh.read(field) if fresh else weighed.theirs.get(field) for field in fields}
    deals = [(deal.number, deal.path) for deal in one.deals]
    if weighed.deal is not None:
        deals.append((weighed.deal.deal.number, weighed.deal.deal.path))
    return Line(
        number=one.found.row, becomes=one.found.becomes, why=tuple(_whys(one)), deals=tuple(deals), first=one.found.first,
        cells=tuple(_cell(weighed, field, read or EMPTY, is_wrong=field in wrong) for field, read in reads.items()),
        changes=tuple(
            _change(weighed, cell, chosen.sides.get(weighed.row, {}).get(cell.field, ""))
            for cell in weighed.cells
            if cell.fault is None
        ),
    )  # fmt: skip


def _whys(one: Seen) -> Iterator[str]:
    """What stands in the way of the row or of its cells."""
    if one.weighed.fresh is not None:
        yield from map(say_fault, one.weighed.fresh.faults)
    yield from map(say_fault, one.weighed.faults)
    for cell in one.weighed.cells:
        if cell.fault is not None:
            yield say_fault(cell.fault)
        elif cell.refusal is not None:
            yield f"{say_field(cell.field)}: {say_why_not(cell.refusal)}"


def _cell(row: TableRow, field: str, read: Read, *, is_wrong: bool) -> Cell:
    words = "" if read.value is None else say_in(row, field, read.value)
    shown = read.said_as if is_wrong else words
    said = read.said_as if read.is_mended and not is_wrong and read.said_as != words else ""
    return Cell(shown[:_LONGEST], said[:_LONGEST], is_wrong, KINDS[field] not in _WRAPPED)


def _change(row: TableRow, cell: TableCell, side: str) -> Change:
    return Change(
        label=say_field(cell.field), ours=say_in(row, cell.field, cell.ours)[:_LONGEST],
        theirs=say_in(row, cell.field, cell.theirs)[:_LONGEST], look=_LOOKS[cell.verdict],
        name=f"cell-{row.row}-{cell.field}" if cell.verdict == "conflict" else "", side=side,
    )  # fmt: skip


_LOOKS: Final[Mapping[CellBecomes, str]] = {
    "take": "taken", "keep": "kept", "conflict": "conflict", "refused": "wrong",
}  # fmt: skip


def _asked(word: Word, place: int) -> Asked:
    """A word with what it may mean; of one likely person his name stands in the box already."""
    is_person = KINDS[word.field] == "person"
    likely = word.candidates[0] if len(word.candidates) == 1 else None
    value = (say_value(word.field, likely) if is_person else str(likely)) if likely is not None else ""
    return Asked(
        place, say_field(word.field), word.said, word.rows, value, () if is_person else _choices(word.field)
    )


def _choices(field: str) -> tuple[tuple[str, str], ...]:
    process, language = current_process()[1], viewer_language()
    if field == "stage":
        return tuple((stage.key, stage.name.say(language)) for stage in process.stages)
    if field == "status":
        return tuple((key, str(STATUSES[key])) for key in ("open", "won", "lost", "declined"))
    keys = [f"{group.key}.{one.key}" for group in process.reasons for one in group.reasons]
    return tuple((key, say_reason(key, process, language)) for key in keys)


@require_POST
@back_to_the_table
@guarded("import.make")
def words(request: HttpRequest, actor: Actor, draft_id: int) -> HttpResponse:
    """Settle what words mean, and look anew."""
    look = look_at(draft_id, viewer=actor)
    meanings: dict[str, dict[str, str]] = {}
    for place, word in enumerate(look.found.words[:_ASKED] if look.found else ()):
        typed = request.POST.get(f"word-{place}", "").strip()
        said = request.POST.get(f"said-{place}", "").replace("\r\n", "\n")  # as browsers send line breaks
        if typed and said == word.said:
            meanings.setdefault(word.field, {})[word.said] = _meant(word.field, typed)
    for place, (field, said, _value) in enumerate(look.meanings[:_SETTLED]):
        if request.POST.get(f"again-{place}"):
            meanings.setdefault(field, {})[said] = ""
    try:
        commands.settle_words(draft_id=draft_id, meanings=meanings, actor=actor, at=timezone.now())
    except Invalid as refusal:
        return _page(request, actor, look, say(refusal))
    return see_other("imports:draft", draft_id=draft_id)


def _meant(field: str, typed: str) -> str:
    """A person by his name as an id; everything else as it is."""
    if KINDS[field] != "person" or typed in {"-", "—"}:
        return "-" if typed == "—" else typed
    read = known_here().people.read(typed)
    return str(read.value) if read.value is not None else typed


@require_POST
@back_to_the_table
@guarded("import.make")
def choices(request: HttpRequest, actor: Actor, draft_id: int) -> HttpResponse:
    """Say of the rows of a page which come in although the request is here, and of its conflicts whose value stays."""
    shown = [
        int(one) for one in request.POST.getlist("shown") if one.isascii() and one.isdigit() and len(one) < 9
    ]
    rows = {row: f"row-{row}" in request.POST for row in shown}
    cells: dict[int, dict[str, Side]] = {}
    for name, typed in request.POST.items():
        if (match := _CELL.fullmatch(name)) and (side := _SIDES.get(str(typed))):
            cells.setdefault(int(match[1]), {})[match[2]] = side
    commands.choose(draft_id=draft_id, rows=rows, cells=cells, actor=actor)
    answer = see_other("imports:draft", draft_id=draft_id)
    answer["Location"] += _address(_kind(request.POST.get("show", "")), _number(request.POST.get("page", "")))
    return answer


@require_POST
@back_to_the_table
@guarded("import.make")
def make(request: HttpRequest, actor: Actor, draft_id: int) -> HttpResponse:
    """Have the rows brought in."""
    try:
        commands.ask_to_bring_in(draft_id=draft_id, actor=actor)
    except Invalid as refusal:
        return _page(request, actor, look_at(draft_id, viewer=actor), say(refusal))
    return see_other("imports:draft", draft_id=draft_id)


@require_safe
@guarded("import.make")
def left(_request: HttpRequest, actor: Actor, draft_id: int) -> HttpResponse:
    """The rows that don't come in, as a workbook with the reason in the last column."""
    look = look_at(draft_id, viewer=actor)
    seen = seen_rows(
        draft_id,
        look.left_out[:MOST_LEFT],
        viewer=actor,
        at=timezone.now(),
        shown=shown_in(viewer_language()),
    )
    title = look.name.rpartition(".")[0] or look.name
    table = left_out_table(title, seen.heads, [(one.row.cells, _why(one)) for one in seen.rows])
    return as_file(table, "xlsx")


def _why(one: Seen) -> str:
    """As the look found it: beside few rows of a table it can't be told which of them stand there twice."""
    fresh = one.weighed.fresh
    if fresh is None:
        return say_kept_out(one.weighed)
    return say_left_out(replace(fresh, deals=one.found.deals, first=one.found.first))


def _number(typed: str) -> int:
    return max(int(typed), 1) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def _kind(typed: str) -> Becomes | None:
    return next((one for one in BECOMES if one == typed), None)


def _address(kind: Becomes | None, number: int) -> str:
    return "?" + urlencode([*([("show", kind)] if kind else []), ("page", str(number))])
