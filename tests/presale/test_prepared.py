"""Statements written once: they say what the ORM says, whatever the values and in every thread."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.journal.models import Entry, Receipt
from svyazka.presale.journal.prepared import Prepared, insert, insert_all, update
from tests.company import TUESDAY, Company, accepted_deal

pytestmark = pytest.mark.django_db

SINCE = Prepared(lambda at: Receipt.objects.filter(at__gte=at).order_by("pk"))
KEYS = Prepared(
    lambda at: Receipt.objects.filter(at__gte=at).order_by("pk").values_list("key", flat=True)[:2]
)
PAIRS = Prepared(
    lambda owner, key: (
        Receipt.objects.filter(owner=owner, key__gt=key).order_by("key").values_list("key", "body", "at")
    )
)


def receipt(number: int) -> Receipt:
    return Receipt(
        owner="я", key=f"{number:03}", request_hash="х", status=200, body={"много": [number, None]},
        at=TUESDAY + timedelta(hours=number),
    )  # fmt: skip


@pytest.fixture
def receipts() -> list[Receipt]:
    return [insert(receipt(number)) for number in range(4)]


def columns(one: Any) -> dict[str, Any]:
    return {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}


def test_a_written_row_is_read_back_as_it_was(receipts: list[Receipt]) -> None:
    for one in receipts:
        assert columns(Receipt.objects.get(pk=one.pk)) == columns(one)
        assert not one._state.adding


def test_rows_written_together_have_each_its_own_key_and_content() -> None:
    rows = [receipt(number) for number in (7, 3, 5)]
    insert_all(rows)
    insert_all([])
    assert len({one.pk for one in rows}) == 3
    for one in rows:
        assert columns(Receipt.objects.get(pk=one.pk)) == columns(one)
        assert not one._state.adding


@pytest.mark.parametrize("hours", [0, 1, 3, 9])
def test_a_prepared_query_gives_what_the_same_query_gives(receipts: list[Receipt], hours: int) -> None:
    at = TUESDAY + timedelta(hours=hours)
    plain = list(Receipt.objects.filter(at__gte=at).order_by("pk"))

    assert [columns(one) for one in SINCE(at=at)] == [columns(one) for one in plain]
    assert KEYS(at=at) == [one.key for one in plain][:2]
    assert PAIRS(owner="я", key="001") == [(one.key, one.body, one.at) for one in receipts[2:]]
    assert PAIRS.first(owner="она", key="") is None


def test_what_a_value_says_never_becomes_sql(receipts: list[Receipt]) -> None:
    assert PAIRS(owner="я' OR '1'='1", key="") == []
    assert PAIRS(owner="%s", key="%(x)s") == []
    assert len(receipts) == Receipt.objects.count()


def test_a_row_read_by_a_prepared_query_can_be_saved(receipts: list[Receipt]) -> None:
    one = SINCE(at=TUESDAY)[0]
    one.status = 201
    one.save(update_fields=["status"])

    assert Receipt.objects.get(pk=receipts[0].pk).status == 201


def test_an_update_writes_its_columns_and_counts(company: Company) -> None:
    deal = Deal.objects.get(pk=accepted_deal(company))
    before, due = columns(deal), datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    update(Deal, deal.pk, {"next_due": due, "holder": None, "frayed": ["meeting"]}, counted="revision")

    after = columns(Deal.objects.get(pk=deal.pk))
    changed = {"next_due": due, "holder_id": None, "frayed": ["meeting"], "revision": before["revision"] + 1}
    assert after == before | changed


def test_what_the_database_forbids_is_refused_as_ever(receipts: list[Receipt]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(receipt(0))
    assert Receipt.objects.count() == len(receipts)


@pytest.mark.django_db(transaction=True)
def test_a_query_written_by_one_thread_serves_another(company: Company) -> None:
    seats = Prepared(
        lambda deal: Seat.objects.filter(deal=deal).order_by("pk").values_list("person_id", "since")
    )
    deal, found = accepted_deal(company), []

    def ask() -> None:
        found.append(seats(deal=deal))
        connection.close()

    for _ in range(2):
        thread = Thread(target=ask)
        thread.start()
        thread.join()
    assert found == [seats(deal=deal)] * 2
    assert Entry.objects.filter(chain=deal).exists()
