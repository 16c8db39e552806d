"""The single window: no request is lost, none is there twice, and each has one who is accountable."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.commands import (
    PossibleDuplicates,
    close_request,
    confirm_no_duplicate,
    describe_request,
    receive_request,
    say_contacted,
)
from svyazka.presale.deals.intake import Unknown
from svyazka.presale.deals.queries import Filters, deal_rows, own_leads, window_rows
from svyazka.presale.journal.values import Actor, Invalid, NotAllowed, NotFound
from svyazka.presale.models import Deal
from svyazka.presale.notices.queries import latest_notices
from svyazka.presale.people.commands import Profile, record_absence, save_person
from svyazka.presale.people.models import Person
from svyazka.presale.stages.queries import deal_page_by_id
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, whole_request

STRANGER = Actor(person_id=None, channel="public")


def _outside(company: Company) -> Actor:
    return Actor(person_id=company.programmer.person_id, channel="api", roles=company.programmer.roles)


@pytest.mark.requirement("R01")
@pytest.mark.parametrize("channel", ["web", "public", "agent", "api", "cli"])
def test_a_request_by_any_channel_is_in_the_queue_once_with_its_source(
    company: Company, channel: str
) -> None:
    actor = STRANGER if channel == "public" else Actor(company.programmer.person_id, channel)  # type: ignore[arg-type]
    answers = {**WHOLE_REQUEST, "source": f"из канала {channel}"}
    for _ in range(3):
        receive_request(answers=answers, actor=actor, at=TUESDAY, source=channel, external_id="42")
    queue = window_rows(viewer=company.dispatcher)
    assert [(row.source, row.title) for row in queue] == [(channel, WHOLE_REQUEST["request"])]


@pytest.mark.requirement("R02")
def test_each_request_has_one_dispatcher_who_owes_the_first_answer(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    owed = {row.term: row.performer_id for row in commitments_of(deal_id)}
    assert owed["first_response"] == owed["decision"] == company.dispatcher.person_id
    assert [notice.kind for notice in latest_notices(viewer=company.dispatcher)] == ["deal.received"]


@pytest.mark.requirement("R03")
def test_the_first_answer_is_due_in_two_working_hours_and_at_the_utmost_in_a_day(company: Company) -> None:
    friday_evening = TUESDAY.replace(day=27, hour=14, minute=30)  # 17:30 in Moscow, work ends at 18:00
    deal_id = whole_request(company, friday_evening).deal_id
    first = next(row for row in commitments_of(deal_id) if row.term == "first_response")
    assert first.due_at == TUESDAY.replace(day=30, hour=7, minute=30)  # Monday 10:30
    assert first.hard_due_at == TUESDAY.replace(day=30, hour=14, minute=30)


@pytest.mark.requirement("R04")
def test_an_incomplete_request_is_kept_and_says_what_is_missing(company: Company) -> None:
    answers = {key: value for key, value in WHOLE_REQUEST.items() if key not in {"budget", "inn"}}
    received = receive_request(answers=answers, actor=_outside(company), at=TUESDAY)
    assert received.missing == ("company", "budget")
    page = deal_page_by_id(deal_id=received.deal_id, viewer=company.dispatcher, at=TUESDAY)
    assert "intake_answered" in {check.key for check in page.standing.blockers}


@pytest.mark.requirement("R04")
def test_not_known_yet_opens_a_commitment_of_who_finds_out(company: Company) -> None:
    answers = {key: value for key, value in WHOLE_REQUEST.items() if key != "budget"}
    assert company.manager.person_id is not None
    unknown = {"budget": Unknown(company.manager.person_id, TUESDAY.date() + timedelta(days=1))}
    deal_id = receive_request(answers=answers, unknown=unknown, actor=company.programmer, at=TUESDAY).deal_id
    finding = next(row for row in commitments_of(deal_id) if row.term == "find_out.budget")
    assert (finding.performer_id, finding.due_at) == (
        company.manager.person_id,
        TUESDAY.replace(day=25, hour=15),
    )
    later = TUESDAY + timedelta(hours=2)
    describe_request(deal_id=deal_id, answers={"budget": "3 млн"}, actor=company.dispatcher, at=later)
    after = next(row for row in commitments_of(deal_id) if row.id == finding.id)
    assert (after.outcome, after.closed_at) == ("kept", later)


@pytest.mark.parametrize("junk", ["-", "нет", "уточнить", "???"])
def test_junk_in_the_browser_is_refused_by_name_of_the_box(company: Company, junk: str) -> None:
    with pytest.raises(Invalid) as refused:
        receive_request(answers={**WHOLE_REQUEST, "budget": junk}, actor=company.programmer, at=TUESDAY)
    assert refused.value.errors == {"budget": "junk"}


def test_junk_from_outside_is_kept_but_counts_as_missing(company: Company) -> None:
    received = receive_request(answers={**WHOLE_REQUEST, "budget": "-"}, actor=STRANGER, at=TUESDAY)
    assert received.missing == ("budget",)
    assert received.problems == {"budget": "junk"}
    assert Deal.objects.get(pk=received.deal_id).intake["answers"]["budget"] == "-"


def test_an_inn_of_zeros_identifies_nobody(company: Company) -> None:
    received = receive_request(answers={**WHOLE_REQUEST, "inn": "0000000000"}, actor=STRANGER, at=TUESDAY)
    assert received.problems == {"inn": "bad_inn"}
    assert received.missing == ("company",)


@pytest.mark.requirement("R05")
@pytest.mark.parametrize(
    ("answers", "sign"),
    [
        ({"company": "Другое имя", "inn": "7707083893"}, "inn"),
        ({"company": "Другое имя", "phone": "8 (916) 123 45 67"}, "phone"),
        ({"company": "Другое имя", "email": "LESKOVA@sevles.example"}, "email"),
        ({"company": "Другое имя", "email": "zakupki@sevles.example"}, "domain"),
        ({"company": "АО Северный Лес"}, "name"),
        ({"company": "Severny Les LLC"}, "name"),
        ({"company": "Северный лесс"}, "similar"),
    ],
)
def test_whoever_may_be_the_same_is_shown_before_a_second_deal_opens(
    company: Company, answers: dict[str, str], sign: str
) -> None:
    whole_request(company)
    with pytest.raises(PossibleDuplicates) as shown:
        receive_request(
            answers={"request": "Ещё один запрос", **answers},
            actor=company.programmer,
            at=TUESDAY,
            source="сайт",
        )
    assert sign in shown.value.matches[0].by
    assert Deal.objects.count() == 1


@pytest.mark.requirement("R05")
def test_a_possible_duplicate_from_outside_is_kept_for_the_dispatcher_to_judge(company: Company) -> None:
    whole_request(company)
    again = receive_request(answers=dict(WHOLE_REQUEST), actor=STRANGER, at=TUESDAY, source="сайт")
    page = deal_page_by_id(deal_id=again.deal_id, viewer=company.dispatcher, at=TUESDAY)
    assert "duplicates_checked" in {check.key for check in page.standing.blockers}
    confirm_no_duplicate(deal_id=again.deal_id, actor=company.dispatcher, at=TUESDAY)
    page = deal_page_by_id(deal_id=again.deal_id, viewer=company.dispatcher, at=TUESDAY)
    assert "duplicates_checked" not in {check.key for check in page.standing.blockers}


@pytest.mark.requirement("R05")
def test_a_duplicate_is_closed_with_the_deal_it_repeats(company: Company) -> None:
    first = whole_request(company).deal_id
    second = whole_request(company).deal_id
    with pytest.raises(Invalid) as refused:
        close_request(
            deal_id=second,
            status="duplicate",
            reason="",
            duplicate_of=second,
            actor=company.dispatcher,
            at=TUESDAY,
        )
    assert refused.value.errors == {"duplicate_of": "needs_original"}
    close_request(
        deal_id=second,
        status="duplicate",
        reason="",
        duplicate_of=first,
        actor=company.dispatcher,
        at=TUESDAY,
    )
    page = deal_page_by_id(deal_id=second, viewer=company.dispatcher, at=TUESDAY)
    assert page.card.duplicate_of == Deal.objects.get(pk=first).number
    assert {row.outcome for row in page.commitments} == {"cancelled"}


@pytest.mark.parametrize("status", ["spam", "declined"])
def test_a_request_is_declined_only_with_a_reason(company: Company, status: str) -> None:
    deal_id = whole_request(company).deal_id
    with pytest.raises(Invalid):
        close_request(deal_id=deal_id, status=status, reason=" ", actor=company.dispatcher, at=TUESDAY)
    close_request(
        deal_id=deal_id, status=status, reason="не наш профиль", actor=company.dispatcher, at=TUESDAY
    )
    assert deal_rows(viewer=company.dispatcher, filters=Filters()) == ()


@pytest.mark.requirement("R27")
def test_the_author_sees_his_leads_fate_to_the_end(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    close_request(
        deal_id=deal_id, status="declined", reason="не наш масштаб", actor=company.dispatcher, at=TUESDAY
    )
    assert [(row.id, row.status) for row in own_leads(viewer=company.programmer)] == [(deal_id, "declined")]
    assert [notice.kind for notice in latest_notices(viewer=company.programmer)] == ["deal.closed"]


def test_a_partner_agent_knows_of_his_own_leads_only(company: Company) -> None:
    others = whole_request(company).deal_id
    agent = Actor(company.agent.person_id, "agent", is_agent=True)
    own = receive_request(
        answers={**WHOLE_REQUEST, "company": "ООО «Заря»", "inn": "5027089703", "phone": "+7 916 765-43-21",
                 "email": "a@zarya.example"}, actor=agent, at=TUESDAY,
    ).deal_id  # fmt: skip
    assert [row.id for row in deal_rows(viewer=agent, filters=Filters())] == [own]
    with pytest.raises(NotFound):
        deal_page_by_id(deal_id=others, viewer=agent, at=TUESDAY)
    with pytest.raises(NotFound):
        say_contacted(deal_id=others, how="позвонил", actor=agent, at=TUESDAY)


@pytest.mark.requirement("R02")
def test_the_stand_in_answers_for_requests_while_the_dispatcher_is_away(company: Company) -> None:
    day = TUESDAY.date()
    assert company.dispatcher.person_id is not None
    record_absence(
        person_id=company.dispatcher.person_id, since=day, until=day, stand_in_id=company.other_manager.person_id,
        actor=company.dispatcher, at=TUESDAY,
    )  # fmt: skip
    deal_id = whole_request(company).deal_id
    assert {row.performer_id for row in commitments_of(deal_id)} == {company.other_manager.person_id}
    say_contacted(deal_id=deal_id, how="позвонил", actor=company.other_manager, at=TUESDAY)


@pytest.mark.requirement("R02")
@pytest.mark.parametrize("instead", [None, "other_manager"])
def test_a_request_of_saturday_is_given_to_nobody_who_is_away_on_monday(
    company: Company, instead: str | None
) -> None:
    save_person(
        profile=Profile("window2@svyazka.example", "Юдин", "Степан", duties=frozenset({"dispatcher"})),
        actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    stand_in = getattr(company, instead).me if instead else None
    saturday = TUESDAY + timedelta(days=4)
    monday = (saturday + timedelta(days=2)).date()
    record_absence(
        person_id=company.dispatcher.me, since=monday, until=monday, stand_in_id=stand_in,
        actor=company.dispatcher, at=saturday,
    )  # fmt: skip
    deals = [whole_request(company, saturday, request=f"Нужен учёт партий {n}").deal_id for n in range(4)]
    given = set(Deal.objects.filter(pk__in=deals).values_list("dispatcher_id", flat=True))
    assert company.dispatcher.me not in given
    assert (stand_in in given) == (instead is not None)


@pytest.mark.requirement("R02")
def test_the_database_knows_no_third_dispatcher(company: Company) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=company.manager.me).update(dispatcher_slot=3)


def test_only_the_window_decides_on_requests(company: Company) -> None:
    deal_id = whole_request(company).deal_id
    with pytest.raises(NotAllowed):
        close_request(deal_id=deal_id, status="spam", reason="реклама", actor=company.expert, at=TUESDAY)


def test_an_accepted_deal_leaves_the_queue(company: Company) -> None:
    accepted_deal(company)
    assert window_rows(viewer=company.dispatcher) == ()


@pytest.mark.parametrize("count", [1, 30])
def test_the_queue_costs_the_same_number_of_queries_however_long(
    company: Company, count: int, django_assert_num_queries: object
) -> None:
    for index in range(count):
        whole_request(company, request=f"Запрос номер {index}")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(window_rows(viewer=company.dispatcher)) == count


def _card_of(company: Company, deal_id: int) -> set[tuple[str, str | None, str | None]]:
    page = deal_page_by_id(deal_id=deal_id, viewer=company.dispatcher, at=TUESDAY)
    return {(contact.name, contact.phone, contact.email) for contact in page.client.contacts}


@pytest.mark.parametrize("who", ["stranger", "agent"])
def test_nobody_outside_changes_what_we_know_of_a_client(company: Company, who: str) -> None:
    known = whole_request(company).deal_id
    before = _card_of(company, known)
    actor = STRANGER if who == "stranger" else Actor(company.agent.person_id, "agent", is_agent=True)
    forged = {**WHOLE_REQUEST, "phone": "+7 900 000-00-66", "email": "evil@evil.example"}
    theirs = receive_request(answers=forged, actor=actor, at=TUESDAY).deal_id
    assert _card_of(company, known) == before
    confirm_no_duplicate(deal_id=theirs, same_client_as=known, actor=company.dispatcher, at=TUESDAY)
    assert _card_of(company, known) > before  # the dispatcher looked: written down beside, nothing replaced


def test_a_partner_agent_never_reads_what_we_call_a_client(company: Company) -> None:
    known = whole_request(company).deal_id
    agent = Actor(company.agent.person_id, "agent", is_agent=True)
    answers = {"company": "Лесники", "inn": str(WHOLE_REQUEST["inn"]), "request": "Учёт"}
    own = receive_request(answers=answers, actor=agent, at=TUESDAY).deal_id
    confirm_no_duplicate(deal_id=own, same_client_as=known, actor=company.dispatcher, at=TUESDAY)
    assert [row.client_name for row in own_leads(viewer=agent)] == ["Лесники"]
    assert [row.client_name for row in deal_rows(viewer=agent, filters=Filters())] == ["Лесники"]


def test_a_strangers_reference_never_stands_for_one_of_ours(company: Company) -> None:
    agent = Actor(company.agent.person_id, "agent", is_agent=True)
    said = {"company": "ООО «Захватчик»", "request": "Учёт"}
    for actor in (STRANGER, agent):
        receive_request(answers=said, actor=actor, at=TUESDAY, source="site", external_id="1001")
    ours = receive_request(
        answers=WHOLE_REQUEST, actor=_outside(company), at=TUESDAY, source="site", external_id="1001"
    )
    assert ours.created
    again = receive_request(answers=said, actor=agent, at=TUESDAY, source="site", external_id="1001")
    assert not again.created
    assert again.deal_id != ours.deal_id


def test_nobody_is_waited_for_longer_than_a_year(company: Company) -> None:
    unknown = {"budget": Unknown(company.manager.me, TUESDAY.date() + timedelta(days=400))}
    with pytest.raises(Invalid) as refused:
        receive_request(answers=WHOLE_REQUEST, unknown=unknown, actor=_outside(company), at=TUESDAY)
    assert refused.value.errors == {"budget": "too_far"}
