"""The Bot API through aiogram: an event loop in a thread of its own, for threads that wait for one answer."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, wait
from contextlib import aclosing, contextmanager
from http import HTTPStatus
from typing import IO, Any, Final, TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramNotFound,
)
from aiogram.methods import GetFile, TelegramMethod
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponseError,
    ClientTimeout,
    ConnectionTimeoutError,
)
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

_T = TypeVar("_T")

TIMEOUT: Final = 15.0
"""Seconds for one call. The queue's lease is longer."""
CONNECT_TIMEOUT = 10.0
"""Seconds until a connection stands, from the name of the server to its encryption. Networks that don't want Telegram drop packets in silence:
whoever can't be reached at all must be told apart from who doesn't answer, for only then was certainly nothing said."""
FILE_TIMEOUT: Final = 120
"""Seconds for one file."""
FAILURES: Final = (TelegramAPIError, ClientDecodeError)
"""What a call raises: what the API or the network said instead, silence, what no API says (the page of a proxy in trouble)."""
_PROXY_AWAY: Final = (ProxyConnectionError, ProxyError, ProxyTimeoutError)
_UNREACHED: Final = (ClientConnectorError, ConnectionTimeoutError, *_PROXY_AWAY)
LAST_WORDS: Final = 3.0
"""Seconds that what was sent without waiting has to get out when the line is closed."""
LONG_POLL: Final = 25
WANTED: Final = ("message", "callback_query", "my_chat_member", "chat_join_request")
"""Kinds of updates that mean something to us; Telegram sends no others."""


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """``getUpdates`` as it comes: one malformed update must not take the whole batch with it."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = LONG_POLL
    allowed_updates: tuple[str, ...] = WANTED


class Unreached(TelegramNetworkError):
    """No connection came about: certainly nothing was said."""


class Interrupted(TelegramNetworkError):
    """Telegram answers, but a file broke off on its way: the file's own trouble, as far as anybody can tell."""


class NotGiven(Exception):
    """A file that won't come, however often it is asked for."""


class Session(AiohttpSession):
    """aiogram's own, which gives up on a connection sooner than on an answer."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[_T],
        timeout: float | None = None,  # noqa: ASYNC109 (aiogram's own)
    ) -> _T:
        """One call; the limits are handed on to aiohttp as they are."""
        return await super().make_request(bot, method, _limited(timeout or TIMEOUT))  # type: ignore[arg-type]


def _limited(seconds: float) -> ClientTimeout:
    return ClientTimeout(total=seconds, connect=CONNECT_TIMEOUT, sock_connect=CONNECT_TIMEOUT)


class Wire:
    """A bot's line to the API.

    :param api: base address of the API server, Telegram's own or one's own
    :param proxy: by which it is reached, ``http://``, ``socks5://``; empty for none
    """

    def __init__(self, *, token: str, api: str, proxy: str = "") -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True)
        self._thread.start()
        self._token, self._api, self._proxy = token, api, proxy
        self._under_way: set[Future[Any]] = set()
        self.bot = self._run(self._made(), TIMEOUT)

    async def _made(self) -> Bot:
        server = TelegramAPIServer.from_base(self._api)
        session = Session(proxy=self._proxy or None, api=server, timeout=TIMEOUT)
        return Bot(self._token, session=session)

    def call(self, method: TelegramMethod[_T], *, timeout: float = TIMEOUT) -> _T:
        """Call one method and wait for its answer.

        :raises aiogram.exceptions.TelegramAPIError: one of :data:`FAILURES`
        """
        with _translated(method):
            return self._run(self.bot(method, request_timeout=int(timeout)), timeout + 5)

    def send(self, method: TelegramMethod[Any], *, failed: Callable[[BaseException], None]) -> None:
        """Call one method and don't wait; ``failed`` hears, in another thread, what was raised instead of an answer."""

        def done(call: Future[Any]) -> None:
            self._under_way.discard(call)
            if not call.cancelled() and (error := call.exception()) is not None:
                failed(error)

        asked = self.bot(method, request_timeout=int(TIMEOUT))
        call = asyncio.run_coroutine_threadsafe(asked, self._loop)
        self._under_way.add(call)
        call.add_done_callback(done)

    def settle(self, patience: float = TIMEOUT) -> None:
        """Wait for the answers to what was sent."""
        wait(tuple(self._under_way), patience)

    def updates(self, *, after: int | None) -> list[dict[str, Any]]:
        """Wait for what has happened since update ``after``; an empty list after a while of nothing."""
        offset = None if after is None else after + 1
        return self.call(RawUpdates(offset=offset), timeout=LONG_POLL + TIMEOUT)

    def download(self, file_id: str, *, into: IO[bytes], longest: int) -> None:
        """Pour a file that lies at Telegram into another.

        :raises NotGiven: it is longer than ``longest`` bytes, or not there any more
        :raises Interrupted: it broke off
        :raises aiogram.exceptions.TelegramAPIError: one of :data:`FAILURES`: where it lies can't be asked just now
        """
        asked = GetFile(file_id=file_id)
        try:
            found = self.call(asked)
        except (TelegramBadRequest, TelegramNotFound) as error:
            raise NotGiven from error
        if (found.file_size or 0) > longest or found.file_path is None:
            raise NotGiven
        try:
            with _translated(asked):
                self._run(self._pour(found.file_path, into, longest), FILE_TIMEOUT + 5)
        except TelegramNetworkError as error:
            raise Interrupted(method=asked, message=error.message) from None

    async def _pour(self, path: str, into: IO[bytes], longest: int) -> None:
        session = self.bot.session
        url, left = session.api.file_url(self._token, path), longest
        try:
            async with aclosing(session.stream_content(url, timeout=_limited(FILE_TIMEOUT))) as chunks:  # type: ignore[arg-type]
                async for chunk in chunks:
                    left -= len(chunk)
                    if left < 0:  # the size that was told beforehand may be missing
                        raise NotGiven
                    into.write(chunk)
        except ClientResponseError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                raise NotGiven from None
            raise

    def close(self) -> None:
        """Hang up."""
        self.settle(LAST_WORDS)
        self._run(self.bot.session.close(), TIMEOUT)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(TIMEOUT)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, _T], timeout: float) -> _T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout)
        finally:
            future.cancel()  # what nobody waits for any more must not go on; what is done stays done


@contextmanager
def _translated(asked: TelegramMethod[Any]) -> Iterator[None]:
    """Whatever the network raises, as one kind and by its name alone: its text may carry the address, and that the token."""
    try:
        yield
    except TelegramNetworkError as error:  # aiogram's own translation, which keeps the text
        raise _failure(asked, error.__cause__ or error) from None
    except (ClientError, OSError, *_PROXY_AWAY) as error:
        raise _failure(asked, error) from None


def _failure(asked: TelegramMethod[Any], error: BaseException) -> TelegramNetworkError:
    # where a connection stands, aiohttp makes its own of an OSError; a bare one is of the way to a proxy
    bare = isinstance(error, OSError) and not isinstance(error, ClientError | TimeoutError)
    kind = Unreached if bare or isinstance(error, _UNREACHED) else TelegramNetworkError
    return kind(method=asked, message=type(error).__name__)
