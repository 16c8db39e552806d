"""Who is meant in a cell is taken if it can be nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svyazka.engine.importing.people import Known, People
from tests.engine.importing.tables import IVANOV, IVANOVA, PETR, SEMEN, YURI, known


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("Иванов Иван Иванович", IVANOV), ("Иванов И. И.", IVANOV), ("И.И. Иванов", IVANOV), ("Иванов И.И.", IVANOV), ("Иванов И", IVANOV),
        ("Иван Иванов", IVANOV), ("иванов", IVANOV), ("Ivanov Ivan", IVANOV), ("I. Ivanov", IVANOV), ("IVANOV@firm.ru", IVANOV), ("@ivanov", IVANOV),
        ("Иванова", IVANOVA), ("Анна Иванова", IVANOVA), ("Иванова Анна Петровна", IVANOVA), ("Петров П.", PETR), ("Петр Петров", PETR), ("Петров С", SEMEN),
        ("Петров Семен Ильич", SEMEN), ("Салтыков-Щедрин", YURI), ("Ю. Салтыков-Щедрин", YURI), ("Saltykov-Shchedrin Yuri", YURI),
    ],
)  # fmt: skip
def test_a_person_is_known_by_what_tables_call_him(said: str, person: int) -> None:
    read = known().people.read(said)
    assert (read.value, read.problem) == (person, None)


@pytest.mark.parametrize(
    ("said", "code", "candidates"),
    [
        ("Петров", "several_people", (PETR, SEMEN)),
        ("Иванов, Петров П.", "two_names", (IVANOV, PETR)),
        ("Иванова и Салтыков-Щедрин", "two_names", (IVANOVA, YURI)),
        ("Иванов Петр", "close_person", (IVANOV, IVANOVA)),
        ("Ивонов", "close_person", (IVANOV,)),
        ("Анна", "close_person", (IVANOVA,)),
        ("Сидоров", "unknown_person", ()),
        ("Иванов (отдел 3) склад", "close_person", (IVANOV, IVANOVA)),
    ],
)
def test_whoever_isnt_surely_meant_is_asked_about(said: str, code: str, candidates: tuple[int, ...]) -> None:
    read = known().people.read(said)
    assert read.value is None
    assert read.problem is not None
    assert read.problem.code == code
    assert read.problem.candidates[: len(candidates)] == candidates
    assert bool(candidates) == bool(read.problem.candidates)


def test_no_name_is_no_problem() -> None:
    assert known().people.read("нет") == (None, "нет", True, None)
    assert known().people.read(None).problem is None


surnames = st.sampled_from(("Иванов", "Иванова", "Петров", "Ли", "Ким", "Щукин", "Юрьев", "Smith", "О'Нил"))
givens = st.sampled_from(("Иван", "Анна", "Пётр", "Юрий", "Ян", "Елена"))
crowds = st.lists(st.tuples(surnames, givens), min_size=1, max_size=6).map(
    lambda names: [Known(place, *name) for place, name in enumerate(names)]
)


@given(crowds, st.data())
def test_a_full_name_means_its_bearer_or_asks_which_of_his_namesakes(
    crowd: list[Known], data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(crowd))
    for said in (f"{one.surname} {one.given_name}", f"{one.given_name} {one.surname}"):
        read = People(crowd).read(said)
        same = [
            other.id for other in crowd if (other.surname, other.given_name) == (one.surname, one.given_name)
        ]
        if len(same) == 1:
            assert read.value == one.id
        else:
            assert read.problem is not None
            assert [*read.problem.candidates] == same


@given(crowds, surnames, givens)
def test_nobody_is_taken_whose_surname_isnt_said(crowd: list[Known], surname: str, given_name: str) -> None:
    for said in (surname, f"{surname} {given_name[0]}.", f"{surname} {given_name}"):
        value = People(crowd).read(said).value
        assert value is None or crowd[int(str(value))].surname == surname


@given(crowds, st.text(max_size=30))
def test_nothing_makes_the_reader_fail(crowd: list[Known], said: str) -> None:
    read = People(crowd).read(said)
    assert read.value is None or read.problem is None
