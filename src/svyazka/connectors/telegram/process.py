"""The bot's own process: takes updates in, lets the dialogue handle them, answers presses. Sending is the queue's."""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import IO, Any, Final

import structlog
from aiogram.methods import (
    AnswerCallbackQuery,
    ApproveChatJoinRequest,
    CreateChatInviteLink,
    DeclineChatJoinRequest,
    DeleteWebhook,
    GetMe,
    SendMessage,
    SetMyCommands,
    SetWebhook,
    TelegramMethod,
)
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats
from aiogram.utils.backoff import Backoff, BackoffConfig
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone, translation
from pydantic import ValidationError

from svyazka.bot.dialogue import handle
from svyazka.bot.events import Answer, Event, Knocked, Pressed, Said
from svyazka.bot.files import fetch_and_file, files_of, tell_not_filed
from svyazka.bot.help import COMMANDS
from svyazka.connectors.telegram import NAME
from svyazka.connectors.telegram.reading import event_of, wanted_file
from svyazka.connectors.telegram.wire import FAILURES, WANTED, Interrupted, NotGiven, Wire
from svyazka.presale.channels.codes import open_doors
from svyazka.presale.channels.commands import set_link
from svyazka.presale.channels.incoming import Told, give_back, handle_told, next_told, put_down, receive
from svyazka.presale.channels.queries import PlaceRow, places_for
from svyazka.presale.channels.values import DEALS
from svyazka.presale.people.queries import directory

log = structlog.get_logger("svyazka.telegram")

_PATIENCE: Final = BackoffConfig(min_delay=1.0, max_delay=60.0, factor=2.0, jitter=0.2)
_AWAY: Final = (*FAILURES, OperationalError, InterfaceError)
"""What passes by itself: Telegram or the database can't be asked just now."""
_LOOK_EVERY: Final = 0.05
"""Seconds between two looks for what people did. A look at an empty inbox is one read, and somebody may have pressed."""
_TEND_EVERY: Final = 60.0
_FETCH_EVERY: Final = 0.5
GROUP_RIGHTS: Final = "manage_topics+pin_messages+invite_users"


