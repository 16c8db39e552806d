"""Something of every kind to stand in the addresses of the sweep, and people of every kind who ask for it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from svyazka.presale.cases.commands import Story, save_case
from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.deals.feeds import View, feeds, make_feed
from svyazka.presale.deals.links import links, make_link
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.deals.seats import appoint
from svyazka.presale.experts.asking import Ask, ask_for_expert
from svyazka.presale.experts.claiming import ask_for_more, claim
from svyazka.presale.imports.drafts.commands import ask_to_bring_in
from svyazka.presale.imports.queries import imports
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.asking import Corrections, ask_client, correct_plan
from svyazka.presale.meetings.closing import add_task
from svyazka.presale.meetings.feeds import feed_token
from svyazka.presale.meetings.reading import note_small_thing
from svyazka.presale.meetings.runs.beginning import begin_run
from svyazka.presale.meetings.runs.queries import run_page
from svyazka.presale.notices.queries import latest_notices
from svyazka.presale.people.commands import issue_token, record_absence
from svyazka.presale.people.projects import note_project
from svyazka.presale.people.queries import people_page, tokens_of
from svyazka.presale.people.rights import SCOPES
from svyazka.presale.questions.commands import ask_question, relay_question
from svyazka.presale.reviews.models import Proposal
from svyazka.presale.reviews.values import wording
from svyazka.presale.stages.commands import lose
from svyazka.presale.stages.evidence import supply_evidence
from svyazka.processes import packaged_text
from tests.architecture.routes import Row
from tests.chats import answer, grouped, linked, not_understood
from tests.company import Company, accepted_deal, found_company, whole_request
from tests.documents import filed
from tests.meetings import held, planned, shown, summed_up, token_for
from tests.registers import looked_at, work
from tests.reviews import proposed
from tests.undelivered import undelivered

_PLACEHOLDER: Final = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>.*?\)(?=[-/])")
_NOBODYS: Final = {
    "number": "2025-9999",
    "secret": "nobody-knows-it",
    "which": "nothing",
    "paper": "a5",
    "agenda": "nothing",
    "side": "nothing",
    "rule": "nothing",
    "where": "nothing",
    "token": "nobody",
    "feed": "nobody",
    "live": "nobody",
}
"""What stands for an unknown text; an unknown id is a number that nothing has."""
_IDS: Final = {"expert-requests": "request_id", "commitments": "commitment", "answer": "relayed"}
"""Of which kind an API's id is, by a part of its address."""
_MEETINGS: Final = {
    "take-in": "corrected_meeting", "task": "held_meeting", "again": "held_meeting", "drop": "held_meeting", "jot": "held_meeting",
    "settle": "held_meeting", "verdict": "held_meeting",
    "close": "held_meeting", "letter": "sent_meeting", "send": "sent_meeting", "take-back": "sent_meeting", "answered": "sent_meeting",
}  # fmt: skip
"""Which meeting an act is about, where the one that is being prepared won't do."""
_PROPOSALS: Final = {"judge": "taken_proposal"}
"""Which proposal an act is about, where the one that waits won't do."""
_REQUESTS: Final = {"hand-back": "taken_request", "verdict": "triage_request"}
"""Which expert request an act is about, where the open one won't do."""
SMALL_THING: Final = "Боится грозы и начальника лесосклада"
"""Stands in the dossier, for those who go to the room, and nowhere else."""


@dataclass(frozen=True, slots=True)
class World:
    """Values for addresses and forms by name, numbers of deals by their part, people's sessions and tokens by kind."""

    ids: Mapping[str, Any]
    numbers: Mapping[str, str]
    sessions: Mapping[str, str]
    tokens: Mapping[str, str]

    def ask(self, kind: str, method: str, row: Row, *, unknown: bool = False) -> Any:
        """Send what the row says as this kind of person, to something that is there or to something unknown."""
        cache.clear()  # nobody is refused for asking often
        browser, headers = Client(raise_request_exception=False), {}
        is_api = row.route.startswith("api/")
        if is_api and kind in self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens[kind]}"
        elif kind in self.sessions:
            browser.cookies["sessionid"] = self.sessions[kind]
        path = self._path(row, unknown=unknown)
        form = {name: self._filled(value) for name, value in row.form.items()}
        if method == "POST" and not is_api:
            return browser.post(path, form, headers=headers)
        body = "" if method == "GET" else json.dumps(form, default=str)
        answer = browser.generic(method, path, body, content_type="application/json", headers=headers)
        if answer.streaming:  # a file: read to its end, which closes it
            b"".join(answer)
        return answer

    def _path(self, row: Row, *, unknown: bool) -> str:
        def value(found: re.Match[str]) -> str:
            name = found[1] or found[2]
            if unknown:
                return _NOBODYS.get(name, "999999")
            if name == "number":
                return (
                    str(self.ids["version"]) if row.route.startswith("process/") else self.numbers[row.deal]
                )
            if name == "chat" and row.route.startswith("deals/"):
                name = "deal_chat"
            if name == "id":
                name = next((kept for part, kept in _IDS.items() if part in row.route), "question")
            if name == "request_id":
                name = _REQUESTS.get(row.route.rstrip("/").rpartition("/")[2], name)
            if name == "meeting_id" and row.route.startswith("run/"):
                name = "run"
            if name == "meeting_id":
                name = _MEETINGS.get(row.route.rstrip("/").rpartition("/")[2], name)
            if name == "proposal_id":
                name = _PROPOSALS.get(row.route.rstrip("/").rpartition("/")[2], name)
            return str(self.ids.get(name, "1"))

        return "/" + re.sub(r"\((\w+)\|.*?\)|[$^]", r"\1", _PLACEHOLDER.sub(value, row.route))

    def _filled(self, value: Any) -> Any:
        if isinstance(value, bytes):
            return SimpleUploadedFile("Протокол.pdf", value)
        if not isinstance(value, str):
            return value
        if whole := re.fullmatch(r"\{(\w+)\}", value):
            return self.ids[whole[1]]
        return re.sub(r"\{(\w+)\}", lambda found: str(self.ids[found[1]]), value)


