"""Each page there is to look at, each deal in a state of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse

from svyazka.presale.cases.commands import Story, save_case
from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.commands import close_request, receive_request
from svyazka.presale.deals.feeds import View, make_feed
from svyazka.presale.deals.links import make_link
from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.experts.claiming import ask_for_more, claim
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.asking import ask_client
from svyazka.presale.meetings.letters import Answer, correct_letter
from svyazka.presale.meetings.planning import plan_huddle
from svyazka.presale.meetings.reading import note_small_thing, sign_dossier
from svyazka.presale.meetings.room import begin, go_to, jot_down
from svyazka.presale.meetings.runs.beginning import begin_run
from svyazka.presale.meetings.runs.commands import Typed, end_run, go_on
from svyazka.presale.meetings.runs.queries import run_page
from svyazka.presale.meetings.runs.values import How
from svyazka.presale.people.commands import issue_token, record_absence
from svyazka.presale.questions.commands import ask_question
from svyazka.presale.reviews.proposals import publish_taking
from svyazka.presale.stages.commands import complete_stage, lose, win
from svyazka.processes import packaged_text
from tests.chats import answer, grouped, linked, not_understood
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, whole_request
from tests.documents import filed
from tests.meetings import agreed, held, jotted, planned, summed_up, token_for
from tests.registers import looked_at
from tests.reviews import proposed, reviewed
from tests.undelivered import undelivered

BEFORE = TUESDAY - timedelta(days=12)
LATE, OVER, ASKED = "2026-0002", "2026-0003", "2026-0004"
"""Deals: with overdue work at the first stage; that left a gate with a reason; that waits for the client."""

ROUTES: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "board:board": ("manager", {}),
    "board:feeds": ("administrator", {}),
    "board:list": ("manager", {}),
    "board:move": ("manager", {"number": OVER}),
    "board:new_feed": ("manager", {}),
    "cases:edit": ("manager", {"case_id": "{case}"}),
    "cases:list": ("manager", {}),
    "cases:new": ("manager", {}),
    "channels:page": ("administrator", {}),
    "cockpit:run": ("manager", {"meeting_id": "{running}"}),
    "deal:chat": ("manager", {"number": OVER}),
    "deal:dossier": ("expert", {"number": ASKED}),
    "deal:intake": ("manager", {"number": LATE}),
    "deal:page": ("manager", {"number": OVER}),
    "imports:columns": ("dispatcher", {"draft_id": "{draft}"}),
    "imports:draft": ("dispatcher", {"draft_id": "{draft}"}),
    "imports:page": ("dispatcher", {}),
    "experts:ask": ("manager", {"number": OVER}),
    "experts:board": ("head", {}),
    "experts:page": ("head", {"request_id": "{request}"}),
    "experts:plan": ("head", {}),
    "experts:rules": ("expert", {}),
    "first_week:mine": ("programmer", {}),
    "first_week:page": ("manager", {"role": "estimator"}),
    "form:handed": ("programmer", {"number": "2026-0001"}),
    "form:new": ("dispatcher", {}),
    "form:public": ("", {"secret": "{secret}"}),
    "form:thanks": ("", {"secret": "{secret}"}),
    "hints:cases": ("owner", {"hint": "hop", "where": "preparation"}),
    "hints:page": ("owner", {}),
    "client:door": ("", {"token": "{plan_token}"}),
    "meeting:letter": ("manager", {"meeting_id": "{corrected}"}),
    "meeting:list": ("manager", {}),
    "meeting:new": ("head", {}),
    "meeting:page": ("manager", {"meeting_id": "{sent}"}),
    "notices:page": ("manager", {}),
    "figures:deals": ("head", {}),
    "figures:page": ("head", {}),
    "overview:deals": ("head", {"which": "won"}),
    "overview:page": ("head", {}),
    "overview:unit": ("head", {"unit": "{unit}"}),
    "people:company": ("administrator", {}),
    "people:days": ("administrator", {}),
    "people:edit": ("administrator", {"person_id": "{person}"}),
    "people:list": ("administrator", {}),
    "people:new": ("administrator", {}),
    "people:person": ("administrator", {"person_id": "{person}"}),
    "people:unit": ("administrator", {"unit_id": "{unit}"}),
    "people:unit_new": ("administrator", {}),
    "postmortem:page": ("manager", {"number": "2026-0005"}),
    "process:compare": ("owner", {}),
    "process:edit": ("owner", {}),
    "process:ladder": ("head", {}),
    "process:lists": ("owner", {}),
    "process:move": ("owner", {}),
    "process:page": ("owner", {}),
    "process:rehearsed": ("owner", {}),
    "process:shadow": ("owner", {}),
    "process:sheet": ("owner", {}),
    "process:version": ("owner", {"number": 1}),
    "process:version_lists": ("owner", {"number": 1}),
    "process:versions": ("owner", {}),
    "proposals:cases": ("owner", {"proposal_id": "{proposal}", "side": "before"}),
    "proposals:list": ("owner", {}),
    "proposals:new": ("manager", {}),
    "proposals:page": ("owner", {"proposal_id": "{proposal}"}),
    "reviews:list": ("manager", {}),
    "reviews:page": ("manager", {"number": "2026-0006"}),
    "run:choose": ("manager", {}),
    "run:page": ("manager", {"meeting_id": "{run}"}),
    "scorecards:breaches": ("manager", {"person_id": "{manager}"}),
    "scorecards:mine": ("manager", {}),
    "scorecards:person": ("administrator", {"person_id": "{manager}"}),
    "scorecards:rows": ("manager", {"person_id": "{manager}", "role": "manager", "figure": "promises_kept"}),
    "scorecards:saves": ("manager", {"person_id": "{manager}"}),
    "search:page": ("manager", {}),
    "settings:notices": ("manager", {}),
    "settings:page": ("administrator", {}),
    "today:page": ("manager", {}),
    "week:deals": ("head", {}),
    "week:page": ("head", {}),
    "window:links": ("dispatcher", {}),
    "window:queue": ("dispatcher", {}),
    "window:request": ("dispatcher", {"number": "2026-0001"}),
    "worth:page": ("head", {}),
    "worth:rule": ("head", {"rule": "first_response"}),
}
"""Each page of a slice: who looks at it, and at what. Another page that isn't here fails a test."""

