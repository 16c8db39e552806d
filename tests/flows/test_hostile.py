"""Whoever wants to read, change, break or flood what isn't his gets nowhere: what the attacks on the finished product found."""

import os
import re
import stat
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from svyazka.config.backup import make_backup
from svyazka.config.checks import check_openness
from svyazka.config.logs import without_private
from svyazka.engine.weeks import week_of
from svyazka.presale.clients.queries import find_clients, identity
from svyazka.presale.deals.links import make_link
from svyazka.presale.deals.queries import rows_by_id
from svyazka.presale.deals.seats import appoint
from svyazka.presale.journal.queries import latest_entry_id
from svyazka.presale.journal.values import Actor
from svyazka.presale.people.commands import Profile, save_person
from svyazka.presale.people.queries import directory, name_parts
from svyazka.presale.stages.queries import deal_page, deal_page_by_id
from svyazka.processes import packaged_text
from tests.api.caller import Caller, deal_of
from tests.company import (
    LOADED,
    PASSWORD,
    WHOLE_REQUEST,
    Company,
    accepted_deal,
    found_company,
    whole_request,
)
from tests.web.visitors import browser_of, read

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}%(x)s"
"""Breaks out of text, attributes, templates and formats, wherever one of them lets it."""


@pytest.fixture
def us(db: None) -> Company:
    return found_company(LOADED - timedelta(days=3))


def path_of(deal_id: int, viewer: Actor) -> str:
    return rows_by_id([deal_id], viewer=viewer)[deal_id].path


def contacts_of(deal_id: int, viewer: Actor) -> list[tuple[str, str | None]]:
    page = deal_page_by_id(deal_id=deal_id, viewer=viewer, at=timezone.now())
    return [(one.name, one.phone) for one in page.client.contacts]


# Strangers and partner agents


def test_a_stranger_who_knows_the_inn_changes_nobodys_phone(us: Company) -> None:
    known = whole_request(us, timezone.now()).deal_id
    before = contacts_of(known, us.administrator)
    secret = make_link(name="Сайт", actor=us.administrator, at=timezone.now())
    forged = {
        "company": "x", "inn": "7707083893", "contact_name": "Ольга Петровна Лескова", "phone": "+7 900 000-00-66",
        "email": "evil@evil.example", "request": "Звоните мне по новому телефону", "consent": "on",
    }  # fmt: skip
    assert Client().post(f"/r/{secret}/", forged).status_code == 303
    assert contacts_of(known, us.administrator) == before


def test_a_partner_agent_does_not_learn_whom_we_know(us: Company) -> None:
    whole_request(us, timezone.now())
    assert find_clients(identity(inn="7707083893")), "we do know the company"
    agent = Caller(us.agent)
    number = agent.post("/requests", company="Что угодно", inn="7707083893", request="Расчёт зарплаты").body[
        "number"
    ]
    assert agent.get(f"/deals/{number[2:]}").body["client"] == "Что угодно"
    assert "Северный лес" not in read(browser_of(us.agent), "/window/")


def test_nobody_takes_the_place_of_another_systems_request(us: Company) -> None:
    agent, site = Caller(us.agent), Caller(us.programmer)
    agent.post("/requests", company="ООО Мимо", request="Занял место", source="site", external_id="1002")
    real = site.post(
        "/requests", company="ООО Дело", request="Нужен учёт партий", source="site", external_id="1002"
    )
    assert (real.status, real.body["created"]) == (201, True)
    again = agent.post(
        "/requests", company="ООО Мимо", request="Занял место", source="site", external_id="1002"
    )
    assert again.body["number"] != real.body["number"]


@pytest.mark.parametrize("asked", [{"manager": "5"}, {"unit": "Производство"}, {"overdue": "true"}])
def test_no_filter_tells_an_agent_what_his_rows_hide(us: Company, asked: dict[str, str]) -> None:
    answer = Caller(us.agent).get("/deals", **asked)
    assert (answer.status, answer.errors) == (422, dict.fromkeys(asked, "unknown_field"))
    assert Caller(us.expert).get("/deals", **asked | {"manager": str(us.manager.me)}).status == 200


def test_an_agent_puts_nothing_on_our_peoples_day(us: Company) -> None:
    day = str(timezone.localdate() + timedelta(days=2))
    mark = {"budget": {"person": us.expert.me, "by": day}}
    assert Caller(us.agent).post("/requests", request="Учёт", unknown=mark).errors == {
        "unknown": "unknown_field"
    }
    assert Caller(us.programmer).post("/requests", request="Учёт", unknown=mark).status == 201


# The fixer in the shadow


def _unmasked(text: str) -> str:
    """Without what differs between any two looks: form tokens, revisions, the current moment."""
    text = re.sub(r'"(?:revision|after)": \d+|revision="\d+"|\b[A-Za-z0-9]{64}\b', "", text)
    return re.sub(r'"end": "[^"]+"', "", text)


