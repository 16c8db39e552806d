"""The Bot API through aiogram: an event loop in a thread of its own, for threads that wait for one answer."""

import asyncio
import io
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from http import HTTPStatus
from typing import Any, Final, TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramNetworkError
from aiogram.methods import GetFile, TelegramMethod
from aiohttp import ClientError, ClientResponseError

_T = TypeVar("_T")

TIMEOUT: Final = 15.0
"""Seconds for one call. The queue's lease is longer."""
FAILURES: Final = (TelegramAPIError, ClientDecodeError, TimeoutError)
"""What a call raises: what the API or the network said instead, what no API says (the page of a proxy in trouble), silence."""
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
        session = AiohttpSession(proxy=self._proxy or None, api=server, timeout=TIMEOUT)
        return Bot(self._token, session=session)

    def call(self, method: TelegramMethod[_T], *, timeout: float = TIMEOUT) -> _T:
        """Call one method and wait for its answer.

        :raises aiogram.exceptions.TelegramAPIError: one of :data:`FAILURES`
        """
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

    def download(self, file_id: str, *, longest: int) -> bytes:
        """The bytes of a file that lies at Telegram.

        :raises ValueError: it is longer than ``longest`` bytes, or not there any more
        :raises aiogram.exceptions.TelegramAPIError: one of :data:`FAILURES`
        """
        asked = GetFile(file_id=file_id)
        found = self.call(asked)
        if (found.file_size or 0) > longest or found.file_path is None:
            raise ValueError("too large")
        kept = io.BytesIO()
        try:
            self._run(self.bot.download_file(found.file_path, destination=kept, timeout=120), 130)
        except ClientError as error:  # aiogram translates those of its methods only
            if isinstance(error, ClientResponseError) and error.status == HTTPStatus.NOT_FOUND:
                raise ValueError("not there any more") from error
            raise TelegramNetworkError(method=asked, message=type(error).__name__) from error
        if kept.tell() > longest:
            raise ValueError("too large")
        return kept.getvalue()

    def close(self) -> None:
        """Hang up."""
        self.settle(LAST_WORDS)
        self._run(self.bot.session.close(), TIMEOUT)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(TIMEOUT)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, _T], timeout: float) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)
