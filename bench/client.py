"""A small HTTP/1.1 client that counts: one operation after another, over one connection or eight at once.

With one sender the connection is kept, as a browser keeps it; several senders open one for each operation, so that the
work spreads over the server's processes.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and the status that is an answer to it; ``or_else`` is one that is an answer too."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    expects: int = 200
    or_else: int = 0

    def text(self) -> bytes:
        """The request as it goes over the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {_LOOPBACK}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body or self.method != "GET":
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join((*lines, "", "")).encode() + self.body


@dataclass(slots=True)
class Tally:
    """What a run came to; times in seconds."""

    took: list[float] = field(default_factory=list)
    wall: float = 0.0
    failures: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of the operations was answered."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else float("nan")

    @property
    def rate(self) -> float:
        """Operations a second that were answered as they should be."""
        return (len(self.took) - len(self.failures)) / self.wall if self.wall else 0.0


class _Line:
    """A connection to the server, made when it is first needed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, call: Call) -> tuple[int, bytes]:
        """Status and body of the answer."""
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(_LOOPBACK, self.port, limit=1 << 20)
        self.writer.write(call.text())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head[9:12])
        body = await self._body(self.reader, head)
        if "\nconnection: close" in head:
            self.hang_up()
        return status, body

    async def _body(self, reader: asyncio.StreamReader, head: str) -> bytes:
        for line in head.split("\r\n"):
            name, _, value = line.partition(": ")
            if name == "content-length":
                return await reader.readexactly(int(value))
            if name == "transfer-encoding" and value == "chunked":
                return await _chunks(reader)
        return b""

    def hang_up(self) -> None:
        """The next question takes a new connection."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    whole = b""
    while size := int(await reader.readline(), 16):
        whole += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return whole


async def _send(line: _Line, call: Call, tally: Tally) -> None:
    begun = time.perf_counter()
    try:
        status, body = await line.ask(call)
    except (OSError, asyncio.IncompleteReadError) as error:
        line.hang_up()
        status, body = 0, repr(error).encode()
    tally.took.append(time.perf_counter() - begun)
    if status not in {call.expects, call.or_else}:
        tally.failures.append(f"{call.method} {call.path}: {status} {body[:300].decode(errors='replace')}")


async def _drive(port: int, calls: Iterator[Call], senders: int, seconds: float) -> Tally:
    tally = Tally()
    begun = time.perf_counter()

    async def sender() -> None:
        line = _Line(port)
        for call in calls:
            if senders > 1:
                line.hang_up()
            await _send(line, call, tally)
            if time.perf_counter() - begun >= seconds:
                break
        line.hang_up()

    await asyncio.gather(*(sender() for _ in range(senders)))
    tally.wall = time.perf_counter() - begun
    return tally


def drive(port: int, calls: Iterator[Call], *, senders: int, seconds: float) -> Tally:
    """Send calls for so long, or until there are no more."""
    return asyncio.run(_drive(port, calls, senders, seconds))


def ask(port: int, call: Call) -> tuple[int, bytes]:
    """One question."""

    async def one() -> tuple[int, bytes]:
        line = _Line(port)
        try:
            return await line.ask(call)
        finally:
            line.hang_up()

    return asyncio.run(one())
