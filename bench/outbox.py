"""How fast notices go out, and whether a full queue slows an act.

:func:`measure` starts the peers, a mail server and a Bot API on loopback; ``python -m bench.outbox`` is the side that
sends, in a process of its own within the product's settings. Its limits are off, so that what is seen is ours: taking,
wording, handing over, settling.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.subject import HERE
from tests.connectors.mailserver import mail_server
from tests.connectors.telegram_peer import TOKEN, bot_api
from tests.flows.experts import ask_for_one, linked_experts

ROUNDS: Final = 3
NOTICES: Final = 360
"""Of each round, to everybody in turn."""
PENDING: Final = 100_000
CHATS: Final = 200
"""Among which what waits is spread."""
ACTS: Final = 30
"""Of each kind in each round, with an empty queue and with a full one by turns."""
EXPERTS: Final = 10
CHANNELS: Final = ("email", "telegram")
WORDS: Final = (
    "Просрочено: первый ответ клиенту по заявке С-2026-0042. Отвечает Фамильев И., срок был вчера в 18:00. "
    * 2
)

Send = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one database came to. Rates are notices a second, acts milliseconds.

    :ivar queue: by way, through the queue; of the sink, which takes everything at once, as well
    :ivar bare: by way, the plain client in as many threads
    :ivar ratios: by way, how many times longer the queue takes; the median of the rounds' own
    :ivar acts: by act, p50 with an empty queue, with a full one, and the median of the rounds' own ratios
    :ivar take: of one message out of the full queue
    """

    database: str
    queue: dict[str, float]
    bare: dict[str, float]
    ratios: dict[str, float]
    acts: dict[str, tuple[float, float, float]]
    take: float


def measure(folder: Path, url: str, *, database: str) -> Figures:
    """Send to peers of this process."""
    with mail_server() as box, bot_api() as peer:
        env = {
            "SVYAZKA_DATA": str(folder), "DATABASE_URL": url, "SVYAZKA_LOG": "json", "SVYAZKA_EMAIL_URL": box.url,
            "SVYAZKA_TELEGRAM_TOKEN": TOKEN, "SVYAZKA_TELEGRAM_API": peer.api,
        }  # fmt: skip
        told = HERE.run("bench.outbox", env)
    pairs = told["pairs"]
    return Figures(
        database,
        queue={way: median(queue for queue, _ in rounds) for way, rounds in pairs.items()},
        bare={way: median(bare for _, bare in rounds) for way, rounds in pairs.items() if way != "sink"},
        ratios={way: median(bare / queue for queue, bare in rounds) for way, rounds in pairs.items() if way != "sink"},
        acts={
            act: (median(e for e, _ in rounds), median(f for _, f in rounds), median(f / e for e, f in rounds))
            for act, rounds in told["acts"].items()
        },
        take=told["take"],
    )  # fmt: skip


def table(figures: Sequence[Figures]) -> list[str]:
    """The part of the page."""
    ways = {
        "telegram": "Telegram: lo-bot-api-emulator",
        "email": "letters: aiosmtpd",
        "sink": "a sink, for the queue alone",
    }
    return [
        "## Notices",
        "",
        f"{NOTICES} notices to {CHANNELS[0]} and to {CHANNELS[1]} with our own limits off, three senders in one process, as in",
        "the field; the peer is another process of the same machine. *Bare* is the plain client (aiogram's call, Django's",
        f"letter over an open connection) in three threads against the same peer, by turns; {ROUNDS} rounds. The ratio is what",
        "the queue costs: two transactions that wait for the disk, and the words. In the field the limits decide: 25 messages",
        "a second to Telegram, 20 letters.",
        "",
        "| database | way | notices per s | bare per s | bare to ours |",
        "|---|---|--:|--:|--:|",
        *(
            f"| {one.database} | {name} | {one.queue[way]:.0f} | "
            + (f"{one.bare[way]:.0f} | **{one.ratios[way]:.2f}** |" if way in one.bare else "| |")
            for one in figures
            for way, name in ways.items()
        ),
        "",
        f"### With {PENDING:,} notices waiting",
        "",
        "In one process without HTTP, the queue empty and full by turns; p50 in ms.",
        "",
        "| database | act | empty | full | full to empty |",
        "|---|---|--:|--:|--:|",
        *(
            f"| {one.database} | {act} | {empty:.1f} | {full:.1f} | **{ratio:.2f}** |"
            for one in figures
            for act, (empty, full, ratio) in one.acts.items()
        ),
        *(f"| {one.database} | take one message out of it | | {one.take:.1f} | |" for one in figures),
        "",
    ]


