"""A second way to rehearse, as plainly as can be: a long walk through lists, minute by minute where time is concerned."""

from datetime import datetime, timedelta

from svyazka.engine.facts import FACTS
from svyazka.engine.process import Process, Term
from svyazka.engine.rehearsal import History, Leaving
from svyazka.engine.worktime import WorkCalendar

Said = tuple[str, datetime, list[str], list[str], list[str], list[str]]


def gates(new: Process, history: History) -> list[Said]:
    """Stage, moment, and keys: stopped, warned, not known, stages skipped."""
    said = []
    for leaving in history.leavings:
        if leaving.at < history.since:
            continue
        for place, stage in enumerate(new.stages):
            if stage.key != leaving.stage:
                continue
            stopped, warned, unknown = [], [], []
            for check in stage.checks:
                answer = _answer(check.fact or f"tick:{stage.key}.{check.key}", leaving, new)
                if answer == "no" and check.strength == "stop":
                    stopped.append(check.key)
                if answer == "no" and check.strength == "warn":
                    warned.append(check.key)
                if answer == "?" and check.strength in {"stop", "warn"}:
                    unknown.append(check.key)
            skipped = [later.key for later in new.stages[place + 1 :]] if leaving.won else []
            if stopped or warned or unknown or skipped:
                said.append((stage.key, leaving.at, stopped, warned, unknown, skipped))
    return said


def _answer(name: str, leaving: Leaving, new: Process) -> str:
    shown = _at_the_gate(name, leaving, new)
    if shown:
        return shown
    if name in leaving.facts:
        return "yes"
    if name in leaving.unknown:
        return "?"
    if name in FACTS and FACTS[name].kind == "computed":
        return "no"
    for stage in leaving.process.stages:
        for check in stage.checks:
            if name == (check.fact or f"tick:{stage.key}.{check.key}"):
                return "no"
    return "no" if any(term.closes == name for term in leaving.process.terms) else "?"


def _at_the_gate(name: str, leaving: Leaving, new: Process) -> str:
    asks_more = {field.key for field in new.fields if field.required} - {
        field.key for field in leaving.process.fields if field.required
    }
    shown = ""
    for stage in leaving.process.stages:
        for check in stage.checks:
            says = check.fact or f"tick:{stage.key}.{check.key}"
            if stage.key != leaving.stage or check.strength != "stop" or says != name:
                continue
            if not (name.startswith("intake.") and asks_more):
                shown = "no" if check.key in leaving.over else "yes"
    return shown


def due_in_minutes(term: Term, opened_at: datetime, calendar: WorkCalendar) -> datetime:
    """When so many working minutes have passed, counted one by one; for terms of minutes and hours without a pause."""
    left, moment = term.due.amount.minutes, opened_at.replace(second=0, microsecond=0)
    assert left is not None
    while left:
        inside = any(begin <= moment < end for begin, end in calendar.spans(moment.astimezone().date()))
        around = any(
            begin <= moment < end
            for shift in (-1, 0, 1)
            for begin, end in calendar.spans(moment.date() + timedelta(days=shift))
        )
        moment += timedelta(minutes=1)
        left -= int(inside or around)
    return moment
