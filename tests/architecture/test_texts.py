"""Everybody reads the interface in his language, and no page carries what its CSP forbids."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from tools import templates, texts


def test_every_text_is_there_in_english_and_russian() -> None:
    assert texts.problems() == []


def test_no_template_holds_a_script_a_style_or_a_bare_word() -> None:
    assert list(templates.complaints(templates.WEB)) == []


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("<p>{{ x }}Hello</p>", "'Hello' is not translated"),
        ("<p>Привет</p>", "'Привет' is not translated"),
        ("<input placeholder='Your name'>", "placeholder='Your name' is not translated"),
        ("<p style='{{ x }}'>", "a style attribute: give it a class"),
        ("<style>p {}</style>", "a <style> element: the page's CSS goes into a file"),
        ("<script>go()</script>", "a <script> without src: scripts go into a file"),
        ("<a onclick='go()'></a>", "onclick: handlers go into a script file"),
        ("<a hx-on:click='go()'></a>", "hx-on:click: handlers go into a script file"),
        ("{% if %}", "Expected an expression, got 'end of statement block'"),
    ],
)
def test_the_template_check_sees(tmp_path: Path, template: str, complaint: str) -> None:
    (tmp_path / "page.html").write_text(template)
    assert list(templates.complaints(tmp_path)) == [f"page.html:1: {complaint}"]


def test_the_template_check_passes_over_what_is_translated(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        "{% block main_class %}page--wide{% endblock %}{# English #}<p class='big'>{% trans %}Hello{% endtrans %} {{ _('there') }} &nbsp; 5 × 3</p>"
        "<input placeholder='{{ _('Name') }}'><script src='/a.js'></script>"
    )
    assert list(templates.complaints(tmp_path)) == []


@pytest.mark.parametrize(
    ("english", "russian", "fault"),
    [
        ("Save", "", "is not translated"),
        (("%(n)d day", "%(n)d days"), ("%(n)d день", "%(n)d дня"), "needs 3 plural forms"),
        (("%(n)d day", "%(n)d days"), ("%(n)d день", "%(n)d дня", ""), "is not translated"),
        ("The deal", 'Сделка "Альфа"', "uses straight quotes instead of «ёлочки»"),
        ("Deal: a client", "Сделка - клиент", "uses a hyphen instead of a dash (тире)"),
        ("Сохранить", "Сохранить", "English in the code, Russian in the catalog, please"),
        ("Hello, %(name)s", "Здравствуйте, %(nam)s", "unknown named placeholder 'nam'"),
    ],
)
def test_the_check_of_texts_sees(
    english: str | tuple[str, str], russian: str | tuple[str, ...], fault: str
) -> None:
    flags = ("python-format",) if "%(" in str(english) else ()
    catalog = Catalog(locale="ru")
    ours = catalog.add(english, russian, flags=flags)
    assert fault in list(texts.faults(Message(english, flags=flags), ours, catalog))


def test_a_good_translation_has_no_fault() -> None:
    catalog = Catalog(locale="ru")
    english = ("%(n)d day", "%(n)d days")
    ours = catalog.add(english, ("%(n)d день", "%(n)d дня", "%(n)d дней"), flags=("python-format",))
    assert list(texts.faults(Message(english), ours, catalog)) == []
