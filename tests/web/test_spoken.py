"""Templates compiled with their texts say in each language what they would say if they asked in every page."""

import pytest
from django.utils import translation
from jinja2 import DictLoader

from svyazka.web.spoken import SpokenEnvironment

PAGE = """{{ _("Client") }}|{{ _("100 %% <b>") }}|{{ _("received %(when)s", when=at) }}
{{- pgettext("rail", "My day") }}|{{ ngettext("%(num)s day", "%(num)s days", 3) }}|{{ _(word) }}|{{ _("a")|upper }}"""


def environment() -> SpokenEnvironment:
    env = SpokenEnvironment(
        loader=DictLoader({"page": PAGE}), extensions=["jinja2.ext.i18n"], autoescape=True
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    return env


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_page_compiled_for_a_language_says_what_the_page_asking_for_it_says(language: str) -> None:
    env, values = environment(), {"at": "<i>", "word": "Check"}
    with translation.override(language):
        asked = env.get_template("page").render(values)
        said = env.speaking(language).get_template("page").render(values)

    assert said == asked
    assert "&lt;i&gt;" in said


def test_each_language_has_an_environment_of_its_own_and_just_one() -> None:
    env = environment()

    assert env.speaking("ru") is env.speaking("ru")
    assert env.speaking("ru") is not env.speaking("en")
    assert env.speaking("ru").get_template("page").render(at="", word="Check").startswith("Клиент|")
    assert env.speaking("en").get_template("page").render(at="", word="Check").startswith("Client|")
