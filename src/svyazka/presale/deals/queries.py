"""Reads of deals: one row a deal, with a constant number of queries however long the list."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from svyazka.presale.clients.queries import ClientMatch, Identity, find_clients
from svyazka.presale.deals.intake import missing, said_identity
from svyazka.presale.deals.models import OPEN, UNREAL, Deal, Seat
from svyazka.presale.journal.values import Actor, NotFound
from svyazka.presale.people.rights import may
from svyazka.presale.process.queries import process_version


def visible_to(viewer: Actor) -> Q:
    """Which deals a viewer may know of: all for ours, his own leads for a partner agent, none for strangers."""
    if not may(viewer, "deal.see") and not viewer.is_agent:
        return Q(pk__in=[])
    return Q(author_id=viewer.person_id) if viewer.is_agent else Q()


def is_visible(deal: Deal, viewer: Actor) -> bool:
    """The same of a deal that is loaded already."""
    return deal.author_id == viewer.person_id if viewer.is_agent else may(viewer, "deal.see")


def sees_private(viewer: Actor, seats: Iterable[str]) -> bool:
    """Whether the viewer may see money, contacts and what people typed on a deal where he has these seats."""
    return may(viewer, "deal.see_private", frozenset(seats))


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal in a list or on the board. ``blocker`` is the key of the first missing stop check of its stage."""

    id: int
    year: int
    serial: int
    title: str
    client_name: str
    process_number: int
    status: str
    stage: str
    stage_since: datetime
    stage_due: datetime | None
    received_at: datetime
    closed_at: datetime | None
    source: str
    author_id: int | None
    dispatcher_id: int
    manager_id: int | None
    unit_id: int | None
    next_due: datetime | None
    holder_id: int | None
    on_client: bool
    blocker: str
    chased: int
    frayed: Sequence[str]
    revision: int
    accepted_at: datetime | None

    @property
    def number(self) -> str:
        """The number as people say it."""
        return f"С-{self.year}-{self.serial:04d}"

    @property
    def path(self) -> str:
        """The number as addresses spell it: ``2026-0042``."""
        return f"{self.year}-{self.serial:04d}"


_COLUMNS = (
    "id", "year", "serial", "title", "client__name", "process_number", "status", "stage", "stage_since", "stage_due",
    "received_at", "closed_at", "source", "author_id", "dispatcher_id", "manager_id", "unit_id", "next_due",
    "holder_id", "on_client", "blocker", "chased", "frayed", "revision", "accepted_at",
)  # fmt: skip


def row_of(deal: Deal, client_name: str) -> DealRow:
    """The row of a deal that is loaded already."""
    values: list[Any] = [
        client_name if column == "client__name" else getattr(deal, column) for column in _COLUMNS
    ]
    return DealRow(*values)


