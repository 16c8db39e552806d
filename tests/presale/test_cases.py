"""The case library: told by anybody of ours, found by industry, and compared with a client's lines of business."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from svyazka.demo.company import found_company as found_demo
from svyazka.demo.content import Language, read
from svyazka.presale.cases.commands import Story, is_address, retire_case, save_case
from svyazka.presale.cases.models import Case
from svyazka.presale.cases.queries import case_row, cases, comparable, industries_told
from svyazka.presale.journal.commands import WORKSPACE
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.queries import faults, latest_entry_id, timeline
from svyazka.presale.journal.values import SYSTEM, Actor, Conflict, Invalid, NotAllowed, NotFound
from svyazka.speech import refusals
from tests.company import TUESDAY, Company

STORY = Story(
    title="Партионный учёт на мебельной фабрике",
    task="Себестоимость заказа узнавали через месяц",
    result="Месяц закрывают за 4 дня вместо 15",
    client_name="ООО «Клён и дуб»",
    industries=("производство мебели", "опт"),
    year=2025,
    link="https://wiki.example/cases/klen",
)


def told(actor: Actor, at: datetime = TUESDAY, **changed: Any) -> int:
    return save_case(case_id=None, story=replace(STORY, **changed), actor=actor, at=at)


def titles(viewer: Actor, **sieve: str) -> list[str]:
    return [row.title for row in cases(viewer=viewer, **sieve)]


# Telling


@pytest.mark.requirement("R53")
def test_a_finished_project_is_told_and_read_by_everybody_of_ours(company: Company) -> None:
    case = told(company.manager, may_be_named=True)
    (row,) = cases(viewer=company.programmer)
    assert row == case_row(case_id=case, viewer=company.expert)
    assert (row.title, row.task, row.result) == (STORY.title, STORY.task, STORY.result)
    assert (row.industries, row.year, row.link) == (STORY.industries, 2025, STORY.link)
    assert (row.client_name, row.said_client) == ("ООО «Клён и дуб»", "ООО «Клён и дуб»")
    assert (row.kept_by_id, row.changed_at) == (company.manager.me, TUESDAY)


def test_a_client_who_has_not_agreed_is_known_to_us_and_not_said(company: Company) -> None:
    row = case_row(case_id=told(company.manager), viewer=company.expert)
    assert (row.client_name, row.said_client) == ("ООО «Клён и дуб»", "")


def test_the_journal_knows_who_told_what_and_no_word_of_it(company: Company) -> None:
    case = told(company.manager)
    save_case(case_id=case, story=replace(STORY, year=2024), actor=company.expert, at=TUESDAY)
    retire_case(case_id=case, actor=company.head, at=TUESDAY)
    acts = [one for one in timeline(chain=WORKSPACE, with_details=True) if one.act.startswith("case.")]
    assert sorted((one.act, one.actor_id) for one in acts) == sorted(
        [("case.saved", company.manager.me), ("case.saved", company.expert.me), ("case.retired", company.head.me)]
    )  # fmt: skip
    assert all(one.data == {"case": case} and not one.detail for one in acts)
    assert list(faults()) == []


def test_what_is_typed_is_kept_in_order(company: Company) -> None:
    case = told(
        company.manager,
        title="  Учёт\x00  партий\n ",
        task="Строка\r\nи ещё одна\x00\n",
        result="Стало\ud800 видно за день",
        client_name=" Клён\tи дуб ",
        industries=("  Производство   МЕБЕЛИ", "опт", "", "—", "ОПТ", "Лёгкая промышленность", "легкая промышленность"),
        link="  https://wiki.example/klen ",
    )  # fmt: skip
    row = case_row(case_id=case, viewer=company.manager)
    assert (row.title, row.client_name, row.link) == (
        "Учёт партий",
        "Клён и дуб",
        "https://wiki.example/klen",
    )
    assert (row.task, row.result) == ("Строка\nи ещё одна", "Стало видно за день")
    assert row.industries == ("производство мебели", "опт", "лёгкая промышленность")


def test_markup_is_kept_as_it_was_typed(company: Company) -> None:
    hostile = "<script>alert(1)</script>{{7*7}}%(x)s"
    case = told(company.manager, title=hostile, task=hostile, result=hostile, industries=(hostile,))
    row = case_row(case_id=case, viewer=company.manager)
    assert (row.title, row.task, row.result, row.industries) == (hostile, hostile, hostile, (hostile,))


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"title": " "}, {"title": "required"}),
        ({"task": "уточнить", "result": "\x00"}, {"task": "junk", "result": "required"}),
        ({"result": "asdf"}, {"result": "junk"}),
        ({"title": "я" * 161}, {"title": "does_not_fit"}),
        ({"client_name": "я" * 161}, {"client_name": "does_not_fit"}),
        ({"task": "учёт " * 801}, {"task": "too_long"}),
        ({"year": 1989}, {"year": "bad_year"}),
        ({"year": 2027}, {"year": "bad_year"}),
        ({"industries": tuple(f"отрасль {n}" for n in range(13))}, {"industries": "too_many_industries"}),
        ({"industries": ("я" * 81,)}, {"industries": "does_not_fit"}),
        ({"link": "https://wiki.example/" + "я" * 300}, {"link": "does_not_fit"}),
        ({"link": "javascript:alert(1)"}, {"link": "bad_link"}),
    ],
)
def test_a_story_that_tells_nothing_or_cannot_be_is_refused_by_field(
    company: Company, changed: dict[str, Any], errors: dict[str, str]
) -> None:
    before = latest_entry_id()
    with pytest.raises(Invalid) as refused:
        told(company.manager, **changed)
    assert refused.value.errors == errors
    assert set(errors.values()) <= set(refusals.SENTENCES)
    assert (cases(viewer=company.manager), latest_entry_id()) == ((), before)


@pytest.mark.parametrize(
    ("link", "good"),
    [
        ("https://wiki.example/cases?id=5#top", True),
        ("HTTP://wiki/cases", True),
        ("https://вики.рф/проекты/1", True),
        ("https://10.0.0.5:8080/", True),
        ("wiki.example", False),
        ("ftp://wiki.example/", False),
        ("javascript://wiki.example/%0aalert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("https://", False),
        ("https:///etc/passwd", False),
        ("https://svyazka.example@evil.example/", False),
        ("https:\\\\evil.example", False),
        ("https://wiki.example/ javascript:alert(1)", False),
        ("https://wiki.example/\u202egpj.exe", False),
        ("https://wiki.example/\nx", False),
        ('https://wiki.example/"onclick="alert(1)', False),
    ],
)
def test_a_link_leads_onto_the_web_and_nowhere_else(link: str, good: bool) -> None:  # noqa: FBT001
    assert is_address(link) is good


def test_the_year_has_begun_when_it_has_begun_here(company: Company) -> None:
    new_year = datetime(2026, 12, 31, 21, 30, tzinfo=UTC)  # in Moscow it is 2027 already
    assert case_row(case_id=told(company.manager, new_year, year=2027), viewer=company.manager).year == 2027


def test_an_empty_story_is_refused_by_the_database_as_well(company: Company) -> None:
    case = told(company.manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case).update(result="")


# Putting right and away


def test_a_case_is_put_right_by_any_colleague(company: Company) -> None:
    case = told(company.manager)
    later = TUESDAY + timedelta(hours=1)
    better = replace(STORY, result="Месяц закрывают за 3 дня", year=None, link="")
    assert save_case(case_id=case, story=better, actor=company.expert, at=later, seen=TUESDAY) == case
    (row,) = cases(viewer=company.manager)
    assert (row.result, row.year, row.link) == ("Месяц закрывают за 3 дня", None, "")
    assert (row.kept_by_id, row.changed_at) == (company.expert.me, later)


def test_who_writes_over_what_he_has_not_seen_is_told_whose_it_is(company: Company) -> None:
    case = told(company.manager)
    later = TUESDAY + timedelta(hours=1)
    save_case(case_id=case, story=replace(STORY, year=2024), actor=company.expert, at=later)
    with pytest.raises(Conflict) as refused:
        save_case(case_id=case, story=STORY, actor=company.head, at=later, seen=TUESDAY)
    assert (refused.value.code, refused.value.params["who"]) == ("changed_meanwhile", "Олег Климов")
    assert case_row(case_id=case, viewer=company.head).year == 2024


def test_a_retired_case_is_nowhere_any_more(company: Company) -> None:
    case, stays = told(company.manager), told(company.manager, title="Склад на терминалах")
    retire_case(case_id=case, actor=company.expert, at=TUESDAY)
    assert [row.id for row in cases(viewer=company.manager)] == [stays]
    assert [one.case.id for one in comparable(lines=["опт"], viewer=company.manager)] == [stays]
    assert industries_told(viewer=company.manager) == {"опт": 1, "производство мебели": 1}
    for act in (
        lambda: case_row(case_id=case, viewer=company.manager),
        lambda: save_case(case_id=case, story=STORY, actor=company.manager, at=TUESDAY),
        lambda: retire_case(case_id=case, actor=company.manager, at=TUESDAY),
        lambda: retire_case(case_id=999_999, actor=company.manager, at=TUESDAY),
    ):
        with pytest.raises(NotFound):
            act()


# Rights


def test_a_partner_agent_neither_reads_nor_writes_here(company: Company) -> None:
    case = told(company.manager)
    agent = company.agent
    assert (cases(viewer=agent), industries_told(viewer=agent)) == ((), {})
    assert comparable(lines=["опт"], viewer=agent) == ()
    with pytest.raises(NotFound):
        case_row(case_id=case, viewer=agent)
    with pytest.raises(NotAllowed):
        told(agent)
    with pytest.raises(NotAllowed):
        save_case(case_id=case, story=STORY, actor=agent, at=TUESDAY)
    with pytest.raises(NotAllowed):
        retire_case(case_id=case, actor=agent, at=TUESDAY)
    assert titles(company.manager) == [STORY.title]


def test_strangers_and_tokens_without_the_scope_get_nothing(company: Company) -> None:
    case = told(company.manager)
    stranger = Actor(person_id=None, channel="public")
    narrow = replace(company.manager, channel="api", scopes=frozenset({"requests:write"}))
    reader = replace(company.manager, channel="api", scopes=frozenset({"deals:read"}))
    for viewer in (stranger, narrow):
        with pytest.raises(NotAllowed):
            cases(viewer=viewer)
        with pytest.raises(NotAllowed):
            case_row(case_id=case, viewer=viewer)
    assert titles(reader) == [STORY.title]
    with pytest.raises(NotAllowed):
        told(reader)


def test_only_a_person_tells_a_case(company: Company) -> None:
    with pytest.raises(Invalid) as refused:
        told(SYSTEM)
    assert refused.value.errors == {"title": "needs_a_person"}


# Finding


@pytest.mark.requirement("R53")
def test_the_library_is_sieved_by_industry_and_words(company: Company) -> None:
    manager = company.manager
    told(manager)
    told(
        manager,
        title="Ёмкости молочного завода",
        industries=("молочная продукция",),
        client_name="",
        year=2026,
    )
    told(manager, title="Без года", industries=("Опт",), year=None)
    assert titles(manager) == ["Ёмкости молочного завода", STORY.title, "Без года"]
    assert titles(manager, industry="ОПТ") == [STORY.title, "Без года"]
    assert titles(manager, industry="торговля") == []
    assert titles(manager, text="емкости ЗАВОДА") == ["Ёмкости молочного завода"]
    assert titles(manager, text="клён 2025") == [STORY.title]
    assert titles(manager, text="мебели", industry="опт") == [STORY.title]
    assert titles(manager, text="100% \x00") == []
    assert [*industries_told(viewer=manager).items()] == [
        ("опт", 2), ("молочная продукция", 1), ("производство мебели", 1),
    ]  # fmt: skip


@pytest.mark.requirement("R53")
def test_cases_of_the_clients_lines_of_business_are_proposed_best_first(company: Company) -> None:
    manager = company.manager
    both = told(manager, title="Обе", year=2010)
    alike = told(manager, title="Похожая", industries=("производство мебели и дверей",), year=2026)
    equal = told(manager, title="Та же", industries=("опт",), year=2024)
    told(manager, title="Чужая", industries=("медицинские услуги",), year=2026)
    told(manager, title="Ни о чём", industries=(), year=2026)
    found = comparable(lines=["Производство мебели", "ОПТ", "опт", "—"], viewer=manager)
    assert [(one.case.id, one.by) for one in found] == [
        (both, ("Производство мебели", "ОПТ")),
        (equal, ("ОПТ",)),
        (alike, ("Производство мебели",)),
    ]
    assert [
        one.case.id for one in comparable(lines=["Производство мебели", "опт"], viewer=manager, limit=1)
    ] == [both]
    assert comparable(lines=["ракеты"], viewer=manager) == ()


def test_a_slip_and_a_letter_yo_do_not_hide_a_case(company: Company) -> None:
    case = told(company.manager, industries=("лёгкая промышленность", "деревообработка"))
    for typed in ("Легкая промышленность", "промышленность лёгкая", "деревобработка"):
        (found,) = comparable(lines=[typed], viewer=company.manager)
        assert (found.case.id, found.by) == (case, (typed,))


def test_a_client_without_lines_of_business_costs_no_query(company: Company) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert comparable(lines=["", "—"], viewer=company.manager) == ()
    assert len(asked) == 0


def test_a_hundred_cases_cost_as_many_queries_as_one(company: Company) -> None:
    counts = []
    for more in (1, 20):
        for number in range(more):
            told(company.manager, title=f"Проект {number}")
        with CaptureQueriesContext(connection) as asked:
            assert len(cases(viewer=company.manager, industry="опт", text="проект")) >= more
            assert comparable(lines=["опт"], viewer=company.manager)
            assert industries_told(viewer=company.manager)
        counts.append(len(asked))
    assert counts == [3, 3]


# The demo's own


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_demo_has_something_to_show_to_clients_of_many_industries(db: None, language: Language) -> None:
    with moment():
        cast = found_demo(language=language, at=TUESDAY)
    library = cases(viewer=cast.head)
    assert len(library) == 8
    assert len({name for row in library for name in row.industries}) > 15
    assert all(any(letter.isdigit() for letter in row.result) for row in library), "facts that were measured"
    assert {bool(row.said_client) for row in library} == {True, False}
    trades = [trade["lines"][language] for trade in read("clients")["trades"]]
    assert sum(bool(comparable(lines=lines, viewer=cast.head)) for lines in trades) > len(trades) / 2
