"""The product's side of the figures' benchmark: ``python -m bench.tracks FOLDER`` in its settings, asked line by line.

It takes the log in as tracks, as the product would have kept them, then answers each line of its input, a name of
:data:`ASKED`, with a line of JSON: how many milliseconds it took, and what was found.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from bench.plan import STAGES

_AT_ONCE: Final = 100_000
SOURCES: Final = ("сайт", "рекомендация", "звонок", "выставка", "вебинар")
LINES: Final = ("опт", "розница", "производство", "услуги")


def main() -> None:
    """Fill the database, then answer."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "svyazka.config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from svyazka.config.cli.database import prepare

    prepare()
    call_command("collectstatic", interactive=False, verbosity=0)
    told = fill(Path(sys.argv[1]))
    answers = asked()
    print(json.dumps(told), flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        found = answers[line.strip()]()
        print(json.dumps({"ms": (time.perf_counter() - began) * 1000, "found": found}), flush=True)


def fill(folder: Path) -> dict[str, float]:
    """Tracks, lines and stays of the log; then the counters, and the copy by columns. Returns seconds of the last two."""
    from django.db import connection, transaction

    from bench.company import found
    from bench.rows import Table, settle
    from svyazka.presale.insight import columns, tallies

    staff = found(datetime(2025, 1, 1, tzinfo=UTC))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys=OFF")
            cursor.execute("PRAGMA synchronous=OFF")  # what is lost here is written anew in a minute
    tables = {name: Table(f"presale.{name}") for name in ("Client", "Deal", "Track", "TrackLine", "Visit")}
    with transaction.atomic():
        tables["Client"].add(
            id=1, name="ООО «Северный лес»", normal_name="северный лес", created_at=_stamp(0)
        )
        tables["Client"].write()
    numbers = dict.fromkeys(("TrackLine", "Visit"), 0)
    for start, part in enumerate(_parts(folder)):
        with transaction.atomic():
            for row in part:
                _add(tables, numbers, row, staff)
            for table in tables.values():
                table.write()
        print(f"{(start + 1) * _AT_ONCE:,} deals at most", file=sys.stderr)
    settle(tables.values())
    prepare_again()
    return {"rebuild": _took(tallies.rebuild), "copy": _took(columns.refresh)}


def prepare_again() -> None:
    """As every start of the product does: statistics of the tables as they are now."""
    from svyazka.config.cli.database import learn_statistics

    learn_statistics()


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _parts(folder: Path) -> Iterator[list[dict[str, Any]]]:
    """The deals with their stays, some at a time."""
    deals = pl.read_parquet(folder / "deal.parquet")
    moves = (
        pl.read_parquet(folder / "event.parquet").filter(pl.col("kind") < 4).sort("deal", "moment", "kind")
    )
    lived = moves.group_by("deal", maintain_order=True).agg(pl.col("moment"), pl.col("stage"))
    both = deals.join(lived, left_on="id", right_on="deal").sort("id")
    for part in both.iter_slices(_AT_ONCE):
        yield part.to_dicts()


def _stamp(seconds: int) -> str:
    from bench.rows import stamp

    return stamp(datetime.fromtimestamp(seconds, UTC))


def _add(tables: dict[str, Any], numbers: dict[str, int], row: dict[str, Any], staff: Any) -> None:
    """One deal. Of the clock's time of a stay a third counts: eight working hours of twenty-four."""
    pk, moments = row["id"], row["moment"]
    reached = max(row["stage"])
    status = ("open", "won", "lost")[row["status"]]
    manager = staff.managers[row["owner"] % len(staff.managers)]
    created = datetime.fromtimestamp(row["created"], UTC)
    closed = _stamp(moments[-1]) if row["status"] else None
    tables["Deal"].add(
        id=pk, year=created.year, serial=pk, title="Учёт партий", client_id=1, process_number=1, status=status,
        stage=STAGES[reached], stage_since=_stamp(moments[-1]), received_at=_stamp(row["created"]), closed_at=closed,
        source=SOURCES[pk % len(SOURCES)], dispatcher_id=staff.dispatcher, manager_id=manager,
        unit_id=staff.units[pk % len(staff.units)], open_commitments=1, reason="estimate.over_budget" if row["status"] == 2 else "",
        contract_number="Д" if row["status"] == 1 else "", contract_date=created.date().isoformat() if row["status"] == 1 else None,
        contract_sum=row["amount"] / 100 if row["status"] == 1 else None,
    )  # fmt: skip
    tables["Track"].add(
        deal_id=pk, month=created.year * 100 + created.month, received_at=_stamp(row["created"]), process=1, status=status,
        reached=reached, source=SOURCES[pk % len(SOURCES)], unit_id=staff.units[pk % len(staff.units)], manager_id=manager,
        author_id=staff.others[pk % len(staff.others)], reason="estimate.over_budget" if row["status"] == 2 else "",
        kopecks=row["amount"] if row["status"] == 1 else 0, response=(pk * 7) % 480, kept=4, late=1, meetings=min(reached, 2),
        confirmed=min(reached, 1), minutes=70 * min(reached, 2), effort=140 * min(reached, 2),
    )  # fmt: skip
    for line in range(1 + pk % 2):
        numbers["TrackLine"] += 1
        tables["TrackLine"].add(id=numbers["TrackLine"], track_id=pk, name=LINES[(pk + line) % len(LINES)])
    for place in range(len(moments) - 1):
        numbers["Visit"] += 1
        tables["Visit"].add(
            id=numbers["Visit"], deal_id=pk, stage=STAGES[row["stage"][place]], entered_at=_stamp(moments[place]),
            left_at=_stamp(moments[place + 1]), minutes=(moments[place + 1] - moments[place]) // 180,
        )  # fmt: skip


def asked() -> dict[str, Callable[[], object]]:
    """What is answered: ``page`` the whole page as it opens, ``funnel`` its part with the most medians, ``kept`` all standing figures,
    ``slice`` those of one source, ``whole`` every deal counted as a slice, ``plain`` the same by the database.
    """
    from django.contrib.auth import get_user_model
    from django.test import Client

    from svyazka.presale.deals.models import UNREAL
    from svyazka.presale.insight import columns
    from svyazka.presale.insight.counting import count
    from svyazka.presale.insight.figures import Figures, figures
    from svyazka.presale.insight.models import Track
    from svyazka.presale.insight.slices import Period, Slice
    from svyazka.presale.journal.moment import moment
    from svyazka.presale.journal.values import SYSTEM

    browser = Client(HTTP_HOST="localhost")
    browser.force_login(get_user_model().objects.get(is_administrator=True))
    year, real = Period(202509, 202608), Track.objects.exclude(status__in=UNREAL)

    def page(part: str) -> int:
        answer = browser.get(f"/figures/?since=2025-09-01&until=2026-08-31&part={part}")
        return len(answer.content) if answer.status_code == 200 else 0

    def seen(of: Slice) -> Figures:
        with moment():
            return figures(viewer=SYSTEM, of=of)

    def whole(*, copied: bool) -> list[int]:
        with moment(), columns.reader() as copy:
            counters = count(real, copy if copy and copied else iter, months=False)
        return [
            sum(n for key, n in counters.items() if key[:2] == ("all", f"entered.{stage}"))
            for stage in STAGES
        ]

    return {
        "page": lambda: page("conversion"),
        "funnel": lambda: page("funnel"),
        "kept": lambda: seen(Slice(year)).outcomes.received,
        "slice": lambda: seen(Slice(year, source=SOURCES[0])).outcomes.received,
        "whole": lambda: whole(copied=True),
        "plain": lambda: whole(copied=False),
    }


if __name__ == "__main__":
    main()
