"""Invented experts and requests for them, plain ones and all kinds."""

from datetime import date, timedelta

from hypothesis import strategies as st

from svyazka.engine.matching import Candidate, Need, Project, rank

SINCE = date(2025, 11, 10)
UNTIL = SINCE + timedelta(days=4)

NEED = Need("1С:ERP", 3, ("Производство",), "engagement", 120, SINCE, UNTIL, unit_id=1)
EXPERT = Candidate(
    person_id=1,
    unit_id=1,
    is_expert=True,
    level=3,
    industry_level=2,
    industry_deals=3,
    industry_won=1,
    free_minutes=240,
    days_away=0,
    days_wanted=5,
    taken=2,
)

days = st.integers(-20, 30).map(lambda n: SINCE + timedelta(days=n))
needs = st.builds(
    Need,
    competence=st.just("1С:ERP"),
    level=st.integers(1, 3),
    industries=st.sampled_from(((), ("Производство",), ("Производство", "Торговля"))),
    purpose=st.sampled_from(("triage", "engagement")),
    minutes=st.sampled_from((15, 60, 240)),
    since=st.just(SINCE),
    until=st.sampled_from((SINCE, UNTIL)),
    unit_id=st.sampled_from((None, 1, 2)),
    wanted=st.none() | st.integers(1, 6),
)
projects = st.builds(Project, st.sampled_from("АБВ"), st.integers(0, 50), st.just("Сдача"), st.none() | days)


@st.composite
def people(draw: st.DrawFn, id: int, *, able: bool = False) -> Candidate:
    deals, wanted = draw(st.integers(0, 6)), draw(st.integers(0, 5))
    return Candidate(
        person_id=id,
        unit_id=draw(st.sampled_from((None, 1, 2))),
        is_expert=able or draw(st.booleans()),
        level=draw(st.integers(int(able), 3)),
        industry_level=draw(st.integers(0, 3)),
        industry_deals=deals,
        industry_won=draw(st.integers(0, deals)),
        free_minutes=draw(st.sampled_from((-60, 0, 15, 45, 120, 240, 300, 900))),
        days_away=draw(st.integers(0, wanted)),
        days_wanted=wanted,
        taken=draw(st.integers(0, 12)),
        projects=tuple(draw(st.lists(projects, max_size=3))),
    )


@st.composite
def teams(draw: st.DrawFn, *, able: bool = False) -> list[Candidate]:
    return [draw(people(id, able=able)) for id in range(1, draw(st.integers(1, 6)) + 1)]


def points(need: Need, person: Candidate, code: str, *others: Candidate) -> int | None:
    proposal = next(p for p in rank(need, [person, *others]) if p.person_id == person.person_id)
    return next((reason.points for reason in proposal.reasons if reason.code == code), None)
