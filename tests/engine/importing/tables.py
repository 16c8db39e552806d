"""Tables as people keep them, and what they are read against."""

from functools import cache
from pathlib import Path

import svyazka
from svyazka.engine.importing.cells import Known
from svyazka.engine.importing.choices import stage_choices
from svyazka.engine.importing.people import Known as Person
from svyazka.engine.importing.people import People
from svyazka.engine.lint import load_process

IVANOV, IVANOVA, PETR, SEMEN, YURI = range(1, 6)
PEOPLE = (
    Person(IVANOV, "Иванов", "Иван", "Иванович", "ivanov@firm.ru"),
    Person(IVANOVA, "Иванова", "Анна", "", "a.ivanova@firm.ru"),
    Person(PETR, "Петров", "Пётр"),
    Person(SEMEN, "Петров", "Семён"),
    Person(YURI, "Салтыков-Щедрин", "Юрий"),
)


@cache
def known() -> Known:
    text = (Path(svyazka.__file__).parent / "processes" / "presale.yaml").read_text(encoding="utf-8")
    return Known(People(PEOPLE), stage_choices(load_process(text)))