def _this_week() -> str:
    return f"/figures/week/?week={week_of(timezone.now(), 'Europe/Moscow').key}"


def test_a_deal_looks_the_same_with_and_without_a_fixer_in_its_shadow(us: Company) -> None:
    deal = accepted_deal(us, timezone.now())
    number = path_of(deal, us.administrator)
    pages = (
        "/", "/board/", f"/board/list/?person={us.fixer.me}", f"/board/{number}/move/", "/overview/", "/notices/", "/search/?q=Орлов",
        _this_week(), f"/deals/{number}/", f"/window/{number}/", f"/people/{us.fixer.me}/",
    )  # fmt: skip
    calls = ("/deals", f"/deals/{number}", f"/deals/{number}/commitments", "/changes", "/people")
    others = (us.expert, us.other_manager, us.dispatcher, us.programmer, us.owner)
    callers = [Caller(actor) for actor in others]

    def seen() -> list[str]:
        looks = [_unmasked(read(browser_of(actor), page)) for actor in others for page in pages]
        return looks + [
            _unmasked(str(caller.get(call).body).replace("'", '"')) for caller in callers for call in calls
        ]

    with time_machine.travel(timezone.now(), tick=False):  # pages say what time it is
        seen()  # a first look marks tokens as used and lets notes be shown once
        before = seen()
        appoint(deal_id=deal, person_id=us.fixer.me, role="fixer", actor=us.manager, at=timezone.now())
        assert "Орлов" in read(browser_of(us.manager), f"/deals/{number}/"), "who may call him knows"
        assert seen() == before


# Texts


def test_what_people_type_never_becomes_part_of_a_page(us: Company) -> None:
    now = timezone.now()
    deal = accepted_deal(
        us, now, **dict.fromkeys(("company", "request", "context", "systems", "contact_name", "budget"), HOSTILE)
    )  # fmt: skip
    number, admin = path_of(deal, us.administrator), browser_of(us.administrator)
    for act, typed in {
        "chased": {"words": HOSTILE}, "ask": {"text": HOSTILE}, "evidence": {"key": "request.consent_noted", "text": HOSTILE},
        "owe": {"performer": us.administrator.me, "result": HOSTILE, "due": f"{now + timedelta(days=2):%Y-%m-%dT%H:%M}"},
    }.items():  # fmt: skip
        assert admin.post(f"/deals/{number}/{act}/", typed).status_code == 303, act
    admin.post("/window/links/", {"name": HOSTILE})
    admin.post(
        "/process/edit/", {"text": packaged_text() + f"\n# {HOSTILE}", "note": HOSTILE, "instead_of": "1"}
    )
    for page in (
        "/", "/board/", "/board/list/", "/overview/", _this_week(), "/search/?q=script", "/window/", f"/window/{number}/", "/window/links/",
        f"/deals/{number}/", f"/deals/{number}/intake/", "/process/versions/", "/process/edit/", "/notices/",
    ):  # fmt: skip
        text = read(admin, page)
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
        assert "\"'><" not in text, page
        assert "onerror=alert(1)>49" not in text, page


@pytest.mark.parametrize("act", ["chased", "ask", "contacted", "evidence", "lose"])
def test_nobody_fills_a_deal_with_endless_text(us: Company, act: str) -> None:
    number = path_of(accepted_deal(us, timezone.now()), us.administrator)
    boxes = ("words", "text", "how", "evidence")
    before = latest_entry_id()
    answer = browser_of(us.manager).post(f"/deals/{number}/{act}/", dict.fromkeys(boxes, "слово " * 1000))
    assert answer.status_code == 422
    assert "Make it shorter" in answer.content.decode()
    assert latest_entry_id() == before


@pytest.mark.parametrize(("act", "box"), [("contacted", "how"), ("close", "reason")])
def test_the_window_takes_no_text_that_a_database_refuses(us: Company, act: str, box: str) -> None:
    number = whole_request(us, timezone.now()).number[2:]
    window = browser_of(us.dispatcher)
    assert (
        window.post(f"/window/{number}/{act}/", {box: "слово " * 1000, "status": "spam"}).status_code == 422
    )
    assert (
        window.post(f"/window/{number}/{act}/", {box: "позвонила\x00 клиенту", "status": "spam"}).status_code
        == 303
    )
    told = deal_page(number=number, viewer=us.administrator, at=timezone.now()).timeline
    assert "позвонила клиенту" in {str((entry.detail or {}).get(box)) for entry in told}


def test_a_promise_for_the_year_9999_is_not_taken(us: Company) -> None:
    far = {"request": "Нужен учёт", "budget__finder": us.expert.me, "budget__by": "9999-12-31"}
    assert browser_of(us.manager).post("/window/new/", far).status_code == 422


# Signing in


