"""What is measured: the same work asked of the product and of the limit app, and the goals it is held to."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any, Final

from bench import invented
from bench.client import Call
from bench.plan import LISTED

Keys = dict[str, Any]
"""What the seeders printed: cookies, tokens, numbers of deals."""

Calls = Callable[[Keys], Iterator[Call]]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is promised.

    :param ratio: p50 of the product to p50 of the limit app, with one sender
    :param growth: p50 at 100,000 deals to p50 at 10,000
    :param rate: operations a second with eight senders
    :param p95: milliseconds with eight senders
    :param queries: statements of one request at most
    """

    ratio: float
    growth: float | None = None
    rate: float | None = None
    p95: float | None = None
    queries: int | None = None


@dataclass(frozen=True, slots=True)
class Workload:
    """A kind of work. ``peer`` says what its ratio means beside the best system of the kind that was measured once."""

    key: str
    name: str
    goal: Goal
    product: Calls
    limit: Calls
    writes: bool = False
    peer: str = ""


def browser(keys: Keys) -> dict[str, str]:
    """Headers of who is signed in."""
    return {"Cookie": f"sessionid={keys['session']}"}


def bearer(keys: Keys) -> dict[str, str]:
    """Headers of who has a token."""
    return {"Authorization": f"Bearer {keys['token']}", "Content-Type": "application/json"}


def body(value: object) -> bytes:
    """As JSON."""
    return json.dumps(value, ensure_ascii=False).encode()


def _page(path: Callable[[Keys], str]) -> Calls:
    """The same page over and over, in a signed-in browser."""

    def calls(keys: Keys) -> Iterator[Call]:
        return cycle((Call("GET", path(keys), browser(keys)),))

    return calls


def _requests(keys: Keys) -> Iterator[Call]:
    for index in count(keys["fresh"]):
        said = invented.answers(index) | {"source": "bench", "external_id": str(index)}
        yield Call("POST", "/api/v1/requests", bearer(keys), body(said), expects=201)


def _plain_requests(keys: Keys) -> Iterator[Call]:
    headers = browser(keys) | {"Content-Type": "application/json"}
    for index in count(keys["fresh"]):
        yield Call("POST", "/requests", headers, body(invented.answers(index)), expects=201)


def _advances(keys: Keys) -> Iterator[Call]:
    for number in keys["ready"]:
        yield Call("POST", f"/api/v1/deals/{number}/advance", bearer(keys), body({"stage": "request"}))


def plain_advances(keys: Keys) -> Iterator[Call]:
    """The limit app's write: a deal goes on to another stage."""
    headers = browser(keys) | {"Content-Type": "application/json"}
    for turn in count():
        pk = turn * 37 % keys["total"] + 1
        yield Call("POST", f"/deals/{pk}/advance", headers, body({"stage": LISTED}))


WORKLOADS: Final = (
    Workload(
        "W1", "take a request in", Goal(2.0, rate=285, p95=50), _requests, _plain_requests, writes=True,
        peer="0.55 of Tryton would be 2.75",
    ),
    Workload(
        "W2", "list: an owner's open deals in a stage, 50 rows", Goal(2.5, growth=1.25),
        _page(lambda keys: f"/board/list/?stage={LISTED}&person={keys['owner']}"),
        _page(lambda _: f"/deals?owner=0&stage={LISTED}"), peer="0.35 of Odoo would be 4.4",
    ),
    Workload(
        "W2b", "board, 40 cards a column", Goal(2.0), _page(lambda _: "/board/"), _page(lambda _: "/board"),
        peer="0.2 of Odoo would be 1.3",
    ),
    Workload(
        "W3", "deal page, 50 events, 10 open commitments", Goal(2.5, queries=12),
        _page(lambda keys: f"/deals/{keys['busy']}/"), _page(lambda _: "/deals/1"), peer="0.3 of Tryton would be 4.0",
    ),
    Workload(
        "W4", "finish a stage whose gate passes", Goal(2.0, rate=260), _advances, plain_advances, writes=True,
        peer="0.6 of Creme would be 3.0",
    ),
)  # fmt: skip
