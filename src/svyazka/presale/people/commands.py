"""All writes about people, units, working hours and tokens."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from svyazka.engine.worktime import WorkCalendar
from svyazka.presale.journal.commands import WORKSPACE, Act, lock_journal, record
from svyazka.presale.journal.moment import command, forget
from svyazka.presale.journal.values import Actor, Invalid, Json, NotFound, line
from svyazka.presale.people.models import (
    Absence,
    Competence,
    DayOverride,
    Person,
    Skill,
    Token,
    Unit,
    Workspace,
)
from svyazka.presale.people.queries import directory, secret_digest
from svyazka.presale.people.rights import ROLES, SCOPES, may, require

TOKEN_LIFE = timedelta(days=365)


class TooManyDispatchers(Invalid):
    """A third dispatcher: one or two people answer for the single window, no more."""

    code = "too_many_dispatchers"


class LastAdministrator(Invalid):
    """The last active administrator can't be taken away."""

    code = "last_administrator"


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours in a zone; ``lunch`` is None where there is no break."""

    time_zone: str = "Europe/Moscow"
    start: time = time(9)
    end: time = time(18)
    lunch: tuple[time, time] | None = (time(13), time(14))


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that is set on a person at once."""

    email: str
    surname: str
    given_name: str
    patronymic: str = ""
    unit_id: int | None = None
    duties: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    is_agent: bool = False
    is_active: bool = True
    presale_hours: int = 8
    language: str = "ru"
    time_zone: str = "Europe/Moscow"
    skills: tuple[tuple[str, int], ...] = field(default=())


def touch_settings() -> None:
    """Make every process read the directory anew.

    The journal's lock comes first: an act that makes a place for somebody's address holds it when it gets here.
    """
    lock_journal()
    if not Workspace.objects.filter(pk=1).update(revision=secrets.randbits(62)):
        Workspace.objects.create(pk=1, revision=secrets.randbits(62))
    forget()


def _say(act: str, actor: Actor, at: datetime, **data: Json) -> None:
    record(chain=WORKSPACE, act=Act(act, data), actor=actor, at=at)


@command
def set_workspace(
    *,
    name: str,
    language: str,
    hours: Hours,
    actor: Actor,
    at: datetime,
    names_in_messages: bool | None = None,
) -> None:
    """Name the company and set the hours that hold where no unit's do.

    :param names_in_messages: whether letters and messengers may name clients; None leaves it as it is
    """
    require(actor, "people.change")
    if errors := _wrong_hours(hours):
        raise Invalid(errors=errors)
    lock_journal()
    called = line(name, 120) or "Svyazka"
    values = {"name": called, "language": language, **_columns(hours)}
    if names_in_messages is not None:
        values["names_in_messages"] = names_in_messages
    Workspace.objects.update_or_create(pk=1, defaults=values)
    touch_settings()
    _say("workspace.changed", actor, at, language=language)


def _wrong_hours(hours: Hours) -> dict[str, str]:
    """Hours that no calendar can be made of would break every page that reads one."""
    if not is_zone(hours.time_zone):
        return {"time_zone": "unknown_choice"}
    try:
        WorkCalendar(zone=hours.time_zone, start=hours.start, end=hours.end, lunch=hours.lunch)
    except ValueError:
        return {"work_start": "hours_go_forward"}
    return {}


