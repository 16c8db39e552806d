"""Codes by which people and groups come into a messenger's chats: who gets one, what it is good for, what it never does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from svyazka.presale.channels.codes import (
    MOST_AN_HOUR,
    BoundAlready,
    CodeRefused,
    LinkedElsewhere,
    TooManyCodes,
    forget_codes,
    issue_code,
)
from svyazka.presale.channels.commands import bind_place, revive_place, unbind_group, unlink_chat
from svyazka.presale.channels.models import Code, Place
from svyazka.presale.channels.queries import places_for
from svyazka.presale.deals.chats import issue_chat_code, redeem_any_code, unbind_chat
from svyazka.presale.deals.seats import appoint
from svyazka.presale.deals.writing import DealClosed
from svyazka.presale.journal.values import Actor, Invalid, NotAllowed, NotFound
from svyazka.presale.notices.wishes import reach_of
from svyazka.presale.people.commands import Profile, save_person
from svyazka.presale.stages.commands import lose
from tests.chats import grouped, linked
from tests.company import TUESDAY, Company, accepted_deal

MINUTE = timedelta(minutes=1)
GROUP = "-100200"


@pytest.fixture(autouse=True)
def _telegram(settings: Any) -> None:
    settings.CHANNELS = ("email", "telegram")


def said_by(actor: Actor, code: str, *, chat: str = GROUP, thread: str = "") -> int:
    """Say a code in a group; the id of the place that it makes."""
    sender = str(5_000_000 + actor.me)
    return redeem_any_code(
        secret=code, channel="telegram", chat=chat, thread=thread, sender=sender, at=TUESDAY, title="Группа",
        link="https://t.me/c/200",
    ).place_id  # fmt: skip


def bound(deal: int) -> list[str]:
    return [place.chat for place in places_for("deal", deal_id=deal)]


# whose code it is


def test_a_code_that_one_has_asked_for_binds_nothing_in_anothers_mouth(company: Company) -> None:
    deal = accepted_deal(company)
    for person in (company.manager, company.head, company.agent):
        linked(person.me, TUESDAY)
    code = issue_chat_code(deal_id=deal, actor=company.manager, at=TUESDAY)
    for thief in (company.head, company.agent, company.expert):
        with pytest.raises(CodeRefused):
            said_by(thief, code)
    assert bound(deal) == []
    said_by(company.manager, code)
    assert bound(deal) == [GROUP]
    with pytest.raises(CodeRefused):
        said_by(company.manager, code, chat="-100999")


def test_a_code_for_a_group_links_no_private_chat_and_the_other_way_round(company: Company) -> None:
    deal, me = accepted_deal(company), company.manager
    linked(me.me, TUESDAY)
    with pytest.raises(CodeRefused):
        said_by(me, issue_chat_code(deal_id=deal, actor=me, at=TUESDAY), chat=str(5_000_000 + me.me))
    with pytest.raises(CodeRefused):
        said_by(me, issue_code(purpose="person", actor=me, at=TUESDAY))


def test_a_new_code_ends_the_one_before_for_the_same_purpose_only(company: Company) -> None:
    one, other, me = accepted_deal(company), accepted_deal(company, inn="7728168971"), company.manager
    linked(me.me, TUESDAY)
    first, elsewhere = (issue_chat_code(deal_id=deal, actor=me, at=TUESDAY) for deal in (one, other))
    second = issue_chat_code(deal_id=one, actor=me, at=TUESDAY)
    with pytest.raises(CodeRefused):
        said_by(me, first)
    said_by(me, second)
    said_by(me, elsewhere, chat="-100201")
    assert (bound(one), bound(other)) == ([GROUP], ["-100201"])


def test_who_is_no_administrator_any_more_binds_no_group_of_the_company(company: Company) -> None:
    linked(company.administrator.me, TUESDAY)
    second = Profile("second@svyazka.example", "Второй", "Пётр", duties=frozenset({"administrator"}))
    save_person(profile=second, actor=company.administrator, at=TUESDAY)
    code = issue_code(purpose="experts", actor=company.administrator, at=TUESDAY)
    save_person(
        profile=Profile("admin@svyazka.example", "Бывший", "Иван"), person_id=company.administrator.me,
        actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    with pytest.raises(CodeRefused):
        said_by(company.administrator, code)


def test_who_has_no_say_on_the_deal_any_more_binds_no_chat_to_it(company: Company) -> None:
    deal, me = accepted_deal(company), company.manager
    linked(me.me, TUESDAY)
    code = issue_chat_code(deal_id=deal, actor=me, at=TUESDAY)
    appoint(
        deal_id=deal,
        person_id=company.other_manager.me,
        role="manager",
        actor=company.administrator,
        at=TUESDAY,
    )
    with pytest.raises(CodeRefused):
        said_by(me, code)
    assert bound(deal) == []


def test_a_deal_that_ended_meanwhile_gets_no_chat(company: Company) -> None:
    deal, me = accepted_deal(company), company.manager
    linked(me.me, TUESDAY)
    code = issue_chat_code(deal_id=deal, actor=me, at=TUESDAY)
    lose(deal_id=deal, reason="estimate.above_budget", evidence="письмо", actor=me, at=TUESDAY)
    with pytest.raises(CodeRefused):
        said_by(me, code)
    assert bound(deal) == []


# what a code is for


@pytest.mark.parametrize("who", ["agent", "expert", "other_manager", "programmer", "owner"])
def test_whoever_has_no_say_on_a_deal_gets_no_code_for_its_chat(company: Company, who: str) -> None:
    deal = accepted_deal(company)
    with pytest.raises((NotAllowed, NotFound)):
        issue_chat_code(deal_id=deal, actor=getattr(company, who), at=TUESDAY)
    place = grouped("deal", TUESDAY, deal=deal)
    with pytest.raises((NotAllowed, NotFound)):
        unbind_chat(deal_id=deal, place_id=place, actor=getattr(company, who), at=TUESDAY)
    assert not Code.objects.exists()
    assert bound(deal) == [GROUP]


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "deal"}, {"purpose": "person", "deal_id": 1}, {"purpose": "experts", "deal_id": 1},
        {"purpose": "everything"}, {"purpose": "person", "unit_id": 1}, {"purpose": "experts", "unit_id": 999_999},
    ],
)  # fmt: skip
def test_a_code_for_what_makes_no_sense_is_refused(company: Company, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        issue_code(actor=company.administrator, at=TUESDAY, **wrong)


@pytest.mark.parametrize("purpose", ["experts", "deals"])
def test_a_group_of_the_company_takes_an_administrator(company: Company, purpose: str) -> None:
    for who in (company.manager, company.head, company.dispatcher, company.agent):
        with pytest.raises(NotAllowed):
            issue_code(purpose=purpose, actor=who, at=TUESDAY)


def test_a_deal_that_has_ended_gets_no_chat_but_may_lose_one(company: Company) -> None:
    deal = accepted_deal(company)
    place = grouped("deal", TUESDAY, deal=deal)
    lose(deal_id=deal, reason="estimate.above_budget", evidence="письмо", actor=company.manager, at=TUESDAY)
    with pytest.raises(DealClosed):
        issue_chat_code(deal_id=deal, actor=company.manager, at=TUESDAY)
    unbind_chat(deal_id=deal, place_id=place, actor=company.manager, at=TUESDAY)
    assert bound(deal) == []


# what nobody takes over


@pytest.mark.parametrize("meaning", ["experts", "deals", "another deal"])
def test_a_group_with_a_meaning_is_not_taken_over_by_speaking_in_it(company: Company, meaning: str) -> None:
    deal, other = accepted_deal(company), accepted_deal(company, inn="7728168971")
    linked(company.manager.me, TUESDAY)
    role = "deal" if meaning == "another deal" else meaning
    place = grouped(role, TUESDAY, deal=other if role == "deal" else None)
    code = issue_chat_code(deal_id=deal, actor=company.manager, at=TUESDAY)
    with pytest.raises(BoundAlready):
        said_by(company.manager, code)
    assert Place.objects.get(pk=place).role == role
    assert bound(deal) == []
    said_by(
        company.manager, code, thread="77"
    )  # a topic of it is a place of its own; the code is not used up
    assert bound(deal) == [GROUP]


def test_a_group_that_was_taken_off_is_free_for_another_meaning(company: Company) -> None:
    deal = accepted_deal(company)
    linked(company.manager.me, TUESDAY)
    place = grouped("experts", TUESDAY)
    unbind_group(place_id=place, actor=company.administrator, at=TUESDAY)
    said_by(company.manager, issue_chat_code(deal_id=deal, actor=company.manager, at=TUESDAY))
    assert places_for("experts") == ()
    (chat,) = places_for("deal", deal_id=deal)
    assert (chat.title, chat.link) == ("Группа", "https://t.me/c/200")


def test_a_chat_of_one_is_not_linked_by_another(company: Company) -> None:
    linked(company.expert.me, TUESDAY)
    chat = str(5_000_000 + company.expert.me)
    code = issue_code(purpose="person", actor=company.head, at=TUESDAY)
    with pytest.raises(LinkedElsewhere):
        redeem_any_code(secret=code, channel="telegram", chat=chat, sender=chat, at=TUESDAY)


# taking off


def test_one_unlinks_ones_own_chat_and_no_other(company: Company) -> None:
    mine = linked(company.expert.me, TUESDAY)
    for who in (company.head, company.administrator, company.agent):
        with pytest.raises(NotFound):
            unlink_chat(place_id=mine, actor=who, at=TUESDAY)
    unlink_chat(place_id=mine, actor=company.expert, at=TUESDAY)
    with pytest.raises(NotFound):
        unlink_chat(place_id=mine, actor=company.expert, at=TUESDAY)
    reach = reach_of(company.expert.me)
    assert reach is not None
    assert (set(reach.places), reach.away) == ({"email"}, frozenset()), "he did it himself: nothing is amiss"


def test_what_one_has_unlinked_nobody_switches_on_again(company: Company) -> None:
    mine = linked(company.expert.me, TUESDAY)
    unlink_chat(place_id=mine, actor=company.expert, at=TUESDAY)
    with pytest.raises(NotFound):
        revive_place(place_id=mine, actor=company.administrator, at=TUESDAY)


def test_letters_are_no_chat_to_unlink(company: Company) -> None:
    place = bind_place(
        channel="email", chat="expert@svyazka.example", role="person", person_id=company.expert.me,
        actor=company.expert, at=TUESDAY,
    )  # fmt: skip
    with pytest.raises(NotFound):
        unlink_chat(place_id=place, actor=company.expert, at=TUESDAY)


def test_a_group_and_a_chat_are_taken_off_each_by_its_own_door(company: Company) -> None:
    one, other = accepted_deal(company), accepted_deal(company, inn="7728168971")
    chat, mine = grouped("deal", TUESDAY, deal=one), linked(company.manager.me, TUESDAY)
    tries: list[Callable[[], None]] = [
        lambda: unbind_group(place_id=chat, actor=company.administrator, at=TUESDAY),
        lambda: unbind_group(place_id=mine, actor=company.administrator, at=TUESDAY),
        lambda: unlink_chat(place_id=chat, actor=company.manager, at=TUESDAY),
        lambda: unbind_chat(deal_id=other, place_id=chat, actor=company.manager, at=TUESDAY),
        lambda: unbind_chat(deal_id=one, place_id=mine, actor=company.manager, at=TUESDAY),
    ]
    for attempt in tries:
        with pytest.raises(NotFound):
            attempt()
    assert Place.objects.filter(channel="telegram", gone_at=None).count() == 2


# how many


def test_nobody_asks_for_more_codes_within_an_hour_than_he_can_need(company: Company) -> None:
    deal = accepted_deal(company)
    for number in range(MOST_AN_HOUR):
        at = TUESDAY + number * MINUTE
        if number % 2:
            issue_code(purpose="person", actor=company.manager, at=at)
        else:
            issue_chat_code(deal_id=deal, actor=company.manager, at=at)
    later = TUESDAY + 21 * MINUTE
    with pytest.raises(TooManyCodes):
        issue_code(purpose="person", actor=company.manager, at=later)
    with pytest.raises(TooManyCodes):
        issue_chat_code(deal_id=deal, actor=company.manager, at=later)
    issue_code(purpose="person", actor=company.expert, at=later)
    issue_code(purpose="person", actor=company.manager, at=TUESDAY + 61 * MINUTE)


def test_rows_of_old_codes_are_forgotten(company: Company) -> None:
    issue_code(purpose="person", actor=company.manager, at=TUESDAY)
    issue_code(purpose="person", actor=company.manager, at=TUESDAY + timedelta(hours=20))
    assert forget_codes(at=TUESDAY + timedelta(hours=25)) == 1
    assert Code.objects.count() == 1


def test_a_manager_who_was_replaced_gets_no_code_any_more(company: Company) -> None:
    deal = accepted_deal(company)
    appoint(deal_id=deal, person_id=company.other_manager.me, role="manager", actor=company.head, at=TUESDAY)
    with pytest.raises(NotAllowed):
        issue_chat_code(deal_id=deal, actor=company.manager, at=TUESDAY)
    issue_chat_code(deal_id=deal, actor=company.other_manager, at=TUESDAY)
