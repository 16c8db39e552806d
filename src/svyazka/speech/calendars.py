"""Meetings and due times in other people's calendars: invitations, an address to subscribe to, the answers (RFC 5545, 5546)."""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

import icalendar
from icalendar import Parameters, vCalAddress, vInt, vText, vUri
from icalendar.parser import Contentlines

from svyazka.engine.identity import normal_email

Answer = Literal["accepted", "declined", "tentative"]

LONGEST: Final = 256 * 1024
"""Bytes of a calendar that is read; an honest answer has two thousand."""
DUE_SHOWN: Final = timedelta(minutes=15)
"""How long a due time stands in a calendar, for a moment has no height there."""
EVERY: Final = timedelta(hours=1)
"""How often a calendar is asked to read the feed again."""

_PRODUCT: Final = "-//Svyazka//Presale//RU"
_ANSWERS: Final[dict[str, Answer]] = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
}
_ASKED: Final = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
_LONGEST_EMAIL: Final = 1000
"""Letters that are looked at: names of domains in other scripts are decoded in square time."""
_LINE_END: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""What RFC 5545, UTF-8 or the XML of CalDAV has no place for, and the mark of a text's begin, which icalendar may drop."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as a calendar knows him."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting.

    ``uid`` stays the same as long as it lives, ``sequence`` grows when its time or place is another and when it is cancelled.
    ``stamp`` is when it was last changed; all moments are aware. ``zone`` is the IANA name of the zone whose local time is
    written down. ``uninvited`` is one that is cancelled for its attendees only: it takes place without them. ``reminder`` is
    how long before the start a calendar rings.
    """

    uid: str
    sequence: int
    stamp: datetime
    title: str
    words: str
    place: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    organizer: Somebody | None
    attendees: tuple[Somebody, ...]
    url: str = ""
    cancelled: bool = False
    uninvited: bool = False
    reminder: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due at a moment; the fields are those of ``Event``."""

    uid: str
    sequence: int
    stamp: datetime
    title: str
    words: str
    due_at: datetime
    zone: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an invited person's calendar has answered: ``sequence`` tells to which state of the meeting."""

    uid: str
    sequence: int
    email: str
    answer: Answer
    words: str


def invitation(event: Event) -> bytes:
    """Give the ``text/calendar`` part of a letter that invites to a meeting, or calls it off.

    The part's ``method`` has to be ``REQUEST``, or ``CANCEL`` where it is cancelled. Answers go to the organizer. People
    whose e-mail is no address are left out, and so is a link that is not of the web.

    :raises KeyError: there is no such zone
    """
    return _message("CANCEL" if event.cancelled else "REQUEST", event)


def publication(event: Event) -> bytes:
    """Give a meeting for whoever wants it in his calendar: a file that asks nobody, so that there is nothing to answer.

    It has an organizer and no attendees (RFC 5546, 3.2.1). The same event came with an invitation, maybe: then the calendar
    knows it by its ``uid``.

    :raises KeyError: there is no such zone
    """
    return _message("PUBLISH", replace(event, attendees=()))


def _message(method: str, event: Event) -> bytes:
    calendar = _calendar()
    calendar.add("method", method)
    meeting = _meeting(event)
    if event.organizer and (address := _address(event.organizer)):
        meeting.add("organizer", address)
    asked: dict[str, vCalAddress] = {}
    for person in event.attendees:
        if address := _address(person):
            asked.setdefault(str(address), address)
    for address in asked.values():
        meeting.add("attendee", address, _ASKED)
    calendar.add_component(meeting)
    return _written(calendar, [event.starts_at, event.ends_at])


def feed(events: Iterable[Event | Due], *, name: str) -> bytes:
    """Give what stands at an address that a calendar subscribes to; ``name`` is what it calls it.

    Nobody is named in it but by the words. It has no METHOD, for it is no message: with PUBLISH each event had to have an
    organizer (RFC 5546), a calendar put on a CalDAV server must have none (RFC 4791), and RFC 5545 lets it be absent.

    :raises KeyError: there is no such zone
    """
    calendar = _calendar()
    for named in ("name", "x-wr-calname"):
        _say(calendar, named, name)
    hourly = icalendar.vDuration(EVERY)
    calendar.add("refresh-interval", hourly, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(EVERY))
    moments: list[datetime] = []
    for event in events:
        if isinstance(event, Due):
            calendar.add_component(_due(event))
            moments.append(event.due_at)
        else:
            calendar.add_component(_meeting(event))
            moments += (event.starts_at, event.ends_at)
    return _written(calendar, moments)


def reply_in(data: bytes) -> Reply | None:
    """Read the answer to an invitation; None for whatever else it is, a broken or an enormous one too.

    It is only what the letter says: whether the sender may speak for that address is for the caller to know. The address is
    in small letters. A meeting that repeats is answered as a whole.
    """
    said = _first_event(data) if len(data) <= LONGEST else {}
    methods = [value.strip().upper() for _, value in said.get("METHOD", ())]
    uids = [uid for _, value in said.get("UID", ()) if (uid := _clean(value).strip())]
    answers = {_answered(parameters, value) for parameters, value in said.get("ATTENDEE", ())}
    sequence = _number(said.get("SEQUENCE", [(Parameters(), "0")])[0][1])
    if methods != ["REPLY"] or not uids or sequence is None or len(answers) != 1:  # one answer of one person
        return None
    email, answer, note = answers.pop()
    if not email or answer not in _ANSWERS:
        return None
    comments = "\n".join(value for _, value in said.get("COMMENT", ()))
    words = _clean(comments).strip() or _clean(note).strip()
    return Reply(uids[0], sequence, email, _ANSWERS[answer], words)


