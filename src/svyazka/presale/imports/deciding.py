"""What each row of a table would become: a deal, or what stands in its way. Nothing is written here.

Words that can be kept are never a reason to refuse a row: a reason that the process doesn't know stays as what was typed of the
end, a note joins the answers. A value that would be a lie is: a date that may be two days, a colleague whom nobody knows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from svyazka.engine.importing import people
from svyazka.engine.importing.cells import Known, read_column
from svyazka.engine.importing.choices import STATUSES, Choices, stage_choices
from svyazka.engine.importing.days import Order
from svyazka.engine.importing.duplicates import Asked, asked, same_requests
from svyazka.engine.importing.fields import FIELDS
from svyazka.engine.importing.values import Cell, Read, Value
from svyazka.engine.process import Process
from svyazka.presale.deals import intake
from svyazka.presale.deals.intake import Answers
from svyazka.presale.deals.models import DECLINED, LOST, OPEN, UNREAL, WITHDRAWN, WON, Deal
from svyazka.presale.imports.arrivals import NO_NUMBER, NOT_SAID, Arrival, Contract, Step
from svyazka.presale.imports.fields import BOXES
from svyazka.presale.imports.matching import Matched, match_clients
from svyazka.presale.imports.writing import referred
from svyazka.presale.journal.chunks import chunks
from svyazka.presale.journal.values import Json
from svyazka.presale.people.queries import Directory, directory
from svyazka.presale.process.queries import current_process

_SEATS: Final = ("manager", "expert")
"""Fields that name who sits on the deal."""
NAMED: Final = ("client", "inn", "phone", "email", "contact", "request")
"""A row that says none of these is no request."""


Columns = Mapping[str, Sequence[Read]]
"""By field, what its cells were read as."""
Told = Callable[[int, int], None]
"""Hears now and then how much of how much is done."""


class Settled(NamedTuple):
    """What is known of how a table is to be read.

    :ivar meanings: by field and by what a cell says, what people have settled that it means; None for nothing
    :ivar orders: by field, how its slashed days are read, for rows that are some of a table; of others the column shows it
    """

    meanings: Mapping[str, Mapping[str, Value | None]] = {}
    orders: Mapping[str, Order | None] = {}


NOTHING_SETTLED: Final = Settled()


class Fault(NamedTuple):
    """Why a row can't come in: the field, and a code of the engine's (with what it may mean) or of ours."""

    field: str
    code: str
    said: str = ""
    candidates: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row.

    :ivar row: its number in the file
    :ivar arrival: the deal that it would become; None where it is refused
    :ivar line: the row as it was read
    :ivar mended: fields whose value says something else than the cell letter by letter
    :ivar deals: ids of deals of ours that are the same request
    :ivar first: the number of an earlier row of the file that is the same request; 0 for none
    """

    row: int
    arrival: Arrival | None
    line: "_Line"
    faults: tuple[Fault, ...] = ()
    mended: tuple[str, ...] = ()
    deals: tuple[int, ...] = ()
    first: int = 0

    def read(self, field: str) -> Read | None:
        """What was read of its cell of a field; None where the table has no such column."""
        column = self.line.columns.get(field)
        return None if column is None else column[self.line.place]


def known_here() -> Known:
    """What a table is read against: our people, the stages and the reasons of the process in force."""
    return _known(current_process()[1], directory())


def decide(
    rows: Sequence[tuple[int, Sequence[Cell]]],
    columns: Mapping[int, str],
    *,
    at: datetime,
    settled: Settled = NOTHING_SETTLED,
    told: Told | None = None,
) -> tuple[Verdict, ...]:
    """Judge the rows of a table, empty ones left out. A constant number of queries for each five hundred clients.

    :param rows: the number of each in the file, and its cells
    :param columns: by a column's place, the field that it holds
    :param told: is told now and then how much of how much is done
    """
    process, people_ = current_process()[1], directory()
    numbers, filled = _filled(rows)
    read = read_cells(filled, columns, _known(process, people_), settled, told)
    lines = [_Line(number, place, read) for place, number in enumerate(numbers)]
    signs = [line.asked() for line in lines]
    matched = match_clients(signs)
    same = _same(lines, signs, matched)
    judge = _Judge.of(process, people_, at.astimezone(ZoneInfo(people_.calendar.zone)).date(), read)
    verdicts: list[Verdict] = []
    for some in chunks(lines):
        verdicts += (
            judge.verdict(line, matched.clients[line.place], *same.get(line.place, ((), 0))) for line in some
        )
        if told:
            told(len(lines) + len(verdicts), 2 * len(lines))
    return tuple(verdicts)


