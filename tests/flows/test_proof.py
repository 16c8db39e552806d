"""What the journal's proof names besides altered entries, and what the database refuses of what was typed."""

import gc
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from svyazka.presale.deals.commands import say_contacted
from svyazka.presale.deals.erasing import erase_typed
from svyazka.presale.deals.proof import all_faults
from svyazka.presale.journal import guard, queries
from svyazka.presale.journal.digest import detail_hash
from svyazka.presale.journal.queries import latest_entry_id, timeline
from svyazka.presale.journal.values import Json, NotAllowed, NotFound
from tests.company import TUESDAY, Company, found_company, whole_request

pytestmark = pytest.mark.django_db

LATER = TUESDAY + timedelta(hours=2)
OF_CHAIN = "entry_id IN (SELECT id FROM presale_entry WHERE chain = %s)"


@pytest.fixture
def chain(company: Company) -> int:
    """A deal before which and after which there is another."""
    whole_request(company)
    deal = whole_request(company).deal_id
    say_contacted(deal_id=deal, how="позвонила Лескова", actor=company.dispatcher, at=TUESDAY)
    whole_request(company)
    return deal


@pytest.fixture
def company() -> Company:
    return found_company()


def _sql(statement: str, *values: int | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _by_force(*statements: str, chain: int) -> None:
    """What somebody with the database's own password can do."""
    for statement in guard.REMOVE[connection.vendor]:
        _sql(statement)
    for statement in statements:
        _sql(statement, *[chain] * statement.count("%s"))


def _kinds() -> list[str]:
    return [fault.kind for fault in all_faults()]


def _typed(chain: int) -> list[int]:
    return [row.seq for row in timeline(chain=chain, with_details=True) if row.detail is not None]


def test_what_was_typed_and_is_gone_without_a_word_is_named(chain: int) -> None:
    typed = _typed(chain)
    assert len(typed) > 1
    _by_force(f"DELETE FROM presale_detail WHERE {OF_CHAIN}", chain=chain)
    found = [(fault.kind, fault.chain, fault.seq) for fault in all_faults()]
    assert found == [("erased", chain, seq) for seq in sorted(typed)]


def test_a_recorded_erasure_breaks_nothing_and_is_an_act_of_its_own(chain: int, company: Company) -> None:
    first, *rest = sorted(_typed(chain))
    erased = erase_typed(deal_id=chain, seqs=[first], actor=company.administrator, at=LATER)
    assert erased == 1
    assert list(all_faults()) == []
    assert sorted(_typed(chain)) == rest
    newest = timeline(chain=chain, with_details=False, limit=1)[0]
    assert (newest.act, newest.actor_id) == ("detail.erased", company.administrator.me)
    with pytest.raises(NotFound):
        erase_typed(deal_id=chain, seqs=[first], actor=company.administrator, at=LATER)


def test_only_an_administrator_erases_what_was_typed(chain: int, company: Company) -> None:
    for actor in (company.dispatcher, company.manager, company.head, company.owner):
        with pytest.raises(NotAllowed):
            erase_typed(deal_id=chain, seqs=_typed(chain), actor=actor, at=LATER)


def test_an_erasure_excuses_only_what_it_names(chain: int, company: Company) -> None:
    first, second, *_ = sorted(_typed(chain))
    erase_typed(deal_id=chain, seqs=[first], actor=company.administrator, at=LATER)
    _by_force(f"DELETE FROM presale_detail WHERE {OF_CHAIN}", chain=chain)
    assert second in [fault.seq for fault in all_faults() if fault.kind == "erased"]
    assert first not in [fault.seq for fault in all_faults() if fault.kind == "erased"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE presale_detail SET body = body",
        "UPDATE presale_detail SET salt = 'x'",
        "DELETE FROM presale_detail",
        f"DELETE FROM presale_detail WHERE {OF_CHAIN}",
    ],
)
def test_the_database_refuses_to_touch_what_was_typed(chain: int, statement: str) -> None:
    with pytest.raises(DatabaseError, match="what was typed"), transaction.atomic():
        _sql(statement, *[chain] * statement.count("%s"))
    assert list(all_faults()) == []


def _sqlite() -> bool:
    return connection.vendor == "sqlite"


