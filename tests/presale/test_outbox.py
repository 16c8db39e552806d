"""The outbox: in order, within the limits, nothing lost, and what may have been said twice is counted."""

import random
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from svyazka.presale.channels.commands import (
    PlaceIsGone,
    bind_place,
    drop,
    resend,
    revive_place,
    say,
    show_card,
    unbind_place,
)
from svyazka.presale.channels.models import Message, Place, Way
from svyazka.presale.channels.outbox import (
    ATTEMPTS,
    LEASE,
    Taken,
    is_due,
    pause_after,
    release,
    stands_still,
    take,
)
from svyazka.presale.channels.port import Dead, Down, Gone, Limits, Moved, Retry, Sent, Wait
from svyazka.presale.channels.settling import give_up, settle
from svyazka.presale.journal.models import Entry
from svyazka.presale.journal.values import SYSTEM, NotAllowed, NotFound
from svyazka.presale.notices.models import Notice
from tests.company import TUESDAY, Company

SECOND = timedelta(seconds=1)
FREE = Limits()


def chat(name: str = "one", role: str = "deals", thread: str = "", person: int | None = None) -> int:
    return bind_place(
        channel="post", chat=name, thread=thread, role=role, person_id=person, actor=SYSTEM, at=TUESDAY
    )


def tell(place: int, said: str = "a", at: datetime = TUESDAY) -> None:
    say(place_id=place, kind="test", subject=said, at=at)


def taken(
    at: datetime = TUESDAY, *, limits: Limits = FREE, worker: str = "w", limit: int = 10
) -> list[Taken]:
    return list(take(channel="post", limits=limits, worker=worker, at=at, limit=limit))


def subjects(at: datetime = TUESDAY, **more: object) -> list[str]:
    return [one.subject for one in taken(at, **more)]  # type: ignore[arg-type]


def only() -> Message:
    return Message.objects.get()


@pytest.mark.usefixtures("company")
class TestInTurn:
    def test_a_place_hears_its_messages_one_by_one_in_their_order(self) -> None:
        place = chat()
        for said in "abc":
            tell(place, said)
        heard = []
        for _ in range(3):
            (one,) = taken()
            assert taken(worker="other") == [], "the next one waits until this one is settled"
            heard.append(one.subject)
            settle(taken=one, outcome=Sent("7"), worker="w", at=TUESDAY)
        assert heard == ["a", "b", "c"]
        assert {(row.status, row.receipt, row.worker) for row in Message.objects.all()} == {("sent", "7", "")}

    def test_of_several_places_the_longest_waiting_comes_first(self) -> None:
        first, second = chat("one"), chat("two")
        tell(second, "b")
        tell(first, "a")
        assert subjects(limit=1) == ["b"]
        assert subjects(limit=1) == ["a"]

    def test_a_message_that_is_tried_again_holds_the_later_ones_back(self) -> None:
        place = chat()
        tell(place, "a")
        tell(place, "b")
        (one,) = taken()
        settle(taken=one, outcome=Retry("busy"), worker="w", at=TUESDAY)
        assert subjects(TUESDAY + SECOND) == []
        assert subjects(TUESDAY + timedelta(minutes=1)) == ["a"]

    def test_a_message_for_later_holds_nobody_back(self) -> None:
        place = chat()
        say(place_id=place, kind="test", subject="in the morning", at=TUESDAY, next_at=TUESDAY + LEASE)
        tell(place, "now")
        assert subjects() == ["now"]

    def test_threads_of_one_chat_are_never_served_at_once(self) -> None:
        for thread in "123":
            tell(chat("group", thread=thread), thread)
        assert len(taken()) == 1

    def test_what_is_written_in_a_transaction_that_fails_was_never_there(self) -> None:
        place = chat()
        with transaction.atomic():
            tell(place)
            transaction.set_rollback(True)
        assert taken() == []
        assert not is_due(channel="post", at=TUESDAY)

    def test_of_two_with_one_key_the_second_is_not_written(self) -> None:
        place = chat()
        for _ in range(2):
            say(place_id=place, kind="digest", at=TUESDAY, dedup="digest:1:post:2026-11-24")
        assert Message.objects.count() == 1

    def test_an_empty_queue_costs_one_query(self) -> None:
        with CaptureQueriesContext(connection) as asked:
            assert not is_due(channel="post", at=TUESDAY)
        assert len(asked) == 1

    @pytest.mark.parametrize("more", [0, 40])
    def test_taking_and_settling_cost_the_same_however_much_waits(self, more: int) -> None:
        places = [chat(str(number)) for number in range(5)]
        for number in range(5 + more):
            tell(places[number % 5], str(number))
        with CaptureQueriesContext(connection) as asked:
            (one,) = taken(limits=Limits(person=1, group=3, rate=20), limit=1)
            settle(taken=one, outcome=Sent(), worker="w", at=TUESDAY)
        assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) <= 11


