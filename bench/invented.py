"""Invented companies: unlike enough to be different clients, like enough for the search for duplicates to work hard."""

from typing import Final

_SYLLABLES: Final = (
    *("ва", "бе", "го", "ду", "жи", "за", "ке", "ло", "му", "не", "по", "ра"),
    *("си", "ту", "фе", "хо", "ча", "ши", "ю", "я"),
)
_TRADES: Final = (
    *(
        "строй",
        "торг",
        "лес",
        "маш",
        "хим",
        "агро",
        "мет",
        "транс",
        "энерго",
        "прод",
        "пласт",
        "мебель",
        "текстиль",
    ),
    *(
        "стекло",
        "бумага",
        "кабель",
        "насос",
        "привод",
        "дом",
        "свет",
        "вода",
        "сталь",
        "бетон",
        "кран",
        "мост",
        "порт",
    ),
    *("склад", "тара", "пак", "принт"),
)
_WORDS: Final = len(_SYLLABLES) ** 3
NAMES: Final = _WORDS * len(_TRADES)
"""How many companies there can be before a name comes again."""

_STEP: Final = 100_003  # a prime: neighbours in the count are far apart in the alphabet


def company(index: int) -> str:
    """The name of the company with this number."""
    place = index * _STEP % NAMES
    trade, word = divmod(place, _WORDS)
    first, rest = divmod(word, len(_SYLLABLES) ** 2)
    second, third = divmod(rest, len(_SYLLABLES))
    stem = _SYLLABLES[first] + _SYLLABLES[second] + _SYLLABLES[third]
    return f"ООО «{stem.capitalize()} {_TRADES[trade]}»"


def inn(index: int) -> str:
    """A tax number of ten digits whose check digit is right."""
    digits = f"{770_000_000 + index:09d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    check = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10
    return f"{digits}{check}"


def phone(index: int) -> str:
    """A mobile number in the international form."""
    return f"+7916{index % 10_000_000:07d}"


def email(index: int) -> str:
    """An address at a domain of the company's own."""
    return f"info@firma{index}.example"


def answers(index: int) -> dict[str, object]:
    """An intake form filled in whole, by its fields' keys."""
    return {
        "company": company(index),
        "inn": inn(index),
        "lines": ["производство", "оптовая торговля"],
        "size": "до 800 млн рублей, два юрлица",
        "headcount": "240 человек, 60 будут работать в системе",
        "request": f"Учёт партий и себестоимость по переделам, {index % 40 + 2} рабочих мест",
        "context": "С января новый цех, в таблицах уже не успевают",
        "systems": "1С:Бухгалтерия 3.0, таблицы",
        "contact_name": "Ольга Петровна Лескова",
        "contact_duty": "финансовый директор",
        "phone": phone(index),
        "email": email(index),
        "budget": "до 4 млн рублей",
        "source": "сайт",
    }
