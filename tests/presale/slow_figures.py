"""Counters from the raw journal, as slowly and plainly as can be: every deal's acts are read from the first to the last.

It shares nothing with the product's way of counting but the names of the counters: no row of a deal, visit, commitment or letter is
read; of a meeting only who went.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from svyazka.engine.figures import coarse
from svyazka.presale.journal.models import Entry
from svyazka.presale.meetings.models import Going
from svyazka.presale.people.queries import directory
from svyazka.presale.process.queries import process_version


@dataclass
class Told:
    """What the acts read so far tell of one deal."""

    received: datetime
    process: int
    stage: str
    author: int | None
    source: str
    lines: Any
    since: datetime
    unit: int | None = None
    manager: int | None = None
    status: str = "open"
    reason: str = ""
    kopecks: int = 0
    contacted: datetime | None = None
    chased: int = 0
    on_client: dict[int, tuple[datetime, datetime | None]] = field(default_factory=dict)
    term: dict[int, str] = field(default_factory=dict)
    under: dict[int, int] = field(default_factory=dict)
    ended: list[tuple[int, str, str]] = field(default_factory=list)
    way: list[str] = field(default_factory=list)
    stays: list[tuple[str, int]] = field(default_factory=list)
    imported: bool = False
    left: bool = False
    meetings: dict[int, int] = field(default_factory=dict)
    confirmed: set[int] = field(default_factory=set)


def from_journal() -> dict[tuple[str, str, int, str, int], int]:
    """All counters that aren't zero."""
    told: dict[int, Told] = {}
    for entry in Entry.objects.exclude(chain=0).order_by("chain", "seq").select_related("detail"):
        detail = getattr(entry, "detail", None)
        read(told, entry, detail.body if detail else {})
    whole: Counter[tuple[str, str, int, str, int]] = Counter()
    for deal in told.values():
        count(whole, deal)
    return {key: n for key, n in whole.items() if n}


def read(told: dict[int, Told], entry: Entry, said: Mapping[str, Any]) -> None:
    """Take an act in."""
    data: Any = entry.data
    if entry.act == "deal.received":
        told[entry.chain] = Told(
            entry.at, data["process"], data["stage"], data["author"], said["source"], said["answers"].get("lines", []),
            entry.at,
        )  # fmt: skip
        told[entry.chain].way = [data["stage"]]
        return
    if entry.act == "deal.imported":
        told[entry.chain] = brought(entry, data, said)
        return
    deal = told[entry.chain]
    kind, _, what = entry.act.partition(".")
    if kind == "stage":
        leave(deal, entry.at)
        deal.stage, deal.since = what, entry.at
        deal.way = [one for one in deal.way if one != what] + [what]
    elif kind == "commitment":
        owe(deal, entry, data)
    elif kind == "deal" and what in {"won", "lost", "closed", "reopened", "withdrawn"}:
        close(deal, entry, data, said)
    elif kind in {"meeting", "letter"}:
        meet(deal, entry, data)
    else:
        learn(deal, entry, data, said)


def brought(entry: Entry, data: Any, said: Mapping[str, Any]) -> Told:
    """A deal that came from a table: where it stood when it came it had stood for nobody knows how long."""
    midnight = datetime.combine(
        date.fromisoformat(data["received"]), time(), ZoneInfo(directory().calendar.zone)
    )
    deal = Told(
        midnight, data["process"], data["stage"], data["author"], said["source"], said["answers"].get("lines", []), entry.at,
        unit=data["unit"], manager=data["manager"], status=data["status"], reason=data["reason"], imported=True,
        left=data["status"] != "open",
    )  # fmt: skip
    stages = [stage.key for stage in process_version(data["process"]).stages]
    deal.way = stages[: stages.index(data["stage"]) + 1]
    if data["status"] == "won":
        deal.kopecks = int(Decimal(said["sum"]) * 100)
    return deal


def learn(deal: Told, entry: Entry, data: Any, said: Mapping[str, Any]) -> None:
    """Something is known, or known better."""
    if entry.act in {"deal.accepted", "deal.unit_changed"}:
        deal.unit = data["unit"]
    elif entry.act == "manager.appointed":
        deal.manager = data["person"]
    elif entry.act == "intake.changed":
        if "lines" in data["fields"]:
            deal.lines = said["answers"].get("lines", [])
        if "source" in data["fields"]:
            deal.source = said["answers"]["source"]
    elif entry.act == "deal.process_changed":
        deal.process = data["to"]
    elif entry.act == "client.contacted":
        deal.contacted = deal.contacted or entry.at
    elif entry.act == "client.chased":
        deal.chased += 1


def meet(deal: Told, entry: Entry, data: Any) -> None:
    """A meeting was held, or its letter is confirmed."""
    if entry.act == "meeting.ended" and data["kind"] == "client":
        deal.meetings[data["meeting"]] = data["minutes"]
    elif entry.act == "letter.confirmed" and "meeting" in data:
        deal.confirmed.add(data["meeting"])


