"""What each rule is worth, as the database counts it: by hand, against a plain loop, and each number against its rows."""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from svyazka.engine.worth import Cell, worth_of
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.commands import describe_request
from svyazka.presale.deals.models import Deal
from svyazka.presale.insight.rules import rules_of
from svyazka.presale.insight.worth import RuleWorth, deals_of_rule, rule_alone, what_rules_are_worth
from svyazka.presale.journal.values import NotAllowed, NotFound
from svyazka.presale.process.queries import current_process, process_version
from svyazka.presale.stages.commands import lose, reopen, win
from svyazka.presale.stages.models import Visit
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.histories import DAY, LARGE, SMALL, closed_life

pytestmark = pytest.mark.requirement("R39")
THEN = TUESDAY - 56 * DAY


@pytest.fixture
def company(db: None) -> Company:
    return found_company(THEN - 30 * DAY)


def rule(found: tuple[RuleWorth, ...], key: str) -> RuleWorth:
    return next(one for one in found if one.rule.key == key)


def test_a_deal_counts_as_kept_or_broken_and_won_or_not(company: Company) -> None:
    for in_time, end in ((True, "won"), (True, "lost"), (False, "won"), (False, "declined"), (False, "lost")):
        closed_life(company, THEN, in_time=in_time, end=end)
    worth = rule(what_rules_are_worth(viewer=company.owner), "first_response").worth
    assert worth.kept is not None
    assert worth.broken is not None
    assert (worth.kept.count, worth.kept.total) == (1, 2)
    assert (worth.broken.count, worth.broken.total) == (1, 3)
    assert worth.silence == "few_kept"


def test_what_is_open_a_duplicate_or_spam_does_not_count(company: Company) -> None:
    accepted_deal(company, THEN)
    for end in ("lost", "duplicate", "spam"):
        closed_life(company, THEN, in_time=True, end=end)
    worth = rule(what_rules_are_worth(viewer=company.owner), "first_response").worth
    assert worth.kept is not None
    assert worth.kept.total == 1
    assert worth.broken is None


def test_where_all_was_waived_or_cancelled_the_rule_did_not_arise(company: Company) -> None:
    deal = closed_life(company, THEN, in_time=True)
    outcomes = dict(Commitment.objects.filter(deal=deal).values_list("term", "outcome"))
    assert (
        outcomes["decision"] == "cancelled"
    )  # the deal was lost when nobody had decided yet, and it was just due
    worth = rule(what_rules_are_worth(viewer=company.owner), "decision").worth
    assert (worth.kept, worth.broken) == (None, None)


def test_a_deal_is_judged_by_the_first_commitment_of_a_term_whatever_came_after_it(company: Company) -> None:
    deal = closed_life(company, THEN, in_time=True)
    late = Commitment.objects.get(deal=deal, term="first_response")
    late.pk, late.outcome = None, "late"
    late.save()
    worth = rule(what_rules_are_worth(viewer=company.owner), "first_response").worth
    assert worth.kept is not None
    assert (worth.kept.total, worth.broken) == (1, None)


def test_what_was_not_due_before_the_deal_ended_says_nothing(company: Company) -> None:
    deal = closed_life(company, THEN, in_time=True)
    Commitment.objects.filter(deal=deal, term="first_response").update(due_at=THEN + timedelta(days=400))
    worth = rule(what_rules_are_worth(viewer=company.owner), "first_response").worth
    assert (worth.kept, worth.broken) == (None, None)


def test_more_occasions_in_won_deals_do_not_pass_for_an_effect_of_the_rule() -> None:
    """Each occasion is kept with the same chance, whatever the end; won deals have more of them."""
    chance, seen = random.Random(7), Counter[tuple[bool, bool]]()
    for _ in range(4000):
        won = chance.random() < 0.4
        occasions = [
            chance.random() < 0.85 for _ in range(chance.randint(2, 4) if won else chance.randint(1, 2))
        ]
        seen[occasions[0], won] += 1
    cells = [
        Cell("all alike", kept=kept, deals=seen[kept, True] + seen[kept, False], won=seen[kept, True])
        for kept in (True, False)
    ]
    found = worth_of(cells)
    assert found.adjusted is not None
    assert found.adjusted.low < 0 < found.adjusted.high


def test_a_gate_left_over_breaks_its_checks_and_a_deal_lost_before_it_says_nothing(company: Company) -> None:
    closed_life(company, THEN, in_time=True, over=True)
    closed_life(company, THEN, in_time=True)
    found = what_rules_are_worth(viewer=company.owner)
    contacted, decided = (
        rule(found, "request.client_contacted").worth,
        rule(found, "request.decision_taken").worth,
    )
    assert contacted.kept is not None
    assert (contacted.kept.total, contacted.broken) == (1, None)
    assert decided.broken is not None
    assert (decided.broken.total, decided.kept) == (1, None)


