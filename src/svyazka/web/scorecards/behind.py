"""What stands behind a scorecard's figures, in words: cases, dates that slipped, dates that were saved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _

from svyazka.engine.clock import Breach, Save, Slice
from svyazka.presale.commitments.queries import CommitmentRow
from svyazka.presale.insight.behind import Behind
from svyazka.presale.insight.breaches import Line, Lines
from svyazka.presale.insight.case_figures import TIMES
from svyazka.presale.insight.cases import Case
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import current_process, process_version
from svyazka.speech.process_words import say_owed, say_role
from svyazka.speech.times import worktime
from svyazka.web.scorecards.words import OTHERWISE, OUTCOMES

Ending = Literal["open", "late", "broken", "kept"]


@dataclass(frozen=True, slots=True)
class Row:
    """A case as a row: what it was, of which deal, how it ended."""

    title: str
    client: str
    number: str
    path: str
    at: datetime
    look: str
    ended: str


def said_rows(behind: Behind, key: str, language: str) -> tuple[Row, ...]:
    """The cases behind a figure."""
    return tuple(
        _row(case, behind, key, language)
        for case in behind.cases
        if case.deal_id in behind.deals
    )  # fmt: skip


def _row(case: Case, behind: Behind, key: str, language: str) -> Row:
    deal, owed = behind.deals[case.deal_id], behind.commitments.get(case.commitment_id or 0)
    title = deal.client_name if owed is None else _what(owed, language)
    client = deal.title if owed is None else deal.client_name
    return Row(title, client, deal.number, deal.path, case.at, *_ended(case, key))


def _ended(case: Case, key: str) -> tuple[str, str]:
    if key in OUTCOMES:
        is_well = case.good != (key == "client_reminders")
        word = str((OUTCOMES if case.good else OTHERWISE)[key])
        if case.amount > 1:
            word = f"{word} × {case.amount}"
        return ("kept" if is_well else "late", word)
    if key in TIMES:
        return ("info", worktime(case.amount))
    return (case.outcome, "")


def _what(owed: CommitmentRow, language: str) -> str:
    return say_owed(owed.term, owed.result, process_version(owed.process_number), language)


@dataclass(frozen=True, slots=True)
class Slip:
    """A breach or a save: what, of which deal, when, what came late to it, and who had the ball meanwhile."""

    title: str
    role: str
    client: str
    number: str
    path: str
    at: datetime
    ended: Ending
    minutes: int
    causes: tuple[str, ...]
    held: tuple[str, ...] = ()


def said_breaches(found: Lines[Breach], language: str) -> tuple[Slip, ...]:
    """Breaches: the cause first."""
    slips = []
    for line in found.lines:
        late = [one for one in line.found.arrived_late if one.person_id != found.person.id]
        causes = [
            _cause(found.others.get(one.promise_id), one.person_id, one.role, one.minutes, language)
            for one in late
        ]
        late_by, held = line.found.minutes_late, _held(line.found.held)
        slips.append(
            _slip(line.commitment, line.found.due_at, late_by, causes, language, ended=_how(line), held=held)
        )
    return tuple(slips)


def _how(line: Line[Breach]) -> Ending:
    """How it ended, as far as the card knows."""
    if line.found.ended_at is None:
        return "open"
    return "broken" if line.commitment.outcome == "broken" else "late"


def said_saves(found: Lines[Save], language: str) -> tuple[Slip, ...]:
    """Saves: whose delay was made up for."""
    slips = []
    for line in found.lines:
        save = line.found
        upstream = found.others.get(line.commitment.after_id or 0)
        causes = [
            _cause(upstream, save.absorbed_from, save.absorbed_from_role, save.absorbed_minutes, language)
        ]
        slips.append(
            _slip(line.commitment, save.closed_at, save.absorbed_minutes, causes, language, ended="kept")
        )
    return tuple(slips)


def _slip(
    owed: CommitmentRow, at: datetime, minutes: int, causes: Iterable[str], language: str, *, ended: Ending,
    held: tuple[str, ...] = (),
) -> Slip:  # fmt: skip
    return Slip(
        title=_what(owed, language), role=say_role(owed.role, process_version(owed.process_number), language),
        client=owed.client_name, number=owed.deal_number, path=owed.deal_number.partition("-")[2], at=at, ended=ended,
        minutes=minutes, causes=tuple(causes), held=held,
    )  # fmt: skip


def _cause(owed: CommitmentRow | None, person: int | None, role: str, minutes: int, language: str) -> str:
    """What came late, by how much, from which role, and from whom."""
    who = _("the client")
    if person is not None:
        title = say_role(role, current_process()[1], language)
        who = ", ".join(filter(None, (title, directory().name(person))))
    what = _what(owed, language) if owed is not None else ""
    said = {"what": what, "late": worktime(minutes), "who": who}
    return _("%(what)s: %(late)s late (%(who)s)") % said


def _held(slices: Iterable[Slice]) -> tuple[str, ...]:
    """Who had the ball between the promise and its end, the longest first."""
    minutes: dict[tuple[str, int | None], int] = {}
    for one in slices:
        holder = (one.holder.kind, one.holder.person_id)
        minutes[holder] = minutes.get(holder, 0) + one.minutes
    names: Mapping[str, str] = {"client": _("the client"), "queue": _("nobody yet")}
    return tuple(
        f"{names.get(kind) or directory().name(person)} {worktime(spent)}"
        for (kind, person), spent in sorted(minutes.items(), key=lambda held: -held[1])
        if spent
    )
