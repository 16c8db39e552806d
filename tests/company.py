"""A small company for tests: one sales unit, two delivery units, and people with every duty and role."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from svyazka.presale.deals.commands import (
    Received,
    accept_request,
    confirm_no_duplicate,
    receive_request,
    say_contacted,
)
from svyazka.presale.deals.seats import appoint
from svyazka.presale.journal.values import Actor, Json
from svyazka.presale.people.commands import Profile, save_person, save_unit
from svyazka.presale.people.queries import actor_by_id
from svyazka.presale.process.commands import publish_process
from svyazka.processes import packaged_text
from tests.again import again

TUESDAY = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
"""A working day in Moscow, 10:00."""

LOADED = datetime.now(UTC)
"""When this process began to test: who is asked what the clock says now has been at work since then, or longer."""

PASSWORD = "крепкая-связка-42"

WHOLE_REQUEST: Mapping[str, Json] = {
    "company": "ООО «Северный лес»",
    "inn": "7707083893",
    "lines": ["деревообработка", "оптовая торговля"],
    "size": "до 800 млн рублей, два юрлица",
    "headcount": "240 человек, 60 будут работать в системе",
    "request": "Нужен учёт лесосырья по партиям и расчёт себестоимости",
    "context": "С января новый цех, в таблицах уже не успевают",
    "systems": "1С:Бухгалтерия 3.0, таблицы",
    "contact_name": "Ольга Петровна Лескова",
    "contact_duty": "финансовый директор",
    "phone": "+7 916 123-45-67",
    "email": "leskova@sevles.example",
    "budget": "до 4 млн рублей, напрямую",
    "source": "рекомендация",
}


@dataclass(frozen=True, slots=True)
class Company:
    """Actors of the company, each on the web channel."""

    administrator: Actor
    owner: Actor
    dispatcher: Actor
    head: Actor
    manager: Actor
    other_manager: Actor
    expert: Actor
    estimator: Actor
    fixer: Actor
    programmer: Actor
    agent: Actor
    sales_unit: int
    delivery_unit: int


def found_company(at: datetime = TUESDAY) -> Company:
    """Units and people, and the packaged process published. All sign in with :data:`PASSWORD`."""
    return again((found, at), lambda: found(at))


def found(at: datetime) -> Company:
    """Set all that up by the commands themselves."""
    console = Actor(person_id=None, channel="cli")
    first = save_person(
        profile=Profile(
            "admin@svyazka.example", "Громов", "Пётр", "Ильич", duties=frozenset({"administrator"}), language="ru"
        ),
        actor=console, at=at, password=PASSWORD,
    )  # fmt: skip
    administrator = _actor(first)
    sales = save_unit(name="Продажи", kind="sales", actor=administrator, at=at)
    delivery = save_unit(name="Производство", kind="delivery", actor=administrator, at=at)
    save_unit(name="Торговля", kind="delivery", actor=administrator, at=at)

    def join(email: str, surname: str, name: str, **more: object) -> Actor:
        profile = Profile(f"{email}@svyazka.example", surname, name, **more)  # type: ignore[arg-type]
        return _actor(save_person(profile=profile, actor=administrator, at=at, password=PASSWORD))

    generator = ("lead_generator",)
    company = Company(
        administrator=administrator,
        owner=join(
            "owner", "Белов", "Сергей", duties=frozenset({"process_owner"}), roles=(*generator, "fixer")
        ),
        dispatcher=join(
            "window", "Ракитина", "Анна", unit_id=sales, duties=frozenset({"dispatcher"}), roles=generator
        ),
        head=join(
            "head",
            "Титов",
            "Игорь",
            unit_id=delivery,
            duties=frozenset({"head"}),
            roles=(*generator, "expert"),
            skills=(("1С:ERP", 2), ("WMS", 2)),
        ),
        manager=join("manager", "Серова", "Мария", unit_id=sales, roles=(*generator, "manager")),
        other_manager=join("manager2", "Лосев", "Павел", unit_id=sales, roles=(*generator, "manager")),
        expert=join(
            "expert",
            "Климов",
            "Олег",
            unit_id=delivery,
            roles=(*generator, "expert"),
            skills=(("1С:ERP", 3), ("Деревообработка", 2)),
        ),
        estimator=join("estimator", "Яшина", "Вера", unit_id=delivery, roles=(*generator, "estimator")),
        fixer=join("fixer", "Орлов", "Глеб", roles=("fixer",)),
        programmer=join("programmer", "Ветров", "Антон", unit_id=delivery, roles=generator),
        agent=join("agent", "Дымов", "Роман", is_agent=True, roles=generator),
        sales_unit=sales,
        delivery_unit=delivery,
    )
    publish_process(text=packaged_text(), note="", actor=administrator, at=at)
    return company


def _actor(person_id: int) -> Actor:
    actor = actor_by_id(person_id, "web")
    assert actor is not None
    return actor


def whole_request(us: Company, /, at: datetime = TUESDAY, **changed: Json) -> Received:
    """A request with all ten fields, handed in by the programmer; ``changed`` replaces answers."""
    answers = {**WHOLE_REQUEST, **changed}
    return receive_request(answers=answers, actor=us.programmer, at=at, source="рекомендация", sure=True)


def led_deal(us: Company, /, at: datetime = TUESDAY, **changed: Json) -> int:
    """A deal whose request is answered, checked, accepted and has a manager; an expert is still to be found."""
    deal_id = whole_request(us, at, **changed).deal_id
    say_contacted(deal_id=deal_id, how="позвонила, договорились о созвоне", actor=us.dispatcher, at=at)
    confirm_no_duplicate(deal_id=deal_id, actor=us.dispatcher, at=at)
    accept_request(
        deal_id=deal_id, actor=us.dispatcher, at=at, manager_id=us.manager.person_id,
        unit_id=us.delivery_unit,
    )  # fmt: skip
    return deal_id


def accepted_deal(us: Company, /, at: datetime = TUESDAY, **changed: Json) -> int:
    """The same with an expert and an estimator. Still at stage one."""
    deal_id = led_deal(us, at, **changed)
    for role, person in (("expert", us.expert), ("estimator", us.estimator)):
        assert person.person_id is not None
        appoint(deal_id=deal_id, person_id=person.person_id, role=role, actor=us.manager, at=at)
    return deal_id
