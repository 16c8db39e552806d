"""The pages by which people and groups come into a messenger's chats."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from svyazka.presale.channels.codes import MOST_AN_HOUR, redeem_code
from svyazka.presale.channels.models import Code, Incoming, Place
from svyazka.presale.channels.port import Gone
from svyazka.presale.channels.queries import places_for
from svyazka.presale.deals.models import Deal
from svyazka.presale.stages.commands import lose
from svyazka.web.ui.doors import squares
from tests.chats import answer, grouped, linked, not_understood
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.undelivered import outcome_at
from tests.web.visitors import browser_of, queries, read

NOTICES, CHANNELS = "/settings/notices/", "/channels/"
LINK, CHAT = "/settings/notices/telegram/link/", "/deals/2026-0001/chat/"


@pytest.fixture(autouse=True)
def _morning(settings: Any) -> Iterator[None]:
    settings.CHANNELS = ("email", "telegram")
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def company(db: None) -> Company:
    made = found_company()
    answer()
    return made


def code_on(page: Any) -> str:
    """The code that a page shows; it has to be there, and the page must not be kept."""
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    (code,) = re.findall(r"/start ([\w-]{32})<", page.content.decode())
    return str(code)


# my own chat


@pytest.mark.requirement("R43")
@pytest.mark.parametrize("who", ["expert", "agent"])
def test_anybody_links_his_chat_by_the_code_on_the_page(company: Company, who: str) -> None:
    me = getattr(company, who)
    browser = browser_of(me)
    assert "Link my chat" in read(browser, NOTICES)
    page = browser.post(LINK)
    code = code_on(page)
    text = unescape(page.content.decode())
    assert f'href="https://t.me/svyazka_test_bot?start={code}"' in text
    assert "until 10:10" in text.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert '<svg viewBox="0 0' in text
    redeem_code(secret=code, channel="telegram", chat="77", sender="77", at=TUESDAY)
    assert "linked since November 24, 2026" in read(browser, NOTICES)
    assert Place.objects.get(chat="77").person_id == me.me


def test_the_page_with_the_code_notices_that_the_chat_is_linked(company: Company) -> None:
    me, asks = browser_of(company.expert), "/settings/notices/telegram/linked/"
    page = me.post(LINK)
    assert f'data-poll-url="{asks}" data-poll-revision=""' in page.content.decode()
    redeem_code(secret=code_on(page), channel="telegram", chat="78", sender="78", at=TUESDAY)
    assert browser_of(company.head).get(asks).status_code == 304
    now = me.get(asks, headers={"If-None-Match": '""'})
    assert "Your chat is linked" in now.content.decode()
    assert me.get(asks, headers={"If-None-Match": now["ETag"]}).status_code == 304
    assert me.get("/settings/notices/email/linked/").status_code == 404


def test_a_code_is_shown_once_and_nowhere_else(company: Company) -> None:
    browser = browser_of(company.expert)
    code = code_on(browser.post(LINK))
    for path in (NOTICES, "/settings/", "/notices/", LINK):
        answer = browser.get(path)
        assert code not in answer.content.decode()
        assert code not in str(answer.headers)
    assert code not in str(list(Code.objects.values()))
    assert code not in str(dict(browser.session))


def test_one_unlinks_ones_own_chat_and_sees_no_alarm(company: Company) -> None:
    place, browser = linked(company.expert.me, TUESDAY), browser_of(company.expert)
    assert browser_of(company.head).post(f"/settings/chats/{place}/unlink/").status_code == 404
    assert f"/settings/chats/{place}/unlink/" in read(browser, NOTICES)
    assert browser.post(f"/settings/chats/{place}/unlink/").status_code == 303
    page = read(browser, NOTICES)
    assert "not linked" in page
    assert "stopped or blocked" not in page
    assert "nobody is there" not in page


def test_who_has_blocked_the_bot_is_told_to_link_again(company: Company) -> None:
    place = linked(company.expert.me, TUESDAY)
    Place.objects.filter(pk=place).update(gone_at=TUESDAY, gone_because="bot was blocked by the user")
    page = read(browser_of(company.expert), NOTICES)
    assert "stopped or blocked there" in page
    assert "Link my chat" in page


def test_where_no_messenger_is_on_nothing_is_said_of_one(company: Company, settings: Any) -> None:
    settings.CHANNELS = ("email",)
    browser = browser_of(company.expert)
    assert "Messengers" not in read(browser, NOTICES)
    assert browser.post(LINK).status_code == 404
    assert browser.post("/settings/notices/email/link/").status_code == 404
    assert not Code.objects.exists()


def test_with_a_messenger_alone_the_page_begins_with_it(company: Company, settings: Any) -> None:
    settings.CHANNELS = ("telegram",)
    page = read(browser_of(company.expert), NOTICES)
    assert "Notices stay here for now" not in page
    assert "Link my chat" in page


def test_too_many_codes_are_refused_in_a_sentence(company: Company) -> None:
    browser = browser_of(company.expert)
    for _ in range(MOST_AN_HOUR):
        code_on(browser.post(LINK))
    assert browser.post(LINK).status_code == 303
    assert "Try again in an hour" in read(browser, NOTICES)


@pytest.mark.parametrize("path", [LINK, "/channels/groups/telegram/experts/", CHAT])
def test_a_forged_form_makes_no_code(company: Company, path: str) -> None:
    accepted_deal(company)
    forged = Client(enforce_csrf_checks=True)
    forged.cookies = browser_of(company.administrator).cookies
    assert forged.post(path, {"messenger": "telegram"}).status_code == 403
    assert not Code.objects.exists()


# groups


@pytest.mark.requirement("R06")
def test_an_administrator_binds_a_group_of_a_unit(company: Company) -> None:
    admin = browser_of(company.administrator)
    linked(company.administrator.me, TUESDAY)
    unit = company.delivery_unit
    page = admin.post("/channels/groups/telegram/experts/", {"unit": str(unit)})
    code = code_on(page)
    assert f"startgroup={code}&admin=manage_topics+pin_messages+invite_users" in unescape(
        page.content.decode()
    )
    sender = str(5_000_000 + company.administrator.me)
    redeem_code(secret=code, channel="telegram", chat="-100200", sender=sender, title="Эксперты", at=TUESDAY)
    (place,) = places_for("experts")
    assert place.unit_id == unit
    assert "Эксперты" in read(admin, CHANNELS)
    assert admin.post(f"/channels/groups/{place.id}/unbind/").status_code == 303
    assert places_for("experts") == ()
    assert "Эксперты" not in read(admin, CHANNELS)


def test_a_group_with_topics_says_so_in_three_steps(company: Company) -> None:
    page = browser_of(company.administrator).post("/channels/groups/telegram/deals/").content.decode()
    assert "switch topics on" in page
    assert page.count("<li>", page.index("channels__steps"), page.index("/start")) == 3


def test_who_is_not_linked_himself_is_told_so_before_he_binds_a_group(company: Company) -> None:
    accepted_deal(company)
    admin = browser_of(company.administrator)
    told = "only somebody it knows"
    pages = [read(admin, CHANNELS), read(admin, CHAT)]
    pages += [
        admin.post(path, {"messenger": "telegram"}).content.decode()
        for path in ("/channels/groups/telegram/deals/", CHAT)
    ]
    assert all(told in page for page in pages)
    linked(company.administrator.me, TUESDAY)
    assert told not in read(admin, CHANNELS)
    assert told not in read(admin, CHAT)


@pytest.mark.parametrize("unit", ["999999", "x", "-1", "1e3", "9" * 30])
def test_a_unit_that_is_none_makes_no_code(company: Company, unit: str) -> None:
    admin = browser_of(company.administrator)
    assert admin.post("/channels/groups/telegram/experts/", {"unit": unit}).status_code == 303
    assert not Code.objects.exists()


def test_a_group_that_showed_the_bot_out_says_so(company: Company) -> None:
    place = grouped("deals", TUESDAY)
    Place.objects.filter(pk=place).update(gone_at=TUESDAY, gone_because="removed")
    page = read(browser_of(company.administrator), CHANNELS)
    assert "the bot isn’t there any more" in page
    assert f"/channels/groups/{place}/unbind/" not in page


def test_a_messenger_that_has_not_answered_yet_is_waited_for(db: None) -> None:
    found = found_company()
    page = read(browser_of(found.administrator), CHANNELS)
    assert "Telegram hasn’t answered yet" in page
    assert "Get the link" not in page


def test_what_nobody_understood_is_shown_without_its_words_and_tried_again(company: Company) -> None:
    told, admin = not_understood(TUESDAY), browser_of(company.administrator)
    Incoming.objects.filter(pk=told).update(raw={"text": "секретное слово"})
    page = read(admin, CHANNELS)
    assert "KeyError: &#39;message&#39;" in page
    assert "секретное" not in page
    assert admin.post(f"/channels/told/{told}/again/").status_code == 303
    assert "Could not be understood" not in read(admin, CHANNELS)
    assert Incoming.objects.get(pk=told).attempts == 0


# a deal's chat


def test_a_manager_binds_a_chat_that_the_deals_page_then_leads_to(company: Company) -> None:
    deal, me = accepted_deal(company), company.manager
    linked(me.me, TUESDAY)
    browser = browser_of(me)
    assert f'href="{CHAT}"' in read(browser, "/deals/2026-0001/")
    assert "Bind a chat in Telegram" in read(browser, CHAT)
    code = code_on(browser.post(CHAT, {"messenger": "telegram"}))
    redeem_code(
        secret=code, channel="telegram", chat="-100200", sender=str(5_000_000 + me.me), at=TUESDAY, title="Лес",
        link="https://t.me/c/200",
    )  # fmt: skip
    for who in (me, company.programmer):
        assert 'href="https://t.me/c/200"' in read(browser_of(who), "/deals/2026-0001/")
    assert f'href="{CHAT}"' not in read(browser_of(company.programmer), "/deals/2026-0001/")
    (place,) = places_for("deal", deal_id=deal)
    assert browser.post(f"{CHAT}{place.id}/unbind/").status_code == 303
    assert "t.me/c/200" not in read(browser, "/deals/2026-0001/")


def test_another_deals_chat_is_not_found_under_this_one(company: Company) -> None:
    accepted_deal(company)
    other = accepted_deal(company, inn="7728168971")
    place = grouped("deal", TUESDAY, deal=other)
    assert browser_of(company.manager).post(f"{CHAT}{place}/unbind/").status_code == 404
    assert "t.me/c/200" not in read(browser_of(company.manager), "/deals/2026-0001/")


def test_a_code_for_a_deal_is_made_for_nobody_without_a_say_on_it(company: Company) -> None:
    accepted_deal(company)
    for who in (company.agent, company.expert, company.other_manager, company.programmer):
        browser = browser_of(who)
        assert browser.get(CHAT).status_code == 404
        assert browser.post(CHAT, {"messenger": "telegram"}).status_code == 404
    assert not Code.objects.exists()


def test_a_partner_agent_sees_nothing_of_the_chat_of_his_own_lead(company: Company) -> None:
    deal = accepted_deal(company)
    grouped("deal", TUESDAY, deal=deal)
    Deal.objects.filter(pk=deal).update(author_id=company.agent.me)
    page = read(browser_of(company.agent), "/deals/2026-0001/")
    assert "t.me" not in page
    assert "chat" not in page.lower()
    assert browser_of(company.agent).get(CHAT).status_code == 404


@pytest.mark.parametrize("on", [(), ("email",)])
def test_without_a_messenger_a_deal_says_nothing_of_chats(
    company: Company, settings: Any, on: tuple[str, ...]
) -> None:
    grouped("deal", TUESDAY, deal=accepted_deal(company))
    settings.CHANNELS = on
    page = read(browser_of(company.manager), "/deals/2026-0001/")
    assert "Bind a chat" not in page
    assert "Deal’s chat" not in page


def test_a_deal_that_has_ended_keeps_its_chat_and_gets_no_other(company: Company) -> None:
    deal = accepted_deal(company)
    browser = browser_of(company.manager)
    lose(deal_id=deal, reason="estimate.above_budget", evidence="письмо", actor=company.manager, at=TUESDAY)
    assert CHAT not in read(browser, "/deals/2026-0001/")
    assert browser.post(CHAT, {"messenger": "telegram"}).status_code == 303
    assert not Code.objects.exists()
    grouped("deal", TUESDAY, deal=deal)
    assert "t.me/c/200" in read(browser, "/deals/2026-0001/")
    assert "no new chat is bound" in read(browser, CHAT)


def test_a_messenger_costs_the_deals_page_no_query_and_a_chat_the_one_for_its_pace(
    company: Company, settings: Any
) -> None:
    deal, browser = accepted_deal(company), browser_of(company.manager)
    settings.CHANNELS = ()
    before = queries(browser, "/deals/2026-0001/")
    settings.CHANNELS = ("email", "telegram")
    assert queries(browser, "/deals/2026-0001/") == before
    grouped("deal", TUESDAY, deal=deal)
    assert queries(browser, "/deals/2026-0001/") == before + 1


@pytest.mark.parametrize("messenger", ["", "email", "pigeon", "../telegram", "\u0000", "telegram\u0000"])
def test_a_messenger_that_is_none_is_not_found(company: Company, messenger: str) -> None:
    accepted_deal(company)
    assert browser_of(company.manager).post(CHAT, {"messenger": messenger}).status_code == 404
    assert not Code.objects.exists()


# the picture


def test_a_qr_code_is_black_squares_within_a_white_margin() -> None:
    drawn = squares("https://t.me/svyazka_test_bot?start=" + "x" * 32)
    runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", drawn.path)]
    assert "".join(f"M{x} {y}h{width}v1h-{width}z" for x, y, width in runs) == drawn.path
    assert min(x for x, _, _ in runs) == min(y for _, y, _ in runs) == 4
    assert max(x + width for x, _, width in runs) == drawn.size - 4
    assert runs[0] == (4, 4, 7), "the corner by which cameras find it"


def test_a_gone_address_is_still_told_in_its_own_words(company: Company) -> None:
    outcome_at("expert@svyazka.example", Gone("550 no such user"), TUESDAY, company.expert.me)
    assert "nobody is there" in read(browser_of(company.expert), NOTICES)
