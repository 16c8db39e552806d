"""Talks that meet, old buttons, files that come along: nothing that somebody said is lost by it, and nothing old is done."""

from datetime import date, timedelta
from typing import Any

import pytest

from svyazka.bot.events import Answer, FileRef, Pressed
from svyazka.presale.channels.models import Incoming, Message, Talk
from svyazka.presale.commitments.commands import keep, open_commitment
from svyazka.presale.deals.queries import own_leads
from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.experts.claiming import claim
from svyazka.presale.experts.queries import request_row
from svyazka.presale.people.commands import Hours, Profile, save_person, set_workspace
from tests.company import TUESDAY, Company, led_deal
from tests.connectors.talking import link, own, say, told
from tests.presale.test_experts import asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("telegram_on")]

PHOTO = FileRef("photo", "photo", "Фото.jpg")
GOAL = "Показать склад на Кедре главному технологу Иванову"


def press(user: str, code: str) -> Answer:
    answer = told(Pressed("p", own(user), user, code))
    assert isinstance(answer, Answer)
    return answer


def last(user: str) -> dict[str, Any]:
    """What he was told last: the title, the lines, the buttons."""
    data = Message.objects.filter(place__chat=user, kind="reply").latest("pk").data
    assert isinstance(data, dict)
    return data


def codes(user: str) -> list[str]:
    """What the buttons under his last message carry."""
    return [action["code"] for row in last(user)["actions"] for action in row]


def filed() -> list[int]:
    """The deals that files wait to be fetched for."""
    return [
        row["deal"] for row in Incoming.objects.filter(channel="telegram:files").values_list("raw", flat=True)
    ]


def draft() -> dict[str, Any]:
    (talk,) = Talk.objects.all()
    assert talk.state == "lead"
    assert isinstance(talk.data, dict)
    return talk.data


# a request that is being said


