"""Our own fake of the Bot API, for what the emulator that others wrote (``telegram_peer``) doesn't cover.

lo-bot-api-emulator 0.3.6 judges texts, buttons, polling, webhooks and files. But it refuses ``message_thread_id``, answers 501
to topics, invite links, requests to join, ``getChat`` and ``getChatMember``, never limits messages (429), never says 403, 5xx or
that a group has moved, gives the bot no name, and takes every chat for ``private``. All of that is tested against this fake
alone, which we wrote ourselves: it proves that we do what we mean to, not that Telegram takes it. ``test_telegram_contract``
holds what we send it, and what it answers, against the published shapes.

What it is told to refuse, it refuses; it keeps what was said.
"""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.flows.running import free_port

_PHOTO = {"file_id": "photo", "file_unique_id": "photo-unique", "width": 1440, "height": 800}
MOVED = "Bad Request: group chat was upgraded to a supergroup chat"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call that was taken, as it came over the wire, and what it was answered."""

    method: str
    form: dict[str, str]
    answer: Any


class OwnBotApi:
    """A server of a few methods.

    :ivar updates: that it gives out from the asked offset on, whoever asks
    :ivar given: names of files that were asked for
    :ivar files: that it gives out, by their ids
    :ivar cut: methods whose next call is taken, and nobody hears so
    :ivar pages: methods whose next call is answered by a proxy's page; "file" for a file
    :ivar broken: files that are cut off on their way, each time
    :ivar circles: whether every call is sent round in circles
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.exchanges: list[Exchange] = []
        self.given: list[str] = []
        self.refusals: list[tuple[str, int, dict[str, Any]]] = []
        self.updates: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.cut: set[str] = set()
        self.pages: set[str] = set()
        self.broken: set[str] = set()
        self.circles = False
        self._next = 100
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner = self._run(self._start())

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def of(self, method: str) -> list[dict[str, Any]]:
        """Calls of a method that were taken."""
        return [fields for name, fields in self.calls if name == method]

    def refuse(self, method: str, code: int, description: str, **parameters: Any) -> None:
        """Refuse the next call of a method."""
        body = {"ok": False, "error_code": code, "description": description}
        self.refusals.append((method, code, body | ({"parameters": parameters} if parameters else {})))

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if self.circles:
            raise web.HTTPTemporaryRedirect(request.url)
        method = request.match_info["method"]
        # a file is a part of its own, under a name that another field gives
        parts = (await request.post()).items()
        fields = {key: str(value) for key, value in parts if not isinstance(value, web.FileField)}
        if method in self.pages:
            return self._page(method)
        refusal = next((one for one in self.refusals if one[0] == method), None)
        if refusal is not None:
            self.refusals.remove(refusal)
            return web.json_response(refusal[2], status=refusal[1])
        self.calls.append((method, {key: _plain(value) for key, value in fields.items()}))
        if method in self.cut:
            self.cut.discard(method)
            assert request.transport is not None
            request.transport.abort()
        answer = self._result(method, fields)
        self.exchanges.append(Exchange(method, fields, answer))
        return web.json_response({"ok": True, "result": answer})

    async def _give(self, request: web.Request) -> web.Response:
        if "file" in self.pages:
            return self._page("file")
        name = request.match_info["file"]
        self.given.append(name)
        if name in self.broken:
            assert request.transport is not None
            request.transport.abort()
        found = self.files.get(name)
        return web.Response(status=404) if found is None else web.Response(body=found)

    def _page(self, what: str) -> web.Response:
        self.pages.discard(what)
        return web.Response(status=502, text="<html>502 Bad Gateway</html>", content_type="text/html")

    def _result(self, method: str, fields: dict[str, str]) -> Any:
        self._next += 1
        number, file = int(fields.get("chat_id", 1)), fields.get("file_id", "")
        chat = {"id": number, "type": "supergroup", "title": "Сделки"}
        if number > 0:
            chat = {"id": number, "type": "private", "first_name": "Человек"}
        message = {
            "message_id": self._next,
            "date": 1_780_000_000,
            "chat": chat,
            "text": fields.get("text", ""),
        }
        return {
            "sendMessage": message,
            "sendPhoto": {**message, "photo": [_PHOTO]},
            "sendMediaGroup": [
                {**message, "message_id": self._next + at, "media_group_id": "1", "photo": [_PHOTO]}
                for at, _one in enumerate(json.loads(fields.get("media", "[]")))
            ],
            "editMessageText": {**message, "message_id": int(fields.get("message_id", 0))},
            "createForumTopic": {"message_thread_id": self._next, "name": fields.get("name"), "icon_color": 7322096},
            "createChatInviteLink": {
                "invite_link": f"https://t.me/+invite{self._next}", "creates_join_request": True, "is_primary": False,
                "is_revoked": False, "creator": {"id": 1, "is_bot": True, "first_name": "Связка"},
            },
            "getFile": {"file_id": file, "file_unique_id": f"{file}-unique", "file_path": file},
            "getMe": {"id": 1, "is_bot": True, "first_name": "Связка", "username": "svyazka_test_bot"},
            "getUpdates": [one for one in self.updates if one["update_id"] >= int(fields.get("offset", 0))],
        }.get(method, True)  # fmt: skip

    def close(self) -> None:
        self._run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._handle)
        app.router.add_get("/file/bot{token}/{file}", self._give)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        return runner

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


def _plain(value: Any) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


@contextmanager
def own_bot_api() -> Iterator[OwnBotApi]:
    """The fake, for as long as it is needed."""
    fake = OwnBotApi(free_port())
    try:
        yield fake
    finally:
        fake.close()
