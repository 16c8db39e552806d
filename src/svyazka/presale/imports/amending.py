"""What a table that comes back changes of our deals, done by the commands that people use: with their rights, and by their gates."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from svyazka.engine.importing.values import Value
from svyazka.presale.commitments.commands import hand_over, open_commitment, waive
from svyazka.presale.deals.commands import close_request, describe_request
from svyazka.presale.deals.intake import clean, parts, problems
from svyazka.presale.deals.models import DECLINED, LOST, OPEN, SPAM, WON
from svyazka.presale.deals.seats import appoint, release
from svyazka.presale.imports.fields import BOXES, SEATS, TERM, WAYS
from svyazka.presale.imports.returning import TableRow
from svyazka.presale.journal.moment import command
from svyazka.presale.journal.values import Actor, Conflict, Invalid, Json, Refusal
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version
from svyazka.presale.stages.commands import complete_stage, lose, win

Refused = dict[str, Refusal]
"""What the commands said no to, by field."""
Changes = Mapping[str, Value | None]


@dataclass(frozen=True, slots=True)
class Amendment:
    """A row's changes on their way in.

    :ivar why: what commands that ask for a reason are told: that a table says so
    """

    row: TableRow
    changes: Changes
    actor: Actor
    at: datetime
    why: str

    @property
    def deal_id(self) -> int:
        """The deal's."""
        assert self.row.deal is not None
        return self.row.deal.deal.id

    def of(self, *ways: str) -> dict[str, Value | None]:
        """The changes that go these ways."""
        return {name: value for name, value in self.changes.items() if WAYS[name] in ways}

    def value(self, name: str) -> Value | None:
        """What the row says of a field, changed or not."""
        if name in self.changes:
            return self.changes[name]
        return next((cell.ours for cell in self.row.cells if cell.field == name), self._as_read(name))

    def _as_read(self, name: str) -> Value | None:
        read = self.row.theirs.get(name)
        return None if read is None else read.value

    def text(self, name: str) -> str:
        """The same as a text; empty for nothing."""
        value = self.value(name)
        return "" if value is None else str(value)


def amend(one: Amendment) -> Refused:
    """Change a deal as its row says. What a command refuses stays as it was. Must run inside a command, under the journal's lock."""
    refused: Refused = {}
    for names, act in _acts(one):
        try:
            act()
        except Refusal as no:
            refused.update(_by_field(no, names))
    return refused


def _acts(one: Amendment) -> Iterator[tuple[tuple[str, ...], Callable[[], None]]]:
    """What is to be done, in the order in which a deal goes on, each with the fields that it brings in."""
    if form := one.of("form"):
        yield from _answers(one, form)
    for name, value in one.of("seat").items():
        yield (name,), partial(_seat, one, name, value)
    if step := one.of("step"):
        yield tuple(step), partial(_step, one)
    if "stage" in one.changes:
        yield ("stage",), partial(_go_to, one)
    if ending := one.of("ending"):
        yield tuple(ending), partial(_end, one)


def _by_field(no: Refusal, names: tuple[str, ...]) -> Refused:
    """The refusal on the fields that it is about: those whose boxes it names, else all that were to come in together."""
    if isinstance(no, Invalid) and no.errors:
        named = {name: code for name in names if (code := no.errors.get(_BOX.get(name, name)))}
        if named:
            return {name: Invalid(errors={name: code}) for name, code in named.items()}
    return dict.fromkeys(names, no)


_BOX: Mapping[str, str] = {**BOXES, "next_step": "result"}
"""How commands call what a field says."""


def _answers(one: Amendment, form: Changes) -> Iterator[tuple[tuple[str, ...], Callable[[], None]]]:
    """All answers by one command; if it refuses some, the others by a second one."""
    assert one.row.deal is not None
    process = process_version(one.row.deal.deal.process_number)
    asked = {key for field in process.fields for key in parts(field)}
    gone = tuple(name for name in form if BOXES[name] not in asked)
    if gone:
        yield gone, _unknown_field
    good = {
        BOXES[name]: "" if value is None else str(value) for name, value in form.items() if name not in gone
    }
    wrong = problems(process, clean(process, good))
    for is_wrong in (True, False):
        some = {box: said for box, said in good.items() if (box in wrong) is is_wrong}
        if some:
            names = tuple(name for name in form if BOXES[name] in some)
            yield names, partial(_describe, one, some)


def _unknown_field() -> None:
    raise Invalid("unknown_field")


def _describe(one: Amendment, answers: Mapping[str, Json]) -> None:
    describe_request(deal_id=one.deal_id, answers=answers, actor=one.actor, at=one.at)


