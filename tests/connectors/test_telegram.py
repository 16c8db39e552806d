"""The bot over HTTP against an emulator of the Bot API: linking, leads, what I owe, deals, the expert board."""

import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from svyazka.connectors.telegram.channel import TelegramChannel
from svyazka.connectors.telegram.process import BotProcess
from svyazka.connectors.telegram.wire import Wire
from svyazka.presale.channels.codes import issue_code, person_at
from svyazka.presale.channels.models import Code, Incoming, Message, Place
from svyazka.presale.channels.port import Limits
from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import commitment_row
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.queries import own_leads, rows_by_id
from svyazka.presale.documents.queries import document_to_read, folder_of
from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.experts.queries import request_row
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import Profile, save_person
from svyazka.worker.delivery import Delivery
from tests.company import TUESDAY, Company, accepted_deal, led_deal
from tests.connectors.telegram_peer import TOKEN, Peer, bot_api

pytestmark = pytest.mark.django_db

GROUP = -1001234567890
HOUR = timedelta(hours=1)


class Bot:
    """The bot's process, step by step in the test's own thread and transaction."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.wire = Wire(token=TOKEN, api=peer.api)
        self.process = BotProcess(self.wire, stop=threading.Event())
        self.channel = TelegramChannel(self.wire, Limits())
        self.last: int | None = None

    def go(self, at: datetime = TUESDAY) -> None:
        """Take in what people did, handle it, send what follows."""
        for update in self.wire.call(_updates(self.last)):
            self.last = self.process.keep(update)
        while self.process.handle_next():
            pass
        self.wire.settle()
        while self.process.fetch_next():
            pass
        delivery = Delivery([], stop=threading.Event(), clock=lambda: at)
        while delivery.deliver_next(self.channel, "test"):
            pass


def _updates(last: int | None) -> Any:
    from svyazka.connectors.telegram.wire import RawUpdates

    return RawUpdates(offset=None if last is None else last + 1, timeout=0)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with bot_api() as found:
        yield found


@pytest.fixture
def bot(peer: Peer, settings: Any) -> Iterator[Bot]:
    settings.CHANNELS = ("telegram",)
    settings.PUBLIC_URL = "https://presale.example.com"
    with time_machine.travel(TUESDAY, tick=False):
        made = Bot(peer)
        yield made
        made.wire.close()
    assert peer.emulator.refused == []


def link(bot: Bot, who: Actor) -> int:
    """Link a person's private chat; his id at the messenger is made of his id here."""
    user = 5_000_000 + who.me
    code = issue_code(purpose="person", actor=who, at=TUESDAY)
    bot.peer.write(user, f"/start {code}")
    bot.go()
    assert person_at(channel="telegram", chat=str(user)) == who.me
    return user


def bind_experts(bot: Bot, company: Company) -> None:
    user = link(bot, company.administrator)
    code = issue_code(purpose="experts", actor=company.administrator, at=TUESDAY)
    bot.peer.write(user, f"/start@svyazka_test_bot {code}", chat=GROUP)
    bot.go()


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_proxy_of_either_kind_needs_nothing_more_than_its_setting(kind: str) -> None:
    Wire(token=TOKEN, api="http://127.0.0.1:9", proxy=f"{kind}://127.0.0.1:1").close()


# linking


def test_a_code_of_the_page_links_the_chat_that_says_it_once(bot: Bot, company: Company) -> None:
    user = link(bot, company.expert)
    assert "Олег Климов" in bot.peer.texts(user)[0]
    code = issue_code(purpose="person", actor=company.head, at=TUESDAY)
    bot.peer.write(777, f"/start {code}")
    bot.peer.write(778, f"/start {code}")
    bot.go()
    assert (person_at(channel="telegram", chat="777"), person_at(channel="telegram", chat="778")) == (
        company.head.me, None,
    )  # fmt: skip
    assert "не подходит" in bot.peer.texts(778)[0] or "doesn’t work" in bot.peer.texts(778)[0]


