"""A POST with an Idempotency-Key takes effect once, however often and by how many it is sent."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from svyazka.presale.deals.queries import Filters, deal_rows
from tests.api.caller import Answer, Caller, deal_of, token_of
from tests.company import LOADED, Company, found_company

SAID = {"company": "Лес", "request": "Нужен учёт сырья"}


def test_the_same_key_gets_the_first_answer_again(company: Company) -> None:
    site = Caller(company.programmer)
    first, again = (site.post("/requests", SAID, key="k-1") for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(deal_rows(viewer=company.manager, filters=Filters())) == 1
    assert again.headers["Content-Type"] == first.headers["Content-Type"]


def test_another_key_another_person_or_none_is_another_request(company: Company) -> None:
    site = Caller(company.programmer)
    for caller, key in (
        (site, "k-1"),
        (site, "k-2"),
        (Caller(company.manager), "k-1"),
        (site, None),
        (site, None),
    ):
        assert caller.post("/requests", SAID, key=key).status == 201
    assert len(deal_rows(viewer=company.manager, filters=Filters())) == 5


def test_another_token_of_the_same_person_retries_too(company: Company) -> None:
    first = Caller(company.programmer).post("/requests", SAID, key="k-1")
    assert Caller(company.programmer).post("/requests", SAID, key="k-1").body == first.body


def test_another_request_under_a_used_key_is_refused(company: Company) -> None:
    path, manager = deal_of(company), Caller(company.manager)
    assert manager.post(f"{path}/chased", words="когда?", key="k-1").status == 200
    for below, said in (("chased", {"words": "когда же?"}), ("contacted", {"how": "когда?"})):
        answer = manager.post(f"{path}/{below}", said, key="k-1")
        assert (answer.status, answer.code) == (409, "key_reused")


def test_a_refusal_is_not_kept_under_the_key(company: Company) -> None:
    path, manager = deal_of(company), Caller(company.manager)
    manager.post(f"{path}/advance", stage="request")
    said = {"stage": "preparation", "check": "goals_agreed", "text": "письмо клиента"}
    assert manager.post(f"{path}/advance", stage="preparation", key="k-1").status == 422
    assert manager.post(f"{path}/evidence", said, key="k-1").status == 200, "the key is free still"


def test_a_retried_act_is_answered_as_then_and_not_done_again(company: Company) -> None:
    path, manager = deal_of(company), Caller(company.manager)
    first, again = (manager.post(f"{path}/advance", stage="request", key="k-1") for _ in range(2))
    assert first.body == again.body
    assert again.status == 200, "without the key it would be 409: the stage is left already"


@pytest.mark.parametrize("key", ["с-кириллицей".encode().decode("latin-1"), "a b", "x" * 201])
def test_a_key_that_is_none_is_refused(company: Company, key: str) -> None:
    answer = Caller(company.programmer).post("/requests", SAID, key=key)
    assert (answer.status, answer.errors) == (422, {"Idempotency-Key": "bad_value"})


@pytest.fixture
def at_once() -> Callable[[list[Callable[[], Answer]]], list[Answer]]:
    """Run calls in threads that start together; each closes its own connection."""

    def run(calls: list[Callable[[], Answer]]) -> list[Answer]:
        start = Barrier(len(calls))

        def one(call: Callable[[], Answer]) -> Answer:
            start.wait()
            try:
                return call()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run


Run = Callable[[list[Callable[[], Answer]]], list[Answer]]


@pytest.mark.django_db(transaction=True)
def test_of_many_senders_of_one_key_one_has_an_effect(at_once: Run) -> None:
    company = found_company(LOADED)
    secret = token_of(company.programmer)
    answers = at_once([lambda: Caller(token=secret).post("/requests", SAID, key="k-1") for _ in range(8)])
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body["number"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 7
    assert len(deal_rows(viewer=company.manager, filters=Filters())) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_senders_of_one_reference_one_opens_the_deal(at_once: Run) -> None:
    company = found_company(LOADED)
    secret = token_of(company.programmer)
    said = {**SAID, "source": "сайт", "external_id": "42"}
    answers = at_once([lambda: Caller(token=secret).post("/requests", said) for _ in range(8)])
    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    assert len({answer.body["number"] for answer in answers}) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_finish_a_stage_one_does_and_the_rest_are_told_who(at_once: Run) -> None:
    company = found_company(LOADED)
    path, secret = deal_of(company), token_of(company.manager)
    answers = at_once(
        [lambda: Caller(token=secret).post(f"{path}/advance", stage="request") for _ in range(8)]
    )
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    assert {answer.body["params"]["who"] for answer in answers if answer.status == 409} == {"Мария Серова"}
