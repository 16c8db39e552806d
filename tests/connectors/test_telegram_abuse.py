"""What somebody might do to the bot, or by way of it: floods, others' groups, old talks and buttons, others' words."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from svyazka.bot.events import Answer, Chat, FileRef, Knocked, Pressed, Said
from svyazka.bot.files import WantedFile, fetch_and_file
from svyazka.bot.lead import MOST_AN_HOUR, MOST_FILES
from svyazka.connectors.telegram.reading import event_of
from svyazka.presale.channels.codes import issue_code, open_doors
from svyazka.presale.channels.commands import bind_place, unlink_chat
from svyazka.presale.channels.models import Incoming, Message, Place, Talk
from svyazka.presale.channels.talks import TalkState, set_talk
from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.deals.commands import describe_request, receive_request
from svyazka.presale.deals.intake import LONGEST
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.queries import own_leads
from svyazka.presale.documents.queries import folder_of
from svyazka.presale.experts.queries import request_row
from svyazka.presale.journal.moment import command
from svyazka.presale.people.commands import Hours, Profile, save_person, set_workspace
from tests.company import TUESDAY, Company, led_deal, whole_request
from tests.connectors.talking import HUB, link, own, say, told
from tests.presale.test_experts import asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("telegram_on")]

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
ELSEWHERE, STRANGER = "-1005550000001", "404"


def replies(user: str) -> list[str]:
    """What he is told in his own chat, oldest first, as it is queued."""
    rows = Message.objects.filter(place__chat=user, kind="reply").order_by("pk")
    return [str(data) for data in rows.values_list("data", flat=True)]


def files(count: int, first: int = 0) -> tuple[FileRef, ...]:
    return tuple(FileRef(f"f{n}", f"u{n}", f"{n}.txt") for n in range(first, first + count))


def fetched() -> int:
    return Incoming.objects.filter(channel="telegram:files").count()


def make_agent(company: Company) -> None:
    """The estimator goes, and brings us leads from now on."""
    save_person(
        profile=Profile(
            "estimator@svyazka.example", "Яшина", "Вера", is_agent=True, roles=("lead_generator",)
        ),
        person_id=company.estimator.me, actor=company.administrator, at=TUESDAY,
    )  # fmt: skip


# a request that grows, and many of them


def test_a_need_longer_than_the_form_takes_is_refused_and_never_cut(company: Company) -> None:
    user = link(company.agent)
    say(user, "/lead", "я" * (LONGEST + 1))
    assert "не больше 4000 знаков" in replies(user)[-1]
    say(user, "н" * (LONGEST - 10), "ООО «Север»", "Ольга", "допишу ещё одиннадцать букв")
    assert "не принято" in replies(user)[-1]
    told(Pressed("p", own(user), user, "lead:send"))
    (row,) = own_leads(viewer=company.agent)
    assert Deal.objects.get(pk=row.id).intake["answers"]["request"] == "н" * (LONGEST - 10)


def test_twenty_files_go_with_a_request_and_the_next_one_is_refused_in_words(company: Company) -> None:
    user = link(company.agent)
    say(user, "/lead Нужен учёт", "ООО «Север»", "Ольга")
    for n in range(MOST_FILES):
        say(user, "", files=files(1, n))
    say(user, "и ещё", files=files(1, MOST_FILES))
    assert "20 файлов" in replies(user)[-1]
    told(Pressed("p", own(user), user, "lead:send"))
    assert fetched() == MOST_FILES
    (row,) = own_leads(viewer=company.agent)
    assert Deal.objects.get(pk=row.id).intake["answers"]["request"] == "Нужен учёт"


def test_a_person_hands_in_so_many_requests_an_hour_and_the_next_one_waits(company: Company) -> None:
    user = link(company.agent)

    def hand_in(at: datetime) -> Any:
        say(user, "/lead Нужен учёт партий", "ООО «Север»", "Ольга", at=at)
        return told(Pressed("p", own(user), user, "lead:send"), at)

    for n in range(MOST_AN_HOUR - 1):
        hand_in(TUESDAY + n * SECOND)
    last = TUESDAY + MOST_AN_HOUR * SECOND
    say(user, "/lead Нужна маркировка", "ООО «Юг»", "Пётр", at=last)
    assert whole_request(company).created, "another person's request is his own"
    receive_request(
        answers={"request": "Нужен учёт"}, actor=company.agent, at=last, source="telegram", external_id="x"
    )
    refused = told(Pressed("p", own(user), user, "lead:send"), last)
    assert "через час" in refused.text
    say(user, "/lead Нужен ещё учёт", at=last)
    assert "через час" in replies(user)[-1]
    assert len(own_leads(viewer=company.agent)) == MOST_AN_HOUR
    told(Pressed("p", own(user), user, "lead:send"), last + HOUR)
    assert own_leads(viewer=company.agent)[0].title == "Нужна маркировка", "what was typed is kept"


# strangers


def test_a_stranger_is_answered_once_an_hour_however_much_he_writes(company: Company) -> None:
    with time_machine.travel(TUESDAY, tick=False) as clock:
        first, *others = (
            told(Said("1", own(STRANGER), STRANGER, text=text)) for text in ("а", "/my", "/start")
        )
        assert first.text
        assert others == [None, None]
        assert told(Said("1", own("405"), "405", text="а")) == first
        clock.move_to(TUESDAY + HOUR + SECOND)
        assert told(Said("1", own(STRANGER), STRANGER, text="а")) == first


def test_a_stranger_who_guesses_codes_is_answered_once_a_minute(company: Company) -> None:
    with time_machine.travel(TUESDAY, tick=False) as clock:
        guess = Said("1", own(STRANGER), STRANGER, text="/start wrong")
        assert told(guess).text
        assert told(guess) is None
        clock.move_to(TUESDAY + 61 * SECOND)
        assert told(guess).text


def test_groups_hear_nothing_but_what_a_colleague_with_a_code_asks_for(company: Company) -> None:
    colleague, agent = link(company.expert), link(company.agent)
    clients = Chat("telegram", ELSEWHERE)
    before = Message.objects.count()
    for sender, text in (
        (STRANGER, "/start"), (STRANGER, "/start wrong"), (agent, "/start wrong"), (colleague, "/start"), (colleague, "/my"),
        (STRANGER, "привет"),
    ):  # fmt: skip
        assert told(Said("1", clients, sender, text=text)) is None, (sender, text)
    assert Message.objects.count() == before
    assert told(Said("1", clients, colleague, text="/start wrong")).text


def test_who_knocks_at_a_group_that_is_not_ours_is_left_to_its_own_people(company: Company) -> None:
    colleague = link(company.expert)
    for sender in (colleague, STRANGER):
        assert told(Knocked(Chat("telegram", ELSEWHERE), sender)) is None
    board = bind_place(channel="telegram", chat=HUB, role="experts", actor=company.administrator, at=TUESDAY)
    assert told(Knocked(Chat("telegram", HUB), colleague)) == Answer(let_in=True)
    Place.objects.filter(pk=board).update(gone_at=TUESDAY)
    link(company.head)  # the places are read anew
    assert told(Knocked(Chat("telegram", HUB), colleague)) is None


# a button that is another's


def test_a_press_without_the_right_is_refused_in_words_and_noted(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    user = link(company.manager)
    request = asked(company, led_deal(company))
    answer = told(Pressed("p", own(user), user, f"claim:{request}"))
    assert answer.alert
    assert request_row(request_id=request, viewer=company.head).state == "open"
    stranger = told(Pressed("q", own("666"), "666", f"claim:{request}"))
    assert "С-2026" not in stranger.text
    assert [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)][-2:] == [
        "press refused", "a stranger pressed",
    ]  # fmt: skip


# who was one of ours


def test_an_agent_sees_nothing_of_ours_by_an_old_button(company: Company) -> None:
    open_commitment(
        deal_id=led_deal(company), performer_id=company.estimator.me, result="Список отчётов",
        due_at=TUESDAY + HOUR, actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    user = link(company.estimator)
    press = Pressed("p", own(user), user, "my:list")
    told(press)
    assert "С-2026-0001" in replies(user)[-1]
    make_agent(company)
    before = replies(user)
    assert told(press).alert
    assert replies(user) == before


@pytest.mark.parametrize("state", ["deal", "done", "why"])
def test_an_agents_old_talk_ends_with_the_help(company: Company, state: str) -> None:
    deal, user = led_deal(company), link(company.estimator)
    _talk(user, state, deal)
    make_agent(company)
    told(Said("1", own(user), user, text="вот", files=files(1)))
    assert "/lead" in replies(user)[-1]
    assert not Talk.objects.exists()
    assert fetched() == 0


def test_a_talk_that_another_version_began_ends_with_the_help(company: Company) -> None:
    user = link(company.expert)
    _talk(user, "survey", 1)
    say(user, "вот")
    assert "/lead" in replies(user)[-1]
    assert not Talk.objects.exists()


@command
def _talk(user: str, state: str, deal: int) -> None:
    set_talk(Place.objects.get(chat=user).pk, TalkState(state, {"deal": deal}), at=TUESDAY)


def test_a_file_of_a_chat_that_was_unlinked_meanwhile_is_not_filed(company: Company) -> None:
    deal, user = led_deal(company), link(company.manager)
    place = Place.objects.get(chat=user).pk
    wanted = WantedFile(files(1)[0], deal, company.manager.me, place)
    unlink_chat(place_id=place, actor=company.manager, at=TUESDAY)
    fetch_and_file(wanted, lambda _into: None, source="file:1", at=TUESDAY)
    assert folder_of(deal, viewer=company.manager) == ()


# what is said of deals


def test_my_leads_are_told_as_discreetly_as_notices(company: Company) -> None:
    user = link(company.agent)
    made = receive_request(
        answers={"request": "Нужен учёт", "company": "ООО «Север»"}, actor=company.agent, at=TUESDAY
    )
    describe_request(
        deal_id=made.deal_id, answers={"request": "Север: учёт, звонить +7 916 123-45-67"},
        actor=company.dispatcher, at=TUESDAY,
    )  # fmt: skip
    say(user, "/leads")
    assert "С-2026-0001 · " in replies(user)[-1]
    assert "123-45-67" not in replies(user)[-1]
    set_workspace(
        name="Мы",
        language="ru",
        hours=Hours(),
        names_in_messages=True,
        actor=company.administrator,
        at=TUESDAY,
    )
    say(user, "/leads")
    assert "123-45-67" in replies(user)[-1]


def test_a_deal_is_found_by_its_serial_however_many_newer_titles_have_the_digit(company: Company) -> None:
    for n in range(22):
        whole_request(company, request=f"Нужна 1С номер {n}")
    old = Deal.objects.get(serial=2)
    Deal.objects.filter(pk=old.pk).update(year=2025, serial=1)
    user = link(company.manager)
    say(user, "/deal 1")
    assert "С-2026-0001" in replies(user)[-1]
    say(user, "/deal 2")
    assert "Ничего не нашлось" in replies(user)[-1]


# whose words they are


def update(text: str, **more: Any) -> Any:
    person = {"id": 13, "is_bot": False, "first_name": "x"}
    chat = {"id": 13, "type": "private"}
    return event_of(
        {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": text, **more}}
    )  # fmt: skip


def test_a_command_is_ones_own_word_and_no_other_ones() -> None:
    other = {"id": 666, "is_bot": False, "first_name": "y"}
    assert update("/unlink").command == ("unlink", "")
    forwarded = update("/unlink", forward_origin={"type": "user", "date": 1, "sender_user": other})
    inline = update("/unlink", via_bot={**other, "is_bot": True})
    for event in (forwarded, inline):
        assert (event.command, event.text) == (("", ""), "/unlink")


def test_a_code_that_is_said_to_another_bot_binds_nothing(company: Company) -> None:
    open_doors(channel="telegram", doors={"group": "https://t.me/Svyazka_bot?startgroup={code}&admin=x"})
    user = link(company.administrator)
    code = issue_code(purpose="deals", actor=company.administrator, at=TUESDAY)
    assert told(Said("1", Chat("telegram", HUB), user, text=f"/start@svyazka {code}")) is None
    assert not Place.objects.filter(role="deals").exists()
    told(Said("2", Chat("telegram", HUB), user, text=f"/start@svyazka_BOT {code}"))
    assert Place.objects.get(role="deals").chat == HUB
