"""Reads about people: the directory that every page needs, actors, absence, tokens."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from svyazka.engine.worktime import DayKind, WorkCalendar
from svyazka.presale.journal.moment import once
from svyazka.presale.journal.prepared import Prepared
from svyazka.presale.journal.values import Actor, Channel, NotFound
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
from svyazka.presale.people.rights import require


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What colleagues may know of a person."""

    id: int
    email: str
    full_name: str
    short_name: str
    unit_id: int | None
    unit_name: str
    duties: frozenset[str]
    roles: frozenset[str]
    is_active: bool
    is_agent: bool
    presale_hours: int
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class UnitCard:
    """A unit, its kind (``sales`` or ``delivery``) and its hours."""

    id: int
    name: str
    kind: str
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody and every unit by id, with the calendars: one value, shared until something of it changes.

    :ivar absences: by person, the days he is away (both included) and who answers then, None for nobody
    """

    workspace_name: str
    language: str
    people: Mapping[int, PersonCard]
    units: Mapping[int, UnitCard]
    calendar: WorkCalendar
    absences: Mapping[int, tuple[tuple[date, date, int | None], ...]]
    names_in_messages: bool = False

    def name(self, person_id: int | None) -> str:
        """Short name, or an empty text for nobody."""
        card = self.people.get(person_id or 0)
        return card.short_name if card else ""

    def calendar_of(self, person_id: int | None) -> WorkCalendar:
        """The hours in which this person works; the workspace's own for nobody in particular."""
        card = self.people.get(person_id or 0)
        if card is None or card.unit_id is None:
            return self.calendar
        return self.units[card.unit_id].calendar

    def end_of_day(self, person_id: int, day: date) -> datetime:
        """When this person's working day ends; at six where he doesn't work that day."""
        calendar = self.calendar_of(person_id)
        spans = calendar.spans(day)
        return spans[-1][1] if spans else datetime.combine(day, time(18), ZoneInfo(calendar.zone))

    def works_on(self, person_id: int, day: date) -> bool:
        """Whether this is a working day of the person's, be he away or not."""
        return self.calendar_of(person_id).is_working_day(day)

    def is_off(self, person_id: int, day: date) -> bool:
        """Whether the person is away on this day."""
        return any(since <= day <= until for since, until, _ in self.absences.get(person_id, ()))

    def active(self, *, role: str | None = None, duty: str | None = None) -> tuple[PersonCard, ...]:
        """People of ours at work here, by name, with this presale role and duty if asked."""
        chosen = (
            card
            for card in self.people.values()
            if card.is_active
            and not card.is_agent
            and (role is None or role in card.roles)
            and (duty is None or duty in card.duties)
        )
        return tuple(sorted(chosen, key=lambda card: card.full_name))

    def heads_of(self, unit_id: int | None) -> tuple[PersonCard, ...]:
        """The active heads of a unit."""
        return tuple(card for card in self.active(duty="head") if card.unit_id == unit_id)


def duties_of(person: Person) -> frozenset[str]:
    """Company-wide duties as codes."""
    flags = {
        "administrator": person.is_administrator,
        "process_owner": person.is_process_owner,
        "head": person.is_head,
        "dispatcher": person.dispatcher_slot is not None,
    }
    return frozenset(duty for duty, held in flags.items() if held)


def directory() -> Directory:
    """The current directory. One small query tells whether the shared value is still true."""
    return once("directory", _current_directory)


def _current_directory() -> Directory:
    revision = settings_revision()
    return _read_directory() if revision is None else _directory(revision)


_REVISION = Prepared(lambda pk: Workspace.objects.filter(pk=pk).values_list("revision", flat=True))


def settings_revision() -> int | None:
    """A number that is another one after every change to people, units, calendars or the process; None in an empty
    database. What was read under a number stays true for it.
    """
    return once("revision", lambda: _REVISION.first(pk=1))


