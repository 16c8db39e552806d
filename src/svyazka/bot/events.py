"""What happens in chats, in words that every messenger can be told in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chat:
    """Where it happened.

    :param id: the messenger's own name of the chat; a private one has the name of who is in it
    :param thread: within the chat, empty outside of any
    :param link: an address that opens the chat for who is in it, if there is one
    """

    channel: str
    id: str
    thread: str = ""
    is_private: bool = False
    title: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that lies at the messenger.

    :param id: by which it is fetched
    :param unique: the same for the same file, whoever sends it
    :param size: bytes; 0 where the messenger doesn't say
    """

    id: str
    unique: str
    name: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote something, sent files, or shared a contact.

    :param source: the messenger's own name of this message
    :param sender: the messenger's own name of who it was
    :param may_command: False for words that aren't his own, forwarded or another bot's: they command nothing
    """

    source: str
    chat: Chat
    sender: str
    text: str = ""
    files: tuple[FileRef, ...] = ()
    contact_name: str = ""
    contact_phone: str = ""
    may_command: bool = True

    @property
    def command(self) -> tuple[str, str]:
        """``/deal@our_bot 42`` is ("deal", "42"); two empty texts where it is none."""
        if not self.may_command or not self.text.startswith("/"):
            return "", ""
        head, _, rest = self.text[1:].partition(" ")
        name, _, arguments = head.partition("\n")
        return name.partition("@")[0].casefold(), (arguments or rest).strip()

    @property
    def addressee(self) -> str:
        """``our_bot`` of ``/deal@our_bot 42``; empty where a command names nobody."""
        head = self.text.split(maxsplit=1)[0] if self.command[0] else ""
        return head.partition("@")[2].casefold()


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody pressed a button of ours. ``code`` is what the button carried: never to be trusted."""

    source: str
    chat: Chat
    sender: str
    code: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A chat has another name from now on; all its threads with it."""

    channel: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Removed:
    """We may say nothing in this chat any more."""

    chat: Chat


@dataclass(frozen=True, slots=True)
class Knocked:
    """Somebody asks to be let into a chat of ours."""

    chat: Chat
    sender: str


Event = Said | Pressed | Moved | Removed | Knocked


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told at once to who pressed or knocked; perishable, so that it is never queued.

    :param text: two hundred letters at most
    :param let_in: for who knocked
    """

    text: str = ""
    alert: bool = False
    let_in: bool = False
