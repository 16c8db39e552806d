"""What goes into other people's calendars is what was typed, at the right instant; their answers are understood.

What we write is read by vobject, which shares no code with the icalendar that wrote it.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar.timezone import tzp

from svyazka.engine.identity import normal_email
from svyazka.speech.calendars import (
    LONGEST,
    Due,
    Event,
    Reply,
    Somebody,
    feed,
    invitation,
    publication,
    reply_in,
)

NINE = datetime(2026, 11, 26, 6, tzinfo=UTC)
MEETING = Event(
    uid="meeting-42@presale.example.com",
    sequence=3,
    stamp=datetime(2026, 11, 24, 12, 30, 15, tzinfo=UTC),
    title="Себестоимость партии",
    words="Цель: понять, хватит ли типовой ERP\nПротокол ведёт Иван",
    place="Москва, Лесная ул., 7",
    starts_at=NINE,
    ends_at=NINE + timedelta(minutes=75),
    zone="Europe/Moscow",
    organizer=Somebody("Анна Пень", "presale@romashka.example"),
    attendees=(
        Somebody("Лескова Ольга", "leskova@sevles.example"),
        Somebody("Иван Пень", "pen@romashka.example"),
    ),
    url="https://presale.example.com/deals/42",
    reminder=timedelta(minutes=15),
)
DUE = Due(
    uid="commitment-7@presale.example.com",
    sequence=0,
    stamp=MEETING.stamp,
    title="Смета по складу",
    words="С-2026-0042",
    due_at=NINE,
    zone="Europe/Moscow",
    url="https://presale.example.com/deals/42",
)
ZONES = (
    "UTC", "Europe/Moscow", "Asia/Vladivostok", "Europe/Kaliningrad", "Asia/Kathmandu", "Europe/Berlin",
    "America/New_York", "Pacific/Chatham",
)  # fmt: skip

HOSTILE = (
    "END:VEVENT",
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    "x\nATTENDEE:mailto:evil@example.com",
    "x\rATTENDEE:mailto:evil@example.com",
    "x\x0bEND:VEVENT\x0cEND:VCALENDAR",
    "x\x85END:VEVENT",
    "x\u2028END:VEVENT\u2029END:VCALENDAR",
    "x\x1cEND:VEVENT\x1dEND:VEVENT\x1eEND:VEVENT",
    "x\r\n END:VEVENT\r\n\tEND:VEVENT",
    "x\\nEND:VEVENT\\NEND:VEVENT",
    'x";X-EVIL="y":mailto:evil@example.com',
    "x^nEND:VEVENT^'^^",
    "x:mailto:evil@example.com;CN=y,z",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "=ENCODING=QUOTED-PRINTABLE:=0D=0AEND:VEVENT=",
    "\x00\x01\x1b[31m\x7f\x9b",
    "\ud800 \udfff \ud83d",
    "\ufeff\ufffe\uffff",
    "\u202eexe.тнемукод",
    "👩‍👩‍👧‍👦" * 40,
    "ё" * 999,
    " " * 300 + "x" + "\t" * 300,
    "\\" * 301,
    "^" * 301,
    ";" * 100 + "," * 100 + ":" * 100,
)
TEXT = st.text(
    st.characters() | st.sampled_from("\r\n\t\\,;:\"'^=nN \x00\x0b\x85\u2028\u2029\ud800\ufffe’"),
    max_size=200,
) | st.lists(st.sampled_from((*HOSTILE, "\r\n", "\n", " ")), max_size=3).map("".join)


def legible(text: str) -> str:
    """What of a text a calendar can hold; every end of a line is the same."""
    for end in ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"):
        text = text.replace(end, "\n")
    return "".join(
        letter
        for letter in text
        if letter in "\n\t"
        or (unicodedata.category(letter) not in {"Cc", "Cs"} and letter not in {"\ufeff", "\ufffe", "\uffff"})
    )


def named(text: str) -> str:
    """What of a name a parameter can hold."""
    return " ".join(legible(text).replace('"', "'").split())


def crude(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def read(data: bytes) -> Any:
    for zone in ZONES:  # it keeps the first one of that name, and asks pytz for what it doesn't know
        vobject.icalendar.registerTzid(zone, None)
    vobject.icalendar.registerTzid("UTC", UTC)
    return vobject.readOne(data.decode(), validate=True)


def values(component: Any, name: str) -> list[Any]:
    return [line.value for line in component.contents.get(name, ())]


def value(component: Any, name: str) -> Any:
    found = values(component, name)
    assert len(found) <= 1
    return found[0] if found else ""


def names(component: Any, path: str = "") -> Counter[str]:
    """How many there are of each component, property and parameter."""
    path += component.name
    found = Counter([path])
    for line in component.lines():
        found.update([f"{path}/{line.name}", *(f"{path}/{line.name};{name}" for name in line.params)])
        assert not line.singletonparams
    for part in component.components():
        found += names(part, f"{path}/")
    return found


def instant(line: Any) -> datetime:
    assert line.value.tzinfo is not None
    moment: datetime = line.value.astimezone(UTC)
    return moment


def unfolded(data: bytes) -> list[str]:
    return data.decode().replace("\r\n ", "").split("\r\n")


# what was typed


@given(TEXT, TEXT, TEXT)
@example("x", "C:\\News\\notes \\N \\n \\\\N", "x")
@example("\N{BYTE ORDER MARK}x", "\n", " ")
def test_what_was_typed_is_what_a_calendar_shows(title: str, words: str, place: str) -> None:
    typed = replace(MEETING, title=title, words=words, place=place)
    for calendar in (read(invitation(typed)), read(feed([typed], name=title))):
        assert value(calendar.vevent, "summary") == legible(title)
        assert value(calendar.vevent, "description") == legible(words)
        assert value(calendar.vevent, "location") == legible(place)
        assert value(calendar.vevent.valarm, "description") == legible(title)
    assert value(calendar, "x-wr-calname") == value(calendar, "name") == legible(title)


@given(TEXT, TEXT)
def test_a_name_is_shown_in_one_line(organizer: str, attendee: str) -> None:
    typed = replace(
        MEETING,
        organizer=Somebody(organizer, "presale@romashka.example"),
        attendees=(Somebody(attendee, "leskova@sevles.example"),),
    )
    shown = read(invitation(typed)).vevent
    for line, name in ((shown.organizer, organizer), (shown.attendee, attendee)):
        found = "".join(line.params.get("CN", ()))
        assert found.replace("^^", "^") == named(name)  # vobject doesn't know RFC 6868


def allowed(event: Event) -> tuple[Counter[str], Counter[str]]:
    """What an invitation to an honest event and the feed with it are made of."""
    return names(read(invitation(event))), names(read(feed([event, DUE], name="x")))


HONEST = allowed(replace(MEETING, attendees=(*MEETING.attendees, Somebody("x", "x@sevles.example"))))


def made_of(event: Event, due: Due, name: str) -> Iterator[tuple[bytes, Counter[str]]]:
    for data in (invitation(event), feed([event, due], name=name)):
        yield data, names(read(data))


@given(TEXT, st.lists(st.builds(Somebody, TEXT, TEXT | st.emails()), min_size=1, max_size=4), TEXT)
def test_nothing_typed_adds_a_component_a_property_or_a_parameter(
    text: str, people: list[Somebody], url: str
) -> None:
    event = replace(
        MEETING, uid=f"1{text}", title=text, words=text, place=text, url=url, organizer=people[0],
        attendees=tuple(people[1:]),
    )  # fmt: skip
    due = replace(DUE, uid=f"2{text}", title=text, words=text, url=url)
    for (_, found), honest in zip(made_of(event, due, text), HONEST, strict=True):
        assert found <= honest


@pytest.mark.parametrize("said", HOSTILE)
def test_what_is_written_to_do_harm_stays_text(said: str) -> None:
    event = replace(
        MEETING, uid=f"1{said}", title=said, words=said, place=said, url=f"https://presale.example.com/{said}",
        organizer=Somebody(said, f"presale@{said}"),
        attendees=(
            Somebody(said, "leskova@sevles.example"), Somebody("x", said), Somebody("x", f"{said}@sevles.example"),
        ),
    )  # fmt: skip
    due = replace(DUE, uid=f"2{said}", title=said, words=said, url=said)
    for (data, found), honest in zip(made_of(event, due, said), HONEST, strict=True):
        assert found <= honest
        assert data.endswith(b"\r\n")
        for line in data.split(b"\r\n"):
            assert len(line) <= 75
            assert legible(line.decode()) == line.decode()  # whole letters, and nothing that ends a line


@given(TEXT.filter(lambda text: len(text) > 50))
def test_long_lines_are_folded_between_letters(text: str) -> None:
    data = invitation(replace(MEETING, words=text))
    assert all(len(line) <= 75 and line.decode() for line in data.split(b"\r\n")[:-1])


# who and where


@given(st.emails())
@example("r&d@example.com")
@example("o'neil+x=y~z@example.com")
@example("100%25?x#y@example.com")
@example("a@b.c")
def test_an_address_comes_back_in_the_answer_as_it_was_told(email: str) -> None:
    people = (Somebody("Ольга", email),)
    answered = invitation(replace(MEETING, attendees=people, organizer=None))
    answered = answered.replace(b"METHOD:REQUEST", b"METHOD:REPLY").replace(b"NEEDS-ACTION", b"ACCEPTED")
    known = normal_email(email)
    assert reply_in(answered) == (Reply(MEETING.uid, 3, known, "accepted", "") if known else None)


def test_each_invited_person_is_asked_to_answer() -> None:
    shown = read(invitation(MEETING))
    assert value(shown, "method") == "REQUEST"
    assert value(shown.vevent, "organizer") == "mailto:presale@romashka.example"
    assert values(shown.vevent, "attendee") == [
        "mailto:leskova@sevles.example",
        "mailto:pen@romashka.example",
    ]
    assert shown.vevent.attendee.params == {
        "CN": ["Лескова Ольга"], "ROLE": ["REQ-PARTICIPANT"], "PARTSTAT": ["NEEDS-ACTION"], "RSVP": ["TRUE"],
    }  # fmt: skip
    assert value(shown.vevent, "uid") == "meeting-42@presale.example.com"
    assert value(shown.vevent, "sequence") == "3"
    assert value(shown.vevent, "status") == "CONFIRMED"
    assert value(shown.vevent, "url") == "https://presale.example.com/deals/42"
    assert instant(shown.vevent.dtstamp) == MEETING.stamp
    assert instant(shown.vevent.last_modified) == MEETING.stamp
    assert shown.vevent.valarm.trigger.value == timedelta(minutes=-15)


@pytest.mark.parametrize("email", [
    "", "leskova", "leskova@", "@sevles.example", "leskova@sevles", "leskova@sevles.example, pen@romashka.example",
    "leskova@sevles.example\r\nATTENDEE:mailto:pen@romashka.example", "leskova\x00@sevles.example",
    "les\u200bkova@sevles.example", "leskova@sevles.example\u2028END:VEVENT", "leskova@" + "x" * 70 + ".example",
    "leskova@" + "x." * 5000 + "example", "http://sevles.example",
])  # fmt: skip
def test_what_is_no_address_is_not_invited(email: str) -> None:
    people = (Somebody("Ольга", email), Somebody("Иван", "pen@romashka.example"))
    shown = read(invitation(replace(MEETING, attendees=people, organizer=people[0]))).vevent
    assert values(shown, "attendee") == ["mailto:pen@romashka.example"]
    assert not values(shown, "organizer")


@pytest.mark.parametrize(("email", "told"), [
    ("Leskova@Sevles.Example", "mailto:leskova@sevles.example"),
    (" Ольга <leskova@sevles.example> ", "mailto:leskova@sevles.example"),
    ("leskova@пример.рф", "mailto:leskova@xn--e1afmkfd.xn--p1ai"),
    ("100%?#@sevles.example", "mailto:100%25%3F%23@sevles.example"),
])  # fmt: skip
def test_an_address_is_told_as_letters_want_it(email: str, told: str) -> None:
    shown = read(invitation(replace(MEETING, attendees=(Somebody("Ольга", email),)))).vevent
    assert values(shown, "attendee") == [told]


def test_who_is_named_twice_is_asked_once() -> None:
    people = (*MEETING.attendees, Somebody("Оля", "LESKOVA@sevles.example"))
    shown = read(invitation(replace(MEETING, attendees=people))).vevent
    assert [named(line.params["CN"][0]) for line in shown.attendee_list] == ["Лескова Ольга", "Иван Пень"]


@pytest.mark.parametrize("url", [
    "javascript:alert(1)", "data:text/html,x", "//evil.example", "deals/42", "http://[", "",
])  # fmt: skip
def test_only_addresses_of_the_web_are_linked(url: str) -> None:
    assert not values(read(invitation(replace(MEETING, url=url))).vevent, "url")


# when


@given(
    st.datetimes(datetime(2005, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 (hypothesis's way)
    st.integers(1, 3 * 24 * 60),
    st.sampled_from(ZONES),
)
# half past one, and an hour later half past one again
@example(datetime(2014, 10, 25, 21, 30, tzinfo=UTC), 60, "Europe/Moscow")
@example(datetime(2014, 10, 25, 22, 30, tzinfo=UTC), 60, "Europe/Moscow")
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 60, "Europe/Berlin")
@example(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), 2, "Europe/Berlin")
@example(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), 60, "America/New_York")
@example(datetime(2026, 1, 1, 0, 30, tzinfo=UTC), 60, "America/New_York")
def test_a_meeting_is_at_the_same_instant_in_every_zone(start: datetime, minutes: int, zone: str) -> None:
    start = start.replace(microsecond=0)
    met = replace(MEETING, starts_at=start, ends_at=start + timedelta(minutes=minutes), zone=zone)
    due = replace(DUE, due_at=met.ends_at, zone=zone)
    for data in (invitation(met), feed([met, due], name="x")):
        shown = read(data).vevent
        assert (instant(shown.dtstart), instant(shown.dtend)) == (met.starts_at, met.ends_at)
    shown = read(feed([due], name="x")).vevent
    assert (instant(shown.dtstart), instant(shown.dtend)) == (due.due_at - timedelta(minutes=15), due.due_at)


@pytest.mark.parametrize(("zone", "told"), [
    ("Europe/Moscow", "DTSTART;TZID=Europe/Moscow:20261126T090000"),
    ("Asia/Vladivostok", "DTSTART;TZID=Asia/Vladivostok:20261126T160000"),
    ("UTC", "DTSTART:20261126T060000Z"),
])  # fmt: skip
def test_the_time_is_told_as_people_there_say_it(zone: str, told: str) -> None:
    lines = unfolded(invitation(replace(MEETING, zone=zone)))
    assert told in lines
    assert lines.count(f"TZID:{zone}") == (zone != "UTC")


def test_a_zone_is_told_from_before_the_first_moment_on() -> None:
    new_year = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)  # still the old one there
    lines = unfolded(feed([replace(DUE, due_at=new_year, zone="America/New_York"), MEETING], name="x"))
    assert "DTEND;TZID=America/New_York:20251231T193000" in lines
    for name in ("America/New_York", "Europe/Moscow"):
        told = lines[lines.index(f"TZID:{name}") :]
        begins = [line for line in told[: told.index("END:VTIMEZONE")] if line.startswith("DTSTART:")]
        assert min(begins) <= "DTSTART:20251231T193000"


def test_moments_of_any_zone_are_understood() -> None:
    there = MEETING.starts_at.astimezone(ZoneInfo("Asia/Vladivostok"))
    assert invitation(replace(MEETING, starts_at=there)) == invitation(MEETING)


def test_one_wrong_year_does_not_take_the_feed_away() -> None:
    for year in (1, 9999):
        far = replace(MEETING, uid="far", starts_at=NINE.replace(year=year), ends_at=NINE.replace(year=year))
        shown = read(feed([MEETING, far], name="x"))
        assert [value(event, "uid") for event in shown.vevent_list] == [MEETING.uid, "far"]


# called off, and the feed


def test_a_meeting_called_off_goes_out_of_calendars() -> None:
    off = replace(MEETING, cancelled=True, sequence=4)
    shown = read(invitation(off))
    assert value(shown, "method") == "CANCEL"
    assert value(shown.vevent, "status") == value(read(feed([off], name="x")).vevent, "status") == "CANCELLED"
    assert (value(shown.vevent, "uid"), value(shown.vevent, "sequence")) == (MEETING.uid, "4")
    assert values(shown.vevent, "attendee") == values(read(invitation(MEETING)).vevent, "attendee")
    assert not values(shown.vevent, "valarm")  # nothing rings for it


def test_a_meeting_to_keep_asks_nobody_and_is_the_same_event_as_its_invitation() -> None:
    """RFC 5546, 3.2.1: an organizer, no attendees."""
    kept, asked = read(publication(MEETING)), read(invitation(MEETING))
    assert values(kept, "method") == ["PUBLISH"]
    assert not values(kept.vevent, "attendee")
    for same in ("uid", "sequence", "dtstart", "organizer", "summary"):
        assert values(kept.vevent, same) == values(asked.vevent, same)


def test_a_feed_says_what_it_is_called_and_when_to_read_it_again() -> None:
    lines = unfolded(feed([MEETING, DUE], name="Связка: Анна"))
    assert {"NAME:Связка: Анна", "X-WR-CALNAME:Связка: Анна", "X-PUBLISHED-TTL:PT1H"} <= set(lines)
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines


def test_a_feed_is_no_message_and_names_nobody() -> None:
    shown = read(feed([MEETING, DUE], name="Связка"))
    assert not values(shown, "method")
    for event in shown.vevent_list:
        assert not values(event, "attendee")
        assert not values(event, "organizer")


def test_a_due_time_keeps_nobody_busy() -> None:
    shown = read(feed([DUE], name="Связка")).vevent
    assert value(shown, "transp") == "TRANSPARENT"
    assert instant(shown.dtend) == DUE.due_at
    assert not values(read(feed([MEETING], name="Связка")).vevent, "transp")


def test_an_empty_feed_is_a_calendar() -> None:
    assert names(read(feed([], name=""))) <= HONEST[1]


def test_the_same_feed_is_the_same_bytes_in_each_process() -> None:
    lines = unfolded(feed([replace(DUE, uid=zone, zone=zone) for zone in reversed(ZONES)], name="x"))
    told = [line for line in lines if line.startswith("TZID:")]
    assert told == sorted(told)
    assert len(told) == len(ZONES) - 1


# answers


def sent(text: str, end: str = "\r\n") -> bytes:
    return text.replace("\n", end).encode()


OUTLOOK = sent("""\
BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Russian Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T000000
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=TENTATIVE;CN=Лескова Ольга:MAILTO:Leskova@Sevles.Example
COMMENT;LANGUAGE=ru-RU:Буду\\, если успею\\; иначе — Пень\\n
UID:meeting-42@presale.example.com
SUMMARY;LANGUAGE=ru-RU:Под вопросом: Себестоимость партии
DTSTART;TZID=Russian Standard Time:20261126T090000
DTEND;TZID=Russian Standard Time:20261126T101500
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:20261124T140211Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:3
LOCATION;LANGUAGE=ru-RU:Москва
X-MICROSOFT-CDO-APPT-SEQUENCE:3
X-MICROSOFT-CDO-OWNERAPPTID:0
X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE
X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
X-MICROSOFT-CDO-IMPORTANCE:1
X-MICROSOFT-CDO-INSTTYPE:0
X-MICROSOFT-DISALLOW-COUNTER:FALSE
END:VEVENT
END:VCALENDAR
""")
GOOGLE = sent("""\
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261126T060000Z
DTEND:20261126T071500Z
DTSTAMP:20261124T141902Z
ORGANIZER;CN=Анна Пень:mailto:presale@romashka.example
UID:meeting-42@presale.example.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;CN=leskov
 a@sevles.example;X-NUM-GUESTS=0;X-RESPONSE-COMMENT="не могу&#39\\;: сдаём от
 чёт, &quot\\;год&quot\\;":mailto:leskova@sevles.example