def close(deal: Told, entry: Entry, data: Any, said: Mapping[str, Any]) -> None:
    """The deal is closed, or opened again."""
    what = entry.act.partition(".")[2]
    if what in {"won", "lost"}:
        leave(deal, entry.at)
        deal.status, deal.reason = what, data.get("reason", "")
        deal.kopecks = int(Decimal(said["sum"]) * 100) if what == "won" else 0
    elif what == "closed":
        leave(deal, entry.at)
        deal.status = deal.reason = data["status"]
    elif what == "withdrawn":
        deal.status = what
    else:
        deal.status, deal.reason, deal.kopecks, deal.since = "open", "", 0, entry.at


def owe(deal: Told, entry: Entry, data: Any) -> None:
    """A commitment begins or ends."""
    if entry.act == "commitment.opened":
        deal.term[data["id"]], deal.under[data["id"]] = data.get("term", ""), deal.process
        if data["on_client"]:
            deal.on_client[data["id"]] = (entry.at, None)
    elif "outcome" in data:
        end(deal, data, entry.at)


def end(deal: Told, data: Any, at: datetime) -> None:
    """A commitment is over."""
    if data["id"] in deal.on_client:
        deal.on_client[data["id"]] = (deal.on_client[data["id"]][0], at)
    elif data["outcome"] in {"kept", "late", "broken"}:
        deal.ended.append((deal.under[data["id"]], deal.term[data["id"]], data["outcome"]))


def leave(deal: Told, at: datetime) -> None:
    """The stay in a stage is over. Of the first one of a deal that was brought in nobody knows how long it was."""
    if deal.imported and not deal.left:
        deal.left = True
        return
    pauses = [(begun, over or at) for begun, over in deal.on_client.values()]
    merged: list[tuple[datetime, datetime]] = []
    for begun, over in sorted(pauses):
        if merged and begun <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], over))
        else:
            merged.append((begun, over))
    minutes = directory().calendar.minutes_between(deal.since, at, merged)
    deal.stays.append((deal.stage, coarse(max(minutes, 0))))


def count(whole: Counter[tuple[str, str, int, str, int]], deal: Told) -> None:
    """Add what one deal adds."""
    if deal.status in {"duplicate", "spam", "withdrawn"}:
        return
    calendar = directory().calendar
    here = deal.received.astimezone(ZoneInfo(calendar.zone))
    month = here.year * 100 + here.month
    typed = deal.lines if isinstance(deal.lines, list) else [deal.lines]
    lines = {" ".join(str(one).split()).casefold() for one in typed} - {""}
    places = [
        ("all", ""),
        ("source", deal.source),
        ("unit", str(deal.unit or 0)),
        ("manager", str(deal.manager or 0)),
    ]
    places += [("author", str(deal.author or 0)), *(("line", line) for line in lines)]
    went = Counter(Going.objects.filter(meeting__in=deal.meetings).values_list("meeting_id", flat=True))
    effort = sum(minutes * went[meeting] for meeting, minutes in deal.meetings.items())
    for dimension, value in places:
        whole[dimension, "received", month, value, 0] += 1
        if deal.status != "open":
            whole[dimension, deal.status, month, value, 0] += 1
        whole[dimension, "kopecks", month, value, 0] += deal.kopecks
        whole[dimension, "effort", month, value, 0] += effort

    def add(measure: str, bucket: int = 0, n: int = 1) -> None:
        is_histogram = measure in {"response", "meetings_won", "minutes_won"} or measure.startswith("stay.")
        dimension = "times" if is_histogram else "all"
        whole[dimension, measure, month, "", bucket] += n

    count_stages(deal, add)
    for process, term, outcome in deal.ended:
        add(outcome)
        if any(
            one.key == term and one.closes == "estimate.submitted" for one in process_version(process).terms
        ):
            add("estimates")
            add("estimates_kept", n=outcome == "kept")
    add("imported", n=int(deal.imported))
    if deal.contacted and not deal.imported:
        add("response", coarse(max(calendar.minutes_between(deal.received, deal.contacted), 0)))
    add("chased", n=deal.chased)
    add("meetings", n=len(deal.meetings))
    add("confirmed", n=len(deal.confirmed))
    add("minutes", n=sum(deal.meetings.values()))
    if deal.meetings and deal.status == "won":
        add("meetings_won", len(deal.meetings))
        add("minutes_won", sum(deal.meetings.values()))


def count_stages(deal: Told, add: Callable[..., None]) -> None:
    """Add what the deal's way through the stages adds."""
    for stage in deal.way:
        add(f"entered.{stage}")
        if stage != deal.stage or deal.status == "won":
            add(f"passed.{stage}")
    if deal.status in {"lost", "declined"}:
        add(f"{deal.status}.{deal.stage}")
        add(f"why.{deal.stage}.{deal.reason}")
    for stage, minutes in deal.stays:
        add(f"stay.{stage}", minutes)
