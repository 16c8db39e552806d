"""What a meeting asks of the server: its pages, the phones on the table, the client behind his link."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from typing import Final
from uuid import uuid4

from bench import subject
from bench.client import Call, drive
from bench.measure import CROWD, SIGNIN, Pace, Side, limit_page, medians, ratio_of
from bench.plan import LISTED
from bench.serving import serve
from bench.workloads import Calls, Keys, body, browser, plain_advances

DEALS: Final = 10_000
PLANNED: Final = 50
_TOKEN: Final = "b" * 32
"""What a browser got against forged forms; it says the same in the cookie and in the header."""

Url = Callable[[Path, str], str]


@dataclass(frozen=True, slots=True)
class Work:
    """Something asked of the product, and the work of the limit app that it stands beside."""

    name: str
    calls: Calls
    floor: Calls


@dataclass(frozen=True, slots=True)
class Result:
    """What the rounds of a work came to; ``ratio`` is its p50 to that of the limit app's in the same round."""

    name: str
    database: str
    senders: int
    side: Side
    ratio: float | None


def _page(path: Callable[[Keys], str]) -> Calls:
    def calls(keys: Keys) -> Iterator[Call]:
        return cycle((Call("GET", path(keys), browser(keys)),))

    return calls


def _polls(keys: Keys) -> Iterator[Call]:
    tag = browser(keys) | {"If-None-Match": f'"{keys["revision"]}"'}
    return cycle((Call("GET", f"/meetings/{keys['running']}/room/", tag, expects=304),))


def _clients(keys: Keys) -> Iterator[Call]:
    return cycle((Call("GET", f"/c/{keys['door']}/", {}),))


def _notes(keys: Keys) -> Iterator[Call]:
    headers = {
        "Cookie": f"sessionid={keys['session']}; csrftoken={_TOKEN}", "X-CSRFToken": _TOKEN, "Content-Type": "application/json",
    }  # fmt: skip
    for number in count():
        key = str(uuid4())
        written = {
            "do": "jot",
            "key": key,
            "kind": "note",
            "text": f"Записано под номером {number}",
            "point": 0,
        }
        acts = [written, {"do": "strike", "key": key}]
        yield Call("POST", f"/meetings/{keys['running']}/room/", headers, body({"acts": acts}))


def _plain_list(keys: Keys) -> Iterator[Call]:
    return cycle((Call("GET", f"/deals?owner=0&stage={LISTED}", browser(keys)),))


def _plain_page(keys: Keys) -> Iterator[Call]:
    return cycle((Call("GET", "/deals/1", browser(keys)),))


WORKS: Final = (
    Work("list of meetings, 50 of everybody’s", _page(lambda _: "/meetings/?show=all"), _plain_list),
    Work("a meeting’s page, 40 notes", _page(lambda keys: f"/meetings/{keys['running']}/"), _plain_page),
    Work("dossier", _page(lambda keys: f"/deals/{keys['busy']}/dossier/"), _plain_page),
    Work("cockpit’s page, 40 notes", _page(lambda keys: f"/meetings/{keys['running']}/run/"), _plain_page),
    Work("a phone asks whether there is anything new", _polls, _plain_page),
    Work("the client opens his link", _clients, _plain_page),
    Work("a note from a phone, and struck out again", _notes, plain_advances),
)


def measure(folder: Path, url: Url, *, database: str, pace: Pace) -> Iterator[Result]:
    """Every work with one sender and with eight, by turns with the limit app's work."""
    filled = subject.product(folder, url(folder, "svyazka_meetings"), DEALS, PLANNED)
    plain = subject.limit(url(folder, "limit_meetings"), 1_000)
    told = filled.tree.run(
        "bench.room", filled.env, filled.keys["busy"], json.dumps(filled.keys["ready"][:PLANNED])
    )
    keys = filled.keys | told
    with (
        serve(filled, workers=pace.workers, first=SIGNIN) as ours,
        serve(plain, workers=pace.workers, first=limit_page(plain)) as theirs,
    ):
        for work in WORKS:
            asked, floor = work.calls(keys), work.floor(plain.keys)
            for senders in (1, CROWD):
                drive(ours.port, asked, senders=senders, seconds=min(0.3, pace.seconds))  # warm
                rounds = [
                    (
                        drive(ours.port, asked, senders=senders, seconds=pace.seconds),
                        drive(theirs.port, floor, senders=senders, seconds=pace.seconds),
                    )
                    for _ in range(pace.rounds)
                ]
                yield Result(
                    work.name, database, senders, medians([one for one, _ in rounds]), ratio_of(rounds)
                )


def table(results: Sequence[Result]) -> list[str]:
    """The part of the page."""
    return [
        "## Meetings",
        "",
        f"{DEALS:,} deals, {PLANNED} meetings ahead, one under way with eight points, two of ours, five guests and forty notes.",
        "Beside it the limit app's list of 50 deals, its deal page, its write.",
        "",
        "| database | | at once | p50 ms | p95 ms | per s | to the limit app |",
        "|---|---|--:|--:|--:|--:|--:|",
        *(
            f"| {one.database} | {one.name} | {one.senders} | {one.side.p50:.2f} | {one.side.p95:.2f} | {one.side.rate:.0f}"
            f"{f' ({one.side.failed} failed: {one.side.told})' if one.side.failed else ''} | **{one.ratio or 0:.2f}** |"
            for one in results
        ),
        "",
    ]
