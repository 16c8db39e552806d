"""The port: what every channel is given to send, and how it answers. Letters and messengers are its implementations.

A channel knows nothing of deals. It gets content that is worded already, puts it into its own form, and says by one of the
outcomes what became of it; what follows from that is the queue's business (``outbox.settle``).
"""

from dataclasses import dataclass
from typing import Protocol

from svyazka.presale.channels.values import PERSON


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; ``link`` is the address that it leads to, if it leads anywhere."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; without one they are a paragraph.

    :param prose: under their heading, too, they are a paragraph and no list
    :param first: the number of the first line where they are numbered, 0 where they aren't
    """

    heading: str
    lines: tuple[Line, ...]
    prose: bool = False
    first: int = 0

    @property
    def is_list(self) -> bool:
        """Whether each line is a point of its own."""
        return bool(self.heading) and not self.prose


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the reader can do by one press, where the channel has buttons.

    :param code: verb and object, 64 bytes at most: all that a press brings back
    """

    label: str
    code: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is shown with the words, where the channel can.

    :param name: small letters and hyphens, once in a content
    :param alt: all that it shows, in words
    """

    name: str
    alt: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """What is said, in the reader's language; plain text, nothing of it is markup.

    :param title: the subject of a letter, the first line of a message
    :param why: why it came to this reader; empty in a group and for a client
    :param sender: whose name stands at its head, where the channel knows one: a person of ours and the company
    :param reply_to: who is answered by it, where the channel knows answers: what one person of ours writes to somebody outside
    :param actions: rows of buttons
    :param pictures: a letter shows them after its first section; in a chat they are the message, and the words stand below them
    :param foot: where the reader chooses what he gets
    """

    title: str
    sections: tuple[Section, ...] = ()
    why: str = ""
    actions: tuple[tuple[Action, ...], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    foot: tuple[Line, ...] = ()
    language: str = "ru"
    sender: str = ""
    reply_to: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way out.

    :param id: the same at each attempt, as is everything that a channel derives from it
    :param receipt: the visible message to change; empty for a new one
    :param title: of the place, as it was bound
    """

    id: int
    kind: str
    subject: str
    role: str
    chat: str
    thread: str
    title: str
    receipt: str
    content: Content

    @property
    def is_private(self) -> bool:
        """Whether one person reads it."""
        return self.role == PERSON


@dataclass(frozen=True, slots=True)
class Sent:
    """It is there. ``receipt`` names the visible message, so that it can be changed later; ``link`` opens what was made."""

    receipt: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """The channel asks for so many seconds of silence in this chat. Counts as no attempt."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has another name now; the message is sent there."""

    chat: str


@dataclass(frozen=True, slots=True)
class Retry:
    """It failed for now. ``perhaps_sent``: the connection broke where nobody can tell, so that the next one may be a repeat."""

    error: str
    perhaps_sent: bool = False


@dataclass(frozen=True, slots=True)
class Dead:
    """This message will never be taken as it is."""

    error: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Nobody is at this place any more, or he wants nothing from us."""

    error: str


@dataclass(frozen=True, slots=True)
class Down:
    """The whole channel doesn't work: it rests so many seconds. Says nothing about the message, counts as no attempt."""

    seconds: float
    error: str


Outcome = Sent | Wait | Moved | Retry | Dead | Gone | Down


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast a channel may be used. 0 is no limit.

    :param person: seconds between two messages to one person's chat
    :param group: seconds between two messages to one group's chat, its threads together
    :param rate: messages a second in all
    """

    person: float = 0.0
    group: float = 0.0
    rate: float = 0.0


class Channel(Protocol):
    """A way out. ``send`` is called by several threads, outside of any transaction, and raises nothing it could answer."""

    @property
    def name(self) -> str:
        """The code under which places know it."""

    @property
    def limits(self) -> Limits:
        """How fast it may be used."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """Bring one message out, or change the one that ``receipt`` names."""
