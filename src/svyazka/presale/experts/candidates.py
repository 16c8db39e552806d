"""What the rules of matching look at, gathered for everybody at once: five queries, however many requests."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from svyazka.engine.matching import Candidate, Need, Project, Proposal, rank
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


def without_hours(*, at: datetime) -> frozenset[int]:
    """Experts who have promised all their presale hours of this week. One query."""
    monday = _monday(timezone.localdate(at))
    promised: Counter[int] = Counter()
    for person, one in _promised_work():
        if one.falls_into(monday, monday):
            promised[person] += one.minutes
    experts = directory().active(role="expert")
    return frozenset(card.id for card in experts if promised[card.id] >= card.presale_hours * 60)


@dataclass(frozen=True, slots=True)
class _Promised:
    """Presale work that somebody has taken: between these days, so many minutes."""

    since: date
    until: date
    minutes: int

    def falls_into(self, first: date, last: date) -> bool:
        """Whether some of it falls into the weeks from one Monday to another."""
        return _monday(self.since) <= last and _monday(self.until) >= first


def _promised_work() -> Iterator[tuple[int, _Promised]]:
    live = Claim.objects.filter(until=None, request__state=CLAIMED)
    fields = "person_id", "request__since", "request__until", "request__minutes"
    for person, since, until, minutes in live.values_list(*fields):
        yield person, _Promised(since, until, minutes)


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
        skills: dict[int, dict[str, int]] = defaultdict(dict)
        for person, name, level in Skill.objects.values_list("person_id", "competence__name", "level"):
            skills[person][name.casefold()] = level
        promised: dict[int, list[_Promised]] = defaultdict(list)
        for person, one in _promised_work():
            promised[person].append(one)
        taken = Counter(Claim.objects.filter(at__gt=at - LATELY).values_list("person_id", flat=True))
        return cls(directory(), skills, promised, taken, _industries(), _projects(at.date()))

    def candidates(self, need: Need) -> list[Candidate]:
        """Everybody of ours at work here, as this need sees him."""
        industries = frozenset(name.casefold() for name in need.industries)
        return [self._candidate(card.id, need, industries) for card in self.people.active()]

    def _candidate(self, person: int, need: Need, industries: frozenset[str]) -> Candidate:
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
        promised = sum(one.minutes for one in self.promised.get(person, ()) if one.falls_into(first, last))
        return self.people.people[person].presale_hours * 60 * weeks - promised


def _days(since: date, until: date) -> Iterable[date]:
    return (since + timedelta(days=number) for number in range((until - since).days + 1))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


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
