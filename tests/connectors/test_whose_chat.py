"""Whose chat it is: what waits for somebody never reaches another, and what he typed stays nowhere."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from svyazka.bot.events import Chat, Pressed, Removed, Said
from svyazka.presale.channels.codes import issue_code, person_at
from svyazka.presale.channels.commands import bind_place, forget_messages, show_again
from svyazka.presale.channels.models import Message, Place
from svyazka.presale.deals.chats import issue_chat_code
from svyazka.presale.deals.queries import own_leads
from svyazka.presale.erasing import erase_typed
from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.values import Actor
from svyazka.presale.notices.queries import latest_notices
from svyazka.presale.people.commands import Hours, Profile, save_person, set_workspace
from tests.company import TUESDAY, Company, accepted_deal, led_deal
from tests.connectors.own_bot_api import OwnBotApi
from tests.connectors.talking import Sender, link, own, told

pytestmark = pytest.mark.django_db

EXPERTS, DAY = "-100777", timedelta(days=1)
ASK = Ask(
    "expert", "1С:ERP", date(2026, 11, 25), date(2026, 11, 27), "Клиент видит, как считается партия",
    to_decide="хватит ли типовой системы",
)  # fmt: skip
ESTIMATOR = Profile("estimator@svyazka.example", "Яшина", "Вера")


def linked_at(user: str, who: Actor) -> None:
    """Say a fresh code of his there, as he would."""
    code = issue_code(purpose="person", actor=who, at=TUESDAY)
    told(Said(f"link-{user}-{who.me}", own(user), user, text=f"/start {code}"))


def test_what_waits_for_whoever_was_there_never_reaches_whoever_is(sender: Sender, company: Company) -> None:
    accepted_deal(company)
    linked_at("900", company.manager)
    sender.go()
    told(Said("1", own("900"), "900", text="/deal 1"))
    told(Said("2", own("900"), "900", text="/lead Нужен учёт, ООО «Тайна»"))
    linked_at("901", company.manager)
    linked_at("900", company.agent)
    before = len(sender.heard("900"))
    told(Pressed("p", own("900"), "900", "lead:send"))
    sender.go()
    assert person_at(channel="telegram", chat="900") == company.agent.me
    assert not any("Этап 1" in text for text in sender.heard("900")[before:])
    assert own_leads(viewer=company.agent) == ()


def test_who_has_left_gets_not_even_what_waited(sender: Sender, company: Company) -> None:
    accepted_deal(company)
    user = link(company.estimator)
    told(Said("1", own(user), user, text="/deal 1"))
    save_person(
        profile=replace(ESTIMATOR, is_active=False), person_id=company.estimator.me, actor=company.administrator, at=TUESDAY
    )  # fmt: skip
    sender.go()
    assert sender.heard(user) == []
    assert person_at(channel="telegram", chat=user) is None


def test_a_password_that_an_administrator_renews_ends_the_chats_of_whoever_had_the_old_one(
    sender: Sender, company: Company
) -> None:
    linked_at("666", company.estimator)
    save_person(profile=ESTIMATOR, person_id=company.estimator.me, actor=company.administrator, at=TUESDAY)
    assert person_at(channel="telegram", chat="666") == company.estimator.me
    save_person(
        profile=ESTIMATOR, person_id=company.estimator.me, actor=company.administrator, at=TUESDAY,
        password="верёвка-и-узел-12",
    )  # fmt: skip
    assert person_at(channel="telegram", chat="666") is None


def test_a_group_from_which_the_bot_was_shown_out_stays_what_it_was_and_administrators_hear_of_it(
    sender: Sender, company: Company
) -> None:
    deal = led_deal(company)
    board = bind_place(
        channel="telegram", chat=EXPERTS, role="experts", actor=company.administrator, at=TUESDAY
    )
    told(Removed(Chat("telegram", EXPERTS)))
    assert latest_notices(viewer=company.administrator)[0].kind == "place.gone"
    user = link(company.manager)
    code = issue_chat_code(deal_id=deal, actor=company.manager, at=TUESDAY)
    told(Said("1", Chat("telegram", EXPERTS), user, text=f"/start {code}"))
    assert Place.objects.get(pk=board).role == "experts"


def test_a_code_of_ones_own_chat_that_was_said_in_a_group_is_nobodys(
    sender: Sender, company: Company
) -> None:
    code = issue_code(purpose="person", actor=company.administrator, at=TUESDAY)
    told(Said("1", Chat("telegram", "-100333"), "5", text=f"/start {code}"))
    told(Said("2", own("666"), "666", text=f"/start {code}"))
    assert person_at(channel="telegram", chat="666") is None
    assert person_at(channel="telegram", chat="5") is None


# what was typed


def test_a_reply_leaves_nothing_of_what_it_said(sender: Sender, company: Company) -> None:
    user = link(company.programmer)
    for number, words in enumerate(("/lead", "Нужен учёт", "ООО «Север»", "Ольга, +7 916 123-45-67")):
        told(Said(str(number), own(user), user, text=words))
    assert "123-45-67" in str(list(Message.objects.values("data")))
    sender.go()
    assert "123-45-67" in sender.heard(user)[-1]
    assert "123-45-67" not in str(list(Message.objects.values("data")))


def test_a_reply_that_nobody_could_be_given_is_forgotten_in_a_week(sender: Sender, company: Company) -> None:
    user = link(company.programmer)
    told(Said("1", own(user), user, text="/lead Нужен учёт, звонить +7 916 123-45-67"))
    Message.objects.filter(kind="reply").update(status="dead")
    assert forget_messages(at=TUESDAY + 6 * DAY) == 0
    assert forget_messages(at=TUESDAY + 8 * DAY) == 1


def test_the_project_is_named_in_a_group_only_where_names_may_be(sender: Sender, company: Company) -> None:
    bind_place(channel="telegram", chat=EXPERTS, role="experts", actor=company.administrator, at=TUESDAY)
    ask = replace(ASK, project="ООО «Кедр», Лескова +7 916 123-45-67")
    request = ask_for_expert(deal_id=led_deal(company), ask=ask, actor=company.manager, at=TUESDAY)
    sender.go()
    assert "Кедр" not in sender.heard(EXPERTS)[-1]
    assert "действующий проект" in sender.heard(EXPERTS)[-1]
    set_workspace(
        name="Связка", language="ru", hours=Hours(), names_in_messages=True, actor=company.administrator, at=TUESDAY
    )  # fmt: skip
    show_again(subjects=[f"expert_request:{request}"], at=TUESDAY)
    sender.go()
    assert "Кедр" in sender.fake.of("editMessageText")[-1]["text"]


def test_what_is_erased_goes_from_the_card_in_the_group_too(
    sender: Sender, fake: OwnBotApi, company: Company
) -> None:
    bind_place(channel="telegram", chat=EXPERTS, role="experts", actor=company.administrator, at=TUESDAY)
    set_workspace(
        name="Мы", language="ru", hours=Hours(), names_in_messages=True, actor=company.administrator, at=TUESDAY
    )  # fmt: skip
    deal = led_deal(company)
    ask_for_expert(deal_id=deal, ask=ASK, actor=company.manager, at=TUESDAY)
    sender.go()
    assert ASK.goal in sender.heard(EXPERTS)[-1]
    seq = Entry.objects.get(chain=deal, act="expert.requested").seq
    erase_typed(deal_id=deal, seqs=[seq], actor=company.administrator, at=TUESDAY)
    sender.go()
    assert ASK.goal not in fake.of("editMessageText")[-1]["text"]
