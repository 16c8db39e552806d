"""Our own fake of the Bot API, for what no emulator covers: forum topics, 429, 403, 5xx, migration, invite links, a broken line.

It answers in the published shapes and keeps what was said; what it is told to refuse, it refuses.
"""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from tests.flows.running import free_port

MOVED = "Bad Request: group chat was upgraded to a supergroup chat"


class OwnBotApi:
    """A server of a few methods."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refusals: list[tuple[str, int, dict[str, Any]]] = []
        self.cut: set[str] = set()
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
        method = request.match_info["method"]
        fields = dict(await request.post()) if request.can_read_body else {}
        refusal = next((one for one in self.refusals if one[0] == method), None)
        if refusal is not None:
            self.refusals.remove(refusal)
            return web.json_response(refusal[2], status=refusal[1])
        self.calls.append((method, {key: _plain(value) for key, value in fields.items()}))
        if method in self.cut:  # it was taken, and nobody hears so
            self.cut.discard(method)
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"ok": True, "result": self._result(method, fields)})

    def _result(self, method: str, fields: dict[str, Any]) -> Any:
        self._next += 1
        chat = {"id": int(fields.get("chat_id", 1)), "type": "supergroup", "title": "Сделки"}
        message = {
            "message_id": self._next,
            "date": 1_780_000_000,
            "chat": chat,
            "text": fields.get("text", ""),
        }
        return {
            "sendMessage": message,
            "editMessageText": {**message, "message_id": int(fields.get("message_id", 0))},
            "createForumTopic": {"message_thread_id": self._next, "name": fields.get("name"), "icon_color": 7322096},
            "createChatInviteLink": {
                "invite_link": f"https://t.me/+invite{self._next}", "creates_join_request": True, "is_primary": False,
                "is_revoked": False, "creator": {"id": 1, "is_bot": True, "first_name": "Связка"},
            },
            "getMe": {"id": 1, "is_bot": True, "first_name": "Связка", "username": "svyazka_bot"},
            "getUpdates": [],
        }.get(method, True)  # fmt: skip

    def close(self) -> None:
        self._run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._handle)
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