def _rows(found: QuerySet[Deal]) -> tuple[DealRow, ...]:
    return tuple(DealRow(*row) for row in found.values_list(*_COLUMNS))


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the deals is wanted. None (or False) leaves a sieve out; ``real`` leaves duplicates and spam out,
    ``unanswered`` whoever has had a first answer.
    """

    status: str | None = OPEN
    stage: str | None = None
    manager_id: int | None = None
    person_id: int | None = None
    unit_id: int | None = None
    source: str | None = None
    author_id: int | None = None
    overdue_at: datetime | None = None
    received_since: datetime | None = None
    closed_since: datetime | None = None
    real: bool = False
    unanswered: bool = False
    text: str = ""

    def q(self) -> Q:
        """The sieves as one condition."""
        exact = {
            "status": self.status, "stage": self.stage, "manager_id": self.manager_id, "unit_id": self.unit_id,
            "source": self.source, "author_id": self.author_id,
        }  # fmt: skip
        wanted = Q(**{column: value for column, value in exact.items() if value is not None})
        if self.person_id is not None:
            wanted &= Q(_works_on(self.person_id)) | Q(holder_id=self.person_id)
        if self.received_since is not None:
            wanted &= Q(received_at__gte=self.received_since)
        if self.closed_since is not None:
            wanted &= Q(closed_at__gte=self.closed_since)
        if self.real:
            wanted &= ~Q(status__in=UNREAL)
        if self.unanswered:
            wanted &= Q(contacted_at=None)
        if self.overdue_at is not None:
            wanted &= Q(next_due__lt=self.overdue_at, on_client=False)
        if self.text:
            wanted &= number_or_name(self.text)
        return wanted


def _works_on(person_id: int) -> Exists:
    """Whether a person sits on the deal to work. A lead's author only brought it; a fixer in the shadow isn't shown.

    Asked deal by deal: a page of fifty then costs the same however many seats a person has had.
    """
    seats = Seat.objects.filter(deal=OuterRef("pk"), person_id=person_id, until=None, in_shadow=False)
    return Exists(seats.exclude(role="lead_generator"))


def number_or_name(text: str) -> Q:
    """Deals meant by what somebody typed into the search: a number, or part of a title or a client's name."""
    text = text.replace("\x00", "")
    parsed = parse_number(text)
    if parsed is not None:
        return Q(year=parsed[0], serial=parsed[1])
    words = text.split()[:6]
    wanted = Q()
    for word in words:
        wanted &= _spelled("title", word) | _spelled("client__name", word)
    if text.isascii() and text.isdigit():
        wanted |= Q(serial=int(text[:9])) | Q(client__inn=text)
    return wanted


def _spelled(column: str, word: str) -> Q:
    # PostgreSQL may run in a locale that folds only ASCII, so the word is asked for in all spellings people use
    spellings = {word, word.lower(), word.capitalize(), word.upper()}
    wanted = Q()
    for spelling in spellings:
        wanted |= Q(**{f"{column}__contains": spelling})
    return wanted


def parse_number(text: str) -> tuple[int, int] | None:
    """Year and serial of ``С-2026-0042``, whatever letter it begins with, or of ``2026-0042``."""
    cleaned = text.strip().lstrip("СсCcSs№# -")
    year, dash, serial = cleaned.partition("-")
    if (
        dash
        and len(year) == 4
        and year.isascii()
        and year.isdigit()
        and serial.isascii()
        and serial.isdigit()
    ):
        return (int(year), int(serial)) if len(serial) < 9 else None
    return None


def deal_id_of(number: str, *, viewer: Actor) -> int:
    """The id of the deal with this number.

    :raises NotFound: none, or the viewer may not know of it
    """
    parsed = parse_number(number)
    if parsed is not None:
        found = Deal.objects.filter(visible_to(viewer), year=parsed[0], serial=parsed[1]).values_list(
            "pk", flat=True
        )
        pk = found.first()
        if pk is not None:
            return pk
    raise NotFound


def latest_with_serial(serial: int, *, viewer: Actor) -> int:
    """The id of the latest year's deal with this serial: what people mean who leave the year out.

    :raises NotFound: none, or the viewer may not know of it
    """
    found = Deal.objects.filter(visible_to(viewer), serial=serial).order_by("-year")
    pk = found.values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound
    return pk


def deal_rows(
    *, viewer: Actor, filters: Filters, limit: int = 50, after: int | None = None
) -> tuple[DealRow, ...]:
    """Deals, newest first, from the one below id ``after``."""
    found = Deal.objects.filter(visible_to(viewer), filters.q())
    if after is not None:
        found = found.filter(pk__lt=after)
    return _for(viewer, _rows(found.order_by("-pk")[:limit]))


def _for(viewer: Actor, rows: tuple[DealRow, ...]) -> tuple[DealRow, ...]:
    """A partner agent reads the client's name as he wrote it: what we call a client, or that we know him, is ours."""
    if not viewer.is_agent:
        return rows
    said = dict(Deal.objects.filter(pk__in=[row.id for row in rows]).values_list("pk", "intake"))
    return tuple(
        replace(row, client_name=str(said[row.id].get("answers", {}).get("company", ""))) for row in rows
    )


