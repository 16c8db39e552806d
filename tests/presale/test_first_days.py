"""What of somebody's first week is done is read off from what is stored: nobody ticks anything."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from svyazka.presale.commitments.commands import keep, open_commitment
from svyazka.presale.deals.links import make_link
from svyazka.presale.deals.seats import appoint
from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.experts.claiming import claim
from svyazka.presale.journal.moment import moment
from svyazka.presale.journal.values import Actor
from svyazka.presale.launch.first_days import FIRST_DAYS, first_facts, is_new
from svyazka.presale.notices.commands import set_wishes
from svyazka.presale.people.commands import Profile, save_person
from svyazka.presale.people.queries import actor_by_id
from svyazka.presale.process.commands import publish_process
from svyazka.presale.stages.commands import complete_stage
from svyazka.presale.stages.evidence import supply_evidence
from svyazka.processes import packaged_text
from tests.chats import answer, linked
from tests.company import TUESDAY, Company, accepted_deal, whole_request
from tests.meetings import planned, read_dossier, summed_up
from tests.reviews import proposed, reviewed, won

pytestmark = pytest.mark.requirement("R49")

DAY = timedelta(days=1)


def facts(actor: Actor) -> frozenset[str]:
    return first_facts(viewer=actor)


def owed(us: Company, deal: int, performer: Actor) -> int:
    return open_commitment(
        deal_id=deal, performer_id=performer.me, result="Список складов", due_at=TUESDAY + DAY, controller_id=None,
        actor=us.manager, at=TUESDAY,
    )  # fmt: skip


def asked(us: Company, deal: int) -> int:
    ask = Ask(
        "expert", "1С:ERP", date(2026, 12, 1), date(2026, 12, 3), to_decide="Хватит ли типовой",
        goal="Клиент видит, как считается себестоимость",
    )  # fmt: skip
    return ask_for_expert(deal_id=deal, ask=ask, actor=us.manager, at=TUESDAY)


def test_nothing_is_done_in_the_first_minute(company: Company) -> None:
    for who in (company.manager, company.dispatcher, company.owner, company.agent, company.estimator):
        assert facts(who) == frozenset()
    assert facts(company.expert) == {"skilled"}


def _links(us: Company) -> Actor:
    answer()
    linked(us.estimator.me, TUESDAY)
    return us.estimator


def _wishes(us: Company) -> Actor:
    set_wishes(choices={}, quiet=None, digest_at=time(9), actor=us.estimator, at=TUESDAY)
    return us.estimator


def _brings(us: Company) -> Actor:
    whole_request(us)
    return us.programmer


def _keeps(us: Company) -> Actor:
    keep(commitment_id=owed(us, accepted_deal(us), us.expert), actor=us.expert, at=TUESDAY)
    return us.expert


def _asks(us: Company) -> Actor:
    asked(us, accepted_deal(us))
    return us.manager


def _plans(us: Company) -> Actor:
    planned(us, accepted_deal(us))
    return us.manager


def _goes(us: Company) -> Actor:
    claim(request_id=asked(us, accepted_deal(us)), actor=us.expert, at=TUESDAY)
    return us.expert


def _sends(us: Company) -> Actor:
    claim(request_id=asked(us, accepted_deal(us)), person_id=us.expert.me, actor=us.head, at=TUESDAY)
    return us.head


def _opens_door(us: Company) -> Actor:
    make_link(name="Сайт", actor=us.dispatcher, at=TUESDAY)
    return us.dispatcher


def _looks_back(us: Company) -> Actor:
    reviewed(us, won(us))
    return us.manager


def _proposes(us: Company) -> Actor:
    proposed(us, actor=us.head)
    return us.head


def _publishes(us: Company) -> Actor:
    publish_process(text=packaged_text() + "\n", note="наш", actor=us.owner, at=TUESDAY)
    return us.owner


def _estimates(us: Company) -> Actor:
    deal = accepted_deal(us)
    for stage in ("request", "preparation", "meeting"):
        complete_stage(deal_id=deal, stage=stage, reason="клиент торопит", actor=us.manager, at=TUESDAY)
    appoint(deal_id=deal, person_id=us.estimator.me, role="estimator", actor=us.manager, at=TUESDAY)
    supply_evidence(
        deal_id=deal, stage="estimate", check="estimate_submitted", text="файл в папке", actor=us.estimator, at=TUESDAY
    )  # fmt: skip
    return us.estimator


@pytest.mark.parametrize(
    ("act", "fact"),
    [
        (_links, "linked"), (_wishes, "wished"), (_brings, "brought"), (_keeps, "kept"), (_asks, "asked_expert"),
        (_plans, "planned"), (_goes, "went"), (_sends, "sent_expert"), (_opens_door, "opened_door"),
        (_estimates, "estimated"), (_looks_back, "looked_back"), (_proposes, "proposed"), (_publishes, "published"),
    ],
)  # fmt: skip
def test_whatever_somebody_does_ticks_its_step(
    company: Company, act: Callable[[Company], Actor], fact: str, settings: Any
) -> None:
    settings.CHANNELS = ("email", "telegram")
    assert fact in facts(act(company))


def test_a_deal_ticks_the_window_and_its_author(company: Company) -> None:
    accepted_deal(company)
    assert {"answered", "decided"} <= facts(company.dispatcher)
    author = company.programmer
    assert {"brought", "heard_back"} <= facts(author)
    assert not {"answered", "decided", "brought"} & facts(company.other_manager)


def test_a_meeting_ticks_who_read_and_who_wrote(company: Company) -> None:
    deal = accepted_deal(company)
    claim(request_id=asked(company, deal), actor=company.expert, at=TUESDAY)
    read_dossier(company, deal, at=TUESDAY)
    assert "read" in facts(company.expert)
    summed_up(company, deal)
    assert "wrote" in facts(company.manager)


def test_a_promise_that_somebody_else_closed_is_not_kept_by_him(company: Company) -> None:
    keep(
        commitment_id=owed(company, accepted_deal(company), company.expert), actor=company.manager, at=TUESDAY
    )
    assert "kept" not in facts(company.expert)


def test_somebody_is_new_for_two_weeks_from_when_he_was_entered(company: Company) -> None:
    later = TUESDAY + 30 * DAY
    profile = Profile("new@svyazka.example", "Новиков", "Илья", roles=("manager",))
    entered = save_person(profile=profile, actor=company.administrator, at=later)
    save_person(profile=profile, person_id=entered, actor=company.administrator, at=later + 5 * DAY)
    new = actor_by_id(entered, "web")
    assert new is not None
    assert is_new(viewer=new, at=later + FIRST_DAYS - DAY)
    assert not is_new(viewer=new, at=later + FIRST_DAYS)
    assert not is_new(viewer=company.manager, at=later)


def test_all_facts_are_one_query(company: Company) -> None:
    facts(company.manager)
    with moment(), CaptureQueriesContext(connection) as nothing:
        facts(company.manager)
    won(company)
    facts(company.manager)
    with moment(), CaptureQueriesContext(connection) as much:
        facts(company.manager)
    assert len(nothing) == len(much)
    assert sum("EXISTS" in one["sql"] for one in much) == 1
