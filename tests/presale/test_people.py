"""People: duties, rights, absence, hours, tokens."""

from datetime import date, time, timedelta

import pytest

from svyazka.presale.journal.values import Invalid, NotAllowed, NotFound
from svyazka.presale.people.commands import (
    Hours,
    LastAdministrator,
    Profile,
    TooManyDispatchers,
    cancel_absence,
    issue_token,
    override_day,
    record_absence,
    revoke_token,
    save_person,
    save_unit,
    set_preferences,
)
from svyazka.presale.people.models import Person, Token
from svyazka.presale.people.queries import directory, people_page, present, token_holder, tokens_of
from svyazka.presale.people.rights import DUTIES, RIGHTS, ROLES, SCOPES, may
from tests.company import TUESDAY, Company


def _profile(company: Company, person_id: int | None, **changed: object) -> Profile:
    card = directory().people[person_id or 0]
    surname, name = card.full_name.split()[:2]
    kept = {
        "email": card.email, "surname": surname, "given_name": name, "unit_id": card.unit_id, "duties": card.duties,
        "roles": tuple(card.roles),
    }  # fmt: skip
    return Profile(**(kept | changed))  # type: ignore[arg-type]


@pytest.mark.requirement("R02")
def test_a_third_dispatcher_is_refused(company: Company) -> None:
    second = _profile(company, company.manager.person_id, duties=frozenset({"dispatcher"}))
    save_person(profile=second, person_id=company.manager.person_id, actor=company.administrator, at=TUESDAY)
    third = _profile(company, company.expert.person_id, duties=frozenset({"dispatcher"}))
    with pytest.raises(TooManyDispatchers):
        save_person(
            profile=third, person_id=company.expert.person_id, actor=company.administrator, at=TUESDAY
        )


def test_a_dispatcher_who_leaves_frees_his_place_at_the_window(company: Company) -> None:
    left = _profile(company, company.dispatcher.person_id, is_active=False)
    save_person(profile=left, person_id=company.dispatcher.person_id, actor=company.administrator, at=TUESDAY)
    for person in (company.manager, company.expert):
        chosen = _profile(company, person.person_id, duties=frozenset({"dispatcher"}))
        save_person(profile=chosen, person_id=person.person_id, actor=company.administrator, at=TUESDAY)
    assert len(directory().active(duty="dispatcher")) == 2


def test_the_last_administrator_stays(company: Company) -> None:
    demoted = _profile(company, company.administrator.person_id, duties=frozenset())
    with pytest.raises(LastAdministrator):
        save_person(
            profile=demoted,
            person_id=company.administrator.person_id,
            actor=company.administrator,
            at=TUESDAY,
        )


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"email": "not an address"}, {"email": "bad_email"}),
        ({"email": "MANAGER@svyazka.example"}, {"email": "taken"}),
        ({"surname": " "}, {"surname": "required"}),
        ({"is_agent": True, "duties": frozenset({"head"})}, {"duties": "agents_have_no_duties"}),
        ({"unit_id": None, "duties": frozenset({"head"})}, {"unit": "heads_have_a_unit"}),
        ({"roles": ("king",)}, {"roles": "unknown_choice"}),
        ({"time_zone": "Moscow"}, {"time_zone": "unknown_choice"}),
    ],
)
def test_a_profile_that_cannot_be_is_refused_by_field(
    company: Company, changed: dict[str, object], errors: dict[str, str]
) -> None:
    wrong = _profile(company, company.expert.person_id, **changed)
    with pytest.raises(Invalid) as refused:
        save_person(
            profile=wrong, person_id=company.expert.person_id, actor=company.administrator, at=TUESDAY
        )
    assert refused.value.errors.items() >= errors.items()


def test_a_weak_password_is_refused(company: Company) -> None:
    profile = Profile("new@svyazka.example", "Новиков", "Яков")
    with pytest.raises(Invalid) as refused:
        save_person(profile=profile, actor=company.administrator, at=TUESDAY, password="12345")
    assert refused.value.errors == {"password": "weak_password"}