def urgent_rows(*, viewer: Actor, filters: Filters, limit: int = 40) -> tuple[DealRow, ...]:
    """Deals, what is due first on top."""
    return _rows(Deal.objects.filter(visible_to(viewer), filters.q()).order_by("next_due", "pk")[:limit])


def rows_by_id(ids: Iterable[int], *, viewer: Actor) -> Mapping[int, DealRow]:
    """These deals, as far as the viewer may know of them, by id."""
    found = _rows(Deal.objects.filter(visible_to(viewer), pk__in=list(ids)))
    return {row.id: row for row in _for(viewer, found)}


def window_rows(*, viewer: Actor, limit: int = 100) -> tuple[DealRow, ...]:
    """The queue of the single window: open requests that nobody has decided on yet, oldest first."""
    queue = Deal.objects.filter(visible_to(viewer), status=OPEN, accepted_at=None)
    return _rows(queue.order_by("received_at", "pk")[:limit])


def own_leads(*, viewer: Actor, limit: int = 200) -> tuple[DealRow, ...]:
    """Every request that the viewer brought, newest first, with its fate."""
    return _for(viewer, _rows(Deal.objects.filter(author_id=viewer.me).order_by("-pk")[:limit]))


def brought(*, viewer: Actor, source: str, since: datetime) -> int:
    """How many requests the viewer has brought by one way since then."""
    return Deal.objects.filter(author_id=viewer.me, source=source, received_at__gt=since).count()