@pytest.mark.usefixtures("company")
class TestLimits:
    def test_a_group_rests_between_two_messages_with_all_its_threads(self) -> None:
        limits = Limits(group=3)
        tell(chat("group", thread="1"), "a")
        tell(chat("group", thread="2"), "b")
        (one,) = taken(limits=limits)
        settle(taken=one, outcome=Sent(), worker="w", at=TUESDAY)
        assert subjects(TUESDAY + 2 * SECOND, limits=limits) == []
        assert subjects(TUESDAY + 3 * SECOND, limits=limits) == ["b"]

    def test_a_person_has_a_limit_of_his_own(self, company: Company) -> None:
        limits = Limits(person=1, group=3)
        place = chat("me", role="person", person=company.expert.me)
        tell(place, "a")
        tell(place, "b")
        (one,) = taken(limits=limits)
        settle(taken=one, outcome=Sent(), worker="w", at=TUESDAY)
        assert subjects(TUESDAY + SECOND / 2, limits=limits) == []
        assert subjects(TUESDAY + SECOND, limits=limits) == ["b"]

    def test_all_workers_together_keep_to_the_rate_of_the_channel(self) -> None:
        limits = Limits(rate=20)
        for number in range(100):
            tell(chat(str(number)), str(number))
        sent = 0
        for step in range(20):  # a second, asked by two workers every twentieth of it
            for worker in ("one", "two"):
                sent += len(taken(TUESDAY + step * SECOND / 20, limits=limits, worker=worker))
        assert 20 <= sent <= 25

    def test_a_channel_that_asks_for_silence_in_a_chat_gets_it_and_the_attempt_is_not_counted(self) -> None:
        tell(chat("group", thread="1"), "a")
        tell(chat("group", thread="2"), "b")
        tell(chat("other"), "c")
        first, other = taken()
        settle(taken=first, outcome=Wait(30), worker="w", at=TUESDAY)
        assert Message.objects.get(pk=first.id).attempts == 0
        settle(taken=other, outcome=Sent(), worker="w", at=TUESDAY)
        assert subjects(TUESDAY + 29 * SECOND) == []
        assert subjects(TUESDAY + 30 * SECOND) == ["a"]

    def test_a_channel_that_is_down_rests_and_no_message_pays_for_it(self) -> None:
        tell(chat("one"), "a")
        tell(chat("two"), "b")
        (one,) = taken(limit=1)
        settle(taken=one, outcome=Down(60, "connection refused"), worker="w", at=TUESDAY)
        assert subjects(TUESDAY + 59 * SECOND) == []
        assert subjects(TUESDAY + 60 * SECOND) == ["a", "b"]
        assert set(Message.objects.values_list("attempts", flat=True)) == {1}
        assert Way.objects.get().because == "connection refused"


