"""Who of our experts could answer a request for an expert: by stated rules, with the reasons shown.

Every rule of ``matching_rules.RULES`` gives or takes points, and each point stands in a reason. What rules a person
out stands in a barrier: he is still shown, after all the others, so that nobody over capacity is taken unseen.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from svyazka.engine import matching_rules as rules

Purpose = Literal["triage", "engagement"]
"""A short look at a request (some 15 minutes), or real work on a deal."""

Value = int | str | date


@dataclass(frozen=True, slots=True)
class Need:
    """What an expert request asks for.

    :param competence: its name, for the reasons; the candidates' ``level`` is about it
    :param level: wanted, 1-3
    :param industries: names of the client's; empty if not known, then experience in them doesn't count
    :param minutes: presale working minutes that the work should take
    :param since: first day wanted
    :param until: last day wanted
    :param unit_id: the unit that will deliver
    :param wanted: a person asked for by name
    """

    competence: str
    level: int
    industries: tuple[str, ...]
    purpose: Purpose
    minutes: int
    since: date
    until: date
    unit_id: int | None = None
    wanted: int | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """Work for a client that a person is busy with, and its next milestone."""

    name: str
    hours_a_week: int
    milestone: str = ""
    milestone_on: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of our people as the rules see him.

    :param is_expert: has the presale role of an expert
    :param level: of the competence needed, 1-3; 0 if he doesn't have it
    :param industry_level: 0-3, the best he declared among the client's industries
    :param industry_deals: deals with clients of these industries where he was the expert
    :param industry_won: those of them that we won
    :param free_minutes: presale minutes he has left in the wanted days; negative if promised away already
    :param days_away: working days among the wanted ones on which he is away
    :param days_wanted: working days among the wanted ones
    :param taken: expert requests he took lately; how long that is, the caller says
    """

    person_id: int
    unit_id: int | None
    is_expert: bool
    level: int
    industry_level: int
    industry_deals: int
    industry_won: int
    free_minutes: int
    days_away: int
    days_wanted: int
    taken: int
    projects: tuple[Project, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Points that the rule ``code`` gave, negative if it took them, and the figures they come from."""

    code: str
    points: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Barrier:
    """Why a person can't be proposed; ``code`` is a key of ``matching_rules.BARRIERS``."""

    code: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A person with his points, the sum of his reasons', in the order of ``RULES``."""

    person_id: int
    points: int
    reasons: tuple[Reason, ...]
    barriers: tuple[Barrier, ...]

    @property
    def is_proposed(self) -> bool:
        """Nothing stands in the way."""
        return not self.barriers


def rank(need: Need, candidates: Collection[Candidate]) -> tuple[Proposal, ...]:
    """Put the candidates in the order in which they should be asked.

    Those without a barrier come first, then those with the fewest; among them the points decide, then fewer requests
    taken, then the id. Who has neither the role nor the competence is left out, unless he was asked for by name. Fairness may pass a person over for
    one who is one level short, if he has taken the most and that one about a fifth of it or less. It never does so
    for one who is two levels short, not even with free time on its side.
    """
    listed = [one for one in candidates if one.is_expert or one.level or one.person_id == need.wanted]
    # Compared are those who could answer at all; who is away or full just now has had his share all the same.
    largest = max((c.taken for c in listed if c.is_expert and c.level), default=0)
    ranked = sorted(
        ((_proposal(need, candidate, largest), candidate) for candidate in listed),
        key=lambda both: (len(both[0].barriers), -both[0].points, both[1].taken, both[1].person_id),
    )
    return tuple(proposal for proposal, _ in ranked)


def _proposal(need: Need, candidate: Candidate, largest: int) -> Proposal:
    given = (gauge(need, candidate, largest) for gauge in _GAUGES)
    reasons = tuple(reason for reason in given if reason is not None)
    points = sum(reason.points for reason in reasons)
    return Proposal(candidate.person_id, points, reasons, barriers(need, candidate))


def barriers(need: Need, candidate: Candidate) -> tuple[Barrier, ...]:
    """What rules a candidate out; nothing of it depends on the others."""
    found = []
    if not candidate.is_expert:
        found.append(Barrier("no_role", {}))
    if not candidate.level:
        found.append(Barrier("no_competence", {"competence": need.competence, "wanted": need.level}))
    if 0 < candidate.days_wanted <= candidate.days_away:
        found.append(Barrier("absent", {"days": candidate.days_wanted}))
    if candidate.free_minutes < need.minutes:
        found.append(Barrier("over_capacity", {"free": candidate.free_minutes, "minutes": need.minutes}))
    return tuple(found)


def _competence(need: Need, candidate: Candidate, _largest: int) -> Reason:
    short = max(need.level - candidate.level, 0)
    points = max(rules.COMPETENCE_MOST - rules.LEVEL_SHORT * short, 0) if candidate.level else 0
    level = {"level": candidate.level, "wanted": need.level}
    return Reason("competence", points, {"competence": need.competence, **level})


def _industry(need: Need, candidate: Candidate, _largest: int) -> Reason | None:
    if not need.industries:
        return None
    level = candidate.industry_level
    return Reason("industry", min(rules.INDUSTRY_LEVEL * level, rules.INDUSTRY_MOST), {"level": level})


def _deals(need: Need, candidate: Candidate, _largest: int) -> Reason | None:
    if not need.industries:
        return None
    deals, won = candidate.industry_deals, candidate.industry_won
    return Reason("deals", min(deals + won, rules.DEALS_MOST), {"deals": deals, "won": won})


def _free_time(need: Need, candidate: Candidate, _largest: int) -> Reason:
    spare = candidate.free_minutes - need.minutes
    points = min(max(spare, 0) // rules.FREE_STEP, rules.FREE_MOST)
    return Reason("free_time", points, {"free": candidate.free_minutes, "minutes": need.minutes})


def _presence(_need: Need, candidate: Candidate, _largest: int) -> Reason:
    away, days = candidate.days_away, candidate.days_wanted
    points = rules.PRESENCE_MOST * max(days - away, 0) // days if days else rules.PRESENCE_MOST
    return Reason("presence", points, {"away": away, "days": days})


def _unit(need: Need, candidate: Candidate, _largest: int) -> Reason | None:
    if need.unit_id is None or candidate.unit_id != need.unit_id:
        return None
    return Reason("unit", rules.UNIT_POINTS, {})


def _asked(need: Need, candidate: Candidate, _largest: int) -> Reason | None:
    return Reason("asked", rules.ASKED_POINTS, {}) if candidate.person_id == need.wanted else None


def _fairness(_need: Need, candidate: Candidate, largest: int) -> Reason:
    scale = max(largest, rules.FAIRNESS_LEAST)
    cost = rules.FAIRNESS_MOST * min(candidate.taken, scale) // scale
    return Reason("fairness", -cost, {"taken": candidate.taken, "largest": largest})


def _projects(need: Need, candidate: Candidate, _largest: int) -> Reason | None:
    if not candidate.projects:
        return None
    hours = sum(project.hours_a_week for project in candidate.projects)
    cost = _for_purpose(need, min(hours // rules.PROJECTS_STEP, rules.PROJECTS_MOST))
    return Reason("projects", -cost, {"hours": hours, "projects": len(candidate.projects)})


def _milestone(need: Need, candidate: Candidate, _largest: int) -> Reason | None:
    coming = [
        (project.milestone_on, project.name, project.milestone)
        for project in candidate.projects
        if project.milestone_on is not None and project.milestone_on >= need.since
    ]
    if not coming:
        return None
    on, name, milestone = min(coming)
    days = max((on - need.until).days, 0)
    cost = _for_purpose(need, max(rules.MILESTONE_MOST - days, 0))
    return Reason("milestone", -cost, {"project": name, "milestone": milestone, "on": on, "days": days})


def _for_purpose(need: Need, cost: int) -> int:
    return min(cost, rules.TRIAGE_MOST) if need.purpose == "triage" else cost


_GAUGES: tuple[Callable[[Need, Candidate, int], Reason | None], ...] = (
    _competence,
    _industry,
    _deals,
    _free_time,
    _presence,
    _unit,
    _asked,
    _fairness,
    _projects,
    _milestone,
)
"""In the order of ``RULES``; the last argument is the largest number of requests taken. None: not to be spoken of."""