# writing


class _Text(vText):
    r"""A text as it was typed: vText by itself takes the «\N» of «C:\News» for the end of a line."""

    __slots__ = ()

    def to_ical(self) -> bytes:
        return rb"\\N".join(vText(part).to_ical() for part in self.split(r"\N"))


def _calendar() -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _meeting(event: Event) -> icalendar.Event:
    shown = _shown(event, event.starts_at, event.ends_at)
    _say(shown, "location", event.place)
    if not event.uninvited:  # of the meeting itself: RFC 5546, 3.2.5
        shown.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    if event.reminder is not None and not event.cancelled:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -event.reminder)
        alarm.add("description", _Text(_clean(event.title)))  # RFC 5545 wants one, and may have it empty
        shown.add_component(alarm)
    return shown


def _due(due: Due) -> icalendar.Event:
    """Show it as an event, since many calendars pass over a VTODO; whoever has it is free at that time."""
    shown = _shown(due, due.due_at - DUE_SHOWN, due.due_at)
    shown.add("transp", "TRANSPARENT")
    return shown


def _shown(thing: Event | Due, begin: datetime, end: datetime) -> icalendar.Event:
    shown = icalendar.Event()
    _say(shown, "uid", thing.uid)
    shown.add("sequence", thing.sequence)
    shown.add("dtstamp", thing.stamp)
    shown.add("last-modified", thing.stamp)
    shown.add("dtstart", _there(begin, thing.zone))
    shown.add("dtend", _there(end, thing.zone))
    _say(shown, "summary", thing.title)
    _say(shown, "description", thing.words)
    if link := _link(thing.url):
        shown.add("url", vUri(link))
    return shown


def _there(moment: datetime, zone: str) -> datetime:
    """Give the local time; where clocks show the same hour twice, the second one can only be told in UTC (RFC 5545, 3.3.5)."""
    local = moment.astimezone(ZoneInfo(zone))
    return moment.astimezone(UTC) if local.fold else local


def _say(component: icalendar.Component, name: str, text: str) -> None:
    if said := _clean(text):
        component.add(name, _Text(said))


def _clean(text: str) -> str:
    r"""Leave out what can't be written; all that anybody takes for the end of a line is ``\n``, which is escaped later."""
    return _UNWRITABLE.sub("", _LINE_END.sub("\n", text))


def _address(person: Somebody) -> vCalAddress | None:
    local, _, domain = _email(person.email).rpartition("@")
    try:
        there = domain.encode("idna").decode()
    except UnicodeError:
        there = ""  # letters that no domain has, or too many
    if not there:
        return None
    mailbox = quote(local, safe="!$&'*+/=~")
    address = vCalAddress(f"mailto:{mailbox}@{there}")
    # A parameter has no quotes and no ends of lines. icalendar writes them as «^'» (RFC 6868), which not all calendars know.
    if name := " ".join(_clean(person.name).replace('"', "'").split()):
        address.params["CN"] = name
    return address


def _email(text: str) -> str:
    email = normal_email(text) if len(text) <= _LONGEST_EMAIL else None
    return email if email and email.isprintable() else ""


def _link(url: str) -> str:
    """Give an address of the web with nothing in it that ends a line; else an empty text."""
    try:
        known = urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        return ""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~", errors="ignore") if known else ""


def _written(calendar: icalendar.Calendar, moments: Sequence[datetime]) -> bytes:
    if moments:  # else it would tell all that happened to a zone since 1970
        first, last = max(min(moments).year - 1, 1), min(max(moments).year + 2, 9999)
        calendar.add_missing_timezones(date(first, 1, 1), date(last, 1, 1))
    # They come out of a set, and the same feed has to be the same bytes in each process.
    calendar.subcomponents.sort(key=lambda part: (part.name != "VTIMEZONE", str(part.get("TZID"))))
    return bytes(calendar.to_ical())


# reading


def _first_event(data: bytes) -> dict[str, list[tuple[Parameters, str]]]:
    """Give the properties of the first event and the calendar's method; nothing of an event that doesn't end.

    Lines are taken apart, but no component is built: icalendar's own keep each time zone of a letter for the whole process,
    under whatever name the letter gives it, and work out its rules.
    """
    found: dict[str, list[tuple[Parameters, str]]] = defaultdict(list)
    inside: list[str] = []
    lines = Contentlines.from_ical(data)  # type: ignore[no-untyped-call]
    for line in filter(None, lines):  # the last is an empty str and no content line
        try:
            name, parameters, value = line.parts()
        except ValueError:
            continue
        name = name.upper()
        if name == "BEGIN":
            inside.append(value.strip().upper())
        elif name == "END":
            if inside == ["VCALENDAR", "VEVENT"]:
                return found
            del inside[-1:]
        elif inside == ["VCALENDAR", "VEVENT"] or (inside == ["VCALENDAR"] and name == "METHOD"):
            found[name].append((parameters, value))
    return {}


def _answered(parameters: Parameters, value: str) -> tuple[str, str, str]:
    """Who has answered, what, and the note that Google puts into a parameter, as HTML."""
    email = _email(unquote(value)) or _email(_word(parameters, "EMAIL"))
    note = html.unescape(_word(parameters, "X-RESPONSE-COMMENT"))
    return email, _word(parameters, "PARTSTAT").strip().upper(), note


def _word(parameters: Parameters, name: str) -> str:
    value: Any = parameters.get(name)
    return value if isinstance(value, str) else ""


def _number(text: str) -> int | None:
    try:
        number = int(vInt.from_ical(text))
    except ValueError:
        return None
    return number if number >= 0 else None