def test_a_deal_lost_and_opened_again_and_won_counts_once_at_its_gate(company: Company) -> None:
    deal = closed_life(company, THEN, in_time=True)
    reopen(deal_id=deal, reason="клиент вернулся", actor=company.head, at=THEN + 2 * DAY)
    win(
        deal_id=deal, contract_number="Д-8", contract_sum=Decimal(5), contract_date=THEN.date(),
        reason="Подписали после паузы, условия в письме", actor=company.dispatcher, at=THEN + 3 * DAY,
    )  # fmt: skip
    worth = rule(what_rules_are_worth(viewer=company.owner), "request.client_contacted").worth
    assert worth.kept is not None
    assert (worth.kept.count, worth.kept.total) == (1, 1)


def test_the_size_of_the_client_follows_what_the_form_says(company: Company) -> None:
    deal = closed_life(company, THEN, in_time=True, headcount=LARGE)
    assert Deal.objects.get(pk=deal).size == "large"
    other = accepted_deal(company, THEN, headcount="")
    assert Deal.objects.get(pk=other).size == ""
    describe_request(deal_id=other, answers={"headcount": SMALL}, actor=company.dispatcher, at=THEN)
    assert Deal.objects.get(pk=other).size == "small"


def test_the_source_and_the_size_do_not_pass_for_the_rule(company: Company) -> None:
    """Small clients from friends are answered in time and sign; large ones from the site are neither: the answer does nothing."""
    for place in range(24):
        friend = place < 20
        closed_life(
            company,
            THEN,
            in_time=friend,
            end="won" if place % 2 else "lost",
            source="рекомендация",
            headcount=SMALL,
        )
        closed_life(company, THEN, in_time=not friend, end="lost", source="сайт", headcount=LARGE)
    worth = rule(what_rules_are_worth(viewer=company.owner), "first_response").worth
    assert worth.silence is None
    assert worth.crude is not None
    assert worth.adjusted is not None
    assert worth.crude.low > 0
    assert worth.adjusted.value == pytest.approx(0, abs=1e-9)
    assert worth.strata == 2


def test_only_deals_closed_since_then_count(company: Company) -> None:
    closed_life(company, THEN, in_time=True)
    closed_life(company, THEN + 7 * DAY, in_time=True)
    since = THEN + 3 * DAY
    kept = rule(what_rules_are_worth(viewer=company.owner, since=since), "first_response").worth.kept
    assert kept is not None
    assert kept.total == 1
    assert len(deals_of_rule("first_response", "kept", viewer=company.owner, since=since)) == 1


@pytest.fixture(params=[1, 2])
def histories(company: Company, request: pytest.FixtureRequest) -> None:
    """Closed deals of all kinds, with commitments and visits at random."""
    chance = random.Random(request.param)
    stages = [stage.key for stage in current_process()[1].stages]
    terms = [term.key for term in current_process()[1].terms][:8]
    for _ in range(30):
        deal = closed_life(
            company, THEN, in_time=True, end=chance.choice(["won", "lost", "declined", "spam"]),
            source=chance.choice(["сайт", "рекомендация"]), headcount=chance.choice([SMALL, LARGE, "много"]),
        )  # fmt: skip
        _relive(Deal.objects.get(pk=deal), stages, terms, chance)


def _relive(deal: Deal, stages: list[str], terms: list[str], chance: random.Random) -> None:
    model = Commitment.objects.filter(deal=deal)[0]
    Commitment.objects.filter(deal=deal).delete()
    Visit.objects.filter(deal=deal).delete()
    came, left = chance.randint(1, len(stages)), deal.closed_at
    assert left is not None
    for place, stage in enumerate(stages[:came]):
        entered, is_last = THEN + place * timedelta(hours=3), place + 1 == came
        stops = [
            check.key
            for check in process_version(deal.process_number).stage(stage).checks
            if check.strength == "stop"
        ]
        Visit.objects.create(
            deal=deal, stage=stage, entered_at=entered, left_at=left if is_last else entered + timedelta(hours=3),
            failed=[] if is_last and deal.status != "won" else chance.sample(stops, chance.randint(0, len(stops))),
        )  # fmt: skip
    for _ in range(chance.randint(0, 20)):
        model.pk, model.term, model.closed_at = None, chance.choice(terms), left
        model.outcome = chance.choice(["kept", "kept", "late", "broken", "cancelled"])
        model.opened_at = THEN + chance.randint(0, 20) * timedelta(hours=1)
        model.due_at = left + chance.choice([-1, -1, -1, 1]) * timedelta(minutes=1)
        model.save()


