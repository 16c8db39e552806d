"""The bot's own process: takes updates in, lets the dialogue handle them, answers presses. Sending is the queue's."""

import threading
import time
from datetime import datetime
from functools import partial
from typing import Any, Final

import structlog
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound
from aiogram.methods import (
    AnswerCallbackQuery,
    ApproveChatJoinRequest,
    CreateChatInviteLink,
    DeclineChatJoinRequest,
    DeleteWebhook,
    GetMe,
    SendMessage,
    SetWebhook,
)
from aiogram.utils.backoff import Backoff, BackoffConfig
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from pydantic import ValidationError

from svyazka.bot.dialogue import handle
from svyazka.bot.events import Answer, Event, Knocked, Pressed, Said
from svyazka.bot.files import file_fetched, files_of, tell_not_filed
from svyazka.connectors.telegram import NAME
from svyazka.connectors.telegram.reading import event_of, wanted_file
from svyazka.connectors.telegram.wire import FAILURES, WANTED, Wire
from svyazka.presale.channels.codes import open_doors
from svyazka.presale.channels.commands import set_link
from svyazka.presale.channels.incoming import Told, give_back, handle_told, next_told, put_down, receive
from svyazka.presale.channels.queries import PlaceRow, places_for
from svyazka.presale.channels.values import DEALS

log = structlog.get_logger("svyazka.telegram")

_PATIENCE: Final = BackoffConfig(min_delay=1.0, max_delay=60.0, factor=2.0, jitter=0.2)
_BUSY: Final = 0.05
_TEND_EVERY: Final = 60.0
_IDLE: Final = 0.5
_STILL_BUSY: Final = 10.0
"""Seconds after the last event for which the next one is looked for more often."""
GROUP_RIGHTS: Final = "manage_topics+pin_messages+invite_users"


