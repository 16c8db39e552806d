"""Clients who never were: a name, a tax number that checks, a person to talk to, what they ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from svyazka.demo.content import Language, read, say
from svyazka.presale.journal.values import Json

_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


@dataclass(frozen=True, slots=True)
class Client:
    """A company and its contact, as the answers of the intake form; ``kind`` is the sort of business."""

    kind: str
    factor: float
    answers: Mapping[str, Json]


NOBODY = Client("", 0, {})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client asks for; ``millions`` is about what it will cost."""

    unit: str
    skill: str
    millions: float
    answers: Mapping[str, Json]


def inn(serial: int) -> str:
    """A tax number whose check digit holds, in region 98, which no tax office has."""
    nine = f"98{serial:07d}"
    check = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, nine, strict=True)) % 11 % 10
    return f"{nine}{check}"


def invent_clients(count: int, language: Language, rng: Random) -> list[Client]:
    """So many different companies."""
    pool = read("clients")
    pairs = [(place, trade) for place in pool["places"] for trade in pool["trades"]]
    rng.shuffle(pairs)
    return [_client(index, *pairs[index % len(pairs)], language, rng) for index in range(count)]


def _client(index: int, place: Any, trade: Any, language: Language, rng: Random) -> Client:
    pool = read("clients")
    size = rng.choices(pool["sizes"], (3, 5, 5, 3, 2))[0]
    staff = rng.randint(*size["heads"])
    form = rng.choice(say(pool["forms"], language))
    name = (
        f"{form} «{place[trade['g']]} {trade['ru']}»"
        if language == "ru"
        else f"{place['en']} {trade['en']} {form}"
    )
    return Client(
        trade["kind"],
        size["factor"],
        {
            "company": name,
            "inn": inn(100_000 + index * 37),
            "lines": list(say(trade["lines"], language)),
            "size": say(size, language),
            "headcount": say(pool["headcount"], language).format(staff=staff, users=max(5, staff // 5)),
            **_contact(index, f"{place['en']}-{trade['en']}".lower().replace(" ", "-"), language, rng),
        },
    )


def _contact(index: int, site: str, language: Language, rng: Random) -> dict[str, Json]:
    pool = read("clients")
    names = pool["names"][rng.choice("mf")]
    surname = rng.randrange(len(names["surnames"]["ru"]))
    given, middle = rng.choice(say(names["given"], language)), rng.choice(say(names["middle"], language))
    duty = rng.choice(pool["duties"])
    return {
        "contact_name": " ".join(
            part for part in (given, middle, say(names["surnames"], language)[surname]) if part
        ),
        "contact_duty": say(duty, language),
        "decides": bool(duty.get("decides")),
        # 000 is no subscriber's exchange: nobody can be rung up by mistake
        "phone": f"+7 900 000-{index // 100 % 100:02d}-{index % 100:02d}",
        "email": f"{names['surnames']['en'][surname].lower()}@{site}.example",
    }


def invent_wish(client: Client, language: Language, rng: Random, *, unit: str | None = None) -> Wish:
    """Something that such a company asks for."""
    fitting = [
        one
        for one in read("requests")["requests"]
        if (unit is None or one["unit"] == unit) and (unit or client.kind in one["fits"])
    ]
    wish = rng.choice(fitting)
    millions = round(wish["sum"] * client.factor * rng.uniform(0.8, 1.25), 1) or 0.1
    shown = f"{millions:g}".replace(".", "," if language == "ru" else ".")
    return Wish(
        wish["unit"],
        wish["skill"],
        millions,
        {
            "request": rng.choice(say(wish, language)),
            "context": rng.choice(say(wish["context"], language)),
            "systems": say(wish["systems"], language),
            "budget": say(rng.choice(read("clients")["budgets"]), language).format(sum=shown),
        },
    )
