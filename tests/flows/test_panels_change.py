"""The deal's panels change as one whole; what somebody has typed, unfolded and is looking at stays where it was."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from svyazka.presale.commitments.commands import open_commitment
from svyazka.presale.commitments.queries import commitment_row
from svyazka.presale.deals.commands import say_chased
from tests.company import TUESDAY, Company, accepted_deal, whole_request
from tests.flows.conftest import SignIn, fits

PATH = "/deals/2026-0001/"
PROOF = "Письмо Лесковой от 24 ноября"


@pytest.fixture
def owed(house: Company) -> list[int]:
    """A deal with three commitments of its manager's."""
    deal = accepted_deal(house)
    return [
        open_commitment(
            deal_id=deal, performer_id=house.manager.me, result=f"Схема цеха {number}", actor=house.expert, at=TUESDAY,
            due_at=TUESDAY + timedelta(days=2, hours=number),
        )
        for number in range(3)
    ]  # fmt: skip


def fold(page: Page, place: str) -> Locator:
    """Unfold a form by its place, give it."""
    page.locator(f"a[data-fold='{place}']").click()
    part = page.locator(f"details[data-fold='{place}']")
    expect(part).to_have_attribute("open", "")
    return part


def in_sight(place: Locator) -> None:
    """It is wholly on the screen."""
    box = place.bounding_box()
    assert box is not None
    height = place.page.viewport_size["height"] if place.page.viewport_size else 0
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= height


def test_sending_one_form_keeps_what_is_typed_in_the_others(
    house: Company, owed: list[int], sign_in: SignIn
) -> None:
    page = sign_in("manager")
    page.goto(PATH)
    lose = fold(page, "lose")
    lose.get_by_label("Подтверждение").fill("Лескова позвонила и отказалась")
    over = fold(page, f"hand_over-{owed[1]}")
    over.get_by_label("Почему").fill("Ухожу в отпуск")
    kept = fold(page, f"keep-{owed[0]}")
    kept.get_by_label("Подтверждение").fill(PROOF)
    kept.get_by_role("button", name="Сделано").click()
    expect(page.locator("#commitments")).to_contain_text(PROOF)
    expect(lose.get_by_label("Подтверждение")).to_have_value("Лескова позвонила и отказалась")
    expect(over.get_by_label("Почему")).to_have_value("Ухожу в отпуск")

    ask = fold(page, "ask")  # and with a mistake in the form that is sent
    ask.get_by_label("Вопрос").fill("?")
    ask.get_by_role("button", name="Спросить").click()
    expect(ask.get_by_label("Вопрос")).to_have_attribute("aria-invalid", "true")
    expect(lose.get_by_label("Подтверждение")).to_have_value("Лескова позвонила и отказалась")
    over.get_by_label("Кому").select_option(label="Яшина Вера")  # what was kept still works
    over.get_by_role("button", name="Передать").click()
    expect(page.locator(f"#c{owed[1]}")).to_contain_text("Вера Яшина")
    expect(lose.get_by_label("Подтверждение")).to_have_value("Лескова позвонила и отказалась")
    expect(ask.get_by_label("Вопрос")).to_have_value("?")


def test_another_persons_act_changes_the_panels_around_an_open_form(
    house: Company, owed: list[int], sign_in: SignIn
) -> None:
    page = sign_in("manager")
    page.goto(PATH)
    over = fold(page, f"hand_over-{owed[1]}")
    expect(over.get_by_label("Почему")).to_be_focused()
    page.locator(f"#c{owed[1]} summary").first.focus()
    row = commitment_row(owed[0])
    assert row
    say_chased(deal_id=row.deal_id, actor=house.programmer, at=TUESDAY + timedelta(minutes=31))
    expect(page.locator("#timeline")).to_contain_text("Клиенту пришлось", timeout=15_000)
    expect(over).to_have_attribute("open", "")
    expect(page.locator(f"#c{owed[1]} summary").first).to_be_focused()


def test_words_whose_form_is_gone_are_given_back(house: Company, owed: list[int], sign_in: SignIn) -> None:
    page = sign_in("manager")
    page.goto(PATH)
    fold(page, "owe").get_by_label("Какой будет результат").fill("План пилота у Лесковой")
    lose = fold(page, "lose")
    lose.get_by_label("Причина").select_option(label="Бюджет не утверждён")
    lose.get_by_label("Подтверждение").fill(PROOF)
    lose.get_by_role("button", name="Сделка проиграна").click()
    expect(page.locator(".deal__outcome")).to_be_visible()
    expect(page.locator(".notice").filter(has_text="не пропало")).to_contain_text("План пилота у Лесковой")


def test_whoever_drops_a_commitment_stays_where_he_was(
    house: Company, owed: list[int], sign_in: SignIn
) -> None:
    page = sign_in("manager")
    page.goto(PATH)
    for one, following in zip(owed, [*owed[1:], None], strict=True):
        over = fold(page, f"hand_over-{one}")
        over.get_by_label("Почему").fill("Клиент передумал")
        over.get_by_role("button", name="Сделано не будет").click()
        expect(page.locator(f"[data-fold='hand_over-{one}']")).to_have_count(0)
        here = page.locator(":focus")
        if following:
            expect(here).to_have_id(f"c{following}")
        else:
            assert here.evaluate("element => Boolean(element.closest('#commitments'))")
        in_sight(here)


