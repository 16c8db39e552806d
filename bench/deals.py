"""Deals with a history, written straight into the product's tables: clients, seats, commitments, visits, journal."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bench import invented
from bench.company import Staff
from bench.plan import STAGES, Place, place
from bench.rows import Table, jsonb, stamp
from svyazka.engine.identity import normal_name
from svyazka.presale.clients.queries import Identity, keys_of
from svyazka.presale.journal.digest import detail_hash, entry_digest

HOUR: Final = timedelta(hours=1)
TERMS: Final = {
    "request": (("chaser_answered", "dispatcher"),),
    "preparation": (("expert_found", "manager"), ("meeting_dated", "manager")),
    "meeting": (("letter_sent", "manager"),),
    "estimate": (("estimate_done", "estimator"),),
    "defence": (("proposal_sent", "manager"),),
    "contract": (("terms_agreed", "manager"),),
}
"""What is owed in a stage; only its shape matters here."""


class Deals:
    """Writes deals one after another; the same number gives the same deal.

    :param now: the moment of the newest deal; the oldest is a year older
    :param total: how many deals the year has
    """

    def __init__(self, staff: Staff, now: datetime, total: int) -> None:
        self.staff, self.now, self.total = staff, now, total
        self.tables = {
            name: Table(f"presale.{name}")
            for name in (
                "Client", "Contact", "ClientKey", "Deal", "Seat", "Visit", "Commitment", "Entry", "Detail", "Notice",
            )
        }  # fmt: skip
        self.serials: dict[int, int] = {}
        self.ids = dict.fromkeys(("ClientKey", "Seat", "Visit", "Commitment", "Entry", "Notice"), 0)

    def begin_after(self, highest: dict[str, int], serials: dict[int, int]) -> None:
        """Go on from ids and numbers that are taken already."""
        self.ids.update(highest)
        self.serials = serials

    def next_id(self, table: str) -> int:
        """An id for a row that others point to."""
        self.ids[table] += 1
        return self.ids[table]

    def add(self, index: int, where: Place | None = None) -> str:
        """Write the deal with this number. Returns its address part, ``2026-0042``."""
        return _Deal(self, index, where or place(index)).write()

    def flush(self) -> None:
        """Send what was written to the database, parents first."""
        for table in self.tables.values():
            table.write()


class _Deal:
    """One deal on its way into the tables."""

    def __init__(self, deals: Deals, index: int, where: Place) -> None:
        self.deals, self.index, self.where = deals, index, where
        self.pk = index + 1
        self.random = random.Random(index)
        staff = deals.staff
        self.manager = staff.managers[where.owner]
        self.author = staff.others[index % len(staff.others)]
        self.expert = staff.experts[index % len(staff.experts)]
        self.estimator = staff.estimators[index % len(staff.estimators)]
        age = timedelta(days=360) * max(0, deals.total - index) / max(1, deals.total)
        self.received = (deals.now - age).replace(microsecond=0)
        self.step = (deals.now - self.received) / 24
        self.at = self.received
        self.seq, self.digest = 0, ""
        self.said = invented.answers(index)

    def write(self) -> str:
        year = self.received.astimezone(UTC).year
        serial = self.deals.serials[year] = self.deals.serials.get(year, 0) + 1
        self.number = f"С-{year}-{serial:04d}"
        self._client()
        self._begin()
        opened = self._stages()
        self._row(year, serial, opened)
        self._notice()
        return f"{year}-{serial:04d}"

    def _put(self, table: str, **values: Any) -> None:
        self.deals.tables[table].add(**values)

    def _client(self) -> None:
        name, inn = str(self.said["company"]), str(self.said["inn"])
        phone, email = str(self.said["phone"]), str(self.said["email"])
        self._put(
            "Client", id=self.pk, name=name, normal_name=normal_name(name), inn=inn, lines=jsonb(self.said["lines"]),
            created_at=stamp(self.received),
        )  # fmt: skip
        self._put(
            "Contact", id=self.pk, client_id=self.pk, name=self.said["contact_name"], phone=phone, email=email,
            duty=self.said["contact_duty"],
        )  # fmt: skip
        for key in keys_of(
            Identity(name=name, inn=inn, phone=phone, email=email, site=email.partition("@")[2])
        ):
            self._put(
                "ClientKey",
                id=self.deals.next_id("ClientKey"),
                client_id=self.pk,
                kind=key.kind,
                value=key.value,
            )

    def _begin(self) -> None:
        """The way through the single window: received, answered, accepted, a manager appointed."""
        window = self.deals.staff.dispatcher
        fields = sorted(self.said)
        self._entry(
            "deal.received", self.author,
            {
                "number": self.number, "process": 1, "stage": "request", "author": self.author, "dispatcher": window,
                "duplicates_checked": True, "fields": fields, "consent": False,
            },
            {"answers": self.said, "source": "сайт", "external_id": ""},
        )  # fmt: skip
        for role, person in (("lead_generator", self.author), ("manager", self.manager)):
            self._seat(role, person)
        first = self._commitment("first_response", "dispatcher", window)
        self.at += self.step
        self._entry("client.contacted", window, {"first": True}, {"how": "позвонили, договорились о созвоне"})
        self._kept("first_response", first, window)
        self._entry("deal.accepted", window, {"manager": self.manager, "unit": self.deals.staff.units[0]})
        self._entry("manager.appointed", window, {"person": self.manager, "instead_of": None})

    def _stages(self) -> list[tuple[datetime, int]]:
        """Visits of all stages up to the present one. Returns due times and performers of what is owed there."""
        entered = self.received
        for position in range(self.where.stage):
            self.at += self.step
            self._visit(STAGES[position], entered, self.at, self.manager)
            self._entry(f"stage.{STAGES[position + 1]}", self.manager, {"from": STAGES[position], "over": []})
            entered = self.at
        if self.where.stage >= 1:
            self._seat("expert", self.expert)
        if self.where.stage >= 3:
            self._seat("estimator", self.estimator)
        self.entered = entered
        stage = STAGES[self.where.stage]
        if self.where.status != "open":
            self.at += self.step
            self._visit(stage, entered, self.at, self.manager)
            self._entry(
                f"deal.{self.where.status}", self.manager, {"stage": stage, "over": [], "skipped": []}
            )
            return []
        self._visit(stage, entered, None, None)
        owed = []
        for term, role in TERMS[stage]:
            who = {"dispatcher": self.deals.staff.dispatcher, "estimator": self.estimator}.get(
                role, self.manager
            )
            due = self.deals.now + timedelta(hours=self.random.randint(-60, 200))
            self._commitment(term, role, who, due=due)
            owed.append((due, who))
        return owed

    def _row(self, year: int, serial: int, owed: list[tuple[datetime, int]]) -> None:
        won, lost = self.where.status == "won", self.where.status == "lost"
        first = min(owed, default=None)
        self._put(
            "Deal", id=self.pk, year=year, serial=serial, title=self.said["request"], client_id=self.pk,
            process_number=1, status=self.where.status, stage=STAGES[self.where.stage], stage_since=stamp(self.entered),
            received_at=stamp(self.received), duplicates_checked_at=stamp(self.received + HOUR),
            contacted_at=stamp(self.received + HOUR), accepted_at=stamp(self.received + HOUR),
            closed_at=stamp(self.at) if won or lost else None, source="сайт", author_id=self.author,
            dispatcher_id=self.deals.staff.dispatcher, unit_id=self.deals.staff.units[self.index % 5],
            intake=jsonb({"answers": self.said, "unknown": {}}), manager_id=self.manager,
            reason="price.too_high" if lost else "", evidence="письмо клиента" if lost else "",
            contract_number=f"Д-{self.index}" if won else "",
            contract_date=self.at.date().isoformat() if won else None,
            contract_sum="1250000.00" if won else None, stage_due=stamp(self.entered + 3 * self.step),
            open_commitments=len(owed), next_due=stamp(first[0]) if first else None,
            holder_id=first[1] if first else None, revision=self.seq,
            blocker="meeting_scheduled" if owed and self.where.stage == 1 else "",
        )  # fmt: skip

    def _notice(self) -> None:
        self._put(
            "Notice", id=self.deals.next_id("Notice"), person_id=self.manager, kind="deal.accepted", deal_id=self.pk,
            data=jsonb({"number": self.number}), at=stamp(self.received), read_at=stamp(self.received + HOUR),
        )  # fmt: skip

    def _seat(self, role: str, person: int) -> None:
        self._put(
            "Seat", id=self.deals.next_id("Seat"), deal_id=self.pk, person_id=person, role=role, since=stamp(self.at)
        )  # fmt: skip

    def _visit(self, stage: str, since: datetime, until: datetime | None, who: int | None) -> None:
        self._put(
            "Visit", id=self.deals.next_id("Visit"), deal_id=self.pk, stage=stage, entered_at=stamp(since),
            left_at=stamp(until) if until else None, left_by_id=who,
        )  # fmt: skip

    def _commitment(self, term: str, role: str, who: int, due: datetime | None = None) -> int:
        """Something owed: open where ``due`` says until when, else kept within the step."""
        pk = self.deals.next_id("Commitment")
        closed = None if due else self.at + self.step
        until = due or self.at + 2 * self.step
        self._put(
            "Commitment", id=pk, deal_id=self.pk, performer_id=who, role=role, term=term, opened_at=stamp(self.at),
            opened_by="rule", allowed="2h", due_at=stamp(until), outcome="open" if due else "kept",
            closed_at=stamp(closed) if closed else None, closed_by_id=who if closed else None,
        )  # fmt: skip
        self._entry(
            "commitment.opened", None,
            {"id": pk, "term": term, "performer": who, "due": until.isoformat(), "by": "rule", "on_client": False},
        )  # fmt: skip
        return pk

    def _kept(self, term: str, commitment: int, who: int) -> None:
        said = {"id": commitment, "term": term, "performer": who, "outcome": "kept", "minutes_late": 0}
        self._entry("commitment.kept", who, said)

    def _entry(
        self, act: str, who: int | None, data: dict[str, Any], detail: dict[str, Any] | None = None
    ) -> None:
        pk = self.deals.next_id("Entry")
        self.seq += 1
        salt = f"{pk:032x}" if detail else ""
        hashed = detail_hash(salt, detail) if detail else ""
        channel = "web" if who else "system"
        said: dict[str, Any] = {
            "chain": self.pk, "seq": self.seq, "act": act, "actor_id": who, "role": "", "channel": channel,
        }  # fmt: skip
        self.digest = entry_digest(**said, at=self.at, data=data, detail=hashed, previous=self.digest)
        self._put(
            "Entry",
            id=pk,
            **said,
            at=stamp(self.at),
            data=jsonb(data),
            detail_hash=hashed,
            digest=self.digest,
        )
        if detail:
            self._put("Detail", entry_id=pk, salt=salt, body=jsonb(detail))
