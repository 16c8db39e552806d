"""What the rules of matching look at, gathered for everybody at once: five queries, however many requests."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from svyazka.engine.matching import Candidate, Need, Project, Proposal, barriers, rank
from svyazka.presale.deals.models import WON, Seat
from svyazka.presale.experts.models import CLAIMED, Claim, ExpertRequest
from svyazka.presale.people.models import Assignment, Skill
from svyazka.presale.people.queries import Directory, directory

LATELY: Final = timedelta(days=90)
"""So far back requests taken count for a fair share."""
REMEMBERED: Final = 2000
"""So many seats of experts, the newest ones, tell who knows an industry."""


def need_of(request: ExpertRequest) -> Need:
    """What the engine has to know of a request; its deal and competence are loaded."""
    return Need(
        competence=request.competence.name, level=request.level, industries=tuple(request.industries),
        purpose="triage" if request.kind == "triage" else "engagement", minutes=request.minutes,
        since=request.since, until=request.until, unit_id=request.deal.unit_id, wanted=request.wanted_id,
    )  # fmt: skip


def proposals_for(needs: Mapping[int, Need], *, at: datetime) -> Mapping[int, tuple[Proposal, ...]]:
    """Who could answer each need, best first, by the same key. No query where nothing is needed."""
    if not needs:
        return {}
    pool = _Pool.gathered(at)
    return {key: rank(need, pool.candidates(need)) for key, need in needs.items()}


def fitness(person_id: int, need: Need) -> tuple[int, tuple[str, ...]]:
    """One person's level in the competence needed, and the codes of what speaks against him.

    Whoever claims is asked this under the journal's lock: it takes two queries and looks at nobody else.
    """
    candidate = _Pool.of_one(person_id).candidate(person_id, need, industries=frozenset())
    return candidate.level, tuple(barrier.code for barrier in barriers(need, candidate))


def without_hours(*, at: datetime) -> frozenset[int]:
    """Experts who have promised all their presale hours of this week. One query."""
    monday, promised = _monday(timezone.localdate(at)), _promised(Claim.objects.all())
    experts = directory().active(role="expert")
    return frozenset(
        card.id for card in experts if _minutes(promised, card.id, monday, monday) >= card.presale_hours * 60
    )


@dataclass(frozen=True, slots=True)
class _Promised:
    """Presale work that somebody has taken: between these days, so many minutes."""

    since: date
    until: date
    minutes: int


@dataclass(frozen=True, slots=True)
class _Pool:
    people: Directory
    skills: Mapping[int, Mapping[str, int]]
    promised: Mapping[int, list[_Promised]]
    taken: Mapping[int, int]
    known: Mapping[int, list[tuple[frozenset[str], bool]]]
    projects: Mapping[int, list[Project]]

    @classmethod
    def gathered(cls, at: datetime) -> "_Pool":
        """Everybody, with all that gives points."""
        taken = Counter(Claim.objects.filter(at__gt=at - LATELY).values_list("person_id", flat=True))
        skills, promised = _skills(Skill.objects.all()), _promised(Claim.objects.all())
        return cls(directory(), skills, promised, taken, _industries(), _projects(at.date()))

    @classmethod
    def of_one(cls, person: int) -> "_Pool":
        """One person, with what may bar him; what gives points is left out."""
        skills = _skills(Skill.objects.filter(person=person))
        return cls(directory(), skills, _promised(Claim.objects.filter(person=person)), {}, {}, {})

    def candidates(self, need: Need) -> list[Candidate]:
        """Everybody of ours at work here, as this need sees him."""
        industries = frozenset(name.casefold() for name in need.industries)
        return [self.candidate(card.id, need, industries) for card in self.people.active()]

    def candidate(self, person: int, need: Need, industries: frozenset[str]) -> Candidate:
        """One of them."""
        card, skills = self.people.people[person], self.skills.get(person, {})
        served = [won for lines, won in self.known.get(person, ()) if lines & industries]
        wanted = [day for day in _days(need.since, need.until) if self.people.works_on(person, day)]
        away = [day for day in wanted if self.people.is_off(person, day)]
        return Candidate(
            person_id=person, unit_id=card.unit_id, is_expert="expert" in card.roles,
            level=skills.get(need.competence.casefold(), 0),
            industry_level=max((skills.get(name, 0) for name in industries), default=0),
            industry_deals=len(served), industry_won=sum(served), free_minutes=self._free(person, need),
            days_away=len(away), days_wanted=len(wanted), taken=self.taken.get(person, 0),
            projects=tuple(self.projects.get(person, ())),
        )  # fmt: skip

    def _free(self, person: int, need: Need) -> int:
        """Presale minutes of the weeks wanted, less what was promised for these weeks."""
        first, last = _monday(need.since), _monday(need.until)
        weeks = (last - first).days // 7 + 1
        promised = _minutes(self.promised, person, first, last)
        return self.people.people[person].presale_hours * 60 * weeks - promised


def _days(since: date, until: date) -> Iterable[date]:
    return (since + timedelta(days=number) for number in range((until - since).days + 1))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _minutes(promised: Mapping[int, list[_Promised]], person: int, first: date, last: date) -> int:
    """Of a person's presale work the minutes of all that falls into the weeks from one Monday to another."""
    return sum(
        one.minutes
        for one in promised.get(person, ())
        if _monday(one.since) <= last and _monday(one.until) >= first
    )


def _skills(found: QuerySet[Skill]) -> Mapping[int, Mapping[str, int]]:
    skills: dict[int, dict[str, int]] = defaultdict(dict)
    for person, name, level in found.values_list("person_id", "competence__name", "level"):
        skills[person][name.casefold()] = level
    return skills


def _promised(found: QuerySet[Claim]) -> Mapping[int, list[_Promised]]:
    promised: dict[int, list[_Promised]] = defaultdict(list)
    live = found.filter(until=None, request__state=CLAIMED)
    for person, since, until, minutes in live.values_list(
        "person_id", "request__since", "request__until", "request__minutes"
    ):
        promised[person].append(_Promised(since, until, minutes))
    return promised


def _industries() -> Mapping[int, list[tuple[frozenset[str], bool]]]:
    """Of each person the lines of business of the clients for whom he was the expert, and whether the deal was won."""
    found: dict[int, list[tuple[frozenset[str], bool]]] = defaultdict(list)
    seats = Seat.objects.filter(role="expert").order_by("-pk")
    for person, lines, status in seats.values_list("person_id", "deal__client__lines", "deal__status")[
        :REMEMBERED
    ]:
        found[person].append((frozenset(str(line).casefold() for line in lines), status == WON))
    return found


def _projects(today: date) -> Mapping[int, list[Project]]:
    found: dict[int, list[Project]] = defaultdict(list)
    for one in Assignment.objects.order_by("project"):
        if one.until is None or one.until >= today:
            found[one.person_id].append(
                Project(one.project, one.hours_a_week, one.milestone, one.milestone_on)
            )
    return found
