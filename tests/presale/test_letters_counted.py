"""Meetings whose letter the client confirmed are the same ones wherever they are counted."""

from datetime import timedelta

import pytest

from svyazka.engine.weeks import week_named
from svyazka.presale.insight.figures import figures
from svyazka.presale.insight.scorecards import scorecard
from svyazka.presale.insight.slices import Period, Slice
from svyazka.presale.insight.week import week_figures
from svyazka.presale.meetings.letters import (
    Answer,
    LetterPoint,
    Text,
    confirm_letter,
    correct_letter,
    send_letter,
    write_letter,
)
from svyazka.presale.stages.evidence import supply_evidence
from tests.company import TUESDAY, Company, accepted_deal, found_company
from tests.meetings import closed, summed_up, token_for

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHEN = TUESDAY - 14 * DAY
INNS = ("7707083893", "7728168971", "5024002119", "7736050003")


@pytest.fixture
def company(db: None) -> Company:
    return found_company(TUESDAY - 250 * DAY)


@pytest.mark.requirement("R18")
def test_figures_week_and_scorecards_count_the_same_meetings_as_confirmed(company: Company) -> None:
    """Of four deals one confirms after a correction, one corrects only, one gets no letter, one is said to have confirmed without a meeting."""
    us = company
    deals = [accepted_deal(us, WHEN - DAY, inn=inn) for inn in INNS]
    twice, corrected = summed_up(us, deals[0], at=WHEN), summed_up(us, deals[1], at=WHEN)
    closed(us, deals[2], at=WHEN)
    supply_evidence(
        deal_id=deals[3], stage="meeting", check="letter_confirmed", text="письмо от вторника", actor=us.manager, at=WHEN
    )  # fmt: skip
    for meeting in (twice, corrected):
        correct_letter(
            token=token_for(us, meeting, "letter"), corrections={"a1": "Начинаем с пилорамы"}, more="",
            answer=Answer(""), at=WHEN + 4 * HOUR,
        )  # fmt: skip
    again = Text("Итоги", "", (LetterPoint("n0", "next", "Смета к пятнице"),), "ru")
    write_letter(meeting_id=twice, text=again, seen=1, actor=us.manager, at=WHEN + 5 * HOUR)
    send_letter(meeting_id=twice, version=2, guests=[0], actor=us.manager, at=WHEN + 5 * HOUR)
    confirm_letter(token=token_for(us, twice, "letter"), answer=Answer("yes"), at=WHEN + 6 * HOUR)

    share = figures(viewer=us.administrator, of=Slice(Period(202611, 202611))).letters
    week = week_figures(week=week_named("2026-W46", "Europe/Moscow"), viewer=us.administrator, at=TUESDAY)
    manager = next(
        one
        for one in scorecard(viewer=us.manager, person_id=us.manager.me, at=TUESDAY).roles
        if one.role == "manager"
    )
    mine = next(one for one in manager.figures if one.key == "letters_confirmed")
    assert share is not None
    assert (share.count, share.total) == (1, 3)
    assert (week.confirmed.now, week.meetings.now) == (1, 3)
    assert (mine.good, mine.total) == (1, 3)
