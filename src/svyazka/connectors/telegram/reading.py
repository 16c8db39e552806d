"""A raw update as an event of the dialogue. What means nothing to us is None."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from aiogram.types import CallbackQuery, Message, Update
from aiogram.types import Chat as TelegramChat

from svyazka.bot.events import Chat, Event, FileRef, Knocked, Moved, Pressed, Removed, Said
from svyazka.bot.files import FETCH, WantedFile
from svyazka.connectors.telegram import NAME

_OUT: Final = frozenset({"left", "kicked"})


def event_of(raw: Mapping[str, Any]) -> Event | None:
    """:raises pydantic.ValidationError: the update isn't one"""
    update = Update.model_validate(dict(raw))
    if update.message is not None:
        return _message(update.message)
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.my_chat_member is not None and update.my_chat_member.new_chat_member.status in _OUT:
        return Removed(_chat(update.my_chat_member.chat))
    if update.chat_join_request is not None:
        asked = update.chat_join_request
        return Knocked(_chat(asked.chat), str(asked.from_user.id))
    return None


def wanted_file(raw: Mapping[str, Any]) -> WantedFile:
    """A file that :func:`svyazka.bot.files.fetch_later` noted."""
    wanted = raw[FETCH]
    ref = FileRef(wanted["id"], wanted["unique"], wanted["name"], wanted["size"])
    return WantedFile(ref, raw["deal"], raw["person"], raw["place"])


def _message(message: Message) -> Event | None:
    if message.migrate_to_chat_id is not None:
        return Moved(NAME, str(message.chat.id), str(message.migrate_to_chat_id))
    if message.from_user is None or message.from_user.is_bot or message.sender_chat is not None:
        return None
    contact = message.contact
    name = " ".join(filter(None, (contact.first_name, contact.last_name))) if contact else ""
    said = Said(
        source=f"{message.chat.id}:{message.message_id}", chat=_chat(message.chat, _thread(message)),
        sender=str(message.from_user.id), text=message.text or message.caption or "", files=tuple(_files(message)),
        contact_name=name, contact_phone=contact.phone_number if contact else "",
        # whoever forwards "/unlink" shows it; nobody else's words may act in his name
        may_command=message.forward_origin is None and message.via_bot is None,
    )  # fmt: skip
    return said if said.text or said.files or contact else None


def _press(press: CallbackQuery) -> Event | None:
    if press.message is None or press.data is None:
        return None
    return Pressed(press.id, _chat(press.message.chat), str(press.from_user.id), press.data)


def _thread(message: Message) -> str:
    """The topic: a plain reply in a group names a thread as well, but is none."""
    return str(message.message_thread_id) if message.is_topic_message and message.message_thread_id else ""


def _chat(chat: TelegramChat, thread: str = "") -> Chat:
    number = str(chat.id)
    link = f"https://t.me/c/{number.removeprefix('-100')}" if number.startswith("-100") else ""
    return Chat(
        NAME, number, thread, is_private=chat.type == "private", title=chat.title or "",
        link=f"{link}/{thread}" if link and thread else link,
    )  # fmt: skip


def _files(message: Message) -> Iterator[FileRef]:
    if message.photo:
        largest = max(message.photo, key=lambda one: one.width * one.height)
        yield FileRef(
            largest.file_id, largest.file_unique_id, f"photo-{message.message_id}.jpg", largest.file_size or 0
        )
    for kind, ending, sent in (
        ("file", "", message.document), ("voice", ".ogg", message.voice), ("audio", ".mp3", message.audio),
        ("video", ".mp4", message.video), ("video-note", ".mp4", message.video_note),
    ):  # fmt: skip
        if sent is not None:
            name = getattr(sent, "file_name", None) or f"{kind}-{message.message_id}{ending}"
            yield FileRef(sent.file_id, sent.file_unique_id, name, sent.file_size or 0)