CREATED:20261124T123015Z
DESCRIPTION:
LAST-MODIFIED:20261124T141901Z
LOCATION:Москва\\, Лесная ул.\\, 7
SEQUENCE:3
STATUS:CONFIRMED
SUMMARY:Себестоимость партии
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
""")
APPLE = sent("""\
BEGIN:VCALENDAR
CALSCALE:GREGORIAN
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 15.6//EN
VERSION:2.0
BEGIN:VEVENT
ATTENDEE;CN="Лескова, Ольга";CUTYPE=INDIVIDUAL;EMAIL="leskova@sevles.exam
 ple";PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=TRUE:/aMjA3/principal/
CREATED:20261124T123020Z
DTEND;TZID=Europe/Moscow:20261126T101500
DTSTAMP:20261124T143355Z
DTSTART;TZID=Europe/Moscow:20261126T090000
LAST-MODIFIED:20261124T143354Z
ORGANIZER;CN="Анна Пень":mailto:presale@romashka.example
REQUEST-STATUS:2.0;Success
SEQUENCE:3
SUMMARY:Себестоимость партии
UID:meeting-42@presale.example.com
X-APPLE-NEEDS-REPLY:TRUE
END:VEVENT
END:VCALENDAR
""")
YANDEX = sent("""\
BEGIN:VCALENDAR
PRODID:-//Yandex LLC//Yandex Calendar//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VTIMEZONE
TZID:Europe/Moscow
TZURL:http://tzurl.org/zoneinfo-outlook/Europe/Moscow
BEGIN:STANDARD
TZOFFSETFROM:+0300
TZOFFSETTO:+0300
TZNAME:MSK
DTSTART:19700101T000000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID=Europe/Moscow:20261126T090000
DTEND;TZID=Europe/Moscow:20261126T101500
SUMMARY:Себестоимость партии
UID:meeting-42@presale.example.com
SEQUENCE:3
DTSTAMP:20261124T150109Z
URL:https://calendar.yandex.ru/event?event_id=1827364
ORGANIZER;CN=Анна Пень:mailto:presale@romashka.example
ATTENDEE;PARTSTAT=ACCEPTED;CN=Ольга Лескова;ROLE=REQ-PARTICIPANT:mailto:les
 kova@sevles.example