def test_a_reset_letter_leads_to_our_own_address_whatever_host_was_asked(us: Company) -> None:
    for mailbox in ("expert@svyazka.example", "nobody@svyazka.example"):
        cache.clear()
        Client().post("/account/password/reset/", {"email": mailbox}, headers={"Host": "localhost:6666"})
    known, unknown = mail.outbox
    assert f"{settings.PUBLIC_URL}/account/password/reset/key/" in known.body
    assert all("6666" not in f"{letter.subject}{letter.body}" for letter in (known, unknown))
    assert known.subject == unknown.subject


def test_whoever_was_asked_to_leave_is_out_at_once(us: Company) -> None:
    browser, caller = browser_of(us.manager), Caller(us.manager)
    assert (browser.get("/").status_code, caller.get("/me").status) == (200, 200)
    card, name = (
        directory().people[us.manager.me],
        name_parts(person_id=us.manager.me, viewer=us.administrator),
    )
    gone = Profile(card.email, name.surname, name.given_name, unit_id=card.unit_id, is_active=False)
    save_person(profile=gone, actor=us.administrator, at=timezone.now(), person_id=us.manager.me)
    assert browser.get("/").status_code == 302
    assert caller.get("/me").status == 401
    signing_in = Client()
    signing_in.post("/account/login/", {"login": card.email, "password": PASSWORD})
    assert signing_in.get("/").status_code == 302


def test_a_guesser_is_stopped_whatever_address_he_claims(us: Company) -> None:
    answers = [
        Client(headers={"Accept-Language": "en"}).post(
            "/account/login/", {"login": "head@svyazka.example", "password": f"guess-{number}"},
            headers={"X-Forwarded-For": f"9.9.9.{number}", "X-Real-IP": f"8.8.8.{number}", "Forwarded": f"for=7.7.7.{number}"},
        )
        for number in range(20)
    ]  # fmt: skip
    looked_at = [
        answer
        for answer in answers
        if answer.status_code == 200 and "Too many" not in answer.content.decode()
    ]
    stopped = Client().post("/account/login/", {"login": "head@svyazka.example", "password": PASSWORD})
    assert len(looked_at) <= 10
    assert "sessionid" not in stopped.cookies


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\t//evil.example"],
)
def test_signing_in_leads_nowhere_else(us: Company, elsewhere: str) -> None:
    said = {"login": "expert@svyazka.example", "password": PASSWORD, "next": elsewhere}
    assert Client().post("/account/login/", said).headers["Location"] == "/"


# Files, logs, settings


def test_what_strangers_upload_is_thrown_away(us: Company, tmp_path: Path) -> None:
    with override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path)):
        said = {
            "login": "expert@svyazka.example",
            "password": PASSWORD,
            "f": SimpleUploadedFile("x", b"x" * 3_000_000),
        }
        answer = Client().post("/account/login/", said)
    assert answer.status_code == 302, "the rest of the form is read all the same"
    assert answer.wsgi_request.FILES == {}


def test_a_huge_upload_is_not_even_read(us: Company) -> None:
    said = {
        "login": "expert@svyazka.example",
        "password": PASSWORD,
        "f": SimpleUploadedFile("x", b"x" * 6_000_000),
    }
    answer = Client().post("/account/login/", said)
    assert answer.status_code == 400
    assert "sessionid" not in answer.cookies


@given(st.from_regex(r"[A-Za-z0-9_-]{24}", fullmatch=True))
def test_the_secret_of_a_forms_address_is_in_no_log(secret: str) -> None:
    assert secret not in without_private(f"Too Many Requests: /r/{secret}/")
    assert secret not in without_private(f"POST http://localhost:8000/r/{secret}/thanks/ failed")


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_read_by_nobody_else(tmp_path: Path) -> None:
    out = tmp_path / "backup.tar"
    make_backup(out, at=timezone.now())
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert os.umask(0o077) == 0o077, "nor is anything else that we write"


@override_settings(DEBUG=True, TLS=True, ALLOWED_HOSTS=["*"])
def test_a_developers_settings_are_noticed_on_a_server() -> None:
    assert [found.id for found in check_openness()] == ["svyazka.E002", "svyazka.W002"]


def test_an_idempotency_key_is_everybodys_own(us: Company) -> None:
    body = {key: value for key, value in WHOLE_REQUEST.items() if key != "source"}
    mine = Caller(us.programmer).post("/requests", body, key="same").body["number"]
    assert Caller(us.agent).post("/requests", body, key="same").body["number"] != mine


def test_a_narrow_token_replays_nothing_that_it_may_not_do(us: Company) -> None:
    deal = deal_of(us)
    body = {"words": "Когда будет ответ?"}
    assert Caller(us.expert).post(f"{deal}/chased", body, key="k").status == 200
    assert Caller(us.expert, "deals:read").post(f"{deal}/chased", body, key="k").status == 403
