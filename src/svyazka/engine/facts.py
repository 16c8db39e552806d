"""The vocabulary of a process: facts that checks may lean on, events that terms open and close by.

A fact holds or doesn't hold for a deal. A *computed* one the system derives from its own records;
a *stated* one a person records with evidence, and the moment of stating it is an event of the same name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from svyazka.engine.process import Text

Kind = Literal["computed", "stated"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the system can show about a deal.

    ``supply`` tells a person how to make it true; ``by`` are the roles that may state it (empty for a
    computed fact); ``takes_date`` means that it is stated together with a date and time.
    """

    name: str
    text: Text
    supply: Text
    kind: Kind
    takes_date: bool = False
    by: tuple[str, ...] = ()


def _computed(name: str, text: tuple[str, str], supply: tuple[str, str]) -> Fact:
    return Fact(name, Text(*text), Text(*supply), "computed")


def _stated(
    name: str,
    by: tuple[str, ...],
    text: tuple[str, str],
    supply: tuple[str, str],
    *,
    takes_date: bool = False,
) -> Fact:
    return Fact(name, Text(*text), Text(*supply), "stated", takes_date, by)


_COMPUTED = (
    _computed(
        "intake.complete",
        ("Все обязательные поля анкеты заполнены", "Every mandatory intake field has a value"),
        ("Заполните оставшиеся поля анкеты", "Fill in the intake fields that are left"),
    ),
    _computed(
        "intake.answered",
        (
            "По каждому обязательному полю анкеты есть ответ или известно, кто и когда его узнает",
            "Each mandatory intake field has a value, or a name and a date for finding it out",
        ),
        (
            "Заполните поле или отметьте «пока не знаем» и укажите, кто и к какому сроку узнает",
            "Fill the field in, or mark it “not known yet” and say who finds out by when",
        ),
    ),
    _computed(
        "duplicates.checked",
        ("Повторы проверены", "Duplicates are checked"),
        (
            "Просмотрите похожие компании и сделки и отметьте, что это новый запрос, или закройте его как повтор",
            "Look through the similar companies and deals; confirm that the request is new or close it as a duplicate",
        ),
    ),
    _computed(
        "manager.appointed",
        ("Менеджер назначен", "The manager is appointed"),
        ("Назначьте менеджера сделки", "Appoint the deal’s manager"),
    ),
    _computed(
        "expert.appointed",
        ("Эксперт назначен", "The expert is appointed"),
        ("Назначьте эксперта с нужной компетенцией", "Appoint an expert with the right competence"),
    ),
    _computed(
        "estimator.appointed",
        ("Оценщик назначен", "The estimator is appointed"),
        ("Назначьте оценщика", "Appoint the estimator"),
    ),
    _computed(
        "author.recorded",
        ("Известно, кто принёс запрос", "It is recorded who brought the request"),
        (
            "Укажите лидогенератора или источник запроса",
            "Name the lead generator or the source of the request",
        ),
    ),
    _computed(
        "client.contacted",
        ("Клиент получил первый ответ", "The client has received a first answer"),
        (
            "Свяжитесь с клиентом и отметьте, когда, каким способом и о чём договорились",
            "Get in touch with the client and record when, how and what was agreed",
        ),
    ),
    _computed(
        "next_step.promised",
        ("Клиент знает следующий шаг и его срок", "The client knows the next step and its date"),
        (
            "Запишите следующий шаг, обещанный клиенту, со сроком",
            "Record the next step promised to the client, with its due time",
        ),
    ),
    _computed(
        "questions.answered",
        ("Открытых вопросов нет", "No question is open"),
        (
            "Получите ответы на открытые вопросы или снимите их с объяснением",
            "Get the open questions answered, or withdraw them and say why",
        ),
    ),
    _computed(
        "decision.taken",
        ("Решено, что запрос наш", "The request is qualified as one for us"),
        ("Примите запрос или отклоните его с причиной", "Accept the request, or decline it with a reason"),
    ),
    _computed(
        "contract.signed",
        ("Договор подписан", "The contract is signed"),
        ("Отметьте победу: номер, сумма и дата договора", "Record the win: contract number, sum and date"),
    ),
)