# in the process that sends


def main() -> None:
    """Measure on a fresh database; print the figures of each round as JSON."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    from svyazka.config.cli.database import prepare

    prepare()
    acts = _company()
    pairs: dict[str, list[tuple[float, float]]] = {}
    for _ in range(ROUNDS):
        for name, channel, bare in _ways():
            pairs.setdefault(name, []).append((_deliver(channel), _in_threads(bare) if bare else 0.0))
    paces: dict[str, list[tuple[float, float]]] = {act: [] for act in acts}
    for _ in range(ROUNDS):
        empty = {name: _pace(*act) for name, act in acts.items()}
        _fill()
        full = {name: _pace(*act) for name, act in acts.items()}
        take = _take()
        _empty()
        for name in acts:
            paces[name].append((empty[name], full[name]))
    print(json.dumps({"pairs": pairs, "acts": paces, "take": take}))


def _company() -> dict[str, tuple[Send, Send]]:
    """Acts, each with what makes it possible once more; and everybody with an address and a chat."""
    from django.conf import settings

    from bench import invented
    from bench.company import found
    from svyazka.presale.channels.commands import bind_place
    from svyazka.presale.deals.commands import receive_request
    from svyazka.presale.experts.claiming import claim, hand_back
    from svyazka.presale.notices.commands import set_wishes
    from svyazka.presale.people.queries import actor_by_id, directory

    settings.CHANNELS = CHANNELS
    now = datetime.now(UTC)
    staff = found(now - timedelta(days=30))
    boss = actor_by_id(staff.administrator, "web")
    assert boss is not None
    for number in range(CHATS):
        bind_place(channel="email", chat=str(number), role="deal", deal_id=10**6 + number, actor=boss, at=now)
    experts = [
        actor_by_id(one["id"], "web") for one in linked_experts(EXPERTS, unit=staff.units[0], administrator=boss)
    ]  # fmt: skip
    people = directory().people
    for person in set(people) - {one.person_id for one in experts if one}:
        bind_place(
            channel="telegram", chat=str(5_000_000 + person), role="person", person_id=person, actor=boss, at=now
        )  # fmt: skip
    for person in people:
        me = actor_by_id(person, "web")
        assert me is not None
        set_wishes(choices={}, quiet=None, digest_at=None, actor=me, at=now)
    turns = count()

    def receive() -> int:
        answers: dict[str, Any] = invented.answers(next(turns))
        said = receive_request(answers=answers, actor=boss, at=datetime.now(UTC), source="bench", sure=True)
        return said.deal_id

    request = ask_for_one(receive(), administrator=boss)

    def take_it() -> None:
        expert = experts[next(turns) % EXPERTS]
        assert expert is not None
        claim(request_id=request, actor=expert, at=datetime.now(UTC))

    def give_back() -> None:
        hand_back(
            request_id=request, reason="заболел, не успеваю на встречу", actor=boss, at=datetime.now(UTC)
        )

    _empty()
    return {"take a request in": (receive, lambda: None), "claim": (take_it, give_back)}


def _ways() -> Iterator[tuple[str, Any, Callable[[], Send] | None]]:
    """Name, channel, and what makes a plain client of a thread's own."""
    from aiogram.methods import SendMessage
    from django.core.mail import EmailMessage, get_connection

    from svyazka.connectors.email.channel import EmailChannel
    from svyazka.connectors.telegram.channel import TelegramChannel
    from svyazka.connectors.telegram.wire import Wire
    from svyazka.presale.channels.port import Limits, Outgoing, Sent

    class Sink:
        name, limits = "email", Limits()

        def send(self, _outgoing: Outgoing) -> Sent:
            return Sent("1")

    def letters() -> Send:
        line = get_connection()
        line.open()
        return lambda: line.send_messages([EmailMessage("Просрочено", WORDS, to=["bench@bench.example"])])

    wire = Wire(token=TOKEN, api=os.environ["SVYAZKA_TELEGRAM_API"])
    yield (
        "telegram",
        TelegramChannel(wire, Limits()),
        lambda: lambda: wire.call(SendMessage(chat_id=5, text=WORDS)),
    )
    wire.close()
    yield "email", EmailChannel(Limits()), letters
    yield "sink", Sink(), None


