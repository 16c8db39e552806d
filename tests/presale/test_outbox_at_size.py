"""With a hundred thousand messages waiting the queue is asked by its indexes, and acts don't notice."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from svyazka.presale.channels import outbox
from svyazka.presale.channels.commands import bind_place
from svyazka.presale.channels.models import Message
from svyazka.presale.channels.outbox import take
from svyazka.presale.channels.port import Limits
from svyazka.presale.journal.values import SYSTEM
from tests.company import TUESDAY, Company

WAITING = 20_000


@pytest.fixture
def crowd(company: Company) -> list[int]:
    """Messages to forty chats; a statistic of the table, as it has in the field."""
    places = [
        bind_place(channel="post", chat=str(number), role="deals", actor=SYSTEM, at=TUESDAY)
        for number in range(40)
    ]
    Message.objects.bulk_create(
        [
            Message(
                place_id=places[number % 40], kind="test", created_at=TUESDAY, next_at=TUESDAY,
                status="sent" if number % 5 == 0 else "waiting",
            )
            for number in range(WAITING)
        ],
        batch_size=2_000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE presale_message")
        cursor.execute("ANALYZE presale_place")
    return places


def plans(ask: Any) -> str:
    """How the database goes about every query on messages that ``ask`` makes."""
    said: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if sql.startswith("SELECT") and "presale_message" in sql:
            with context["connection"].cursor() as cursor:
                prefix = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
                with context["connection"].execute_wrapper(lambda run, *given: run(*given)):
                    cursor.cursor.execute(prefix + sql, params)
                    said.append("\n".join(str(row) for row in cursor.cursor.fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        ask()
    assert said
    return "\n".join(said)


@pytest.mark.usefixtures("crowd")
def test_what_is_taken_next_is_found_by_one_look_a_place() -> None:
    plan = plans(lambda: outbox._ready("post", TUESDAY, 4))
    assert "message_in_turn" in plan
    assert "SCAN presale_message" not in plan.replace('"', "")
    assert "Seq Scan on presale_message" not in plan


@pytest.mark.usefixtures("crowd")
def test_whether_anything_is_due_is_answered_by_an_index() -> None:
    plan = plans(lambda: outbox.is_due(channel="post", at=TUESDAY - timedelta(days=1)))
    assert "message_due" in plan or "message_in_turn" in plan
    assert "Seq Scan on presale_message" not in plan


def test_forty_chats_are_served_in_their_order_from_the_middle_of_a_crowd(crowd: list[int]) -> None:
    found = take(channel="post", limits=Limits(), worker="w", at=TUESDAY, limit=40)
    assert len({one.place_id for one in found}) == 32, "of the other eight chats everything was sent"
    assert [one.id for one in found] == sorted(one.id for one in found)
