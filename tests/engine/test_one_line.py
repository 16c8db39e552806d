"""A commitment typed in one line, in Russian and in English."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.one_line import NotUnderstood, Task, understand
from svyazka.engine.worktime import WorkCalendar

MOSCOW = ZoneInfo("Europe/Moscow")
TUESDAY = datetime(2026, 11, 24, 10, tzinfo=MOSCOW)
CALENDAR = WorkCalendar()
PEOPLE: Mapping[str, Sequence[int]] = {"ivanov": [1], "иванов": [1], "petrova": [2], "петрова": [2, 3]}


def read(line: str, at: datetime = TUESDAY) -> Task:
    return understand(line, people=PEOPLE, at=at, calendar=CALENDAR)


def lacks(line: str) -> Mapping[str, str]:
    with pytest.raises(NotUnderstood) as refused:
        read(line)
    return {str(part): code for part, code in refused.value.lacks.items()}


@pytest.mark.requirement("R17")
@pytest.mark.parametrize(("line", "result", "due"), [
    ("@ivanov смета по складу к чт 15:00", "смета по складу", "2026-11-26 15:00"),
    ("@ivanov смета по складу к четвергу", "смета по складу", "2026-11-26 18:00"),
    ("Иванов: смета по складу до пятницы 12:00", "смета по складу", "2026-11-27 12:00"),
    ("@Иванов, к чт 15:00 смета по складу", "смета по складу", "2026-11-26 15:00"),
    ("смета по складу @ivanov завтра", "смета по складу", "2026-11-25 18:00"),
    ("@ivanov список из 15 отчётов к 27.11", "список из 15 отчётов", "2026-11-27 18:00"),
    ("@ivanov план до 1 декабря 12:00", "план", "2026-12-01 12:00"),
    ("@ivanov смета через 2 дня", "смета", "2026-11-26 18:00"),
    ("@ivanov счёт № 15 к пт 15", "счёт № 15", "2026-11-27 15:00"),
    ("@ivanov согласовать 3 варианта в среду в 11:00", "согласовать 3 варианта", "2026-11-25 11:00"),
    ("@ivanov протокол встречи 24.11 к завтра 12:00", "протокол встречи 24.11", "2026-11-25 12:00"),
    ("@ivanov демо на складе ООО Север к пн", "демо на складе ООО Север", "2026-11-30 18:00"),
    ("@ivanov перенести 1С на новый сервер в субботу", "перенести 1С на новый сервер", "2026-11-28 18:00"),
    ("@ivanov estimate for the warehouse by Thu 3pm", "estimate for the warehouse", "2026-11-26 15:00"),
    ("@ivanov send the list of 5 reports tomorrow 10:00", "send the list of 5 reports", "2026-11-25 10:00"),
    ("@ivanov draft of the letter by Friday", "draft of the letter", "2026-11-27 18:00"),
    ("@ivanov draft of the letter on Nov 26 at 15:00", "draft of the letter", "2026-11-26 15:00"),
])  # fmt: skip
def test_a_line_says_who_what_and_by_when(line: str, result: str, due: str) -> None:
    assert read(line) == Task(1, result, datetime.fromisoformat(due).replace(tzinfo=MOSCOW))


@pytest.mark.requirement("R17")
@pytest.mark.parametrize(("line", "expected"), [
    ("@ivanov смета когда сможешь", {"due": "vague"}),
    ("@ivanov the estimate when you can", {"due": "vague"}),
    ("@ivanov the estimate asap", {"due": "vague"}),
    ("@ivanov обсудить когда сможешь", {"due": "vague", "result": "effort"}),
    ("@ivanov " + "к 1 " * 200 + "завтра", {"result": "too_long"}),
    ("@ivanov смета", {"due": "required"}),
    ("@ivanov смета 20.11.2026", {"due": "past"}),
    ("@ivanov смета сегодня 9:00", {"due": "past"}),
    ("завтра смета", {"performer": "required"}),
    ("@nobody смета завтра", {"performer": "unknown"}),
    ("@Петрова смета завтра", {"performer": "several"}),
    ("@ivanov обсудить завтра", {"result": "effort"}),
    ("@ivanov уточнить завтра", {"result": "junk"}),
    ("@ivanov завтра", {"result": "required"}),
    ("", {"performer": "required", "result": "required", "due": "required"}),
])  # fmt: skip
def test_what_is_no_commitment_is_refused_by_the_part_that_lacks(
    line: str, expected: Mapping[str, str]
) -> None:
    assert lacks(line) == expected


def test_the_words_that_are_wrong_come_back_as_they_were_typed() -> None:
    with pytest.raises(NotUnderstood) as refused:
        read("@Кто-То смета на днях")
    assert refused.value.said == {"performer": "Кто-То", "due": "на днях"}


def typed_lines() -> Iterator[tuple[str, str]]:
    """Three hundred lines as colleagues type them, and what each means: « ? » and what it lacks where it is better to ask."""
    for row in (Path(__file__).parent / "typed_lines.txt").read_text("utf-8").splitlines():
        line, _arrow, meant = row.partition(" => ")
        yield line, meant


def told(line: str, at: datetime = TUESDAY) -> str:
    people = {"ivanov": [1], "иванов": [1], "petrov": [2]}
    try:
        task = understand(line, people=people, at=at, calendar=CALENDAR)
    except NotUnderstood as refused:
        return "? " + ", ".join(f"{part} {code}" for part, code in refused.lacks.items())
    return f"{task.performer} | {task.due_at:%Y-%m-%d %H:%M} | {task.result}"


def test_lines_as_people_type_them_are_understood_as_they_are_meant_or_asked_about() -> None:
    lines = list(typed_lines())
    assert len(lines) == 300
    wrong = [f"{line} => {told(line)}, meant: {meant}" for line, meant in lines if told(line) != meant]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("now", "line", "meant"), [
    ("2026-12-01 10:00", "@ivanov КП на УТ 11", "? due required"),
    ("2026-12-01 10:00", "@ivanov завтра КП на 5 лицензий", "1 | 2026-12-02 18:00 | КП на 5 лицензий"),
    ("2026-12-01 10:00", "@ivanov завтра согласовать скидку до 15%", "1 | 2026-12-02 18:00 | согласовать скидку до 15%"),
    ("2026-12-28 10:00", "@ivanov смета к 11.01", "1 | 2027-01-11 18:00 | смета"),
    ("2026-12-28 10:00", "@ivanov смета к 10.12", "? due past"),
    ("2026-11-24 10:00", "@ivanov смета к 05.12", "1 | 2026-12-05 18:00 | смета"),
    ("2026-11-24 10:00", "@ivanov КП на 1С:ERP 2.5 к пт", "1 | 2026-11-27 18:00 | КП на 1С:ERP 2.5"),
    ("2026-11-24 10:00", "@ivanov настроить 1С", "? due required"),
    ("2026-11-24 10:00", "@ivanov договор с отсрочкой 30 дней", "? due required"),
    ("2026-11-24 10:00", "@ivanov завтра договор с отсрочкой 30 дней", "1 | 2026-11-25 18:00 | договор с отсрочкой 30 дней"),
    ("2026-11-24 10:00", "@ivanov смета к чт 27.11", "? due unclear"),
    ("2026-11-24 10:00", "@ivanov смета к 31.02", "? due unclear"),
    ("2026-11-24 10:00", "@ivanov смета к пт 15:00 по Екб", "? due unclear"),
    ("2026-11-27 17:30", "@ivanov смета через час", "1 | 2026-11-27 18:30 | смета"),
    ("2026-11-27 17:30", "@ivanov смета к пт 18:00", "1 | 2026-11-27 18:00 | смета"),
    ("2026-11-27 17:30", "@ivanov смета к пт 15:00", "1 | 2026-12-04 15:00 | смета"),
    ("2026-11-27 17:30", "@ivanov смета к пт", "? due unclear"),
    ("2026-11-24 10:00", "@ivanov смета завтра в 3", "1 | 2026-11-25 15:00 | смета"),
    ("2026-11-24 10:00", "@ivanov документы в СБ", "? due required"),
    ("2026-11-24 10:00", "@ivanov документы в СБ к сб 12:00", "1 | 2026-11-28 12:00 | документы в СБ"),
    ("2026-11-24 10:00", "@ivanov смета к 29.02", "? due unclear"),
    ("2026-11-24 10:00", "@ivanov смета через 999 рабочих дней", "1 | 2030-11-27 18:00 | смета"),
    ("2026-11-24 10:00", "@ivanov и @petrov смета к пт", "? performer two"),
    ("2026-11-24 10:00", "@ivanov смета к пт; @petrov договор к пн", "? performer two, due unclear"),
    ("2026-11-24 10:00", "@ivanov письмо на info@petrov.ru завтра", "1 | 2026-11-25 18:00 | письмо на info@petrov.ru"),
])  # fmt: skip
def test_figures_among_the_words_are_no_dates_and_two_dates_are_asked_about(
    now: str, line: str, meant: str
) -> None:
    assert told(line, datetime.fromisoformat(now).replace(tzinfo=MOSCOW)) == meant


RESULTS = (
    "смета по складу",
    "договор",
    "список отчётов директора",
    "estimate",
    "draft of the letter",
    "3 варианта схемы",
)
DATES = {
    "завтра": "2026-11-25 18:00", "к пт 12:00": "2026-11-27 12:00", "до 30.11": "2026-11-30 18:00",
    "by Friday 3pm": "2026-11-27 15:00", "к понедельнику": "2026-11-30 18:00", "tomorrow 9:00": "2026-11-25 09:00",
}  # fmt: skip


@given(
    result=st.sampled_from(RESULTS), date=st.sampled_from(sorted(DATES)),
    name=st.sampled_from(["@ivanov", "@Иванов", "@IVANOV"]), order=st.sampled_from(["nrd", "ndr", "rnd", "rdn"]),
)  # fmt: skip
def test_in_whichever_order_its_parts_stand_a_line_says_the_same(
    result: str, date: str, name: str, order: str
) -> None:
    line = " ".join({"n": name, "r": result, "d": date}[part] for part in order)
    assert read(line) == Task(1, result, datetime.fromisoformat(DATES[date]).replace(tzinfo=MOSCOW))


@given(
    line=st.text(max_size=60) | st.text("@ivanovчт к15:.завтра", max_size=40), hours=st.integers(0, 24 * 400)
)
def test_any_line_is_understood_or_refused_and_never_falls_due_before_now(line: str, hours: int) -> None:
    at = datetime.fromtimestamp(TUESDAY.timestamp() + hours * 3600, UTC)
    try:
        task = read(line, at)
    except NotUnderstood as refused:
        found = refused
    else:
        assert task.due_at > at
        assert task.due_at.tzinfo is not None
        assert task.result
        return
    assert found.lacks
    assert found.lacks.keys() >= found.said.keys()
