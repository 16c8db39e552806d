"""Out and back: what nobody has touched stays, one edited cell changes that and nothing else, where both changed somebody decides."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from svyazka.engine.importing.merging import Side
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals import intake
from svyazka.presale.deals.commands import close_request, describe_request
from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.imports.arrivals import Arrival, Contract, Step
from svyazka.presale.imports.commands import bring_in, take_back
from svyazka.presale.imports.fields import WAYS
from svyazka.presale.imports.models import Import
from svyazka.presale.imports.queries import imports
from svyazka.presale.imports.taking import try_out
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import faults
from svyazka.presale.journal.values import Conflict, Invalid, NotAllowed
from svyazka.presale.people.commands import Profile, save_person
from svyazka.presale.process.queries import current_process
from svyazka.presale.stages.commands import lose
from svyazka.speech.returning import take_table
from svyazka.speech.workbook.bringing import Told
from tests.company import TUESDAY, Company, accepted_deal, led_deal, whole_request
from tests.office import recalculated
from tests.presale.plays import PLAYS
from tests.returning import (
    Form,
    cell_of,
    columns_of,
    edited,
    everything,
    exported,
    funnel,
    mark,
    row_of,
    saved_as,
    taken,
    told,
    weighed,
)

pytestmark = [pytest.mark.requirement("R45"), pytest.mark.django_db]

HOSTILE = (
    "=1+1", "+7*6", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")', "'=апостроф", "''+два", "а;=б", "строка\nдругая\n\n-третья", "007", "1e5", "#N/A", "#ССЫЛКА!",
    "  края  ", "две  дыры", "таб\tвнутри", "возврат\rкаретки", "Ёлки 🌲 и 👩‍💼, 👨‍👩‍👧", "ТРУ_x0041_ДНО", "нет", "-", "уточнить", "«ёлочки» — тире", "TRUE", "01.02.2026", "1/2/2026", "﻿знак",
)  # fmt: skip
MOSCOW = ZoneInfo("Europe/Moscow")
TEXTS = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
)
FORMS: tuple[Form, ...] = ("xlsx", "ods", "csv of Russian Excel", "csv of English Excel")
DAYS = st.sampled_from([date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(2026, 1, 2)]) | st.dates(date(1900, 1, 1), date(2026, 11, 20))  # fmt: skip


@st.composite
def arrivals(draw: st.DrawFn, us: Company) -> list[Arrival]:
    """Deals of all kinds, with texts that files like least."""
    process = current_process()[1]
    keys = [key for field in process.fields for key in intake.parts(field)]
    found = []
    for row in range(2, 14):
        status = draw(st.sampled_from(["open", "open", "won", "lost", "declined"]))
        received, signed = draw(DAYS), draw(st.sampled_from([date(1850, 1, 1)]) | DAYS)
        said: dict[str, Any] = {key: draw(TEXTS) for key in draw(st.sets(st.sampled_from(keys)))}
        said |= {
            "inn": draw(st.sampled_from(["0707083893", "7707083893", "инн 7707083893", "12"])),
            "phone": draw(st.sampled_from(["+7 916 123-45-67", "8 916 1234567 доб. 5", "0", "007"])),
        }
        said["lines"] = draw(st.lists(TEXTS, max_size=3))
        found.append(
            Arrival(
                row=row, answers=intake.clean(process, said), client="один", received=received, status=status,
                stage=draw(st.sampled_from([stage.key for stage in process.stages])), closed=received if status != "open" else None,
                evidence=draw(TEXTS).strip() if status in {"lost", "declined"} else "",
                reason={"lost": draw(st.sampled_from(["estimate.above_budget", "not_said"])), "declined": "declined"}.get(status, ""),
                contract=Contract(Decimal(draw(st.integers(1, 10**13 - 1))) / 100, signed, draw(TEXTS).strip()[:60] or "1") if status == "won" else None,
                step=Step(draw(TEXTS).strip() or "шаг", draw(DAYS), draw(st.sampled_from([None, us.expert.me]))) if status == "open" and draw(st.booleans()) else None,
                author_id=draw(st.sampled_from([None, us.programmer.me])), seats=draw(st.sampled_from([{}, {"manager": us.manager.me, "expert": us.expert.me}])),
            )
        )  # fmt: skip
    return found


@pytest.mark.parametrize("language", ["ru", "en"])
@settings(PLAYS, max_examples=2)
@given(data=st.data())
def test_what_nobody_has_touched_changes_nothing_however_it_was_saved(
    company: Company, language: str, data: st.DataObject
) -> None:
    with transaction.atomic():
        bring_in(
            arrivals=data.draw(arrivals(company)), name="воронка", actor=company.administrator, at=TUESDAY
        )
        accepted_deal(company)
        before = state()
        book = exported(company.administrator, language)
        for form in FORMS:
            saved = saved_as(book, form)
            table = weighed(saved, company.administrator, name=f"presale.{form[:3]}")
            assert [
                (form, row.id, row.cells, row.faults)
                for row in table.rows
                if row.verdict != "same" or row.cells
            ] == []
            assert len(table.rows) == Deal.objects.count() == 13
            assert taken(saved, company.administrator).import_id is None
        assert state() == before
        transaction.set_rollback(True)


def state() -> tuple[object, ...]:
    """All that an import may write of deals."""
    return tuple(everything(model) for model in (Deal, Commitment, Seat, Entry, Import))


def test_one_edited_cell_changes_that_and_nothing_else(company: Company) -> None:
    us = company
    one, other = accepted_deal(us), led_deal(us, inn="")
    before = Deal.objects.values().get(pk=other)
    book = edited(exported(us.administrator), {mark(one): {"Запрос словами клиента": "=2+2 складов\nи 👩‍💼"}})
    table = weighed(book, us.administrator)
    assert (table.counts["changed"], table.counts["same"]) == (1, 1)
    assert told(row_of(table, one)) == {"request": "take"}
    entries = Entry.objects.count()
    done = taken(book, us.administrator)
    assert (done.brought, done.changed, done.refused) == (0, (one,), {})
    assert Deal.objects.get(pk=one).intake["answers"]["request"] == "=2+2 складов\nи 👩‍💼"
    assert Deal.objects.values().get(pk=other) == before
    assert [*Entry.objects.order_by("pk").values_list("act", flat=True)[entries:]] == [
        "intake.changed",
        "import.made",
    ]
    assert not list(faults())
    assert {row.verdict for row in weighed(book, us.administrator).rows} == {"same"}


def test_each_field_goes_the_way_that_people_go_by_hand(company: Company) -> None:
    us = company
    deal_id = accepted_deal(us)
    typed = {
        "Клиент": "ООО «Южный лес»", "Контакт": "Пётр Лесной", "Телефон": "8 (912) 345-67-89", "Почта": "Les@Example.com", "Должность": "директор",
        "Источник": "выставка", "Бюджет": "5 млн", "Численность": "300", "Направления бизнеса": "опт; розница", "Примечание": "к январю",
        "Кто принёс": "Серова М.", "Менеджер": "Лосев Павел", "Эксперт": "Титов",
    }  # fmt: skip
    done = taken(edited(exported(us.administrator), {mark(deal_id): typed}), us.administrator)
    assert done.refused == {}
    deal = Deal.objects.get(pk=deal_id)
    assert {key: deal.intake["answers"][key] for key in ("company", "contact_name", "phone", "email", "contact_duty", "source", "budget", "headcount", "lines", "context")} == {
        "company": "ООО «Южный лес»", "contact_name": "Пётр Лесной", "phone": "+79123456789", "email": "les@example.com", "contact_duty": "директор",
        "source": "выставка", "budget": "5 млн", "headcount": "300", "lines": ["опт", "розница"], "context": "к январю",
    }  # fmt: skip
    assert (deal.author_id, deal.manager_id, deal.source) == (us.manager.me, us.other_manager.me, "выставка")
    held = Seat.objects.filter(deal=deal, until=None).values_list("role", "person_id")
    assert {*held} >= {("expert", us.head.me), ("manager", us.other_manager.me)}
    assert ("expert", us.expert.me) not in held


def test_a_stage_is_left_by_its_gate_and_never_around_it(company: Company) -> None:
    us = company
    ready, bare = accepted_deal(us), whole_request(us, inn="").deal_id
    book = edited(
        exported(us.administrator),
        {mark(ready): {"Этап": "Подготовка"}, mark(bare): {"Этап": "Подготовка", "Бюджет": "миллион"}},
    )
    table = weighed(book, us.administrator)
    before = state()
    with_refusals = table.refusing(
        try_out(table=table, shown=Told("ru").cells, why="из таблицы", actor=us.administrator, at=TUESDAY)
    )
    assert state() == before
    assert (row_of(with_refusals, ready).verdict, row_of(with_refusals, bare).verdict) == (
        "changed",
        "refused",
    )
    done = taken(book, us.administrator)
    (refused,) = done.refused.values()
    assert {field: no.code for field, no in refused.items()} == {"stage": "stage_blocked"}
    tried = cell_of(row_of(with_refusals, bare), "stage").refusal
    assert tried is not None
    assert tried.params == refused["stage"].params
    assert [Deal.objects.get(pk=pk).stage for pk in (ready, bare)] == ["preparation", "request"]
    assert Deal.objects.get(pk=bare).intake["answers"]["budget"] == "миллион"


def test_stages_are_left_one_after_the_other_and_none_backwards(company: Company) -> None:
    us = company
    deal_id = accepted_deal(us)
    far = taken(
        edited(exported(us.administrator), {mark(deal_id): {"Этап": "Первая встреча"}}), us.administrator
    )
    assert [no["stage"].code for no in far.refused.values()] == ["stage_blocked"]
    assert Deal.objects.get(pk=deal_id).stage == "request"  # the first step that went well is taken back too
    taken(edited(exported(us.administrator), {mark(deal_id): {"Этап": "Подготовка"}}), us.administrator)
    back = taken(
        edited(exported(us.administrator), {mark(deal_id): {"Этап": "Запрос принят"}}), us.administrator
    )
    assert [no["stage"].code for no in back.refused.values()] == ["stages_go_forward"]


def test_what_both_have_changed_is_decided_by_somebody(company: Company) -> None:
    us = company
    deal_id = accepted_deal(us)
    book = edited(exported(us.administrator), {mark(deal_id): {"Бюджет": "5 млн", "Численность": "300"}})
    describe_request(
        deal_id=deal_id, answers={"budget": "6 млн", "headcount": "300"}, actor=us.dispatcher, at=TUESDAY
    )
    row = row_of(weighed(book, us.administrator), deal_id)
    assert (row.verdict, told(row)) == ("conflict", {"budget": "conflict"})
    budget = cell_of(row, "budget")
    assert (budget.ours, budget.theirs) == ("6 млн", "5 млн")
    sides: list[tuple[Side | None, str]] = [(None, "6 млн"), ("ours", "6 млн"), ("theirs", "5 млн")]
    for side, stays in sides:
        taken(book, us.administrator, {row.row: {"budget": side}} if side else None)
        assert Deal.objects.get(pk=deal_id).intake["answers"]["budget"] == stays


def test_what_has_changed_here_since_stays_where_the_table_shows_the_old(company: Company) -> None:
    us = company
    deal_id = accepted_deal(us)
    book = edited(exported(us.administrator), {mark(deal_id): {"Бюджет": "5 млн"}})
    describe_request(deal_id=deal_id, answers={"headcount": "300"}, actor=us.dispatcher, at=TUESDAY)
    assert told(row_of(weighed(book, us.administrator), deal_id)) == {"budget": "take", "headcount": "keep"}
    taken(book, us.administrator)
    said = Deal.objects.get(pk=deal_id).intake["answers"]
    assert (said["budget"], said["headcount"]) == ("5 млн", "300")


def test_what_is_only_shown_and_what_nobody_can_read_is_refused_by_cell(company: Company) -> None:
    us = company
    deal_id = accepted_deal(us)
    typed = {
        "Номер": "С-2026-0077",
        "Получен": date(2026, 1, 1),
        "Менеджер": "Сидоров",
        "ИНН": "12",
        "Бюджет": "5 млн",
    }
    book = edited(exported(us.administrator), {mark(deal_id): typed})
    row = row_of(weighed(book, us.administrator), deal_id)
    assert {cell.field: cell.fault.code for cell in row.cells if cell.fault} == {
        "number": "shown_only", "received": "shown_only", "manager": "unknown_person", "inn": "bad_inn",
    }  # fmt: skip
    done = taken(book, us.administrator)
    assert (done.changed, Deal.objects.get(pk=deal_id).intake["answers"]["budget"]) == ((deal_id,), "5 млн")


def test_a_mistake_in_one_answer_keeps_no_other_out(company: Company) -> None:
    us = company
    deal_id = accepted_deal(us)
    typed = {"Бюджет": "5 млн", "Контакт": "нет", "Запрос словами клиента": "-", "Эксперт": "Лосев Павел"}
    done = taken(edited(exported(us.administrator), {mark(deal_id): typed}), us.administrator)
    assert {field: no.code for row in done.refused.values() for field, no in row.items()} == {
        "expert": "seat_refused"
    }
    said = Deal.objects.get(pk=deal_id).intake["answers"]
    assert (said["budget"], "contact_name" in said, "request" in said) == ("5 млн", False, False)
    assert Seat.objects.filter(deal_id=deal_id, role="expert", until=None, person_id=us.expert.me).exists()


def test_a_next_step_that_is_typed_becomes_a_commitment_of_one_person(company: Company) -> None:
    us = company
    deal_id = led_deal(us)
    book = exported(us.administrator)
    shown = columns_of(book)
    assert funnel(book).cell(2, shown["Следующий шаг"]).value == "Назвать следующий шаг"
    typed = {"Следующий шаг": "Выслать анкету", "Кто": "Серова М.", "Срок": date(2026, 11, 27)}
    assert taken(edited(book, {mark(deal_id): typed}), us.administrator).refused == {}
    (owed,) = Commitment.objects.filter(deal_id=deal_id, outcome="open")
    assert (owed.result, owed.performer_id, owed.due_at.astimezone(MOSCOW).date()) == ("Выслать анкету", us.manager.me, date(2026, 11, 27))  # fmt: skip
    again = edited(exported(us.administrator), {mark(deal_id): {"Срок": date(2026, 12, 1)}})
    taken(again, us.administrator)
    (later,) = Commitment.objects.filter(deal_id=deal_id, outcome="open")
    owed.refresh_from_db()
    assert (owed.outcome, owed.note, later.result) == (
        "waived",
        "Изменено в таблице «presale.xlsx»",
        "Выслать анкету",
    )
    taken(edited(exported(us.administrator), {mark(deal_id): {"Кто": "Климов"}}), us.administrator)
    later.refresh_from_db()
    assert (later.performer_id, later.outcome) == (us.expert.me, "open")
    assert {row.verdict for row in weighed(again, us.administrator).rows} == {"same"}


def test_what_the_process_asks_for_keeps_its_due_date_and_a_day_that_has_passed_is_none(
    company: Company,
) -> None:
    us = company
    deal_id = whole_request(us).deal_id
    moved = taken(
        edited(exported(us.administrator), {mark(deal_id): {"Срок": date(2026, 12, 1)}}), us.administrator
    )
    assert [no["due"].code for no in moved.refused.values()] == ["due_by_the_process"]
    typed = {"Следующий шаг": "Выслать анкету", "Кто": "Серова М.", "Срок": date(2026, 11, 2)}
    passed = taken(edited(exported(us.administrator), {mark(deal_id): typed}), us.administrator)
    assert {
        field: getattr(no, "errors", {}) for row in passed.refused.values() for field, no in row.items()
    } == {"due": {"due": "in_the_past"}}


def test_a_deal_ends_as_its_row_says_with_all_that_its_end_needs(company: Company) -> None:
    us = company
    lost, declined, bare, won = (accepted_deal(us, inn="") for _ in range(4))
    book = edited(
        exported(us.administrator),
        {
            mark(lost): {"Статус": "проиграна", "Причина, если проиграна или отклонена": "Оценка: выше бюджета", "Чем подтверждается": "письмо клиента от 12.11"},
            mark(declined): {"Статус": "отклонена", "Причина, если проиграна или отклонена": "не наш масштаб"},
            mark(bare): {"Статус": "проиграна", "Причина, если проиграна или отклонена": "Оценка: выше бюджета"},
            mark(won): {"Статус": "выиграна", "Сумма договора, ₽": 1_250_000.5, "Номер договора": "0042", "Дата договора": date(2026, 11, 20)},
        },
    )  # fmt: skip
    done = taken(book, us.administrator)
    found = {pk: Deal.objects.get(pk=pk) for pk in (lost, declined, bare, won)}
    assert (found[lost].status, found[lost].reason, found[lost].evidence) == (
        "lost",
        "estimate.above_budget",
        "письмо клиента от 12.11",
    )
    assert (found[declined].status, found[declined].evidence) == ("declined", "не наш масштаб")
    assert (found[bare].status, found[won].status) == ("open", "open")
    by_deal = {
        row.deal.deal.id: done.refused.get(row.row, {})
        for row in weighed(book, us.administrator).rows
        if row.deal
    }
    assert {field: no.code for field, no in by_deal[bare].items()} == {
        "status": "invalid",
        "reason": "invalid",
    }
    assert {no.code for no in by_deal[won].values()} == {"stage_blocked"}
    assert set(by_deal[won]) == {"status", "contract_sum", "contract_number", "contract_date"}


def test_how_a_closed_deal_ended_stays(company: Company) -> None:
    us = company
    lost, declined = accepted_deal(us), whole_request(us, inn="").deal_id
    lose(
        deal_id=lost, reason="estimate.above_budget", evidence="письмо клиента", actor=us.manager, at=TUESDAY
    )
    close_request(
        deal_id=declined, status="declined", reason="не наш масштаб", actor=us.dispatcher, at=TUESDAY
    )
    book = edited(
        exported(us.administrator),
        {
            mark(lost): {"Статус": "в работе"},
            mark(declined): {"Причина, если проиграна или отклонена": "другая", "Бюджет": "1"},
        },
    )
    done = taken(book, us.administrator)
    assert sorted(no.code for row in done.refused.values() for no in row.values()) == [
        "deal_closed",
        "ended_stays",
        "ended_stays",
    ]
    assert done.import_id is None


def test_private_fields_that_were_left_out_are_not_taken_for_emptied(company: Company) -> None:
    us = company
    deal_id = accepted_deal(us)
    book = exported(us.programmer)
    assert funnel(book).cell(2, 5).value is None
    assert [row.verdict for row in weighed(book, us.administrator).rows] == ["same"]
    typed = edited(book, {mark(deal_id): {"Контакт": "Некто", "Численность": "300"}})
    row = row_of(weighed(typed, us.administrator), deal_id)
    assert (told(row), [(fault.field, fault.code) for fault in row.faults]) == (
        {"headcount": "take"}, [("contact", "not_taken_along")],
    )  # fmt: skip
    assert taken(typed, us.administrator).changed == (deal_id,)
    said = Deal.objects.get(pk=deal_id).intake["answers"]
    assert (said["contact_name"], said["phone"], said["headcount"]) == (
        "Ольга Петровна Лескова",
        "+7 916 123-45-67",
        "300",
    )


def test_marks_of_others_and_rows_that_stand_there_twice_are_refused(company: Company) -> None:
    us = company
    one, other = accepted_deal(us), led_deal(us, inn="")
    book = edited(exported(us.administrator), {mark(one): {"_id": "2026-0999", "Бюджет": "1"}})
    table = weighed(book, us.administrator)
    assert [(row.verdict, [fault.code for fault in row.faults]) for row in table.rows] == [
        ("refused", ["unknown_row"]),
        ("same", []),
    ]
    twice = edited(exported(us.administrator), {mark(one): {"_id": mark(other)}})
    assert [[fault.code for fault in row.faults] for row in weighed(twice, us.administrator).rows] == [
        ["row_twice"],
        ["row_twice"],
    ]
    assert taken(twice, us.administrator).import_id is None


def test_a_table_without_its_seals_leaves_every_difference_to_somebody(company: Company) -> None:
    us = company
    deal_id = accepted_deal(us)
    book = edited(exported(us.administrator), {mark(deal_id): {"_was": None, "Бюджет": "5 млн"}})
    row = row_of(weighed(book, us.administrator), deal_id)
    assert told(row) == {"budget": "conflict"}
    whole = str(funnel(exported(us.administrator)).cell(2, columns_of(book)["_was"]).value)
    for spoilt in (whole[:255], whole.replace(":", ":x").replace(".", ".x"), "цена: 5 end"):
        cut = edited(exported(us.administrator), {mark(deal_id): {"_was": spoilt, "Бюджет": "5 млн"}})
        assert told(row_of(weighed(cut, us.administrator), deal_id)) == {"budget": "conflict"}


def test_seals_tell_nothing_and_differ_between_rows_and_keys(company: Company, settings: Any) -> None:
    us = company
    accepted_deal(us)
    accepted_deal(us)
    book = exported(us.administrator)
    column = columns_of(book)["_was"]
    one, other = (str(funnel(book).cell(row, column).value) for row in (2, 3))
    assert {*one.split()} & {*other.split()} == {"end"}
    assert len(one.split()) == len(WAYS) + 1
    old, settings.SECRET_KEY = settings.SECRET_KEY, "другой ключ, и тоже длинный " * 2
    anew = str(funnel(exported(us.administrator)).cell(2, column).value)
    assert {*one.split()} & {*anew.split()} == {"end"}
    # a book that was taken along before the key was changed
    assert {row.verdict for row in weighed(book, us.administrator).rows} == {"same"}  # nothing differs anyway
    touched = edited(book, {"2026-0001": {"Бюджет": "5 млн"}})
    assert weighed(touched, us.administrator).counts["conflict"] == 1
    settings.SECRET_KEY_FALLBACKS = [old]
    assert weighed(touched, us.administrator).counts["changed"] == 1


def test_a_colleague_who_left_or_got_a_namesake_makes_no_edit_of_what_is_untouched(company: Company) -> None:
    us = company
    accepted_deal(us)
    book = exported(us.administrator)
    save_person(profile=Profile("serova2@svyazka.example", "Серова", "Марина", roles=("manager",)), actor=us.administrator, at=TUESDAY, password="крепкая-связка-43")  # fmt: skip
    assert [row.verdict for row in weighed(book, us.administrator).rows] == ["same"]


def test_new_rows_come_in_beside_what_is_changed_and_only_they_are_taken_back(company: Company) -> None:
    us = company
    deal_id = accepted_deal(us)
    book = edited(
        exported(us.administrator),
        {
            mark(deal_id): {"Бюджет": "5 млн"},
            "new": {"Клиент": "ООО «Новый»", "Запрос словами клиента": "Учёт смен"},
        },
    )
    done = taken(book, us.administrator)
    assert done.import_id is not None
    (listed,) = imports(viewer=us.administrator)
    assert (done.brought, listed.deals, listed.changed) == (1, 1, 1)
    act = Entry.objects.get(act="import.made")
    assert act.data == {"import": done.import_id, "deals": done.brought, "changed": [deal_id]}
    assert take_back(import_id=done.import_id, actor=us.administrator, at=TUESDAY) == done.brought
    assert Deal.objects.get(pk=deal_id).intake["answers"]["budget"] == "5 млн"


def test_an_import_that_has_only_changed_deals_has_nothing_to_take_back(company: Company) -> None:
    us = company
    deal_id = accepted_deal(us)
    done = taken(edited(exported(us.administrator), {mark(deal_id): {"Бюджет": "5 млн"}}), us.administrator)
    assert done.import_id is not None
    with pytest.raises(Conflict, match="import_only_changed"):
        take_back(import_id=done.import_id, actor=us.administrator, at=TUESDAY)


def test_a_table_that_changes_more_than_can_wait_is_refused_whole(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    us = company
    monkeypatch.setattr("svyazka.presale.imports.taking.MOST", 1)
    deals = [accepted_deal(us), accepted_deal(us)]
    book = edited(exported(us.administrator), {mark(pk): {"Бюджет": "5 млн"} for pk in deals})
    with pytest.raises(Invalid, match="too_many_changes"):
        taken(book, us.administrator)
    assert not Import.objects.exists()


def test_tables_are_brought_back_by_the_window_and_administrators_and_rights_of_each_deal_hold(
    company: Company,
) -> None:
    us = company
    deal_id = accepted_deal(us)
    book = exported(us.administrator)
    for nobody in (us.manager, us.programmer, us.agent):
        with pytest.raises(NotAllowed):
            weighed(book, nobody)
    typed = {"Этап": "Подготовка", "Бюджет": "5 млн"}
    other = taken(edited(exported(us.administrator), {mark(deal_id): typed}), us.dispatcher)
    assert other.refused == {}  # the dispatcher of the deal may both


def test_comparing_costs_the_same_for_one_deal_and_for_ten(company: Company) -> None:
    us = company

    def cost() -> int:
        book = exported(us.administrator)
        with CaptureQueriesContext(connection) as asked:
            weighed(book, us.administrator)
        return len(asked)

    led_deal(us)
    once = cost()
    for _n in range(9):
        led_deal(us, inn="")
    assert cost() == once


def test_a_row_is_compared_anew_when_it_is_taken_in(company: Company) -> None:
    us = company
    deal_id = accepted_deal(us)
    table = weighed(
        edited(exported(us.administrator), {mark(deal_id): {"Бюджет": "5 млн"}}), us.administrator
    )
    describe_request(deal_id=deal_id, answers={"budget": "6 млн"}, actor=us.dispatcher, at=TUESDAY)
    done = take_table(table, name="presale.xlsx", actor=us.administrator, at=TUESDAY)
    assert done.import_id is None
    assert Deal.objects.get(pk=deal_id).intake["answers"]["budget"] == "6 млн"


def test_what_clients_typed_stays_text_in_libreoffice_and_comes_back_as_it_was(
    company: Company, tmp_path: Path
) -> None:
    us = company
    typed = (
        "=1+1",
        "+7*6",
        "-2+3",
        "@SUM(A1)",
        '=HYPERLINK("http://example.com")',
        "\t=1+1",
        "\r=1+1",
        "а\t=1",
    )
    deals = [whole_request(us, inn="", request=f"{text} и учёт").deal_id for text in typed]
    book = exported(us.administrator)
    cells = [
        funnel(book).cell(row, columns_of(book)["Запрос словами клиента"]) for row in range(2, 2 + len(typed))
    ]
    assert {cell.data_type for cell in cells} == {"s"}
    file = tmp_path / "presale.xlsx"
    file.write_bytes(book)
    for form in ("xlsx", "ods"):
        saved = recalculated(file, tmp_path, form).read_bytes()
        if form == "xlsx":
            column = columns_of(saved)["Запрос словами клиента"]
            assert [funnel(saved).cell(row, column).value for row in range(2, 2 + len(typed))] == [
                cell.value for cell in cells
            ]
        assert {row.verdict for row in weighed(saved, us.administrator, name=f"presale.{form}").rows} == {
            "same"
        }
    edit = {mark(pk): {"Запрос словами клиента": text} for pk, text in zip(deals, typed, strict=True)}
    assert taken(edited(book, edit), us.administrator).refused == {}
    said = [Deal.objects.get(pk=pk).intake["answers"]["request"] for pk in deals]
    assert said == [
        *typed[:5],
        "=1+1",
        "=1+1",
        "а\t=1",
    ]  # blanks around are no part of an answer, typed by hand neither
