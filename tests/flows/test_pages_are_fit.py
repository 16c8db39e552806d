"""Each page in both languages, at a desk and on a phone, by day and by night: accessible, in its frame, silent, light."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from svyazka.presale.commitments.queries import commitments_of
from svyazka.presale.deals.commands import close_request, receive_request
from svyazka.presale.deals.links import make_link
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import issue_token, record_absence
from svyazka.presale.process.commands import publish_process
from svyazka.presale.questions.commands import ask_question
from svyazka.presale.stages.commands import complete_stage, lose, win
from svyazka.processes import packaged_text
from svyazka.web.urls import urlpatterns
from tests.company import TUESDAY, WHOLE_REQUEST, Company, accepted_deal, found_company, whole_request
from tests.flows.conftest import SCREENS, Watch

SHOTS = Path("shots")
HEAVIEST = 60 * 1024
"""Bytes of a page before pictures. The editor shows the whole text of the process besides."""
LONGER: Final[Mapping[str, int]] = {"/deals/": 72 * 1024}
"""What a page that tells a whole story may weigh, by the beginning of its address."""

BEFORE = TUESDAY - timedelta(days=12)
LATE, OVER, ASKED = "2026-0002", "2026-0003", "2026-0004"
"""Deals: with overdue work at the first stage; that left a gate with a reason; that waits for the client."""

ROUTES: Final[Mapping[str, tuple[str, Mapping[str, Any]]]] = {
    "board:board": ("manager", {}),
    "board:list": ("manager", {}),
    "board:move": ("manager", {"number": OVER}),
    "deal:intake": ("manager", {"number": LATE}),
    "deal:page": ("manager", {"number": OVER}),
    "form:handed": ("programmer", {"number": "2026-0001"}),
    "form:new": ("dispatcher", {}),
    "form:public": ("", {"secret": "{secret}"}),
    "form:thanks": ("", {"secret": "{secret}"}),
    "notices:page": ("manager", {}),
    "overview:deals": ("head", {"which": "won"}),
    "overview:page": ("head", {}),
    "overview:unit": ("head", {"unit": "{unit}"}),
    "people:company": ("administrator", {}),
    "people:days": ("administrator", {}),
    "people:edit": ("administrator", {"person_id": "{person}"}),
    "people:list": ("administrator", {}),
    "people:new": ("administrator", {}),
    "people:person": ("administrator", {"person_id": "{person}"}),
    "people:unit": ("administrator", {"unit_id": "{unit}"}),
    "people:unit_new": ("administrator", {}),
    "process:compare": ("owner", {}),
    "process:edit": ("owner", {}),
    "process:lists": ("owner", {}),
    "process:move": ("owner", {}),
    "process:page": ("owner", {}),
    "process:sheet": ("owner", {}),
    "process:version": ("owner", {"number": 1}),
    "process:version_lists": ("owner", {"number": 1}),
    "process:versions": ("owner", {}),
    "search:page": ("manager", {}),
    "settings:page": ("administrator", {}),
    "today:page": ("manager", {}),
    "window:links": ("dispatcher", {}),
    "window:queue": ("dispatcher", {}),
    "window:request": ("dispatcher", {"number": "2026-0001"}),
}
"""Each page of a slice: who looks at it, and at what. Another page that isn't here fails a test."""

PARTS = {
    "board:columns", "board:revision", "board:sources", "deal:body", "deal:revision", "health:alive", "health:ready",
    "process:yaml", "window:revision",
}  # fmt: skip
"""What answers to GET and is no page: live parts, revisions, files, health."""