_STATED = (
    _stated(
        "meeting.scheduled",
        ("manager",),
        ("Дата встречи согласована с клиентом", "The meeting’s date is agreed with the client"),
        (
            "Согласуйте с клиентом дату и время встречи и запишите их",
            "Agree on the day and time with the client and record them",
        ),
        takes_date=True,
    ),
    _stated(
        "meeting.goals_agreed",
        ("manager",),
        (
            "Цели встречи — наша и клиента — записаны и согласованы",
            "Both goals of the meeting, ours and the client’s, are written down and agreed",
        ),
        (
            "Спросите клиента о его цели, запишите её его словами и рядом — нашу; приложите ответ клиента",
            "Ask the client for their goal, write it down in their words with ours beside it, and attach the answer",
        ),
    ),
    _stated(
        "agenda.accepted",
        ("manager",),
        ("Клиент согласился с повесткой", "The client accepted the agenda"),
        (
            "Отправьте повестку по минутам и приложите согласие клиента",
            "Send the timed agenda and attach the client’s consent",
        ),
    ),
    _stated(
        "meeting.roles_shared",
        ("manager",),
        (
            "Каждый пункт повестки кто-то ведёт, роли на встрече розданы",
            "Every point of the agenda has who leads it, the roles at the meeting are assigned",
        ),
        (
            "В плане встречи укажите у каждого пункта, кто его ведёт, и назначьте ведущего и того, кто записывает",
            "In the meeting’s plan say who leads each point, and name the moderator and who takes notes",
        ),
    ),
    _stated(
        "meeting.people_known",
        ("manager",),
        (
            "Известно, кто будет от клиента, за что отвечает и кто решает",
            "It is known who comes from the client, what for, and who decides",
        ),
        (
            "В плане встречи запишите участников от клиента, их должности и кто из них решает",
            "In the meeting’s plan write down who comes from the client, their duties and who decides",
        ),
    ),
    _stated(
        "briefing.read",
        ("expert",),
        (
            "Эксперт прочёл всё, что известно о клиенте",
            "The expert has read everything known about the client",
        ),
        (
            "Эксперту: прочтите материалы сделки и подтвердите это",
            "For the expert: read the deal’s material and confirm it",
        ),
    ),
    _stated(
        "huddle.held",
        ("manager", "expert"),
        ("Десятиминутка перед встречей проведена", "The ten-minute huddle before the meeting is held"),
        (
            "Соберитесь на десять минут до встречи и запишите цели и роли",
            "Meet for ten minutes beforehand and record goals and roles",
        ),
    ),
    _stated(
        "meeting.held",
        ("manager", "expert"),
        ("Встреча состоялась", "The meeting took place"),
        (
            "Отметьте, когда прошла встреча и кто на ней был",
            "Record when the meeting took place and who was there",
        ),
    ),
    _stated(
        "expert.verdict",
        ("expert",),
        ("Эксперт сказал, идём ли дальше", "The expert has said whether we go on"),
        (
            "Эксперту: скажите одной фразой, идём дальше, есть сомнения или не наше, и почему",
            "For the expert: say in one sentence whether we go on, have doubts or leave it, and why",
        ),
    ),
    _stated(
        "letter.sent",
        ("manager",),
        ("Письмо-итог отправлено клиенту", "The follow-up letter is sent to the client"),
        (
            "Отправьте письмо: что услышали, о чём договорились, что дальше",
            "Send the letter: what we heard, what we agreed, what is next",
        ),
    ),
    _stated(
        "letter.confirmed",
        ("manager",),
        ("Клиент подтвердил письмо-итог", "The client confirmed the follow-up letter"),
        (
            "Получите от клиента «всё верно» или поправки и приложите ответ",
            "Get the client’s “all correct” or their corrections and attach the answer",
        ),
    ),
    _stated(
        "client.ready",
        ("manager", "expert"),
        (
            "Клиент сам сказал, что готов к следующему шагу",
            "The client has said they are ready for the next step",
        ),
        (
            "Спросите об этом в письме-итоге: клиент отвечает на его странице",
            "Ask in the follow-up letter: the client answers on its page",
        ),
    ),
    _stated(
        "estimate.requested",
        ("manager",),
        ("Оценка запрошена с полными исходными данными", "The estimate is requested with complete inputs"),
        (
            "Передайте оценщику подтверждённые задачи и материалы",
            "Give the estimator the confirmed needs and the material",
        ),
    ),
    _stated(
        "estimate.submitted",
        ("estimator",),
        ("Оценка готова", "The estimate is ready"),
        (
            "Оценщику: приложите оценку, где каждая строка связана с задачей клиента",
            "For the estimator: attach the estimate, each line tied to one of the client’s needs",
        ),
    ),
    _stated(
        "estimate.reviewed",
        ("expert", "estimator"),
        ("Оценку проверил второй человек", "A second person has reviewed the estimate"),
        (
            "Покажите оценку коллеге, который её не делал, и запишите его вывод",
            "Show the estimate to a colleague who didn’t make it and record the verdict",
        ),
    ),
    _stated(
        "proposal.sent",
        ("manager",),
        ("Предложение отправлено клиенту", "The proposal is sent to the client"),
        ("Отправьте предложение и приложите его", "Send the proposal and attach it"),
    ),
    _stated(
        "defence.held",
        ("manager", "estimator", "expert"),
        ("Защита предложения состоялась", "The proposal was defended"),
        (
            "Проведите защиту встречей и запишите её итог",
            "Defend the proposal at a meeting and record what came of it",
        ),
    ),
    _stated(
        "decision.dated",
        ("manager",),
        ("Клиент назвал дату решения", "The client has named a decision date"),
        (
            "Спросите, когда и кто примет решение, и запишите дату",
            "Ask who decides and when, and record the date",
        ),
        takes_date=True,
    ),
    _stated(
        "terms.agreed",
        ("manager", "fixer"),
        ("Условия договора согласованы", "The terms of the contract are agreed"),
        (
            "Запишите согласованные скидку, сроки и особые условия и кто их разрешил",
            "Record the discount, dates and special terms agreed, and who approved them",
        ),
    ),
    _stated(
        "contract.sent",
        ("manager",),
        ("Договор отправлен клиенту", "The contract is sent to the client"),
        ("Отправьте проект договора и приложите его", "Send the draft contract and attach it"),
    ),
    _stated(
        "invoice.sent",
        ("manager",),
        ("Счёт отправлен", "The invoice is sent"),
        ("Выставьте счёт и приложите его", "Issue the invoice and attach it"),
    ),
    _stated(
        "handover.done",
        ("manager",),
        ("Сделка передана проектной команде", "The deal is handed over to the project team"),
        (
            "Передайте команде материалы, письма, обещания и риски; приложите протокол передачи",
            "Hand over the material, letters, promises and risks; attach the minutes",
        ),
    ),
)

