"""What the journal's proof names besides altered entries, and what the database refuses of what was typed."""

import gc
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.deals.commands import say_contacted
from svyazka.presale.deals.proof import all_faults
from svyazka.presale.deals.seats import appoint
from svyazka.presale.erasing import erase_typed
from svyazka.presale.experts.asking import Ask, ask_for_expert, give_more, withdraw_request
from svyazka.presale.experts.claiming import ask_for_more, claim, hand_back, refuse, say_triage
from svyazka.presale.journal import guard, queries
from svyazka.presale.journal.commands import Act, append
from svyazka.presale.journal.digest import detail_hash
from svyazka.presale.journal.queries import latest_entry_id, timeline
from svyazka.presale.journal.values import Json, NotAllowed, NotFound
from svyazka.presale.questions.commands import answer_question, ask_question, relay_question
from svyazka.presale.stages.commands import complete_stage, lose
from svyazka.presale.stages.evidence import supply_evidence
from svyazka.presale.stages.keeping import keep_commitment
from tests.api.caller import Caller
from tests.company import TUESDAY, Company, accepted_deal, found_company, whole_request

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
    """What somebody with the database's own password can do, the triggers put back afterwards."""
    for statement in guard.REMOVE[connection.vendor]:
        _sql(statement)
    for statement in statements:
        _sql(statement, *[chain] * statement.count("%s"))
    for statement in guard.WHOLE[connection.vendor]:
        _sql(statement)


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


SECRET = "тайное слово клиента"