@pytest.mark.parametrize("code", ["more", "no", "ask", "hand"])
def test_a_press_loses_nothing_of_a_request_that_is_being_handed_in(company: Company, code: str) -> None:
    user, deal = link(company.expert), led_deal(company)
    request = asked(company, deal)
    mine = open_commitment(
        deal_id=deal, performer_id=company.expert.me, result="Список отчётов", due_at=TUESDAY + timedelta(hours=1),
        actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    say(user, "/lead", "Нужна маркировка")
    before = draft()
    about = {"ask": deal, "hand": mine}.get(code, request)
    pressed = press(user, f"{code}:{about}" if code != "hand" else f"to:{mine}:{company.head.me}")
    assert pressed.alert
    assert "Сначала закончите запрос" in pressed.text
    assert draft() == before


def test_a_look_at_a_deal_and_the_command_itself_leave_the_request_where_it_was(company: Company) -> None:
    user = link(company.expert)
    led_deal(company)
    say(user, "/lead", "Нужна маркировка", "/deal 1")
    say(user, "", files=(PHOTO,))
    assert (draft()["step"], len(draft()["files"])) == ("company", 1)
    say(user, "/lead")
    assert last(user)["title"] == "Какая это компания?"
    say(user, "/lead совсем другое")
    assert draft()["answers"] == {"request": "Нужна маркировка"}
    say(user, "/cancel", "/lead совсем другое")
    assert draft()["answers"] == {"request": "совсем другое"}


def test_an_answer_that_was_to_be_said_anew_may_stay_as_it_is(company: Company) -> None:
    user = link(company.expert)
    say(user, "/lead", "Нужна маркировка", "АО «Маяк»", "Ольга +7 916 123-45-67")
    before = draft()["answers"]
    press(user, "lead:mend:contact")
    assert [code.rpartition(":")[0] for code in codes(user)] == ["lead:skip:contact", "lead:keep:"]
    press(user, "lead:keep")
    assert (draft()["step"], draft()["answers"]) == ("send", before)
    press(user, "lead:mend:request")
    say(user, "", files=(PHOTO,))
    assert (draft()["answers"], len(draft()["files"])) == (before, 1)
    shown = str(last(user)["sections"])
    places = [shown.index(words) for words in ("Нужна маркировка", "Маяк", "Ольга")]
    assert places == sorted(places), "in the order of the questions, whichever was said last"


@pytest.mark.parametrize(
    "code", ["lead:mend:contact", "lead:send", "lead:keep", "lead:skip", "lead:mend:", "lead:x"]
)
def test_an_old_summary_does_nothing_to_a_request_that_has_just_begun(company: Company, code: str) -> None:
    user = link(company.expert)
    say(user, "/lead")
    before = draft()
    assert press(user, code).alert
    assert draft() == before
    assert not own_leads(viewer=company.expert)


def test_the_buttons_of_a_request_do_nothing_to_the_next_one(company: Company) -> None:
    user = link(company.expert)
    answers = ("Нужна маркировка", "АО «Маяк»", "Ольга +7 916 123-45-67")
    say(user, "/lead", *answers)
    old = codes(user)
    send = next(code for code in old if code.startswith("lead:send:"))
    press(user, send)
    say(
        user,
        "/lead",
        "Нужен учёт партий",
        "АО «Север»",
        "Иван +7 916 765-43-21",
        at=TUESDAY + timedelta(minutes=1),
    )
    before = draft()
    for code in old[:4]:
        assert press(user, code).alert
    assert draft() == before
    assert [row.title for row in own_leads(viewer=company.expert)] == ["Нужна маркировка"]


def test_a_question_of_before_skips_nothing_of_the_one_that_waits(company: Company) -> None:
    user = link(company.expert)
    say(user, "/lead", "Нужна маркировка")
    skip = codes(user)[0]
    say(user, "АО «Маяк»")
    before = draft()
    assert press(user, skip).alert
    assert draft() == before


# old buttons


def test_an_old_list_offers_nothing_to_do_about_what_is_closed(company: Company) -> None:
    user = link(company.expert)
    mine = open_commitment(
        deal_id=led_deal(company), performer_id=company.expert.me, result="Список отчётов",
        due_at=TUESDAY + timedelta(hours=1), actor=company.manager, at=TUESDAY,
    )  # fmt: skip
    keep(commitment_id=mine, actor=company.expert, at=TUESDAY)
    for code in (f"owe:{mine}", f"done:{mine}", f"hand:{mine}"):
        answer = press(user, code)
        assert answer.alert
        assert "закрыто" in answer.text
    assert not Talk.objects.exists()


def test_who_has_nothing_to_give_back_or_to_say_is_not_asked_for_words(company: Company) -> None:
    request = asked(company, led_deal(company))
    head, expert = link(company.head), link(company.expert)
    for user, code in ((expert, "back"), (expert, "say"), (link(company.manager), "no")):
        assert press(user, f"{code}:{request}").alert
    claim(request_id=request, actor=company.expert, at=TUESDAY)
    assert press(expert, f"say:{request}").alert  # it is no triage
    assert not press(head, f"back:{request}").alert  # his head may


# files that come along


def test_what_comes_along_with_words_goes_to_the_deals_folder(company: Company) -> None:
    user, deal = link(company.expert), led_deal(company)
    ask = Ask("triage", "1С:ERP", date(2026, 11, 25), date(2026, 11, 27), "Понять, наше ли это")
    request = ask_for_expert(deal_id=deal, ask=ask, actor=company.manager, at=TUESDAY)
    claim(request_id=request, actor=company.expert, at=TUESDAY)
    press(user, f"say:{request}")
    say(user, "наше, схема в файле", files=(PHOTO,))
    say(user, "", files=(FileRef("more", "more", "Ещё.jpg"),))  # the rest of an album
    assert filed() == [deal, deal]
    assert request_row(request_id=request, viewer=company.head).said == "наше, схема в файле"


def test_nobody_is_offered_to_send_people_whom_he_has_not(company: Company) -> None:
    profile = Profile(
        "manager2@svyazka.example", "Лосев", "Павел", unit_id=company.sales_unit, duties=frozenset({"head"})
    )  # fmt: skip
    save_person(profile=profile, person_id=company.other_manager.me, actor=company.administrator, at=TUESDAY)
    request = asked(company, led_deal(company))
    verbs = {}
    for who in (company.other_manager, company.head):
        user = link(who)
        press(user, f"see:{request}")
        verbs[who] = {action["code"].partition(":")[0] for row in last(user)["actions"] for action in row}
    assert verbs == {company.other_manager: {"no", "more"}, company.head: {"claim", "send", "no", "more"}}


# what isn't to leave the house


@pytest.mark.parametrize("names", [True, False])
def test_the_goal_that_somebody_typed_is_told_only_where_names_may_leave_the_house(
    company: Company, *, names: bool
) -> None:
    set_workspace(
        name="Мы", language="ru", hours=Hours(), names_in_messages=names, actor=company.administrator, at=TUESDAY
    )  # fmt: skip
    user = link(company.expert)
    request = asked(company, led_deal(company), goal=GOAL)
    press(user, f"see:{request}")
    assert (GOAL in str(last(user))) is names
    press(user, f"claim:{request}")
    assert (GOAL in str(last(user))) is names
