"""The process is read by everybody, changed by its owners, and never behind anybody's back."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from playwright.sync_api import Page, expect

from svyazka.engine.facts import EVENTS
from svyazka.engine.lint import load_process
from svyazka.presale.process.commands import publish_process
from svyazka.presale.process.models import ProcessVersion
from svyazka.presale.process.queries import current_number, process_text
from svyazka.presale.stages.commands import complete_stage
from svyazka.presale.stages.queries import deal_page_by_id
from svyazka.processes import packaged_text
from svyazka.speech.process_told import Words
from svyazka.web.process.changes import compared
from svyazka.web.process.sheet import sheet_of
from tests.company import TUESDAY, Company, accepted_deal, found_company, whole_request
from tests.web.visitors import browser_of, queries

pytestmark = pytest.mark.requirement("R25")

PACKAGED = packaged_text()
# the second version: a shorter limit, a softer check, another due time
CHANGED = (
    PACKAGED.replace("limit: 3d", "limit: 4d", 1)
    .replace("fact: briefing.read\n        strength: stop", "fact: briefing.read\n        strength: warn", 1)
    .replace("owes: dispatcher\n    due: 2h", "owes: dispatcher\n    due: 1h", 1)
)
RENAMED = PACKAGED.replace("key: preparation\n", "key: getting_ready\n").replace(
    "stage.preparation", "stage.getting_ready"
)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_term_is_told_by_the_code_of_what_opens_or_keeps_it(language: str) -> None:
    words = Words(load_process(PACKAGED), language)
    with translation.override(language):
        told = [words.event(event) for event in EVENTS]
    assert not [one for one in told if re.search(r"[a-z]\.[a-z]", one)]


@pytest.fixture
def owner(company: Company) -> Client:
    return browser_of(company.owner)


def publish(company: Company, text: str = CHANGED, note: str = "second") -> int:
    return publish_process(text=text, note=note, actor=company.owner, at=TUESDAY)


def prepared(company: Company) -> int:
    """A deal that stands in the second stage."""
    deal_id = accepted_deal(company)
    complete_stage(deal_id=deal_id, stage="request", actor=company.dispatcher, at=TUESDAY)
    return deal_id


# Reading


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["Request accepted", "What isn’t asked now", "2 working hours", "4 working hours before the meeting",
             "Huddle before a meeting", "No trust in our expertise", "advises"],
        ),
        (
            "ru",
            ["Запрос принят", "Чего не спросили сейчас", "2 рабочих часа", "за 4 рабочих часа до встречи",
             "Десятиминутка перед встречей", "Не поверили в нашу экспертизу", "советует"],
        ),
    ],
)  # fmt: skip
def test_everybody_reads_the_whole_process_with_its_whys(
    company: Company, language: str, words: list[str]
) -> None:
    reader = browser_of(company.programmer, language)
    html = "".join(reader.get(path).content.decode() for path in ("/process/", "/process/lists/"))
    assert [word for word in words if word not in html] == []
    assert "/process/edit/" not in html


@pytest.mark.requirement("R19")
@pytest.mark.requirement("R21")
def test_every_stage_check_term_field_and_goal_is_on_the_page(owner: Client) -> None:
    html = "".join(owner.get(path).content.decode() for path in ("/process/", "/process/lists/"))
    process = load_process(PACKAGED)
    told = [
        *(check.text for stage in process.stages for check in stage.checks),
        *(duty.text for stage in process.stages for duty in stage.duties),
        *(term.text for term in process.terms),
        *(field.label for field in process.fields),
        *(goal.text for goal in process.goals),
        *(criterion.text for criterion in process.criteria),
        *(reason.text for group in process.reasons for reason in group.reasons),
        *(item.text for agenda in process.agendas for item in agenda.items),
    ]
    assert [text.en for text in told if text.en.replace("'", "&#39;") not in html] == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_page_of_the_process_is_heavy(company: Company, language: str) -> None:
    reader = browser_of(company.programmer, language)
    sizes = {
        path: len(reader.get(f"/process/{path}").content) for path in ("", "lists/", "sheet/", "versions/")
    }
    assert {path: size for path, size in sizes.items() if size > 60 * 1024} == {}


def test_each_term_stands_beside_one_stage_or_among_those_of_any() -> None:
    process = load_process(PACKAGED)
    sheet = sheet_of(process, "en")
    placed = [term.key for one in sheet.stages for term in one.terms] + [term.key for term in sheet.anytime]
    assert sorted(placed) == sorted(term.key for term in process.terms)
    homes = {term.key: one.stage.key for one in sheet.stages for term in one.terms}
    assert (homes["first_response"], homes["brief_read"], homes["contract_signed"]) == (
        "request",
        "preparation",
        "contract",
    )


@pytest.mark.parametrize(
    "path",
    [
        "",
        "lists/",
        "sheet/",
        "versions/",
        "versions/1/",
        "versions/1/lists/",
        "versions/1/yaml/",
        "compare/",
        "edit/",
        "move/",
    ],
)
def test_a_partner_agent_finds_nothing_here(company: Company, path: str) -> None:
    assert browser_of(company.agent).get(f"/process/{path}").status_code == 404


@pytest.mark.parametrize("path", ["edit/", "move/"])
def test_whoever_does_not_own_the_process_is_told_who_does(company: Company, path: str) -> None:
    answer = browser_of(company.manager).get(f"/process/{path}")
    assert answer.status_code == 403
    assert "process owner" in answer.content.decode()


@pytest.mark.parametrize("path", ["edit/", "move/", "lint/", "preview/"])
def test_nobody_else_publishes_or_moves_by_post(company: Company, path: str) -> None:
    form = {"text": CHANGED, "instead_of": "1", "to": "1"}
    assert browser_of(company.manager).post(f"/process/{path}", form).status_code == 403
    assert current_number() == 1


def test_an_unknown_version_is_not_found(owner: Client) -> None:
    for path in ("versions/7/", "versions/7/yaml/", "move/?to=7", "move/?to=x", "edit/?from=7"):
        assert owner.get(f"/process/{path}").status_code == 404, path


def test_without_a_process_the_owner_is_led_to_the_editor(company: Company) -> None:
    ProcessVersion.objects.all().delete()
    client = browser_of(company.owner)
    assert "/process/edit/" in client.get("/process/").content.decode()
    assert client.get("/process/versions/").status_code == 200
    assert client.get("/process/compare/").status_code == 404
    assert "key: first_response" in client.get("/process/edit/").content.decode()
    form = {"text": PACKAGED, "note": "the first", "instead_of": "0"}
    assert client.post("/process/edit/", form).status_code == 303
    assert current_number() == 1


# Versions


def test_versions_say_who_published_them_and_how_many_open_deals_follow_each(
    owner: Client, company: Company
) -> None:
    whole_request(company)
    publish(company)
    html = owner.get("/process/versions/").content.decode()
    assert "second" in html
    assert "1 open deal follows it" in html
    assert "no open deal follows it" in html
    assert "Сергей Белов" in html


def test_the_yaml_of_a_version_is_downloaded_as_it_was_published(owner: Client) -> None:
    answer = owner.get("/process/versions/1/yaml/")
    assert answer.content.decode() == PACKAGED
    assert 'filename="process-1.yaml"' in answer["Content-Disposition"]


def test_two_versions_are_compared_side_by_side_in_sentences(company: Company) -> None:
    publish(company)
    html = browser_of(company.programmer).get("/process/compare/").content.decode()
    assert "Stage “Preparation”: limit" in html
    assert "3 working days" in html
    assert "4 working days" in html
    assert "Term “Answer the client”: by when" in html
    russian = browser_of(company.programmer, "ru").get("/process/compare/?old=2&new=1").content.decode()
    assert "Этап «Подготовка»: срок этапа" in russian


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("limit: 3d", "limit: 4h"),
        ("fact: briefing.read\n        strength: stop", "fact: briefing.read\n        strength: warn"),
        ("tick: manager", "tick: expert"),
        ("closes: client.contacted", "closes: decision.dated"),
        ("hard: 1d", "hard: 2d"),
        ("pauses: true", "waits_for: client"),
        ("to_client: true", "to_client: false"),
        ("opens: stage.defence", "opens: stage.contract"),
        ("owes: dispatcher", "owes: manager"),
        ("4h before meeting", "1d before decision"),
        ("kind: text", "kind: long"),
        ("required: true", "required: false"),
        ("level: decisive", "level: consulted"),
        ("minutes: 30", "minutes: 25"),
        ("value: 2h", "value: 3h"),
    ],
)
def test_every_kind_of_change_has_its_words(language: str, was: str, now: str) -> None:
    new = load_process(PACKAGED.replace(was, now))
    with translation.override(language):
        told = compared(load_process(PACKAGED), new, language).told
    assert told
    assert [one for one in told if one.was == one.now] == []
    raw = {was.rsplit(": ", maxsplit=1)[-1], now.rsplit(": ", maxsplit=1)[-1]} - {"true", "false"}
    if language == "ru":  # in English some codes are words
        assert [one for one in told if {one.was, one.now} & raw] == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_is_new_gone_or_elsewhere_is_told_whole(language: str) -> None:
    told = compared(load_process(PACKAGED), load_process(RENAMED), language).told
    codes = {(one.change.subject, one.change.code) for one in told}
    assert {("stage", "added"), ("stage", "removed")} <= codes


_BESIDE = (
    ("Huddle before a meeting", "Huddle", ("Agenda “Huddle”: name", "Huddle before a meeting", "Huddle")),
    ("minutes: 30", "minutes: 25",
     ("Agenda “First meeting”, point “The client’s business and needs”: minutes", "30 min", "25 min")),
    ("value: 10\n", "value: 11\n", ("figure", "10", "11")),
    ("en: Introductions", "en: Who we are", ("Agenda “First meeting”, a new point: “Who we are”", "", "7 min")),
    ("en: Introductions", "en: Who we are", ("Agenda “First meeting”, a point is gone: “Introductions”", "7 min", "")),
    ("en: Not our scale", "en: Too small", ("Reasons for a loss, “Not our client”, “Too small”: wording", "Not our scale", "Too small")),
    ("en: Not our client", "en: Not for us", ("Reasons for a loss, group “Not for us”: wording", "Not our client", "Not for us")),
    ("en: How soon the client gets a first answer", "en: Time to the first answer",
     ("Role “dispatcher”, by what it is judged, “Time to the first answer”: wording",
      "How soon the client gets a first answer", "Time to the first answer")),
    ("en: You are the one voice", "en: You alone are the voice", ("Role “Manager”: why", "", "")),
    ("en: Presale from request to contract", "en: Presale",
     ("The process: name", "Presale from request to contract", "Presale")),
)  # fmt: skip
"""What stands in the text, what it becomes, and the end of the sentence, what was, what is now."""


@pytest.mark.parametrize(("was", "now", "said"), _BESIDE)
def test_agendas_goals_roles_and_reasons_say_what_differs(
    was: str, now: str, said: tuple[str, str, str]
) -> None:
    assert was in PACKAGED
    with translation.override("en"):
        told = compared(load_process(PACKAGED), load_process(PACKAGED.replace(was, now, 1)), "en").told
    sentence, before, after = said
    found = [one for one in told if one.sentence.endswith(sentence)]
    assert found, [one.sentence for one in told]
    assert [(before in one.was, after in one.now) for one in found] == [(True, True)]


def test_what_differs_beside_the_stages_is_told_in_russian_too() -> None:
    changed = PACKAGED.replace("minutes: 30", "minutes: 25").replace(
        "ru: Не наш масштаб", "ru: Не по размеру"
    )
    with translation.override("ru"):
        told = compared(load_process(PACKAGED), load_process(changed), "ru").told
    assert [(one.sentence, one.was, one.now) for one in told] == [
        ("Повестка «Первая встреча», пункт «Бизнес и задачи клиента»: минуты", "30 мин", "25 мин"),
        (
            "Причины проигрыша, «Не наш клиент», «Не по размеру»: формулировка",
            "Не наш масштаб",
            "Не по размеру",
        ),
    ]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_whatever_comes_or_goes_has_its_sentence(language: str) -> None:
    whole = load_process(PACKAGED)
    bare = replace(
        whole,
        stages=(replace(whole.stages[0], checks=whole.stages[0].checks[1:]), *whole.stages[1:]),
        terms=whole.terms[1:], fields=whole.fields[1:], goals=whole.goals[1:], roles=whole.roles[1:],
        agendas=(replace(whole.agendas[0], items=whole.agendas[0].items[1:]), *whole.agendas[2:]),
        criteria=whole.criteria[1:],
        reasons=(replace(whole.reasons[0], reasons=whole.reasons[0].reasons[1:]), *whole.reasons[2:]),
    )  # fmt: skip
    with translation.override(language):
        for old, new, code in ((whole, bare, "removed"), (bare, whole, "added")):
            told = compared(old, new, language).told
            assert {one.change.subject for one in told} == {
                "check", "term", "field", "agenda", "point", "goal", "role", "criterion", "reasons", "reason",
            }  # fmt: skip
            assert {one.change.code for one in told} == {code}
            assert [one for one in told if "%(" in one.sentence] == []


def test_another_order_is_no_silent_change() -> None:
    whole = load_process(PACKAGED)
    turned = replace(
        whole, fields=whole.fields[::-1], agendas=(replace(whole.agendas[0], items=whole.agendas[0].items[::-1]), *whole.agendas[1:])
    )  # fmt: skip
    with translation.override("en"):
        comparison = compared(whole, turned, "en")
    assert (comparison.told, comparison.same) == ((), False)
    assert comparison.reordered == ("fields of the intake form", "points of an agenda")


# Editing


def test_the_editor_begins_with_the_version_in_force_or_with_the_one_asked_for(
    owner: Client, company: Company
) -> None:
    publish(company)
    assert "limit: 4d" in owner.get("/process/edit/").content.decode()
    older = owner.get("/process/edit/?from=1").content.decode()
    assert "limit: 4d" not in older
    assert 'name="instead_of" value="2"' in older


def test_a_published_text_is_the_next_version_with_its_note(owner: Client) -> None:
    form = {"text": CHANGED.replace("\n", "\r\n"), "note": "a day more to prepare", "instead_of": "1"}
    answer = owner.post("/process/edit/", form, follow=True)
    assert answer.redirect_chain == [("/process/", 303)]
    assert "a day more to prepare" in answer.content.decode()
    assert process_text(2) == CHANGED


def test_whoever_changes_the_rules_says_what_and_why(owner: Client) -> None:
    answer = owner.post("/process/edit/", {"text": CHANGED, "note": " ", "instead_of": "1"})
    assert answer.status_code == 422
    assert "Say in a line what changes, and why." in answer.content.decode()
    assert current_number() == 1


def test_a_text_with_mistakes_is_not_published_and_comes_back_as_typed_with_lines(owner: Client) -> None:
    broken = PACKAGED.replace("limit: 3d", "limit: soon", 1)
    line = broken.splitlines().index("    limit: soon") + 1
    answer = owner.post("/process/edit/", {"text": broken, "note": "typed <note>", "instead_of": "1"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'data-line="{line}"' in html
    assert "<code>limit: soon</code>" in html
    assert "typed &lt;note&gt;" in html
    assert current_number() == 1


def test_somebody_elses_version_in_between_is_a_conflict_that_keeps_the_text(
    owner: Client, company: Company
) -> None:
    mine = PACKAGED.replace("limit: 3d", "limit: 2d", 1)
    publish(company)
    form = {"text": mine, "note": "mine", "instead_of": "1"}
    answer = owner.post("/process/edit/", form)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Version 2 was published meanwhile" in html
    assert "limit: 2d" in html
    assert current_number() == 2
    assert 'name="instead_of" value="2"' in html
    assert owner.post("/process/edit/", form | {"instead_of": "2"}).status_code == 303
    assert current_number() == 3


def test_the_same_text_again_is_no_version(owner: Client) -> None:
    answer = owner.post("/process/edit/", {"text": PACKAGED, "instead_of": "1"})
    assert answer.status_code == 422
    assert current_number() == 1


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"text": "", "instead_of": "1"},
        {"text": CHANGED},
        {"text": CHANGED, "instead_of": "x"},
        {"text": CHANGED, "instead_of": "1", "note": "n" * 301},
        {"text": CHANGED + "\x00", "instead_of": "1"},
        {"text": "a: &x [*x]", "instead_of": "1"},
        {"text": "[" * 5000, "instead_of": "1"},
        {"text": "я" * 200_000, "instead_of": "1"},
    ],
)
def test_nonsense_is_refused_and_never_an_error_of_ours(owner: Client, form: dict[str, str]) -> None:
    for path in ("edit/", "lint/", "preview/"):
        answer = owner.post(f"/process/{path}", form)
        assert answer.status_code in {200, 422}, path
    assert current_number() == 1


def test_the_lint_is_shown_beside_the_text_with_what_changes(owner: Client) -> None:
    part = owner.post("/process/lint/", {"text": CHANGED}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Compared with version 1" in part
    assert "Stage “Preparation”: limit" in part


def test_the_check_works_without_script_and_keeps_what_was_typed(owner: Client) -> None:
    answer = owner.post("/process/lint/", {"text": "stages: []", "note": "typed", "instead_of": "1"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "stages: []</textarea>" in html
    assert 'value="typed"' in html
    assert "mistakes prevent publishing" in html


def test_a_preview_shows_the_page_and_publishes_nothing(owner: Client) -> None:
    answer = owner.post("/process/preview/", {"text": CHANGED, "instead_of": "1"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "4 working days" in html
    assert "A preview" in html
    assert current_number() == 1


def test_mistakes_are_told_beside_the_text_while_it_is_typed(page: Page, live_server: Any) -> None:
    signed_in = browser_of(found_company().owner)
    page.context.add_cookies(
        [{"name": "sessionid", "value": signed_in.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/process/edit/")
    text = page.locator("#id_text")
    text.fill(PACKAGED.replace("limit: 3d", "limit: soon", 1))
    expect(page.locator("#verdict")).to_contain_text("1 mistake prevents publishing")
    page.locator("#verdict [data-line]").click()
    selected = text.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert selected == "    limit: soon"
    text.fill(CHANGED)
    expect(page.locator("#verdict")).to_contain_text("Compared with version 1")


# Moving open deals


def test_the_report_says_what_changes_before_any_deal_is_moved(owner: Client, company: Company) -> None:
    deal_id = prepared(company)
    publish(company)
    html = owner.get("/process/move/").content.decode()
    assert "1 open deal can be moved" in html
    assert "Stage “Preparation”: limit" in html
    assert "From version 1" in html
    assert deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY).card.row.process_number == 1


def test_open_deals_are_moved_to_the_version(owner: Client, company: Company) -> None:
    deal_id = prepared(company)
    publish(company)
    answer = owner.post("/process/move/", {"to": "2"}, follow=True)
    assert answer.redirect_chain == [("/process/versions/", 303)]
    assert "1 deal follows version 2 now" in answer.content.decode()
    page = deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY)
    assert page.card.row.process_number == 2
    assert "There is nothing to move" in owner.get("/process/move/").content.decode()


def test_deals_whose_stage_is_gone_are_named_and_stay(owner: Client, company: Company) -> None:
    staying, moving = (
        prepared(company),
        whole_request(company).deal_id,
    )
    publish(company, RENAMED)
    number = deal_page_by_id(deal_id=staying, viewer=company.owner, at=TUESDAY).card.row.number
    report = owner.get("/process/move/").content.decode()
    assert "1 stays: its stage is gone" in report
    assert number in report
    said = owner.post("/process/move/", {"to": "2"}, follow=True).content.decode()
    assert f"Not moved: {number}." in said
    numbers = [
        deal_page_by_id(deal_id=deal_id, viewer=company.owner, at=TUESDAY).card.row.process_number
        for deal_id in (staying, moving)
    ]
    assert numbers == [1, 2]


def test_the_list_of_versions_costs_the_same_for_one_and_for_twenty(owner: Client, company: Company) -> None:
    one = queries(owner, "/process/versions/")
    for place in range(20):
        publish(company, PACKAGED.replace("limit: 3d", f"limit: {place + 4}d", 1))
    assert queries(owner, "/process/versions/") == one


# On paper


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_whole_way_prints_on_one_a3_sheet(page: Page, live_server: Any, language: str) -> None:
    signed_in = browser_of(found_company().manager, language)
    page.context.add_cookies(
        [{"name": "sessionid", "value": signed_in.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/process/sheet/")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    width, height = (
        float(edge) for edge in re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)[0]
    )
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (420, 297)