def is_zone(name: str) -> bool:
    """Whether this is a time zone's IANA name."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _columns(hours: Hours) -> dict[str, object]:
    lunch = hours.lunch or (None, None)
    return {
        "time_zone": hours.time_zone, "work_start": hours.start, "work_end": hours.end,
        "lunch_start": lunch[0], "lunch_end": lunch[1],
    }  # fmt: skip


@command
def save_unit(
    *,
    name: str,
    kind: str,
    actor: Actor,
    at: datetime,
    hours: Hours | None = None,
    unit_id: int | None = None,
) -> int:
    """Add a unit or change the one with ``unit_id``. Returns its id.

    :raises Invalid: no name, a kind other than ``sales``/``delivery``, hours that end before they begin
    """
    require(actor, "people.change")
    hours = hours or Hours()
    name = line(name, 80)
    errors: dict[str, str] = {}
    if not name:
        errors["name"] = "required"
    elif Unit.objects.filter(name=name).exclude(pk=unit_id or 0).exists():
        errors["name"] = "taken"
    if kind not in {Unit.SALES, Unit.DELIVERY}:
        errors["kind"] = "unknown_choice"
    errors |= _wrong_hours(hours)
    if errors:
        raise Invalid(errors=errors)
    values = {"name": name, "kind": kind, **_columns(hours)}
    if unit_id is None:
        unit_id = Unit.objects.create(**values).pk
    elif not Unit.objects.filter(pk=unit_id).update(**values):
        raise NotFound
    touch_settings()
    _say("unit.saved", actor, at, unit=unit_id, kind=kind)
    return unit_id


@command
def save_person(
    *, profile: Profile, actor: Actor, at: datetime, person_id: int | None = None, password: str | None = None
) -> int:
    """Add a person, or change the one with ``person_id`` to exactly this profile. Returns the id.

    The first person of an empty workspace may be added by anybody at the console. Who leaves (``is_active`` false)
    lays his duties down: his place at the window is free again, his password and tokens are gone.

    :raises Invalid: per field what to mend
    :raises TooManyDispatchers: two others answer for the window already
    :raises LastAdministrator: nobody would be left to administer
    """
    if not (actor.channel == "cli" and not Person.objects.exists()):
        require(actor, "people.change")
    person = Person()
    lock_journal()  # before his row: acts that tell him something take the two in this order
    if person_id is not None:
        known = Person.objects.select_for_update().filter(pk=person_id).first()
        if known is None:
            raise NotFound
        person = known
    if not profile.is_active:
        profile = replace(profile, duties=frozenset())
    _check_profile(profile, person.pk, password)
    _keep_an_administrator(person, profile)
    person.email = profile.email.strip().lower()
    person.surname = line(profile.surname, 60)
    person.given_name = line(profile.given_name, 60)
    person.patronymic = line(profile.patronymic, 60)
    person.unit_id, person.is_agent, person.is_active = profile.unit_id, profile.is_agent, profile.is_active
    person.is_administrator = "administrator" in profile.duties
    person.is_process_owner = "process_owner" in profile.duties
    person.is_head = "head" in profile.duties
    person.dispatcher_slot = _dispatcher_slot(person) if "dispatcher" in profile.duties else None
    person.roles = [role for role in ROLES if role in profile.roles]
    person.presale_hours = profile.presale_hours
    person.language, person.time_zone = profile.language, profile.time_zone
    if password is not None:
        person.set_password(password)
    elif person_id is None:
        person.set_unusable_password()
    elif not profile.is_active:
        person.set_unusable_password()  # a part of each session's key: none outlives the dismissal
    person.save()
    shut_out = not profile.is_active or (password is not None and actor.person_id != person.pk)
    if shut_out:
        Token.objects.filter(person=person, revoked_at=None).update(revoked_at=at)
    _set_skills(person, profile.skills)
    touch_settings()
    duties: list[Json] = [*sorted(profile.duties)]
    _say(
        "person.saved",
        actor,
        at,
        person=person.pk,
        duties=duties,
        roles=[*person.roles],
        active=person.is_active,
        shut_out=shut_out,
    )
    return person.pk


def _check_profile(profile: Profile, person_id: int | None, password: str | None) -> None:
    errors = {}
    try:
        validate_email(profile.email.strip())
    except ValidationError:
        errors["email"] = "bad_email"
    if (
        "email" not in errors
        and Person.objects.filter(email__iexact=profile.email.strip()).exclude(pk=person_id or 0).exists()
    ):
        errors["email"] = "taken"
    errors |= {name: "required" for name in ("surname", "given_name") if not getattr(profile, name).strip()}
    if profile.is_agent and profile.duties:
        errors["duties"] = "agents_have_no_duties"
    if "head" in profile.duties and profile.unit_id is None:
        errors["unit"] = "heads_have_a_unit"
    if not set(profile.roles) <= set(ROLES):
        errors["roles"] = "unknown_choice"
    if not is_zone(profile.time_zone):
        errors["time_zone"] = "unknown_choice"
    if password is not None:
        try:
            validate_password(password)
        except ValidationError:
            errors["password"] = "weak_password"  # noqa: S105 (a code, not a password)
    if errors:
        raise Invalid(errors=errors)


def _keep_an_administrator(person: Person, profile: Profile) -> None:
    leaves = (
        person.pk
        and person.is_administrator
        and not ("administrator" in profile.duties and profile.is_active)
    )
    others = Person.objects.filter(is_administrator=True, is_active=True).exclude(pk=person.pk or 0)
    if leaves and not others.exists():
        raise LastAdministrator


def _dispatcher_slot(person: Person) -> int:
    if person.dispatcher_slot is not None:
        return person.dispatcher_slot
    taken = set(Person.objects.exclude(dispatcher_slot=None).values_list("dispatcher_slot", flat=True))
    free = sorted({1, 2} - taken)
    if not free:
        raise TooManyDispatchers
    return free[0]


def _set_skills(person: Person, skills: Iterable[tuple[str, int]]) -> None:
    wanted = {line(name, 80): level for name, level in skills if name.strip()}
    Skill.objects.filter(person=person).exclude(competence__name__in=wanted).delete()
    for name, level in wanted.items():
        competence, _ = Competence.objects.get_or_create(name=name)
        Skill.objects.update_or_create(
            person=person, competence=competence, defaults={"level": min(3, max(1, level))}
        )


@command
def set_preferences(*, language: str, time_zone: str, theme: str, actor: Actor, at: datetime) -> None:
    """A person chooses how the pages look to him."""
    del at  # how one's own pages look is not an act for the journal
    if language not in {"ru", "en"} or theme not in {"auto", "light", "dark"}:
        raise Invalid(errors={"language": "unknown_choice"})
    if not is_zone(time_zone):
        raise Invalid(errors={"time_zone": "unknown_choice"})
    Person.objects.filter(pk=actor.me).update(language=language, time_zone=time_zone, theme=theme)
    touch_settings()


@command
def record_absence(
    *, person_id: int, since: date, until: date, stand_in_id: int | None, actor: Actor, at: datetime
) -> int:
    """Note that a person is away, both days included, and who answers instead. Returns the absence's id.

    :raises Invalid: days in the wrong order, or somebody standing in for himself
    """
    may_note_for(actor, person_id)
    errors = {}
    if until < since:
        errors["until"] = "ends_before_it_begins"
    if stand_in_id == person_id:
        errors["stand_in"] = "stand_in_is_another"
    if errors:
        raise Invalid(errors=errors)
    absence = Absence.objects.create(person_id=person_id, since=since, until=until, stand_in_id=stand_in_id)
    touch_settings()
    _say(
        "person.away", actor, at,
        person=person_id, since=since.isoformat(), until=until.isoformat(), stand_in=stand_in_id,
    )  # fmt: skip
    return absence.pk


def may_note_for(actor: Actor, person_id: int) -> None:
    """Days away and projects: everybody notes his own; a head his people's; an administrator anybody's.

    :raises NotAllowed: the actor is neither
    :raises NotFound: there is no such person, or he is of another unit than the head
    """
    if actor.person_id == person_id:
        return
    require(actor, "people.absence")
    card = directory().people.get(person_id)
    if card is None or not (may(actor, "people.change") or card.unit_id == actor.unit_id):
        raise NotFound


@command
def cancel_absence(*, absence_id: int, actor: Actor, at: datetime) -> None:
    """Take an absence back."""
    absence = Absence.objects.select_for_update().filter(pk=absence_id).first()
    if absence is None:
        raise NotFound
    person_id = absence.person_id
    may_note_for(actor, person_id)
    absence.delete()
    touch_settings()
    _say("person.back", actor, at, person=person_id)


@command
def override_day(*, day: date, kind: str | None, note: str, actor: Actor, at: datetime) -> None:
    """Keep a day as ``off``, ``work`` or ``short`` whatever the production calendar says; None takes it back."""
    require(actor, "people.change")
    if kind is None:
        DayOverride.objects.filter(day=day).delete()
    elif kind in {"off", "work", "short"}:
        DayOverride.objects.update_or_create(day=day, defaults={"kind": kind, "note": line(note, 120)})
    else:
        raise Invalid(errors={"kind": "unknown_choice"})
    touch_settings()
    _say("calendar.changed", actor, at, day=day.isoformat(), kind=kind)


@command
def issue_token(
    *,
    person_id: int,
    name: str,
    scopes: Iterable[str],
    actor: Actor,
    at: datetime,
    life: timedelta = TOKEN_LIFE,
) -> str:
    """Give a person an API token. Returns the secret, which is shown this once and never again.

    One's own token needs no right; another person's needs ``people.change``.

    :raises Invalid: an unknown scope, or a life that isn't positive
    """
    if actor.person_id != person_id:
        require(actor, "people.change")
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(SCOPES):
        raise Invalid(errors={"scopes": "unknown_choice"}, known=list(SCOPES))
    if life <= timedelta(0):
        raise Invalid(errors={"life": "not_positive"})
    secret = "svz_" + secrets.token_urlsafe(32)
    token = Token.objects.create(
        person_id=person_id, name=line(name, 80) or "API", digest=secret_digest(secret), scopes=wanted, created_at=at,
        expires_at=at + life,
    )  # fmt: skip
    _say("token.issued", actor, at, token=token.pk, person=person_id, scopes=[*wanted])
    return secret


@command
def revoke_token(*, token_id: int, actor: Actor, at: datetime) -> None:
    """End a token at once. Somebody else's token answers as if there were none, unless one administers."""
    token = Token.objects.select_for_update().filter(pk=token_id, revoked_at=None).first()
    if token is None or (token.person_id != actor.person_id and not may(actor, "people.change")):
        raise NotFound
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    _say("token.revoked", actor, at, token=token_id)


def note_token_use(*, token_id: int, day: date) -> None:
    """Keep the day a token was last used. Once a day at most, so that reads stay reads nearly always."""
    Token.objects.filter(pk=token_id).exclude(last_used_on=day).update(last_used_on=day)
