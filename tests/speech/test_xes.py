"""The exported event log opens in process mining's own tool, which finds the same cases, paths and times as our rows have."""

import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from svyazka.demo.play import play
from svyazka.presale.commitments.commands import keep, open_commitment, waive
from svyazka.presale.commitments.models import Commitment
from svyazka.presale.deals.models import Deal
from svyazka.presale.deals.seats import appoint, call_fixer, release
from svyazka.presale.insight import traces as traces_module
from svyazka.presale.insight.traces import Event, Trace, traces
from svyazka.presale.journal.models import Detail, Entry
from svyazka.presale.journal.values import SYSTEM, NotAllowed
from svyazka.presale.meetings.reading import note_small_thing
from svyazka.presale.people.models import Person
from svyazka.presale.stages.models import Visit
from svyazka.speech.xes import Written, write_xes
from tests.company import TUESDAY, Company, accepted_deal, led_deal, whole_request

NOON: Final = datetime(2026, 11, 24, 9, 40, tzinfo=UTC)
DEALS: Final = 104
XES: Final = "{http://www.xes-standard.org/}"
PART: Final = {"deal.received": "request"}
pytestmark = [
    # it recommends a faster reader
    pytest.mark.filterwarnings("ignore:Install the optional requirement `r4pm`:UserWarning"),
    pytest.mark.requirement("R35"),
]


@pytest.fixture(scope="module")
def pm4py() -> Any:
    """The tool; it is no part of the product, which neither knows nor brings it."""
    return import_module("pm4py")