PARTS = {
    "board:columns", "board:feed", "board:revision", "board:sources", "client:calendar", "cockpit:room", "cockpit:worker", "deal:body", "deal:document", "deal:revision", "experts:revision", "health:alive", "health:ready", "imports:left_out", "imports:workbook",
    "meeting:feed", "meeting:revision", "meeting:by_hand", "process:agenda_sheet", "process:poster", "process:workbook", "process:yaml", "run:revision", "settings:linked", "window:revision",
}  # fmt: skip
"""What answers to GET and is no page: live parts, revisions, files, health."""

MORE: Final[Mapping[str, tuple[str, str]]] = {
    "cockpit-start": ("expert", "/meetings/{huddle}/run/"),
    "cockpit-over": ("head", "/meetings/{ended}/run/"),
    "client-letter": ("", "/c/{letter_token}/"),
    "meeting-held": ("manager", "/meetings/{ended}/"),
    "meeting-closed": ("expert", "/meetings/{corrected}/"),
    "meeting-of-others": ("programmer", "/meetings/{ended}/"),
    "meeting-draft": ("manager", "/meetings/{ended}/letter/"),
    "meeting-past": ("manager", "/meetings/?show=past"),
    "deal-new": ("dispatcher", "/deals/2026-0001/"),
    "deal-late": ("manager", f"/deals/{LATE}/"),
    "deal-dossier-manager": ("manager", f"/deals/{ASKED}/dossier/"),
    "deal-dossier-lost": ("head", "/deals/2026-0005/dossier/"),
    "deal-asked": ("expert", f"/deals/{ASKED}/"),
    "deal-lost": ("manager", "/deals/2026-0005/"),
    "deal-won": ("manager", "/deals/2026-0006/"),
    "deal-losing": ("manager", f"/deals/{LATE}/?open=lose&because=our_process.nobody_free"),
    "postmortem-won": ("expert", "/deals/2026-0006/postmortem/"),
    "postmortem-declined": ("dispatcher", "/deals/2026-0007/postmortem/"),
    "postmortem-of-others": ("programmer", "/deals/2026-0005/postmortem/"),
    "deal-declined": ("dispatcher", "/deals/2026-0007/"),
    "deal-agent": ("agent", "/deals/2026-0008/"),
    "deal-chat-none": ("head", f"/deals/{LATE}/chat/"),
    "notices-unlinked": ("agent", "/settings/notices/"),
    "experts-settled": ("manager", "/experts/?show=settled"),
    "experts-taken": ("expert", "/experts/{taken}/"),
    "run-minutes": ("manager", "/run/{run_over}/"),
    "run-done": ("head", "/run/{run_done}/"),
    "run-of-others": ("programmer", "/run/{run}/"),
    "search-found": ("manager", "/search/?q=лес"),
    "review-to-write": ("head", "/reviews/2026-0005/"),
    "reviews-done": ("expert", "/reviews/?show=done"),
    "proposal-from-review": ("manager", "/process/proposals/new/?review=2026-0006&part=change"),
    "process-becomes-a-stop": ("owner", "/process/edit/?stop=preparation.room_known"),
    "proposal-of-a-stop": ("head", "/process/proposals/new/?stop=preparation.room_known"),
    "proposal-taken": ("owner", "/process/proposals/{taken_proposal}/"),
    "case-from-review": ("manager", "/cases/new/?review=2026-0006"),
    "window-leads": ("programmer", "/window/?show=leads"),
    "window-agent": ("agent", "/window/"),
    "today-new": ("owner", "/"),
    "sign-in": ("", "/account/login/"),
    "sign-out": ("manager", "/account/logout/"),
    "password-forgotten": ("", "/account/password/reset/"),
    "password-change": ("manager", "/account/password/change/"),
    "second-factor": ("manager", "/account/2fa/"),
}
"""Pages in other states, and those of signing in."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A page to look at."""

    name: str
    who: str
    path: str