def test_the_help_says_what_a_role_hears_and_offers_what_it_may_do(bot: Bot, company: Company) -> None:
    said = {}
    for who in (company.expert, company.head, company.agent):
        user = link(bot, who)
        bot.peer.write(user, "/help")
        bot.go()
        said[who] = bot.peer.texts(user)[-1]
    assert "кто взял первым" in said[company.expert]
    assert "вовремя никто не взял" in said[company.head]
    assert "/my" in said[company.expert]
    assert "/lead" in said[company.agent]
    assert "/my" not in said[company.agent]
    assert "/deal" not in said[company.agent]


@pytest.mark.parametrize("code", ["", "x" * 32, "../../etc/passwd", "' OR 1=1 --", "\u0000", "а" * 60])
def test_a_stranger_with_no_good_code_learns_nothing(bot: Bot, company: Company, code: str) -> None:
    issue_code(purpose="person", actor=company.expert, at=TUESDAY)
    bot.peer.write(999, f"/start {code}")
    for words in ("/my", "/deal 1", "/lead завод", "привет"):
        bot.peer.write(999, words)
    bot.peer.press(999, "claim:1")
    bot.go()
    assert not Place.objects.filter(chat="999").exists()
    assert not any("Олег" in text or "С-2026" in text for text in bot.peer.texts(999))


def test_an_old_code_links_nobody(bot: Bot, company: Company) -> None:
    code = issue_code(purpose="person", actor=company.expert, at=TUESDAY - timedelta(minutes=11))
    bot.peer.write(999, f"/start {code}")
    bot.go()
    assert person_at(channel="telegram", chat="999") is None


def test_a_code_is_kept_as_a_digest_only(bot: Bot, company: Company) -> None:
    code = issue_code(purpose="person", actor=company.expert, at=TUESDAY)
    assert code not in str(list(Code.objects.values()))


