"""What each row of a table would become, before anything is written."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from svyazka.engine.importing.columns import understand
from svyazka.engine.importing.values import Cell
from svyazka.presale.clients.models import Client
from svyazka.presale.deals.models import Deal
from svyazka.presale.imports.arrivals import NO_NUMBER, NOT_SAID
from svyazka.presale.imports.commands import bring_in
from svyazka.presale.imports.deciding import Verdict, decide, known_here
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import faults
from tests.company import TUESDAY, Company, whole_request

pytestmark = pytest.mark.requirement("R45")

HEAD = ("№", "Дата обращения", "Контрагент", "ИНН", "Контакт", "Телефон", "Запрос", "Источник", "Отв. менеджер", "Этап", "Статус",
        "Причина отказа", "Сумма договора", "Дата договора", "Следующий шаг", "Срок", "Комментарий")  # fmt: skip


def row(**said: Cell) -> tuple[Cell, ...]:
    """A line of a register as people keep them; what isn't said is empty."""
    names = ("number", "received", "client", "inn", "contact", "phone", "request", "source", "manager", "stage", "status",
             "reason", "sum", "signed", "step", "due", "note")  # fmt: skip
    usual: dict[str, Cell] = {
        "client": "ООО «Ромашка»",
        "request": "Учёт партий сырья",
        "received": date(2026, 9, 7),
    }
    return tuple({**usual, **said}.get(name) for name in names)


def judged(*rows: Sequence[Cell]) -> tuple[Verdict, ...]:
    """The verdicts, the columns guessed by what stands in the table."""
    table = understand([HEAD, *rows], known_here())
    assert table.header == 0
    columns = {guess.column: guess.field for guess in table.guesses}
    return decide([(place + 2, cells) for place, cells in enumerate(rows)], columns, at=TUESDAY)


def test_a_line_of_a_hand_kept_register_becomes_a_deal(company: Company) -> None:
    (one,) = judged(
        row(
            number="17", received="07.09.2026", inn=540_813_069_3, contact="Пётр Ильин", phone="8 (916) 000-00-01", source="сайт",
            manager="Серова М.", stage="Подготовка", status="в работе", step="Выслать анкету", due="27.11.2026", note="просили звонить после 15",
        )
    )  # fmt: skip
    assert one.faults == ()
    found = one.arrival
    assert found is not None
    assert (found.row, found.reference, found.received, found.stage, found.status) == (
        2, "17", date(2026, 9, 7), "preparation", "open",
    )  # fmt: skip
    assert found.seats == {"manager": company.manager.me}
    assert found.step is not None
    assert (found.step.result, found.step.by) == ("Выслать анкету", date(2026, 11, 27))
    assert found.answers["inn"] == "5408130693"
    assert found.answers["phone"] == "+79160000001"
    assert found.answers["context"] == "просили звонить после 15"
    assert "systems" in found.lacking


def test_what_became_of_a_deal_is_read_and_words_of_an_unknown_reason_are_kept(company: Company) -> None:
    won, lost, known = judged(
        row(status="выигран", sum="1 250 000,50 ₽", signed="05.10.2026"),
        row(client="ООО «Лютик»", status="отказ", reason="директор уехал в отпуск"),
        row(client="ООО «Мак»", status="проигран", reason="Выше бюджета"),
    )
    assert won.arrival is not None
    assert won.arrival.contract is not None
    assert (won.arrival.contract.roubles, won.arrival.contract.day, won.arrival.contract.number) == (
        Decimal("1250000.50"), date(2026, 10, 5), NO_NUMBER,
    )  # fmt: skip
    assert won.arrival.stage == "contract"
    assert lost.arrival is not None
    assert (lost.arrival.reason, lost.arrival.evidence) == (NOT_SAID, "директор уехал в отпуск")
    assert known.arrival is not None
    assert known.arrival.reason == "estimate.above_budget"


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"received": "05/03/2026"}, "received", "ambiguous_date"),
        ({"received": "07.09.2027"}, "received", "in_the_future"),
        ({"inn": "1234567890"}, "inn", "bad_inn"),
        ({"manager": "Сидоров"}, "manager", "unknown_person"),
        ({"manager": "Яшина Вера"}, "manager", "seat_refused"),
        ({"status": "выигран"}, "contract_sum", "required"),
        ({"status": "дубль"}, "status", "not_counted"),
        ({"client": None, "request": None, "note": "?"}, "client", "required"),
    ],
)
def test_what_would_be_a_lie_is_refused_by_cell(
    company: Company, said: dict[str, Cell], field: str, code: str
) -> None:
    # a second row lets the columns be known by more than their heads
    wrong, right = judged(row(**said), row(client="ООО «Лютик»", source="сайт"))
    assert (wrong.arrival, [(one.field, one.code) for one in wrong.faults]) == (None, [(field, code)])
    assert right.arrival is not None


