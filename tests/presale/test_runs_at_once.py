"""Several people at one status run at the same instant, each on a connection of his own."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.queries import faults
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.runs.beginning import RunUnderWay, begin_run
from svyazka.presale.meetings.runs.commands import Typed, end_run, go_on
from svyazka.presale.meetings.runs.models import Run, Stop
from svyazka.presale.meetings.runs.queries import run_page
from svyazka.presale.meetings.writing import MeetingMoved
from svyazka.presale.notices.models import Notice
from svyazka.presale.stages.commands import lose
from tests.company import TUESDAY, Company, accepted_deal, found_company

pytestmark = [pytest.mark.requirement("R36"), pytest.mark.django_db(transaction=True)]

MINUTE = timedelta(minutes=1)
INNS = ("7707083893", "7728168971", "5024002119", "7736050003")


@pytest.fixture
def us(transactional_db: None) -> Company:
    return found_company()


def together(*acts: Callable[[], object]) -> list[object]:
    """Do these at once; gives what each answered, or how it was refused."""
    barrier, answers = threading.Barrier(len(acts)), list[object]([None] * len(acts))

    def one(place: int) -> None:
        try:
            barrier.wait(timeout=20)
            answers[place] = acts[place]()
        except Exception as refused:  # noqa: BLE001 (it is looked at by the test)
            answers[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def begun(us: Company, count: int = 4) -> int:
    ids = [accepted_deal(us, inn=inn) for inn in INNS[:count]]
    return begin_run(deal_ids=ids, people=[us.head.me, us.expert.me], actor=us.manager, at=TUESDAY)


def test_of_all_who_press_next_at_once_one_goes_on_and_nothing_typed_is_lost(us: Company) -> None:
    run = begun(us)
    stop = Stop.objects.earliest("position")

    def press(actor: Actor, words: str) -> Callable[[], bool]:
        typed = Typed(step=f"@estimator {words} к 30.11.2026 15:00")
        return lambda: go_on(
            meeting_id=run, stop_id=stop.pk, how="next", typed=typed, actor=actor, at=TUESDAY + MINUTE
        )

    answers = together(
        press(us.manager, "смета"),
        press(us.head, "план"),
        press(us.expert, "схема"),
        press(us.manager, "смета"),
    )
    assert sorted(map(str, answers)) == ["False", "False", "False", "True"]
    page = run_page(meeting_id=run, viewer=us.manager, at=TUESDAY + MINUTE)
    assert page.current is not None
    assert page.current.position == 1
    assert {one.result for one in page.tasks} == {"смета", "план", "схема"}
    assert len(page.tasks) == 3, "one line twice is one task"
    assert Stop.objects.get(pk=stop.pk).seconds == 60
    assert Entry.objects.filter(chain=stop.deal_id, act="deal.reviewed").count() == 1
    assert not list(faults())


def test_a_deal_that_is_closed_at_the_same_instant_is_talked_through_or_passed_by(us: Company) -> None:
    run = begun(us, 2)
    first, second = Stop.objects.order_by("position")
    answers = together(
        lambda: lose(
            deal_id=second.deal_id, reason="client_side.frozen", evidence="письмо", actor=us.manager, at=TUESDAY
        ),
        lambda: go_on(
            meeting_id=run, stop_id=first.pk, how="next", typed=Typed({"risk": "нет"}), actor=us.head, at=TUESDAY
        ),
    )  # fmt: skip
    assert answers == [None, True]
    row, second = Run.objects.get(pk=run), Stop.objects.get(pk=second.pk)
    assert (row.place, second.outcome) in {(second.position, ""), (None, "gone")}
    assert not list(faults())


def test_a_run_that_two_end_at_once_ends_once_and_is_told_of_once(us: Company) -> None:
    run = begun(us, 2)
    answers = together(
        lambda: end_run(meeting_id=run, actor=us.manager, at=TUESDAY + MINUTE),
        lambda: end_run(meeting_id=run, actor=us.head, at=TUESDAY + MINUTE),
    )
    assert sorted(type(one).__name__ for one in answers) == [MeetingMoved.__name__, "NoneType"]
    assert Entry.objects.filter(act="run.ended").count() == 1
    told = Notice.objects.filter(kind="run.ended").values_list("person_id", flat=True)
    assert len(told) == len(set(told)) == 2


def test_a_double_press_begins_one_run(us: Company) -> None:
    deal = accepted_deal(us)
    answers = together(*[lambda: begin_run(deal_ids=[deal], actor=us.manager, at=TUESDAY)] * 2)
    assert sorted(type(one).__name__ for one in answers) == [RunUnderWay.__name__, "int"]
    assert Run.objects.count() == 1