def found_world() -> World:
    """A company with a deal under way, a fresh request, a lost deal, and one thing of every kind on them."""
    now = timezone.now()
    company = found_company(now - timedelta(days=40))
    window, manager, participant = company.dispatcher, company.manager, company.other_manager
    deal = accepted_deal(company, now - timedelta(days=2))
    lost = accepted_deal(company, now - timedelta(days=2), inn="7728168971")
    lose(deal_id=lost, reason="estimate.above_budget", evidence="письмо клиента", actor=manager, at=now)
    request = whole_request(company, now, inn="5024002119").deal_id
    record_absence(
        person_id=participant.me, since=timezone.localdate(now), until=timezone.localdate(now), stand_in_id=None, actor=company.administrator, at=now
    )  # fmt: skip
    assignment = note_project(
        person_id=participant.me, project="Запуск на «Кедре»", hours_a_week=24, actor=participant, at=now
    )
    case = save_case(
        case_id=None, story=Story("Партии", "Считали вручную", "Считает система"), actor=manager, at=now
    )
    absent = next(row for row in people_page(viewer=participant, at=now) if row.absences)
    _token(participant)
    ids = {
        **_on_deal(company, deal), "manager": manager.me, "expert": company.expert.me, "estimator": company.estimator.me,
        "head": company.head.me, "unit": company.delivery_unit, "unit_id": company.delivery_unit, "person_id": participant.me,
        "absence_id": absent.absences[0].id, "assignment_id": assignment, "case_id": case, "token_id": tokens_of(viewer=participant)[0].id,
        "secret": make_link(name="Сайт", actor=window, at=now), "link_id": links(viewer=window)[0].id,
        "live": make_feed(name="Сделки", view=View(), actor=participant, at=now), "feed_id": feeds(viewer=participant)[0].id,
        "file": "google.csv", "draft_id": looked_at(window, at=now), "import_id": _imported(window, now),
        "which": "received", "side": "before", "rule": "first_response", "hint": "hop", "where": "preparation", "version": 1,
        "paper": "a4", "agenda": "huddle",
        "process": packaged_text() + "\n", "key": "wrong", "uidb36": "1", "role": "manager", "figure": "promises_kept",
        "notice": latest_notices(viewer=manager)[0].id, "channel": "email", **undelivered(now, participant.me),
        "messenger": "telegram", "chat": linked(participant.me, now), "group": grouped("experts", now),
        "deal_chat": grouped("deal", now, chat="-100201", deal=deal), "told": not_understood(now),
    }  # fmt: skip
    answer()
    taken = proposed(company, at=now, judge_on=now.date() + timedelta(days=30))
    Proposal.objects.filter(pk=taken).update(state="taken", version=1, taken_at=now)
    ids |= {
        "taken_proposal": taken, "proposal_id": proposed(company, at=now, judge_on=now.date() + timedelta(days=30)),
    }  # fmt: skip
    rows = rows_by_id([deal, request, lost], viewer=company.administrator)
    ids["closed_number"] = rows[lost].path
    ids["wording"] = wording(*Proposal.objects.values_list("text", "why").get(pk=ids["proposal_id"]))
    people = _kinds(company)
    return World(
        ids=ids,
        numbers={"deal": rows[deal].path, "request": rows[request].path, "closed": rows[lost].path},
        sessions={kind: _session(actor) for kind, actor in people.items()},
        tokens={kind: _token(actor) for kind, actor in people.items()},
    )


def _imported(actor: Actor, at: datetime) -> int:
    """A table that was brought in."""
    draft = looked_at(actor, [f"77;{at:%d.%m.%Y};ООО «Таблица»;;Учёт из таблицы;;;в работе"], at)
    ask_to_bring_in(draft_id=draft, actor=actor)
    work(at)
    return imports(viewer=actor)[0].id