@pytest.fixture(scope="module")
def exported(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """The log of a company's year; its rows are there as long."""
    file = tmp_path_factory.mktemp("xes") / "journal.xes"
    with django_db_blocker.unblock(), transaction.atomic():
        play(language="ru", at=NOON, deals=DEALS)
        with file.open("w", encoding="utf-8") as out:
            write_xes(traces(viewer=SYSTEM), out, name="Меридиан")
        yield file
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def log(exported: Path, pm4py: Any) -> Any:
    """The log as the tool has read it."""
    with pytest.warns(UserWarning, match="r4pm"):
        return pm4py.read_xes(str(exported))


def _acts() -> dict[str, list[tuple[str, datetime]]]:
    """Acts by deal's number, straight from the rows: code and time, in the journal's order."""
    numbers = {deal.pk: deal.number for deal in Deal.objects.all()}
    found = defaultdict(list)
    hidden = Entry.objects.filter(act="small_thing.noted") | Entry.objects.filter(act="fixer.appointed")
    rows = Entry.objects.filter(chain__gt=0).exclude(pk__in=hidden.values("pk")).order_by("chain", "seq")
    for entry in rows:
        if not entry.data.get("in_shadow"):
            found[numbers[entry.chain]].append((entry.act, entry.at))
    return found


def test_every_deal_is_a_case_and_every_act_an_event(log: Any) -> None:
    acts = _acts()
    assert set(log["case:concept:name"]) == set(acts)
    assert len(log) == sum(map(len, acts.values())) > 3000
    told = log.groupby("case:concept:name", sort=False)["act"].apply(list).to_dict()
    assert told == {number: [act for act, _ in found] for number, found in acts.items()}


def test_cases_take_as_long_as_our_rows_say(log: Any, pm4py: Any) -> None:
    spans = [(found[-1][1] - found[0][1]).total_seconds() for found in _acts().values()]
    assert sorted(pm4py.get_all_case_durations(log)) == pytest.approx(sorted(spans))


def test_the_paths_are_those_of_our_rows(log: Any, pm4py: Any) -> None:
    ways = Counter(tuple(act for act, _ in found) for found in _acts().values())
    assert pm4py.get_variants(log, activity_key="act") == ways


def test_what_follows_what_and_how_often_is_as_in_our_rows(log: Any, pm4py: Any) -> None:
    follows: Counter[tuple[str, str]] = Counter()
    for found in _acts().values():
        codes = [act for act, _ in found]
        follows.update(pairwise(codes))
    dfg, first, last = pm4py.discover_dfg(log, activity_key="act")
    assert dfg == follows
    assert first == {"deal.received": DEALS}
    assert last == Counter(found[-1][0] for found in _acts().values())


def test_stages_take_as_long_as_our_visits_say(log: Any, pm4py: Any) -> None:
    moves = log[log["concept:name"].str.startswith("stage.") | (log["concept:name"] == "deal.received")]
    took = defaultdict(list)
    visits = Visit.objects.order_by("deal", "entered_at", "pk")
    for one, other in pairwise(visits):
        if one.deal_id == other.deal_id and one.stage != other.stage:
            assert one.left_at == other.entered_at
            took[one.stage, other.stage].append((other.entered_at - one.entered_at).total_seconds())
    found = pm4py.discover_performance_dfg(moves)[0]
    told = {tuple(PART.get(act, act.removeprefix("stage.")) for act in way): times["mean"] for way, times in found.items()}  # fmt: skip
    assert len(told) == 5
    assert told == pytest.approx({way: fmean(times) for way, times in took.items()})


def test_commitments_last_from_their_opening_to_their_keeping(exported: Path, pm4py: Any) -> None:
    whole = pm4py.read_xes(str(exported), return_legacy_log_object=True)
    lasted = import_module("pm4py.objects.log.util.interval_lifecycle").to_interval(whole)
    told = {
        int(event["concept:instance"]): (event["time:timestamp"] - event["start_timestamp"]).total_seconds()
        for trace in lasted
        for event in trace
        if event.get("outcome") in {"kept", "late"}
    }
    kept = Commitment.objects.filter(outcome__in=["kept", "late"])
    rows = {one.pk: (one.closed_at - one.opened_at).total_seconds() for one in kept if one.closed_at}
    assert told == pytest.approx(rows)
    assert len(told) > 500


def test_the_log_has_the_structure_of_the_standard(exported: Path) -> None:
    etree: Any = import_module("lxml.etree")
    schema = etree.RelaxNG(file=str(Path(__file__).with_name("xes.rng")))
    schema.assertValid(etree.parse(str(exported)))


def test_what_is_declared_for_all_is_there_and_nothing_twice(exported: Path) -> None:
    root = ET.parse(exported).getroot()  # noqa: S314 (our own file)
    declared = {one.get("scope"): _keys(one) for one in root.iter(f"{XES}global")}
    prefixes = {one.get("prefix") for one in root.iter(f"{XES}extension")}
    for scope in ("trace", "event"):
        for element in root.iter(f"{XES}{scope}"):
            keys = [one.get("key", "") for one in element if one.get("key")]
            assert len(keys) == len(set(keys))
            assert declared[scope] <= set(keys)
            assert {key.partition(":")[0] for key in keys if ":" in key} <= prefixes
    for one in root.iter(f"{XES}classifier"):
        assert set(one.get("keys", "").split()) <= declared["event"]


def _keys(element: ET.Element) -> set[str]:
    return {one.get("key", "") for one in element}


def test_no_name_and_no_word_that_was_typed_is_in_it(exported: Path) -> None:
    text = exported.read_text(encoding="utf-8").casefold()
    people = Person.objects.values_list("surname", "given_name", "patronymic", "email")
    personal = {word.casefold() for row in people for word in row if word}
    typed = {
        word.casefold() for body in Detail.objects.values_list("body", flat=True) for word in _words(body)
    }
    assert len(personal) > 20
    assert len(typed) > 500
    assert not [word for word in personal if f'"{word}"' in text or f" {word} " in text]
    assert not [word for word in typed if len(word) > 9 and word in text]


def _words(body: Any) -> Iterator[str]:
    match body:
        case str():
            yield body
        case dict():
            for one in body.values():
                yield from _words(one)
        case list():
            for one in body:
                yield from _words(one)


# small companies of their own


def _events(deal_id: int, company: Company) -> list[Event]:
    number = Deal.objects.get(pk=deal_id).number
    (found,) = [one for one in traces(viewer=company.administrator) if one.number == number]
    return list(found.events)


@pytest.mark.requirement("R31")
def test_a_fixer_in_the_shadow_leaves_no_trace(company: Company) -> None:
    deal_id = accepted_deal(company)
    before = _events(deal_id, company)
    appoint(deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    assert _events(deal_id, company) == before
    release(deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    assert _events(deal_id, company) == before


@pytest.mark.requirement("R31")
def test_a_fixer_who_was_called_is_there_and_everybody_elses_leaving(company: Company) -> None:
    deal_id = accepted_deal(company)
    appoint(deal_id=deal_id, person_id=company.fixer.me, role="fixer", actor=company.manager, at=TUESDAY)
    call_fixer(deal_id=deal_id, what_for="скидка 7 % за предоплату", actor=company.manager, at=TUESDAY)
    for role, person in (("fixer", company.fixer), ("expert", company.expert)):
        release(deal_id=deal_id, person_id=person.me, role=role, actor=company.manager, at=TUESDAY)
    acts = Counter(event.act for event in _events(deal_id, company))
    assert (acts["fixer.appointed"], acts["fixer.called"], acts["seat.left"]) == (0, 1, 2)


def test_a_small_thing_is_not_even_counted(company: Company) -> None:
    deal_id = accepted_deal(company)
    before = _events(deal_id, company)
    note_small_thing(deal_id=deal_id, text="любит короткие ответы", actor=company.manager, at=TUESDAY)
    assert _events(deal_id, company) == before


def test_a_commitment_of_ones_own_begins_and_ends_under_one_name(company: Company) -> None:
    deal_id = led_deal(company)
    ids = [
        open_commitment(
            deal_id=deal_id, performer_id=company.manager.me, result=f"счёт {number} отправлен клиенту",
            due_at=TUESDAY + timedelta(hours=2), actor=company.dispatcher, at=TUESDAY,
        )
        for number in (1, 2)
    ]  # fmt: skip
    keep(commitment_id=ids[0], actor=company.manager, at=TUESDAY + timedelta(hours=3))
    waive(
        commitment_id=ids[1],
        reason="клиент платит сразу за оба",
        actor=company.dispatcher,
        at=TUESDAY + timedelta(hours=1),
    )
    told = [
        (event.transition, event.instance, event.outcome, event.minutes_late)
        for event in _events(deal_id, company)
        if event.activity == "commitment"
    ]
    first, second = map(str, ids)
    assert told == [
        ("start", first, "", None),
        ("start", second, "", None),
        ("complete", first, "late", 60),
        ("ate_abort", second, "waived", 0),
    ]


def test_deals_are_chosen_by_the_day_they_came_and_told_whole(company: Company) -> None:
    early, late = (whole_request(company, at=TUESDAY + timedelta(days=day), inn="") for day in (0, 3))
    border = TUESDAY + timedelta(days=1)
    found = [one.number for one in traces(viewer=SYSTEM, since=border)]
    assert found == [late.number]
    found = [one.number for one in traces(viewer=SYSTEM, until=border)]
    assert found == [early.number]


def test_the_journal_is_read_in_parts_of_two_queries_each(
    company: Company, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        led_deal(company, inn="")
    whole = list(traces(viewer=SYSTEM))
    with django_assert_num_queries(4):  # the newest act, deals, acts, no more deals
        assert list(traces(viewer=SYSTEM)) == whole
    monkeypatch.setattr(traces_module, "_AT_ONCE", 2)
    reading = traces(viewer=SYSTEM)
    with django_assert_num_queries(3):
        first = [next(reading), next(reading)]
    whole_request(company, inn="")
    assert [*first, *reading] == whole, "what comes in meanwhile is left for the next time"


def test_partner_agents_export_nothing(company: Company) -> None:
    with pytest.raises(NotAllowed):
        next(traces(viewer=company.agent))


@given(st.text(max_size=40), st.text(max_size=20))
def test_whatever_the_company_and_a_unit_are_called_the_log_can_be_read(name: str, unit: str) -> None:
    out = io.StringIO()
    one = Trace("С-2026-0001", unit, "open", 1, NOON, ())
    assert write_xes([one], out, name=name) == Written(1, 0)
    root = ET.fromstring(out.getvalue().encode())  # noqa: S314 (our own text)
    (trace,) = root.iter(f"{XES}trace")
    said = {element.get("key"): element.get("value") for element in trace}
    assert said.get("unit", "") == "".join(letter if _is_xml(letter) else "\ufffd" for letter in unit)


def _is_xml(letter: str) -> bool:
    try:
        ET.fromstring(f"<a>&#{ord(letter)};</a>".encode())  # noqa: S314 (our own text)
    except ET.ParseError:
        return False
    return True
