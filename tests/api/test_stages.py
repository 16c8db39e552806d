"""The way of a deal by API: out of a stage, to the contract, to a loss, and back."""

from django.utils import timezone

from tests.api.caller import Caller, deal_of
from tests.company import Company

CONTRACT = {"contract_number": "17/26", "contract_sum": "3900000.00"}


def contract() -> dict[str, object]:
    return {**CONTRACT, "contract_date": timezone.now().date()}


def test_a_stage_left_without_its_evidence_is_told_what_lacks_and_how_to_supply_it(company: Company) -> None:
    path, manager = deal_of(company), Caller(company.manager)
    assert manager.post(f"{path}/advance", stage="request").body["stage"]["key"] == "preparation"
    answer = manager.post(f"{path}/advance", stage="preparation")
    assert (answer.status, answer.code) == (422, "stage_blocked")
    missing = {check["key"]: check for check in answer.body["missing"]}
    assert set(missing) == {"meeting_scheduled", "goals_agreed", "briefing_read"}
    supply = missing["meeting_scheduled"]["supply"]
    assert supply == {
        "words": "Agree on the day and time with the client and record them", "by": ["manager"], "method": "POST",
        "path": f"/api/v1{path}/evidence",
        "body": {"stage": "preparation", "check": "meeting_scheduled", "text": "…", "happens_at": "…"},
    }  # fmt: skip
    assert missing["briefing_read"]["supply"]["by"] == ["expert"]


def test_a_reason_lets_a_deal_over_the_gate_and_stays_visible(company: Company) -> None:
    path, manager = deal_of(company), Caller(company.manager)
    manager.post(f"{path}/advance", stage="request")
    assert manager.post(f"{path}/advance", stage="preparation", reason="...").status == 422
    over = manager.post(f"{path}/advance", stage="preparation", reason="клиент приехал сам, без записи")
    assert (over.status, over.body["left_over"]) == (200, ["preparation"])
    visits = manager.get(path).body["visits"]
    assert visits[1]["reason"] == "клиент приехал сам, без записи"
    assert visits[1]["left_by"]["id"] == company.manager.me


def test_a_stage_that_there_is_not_was_left_by_nobody(company: Company) -> None:
    refused = Caller(company.manager).post(f"{deal_of(company)}/advance", stage="requst")
    assert (refused.status, refused.errors) == (422, {"stage": "unknown_choice"})


def test_whoever_comes_second_is_told_who_was_first(company: Company) -> None:
    path = deal_of(company)
    assert Caller(company.manager).post(f"{path}/advance", stage="request").status == 200
    late = Caller(company.dispatcher).post(f"{path}/advance", stage="request")
    assert (late.status, late.code) == (409, "stage_already_left")
    assert late.body["params"]["who"] == "Мария Серова"
    assert late.body["params"]["now"] == "preparation"
    assert late.body["detail"] == (
        "The stage “Request accepted” was already finished by Мария Серова; the deal is in “Preparation”."
    )
    late = Caller(company.dispatcher, language="ru").post(f"{path}/advance", stage="request")
    assert (
        late.body["detail"]
        == "Этап «Запрос принят» уже завершён (Мария Серова), сделка на этапе «Подготовка»."
    )


def test_roles_are_called_by_their_names(company: Company) -> None:
    deal = deal_of(company)
    said = Caller(company.manager).post(f"{deal}/seats", person=company.manager.me, role="estimator")
    assert (said.status, said.code) == (422, "seat_refused")
    assert "the role Estimator" in said.body["detail"]


def test_only_those_who_lead_the_deal_move_it(company: Company) -> None:
    path = deal_of(company)
    for body, act in (
        ({"stage": "request"}, "advance"),
        (contract(), "win"),
        ({"reason": "x.y", "evidence": "z"}, "lose"),
    ):
        assert Caller(company.programmer).post(f"{path}/{act}", body).status == 403


def test_a_win_over_skipped_stages_needs_a_reason(company: Company) -> None:
    path, manager = deal_of(company), Caller(company.manager)
    blocked = manager.post(f"{path}/win", contract())
    assert (blocked.status, blocked.code) == (422, "stage_blocked")
    assert {check["stage"] for check in blocked.body["missing"]} >= {"preparation", "meeting", "contract"}
    won = manager.post(f"{path}/win", {**contract(), "reason": "подписали сразу на выставке"})
    assert won.body["status"] == "won"
    outcome = manager.get(path).body["outcome"]
    assert (outcome["contract_number"], outcome["contract_sum"]) == ("17/26", "3900000.00")
    assert Caller(company.programmer).get(path).body["outcome"]["contract_sum"] is None


def test_a_win_needs_a_contract(company: Company) -> None:
    path, manager = deal_of(company), Caller(company.manager)
    for wrong, errors in (
        ({"contract_number": " "}, {"contract_number": "required"}),
        ({"contract_sum": 0}, {"contract_sum": "out_of_range"}),
        ({"contract_sum": "1.234"}, {"contract_sum": "out_of_range"}),
        ({"contract_sum": "NaN"}, {"contract_sum": "out_of_range"}),
        ({"contract_date": "2030-01-01"}, {"contract_date": "in_the_future"}),
    ):
        assert manager.post(f"{path}/win", {**contract(), **wrong}).errors == errors


def test_a_loss_names_its_reason_and_what_shows_it(company: Company) -> None:
    path, manager = deal_of(company), Caller(company.manager)
    assert manager.post(f"{path}/lose", reason="estimate", evidence="письмо").errors == {
        "reason": "unknown_choice"
    }
    said = {"reason": "estimate.above_budget", "evidence": "письмо от 24 ноября", "client_words": "дорого"}
    assert manager.post(f"{path}/lose", said).body["status"] == "lost"
    outcome = manager.get(path).body["outcome"]
    assert outcome["reason"] == {"key": "estimate.above_budget", "text": "The estimate: Above the budget"}
    assert outcome["client_words"] == "дорого"


def test_a_closed_deal_is_opened_again_with_a_reason(company: Company) -> None:
    path, manager = deal_of(company), Caller(company.manager)
    assert manager.post(f"{path}/reopen", reason="клиент вернулся").code == "deal_is_open"
    manager.post(f"{path}/lose", reason="client_side.frozen", evidence="письмо от 24 ноября")
    closed = manager.post(f"{path}/advance", stage="request")
    assert (closed.status, closed.code) == (409, "deal_closed")
    assert manager.post(f"{path}/reopen", reason=" ").errors == {"reason": "required"}
    again = manager.post(f"{path}/reopen", reason="клиент вернулся")
    assert (again.body["status"], again.body["stage"]["key"]) == ("open", "request")
