"""The kit in a browser: it fits, it is accessible, and its script does what the manual says."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.template import engines
from playwright.sync_api import Page, Route, expect

from svyazka.presale.commitments.lines import Nameable
from svyazka.web.ui import context
from tools import gallery

HERE = "http://svyazka.test"
NOBODY, OTHER = ("", "", ""), ("Чужой", "", "boss")
LESKOVA, KEDROV = ("Лескова", "", ""), ("Кедров", "", "")
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:"


def drawn(source: str, **values: object) -> str:
    """A scrap of template, as a page would render it."""
    html: str = engines["jinja2"].env.from_string(source).render(values)  # type: ignore[attr-defined]
    return html


@pytest.fixture
def shown(transactional_db: None, page: Page) -> Iterator[Page]:  # conftest asks it of every browser test
    """The gallery under the product's policy, without a server; a console message fails the test."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HERE).split("?")[0]
        if "/static/" in path:
            route.fulfill(path=str(finders.find(path.split("/static/")[1])))
        elif path in ("/ru-light", "/ru-dark", "/en-light"):
            language, theme = path[1:].split("-")
            page_html = gallery.page(language, theme)
            route.fulfill(
                body=page_html, content_type="text/html", headers={"Content-Security-Policy": POLICY}
            )
        else:
            route.fulfill(
                body="<title>elsewhere</title><link rel=icon href=data:,>", content_type="text/html"
            )

    page.route(f"{HERE}/**", answer)
    yield page
    assert said == []


@pytest.mark.parametrize("width", [1280, 390])
def test_a_question_that_opens_under_its_button_is_seen_whole(shown: Page, width: int) -> None:
    shown.set_viewport_size({"width": width, "height": 844})
    shown.goto(f"{HERE}/ru-light")
    buttons = shown.locator("details.confirm > summary")
    assert buttons.count()
    for one in buttons.all():
        one.click()
        box = shown.locator("details.confirm[open] .confirm__body").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        shown.keyboard.press("Escape")


