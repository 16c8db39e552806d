"""Writing very many deals at once: rows of every table that a deal has, its chain in the journal, its place in the figures.

What reactions do act by act is done here for all of them together, and tests hold it to the same: the figures of deals that were
brought in are those that counting anew finds, the next step is owed, the row says what it lacks. Nobody is told of each.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from hashlib import blake2s
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Max

from svyazka.engine.process import Process
from svyazka.engine.standing import gate
from svyazka.engine.worktime import Duration
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.terms import NEXT_STEP
from svyazka.presale.deals import intake
from svyazka.presale.deals.models import OPEN, WON, Deal, Seat
from svyazka.presale.imports.arrivals import Arrival
from svyazka.presale.imports.models import Brought
from svyazka.presale.insight.models import Track, TrackLine
from svyazka.presale.insight.tracks import lines_said, month_of
from svyazka.presale.journal.bulk import Bulk, plain_json, plain_moment, take_keys
from svyazka.presale.journal.chunks import chunks
from svyazka.presale.journal.commands import Act, append_many
from svyazka.presale.journal.values import Actor, Json
from svyazka.presale.people.queries import Directory, present
from svyazka.presale.stages.facts import computed
from svyazka.presale.stages.models import Visit

_ROOM: Final = 120
"""Letters of a deal's outer id."""
_A_DAY: Final = Duration(1, "d")
_TABLES: Final = (Deal, Seat, Visit, Commitment, Brought, Track, TrackLine)
Row = dict[str, Any]


@dataclass(frozen=True)
class Occasion:
    """What is the same for all rows of an import."""

    import_id: int
    number: int
    process: Process
    people: Directory
    dispatcher: int
    at: datetime

    @cached_property
    def now(self) -> str:
        """The moment of the import as the database keeps it."""
        return plain_moment(self.at)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The workspace's."""
        return ZoneInfo(self.people.calendar.zone)

    def begin(self, day: date) -> datetime:
        """The first moment of a day."""
        return datetime.combine(day, time(), self.zone)


class _Day(NamedTuple):
    """When a day begins, as the database keeps it, and its month."""

    begin: str
    month: int


@dataclass(slots=True)
class _Known:
    """What repeats from row to row is worked out once."""

    days: dict[date, _Day] = field(default_factory=dict)
    sizes: dict[str, str] = field(default_factory=dict)
    stage_due: dict[str, str] = field(default_factory=dict)
    next_due: dict[int, datetime] = field(default_factory=dict)
    present: dict[int, int] = field(default_factory=dict)
    blocker: dict[tuple[object, ...], str] = field(default_factory=dict)


def write_deals(
    arrivals: Sequence[Arrival],
    clients: Mapping[int | str, int],
    on: Occasion,
    *,
    actor: Actor,
    told: Callable[[int, int], None] | None = None,
) -> None:
    """Write the deals of these rows, in their order. Must run inside a command, under the journal's lock.

    :param clients: ids of clients by how the rows name them
    :param told: is told after each few hundred how many of how many are written
    """
    writer = _Writer(clients, on, actor, _serials(arrivals))
    done = 0
    for some in chunks(arrivals):
        writer.write(some)
        done += len(some)
        if told:
            told(done, len(arrivals))


