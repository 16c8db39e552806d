"""The Bot API's emulator that others wrote, on loopback, with a memory of what was said to it."""

import asyncio
import copy
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator

from tests.flows.running import free_port

TOKEN = "123456:synthetic-token-of-the-tests_0"
BOT = {"id": 123456, "is_bot": True, "first_name": "Связка", "username": "svyazka_test_bot"}


class Remembering(LoBotApiEmulator):  # type: ignore[misc]  # it carries no types
    """Keeps the calls that the emulator took as valid, since the emulator itself keeps no texts."""

    def __init__(self) -> None:
        super().__init__(allow_insecure_loopback_webhooks=True, max_history=5000, max_updates=5000)
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.presses: dict[str, float] = {}
        """When the answer to each press came, by ``time.perf_counter``."""
        self.refused: list[str] = []

    def validate(self, method: str, fields: Any, uploads: Any) -> Any:
        """Let the emulator judge, then remember."""
        asked = copy.deepcopy(fields)
        try:
            result = super().validate(method, fields, uploads)
        except Exception as error:
            self.refused.append(f"{method}: {getattr(error, 'description', error)}")
            raise
        self.taken.append((method, asked))
        if method == "answerCallbackQuery":
            self.presses.setdefault(str(asked["callback_query_id"]), time.perf_counter())
        return result


class Peer:
    """A server of the Bot API, and the people who write to the bot.

    :ivar distance: seconds that each of its answers is on its way
    """

    def __init__(self, port: int) -> None:
        self.port, self.distance = port, 0.0
        self.emulator = Remembering()
        self._answering = asyncio.Event()
        self._answering.set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner = self._run(self._start())
        self._message = 1000

    def hold(self) -> None:
        """Take calls, and answer none of them."""
        self._loop.call_soon_threadsafe(self._answering.clear)

    def let_go(self) -> None:
        """Answer again, those who still wait as well."""
        self._loop.call_soon_threadsafe(self._answering.set)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self, method: str = "sendMessage") -> list[dict[str, Any]]:
        """Calls of a method that were taken, oldest first."""
        return [fields for name, fields in self.emulator.taken if name == method]

    def wait_for(self, method: str, count: int, patience: float = 60.0) -> None:
        """Wait until a method was called so often.

        :raises TimeoutError: it wasn't
        """
        end = time.monotonic() + patience
        while len(self.said(method)) < count:
            if time.monotonic() > end:
                raise TimeoutError(
                    f"{method}: {len(self.said(method))} of {count}; refused: {self.emulator.refused}"
                )
            time.sleep(0.02)  # asked again until the deadline

    def texts(self, chat: int) -> list[str]:
        """What a chat has been told."""
        return [str(one["text"]) for one in self.said() if str(one["chat_id"]) == str(chat)]

    def buttons(self, chat: int) -> dict[str, str]:
        """The buttons of the last message to a chat, by their words."""
        last = [one for one in self.said() if str(one["chat_id"]) == str(chat)][-1]
        markup = last.get("reply_markup") or {"inline_keyboard": []}
        rows = (json.loads(markup) if isinstance(markup, str) else markup)["inline_keyboard"]
        return {one["text"]: one["callback_data"] for row in rows for one in row}

    # what people do

    def write(self, user: int, text: str = "", *, chat: int | None = None, **more: Any) -> None:
        """A person writes to the bot, or in a group."""
        self.tell({"message": self.message(user, text, chat=chat, **more)})

    def message(self, user: int, text: str = "", *, chat: int | None = None, **more: Any) -> dict[str, Any]:
        self._message += 1
        where = (
            {"id": user, "type": "private", "first_name": "Человек"}
            if chat is None
            else {"id": chat, "type": "supergroup", "title": "Эксперты", "is_forum": True}
        )
        sender = {"id": user, "is_bot": False, "first_name": "Человек"}
        return {
            "message_id": self._message, "date": 1_780_000_000, "chat": where, "from": sender,
            **({"text": text} if text else {}), **more,
        }  # fmt: skip

    def press(self, user: int, code: str, *, chat: int | None = None, number: str = "") -> None:
        """A person presses a button."""
        self._message += 1
        message = self.message(BOT["id"], "карточка", chat=chat if chat is not None else user)  # type: ignore[arg-type]
        if chat is None:
            message["chat"] = {"id": user, "type": "private", "first_name": "Человек"}
        self.tell(
            {
                "callback_query": {
                    "id": number or f"press-{self._message}", "from": {"id": user, "is_bot": False, "first_name": "Ч"},
                    "chat_instance": "1", "data": code, "message": message,
                }
            }
        )  # fmt: skip

    def tell(self, update: dict[str, Any]) -> int:
        """Queue an update for the bot."""
        return int(self._run(self.emulator.enqueue_update(update, token=TOKEN)))

    def close(self) -> None:
        self._run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _start(self) -> web.AppRunner:
        app = self.emulator.app()
        app.middlewares.append(self._from_far)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        return runner

    @web.middleware
    async def _from_far(self, request: web.Request, handler: Any) -> web.StreamResponse:
        answer: web.StreamResponse = await handler(request)
        await asyncio.sleep(self.distance)
        await self._answering.wait()
        return answer

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


@contextmanager
def bot_api() -> Iterator[Peer]:
    """A server that is there for as long as it is needed."""
    peer = Peer(free_port())
    try:
        yield peer
    finally:
        peer.close()
