"""The main job by API alone: a request with a field missing ends as a won deal."""

from datetime import timedelta

import pytest
from django.utils import timezone

from svyazka.presale.journal.queries import faults
from tests.api.caller import Caller
from tests.company import WHOLE_REQUEST, Company


@pytest.mark.requirement("R01")
def test_a_request_with_a_field_missing_ends_as_a_won_deal(company: Company) -> None:
    programmer, window = Caller(company.programmer), Caller(company.dispatcher)
    manager, expert, estimator = Caller(company.manager), Caller(company.expert), Caller(company.estimator)

    sent = {key: value for key, value in WHOLE_REQUEST.items() if key != "budget"}
    received = programmer.post("/requests", {**sent, "source": "сайт", "external_id": "42"})
    assert received.status == 201
    assert received.body["missing"] == ["budget"]
    number = received.body["number"].removeprefix("С-")
    assert [row["number"] for row in window.get("/requests").body["items"]] == [received.body["number"]]

    deal = f"/deals/{number}"
    assert window.post(f"{deal}/contacted", how="позвонила, созвон завтра").status == 200
    assert window.post(f"{deal}/no-duplicate").status == 200
    manager_address = manager.get("/me").body["email"]
    accepted = window.post(f"{deal}/accept", manager=manager_address, unit=company.delivery_unit)
    assert accepted.body["manager"]["id"] == company.manager.person_id

    blocked = manager.post(f"{deal}/advance", stage="request")
    assert blocked.status == 422
    assert [check["key"] for check in blocked.body["missing"]] == ["intake_answered"]
    supply = blocked.body["missing"][0]["supply"]
    assert (supply["method"], supply["body"]) == ("PATCH", {"budget": "…"})
    path = supply["path"].removeprefix("/api/v1")
    assert manager.patch(path, budget="до 4 млн рублей, напрямую").body == {"missing": []}
    assert manager.post(f"{deal}/advance", stage="request").body["stage"]["key"] == "preparation"

    for person, role in ((company.expert, "expert"), (company.estimator, "estimator")):
        assert manager.post(f"{deal}/seats", person=person.person_id, role=role).status == 200
    soon = (timezone.now() + timedelta(days=3)).isoformat()
    callers = {"manager": manager, "expert": expert, "estimator": estimator}
    for stage in ("preparation", "meeting", "estimate", "defence", "contract"):
        for check in manager.get(deal).body["standing"]["missing"]:
            supply = check["supply"]
            if check["strength"] != "stop" or not supply["path"].endswith("/evidence"):
                continue
            body = {**supply["body"], "text": "письмо клиента от 24 ноября"}
            if "happens_at" in body:
                body["happens_at"] = soon
            done = callers[supply["by"][0]].post(supply["path"].removeprefix("/api/v1"), body)
            assert done.status == 200, done.body
        if stage != "contract":
            moved = manager.post(f"{deal}/advance", stage=stage)
            assert moved.status == 200, moved.body

    won = manager.post(
        f"{deal}/win", contract_number="17/26", contract_sum="3900000.00", contract_date=timezone.now().date()
    )
    assert won.status == 200, won.body
    whole = manager.get(deal).body
    assert (whole["status"], whole["outcome"]["contract_sum"]) == ("won", "3900000.00")
    assert [visit["stage"]["key"] for visit in whole["visits"]][-1] == "contract"
    assert whole["life"]
    assert all(one["outcome"] != "open" for one in whole["commitments"])
    assert {change["act"] for change in programmer.get("/changes").body["items"]} >= {
        "deal.received",
        "deal.won",
    }
    assert list(faults()) == []