def test_a_mistake_is_shown_at_its_field(house: Company, owed: list[int], sign_in: SignIn) -> None:
    page = sign_in("manager")
    page.goto(PATH)
    lose = fold(page, "lose")
    lose.get_by_role("button", name="Сделка проиграна").click()
    wrong = lose.get_by_label("Причина")
    expect(wrong).to_be_focused()
    in_sight(wrong)
    assert wrong.get_attribute("aria-describedby") == "lose-reason_error"
    expect(page.get_by_role("alert")).to_contain_text("Причина")
    fits(page)
    fold(page, "ask")  # the mistake doesn't call once more
    expect(page.locator("#ask").get_by_label("Вопрос")).to_be_focused()


def test_no_style_is_set_against_the_policy_when_a_form_comes_back(
    house: Company, owed: list[int], sign_in: SignIn
) -> None:
    page = sign_in("manager")
    page.goto(PATH)
    ask = fold(page, "ask")
    field = ask.get_by_label("Вопрос")
    field.evaluate(
        "element => { element.style.height = '140px' }"
    )  # as a browser does when it is pulled larger
    field.fill("?")
    ask.get_by_role("button", name="Спросить").click()
    expect(field).to_have_attribute("aria-invalid", "true")
    page.wait_for_timeout(100)  # htmx settles; the console is looked at when the test ends


def test_the_link_from_my_day_shows_the_row_and_begins_in_its_form(
    house: Company, owed: list[int], sign_in: SignIn
) -> None:
    page = sign_in("manager")
    page.get_by_role("listitem").filter(has_text="Схема цеха 1").get_by_role(
        "link", name="Передать или снять"
    ).click()
    over = page.locator(f"#hand_over-{owed[1]}")
    expect(over.get_by_label("Почему")).to_be_focused()
    in_sight(page.locator(f"#c{owed[1]} .deal__check-text"))
    in_sight(over.get_by_label("Почему"))


def test_a_fold_opens_and_closes_like_a_disclosure(house: Company, owed: list[int], sign_in: SignIn) -> None:
    page = sign_in("manager")
    page.goto(PATH)
    for key in ("Space", "Enter"):
        link = page.locator("a[data-fold]").filter(has_text="Спросить клиента через менеджера")
        expect(link).to_have_attribute("aria-expanded", "false")
        link.focus()
        page.keyboard.press(key)
        field = page.locator("#ask").get_by_label("Вопрос")
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
        expect(field).to_be_hidden()
        expect(page.locator("#ask > summary")).to_be_focused()
        page.keyboard.press("Space")
        expect(field).to_be_visible()
        page.reload()


def test_what_can_be_done_with_a_row_is_seen_without_pointing_at_it(
    house: Company, owed: list[int], sign_in: SignIn
) -> None:
    page = sign_in("manager")
    row = page.get_by_role("listitem").filter(has_text="Схема цеха 1")
    done = row.get_by_role("button", name="Сделано").or_(row.get_by_role("button", name="Готово")).first
    expect(done).to_be_visible()
    assert done.evaluate("button => getComputedStyle(button.closest('.row__actions')).opacity") == "1"
    acts, due, title = (
        row.locator(part).bounding_box() for part in (".row__actions", ".row__aside", ".row__title")
    )
    assert acts
    assert due
    assert title
    for other in (due, title):
        assert (
            acts["x"] + acts["width"] <= other["x"]
            or other["x"] + other["width"] <= acts["x"]
            or acts["y"] >= other["y"] + other["height"]
            or other["y"] >= acts["y"] + acts["height"]
        )


def test_ways_to_go_on_with_a_commitment_stand_on_one_line(house: Company, sign_in: SignIn) -> None:
    whole_request(house)
    page = sign_in("window")
    page.goto(PATH)
    acts = page.locator(".deal__acts").filter(has_text="К делу").filter(has_text="ередать").first
    middles = acts.evaluate(
        """acts => [...acts.children].map(act => {
            const words = document.createRange();
            words.selectNodeContents(act);
            const [text, icon] = [words.getBoundingClientRect(), act.querySelector("svg").getBoundingClientRect()];
            return [text.top + text.height / 2, icon.top + icon.height / 2];
        })"""
    )
    flat = [middle for pair in middles for middle in pair]
    assert len(flat) >= 4
    assert max(flat) - min(flat) <= 2


def test_no_line_begins_with_the_dot_before_a_role(house: Company, owed: list[int], sign_in: SignIn) -> None:
    page = sign_in("manager")
    page.goto(PATH)
    holder = page.locator(".deal__ball .person").first
    dot, edge, wrapped = holder.evaluate(
        """person => {
            person.style.width = "9rem";
            const role = person.querySelector(".person__role");
            const [whole, place] = [person.getBoundingClientRect(), role.getBoundingClientRect()];
            const dot = getComputedStyle(role, "::before");
            const drawn = getComputedStyle(person).clipPath.match(/[-\\d.]+px/g).map(parseFloat);
            return [place.left + parseFloat(dot.left) + parseFloat(dot.width), whole.left + drawn.at(-1), place.left - whole.left < 2];
        }"""
    )
    assert wrapped
    assert dot <= edge
