"""A table on its way in: kept as it came, settled by its owner alone, looked at and brought in by the worker, forgotten."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.importing.values import EMPTY
from svyazka.presale.clients.models import Client
from svyazka.presale.deals.models import Deal
from svyazka.presale.imports.commands import take_back
from svyazka.presale.imports.drafts import commands
from svyazka.presale.imports.drafts.commands import KEPT, MOST, begin_draft, forget_drafts
from svyazka.presale.imports.drafts.findings import Findings, Found, Word, pack, unpack
from svyazka.presale.imports.drafts.progress import progress, teller
from svyazka.presale.imports.drafts.queries import columns_of, drafts, look_at, seen_rows
from svyazka.presale.imports.drafts.working import TRIES
from svyazka.presale.imports.models import Draft, DraftRows, Import, Shape
from svyazka.presale.imports.reading.books import read_book
from svyazka.presale.journal.values import Actor, Conflict, Invalid, NotAllowed, NotFound
from svyazka.presale.people.commands import Profile, save_person
from svyazka.presale.people.queries import directory
from svyazka.speech.returning import own_headings, shown_in
from tests.company import TUESDAY, Company, whole_request
from tests.registers import LINES, handed_in, looked_at, settled, work

pytestmark = pytest.mark.requirement("R45")


def becoming(draft: int, actor: Actor) -> list[tuple[int, str, int]]:
    found = look_at(draft, viewer=actor).found
    assert found is not None
    return [(one.row, one.becomes, one.first) for one in found.rows]


def test_each_row_is_told_what_becomes_of_it_before_anything_is_written(company: Company) -> None:
    us = company.dispatcher
    draft = looked_at(us)
    assert becoming(draft, us) == [(2, "new", 0), (3, "refused", 0), (4, "twice", 2), (5, "refused", 0)]
    assert not Deal.objects.exists()
    assert not Client.objects.exists()
    assert not Import.objects.exists()


def test_what_can_be_is_brought_in_and_the_rest_is_given_back(company: Company) -> None:
    us = company.dispatcher
    draft = looked_at(us)
    commands.ask_to_bring_in(draft_id=draft, actor=us)
    assert work() == 1
    look = look_at(draft, viewer=us)
    assert look.made is not None
    assert (look.made.deals, look.made.name, Deal.objects.get().client.inn) == (
        1,
        "воронка.csv",
        "5408130693",
    )
    assert [one.row for one in look.left_out] == [3, 4, 5]
    assert work() == 0


def test_a_request_that_is_here_comes_in_only_where_somebody_says_so(company: Company) -> None:
    us = company.dispatcher
    draft = looked_at(us)
    commands.choose(draft_id=draft, rows={4: True, 5: True, 2: False}, cells={}, actor=us)
    commands.ask_to_bring_in(draft_id=draft, actor=us)
    work()
    assert Deal.objects.count() == 2  # a refused row doesn't come in for being chosen
    again = looked_at(us)
    assert [one[1] for one in becoming(again, us)] == ["ours", "refused", "ours", "refused"]
    with pytest.raises(Invalid, match="nothing_to_import"):
        commands.ask_to_bring_in(draft_id=again, actor=us)


def test_a_word_is_settled_once_for_all_tables_of_a_shape(company: Company) -> None:
    us = company.dispatcher
    draft = looked_at(us)
    found = look_at(draft, viewer=us).found
    assert found is not None
    assert [(one.field, one.said, one.rows) for one in found.words] == [("manager", "Сидоров", 1)]
    meant = {"manager": {"Сидоров": str(company.manager.me)}}
    commands.settle_words(draft_id=draft, meanings=meant, actor=us, at=TUESDAY)
    work()
    assert becoming(draft, us)[1] == (3, "new", 0)
    # the next table has its columns in another order, and another row with the same word
    text = "Компания;№;Дата обращения;ИНН;Запрос;Этап;Статус;Менеджер\nООО «Лес»;1;07.09.2026;;ERP;;в работе;Сидоров"
    other = begin_draft(
        book=read_book(text.encode(), "другая.csv"), sheet=0, name="другая.csv", actor=us, at=TUESDAY
    )
    assert {guess.why for guess in columns_of(other, viewer=us, own=own_headings()).table.guesses} == {
        "remembered"
    }
    settled(other, us)
    work()
    commands.ask_to_bring_in(draft_id=other, actor=us)
    work()
    assert Deal.objects.get().manager_id == company.manager.me


def test_a_column_that_was_left_out_stays_out_next_time(company: Company) -> None:
    us = company.dispatcher
    draft = handed_in(us)
    settled(draft, us, manager="")
    work()
    assert becoming(draft, us)[1] == (3, "new", 0)
    again = columns_of(handed_in(us), viewer=us, own=own_headings())
    assert {guess.field for guess in again.table.guesses if not guess.field} == {""}
    assert "manager" not in {guess.field for guess in again.table.guesses}


@pytest.mark.parametrize(
    ("meanings", "code"),
    [({"manager": {"Сидоров": "999999"}}, "unknown_choice"), ({"stage": {"x": "no-such"}}, "unknown_choice")],
)
def test_a_word_means_something_that_there_is(
    company: Company, meanings: dict[str, dict[str, str]], code: str
) -> None:
    draft = looked_at(company.dispatcher)
    with pytest.raises(Invalid, match=code):
        commands.settle_words(draft_id=draft, meanings=meanings, actor=company.dispatcher, at=TUESDAY)
    assert Shape.objects.get().meanings == {}


@pytest.mark.parametrize(
    ("columns", "errors"),
    [
        ({0: "client", 1: "client"}, {"1": "field_twice"}),
        ({0: "client", 1: "weather"}, {"1": "unknown_choice"}),
        ({0: "received"}, {}),
    ],
)
def test_columns_make_sense_together(
    company: Company, columns: dict[int, str], errors: dict[str, str]
) -> None:
    draft = handed_in(company.dispatcher)
    with pytest.raises(Invalid) as refused:
        commands.settle_columns(
            draft_id=draft, sheet=0, header=1, columns=columns, actor=company.dispatcher, at=TUESDAY
        )
    assert refused.value.errors == errors
    assert Draft.objects.get().work == ""


def test_somebody_elses_table_is_not_there(company: Company) -> None:
    draft = looked_at(company.dispatcher)
    for read in (
        lambda: look_at(draft, viewer=company.administrator),
        lambda: columns_of(draft, viewer=company.administrator, own={}),
        lambda: commands.drop_draft(draft_id=draft, actor=company.administrator),
        lambda: commands.ask_to_bring_in(draft_id=draft, actor=company.administrator),
    ):
        with pytest.raises(NotFound):
            read()
    with pytest.raises(NotAllowed):
        drafts(viewer=company.manager)
    assert drafts(viewer=company.administrator) == ()
    assert [one.id for one in drafts(viewer=company.dispatcher)] == [draft]


def test_whoever_has_lost_the_right_meanwhile_brings_nothing_in(company: Company) -> None:
    us = company.dispatcher
    draft = looked_at(us)
    commands.ask_to_bring_in(draft_id=draft, actor=us)
    profile = Profile("window@svyazka.example", "Ракитина", "Анна")
    save_person(profile=profile, person_id=us.me, actor=company.administrator, at=TUESDAY)
    work()
    row = Draft.objects.get()
    assert (row.work, row.failure, row.made_id) == ("", "not_allowed", None)
    assert not Deal.objects.exists()


def test_nothing_is_changed_of_a_table_at_which_the_worker_is(company: Company) -> None:
    us = company.dispatcher
    draft = looked_at(us)
    commands.ask_to_bring_in(draft_id=draft, actor=us)
    with pytest.raises(Conflict, match="draft_at_work"):
        commands.choose(draft_id=draft, rows={4: True}, cells={}, actor=us)
    work()
    with pytest.raises(Conflict, match="draft_made"):
        settled(draft, us)


def test_a_table_over_which_the_worker_dies_is_not_tried_for_ever(company: Company) -> None:
    us = company.dispatcher
    draft = handed_in(us)
    settled(draft, us)
    Draft.objects.update(tries=TRIES)  # as often it was begun and never ended
    work()
    assert look_at(draft, viewer=us).failure == "died"
    assert work() == 0


def test_the_look_knows_what_has_come_since(company: Company) -> None:
    us = company.dispatcher
    draft = looked_at(us)
    whole_request(company, company="ООО «Ромашка»", inn="5408130693", request="Учёт партий")
    commands.ask_to_bring_in(draft_id=draft, actor=us)
    work()
    assert not Import.objects.exists()
    assert look_at(draft, viewer=us).failure == "nothing_to_import"


def test_what_was_handed_in_is_forgotten_with_all_its_rows(company: Company) -> None:
    us = company.dispatcher
    for _ in range(MOST + 2):
        handed_in(us)
    assert Draft.objects.count() == MOST
    kept = handed_in(us, at=TUESDAY + KEPT)
    assert forget_drafts(at=TUESDAY + KEPT + timedelta(hours=1)) == MOST - 1
    assert [one.id for one in drafts(viewer=us)] == [kept]
    commands.drop_draft(draft_id=kept, actor=us)
    assert not DraftRows.objects.exists()


def test_pages_of_a_long_table_cost_as_many_queries_as_of_a_short_one(company: Company) -> None:
    us = company.dispatcher
    counts = []
    for rows in (30, 1600):
        lines = [
            f"{n};07.09.2026;ООО «Ромашка {n}»;;Учёт {n};Серова М.;Подготовка;в работе" for n in range(rows)
        ]
        draft = looked_at(us, lines)
        look = look_at(draft, viewer=us)
        assert look.found is not None
        some = look.found.rows[rows - 25 :]
        with CaptureQueriesContext(connection) as asked:
            seen = seen_rows(draft, some, viewer=us, at=TUESDAY, shown=shown_in("ru"))
        assert [one.row.number for one in seen.rows] == list(range(rows - 23, rows + 2))
        last = seen.rows[-1].weighed.fresh
        assert last is not None
        assert (last.read("client") or EMPTY).value == f"ООО «Ромашка {rows - 1}»"
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_slashed_days_of_some_rows_are_read_as_the_whole_table_shows(company: Company) -> None:
    us = company.dispatcher
    lines = ["1;09/25/2026;ООО «А»;;Учёт;;;", "2;03/04/2026;ООО «Б»;;Склад;;;"]
    draft = looked_at(us, lines)
    look = look_at(draft, viewer=us)
    assert look.found is not None
    (second,) = seen_rows(draft, look.found.rows[1:], viewer=us, at=TUESDAY, shown=shown_in("ru")).rows
    assert second.weighed.fresh is not None
    assert (second.weighed.fresh.read("received") or EMPTY).value == date(2026, 3, 4)


def test_how_far_the_work_is_can_be_read_beside_a_transaction_and_is_gone_after_it(company: Company) -> None:
    us = company.dispatcher
    draft = handed_in(us)
    settled(draft, us)
    assert progress(draft) is None
    tell = teller(draft, "write")
    tell(3, 7)
    assert look_at(draft, viewer=us).progress == ("write", 3, 7)
    work()
    assert progress(draft) is None


@given(
    rows=st.lists(
        st.builds(
            Found, st.integers(1, 10**5), st.sampled_from(["new", "ours", "twice", "refused"]),
            st.lists(st.integers(1, 10**9), max_size=3).map(tuple), st.integers(0, 10**5), st.integers(0, 30), st.lists(st.sampled_from(["budget", "due"]), max_size=2).map(tuple),
        ), max_size=5,
    ),
    words=st.lists(st.builds(Word, st.just("manager"), st.text(max_size=20), st.integers(1, 9), st.just((1, 2))), max_size=3),
)  # fmt: skip
def test_findings_are_kept_as_they_are(rows: list[Found], words: list[Word]) -> None:
    found = Findings(tuple(rows), tuple(words), {"due": "day_first", "received": None})
    assert unpack(pack(found)) == found


@pytest.mark.parametrize("source", ["сайт", ""])
def test_numbers_that_begin_anew_each_year_come_in_and_the_first_bears_the_number(
    company: Company, source: str
) -> None:
    us = company.dispatcher
    head = "№;Дата обращения;Компания;Запрос;Источник"
    lines = [
        f"1;07.09.2025;ООО «А»;Учёт;{source}",
        f"1;07.09.2026;ООО «Б»;Склад;{source}",
        f"{'9' * 130}1;;ООО «В»;ЗУП;",
        f"{'9' * 130}2;;ООО «Г»;ERP;",
    ]
    text = "\n".join((head, *lines)).encode()
    for _ in range(2):  # and once more after it was taken back
        draft = begin_draft(
            book=read_book(text, "воронка.csv"), sheet=0, name="воронка.csv", actor=us, at=TUESDAY
        )
        settled(draft, us)
        work()
        assert [one[1] for one in becoming(draft, us)] == ["new"] * 4
        commands.ask_to_bring_in(draft_id=draft, actor=us)
        work()
        made = look_at(draft, viewer=us).made
        assert made is not None
        borne = (
            Deal.objects.filter(brought__whole=made.id).order_by("pk").values_list("external_id", flat=True)
        )
        assert [bool(one) for one in borne] == [True, False, True, True]
        take_back(import_id=made.id, actor=us, at=TUESDAY)


def test_a_numbered_row_that_is_here_comes_in_all_the_same_if_somebody_says_so(company: Company) -> None:
    us = company.dispatcher
    for chosen in ({}, {2: True}):
        draft = looked_at(us, LINES[:1])
        commands.choose(draft_id=draft, rows=chosen, cells={}, actor=us)
        commands.ask_to_bring_in(draft_id=draft, actor=us)
        work()
        assert look_at(draft, viewer=us).made is not None
    assert Deal.objects.count() == 2


def test_an_inn_that_a_client_learns_is_his_in_all_rows(company: Company) -> None:
    us = company.dispatcher
    whole_request(company, company="ООО «Ромашка»", inn="")
    client = Client.objects.get()
    lines = [
        "1;07.09.2026;ООО «Ромашка»;5408130693;Учёт;;;",
        "2;07.09.2026;Торговый дом «Василёк»;5408130693;Склад;;;",
    ]
    draft = looked_at(us, lines)
    commands.ask_to_bring_in(draft_id=draft, actor=us)
    work()
    assert set(Deal.objects.values_list("client", flat=True)) == {client.pk}
    client.refresh_from_db()
    assert client.inn == "5408130693"


def test_two_clients_of_ours_never_learn_one_inn(company: Company) -> None:
    us = company.dispatcher
    whole_request(company, company="ООО «Ромашка»", inn="", phone="+7 916 000-00-11", email="")
    whole_request(company, company="ООО «Василёк»", inn="", phone="+7 916 000-00-12", email="")
    lines = [
        f"{n};07.09.2026;{name};5408130693;Учёт {n};;;"
        for n, name in enumerate(("ООО «Ромашка»", "ООО «Василёк»"))
    ]
    draft = looked_at(us, lines)
    commands.ask_to_bring_in(draft_id=draft, actor=us)
    work()
    assert look_at(draft, viewer=us).made is not None
    assert sorted(Client.objects.values_list("inn", flat=True)) == ["", "5408130693"]


def test_what_was_settled_holds_only_while_there_is_such_a_thing(company: Company) -> None:
    us = company.dispatcher
    draft = looked_at(us, LINES[:2])
    meant = {"manager": {"Сидоров": str(company.manager.me)}}
    commands.settle_words(draft_id=draft, meanings=meant, actor=us, at=TUESDAY)
    work()
    assert [one[1] for one in becoming(draft, us)] == ["new", "new"]
    profile = Profile("manager@svyazka.example", "Серова", "Мария", is_active=False)
    save_person(profile=profile, person_id=company.manager.me, actor=company.administrator, at=TUESDAY)
    commands.settle_words(draft_id=draft, meanings={}, actor=us, at=TUESDAY)
    work()
    assert becoming(draft, us)[1][1] == "refused"
    commands.settle_words(draft_id=draft, meanings={"manager": {"Сидоров": ""}}, actor=us, at=TUESDAY)
    assert look_at(draft, viewer=us).meanings == ()


def test_a_partner_agent_owes_no_step_on_a_deal_that_he_may_not_see(company: Company) -> None:
    us = company.dispatcher
    agent = directory().people[company.agent.me].full_name
    text = (
        f"Компания;Запрос;Следующий шаг;Исполнитель;Статус\nООО «А»;Учёт;Позвонить;{agent};в работе".encode()
    )
    draft = begin_draft(book=read_book(text, "a.csv"), sheet=0, name="a.csv", actor=us, at=TUESDAY)
    settled(draft, us)
    work()
    assert [one[1] for one in becoming(draft, us)] == ["refused"]


def test_the_reason_in_the_teams_words_is_kept_beside_what_shows_it(company: Company) -> None:
    us = company.dispatcher
    text = "Компания;Запрос;Статус;Причина;Чем подтверждается\nООО «А»;Учёт;проиграна;Директор сказал, что дорого;Письмо от мая".encode()
    draft = begin_draft(book=read_book(text, "a.csv"), sheet=0, name="a.csv", actor=us, at=TUESDAY)
    settled(draft, us)
    work()
    commands.ask_to_bring_in(draft_id=draft, actor=us)
    work()
    assert Deal.objects.get().evidence == "Директор сказал, что дорого; Письмо от мая"


def test_a_table_at_which_the_worker_is_makes_no_room_for_others(company: Company) -> None:
    us = company.dispatcher
    drafts_ = [handed_in(us) for _ in range(MOST)]
    for draft in drafts_:
        settled(draft, us)
    with pytest.raises(Conflict, match="drafts_at_work"):
        handed_in(us)
    assert Draft.objects.count() == MOST


def test_of_what_people_typed_as_heads_only_a_digest_is_remembered(company: Company) -> None:
    us = company.dispatcher
    draft = handed_in(us)
    commands.settle_columns(draft_id=draft, sheet=0, header=2, columns={2: "client"}, actor=us, at=TUESDAY)
    assert "ромашка" not in str(Shape.objects.values_list("columns", flat=True)[0]).lower()
    assert "client" in Shape.objects.get().columns.values()