@lru_cache(maxsize=4)
def _directory(revision: int) -> Directory:  # noqa: ARG001 (the revision is the cache's key)
    return _read_directory()


def _read_directory() -> Directory:
    workspace = Workspace.objects.filter(pk=1).first() or Workspace()
    overrides = tuple((row.day, _kind(row.kind)) for row in DayOverride.objects.order_by("day"))
    units = {
        unit.pk: UnitCard(unit.pk, unit.name, unit.kind, _calendar(unit, overrides))
        for unit in Unit.objects.order_by("kind", "name")
    }
    people = {
        person.pk: PersonCard(
            id=person.pk, email=person.email, full_name=person.full_name, short_name=person.short_name,
            unit_id=person.unit_id, unit_name=units[person.unit_id].name if person.unit_id else "",
            duties=duties_of(person), roles=frozenset(person.roles), is_active=person.is_active,
            is_agent=person.is_agent, presale_hours=person.presale_hours, language=person.language,
            time_zone=person.time_zone,
        )
        for person in Person.objects.order_by("surname", "given_name", "pk")
    }  # fmt: skip
    absences: dict[int, tuple[tuple[date, date, int | None], ...]] = {}
    for away in Absence.objects.order_by("since", "pk"):
        spell = (away.since, away.until, away.stand_in_id)
        absences[away.person_id] = (*absences.get(away.person_id, ()), spell)
    return Directory(
        workspace_name=workspace.name, language=workspace.language, people=people, units=units,
        calendar=_calendar(workspace, overrides), absences=absences,
        names_in_messages=workspace.names_in_messages,
    )  # fmt: skip


def _kind(kind: str) -> DayKind:
    if kind == "off":
        return "off"
    return "work" if kind == "work" else "short"


def _calendar(hours: Workspace | Unit, overrides: tuple[tuple[date, DayKind], ...]) -> WorkCalendar:
    lunch = (hours.lunch_start, hours.lunch_end) if hours.lunch_start and hours.lunch_end else None
    return WorkCalendar(
        zone=hours.time_zone, start=hours.work_start, end=hours.work_end, lunch=lunch, overrides=overrides
    )


def actor_of(person: Person, channel: Channel, scopes: Iterable[str] | None = None) -> Actor:
    """The person as an actor on this channel."""
    return Actor(
        person_id=person.pk,
        channel=channel,
        duties=duties_of(person),
        roles=frozenset(person.roles),
        unit_id=person.unit_id,
        is_agent=person.is_agent,
        scopes=None if scopes is None else frozenset(scopes),
    )


def actor_by_email(email: str, channel: Channel) -> Actor | None:
    """The active person with this address as an actor, or None."""
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    return actor_of(person, channel) if person else None


def actor_by_id(person_id: int, channel: Channel) -> Actor | None:
    """The active person with this id as an actor, or None."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    return actor_of(person, channel) if person else None


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Who a valid bearer token speaks for."""

    token_id: int
    actor: Actor
    language: str
    last_used_on: date | None


def secret_digest(secret: str) -> str:
    """What of a token, a link or a code is kept: they are 144 random bits and more, so a plain hash can't be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


_TOKEN = Prepared(
    lambda digest, at: Token.objects.filter(digest=digest, revoked_at=None, expires_at__gt=at).values_list(
        "pk", "person_id", "scopes", "last_used_on"
    )
)


def token_holder(secret: str, *, at: datetime) -> TokenHolder | None:
    """The holder of a token that exists, hasn't expired, wasn't revoked, and whose person still works here."""
    found = _TOKEN.first(digest=secret_digest(secret), at=at)
    if found is None:
        return None
    token_id, person_id, scopes, last_used_on = found
    card = directory().people[person_id]
    if not card.is_active:
        return None
    actor = Actor(
        card.id,
        "api",
        card.duties,
        card.roles,
        card.unit_id,
        is_agent=card.is_agent,
        scopes=frozenset(scopes),
    )
    return TokenHolder(token_id, actor, card.language, last_used_on)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its owner sees it in the settings."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None


def tokens_of(*, viewer: Actor) -> tuple[TokenRow, ...]:
    """The viewer's own tokens, newest first."""
    return tuple(
        TokenRow(
            row.pk,
            row.name,
            tuple(row.scopes),
            row.created_at,
            row.expires_at,
            row.last_used_on,
            row.revoked_at,
        )
        for row in Token.objects.filter(person_id=viewer.me).order_by("-pk")
    )


