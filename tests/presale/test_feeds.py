"""A live table shows what its maker sees, to whoever has its address, until it is ended."""

from dataclasses import replace
from datetime import timedelta

import pytest

from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.deals.feeds import (
    FeedRow,
    View,
    feed_revision,
    feed_rows,
    feeds,
    make_feed,
    note_feed_use,
    open_feed,
    revoke_feed,
)
from svyazka.presale.deals.models import DealFeed
from svyazka.presale.journal.queries import latest_entry_id, timeline
from svyazka.presale.journal.values import Actor, Invalid, NotAllowed, NotFound
from svyazka.presale.people.commands import Profile, save_person, set_preferences
from svyazka.presale.people.models import Person
from svyazka.presale.stages.commands import complete_stage
from tests.company import TUESDAY, Company, accepted_deal, whole_request

pytestmark = pytest.mark.requirement("R45")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def made(actor: Actor, view: View = View(), life: timedelta = DAY) -> str:  # noqa: B008 (frozen)
    return make_feed(name="Сделки", view=view, actor=actor, at=TUESDAY, life=life)


def only(viewer: Actor) -> FeedRow:
    (row,) = feeds(viewer=viewer)
    return row


def is_open(secret: str, at: object = TUESDAY) -> bool:
    try:
        open_feed(secret, at=at)  # type: ignore[arg-type]
    except NotFound:
        return False
    return True


def dismissed(company: Company, who: Actor, **more: object) -> None:
    person = Person.objects.get(pk=who.me)
    profile = Profile(person.email, person.surname, person.given_name, roles=tuple(person.roles), **more)  # type: ignore[arg-type]
    save_person(profile=profile, person_id=who.me, actor=company.administrator, at=TUESDAY)


def test_the_secret_is_nowhere_in_the_database_and_no_two_are_alike(company: Company) -> None:
    secrets = {made(company.manager) for _ in range(20)}
    assert len(secrets) == 20
    assert min(map(len, secrets)) >= 43  # 256 bits
    assert not secrets & {str(value) for row in DealFeed.objects.values_list() for value in row}


def test_a_sieve_stays_as_it_was_chosen_and_its_deals_move_on(company: Company) -> None:
    accepted_deal(company)
    moved = accepted_deal(company, inn="7728168971")
    feed = open_feed(made(company.manager, View(stage="request")), at=TUESDAY)
    assert len(feed_rows(feed, at=TUESDAY)) == 2
    complete_stage(deal_id=moved, stage="request", actor=company.manager, at=TUESDAY, reason="клиент торопит")
    assert [row.serial for row in feed_rows(feed, at=TUESDAY)] == [1]


def test_colleagues_make_them_and_partner_agents_do_not(company: Company) -> None:
    assert is_open(made(company.programmer))
    with pytest.raises(NotAllowed):
        made(company.agent)
    with pytest.raises(NotAllowed):
        made(Actor(person_id=None, channel="public"))
    with pytest.raises(NotAllowed):
        made(replace(company.administrator, scopes=frozenset({"deals:read", "deals:write"})))


@pytest.mark.parametrize(("name", "life", "field"), [(" \0", DAY, "name"), ("Склад", timedelta(0), "life")])
def test_without_a_name_or_an_end_there_is_none(
    company: Company, name: str, life: timedelta, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make_feed(name=name, view=View(), actor=company.manager, at=TUESDAY, life=life)
    assert set(refused.value.errors) == {field}
    assert not feeds(viewer=company.administrator)


def test_an_address_ends_with_its_time(company: Company) -> None:
    secret = made(company.manager)
    assert is_open(secret, TUESDAY + DAY - timedelta(seconds=1))
    assert not is_open(secret, TUESDAY + DAY)
    assert only(company.manager).expires_at == TUESDAY + DAY, (
        "its maker sees why the spreadsheet stands still"
    )


def test_its_maker_and_an_administrator_end_an_address_and_nobody_else(company: Company) -> None:
    secrets = [made(company.manager), made(company.manager)]
    newer, older = feeds(viewer=company.manager)
    assert feeds(viewer=company.administrator) == (newer, older)
    assert feeds(viewer=company.head) == ()
    with pytest.raises(NotFound):
        revoke_feed(feed_id=older.id, actor=company.head, at=TUESDAY)
    revoke_feed(feed_id=older.id, actor=company.manager, at=TUESDAY)
    revoke_feed(feed_id=newer.id, actor=company.administrator, at=TUESDAY)
    assert not any(map(is_open, secrets))
    assert feeds(viewer=company.administrator) == ()
    with pytest.raises(NotFound):
        revoke_feed(feed_id=newer.id, actor=company.administrator, at=TUESDAY)


def test_making_and_ending_are_acts_that_hold_no_secret(company: Company) -> None:
    secret = made(company.manager)
    revoke_feed(feed_id=only(company.manager).id, actor=company.administrator, at=TUESDAY)
    acts = [entry for entry in timeline(chain=0, with_details=True) if entry.act.startswith("feed.")]
    assert {(entry.act, entry.actor_id) for entry in acts} == {
        ("feed.made", company.manager.me), ("feed.revoked", company.administrator.me),
    }  # fmt: skip
    assert secret not in str(acts)


def test_who_has_left_takes_his_addresses_with_him_for_good(company: Company) -> None:
    secret = made(company.manager)
    dismissed(company, company.manager, is_active=False)
    assert not is_open(secret)
    dismissed(company, company.manager, is_active=True)
    assert not is_open(secret), "who comes back makes new ones"


def test_who_becomes_a_partner_agent_reads_nothing_by_his_old_address(company: Company) -> None:
    secret = made(company.programmer)
    dismissed(company, company.programmer, is_agent=True)
    assert not is_open(secret)


def test_a_look_is_noted_once_an_hour_and_is_no_act(company: Company) -> None:
    made(company.manager)
    before = latest_entry_id()
    for minutes, noted in ((0, 0), (59, 0), (60, 60), (119, 60), (500, 500)):
        note_feed_use(only(company.manager), at=TUESDAY + timedelta(minutes=minutes))
        assert only(company.manager).used_at == TUESDAY + timedelta(minutes=noted)
    assert latest_entry_id() == before


def test_the_revision_moves_with_acts_and_settings_and_stands_still_without(company: Company) -> None:
    feed = open_feed(made(company.manager), at=TUESDAY)
    seen = [feed_revision(feed, at=TUESDAY)]
    assert feed_revision(feed, at=TUESDAY + DAY) == seen[0], "no time passes for what isn't sieved by time"
    whole_request(company)
    seen.append(feed_revision(feed, at=TUESDAY))
    set_preferences(
        language="en", time_zone="Asia/Omsk", theme="auto", actor=company.manager, at=TUESDAY
    )  # the columns' names and the clock of the table
    seen.append(feed_revision(feed, at=TUESDAY))
    assert len(set(seen)) == 3


def test_a_due_time_that_passes_moves_the_revision_of_what_is_overdue(company: Company) -> None:
    deal = accepted_deal(company)
    open_commitment(
        deal_id=deal, performer_id=company.expert.me, result="Схема складов", due_at=TUESDAY + HOUR, actor=company.manager,
        at=TUESDAY,
    )  # fmt: skip
    feed = open_feed(made(company.manager, View(overdue=True)), at=TUESDAY)
    before, after = TUESDAY + HOUR, TUESDAY + HOUR + timedelta(seconds=1)
    assert feed_rows(feed, at=before) == ()
    assert [row.id for row in feed_rows(feed, at=after)] == [deal]
    assert feed_revision(feed, at=TUESDAY) == feed_revision(feed, at=before) != feed_revision(feed, at=after)
