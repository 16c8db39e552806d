"""Where requests come from, in the reader's words."""

from typing import Any

import pytest
from django.utils import translation

from svyazka.speech.ways import say_source


@pytest.mark.requirement("R34")
@pytest.mark.parametrize(
    ("kept", "english", "russian"),
    [
        ("a colleague", "a colleague", "коллега"),
        ("коллега", "a colleague", "коллега"),
        ("партнёр", "a partner", "партнёр"),
        ("email", "e-mail", "почта"),
        ("api", "another program", "другая программа"),
        ("телеграмма", "телеграмма", "телеграмма"),
        ("", "", ""),
    ],
)
def test_a_source_that_we_have_named_ourselves_is_told_in_the_readers_language(
    kept: str, english: str, russian: str, settings: Any
) -> None:
    settings.CHANNELS = ("email",)
    for language, said in (("en", english), ("ru", russian)):
        with translation.override(language):
            assert say_source(kept) == said
