"""Deals by API: lists, one in full, people on it, evidence."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.caller import Caller, deal_of
from tests.company import Company, whole_request


def many_deals(company: Company, count: int) -> None:
    for number in range(count):
        whole_request(company, timezone.now(), request=f"Учёт цеха номер {number}")


def numbers(answer: object) -> list[str]:
    return [row["number"] for row in answer.body["items"]]  # type: ignore[attr-defined]


def test_the_list_is_read_page_by_page_newest_first_and_none_is_lost(company: Company) -> None:
    many_deals(company, 7)
    caller, found, asked = Caller(company.manager), [], {"limit": "3", "status": "open", "q": "цеха"}
    sizes = []
    while True:
        page = caller.get("/deals", **asked)
        found += numbers(page)
        sizes.append(len(page.body["items"]))
        if page.body["next"] is None:
            break
        asked = {key: values[0] for key, values in parse_qs(urlsplit(page.body["next"]).query).items()}
    assert sizes == [3, 3, 1]
    year = timezone.now().year
    assert found == [f"С-{year}-{number:04d}" for number in range(7, 0, -1)]


def test_the_list_is_sifted(company: Company) -> None:
    mine = deal_of(company)
    many_deals(company, 2)
    caller = Caller(company.manager)
    number = "С-" + mine.removeprefix("/deals/")
    for sieve in (
        {"manager": "manager@svyazka.example"}, {"manager": company.manager.me}, {"unit": "Производство"},
        {"unit": company.delivery_unit}, {"q": number}, {"q": "лесосырья"},
    ):  # fmt: skip
        assert numbers(caller.get("/deals", **sieve)) == [number], sieve
    assert len(numbers(caller.get("/deals", stage="request", source="рекомендация", status="open"))) == 3
    for sieve in (
        {"stage": "meeting"},
        {"source": "сайт"},
        {"status": "won"},
        {"overdue": "true"},
        {"q": "ничего"},
    ):
        assert numbers(caller.get("/deals", **sieve)) == [], sieve


def test_overdue_means_past_its_time(company: Company) -> None:
    long_ago = timezone.now() - timedelta(days=30)
    whole_request(company, long_ago)
    many_deals(company, 1)
    (row,) = Caller(company.manager).get("/deals", overdue="true").body["items"]
    assert row["overdue"] is True


@pytest.mark.parametrize("path", ["/deals", "/requests"])
def test_a_long_list_costs_as_many_queries_as_a_short_one(company: Company, path: str) -> None:
    caller = Caller(company.manager)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(path).status == 200
        return len(queries)

    many_deals(company, 1)
    caller.get("/me")  # the token's first use of the day is noted
    cost()
    short = cost()
    many_deals(company, 29)
    assert cost() == short <= 6


def test_a_deal_tells_where_it_stands_and_how_to_go_on(company: Company) -> None:
    path = deal_of(company)
    caller = Caller(company.manager)
    deal = caller.get(path).body
    standing = deal["standing"]
    assert (standing["stage"]["key"], standing["position"], standing["stages"]) == ("request", 1, 6)
    assert standing["may_leave"] is True
    assert {"client_contacted", "manager_appointed"} <= {check["key"] for check in standing["done"]}
    assert {seat["role"] for seat in deal["seats"]} == {"lead_generator", "manager", "expert", "estimator"}
    assert deal["holder"]["kind"] == "person"
    assert deal["client_card"]["contacts"][0]["phone"]
    assert "deal.advance" in deal["may"]
    for check in standing["missing"]:
        assert check["supply"]["path"].startswith(f"/api/v1{path}/")
    for spelling in (f"С-{path[7:]}", f"s-{path[7:]}"):
        assert caller.get(f"/deals/{spelling}").body["number"] == deal["number"]


def test_money_and_contacts_are_for_those_on_the_deal(company: Company) -> None:
    deal = Caller(company.programmer).get(deal_of(company)).body
    assert not {"phone", "email", "budget"} & set(deal["intake"]["answers"])
    assert deal["client_card"]["contacts"] == []


def test_a_deal_that_is_not_there_is_not_found(company: Company) -> None:
    for number in ("2020-0001", "nonsense", "2026-999999999", "%D0%A1-2026-", "2026-0001%00"):
        assert Caller(company.manager).get(f"/deals/{number}").status == 404


def test_people_take_roles_and_leave_them(company: Company) -> None:
    path, manager = deal_of(company), Caller(company.manager)
    assert manager.post(f"{path}/seats", person="manager2@svyazka.example", role="manager").body["manager"][
        "id"
    ] == (company.other_manager.me)
    window = Caller(company.dispatcher)
    refused = window.post(f"{path}/seats", person=company.programmer.me, role="expert")
    assert (refused.status, refused.code) == (422, "seat_refused")
    assert window.post(f"{path}/seats", person=1, role="king").errors == {"role": "unknown_choice"}
    assert Caller(company.expert).post(f"{path}/seats", person=company.expert.me, role="expert").status == 403
    assert window.post(f"{path}/seats/release", person="expert@svyazka.example", role="expert").status == 200
    assert window.post(f"{path}/seats/release", person="expert@svyazka.example", role="expert").status == 404
    assert (
        window.post(f"{path}/seats/release", person=company.other_manager.me, role="manager").code
        == "seat_stays"
    )


def test_the_fixer_stays_in_the_shadow_until_he_is_called(company: Company) -> None:
    path, manager, expert = deal_of(company), Caller(company.manager), Caller(company.expert)
    assert manager.post(f"{path}/fixer", what_for="скидка").status == 404
    assert manager.post(f"{path}/seats", person=company.fixer.me, role="fixer").status == 200

    def sees(caller: Caller) -> bool:
        seats = {seat["role"] for seat in caller.get(path).body["seats"]}
        told = caller.get("/changes", limit=500).body["items"]
        acts = {
            change["act"] for change in told if "fixer" in str(change["data"]) or "fixer" in change["act"]
        }
        assert ("fixer" in seats) == bool(acts)
        return bool(acts)

    assert sees(manager)
    assert not sees(expert)
    assert expert.post(f"{path}/fixer", what_for="скидка").status == 403
    assert manager.post(f"{path}/fixer", what_for=" ").errors == {"what_for": "required"}
    assert manager.post(f"{path}/fixer", what_for="решить о скидке").status == 200
    assert sees(expert)


def test_evidence_supplies_a_check(company: Company) -> None:
    path, manager = deal_of(company), Caller(company.manager)
    assert manager.post(f"{path}/advance", stage="request").status == 200
    said = {"stage": "preparation", "check": "meeting_scheduled", "text": "письмо от 24 ноября"}
    assert manager.post(f"{path}/evidence", said).errors == {"happens_at": "required"}
    day = (timezone.now() + timedelta(days=3)).isoformat()
    assert manager.post(f"{path}/evidence", {**said, "happens_at": day}).status == 200
    done = {check["key"]: check for check in manager.get(path).body["standing"]["done"]}
    assert done["meeting_scheduled"]["evidence"]["text"] == "письмо от 24 ноября"
    assert manager.post(f"{path}/evidence", {**said, "text": "ок", "happens_at": day}).errors == {
        "text": "needs_evidence"
    }
    assert manager.post(f"{path}/evidence", {**said, "check": "none"}).status == 404
    proven = manager.post(
        f"{path}/evidence", stage="preparation", check="expert_appointed", text="письмо клиента"
    )
    assert (proven.status, proven.code) == (422, "proven_elsewhere")
    assert "Appoint an expert" in proven.body["detail"]
    other = Caller(company.programmer).post(f"{path}/evidence", said)
    assert other.status == 403
    role = manager.post(f"{path}/evidence", stage="request", check="consent_noted", text="согласие подписано")
    assert (role.status, role.body["detail"]) == (403, "This is for the role: Dispatcher.")


def test_being_chased_is_counted(company: Company) -> None:
    path = deal_of(company)
    assert Caller(company.programmer).post(f"{path}/chased", words="когда будет оценка?").body["chased"] == 1
    assert Caller(company.manager).send("post", f"{path}/chased", b"").body["chased"] == 2
