"""A CalDAV server that others wrote takes what we write, finds it at the right instant, and gives back the same words."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
import vobject  # type: ignore[import-untyped]

from svyazka.speech.calendars import Due, Event, Somebody, feed, invitation
from tests.flows.running import PATIENCE, free_port

NINE = datetime(2026, 11, 26, 6, tzinfo=UTC)
WORDS = (
    "Цель; понять, хватит ли «типовой» ERP\n\nПапка: C:\\News\\notes\tпо складу 👩‍👩‍👧‍👦\nEND:VEVENT\n"
    + "Вопросы: " * 40
    + "<b>&amp;</b> ]]>"
)
MEETING = Event(
    uid="meeting-42@presale.example.com",
    sequence=3,
    stamp=datetime(2026, 11, 24, 12, 30, tzinfo=UTC),
    title='Себестоимость партии: «Севлес», "вторая" встреча',
    words=WORDS,
    place="Москва, Лесная ул., 7; 3-й этаж",
    starts_at=NINE,
    ends_at=NINE + timedelta(hours=1),
    zone="Europe/Moscow",
    organizer=Somebody('Анна "Аня" Пень', "presale@romashka.example"),
    attendees=(Somebody("Лескова, Ольга", "leskova@sevles.example"), Somebody("Иван", "pen@пример.рф")),
    url="https://presale.example.com/deals/42?open=plan#agenda",
    reminder=timedelta(minutes=15),
)
DUE = Due(
    uid="commitment-7@presale.example.com",
    sequence=0,
    stamp=MEETING.stamp,
    title="Смета по складу",
    words=WORDS,
    due_at=datetime(2026, 11, 27, 8, tzinfo=UTC),
    zone="Asia/Vladivostok",
    url="https://presale.example.com/deals/42",
)
DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
IN_TIME = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
  <D:prop><C:calendar-data/></D:prop>
  <C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
    <C:time-range start="{:%Y%m%dT%H%M%SZ}" end="{:%Y%m%dT%H%M%SZ}"/>
  </C:comp-filter></C:comp-filter></C:filter>
</C:calendar-query>"""
CALLED = """<?xml version="1.0" encoding="utf-8"?>
<D:propfind xmlns:D="DAV:"><D:prop><D:displayname/></D:prop></D:propfind>"""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Somebody's line to a Radicale of its own, that believes whoever says who he is."""
    folder = tmp_path_factory.mktemp("radicale")
    port = free_port()
    command = [
        sys.executable, "-m", "radicale", "--config", "", "--server-hosts", f"127.0.0.1:{port}", "--auth-type", "none",
        "--web-type", "none", "--storage-filesystem-folder", str(folder / "collections"),
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}/olga/",
                auth=("olga", ""),
                trust_env=False,
                timeout=PATIENCE,
            ) as client:
                _wait(client, server, folder / "log")
                yield client
        finally:
            server.terminate()
            server.wait()


def _wait(client: httpx.Client, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            if client.options("").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.02)  # asked again until the deadline
    raise TimeoutError(f"it does not start:\n{log.read_text(errors='replace')[-3000:]}")


def put(line: httpx.Client, place: str, data: bytes) -> None:
    answer = line.put(place, content=data, headers={"Content-Type": "text/calendar; charset=utf-8"})
    assert answer.status_code in {201, 204}, answer.text  # new, or in the place of another


def taken_in(data: bytes) -> bytes:
    """An invitation as a person's program puts it into his calendar: it is no message any more (RFC 4791, 4.1)."""
    lines = data.split(b"\r\n")
    lines.remove(b"METHOD:REQUEST")
    return b"\r\n".join(lines)


def found(line: httpx.Client, calendar: str, start: datetime, end: datetime) -> list[Any]:
    """Events that the server says are within that time."""
    answer = line.request("REPORT", calendar, content=IN_TIME.format(start, end), headers={"Depth": "1"})
    assert answer.status_code == 207, answer.text
    told = ET.fromstring(answer.content).iter(f"{CALDAV}calendar-data")  # noqa: S314 (our own server's)
    return [read(data.text or "") for data in told]


def read(text: str) -> Any:
    return vobject.readOne(text).vevent


