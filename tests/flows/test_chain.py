"""The journal's chain: it doesn't fork under many writers, nobody changes it, and whoever does is named."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from svyazka.presale.deals.commands import say_contacted
from svyazka.presale.journal import guard
from svyazka.presale.journal.commands import WORKSPACE, Act, record
from svyazka.presale.journal.queries import Head, changes_after, faults, heads, latest_entry_id
from svyazka.presale.journal.values import SYSTEM
from tests.company import TUESDAY, Company, found_company, whole_request

WRITERS, TURNS = 6, 15


@pytest.mark.django_db(transaction=True)
def test_a_chain_does_not_fork_under_six_writers() -> None:
    company = found_company()
    deal = whole_request(company).deal_id
    barrier = threading.Barrier(WRITERS)
    broken: list[Exception] = []

    def write(number: int) -> None:
        try:
            barrier.wait(timeout=30)
            for turn in range(TURNS):
                at = TUESDAY + timedelta(minutes=turn)
                say_contacted(
                    deal_id=deal, how=f"позвонил {number} в {turn}-й раз", actor=company.dispatcher, at=at
                )
                with transaction.atomic():
                    record(chain=WORKSPACE, act=Act("unit.saved", {"unit": number}), actor=SYSTEM, at=at)
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            broken.append(error)
        finally:
            connection.close()

    before = {head.chain: head.seq for head in heads()}
    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert list(faults()) == []
    grown = {head.chain: head.seq - before[head.chain] for head in heads()}
    assert grown[WORKSPACE] == WRITERS * TURNS
    assert grown[deal] >= WRITERS * TURNS


@pytest.mark.django_db(transaction=True)
def test_ids_grow_in_the_order_of_commits_so_no_reader_misses_an_act() -> None:
    """A reader asks for what is new while others write; nothing appears behind what he has seen."""
    found_company()
    writing = threading.Event()
    begun = latest_entry_id()

    def write(number: int) -> None:
        try:
            for _ in range(TURNS):
                with transaction.atomic():
                    record(chain=WORKSPACE, act=Act("unit.saved", {"unit": number}), actor=SYSTEM, at=TUESDAY)
        finally:
            connection.close()

    def all_write() -> None:
        threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        writing.set()

    everybody = threading.Thread(target=all_write)
    everybody.start()
    seen: list[int] = []
    done = False
    while not done:
        done = writing.is_set()  # one more look after the last write
        last = seen[-1] if seen else begun
        seen += [entry.id for entry in changes_after(after=last, limit=1000)]
    everybody.join()
    assert seen == [entry.id for entry in changes_after(after=begun, limit=1000)]
    assert len(seen) == 4 * TURNS


@pytest.fixture
def chain(company: Company) -> int:
    """A deal with a few acts."""
    deal = whole_request(company).deal_id
    for number in range(3):
        at = TUESDAY + timedelta(hours=number + 1)
        say_contacted(deal_id=deal, how=f"разговор номер {number}", actor=company.dispatcher, at=at)
    return deal


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE presale_entry SET act = 'deal.won'",
        "UPDATE presale_entry SET at = at",
        "DELETE FROM presale_entry",
        "DELETE FROM presale_entry WHERE seq = (SELECT max(seq) FROM presale_entry)",
    ],
)
def test_the_database_refuses_to_change_an_entry(chain: int, statement: str) -> None:
    before = latest_entry_id()
    with pytest.raises(DatabaseError, match="journal entries are never changed"), transaction.atomic():
        _sql(statement)
    assert latest_entry_id() == before
    assert list(faults()) == []


def _sql(statement: str, *values: int | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _edit(chain: int) -> None:
    _sql("UPDATE presale_entry SET act = 'deal.accepted' WHERE chain = %s AND seq = 4", chain)


def _edit_data(chain: int) -> None:
    _sql("UPDATE presale_entry SET data = %s WHERE chain = %s AND seq = 4", '{"first": true}', chain)


def _edit_person(chain: int) -> None:
    _sql("UPDATE presale_entry SET actor_id = actor_id + 1 WHERE chain = %s AND seq = 4", chain)


def _edit_time(chain: int) -> None:
    _sql("UPDATE presale_entry SET at = '2026-11-23 07:00:00+00' WHERE chain = %s AND seq = 4", chain)


def _edit_and_digest(chain: int) -> None:
    """A clever one, who works the entry's own digest out anew."""
    from svyazka.presale.journal.digest import entry_digest
    from svyazka.presale.journal.queries import timeline

    row = next(entry for entry in timeline(chain=chain, with_details=True) if entry.seq == 4)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, detail_hash FROM presale_entry WHERE chain = %s AND seq IN (3, 4) ORDER BY seq",
            [chain],
        )
        (previous, _), (_, detail) = cursor.fetchall()
    digest = entry_digest(
        chain=chain, seq=4, act="deal.accepted", actor_id=row.actor_id, role=row.role, channel=row.channel, at=row.at,
        data=dict(row.data), detail=detail, previous=previous,
    )  # fmt: skip
    _sql(
        "UPDATE presale_entry SET act = 'deal.accepted', digest = %s WHERE chain = %s AND seq = 4",
        digest,
        chain,
    )


