"""The people of the company that is measured, made through the product's own commands."""

from dataclasses import dataclass
from datetime import datetime

from bench.plan import OTHERS
from bench.plan import OWNERS as MANAGERS
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import Profile, save_person, save_unit
from svyazka.presale.people.queries import actor_by_id
from svyazka.presale.process.commands import publish_process
from svyazka.processes import packaged_text

EXPERTS, ESTIMATORS, UNITS = 10, 5, 5


@dataclass(frozen=True, slots=True)
class Staff:
    """Ids of people and units."""

    administrator: int
    dispatcher: int
    managers: tuple[int, ...]
    experts: tuple[int, ...]
    estimators: tuple[int, ...]
    others: tuple[int, ...]
    units: tuple[int, ...]


def found(at: datetime) -> Staff:
    """One sales unit, five delivery units, forty-odd people, the packaged process."""
    first = save_person(
        profile=Profile("admin@bench.example", "Громов", "Пётр", duties=frozenset({"administrator"})),
        actor=Actor(person_id=None, channel="cli"),
        at=at,
    )
    administrator = actor_by_id(first, "web")
    assert administrator is not None
    sales = save_unit(name="Продажи", kind="sales", actor=administrator, at=at)
    units = tuple(
        save_unit(name=f"Внедрение {number}", kind="delivery", actor=administrator, at=at)
        for number in range(1, UNITS + 1)
    )

    def join(code: str, number: int, unit: int, duties: frozenset[str] = frozenset(), role: str = "") -> int:
        roles = ("lead_generator", role) if role else ("lead_generator",)
        profile = Profile(
            f"{code}{number}@bench.example",
            f"Фамильев{number}",
            "Иван",
            unit_id=unit,
            duties=duties,
            roles=roles,
        )
        return save_person(profile=profile, actor=administrator, at=at)

    staff = Staff(
        administrator=first,
        dispatcher=join("window", 0, sales, frozenset({"dispatcher"})),
        managers=tuple(join("manager", n, sales, role="manager") for n in range(MANAGERS)),
        experts=tuple(
            join("expert", n, units[n % UNITS], frozenset({"head"} if n < UNITS else ()), "expert")
            for n in range(EXPERTS)
        ),
        estimators=tuple(join("estimator", n, units[n % UNITS], role="estimator") for n in range(ESTIMATORS)),
        others=tuple(join("other", n, units[n % UNITS]) for n in range(OTHERS)),
        units=units,
    )
    publish_process(text=packaged_text(), note="", actor=administrator, at=at)
    return staff