def test_only_an_administrator_changes_people(company: Company) -> None:
    with pytest.raises(NotAllowed):
        save_person(profile=Profile("x@svyazka.example", "Икс", "Яна"), actor=company.manager, at=TUESDAY)
    with pytest.raises(NotAllowed):
        save_unit(name="Ещё одно", kind="delivery", actor=company.head, at=TUESDAY)


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        (Hours(start=time(18), end=time(9)), "work_start"),
        (Hours(lunch=(time(7), time(8))), "work_start"),
        (Hours(time_zone="Moscow"), "time_zone"),
    ],
)
def test_hours_that_no_calendar_can_be_made_of_are_refused(
    company: Company, hours: Hours, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save_unit(name="Сервис", kind="delivery", hours=hours, actor=company.administrator, at=TUESDAY)
    assert field in refused.value.errors


def test_a_change_of_people_shows_to_the_next_who_looks(company: Company) -> None:
    before = directory()
    save_unit(name="Сервис", kind="delivery", actor=company.administrator, at=TUESDAY)
    assert "Сервис" not in {unit.name for unit in before.units.values()}
    assert "Сервис" in {unit.name for unit in directory().units.values()}


def test_an_overridden_day_counts_as_the_administrator_says(company: Company) -> None:
    saturday = date(2026, 11, 28)
    assert not directory().calendar.is_working_day(saturday)
    override_day(day=saturday, kind="work", note="отрабатываем", actor=company.administrator, at=TUESDAY)
    assert directory().calendar.is_working_day(saturday)
    override_day(day=saturday, kind=None, note="", actor=company.administrator, at=TUESDAY)
    assert not directory().calendar.is_working_day(saturday)


def test_a_circle_of_stand_ins_ends_with_the_person_himself(company: Company) -> None:
    today = TUESDAY.date()
    pair = (company.manager, company.other_manager)
    for away, instead in (pair, pair[::-1]):
        record_absence(
            person_id=away.me, since=today, until=today, stand_in_id=instead.person_id, actor=away, at=TUESDAY
        )
    assert present(company.manager.me, at=TUESDAY, people=directory()) == company.manager.person_id


def test_a_head_notes_absences_of_his_own_unit_only(company: Company) -> None:
    today = TUESDAY.date()
    noted = record_absence(
        person_id=company.expert.me,
        since=today,
        until=today,
        stand_in_id=None,
        actor=company.head,
        at=TUESDAY,
    )
    with pytest.raises(NotFound):
        record_absence(
            person_id=company.manager.me,
            since=today,
            until=today,
            stand_in_id=None,
            actor=company.head,
            at=TUESDAY,
        )
    own = record_absence(
        person_id=company.manager.me,
        since=today,
        until=today,
        stand_in_id=None,
        actor=company.manager,
        at=TUESDAY,
    )
    with pytest.raises(NotFound):
        cancel_absence(absence_id=own, actor=company.head, at=TUESDAY)
    cancel_absence(absence_id=noted, actor=company.head, at=TUESDAY)
    rows = {row.card.id: row.absences for row in people_page(viewer=company.owner, at=TUESDAY)}
    assert rows[company.expert.me] == ()


def test_preferences_accept_only_what_pages_can_show(company: Company) -> None:
    for language, zone, theme in (
        ("de", "Europe/Moscow", "auto"),
        ("ru", "Nowhere", "auto"),
        ("ru", "UTC", "pink"),
    ):
        with pytest.raises(Invalid):
            set_preferences(language=language, time_zone=zone, theme=theme, actor=company.manager, at=TUESDAY)


def test_a_token_speaks_for_its_person_until_it_expires_or_is_revoked(company: Company) -> None:
    secret = issue_token(
        person_id=company.manager.me, name="касса", scopes=["deals:read"], actor=company.manager, at=TUESDAY,
        life=timedelta(days=1),
    )  # fmt: skip
    holder = token_holder(secret, at=TUESDAY)
    assert holder is not None
    assert holder.actor.person_id == company.manager.person_id
    assert not may(holder.actor, "deal.advance", {"manager"})  # the scope is for reading only
    assert token_holder(secret, at=TUESDAY + timedelta(days=2)) is None
    assert token_holder(secret + "x", at=TUESDAY) is None
    row = tokens_of(viewer=company.manager)[0]
    with pytest.raises(NotFound):
        revoke_token(token_id=row.id, actor=company.other_manager, at=TUESDAY)
    revoke_token(token_id=row.id, actor=company.manager, at=TUESDAY)
    assert token_holder(secret, at=TUESDAY) is None


def test_the_database_keeps_no_token_that_could_be_used(company: Company) -> None:
    secret = issue_token(
        person_id=company.manager.me, name="", scopes=["deals:read"], actor=company.manager, at=TUESDAY
    )
    assert secret not in str(list(Token.objects.values()))


def test_whoever_leaves_loses_his_tokens_at_once(company: Company) -> None:
    secret = issue_token(
        person_id=company.manager.me, name="", scopes=["deals:read"], actor=company.manager, at=TUESDAY
    )
    gone = _profile(company, company.manager.person_id, is_active=False)
    save_person(profile=gone, person_id=company.manager.person_id, actor=company.administrator, at=TUESDAY)
    assert token_holder(secret, at=TUESDAY) is None


def test_nobody_gets_a_token_for_somebody_else_or_with_unknown_scopes(company: Company) -> None:
    with pytest.raises(NotAllowed):
        issue_token(
            person_id=company.administrator.me, name="", scopes=["admin"], actor=company.manager, at=TUESDAY
        )
    with pytest.raises(Invalid):
        issue_token(person_id=company.manager.me, name="", scopes=["all"], actor=company.manager, at=TUESDAY)


def test_the_table_of_rights_names_only_duties_seats_and_scopes_that_exist() -> None:
    for rule in RIGHTS.values():
        assert rule.duties <= {*DUTIES, "participant", "agent"}
        assert rule.seats <= {
            *ROLES, "dispatcher", "shadow", "performer", "controller", "going", "planner", "oneself", "unit_head",
            "author",
        }  # fmt: skip
        assert rule.scope in SCOPES


def test_a_partner_agent_has_only_the_agents_right(company: Company) -> None:
    assert [right for right in RIGHTS if may(company.agent, right)] == ["request.receive"]


def test_whoever_comes_back_finds_no_old_token_and_no_old_session(company: Company) -> None:
    secret = issue_token(
        person_id=company.manager.me, name="", scopes=["deals:read"], actor=company.manager, at=TUESDAY
    )
    before = Person.objects.get(pk=company.manager.me).get_session_auth_hash()
    for is_active in (False, True):
        profile = _profile(company, company.manager.person_id, is_active=is_active)
        save_person(
            profile=profile, person_id=company.manager.person_id, actor=company.administrator, at=TUESDAY
        )
    assert token_holder(secret, at=TUESDAY) is None
    assert Person.objects.get(pk=company.manager.me).get_session_auth_hash() != before
