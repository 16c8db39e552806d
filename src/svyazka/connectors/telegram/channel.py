"""Telegram as a channel of the port.

``sendMessage`` knows no key by which a repeat could be told: if the connection breaks after the API took a message, it is sent
once more, and the queue counts that. Edits, and naming, opening and closing topics, may be repeated without harm.
"""

from dataclasses import replace
from typing import Final

from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    CloseForumTopic,
    CreateForumTopic,
    EditForumTopic,
    EditMessageText,
    ReopenForumTopic,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
)
from aiogram.types import BufferedInputFile, InputMediaPhoto, MediaUnion

from svyazka.connectors.telegram import NAME
from svyazka.connectors.telegram.wire import FAILURES, Unreached, Wire
from svyazka.connectors.telegram.words import CAPTION, as_html, keyboard
from svyazka.presale.channels.port import (
    Content,
    Dead,
    Down,
    Gone,
    Limits,
    Moved,
    Outcome,
    Outgoing,
    Retry,
    Sent,
    Wait,
)
from svyazka.presale.channels.values import NAMED, SHUT, THREAD, UNSHUT

LIMITS: Final = Limits(person=1.05, group=3.05, rate=25.0)
"""A message a second to one person, twenty a minute to one group, some thirty a second in all (the bots' FAQ)."""
REST: Final = 15.0
REFUSED_REST: Final = 300.0
TOPIC_LETTERS: Final = 128
ALBUM: Final = 10
"""Pictures that go into one album."""
UPLOAD: Final = 45.0
"""Seconds for a call that brings pictures. The queue's lease is longer."""

_NOBODY: Final = (
    "chat not found", "user is deactivated", "group chat was deleted", "peer_id_invalid", "thread not found",
    "topic_deleted", "topic_id_invalid", "bot was kicked",
)  # fmt: skip
_VANISHED: Final = ("message to edit not found", "message can't be edited", "message_id_invalid")
_AS_WANTED: Final = ("message is not modified", "topic_not_modified")


class TelegramChannel:
    """The bot's messages.

    :param limits: for tests, which have no patience
    """

    name = NAME

    def __init__(self, wire: Wire, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._wire = wire

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send, edit, or see to a topic."""
        try:
            return self._sent(outgoing)
        except TelegramBadRequest as error:
            return self._refused(outgoing, error)
        except FAILURES as error:
            return outcome_of(error)

    def _sent(self, outgoing: Outgoing) -> Sent:
        chat, thread = int(outgoing.chat), int(outgoing.thread or 0) or None
        name = outgoing.content.title[:TOPIC_LETTERS]
        match outgoing.kind:
            case kind if kind == THREAD:
                made = self._wire.call(CreateForumTopic(chat_id=chat, name=name))
                return Sent(str(made.message_thread_id), link_of(chat, made.message_thread_id))
            case kind if kind == NAMED and thread:
                self._wire.call(EditForumTopic(chat_id=chat, message_thread_id=thread, name=name))
                return Sent()
            case kind if kind == SHUT and thread:
                self._wire.call(CloseForumTopic(chat_id=chat, message_thread_id=thread))
                return Sent()
            case kind if kind == UNSHUT and thread:
                self._wire.call(ReopenForumTopic(chat_id=chat, message_thread_id=thread))
                return Sent()
        return self._said(outgoing, chat, thread)

    def _said(self, outgoing: Outgoing, chat: int, thread: int | None) -> Sent:
        """Words, or pictures with words below them."""
        if outgoing.content.pictures:
            return Sent(str(self._pictured(outgoing.content, chat, thread)))
        text, buttons = as_html(outgoing.content), keyboard(outgoing.content)
        if outgoing.receipt:
            self._wire.call(
                EditMessageText(
                    chat_id=chat, message_id=int(outgoing.receipt), text=text, parse_mode="HTML", reply_markup=buttons
                )
            )  # fmt: skip
            return Sent(outgoing.receipt)
        made_message = self._wire.call(
            SendMessage(
                chat_id=chat, message_thread_id=thread, text=text, parse_mode="HTML", reply_markup=buttons
            )
        )  # fmt: skip
        return Sent(str(made_message.message_id))

    def _pictured(self, content: Content, chat: int, thread: int | None) -> int:
        """Send pictures in one message, or as one album with the words below the first. Returns its number."""
        files = [BufferedInputFile(one.body, f"{one.name}.png") for one in content.pictures[:ALBUM]]
        said = as_html(content, CAPTION)
        if len(files) == 1:
            photo = SendPhoto(
                chat_id=chat, message_thread_id=thread, photo=files[0], caption=said, parse_mode="HTML"
            )
            return self._wire.call(photo, timeout=UPLOAD).message_id
        captions = [said, *("" for _file in files[1:])]
        album: list[MediaUnion] = [
            InputMediaPhoto(media=file, caption=caption or None, parse_mode="HTML" if caption else None)
            for file, caption in zip(files, captions, strict=True)
        ]
        sent = self._wire.call(
            SendMediaGroup(chat_id=chat, message_thread_id=thread, media=album), timeout=UPLOAD
        )
        return sent[0].message_id

    def _refused(self, outgoing: Outgoing, error: TelegramBadRequest) -> Outcome:
        said = error.message.casefold()
        if any(words in said for words in _AS_WANTED):
            return Sent(outgoing.receipt)
        if outgoing.receipt and any(words in said for words in _VANISHED):
            return self.send(replace(outgoing, receipt=""))  # somebody deleted the card: it is put up again
        if any(words in said for words in _NOBODY):
            return Gone(error.message)
        return Dead(error.message)


def link_of(chat: int, thread: int) -> str:
    """The address that opens a topic for who is in its group."""
    return f"https://t.me/c/{str(chat).removeprefix('-100')}/{thread}"


def outcome_of(error: BaseException) -> Outcome:
    """What a failure means: for the chat, for the message, or for the whole channel."""
    # of a page that came instead of an answer only the name is kept: it may show the address, and that the token
    said = error.message if isinstance(error, TelegramNetworkError) else type(error).__name__
    outcome: Outcome = Retry(said, perhaps_sent=True)
    match error:
        case TelegramRetryAfter(retry_after=seconds):
            outcome = Wait(float(seconds))
        case TelegramMigrateToChat(migrate_to_chat_id=chat):
            outcome = Moved(str(chat))
        case TelegramForbiddenError():
            outcome = Gone(error.message)
        case TelegramUnauthorizedError() | TelegramNotFound():
            outcome = Down(REFUSED_REST, error.message)
        case TelegramServerError() | Unreached():
            outcome = Down(REST, error.message)
        case TelegramAPIError() if not isinstance(error, TelegramNetworkError):
            outcome = Dead(error.message)
    return outcome
