"""What comes to me: the table of wishes, quiet hours, the digest, a test; and why under the bell."""

import re
from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
import time_machine
from django.test import Client

from svyazka.presale.channels.commands import bind_place
from svyazka.presale.channels.models import Message
from svyazka.presale.channels.port import Gone
from svyazka.presale.notices.models import Wishes
from svyazka.presale.notices.wishes import reach_of
from tests.company import TUESDAY, Company, accepted_deal
from tests.undelivered import outcome_at
from tests.web.visitors import browser_of, queries, read

PATH = "/settings/notices/"
HOURS = {"quiet_from": "22:00", "quiet_until": "07:30", "digest_at": "08:15"}


@pytest.fixture(autouse=True)
def _morning(settings: Any) -> Iterator[None]:
    settings.CHANNELS = ("email", "post")
    with time_machine.travel(TUESDAY, tick=False):
        yield


def chosen(page: str, name: str) -> str:
    (box,) = re.findall(rf'<select class="input" name="{re.escape(name)}".*?</select>', page, re.DOTALL)
    (code,) = re.findall(r'value="(\w+)" selected', box)
    return str(code)


def test_the_table_shows_what_holds_without_any_setting(company: Company) -> None:
    page = read(browser_of(company.expert), PATH)
    assert chosen(page, "owed.email") == "now"
    assert chosen(page, "deals.email") == "digest"
    assert "owed.post" not in page, "he is in no messenger"
    for clock in ("21:00", "08:00", "09:00"):
        assert f'value="{clock}"' in page
    assert "expert@svyazka.example" in page


def test_what_is_chosen_holds_and_what_is_left_alone_stays_the_default(company: Company) -> None:
    browser = browser_of(company.expert)
    answer = browser.post(
        PATH, HOURS | {"owed.email": "now", "deals.email": "never", "leads.email": "digest"}
    )
    assert answer.status_code == 303
    assert Wishes.objects.get().choices == {"deals": {"email": "never"}}
    page = read(browser, PATH)
    assert chosen(page, "deals.email") == "never"
    reach = reach_of(company.expert.me)
    assert reach is not None
    assert (reach.quiet, reach.digest_at) == ((time(22), time(7, 30)), time(8, 15))
    bind_place(
        channel="post", chat="1", role="person", person_id=company.expert.me, actor=company.expert, at=TUESDAY
    )
    page = read(browser, PATH)
    assert (chosen(page, "owed.email"), chosen(page, "owed.post")) == ("digest", "now")
    assert chosen(page, "deals.email") == "never"


def test_one_may_do_without_quiet_hours_and_without_a_digest(company: Company) -> None:
    browser_of(company.expert).post(PATH, {})
    reach = reach_of(company.expert.me)
    assert reach is not None
    assert (reach.quiet, reach.digest_at, reach.digests()) == (None, None, ())


def test_half_of_the_quiet_hours_is_none(company: Company) -> None:
    answer = browser_of(company.expert).post(PATH, HOURS | {"quiet_until": "", "owed.email": "never"})
    assert answer.status_code == 422
    assert "Give both ends" in answer.content.decode()
    assert chosen(answer.content.decode(), "owed.email") == "never", "what was chosen above isn't lost"
    assert not Wishes.objects.exists()


@pytest.mark.parametrize("wish", ["loudly", "", "now; drop"])
def test_a_wish_that_the_table_does_not_know_changes_nothing(company: Company, wish: str) -> None:
    browser_of(company.expert).post(
        PATH, HOURS | {"owed.email": wish, "owed.pigeon": "now", "gossip.email": "now"}
    )
    assert Wishes.objects.get().choices == {}


def test_a_partner_agent_is_asked_about_his_leads_alone(company: Company) -> None:
    page = read(browser_of(company.agent), PATH)
    assert set(re.findall(r'name="(\w+)\.email"', page)) == {"leads"}


def test_a_test_goes_to_the_asker(company: Company) -> None:
    browser = browser_of(company.expert)
    assert browser.post(f"{PATH}email/test/").status_code == 303
    message = Message.objects.get()
    assert (message.kind, message.place.person_id) == ("test", company.expert.me)
    assert browser.post(f"{PATH}post/test/").status_code == 404
    assert browser.post(f"{PATH}pigeon/test/").status_code == 404
    assert browser.get(f"{PATH}email/test/").status_code == 405


def test_whose_address_is_gone_is_told_here_and_under_the_bell(company: Company) -> None:
    outcome_at("expert@svyazka.example", Gone("550 no such user"), TUESDAY, company.expert.me)
    browser = browser_of(company.expert)
    page = read(browser, PATH)
    assert "nobody is there" in page
    assert "owed.email" not in page
    assert "take our messages any more" in read(browser, "/notices/")


def test_where_no_channel_is_on_the_page_says_so(company: Company, settings: Any) -> None:
    settings.CHANNELS = ()
    assert "Notices stay here for now" in read(browser_of(company.expert), PATH)


def test_the_bell_says_why_each_notice_came(company: Company) -> None:
    accepted_deal(company)
    page = read(browser_of(company.expert), "/notices/")
    assert "Why you: you have got a role on this deal" in page
    assert "Почему вам: " in read(browser_of(company.manager, "ru"), "/notices/")


def test_the_page_costs_the_same_for_everybody(company: Company) -> None:
    assert queries(browser_of(company.expert), PATH) == queries(browser_of(company.administrator), PATH) <= 6


def test_a_stranger_signs_in_first(db: None) -> None:
    assert "/account/login/" in Client().get(PATH).headers["Location"]
