"""A table's rows become deals at once, marked as what they are, and can be taken back as a whole."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from svyazka.presale.clients.models import Client, ClientKey, Contact
from svyazka.presale.clients.queries import find_clients, identity
from svyazka.presale.commitments.commands import keep
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.models import Deal, Seat
from svyazka.presale.imports.arrivals import Arrival, Contract, Step
from svyazka.presale.imports.commands import WorkedOn, bring_in, take_back
from svyazka.presale.imports.models import Import
from svyazka.presale.insight import tallies
from svyazka.presale.insight.figures import figures
from svyazka.presale.insight.models import Tally, Track
from svyazka.presale.insight.slices import Period, Slice
from svyazka.presale.insight.upkeep import recount
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import faults
from svyazka.presale.journal.values import Conflict, Invalid, NotAllowed
from svyazka.presale.notices.models import Notice
from svyazka.presale.notices.queries import latest_notices
from svyazka.presale.stages.commands import complete_stage
from svyazka.presale.stages.models import Visit
from svyazka.speech.notices import page_of
from tests.company import TUESDAY, Company, led_deal, whole_request
from tests.presale.plays import PLAYS
from tests.presale.slow_figures import from_journal

pytestmark = pytest.mark.requirement("R45")

STAGES = ("request", "preparation", "meeting", "estimate", "defence", "contract")
REASONS = ("competitor.other_integrator", "client.frozen", "estimate.over_budget")


def arrival(row: int, /, **said: object) -> Arrival:
    """A row of a table about an open deal in its second stage."""
    usual: dict[str, object] = {
        "answers": {"company": f"ООО «Ромашка {row}»", "request": "Учёт партий", "source": "сайт", "lines": ["опт"]},
        "client": f"ромашка {row}", "received": date(2026, 9, 7), "stage": "preparation",
    }  # fmt: skip
    return Arrival(row=row, **{**usual, **said})  # type: ignore[arg-type]


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
"""What the form lets through."""


@st.composite
def tables(draw: st.DrawFn) -> list[Arrival]:
    """Rows of all kinds."""
    found = []
    for row in range(draw(st.integers(1, 8))):
        status = draw(st.sampled_from(["open", "won", "lost", "declined"]))
        received = draw(st.dates(date(2026, 1, 1), date(2026, 11, 20)))
        closed = received + timedelta(days=draw(st.integers(0, 60))) if status != "open" else None
        lines = draw(st.lists(st.sampled_from(["опт", "Опт ", "розница", "производство"]), max_size=3))
        found.append(
            arrival(
                row + 2, status=status, received=received, closed=closed, stage=draw(st.sampled_from(STAGES)),
                answers={
                    "company": draw(st.sampled_from(["ООО «Лес»", "АО «Сталь»", "Ёлки & Ко 🌲"])), "lines": lines,
                    "source": draw(st.sampled_from(["сайт", "звонок", ""])), "request": draw(WORDS),
                },
                client=draw(st.sampled_from(["лес", "сталь"])),
                reason={"lost": draw(st.sampled_from(REASONS)), "declined": "declined"}.get(status, ""),
                contract=Contract(Decimal(draw(st.integers(1, 10**9))) / 100, received) if status == "won" else None,
            )
        )  # fmt: skip
    return found


@PLAYS
@given(rows=tables())
def test_figures_of_what_was_brought_in_are_those_of_the_raw_journal_and_of_counting_anew(
    company: Company, rows: list[Arrival]
) -> None:
    with transaction.atomic():
        whole_request(company)
        made = bring_in(arrivals=rows, name="воронка.xlsx", actor=company.dispatcher, at=TUESDAY)
        assert tallies.standing() == from_journal()
        deals = list(Deal.objects.order_by("pk").values_list("pk", flat=True))
        assert recount(deals=deals) == 0
        assert not list(faults())
        before = tallies.standing()
        take_back(import_id=made, actor=company.dispatcher, at=TUESDAY)
        assert tallies.standing() == from_journal()
        assert recount(deals=deals) == 0
        assert before != tallies.standing()
        transaction.set_rollback(True)


def test_an_open_deal_stands_where_the_table_says_and_somebody_owes_the_next_step(company: Company) -> None:
    us = company
    told = Step("Выслать анкету", date(2026, 11, 27), us.manager.me)
    seats = {"manager": us.manager.me, "expert": us.expert.me}
    bring_in(
        arrivals=[arrival(2, step=told, seats=seats, author_id=us.programmer.me), arrival(3, stage="request")],
        name="воронка.xlsx", actor=us.dispatcher, at=TUESDAY,
    )  # fmt: skip
    led, fresh = Deal.objects.order_by("pk")
    assert (led.number, led.stage, led.manager_id, led.holder_id) == (
        "С-2026-0001", "preparation", us.manager.me, us.manager.me,
    )  # fmt: skip
    assert set(Seat.objects.filter(deal=led).values_list("role", "person_id")) == {
        ("manager", us.manager.me), ("expert", us.expert.me), ("lead_generator", us.programmer.me),
    }  # fmt: skip
    owed = Commitment.objects.get(deal=led)
    assert (owed.result, owed.performer_id, owed.due_at) == ("Выслать анкету", us.manager.me, led.next_due)
    assert owed.due_at.isoformat() == "2026-11-27T15:00:00+00:00"
    named = Commitment.objects.get(deal=fresh)
    assert (named.term, named.performer_id, fresh.accepted_at) == ("next_step", us.dispatcher.me, None)


def test_a_date_that_has_passed_makes_nobody_late(company: Company) -> None:
    overdue = Step("Выслать анкету", date(2026, 10, 1))
    bring_in(arrivals=[arrival(2, step=overdue)], name="воронка.xlsx", actor=company.dispatcher, at=TUESDAY)
    assert Commitment.objects.get().due_at > TUESDAY


def test_no_clock_runs_over_what_was_before(company: Company) -> None:
    us = company
    bring_in(
        arrivals=[arrival(2, seats={"manager": us.manager.me})], name="воронка.xlsx", actor=us.dispatcher, at=TUESDAY
    )  # fmt: skip
    deal = Deal.objects.get()
    later = TUESDAY + timedelta(hours=4)
    complete_stage(
        deal_id=deal.pk, stage="preparation", reason="готовили до переезда", actor=us.manager, at=later
    )
    complete_stage(
        deal_id=deal.pk, stage="meeting", reason="встретились до переезда", actor=us.manager, at=later + timedelta(hours=1)
    )  # fmt: skip
    stays = dict(Visit.objects.filter(deal=deal).values_list("stage", "minutes"))
    # where it stood when it came nobody knows for how long; from then on the time is known
    assert stays == {"preparation": None, "meeting": 60, "estimate": None}
    assert Track.objects.get().response is None
    assert recount(deals=[deal.pk]) == 0
    seen = figures(viewer=us.administrator, of=Slice(Period(202609, 202609)))
    assert (seen.outcomes.received, seen.unanswered) == (1, 0)


def test_what_was_decided_counts_as_decided(company: Company) -> None:
    won = Contract(Decimal("1250000.50"), date(2026, 10, 5))
    rows = [
        arrival(2, status="won", closed=date(2026, 10, 5), contract=won, stage="contract"),
        arrival(3, status="lost", closed=date(2026, 10, 6), reason="client.frozen", stage="meeting"),
        arrival(4, received=date(2026, 10, 1)),
    ]
    bring_in(arrivals=rows, name="воронка.xlsx", actor=company.dispatcher, at=TUESDAY)
    seen = figures(viewer=company.administrator, of=Slice(Period(202609, 202609)))
    assert (seen.outcomes.received, seen.outcomes.won, seen.outcomes.lost) == (2, 1, 1)
    assert seen.kopecks == 125_000_050
    assert [(one.reason, one.count) for one in seen.causes] == [("client.frozen", 1)]


def test_rows_of_a_client_share_him_and_a_client_of_ours_learns_what_is_new(company: Company) -> None:
    ours = Deal.objects.get(pk=led_deal(company)).client_id
    person = {"contact_name": "Пётр Ильин", "phone": "+7 916 000-00-01", "source": "звонок"}
    rows = [
        arrival(2, client="лютик", answers={"company": "ООО «Лютик»", "inn": "5408130693", **person}),
        arrival(3, client="лютик", answers={"company": "Лютик", "source": "звонок"}),
        arrival(4, client=ours, answers={"company": "Северный лес", "lines": ["мебель"], **person}),
    ]
    bring_in(arrivals=rows, name="воронка.xlsx", actor=company.dispatcher, at=TUESDAY)
    fresh = Client.objects.get(inn="5408130693")
    assert (fresh.deals.count(), fresh.contacts.count()) == (2, 1)
    assert "мебель" in Client.objects.get(pk=ours).lines
    assert Contact.objects.filter(client=ours, name="Пётр Ильин").exists()
    (match,) = find_clients(identity(inn="5408130693"))
    assert match.client_id == fresh.pk


def test_a_deal_that_was_brought_in_lives_on_like_any_other(company: Company) -> None:
    us = company
    whole_request(us)
    bring_in(
        arrivals=[arrival(2, seats={"manager": us.manager.me})], name="воронка.xlsx", actor=us.dispatcher, at=TUESDAY
    )  # fmt: skip
    deal = Deal.objects.get(imported_at__isnull=False)
    (owed,) = commitments_of(deal.pk)
    keep(commitment_id=owed.id, actor=us.manager, at=TUESDAY, note="назвали")
    assert Deal.objects.get(pk=deal.pk).open_commitments >= 1
    assert tallies.standing() == from_journal()
    # numbers go on, in the table and here
    assert [one.number for one in Deal.objects.order_by("pk")] == ["С-2026-0001", "С-2026-0002"]
    assert whole_request(us).number == "С-2026-0003"


def test_an_import_is_taken_back_as_a_whole_and_may_come_again(company: Company) -> None:
    us = company
    kept = led_deal(us)
    before, last = tallies.standing(), Client.objects.latest("pk").pk
    told = {
        "company": "ООО «Лютик»",
        "inn": "5408130693",
        "contact_name": "Пётр",
        "phone": "+7 916 000-00-01",
    }
    rows = [arrival(2, answers=told), arrival(3)]
    made = bring_in(arrivals=rows, name="воронка.xlsx", actor=us.dispatcher, at=TUESDAY)
    assert take_back(import_id=made, actor=us.dispatcher, at=TUESDAY) == 2
    assert tallies.standing() == before
    assert set(Deal.objects.exclude(pk=kept).values_list("status", flat=True)) == {"withdrawn"}
    assert not find_clients(identity(inn="5408130693", phone="+7 916 000-00-01", name="ООО «Лютик»"))
    assert not ClientKey.objects.filter(client__pk__gt=last).exists()
    with pytest.raises(Conflict, match="import_taken_back"):
        take_back(import_id=made, actor=us.dispatcher, at=TUESDAY)
    bring_in(arrivals=rows, name="воронка.xlsx", actor=us.dispatcher, at=TUESDAY)
    assert Client.objects.get(inn="5408130693").deals.get().status == "open"
    assert Entry.objects.filter(act="deal.withdrawn").count() == 2


def test_what_people_have_worked_on_is_not_taken_back_unasked(company: Company) -> None:
    us = company
    rows = [arrival(2, seats={"manager": us.manager.me}), arrival(3)]
    made = bring_in(arrivals=rows, name="воронка.xlsx", actor=us.dispatcher, at=TUESDAY)
    (owed,) = commitments_of(Deal.objects.order_by("pk")[0].pk)
    keep(commitment_id=owed.id, actor=us.manager, at=TUESDAY, note="назвали")
    with pytest.raises(WorkedOn) as refused:
        take_back(import_id=made, actor=us.dispatcher, at=TUESDAY)
    assert refused.value.params == {"deals": 1}
    assert take_back(import_id=made, actor=us.dispatcher, at=TUESDAY, worked_on=True) == 2
    assert tallies.standing() == {} == from_journal()


def test_nothing_comes_in_where_one_row_cannot(company: Company) -> None:
    rows = [arrival(2), arrival(3, status="lost")]  # a lost deal has a reason: the database knows
    with pytest.raises(Exception, match="deal_lost_with_reason"):
        bring_in(arrivals=rows, name="воронка.xlsx", actor=company.dispatcher, at=TUESDAY)
    assert not any(found.exists() for found in (Deal.objects, Import.objects, Tally.objects.exclude(n=0)))
    assert not Entry.objects.exclude(chain=0).exists()


def test_tables_are_brought_in_by_the_window_and_administrators(company: Company) -> None:
    for actor in (company.manager, company.agent, company.head):
        with pytest.raises(NotAllowed):
            bring_in(arrivals=[arrival(2)], name="воронка.xlsx", actor=actor, at=TUESDAY)
    with pytest.raises(Invalid, match="nothing_to_import"):
        bring_in(arrivals=[], name="воронка.xlsx", actor=company.administrator, at=TUESDAY)


def test_whose_step_is_next_hears_of_a_whole_table_at_once(company: Company) -> None:
    us = company
    seats = {"manager": us.manager.me}
    rows = [arrival(row, seats=seats) for row in (2, 3)] + [arrival(4), arrival(5, status="lost", reason="x")]
    made = bring_in(arrivals=rows, name="воронка.xlsx", actor=us.dispatcher, at=TUESDAY)
    told = Notice.objects.order_by("person_id").values_list("person_id", "kind", "why", "deal_id", "data")
    assert [*told] == [
        (us.manager.me, "import.made", "owes", None, {"import": made, "deals": 2, "changed": []})
    ]
    (row,) = latest_notices(viewer=us.manager)
    assert page_of(row, None) == f"/board/list/?person={us.manager.me}"