def present(person_id: int, *, at: datetime, people: Directory) -> int:
    """Who answers for ``person_id`` in his next working time: himself, or his stand-in while he is away.

    A stand-in who is away too is followed on; a circle ends with the person himself.
    """
    seen: set[int] = set()
    current = person_id
    while current not in seen:
        seen.add(current)
        stand_in = next((one for one in _spells(current, at, people) if one is not None), None)
        if stand_in is None or not people.people[stand_in].is_active:
            return current
        current = stand_in
    return person_id


def is_away(person_id: int, *, at: datetime, people: Directory) -> bool:
    """Whether a person is away in his next working time, be there a stand-in or not."""
    return bool(_spells(person_id, at, people))


def _spells(person_id: int, at: datetime, people: Directory) -> list[int | None]:
    """The stand-in of each absence that covers the person's next working time: what is asked on Saturday is Monday's."""
    absences = people.absences.get(person_id)
    if not absences:
        return []
    calendar = people.calendar_of(person_id)
    day = calendar.next_moment(at).astimezone(ZoneInfo(calendar.zone)).date()
    return [stand_in for since, until, stand_in in absences if since <= day <= until]


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A competence with its level 1-3."""

    competence: str
    level: int


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """Days away, both ends included."""

    id: int
    person_id: int
    since: date
    until: date
    stand_in_id: int | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person on the people page."""

    card: PersonCard
    skills: tuple[SkillRow, ...]
    absences: tuple[AbsenceRow, ...]


def people_page(*, viewer: Actor, at: datetime) -> tuple[PersonRow, ...]:
    """All people with competences and present or coming absences, by unit and name."""
    require(viewer, "people.see")
    skills: dict[int, list[SkillRow]] = {}
    for skill in Skill.objects.select_related("competence").order_by("-level", "competence__name"):
        skills.setdefault(skill.person_id, []).append(SkillRow(skill.competence.name, skill.level))
    absences: dict[int, list[AbsenceRow]] = {}
    for row in Absence.objects.filter(until__gte=at.date()).order_by("since"):
        absences.setdefault(row.person_id, []).append(
            AbsenceRow(row.pk, row.person_id, row.since, row.until, row.stand_in_id)
        )
    cards = sorted(directory().people.values(), key=lambda card: (card.unit_name, card.full_name))
    return tuple(
        PersonRow(card, tuple(skills.get(card.id, ())), tuple(absences.get(card.id, ()))) for card in cards
    )


def competences() -> tuple[str, ...]:
    """Names of all competences."""
    return tuple(Competence.objects.order_by("name").values_list("name", flat=True))


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """A day kept differently from the production calendar."""

    day: date
    kind: str
    note: str


def day_overrides() -> tuple[OverrideRow, ...]:
    """All overridden days, by date."""
    return tuple(OverrideRow(row.day, row.kind, row.note) for row in DayOverride.objects.order_by("day"))


@dataclass(frozen=True, slots=True)
class NameParts:
    """A person's name as it is typed; the patronymic may be empty."""

    surname: str
    given_name: str
    patronymic: str


def name_parts(*, person_id: int, viewer: Actor) -> NameParts:
    """The parts of a person's name, for the form that changes it.

    :raises NotFound: there is no such person
    """
    require(viewer, "people.see")
    found = Person.objects.filter(pk=person_id).values_list("surname", "given_name", "patronymic").first()
    if found is None:
        raise NotFound
    return NameParts(*found)