@command
def _seat(one: Amendment, name: str, person: Value | None) -> None:
    """Who held the seat before leaves it, so that what he owes in it goes to the new one."""
    role = SEATS[name]
    before = next(cell.ours for cell in one.row.cells if cell.field == name)
    if isinstance(before, int) and (person is None or name == "expert"):
        release(deal_id=one.deal_id, person_id=before, role=role, actor=one.actor, at=one.at)
    if isinstance(person, int):
        appoint(deal_id=one.deal_id, person_id=person, role=role, actor=one.actor, at=one.at)


@command
def _step(one: Amendment) -> None:
    """Another performer takes the commitment over. Other words, or another day, are another commitment: of one that somebody has
    opened by hand it takes the place; what the process asks for stays owed.
    """
    old, changed = one.row.step, one.of("step")
    performer = one.value("performer")
    if old is not None and set(changed) == {"performer"} and isinstance(performer, int):
        hand_over(commitment_id=old.id, to_id=performer, reason=one.why, actor=one.actor, at=one.at)
        return
    result, due = one.text("next_step"), one.value("due")
    if result.startswith(TERM):
        raise Invalid("due_by_the_process")
    errors = {}
    if not isinstance(performer, int):
        errors["performer"] = "required"
    if not isinstance(due, date):
        errors["due"] = "required"
    if errors or not isinstance(performer, int) or not isinstance(due, date):
        raise Invalid(errors=errors)
    is_replaced = old is not None and not old.term and not (set(changed) == {"next_step"} and old.on_client)
    open_commitment(
        deal_id=one.deal_id, performer_id=performer, result=result, due_at=_moment(performer, due), actor=one.actor, at=one.at,
        controller_id=old.controller_id if old is not None and is_replaced and old.controller_id != performer else None,
        to_client=old.to_client if old is not None and is_replaced else False,
        on_client=old.on_client if old is not None and is_replaced else False,
    )  # fmt: skip
    if old is not None and is_replaced:
        waive(commitment_id=old.id, reason=one.why, actor=one.actor, at=one.at)


def _moment(performer: int, due: date) -> datetime:
    """A day is over when its performer's working day is; an hour is one of the workspace's zone unless it says another."""
    if not isinstance(due, datetime):
        return directory().end_of_day(performer, due)
    return due if due.tzinfo else due.replace(tzinfo=ZoneInfo(directory().calendar.zone))


@command
def _go_to(one: Amendment) -> None:
    """Leave one stage after the other, each by its gate, up to the one that the row names."""
    assert one.row.deal is not None
    deal, wanted = one.row.deal.deal, one.text("stage")
    process = process_version(deal.process_number)
    if wanted not in {stage.key for stage in process.stages}:
        raise Invalid(errors={"stage": "unknown_choice"})
    if process.position(wanted) < process.position(deal.stage):
        raise Invalid("stages_go_forward")
    here = deal.stage
    while here != wanted:
        here = complete_stage(deal_id=deal.id, stage=here, actor=one.actor, at=one.at)


def _end(one: Amendment) -> None:
    """Win, lose or decline an open deal. How one ended that is closed already stays; what belongs to an end comes with it only."""
    assert one.row.deal is not None
    was, status = one.row.deal.deal.status, one.changes.get("status", one.row.deal.deal.status)
    if was != OPEN:
        raise Conflict("ended_stays")
    if status == WON:
        _win(one)
    elif status == LOST:
        lose(
            deal_id=one.deal_id,
            reason=one.text("reason"),
            evidence=one.text("evidence"),
            actor=one.actor,
            at=one.at,
        )
    elif status in {DECLINED, SPAM}:
        close_request(
            deal_id=one.deal_id, status=str(status), reason=one.text("reason"), actor=one.actor, at=one.at
        )
    elif status == OPEN:
        raise Invalid("ends_with_its_status")
    else:
        raise Invalid(errors={"status": "needs_original"})


def _win(one: Amendment) -> None:
    roubles, day = one.value("contract_sum"), one.value("contract_date")
    if not isinstance(roubles, Decimal) or not isinstance(day, date):
        lacking = {"contract_sum": roubles, "contract_date": day}
        raise Invalid(
            "contract_lacks", errors={name: "required" for name, value in lacking.items() if value is None}
        )
    win(
        deal_id=one.deal_id, contract_number=one.text("contract_number"), contract_sum=roubles, contract_date=day,
        actor=one.actor, at=one.at,
    )  # fmt: skip