COPY = "SELECT id, chain, seq, 'deal.won', actor_id, role, channel, at, data, detail_hash, digest FROM presale_entry"
COLUMNS = "(id, chain, seq, act, actor_id, role, channel, at, data, detail_hash, digest)"


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT OR REPLACE INTO presale_entry {COLUMNS} {COPY} WHERE chain = %s",
        f"REPLACE INTO presale_entry {COLUMNS} {COPY.replace('id,', 'id + 9000,', 1)} WHERE chain = %s",
        f"INSERT OR REPLACE INTO presale_detail SELECT entry_id, 'x', body FROM presale_detail WHERE {OF_CHAIN}",
        f"UPDATE OR REPLACE presale_detail SET entry_id = entry_id + 1 WHERE {OF_CHAIN}",
    ],
)
def test_sqlite_replaces_no_entry_and_nothing_that_was_typed(chain: int, statement: str) -> None:
    if not _sqlite():
        pytest.skip("SQLite's own words")
    before = latest_entry_id()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        _sql(statement, chain)
    assert latest_entry_id() == before
    assert list(all_faults()) == []


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO presale_entry {COLUMNS} {COPY} WHERE chain = %s ON CONFLICT (id) DO UPDATE SET act = 'deal.won'",
        (
            "INSERT INTO presale_detail SELECT entry_id, 'x', body FROM presale_detail "
            f"WHERE {OF_CHAIN} ON CONFLICT (entry_id) DO UPDATE SET salt = 'x'"
        ),
    ],
)
def test_an_insert_that_would_update_changes_nothing(chain: int, statement: str) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        _sql(statement, chain)
    assert list(all_faults()) == []


def _acts_only(chain: int) -> None:
    _by_force(
        f"DELETE FROM presale_detail WHERE {OF_CHAIN}",
        "DELETE FROM presale_entry WHERE chain = %s",
        chain=chain,
    )


def _everything(chain: int) -> None:
    """The acts and every row that hangs on the deal."""
    _acts_only(chain)
    for table in ("notice", "commitment", "visit", "seat"):
        _sql(f"DELETE FROM presale_{table} WHERE deal_id = %s", chain)
    _sql("DELETE FROM presale_deal WHERE id = %s", chain)


def _deal_only(chain: int) -> None:
    for table in ("notice", "commitment", "visit", "seat"):
        _sql(f"DELETE FROM presale_{table} WHERE deal_id = %s", chain)
    _sql("DELETE FROM presale_deal WHERE id = %s", chain)


@pytest.mark.parametrize(
    ("take", "kind"), [(_acts_only, "no_chain"), (_deal_only, "no_deal"), (_everything, "numbers")]
)
def test_a_deal_or_its_whole_chain_taken_away_is_named_before_any_anchor(
    chain: int, take: Callable[[int], None], kind: str
) -> None:
    assert list(all_faults()) == []
    take(chain)
    assert kind in _kinds()


def test_rows_taken_from_anywhere_leave_a_hole_in_the_ids_of_sqlite(chain: int) -> None:
    _everything(chain)
    assert ("ids" in _kinds()) == _sqlite()


def test_the_newest_deal_taken_away_with_all_it_left_is_named_on_sqlite(chain: int, company: Company) -> None:
    newest = whole_request(company).deal_id
    _everything(newest)
    assert ("end" in _kinds()) == _sqlite()
    whole_request(company)
    assert ("ids" in _kinds()) == _sqlite(), "what is written after it does not cover it"


def test_proving_reads_the_journal_as_a_stream(
    chain: int, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        say_contacted(deal_id=chain, how=f"разговор {number}", actor=company.dispatcher, at=LATER)
    alive: list[int] = []

    def counted(salt: str, body: Json) -> str:
        alive.append(sum(isinstance(one, dict) and "how" in one for one in gc.get_objects()))
        return detail_hash(salt, body)

    gc.collect()
    others = sum(isinstance(one, dict) and "how" in one for one in gc.get_objects())
    monkeypatch.setattr(queries, "_CHUNK", 4)
    monkeypatch.setattr(queries, "detail_hash", counted)
    assert list(all_faults()) == []
    assert len(alive) > 30
    assert max(alive) - others <= 8, "two chunks at most are in memory"
