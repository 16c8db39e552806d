"""What people are told of a table: in their words, and in words that a table may use in turn."""

import pytest
from django.utils import translation

from svyazka.engine.importing.choices import STATUSES as READ
from svyazka.engine.importing.codes import Code
from svyazka.presale.imports.reading.values import Unreadable
from svyazka.speech.imports import FAULTS, FILES
from svyazka.speech.refusals import STATUSES

pytestmark = pytest.mark.requirement("R45")


def test_every_code_of_the_engine_has_its_words() -> None:
    assert {str(code) for code in Code} <= FAULTS.keys()


def test_every_refusal_of_a_file_has_its_words() -> None:
    told = Unreadable.__doc__ or ""
    assert all(f"``{code}``" in told for code in FILES)
    for code, words in FILES.items():
        assert str(words) % {"limit": 1, "limit_mb": 20}, code


@pytest.mark.parametrize("language", ["ru", "en"])
def test_how_we_call_an_outcome_is_understood_when_a_table_says_it(language: str) -> None:
    with translation.override(language):
        said = {status: str(words) for status, words in STATUSES.items() if status != "withdrawn"}
    assert {status: READ.read(words).value for status, words in said.items()} == {one: one for one in said}