def leave(deal: int, stage: str, actor: Actor) -> None:
    complete_stage(
        deal_id=deal, stage=stage, reason="Клиент торопит, договорились по телефону", actor=actor, at=BEFORE
    )


def fill(company: Company) -> dict[str, str]:
    """Eight deals, each in a state of its own; gives what addresses are made of."""
    manager, dispatcher = company.manager, company.dispatcher
    whole_request(company, budget="", request="Нужна маркировка на двух линиях")  # 2026-0001
    accepted_deal(company, BEFORE)
    over = accepted_deal(company, BEFORE, request="Не сходится плановая и фактическая себестоимость")
    leave(over, "request", manager)
    leave(over, "preparation", manager)
    filed(over, manager, name="Список задач клиента.pdf")
    asked = accepted_deal(company)
    ask_question(deal_id=asked, text="Кто у вас владеет данными о партиях?", actor=company.expert, at=TUESDAY)
    read_and_told(company, asked)
    lost = accepted_deal(company, BEFORE)
    lose(
        deal_id=lost, reason="client_side.no_budget", evidence="письмо финансового директора", client_words="Вернёмся через год",
        actor=manager, at=TUESDAY,
    )  # fmt: skip
    won = accepted_deal(company, BEFORE)
    for stage in ("request", "preparation", "meeting", "estimate", "defence"):
        leave(won, stage, manager)
    win(
        deal_id=won, contract_number="17/26", contract_sum=Decimal(3_900_000), contract_date=TUESDAY.date(),
        reason="Условия согласованы в письме", actor=manager, at=TUESDAY,
    )  # fmt: skip
    declined = whole_request(company).deal_id
    close_request(
        deal_id=declined, status="declined", reason="нет опыта в отрасли", actor=dispatcher, at=TUESDAY
    )
    receive_request(answers=WHOLE_REQUEST, actor=company.agent, at=TUESDAY, source="партнёр", sure=True)
    record_absence(
        person_id=company.expert.me, since=date(2026, 11, 25), until=date(2026, 11, 27), stand_in_id=company.head.me,
        actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    reviewed(company, won)
    waiting, taken = proposed(company, deals=(won,)), proposed(company, deals=(won, lost))
    publish_taking(
        text=packaged_text().replace("limit: 2d", "limit: 3d"), note="Оценке нужен ещё день", actor=company.owner, at=TUESDAY,
        proposals=[taken],
    )  # fmt: skip
    issue_token(
        person_id=company.administrator.me,
        name="CRM",
        scopes=frozenset({"deals:read"}),
        actor=company.administrator,
        at=TUESDAY,
    )
    asked_for = [
        ask_for_expert(
            deal_id=over, actor=manager, at=TUESDAY,
            ask=Ask(
                "expert", competence, date(2026, 12, 1), date(2026, 12, 3), to_decide="Хватит ли типовой системы",
                goal="Клиент видит, как считается себестоимость партии", project="Запуск на «Кедре»",
            ),
        )
        for competence in ("1С:ERP", "WMS")
    ]  # fmt: skip
    ask_for_more(
        request_id=asked_for[0], what="Какие отчёты смотрит директор", actor=company.head, at=TUESDAY
    )
    claim(request_id=asked_for[1], actor=company.head, at=TUESDAY)
    undelivered(TUESDAY, company.expert.me)
    answer()
    linked(company.manager.me, TUESDAY)
    grouped("experts", TUESDAY, unit=company.delivery_unit)
    grouped("deal", TUESDAY, chat="-100201", deal=over)
    not_understood(TUESDAY)
    case = save_case(
        case_id=None, actor=company.expert, at=TUESDAY,
        story=Story(
            "Партионный учёт на мебельной фабрике", "Себестоимость заказа узнавали через месяц",
            "Месяц закрывают за 4 дня вместо 15", client_name="ООО «Клён и дуб»", industries=("деревообработка", "опт"),
            year=2025, link="https://wiki.example/cases/klen",
        ),
    )  # fmt: skip
    opened = next(row for row in commitments_of(over) if row.outcome == "open")
    make_feed(
        name="Открытые сделки производства",
        view=View(unit=company.delivery_unit, overdue=True),
        actor=manager,
        at=TUESDAY,
    )
    return {
        "secret": make_link(name="сайт", actor=dispatcher, at=TUESDAY), "commitment": str(opened.id),
        "person": str(company.expert.me), "manager": str(manager.me), "unit": str(company.sales_unit), "request": str(asked_for[0]),
        "taken": str(asked_for[1]), "draft": str(looked_at(dispatcher)), "case": str(case), "proposal": str(waiting), "taken_proposal": str(taken),
        **at_the_table(company), **gone_through(company, over, asked),
    }  # fmt: skip


def at_the_table(company: Company) -> dict[str, str]:
    """A meeting that overruns, with its huddle still to be held; and one that is over."""
    manager, began = company.manager, TUESDAY + timedelta(minutes=55)
    running = agreed(company, accepted_deal(company, BEFORE), at=BEFORE, starts_at=began)
    huddle = plan_huddle(meeting_id=running, actor=manager, at=BEFORE)
    begin(meeting_id=running, actor=manager, at=began)
    go_to(meeting_id=running, point=1, actor=manager, at=began + timedelta(minutes=9))
    for kind, text, asker in (
        ("note", "Месяц закрывают девять дней", ""),
        ("parked", "А терминалы?", "Пётр Кедров"),
    ):
        written = jotted(kind, text, asker=asker, point=1)
        jot_down(meeting_id=running, written=written, actor=company.expert, at=began + timedelta(minutes=30))
    ended = held(
        company,
        accepted_deal(company, BEFORE),
        at=TUESDAY - timedelta(days=1),
        starts_at=TUESDAY - timedelta(days=1),
    )
    sent = planned(company, accepted_deal(company, BEFORE), at=BEFORE)
    ask_client(meeting_id=sent, guests=[0, 1], actor=manager, at=BEFORE)
    letter = summed_up(company, accepted_deal(company, BEFORE), at=TUESDAY - timedelta(days=1))
    corrected = summed_up(company, accepted_deal(company, BEFORE), at=TUESDAY - timedelta(days=4))
    correct_letter(
        token=token_for(company, corrected, "letter"), corrections={"a1": "Обследование начинаем с пилорамы"},
        more="Нужен доступ с телефона", answer=Answer("not_yet", "сначала сроки"), at=TUESDAY - timedelta(days=3),
    )  # fmt: skip
    return {
        "running": str(running), "huddle": str(huddle), "ended": str(ended), "sent": str(sent), "corrected": str(corrected),
        "plan_token": token_for(company, sent), "letter_token": token_for(company, letter, "letter"),
    }  # fmt: skip


def gone_through(company: Company, *deals: int) -> dict[str, str]:
    """A status run that is over, one at whose end all have had their turn, one under way that has taken too long."""
    manager, head = company.manager, company.head
    told: dict[str, str] = {}
    for name, actor, at in (
        ("run_over", manager, TUESDAY - timedelta(days=1)),
        ("run_done", head, TUESDAY),
        ("run", manager, TUESDAY),
    ):
        run = begin_run(deal_ids=deals, people=[company.expert.me], actor=actor, at=at)
        told[name] = str(run)
        steps: tuple[How, ...] = () if name == "run" else ("next", "skip")
        for step in steps:
            stop = run_page(meeting_id=run, viewer=actor, at=at).current
            assert stop is not None
            line = "@expert схема складов к 30.11.2026 15:00" if step == "next" else ""
            go_on(
                meeting_id=run, stop_id=stop.id, how=step, typed=Typed({"risk": "ждут скидку"}, 0, line), actor=actor,
                at=at + timedelta(minutes=5),
            )  # fmt: skip
        if name == "run_over":
            end_run(meeting_id=run, actor=actor, at=at + timedelta(minutes=6))
    return told


def read_and_told(company: Company, deal: int) -> None:
    """The expert has read the dossier before a meeting; then more was told."""
    planned(company, deal)
    note_small_thing(deal_id=deal, text="Не любит слова «автоматизация»", actor=company.expert, at=TUESDAY)
    sign_dossier(deal_id=deal, seen=1, actor=company.expert, at=TUESDAY)
    filed(deal, company.manager, name="Нормы расхода.pdf", content=b"%PDF-1.7 norms")
    note_small_thing(
        deal_id=deal, text="Приедет с дороги: дать пять минут", actor=company.manager, at=TUESDAY
    )


def sights(told: Mapping[str, str]) -> Iterator[Sight]:
    """Everything there is to look at."""
    for name, (who, parts) in ROUTES.items():
        filled = {
            key: value.format(**told) if isinstance(value, str) else value for key, value in parts.items()
        }
        yield Sight(name.replace(":", "-"), who, reverse(name, kwargs=filled))
    for name, (who, path) in MORE.items():
        yield Sight(name, who, path.format(**told))
