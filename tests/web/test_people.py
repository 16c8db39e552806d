"""Who is here, what he may be on a deal, when he is away, and which days we work."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.test import Client
from django.utils import timezone

from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import Profile, record_absence, save_person
from svyazka.presale.people.queries import (
    PersonCard,
    actor_by_email,
    day_overrides,
    directory,
    name_parts,
    people_page,
)
from tests.company import TUESDAY, Company, whole_request
from tests.web.visitors import browser_of, queries, read

NEW = {
    "surname": "Ясный", "given_name": "Лев", "patronymic": "", "email": "lev@svyazka.example", "unit": "", "roles": ["expert"],
    "presale_hours": "12", "language": "ru", "time_zone": "Asia/Omsk", "password": "",
}  # fmt: skip


@pytest.fixture
def administrator(company: Company) -> Client:
    return browser_of(company.administrator)


def card_of(actor: Actor) -> PersonCard:
    return directory().people[actor.me]


def typed(actor: Actor, **changed: Any) -> dict[str, Any]:
    """The edit form of a person as it stands on the page, with something changed."""
    card, name = card_of(actor), name_parts(person_id=actor.me, viewer=actor)
    form: dict[str, Any] = {
        "surname": name.surname, "given_name": name.given_name, "patronymic": name.patronymic, "email": card.email,
        "unit": card.unit_id or "", "duties": sorted(card.duties), "roles": sorted(card.roles),
        "presale_hours": card.presale_hours, "language": card.language, "time_zone": card.time_zone, "is_active": "on",
    }  # fmt: skip
    return form | changed


def absent(actor: Actor, days: int = 3, stand_in: Actor | None = None) -> int:
    today = timezone.localdate()
    return record_absence(
        person_id=actor.me, since=today, until=today + timedelta(days=days),
        stand_in_id=stand_in.me if stand_in else None, actor=actor, at=TUESDAY,
    )  # fmt: skip


# Seeing


@pytest.mark.requirement("R50")
def test_everybody_sees_units_people_roles_and_who_is_at_the_window(company: Company) -> None:
    html = read(browser_of(company.programmer, "ru"), "/people/")
    for words in (
        "Продажи",
        "Производство",
        "Климов Олег",
        "лидогенератор, эксперт",
        "владелец процесса",
        "Дымов Роман",
    ):
        assert words in html
    assert "09:00–18:00, обед 13:00–14:00, Москва, UTC+3" in html
    window = html[html.index("Сегодня в едином окне") :]
    assert window.index("Анна Ракитина") < window.index("<form")
    assert "/people/new/" not in html


@pytest.mark.requirement("R02")
def test_a_stand_in_is_shown_at_the_window_and_beside_the_absent(company: Company) -> None:
    absent(company.dispatcher, stand_in=company.manager)
    html = read(browser_of(company.programmer), "/people/")
    assert "instead of Анна Ракитина" in html
    assert "covered by Мария Серова" in html


def test_people_are_sieved_by_role_and_competence(administrator: Client, company: Company) -> None:
    form = typed(company.expert, skill_name=["MES"], skill_level=["3"])
    administrator.post(f"/people/{company.expert.me}/edit/", form)
    by_skill = read(administrator, "/people/?skill=MES")
    assert ("Климов" in by_skill, "Титов" in by_skill) == (True, False)
    by_role = read(administrator, "/people/?role=estimator")
    assert ("Яшина" in by_role, "Климов" in by_role) == (True, False)


@pytest.mark.parametrize("path", ["", "new/", "units/new/", "units/1/", "company/", "days/", "1/", "1/edit/"])
def test_a_partner_agent_finds_nothing_here(company: Company, path: str) -> None:
    assert browser_of(company.agent).get(f"/people/{path}").status_code == 404


@pytest.mark.parametrize("path", ["new/", "units/new/", "units/1/", "company/", "1/edit/"])
def test_only_administrators_open_the_forms(company: Company, path: str) -> None:
    answer = browser_of(company.head).get(f"/people/{path}")
    assert answer.status_code == 403
    assert "administrator" in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["new/", "units/new/", "units/1/", "company/", "1/edit/", "1/password/", "days/", "days/remove/"]
)
def test_only_administrators_change_anything(company: Company, path: str) -> None:
    form = {**NEW, "day": "2026-12-31", "kind": "off"}
    before = (people_page(viewer=company.administrator, at=TUESDAY), directory(), day_overrides())
    assert browser_of(company.head).post(f"/people/{path}", form).status_code == 403
    assert (people_page(viewer=company.administrator, at=TUESDAY), directory(), day_overrides()) == before


@pytest.mark.parametrize("path", ["999/", "999/edit/", "units/999/"])
def test_nobody_and_nothing_is_not_found(administrator: Client, path: str) -> None:
    assert administrator.get(f"/people/{path}").status_code == 404


def test_the_people_page_costs_the_same_for_eleven_and_for_fifty(
    administrator: Client, company: Company
) -> None:
    few = queries(administrator, "/people/")
    for place in range(40):
        profile = Profile(
            f"p{place}@svyazka.example",
            "Новый",
            f"Н{place}",
            unit_id=company.sales_unit,
            skills=(("WMS", 1),),
        )
        save_person(profile=profile, actor=company.administrator, at=TUESDAY)
    assert queries(administrator, "/people/") == few


# Adding and changing


@pytest.mark.requirement("R33")
def test_a_person_is_added_with_a_password_that_is_shown_once_and_works(administrator: Client) -> None:
    answer = administrator.post("/people/new/", NEW | {"skill_name": ["ЗУП", ""], "skill_level": ["2", ""]})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    password = html.split('people__secret">')[1].split("</code>")[0]
    assert authenticate(username="lev@svyazka.example", email="lev@svyazka.example", password=password)
    actor = actor_by_email("lev@svyazka.example", "web")
    assert actor is not None
    assert password not in read(administrator, f"/people/{actor.me}/")
    row = next(row for row in people_page(viewer=actor, at=TUESDAY) if row.card.id == actor.me)
    assert [(skill.competence, skill.level) for skill in row.skills] == [("ЗУП", 2)]
    assert (row.card.presale_hours, row.card.time_zone, row.card.roles) == (
        12,
        "Asia/Omsk",
        frozenset({"expert"}),
    )


def test_a_typed_first_password_is_not_shown(administrator: Client) -> None:
    answer = administrator.post("/people/new/", NEW | {"password": "длинная-фраза-77"})
    assert answer.status_code == 303
    assert get_user_model().objects.get(email="lev@svyazka.example").check_password("длинная-фраза-77")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "no"}, "not an e-mail address"),
        ({"email": "admin@svyazka.example"}, "taken already"),
        ({"surname": "  "}, "required"),
        ({"password": "short"}, "Ten characters"),
        ({"duties": ["head"]}, "choose one"),
        ({"is_agent": "on", "duties": ["process_owner"]}, "no duties"),
        ({"unit": "999"}, "valid choice"),
        ({"roles": ["king"]}, "valid choice"),
        ({"presale_hours": "-1"}, "greater than"),
        ({"time_zone": "Mars/Base"}, "valid choice"),
        ({"surname": "я" * 61}, "at most 60"),
        ({"skill_name": ["MES"], "skill_level": [""]}, "Choose a level"),
        ({"skill_name": [""], "skill_level": ["3"]}, "Name the competence"),
        ({"skill_name": ["я" * 81], "skill_level": ["3"]}, "80 characters"),
    ],
)  # fmt: skip
def test_a_wrong_profile_is_refused_with_words_and_comes_back_as_typed(
    administrator: Client, wrong: dict[str, Any], words: str
) -> None:
    answer = administrator.post("/people/new/", NEW | {"given_name": "<Лев>"} | wrong)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert "&lt;Лев&gt;" in html
    assert not get_user_model().objects.filter(surname="Ясный").exists()


@pytest.mark.requirement("R02")
def test_a_third_dispatcher_is_refused_with_the_names_of_the_two(
    administrator: Client, company: Company
) -> None:
    path = f"/people/{company.manager.me}/edit/"
    assert administrator.post(path, typed(company.manager, duties=["dispatcher"])).status_code == 303
    answer = administrator.post(
        f"/people/{company.expert.me}/edit/", typed(company.expert, duties=["dispatcher"])
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "both places are taken" in html
    assert "Анна Ракитина" in html
    assert "Мария Серова" in html
    assert "dispatcher" not in card_of(company.expert).duties


def test_the_last_administrator_stays(administrator: Client, company: Company) -> None:
    path = f"/people/{company.administrator.me}/edit/"
    for form in (typed(company.administrator, duties=[]), typed(company.administrator, is_active="")):
        answer = administrator.post(path, form)
        assert answer.status_code == 422
        assert "Appoint another one first" in answer.content.decode()
    assert card_of(company.administrator).is_active


@pytest.mark.requirement("R02")
def test_whoever_leaves_gives_his_place_at_the_window_back(administrator: Client, company: Company) -> None:
    form = typed(company.dispatcher)
    del form["is_active"]
    assert administrator.post(f"/people/{company.dispatcher.me}/edit/", form).status_code == 303
    card = card_of(company.dispatcher)
    assert (card.is_active, card.duties) == (False, frozenset())
    html = read(administrator, "/people/")
    assert "1 person has left" in html
    assert "nobody yet; add a person" in html


def test_saving_the_form_untouched_changes_nothing(administrator: Client, company: Company) -> None:
    administrator.post(
        f"/people/{company.head.me}/edit/", typed(company.head, skill_name=["WMS"], skill_level=["3"])
    )
    before = people_page(viewer=company.administrator, at=TUESDAY)
    form = typed(company.head, skill_name=["WMS", "", "", ""], skill_level=["3", "", "", ""])
    assert administrator.post(f"/people/{company.head.me}/edit/", form).status_code == 303
    assert people_page(viewer=company.administrator, at=TUESDAY) == before


def test_a_lost_password_is_replaced_and_its_holder_signed_out(
    administrator: Client, company: Company
) -> None:
    theirs = browser_of(company.expert)
    before = people_page(viewer=company.administrator, at=TUESDAY)
    answer = administrator.post(f"/people/{company.expert.me}/password/")
    password = answer.content.decode().split('people__secret">')[1].split("</code>")[0]
    assert answer["Cache-Control"] == "no-store"
    assert get_user_model().objects.get(pk=company.expert.me).check_password(password)
    assert theirs.get("/people/").status_code == 302
    assert [row.card.duties for row in people_page(viewer=company.administrator, at=TUESDAY)] == [
        row.card.duties for row in before
    ]


# Absence


def away_form(stand_in: Actor | None = None, since: str = "", until: str = "") -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "since": since or today.isoformat(), "until": until or (today + timedelta(days=2)).isoformat(),
        "stand_in": stand_in.me if stand_in else "",
    }  # fmt: skip


def test_one_notes_ones_own_days_away_and_takes_them_back(company: Company) -> None:
    mine = browser_of(company.expert)
    path = f"/people/{company.expert.me}/"
    assert mine.post(f"{path}absence/", away_form(company.head)).status_code == 303
    html = read(mine, path)
    assert "covered by Игорь Титов" in html
    row = next(
        row
        for row in people_page(viewer=company.expert, at=timezone.now())
        if row.card.id == company.expert.me
    )
    (absence,) = row.absences
    assert mine.post(f"{path}absence/{absence.id}/cancel/").status_code == 303
    assert "None planned" in read(mine, path)


def test_who_goes_away_is_told_what_falls_due_meanwhile(company: Company) -> None:
    whole_request(company, timezone.now())
    mine = browser_of(company.dispatcher)
    path = f"/people/{company.dispatcher.me}/"
    mine.post(
        f"{path}absence/",
        away_form(company.head, until=(timezone.localdate() + timedelta(days=30)).isoformat()),
    )
    assert "3 commitments fall due before the return: hand them over." in read(mine, path)


@pytest.mark.parametrize(("who", "status"), [("head", 303), ("administrator", 303), ("other_manager", 403)])
def test_days_away_of_others_are_for_their_head_and_administrators(
    company: Company, who: str, status: int
) -> None:
    browser = browser_of(getattr(company, who))
    assert browser.post(f"/people/{company.expert.me}/absence/", away_form()).status_code == status


def test_a_head_has_no_say_over_another_unit(company: Company) -> None:
    head = browser_of(company.head)
    path = f"/people/{company.manager.me}/absence/"
    assert head.post(path, away_form()).status_code == 404
    absence = absent(company.manager)
    assert head.post(f"{path}{absence}/cancel/").status_code == 404
    assert "Record an absence" not in read(head, f"/people/{company.manager.me}/")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"since": "2026-12-10", "until": "2026-12-01"}, "before the beginning"),
        ({"since": "", "until": "2026-12-01"}, "required"),
        ({"since": "tomorrow", "until": "2026-12-01"}, "valid date"),
        ({"since": "2026-12-01", "until": "2026-12-01", "stand_in": "999"}, "valid choice"),
        ({"since": "2026-12-01", "until": "2026-12-01", "stand_in": "self"}, "valid choice"),
    ],
)
def test_impossible_days_away_are_refused_on_the_page(
    company: Company, form: dict[str, str], words: str
) -> None:
    if form.get("stand_in") == "self":
        form = form | {"stand_in": str(company.expert.me)}
    answer = browser_of(company.expert).post(f"/people/{company.expert.me}/absence/", form)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert "2026-12-01" in html


# Units, hours, days


@pytest.mark.requirement("R50")
def test_a_unit_is_added_with_its_own_hours_and_changed(administrator: Client) -> None:
    form = {
        "name": "Интеграции", "kind": "delivery", "time_zone": "Asia/Yekaterinburg", "start": "08:30", "end": "17:00",
        "lunch_start": "", "lunch_end": "",
    }  # fmt: skip
    assert administrator.post("/people/units/new/", form).status_code == 303
    unit = next(unit for unit in directory().units.values() if unit.name == "Интеграции")
    assert "08:30–17:00, no break, Yekaterinburg, UTC+5" in read(administrator, "/people/")
    changed = form | {"name": "Интеграции и ЭДО", "lunch_start": "12:00", "lunch_end": "12:30"}
    assert administrator.post(f"/people/units/{unit.id}/", changed).status_code == 303
    assert directory().units[unit.id].calendar.lunch is not None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "required"),
        ({"name": "Продажи"}, "taken already"),
        ({"end": "08:00"}, "Hours go forward"),
        ({"lunch_start": "20:00", "lunch_end": "21:00"}, "Hours go forward"),
        ({"start": "09:00", "end": "09:30", "lunch_start": "", "lunch_end": ""}, "longer than an hour"),
        ({"lunch_end": ""}, "both ends"),
        ({"start": "25:00"}, "valid time"),
        ({"kind": "other"}, "valid choice"),
    ],
)
def test_hours_that_no_calendar_can_be_made_of_are_refused(
    administrator: Client, wrong: dict[str, str], words: str
) -> None:
    form = {
        "name": "Новое", "kind": "delivery", "time_zone": "Europe/Moscow", "start": "09:00", "end": "18:00",
        "lunch_start": "13:00", "lunch_end": "14:00",
    }  # fmt: skip
    answer = administrator.post("/people/units/new/", form | wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert read(administrator, "/people/")


def test_the_company_has_a_name_and_hours_of_its_own(administrator: Client, company: Company) -> None:
    form = {
        "name": "Меридиан", "language": "ru", "time_zone": "Europe/Samara", "start": "09:00", "end": "17:30",
        "lunch_start": "12:00", "lunch_end": "12:30",
    }  # fmt: skip
    assert administrator.post("/people/company/", form).status_code == 303
    assert (directory().workspace_name, directory().calendar.zone) == ("Меридиан", "Europe/Samara")
    assert 'value="Меридиан"' in read(administrator, "/people/company/")
    assert administrator.post("/people/company/", form | {"end": "08:00"}).status_code == 422


def test_a_day_is_kept_differently_beside_the_calendars_own_reading_and_taken_back(
    administrator: Client, company: Company
) -> None:
    form = {"day": "2026-08-07", "kind": "off", "note": "день компании"}
    answer = administrator.post("/people/days/", form)
    assert (answer.status_code, answer["Location"]) == (303, "/people/days/?year=2026")
    html = read(browser_of(company.programmer), "/people/days/?year=2026")
    assert "people__day--off people__day--ours" in html
    assert "день компании" in html
    assert "a working day" in html
    assert "/people/days/remove/" not in html
    administrator.post("/people/days/remove/", {"day": "2026-08-07"})
    assert day_overrides() == ()


def test_the_year_shows_russian_holidays_and_shorter_days(company: Company) -> None:
    html = read(browser_of(company.programmer, "ru"), "/people/days/?year=2025")
    assert "В году 247 рабочих дней" in html
    november = html[html.index("Ноябрь") : html.index("Декабрь")]
    assert (
        '<td class="people__day">1*' in november
    )  # the working Saturday of 1 November 2025, an hour shorter


@pytest.mark.parametrize("year", ["", "x", "99999999999999999999", "1", "2101", "٢٠٢٦", "-5"])
def test_a_year_that_is_none_shows_the_present_one(company: Company, year: str) -> None:
    html = read(browser_of(company.programmer), f"/people/days/?year={year}")
    assert f"Working days of {timezone.localdate().year}" in html


@pytest.mark.parametrize(
    "form",
    [
        {"day": "", "kind": "off"},
        {"day": "2026-02-30", "kind": "off"},
        {"day": "1826-02-03", "kind": "off"},
        {"day": "2026-08-07", "kind": "party"},
        {"day": "2026-08-07", "kind": "off", "note": "я" * 121},
    ],
)
def test_a_wrong_day_is_refused_and_comes_back(administrator: Client, form: dict[str, str]) -> None:
    answer = administrator.post("/people/days/", form)
    assert answer.status_code == 422
    assert "data-errors" in answer.content.decode()
    assert day_overrides() == ()
