"""What a client gets by mail: an invitation that his calendar understands, and the letter; read back from a real mail server."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]

from svyazka.connectors.email.channel import EmailChannel
from svyazka.presale.channels.outbox import take
from svyazka.presale.channels.port import Gone, Limits, Outgoing
from svyazka.presale.channels.settling import settle
from svyazka.presale.meetings.asking import agree_with_plan, ask_client, note_reply, say_agreed
from svyazka.presale.meetings.doors import open_door
from svyazka.presale.meetings.drafts import DraftGuest, DraftPoint
from svyazka.presale.meetings.letters import (
    Answer,
    confirm_letter,
    correct_letter,
    send_letter,
    take_back_letter,
    write_letter,
)
from svyazka.presale.meetings.models import Letter
from svyazka.presale.meetings.planning import cancel_meeting
from svyazka.presale.meetings.silence import remind_client
from svyazka.presale.notices.queries import latest_notices
from svyazka.presale.people.commands import touch_settings
from svyazka.presale.people.models import Person
from svyazka.speech.meetings import uid_of
from svyazka.speech.messages import content_of
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.connectors.mailserver import Mailbox, html_of, text_of
from tests.mailing import delivered
from tests.meetings import (
    BOTH,
    KEDROV,
    LETTER,
    MAIL,
    POINTS,
    WHEN,
    planned,
    replan,
    summed_up,
    token_for,
    token_of_guest,
)

pytestmark = pytest.mark.usefixtures("by_mail")

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}%(x)s\r\nBcc: x@evil.example\r\nEND:VEVENT"


@pytest.fixture
def us(db: None) -> Company:
    return found_company()


@pytest.fixture
def channel(server: Mailbox, settings: Any) -> Iterator[EmailChannel]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.DEFAULT_FROM_EMAIL = "Меридиан <presale@svyazka.example>"
    found = EmailChannel()
    yield found
    found.close()


def calendar_in(letter: EmailMessage) -> tuple[str, str]:
    """The calendar that stands beside the text, and its method as the letter says it."""
    parts = [
        part
        for part in letter.walk()
        if part.get_content_type() == "text/calendar" and not part.get_filename()
    ]
    assert len(parts) == 1
    return parts[0].get_content(), parts[0]["Content-Type"].params["method"]


def opening_of(letter: EmailMessage) -> str:
    """The first paragraph after the greeting."""
    greeting, opening = text_of(letter).replace("\r\n", "\n").split("\n\n")[:2]
    assert greeting.startswith("Здравствуйте, ")
    return opening


@pytest.mark.requirement("R10")
def test_the_invitation_has_a_calendar_that_another_program_reads(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    """RFC 5545 and 5546, beside the text and as a file."""
    meeting_id = planned(us, accepted_deal(us))
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY)
    (letter,) = delivered(channel, server, at=TUESDAY)
    assert letter["To"] == MAIL
    assert letter["From"] == '"Мария Серова, Svyazka" <presale@svyazka.example>'
    assert letter["Reply-To"] == "manager@svyazka.example"
    assert letter["Auto-Submitted"] is None
    assert letter["List-Id"] is None
    text, method = calendar_in(letter)
    assert method == "REQUEST"
    event = vobject.readOne(text).vevent
    assert vobject.readOne(text).method.value == "REQUEST"
    assert event.uid.value == uid_of(meeting_id)
    assert event.dtstart.value == WHEN
    assert event.dtend.value - event.dtstart.value == timedelta(minutes=75)
    assert event.organizer.value == "mailto:manager@svyazka.example"
    assert event.attendee.value == f"mailto:{MAIL}"
    assert "Лесная, 7" in event.location.value
    files = [part.get_filename() for part in letter.walk() if part.get_filename()]
    assert files == ["invite.ics"]
    for part in (text_of(letter), html_of(letter)):
        assert token_for(us, meeting_id) in part
        assert "Понять, как система считает себестоимость партии леса" in part
        assert "Клиент называет три задачи" not in part, "our goal is ours"


@pytest.mark.requirement("R10")
def test_a_cancelled_meeting_leaves_the_clients_calendar(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    """RFC 5546, 3.2.5: the same event, a greater sequence, called off."""
    meeting_id = planned(us, accepted_deal(us))
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY)
    delivered(channel, server, at=TUESDAY)
    cancel_meeting(
        meeting_id=meeting_id, reason="клиент заболел", actor=us.manager, at=TUESDAY + timedelta(hours=1)
    )
    invited, off = delivered(channel, server, at=TUESDAY + timedelta(hours=1))
    (asked, _), (text, method) = calendar_in(invited), calendar_in(off)
    assert method == vobject.readOne(text).method.value == "CANCEL"
    before, event = vobject.readOne(asked).vevent, vobject.readOne(text).vevent
    assert event.status.value == "CANCELLED"
    assert (event.uid.value, event.dtstart.value) == (before.uid.value, WHEN)
    assert int(event.sequence.value) > int(before.sequence.value)
    for part in (text, text_of(off), html_of(off)):
        assert "/c/" not in part, "the address leads nowhere"
        assert "заболел" not in part, "the reason is ours"


@pytest.mark.requirement("R10")
def test_who_is_no_guest_any_more_is_uninvited_and_nobody_else(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    """RFC 5546, 3.2.5: the event takes place, so it has no status; the one attendee is he; the sequence grows."""
    meeting_id = planned(us, accepted_deal(us), theirs=BOTH)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=us.manager, at=TUESDAY)
    invited = {one["To"]: one for one in delivered(channel, server, at=TUESDAY)}
    replan(us, meeting_id, theirs=BOTH[:1])
    replan(us, meeting_id, theirs=BOTH[:1], place="Онлайн")
    (off,) = delivered(channel, server, at=TUESDAY + timedelta(hours=1))[2:]
    assert off["To"] == KEDROV
    text, method = calendar_in(off)
    assert method == vobject.readOne(text).method.value == "CANCEL"
    before, event = vobject.readOne(calendar_in(invited[KEDROV])[0]).vevent, vobject.readOne(text).vevent
    assert event.uid.value == before.uid.value
    assert int(event.sequence.value) > int(before.sequence.value)
    assert event.attendee.value == f"mailto:{KEDROV}"
    assert "status" not in event.contents
    for part in (text, text_of(off), html_of(off)):
        assert "/c/" not in part, "the address leads nowhere"
        assert "Лескова" not in part, "who comes is no business of his any more"
        assert "Онлайн" not in part
    assert "вам на ней быть не нужно" in text_of(off)


def test_who_is_a_guest_again_before_the_letter_left_is_not_told_that_he_needn_t_come(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    meeting_id = planned(us, accepted_deal(us), theirs=BOTH)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=us.manager, at=TUESDAY)
    before = len(delivered(channel, server, at=TUESDAY))
    replan(us, meeting_id, theirs=BOTH[:1])
    replan(us, meeting_id, theirs=BOTH)
    assert len(delivered(channel, server, at=TUESDAY + timedelta(hours=1))) == before


def test_a_plan_sent_again_is_the_same_event_with_a_greater_sequence(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    meeting_id = planned(us, accepted_deal(us))
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY)
    delivered(channel, server, at=TUESDAY)
    replan(us, meeting_id, place="Онлайн")
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY + timedelta(hours=1))
    letters = delivered(channel, server, at=TUESDAY + timedelta(hours=1))
    assert "изменился" not in letters[0]["Subject"]
    assert letters[1]["Subject"].strip().startswith("Svyazka: план нашей встречи изменился")
    assert "Мы изменили план нашей встречи" in opening_of(letters[1])
    events = [vobject.readOne(calendar_in(one)[0]).vevent for one in letters]
    assert len({one.uid.value for one in events}) == 1
    assert int(events[0].sequence.value) < int(events[1].sequence.value)


def test_what_was_agreed_by_phone_moves_the_meeting_in_the_calendar_of_who_was_invited_before(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    """Once, and only to those: the same event with a greater sequence, in words that ask for nothing."""
    meeting_id = planned(us, accepted_deal(us), theirs=BOTH)
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY)
    (before,) = delivered(channel, server, at=TUESDAY)
    later = WHEN + timedelta(days=1)
    replan(us, meeting_id, theirs=BOTH, starts_at=later)
    at = TUESDAY + timedelta(hours=1)
    assert say_agreed(meeting_id=meeting_id, how="по телефону", actor=us.manager, at=at) == 1
    for hours in (1, 2):
        assert delivered(channel, server, at=TUESDAY + timedelta(hours=hours))[1:2]
        assert say_agreed(meeting_id=meeting_id, how="по телефону", actor=us.manager, at=at) == 0
    (_, letter) = delivered(channel, server, at=TUESDAY + timedelta(hours=3))
    assert letter["To"] == MAIL
    assert letter["Subject"].strip().startswith("Svyazka: договорились о встрече, ")
    assert "Вот о чём мы договорились" in opening_of(letter)
    assert "то, что вам нужно" not in text_of(letter)
    text, method = calendar_in(letter)
    assert method == vobject.readOne(text).method.value == "REQUEST"
    first, event = vobject.readOne(calendar_in(before)[0]).vevent, vobject.readOne(text).vevent
    assert event.uid.value == first.uid.value
    assert (first.dtstart.value, event.dtstart.value) == (WHEN, later)
    assert int(event.sequence.value) > int(first.sequence.value)
    assert token_for(us, meeting_id) in text_of(letter), "the address in it leads to the plan as it is now"
    assert note_reply(
        meeting_id=meeting_id, email=MAIL, answer="accepted", to_version=int(event.sequence.value), actor=us.manager, at=at
    )  # fmt: skip


def test_who_has_the_plan_that_was_agreed_on_is_sent_nothing_and_keeps_his_address(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    meeting_id = planned(us, accepted_deal(us), theirs=BOTH)
    ask_client(meeting_id=meeting_id, guests=[0, 1], actor=us.manager, at=TUESDAY)
    delivered(channel, server, at=TUESDAY)
    replan(us, meeting_id, theirs=BOTH, place="Онлайн")
    at = TUESDAY + timedelta(hours=1)
    ask_client(meeting_id=meeting_id, guests=[1], actor=us.manager, at=at)
    delivered(channel, server, at=at)
    his = token_of_guest(meeting_id, BOTH[1].name)
    say_agreed(meeting_id=meeting_id, how="по телефону", actor=us.manager, at=at)
    assert [one["To"] for one in delivered(channel, server, at=at)[3:]] == [MAIL]
    assert open_door(his, at=at).name == BOTH[1].name


def test_a_client_who_agreed_with_what_he_was_sent_gets_no_second_invitation(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    meeting_id = planned(us, accepted_deal(us))
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY)
    assert say_agreed(meeting_id=meeting_id, how="по телефону", actor=us.manager, at=TUESDAY) == 0
    assert len(delivered(channel, server, at=TUESDAY)) == 1


def test_what_was_overtaken_before_it_went_out_is_not_sent(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    meeting_id = planned(us, accepted_deal(us))
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY)
    replan(us, meeting_id, place="Онлайн")
    assert delivered(channel, server, at=TUESDAY) == []


@pytest.mark.requirement("R14")
def test_the_letter_has_its_points_and_two_ways_to_answer(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    meeting_id = summed_up(us, accepted_deal(us))
    at = WHEN + timedelta(hours=3)
    letter = delivered(channel, server, at=at)[-1]
    assert letter["Subject"].strip() == "Итоги встречи 26 ноября (С-2026-0001)"
    address = f"/c/{token_for(us, meeting_id, 'letter')}/"
    for part in (text_of(letter), html_of(letter)):
        for said in (
            "Что мы услышали",
            "Обследование начинаем с лесосклада",
            "Прочитать и ответить",
            "Напишите, как правильно",
            address,
            f"{address}#correct",
        ):
            assert said in part
        assert "Всё верно" not in part, "following a link confirms nothing"


@pytest.mark.requirement("R14")
def test_the_letter_reads_as_a_person_wrote_it(us: Company, server: Mailbox, channel: EmailChannel) -> None:
    """Greeting, opening and signature are paragraphs; its points are a list, numbered through as on its page."""
    summed_up(us, accepted_deal(us))
    letter = delivered(channel, server, at=WHEN + timedelta(hours=3))[-1]
    text = text_of(letter).replace("\r\n", "\n")
    assert text.startswith("Здравствуйте, Ольга Петровна Лескова!\n\nСпасибо за встречу.")
    assert "\n\nМария Серова, Svyazka\nmanager@svyazka.example\n" in text
    for number, one in enumerate(POINTS, 1):
        assert f"\n{number}. {one.text}\n" in text
    assert "\n- " not in text
    page = html_of(letter)
    assert page.count("<li>") == len(POINTS)
    assert [f'<ol start="{number}">' in page for number in (1, 2, 3, 4, 5)] == [True] * 4 + [False]
    assert "<p>Мария Серова, Svyazka<br>manager@svyazka.example</p>" in page


def test_a_time_is_told_with_the_town_whose_it_is(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    ask_client(meeting_id=planned(us, accepted_deal(us)), guests=[0], actor=us.manager, at=TUESDAY)
    (letter,) = delivered(channel, server, at=TUESDAY)
    for part in (text_of(letter), html_of(letter)):
        assert "чт, 26 ноября, 11:00 (время: Москва), 75 минут" in part.replace("\N{NO-BREAK SPACE}", " ")
        assert "MSK" not in part


@pytest.mark.requirement("R14")
def test_a_letter_with_the_corrections_taken_in_says_so_at_once(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    meeting_id = summed_up(us, accepted_deal(us), theirs=BOTH)
    at = WHEN + timedelta(hours=3)
    delivered(channel, server, at=at)
    correct_letter(
        token=token_for(us, meeting_id, "letter"), corrections={"h1": "Закрываем за двенадцать дней"}, more="",
        answer=Answer(), at=at,
    )  # fmt: skip
    write_letter(meeting_id=meeting_id, text=LETTER, seen=1, actor=us.manager, at=at)
    send_letter(meeting_id=meeting_id, version=2, guests=[0, 1], actor=us.manager, at=at)
    letters = {one["To"]: one for one in delivered(channel, server, at=at)[-2:]}
    assert letters[MAIL]["Subject"].strip().startswith("Исправлено: Итоги встречи")
    assert "Мы учли поправки" in opening_of(letters[MAIL])
    assert not letters[KEDROV]["Subject"].strip().startswith("Исправлено"), "he has read no other one"
    assert "Спасибо за встречу" in opening_of(letters[KEDROV])


def test_a_letter_that_we_mend_ourselves_says_so_as_well(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    meeting_id = summed_up(us, accepted_deal(us))
    at = WHEN + timedelta(hours=3)
    delivered(channel, server, at=at)
    take_back_letter(meeting_id=meeting_id, version=1, actor=us.manager, at=at)
    write_letter(meeting_id=meeting_id, text=LETTER, seen=1, actor=us.manager, at=at)
    send_letter(meeting_id=meeting_id, version=2, guests=[0], actor=us.manager, at=at)
    letter = delivered(channel, server, at=at)[-1]
    assert letter["Subject"].strip().startswith("Исправлено: ")
    assert "Мы исправили своё письмо" in opening_of(letter)


def test_nobodys_name_adds_a_header_or_an_address(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    name = 'Мария "М" <x@evil.example>\r\nBcc: y@evil.example'
    Person.objects.filter(pk=us.manager.me).update(surname=name[:60])
    touch_settings()
    ask_client(meeting_id=planned(us, accepted_deal(us)), guests=[0], actor=us.manager, at=TUESDAY)
    (letter,) = delivered(channel, server, at=TUESDAY)
    assert letter["Bcc"] is None
    (sender,) = letter["From"].addresses
    assert sender.addr_spec == "presale@svyazka.example"
    assert sender.display_name.startswith('Мария Мария "М" <x@evil.example>')


def test_a_reminder_says_that_it_is_one_and_none_goes_to_who_has_answered(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    meeting_id = summed_up(us, accepted_deal(us))
    letter = Letter.objects.get()
    assert letter.remind_at is not None
    delivered(channel, server, at=WHEN + timedelta(hours=3))
    remind_client(letter_id=letter.pk, at=letter.remind_at)
    assert delivered(channel, server, at=letter.remind_at)[-1]["Subject"].strip().startswith("Напоминание: ")
    other = summed_up(us, accepted_deal(us, inn="7728168971"))
    later = Letter.objects.get(meeting_id=other)
    assert later.remind_at is not None
    remind_client(letter_id=later.pk, at=later.remind_at)
    confirm_letter(token=token_for(us, other, "letter"), answer=Answer(), at=later.remind_at)
    before = len(server.letters)
    assert len(delivered(channel, server, at=later.remind_at)) == before, "he has answered meanwhile"
    assert meeting_id != other


def test_nothing_that_was_typed_runs_or_adds_a_header_in_a_clients_mail(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    meeting_id = planned(
        us, accepted_deal(us), client_goal=HOSTILE, place=HOSTILE, points=(DraftPoint(5, HOSTILE, "moderator", us.manager.me),),
        theirs=(DraftGuest(HOSTILE[:110], HOSTILE[:110], email=MAIL),),
    )  # fmt: skip
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY)
    (letter,) = delivered(channel, server, at=TUESDAY)
    assert letter["Bcc"] is None
    assert "<script>" not in html_of(letter)
    assert "<img" not in html_of(letter)
    found = vobject.readOne(calendar_in(letter)[0])
    assert [child.name for child in found.components()].count("VEVENT") == 1
    agree_with_plan(token=token_for(us, meeting_id), at=TUESDAY)


def test_an_address_that_takes_no_letters_is_told_to_the_deals_manager(
    us: Company, server: Mailbox, channel: EmailChannel
) -> None:
    meeting_id = planned(us, accepted_deal(us))
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY)
    server.rcpt = lambda _: "550 5.1.1 No such user"
    (taken,) = [
        one
        for one in take(channel="email", limits=Limits(), worker="test", at=TUESDAY, limit=50)
        if one.role == "client"
    ]
    content = content_of(taken, at=TUESDAY)
    assert content is not None
    outcome = channel.send(Outgoing(taken.id, taken.kind, "", taken.role, taken.chat, "", "", "", content))
    assert isinstance(outcome, Gone)
    settle(taken=taken, outcome=outcome, worker="test", at=TUESDAY)
    told = next(one for one in latest_notices(viewer=us.manager) if one.kind == "place.gone")
    assert (told.why, told.deal_id is not None) == ("manager", True)
    assert not [one for one in latest_notices(viewer=us.administrator) if one.kind == "place.gone"]
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=TUESDAY + timedelta(hours=1))
    server.rcpt = lambda _: "250 OK"
    assert len(delivered(channel, server, at=TUESDAY + timedelta(hours=1))) == 1, (
        "sent there again, it is tried again"
    )
