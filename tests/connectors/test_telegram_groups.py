"""Deals' topics, limits, refusals and moves of groups, against our own fake: no emulator of others covers them."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from svyazka.bot.events import Chat, Knocked, Moved, Removed, Said
from svyazka.bot.help import COMMANDS
from svyazka.connectors.telegram.process import BotProcess
from svyazka.presale.channels.codes import doors, issue_code
from svyazka.presale.channels.commands import bind_place
from svyazka.presale.channels.heard import pace_of
from svyazka.presale.channels.models import Heard, Message, Place, Way
from svyazka.presale.deals.commands import describe_request, say_chased
from svyazka.presale.deals.seats import appoint
from svyazka.presale.stages.commands import lose, reopen
from tests.company import TUESDAY, Company, accepted_deal, whole_request
from tests.connectors.own_bot_api import MOVED, OwnBotApi
from tests.connectors.talking import HUB, Sender, link, told

pytestmark = pytest.mark.django_db

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def hub(company: Company) -> int:
    return bind_place(
        channel="telegram", chat=HUB, role="deals", title="Сделки", actor=company.administrator, at=TUESDAY
    )


# a topic for each deal


@pytest.mark.requirement("R41")
def test_a_deal_has_a_topic_from_its_first_minute_with_its_standing_in_it(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    whole_request(company)
    sender.go()
    (topic,) = fake.of("createForumTopic")
    assert topic["name"].startswith("С-2026-0001 · ")
    place = Place.objects.get(role="deal")
    card = fake.of("sendMessage")[-1]
    assert str(card["message_thread_id"]) == place.thread
    assert "Этап 1 из 6" in card["text"]
    assert place.link == f"https://t.me/c/9876543210/{place.thread}"


def test_the_standing_is_edited_in_place_and_many_changes_make_one_edit(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    deal = accepted_deal(company)
    sender.go()
    say_chased(deal_id=deal, words="когда?", actor=company.programmer, at=TUESDAY + HOUR)
    say_chased(deal_id=deal, words="ну когда же?", actor=company.estimator, at=TUESDAY + HOUR)
    before = len(fake.of("editMessageText"))
    sender.go(TUESDAY + HOUR)
    assert len(fake.of("editMessageText")) == before + 1
    assert len(fake.of("createForumTopic")) == 1
    lines = [one["text"] for one in fake.of("sendMessage")]
    assert sum("спросить «когда?»" in text for text in lines) == 2


@pytest.mark.requirement("R41")
def test_the_topic_is_closed_with_the_deal_and_opened_again_with_it(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    deal = accepted_deal(company)
    sender.go()
    lose(
        deal_id=deal,
        reason="client_side.frozen",
        evidence="письмо клиента",
        actor=company.manager,
        at=TUESDAY,
    )
    fake.refuse("closeForumTopic", 400, "Bad Request: TOPIC_NOT_MODIFIED")
    sender.go()
    reopen(deal_id=deal, reason="клиент вернулся", actor=company.manager, at=TUESDAY)
    sender.go()
    assert len(fake.of("reopenForumTopic")) == 1
    assert not Message.objects.exclude(status="sent").exists()


def test_the_topic_is_named_anew_when_the_need_is_put_right_and_only_then(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    received = whole_request(company, request="См. приложенные файлы")
    sender.go()
    for answers in ({"request": "Нужна маркировка обуви"}, {"budget": "2 млн"}):
        describe_request(deal_id=received.deal_id, answers=answers, actor=company.dispatcher, at=TUESDAY)
        sender.go()
    (named,) = fake.of("editForumTopic")
    assert named["name"] == "С-2026-0001 · Нужна маркировка обуви"
    assert str(named["message_thread_id"]) == Place.objects.get(role="deal").thread


def test_a_topic_that_somebody_made_and_bound_keeps_its_name(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    deal = accepted_deal(company)
    sender.go()
    bind_place(
        channel="telegram",
        chat=HUB,
        thread="55",
        role="deal",
        deal_id=deal,
        actor=company.manager,
        at=TUESDAY,
    )
    describe_request(deal_id=deal, answers={"request": "Нужна маркировка"}, actor=company.manager, at=TUESDAY)
    sender.go()
    (named,) = fake.of("editForumTopic")
    assert str(named["message_thread_id"]) != "55"


def test_a_group_of_ones_own_is_neither_named_nor_closed(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    deal = accepted_deal(company)
    bind_place(channel="telegram", chat="-77", role="deal", deal_id=deal, actor=company.manager, at=TUESDAY)
    describe_request(deal_id=deal, answers={"request": "Нужна маркировка"}, actor=company.manager, at=TUESDAY)
    lose(
        deal_id=deal,
        reason="client_side.frozen",
        evidence="письмо клиента",
        actor=company.manager,
        at=TUESDAY,
    )
    sender.go()
    assert {method for method, _fields in fake.calls} == {"sendMessage"}


def test_a_fixer_in_the_shadow_gives_the_topic_no_sign(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    deal = accepted_deal(company)
    sender.go()
    before = len(fake.calls)
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    sender.go()
    assert len(fake.calls) == before


def test_names_and_phones_of_clients_stay_out_of_topics(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    deal = accepted_deal(company, request="Нужен учёт для ООО «Северный лес», звонить +7 916 123-45-67")
    say_chased(deal_id=deal, words="Лескова спрашивает", actor=company.programmer, at=TUESDAY)
    sender.go()
    said = str(fake.calls)
    for secret in ("Северный лес", "Лескова", "123-45-67", "leskova"):
        assert secret not in said


# what groups tell


@pytest.mark.requirement("R42")
def test_who_answers_how_fast_is_times_and_counts_only(company: Company, hub: int, settings: Any) -> None:
    settings.CHANNELS = ("telegram",)
    deal = accepted_deal(company)
    bind_place(
        channel="telegram",
        chat=HUB,
        thread="77",
        role="deal",
        deal_id=deal,
        actor=company.manager,
        at=TUESDAY,
    )
    manager, expert = link(company.manager), link(company.expert)
    chat = Chat("telegram", HUB, "77")
    for number, (who, minutes) in enumerate(
        ((manager, 0), (manager, 10), (expert, 40), (manager, 45), (expert, 75), ("404", 80))
    ):
        told(Said(str(number), chat, who, text="тайное слово"), TUESDAY + minutes * MINUTE)
    found = {one.person_id: one for one in pace_of(deal)}
    assert (
        found[company.expert.me].written,
        found[company.expert.me].answers,
        found[company.expert.me].minutes,
    ) == (2, 2, 30)
    assert (found[company.manager.me].written, found[company.manager.me].minutes) == (3, 5)
    assert "тайное" not in str(list(Heard.objects.values())) + str(list(Message.objects.values()))


def test_a_group_that_moves_keeps_its_deals_and_its_queue(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    deal = accepted_deal(company)
    sender.go()
    say_chased(deal_id=deal, words="когда?", actor=company.programmer, at=TUESDAY)
    Place.objects.filter(chat=HUB).update(link="https://t.me/+old")
    told(Moved("telegram", HUB, "-1005550001112"))
    sender.go()
    assert Place.objects.get(role="deals").link == "", "the old address leads nowhere; a new one is asked for"
    assert {one["chat_id"] for one in fake.of("sendMessage")[-1:]} == {-1005550001112}
    assert Place.objects.filter(gone_at=None, chat=HUB).count() == 0


def test_a_move_that_is_told_by_a_refusal_sends_the_same_message_there(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    fake.refuse("createForumTopic", 400, MOVED, migrate_to_chat_id=-1005550001112)
    whole_request(company)
    sender.go()
    (topic,) = fake.of("createForumTopic")
    assert topic["chat_id"] == -1005550001112


def test_who_is_shown_out_says_nothing_there_any_more(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    told(Removed(Chat("telegram", HUB)))
    whole_request(company)
    assert sender.go() == 0
    assert Place.objects.get(pk=hub).gone_because == "removed"


def test_only_linked_colleagues_are_let_into_the_group(company: Company, hub: int, settings: Any) -> None:
    settings.CHANNELS = ("telegram",)
    expert, agent = link(company.expert), link(company.agent)
    chat = Chat("telegram", HUB)
    assert told(Knocked(chat, expert)).let_in
    assert not told(Knocked(chat, agent)).let_in
    assert not told(Knocked(chat, "404")).let_in


def test_a_code_for_a_group_works_only_for_who_asked_for_it(company: Company, settings: Any) -> None:
    settings.CHANNELS = ("telegram",)
    admin, expert = link(company.administrator), link(company.expert)
    code = issue_code(purpose="deals", actor=company.administrator, at=TUESDAY)
    chat = Chat("telegram", HUB, title="Сделки")
    told(Said("1", chat, expert, text=f"/start {code}"))
    assert not Place.objects.filter(role="deals").exists()
    told(Said("2", chat, admin, text=f"/start@bot {code}"))
    assert Place.objects.get(role="deals").chat == HUB


# limits and refusals


def test_too_many_requests_makes_the_chat_wait_and_costs_no_attempt(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    fake.refuse("createForumTopic", 429, "Too Many Requests: retry after 7", retry_after=7)
    whole_request(company)
    sender.go()
    assert fake.calls == []
    assert sender.go(TUESDAY + timedelta(seconds=6)) == 0
    sender.go(TUESDAY + timedelta(seconds=8))
    assert len(fake.of("createForumTopic")) == 1
    assert Message.objects.get(kind="thread").attempts == 1


def test_an_address_that_is_gone_is_switched_off_and_its_owner_told_by_the_bell(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    link(company.expert)
    fake.refuse("sendMessage", 403, "Forbidden: bot was blocked by the user")
    accepted_deal(company)
    sender.go()
    place = Place.objects.get(person_id=company.expert.me)
    assert place.gone_at is not None
    assert fake.of("sendMessage") == []


def test_a_server_in_trouble_rests_the_channel_and_loses_nothing(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    link(company.expert)
    fake.refuse("sendMessage", 502, "Bad Gateway")
    accepted_deal(company)
    sender.go()
    assert Way.objects.get(pk="telegram").resting_until is not None
    assert fake.of("sendMessage") == []
    sender.go(TUESDAY + MINUTE)
    assert fake.of("sendMessage")
    assert not Message.objects.exclude(status="sent").exists()


def test_a_line_that_breaks_after_the_message_was_taken_is_counted_as_perhaps_twice(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    user = link(company.expert)
    fake.cut.add("sendMessage")
    accepted_deal(company)
    sender.go()
    sender.go(TUESDAY + 2 * MINUTE)
    texts = [one["text"] for one in fake.of("sendMessage") if str(one["chat_id"]) == user]
    assert len(texts) == len(set(texts)) + 1
    assert sum(Message.objects.values_list("repeats", flat=True)) == 1


def test_a_message_nobody_can_take_lies_among_the_dead_and_the_next_one_goes(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    link(company.expert)
    fake.refuse("sendMessage", 400, "Bad Request: can't parse entities")
    accepted_deal(company)
    accepted_deal(company, inn="7728168971")
    sender.go()
    assert Message.objects.filter(status="dead").count() == 1
    assert fake.of("sendMessage")


def test_each_group_of_deals_gets_an_address_to_come_in_by(
    sender: Sender, fake: OwnBotApi, company: Company, hub: int
) -> None:
    process = BotProcess(sender.wire, stop=threading.Event())
    process.tend()
    assert Place.objects.get(pk=hub).link.startswith("https://t.me/+")
    process.tend()
    assert len(fake.of("createChatInviteLink")) == 1


def test_the_menu_of_commands_is_there_in_both_languages_and_says_what_the_help_says(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    BotProcess(sender.wire, stop=threading.Event()).begin()
    menus = {one.get("language_code", ""): one for one in fake.of("setMyCommands")}
    assert set(menus) == {"", "ru", "en"}
    for menu in menus.values():
        assert menu["scope"] == {"type": "all_private_chats"}
        assert [one["command"] for one in menu["commands"]] == [one.name for one in COMMANDS]
    assert menus[""]["commands"] == menus["ru"]["commands"] != menus["en"]["commands"]


def test_without_a_menu_the_bot_begins_all_the_same(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    fake.refuse("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID")
    BotProcess(sender.wire, stop=threading.Event()).begin()
    assert doors()["telegram"]["person"].startswith("https://t.me/svyazka_test_bot?start=")
