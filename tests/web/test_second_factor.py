"""Second factors at rest: whoever reads the database alone can make no code."""

import time
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import get_user_model
from django.test import Client

from svyazka.presale.journal.values import NotAllowed, NotFound
from svyazka.presale.people.second_factors import forget_second_factors
from svyazka.web.signin.second_factor import seal_second_factors
from tests.company import PASSWORD, TUESDAY, Company, found_company

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER_KEY = "another key, of forty characters or so.."


@pytest.fixture
def company() -> Company:
    return found_company()


@pytest.fixture
def person(company: Company) -> Any:
    return get_user_model().objects.get(pk=company.expert.me)


def _code(secret: str = SECRET) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def _rows() -> str:
    return repr(list(Authenticator.objects.values_list("data", flat=True)))


def _comes_in(person: Any, code: str) -> bool:
    browser = Client()
    browser.post("/account/login/", {"login": person.email, "password": PASSWORD})
    return browser.post("/account/2fa/authenticate/", {"code": code}).status_code == 302


def test_neither_the_secret_nor_a_spare_code_can_be_read_in_the_database(person: Any) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    codes = RecoveryCodes.activate(person)
    seed = get_adapter().decrypt(codes.instance.data["seed"])
    assert secret not in _rows()
    assert seed not in _rows()
    assert len(seed) == 80
    assert _comes_in(person, _code(secret))
    assert _comes_in(person, codes.generate_codes()[0])


def test_secrets_from_before_encryption_still_open_and_are_sealed_at_the_next_start(person: Any) -> None:
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    spare = {"seed": "ab" * 40, "used_mask": 0}
    Authenticator.objects.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data=spare)
    old_codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().generate_codes()
    assert _comes_in(person, old_codes[0])
    assert seal_second_factors() == 2
    assert SECRET not in _rows()
    assert "abab" not in _rows()
    assert _comes_in(person, _code())
    assert _comes_in(person, old_codes[1])
    assert not _comes_in(person, old_codes[0]), "a used one stays used"
    assert seal_second_factors() == 0


def test_a_changed_key_is_followed_as_long_as_the_old_one_is_named(person: Any, settings: Any) -> None:
    TOTP.activate(person, SECRET)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = OTHER_KEY
    assert seal_second_factors() == 1
    settings.SECRET_KEY_FALLBACKS = []
    assert _comes_in(person, _code())


def test_without_the_key_no_code_opens_and_the_form_says_why(person: Any, settings: Any) -> None:
    TOTP.activate(person, SECRET)
    settings.SECRET_KEY = OTHER_KEY
    browser = Client()
    browser.post("/account/login/", {"login": person.email, "password": PASSWORD})
    answer = browser.post("/account/2fa/authenticate/", {"code": _code()})
    assert answer.status_code == 200
    assert "ключ сервера сменился" in answer.content.decode()
    assert seal_second_factors() == 0, "what can't be opened is left as it is: the key may come back"


@pytest.mark.parametrize("where", ["", "download/", "generate/"])
def test_without_the_key_the_pages_of_spare_codes_say_why(person: Any, settings: Any, where: str) -> None:
    ours, settings.SECRET_KEY = settings.SECRET_KEY, OTHER_KEY
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)
    settings.SECRET_KEY = ours
    browser = Client()
    browser.force_login(person)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    answer = browser.get(f"/account/2fa/recovery-codes/{where}")
    assert answer.status_code == 409
    assert "ключ сервера сменился" in answer.content.decode()


def test_an_administrator_lets_who_lost_his_phone_begin_anew(company: Company, person: Any) -> None:
    TOTP.activate(person, SECRET)
    with pytest.raises(NotAllowed):
        forget_second_factors(person_id=person.pk, actor=company.head, at=TUESDAY)
    phone = Client()
    phone.force_login(person)
    forget_second_factors(person_id=person.pk, actor=company.administrator, at=TUESDAY)
    assert phone.get("/").headers["Location"].startswith("/account/login/")
    answer = Client().post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/"
    with pytest.raises(NotFound):
        forget_second_factors(person_id=person.pk, actor=company.administrator, at=TUESDAY)
