"""``python -m bench``: measure and write ``docs/performance.md``; ``--quick`` prints the first size in a minute.

``python -m bench claims notices`` measures these parts only and leaves the others of the page as they are.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench import before, claims, figures, imports, kept, meetings, outbox, subject, upkeep
from bench.footprint import footprint, installed
from bench.measure import Pace, alone, compare
from bench.page import PAGE, PARTS, circumstances, put
from bench.report import Report, line, table, verdicts
from bench.subject import Subject
from tools import postgres

SIZES = (1_000, 10_000, 100_000)
SPARE = 150
"""Deals of the stock that are kept for what is measured besides the comparison."""


def main() -> None:
    """Measure what was asked for."""
    asked = _asked()
    for part in asked.parts:
        about = [circumstances(), *asked.note]
        lines = _PARTS[part](asked)
        print("\n".join(lines))
        if not asked.quick:
            put(part, lines, about=about)
            print(f"{PAGE}: {part} is written")


def _deals(asked: argparse.Namespace) -> list[str]:
    report = Report(installed=installed())
    for database in asked.databases:
        with _urls(database) as url:
            for total in asked.sizes:
                _measure(report, database, total, _pace(asked), url)
    for what, reached, met in verdicts(report):
        print(f"{'ok  ' if met else 'MISS'} {what}: {reached}")
    return table(report)


def _claims(asked: argparse.Namespace) -> list[str]:
    found: list[claims.Result] = []
    for database in asked.databases:
        with _urls(database) as url, tempfile.TemporaryDirectory() as folder:
            found += claims.measure(
                Path(folder), url, database=database, rounds=asked.rounds, workers=_pace(asked).workers
            )
    return claims.table(found)


def _notices(asked: argparse.Namespace) -> list[str]:
    found = []
    for database in asked.databases:
        with _urls(database) as url, tempfile.TemporaryDirectory() as folder:
            found.append(outbox.measure(Path(folder), url(Path(folder), "outbox"), database=database))
    return outbox.table(found)


def _meetings(asked: argparse.Namespace) -> list[str]:
    found: list[meetings.Result] = []
    for database in asked.databases:
        with _urls(database) as url, tempfile.TemporaryDirectory() as folder:
            found += meetings.measure(Path(folder), url, database=database, pace=_pace(asked))
    return meetings.table(found)


def _figures(asked: argparse.Namespace) -> list[str]:
    found: list[figures.Result] = []
    with _urls("postgresql") if "postgresql" in asked.databases else nullcontext() as url:
        for total in asked.figures:
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                own = url(folder, f"figures_{total}") if url else None
                for one in figures.measure(folder, total, figures.subjects(folder, own), rounds=asked.rounds):
                    found.append(one)
                    print(figures.line(one), flush=True)
    return [
        *figures.table(found, rounds=asked.rounds),
        *kept.table(_kept(asked)),
        *upkeep.table(_upkeep(asked)),
    ]


def _kept(asked: argparse.Namespace) -> list[kept.Kept]:
    found = []
    for database in asked.databases:
        with _urls(database) as url:
            for total in asked.figures:
                with tempfile.TemporaryDirectory() as name:
                    where = url(Path(name), f"kept_{total}")
                    one = kept.measure(Path(name), total, where, database=database, rounds=asked.rounds)
                    found.append(one)
                    print(one, flush=True)
    return found


def _upkeep(asked: argparse.Namespace) -> list[upkeep.Result]:
    found: list[upkeep.Result] = []
    for database in asked.databases:
        with _urls(database) as url, tempfile.TemporaryDirectory() as folder:
            found += upkeep.measure(Path(folder), url(Path(folder), "upkeep"), database=database)
    return found


def _imports(asked: argparse.Namespace) -> list[str]:
    found: list[imports.Result] = []
    many: list[imports.Many] = []
    for database in asked.databases:
        with (
            _urls(database) as url,
            tempfile.TemporaryDirectory() as name,
            tempfile.TemporaryDirectory() as other,
        ):
            where = url(Path(name), "imports")
            found.append(imports.measure(Path(name), where, database=database, rounds=asked.rounds))
            print(imports.line(found[-1]), flush=True)
            if not asked.quick:
                where = url(Path(other), "imports_many")
                many.append(imports.measure_many(Path(other), where, database=database))
                print(imports.line(many[-1]), flush=True)
    return imports.table(found, many, rounds=asked.rounds)


def _before(asked: argparse.Namespace) -> list[str]:
    found: list[before.Result] = []
    for database in asked.databases:
        with _urls(database) as url, tempfile.TemporaryDirectory() as folder:
            found += before.measure(Path(folder), url, asked.before, database=database, pace=_pace(asked))
    return before.table(found)


_PARTS = {
    "deals": _deals, "claims": _claims, "notices": _notices, "meetings": _meetings, "figures": _figures, "imports": _imports,
    "before": _before,
}  # fmt: skip


def _pace(asked: argparse.Namespace) -> Pace:
    return Pace(asked.rounds, asked.seconds, os.cpu_count() or 1)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="1,000 deals on SQLite, about a minute; writes nothing"
    )
    parser.add_argument(
        "--rounds", type=int, help="the product and the limit app by turns (default 5, quick 3)"
    )
    parser.add_argument("--seconds", type=float, help="of each round (default 0.8, quick 0.6)")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of deals")
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgresql"))
    parser.add_argument(
        "--note", action="append", default=[], help="a line about the circumstances, for the page"
    )
    parser.add_argument("--before", type=Path, help="an older checkout to compare with, see bench/before.py")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of the page: {', '.join(PARTS)}")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.parts) - set(PARTS)):
        parser.error(f"no such part: {', '.join(unknown)}")
    if "before" in asked.parts and not asked.before:
        parser.error("--before says with which checkout to compare")
    usual = PARTS if asked.before else PARTS[:-1]
    asked.parts = asked.parts or (PARTS[:1] if asked.quick else usual)
    asked.rounds = asked.rounds or (3 if asked.quick else 5)
    asked.seconds = asked.seconds or (0.6 if asked.quick else 0.8)
    asked.figures = asked.sizes or (figures.SIZES[:1] if asked.quick else figures.SIZES)
    asked.sizes = asked.sizes or (SIZES[:1] if asked.quick else SIZES)
    asked.databases = asked.databases or (("sqlite",) if asked.quick else ("sqlite", "postgresql"))
    return asked


def _measure(report: Report, database: str, total: int, pace: Pace, url: "_Url") -> None:
    folder = Path(tempfile.mkdtemp(prefix="svyazka-bench-"))
    stock = int(pace.rounds * pace.seconds * 450) + 3 * SPARE
    try:
        ours = subject.product(folder, url(folder, f"svyazka_{total}"), total, stock)
        theirs = subject.limit(url(folder, f"limit_{total}"), total)
        report.queries[database, total] = subject.queries(_share(ours, 1))
        for result in compare(_share(ours, 0), theirs, database=database, total=total, pace=pace):
            report.results.append(result)
            print(line(result), flush=True)
        if database == "sqlite":
            for result in alone(_share(ours, 2), database=database, total=total, pace=pace):
                report.results.append(result)
                print(line(result), flush=True)
        if report.footprints is None and total >= 10_000:
            report.footprints = (
                footprint(_share(ours, 3), product=True, pace=pace), footprint(theirs, product=False, pace=pace)
            )  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _share(whole: Subject, part: int) -> Subject:
    """Requests and ready deals of one's own: 0 for the comparison, others for what is measured besides."""
    ready = whole.keys["ready"]
    cut = len(ready) - 3 * SPARE
    own = ready[:cut] if part == 0 else ready[cut + (part - 1) * SPARE : cut + part * SPARE]
    return replace(whole, keys=whole.keys | {"ready": own, "fresh": whole.keys["fresh"] + part * 20_000})


class _Url:
    """Where a fresh database is: a file in the folder, or a database made on the server."""

    def __init__(self, server: str | None) -> None:
        self.server = server

    def __call__(self, folder: Path, name: str) -> str:
        if self.server is None:
            return f"sqlite:///{folder / name}.sqlite3"
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))


@contextmanager
def _urls(database: str) -> Iterator[_Url]:
    if database == "sqlite":
        yield _Url(None)
        return
    where = postgres.programs()
    if where is None:
        print("!!! There is no PostgreSQL here: nothing is measured on it.", file=sys.stderr)
        sys.exit(1)
    with postgres.server(where, durable=True) as server:
        yield _Url(server)


if __name__ == "__main__":
    main()