def instants(event: Any) -> tuple[datetime, datetime]:
    return event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)


def test_an_invitation_taken_in_stands_at_its_time_with_its_words(line: httpx.Client) -> None:
    assert line.request("MKCALENDAR", "met/").status_code == 201
    put(line, "met/42.ics", taken_in(invitation(MEETING)))

    (event,) = found(line, "met/", NINE, NINE + timedelta(minutes=1))
    assert instants(event) == (MEETING.starts_at, MEETING.ends_at)
    assert found(line, "met/", NINE - timedelta(days=1), NINE) == []
    assert found(line, "met/", MEETING.ends_at, NINE + timedelta(days=1)) == []

    for shown in (event, read(line.get("met/42.ics").text)):
        assert shown.uid.value == MEETING.uid
        assert shown.summary.value == MEETING.title
        assert shown.description.value == MEETING.words
        assert shown.location.value == MEETING.place
        assert shown.url.value == MEETING.url
        assert shown.organizer.params["CN"] == ["Анна 'Аня' Пень"]
        assert [(person.params["CN"], person.value) for person in shown.attendee_list] == [
            (["Лескова, Ольга"], "mailto:leskova@sevles.example"),
            (["Иван"], "mailto:pen@xn--e1afmkfd.xn--p1ai"),
        ]
        assert shown.valarm.trigger.value == timedelta(minutes=-15)


def test_a_feed_put_up_whole_is_a_calendar_of_its_name(line: httpx.Client) -> None:
    put(line, "feed/", feed([MEETING, DUE], name="Связка: Ольга"))

    (met,) = found(line, "feed/", NINE, NINE + timedelta(minutes=1))
    assert instants(met) == (MEETING.starts_at, MEETING.ends_at)
    assert (met.summary.value, met.description.value) == (MEETING.title, MEETING.words)
    assert "attendee" not in met.contents

    (due,) = found(line, "feed/", DUE.due_at - timedelta(minutes=1), DUE.due_at + timedelta(days=9))
    assert instants(due) == (DUE.due_at - timedelta(minutes=15), DUE.due_at)
    assert (due.summary.value, due.description.value) == (DUE.title, DUE.words)

    told = ET.fromstring(line.request("PROPFIND", "feed/", content=CALLED, headers={"Depth": "0"}).content)  # noqa: S314
    assert [name.text for name in told.iter(f"{DAV}displayname")] == ["Связка: Ольга"]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Moscow", "Asia/Vladivostok", "Europe/Berlin"])
def test_an_event_of_any_zone_is_found_at_its_instant(line: httpx.Client, zone: str) -> None:
    calendar = f"{zone.replace('/', '-')}/"
    assert line.request("MKCALENDAR", calendar).status_code == 201
    start = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # half past two in Berlin, for the second time
    event = Event(
        uid=zone, sequence=0, stamp=NINE, title=zone, words="", place="", starts_at=start,
        ends_at=start + timedelta(minutes=20), zone=zone, organizer=None, attendees=(),
    )  # fmt: skip
    put(line, f"{calendar}1.ics", feed([event], name=zone))
    assert [instants(shown) for shown in found(line, calendar, start, start + timedelta(minutes=1))] == [
        (event.starts_at, event.ends_at)
    ]
    assert found(line, calendar, start - timedelta(hours=3), start) == []
    assert found(line, calendar, event.ends_at, start + timedelta(hours=3)) == []


def test_a_change_takes_the_place_of_what_was_there(line: httpx.Client) -> None:
    assert line.request("MKCALENDAR", "moved/").status_code == 201
    put(line, "moved/42.ics", taken_in(invitation(MEETING)))
    later = Event(
        uid=MEETING.uid, sequence=4, stamp=NINE, title="Перенесли", words="", place="",
        starts_at=NINE + timedelta(days=7), ends_at=NINE + timedelta(days=7, hours=1), zone="Europe/Moscow",
        organizer=MEETING.organizer, attendees=MEETING.attendees,
    )  # fmt: skip
    put(line, "moved/42.ics", taken_in(invitation(later)))
    (event,) = found(line, "moved/", NINE - timedelta(days=30), NINE + timedelta(days=30))
    assert instants(event) == (later.starts_at, later.ends_at)
