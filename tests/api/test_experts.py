"""The expert board by token: what the pages can do, in another dress."""

import pytest

from tests.api.caller import Caller
from tests.company import Company, led_deal

pytestmark = pytest.mark.usefixtures("morning")


NEED = {
    "competence": "1С:ERP", "goal": "Клиент видит, как считается партия", "to_decide": "хватит ли типовой системы",
    "since": "2026-11-25", "until": "2026-11-27",
}  # fmt: skip


@pytest.mark.requirement("R07")
def test_a_request_is_asked_claimed_once_and_whoever_comes_later_reads_who(company: Company) -> None:
    led_deal(company)
    asked = Caller(company.manager).send("post", "/deals/2026-0001/expert-requests", NEED)
    assert asked.status == 201
    assert [one["person"]["name"] for one in asked.body["candidates"]] == ["Олег Климов", "Игорь Титов"]
    assert asked.body["owed_by"]["id"] == company.head.me
    request = f"/expert-requests/{asked.body['id']}"
    taken = Caller(company.expert).send("post", f"{request}/claim", {})
    assert (taken.status, taken.body["claim"]["person"]["id"], taken.body["claim"]["level"]) == (
        200, company.expert.me, 3,
    )  # fmt: skip
    late = Caller(company.head).send("post", f"{request}/claim", {})
    assert (late.status, late.code) == (409, "expert_claimed_already")
    assert late.body["params"]["who"] == "Олег Климов"
    listed = Caller(company.other_manager).get("/expert-requests", state="settled")
    assert [one["state"] for one in listed.body["items"]] == ["claimed"]


def test_who_is_barred_is_sent_only_with_a_reason(company: Company) -> None:
    led_deal(company)
    need = {**NEED, "competence": "WMS"}
    request = Caller(company.manager).send("post", "/deals/2026-0001/expert-requests", need).body["id"]
    bare = Caller(company.head).send(
        "post", f"/expert-requests/{request}/claim", {"person": company.expert.me}
    )
    assert (bare.status, bare.errors) == (422, {"why": "required"})
    sent = Caller(company.head).send(
        "post", f"/expert-requests/{request}/claim", {"person": company.expert.me, "why": "учится у меня"}
    )
    assert (sent.status, sent.body["claim"]["over"]) == (200, ["no_competence"])


def test_answers_and_the_way_back(company: Company) -> None:
    led_deal(company)
    request = Caller(company.manager).send("post", "/deals/2026-0001/expert-requests", NEED).body["id"]
    path = f"/expert-requests/{request}"
    assert Caller(company.expert).send("post", f"{path}/need-more", {"what": "какие отчёты"}).status == 200
    assert Caller(company.manager).send("post", f"{path}/more", {"text": "план-факт"}).status == 200
    assert Caller(company.expert).send("post", f"{path}/claim", {}).status == 200
    back = Caller(company.expert).send("post", f"{path}/hand-back", {"reason": "сдвинулась сдача"})
    assert (back.status, back.body["state"]) == (200, "open")
    gone = Caller(company.manager).send("post", f"{path}/withdraw", {"reason": "клиент перенёс на весну"})
    assert (gone.body["state"], gone.body["owed_by"]) == ("withdrawn", None)
    assert Caller(company.expert).send("post", f"{path}/claim", {}).code == "expert_request_closed"