def _kinds(company: Company) -> Mapping[str, Actor]:
    return {
        "agent": company.agent, "participant": company.other_manager, "author": company.programmer,
        "manager": company.manager, "expert": company.expert, "dispatcher": company.dispatcher, "head": company.head,
        "owner": company.owner, "administrator": company.administrator,
    }  # fmt: skip


def _on_deal(company: Company, deal: int) -> dict[str, Any]:
    """A fixer in the shadow, a tick, a commitment, a question that was put to the client and one that wasn't."""
    now, manager, expert = timezone.now(), company.manager, company.expert
    appoint(deal_id=deal, person_id=company.fixer.me, role="fixer", actor=manager, at=now)
    supply_evidence(
        deal_id=deal, stage="request", check="consent_noted", text="галочка в анкете", actor=company.dispatcher, at=now
    )  # fmt: skip
    commitment = open_commitment(
        deal_id=deal, performer_id=expert.me, result="Список задач клиента", due_at=now + timedelta(days=3), actor=manager,
        at=now,
    )  # fmt: skip
    relayed = ask_question(deal_id=deal, text="Кто ведёт склад?", actor=expert, at=now)
    relay_question(question_id=relayed, actor=manager, at=now)
    question = ask_question(deal_id=deal, text="Сколько рабочих мест?", actor=expert, at=now)
    return {
        "commitment": commitment,
        "question": question,
        "relayed": relayed,
        "document": filed(deal, manager),
        "small_thing": note_small_thing(deal_id=deal, text=SMALL_THING, actor=manager, at=now),
        **_expert_requests(company, deal),
        **_meetings(company, deal),
        **_run(company, deal),
    }


def _meetings(company: Company, deal: int) -> dict[str, Any]:
    """One that is being prepared and was sent to the client, one he has corrected, one that is over, one with its letter at his."""
    now, manager = timezone.now(), company.manager
    ahead, begun = now + timedelta(days=2), now - timedelta(hours=3)
    meeting = planned(company, deal, at=now, starts_at=ahead)
    ask_client(meeting_id=meeting, guests=[0], actor=manager, at=now)
    corrected = planned(company, accepted_deal(company, now, inn="7736050003"), at=now, starts_at=ahead)
    ask_client(meeting_id=corrected, guests=[0], actor=manager, at=now)
    wants = Corrections(goal="Увидеть учёт обрезков")
    correct_plan(token=token_for(company, corrected), corrections=wants, at=now)
    over = held(company, accepted_deal(company, now - timedelta(days=5), inn="7702070139"), at=begun)
    return {
        "meeting_id": meeting,
        "corrected_meeting": corrected,
        "held_meeting": over,
        "sent_meeting": summed_up(
            company, accepted_deal(company, now - timedelta(days=5), inn="7710140679"), at=begun
        ),
        "token": token_for(company, meeting),
        "feed": feed_token(actor=company.expert),
        "jot": next(one.id for one in shown(company, over).jots if one.kind == "parked"),
        "meeting_task": add_task(
            meeting_id=over, text="@estimator перечень отчётов через 2 дня", actor=manager, at=now
        ),
        "seen_plan": shown(company, meeting).revision,
    }


def _run(company: Company, deal: int) -> dict[str, Any]:
    """A status run that the manager goes through."""
    run = begin_run(deal_ids=[deal], actor=company.manager, at=timezone.now())
    stop = run_page(meeting_id=run, viewer=company.manager, at=timezone.now()).stops[0]
    return {"run": run, "stop": stop.id, "commitment_deal": deal}


def _expert_requests(company: Company, deal: int) -> dict[str, int]:
    """One that is open and lacks something, one taken by the expert, a triage taken by him."""
    now, manager, expert = timezone.now(), company.manager, company.expert
    day = now.date() + timedelta(days=1)

    def asked(kind: str, competence: str) -> int:
        ask = Ask(
            kind, competence, day, day, "Клиент понимает, как считается партия", to_decide="наше ли это"
        )
        return ask_for_expert(deal_id=deal, ask=ask, actor=manager, at=now)

    taken, triage, waiting = (
        asked("expert", "1С:ERP"),
        asked("triage", "1С:ERP"),
        asked("expert", "Деревообработка"),
    )
    for request in (taken, triage):
        claim(request_id=request, actor=expert, at=now)
    ask_for_more(request_id=waiting, what="какие отчёты смотрит директор", actor=expert, at=now)
    return {"request_id": waiting, "taken_request": taken, "triage_request": triage}


def _session(actor: Actor) -> str:
    browser = Client()
    browser.force_login(get_user_model().objects.get(pk=actor.me))
    return browser.cookies["sessionid"].value


def _token(actor: Actor) -> str:
    return issue_token(person_id=actor.me, name="test", scopes=SCOPES, actor=actor, at=timezone.now())