class BotProcess:
    """Updates in, answers out.

    :param webhook: address and secret by which Telegram brings updates; None to ask for them
    :param handled: called after each event: replies may be waiting in the queue
    """

    def __init__(
        self,
        wire: Wire,
        *,
        stop: threading.Event,
        webhook: tuple[str, str] | None = None,
        handled: Callable[[], None] = lambda: None,
    ) -> None:
        self._wire, self._stop, self._webhook, self._handled = wire, stop, webhook, handled
        self._last_update: int | None = None

    def run(self) -> None:
        """Work until ``stop`` is set."""
        self._loop(self.begin)
        steps = {"dialogue": self._handle, "files": self._fetch, "tending": self.tend}
        if self._webhook is None:
            steps["updates"] = self._poll
        threads = [
            threading.Thread(target=self._loop, args=(step,), name=name, daemon=True)
            for name, step in steps.items()
        ]
        for thread in threads:
            thread.start()
        self._stop.wait()
        for thread in threads:
            thread.join(5.0)

    def _loop(self, step: Callable[[], float | None]) -> None:
        """Do a step again and again, resting as many seconds as it says, until it says None; longer where it fails."""
        backoff = Backoff(_PATIENCE)
        rest: float | None = 0.0
        while rest is not None and not self._stop.wait(rest):
            close_old_connections()
            try:
                rest = step()
                backoff.reset()
            except Exception as error:  # whatever it is, the bot must not go deaf
                known = isinstance(error, _AWAY)
                log.warning("step failed", step=step.__name__, error=type(error).__name__, exc_info=not known)
                rest = next(backoff)
        connection.close()

    def begin(self) -> None:
        """Say where updates go, what can be said, and by which addresses the bot can be begun."""
        if self._webhook is None:
            self._wire.call(DeleteWebhook())
        else:
            url, secret = self._webhook
            self._wire.call(SetWebhook(url=url, secret_token=secret, allowed_updates=list(WANTED)))
        name = self._wire.call(GetMe()).username or ""
        if name:
            doors = {
                "person": f"https://t.me/{name}?start={{code}}",
                "group": f"https://t.me/{name}?startgroup={{code}}&admin={GROUP_RIGHTS}",
            }
            open_doors(channel=NAME, doors=doors)
        self._offer_commands()
        log.info("telegram answers", bot=name, webhook=self._webhook is not None)

    def _offer_commands(self) -> None:
        """The menu beside the line where people write, in private chats; the bot works without it as well."""
        for language in ("", *dict(settings.LANGUAGES)):
            with translation.override(language or directory().language):
                menu = [BotCommand(command=one.name, description=str(one.text)) for one in COMMANDS]
            ask = SetMyCommands(
                commands=menu, scope=BotCommandScopeAllPrivateChats(), language_code=language or None
            )
            try:
                self._wire.call(ask)
            except FAILURES as error:
                log.info("no menu of commands", error=type(error).__name__)
                return

    def tend(self) -> float:
        """See to it that each group of all deals has an address by which colleagues ask to be let in; then rest."""
        for place in places_for(DEALS):
            if place.channel == NAME and not place.link.startswith("https://t.me/+"):
                self._make_invite(place)
        return _TEND_EVERY

    def _make_invite(self, place: PlaceRow) -> None:
        ask = CreateChatInviteLink(chat_id=int(place.chat), name="Svyazka", creates_join_request=True)
        try:
            made = self._wire.call(ask)
        except FAILURES as error:
            log.info("no invite link", error=type(error).__name__)
            return
        set_link(place_id=place.id, link=made.invite_link)

    # taking updates in

    def _poll(self) -> float:
        # those that can't be kept now wait at Telegram for a day
        for update in self._wire.updates(after=self._last_update):
            self._last_update = self.keep(update)
        return 0.0

    def keep(self, update: dict[str, Any]) -> int:
        """Keep an update before Telegram may forget it; its number."""
        number = int(update["update_id"])
        receive(channel=NAME, source=str(number), raw=update, at=timezone.now())
        return number

    # handling them

    def _handle(self) -> float:
        if self.handle_next():
            self._handled()
            return 0.0
        return _LOOK_EVERY

    def handle_next(self) -> bool:
        """Handle the oldest event that waits. False if none does.

        :raises django.db.OperationalError: or another of what passes by itself; the event waits
        """
        told = next_told(channel=NAME)
        if told is not None:
            self._try(told, self._do)
        return told is not None

    def _try(self, told: Told, do: Callable[[Told, datetime], None]) -> None:
        """Do what follows from something told. What nobody can do is put aside after a few tries, the others go on.

        Of a failure no more than its name is kept: its text may carry an address with the token in it, or what somebody wrote.
        """
        try:
            do(told, timezone.now())
        except Interrupted as error:  # counts as a try: else one file holds all the others back for ever
            put_down(told_id=told.id, error=f"{type(error).__name__}: {error.message}")
            raise
        except _AWAY:
            give_back(told_id=told.id)
            raise
        except Exception as error:
            log.exception("not handled", told=told.id)
            put_down(told_id=told.id, error=type(error).__name__)

    def _do(self, told: Told, at: datetime) -> None:
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

    def _fetch(self) -> float:
        return 0.0 if self.fetch_next() else _FETCH_EVERY

    def fetch_next(self) -> bool:
        """Fetch a file that waits and put it into its folder: the one that was tried least. False if none waits.

        :raises aiogram.exceptions.TelegramAPIError: or another of what passes by itself; the file waits, behind those not tried yet
        """
        told = next_told(channel=files_of(NAME), least_tried=True)
        if told is not None:
            self._try(told, self._file)
        return told is not None

    def _file(self, told: Told, at: datetime) -> None:
        wanted = wanted_file(told.raw)

        def fetch(into: IO[bytes]) -> None:
            self._wire.download(wanted.ref.id, into=into, longest=settings.FOLDER_FILE_LIMIT)

        why: str | None = ""  # that it doesn't come is all there is to say
        try:
            why = fetch_and_file(wanted, fetch, source=told.source, at=at)
        except NotGiven:
            log.info("file not given", told=told.id)
        except Interrupted:
            if not told.is_last:
                raise
            log.warning("file given up", told=told.id)
        tell = partial(tell_not_filed, wanted, why, at=at) if why is not None else lambda: None
        handle_told(told_id=told.id, handler=tell, at=at)

    def _answer(self, event: Event | None, answer: Answer) -> None:
        """What is told at once; lost if it can't be said now. The next event doesn't wait for it: Telegram may be far."""
        match event:
            case Pressed(source=press):
                text = answer.text or None
                self._tell(AnswerCallbackQuery(callback_query_id=press, text=text, show_alert=answer.alert))
            case Said(chat=chat) if answer.text:
                thread = int(chat.thread or 0) or None
                self._tell(SendMessage(chat_id=int(chat.id), message_thread_id=thread, text=answer.text))
            case Knocked(chat=chat, sender=sender):
                knock = ApproveChatJoinRequest if answer.let_in else DeclineChatJoinRequest
                self._tell(knock(chat_id=int(chat.id), user_id=int(sender)))

    def _tell(self, method: TelegramMethod[Any]) -> None:
        def failed(error: BaseException) -> None:
            log.info("answer not taken", error=type(error).__name__)

        self._wire.send(method, failed=failed)
