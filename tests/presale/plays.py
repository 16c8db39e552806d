"""Random plays of a company: acts on deals in any order, with whatever time between them. What is refused didn't happen."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from svyazka.presale.commitments.commands import give_up, keep, open_commitment, waive
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.commands import (
    accept_request,
    close_request,
    confirm_no_duplicate,
    describe_request,
    receive_request,
    say_chased,
    say_contacted,
)
from svyazka.presale.deals.seats import appoint
from svyazka.presale.imports.arrivals import Arrival, Contract
from svyazka.presale.imports.commands import bring_in, take_back
from svyazka.presale.imports.queries import deals_of
from svyazka.presale.journal.values import Json, Refusal
from svyazka.presale.meetings.closing import add_task, close_meeting
from svyazka.presale.meetings.doors import newest_token
from svyazka.presale.meetings.drafts import Draft, DraftGuest
from svyazka.presale.meetings.figures import Short, short_of
from svyazka.presale.meetings.letters import (
    Answer,
    LetterPoint,
    Text,
    confirm_letter,
    correct_letter,
    say_answered,
    send_letter,
    write_letter,
)
from svyazka.presale.meetings.planning import change_plan, plan_meeting
from svyazka.presale.meetings.queries import meeting_page
from svyazka.presale.meetings.room import say_held
from svyazka.presale.process.commands import publish_process
from svyazka.presale.process.queries import current_number, process_version
from svyazka.presale.questions.commands import answer_question, ask_question, relay_question
from svyazka.presale.questions.queries import questions_of
from svyazka.presale.stages.commands import complete_stage, follow_version, lose, reopen, win
from svyazka.presale.stages.queries import deal_page_by_id
from svyazka.processes import packaged_text
from tests.company import TUESDAY, WHOLE_REQUEST, Company

SOURCES: Final = ("сайт", "звонок", "рекомендация")
LINES: Final[tuple[list[str], ...]] = (
    ["Опт"],
    ["опт", "Розница"],
    [],
    ["производство", "розница ", "РОЗНИЦА"],
)
REASONS: Final = ("competitor.other_integrator", "client.frozen", "estimate.over_budget")


def renamed() -> str:
    """The packaged process with another name for its second stage, and for the term about estimates."""
    return (
        packaged_text()
        .replace("key: preparation", "key: groundwork", 1)
        .replace("stage.preparation", "stage.groundwork")
        .replace("key: estimate_ready", "key: estimate_made", 1)
    )


# A play is hundreds of statements on each of two databases: a few in each run, many where somebody asks for DEEP.
# Shrinking one would take minutes, and its plan is shown as it is.
PLAYS: Final = settings(
    max_examples=60 if os.environ.get("DEEP") else 5,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True, slots=True)
class Move:
    """One act of a play: which, on which deal, with which choice, and how many minutes after the one before."""

    act: str
    deal: int
    choice: int
    after: int


@dataclass(slots=True)
class Table:
    """Where a play stands."""

    us: Company
    deals: list[int]
    at: datetime
    imports: list[int] = field(default_factory=list)


def _receive(table: Table, deal: int, choice: int) -> None:
    del deal
    got = receive_request(
        answers={**WHOLE_REQUEST, "lines": [*LINES[choice % len(LINES)]]},
        actor=table.us.programmer,
        at=table.at,
        source=SOURCES[choice % len(SOURCES)],
        sure=True,
    )
    table.deals.append(got.deal_id)


def _import(table: Table, deal: int, choice: int) -> None:
    """Two rows of a table, of which one may be over already."""
    del deal
    process = process_version(current_number())
    stages = [stage.key for stage in process.stages]
    seats = {"manager": table.us.manager.me} if choice % 2 else {}
    answers: dict[str, Json] = {
        "company": "АО «Сталь»",
        "source": "сайт",
        "lines": [*LINES[choice % len(LINES)]],
    }
    day = table.at.date() - timedelta(days=9 * choice + 1)
    ended = {
        1: {"status": "lost", "reason": REASONS[choice % len(REASONS)]},
        2: {"status": "won", "contract": Contract(Decimal(choice * 1000 + 1) / 4, day)},
    }.get(choice % 4, {})
    first = Arrival(
        2, answers, "сталь", day, stages[choice % len(stages)], seats=seats, author_id=table.us.programmer.me
    )
    second = Arrival(3, answers, "сталь", day, stages[-1], **ended)  # type: ignore[arg-type]
    made = bring_in(arrivals=[first, second], name="воронка.xlsx", actor=table.us.administrator, at=table.at)
    table.deals += deals_of(made)
    table.imports.append(made)


def _take_back(table: Table, deal: int, choice: int) -> None:
    del deal
    made = table.imports[choice % len(table.imports)]
    take_back(import_id=made, actor=table.us.administrator, at=table.at, worked_on=choice % 2 == 0)


def _window(table: Table, deal: int, choice: int) -> None:
    us = table.us
    say_contacted(deal_id=deal, how="позвонили, договорились о созвоне", actor=us.dispatcher, at=table.at)
    confirm_no_duplicate(deal_id=deal, actor=us.dispatcher, at=table.at)
    manager = (us.manager, us.other_manager)[choice % 2].me
    unit = (us.delivery_unit, None)[choice // 2 % 2]
    accept_request(deal_id=deal, actor=us.dispatcher, at=table.at, manager_id=manager, unit_id=unit)


def _answer(table: Table, deal: int, choice: int) -> None:
    say_contacted(deal_id=deal, how=f"написали, раз {choice}", actor=table.us.dispatcher, at=table.at)


def _team(table: Table, deal: int, choice: int) -> None:
    us = table.us
    person, role = (
        (us.expert, "expert"),
        (us.estimator, "estimator"),
        (us.other_manager, "manager"),
        (us.manager, "manager"),
    )[choice % 4]
    appoint(deal_id=deal, person_id=person.me, role=role, actor=us.administrator, at=table.at)


def _lines(table: Table, deal: int, choice: int) -> None:
    answers: dict[str, Json] = {"lines": [*LINES[choice % len(LINES)]]}
    if choice % 2:
        answers["source"] = SOURCES[choice % len(SOURCES)]
    describe_request(deal_id=deal, answers=answers, actor=table.us.dispatcher, at=table.at)


def _stage(table: Table, deal: int, choice: int) -> None:
    admin = table.us.administrator
    here = deal_page_by_id(deal_id=deal, viewer=admin, at=table.at).card.row.stage
    complete_stage(
        deal_id=deal, stage=here, actor=admin, at=table.at, reason=f"клиент торопит, причина {choice}"
    )


def _win(table: Table, deal: int, choice: int) -> None:
    win(
        deal_id=deal, contract_number=f"Д-{choice}", contract_sum=Decimal(choice * 1000 + 1) / 4,
        contract_date=table.at.date(), actor=table.us.administrator, at=table.at, reason="подписали без защиты",
    )  # fmt: skip


def _lose(table: Table, deal: int, choice: int) -> None:
    process = deal_page_by_id(deal_id=deal, viewer=table.us.administrator, at=table.at).process
    group = process.reasons[choice % len(process.reasons)]
    lose(
        deal_id=deal, reason=f"{group.key}.{group.reasons[0].key}", evidence="письмо клиента от вторника",
        actor=table.us.administrator, at=table.at,
    )  # fmt: skip


def _close(table: Table, deal: int, choice: int) -> None:
    status = ("declined", "spam", "duplicate")[choice % 3]
    close_request(
        deal_id=deal, status=status, reason="не наш масштаб", actor=table.us.dispatcher, at=table.at,
        duplicate_of=table.deals[0] if status == "duplicate" else None,
    )  # fmt: skip


def _reopen(table: Table, deal: int, choice: int) -> None:
    reopen(deal_id=deal, reason=f"клиент вернулся, раз {choice}", actor=table.us.administrator, at=table.at)


def _promise(table: Table, deal: int, choice: int) -> None:
    open_commitment(
        deal_id=deal, performer_id=table.us.expert.me, result="Расчёт обмена со складом",
        due_at=table.at + timedelta(hours=choice + 1), actor=table.us.administrator, at=table.at,
        on_client=choice % 3 == 0,
    )  # fmt: skip


def _end_promise(table: Table, deal: int, choice: int) -> None:
    running = [row for row in commitments_of(deal) if row.outcome == "open"]
    one, admin = running[choice % len(running)], table.us.administrator
    if choice % 3 == 0:
        keep(commitment_id=one.id, actor=admin, at=table.at, note="файл в папке сделки")
    elif choice % 3 == 1:
        waive(commitment_id=one.id, reason="клиент снял вопрос", actor=admin, at=table.at)
    else:
        give_up(commitment_id=one.id, reason="данных так и не прислали", actor=admin, at=table.at)


def _question(table: Table, deal: int, choice: int) -> None:
    del choice
    us = table.us
    open_ones = [
        one for one in questions_of(deal, viewer=us.administrator, private=True) if one.answered_at is None
    ]
    if not open_ones:
        ask_question(deal_id=deal, text="Сколько складов ведут учёт партий?", actor=us.expert, at=table.at)
    elif open_ones[0].relayed_at is None:
        relay_question(question_id=open_ones[0].id, actor=us.administrator, at=table.at)
    else:
        answer_question(
            question_id=open_ones[0].id,
            answer="Четыре, один на аутсорсе",
            actor=us.administrator,
            at=table.at,
        )


def _version(table: Table, deal: int, choice: int) -> None:
    owner = table.us.owner
    if current_number() == 1:
        publish_process(text=renamed(), note="другие названия", actor=owner, at=table.at)
    follow_version(deal_id=deal, number=choice % 2 + 1, actor=owner, at=table.at)


def _chased(table: Table, deal: int, choice: int) -> None:
    say_chased(deal_id=deal, actor=table.us.manager, at=table.at, words=f"когда, раз {choice}")


def _meet(table: Table, deal: int, choice: int) -> None:
    """A meeting with the client is held; one that was held before and waits is closed."""
    admin = table.us.administrator
    found = [one.id for one in short_of(deal) if one.state == "held"]
    if found:
        line = f"@expert смета по складу к {table.at + timedelta(days=9):%d.%m.%Y} 15:00"
        add_task(meeting_id=found[0], text=line, actor=admin, at=table.at)
        close_meeting(
            meeting_id=found[0], judged={}, controller_id=table.us.head.me, actor=admin, at=table.at
        )
        return
    meeting = plan_meeting(deal_id=deal, agenda="first_meeting", actor=admin, at=table.at)
    ours = (table.us.manager.me, table.us.expert.me, table.us.estimator.me)[: 1 + choice % 3]
    draft = Draft(
        starts_at=table.at - timedelta(minutes=90), ours={one: frozenset() for one in ours},
        theirs=(DraftGuest("Ольга Лескова", email="leskova@sevles.example"),),
    )  # fmt: skip
    change_plan(meeting_id=meeting, draft=draft, seen=1, actor=admin, at=table.at)
    say_held(meeting_id=meeting, minutes=30 + 7 * choice, actor=admin, at=table.at)


def _letter(table: Table, deal: int, choice: int) -> None:
    """The latest meeting's letter is sent, or answered: by phone, or by the client, who may correct it."""
    us = table.us
    meeting = next(one.id for one in [*short_of(deal), NO_MEETING] if one.state in {"held", "closed", ""})
    letters = meeting_page(meeting_id=meeting, viewer=us.administrator).letters
    last = letters[-1] if letters else None
    if last is None or last.answer == "corrected":
        version = len(letters)
        text = Text("Итоги", "", (LetterPoint("n0", "next", f"Смета, вариант {choice}"),), "ru")
        write_letter(meeting_id=meeting, text=text, seen=version, actor=us.administrator, at=table.at)
        send_letter(meeting_id=meeting, version=version + 1, guests=[0], actor=us.administrator, at=table.at)
    elif choice % 3 == 0:
        say_answered(
            meeting_id=meeting, version=last.version, how="сказал по телефону", ready="", actor=us.administrator, at=table.at
        )  # fmt: skip
    elif choice % 3 == 1:
        token = newest_token(meeting, "letter")
        correct_letter(token=token, corrections={}, more="и розница", answer=Answer(""), at=table.at)
    else:
        confirm_letter(token=newest_token(meeting, "letter"), answer=Answer("yes"), at=table.at)