MORE: Final[Mapping[str, tuple[str, str]]] = {
    "deal-new": ("dispatcher", "/deals/2026-0001/"),
    "deal-late": ("manager", f"/deals/{LATE}/"),
    "deal-asked": ("expert", f"/deals/{ASKED}/"),
    "deal-lost": ("manager", "/deals/2026-0005/"),
    "deal-won": ("manager", "/deals/2026-0006/"),
    "deal-declined": ("dispatcher", "/deals/2026-0007/"),
    "deal-agent": ("agent", "/deals/2026-0008/"),
    "search-found": ("manager", "/search/?q=лес"),
    "window-leads": ("programmer", "/window/?show=leads"),
    "window-agent": ("agent", "/window/"),
    "today-new": ("owner", "/"),
    "sign-in": ("", "/account/login/"),
    "sign-out": ("manager", "/account/logout/"),
    "password-forgotten": ("", "/account/password/reset/"),
    "password-change": ("manager", "/account/password/change/"),
    "second-factor": ("manager", "/account/2fa/"),
}
"""Pages in other states, and those of signing in."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A page to look at."""

    name: str
    who: str
    path: str


def leave(deal: int, stage: str, actor: Actor) -> None:
    complete_stage(
        deal_id=deal, stage=stage, reason="Клиент торопит, договорились по телефону", actor=actor, at=BEFORE
    )


def fill(company: Company) -> dict[str, str]:
    """Eight deals, each in a state of its own; gives what addresses are made of."""
    manager, dispatcher = company.manager, company.dispatcher
    whole_request(company, budget="", request="Нужна маркировка на двух линиях")  # 2026-0001
    accepted_deal(company, BEFORE)
    over = accepted_deal(company, BEFORE, request="Не сходится плановая и фактическая себестоимость")
    leave(over, "request", manager)
    leave(over, "preparation", manager)
    asked = accepted_deal(company)
    ask_question(deal_id=asked, text="Кто у вас владеет данными о партиях?", actor=company.expert, at=TUESDAY)
    lost = accepted_deal(company, BEFORE)
    lose(
        deal_id=lost, reason="client_side.no_budget", evidence="письмо финансового директора", client_words="Вернёмся через год",
        actor=manager, at=TUESDAY,
    )  # fmt: skip
    won = accepted_deal(company, BEFORE)
    for stage in ("request", "preparation", "meeting", "estimate", "defence"):
        leave(won, stage, manager)
    win(
        deal_id=won, contract_number="17/26", contract_sum=Decimal(3_900_000), contract_date=TUESDAY.date(),
        reason="Условия согласованы в письме", actor=manager, at=TUESDAY,
    )  # fmt: skip
    declined = whole_request(company).deal_id
    close_request(
        deal_id=declined, status="declined", reason="нет опыта в отрасли", actor=dispatcher, at=TUESDAY
    )
    receive_request(answers=WHOLE_REQUEST, actor=company.agent, at=TUESDAY, source="партнёр", sure=True)
    record_absence(
        person_id=company.expert.me, since=date(2026, 11, 25), until=date(2026, 11, 27), stand_in_id=company.head.me,
        actor=company.administrator, at=TUESDAY,
    )  # fmt: skip
    publish_process(
        text=packaged_text().replace("limit: 2d", "limit: 3d"), note="Оценке нужен ещё день", actor=company.owner, at=TUESDAY,
    )  # fmt: skip
    issue_token(
        person_id=company.administrator.me,
        name="CRM",
        scopes=frozenset({"deals:read"}),
        actor=company.administrator,
        at=TUESDAY,
    )
    opened = next(row for row in commitments_of(over) if row.outcome == "open")
    return {
        "secret": make_link(name="сайт", actor=dispatcher, at=TUESDAY), "commitment": str(opened.id),
        "person": str(company.expert.me), "unit": str(company.sales_unit),
    }  # fmt: skip


def sights(told: Mapping[str, str]) -> Iterator[Sight]:
    """Everything there is to look at."""
    for name, (who, parts) in ROUTES.items():
        filled = {key: told.get(str(value).strip("{}"), value) for key, value in parts.items()}
        yield Sight(name.replace(":", "-"), who, reverse(name, kwargs=filled))
    for name, (who, path) in MORE.items():
        yield Sight(name, who, path)


