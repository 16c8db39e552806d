"""Both sides of the imports' benchmark take in the same register, and the register holds what makes reading one hard."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from bench import bringing, imports, registers
from bench.company import found
from svyazka.engine.identity import valid_inn
from svyazka.presale.clients.models import Client
from svyazka.presale.deals.models import Deal
from svyazka.presale.journal.queries import faults

ROWS = 200


def test_a_register_is_the_same_each_time_and_names_five_rows_a_client() -> None:
    rows = [*registers.rows(ROWS)]
    assert rows == [*registers.rows(ROWS)]
    assert {len(row) for row in rows} == {len(registers.HEAD)}
    inns = Counter(row[3] for row in rows if row[3])
    assert len({row[2] for row in rows}) > len(inns)  # the same company by several names
    assert len(inns) <= ROWS / registers.A_CLIENT
    assert all(valid_inn(str(inn)) for inn in inns)


def test_registers_that_begin_elsewhere_share_no_client() -> None:
    one, other = ({row[3] for row in registers.rows(ROWS, first)} - {None} for first in (0, 10 * ROWS))
    assert one.isdisjoint(other)


def test_both_sides_take_the_same_rows_in(db: None, tmp_path: Path) -> None:
    found(bringing.NOW - timedelta(days=366))
    file = tmp_path / "register.xlsx"
    registers.write(file, ROWS)
    plain, ours = bringing.plain(file), bringing.ours(file)
    again, wrong = ROWS // registers.AGAIN, ROWS // registers.WRONG
    assert plain["counts"] == {"rows": ROWS}
    # of the rows that can't be taken one is there once more
    assert ours["counts"] == {"rows": ROWS, "in": ROWS - again - wrong + 1, "again": again}
    assert Deal.objects.filter(imported_at__isnull=False).count() == ours["counts"]["in"]
    assert Client.objects.count() <= ROWS / registers.A_CLIENT
    assert not list(faults())
    assert tuple(ours["took"]) == imports.STEPS
    files = {kind: bringing.WORK[f"our-{kind}"](Path()) for kind in imports.FILES}
    for kind, told in files.items():
        rows = told["counts"]["rows"]
        assert rows
        assert bringing.WORK[f"plain-{kind}"](Path(str(rows)))["counts"]["rows"] == min(rows, ROWS)


def test_results_are_told_with_their_ratio_to_plain() -> None:
    took = {"read": 0.25, "decide": 0.5, "write": 1.0}
    result = imports.Result(
        "sqlite", 10_000, took, {"read": 0.2, "write": 0.15}, 5.0, {"in": 9600}, {"table": (1.0, 0.5, 2.0)}
    )  # fmt: skip
    many = imports.Many("sqlite", 100_000, took, 130, 400, 250)
    page = "\n".join(imports.table([result], [many], rounds=1))
    assert "| sqlite | 10,000 | 9,600 | 0.25 | 0.50 | 1.00 | 1.75 | 0.20 | 0.15 | **5.0** |" in page
    assert "| sqlite | 10,000 open deals as a table | 1.00 | 0.50 | **2.0** |" in page
    assert "| sqlite | 100,000 | 0.2 | 0.5 | 1.0 | 1.8 | 130 | **400** | 250 |" in page
    assert "in all 1.75 s  x5.0" in imports.line(result)