NO_MEETING: Final = Short(0, "client", "", "", "", None, None)
"""Its letter is refused."""
ACTS: Final[dict[str, Callable[[Table, int, int], None]]] = {
    "receive": _receive, "window": _window, "answer": _answer, "team": _team, "lines": _lines, "stage": _stage,
    "win": _win, "lose": _lose, "close": _close, "reopen": _reopen, "promise": _promise,
    "end_promise": _end_promise, "question": _question, "chased": _chased,
    "meet": _meet, "letter": _letter, "version": _version, "import": _import, "take_back": _take_back,
}  # fmt: skip


def moves() -> st.SearchStrategy[Sequence[Move]]:
    """Plays of some twenty acts; a deal's way forward is likelier than its end."""
    usual = (
        "receive",
        "window",
        "stage",
        "stage",
        "stage",
        "end_promise",
        "question",
        "meet",
        "letter",
        "version",
        *ACTS,
    )
    one = st.builds(
        Move,
        act=st.sampled_from(usual),
        deal=st.integers(0, 3),
        choice=st.integers(0, 11),
        after=st.sampled_from((0, 7, 60, 240, 600, 2880, 20160)),
    )
    return st.lists(one, min_size=8, max_size=30)


def play(us: Company, plan: Sequence[Move]) -> Table:
    """Let it happen. The first act is a request, so that there is something to act on."""
    table = Table(us, [], TUESDAY)
    _receive(table, 0, 1)
    play_on(table, plan)
    return table


def play_on(table: Table, plan: Sequence[Move]) -> None:
    """Let more of it happen."""
    for move in plan:
        table.at += timedelta(minutes=move.after)
        try:
            with transaction.atomic():
                ACTS[move.act](table, table.deals[move.deal % len(table.deals)], move.choice)
        except (Refusal, ZeroDivisionError):
            continue