@pytest.mark.usefixtures("company")
class TestFailures:
    def test_pauses_grow_and_end_and_differ(self) -> None:
        chance = random.getstate()
        random.seed(3)
        pauses = [pause_after(attempt).total_seconds() for attempt in range(1, 12)]
        random.setstate(chance)
        assert 15 <= pauses[0] <= 25
        assert max(pauses) <= 30 * 60 * 1.25
        assert all(later > earlier for earlier, later in pairwise(pauses[:7]))
        assert len({pause_after(3) for _ in range(9)}) > 1

    def test_after_so_many_attempts_a_message_is_dead_and_the_next_one_goes(self) -> None:
        place = chat()
        tell(place, "a")
        tell(place, "b")
        at = TUESDAY
        for _ in range(ATTEMPTS):
            (one,) = taken(at)
            assert one.subject == "a"
            settle(taken=one, outcome=Retry("451 try later"), worker="w", at=at)
            at += timedelta(hours=1)
        dead = Message.objects.get(subject="a")
        assert (dead.status, dead.error, dead.attempts) == ("dead", "451 try later", ATTEMPTS)
        assert subjects(at) == ["b"]

    def test_a_message_that_will_never_be_taken_is_dead_at_once(self, company: Company) -> None:
        tell(chat())
        (one,) = taken()
        settle(taken=one, outcome=Dead("554 no"), worker="w", at=TUESDAY)
        assert subjects(TUESDAY + LEASE) == []
        assert resend(message_id=one.id, actor=company.administrator, at=TUESDAY + LEASE) == 1
        assert subjects(TUESDAY + LEASE) == ["a"]

    def test_a_dead_message_can_be_given_up(self, company: Company) -> None:
        tell(chat())
        (one,) = taken()
        settle(taken=one, outcome=Dead("554 no"), worker="w", at=TUESDAY)
        drop(message_id=one.id, actor=company.administrator, at=TUESDAY)
        assert only().status == "dropped"
        with pytest.raises(NotFound):
            resend(message_id=one.id, actor=company.administrator, at=TUESDAY)

    @pytest.mark.parametrize("who", ["manager", "head", "dispatcher", "agent"])
    def test_only_administrators_mend(self, company: Company, who: str) -> None:
        place = chat()
        for mend in (
            lambda actor: resend(message_id=None, actor=actor, at=TUESDAY),
            lambda actor: drop(message_id=None, actor=actor, at=TUESDAY),
            lambda actor: revive_place(place_id=place, actor=actor, at=TUESDAY),
        ):
            with pytest.raises(NotAllowed):
                mend(getattr(company, who))

    def test_where_nobody_is_nothing_is_sent_until_somebody_switches_it_on(self, company: Company) -> None:
        place = chat()
        tell(place, "a")
        tell(place, "b")
        (one,) = taken()
        settle(taken=one, outcome=Gone("chat not found"), worker="w", at=TUESDAY)
        assert set(Message.objects.values_list("status", "error")) == {("dropped", "chat not found")}
        tell(place, "c")
        assert taken() == []
        revive_place(place_id=place, actor=company.administrator, at=TUESDAY)
        assert subjects() == ["c"]
        assert [entry.act for entry in Entry.objects.filter(act__startswith="place.").order_by("pk")] == [
            "place.bound", "place.gone", "place.revived",
        ]  # fmt: skip

    def test_whose_place_is_gone_is_told_by_the_bell(self, company: Company) -> None:
        tell(chat("me", role="person", person=company.expert.me))
        (one,) = taken()
        settle(taken=one, outcome=Gone("blocked"), worker="w", at=TUESDAY)
        notice = Notice.objects.get(kind="place.gone")
        assert (notice.person_id, notice.why, notice.data["channel"]) == (
            company.expert.me,
            "address",
            "post",
        )

    def test_to_a_place_where_nobody_is_nothing_is_sent_again(self, company: Company) -> None:
        place = chat()
        tell(place)
        (one,) = taken()
        settle(taken=one, outcome=Dead("no"), worker="w", at=TUESDAY)
        unbind_place(place_id=place, actor=company.administrator, at=TUESDAY)
        with pytest.raises(PlaceIsGone):
            resend(message_id=one.id, actor=company.administrator, at=TUESDAY)
        assert resend(message_id=None, actor=company.administrator, at=TUESDAY) == 0

    def test_a_chat_that_has_moved_takes_its_messages_and_threads_along(self) -> None:
        tell(chat("old", thread="1"), "a")
        tell(chat("old", thread="2"), "b")
        (one,) = taken()
        settle(taken=one, outcome=Moved("new"), worker="w", at=TUESDAY)
        heard = []
        for _ in range(2):
            (one,) = taken()
            heard.append((one.subject, one.chat, one.attempts))
            settle(taken=one, outcome=Sent(), worker="w", at=TUESDAY)
        assert heard == [("a", "new", 1), ("b", "new", 1)]

    def test_a_chat_that_has_moved_to_one_we_know_leaves_its_messages_there(self) -> None:
        old, new = chat("old"), chat("new")
        tell(old, "a")
        (one,) = taken()
        settle(taken=one, outcome=Moved("new"), worker="w", at=TUESDAY)
        assert [(one.subject, one.place_id) for one in taken()] == [("a", new)]
        assert Place.objects.get(pk=old).gone_at is not None