COMMENT:Приедем вдвоём
END:VEVENT
END:VCALENDAR
""")
THUNDERBIRD = b"\xef\xbb\xbf" + sent(
    """\
begin:vcalendar
prodid:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
version:2.0
method:reply
begin:vevent
created:20261124T150000Z
last-modified:20261124T150112Z
dtstamp:20261124T150112Z
uid:meeting-42@presale.exa
\tmple.com
summary:Себестоимость партии
organizer;cn=Анна Пень:mailto:presale@romashka.example
attendee;rsvp=true;partstat=declined;role=req-participant:mailto:leskova%40se
\tvles.example
x-moz-received-sequence:3
x-moz-received-dtstamp:20261124T123015Z
sequence:3
begin:valarm
uid:another
comment:of the alarm
attendee;partstat=accepted:mailto:another@sevles.example
end:valarm
end:vevent
end:vcalendar
""",
    "\n",
)
ANSWERS = {
    "Outlook": (OUTLOOK, "tentative", "Буду, если успею; иначе — Пень"),
    "Google": (GOOGLE, "declined", 'не могу\': сдаём отчёт, "год"'),
    "Apple": (APPLE, "accepted", ""),
    "Yandex": (YANDEX, "accepted", "Приедем вдвоём"),
    "Thunderbird": (THUNDERBIRD, "declined", ""),
}


@pytest.mark.parametrize("program", ANSWERS)
def test_an_answer_is_understood_as_each_program_writes_it(program: str) -> None:
    data, answer, words = ANSWERS[program]
    assert reply_in(data) == Reply(MEETING.uid, 3, "leskova@sevles.example", answer, words)  # type: ignore[arg-type]


def test_an_answer_without_a_number_is_to_the_first_invitation() -> None:
    found = reply_in(YANDEX.replace(b"SEQUENCE:3\r\n", b""))
    assert found is not None
    assert found.sequence == 0


def test_an_address_in_another_script_comes_back_in_it() -> None:
    told = invitation(replace(MEETING, attendees=(Somebody("Ольга", "leskova@пример.рф"),)))
    found = reply_in(told.replace(b"METHOD:REQUEST", b"METHOD:REPLY").replace(b"NEEDS-ACTION", b"ACCEPTED"))
    assert found is not None
    assert found.email == "leskova@пример.рф"


def test_words_of_an_answer_can_be_kept() -> None:
    found = reply_in(YANDEX.replace("Приедем".encode(), b"\x00\x1b[1m\xff\xed\xa0\x80\\n"))
    assert found is not None
    assert "\x00" not in found.words
    assert found.words.encode()


OTHER: dict[str, bytes] = {
    "an invitation": YANDEX.replace(b"METHOD:REPLY", b"METHOD:REQUEST"),
    "another time proposed": YANDEX.replace(b"METHOD:REPLY", b"METHOD:COUNTER"),
    "no message": YANDEX.replace(b"METHOD:REPLY\r\n", b""),
    "no message, but something in it": YANDEX.replace(b"METHOD:REPLY\r\n", b"").replace(
        b"TZNAME:", b"METHOD:REPLY\r\nTZNAME:"
    ),
    "two things at once": YANDEX.replace(b"METHOD:REPLY\r\n", b"METHOD:REPLY\r\nMETHOD:REQUEST\r\n"),
    "no answer yet": YANDEX.replace(b"ACCEPTED", b"NEEDS-ACTION"),
    "somebody else sent": YANDEX.replace(b"ACCEPTED", b"DELEGATED"),
    "no such answer": YANDEX.replace(b"ACCEPTED", "ПРИНЯТО".encode()),
    "two answers": YANDEX.replace(b"ACCEPTED", b"ACCEPTED,DECLINED"),
    "nothing answered": YANDEX.replace(b"PARTSTAT=ACCEPTED;", b""),
    "two people": YANDEX.replace(
        b"COMMENT:", b"ATTENDEE;PARTSTAT=DECLINED:mailto:pen@sevles.example\r\nCOMMENT:"
    ),
    "nobody": YANDEX.replace(b"ATTENDEE", b"X-ATTENDEE"),
    "no address": YANDEX.replace(b"mailto:les\r\n kova@sevles.example", b"invalid:nomail"),
    "no name of the meeting": YANDEX.replace(b"UID:", b"X-UID:"),
    "an empty name": YANDEX.replace(b"UID:meeting-42@presale.example.com", b"UID: \x00"),
    "less than nothing": YANDEX.replace(b"SEQUENCE:3", b"SEQUENCE:-3"),
    "too large a number": YANDEX.replace(b"SEQUENCE:3", b"SEQUENCE:99999999999"),
    "an enormous number": YANDEX.replace(b"SEQUENCE:3", b"SEQUENCE:" + b"9" * 5000),
    "no number": YANDEX.replace(b"SEQUENCE:3", b"SEQUENCE:x"),
    "a task": YANDEX.replace(b":VEVENT", b":VTODO"),
    "an event in a task": YANDEX.replace(b"BEGIN:VEVENT", b"BEGIN:VTODO\r\nBEGIN:VEVENT"),
    "an event of its own": YANDEX.replace(b"BEGIN:VCALENDAR\r\n", b""),
    "cut off": YANDEX[: YANDEX.index(b"END:VEVENT")],
    "nothing": b"",
    "another alphabet": YANDEX.decode().encode("utf-16"),
    "a page": b"<!DOCTYPE html><title>METHOD:REPLY</title>",
    "too large": YANDEX.replace(b"COMMENT:", b"COMMENT:" + b"x" * LONGEST),
}


@pytest.mark.parametrize("what", OTHER)
def test_what_is_no_answer_is_none(what: str) -> None:
    assert OTHER[what] != YANDEX
    assert reply_in(OTHER[what]) is None


def within(line: bytes) -> bytes:
    return YANDEX.replace(b"COMMENT:", line + b"\r\nCOMMENT:")


def filled(part: bytes, before: bytes = b"", after: bytes = b"") -> bytes:
    """As much of it as is still read."""
    return before + part * ((LONGEST - len(before + after)) // len(part)) + after


ENORMOUS: dict[str, bytes] = {
    "deep": filled(b"BEGIN:A\n"),
    "deep in a calendar": filled(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n"),
    "ends only": filled(b"END:VEVENT\n"),
    "thousands of events": filled(b"BEGIN:VEVENT\nEND:VEVENT\n", b"BEGIN:VCALENDAR\nMETHOD:REPLY\n"),
    "thousands of people": within(filled(b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.ru\n")[: LONGEST - 2000]),
    "ends of lines": filled(b"\n"),
    "folds": filled(b"\r\n "),
    "NULs": filled(b"\x00"),
    "no letters": filled(b"\xff"),
    "quotes": filled(b'A;B="'),
    "parameters": filled(b";B=C", b"A", b":x"),
    "spaces": filled(b" \t", b"A;", b":x"),
    "backslashes": filled(b"\\", b"A;B=", b":x"),
    "carets": filled(b"^", b"A;B=", b":x"),
    "commas": filled(b",", b"A;B=", b":x"),
    "brackets": filled(b"<", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nATTENDEE:mailto:", b"\nEND:VEVENT"),
    "a domain in code": filled(
        b"a", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nATTENDEE:mailto:a@xn--", b"\nEND:VEVENT"
    ),
    "entities": filled(
        b"&#39", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nATTENDEE;X-RESPONSE-COMMENT=", b":x\nEND:VEVENT"
    ),
    "a rule of a zone": within(
        b"BEGIN:VTIMEZONE\r\nTZID:Svyazka/Nowhere\r\nBEGIN:STANDARD\r\nDTSTART:00010101T000000\r\n"
        b"RRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    ),
}


@pytest.mark.parametrize("what", ENORMOUS)
def test_what_is_made_to_keep_us_busy_does_not(what: str) -> None:
    assert len(ENORMOUS[what]) <= LONGEST
    assert reply_in(ENORMOUS[what]) in {None, reply_in(YANDEX)}


def test_a_zone_that_somebody_made_up_is_not_kept() -> None:
    assert reply_in(OUTLOOK.replace(b"Russian Standard Time", b"Svyazka/Nowhere")) == reply_in(OUTLOOK)
    assert reply_in(ENORMOUS["a rule of a zone"]) == reply_in(YANDEX)
    assert tzp.timezone("Svyazka/Nowhere") is None


@given(st.binary(max_size=300))
def test_garbage_is_no_answer(data: bytes) -> None:
    assert reply_in(data) is None


@given(
    st.sampled_from([data for data, _, _ in ANSWERS.values()]),
    st.lists(
        st.tuples(st.integers(0, 1500), st.integers(0, 30), st.binary(max_size=20) | TEXT.map(crude)),
        max_size=4,
    ),
)
def test_a_damaged_answer_is_none_or_can_be_kept(data: bytes, wounds: list[tuple[int, int, bytes]]) -> None:
    for place, length, instead in wounds:
        data = data[:place] + instead + data[place + length :]
    found = reply_in(data)
    if found is not None:
        assert found.answer in {"accepted", "declined", "tentative"}
        assert found.sequence >= 0
        assert normal_email(found.email) == found.email
        for text in (found.uid, found.words, found.email):
            assert legible(text) == text