def test_who_has_left_or_unlinked_his_chat_does_nothing_there(bot: Bot, company: Company) -> None:
    user = link(bot, company.expert)
    bot.peer.write(user, "/unlink")
    bot.peer.write(user, "/my")
    bot.go()
    assert person_at(channel="telegram", chat=str(user)) is None
    gone = link(bot, company.estimator)
    save_person(
        profile=Profile("estimator@svyazka.example", "Яшина", "Вера", is_active=False),
        person_id=company.estimator.me, actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    before = len(bot.peer.texts(gone))
    bot.peer.write(gone, "/my")
    bot.go()
    assert len(bot.peer.texts(gone)) == before + 1
    assert "Что должен" not in bot.peer.texts(gone)[-1]


# a lead


@pytest.mark.requirement("R27")
def test_three_answers_hand_a_request_in(bot: Bot, company: Company) -> None:
    user = link(bot, company.programmer)
    for words in (
        "/lead",
        "Нужен учёт партий на складе",
        "ООО «Север» 7707083893",
        "Ольга, +7 916 123-45-67",
    ):
        bot.peer.write(user, words)
        bot.go()
    bot.peer.press(user, bot.peer.buttons(user)["Передать"])
    bot.go()
    (row,) = own_leads(viewer=company.programmer)
    assert row.title == "Нужен учёт партий на складе"
    assert row.source == "telegram"
    assert row.number in bot.peer.texts(user)[-1]
    assert "Север" in row.client_name


def test_a_lead_is_taken_up_where_it_was_left_and_handed_in_once(bot: Bot, company: Company) -> None:
    user = link(bot, company.programmer)
    bot.peer.write(user, "/lead Нужна маркировка")
    bot.go()
    bot.go(TUESDAY + 5 * HOUR)
    bot.peer.write(user, "АО «Маяк»")
    bot.go()
    bot.peer.press(user, bot.peer.buttons(user)["Не знаю"])
    bot.go()
    send = bot.peer.buttons(user)["Передать"]
    for _ in range(3):
        bot.peer.press(user, send)
    bot.go()
    assert len(own_leads(viewer=company.programmer)) == 1


def test_an_answer_is_said_anew_before_the_request_is_handed_in(bot: Bot, company: Company) -> None:
    user = link(bot, company.programmer)
    for words in ("/lead", "Нужен учёт партий", "ООО «Север» 7707083893", "Не знаю."):
        bot.peer.write(user, words)
        bot.go()
    assert "Контакт" in bot.peer.buttons(user)
    bot.peer.press(user, bot.peer.buttons(user)["Компания"])
    bot.peer.write(user, "АО «Маяк»")
    bot.go()
    shown = bot.peer.texts(user)[-1]
    assert "Компания: АО «Маяк»" in shown
    assert "7707083893" not in shown  # it was the other company's
    assert "Не знаю" not in shown
    bot.peer.press(user, bot.peer.buttons(user)["Передать"])
    bot.go()
    (row,) = own_leads(viewer=company.programmer)
    assert "Маяк" in row.client_name
    missing = next(line for line in bot.peer.texts(user)[-1].splitlines() if "не хватает" in line)
    assert "ИНН" in missing
    assert "Компания" not in missing


def test_words_that_mean_nothing_are_answered_by_what_means_something(bot: Bot, company: Company) -> None:
    user = link(bot, company.expert)
    for words in ("привет", "/nonsense"):
        bot.peer.write(user, words)
        bot.go()
        assert bot.peer.texts(user)[-1].startswith("<b>Не понял вас")
    bot.peer.write(user, "/help")
    bot.go()
    assert bot.peer.texts(user)[-1].startswith("<b>Что я умею")


# what I owe


@pytest.mark.requirement("R43")
def test_the_only_thing_on_my_list_has_its_buttons_there_and_done_is_done(bot: Bot, company: Company) -> None:
    deal = accepted_deal(company)
    mine = open_commitment(
        deal_id=deal, performer_id=company.programmer.me, result="Список отчётов", due_at=TUESDAY + HOUR,
        actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    user = link(bot, company.programmer)
    bot.peer.write(user, "/my")
    bot.go()
    assert "С-2026-0001" in bot.peer.texts(user)[-1]
    bot.peer.press(user, bot.peer.buttons(user)["Готово"])
    bot.go()
    row = commitment_row(mine)
    assert row is not None
    assert row.outcome == "kept"
    assert bot.peer.texts(user)[-1].startswith("<b>Готово, в срок.")
    assert "Список отчётов" not in bot.peer.texts(user)[-1]  # no names leave this workspace


@pytest.mark.requirement("R43")
def test_of_a_longer_list_a_number_opens_one_with_its_buttons(bot: Bot, company: Company) -> None:
    deal = led_deal(company)
    mine = (company.programmer, "Список отчётов"), (company.programmer, "Схема склада")
    for who, result in (*mine, (company.manager, "Адрес завода")):
        open_commitment(
            deal_id=deal, performer_id=who.me, result=result, due_at=TUESDAY + HOUR,
            actor=company.manager, at=TUESDAY,
        )  # fmt: skip
    user, manager = link(bot, company.programmer), link(bot, company.manager)
    for chat in (user, manager):
        bot.peer.write(chat, "/my")
        bot.go()
    assert {"1", "2"} <= {*bot.peer.buttons(user)}
    assert "Готово" not in bot.peer.buttons(user)
    bot.peer.press(user, bot.peer.buttons(user)["2"])
    bot.go()
    assert {*bot.peer.buttons(user)} >= {"Готово", "Передать другому", "Спросить клиента"}
    assert "Передать другому" in bot.peer.buttons(manager)
    assert "Спросить клиента" not in bot.peer.buttons(manager)  # it is he who asks


def test_what_takes_evidence_asks_for_it_and_what_is_anothers_stays_his(bot: Bot, company: Company) -> None:
    deal = accepted_deal(company)
    mine = open_commitment(
        deal_id=deal, performer_id=company.programmer.me, result="Список отчётов", due_at=TUESDAY + HOUR,
        actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    other = link(bot, company.estimator)
    bot.peer.press(other, f"done:{mine}")
    bot.peer.press(other, f"to:{mine}:{company.estimator.me}")
    bot.go()
    row = commitment_row(mine)
    assert row is not None
    assert (row.outcome, row.performer_id) == ("open", company.programmer.me)
    user = link(bot, company.programmer)
    bot.peer.press(user, f"to:{mine}:{company.expert.me}")
    bot.peer.write(user, "болею до пятницы")
    bot.go()
    row = commitment_row(mine)
    assert row is not None
    assert row.performer_id == company.expert.me


# a deal


@pytest.mark.requirement("R22")
def test_a_deals_standing_is_one_message(bot: Bot, company: Company) -> None:
    accepted_deal(company)
    user = link(bot, company.other_manager)
    for words in ("/deal 1", "/deal С-2026-0001", "/deal 2026-0001"):
        bot.peer.write(user, words)
        bot.go()
        assert "Этап 1 из 6" in bot.peer.texts(user)[-1]
    bot.peer.write(user, "/deal 77")
    bot.go()
    assert "Ничего не нашлось" in bot.peer.texts(user)[-1]


# the expert board


def asked(company: Company) -> int:
    ask = Ask(
        "expert", "1С:ERP", date(2026, 11, 25), date(2026, 11, 27), "Клиент видит, как считается партия",
        to_decide="хватит ли типовой системы",
    )  # fmt: skip
    return ask_for_expert(deal_id=led_deal(company), ask=ask, actor=company.manager, at=TUESDAY)


@pytest.mark.requirement("R07")
def test_a_card_is_posted_taken_by_one_press_and_edited_in_place(bot: Bot, company: Company) -> None:
    bind_experts(bot, company)
    user = link(bot, company.expert)
    request = asked(company)
    bot.go()
    card = bot.peer.texts(GROUP)[-1]
    assert "1С:ERP" in card
    assert "С-2026-0001" in card
    assert "Олег Климов" in card
    bot.peer.press(user, bot.peer.buttons(GROUP)["Беру"], chat=GROUP)
    bot.go()
    assert request_row(request_id=request, viewer=company.head).state == "claimed"
    (edit,) = bot.peer.said("editMessageText")
    assert "Олег Климов" in edit["text"]
    assert "inline_keyboard" not in str(edit.get("reply_markup"))
    assert len([text for text in bot.peer.texts(GROUP) if "1С:ERP" in text]) == 1


@pytest.mark.requirement("R07")
def test_without_any_group_a_request_is_taken_from_ones_own_chat(bot: Bot, company: Company) -> None:
    user, head, manager = (link(bot, who) for who in (company.expert, company.head, company.manager))
    request = asked(company)
    bot.go()
    assert "Направлю своего" not in bot.peer.buttons(user)
    assert "Направлю своего" in bot.peer.buttons(head)
    assert "Беру" not in bot.peer.buttons(manager)
    bot.peer.press(user, bot.peer.buttons(user)["Беру"])
    bot.go()
    assert request_row(request_id=request, viewer=company.head).state == "claimed"
    bot.peer.write(user, "/my")
    bot.go()
    assert "Вы идёте экспертом" in bot.peer.texts(user)[-1]
    assert "1С:ERP · до пт, 27 ноября" in bot.peer.texts(user)[-1].replace("\xa0", " ")


@pytest.mark.requirement("R07")
@pytest.mark.requirement("R43")
def test_the_board_in_chat_is_read_taken_from_and_given_back_to(bot: Bot, company: Company) -> None:
    user, manager = link(bot, company.expert), link(bot, company.manager)
    bot.peer.write(user, "/experts")
    bot.go()
    assert "никто не ждёт" in bot.peer.texts(user)[-1]
    request = asked(company)
    for chat in (user, manager):
        bot.peer.write(chat, "/experts")
        bot.go()
        bot.peer.press(chat, bot.peer.buttons(chat)["1"])
        bot.go()
        assert "Полное участие" in bot.peer.texts(chat)[-1]
    assert "Беру" not in bot.peer.buttons(manager)
    bot.peer.press(user, bot.peer.buttons(user)["Беру"])
    bot.go()
    told = bot.peer.texts(user)[-1].replace("\xa0", " ")
    for said in ("25 ноября", "27 ноября", "4 ч", "Просит: Мария Серова", "Дальше:"):
        assert said in told
    bot.peer.press(user, bot.peer.buttons(user)["Вернуть на доску"])
    bot.peer.write(user, "в эти дни сдаю проект")
    bot.go()
    row = request_row(request_id=request, viewer=company.head)
    assert (row.state, row.claims[0].back_why) == ("open", "в эти дни сдаю проект")


def test_what_a_triage_has_shown_is_said_in_chat(bot: Bot, company: Company) -> None:
    user = link(bot, company.expert)
    ask = Ask("triage", "1С:ERP", date(2026, 11, 25), date(2026, 11, 27), "Понять, наше ли это")
    request = ask_for_expert(deal_id=led_deal(company), ask=ask, actor=company.manager, at=TUESDAY)
    bot.go()
    bot.peer.press(user, f"claim:{request}")
    bot.go()
    bot.peer.press(user, bot.peer.buttons(user)["Написать вывод"])
    bot.peer.write(user, "наше, нужна встреча с технологом")
    bot.go()
    row = request_row(request_id=request, viewer=company.head)
    assert (row.state, row.said) == ("done", "наше, нужна встреча с технологом")


@pytest.mark.requirement("R43")
def test_who_hears_that_he_owes_something_has_his_list_by_one_press(bot: Bot, company: Company) -> None:
    user, deal = link(bot, company.programmer), accepted_deal(company)
    open_commitment(
        deal_id=deal, performer_id=company.programmer.me, result="Список отчётов", due_at=TUESDAY + HOUR,
        actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    bot.go()
    bot.peer.press(user, bot.peer.buttons(user)["Что должен я"])
    bot.go()
    assert "Готово" in bot.peer.buttons(user)


def test_a_clock_that_stands_is_no_delay(bot: Bot, company: Company) -> None:
    user, deal = link(bot, company.expert), accepted_deal(company)
    open_commitment(
        deal_id=deal, performer_id=company.expert.me, result="Список отчётов", due_at=TUESDAY + HOUR,
        actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    Commitment.objects.filter(performer=company.expert.me).update(pauses=True)
    for on_client, words in ((False, "срок вышел"), (True, "часы стоят")):
        Deal.objects.filter(pk=deal).update(on_client=on_client)
        with time_machine.travel(TUESDAY + 2 * HOUR, tick=False):
            bot.peer.write(user, "/my")
            bot.go(TUESDAY + 2 * HOUR)
        assert words in bot.peer.texts(user)[-1]


def test_what_lacks_its_deal_asks_for_it(bot: Bot, company: Company) -> None:
    user = link(bot, company.expert)
    bot.peer.write(user, "/deal")
    bot.go()
    assert "/deal 42" in bot.peer.texts(user)[-1]
    document = {"file_id": "terms", "file_unique_id": "terms", "file_name": "ТЗ.txt", "file_size": 5}
    bot.peer.write(user, document=document)
    bot.go()
    assert "К какой это сделке" in bot.peer.texts(user)[-1]


@pytest.mark.requirement("R07")
def test_who_presses_second_reads_who_was_first(bot: Bot, company: Company) -> None:
    bind_experts(bot, company)
    first, second = link(bot, company.expert), link(bot, company.head)
    request = asked(company)
    bot.go()
    bot.peer.press(first, f"claim:{request}", chat=GROUP, number="one")
    bot.peer.press(second, f"claim:{request}", chat=GROUP, number="two")
    bot.go()
    told = {one["callback_query_id"]: one for one in bot.peer.said("answerCallbackQuery")}
    assert "Олег Климов" in told["two"]["text"]
    assert told["one"]["text"].startswith("Запрос ваш")


def test_the_next_press_is_handled_before_telegram_has_heard_the_answer_to_the_one_before(
    bot: Bot, company: Company
) -> None:
    first, second = link(bot, company.expert), link(bot, company.head)
    request = asked(company)
    bot.peer.press(first, f"claim:{request}", number="one")
    bot.peer.press(second, f"claim:{request}", number="two")
    for update in bot.wire.call(_updates(bot.last)):
        bot.process.keep(update)
    bot.peer.hold()
    assert bot.process.handle_next()
    assert bot.process.handle_next()
    bot.peer.wait_for("answerCallbackQuery", 2)  # both are there, and none has an answer
    bot.peer.let_go()
    bot.wire.settle()


def test_an_empty_inbox_is_looked_at_with_one_read(bot: Bot, company: Company) -> None:
    link(bot, company.expert)
    with CaptureQueriesContext(connection) as asked:
        assert not bot.process.handle_next()
    (only,) = asked
    assert only["sql"].startswith("SELECT")


def test_not_ours_and_need_more_are_written_in_ones_own_chat(bot: Bot, company: Company) -> None:
    bind_experts(bot, company)
    user = link(bot, company.head)
    request = asked(company)
    bot.go()
    bot.peer.press(user, f"more:{request}", chat=GROUP)
    bot.peer.write(user, "какие отчёты смотрит директор")
    bot.peer.press(user, f"no:{request}", chat=GROUP)
    bot.peer.write(user, "нет опыта в лесосырье")
    bot.go()
    row = request_row(request_id=request, viewer=company.manager)
    assert [(one.kind, one.text) for one in row.replies] == [
        ("need_more", "какие отчёты смотрит директор"), ("not_ours", "нет опыта в лесосырье"),
    ]  # fmt: skip


def test_a_head_sends_one_of_his_people_from_the_card(bot: Bot, company: Company) -> None:
    bind_experts(bot, company)
    user = link(bot, company.head)
    request = asked(company)
    bot.go()
    bot.peer.press(user, f"send:{request}", chat=GROUP)
    bot.go()
    offered = bot.peer.buttons(user)
    bot.peer.press(user, next(code for words, code in offered.items() if "Климов" in words))
    bot.go()
    row = request_row(request_id=request, viewer=company.manager)
    assert row.claim is not None
    assert (row.claim.person_id, row.claim.by_id) == (company.expert.me, company.head.me)


@pytest.mark.parametrize(
    "code",
    [
        "claim:",
        "claim:x",
        "claim:99999999",
        "go:1",
        "go:1:2:3",
        "to:::",
        "done:-1",
        "nonsense",
        "",
        ":",
        "claim:1e3",
        "lead:send",
    ],
)
def test_a_button_that_nobody_made_does_nothing_and_breaks_nothing(
    bot: Bot, company: Company, code: str
) -> None:
    user = link(bot, company.expert)
    bot.peer.press(user, code or " ")
    bot.go()
    assert not Incoming.objects.filter(done_at=None).exists()


def test_a_card_never_names_the_client_unless_the_workspace_lets_names_out(
    bot: Bot, company: Company
) -> None:
    bind_experts(bot, company)
    asked(company)
    bot.go()
    for text in bot.peer.texts(GROUP):
        for secret in ("Северный лес", "Лескова", "123-45-67", "leskova"):
            assert secret not in text


# what must not break


def test_a_malformed_update_is_put_aside_and_the_others_go_on(bot: Bot, company: Company) -> None:
    user = link(bot, company.expert)
    bot.peer.tell({"callback_query": {"id": "x", "data": "claim:1"}})
    bot.peer.write(user, "/my")
    bot.go()
    assert "ничего не должны" in bot.peer.texts(user)[-1]
    assert Incoming.objects.filter(done_at=None).count() == 1


def test_the_same_update_eight_times_is_one(bot: Bot, company: Company) -> None:
    user = link(bot, company.programmer)
    before = len(bot.peer.texts(user))
    update = {"update_id": 5_000, "message": bot.peer.message(user, "/my")}
    for _ in range(8):
        bot.process.keep(update)
    bot.go()
    assert len(bot.peer.texts(user)) == before + 1


def test_what_was_written_is_forgotten_once_it_is_handled(bot: Bot, company: Company) -> None:
    user = link(bot, company.programmer)
    bot.peer.write(user, "секретное слово")
    bot.go()
    assert "секретное" not in str(list(Incoming.objects.values()))


def test_notices_arrive_in_the_messenger_in_order(bot: Bot, company: Company) -> None:
    user = link(bot, company.expert)
    accepted_deal(company)
    bot.go()
    assert any("С-2026-0001" in text for text in bot.peer.texts(user))
    assert not Message.objects.exclude(status="sent").exists()


# files


@pytest.fixture
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def document(name: str, size: int = 9) -> dict[str, Any]:
    return {
        "document": {
            "file_id": name,
            "file_unique_id": f"{name}-unique",
            "file_name": name,
            "file_size": size,
        }
    }


@pytest.mark.usefixtures("_media")
@pytest.mark.requirement("R43", "R44")
def test_files_of_a_lead_and_those_sent_after_its_number_lie_in_its_folder(
    bot: Bot, company: Company
) -> None:
    user = link(bot, company.manager)
    bot.peer.emulator.assets |= {
        "ТЗ.docx": {"data": b"terms"},
        "Фото.jpg": {"data": b"\xff\xd8\xff\xe0 photo"},
    }
    bot.peer.write(user, "/lead Нужен учёт партий")
    bot.go()
    bot.peer.write(user, "Завод", **document("ТЗ.docx"))
    bot.go()
    while skip := bot.peer.buttons(user).get("Не знаю"):
        bot.peer.press(user, skip)
        bot.go()
    bot.peer.press(user, "lead:send")
    bot.go()
    (lead,) = own_leads(viewer=company.manager)
    assert [one.name for one in folder_of(lead.id, viewer=company.administrator)] == ["ТЗ.docx"]

    deal = accepted_deal(company)
    row = rows_by_id([deal], viewer=company.manager)[deal]
    bot.peer.write(user, f"/deal {row.path}")
    bot.go()
    bot.peer.write(user, **document("Фото.jpg"))
    bot.peer.write(user, **document("ТЗ.docx"))
    bot.go()
    found = folder_of(deal, viewer=company.administrator)
    assert [(one.name, one.by_id, one.channel) for one in found] == [
        ("ТЗ.docx", company.manager.me, "chat"), ("Фото.jpg", company.manager.me, "chat"),
    ]  # fmt: skip
    told = [text for text in bot.peer.texts(user) if "папку" in text and row.number in text]
    assert len(told) == 1, "said once, however many files"
    with document_to_read(found[0].id, viewer=company.manager)[1] as content:
        assert content.read() == b"terms"


@pytest.mark.usefixtures("_media")
def test_a_file_that_cannot_be_had_or_kept_is_told_to_who_sent_it(
    bot: Bot, company: Company, settings: Any
) -> None:
    settings.FOLDER_FILE_LIMIT = 1 << 20
    user, deal = link(bot, company.manager), accepted_deal(company)
    row = rows_by_id([deal], viewer=company.manager)[deal]
    bot.peer.emulator.assets |= {"большой.zip": {"data": b"x" * (1 << 20) + b"x"}}
    bot.peer.write(user, f"/deal {row.path}")
    for name in ("большой.zip", "нет-такого.pdf"):
        bot.peer.write(user, **document(name))
    bot.go()
    assert folder_of(deal, viewer=company.administrator) == ()
    told = [text for text in bot.peer.texts(user) if "нет в папке" in text]
    for name, text in zip(("большой.zip", "нет-такого.pdf"), told, strict=True):
        assert name in text
    assert all(f"/deals/{row.path}/#folder" in text for text in told)
    assert not Incoming.objects.filter(done_at=None).exists()
    assert bot.peer.emulator.refused == ["getFile: Bad Request: wrong file_id specified"]
    bot.peer.emulator.refused.clear()
