"""On which rung a company stands is told by what it does: paper, sheet, advice, rules, scorecards."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from svyazka.presale.deals.feeds import View, feeds, make_feed, note_feed_use
from svyazka.presale.imports.arrivals import Arrival
from svyazka.presale.imports.commands import bring_in, take_back
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.values import SYSTEM, Actor, NotAllowed
from svyazka.presale.launch.first_days import FIRST_DAYS
from svyazka.presale.launch.ladder import RUNGS, Ladder, is_company_new, ladder
from svyazka.presale.people.commands import Profile, save_person
from svyazka.presale.people.queries import actor_by_id
from svyazka.presale.process.commands import publish_process
from svyazka.processes import packaged_text
from tests.company import TUESDAY, Company
from tests.reviews import proposed, reviewed, won

pytestmark = pytest.mark.requirement("R26", "R45")

DAY = timedelta(days=1)


def whole(**changed: object) -> Ladder:
    """A company on the topmost rung, just so."""
    facts: dict[str, object] = {
        "version": 1, "vacant": (), "deals": 10, "brought": 0, "closed": 20, "tables": False, "advising": 24, "stopping": 20,
        "passed": 20, "over": 5, "discussed": 1, **changed,
    }  # fmt: skip
    return Ladder(**facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "height"),
    [
        ({}, 5),
        ({"version": 0}, 0),
        ({"vacant": ("estimator",)}, 0),
        ({"deals": 9}, 1),
        ({"deals": 9, "brought": 1}, 5),
        ({"deals": 9, "tables": True}, 5),
        ({"passed": 9, "over": 0}, 2),
        ({"passed": 19, "over": 0}, 3),
        ({"over": 6}, 3),
        ({"stopping": 0}, 3),
        ({"closed": 19}, 4),
        ({"discussed": 0}, 4),
        ({"passed": 0, "over": 0}, 2),
        ({"advising": 0}, 5),
    ],
)
def test_a_rung_counts_once_its_facts_hold_and_those_under_it_do(
    changed: dict[str, object], height: int
) -> None:
    found = whole(**changed)
    assert found.height == height
    assert found.rung == (RUNGS[height - 1] if height else None)
    assert found.ahead == (RUNGS[height] if height < 5 else None)


def seen(us: Company) -> Ladder:
    return ladder(viewer=us.owner, at=TUESDAY)


def test_a_company_whose_stages_have_their_people_is_on_paper(company: Company) -> None:
    found = seen(company)
    assert (found.rung, found.version, found.vacant) == ("paper", 1, ())
    assert (found.advising, found.stopping) == (24, 20)


def test_roles_that_nobody_has_are_named(db: None) -> None:
    publish_process(text=packaged_text(), note="", actor=SYSTEM, at=TUESDAY)
    profile = Profile("admin@svyazka.example", "Громов", "Пётр", duties=frozenset({"administrator"}))
    first = actor_by_id(save_person(profile=profile, actor=Actor(None, "cli"), at=TUESDAY), "web")
    assert first is not None
    found = ladder(viewer=first, at=TUESDAY)
    assert (found.rung, found.vacant) == (None, ("dispatcher", "manager", "estimator"))


def test_without_a_process_there_is_no_rung(db: None) -> None:
    owner = Profile("owner@svyazka.example", "Белов", "Сергей", duties=frozenset({"process_owner"}))
    actor = actor_by_id(save_person(profile=owner, actor=Actor(None, "cli"), at=TUESDAY), "web")
    assert actor is not None
    assert ladder(viewer=actor, at=TUESDAY).rung is None


def test_a_table_that_is_brought_in_is_the_sheet_until_it_is_taken_back(company: Company) -> None:
    row = Arrival(
        row=2, answers={"company": "ООО «Ромашка»", "request": "Учёт партий", "source": "сайт"}, client="ромашка",
        received=date(2026, 9, 7), stage="preparation",
    )  # fmt: skip
    brought = bring_in(arrivals=[row], name="Реестр.xlsx", actor=company.administrator, at=TUESDAY)
    assert (seen(company).rung, seen(company).brought) == ("sheet", 1)
    take_back(import_id=brought, actor=company.administrator, at=TUESDAY)
    assert (seen(company).rung, seen(company).brought) == ("paper", 0)


def test_a_live_table_counts_once_somebody_reads_it(company: Company) -> None:
    make_feed(name="Сделки", view=View(), actor=company.manager, at=TUESDAY)
    assert seen(company).rung == "paper"
    (feed,) = feeds(viewer=company.manager)
    note_feed_use(feed, at=TUESDAY)
    assert seen(company).rung == "sheet"


def test_gates_are_counted_for_a_quarter_with_those_that_were_left_over_a_stop(company: Company) -> None:
    won(company)
    found = seen(company)
    assert (found.passed, found.over, found.deals, found.closed) == (6, 5, 1, 1)
    later = ladder(viewer=company.owner, at=TUESDAY + 91 * DAY)
    assert (later.passed, later.over, later.closed) == (0, 0, 1)
    assert ladder(viewer=company.owner, at=TUESDAY + 400 * DAY).closed == 0


def test_reviews_and_proposals_say_that_figures_are_talked_about(company: Company) -> None:
    reviewed(company, won(company))
    proposed(company)
    assert seen(company).discussed == 2
    assert ladder(viewer=company.owner, at=TUESDAY + 91 * DAY).discussed == 0


def test_a_company_is_new_for_two_weeks_after_its_first_process(company: Company) -> None:
    publish_process(text=packaged_text() + "\n", note="ещё", actor=company.owner, at=TUESDAY + 10 * DAY)
    assert is_company_new(at=TUESDAY + FIRST_DAYS - DAY)
    assert not is_company_new(at=TUESDAY + FIRST_DAYS)


def test_heads_and_owners_see_it_and_nobody_else(company: Company) -> None:
    for who in (company.owner, company.administrator, company.head):
        assert ladder(viewer=who, at=TUESDAY).rung == "paper"
    for stranger in (company.manager, company.dispatcher, company.agent):
        with pytest.raises(NotAllowed):
            ladder(viewer=stranger, at=TUESDAY)


def test_it_costs_the_same_for_one_deal_and_for_many(company: Company) -> None:
    def cost() -> int:
        with moment(), CaptureQueriesContext(connection) as asked:
            ladder(viewer=company.owner, at=TUESDAY)
        return len(asked)

    won(company)
    seen(company)
    first = cost()
    for inn in ("7728168971", "5024002119"):
        won(company, inn=inn)
    assert cost() == first