def _filled(rows: Sequence[tuple[int, Sequence[Cell]]]) -> tuple[Sequence[int], Sequence[Sequence[Cell]]]:
    """Numbers and cells of the rows that aren't empty."""
    filled = [(number, cells) for number, cells in rows if any(cell not in {None, ""} for cell in cells)]
    return [number for number, _ in filled], [cells for _, cells in filled]


def read_cells(
    rows: Sequence[Sequence[Cell]],
    columns: Mapping[int, str],
    known: Known,
    settled: Settled = NOTHING_SETTLED,
    told: Told | None = None,
) -> Columns:
    """The cells of rows by field, as each field reads them.

    :param columns: by a column's place, the field that it holds
    :param told: hears of it as the first half of the work
    """
    wanted = {place: field for place, field in columns.items() if field}
    found: dict[str, Sequence[Read]] = {}
    for done, (place, field) in enumerate(wanted.items(), 1):
        column = [cells[place] if place < len(cells) else None for cells in rows]
        read = read_column(field, column, known, settled.orders.get(field))
        meanings = {
            said: value
            for said, value in settled.meanings.get(field, {}).items()
            if value is None or means_something(field, value, known)
        }
        found[field] = [_meant(one, meanings) for one in read] if meanings else read
        if told:
            told(len(rows) * done // len(wanted), 2 * len(rows))
    return found


def means_something(field: str, value: object, known: Known) -> bool:
    """Whether a value of a field that names one of a list is still on it: people leave, and processes change."""
    match FIELDS[field], value:
        case "person", int():
            return known.people.has(value)
        case "stage", str():
            return known.stages.has(value)
        case "status", str():
            return STATUSES.has(value)
    return isinstance(value, str) and field in known.lists and known.lists[field].has(value)


def _meant(read: Read, meanings: Mapping[str, Value | None]) -> Read:
    said = read.said_as
    return Read(meanings[said], said, is_mended=True) if said in meanings else read


def _known(process: Process, here: Directory) -> Known:
    cards = [card for card in here.people.values() if card.is_active]
    named = [people.Known(card.id, *_parts(card.full_name), card.email) for card in cards]
    return Known(people.People(named), stage_choices(process), {"reason": _reasons(process)})


def _parts(full_name: str) -> tuple[str, str, str]:
    surname, given, patronymic, *_ = [*full_name.split(" ", 2), "", "", ""]
    return surname, given, patronymic


def _reasons(process: Process) -> Choices:
    """Both levels, and the second alone where it is called so once."""
    found: dict[str, tuple[str, ...]] = {}
    for group in process.reasons:
        for one in group.reasons:
            words = (one.text.ru, one.text.en)
            both = (f"{group.text.ru}: {one.text.ru}", f"{group.text.en}: {one.text.en}")
            found[f"{group.key}.{one.key}"] = (*words, *both)
    return Choices(found)


class _Line(NamedTuple):
    """A row that isn't empty: its number in the file, its place among such rows, and the columns of them all."""

    number: int
    place: int
    columns: Columns

    def value(self, field: str) -> object:
        column = self.columns.get(field)
        return None if column is None else column[self.place].value

    def text(self, field: str) -> str:
        value = self.value(field)
        return value if type(value) is str else "" if value is None else str(value)

    def said(self, field: str) -> str:
        column = self.columns.get(field)
        return "" if column is None else column[self.place].said_as

    def day(self, field: str) -> date | None:
        value = self.value(field)
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else None

    def asked(self) -> Asked:
        return asked(
            inn=self.text("inn"), phone=self.text("phone"), email=self.text("email"), name=self.text("client"),
            request=self.text("request"),
        )  # fmt: skip


def _same(
    lines: Sequence[_Line], signs: Sequence[Asked], matched: Matched
) -> dict[int, tuple[tuple[int, ...], int]]:
    """By place, deals of ours that a row is, and the number of an earlier row that is the same."""
    found: dict[int, tuple[tuple[int, ...], int]] = {}
    for group in same_requests(signs, matched.deals):
        for place in group.rows:
            earlier = lines[group.rows[0]].number if place != group.rows[0] else 0
            found[place] = group.known, earlier
    references = [referred(line.text("number")) for line in lines]
    ours: dict[str | None, int] = {}
    for some in chunks([one for one in dict.fromkeys(references) if one]):
        named = Deal.objects.filter(external_id__in=some).exclude(status=WITHDRAWN)
        ours.update(named.values_list("external_id", "pk"))
    for place, reference in enumerate(references):
        if reference in ours:
            deals, earlier = found.get(place, ((), 0))
            found[place] = tuple(dict.fromkeys((ours[reference], *deals))), earlier
    return found


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges rows; ``today`` in the workspace's zone."""

    process: Process
    people: Directory
    today: date
    form: intake.Form
    unread: Columns
    mended: Columns

    @classmethod
    def of(cls, process: Process, people: Directory, today: date, columns: Columns) -> "_Judge":
        """Most columns hold nothing that can't be taken, or is mended: only the others are looked through row by row.

        A reason in other words than ours is kept as it is.
        """
        unread = {
            field: cells
            for field, cells in columns.items()
            if field != "reason" and any(read.problem for read in cells)
        }
        mended = {field: cells for field, cells in columns.items() if any(read.is_mended for read in cells)}
        return cls(process, people, today, intake.Form(process), unread, mended)

    def verdict(self, line: _Line, client: int | str, deals: tuple[int, ...], first: int) -> Verdict:
        faults = [*self._unread(line), *self._faults(line)]
        mended = tuple(field for field, cells in self.mended.items() if cells[line.place].is_mended)
        arrival = None if faults else self._arrival(line, client)
        return Verdict(line.number, arrival, line, tuple(faults), mended, deals, first)

    def _unread(self, line: _Line) -> list[Fault]:
        """Cells that say something which can't be taken."""
        return [
            Fault(field, str(problem.code), problem.said, problem.candidates)
            for field, cells in self.unread.items()
            if (problem := cells[line.place].problem) is not None
        ]

    def _faults(self, line: _Line) -> list[Fault]:
        found: list[Fault] = []
        if not any(line.value(field) for field in NAMED):
            found.append(Fault("client", "required"))
        status = line.value("status") or OPEN
        if status in UNREAL:
            found.append(Fault("status", "not_counted", line.said("status")))
        if status == WON and not line.value("contract_sum"):
            found.append(Fault("contract_sum", "required"))
        found += [
            Fault(field, "in_the_future", line.said(field))
            for field in ("received", "contract_date")
            if (day := line.day(field)) is not None and day > self.today
        ]
        for role in _SEATS:
            person = line.value(role)
            if isinstance(person, int) and role not in self.people.people[person].roles and status == OPEN:
                found.append(Fault(role, "seat_refused", line.said(role)))
        performer = line.value("performer")
        if isinstance(performer, int) and self.people.people[performer].is_agent and status == OPEN:
            found.append(
                Fault("performer", "seat_refused", line.said("performer"))
            )  # he sees no deal but his own leads
        return found

    def _arrival(self, line: _Line, client: int | str) -> Arrival:
        status = str(line.value("status") or OPEN)
        stages = self.process.stages
        usual = stages[-1].key if status == WON else stages[0].key
        received = line.day("received") or line.day("stage_since") or line.day("contract_date") or self.today
        closed = line.day("contract_date") or line.day("stage_since") if status != OPEN else None
        answers = self._answers(line)
        return Arrival(
            row=line.number, answers=answers, client=client, received=received,
            stage=str(line.value("stage") or usual), status=status,
            lacking=self.form.lacking(answers),
            reference=line.text("number"), closed=max(closed, received) if closed else None,
            reason=_reason(line, status), evidence=_evidence(line, status),
            contract=_contract(line, closed or received) if status == WON else None,
            step=self._step(line) if status == OPEN else None, author_id=_person(line, "author"),
            seats={role: person for role in _SEATS if (person := _person(line, role)) is not None},
        )  # fmt: skip

    def _answers(self, line: _Line) -> Answers:
        said: dict[str, Json] = {box: line.text(field) for field, box in BOXES.items()}
        return self.form.clean(said)

    def _step(self, line: _Line) -> Step | None:
        result, by = line.text("next_step"), line.day("due")
        return Step(result, by or self.today, _person(line, "performer")) if result else None


def _person(line: _Line, field: str) -> int | None:
    value = line.value(field)
    return value if isinstance(value, int) else None


def _reason(line: _Line, status: str) -> str:
    if status == DECLINED:
        return DECLINED
    return (line.text("reason") or NOT_SAID) if status == LOST else ""


def _evidence(line: _Line, status: str) -> str:
    """What shows the end: of a reason that isn't one of ours its words as well, for they stand nowhere else."""
    if status not in {LOST, DECLINED}:
        return ""
    shown, reason = line.text("evidence"), line.said("reason")
    is_told = status == LOST and line.value("reason") is not None
    return shown if shown and is_told else "; ".join(dict.fromkeys(filter(None, (reason, shown))))


def _contract(line: _Line, day: date) -> Contract:
    roubles = line.value("contract_sum")
    assert isinstance(roubles, Decimal)
    return Contract(roubles, line.day("contract_date") or day, line.text("contract_number")[:60] or NO_NUMBER)
