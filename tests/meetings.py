"""Meetings for tests: planned by the manager, agreed by the client, held, closed, summed up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from svyazka.engine.meetings import Lack
from svyazka.presale.channels.models import Message
from svyazka.presale.channels.values import CLIENT, SENT, WAITING
from svyazka.presale.journal.values import Actor
from svyazka.presale.meetings.asking import agree_with_plan, ask_client
from svyazka.presale.meetings.closing import Judged, add_task, close_meeting
from svyazka.presale.meetings.doors import token_of
from svyazka.presale.meetings.drafts import Draft, DraftGuest, DraftPoint
from svyazka.presale.meetings.letters import LetterPoint, Text, send_letter, write_letter
from svyazka.presale.meetings.models import Door
from svyazka.presale.meetings.planning import change_plan, plan_meeting
from svyazka.presale.meetings.queries import MeetingPage, meeting_page
from svyazka.presale.meetings.reading import sign_dossier
from svyazka.presale.meetings.room import Written, begin, end, jot_down
from svyazka.presale.stages.queries import deal_page_by_id
from tests.company import TUESDAY, Company

WHEN = TUESDAY + timedelta(days=2, hours=1)
"""Thursday, 11:00 in Moscow."""
MAIL = "leskova@sevles.example"
KEDROV = "kedrov@sevles.example"
GUESTS = (
    DraftGuest("Ольга Петровна Лескова", "финансовый директор", decides=True, email=MAIL),
    DraftGuest("Пётр Кедров", "начальник лесосклада"),
)


BOTH = (GUESTS[0], DraftGuest("Пётр Кедров", "начальник лесосклада", email=KEDROV))
"""The same, each with an address."""


def draft(us: Company, **changed: Any) -> Draft:
    """A plan that lacks nothing but the client's word, the expert's signature and the huddle."""
    manager, expert = us.manager.me, us.expert.me
    whole = Draft(
        our_goal="Клиент называет три задачи, которые решаем первыми",
        client_goal="Понять, как система считает себестоимость партии леса",
        place="Офис клиента, Лесная, 7",
        starts_at=WHEN,
        minutes=75,
        points=(
            DraftPoint(7, "Знакомство", "company", manager),
            DraftPoint(40, "Бизнес и задачи клиента", "delivery", expert),
            DraftPoint(8, "Ограничения и путь к решению", "money", manager),
            DraftPoint(5, "Следующий шаг и его дата", "moderator", manager),
        ),
        ours={
            manager: frozenset({"moderator"}),
            expert: frozenset({"minutes"}),
        },
        theirs=GUESTS,
        criteria=("Клиент сам назвал дату следующего шага",),
    )
    return replace(whole, **changed)


def planned(
    us: Company, deal_id: int, *, agenda: str = "first_meeting", at: datetime = TUESDAY, **changed: Any
) -> int:
    """A client meeting whose plan is written."""
    meeting_id = plan_meeting(deal_id=deal_id, agenda=agenda, actor=us.manager, at=at)
    replan(us, meeting_id, at=at, **changed)
    return meeting_id


def replan(
    us: Company, meeting_id: int, *, at: datetime = TUESDAY, actor: Actor | None = None, **changed: Any
) -> tuple[Lack, ...]:
    """Write the plan, from what is on the screen now."""
    seen = shown(us, meeting_id).revision
    return change_plan(
        meeting_id=meeting_id, draft=draft(us, **changed), seen=seen, actor=actor or us.manager, at=at
    )


def shown(us: Company, meeting_id: int, viewer: Actor | None = None) -> MeetingPage:
    """The meeting as its manager sees it."""
    return meeting_page(meeting_id=meeting_id, viewer=viewer or us.manager)


def token_for(us: Company, meeting_id: int, purpose: str = "plan") -> str:
    """The latest open address that the client was given."""
    del us
    open_now = Door.objects.filter(meeting_id=meeting_id, purpose=purpose, revoked_at=None)
    return token_of(open_now.order_by("-pk")[0])


def agreed(us: Company, deal_id: int, *, at: datetime = TUESDAY, **changed: Any) -> int:
    """The same, sent to the client, who agrees; the expert has signed the dossier."""
    meeting_id = planned(us, deal_id, at=at, **changed)
    ask_client(meeting_id=meeting_id, guests=[0], actor=us.manager, at=at)
    agree_with_plan(token=token_for(us, meeting_id), at=at + timedelta(minutes=30))
    read_dossier(us, deal_id, at=at + timedelta(minutes=40))
    return meeting_id


def read_dossier(us: Company, deal_id: int, *, at: datetime) -> None:
    """The expert signs what is known now."""
    seen = len(deal_page_by_id(deal_id=deal_id, viewer=us.manager, at=at, entries=2000).timeline)
    sign_dossier(deal_id=deal_id, seen=seen, actor=us.expert, at=at)


def jotted(kind: str, text: str, **more: Any) -> Written:
    """Something written down in the room."""
    return Written(uuid4(), kind, text, **more)


def held(us: Company, deal_id: int, *, at: datetime = WHEN, **changed: Any) -> int:
    """The same, begun and over; a note, a decision and a parked question are written down."""
    meeting_id = agreed(us, deal_id, **{"at": at - (WHEN - TUESDAY), "starts_at": at, **changed})
    begin(meeting_id=meeting_id, actor=us.manager, at=at)
    for minutes, written in enumerate((
        jotted("note", "Себестоимость партии считают в таблицах, закрытие месяца — девять дней", point=1),
        jotted("decision", "Обследование начинаем с лесосклада", point=1),
        jotted("parked", "Можно ли грузить данные с пилорамы?", asker="Пётр Кедров", point=1),
    ), 10):  # fmt: skip
        jot_down(meeting_id=meeting_id, written=written, actor=us.expert, at=at + timedelta(minutes=minutes))
    end(meeting_id=meeting_id, actor=us.manager, at=at + timedelta(minutes=70))
    return meeting_id


def closed(us: Company, deal_id: int, *, at: datetime = WHEN, **changed: Any) -> int:
    """The same, closed with its tasks."""
    meeting_id = held(us, deal_id, at=at, **changed)
    later = at + timedelta(minutes=75)
    parked = next(one for one in shown(us, meeting_id).jots if one.kind == "parked")
    add_task(
        meeting_id=meeting_id, text=f"@expert ответ про обмен с пилорамой к {at + timedelta(days=4):%d.%m.%Y} 15:00", jot_id=parked.id, actor=us.manager,
        at=later,
    )  # fmt: skip
    add_task(
        meeting_id=meeting_id,
        text=f"@manager договор на обследование к {at + timedelta(days=5):%d.%m.%Y} 12:00",
        actor=us.manager,
        at=later,
    )
    close_meeting(
        meeting_id=meeting_id, judged={0: Judged(met=True, words="1 декабря")}, controller_id=us.head.me, actor=us.manager,
        at=later + timedelta(minutes=3),
    )  # fmt: skip
    return meeting_id


POINTS = (
    LetterPoint(
        "h1", "heard", "Себестоимость партии считают в таблицах, закрытие месяца занимает девять дней"
    ),
    LetterPoint("a1", "agreed", "Обследование начинаем с лесосклада"),
    LetterPoint("q1", "question", "Обмен с пилорамой: отвечает Олег Климов до 30 ноября"),
    LetterPoint("n1", "next", "Договор на обследование до 1 декабря"),
)
LETTER = Text(
    "Итоги встречи 26 ноября", "Понять, как система считает себестоимость партии леса", POINTS, "ru"
)


def summed_up(
    us: Company, deal_id: int, *, at: datetime = WHEN, guests: tuple[int, ...] = (0,), **changed: Any
) -> int:
    """The same, with the letter at the client's two hours after the meeting began."""
    meeting_id, later = closed(us, deal_id, at=at, **changed), at + timedelta(hours=2)
    write_letter(meeting_id=meeting_id, text=LETTER, seen=0, actor=us.manager, at=later)
    send_letter(meeting_id=meeting_id, version=1, guests=guests, actor=us.manager, at=later)
    return meeting_id


def token_of_guest(meeting_id: int, name: str, purpose: str = "plan") -> str:
    """The secret part of this guest's newest address."""
    doors = Door.objects.filter(meeting_id=meeting_id, purpose=purpose, name=name)
    return token_of(doors.latest("pk"))


def letters_have_left(*, at: datetime) -> None:
    """What is queued for clients has been sent."""
    waiting = Message.objects.filter(status=WAITING, place__role=CLIENT)
    waiting.update(status=SENT, sent_at=at, attempts=1)


def facts(us: Company, deal_id: int, *, at: datetime = WHEN) -> Mapping[str, str]:
    """The stated facts that hold on the deal in any stage, and where each is known from."""
    from svyazka.presale.stages.facts import evidence_of

    del us, at
    return {one.name: one.source for one in evidence_of(deal_id)}