def by_hand(key: str) -> Counter[tuple[object, ...]]:
    """Deals by stratum, whether the rule was kept and whether they were won: one deal after another, in plain Python."""
    found: Counter[tuple[object, ...]] = Counter()
    for deal in Deal.objects.filter(status__in=["won", "lost", "declined"]):
        visits = list(Visit.objects.filter(deal=deal).order_by("entered_at"))
        stage_of_check, _, check = key.rpartition(".")
        if stage_of_check:
            here = next((one for one in visits if one.stage == stage_of_check), None)
            if here is None or (here is visits[-1] and deal.status != "won"):
                continue
            stage, is_kept = here.stage, check not in here.failed
        else:
            own = [
                one
                for one in Commitment.objects.filter(deal=deal, term=key).order_by("pk")
                if one.outcome != "cancelled" and deal.closed_at is not None and one.due_at <= deal.closed_at
            ]
            if not own:
                continue
            arose, is_kept = own[0].opened_at, own[0].outcome == "kept"
            stage = next(
                (one.stage for one in visits if one.entered_at <= arose and (one.left_at is None or arose < one.left_at)), ""
            )  # fmt: skip
        found[stage, deal.source, deal.size, is_kept, deal.status == "won"] += 1
    return found


@pytest.mark.usefixtures("histories")
def test_the_database_counts_what_a_plain_loop_counts_and_each_number_opens_as_many_deals(
    company: Company,
) -> None:
    seen = 0
    for one in rules_of(current_process()[1]):
        alone, expected = rule_alone(one.key, viewer=company.owner), by_hand(one.key)
        counted: Counter[tuple[object, ...]] = Counter()
        for alike, stratum in alone.strata:
            counted[*alike, True, True] += stratum.won_kept
            counted[*alike, True, False] += stratum.kept - stratum.won_kept
            counted[*alike, False, True] += stratum.won_broken
            counted[*alike, False, False] += stratum.broken - stratum.won_broken
        assert +counted == expected, one.key
        for side, share in (("kept", alone.worth.kept), ("broken", alone.worth.broken)):
            behind = deals_of_rule(one.key, side, viewer=company.owner)  # type: ignore[arg-type]
            assert len(behind) == (share.total if share else 0), (one.key, side)
            assert len({row.id for row in behind}) == len(behind)
        seen += expected.total()
    assert seen > 100


def test_it_costs_the_same_for_one_deal_and_for_twenty(company: Company) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            what_rules_are_worth(viewer=company.owner)
        return len(asked)

    closed_life(company, THEN, in_time=True, over=True)
    few = cost()
    assert cost() < few  # nothing has happened to a closed deal since
    for place in range(19):
        closed_life(company, THEN, in_time=bool(place % 2), over=True, end="won")
    assert cost() == few


def test_what_happens_to_a_closed_deal_is_counted_at_once(company: Company) -> None:
    deal = closed_life(company, THEN, in_time=True)
    for act in range(2):
        kept = rule(what_rules_are_worth(viewer=company.owner), "first_response").worth.kept
        assert kept is not None
        assert kept.total == act + 1
        closed_life(company, THEN, in_time=True)
    reopen(deal_id=deal, reason="клиент вернулся", actor=company.head, at=THEN + 2 * DAY)
    kept = rule(what_rules_are_worth(viewer=company.owner), "first_response").worth.kept
    assert kept is not None
    assert kept.total == 2
    describe_request(deal_id=deal, answers={"headcount": LARGE}, actor=company.dispatcher, at=THEN + 2 * DAY)
    lose(
        deal_id=deal,
        reason="client_side.frozen",
        evidence="письмо",
        actor=company.dispatcher,
        at=THEN + 2 * DAY,
    )
    sizes = {alike.size: one.kept for alike, one in rule_alone("first_response", viewer=company.owner).strata}
    assert sizes == {"middle": 2, "large": 1}


def test_rules_stand_in_the_order_of_the_process(company: Company) -> None:
    process = current_process()[1]
    keys = [one.rule.key for one in what_rules_are_worth(viewer=company.owner)]
    terms = [term.key for term in process.terms]
    assert keys[: len(terms)] == terms
    assert keys[len(terms)] == "request.intake_answered"
    assert "request.author_recorded" not in keys  # it only warns


def test_a_partner_agent_and_a_rule_that_is_not_there_are_refused(company: Company) -> None:
    for read in (
        lambda: what_rules_are_worth(viewer=company.agent),
        lambda: rule_alone("decision", viewer=company.agent),
        lambda: deals_of_rule("decision", "kept", viewer=company.agent),
    ):
        with pytest.raises(NotAllowed):
            read()
    for key in ("nonsense", "request.nonsense", ""):
        with pytest.raises(NotFound):
            rule_alone(key, viewer=company.owner)


def test_the_deals_behind_come_page_by_page(company: Company) -> None:
    deals = [closed_life(company, THEN, in_time=True) for _ in range(3)]
    first = deals_of_rule("first_response", "kept", viewer=company.owner)
    assert [row.id for row in first] == deals[::-1]
    assert [
        row.id for row in deals_of_rule("first_response", "kept", viewer=company.owner, after=deals[1])
    ] == [deals[0]]
