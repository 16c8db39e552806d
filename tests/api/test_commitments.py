"""Commitments and questions by API."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.api.caller import Answer, Caller, deal_of
from tests.company import Company


def later(**delta: int) -> str:
    return (timezone.now() + timedelta(**delta)).isoformat()


@pytest.fixture
def path(company: Company) -> str:
    return deal_of(company)


def promised(company: Company, path: str, **said: Any) -> Answer:
    body = {
        "performer": "expert@svyazka.example",
        "result": "Список вопросов к складу",
        "due": later(days=2),
        **said,
    }
    return Caller(company.manager).post(f"{path}/commitments", body)


def test_one_person_owes_one_result_by_one_time(company: Company, path: str) -> None:
    opened = promised(company, path, to_client=True)
    assert opened.status == 201
    one = opened.body
    assert (one["performer"]["id"], one["controller"]["id"]) == (company.expert.me, company.manager.me)
    assert (one["result"], one["outcome"], one["to_client"]) == ("Список вопросов к складу", "open", True)
    listed = Caller(company.programmer).get(f"{path}/commitments", outcome="open").body["items"]
    assert one in listed
    assert Caller(company.manager).get(path).body["standing"]["next_step"]["id"] == one["id"]


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({"result": "когда смогу"}, {"result": "vague"}),
        ({"result": ""}, {"result": "required"}),
        ({"due": "2020-01-01T10:00:00+03:00"}, {"due": "in_the_past"}),
        ({"due": "2027-01-01T10:00:00"}, {"due": "bad_value"}),
        ({"due": "9999-12-31T23:59:59+00:00"}, {"due": "out_of_range"}),
        ({"performer": "agent@svyazka.example"}, {"performer": "unknown_choice"}),
        ({"performer": "nobody@svyazka.example"}, {"performer": "unknown_choice"}),
        ({"controller": "expert@svyazka.example"}, {"controller": "controller_is_the_doer"}),
        ({"dou": 1}, {"dou": "unknown_field"}),
    ],
)
def test_a_commitment_without_a_result_a_person_or_a_time_is_refused(
    company: Company, path: str, said: dict[str, Any], errors: dict[str, str]
) -> None:
    assert promised(company, path, **said).errors == errors


def test_what_is_owed_is_kept_waived_given_up_or_handed_over_once(company: Company, path: str) -> None:
    expert, manager = Caller(company.expert), Caller(company.manager)
    kept, waived, lost = (promised(company, path, result=f"Схема цеха {n}").body["id"] for n in range(3))
    assert expert.post(f"/commitments/{kept}/keep", note="схема в папке сделки").body["outcome"] == "kept"
    assert expert.post(f"/commitments/{waived}/waive", reason="не нужна").status == 403
    assert manager.post(f"/commitments/{waived}/waive", reason="клиент передумал").body["outcome"] == "waived"
    itself = manager.post(
        f"/commitments/{lost}/hand-over", to="manager@svyazka.example", reason="Олег в отпуске"
    )
    assert itself.errors == {"to": "controller_does_it"}, "whoever checks it doesn’t do it"
    handed = manager.post(
        f"/commitments/{lost}/hand-over", to="estimator@svyazka.example", reason="Олег в отпуске"
    )
    assert handed.body["performer"]["id"] == company.estimator.me
    assert expert.post(f"/commitments/{lost}/give-up", reason="чертежей нет").status == 403
    broken = Caller(company.estimator).post(f"/commitments/{lost}/give-up", reason="чертежей у клиента нет")
    assert (broken.body["outcome"], broken.body["note"]) == ("broken", "чертежей у клиента нет")
    again = manager.post(f"/commitments/{kept}/keep", note="ещё раз")
    assert (again.status, again.code, again.body["params"]["who"]) == (
        409,
        "commitment_closed",
        "Олег Климов",
    )


@pytest.mark.parametrize("act", ["waive", "give-up", "hand-over"])
def test_what_is_not_done_as_promised_needs_a_reason(company: Company, path: str, act: str) -> None:
    number = promised(company, path).body["id"]
    said = {"reason": " ", **({"to": "estimator@svyazka.example"} if act == "hand-over" else {})}
    assert Caller(company.manager).post(f"/commitments/{number}/{act}", said).errors == {"reason": "required"}


def test_a_term_that_an_act_keeps_names_the_act(company: Company) -> None:
    window = Caller(company.dispatcher)
    number = (
        window.post("/requests", company="Лес", request="Нужен учёт сырья").body["number"].removeprefix("С-")
    )
    owed = {one["term"]: one["id"] for one in window.get(f"/deals/{number}/commitments").body["items"]}
    refused = window.post(f"/commitments/{owed['manager_found']}/keep", note="назначен")
    assert (refused.status, refused.code) == (422, "kept_by_its_event")
    assert "Appoint the deal’s manager" in refused.body["detail"]
    kept = window.post(f"/commitments/{owed['first_response']}/keep", note="позвонила, завтра созвон")
    assert kept.body["outcome"] == "kept"
    assert window.get(f"/deals/{number}").body["contacted_at"] is not None


def test_a_commitment_that_is_not_there_is_not_found(company: Company) -> None:
    manager = Caller(company.manager)
    for act, said in (("keep", {}), ("waive", {"reason": "не нужно"}), ("give-up", {"reason": "нет"})):
        assert manager.post(f"/commitments/987654321/{act}", said).status == 404
    assert (
        manager.post("/commitments/987654321/hand-over", to=company.expert.me, reason="в отпуске").status
        == 404
    )


def test_a_question_goes_through_the_manager_to_the_client_and_back(company: Company, path: str) -> None:
    expert, manager = Caller(company.expert), Caller(company.manager)
    asked = expert.post(f"{path}/questions", text="Сколько складов вы ведёте?")
    assert asked.status == 201
    number = asked.body["id"]
    owed = {one["result"]: one for one in expert.get(f"{path}/commitments").body["items"]}
    assert owed["Put the question to the client"]["performer"]["id"] == company.manager.me
    assert expert.post(f"/questions/{number}/relay").status == 403
    assert manager.post(f"/questions/{number}/relay").body["relayed_at"] is not None
    assert manager.post(f"/questions/{number}/relay").code == "question_done"
    assert manager.get(path).body["holder"]["kind"] == "client"
    assert manager.post(f"/questions/{number}/answer", answer="-").errors == {"answer": "required"}
    answered = manager.post(f"/questions/{number}/answer", answer="Три склада, один из них арендуем")
    assert answered.body["answered_at"] is not None
    assert manager.post(f"/questions/{number}/answer", answer="Четыре склада").status == 409
    (one,) = expert.get(f"{path}/questions").body["items"]
    assert one == answered.body
    assert expert.post(f"{path}/questions", text="?").errors == {"text": "required"}
    assert manager.post("/questions/987654321/relay").status == 404