class _Writer:
    """Writes the deals a few hundred at a time, so that only their rows are at hand."""

    def __init__(
        self, clients: Mapping[int | str, int], on: Occasion, actor: Actor, serials: dict[int, int]
    ) -> None:
        self._clients, self._on, self._actor, self._serials = clients, on, actor, serials
        self._known = _Known()
        self._borne: set[tuple[str | None, str]] = set()
        self._bulks = {model: Bulk(model) for model in _TABLES}

    def write(self, arrivals: Sequence[Arrival]) -> None:
        """Everything of these."""
        self._look_who_bears(arrivals)
        deals = take_keys(Deal, len(arrivals))
        steps = iter(take_keys(Commitment, sum(one.status == OPEN for one in arrivals)))
        chains: dict[int, list[Act]] = {}
        tracks: list[Row] = []
        for pk, one in zip(deals, arrivals, strict=True):
            deal = self._deal(pk, one)
            chains[pk] = [_act(deal, one, self._on)]
            if one.status == OPEN:
                step = self._step(next(steps), deal, one)
                chains[pk].append(_opened(step))
            self._bulks[Deal].add(**deal)
            self._bulks[Brought].add(deal_id=pk, whole_id=self._on.import_id, row=one.row)
            tracks.append(_track(deal, one, self._on, self._known))
            for line in lines_said(one.answers):
                self._bulks[TrackLine].add(track_id=pk, name=line)
        entry = append_many(chains, actor=self._actor, at=self._on.at, are_new=True)
        for track in tracks:
            self._bulks[Track].add(entry=entry, **track)
        for bulk in self._bulks.values():
            bulk.write()

    def _look_who_bears(self, arrivals: Sequence[Arrival]) -> None:
        """What these tables' numbers are borne by already: numbering begins anew each year, or with each manager."""
        named = {name for one in arrivals if (name := referred(one.reference))}
        borne = Deal.objects.filter(external_id__in=named).values_list("external_id", "source")
        self._borne.update((str(name), source) for name, source in borne)

    def _deal(self, pk: int, one: Arrival) -> Row:
        """The deal's own row; who sits on it is written beside it. Of several with one number the first bears it."""
        year = one.received.year
        self._serials[year] = serial = self._serials.get(year, 0) + 1
        for role, person in _seats(one):
            self._bulks[Seat].add(deal_id=pk, person_id=person, role=role, since=self._on.now)
        deal = _deal(pk, serial, one, client=self._clients[one.client], on=self._on, known=self._known)
        name = deal["external_id"], deal["source"]
        if name in self._borne:
            deal["external_id"] = None
        self._borne.add(name)
        return deal

    def _step(self, pk: int, deal: Row, one: Arrival) -> Row:
        """The next step of an open deal, which its own row says too, and the stay in the stage where it stands."""
        step = _step(pk, deal, one, self._on, self._known)
        deal |= {"next_due": step["due_at"], "holder_id": step["performer_id"], "open_commitments": 1}
        self._bulks[Commitment].add(**step)
        self._bulks[Visit].add(deal_id=deal["id"], stage=one.stage, entered_at=self._on.now)
        return step


def referred(reference: str) -> str | None:
    """How the deal keeps what its table calls it: in a name space of its own."""
    if not reference:
        return None
    whole = f"table: {reference}"
    return (
        whole
        if len(whole) <= _ROOM
        else f"{whole[: _ROOM - 33]} {blake2s(whole.encode(), digest_size=16).hexdigest()}"
    )


def _serials(arrivals: Sequence[Arrival]) -> dict[int, int]:
    """The last number of each year that rows are of."""
    years = {one.received.year for one in arrivals}
    found = Deal.objects.filter(year__in=years).order_by().values_list("year").annotate(Max("serial"))
    return dict(found)


def _seats(one: Arrival) -> Iterator[tuple[str, int]]:
    if one.author_id is not None:
        yield "lead_generator", one.author_id
    yield from one.seats.items()


def _deal(pk: int, serial: int, one: Arrival, *, client: int, on: Occasion, known: _Known) -> Row:
    """The deal's own row. A request that has passed its first stage was accepted, whenever that was."""
    received = _day(one.received, on, known).begin
    is_on = one.stage != on.process.stages[0].key or "manager" in one.seats or one.status != OPEN
    contract = one.contract
    headcount = str(one.answers.get("headcount") or "")
    if headcount not in known.sizes:
        known.sizes[headcount] = intake.size(one.answers)
    if one.stage not in known.stage_due:
        limit = on.process.stage(one.stage).limit
        known.stage_due[one.stage] = plain_moment(on.people.calendar.due(on.at, limit))
    return {
        "id": pk, "year": one.received.year, "serial": serial, "title": intake.title(one.answers)[:160] or "—",
        "client_id": client, "process_number": on.number, "status": one.status, "stage": one.stage,
        "stage_since": on.now, "received_at": received, "imported_at": on.now,
        "duplicates_checked_at": on.now, "accepted_at": received if is_on else None,
        "closed_at": None if one.status == OPEN else _day(one.closed or one.received, on, known).begin,
        "source": str(one.answers.get("source", ""))[:60], "author_id": one.author_id, "dispatcher_id": on.dispatcher,
        "unit_id": one.unit_id, "intake": plain_json({"answers": one.answers, "unknown": {}}),
        "lacking": plain_json([*one.lacking]), "size": known.sizes[headcount], "reason": one.reason,
        "evidence": one.evidence, "external_id": referred(one.reference),
        "contract_number": contract.number if contract else "",
        "contract_date": contract.day.isoformat() if contract else None,
        "contract_sum": str(contract.roubles) if contract else None,
        "stage_due": known.stage_due[one.stage], "manager_id": one.seats.get("manager"), "open_commitments": 0,
        "blocker": _blocker(one, on, known, accepted=is_on) if one.status == OPEN else "", "revision": 1,
    }  # fmt: skip