@pytest.mark.usefixtures("company")
class TestLeases:
    def test_a_message_of_a_worker_who_is_silent_goes_to_another_and_counts_as_perhaps_sent_twice(
        self,
    ) -> None:
        tell(chat())
        taken(worker="dead")
        assert taken(TUESDAY + LEASE - SECOND, worker="next") == []
        (again,) = taken(TUESDAY + LEASE, worker="next")
        assert (only().repeats, again.attempts) == (1, 2)

    def test_whoever_has_lost_his_lease_writes_nothing(self) -> None:
        tell(chat())
        (late,) = taken(worker="late")
        (again,) = taken(TUESDAY + LEASE, worker="next")
        assert not settle(taken=late, outcome=Dead("no"), worker="late", at=TUESDAY + LEASE)
        assert not give_up(taken=late, worker="late", because="no")
        assert settle(taken=again, outcome=Sent("7"), worker="next", at=TUESDAY + LEASE)
        assert (only().status, only().receipt) == ("sent", "7")

    def test_what_the_dead_have_taken_is_given_back_at_once(self) -> None:
        tell(chat("one"))
        tell(chat("two"))
        taken(worker="dead", limit=1)
        taken(worker="alive", limit=1)
        assert release(lives=lambda worker: worker == "alive", at=TUESDAY) == 1
        assert len(taken(worker="next")) == 1

    def test_a_message_that_kills_whoever_takes_it_is_dead_in_the_end(self) -> None:
        tell(chat())
        at = TUESDAY
        for _ in range(ATTEMPTS):
            assert taken(at)
            at += LEASE
        assert taken(at) == []
        assert only().status == "dead"

    def test_a_connection_that_broke_nobody_knows_where_is_counted(self) -> None:
        tell(chat())
        (one,) = taken()
        settle(taken=one, outcome=Retry("timeout", perhaps_sent=True), worker="w", at=TUESDAY)
        assert only().repeats == 1

    def test_a_queue_that_stands_still_is_seen_and_one_that_waits_for_a_retry_is_not(self) -> None:
        tell(chat())
        assert stands_still(channel="post", at=TUESDAY)
        (one,) = taken()
        assert not stands_still(channel="post", at=TUESDAY)
        settle(taken=one, outcome=Retry("busy"), worker="w", at=TUESDAY)
        assert not stands_still(channel="post", at=TUESDAY + SECOND)


@pytest.mark.usefixtures("company")
class TestCards:
    def test_many_changes_make_one_card_and_one_edit(self) -> None:
        place = chat()
        for _ in range(3):
            show_card(place_id=place, subject="expert_request:12", at=TUESDAY)
        (one,) = taken()
        assert one.receipt == ""
        settle(taken=one, outcome=Sent("44"), worker="w", at=TUESDAY)
        for _ in range(3):
            show_card(place_id=place, subject="expert_request:12", at=TUESDAY)
        (edit,) = taken()
        assert (edit.id, edit.receipt) == (one.id, "44")
        settle(taken=edit, outcome=Sent("44"), worker="w", at=TUESDAY)
        assert taken() == []

    def test_a_card_that_changes_on_its_way_goes_out_once_more_as_an_edit(self) -> None:
        place = chat()
        show_card(place_id=place, subject="expert_request:12", at=TUESDAY)
        (one,) = taken()
        show_card(place_id=place, subject="expert_request:12", at=TUESDAY)
        assert taken(worker="other") == []
        settle(taken=one, outcome=Sent("44"), worker="w", at=TUESDAY)
        (edit,) = taken()
        assert edit.receipt == "44"

    def test_a_dead_card_lives_again_when_it_changes(self) -> None:
        place = chat()
        show_card(place_id=place, subject="expert_request:12", at=TUESDAY)
        (one,) = taken()
        settle(taken=one, outcome=Dead("no"), worker="w", at=TUESDAY)
        show_card(place_id=place, subject="expert_request:12", at=TUESDAY)
        assert len(taken()) == 1


def _in_threads(work: Callable[[int], None], count: int) -> None:
    failed: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 (told by the test itself)
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []


@pytest.mark.django_db(transaction=True)
def test_three_workers_and_two_writers_at_once_keep_the_order_of_every_place_and_send_each_once() -> None:
    places = [chat(str(number)) for number in range(7)]
    heard: dict[int, list[int]] = defaultdict(list)
    done = threading.Event()
    written = threading.Barrier(2)

    def work(number: int) -> None:
        if number < 2:
            for turn in range(30):
                tell(places[(turn * (number + 1)) % len(places)], f"{number}-{turn}")
            if written.wait() == 0:
                done.set()
            return
        chance = random.Random(number)
        while True:
            last = done.is_set()
            found = taken(worker=str(number), limit=chance.randint(1, 3))
            for one in found:
                if chance.random() < 0.1:
                    settle(taken=one, outcome=Wait(0), worker=str(number), at=TUESDAY)
                    continue
                heard[one.place_id].append(one.id)
                assert settle(taken=one, outcome=Sent(), worker=str(number), at=TUESDAY)
            if last and not found and not Message.objects.filter(status="waiting").exists():
                return

    _in_threads(work, 5)
    assert sum(len(ids) for ids in heard.values()) == 60
    for ids in heard.values():
        assert ids == sorted(set(ids))
    assert not Message.objects.exclude(repeats=0).exists()