def names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each route by its full name, with something to fill its parts with."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns, f"{pattern.app_name or space}:")
        else:
            converters = pattern.pattern.converters
            yield (
                space + str(pattern.name),
                {key: 1 if type(one).__name__ == "IntConverter" else "x" for key, one in converters.items()},
            )


def test_every_route_that_answers_to_get_is_looked_at(db: None) -> None:
    browser = Client()
    browser.force_login(get_user_model().objects.get(pk=found_company().administrator.me))
    known = dict(names(urlpatterns))
    assert set(ROUTES) | PARTS <= set(known)
    answering = {
        name for name, parts in known.items() if browser.get(reverse(name, kwargs=parts)).status_code != 405
    }
    assert answering - PARTS == set(ROUTES)


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_accessible_fits_says_nothing_and_is_light(
    browser: Browser, live_server: LiveServer, language: str, screen: str
) -> None:
    with time_machine.travel(TUESDAY + timedelta(hours=2)):
        company = found_company(BEFORE)
        told = fill(company)
        get_user_model().objects.update(language=language)
        width, height = SCREENS[screen]
        context = browser.new_context(
            base_url=live_server.url,
            locale={"ru": "ru-RU", "en": "en-GB"}[language],
            viewport={"width": width, "height": height},
            is_mobile=screen == "phone",
            has_touch=screen == "phone",
            reduced_motion="reduce",  # a colour half way to another has no contrast to measure
        )
        watch = Watch()
        watch.over(context)
        faults: list[str] = []
        for who in sorted({sight.who for sight in sights(told)}):
            be(context, who and getattr(company, who), live_server.url)
            page = context.new_page()
            for sight in sights(told):
                if sight.who == who:
                    faults += [f"{sight.path} {fault}" for fault in look(page, sight, f"{language}-{screen}")]
                    faults += [f"{sight.path} {words}" for words in watch.said]
                    watch.said.clear()
            page.close()
        context.close()
    assert not faults, "\n".join(faults)


def be(context: BrowserContext, actor: Actor | str, address: str) -> None:
    """From now on the browser is this person's, or nobody's."""
    context.clear_cookies()
    if isinstance(actor, Actor):
        session = Client()
        session.force_login(get_user_model().objects.get(pk=actor.me))
        context.add_cookies(
            [{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": address}]
        )


def look(page: Page, sight: Sight, where: str) -> Iterator[str]:
    """What is wrong with a page, by day and by night."""
    page.emulate_media(color_scheme="light")
    answer = page.goto(sight.path)
    assert answer is not None
    if answer.status != 200:
        yield f"answers {answer.status}"
        return
    shown = packaged_text() if sight.path == reverse("process:edit") else ""
    most = next((most for start, most in LONGER.items() if sight.path.startswith(start)), HEAVIEST)
    if (size := len(answer.body())) > most + len(shown.encode()):
        yield f"weighs {size} bytes"
    if (wide := page.evaluate("document.documentElement.scrollWidth")) > SCREENS[where.partition("-")[2]][0]:
        yield f"is {wide} wide"
    report = Axe().run(page)
    yield from (f"axe: {one['id']} {one['nodes'][0]['html'][:120]}" for one in report.response["violations"])
    photograph(page, sight, f"{where}-light")
    if where.startswith("en"):  # the night has the same colours in both languages
        return
    page.emulate_media(color_scheme="dark")
    night = page.evaluate("axe.run({runOnly: ['color-contrast'], resultTypes: ['violations']})")
    yield from (f"axe by night: {one['id']} {one['nodes'][0]['html'][:120]}" for one in night["violations"])
    photograph(page, sight, f"{where}-dark")


def photograph(page: Page, sight: Sight, where: str) -> None:
    """Kept as an artefact of CI."""
    page.screenshot(path=SHOTS / where / f"{sight.name}.jpeg", type="jpeg", quality=60, full_page=True)