def _day(day: date, on: Occasion, known: _Known) -> _Day:
    if day not in known.days:
        begin = on.begin(day)
        known.days[day] = _Day(plain_moment(begin), month_of(begin, on.people.calendar.zone))
    return known.days[day]


def _blocker(one: Arrival, on: Occasion, known: _Known, *, accepted: bool) -> str:
    """Key of the first stop check that is missing, by the facts of a deal on which nothing has happened here yet."""
    signs = one.stage, one.lacking, one.author_id is None, frozenset(one.seats), accepted
    if signs not in known.blocker:
        deal = Deal(
            lacking=[*one.lacking], author_id=one.author_id, source=str(one.answers.get("source", "")),
            duplicates_checked_at=on.at, accepted_at=on.at if accepted else None,
        )  # fmt: skip
        facts = computed(deal, roles=one.seats, open_question=False, promised=False)
        _, missing = gate(on.process.stage(one.stage), facts)
        known.blocker[signs] = next((check.key for check in missing if check.strength == "stop"), "")
    return known.blocker[signs]


def _step(pk: int, deal: Row, one: Arrival, on: Occasion, known: _Known) -> Row:
    """What is owed next: the step that the row names, else to name one. A date that has passed proves nothing here: a working day it is."""
    role = "manager" if deal["manager_id"] else "dispatcher"
    leader = deal["manager_id"] or on.dispatcher
    asked = (one.step.performer_id if one.step else None) or leader
    if asked not in known.present:
        known.present[asked] = present(asked, at=on.at, people=on.people)
        calendar = on.people.calendar_of(known.present[asked])
        known.next_due[known.present[asked]] = calendar.due(on.at, _A_DAY)
    performer = known.present[asked]
    due = known.next_due[performer]
    if one.step is not None and one.step.by > on.at.astimezone(on.zone).date():
        due = on.people.end_of_day(performer, one.step.by)
    named = {"result": one.step.result[:300]} if one.step else {"term": NEXT_STEP}
    controller = next(
        (who for who in (deal["manager_id"], on.dispatcher) if who not in {None, performer}), None
    )
    return {
        "id": pk, "deal_id": deal["id"], "performer_id": performer, "role": role, "opened_at": on.now,
        "opened_by": "import" if one.step else "rule", "due_at": plain_moment(due), "controller_id": controller, **named,
    }  # fmt: skip


def _act(deal: Row, one: Arrival, on: Occasion) -> Act:
    """That the deal was brought in, and all that was said of it."""
    data: dict[str, Json] = {
        "number": f"С-{deal['year']}-{deal['serial']:04d}", "process": on.number, "stage": one.stage, "status": one.status,
        "author": one.author_id, "dispatcher": on.dispatcher, "manager": one.seats.get("manager"), "unit": one.unit_id,
        "seats": dict(one.seats), "received": one.received.isoformat(),
        "closed": one.closed.isoformat() if one.closed else None, "reason": one.reason, "import": on.import_id, "row": one.row,
        "fields": [*sorted(one.answers)],
    }  # fmt: skip
    said: dict[str, Json] = {
        "answers": one.answers, "source": str(deal["source"]), "external_id": deal["external_id"] or "",
    }  # fmt: skip
    if one.evidence:
        said["evidence"] = one.evidence
    if one.contract:
        said |= {"number": one.contract.number, "sum": str(one.contract.roubles)}
        data["date"] = one.contract.day.isoformat()
    return Act("deal.imported", data, said)


def _opened(step: Row) -> Act:
    due = step["due_at"].replace(" ", "T")
    return Act(
        "commitment.opened",
        {
            "id": step["id"], "term": step.get("term", ""), "performer": step["performer_id"],
            "due": due if "+" in due else f"{due}+00:00", "by": step["opened_by"], "on_client": False, "role": step["role"],
        },
        {"result": step["result"]} if "result" in step else None,
    )  # fmt: skip


def _track(deal: Row, one: Arrival, on: Occasion, known: _Known) -> Row:
    """What is counted of it; when the client had his first answer nobody knows."""
    ended = None if one.status == OPEN else _day(one.closed or one.received, on, known).month
    return {
        "deal_id": deal["id"], "month": _day(one.received, on, known).month, "received_at": deal["received_at"],
        "process": on.number, "status": one.status, "reached": on.process.position(one.stage), "ended": ended,
        "reason": one.reason, "source": deal["source"], "unit_id": one.unit_id, "manager_id": deal["manager_id"],
        "author_id": one.author_id, "kopecks": int(one.contract.roubles * 100) if one.status == WON and one.contract else 0,
        "imported": 1,
    }  # fmt: skip