@pytest.mark.parametrize("name", ["ru-light", "ru-dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_gallery_passes_axe_and_fits_its_screen(shown: Page, name: str, width: int) -> None:
    shown.set_viewport_size({"width": width, "height": 844})
    shown.goto(f"{HERE}/{name}")
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    report = Axe().run(shown)
    assert report.violations_count == 0, report.generate_report()


def test_the_keys_work_in_either_layout_and_leave_fields_alone(shown: Page) -> None:
    shown.goto(f"{HERE}/ru-light")
    shown.evaluate("document.activeElement.blur()")
    shown.keyboard.press("?")
    expect(shown.get_by_role("dialog")).to_be_visible()
    shown.keyboard.press("Escape")
    shown.keyboard.press("j")
    shown.keyboard.press("j")
    expect(shown.locator(".row[data-here] .row__link")).to_be_focused()
    shown.keyboard.press("/")
    expect(shown.locator("[data-find]")).to_be_focused()
    shown.keyboard.type("gb?")
    expect(shown.locator("[data-find]")).to_have_value("gb?")
    shown.evaluate("document.activeElement.blur()")
    for code, letter in (("KeyG", "п"), ("KeyB", "и")):  # the same keys in the Russian layout
        shown.evaluate(
            "([code, key]) => document.body.dispatchEvent(new KeyboardEvent('keydown', {code, key, bubbles: true}))",
            [code, letter],
        )
    shown.wait_for_url(f"{HERE}/board/")


def test_what_was_typed_outlives_the_tab_until_the_server_has_it(shown: Page) -> None:
    shown.route(f"{HERE}/blank", lambda route: route.fulfill(body=blank_form(), content_type="text/html"))
    shown.goto(f"{HERE}/blank")
    shown.get_by_label("Task").fill("Учёт на трёх складах")
    shown.wait_for_function("Object.keys(localStorage).some(key => key.startsWith('draft:'))")
    shown.goto(f"{HERE}/blank")
    expect(shown.get_by_label("Task")).to_have_value("Учёт на трёх складах")
    expect(shown.locator("[data-live]")).not_to_be_empty()
    shown.get_by_label("Task").press("Control+Enter")
    shown.wait_for_url(f"{HERE}/sent/")
    shown.goto(f"{HERE}/blank")
    expect(shown.get_by_label("Task")).to_have_value("")


def test_a_draft_never_hides_what_was_saved_meanwhile(shown: Page) -> None:
    """It is laid over what is the same as it was; over what somebody has changed it is offered until one has decided."""
    saved = iter((("", "клиент"), ("", "клиент"), ("", "эксперт"), ("", "эксперт"), ("", "эксперт")))
    shown.route(
        f"{HERE}/pair", lambda route: route.fulfill(body=pair_form(*next(saved)), content_type="text/html")
    )
    task, who, said = shown.get_by_label("Task"), shown.get_by_label("Who"), shown.locator("[data-live]")
    shown.goto(f"{HERE}/pair")
    task.fill("Учёт на трёх складах")
    who.fill("кладовщик")
    shown.wait_for_function("Object.values(localStorage).some(text => text.includes('кладовщик'))")
    shown.goto(f"{HERE}/pair")
    expect(task).to_have_value("Учёт на трёх складах")
    expect(who).to_have_value("кладовщик")
    shown.goto(f"{HERE}/pair")
    expect(task).to_have_value("Учёт на трёх складах")
    expect(who).to_have_value("эксперт")
    expect(said).to_contain_text("Who. Вы набрали: кладовщик")
    task.fill("Учёт на двух складах")
    shown.wait_for_function("Object.values(localStorage).some(text => text.includes('двух'))")
    shown.goto(f"{HERE}/pair")
    expect(who).to_have_value("эксперт")
    expect(said).to_contain_text("Вы набрали: кладовщик")
    said.get_by_role("button", name="Вставить моё").click()
    expect(who).to_have_value("кладовщик")
    shown.goto(f"{HERE}/pair")
    expect(task).to_have_value("Учёт на двух складах")
    expect(who).to_have_value("кладовщик")


def test_what_was_typed_beside_one_name_never_comes_back_beside_another(shown: Page) -> None:
    """Rows of a list are numbered: when a row goes, the next one takes its number. What was typed there is offered."""
    saved = iter(((LESKOVA, KEDROV), (LESKOVA, KEDROV), (KEDROV, OTHER)))
    shown.route(
        f"{HERE}/rows", lambda route: route.fulfill(body=rows_form(*next(saved)), content_type="text/html")
    )
    first, second = shown.get_by_label("E-mail 0"), shown.get_by_label("E-mail 1")
    shown.goto(f"{HERE}/rows")
    second.fill("kedrov@sevles.example")
    shown.wait_for_function("Object.values(localStorage).some(text => text.includes('kedrov@'))")
    shown.goto(f"{HERE}/rows")
    expect(second).to_have_value("kedrov@sevles.example")
    shown.goto(f"{HERE}/rows")
    expect(shown.locator("[data-live]")).to_contain_text("E-mail 1. Вы набрали: kedrov@sevles.example")
    expect(first).to_have_value("")
    expect(second).to_have_value("")


@pytest.mark.parametrize("saved", [NOBODY, OTHER], ids=["nobody", "another"])
def test_a_row_added_by_hand_comes_back_where_nobody_has_taken_its_place(
    shown: Page, saved: tuple[str, str, str]
) -> None:
    """Neither its words nor what was chosen in it are laid over somebody else's."""
    shown.route(
        f"{HERE}/rows", lambda route: route.fulfill(body=rows_form(LESKOVA), content_type="text/html")
    )
    shown.goto(f"{HERE}/rows")
    shown.evaluate(
        """() => {
        const next = document.querySelector("[data-row]").cloneNode(true);
        next.querySelectorAll("[name]").forEach(field => { field.name = field.name.replace("0", "1"); });
        const [name, mail, part] = next.querySelectorAll("[name]");
        Object.assign(name, { value: "Кедров" });
        Object.assign(mail, { value: "kedrov@sevles.example" });
        Object.assign(part, { value: "user" });
        document.querySelector("form").append(next);
        mail.dispatchEvent(new Event("input", { bubbles: true }));
    }"""
    )
    shown.wait_for_function("Object.values(localStorage).some(text => text.includes('kedrov@'))")
    shown.unroute(f"{HERE}/rows")
    shown.route(
        f"{HERE}/rows", lambda route: route.fulfill(body=rows_form(LESKOVA, saved), content_type="text/html")
    )
    shown.goto(f"{HERE}/rows")
    expect(shown.locator("[data-live]")).not_to_be_empty()
    came_back = saved == NOBODY
    expected = ("Кедров", "kedrov@sevles.example", "user") if came_back else saved
    for label, value in zip(("Name", "E-mail", "Part"), expected, strict=True):
        expect(shown.get_by_label(f"{label} 1")).to_have_value(value)


def test_an_offer_that_is_dismissed_does_not_come_again(shown: Page) -> None:
    saved = iter((("", "клиент"), ("", "эксперт"), ("", "эксперт")))
    shown.route(
        f"{HERE}/pair", lambda route: route.fulfill(body=pair_form(*next(saved)), content_type="text/html")
    )
    said = shown.locator("[data-live]")
    shown.goto(f"{HERE}/pair")
    shown.get_by_label("Who").fill("кладовщик")
    shown.wait_for_function("Object.values(localStorage).some(text => text.includes('кладовщик'))")
    shown.goto(f"{HERE}/pair")
    said.get_by_role("button", name="Убрать").click()
    expect(said).to_be_empty()
    shown.goto(f"{HERE}/pair")
    expect(shown.get_by_label("Who")).to_have_value("эксперт")
    expect(said).to_be_empty()
    assert shown.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_a_form_that_was_refused_keeps_what_was_typed_beside_what_was_saved(shown: Page) -> None:
    """It shows what was typed; whoever goes away and comes back is offered it over what a colleague has saved."""
    refused = pair_form("", "кладовщик").replace("<form ", "<form data-came-back ")
    saved = iter((("", "клиент"), ("", "эксперт")))
    shown.route(
        f"{HERE}/pair", lambda route: route.fulfill(body=pair_form(*next(saved)), content_type="text/html")
    )
    shown.route(f"{HERE}/sent/", lambda route: route.fulfill(body=refused, content_type="text/html"))
    said = shown.locator("[data-live]")
    shown.goto(f"{HERE}/pair")
    shown.get_by_label("Who").fill("кладовщик")
    shown.get_by_label("Who").press("Control+Enter")
    shown.wait_for_url(f"{HERE}/sent/")
    expect(said).to_be_empty()
    shown.goto(f"{HERE}/pair")
    expect(shown.get_by_label("Who")).to_have_value("эксперт")
    expect(said).to_contain_text("Вы набрали: кладовщик")


def test_what_stands_in_a_field_is_copied_by_a_press(shown: Page) -> None:
    field = (
        '<input id="it" aria-label="Link" readonly value="https://svyazka.example/c/1">{{ kit.copy("it") }}'
    )
    shown.route(
        f"{HERE}/link", lambda route: route.fulfill(body=bare(drawn(field)), content_type="text/html")
    )
    shown.goto(f"{HERE}/link")
    shown.get_by_role("button", name="Скопировать").click()
    expect(shown.locator("[data-live]")).to_contain_text(re.compile("Скопировано|Выделено"))
    assert shown.evaluate("getSelection().toString()") == "https://svyazka.example/c/1"


def test_a_draft_leaves_the_revision_to_the_page(shown: Page) -> None:
    said = iter(("7", "9", "9"))
    shown.route(
        f"{HERE}/blank", lambda route: route.fulfill(body=based_form(next(said)), content_type="text/html")
    )
    revision = shown.locator("[name=revision]")
    shown.goto(f"{HERE}/blank")
    shown.get_by_label("Task").fill("Учёт на трёх складах")
    shown.wait_for_function("Object.keys(localStorage).some(key => key.startsWith('draft:'))")
    shown.goto(f"{HERE}/blank")
    expect(shown.get_by_label("Task")).to_have_value("Учёт на трёх складах")
    expect(revision).to_have_value("9")
    shown.get_by_label("Task").press("Control+Enter")
    shown.wait_for_url(f"{HERE}/sent/")
    shown.goto(f"{HERE}/blank")
    expect(revision).to_have_value("9")


def test_a_part_of_the_page_follows_its_revision(shown: Page) -> None:
    part = (
        '<div id="part" data-poll-url="/revision/" data-poll-revision="{}" hx-get="/part/" hx-trigger="revision"'
        ' hx-swap="outerHTML">{}</div>'
    )
    asked: list[str] = []

    def revision(route: Route) -> None:
        asked.append(route.request.headers["if-none-match"])
        route.fulfill(body="", headers={"ETag": '"2"'})

    shown.route(
        f"{HERE}/live",
        lambda route: route.fulfill(body=bare(part.format(1, "before")), content_type="text/html"),
    )
    shown.route(f"{HERE}/revision/", revision)
    shown.route(
        f"{HERE}/part/", lambda route: route.fulfill(body=part.format(2, "after"), content_type="text/html")
    )
    shown.goto(f"{HERE}/live")
    expect(shown.locator("#part")).to_have_text("after", timeout=15_000)
    assert asked[0] == '"1"'


def test_names_are_offered_after_the_sign_and_taken_by_key_or_touch(shown: Page) -> None:
    people = [
        Nameable("Климов", "Олег Климов", "expert климов олег klimov"),
        Nameable("klimova", "Алёна Климова", "klimova климова алена klimova"),
        Nameable("Титов", "Игорь Титов", "head титов игорь titov"),
    ]
    line = "{{ kit.text('line', 'Line', value='what is asked?', attrs={'data-names': 'names'}) }}{{ kit.names(people, 'names') }}"
    script = '<script src="/static/ui/names.js" defer></script>'
    page = bare(drawn(f"<form action='/sent/'>{line}</form>{script}", people=people))
    shown.route(f"{HERE}/line", lambda route: route.fulfill(body=page, content_type="text/html"))
    shown.goto(f"{HERE}/line")
    box, offered = shown.get_by_role("combobox", name="Line"), shown.get_by_role("listbox")
    box.press("Home")
    box.press_sequentially("@")
    expect(offered.get_by_role("option")).to_have_count(3)
    box.press_sequentially("КЛ")
    expect(offered.get_by_role("option")).to_have_count(2)
    assert Axe().run(shown).violations_count == 0
    box.press("ArrowDown")
    expect(offered.get_by_role("option", selected=True)).to_contain_text("Алёна Климова")
    active = offered.get_by_role("option", selected=True).get_attribute("id")
    assert box.get_attribute("aria-activedescendant") == active
    box.press("Enter")
    expect(box).to_have_value("@klimova what is asked?")
    expect(offered).to_be_hidden()
    box.fill("@тит к пт")
    box.evaluate("box => { box.setSelectionRange(3, 3); box.dispatchEvent(new Event('input')); }")
    offered.get_by_role("option", name="Игорь Титов").click()
    expect(box).to_be_focused()
    expect(box).to_have_value("@Титов к пт")
    box.fill("письмо на info@тит")
    expect(offered).to_be_hidden()
    box.fill("@тит")
    expect(offered).to_be_visible()
    box.press("Escape")
    expect(offered).to_be_hidden()
    box.press("Enter")
    shown.wait_for_url(f"{HERE}/sent/**")


def bare(inside: str) -> str:
    """A page of ours with nothing but this."""
    values = {
        "viewer": context.Viewer("7", "A. Sokolova", "en", "auto", lambda: 0),
        "messages": [],
        "csrf_token": "x",
        "inside": inside,
    }
    return drawn(
        '{% extends "ui/bare.html" %}{% block title %}x{% endblock %}{% block main %}{{ inside|safe }}{% endblock %}',
        **values,
    )


def blank_form() -> str:
    """A page with one form that keeps drafts."""
    form = "{% call kit.form('/sent/', '', draft='request') %}{{ kit.textarea('task', 'Task') }}{{ kit.actions('Save') }}{% endcall %}"
    return bare(drawn(form))


def pair_form(task: str, who: str) -> str:
    """A page with a form of two fields, filled in from what is saved."""
    form = "{% call kit.form('/sent/', '', draft='pair') %}{{ kit.text('task', 'Task', task) }}{{ kit.text('who', 'Who', who) }}{{ kit.actions('Save') }}{% endcall %}"
    return bare(drawn(form, task=task, who=who))


def rows_form(*rows: tuple[str, str, str]) -> str:
    """A page with a list of people: their names, e-mails and parts."""
    fields = (
        "kit.text('theirs-%d-name' % n, 'Name %d' % n, one[0])",
        "kit.text('theirs-%d-email' % n, 'E-mail %d' % n, one[1])",
        "kit.select('theirs-%d-part' % n, 'Part %d' % n, [('', '—'), ('user', 'User'), ('boss', 'Boss')], one[2])",
    )
    row = "{% set n = loop.index0 %}<div data-row>" + "".join(f"{{{{ {one} }}}}" for one in fields) + "</div>"
    form = (
        "{% call kit.form('/sent/', '', draft='rows') %}{% for one in rows %}"
        + row
        + "{% endfor %}{% endcall %}"
    )
    return bare(drawn(form, rows=rows))


def based_form(revision: str) -> str:
    """A page with one form that keeps drafts and says what it was filled in from."""
    base = f'<input type="hidden" name="revision" value="{revision}">'
    return blank_form().replace("<textarea", f"{base}<textarea")