class BotProcess:
    """Updates in, answers out.

    :param webhook: address and secret by which Telegram brings updates; None to ask for them
    """

    def __init__(self, wire: Wire, *, stop: threading.Event, webhook: tuple[str, str] | None = None) -> None:
        self._wire, self._stop, self._webhook = wire, stop, webhook
        self._busy_until = 0.0

    def run(self) -> None:
        """Work until ``stop`` is set."""
        self._begin()
        threads = [
            threading.Thread(target=self._handle_all, name="dialogue", daemon=True),
            threading.Thread(target=self._fetch_all, name="files", daemon=True),
            threading.Thread(target=self._tend_all, name="tending", daemon=True),
        ]
        if self._webhook is None:
            threads.append(threading.Thread(target=self._poll, name="updates", daemon=True))
        for thread in threads:
            thread.start()
        self._stop.wait()
        for thread in threads:
            thread.join(5.0)

    def _begin(self) -> None:
        """Say where updates go and by which addresses the bot can be begun; as long as it takes."""
        backoff = Backoff(_PATIENCE)
        while not self._stop.is_set():
            try:
                if self._webhook is None:
                    self._wire.call(DeleteWebhook())
                else:
                    url, secret = self._webhook
                    self._wire.call(SetWebhook(url=url, secret_token=secret, allowed_updates=list(WANTED)))
                name = self._wire.call(GetMe()).username or ""
            except FAILURES as error:
                log.warning("telegram doesn't answer", error=type(error).__name__)
                self._stop.wait(next(backoff))
                continue
            if name:
                doors = {
                    "person": f"https://t.me/{name}?start={{code}}",
                    "group": f"https://t.me/{name}?startgroup={{code}}&admin={GROUP_RIGHTS}",
                }
                open_doors(channel=NAME, doors=doors)
            log.info("telegram answers", bot=name, webhook=self._webhook is not None)
            return

    def tend(self) -> None:
        """See to it that each group of all deals has an address by which colleagues ask to be let in."""
        for place in places_for(DEALS):
            if place.channel == NAME and not place.link.startswith("https://t.me/+"):
                self._make_invite(place)

    def _tend_all(self) -> None:
        while not self._stop.is_set():
            close_old_connections()
            try:
                self.tend()
            except DatabaseError:
                log.exception("the database doesn't answer")
            self._stop.wait(_TEND_EVERY)
        connection.close()

    def _make_invite(self, place: PlaceRow) -> None:
        ask = CreateChatInviteLink(chat_id=int(place.chat), name="Svyazka", creates_join_request=True)
        try:
            made = self._wire.call(ask)
        except FAILURES as error:
            log.info("no invite link", error=type(error).__name__)
            return
        set_link(place_id=place.id, link=made.invite_link)

    # taking updates in

    def _poll(self) -> None:
        backoff, last = Backoff(_PATIENCE), None
        while not self._stop.is_set():
            close_old_connections()
            try:
                found = self._wire.updates(after=last)
                for update in found:
                    last = self.keep(update)
                backoff.reset()
            except (*FAILURES, DatabaseError) as error:
                # updates wait at Telegram for a day
                log.warning("no updates", error=type(error).__name__)
                self._stop.wait(next(backoff))
        connection.close()

    def keep(self, update: dict[str, Any]) -> int:
        """Keep an update before Telegram may forget it; its number."""
        number = int(update["update_id"])
        receive(channel=NAME, source=str(number), raw=update, at=timezone.now())
        return number

    # handling them

    def _handle_all(self) -> None:
        while not self._stop.is_set():
            close_old_connections()
            try:
                found = self.handle_next()
            except Exception:  # the database was away for a moment
                log.exception("the inbox doesn't answer")
                self._stop.wait(5.0)
                continue
            if not found:
                self._stop.wait(_BUSY if time.monotonic() < self._busy_until else _IDLE)
        connection.close()

    def handle_next(self) -> bool:
        """Handle the oldest event that waits. False if none does."""
        told = next_told(channel=NAME)
        if told is None:
            return False
        self._busy_until = time.monotonic() + _STILL_BUSY
        try:
            self._handle(told, timezone.now())
        except Exception as error:  # one that nobody can handle is put aside, the others go on
            log.exception("event failed", told=told.id)
            put_down(told_id=told.id, error=f"{type(error).__name__}: {error}")
        return True

    def _handle(self, told: Told, at: datetime) -> None:
        try:
            event = event_of(told.raw)
        except ValidationError as error:
            put_down(told_id=told.id, error=f"not an update: {error.error_count()} faults")
            return
        answers: list[Answer] = []

        def act() -> None:
            answer = handle(event, at=at) if event is not None else None
            if answer is not None:
                answers.append(answer)

        if handle_told(told_id=told.id, handler=act, at=at):
            for answer in answers:
                self._answer(event, answer)

    # fetching files

    def _fetch_all(self) -> None:
        backoff = Backoff(_PATIENCE)
        while not self._stop.is_set():
            close_old_connections()
            try:
                if not self.fetch_next():
                    self._stop.wait(_IDLE)
                backoff.reset()
            except (*FAILURES, DatabaseError) as error:
                log.warning("no file", error=type(error).__name__)
                self._stop.wait(next(backoff))
        connection.close()

    def fetch_next(self) -> bool:
        """Fetch the oldest file that waits and put it into its folder. False if none does.

        :raises aiogram.exceptions.TelegramAPIError: or another of ``wire.FAILURES``: Telegram can't be asked just now, the file waits
        """
        told = next_told(channel=files_of(NAME))
        if told is None:
            return False
        wanted, at = wanted_file(told.raw), timezone.now()
        try:
            content = self._wire.download(wanted.ref.id, longest=settings.FOLDER_FILE_LIMIT)
        except (ValueError, TelegramBadRequest, TelegramNotFound):  # too large, or not there any more
            content = b""
        except FAILURES:
            give_back(told_id=told.id)
            raise
        try:
            why = file_fetched(wanted, content, source=told.source, at=at) if content else ""
            tell = partial(tell_not_filed, wanted, why, at=at) if why or not content else lambda: None
            handle_told(told_id=told.id, handler=tell, at=at)
        except Exception as error:  # one that nobody can file is put aside, the others go on
            log.exception("file failed", told=told.id)
            put_down(told_id=told.id, error=f"{type(error).__name__}: {error}")
        return True

    def _answer(self, event: Event | None, answer: Answer) -> None:
        """What is told at once; lost if it can't be said now."""
        try:
            match event:
                case Pressed(source=press):
                    text = answer.text or None
                    self._wire.call(
                        AnswerCallbackQuery(callback_query_id=press, text=text, show_alert=answer.alert)
                    )
                case Said(chat=chat) if answer.text:
                    thread = int(chat.thread or 0) or None
                    self._wire.call(
                        SendMessage(chat_id=int(chat.id), message_thread_id=thread, text=answer.text)
                    )
                case Knocked(chat=chat, sender=sender):
                    knock = ApproveChatJoinRequest if answer.let_in else DeclineChatJoinRequest
                    self._wire.call(knock(chat_id=int(chat.id), user_id=int(sender)))
        except FAILURES as error:
            log.info("answer not taken", error=type(error).__name__)