FACTS: dict[str, Fact] = {fact.name: fact for fact in (*_COMPUTED, *_STATED)}

ANCHORS: dict[str, str] = {"meeting": "meeting.scheduled", "decision": "decision.dated"}
"""What a due time may stand before ("4h before meeting"), and the dated fact that tells when it is."""

TOO_LATE = frozenset({"contract.signed"})
"""Facts that become true by the deal's end itself: as a condition of getting there they would block it for ever."""

ENDINGS = ("deal.won", "deal.lost", "deal.closed")
"""Events that end a deal; each cancels whatever commitment is still open and not kept by it."""

_HAPPENINGS = (
    "deal.received",
    "deal.accepted",
    "manager.appointed",
    "expert.appointed",
    "estimator.appointed",
    "client.contacted",
    "client.chased",
    "question.asked",
    "expert.requested",
    "expert.claimed",
    "expert.more_asked",
    "expert.more_given",
    "triage.requested",
    "triage.claimed",
    "triage.said",
    "meeting.ended",
    "meeting.closed",
    "plan.corrected",
    "letter.corrected",
    "letter.unanswered",
)

EVENTS: tuple[str, ...] = (*_HAPPENINGS, *(fact.name for fact in _STATED), *ENDINGS)
"""Every event except the stages' own; ``stage.KEY`` is added for each stage of a process."""


def fact(name: str) -> Fact:
    """:raises KeyError: the vocabulary has no such fact"""
    return FACTS[name]


def stated_facts() -> tuple[Fact, ...]:
    """Facts that a person states with evidence, in the order of the process."""
    return _STATED


def events_of(stages: Iterable[str]) -> tuple[str, ...]:
    """Every event that can happen in a process with these stage keys."""
    return (*EVENTS, *(f"stage.{key}" for key in stages))