def _deliver(channel: Any) -> float:
    """Notices a second through the queue, by as many senders as the worker has."""
    from django.apps import apps

    from svyazka.worker.delivery import Delivery

    _tell_everybody(channel.name)
    waiting = apps.get_model("presale.Message").objects.filter(status="waiting")
    many, stop = waiting.count(), threading.Event()
    delivery = Delivery([channel], stop=stop)
    began = time.perf_counter()
    delivery.start()
    while waiting.exists():
        time.sleep(0.02)  # asked again until the queue is empty
    took = time.perf_counter() - began
    stop.set()
    delivery.join()
    _empty()
    return float(many / took)


def _in_threads(client: Callable[[], Send]) -> float:
    """Notices a second by the plain client, in as many threads."""
    from svyazka.worker.delivery import SENDERS

    def run() -> None:
        send = client()
        for _ in range(NOTICES // SENDERS):
            send()

    threads = [threading.Thread(target=run) for _ in range(SENDERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return NOTICES / (time.perf_counter() - began)


def _tell_everybody(channel: str) -> None:
    """Notices to all people in turn, by one channel."""
    from django.conf import settings

    from svyazka.presale.journal.commands import lock_journal
    from svyazka.presale.journal.moment import command
    from svyazka.presale.journal.values import SYSTEM, Json
    from svyazka.presale.notices.commands import notify
    from svyazka.presale.people.queries import directory

    readers = sorted(directory().people)

    @command
    def tell() -> None:
        lock_journal()
        people = [(person, "performer") for person in readers]
        data: dict[str, Json] = {"term": "first_response", "performer": readers[0]}
        notify(
            people=people, kind="commitment.overdue", deal_id=None, data=data, actor=SYSTEM, at=datetime.now(UTC)
        )  # fmt: skip

    settings.CHANNELS = (channel,)
    for _ in range(NOTICES // len(readers)):
        tell()
    settings.CHANNELS = CHANNELS


def _pace(act: Send, once_more: Send) -> float:
    took = []
    for _ in range(ACTS):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
        once_more()
    return median(took)


def _take() -> float:
    from svyazka.presale.channels.outbox import take
    from svyazka.presale.channels.port import Limits

    took = []
    for number in range(10):
        began = time.perf_counter()
        assert take(channel="email", limits=Limits(), worker=str(number), at=datetime.now(UTC))
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _fill() -> None:
    from django.apps import apps
    from django.db import connection

    message, place = apps.get_model("presale.Message"), apps.get_model("presale.Place")
    places = list(place.objects.filter(role="deal").values_list("pk", flat=True))
    at = datetime.now(UTC) - timedelta(minutes=1)
    message.objects.bulk_create(
        [
            message(place_id=places[number % len(places)], kind="test", created_at=at, next_at=at)
            for number in range(PENDING)
        ],
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _empty() -> None:
    from django.apps import apps

    apps.get_model("presale.Message").objects.all().delete()


if __name__ == "__main__":
    main()