def _where_it_lies() -> set[str]:
    """Tables of which any row holds the secret, in whatever column."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            words = " ".join(str(value) for row in cursor.fetchall() for value in row)
            if SECRET in words or SECRET.encode("unicode_escape").decode() in words:
                found.add(table)
    return found


def _say_everywhere_to_experts(deal: int, company: Company) -> None:
    """The secret in whatever can be typed about expert requests."""
    manager, expert, head = company.manager, company.expert, company.head

    def ask(kind: str, turn: int, competence: str) -> int:
        said = Ask(
            kind=kind, competence=competence, goal=SECRET, to_decide=SECRET, project=SECRET, wanted_id=expert.me,
            wanted_why=SECRET, since=date(2026, 12, 1), until=date(2026, 12, 4),
        )  # fmt: skip
        return ask_for_expert(deal_id=deal, ask=said, actor=manager, at=LATER + timedelta(seconds=turn))

    full, triage = ask("expert", 1, "1С:ERP"), ask("triage", 2, "WMS")
    ask_for_more(request_id=full, what=SECRET, actor=expert, at=LATER + timedelta(seconds=3))
    give_more(request_id=full, text=SECRET, actor=manager, at=LATER + timedelta(seconds=4))
    refuse(request_id=full, because=SECRET, actor=head, at=LATER + timedelta(seconds=5))
    claim(request_id=full, actor=expert, why=SECRET, at=LATER + timedelta(seconds=6))
    hand_back(request_id=full, reason=SECRET, actor=expert, at=LATER + timedelta(seconds=7))
    withdraw_request(request_id=full, reason=SECRET, actor=manager, at=LATER + timedelta(seconds=8))
    claim(request_id=triage, actor=expert, at=LATER + timedelta(seconds=9))
    say_triage(request_id=triage, verdict=SECRET, actor=expert, at=LATER + timedelta(seconds=10))


@time_machine.travel(LATER, tick=False)
def test_what_is_erased_is_gone_from_every_table(company: Company) -> None:
    manager, expert = company.manager, company.expert
    deal = accepted_deal(company)
    appoint(deal_id=deal, person_id=expert.me, role="expert", actor=manager, at=LATER)
    promised = Caller(manager).post(
        "/deals/2026-0001/commitments", key="a-retry", performer=expert.me, result=SECRET, due=str(LATER + timedelta(days=3)),
    )  # fmt: skip
    assert promised.status == 201
    kept = open_commitment(
        deal_id=deal, performer_id=expert.me, result="Смета по складу", due_at=LATER + timedelta(days=1), actor=manager, at=LATER,
    )  # fmt: skip
    keep_commitment(commitment_id=kept, note=SECRET, actor=expert, at=LATER)
    question = ask_question(deal_id=deal, text=f"{SECRET}?", actor=expert, at=LATER)
    relay_question(question_id=question, actor=manager, at=LATER)
    answer_question(question_id=question, answer=f"{SECRET}.", actor=manager, at=LATER)
    supply_evidence(
        deal_id=deal, stage="request", check="consent_noted", text=SECRET, actor=company.dispatcher, at=LATER
    )
    _say_everywhere_to_experts(deal, company)
    complete_stage(
        deal_id=deal, stage="request", reason=SECRET, actor=manager, at=LATER + timedelta(minutes=1)
    )
    lose(
        deal_id=deal,
        reason="client_side.no_budget",
        evidence=SECRET,
        client_words=SECRET,
        actor=manager,
        at=LATER + timedelta(hours=1),
    )
    assert len(_where_it_lies()) >= 9
    erase_typed(deal_id=deal, seqs=_typed(deal), actor=company.administrator, at=LATER + timedelta(hours=2))
    assert _where_it_lies() == set()
    assert list(all_faults()) == []
    again = Caller(manager).post(
        "/deals/2026-0001/commitments", key="a-retry", performer=expert.me, result=SECRET, due=str(LATER + timedelta(days=3)),
    )  # fmt: skip
    assert again.status == 201
    assert _where_it_lies() == set(), "a retry after the erasure neither acts again nor brings the words back"


def test_an_erasure_told_in_another_chain_excuses_nothing(chain: int, company: Company) -> None:
    first = min(_typed(chain))
    (entry,) = [row.id for row in timeline(chain=chain, with_details=False) if row.seq == first]
    append(
        chain=0, acts=[Act(guard.ERASURE, {"entries": [entry]})], actor=company.administrator, at=LATER,
    )  # fmt: skip
    _by_force(f"DELETE FROM presale_detail WHERE entry_id = {entry} AND {OF_CHAIN}", chain=chain)
    assert [(fault.kind, fault.seq) for fault in all_faults()] == [("erased", first)]


def test_words_that_are_there_again_after_their_erasure_are_named(chain: int, company: Company) -> None:
    first = min(_typed(chain))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry_id, salt, body FROM presale_detail WHERE entry_id = "
            "(SELECT id FROM presale_entry WHERE chain = %s AND seq = %s)",
            [chain, first],
        )
        (row,) = cursor.fetchall()
    erase_typed(deal_id=chain, seqs=[first], actor=company.administrator, at=LATER)
    _sql("INSERT INTO presale_detail (entry_id, salt, body) VALUES (%s, %s, %s)", *row)
    assert [(fault.kind, fault.seq) for fault in all_faults()] == [("unerased", first)]


def test_a_database_without_its_triggers_is_named() -> None:
    for statement in guard.REMOVE[connection.vendor]:
        _sql(statement)
    assert _kinds() == ["unguarded"]


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
        (
            "INSERT OR REPLACE INTO presale_detail (rowid, entry_id, salt, body) SELECT rowid, entry_id + 9000, '', '{}' "
            f"FROM presale_detail WHERE {OF_CHAIN}"
        ),
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
    _deal_only(chain)


def _deal_only(chain: int) -> None:
    _sql("DELETE FROM presale_trackline WHERE track_id = %s", chain)
    for table in ("notice", "commitment", "visit", "seat", "track"):
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
        alive.append(sum(type(one) is dict and "how" in one for one in gc.get_objects()))
        return detail_hash(salt, body)

    gc.collect()
    others = sum(type(one) is dict and "how" in one for one in gc.get_objects())
    monkeypatch.setattr(queries, "_CHUNK", 4)
    monkeypatch.setattr(queries, "detail_hash", counted)
    assert list(all_faults()) == []
    assert len(alive) > 30
    assert max(alive) - others <= 8, "two chunks at most are in memory"
