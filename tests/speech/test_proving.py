"""What a meeting proves is done on its page: one table says where."""

from dataclasses import replace

import pytest

from svyazka.engine.facts import EVENTS, FACTS
from svyazka.engine.lint import load_process
from svyazka.engine.process import Process, Stage
from svyazka.presale.meetings.queries import OnDeal
from svyazka.processes import packaged_text
from svyazka.speech.proving import PROVED_AT, where_proved


@pytest.fixture(scope="module")
def process() -> Process:
    return load_process(packaged_text())


def where(fact: str, stage: Stage, meetings: OnDeal) -> str:
    found = where_proved(fact, "2026-0001", stage, meetings)
    return found.href if found else ""


def test_every_fact_of_the_table_is_in_the_vocabulary() -> None:
    assert set(PROVED_AT) <= {*FACTS, *EVENTS}
    assert {name for name in FACTS if name.startswith(("meeting.", "letter."))} <= set(PROVED_AT)


def test_each_fact_leads_to_the_meeting_that_counts(process: Process) -> None:
    stage = process.stage("preparation")
    both = OnDeal(ahead=7, over=3)
    assert where("agenda.accepted", stage, both) == "/meetings/7/"
    assert where("huddle.held", stage, both) == "/meetings/7/#before"
    assert where("huddle.held", stage, replace(both, huddle=8)) == "/meetings/8/run/"
    assert where("letter.confirmed", stage, both) == "/meetings/3/letter/"
    assert where("meeting.closed", stage, both) == "/meetings/3/#close"
    assert where("expert.verdict", stage, both) == "/meetings/3/#verdict"
    assert where("briefing.read", stage, OnDeal()) == "/deals/2026-0001/dossier/"


def test_a_meeting_is_begun_only_for_the_stage_that_asks_for_it(process: Process) -> None:
    begin = "/deals/2026-0001/#meetings"
    assert where("agenda.accepted", process.stage("preparation"), OnDeal()) == begin
    assert where("agenda.accepted", process.stage("estimate"), OnDeal()) == ""
    assert where("defence.held", process.stage("defence"), OnDeal(over=3)) == begin
    assert where("meeting.held", process.stage("meeting"), OnDeal(over=3)) == ""


def test_what_no_meeting_proves_leads_nowhere(process: Process) -> None:
    stage = process.stage("estimate")
    for fact in ("estimate.submitted", "client.contacted", "letter.sent", "no.such"):
        assert where(fact, stage, OnDeal()) == ""