def test_empty_lines_are_nothing_and_keep_the_numbers_of_the_others(company: Company) -> None:
    first, second = judged(row(), (None,) * len(HEAD), row(client="ООО «Лютик»"))
    assert (first.row, second.row) == (2, 4)


def test_the_same_request_is_known_in_the_file_and_among_our_deals(company: Company) -> None:
    ours = whole_request(company)
    again, fresh, twice = judged(
        row(
            client="Северный лес",
            inn="7707083893",
            request="Нужен учёт лесосырья по партиям и расчёт себестоимости",
        ),
        row(client="ООО «Лютик»", inn="5408130693"),
        row(client="Лютик"),
    )
    assert again.deals == (ours.deal_id,)
    assert again.arrival is not None
    assert again.arrival.client == Deal.objects.get(pk=ours.deal_id).client_id
    assert (fresh.deals, fresh.first) == ((), 0)
    assert (twice.deals, twice.first) == ((), 3)
    assert fresh.arrival is not None
    assert twice.arrival is not None
    assert fresh.arrival.client == twice.arrival.client


def test_a_table_that_comes_again_is_known_by_its_own_numbers(company: Company) -> None:
    rows = (row(number="17"), row(number="18", client="ООО «Лютик»"))
    first = judged(*rows)
    bring_in(
        arrivals=[one.arrival for one in first if one.arrival], name="воронка.xlsx", actor=company.dispatcher, at=TUESDAY
    )  # fmt: skip
    deals = list(Deal.objects.order_by("pk").values_list("pk", flat=True))
    changed = judged(row(number="17", request="Совсем другое"), rows[1])
    assert [one.deals[:1] for one in changed] == [(deals[0],), (deals[1],)]


def test_judging_writes_nothing(company: Company) -> None:
    entries = Entry.objects.count()
    judged(row(), row(client="ООО «Лютик»"))
    assert (Entry.objects.count(), Deal.objects.count(), Client.objects.count()) == (entries, 0, 0)


def test_how_much_is_done_is_told_up_to_the_end(company: Company) -> None:
    table = [row(number=f"{number}", client=f"ООО «Ромашка {number}»") for number in range(1100)]
    told: list[tuple[int, int]] = []
    columns = {
        HEAD.index(name): field
        for name, field in (("№", "number"), ("Контрагент", "client"), ("Запрос", "request"))
    }
    verdicts = decide([*enumerate(table, 2)], columns, at=TUESDAY, told=lambda *said: told.append(said))
    arrivals = [one.arrival for one in verdicts if one.arrival]
    assert told == sorted(told)
    assert told[-1] == (2200, 2200)
    assert len(told) == len(columns) + 3
    told.clear()
    bring_in(
        arrivals=arrivals, name="воронка.xlsx", actor=company.dispatcher, at=TUESDAY,
        told=lambda *said: told.append(said),
    )  # fmt: skip
    assert told == [(500, 1100), (1000, 1100), (1100, 1100)]
    assert not list(faults())