def sources() -> tuple[str, ...]:
    """Places that the last two thousand requests have come from, most frequent first."""
    latest = Deal.objects.order_by("-pk").values_list("source", flat=True)[:2000]
    return tuple(source for source, _ in Counter(latest).most_common(50))


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A deal that may be about the same thing, and the signs in common."""

    deal: DealRow
    client_id: int
    by: tuple[str, ...]


def possible_duplicates(
    answers: Mapping[str, object], *, viewer: Actor, besides: int | None = None
) -> tuple[Duplicate, ...]:
    """Deals of clients who may be the same as the one described, surest and newest first."""
    said: Identity = said_identity(
        {key: str(value) for key, value in answers.items() if isinstance(value, str)}
    )
    return duplicates_of(find_clients(said), viewer=viewer, besides=besides)


def duplicates_of(
    matches: Iterable[ClientMatch], *, viewer: Actor, besides: int | None = None
) -> tuple[Duplicate, ...]:
    """The deals of these clients."""
    by_client = {match.client_id: match.by for match in matches}
    found = Deal.objects.filter(visible_to(viewer), client_id__in=list(by_client)).exclude(pk=besides or 0)
    owners = dict(found.values_list("pk", "client_id"))
    rows = _rows(found.order_by("-pk")[:30])
    order = list(by_client)
    return tuple(
        sorted(
            (Duplicate(row, owners[row.id], by_client[owners[row.id]]) for row in rows),
            key=lambda one: order.index(one.client_id),
        )
    )


@dataclass(frozen=True, slots=True)
class DealCard:
    """A deal's own facts for its page; money is None for those who may not see it."""

    row: DealRow
    client_id: int
    external_id: str
    answers: Mapping[str, object]
    unknown: Mapping[str, Mapping[str, object]]
    duplicates_checked_at: datetime | None
    contacted_at: datetime | None
    duplicate_of: str | None
    reason: str
    evidence: str
    client_words: str
    contract_number: str
    contract_date: date | None
    contract_sum: Decimal | None
    dates: Mapping[str, str]
    sees_private: bool
    viewer_seats: frozenset[str]


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A request that waits at the window. ``missing`` and ``unknown`` are keys of required intake fields.

    ``named``: the form says the company's name.
    """

    deal: DealRow
    missing: tuple[str, ...]
    unknown: frozenset[str]
    named: bool
    contacted_at: datetime | None
    duplicates_checked: bool


def window_queue(*, viewer: Actor, limit: int = 200) -> tuple[QueueRow, ...]:
    """The queue of the single window with what each request still lacks, oldest first."""
    queue = Deal.objects.filter(visible_to(viewer), status=OPEN, accepted_at=None).order_by(
        "received_at", "pk"
    )
    found = list(
        queue.values_list(*_COLUMNS, "intake", "contacted_at", "duplicates_checked_at")[:limit]
    )  # one query: a request decided on meanwhile can't shift the rows
    rows = [DealRow(*row[: len(_COLUMNS)]) for row in found]
    processes = {number: process_version(number) for number in {row.process_number for row in rows}}
    queued = []
    for row, (*_, said, contacted, checked) in zip(rows, found, strict=True):
        lacking = missing(processes[row.process_number], said.get("answers", {}))
        queued.append(
            QueueRow(
                row,
                tuple(field.key for field in lacking),
                frozenset(said.get("unknown", {})),
                bool(said.get("answers", {}).get("company")),
                contacted,
                checked is not None,
            )
        )
    return tuple(queued)


@dataclass(frozen=True, slots=True)
class FoundClient:
    """A client that a search found, and how many of his deals the viewer may know of."""

    id: int
    name: str
    inn: str
    deals: int


def clients_found(*, viewer: Actor, text: str, limit: int = 10) -> tuple[FoundClient, ...]:
    """Clients by INN or by every word of a name, those with most deals first."""
    named = Q()
    for word in text.split()[:6]:
        named &= _spelled("client__name", word)
    if not text.strip():
        return ()
    found = (
        Deal.objects.filter(visible_to(viewer), named | Q(client__inn=text.strip()))
        .values_list("client_id", "client__name", "client__inn")
        .annotate(deals=Count("pk"))
        .order_by("-deals", "client__name")
    )
    return tuple(FoundClient(*row) for row in found[:limit])


def open_by_version(*, viewer: Actor) -> Mapping[int, int]:
    """How many open deals follow each version of the process; versions that none follows are left out."""
    found = Deal.objects.filter(visible_to(viewer), status=OPEN).values_list("process_number")
    return dict(found.annotate(n=Count("pk")).order_by("process_number"))


def open_off_version(*, number: int, viewer: Actor, limit: int = 200) -> tuple[DealRow, ...]:
    """Open deals that follow another version than ``number``, oldest version first."""
    found = Deal.objects.filter(visible_to(viewer), status=OPEN).exclude(process_number=number)
    return _rows(found.order_by("process_number", "pk")[:limit])


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A deal as a card on the board: only what a card shows, because a board has hundreds."""

    id: int
    year: int
    serial: int
    title: str
    client_name: str
    process_number: int
    stage: str
    stage_since: datetime
    stage_due: datetime | None
    next_due: datetime | None
    holder_id: int | None
    on_client: bool
    blocker: str
    frayed: Sequence[str]

    @property
    def number(self) -> str:
        """The number as people say it."""
        return f"С-{self.year}-{self.serial:04d}"

    @property
    def path(self) -> str:
        """The number as addresses spell it: ``2026-0042``."""
        return f"{self.year}-{self.serial:04d}"


_CARD_COLUMNS = (
    "id", "year", "serial", "title", "client__name", "process_number", "stage", "stage_since", "stage_due", "next_due",
    "holder_id", "on_client", "blocker", "frayed",
)  # fmt: skip


def board_cards(
    *, viewer: Actor, filters: Filters, stages: Sequence[str], limit: int = 40
) -> tuple[tuple[int, tuple[BoardRow, ...]], ...]:
    """How many open deals stand in each stage, and the most urgent of them. A query a column, one for the counts."""
    found = Deal.objects.filter(visible_to(viewer), filters.q())
    counts = dict(found.values_list("stage").annotate(Count("pk")).order_by())
    urgent = found.order_by("next_due").values_list(*_CARD_COLUMNS)
    return tuple(
        (
            counts.get(stage, 0),
            tuple(BoardRow(*row) for row in urgent.filter(stage=stage)[:limit]) if counts.get(stage) else (),
        )
        for stage in stages
    )