def _delete(chain: int) -> None:
    _sql(
        "DELETE FROM presale_detail WHERE entry_id IN (SELECT id FROM presale_entry WHERE chain = %s AND seq = 4)",
        chain,
    )
    _sql("DELETE FROM presale_entry WHERE chain = %s AND seq = 4", chain)


def _swap(chain: int) -> None:
    for was, becomes in ((4, 1004), (5, 4), (1004, 5)):
        _sql("UPDATE presale_entry SET seq = %s WHERE chain = %s AND seq = %s", becomes, chain, was)


def _insert(chain: int) -> None:
    _sql("UPDATE presale_entry SET seq = seq + 1000 WHERE chain = %s AND seq >= 4", chain)
    _sql("UPDATE presale_entry SET seq = seq - 999 WHERE chain = %s AND seq >= 1000", chain)
    _sql(
        "INSERT INTO presale_entry (chain, seq, act, actor_id, role, channel, at, data, detail_hash, digest) "
        "SELECT chain, 4, 'deal.accepted', actor_id, role, channel, at, data, '', digest FROM presale_entry "
        "WHERE chain = %s AND seq = 3",
        chain,
    )


def _edit_detail(chain: int) -> None:
    _sql(
        "UPDATE presale_detail SET body = %s WHERE entry_id IN "
        "(SELECT id FROM presale_entry WHERE chain = %s AND act = 'client.contacted')",
        '{"how": "ничего не обещали"}',
        chain,
    )


@pytest.mark.parametrize(
    ("tamper", "kinds", "seqs"),
    [
        (_edit, {"changed"}, {4}),
        (_edit_data, {"changed"}, {4}),
        (_edit_person, {"changed"}, {4}),
        (_edit_time, {"changed"}, {4}),
        (_edit_and_digest, {"changed"}, {5}),
        (_delete, {"gap"}, {5}),
        (_swap, {"changed"}, {4, 5, 6}),
        (_insert, {"changed"}, {4, 5, 6, 7, 8, 9}),
        (_edit_detail, {"detail"}, None),
    ],
)
def test_an_altered_entry_is_named(
    chain: int, tamper: Callable[[int], None], kinds: set[str], seqs: set[int] | None
) -> None:
    assert list(faults()) == []
    _without_triggers(tamper, chain)
    found = [fault for fault in faults() if fault.kind not in {"ids", "end"}]
    assert {fault.chain for fault in found} == {chain}
    assert {fault.kind for fault in found} == kinds
    if seqs is not None:
        assert {fault.seq for fault in found} == seqs


def test_a_tail_cut_off_is_seen_against_an_anchor_only(chain: int) -> None:
    anchored = {head.chain: head for head in heads()}
    last = anchored[chain].seq
    _without_triggers(lambda of: _cut(of, last), chain)
    assert list(faults(chain=chain)) == [], "nothing inside the chain tells of it"
    assert [(fault.kind, fault.chain, fault.seq) for fault in faults(chain=chain, anchored=anchored)] == [
        ("cut", chain, last)
    ]


def test_a_tail_written_anew_is_seen_against_an_anchor(chain: int, company: Company) -> None:
    anchored: dict[int, Head] = {head.chain: head for head in heads()}
    last = anchored[chain].seq
    _without_triggers(lambda of: _cut(of, last), chain)
    say_contacted(
        deal_id=chain, how="а было вот так", actor=company.dispatcher, at=TUESDAY + timedelta(hours=9)
    )
    assert [(fault.kind, fault.chain, fault.seq) for fault in faults(chain=chain, anchored=anchored)] == [
        ("cut", chain, last)
    ]


def test_a_whole_chain_taken_away_is_seen_against_an_anchor(chain: int) -> None:
    anchored = {head.chain: head for head in heads()}
    _without_triggers(lambda of: _cut(of, 1), chain)
    found = [(fault.kind, fault.chain) for fault in faults(chain=chain, anchored=anchored)]
    assert found == [("cut", chain)]


def _cut(chain: int, since: int) -> None:
    _sql(
        "DELETE FROM presale_detail WHERE entry_id IN (SELECT id FROM presale_entry WHERE chain = %s AND seq >= %s)",
        chain,
        since,
    )
    _sql("DELETE FROM presale_entry WHERE chain = %s AND seq >= %s", chain, since)


def _without_triggers(tamper: Callable[[int], None], chain: int) -> None:
    """What somebody with the database's own password can do, the triggers put back afterwards."""
    for statement in guard.REMOVE[connection.vendor]:
        _sql(statement)
    tamper(chain)
    for statement in guard.WHOLE[connection.vendor]:
        _sql(statement)
