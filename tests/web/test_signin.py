"""Signing in: allauth's flows in our pages, in both languages, under the strict policy."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("ru", "Забыли пароль"), ("en", "Forgot your password?")])
def test_the_sign_in_page_is_ours_in_both_languages(client: Any, language: str, words: str) -> None:
    page = client.get("/account/login/", headers={"Accept-Language": language}).content.decode()
    assert words in page
    assert "ui/svyazka" in page
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)
    for inline in re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>([^<]*)", page):
        assert "application/json" in inline[0]
        json.loads(inline[1])


PASSWORD = "верёвка на шестерых"


@pytest.fixture
def person(db: None) -> Any:
    """Somebody who can sign in."""
    made = get_user_model()(
        email="sokolova@example.com", surname="Соколова", given_name="Анна", language="ru"
    )
    made.set_password(PASSWORD)
    made.save()
    return made


def sign_in(client: Any, email: str) -> Any:
    """Send the sign-in form."""
    return client.post("/account/login/", {"login": email, "password": PASSWORD})


def test_codes_from_an_app_protect_the_sign_in_and_a_spare_code_helps_out(client: Any, person: Any) -> None:
    assert sign_in(client, person.email).status_code == 302
    page = client.post(
        "/account/reauthenticate/?next=/account/2fa/totp/activate/", {"password": PASSWORD}, follow=True
    )
    secret = re.search(r'id="authenticator_secret"[^>]*value="(\w+)"', page.content.decode())
    assert secret
    code = totp.format_hotp_value(totp.hotp_value(secret[1], int(datetime.now(UTC).timestamp()) // 30))
    shown_after = client.post("/account/2fa/totp/activate/", {"code": code}, follow=True).content.decode()
    spare = re.search(r"<pre[^>]*>(\w+)\n", shown_after)
    assert spare
    assert "включено" in client.get("/account/2fa/").content.decode()
    client.post("/account/logout/")
    assert sign_in(client, person.email).headers["Location"] == "/account/2fa/authenticate/"
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert "data-errors" in wrong
    assert client.post("/account/2fa/authenticate/", {"code": spare[1]}).headers["Location"] == "/"


def test_a_forgotten_password_is_set_anew_by_a_letter(
    client: Any, person: Any, mailoutbox: list[Any]
) -> None:
    client.post("/account/password/reset/", {"email": person.email}, headers={"Accept-Language": "ru"})
    (letter,) = mailoutbox
    assert "Новый пароль для «Связки»" in letter.subject
    link = re.search(r"https?://[^/]+(/\S+)", letter.body)
    assert link
    assert "Somebody" not in letter.body
    page = client.get(link[1], follow=True)
    fresh = {"password1": "другая длинная фраза", "password2": "другая длинная фраза"}
    assert client.post(page.redirect_chain[-1][0], fresh).status_code == 302
    person.refresh_from_db()
    assert person.check_password("другая длинная фраза")
    assert (
        "Ссылка больше не действует"
        in client.get(link[1], follow=True, headers={"Accept-Language": "ru"}).content.decode()
    )


@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_added_and_signs_in_without_a_password(
    live_server: Any, page: Page, person: Any
) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**key, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    address = live_server.url.replace("127.0.0.1", "localhost")
    page.goto(f"{address}/account/login/?next=/account/2fa/webauthn/add/")
    page.locator("#id_login").fill(person.email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Control+Enter")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Подтвердить").click()
    page.get_by_label("Входить только с этим ключом, без пароля").check()
    page.get_by_role("button", name="Добавить ключ").click()
    page.wait_for_url("**/account/2fa/recovery-codes/")
    page.goto(f"{address}/account/2fa/webauthn/")
    expect(page.get_by_text("вход без пароля")).to_be_visible()
    page.goto(f"{address}/account/logout/?next=/account/login/")
    page.locator("main form button").click()
    page.goto(f"{address}/account/login/?next=/account/2fa/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/account/2fa/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Защита входа")


def test_mistakes_in_a_new_password_are_told_under_the_names_of_its_fields(client: Any, person: Any) -> None:
    client.force_login(person)
    typed = {"oldpassword": "не тот", "password1": "мало", "password2": ""}
    answer = client.post("/account/password/change/", typed, headers={"Accept-Language": "ru"})
    page = " ".join(re.sub("<[^>]*>", " ", answer.content.decode()).split())
    for words in (
        "Текущий пароль : Пароль неверен.",
        "Новый пароль : Не короче 10 знаков.",
        "Новый пароль ещё раз : Заполните это поле.",
    ):
        assert words in page
