"""One block of a page is what htmx swaps in: it reads exactly as it does inside the page."""

from collections.abc import Iterator

import pytest
from django.template import engines
from django.test import RequestFactory
from jinja2 import DictLoader

from svyazka.web.jinja import render, render_block
from svyazka.web.spoken import SpokenEnvironment

PAGES = {
    "base.html": "<html>{% block head %}{{ title }}{% endblock %}{% block main %}{% endblock %}</html>",
    "kit.html": "{% macro card(text) %}<p>{{ text }}</p>{% endmacro %}",
    "page.html": (
        "{% extends 'base.html' %}{% import 'kit.html' as parts %}{% set tone = 'calm' %}"
        "{% block main %}<main class=\"{{ tone }}\">{{ parts.card(text) }}{{ csrf_token and '' }}"
        "{% block inner %}{{ request.path }}{% endblock %}</main>{% endblock %}"
    ),
}


@pytest.fixture(autouse=True)
def _pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    whole: SpokenEnvironment = engines["jinja2"].env  # type: ignore[attr-defined]
    monkeypatch.setattr(whole, "loader", DictLoader(PAGES))
    _forget(whole)
    yield
    _forget(whole)


def _forget(whole: SpokenEnvironment) -> None:
    """Twins of a language keep the loader and the pages that they were made with."""
    whole.cache.clear()  # type: ignore[union-attr]
    SpokenEnvironment.speaking.cache_clear()


def test_a_block_knows_what_its_page_imports_and_sets(rf: RequestFactory) -> None:
    context = {"text": "<b>", "title": "T"}
    whole = render(rf.get("/here"), "page.html", context).content.decode()
    block = render_block(rf.get("/here"), "page.html", "main", context).content.decode()
    assert block == '<main class="calm"><p>&lt;b&gt;</p>/here</main>'
    assert block in whole


def test_a_block_of_the_page_it_extends_can_be_asked_for(rf: RequestFactory) -> None:
    assert render_block(rf.get("/"), "page.html", "head", {"title": "T"}, status=422).content == b"T"


def test_a_block_that_is_nowhere_is_an_error(rf: RequestFactory) -> None:
    with pytest.raises(KeyError):
        render_block(rf.get("/"), "page.html", "tail", {"title": "T"})


def test_the_answer_has_the_status_it_was_given(rf: RequestFactory) -> None:
    assert render(rf.get("/"), "page.html", {"text": "", "title": ""}, status=422).status_code == 422
